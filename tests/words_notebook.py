"""Checks what the pages of the notebook say: every sentence, number and equation parsed and computed afresh.

By routes of its own: odds by the definitions at 40 digits, nearest tokens by generating functions on a circle, the dark
room by its recursion. Of `models` only the declared ranges are used. `words_checker` runs it over random settings.
"""

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import mpmath as mp
import numpy as np
from scipy.stats import beta, binom, norm
from words_case import NUM, SHARE, TEX, Case, counts, value_of
from words_takeaways import check_text
from words_why import SUM_IS, evaluated, literally, tex

from dashboard.page.record import Page
from dashboard.words.text import plain

__all__ = ["false_claims", "objections"]

ODDS = rf"{NUM} : {NUM}"
PERCENT = rf"(?:more than 99\.9 %|less than 0\.01 %|{NUM} %)"
CHANCE = rf"(?:more than 99\.9 %|less than 1 in 10³⁰⁰|{SHARE})"
Known = Sequence[tuple[str, Callable[[Case, re.Match], Any]]]


def odds_are(case: Case, text: str, log_odds: float, what: str) -> None:
    left, right = text.split(" : ")
    near = abs(log_odds) < 1e-9
    case.say(left == "1" if log_odds < -1e-9 else right == "1" or near, f"{what} are e^{log_odds}")
    case.counted(right if left == "1" and log_odds < 0 else left, abs(log_odds), what)


def share_is(case: Case, text: str, value: float, what: str) -> None:
    """A share or a chance, with any of the words for what is nearly 0 or 1."""
    slack = 1e-5 * value + 1e-12
    if text == "more than 99.9 %":
        case.say(0.9995 - slack <= value < 1, f"{what} is {value}")
    elif text == "less than 1 in 10³⁰⁰":
        case.say(value <= 1e-299, f"{what} is {value}")
    elif text.startswith("1 in "):
        case.counted(text[5:], -math.log(value), what)
    else:
        shown = float(text.removesuffix(" %").replace(",", "")) / 100
        half = 0.5 * 10.0 ** (math.floor(math.log10(shown)) - 2) if shown else 0.0
        case.say(abs(shown - value) <= half * (1 + 1e-6) + slack, f"{what} is {value}, not {text}")


def whole_is(case: Case, text: str, log_value: float, what: str) -> None:
    """A count that comes whole, rounded up."""
    if "×" in text or "10^" in text:
        case.counted(text, log_value, what)
        return
    shown, value = int(text.replace(",", "")), math.exp(log_value)
    case.say(shown - 1 <= value * (1 + 1e-9) and value * (1 - 1e-9) <= max(shown, 1), f"{what} is {value}, not {text}")


def near(case: Case, text: str, value: float, what: str, slack: float = 2e-7) -> None:
    shown, half = value_of(text)
    case.say(abs(shown - value) <= half * (1 + 1e-6) + slack * max(1.0, abs(value)), f"{what} is {value}, not {text}")


def recomputed(case: Case, sign: str, result: str, formula: Callable[..., float], *shown: str) -> None:
    """“a/b=c”: the numbers shown give the one shown; with “≈”, which stands only where six digits do not, nearly."""
    value, (total, half) = formula(*(value_of(x)[0] for x in shown)), value_of(result)
    room = half * 1.00001 if sign == "=" else 1e-3 * abs(total)
    case.say(abs(value - total) <= room, f"the numbers shown give {value}, not {result}")
    case.say(sign == "=" or abs(value - total) > half, f"{value} is {result} to all its digits")


# ── inductive bias ──


class Bias:
    """The odds, at 40 digits."""

    def __init__(self, s: dict[str, Any]) -> None:
        mp.mp.dps = 40
        p, d = mp.mpf(s["sycophantic"]), mp.mpf(s["detection"])
        self.s, self.runs = s, max(1, round(s["honest_runs"]))
        earned, charged = s["bonus"] * (1 - d), s["penalty"] * d
        rounding = abs(earned - charged) <= 1e-15 * max(earned, charged)
        self.gap = 0.0 if rounding else float(earned - charged)
        self.prior = float(mp.log(p / (1 - p)))
        self.push = s["strength"] * self.gap
        self.odds = self.prior + self.push
        self.evidence = -float(mp.log(1 - mp.mpf(s["confidence"])))

    def log_share(self, log_odds: float) -> float:
        return -float(mp.log(1 + mp.exp(-mp.mpf(log_odds))))

    def log_runs(self, log_odds: float) -> float:
        return float(mp.log(self.evidence / mp.log(1 + mp.exp(mp.mpf(log_odds)))))

    def log_bound(self, push: float) -> float:
        return float(mp.log(mp.expm1(mp.mpf(self.evidence) / self.runs))) - push

    def honest(self, diversity: float) -> float:
        """The chance that all runs are honest, run by run."""
        total = 0.0
        for start in range(0, self.runs, 20_000):
            j = np.arange(start, min(start + 20_000, self.runs))
            total += float(np.sum(np.logaddexp(0, self.odds + diversity * j)))
            if total > 760:
                break
        return math.exp(-total)


@lru_cache(maxsize=4)
def _bias(items: tuple) -> Bias:
    return Bias(dict(items))


def bias(case: Case) -> Bias:
    return _bias(tuple(sorted(case.s.items())))


def sure(case: Case, text: str) -> None:
    shown = float(text) / 100
    case.say(
        abs(shown - case.s["confidence"]) <= 5.01e-4 * 10 ** math.floor(math.log10(100 * shown)) / 10, "confidence"
    )


def is_runs(case: Case, text: str | None) -> None:
    case.say(bias(case).runs == (int(text.replace(",", "")) if text else 1), f"{bias(case).runs} runs")


def slid(case: Case, m: re.Match) -> None:
    known = bias(case)
    odds_are(case, m["before"], known.prior, "the prior odds")
    odds_are(case, m["after"], known.odds, "the odds")
    case.say(known.push > 0 if m["verb"] == "raises" else known.push < 0, f"λΔ = {known.push}")
    case.say(m["before"] != m["after"], "no move is shown")


def stayed(case: Case, m: re.Match) -> None:
    known = bias(case)
    case.say((known.push == 0) == m[0].startswith("There is no"), f"λΔ = {known.push}")
    odds_are(case, m["odds"], known.prior, "the prior odds")
    odds_are(case, m["odds"], known.odds, "the odds")


def seeing(case: Case, m: re.Match) -> None:
    known = bias(case)
    sure(case, m["sure"])
    takes = "1" if m["takes"] == "one run" else m["takes"].removesuffix(" runs")
    whole_is(case, takes, known.log_runs(known.odds), "runs to see one")
    whole_is(case, m["took"] or takes, known.log_runs(known.prior), "runs without the incentive")
    case.say(m["took"] != takes, "they are the same")


def telling(case: Case, m: re.Match) -> None:
    known = bias(case)
    is_runs(case, m["runs"])
    ahead = math.log(known.runs) - known.log_runs(known.odds)
    case.say(abs(ahead) < 1e-9 or (ahead > 0) == (m["enough"] == "enough"), f"{ahead} nats ahead")
    share_is(case, m["share"], math.exp(known.log_share(known.prior)), "the prior share")


BIAS_TAKEAWAY: Known = [
    (
        rf"The incentive (?P<verb>raises|lowers) the odds of a sycophantic policy from (?P<before>{ODDS}) to (?P<after>{ODDS})\.",
        slid,
    ),
    (
        rf"(?:There is no incentive: the odds of a sycophantic policy stay|The incentive hardly moves the odds of a sycophantic policy: they stay) at (?P<odds>{ODDS})\.",
        stayed,
    ),
    (
        rf"Seeing one takes (?P<takes>{NUM} runs|one run) at (?P<sure>[\d.]+) % confidence, (?:not the (?P<took>{NUM}) it takes without the incentive|with the incentive or without)\.",
        seeing,
    ),
    (
        rf"(?:(?P<runs>[\d,]+) honest runs are|One honest run is) (?P<enough>enough|too few) to tell (?P<share>{SHARE}) from none\.",
        telling,
    ),
]


def bias_cards(case: Case, cards: list) -> None:
    known = bias(case)
    labels = ["odds, sycophantic : honest", "sycophantic policies", "runs to see one", "prior odds ruled out, above"]
    case.say([card.label for card in cards] == labels, "labels")
    odds_are(case, cards[0].value, known.odds, "the odds")
    odds_are(case, cards[0].note.removeprefix("prior "), known.prior, "the prior odds")
    case.say((cards[0].change == "") == (known.push == 0), "the change")
    if cards[0].change:
        case.counted(cards[0].change.removeprefix("× "), known.push, "the change")
    share_is(case, cards[1].value, math.exp(known.log_share(known.odds)), "the share")
    share_is(case, cards[1].note.removeprefix("prior "), math.exp(known.log_share(known.prior)), "the prior share")
    whole_is(case, cards[2].value, known.log_runs(known.odds), "runs to see one")
    whole_is(case, cards[2].note.removesuffix(" without the incentive"), known.log_runs(known.prior), "runs without it")
    odds_are(case, cards[3].value, known.log_bound(known.push), "the bound")
    odds_are(case, cards[3].note.removesuffix(" without the incentive"), known.log_bound(0.0), "the bound without it")


def gap(case: Case, m: re.Match) -> None:
    s = case.s
    factors = [s["bonus"], 1 - s["detection"], -s["penalty"], s["detection"]]
    evaluated(case, m["sum"], m["sign"], m["total"], factors, bias(case).gap)


def log_odds(case: Case, m: re.Match) -> None:
    known = bias(case)
    evaluated(case, m["sum"], m["sign"], m["total"], [known.prior, case.s["strength"], known.gap], known.odds)


def even_at(case: Case, m: re.Match) -> None:
    known = bias(case)
    case.say(known.gap > 0 or (known.gap < 0 and known.prior == 0), "no strength evens the odds")
    tex(case, m["log"], -known.prior, "the log of the odds")
    tex(case, m["gap"], known.gap, "the gap")
    tex(case, m["at"], -known.prior / known.gap, "the strength")
    recomputed(case, m["sign"], m["at"], lambda log, gap: log / gap, m["log"], m["gap"])


def never_even(case: Case, m: re.Match) -> None:
    case.say((bias(case).gap < 0) == (m["way"] == "towards honesty"), f"the gap is {bias(case).gap}")
    case.say(bias(case).gap == 0 or (bias(case).gap < 0 and bias(case).prior != 0), "some strength evens the odds")


def ruling_out(case: Case, m: re.Match) -> None:
    known = bias(case)
    is_runs(case, m["runs"])
    sure(case, m["sure"])
    odds_are(case, m["bound"], known.log_bound(known.push), "the bound")
    case.say((m["plainly"] is None) == (known.push == 0), f"λΔ = {known.push}")
    if m["plainly"]:
        odds_are(case, m["plainly"], known.log_bound(0.0), "the bound without it")


def differing(case: Case, m: re.Match) -> None:
    known = bias(case)
    is_runs(case, m["runs"])
    share_is(case, m["honest"], known.honest(0.0), "the chance of honest runs")
    case.say((m["differ"] is None) == (case.s["diversity"] < 1e-300), "κ")
    if m["differ"]:
        case.same(m["kappa"], case.s["diversity"], "κ", digits=6)
        share_is(case, m["differ"], known.honest(case.s["diversity"]), "the chance where runs differ")


BIAS_WHY: Known = [
    (
        r"\*\*The incentive\.\*\* A subtle error earns the bonus where the overseer misses it and costs the penalty where it is caught\. A sycophantic policy, which makes such errors, is ahead of an honest one by\n\n"
        rf"\$\$\\Delta=B\\,\(1-d\)-C\\,d={SUM_IS}\$\$",
        gap,
    ),
    (
        r"\*\*It multiplies the odds\.\*\* Optimised with strength λ, the log of the odds moves by λΔ, as in any Boltzmann reweighting of two points:\n\n"
        rf"\$\$\\log\\frac\{{\\pi_Y\}}\{{\\pi_H\}}\+\\lambda\\,\\Delta={SUM_IS}\$\$",
        log_odds,
    ),
    (
        r"\*\*The prior odds are the optimisation needed\.\*\* The odds are even at\n\n"
        rf"\$\$\\lambda=\\frac\{{\\log\(\\pi_H/\\pi_Y\)\}}\{{\\Delta\}}=\\frac\{{(?P<log>{TEX})\}}\{{(?P<gap>{TEX})\}}(?P<sign>=|\\approx )(?P<at>{TEX})\$\$",
        even_at,
    ),
    (
        r"\*\*No strength makes the odds even\.\*\* The incentive pushes (?P<way>towards honesty|neither way)\.",
        never_even,
    ),
    (
        rf"\*\*What honest runs rule out\.\*\* If (?:all (?P<runs>[\d,]+) runs come out honest|one run comes out honest), that bounds the prior odds, at (?P<sure>[\d.]+) % confidence, by \*\*(?P<bound>{ODDS})\*\*, (?:as it would without the incentive|and without the incentive by (?P<plainly>{ODDS})): "
        + re.escape(r"$\pi_Y/\pi_H\le\frac{x}{1-x}\,e^{-\lambda\Delta}$ with $x=1-\delta^{1/m}$."),
        ruling_out,
    ),
    (
        rf"\*\*Paid to differ\.\*\* (?:(?P<runs>[\d,]+) runs are all honest|One run is honest) with probability (?P<honest>{CHANCE})(?:, where none is paid to differ from those before\.|\. Where each honest run multiplies the next one’s odds by \$e\^\\kappa\$, κ = (?P<kappa>{NUM}), it is (?P<differ>{CHANCE})\.)",
        differing,
    ),
    *literally(
        "The source, comments by Sam Marks, has the question: how a prior of 0 % is told from one of 0.01 %, which an incentive makes easier, and prior odds as the optimisation that is needed. The overseer’s bonus and penalty, the bound and the numbers are ours."
    ),
]


def bias_notices(case: Case, notices: Sequence[str]) -> None:
    runs = bias(case).runs
    case.say(
        list(notices) == ([] if runs == case.s["honest_runs"] else [f"Runs come whole: m counts as {runs:,}."]), notices
    )


# ── nearest tokens ──


class Nearest:
    """Nearest tokens by generating functions: z marks the tokens above a score, on a circle inside the unit circle.

    With H(z) for a token’s own cluster and G(z) for another, the tokens of rank at most m with k of their own above them
    are N ∫ φ(x) [z^(m−1)] hₖ zᵏ G(z)^(clusters − 1)/(1 − z) dx. Good to about 1e-6.
    """

    def __init__(self, s: dict[str, Any]) -> None:
        self.n, self.g, self.d, self.m = (
            max(low, round(s[name]))
            for name, low in (("tokens", 100), ("cluster_size", 1), ("dimension", 2), ("nearest", 2))
        )
        self.a, self.rho = max(2, round(s["alike"])), s["between_share"]
        self.full, self.rest = divmod(self.n, self.g)
        self.parts()
        self.solve()
        self.first()

    def parts(self) -> None:
        """What clusters share: nodes and weights, fine where a token’s chance turns."""
        step = 0.22 * min(1.0, math.sqrt((1 - self.rho) / max(self.rho, 1e-9)))
        self.c = np.arange(-8, 8 + step, step)
        self.weight = step * norm.pdf(self.c)

    def counts(self, x: np.ndarray, size: int, own: bool) -> np.ndarray:
        """The chance that k of `size` tokens of one cluster are above each score, fewer than m; shape (k, scores).

        `own`: of the cluster of a token that has that score.
        """
        alone, shared = math.sqrt(1 - self.rho), math.sqrt(self.rho)
        z = alone * x[:, None] - shared * self.c if own else (x[:, None] - shared * self.c) / alone
        above, below = norm.logsf(z), norm.logcdf(z)
        ks = range(min(size, self.m - 1) + 1)
        return np.stack([math.comb(size, k) * np.exp(k * above + (size - k) * below) @ self.weight for k in ks])

    def solve(self) -> None:
        grid = np.linspace(-6, 8, 281)
        possible = binom.cdf(self.m - 1, self.full, norm.sf(grid)) > 1e-10
        low, high = grid[np.argmax(possible)], norm.isf(1e-9 / self.n)
        nodes, widths = np.polynomial.legendre.leggauss(160)
        x = 0.5 * (high - low) * nodes + 0.5 * (high + low)
        base = 0.5 * (high - low) * widths * norm.pdf(x)
        length = 2 * (self.m + 8)
        radius = 1e-10 ** (1 / length)
        z = radius * np.exp(2j * np.pi * np.arange(length // 2 + 1) / length)
        powers = z[:, None] ** np.arange(self.m)

        def series(coefficients: np.ndarray) -> np.ndarray:
            return powers[:, : len(coefficients)] @ coefficients

        def last(values: np.ndarray) -> np.ndarray:
            """The coefficient of z^(m − 1)."""
            return np.fft.irfft(np.conj(values), length, axis=0)[self.m - 1] / radius ** (self.m - 1)

        other = self.counts(x, self.g, own=False)
        over = self.counts(x, self.rest, own=False)
        self.pairs = self.clusters = none = 0.0
        kinds = [(self.full, self.g, self.full - 1, over)] + (
            [(1, self.rest, self.full, over[:0])] if self.rest else []
        )
        for many, size, fulls, rest in kinds:
            weight, mine = many * size * base, self.counts(x, size - 1, own=True)
            below = series(other) ** fulls * (series(rest) if len(rest) else 1) / (1 - z[:, None])
            k = np.arange(len(mine))[:, None]
            self.pairs += float(weight @ last(series(k * mine) * below))
            self.clusters += float(weight @ (last(below) * mine[0]))
            few = series(other[: self.a]) ** fulls * (series(rest[: self.a]) if len(rest) else 1)
            none += float(weight @ last(few * series(mine[: self.a - 1])))
        self.share = self.pairs / (self.m * (self.m - 1) / 2)
        self.meaningful = 0.0 if self.a > min(self.m, self.g) else 1 - none

    def first(self) -> None:
        """The nearest token: increments of the law of the largest score."""
        x = np.linspace(-6, 9, 1501)
        below = norm.logcdf((x[:, None] - math.sqrt(self.rho) * self.c) / math.sqrt(1 - self.rho))
        largest = (np.exp(self.g * below) @ self.weight) ** self.full * (np.exp(self.rest * below) @ self.weight)
        mass, middle = np.diff(largest), 0.5 * (x[1:] + x[:-1])
        half = 0.5 * (self.d - 1)
        self.cosine = float(mass @ (2 * beta.isf(norm.sf(middle), half, half) - 1))
        self.normal = float(mass @ middle) / math.sqrt(self.d)
        self.by_chance = (self.full * self.g * (self.g - 1) + self.rest * (self.rest - 1)) / (self.n * (self.n - 1))


@lru_cache(maxsize=4)
def _nearest(items: tuple) -> Nearest:
    return Nearest(dict(items))


def tokens(case: Case) -> Nearest:
    return _nearest(tuple(sorted(case.s.items())))


def part_is(case: Case, text: str, value: float, what: str) -> None:
    if text == "0 %":
        case.say(value < 1e-12, f"{what} is {value}")
    else:
        share_is(case, text, value, what)


def hodgepodge(case: Case, m: re.Match) -> None:
    known = tokens(case)
    case.say(int(m["m"]) == known.m, "m")
    part_is(case, m["share"], known.share, "the share of pairs")
    case.say(abs(known.share - 0.5) < 1e-6 or (known.share < 0.5) == (m["kind"] == "a hodgepodge"), "the kind")


def meaningful(case: Case, m: re.Match) -> None:
    known = tokens(case)
    case.say(int(m["a"]) == known.a <= min(known.m, known.g), "a")
    percent_is(case, m["share"], known.meaningful, "the chance of looking meaningful")


def percent_is(case: Case, text: str, value: float, what: str) -> None:
    value = min(1.0, value)
    if text == "100 %":
        case.say(value > 1 - 1e-7, f"{what} is {value}")
    elif text == "0 %":
        case.say(value < 1e-7, f"{what} is {value}")
    elif text == "more than 99.9 %":
        case.say(value > 0.9995 - 1e-6, f"{what} is {value}")
    elif text == "less than 0.01 %":
        case.say(value < 1.01e-4, f"{what} is {value}")
    else:
        shown = float(text.removesuffix(" %")) / 100
        half = 0.5 * 10.0 ** (math.floor(math.log10(shown)) - 2)
        case.say(abs(shown - value) <= half * (1 + 1e-6) + 1e-6 * value + 1e-8, f"{what} is {value}, not {text}")


def none_alike(case: Case, m: re.Match) -> None:
    known = tokens(case)
    case.say(int(m["a"]) == known.a > min(known.m, known.g), "some may be")
    case.say(int(m["of"] or 0) == known.g <= known.m if m["of"] else int(m["only"]) == known.m < known.g, "why not")


TOKENS_TAKEAWAY: Known = [
    (
        rf"Of the (?P<m>\d+) tokens nearest to a random direction, (?P<share>{SHARE}) of the pairs are of one cluster: (?P<kind>a hodgepodge|mostly of a kind)\.",
        hodgepodge,
    ),
    (
        rf"(?P<share>{PERCENT}) of directions have (?P<a>\d+) or more of one cluster among them, and look meaningful\.",
        meaningful,
    ),
    (
        r"No direction has (?P<a>\d+) of one cluster among them, for (?:a cluster has (?P<of>\d+)|only (?P<only>\d+) are looked at)\.",
        none_alike,
    ),
]


def tokens_cards(case: Case, cards: list) -> None:
    known = tokens(case)
    labels = [
        "pairs of one cluster",
        "clusters among the nearest",
        "directions that look meaningful",
        "cosine of the nearest",
    ]
    case.say([card.label for card in cards] == labels, "labels")
    part_is(case, cards[0].value, known.share, "the share of pairs")
    part_is(case, cards[0].note.removeprefix("any tokens "), known.by_chance, "the share among any tokens")
    case.say((cards[0].change == "") == (known.by_chance == 0), "the change")
    if cards[0].change:
        case.say(counts(cards[0].change.removeprefix("× "), math.log(known.share / known.by_chance)), "the change")
    near(case, cards[1].value, known.clusters, "clusters", 2e-6)
    case.say(cards[1].note == f"of {known.m} tokens", "m")
    percent_is(case, cards[2].value, known.meaningful, "the chance of looking meaningful")
    case.say(cards[2].note == f"{known.a} or more of one cluster", "a")
    near(case, cards[3].value, known.cosine, "the cosine", 2e-6)
    near(case, cards[3].note.removeprefix("1/√d = "), known.d**-0.5, "1/√d")


def two_parts(case: Case, m: re.Match) -> None:
    known = tokens(case)
    u = norm.isf(known.m / known.n)
    above = norm.pdf(u) / norm.sf(u)
    near(case, m["rho"], known.rho, "ρ")
    case.say(int(m["m"]) == known.m, "m")
    case.say(m["n"] == f"{known.n:,}", "N")
    tex(case, m["share"], known.m / known.n, "m/N")
    tex(case, m["u"], u, "u")
    recomputed(case, m["sign"], m["u"], norm.isf, m["share"])
    near(case, m["shared"], known.rho * above, "the cluster’s part")
    near(case, m["own"], (1 - known.rho) * above, "the own part")


def leading(case: Case, m: re.Match) -> None:
    known = tokens(case)
    case.say((m["shared"] is None) == (known.rho == 0), "ρ")
    if m["shared"]:
        first, u = norm.isf(1 / math.ceil(known.n / known.g)), norm.isf(known.m / known.n)
        near(case, m["shared"], math.sqrt(known.rho) * first, "the leading cluster’s part")
        beyond = both_beyond(first, u, math.sqrt(known.rho)) / norm.sf(first)
        near(case, m["beyond"], known.n / math.ceil(known.n / known.g) * beyond, "tokens beyond", 1e-6)
    case.say(int(m["m"]) == known.m, "m")
    near(case, m["clusters"], known.clusters, "clusters", 2e-6)


def both_beyond(h: float, k: float, correlation: float) -> float:
    """P(X > h, Y > k) of a standard normal pair: Plackett’s integral over the correlation, of angles."""
    angles, widths = np.polynomial.legendre.leggauss(400)
    at = 0.5 * math.asin(correlation) * (angles + 1)
    each = np.exp(-0.5 * (h * h + k * k - 2 * h * k * np.sin(at)) / np.cos(at) ** 2)
    return float(norm.sf(h) * norm.sf(k) + 0.5 * math.asin(correlation) * (widths @ each) / (2 * math.pi))


def exactly(case: Case, m: re.Match) -> None:
    known = tokens(case)
    case.say(int(m["m"]) == known.m, "m")
    near(case, m["cosine"], known.cosine, "the cosine", 2e-6)
    case.say(m["d"] == f"{known.d:,}", "d")
    near(case, m["normal"], known.normal, "the normal cosine", 2e-6)


TOKENS_WHY: Known = [
    (
        rf"\*\*Two parts of a score\.\*\* How far a token lies along the direction is a sum: what its cluster shares, with the share ρ = (?P<rho>{NUM}) of the variance, and what is its own\. About (?P<m>\d+) of (?P<n>[\d,]+) tokens lie beyond\n\n"
        rf"\$\$u=Q\^\{{-1\}}\\!\\left\(\\frac mN\\right\)=Q\^\{{-1\}}\((?P<share>{TEX})\)(?P<sign>=|\\approx )(?P<u>{TEX}),\$\$\n\nwhere on average the cluster’s part is (?P<shared>{NUM}) and the own part (?P<own>{NUM})\.",
        two_parts,
    ),
    (
        rf"\*\*Why they differ, and why some do not\.\*\* (?:One cluster of all is expected to share (?P<shared>{NUM}) or more, and to have (?P<beyond>{NUM}) tokens beyond the line\.|Tokens of a cluster share nothing, so that chance alone says which are nearest\.) The (?P<m>\d+) nearest are expected to be from (?P<clusters>{NUM}) different clusters\.",
        leading,
    ),
    (
        rf"\*\*The exact numbers\*\* are for normal scores, and integrate over the score of the last of the (?P<m>\d+) instead of fixing it at u\. A direction’s nearest token has an expected cosine of (?P<cosine>{NUM}), with the law of a cosine in (?P<d>[\d,]+) dimensions; E\[max\]/√d, which takes that for normal, is (?P<normal>{NUM})\.",
        exactly,
    ),
    *literally(
        "The source, comments by Sam Marks, has the observation: a random direction’s nearest tokens are a hodgepodge, yet some 20 % of directions look meaningful. The clusters, and what looks meaningful, are our simplest model of it, and the numbers are ours."
    ),
]


def tokens_notices(case: Case, notices: Sequence[str]) -> None:
    known = tokens(case)
    used = {"cluster_size": known.g, "tokens": known.n, "dimension": known.d, "nearest": known.m, "alike": known.a}
    rounded = [symbol for symbol, name in zip("gNdma", used, strict=True) if used[name] != case.s[name]]
    said = [f"Tokens and dimensions come whole: {', '.join(rounded)} rounded."] if rounded else []
    case.say(list(notices) == said, notices)


def tokens_plate(case: Case, caption: str) -> None:
    m = re.fullmatch(
        rf"From 100 to 1,000,000 tokens the pairs of one cluster go from ({SHARE}) to ({SHARE}), the directions that look meaningful from ({PERCENT}) to ({PERCENT})\.",
        caption,
    )
    case.here = caption
    case.say(m, "unknown caption")
    for k, size in ((1, 100), (2, 1_000_000)):
        if m:
            known = Nearest(case.s | {"tokens": size})
            part_is(case, m[k], known.share, "the share of pairs")
            percent_is(case, m[k + 2], known.meaningful, "the chance of looking meaningful")


# ── the dark room ──

SAID = {
    "looks one episode back": "One episode back",
    "remembers a rewarded cell": "Remembers rewards",
    "remembers failures too": "Remembers failures too",
}


class Room:
    """The three learners, episode by episode."""

    def __init__(self, s: dict[str, Any]) -> None:
        self.g, self.k, self.f = max(2, round(s["cells"])), max(1, round(s["episode"])), s["fidelity"]
        self.again = self.f + (1 - self.f) / self.g
        self.learner, self.along, self.known = s["learner"], [], 0.0
        last, known, tried = 0.0, 0.0, 0
        for _ in range(self.k):
            self.known = known
            if self.learner == "One episode back":
                last = self.f * last + (1 - self.f * last) / self.g
                self.along.append(last)
                continue
            left = self.g - tried if self.learner == "Remembers failures too" else self.g
            found = (1 - known) / left if left > 0 else 0.0
            self.along.append(found + known * self.again)
            known, tried = min(1.0, known + found), tried + 1
        self.success = self.along[-1]
        self.back = 1 / (self.g * (1 - self.f) + self.f)
        self.limit = self.back if self.learner == "One episode back" else self.again


@lru_cache(maxsize=4)
def _room(items: tuple) -> Room:
    return Room(dict(items))


def room(case: Case) -> Room:
    return _room(tuple(sorted(case.s.items())))


def finds(case: Case, m: re.Match) -> None:
    known = room(case)
    case.say(SAID[m["who"]] == known.learner, "the learner")
    case.say(m["k"] == f"{known.k:,}", "k")
    percent_is(case, m["success"], known.success, "success")
    percent_is(case, m["limit"], known.limit, "the limit")
    percent_is(case, m["expert"], 1 / known.g, "the expert’s success")


ROOM_TAKEAWAY: Known = [
    (
        rf"A learner that (?P<who>{'|'.join(SAID)}) finds the goal in episode (?P<k>[\d,]+) with a chance of (?P<success>{PERCENT}), and in the long run with (?P<limit>{PERCENT})\. A copy of the expert never adjusts: (?P<expert>{PERCENT}) in every episode\.",
        finds,
    )
]


def room_cards(case: Case, cards: list) -> None:
    known = room(case)
    labels = ["success in this episode", "success in the long run", "rewards so far", "this episode ÷ the limit"]
    case.say([card.label for card in cards] == labels, "labels")
    percent_is(case, cards[0].value, known.success, "success")
    case.counted(cards[0].change.removeprefix("× "), math.log(known.success * known.g), "the change")
    percent_is(case, cards[0].note.removeprefix("expert’s copy "), 1 / known.g, "the expert’s success")
    percent_is(case, cards[1].value, known.limit, "the limit")
    case.counted(cards[1].change.removeprefix("× "), math.log(known.limit * known.g), "the change")
    case.say(cards[1].note == "the limit", "note")
    rewards, copied = math.fsum(known.along), known.k / known.g
    near(case, cards[2].value, rewards, "rewards")
    near(case, cards[2].change.removeprefix("+"), rewards - copied, "the change")
    near(case, cards[2].note.removeprefix("expert’s copy "), copied, "the expert’s rewards")
    ratio = known.success / known.limit
    if cards[3].value.endswith("%") and ratio > 1 + 1e-9:
        near(case, cards[3].value.removesuffix(" %"), 100 * ratio, "the ratio", 5e-3)
    else:
        percent_is(case, cards[3].value, ratio, "the ratio")
    case.say(cards[3].note == f"episode {known.k:,}", "k")


def copying(case: Case, m: re.Match) -> None:
    case.say(int(m["g"]) == room(case).g, "G")
    recomputed(case, "=", m["share"], lambda cells: 1 / cells, m["g"])


def one_back(case: Case, m: re.Match) -> None:
    known = room(case)
    case.say(known.learner == "One episode back", "another learner")
    tex(case, m["r"], known.f * (1 - 1 / known.g), "r")
    case.say(int(m["k"]) == known.k, "k")
    tex(case, m["s"], known.success, "success")


def remembers(case: Case, m: re.Match) -> None:
    known = room(case)
    case.say(known.learner == "Remembers rewards", "another learner")
    percent_is(case, m["known"], known.known, "K")
    factors = [1 / known.g, known.known, known.f * (1 - 1 / known.g)]
    evaluated(case, m["sum"], m["sign"], m["total"], factors, known.success)


def explores(case: Case, m: re.Match) -> None:
    known = room(case)
    case.say(known.learner == "Remembers failures too", "another learner")
    percent_is(case, m["known"], known.known, "K")
    factors = [1 / known.g if known.k <= known.g else 0.0, known.known, known.again]
    evaluated(case, m["sum"], m["sign"], m["total"], factors, known.success)


def limits(case: Case, m: re.Match) -> None:
    known = room(case)
    tex(case, m["back"], known.back, "the limit of looking one back")
    evaluated(case, m["sum"], m["sign"], m["total"], [known.f, 1 - known.f, 1 / known.g], known.again)


ROOM_WHY: Known = [
    (
        r"\*\*Copying what an expert did\*\* gives a cell that was right in another task: with the goal anywhere it is right with\n\n"
        rf"\$\$\\frac1G=\\frac1\{{(?P<g>\d+)\}}=(?P<share>{TEX})\$\$",
        copying,
    ),
    (
        r"\*\*Copying how an expert learns\.\*\* The cell that was rewarded in the last episode is repeated with fidelity f, and otherwise the guess is uniform:\n\n"
        + re.escape(
            r"$$s_{k+1}=f\,s_k+\frac{1-f\,s_k}{G},\qquad s_k=s_\infty\,(1-r^k),\qquad r=f\left(1-\frac1G\right)="
        )
        + rf"(?P<r>{TEX}),\\qquad s_\{{(?P<k>\d+)\}}=(?P<s>{TEX})\$\$",
        one_back,
    ),
    (
        r"\*\*Copying how an expert learns, with a memory of rewards\.\*\* The goal is known before episode k with probability "
        + re.escape(r"$K_k=1-(1-1/G)^{k-1}$")
        + rf", here (?P<known>{PERCENT})\. Then it is found but for slips:\n\n"
        + re.escape(r"$$s_k=\frac1G+K_k\,f\left(1-\frac1G\right)=")
        + rf"{SUM_IS}\$\$",
        remembers,
    ),
    (
        r"\*\*Copying how an expert learns, with a memory of failures too\.\*\* No cell is tried twice until the goal is found, so it is known before episode k with probability "
        + re.escape(r"$K_k=\min((k-1)/G,\,1)$")
        + rf", here (?P<known>{PERCENT})\. Where it is not, one of the cells left is right, with 1/G in all, as long as k ≤ G:\n\n"
        + re.escape(r"$$s_k=\frac{[k\le G]}G+K_k\left(f+\frac{1-f}G\right)=")
        + rf"{SUM_IS}\$\$",
        explores,
    ),
    (
        r"\*\*The limit\*\* of looking one episode back and of remembering the rewarded cell:\n\n"
        + re.escape(r"$$\frac{1/G}{1-f+f/G}=")
        + rf"(?P<back>{TEX})"
        + re.escape(r",\qquad f+\frac{1-f}{G}=")
        + rf"{SUM_IS}\$\$\n\nA slip guesses uniformly over all cells\. After a slip, a learner that looks back one episode forgets the cell\.",
        limits,
    ),
    *literally(
        "The source, comments by Sam Marks, has the dark room, the copy of the expert, and the learner that looks at the last episode’s reward. The two that remember more, the formulas and the numbers are ours."
    ),
]


def room_notices(case: Case, notices: Sequence[str]) -> None:
    known = room(case)
    rounded = [
        symbol for symbol, used, name in (("G", known.g, "cells"), ("k", known.k, "episode")) if used != case.s[name]
    ]
    said = [f"Cells and episodes come whole: {' and '.join(rounded)} rounded."] if rounded else []
    case.say(list(notices) == said, notices)


# ── all of it ──

LEADS = {
    "inductive-bias": "Three panels: the odds against the incentive’s strength, the chance of having seen a sycophantic policy "
    "against training runs, and the odds against the share of errors caught. ",
    "nearest-tokens": "Two panels: the plane of what a cluster shares and what is a token’s own, with the line beyond which the "
    "nearest are; and how alike they are against what a cluster shares. ",
    "dark-room": "Three panels: the room with its goal and where the next guess goes, success by episode, and success by fidelity. ",
}
CHECKS: dict[str, tuple[Known, Callable, Known, Callable]] = {
    "inductive-bias": (BIAS_TAKEAWAY, bias_cards, BIAS_WHY, bias_notices),
    "nearest-tokens": (TOKENS_TAKEAWAY, tokens_cards, TOKENS_WHY, tokens_notices),
    "dark-room": (ROOM_TAKEAWAY, room_cards, ROOM_WHY, room_notices),
}


def objections(
    page: Page, query: dict[str, str], takeaway: str, cards: list, why: str, notices: Sequence[str]
) -> list[str]:
    """What is false of words that `page` is said to say under `query`."""
    case = Case(page, query)
    words, check_cards, paragraphs, check_notices = CHECKS[page.url_path]
    check_text(case, takeaway, words)
    case.here = "readouts"
    check_cards(case, cards)
    check_text(case, why, paragraphs)
    case.here = "notices"
    check_notices(case, notices)
    return case.false


def false_claims(page: Page, query: dict[str, str], *, alt: bool = False) -> list[str]:
    """What `page` says under `query` that is not so."""
    state = page.asked(query)
    said = plain(page.takeaway(state))
    false = objections(page, query, said, list(page.readouts(state)), page.why(state), state.notices)
    if alt:
        case = Case(page, query, here="alt")
        case.say(page.figure(state, ())["alt"] == LEADS[page.url_path] + said, "the picture’s words differ")
        for plate in page.plates(state):
            tokens_plate(case, plate.caption)
            case.say(plate.alt == plate.caption, "the plate’s words differ")
        false += case.false
    return false
