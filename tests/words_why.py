"""Checks explanations, with their equations."""

import math
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from words_case import NUM, PLACE, SHARE, TEX, UP, Case, agrees, interval, value_of
from words_draw import DOTS, outputs
from words_laws import Got, Sum, listening, sweep_of
from words_readouts import costs, priced
from words_steering import noises
from words_sums import AnySum
from words_takeaways import ONE_SHOT, RANGE, barred, check_text, end_of, swept

PRODUCT = rf"[-+]?(?:\({TEX}\)|{TEX})(?:\\times(?!10\^)(?:\({TEX}\)|{TEX}))*"
SUM = rf"{PRODUCT}(?:[-+]{PRODUCT})*"


def evaluated(case: Case, sum_text: str, sign: str, total: str, factors: list[float], exact: float) -> None:
    """“a×b+c×d=e”: every factor is what it stands for, and the numbers shown give the result shown."""
    shown = [value_of(x) for x in re.findall(TEX, re.sub(r"(?<=[\d)])-", "+-", sum_text))]
    case.say(len(shown) == len(factors), f"{len(shown)} factors")
    for (value, half), factor in zip(shown, factors, strict=False):
        case.say(abs(value - factor) <= half * 1.00001 + 1e-6 * abs(factor), f"factor {value} is {factor}")
    products = [re.findall(TEX, product) for product in re.findall(PRODUCT, sum_text)]
    value = math.fsum(math.prod(value_of(x)[0] for x in factors_of) for factors_of in products)
    result, half = value_of(total)
    case.say(abs(result - exact) <= half * 1.00001 + 2e-6 * abs(exact), f"the result is {exact}")
    halves = [[value_of(x) for x in factors_of] for factors_of in products]
    loose = math.fsum(math.prod(abs(x) for x, _ in of) * sum(h / abs(x) for x, h in of if x) for of in halves)
    room = half * 1.00001 + (0.0 if sign == "=" else 0.01 * abs(result) + loose)  # what rounding the factors allows
    case.say(abs(value - result) <= room + 1e-12, f"{sum_text} is {value}, not {total}")


def tex(case: Case, text: str, exact: float, what: str, slack: float = 2e-6) -> None:
    shown, half = value_of(text)
    case.say(
        shown == exact or abs(shown - exact) <= half * 1.00001 + slack * abs(exact), f"{what} is {exact}, not {text}"
    )


def literally(*texts: str, when: Callable[[Case], Any] = lambda case: True) -> list[tuple[str, Callable]]:
    return [(re.escape(text), lambda case, m: case.say(when(case), "not so here")) for text in texts]


def best_of_n_equation(case: Case, m: re.Match) -> None:
    n = case.setting
    evaluated(case, m["sum"], m["sign"], m["total"], [math.log(n), -(n - 1) / n], math.log(n) - (n - 1) / n)


def ties(case: Case, m: re.Match) -> None:
    formula = math.log(case.setting) - (case.setting - 1) / case.setting
    below = formula - float(case.got.kl)
    case.say(np.any(case.law.s == 0) and below > 0, "there are no ties")
    case.say(m["v"] or below < 1.01e-4, f"{below} below")
    if m["v"]:
        case.same(m["v"], case.got.kl, "KL")
        case.say(not agrees(m["v"], formula, 0.0), f"the formula is shown as {m['v']}, too")


def draw_of(case: Case) -> int:
    """Which draw of dots there is; 0 for none."""
    return round(case.s.get("draw", 0)) if case.method == "Best-of-n" else 0


def drawn_dots(case: Case, m: re.Match) -> None:
    n, draw = math.floor(case.setting), draw_of(case)
    case.say(draw > 0, "there are no dots")
    case.say(bool(m["n"]) == (2 <= n <= DOTS), f"{n} candidates")
    case.say(bool(m["many"]) == (n > DOTS), f"{n} candidates")
    if m["many"]:
        case.counted(m["many"], math.log(case.setting), "n")
    if not m["n"]:
        return
    case.say(int(m["n"]) == n, f"{n} candidates")
    truth, persuasion, mode = (scores[:n] for scores in outputs(case.law, DOTS, DOTS * (draw - 1)))
    top = np.max(persuasion)
    best = np.flatnonzero(persuasion >= top - 1e-9 * (1 + abs(top)))  # rounding may have any of them for the highest
    kinds = {"Mixture": ["honest", "manipulative"], "Routing": [f"from {x}" for x in "ABC"]}.get(case.s["world"], [""])
    if case.s["world"] == "Routing":
        kinds = [kind for kind, weight in zip(kinds, listening(case.s), strict=True) if weight > 0]
    said = [
        k
        for k in best
        if kinds[mode[k]] == (m["kind"] or "").rstrip(", ") and agrees(m["truth"], float(truth[k]), 1e-6)
    ]
    case.say(said, f"the best are {[(kinds[mode[k]], truth[k]) for k in best]}")


def same_kl(case: Case, m: re.Match) -> None:
    case.same(m["own"], case.got.truth, "mean truth")
    case.say(m["self"] == case.method.lower(), "method")
    said = m["rivals"].split(", ")
    case.say(len(said) == 3, "three rivals")
    for one in said:
        found = re.fullmatch(
            rf"\*\*(?P<v>{NUM})\*\* under (?P<m>.+)|(?P<n>.+) (?P<why>cannot reach it|has no optimum here)", one
        )
        case.say(found, f"unknown {one!r}")
        if found:
            got = case.matched[found["m"] or found["n"]]
            if case.got.kl > (80 if isinstance(case.law, Sum) else 660):
                continue  # where the numbers of sampling end
            case.say(isinstance(got, Got) == bool(found["v"]) or case.either(found["n"], found["why"]), f"{one}: {got}")
            if found["v"] and isinstance(got, Got):
                case.same(found["v"], float(got.truth), one, slack=1e-6)


def turning_places(case: Case, m: re.Match) -> None:
    places = re.findall(PLACE, m["where"] or "")
    if case.law.fixed:
        case.say(not places, "nothing turns")
        return
    middle = end_of("Boltzmann", case.law, *interval(m["span"].partition(" to ")[2])[1:])
    found = case.courses
    courses = found.setdefault(
        ("Boltzmann", middle, (0.5, 0.5)),
        found.get(("Boltzmann", middle, (0.5, 0.5))) or sweep_of("Boltzmann", case.law).courses(middle),
    )
    ok = [course for course in courses if len(course[2]) == len(places)]
    case.say(ok, f"turns: {courses}")
    if ok:
        directions = ok[0][0]
        swept(case, m["span"], directions, None, method="Boltzmann")
    for place, u in zip(places, ok[0][2] if ok else [], strict=False):
        _, low, high = interval(place)
        here, turn = sweep_of("Boltzmann", case.law).truths(np.array([0.5 * (low + high), u]))
        flat = abs(here - turn) <= 3e-11 * (
            1 + np.max(np.abs(ok[0][1]))
        )  # a plateau, which turns where it begins: `course`
        case.say(low - 2e-3 <= u <= high + 2e-3 or flat, f"the turn is at {u}")
    for directions, _, turns in ok[:1]:
        way = directions[min(int(np.searchsorted(turns, case.setting)), len(directions) - 1)]
        here = way * case.law.covariance(case.setting)
        beside = np.min(np.abs(turns - case.setting), initial=np.inf) < 1e-6 * (1 + case.setting)
        case.say(m["ripples"] or here > -1e-9 or beside, f"truth goes {directions}, and the covariance is {way * here}")


def two_modes(case: Case, m: re.Match) -> None:
    law, lam = case.law, case.setting
    gap = [math.log(law.w[1] / law.w[0]), law.p[1] - law.p[0], 0.5 * (law.s[1] ** 2 - law.s[0] ** 2)]
    roots = np.roots(gap[::-1]) if gap[2] else np.array([-gap[0] / gap[1]]) if gap[1] else np.array([])
    roots = np.sort([x.real for x in np.atleast_1d(roots) if abs(x.imag) < 1e-9 and x.real >= 0])
    said = re.findall(rf"λ = ({NUM})", m["where"])
    roots = roots[np.diff(roots, prepend=-1.0) > 1e-9]
    case.say(len(said) == roots.size, f"they weigh the same at {roots}")
    for text, root in zip(said, roots, strict=False):
        case.same(text, float(root), "crossing", digits=6, slack=1e-6)
    log_share = gap[0] + lam * gap[1] + lam**2 * gap[2]
    log_share = -float(np.logaddexp(0, -log_share))
    if m["now"].startswith("1 in"):
        case.counted(m["now"][5:], -log_share, "share")
    else:
        value, half = value_of(m["now"])
        case.say(
            abs(value - math.exp(log_share)) <= half * 1.01 * (1 if value < 1 else 10) + 1e-9,
            f"the share is {math.exp(log_share)}",
        )


def taylor(case: Case, m: re.Match) -> None:
    cost, before, log_bound = costs(case)
    if m["cost"]:
        tex(case, m["cost"], cost, "cost", slack=2e-6 if cost > 1e-9 else 1e-2)
    else:
        case.say(cost < 1.01e-25, f"the cost is {cost}")
    if not (m["sum"] or m["bound"]):
        case.say(before < 1.01e-25, f"the base’s cost is {before}")
    elif m["sum"]:
        evaluated(case, m["sum"], m["sign"], m["total"], [before, math.exp(case.got.log_samples)], math.exp(log_bound))
    else:
        shown = (
            m["bound"].replace("10^{", "10^(", 1).removesuffix("}") + ")"
            if m["bound"].startswith("10^")
            else m["bound"]
        )
        shown = re.sub(r"\\times10\^\{(\d+)\}", lambda x: f" × 10{x[1].translate(UP)}", shown)
        case.counted(shown, log_bound, "Taylor’s bound")


def climbs(case: Case, m: re.Match) -> None:
    law, got = case.law, case.got
    gain = float(got.mean) - law.mean
    gain = gain if abs(gain) > 1e-11 * (abs(law.mean) + math.sqrt(float(law.w @ law.s**2))) else 0.0  # rounding
    slope = float(law.slope[0])
    case.say(law.w.size == 1 and law.s[0] > 0, "no line")
    evaluated(case, m["sum"], m["sign"], m["total"], [slope, gain], slope * gain)


def slides(case: Case, m: re.Match) -> None:
    s, (a, _, c) = case.s, listening(case.s)
    end = case.end
    evaluated(case, m["sum"], m["sign"], m["total"], [a, s["mu_a"], c, s["mu_c"]], a * s["mu_a"] + c * s["mu_c"])
    if not penalised(case):
        tex(case, m["end"], end.reward, "RL’s reward")


def penalised(case: Case) -> bool:
    return case.s["steering"] == "KL penalty" and case.s["world"] == "Blend"


def virtue(case: Case, m: re.Match) -> None:
    law, end = case.law, case.end
    sd = math.sqrt(float(law.w @ (law.s**2 + (law.p - law.mean) ** 2)))
    slack = 3e-3 if penalised(case) else 2e-7
    if penalised(case) and len(noises(case.s)) < 2:
        return
    case.same(m["reward"], end.reward, "RL’s reward", slack=slack)
    case.same(m["z"], max(end.reward - law.mean, 0.0) / sd, "standard deviations", slack=max(slack, slack / sd))
    case.say(not m["z"].startswith("−") and m["price"] != "1", "negative, or one in 1")
    if m["price"]:
        priced(case, m["price"], end.reward, slack)
    else:
        case.say(-law.log_sf(end.reward) < 0.0051, "not nearly every sample")


def routed(case: Case, m: re.Match) -> None:
    a, b, c = (weight > 0 for weight in listening(case.s))
    case.say(case.s["world"] == "Routing", "not routed")
    case.say(bool(m["ac"]) == (a and c), f"A and C: {a}, {c}")
    case.say(bool(m["b"]) == b, f"B: {b}")
    case.say(bool(m["one"]) == (a + b + c == 1) and m["one"] in (None, "A" if a else "C"), f"A, B, C: {a}, {b}, {c}")


def extremal(said: str | None, case: Case, m: re.Match) -> None:
    """Which mode owns the far tail, and why."""
    law = case.law
    honest, liar = (law.s[0], law.p[0]), (law.s[1], law.p[1])
    owner = "manipulative" if liar > honest else "honest" if honest > liar else None
    case.say(said == owner, f"{owner} owns the tail")
    if said:
        case.say((m["wide"] or m["mean"]) == owner, f"{owner} owns the tail")
        case.say((m["wide"] is None) == (law.s[0] == law.s[1]), f"spreads are {law.s}")
    if said == "manipulative":
        case.say((m["head"] == "Extremal Goodhart") == (law.limit < law.truth), f"from {law.truth} to {law.limit}")
    if m["fate"].startswith("tends to "):
        case.same(m["fate"].removeprefix("tends to "), law.limit, "the limit")
    else:
        case.say(law.limit == (math.inf if m["fate"].startswith("rises") else -math.inf), f"the limit is {law.limit}")
    case.counted(m["count"], -math.log(law.w[1]), "outputs to a liar")


def hazard(case: Case, m: re.Match) -> None:
    law = case.law
    bar, _ = value_of(m["c"])
    if case.method == "Filter":
        case.same(m["c"], case.setting, "c", digits=6)
        bar = case.setting
    else:
        case.say(abs(float(law.log_sf(bar)) - math.log(0.01)) < 0.006 * law.hazard(bar) + 1e-6, "c is not the top 1 %")
    evaluated(case, m["sum"], m["sign"], m["total"], [law.sd**2, law.hazard(bar)], float(law.filtered(bar).truth))


def limited(case: Case, m: re.Match) -> None:
    case.say(case.law.error == "Laplace", "there is no such limit")
    case.same(m["limit"], 1 / case.law.scale, "1/b", digits=6)


def boltzmann_of_sum(case: Case, m: re.Match) -> None:
    law, lam = case.law, case.setting
    evaluated(case, m["sum"], m["sign"], m["total"], [law.sd**2, lam], law.sd**2 * lam)


def fate(case: Case, m: re.Match) -> None:
    """What becomes of truth above a rising bar, of a pair of laws without closed forms."""
    law = case.law
    if not isinstance(law, AnySum):
        case.say(False, "these laws have closed forms")
        return
    case.say((m["truth"], m["error"]) == (law.of_truth.kind, law.of_error.kind), "laws")
    known = {
        rf"Far out it is the error that makes an output persuasive: truth above a rising bar falls back to (?P<v>{NUM}) in the end, catastrophic Goodhart\.": law.limit
        == 0,
        r"Far out it is truth, too, that makes an output persuasive: above a rising bar it rises without bound in the end\.": law.limit
        == math.inf,
        rf"Truth above a rising bar tends to (?P<v>{NUM}), the most that it can be\.": law.limit
        == law.of_truth.ends[1],
        rf"Truth above a rising bar tends to (?P<v>{NUM}): far out, both make an output persuasive\.": 0
        < law.limit
        < law.of_truth.ends[1],
    }
    for pattern, true in known.items():
        if found := re.fullmatch(pattern, m["fate"]):
            case.say(true, f"the limit is {law.limit}")
            if "v" in found.groupdict():
                case.same(found["v"], law.limit, "the limit")
            return
    case.say(False, "unknown fate")


def above_bar(case: Case, m: re.Match) -> None:
    law = case.law
    bar, half = value_of(m["c"])
    if case.method == "Filter":
        case.same(m["c"], case.setting, "c", digits=6)
        bar = case.setting
    else:
        room = (half + 0.006) * law.hazard(bar) + 1e-6
        case.say(abs(float(law.log_sf(bar)) - math.log(0.01)) < room, "c is not the top 1 %")
    truth = float(law.filtered(bar).truth)
    if abs(truth) < 1e-50:  # rarer below the bar than this route goes
        case.say(abs(value_of(m["v"])[0]) < 1e-50, f"truth above the bar is {truth}")
    else:
        tex(case, m["v"], truth, "truth above the bar", slack=1e-6 + 2e-9 / max(abs(truth), 1e-12))


WIDER = r"(?:the (?P<wide>honest|manipulative) mode is the wider in persuasiveness|both modes are equally wide, and the (?P<mean>honest|manipulative) one is the more persuasive on average)"
IN_THE_LIMIT = rf"in the limit mean truth (?P<fate>tends to {NUM}|rises without bound|falls without bound)\."
HOLD_ONE = rf"(?P<count>{NUM}) outputs hold one manipulative one on average\."
SUM_IS = rf"(?P<sum>{SUM})(?P<sign>=|\\approx )(?P<total>{TEX})"
FATES = {
    "Normal": "**The Normal error.** The hazard rate of persuasiveness rises for ever, and so does truth above a rising bar.",
    "Laplace": "**The Laplace error.** The hazard rate of persuasiveness rises towards 1/b, and truth above a rising bar towards σ_T²/b.",
    "Student-t": "**The Student-t error.** The hazard rate of persuasiveness falls in the end, and truth above a rising bar falls back to 0: catastrophic Goodhart.",
    "Uniform": "**The Uniform error.** It ends at h, so far out only truth can make an output more persuasive.",
}


def chi_squared(case: Case, m: re.Match) -> None:
    sweep = sweep_of("Chi-squared", case.law)
    tex(case, m["s"], case.setting, "s")
    if not case.law.fixed:
        x, half = value_of(m["x"])
        exact = sweep.place(case.setting)
        flat = abs(float(case.law.sloped(x)[0]) / case.setting - 1) < 1e-3
        case.say(abs(x - exact) <= half * 1.01 + 1e-6 * abs(exact) or flat, f"x is {exact}")


def growth(case: Case, m: re.Match) -> None:
    q, omega = case.knobs
    evaluated(case, m["sum"], m["sign"], m["total"], [1, -omega, omega, 1 / q], 1 - omega + omega / q)


def reaches(case: Case, m: re.Match) -> None:
    rounds, now = case.sweep().rounds, case.setting
    case.say(now > 0, "no bar yet")
    tex(case, m["rest"], 1 - case.knobs[1], "1 − ω")
    case.counted(m["n"], rounds.log_samples(now), "the weight")
    case.same(m["q"], case.knobs[0], "q")
    case.same(m["tail"], rounds.tail(now), "the base model’s top", slack=1e-6)


def last_and_next(case: Case, m: re.Match) -> None:
    case.say(case.setting > 0, "no round yet")
    barred(case, m["last"], math.ceil(case.setting) - 1)
    barred(case, m["next"], case.setting)


def beside_one_shot(case: Case, m: re.Match) -> None:
    case.same(m["now"], case.got.truth, "mean truth")
    said = m["said"].split("; ")
    case.say(len(said) == 2, "two of them")
    for one, by in zip(said, ONE_SHOT, strict=False):
        got = case.one_shot(ONE_SHOT[by])
        found = re.fullmatch(
            rf"at the same {by} it leaves mean truth at \*\*(?P<v>{NUM})\*\*"
            rf"|(?P<no>there is no mean persuasiveness to match)|none has the same {by}",
            one,
        )
        case.say(found, f"unknown {one!r}")
        if found and not found["v"] and not found["no"]:
            case.say(case.beyond_rounding, f"{one}: {got}")
        elif found:
            case.say((got is None) == bool(found["no"]), f"{one}: {got}")
            if got is not None and found["v"]:
                case.same(found["v"], float(got.truth), one, slack=2e-6)


# What methods and worlds say anywhere, and what only one page says.
def range_note(case: Case, m: re.Match) -> None:
    """What takeaways are checked over, as far as it must go."""
    case.say(m["span"] == case.range, f"the range is {case.range}")


def in_the_triangle(case: Case, m: re.Match) -> None:
    how = case.s["steering"] if case.s["world"] == "Blend" or case.s["steering"] == "For a time" else "To the end"
    reward = {"A": case.s["mu_a"], "B": 0.0, "C": case.s["mu_c"]}
    winners = [name for name, mean in reward.items() if mean == max(reward.values())]
    case.say(bool(m["held"]) == (how == "KL penalty"), f"steering is {how}")
    case.say(bool(m["only"]) == (how in ("Rivals", "No rivals")), f"steering is {how}")
    case.say(not m["tied"] or m["tied"].split(" and ") == winners, f"winners: {winners}")
    case.say(not m["won"] or [m["won"]] == winners, f"winners: {winners}")


WHY: dict[str, list[tuple[str, Callable]]] = {
    "Filter": [
        (
            rf"The bar now costs (?P<n>{NUM}) base samples per output and a KL of (?P<kl>{NUM})(?: nats)?\.",
            lambda case, m: (
                case.counted(m["n"], case.got.log_samples, "samples"),
                case.same(m["kl"], case.got.kl, "KL"),
            ),
        )
    ],
    "Quantilizer": [
        (
            rf"The bar now costs (?P<n>{NUM}) base samples per output and a KL of (?P<kl>{NUM})(?: nats)?\.",
            lambda case, m: (
                case.counted(m["n"], case.got.log_samples, "samples"),
                case.same(m["kl"], case.got.kl, "KL"),
            ),
        )
    ],
    "Best-of-n": [
        *literally(
            r"Best-of-n weighs an output at persuasiveness $p$ by $n\,F(p)^{n-1}$: its rank among the base model’s outputs is all that counts.",
            "It beats one output of the base model with probability",
        ),
        (rf"\$\$\\mathrm\{{KL\}}=\\ln n-\\frac\{{n-1\}}\{{n\}}={SUM_IS}\\text\{{ nats\}}\$\$", best_of_n_equation),
        (
            rf"\$\$\\frac\{{n\}}\{{n\+1\}}=(?P<v>{TEX})\$\$",
            lambda case, m: tex(case, m["v"], case.setting / (case.setting + 1), "win rate"),
        ),
        (
            rf"Ties, broken at random, keep the KL below the formula, (?:at (?P<v>{NUM})|by less than 0\.0001) nats\.",
            ties,
        ),
        (
            rf"\*\*One draw, as dots\.\*\* The dots are 400 outputs of the base model\. (?:The larger ones, the first (?P<n>\d+), are candidates, and the most persuasive is ringed: (?P<kind>(?:honest|manipulative|from [ABC]), )?truth (?P<truth>{NUM})\. |They are too few to see the candidates among (?P<many>{NUM})\. )?They are spread more evenly than chance would spread them\. Another draw is another set; the means are exact, and over all draws\.",
            drawn_dots,
        ),
    ],
    "Best-of-Poisson": [
        (
            rf"Best-of-Poisson weighs an output at persuasiveness \$p\$ by \$\(\\mu F\(p\)\+1\)\\,e\^\{{\\mu\(F\(p\)-1\)\}}\$, and draws \$1\+\\mu=(?P<v>{TEX})\$ outputs on average\.",
            lambda case, m: tex(case, m["v"], 1 + case.setting, "1 + μ"),
        )
    ],
    "Boltzmann": [
        (
            rf"Reweighting by \$e\^\{{\\lambda p\}}\$ is exactly the optimum of \$\\mathrm E\[P\]-\\tau\\,\\mathrm\{{KL\}}\$ with \$\\tau=1/\\lambda=(?P<v>{TEX})\$ \(Korbak, Perez & Buckley 2022\)\.",
            lambda case, m: tex(case, m["v"], 1 / case.setting if case.setting else math.inf, "τ"),
        ),
        (
            rf"\$\$\\frac\{{\\mathrm d\\,\\mathrm E_\\lambda\[T\]\}}\{{\\mathrm d\\lambda\}}=\\mathrm\{{Cov\}}_\\lambda\(T,P\)=(?P<v>{TEX})\$\$",
            lambda case, m: tex(case, m["v"], case.law.covariance(case.setting), "covariance", 1e-6),
        ),
        (
            rf"While it is above 0 more pressure helps truth, and below 0 it hurts\. (?:Mean truth turns where it changes sign, at (?P<where>{PLACE}(?: and {PLACE})*)|(?P<never>Mean truth never turns))(?P<ripples>, but for steps below 0\.0001)?, {RANGE}\.",
            lambda case, m: turning_places(case, m),
        ),
    ],
    "Chi-squared": [
        (
            rf"Outputs weigh \$\\max\(0,\\,s\\,\(p-x\)\)\$ with \$s=(?P<s>{TEX})\$ and \$x=(?P<x>{TEX})\$, where the mean weight is 1 \(Huang et al\. 2025\)\.",
            chi_squared,
        )
    ],
    "Online modelling": [
        *literally("Every round multiplies the weight of what it asks for by"),
        (rf"\$\$A=1-\\omega\+\\frac\{{\\omega\}}\{{q\}}={SUM_IS}\$\$", growth),
        (
            rf"and that of the rest by \$1-\\omega=(?P<rest>{TEX})\$\. An output that reaches every bar so far weighs (?P<n>{NUM}) times as much as in the base model, which is also how many base samples an output costs\. The next round asks for the top (?P<q>{SHARE}) of what is imitated: the top (?P<tail>{SHARE}) of the base model\.",
            reaches,
        ),
    ],
    "Blend": [
        (
            rf"\*\*Selection climbs a line\.\*\* It looks at persuasiveness alone, so truth can only follow along E\[truth \| persuasiveness\]:\n\n\$\$\\mathrm E_q\[T\]-\\mathrm E\[T\]=\\frac\{{\\mathrm\{{Cov\}}\(T,P\)\}}\{{\\mathrm\{{Var\}}\\,P\}}\\,\(\\mathrm E_q\[P\]-\\mathrm E\[P\]\)={SUM_IS}\$\$",
            climbs,
        ),
        *literally(
            "**Selection has nothing to go by:** every output is equally persuasive.", when=lambda case: case.law.fixed
        ),
    ],
    "Routing": [
        *literally(
            "**Selection has nothing to go by:** every output is equally persuasive.", when=lambda case: case.law.fixed
        ),
        (
            r"\*\*Routed outputs come from one submodule each\.\*\* (?:Selection then (?P<ac>asks which of A and C persuades further out)?(?: and )?(?P<b>cannot tell the outputs of B apart, all at persuasiveness 0)?\.|Here all are from (?P<one>[AC])\.)",
            routed,
        ),
    ],
    "Mixture": [
        (
            rf"\*\*(?P<head>Extremal Goodhart|The manipulative mode owns the far tail)\.\*\* Pressure finds the outputs that persuade by other means: {WIDER}, so it owns the far tail, however rare it is, and {IN_THE_LIMIT} Rarity only buys time: {HOLD_ONE}",
            partial(extremal, "manipulative"),
        ),
        (
            rf"\*\*The honest mode owns the far tail\.\*\* Pressure leaves the manipulative outputs behind in the end: {WIDER}, and {IN_THE_LIMIT} {HOLD_ONE}",
            partial(extremal, "honest"),
        ),
        (
            rf"\*\*Neither mode owns the far tail\.\*\* Honest and manipulative outputs are equally persuasive, so pressure cannot tell them apart, and {IN_THE_LIMIT} {HOLD_ONE}",
            partial(extremal, None),
        ),
        (
            rf"(?P<where>The two modes weigh the same at λ = {NUM}(?: and λ = {NUM})?|The two modes never weigh the same); now (?P<now>{SHARE}) of the policy is manipulative\.",
            two_modes,
        ),
    ],
    "truth plus error": [
        *(
            pair
            for name, text in FATES.items()
            for pair in literally(
                text, when=lambda case, name=name: case.law.error == name and not isinstance(case.law, AnySum)
            )
        ),
        (
            rf"\$\$\\mathrm E\[T\\mid P\\ge c\]=\\sigma_T\^2\\,\\frac\{{f_P\(c\)\}}\{{\\bar S\(c\)\}}={SUM_IS}\\quad\\text\{{at \}}c=(?P<c>{NUM})\$\$",
            hazard,
        ),
        *literally(
            "KL-penalised RL **has no optimum** here: E[e^(λP)] is infinite for every λ > 0.",
            when=lambda case: case.law.most_strength == 0,
        ),
        (
            rf"KL-penalised RL has an optimum only below λ = 1/b = (?P<limit>{NUM}); its mean truth is σ_T² λ up to there\.",
            limited,
        ),
        (rf"\$\$\\mathrm E_\\lambda\[T\]=\\sigma_T\^2\\lambda={SUM_IS}\$\$", boltzmann_of_sum),
        *literally("After Thomas & Kwa (2023) and Kwa, Thomas & Garriga-Alonso (2024)."),
        (
            r"\*\*(?P<truth>Normal|Student-t|Laplace|Uniform) truth, (?P<error>[-\w]+) error\.\*\* (?P<fate>.*?)(?=\n\n)",
            fate,
        ),
        (rf"\$\$\\mathrm E\[T\\mid P\\ge c\]=(?P<v>{TEX})\\quad\\text\{{at \}}c=(?P<c>{NUM})\$\$", above_bar),
        *literally(
            "The mean of the error is infinite, and so is mean persuasiveness before any pressure.",
            when=lambda case: case.law.mean == math.inf,
        ),
        (
            rf"KL-penalised RL has an optimum only below λ = (?P<limit>{NUM})\.",
            lambda case, m: case.same(m["limit"], case.law.most_strength, "the steepest tilt", digits=6),
        ),
    ],
}
LENSES: dict[str, list[tuple[str, Callable]]] = {
    "best-of-n": [
        (rf"At the same KL, mean truth is (?P<own>{NUM}) under (?P<self>[-\w ]+); (?P<rivals>.+)\.", same_kl)
    ],
    "boltzmann": [
        (
            rf"Of a base sample, importance reweighting leaves a fraction \$Z\(\\lambda\)\^2/Z\(2\\lambda\)=\$ \*\*(?P<v>{NUM})\*\* effective\.",
            lambda case, m: case.counted(
                m["v"], 2 * case.law.log_mgf(case.setting) - case.law.log_mgf(2 * case.setting), "fraction"
            ),
        ),
        *literally(
            r"Of a base sample, importance reweighting leaves nothing effective: $Z(2\lambda)$ is infinite.",
            when=lambda case: math.isinf(case.law.log_mgf(2 * case.setting)),
        ),
    ],
    "filters": [
        *literally(
            "A **satisficer** accepts anything above a fixed bar (a filter); a **quantilizer** keeps the top fraction q whatever the bar; as q → 0 it becomes an **optimizer**."
        ),
        (
            rf"For any cost that is never negative, keeping a fraction \$q\$ can raise its mean at most by a factor of \$1/q\$ \(Taylor 2016\)\. The cost here is max\(0, (?P<v>{NUM}) − truth\):",
            lambda case, m: case.same(m["v"], case.s["level"], "level"),
        ),
        (
            rf"\$\$\\mathrm E_q\[\\text\{{cost\}}\](?:=(?P<cost>{TEX})|<10\^\{{-25\}})\\;\\le\\;\\frac\{{\\mathrm E\[\\text\{{cost\}}\]\}}\{{q\}}(?:=(?:{SUM_IS}|(?P<bound>{TEX}|10\^\{{{TEX}\}})))?\$\$",
            taylor,
        ),
    ],
    "online-modelling": [
        (rf"The last round asked for (?P<last>{NUM}) or more, the next would ask for (?P<next>{NUM})\.", last_and_next),
        (
            rf"\*\*Beside one shot\.\*\* Mean truth is now (?P<now>{NUM})\. A quantilizer asks the base model once: (?P<said>[^.]*(?:\.\d[^.]*)*)\.",
            beside_one_shot,
        ),
        *literally(
            "Imitating outputs, asking for better ones and training on the answers is Sam Marks’s description of online generative modelling; that each round replaces a share ω of one buffer, evenly, is ours."
        ),
    ],
    "rl-versus-filtering": [
        (
            rf"\*\*RL slides towards a corner\.\*\* Its reward is linear in the listening weights, so nothing but a tie, a budget or a penalty stops the winner from taking all:\n\n\$\$\\mathrm E\[P\]=\\alpha\\,\\mu_A\+\\gamma\\,\\mu_C={SUM_IS}\\;\\longrightarrow\\;(?P<end>{TEX})\$\$",
            slides,
        ),
        (
            rf"\*\*What the virtue costs\.\*\* An output as persuasive as RL’s average, (?P<reward>{NUM}), is (?P<z>{NUM}) standard deviations out: (?:the base model gives one in about \*\*(?P<price>{NUM})\*\* samples|nearly every sample of the base model is that persuasive)\.",
            virtue,
        ),
        *literally(
            "The example is Sam Marks’s, worked out with Eric Neyman and Drake Thomas: RL strengthens whatever causes reward, filtering only follows what goes along with it. Each of its three limits has its own control: the family (**KL penalty**), the submodules’ means and spreads, and how far capabilities compete (**Rivals**, down to none)."
        ),
        (
            r"In the triangle, (?:(?P<held>RL stops where the penalty holds it)|(?P<only>there is only the base model: RL’s weights do not add up to 1)|RL walks to where (?P<tied>[ABC](?: and [ABC])+) tie|RL walks from the base model’s weights towards (?P<won>[ABC]) alone)\.",
            in_the_triangle,
        ),
    ],
}


def check_why(case: Case, text: str) -> None:
    if not text:
        return
    case.say(("as dots" in text) == (draw_of(case) > 0), "dots are told of where there are some, and nowhere else")
    known = [
        (rf"“More pressure” means {RANGE}\.", range_note),
        *LENSES.get(case.page.url_path, []),
        *WHY[case.method],
        *WHY.get(case.s["world"], WHY["truth plus error"]),
    ]
    check_text(case, text, known)
