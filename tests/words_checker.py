"""Checks what pages say: every sentence, equation, readout and table cell is parsed and its claim computed afresh.

The claims are computed by `words_laws`; of `models` only the declared ranges of parameters are used. A sentence that no
pattern knows is false too. By command: `python tests/words_checker.py [settings a page, or
from-to] [page …]`.
"""

import base64
import math
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib import import_module
from itertools import islice
from multiprocessing import Pool
from typing import Any

import numpy as np
from cases import LIVE_PAGES, NOTEBOOK_PAGES, drawn
from scipy.optimize import minimize
from words_draw import DOTS, outputs
from words_laws import (
    KNOB,
    LEAST,
    MOST,
    ORDER,
    REACH,
    SLIDER,
    SYMBOL,
    Got,
    Law,
    Normals,
    Sum,
    Sweep,
    blend_mode,
    listening,
    log_sum,
    share_of,
    sweep_of,
)
from words_rounds import MOST_ROUNDS
from words_sums import AnySum, law_of

from dashboard.page.record import Page
from dashboard.settings import defaults, read
from dashboard.words.text import plain

# ── numbers as pages print them ──

NUM = r"−?(?:∞|10\^\(\d+\.\d × 10[⁰¹²³⁴⁵⁶⁷⁸⁹]+\)|\d+(?:,\d{3})*(?:\.\d+)?(?: × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)"
SHARE = rf"(?:1 in {NUM}|{NUM} %)"
PLACE = rf"[cqnμλsk] = (?:{SHARE}|{NUM})"
TEX = r"-?(?:\\infty|\d+(?:\.\d+)?(?:\\times10\^\{-?\d+\})?)"
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
UP = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def value_of(text: str) -> tuple[float, float]:
    """A printed number and half a unit of its last place; counts and shares have three digits, or all before the point."""
    text = text.strip()
    if text == "does not exist" or "10^(" in text:
        return math.nan, 0.0
    if text.startswith("1 in "):
        value, half = value_of(text[5:])
        return 1 / value, 1 / (value - half) - 1 / value
    if text.endswith(" %"):
        value, _ = value_of(text[:-2])
        return value / 100, (0.5 * 10.0 ** (math.floor(math.log10(value)) - 2) if value else 0.0) / 100
    plain_text = text.replace("−", "-").replace(",", "").replace(r"\infty", "inf").replace("∞", "inf")
    head, _, power = plain_text.replace(r"\times10^{", " × 10^").replace("}", "").partition(" × 10")
    if head.endswith("inf"):
        return float(head), 0.0
    exponent = int(power.translate(RAISED).lstrip("^")) if power else 0
    decimals = len(head.partition(".")[2])
    return float(f"{head}e{exponent}"), 0.5 * 10.0 ** (exponent - decimals)


def agrees(text: str, value: float | None, slack: float = 2e-7, digits: int | None = None) -> bool:
    """Whether `value` may be printed as `text`; `digits`: significant ones, where zeros at the end are left out."""
    if value is None:
        return text == "does not exist"
    shown, half = value_of(text)
    if not math.isfinite(value) or not math.isfinite(shown):
        return shown == value
    if digits and "×" not in text and shown:
        half = min(half, 0.5 * 10.0 ** (math.floor(math.log10(abs(shown))) + 1 - digits))
    return abs(shown - value) <= half * (1 + 1e-6) + slack * max(abs(value), min(1.0, half * 1e3))


def counts(text: str, log_value: float) -> bool:
    """Whether a count may be printed as `text`."""
    log_shown, mantissa = log_of(text)
    if not math.isfinite(log_value):
        return log_shown == log_value
    if log_value > 600 or math.isinf(log_shown):
        low, high = (math.log1p(half / mantissa) if mantissa > 0.1 else half / mantissa for half in (-0.05, 0.05))
        return low <= log_value - log_shown + 1e-9 * log_value and log_value - log_shown <= high + 1e-9 * log_value
    value = math.exp(log_value)
    small = "×" not in text and value < 99.95
    return agrees(text, value, 1e-6, 3) if small else agrees(text, value, 1e-6)


def log_of(text: str) -> tuple[float, float]:
    """The log of a printed count, and its mantissa."""
    if towering := re.fullmatch(r"10\^\((.*)\)", text):
        value, half = value_of(towering[1])
        return value * math.log(10), 0.05 / (half * math.log(10))
    if text == "0":
        return -math.inf, 0.0
    head, _, power = text.replace(",", "").replace("∞", "inf").partition(" × 10")
    return math.log(float(head)) + (int(power.translate(RAISED)) if power else 0) * math.log(10), float(head)


def interval(place: str) -> tuple[str, float, float]:
    """The symbol of “n = 64”, and the least and the most that is printed so."""
    symbol, _, text = place.partition(" = ")
    value, half = value_of(text)
    if symbol in "nμ" and "×" not in text and 0 < value < 99.95:
        half = 0.5 * 10.0 ** (math.floor(math.log10(value)) - 2)
    return symbol, value - half, value + half


# ── a page under given settings ──

DEEPEST = 26.0**2  # where the numbers of drawing end: one output in 1e293


@dataclass(eq=False)
class Case:
    """One state of a page, and what is false on it."""

    page: Page
    query: dict[str, str]
    false: list[str] = field(default_factory=list)
    here: str = ""

    @cached_property
    def s(self) -> dict[str, Any]:
        asked, problems = read(self.page.sections, self.query)
        assert not problems
        return defaults(self.page.sections) | asked

    @cached_property
    def law(self) -> Law:
        law = law_of(self.s)
        if (
            self.s.get("method", "Online modelling") == "Online modelling"
            and isinstance(law, Sum)
            and "rounds" in self.s
        ):
            law.fallen = 180.0  # for the 123 of forty rounds of the top 5 %: the grid counts steps
        return law

    def slack(self, log_tail: float) -> float:
        """How far off this route’s places may be: the splines of `Sum` lose digits far out on a heavy tail."""
        return 1e-4 if isinstance(self.law, Sum) and math.isfinite(self.law.index) and -log_tail > 40 else 2e-6

    @property
    def knobs(self) -> tuple[float, float]:
        """What rounds of online modelling ask for, and what they feed back."""
        return self.s.get("online_modelling_fraction", self.s.get("fraction")), self.s["feedback"]

    def sweep(self, method: str = "") -> Sweep:
        """The chosen method’s sweep; of another one, or of one named, that at its defaults."""
        if not method and self.method == "Online modelling" and "target" not in self.s:
            return sweep_of(self.method, self.law, self.knobs)
        return sweep_of(method or self.method, self.law)

    @cached_property
    def no_optimum(self) -> tuple[str, ...]:
        """The methods that no pressure but none has a result under."""
        heavy = self.law.mean is None or self.law.mean == math.inf
        return tuple(
            m for m in ORDER if (m == "Boltzmann" and self.law.most_strength == 0) or (m == "Chi-squared" and heavy)
        )

    @cached_property
    def target(self) -> tuple[str, float]:
        by = {"Equal KL": "kl", "Equal mean": "mean", "Equal samples": "log_samples"}[self.s["target"]]
        value = self.s[{"kl": "target_kl", "mean": "target_mean_persuasiveness", "log_samples": "target_samples"}[by]]
        return by, math.log(value) if by == "log_samples" else value

    def either(self, method: str, said: str | None) -> bool:
        """Whether `said`, that a method cannot reach the target, is as true as that it does."""
        by, aim = self.target if "target" in self.s else ("kl", float(self.got.kl))
        return said == "cannot reach it" and sweep_of(method, self.law).misses(by, aim)

    @cached_property
    def matched(self) -> dict[str, Got | str]:
        """Every method where it reaches what the page holds equal, or why it does not."""
        by, aim = self.target if "target" in self.s else ("kl", float(self.got.kl))
        found: dict[str, Got | str] = {}
        for method in ORDER:
            if by == "log_samples" and method in ("Boltzmann", "Chi-squared"):
                found[method] = "draws no samples"
            if method in self.no_optimum:
                found[method] = "has no optimum here"
            elif method not in found:
                got = sweep_of(method, self.law).reaching(by, aim)
                found[method] = got if got and (method == "Boltzmann" or got.kl < DEEPEST) else "cannot reach it"
        return found

    @cached_property
    def method(self) -> str:
        return self.s.get("method", "Online modelling")

    @cached_property
    def setting(self) -> float:
        return self.s[KNOB[self.method]]

    @cached_property
    def got(self) -> Got | None:
        """What is selected, or None if that does not exist."""
        law, x = self.law, self.setting
        none = Got(law.truth, law.mean, 0.0, None)
        match self.method:
            case "Online modelling":
                return self.sweep().at(x)
            case "Filter":
                return law.filtered(x) if x <= law.highest else None
            case "Quantilizer":
                sweep = sweep_of("Quantilizer", law)
                cut = Got(law.truth, law.mean, 0.0) if law.fixed or x == 1 else sweep.at(sweep.place(x))
                if sweep.split and not law.fixed:
                    return Got(float(cut.truth), float(cut.mean), float(cut.kl), -math.log(x))
                return Got(float(cut.truth), cut.mean, 0.0 if law.fixed else -math.log(x), -math.log(x))
            case "Best-of-n":
                return law.best_of(x) if x > 1 else Got(law.truth, law.mean, 0.0, 0.0)
            case "Best-of-Poisson":
                return law.best_of_poisson(x)
            case "Chi-squared":
                sweep = sweep_of("Chi-squared", law)
                if law.mean in (None, math.inf) or 1 < getattr(law, "index", math.inf) < 1.02:
                    return None
                faint = x * (1 + float(np.max(law.s))) < 1e-13  # 1/x would hide all that the weight starts from
                return none if faint or law.fixed else sweep.at(sweep.place(x))
        return none if x == 0 else law.tilted(x) if x < law.most_strength else None

    def one_shot(self, by: str) -> Got | None:
        """The quantilizer that agrees with the rounds; None where there is no mean to agree on."""
        aim = getattr(self.got, by)
        if aim is None or not math.isfinite(aim):
            return None
        found = sweep_of("Quantilizer", self.law).reaching(by, float(aim))
        if found is None:
            return None
        return Got(found.truth, found.mean, found.kl, found.kl if found.log_samples is None else found.log_samples)

    @property
    def beyond_rounding(self) -> bool:
        """Whether P has an end, and what is selected lies so near it that its rounding leaves no numbers for one shot."""
        return isinstance(self.law, AnySum) and self.law.highest < math.inf and float(self.got.kl) > 35.9

    @cached_property
    def end(self) -> "End":
        """Where RL ends."""
        return rl_end(self.s)

    @cached_property
    def courses(self) -> dict[tuple[str, float, tuple[float, float]], list]:
        """Sweeps made so far, by method, end and further knobs."""
        return {}

    def say(self, true: Any, why: str) -> None:
        if not true:
            self.false.append(f"{self.here!r}: {why}")

    def same(self, text: str, value: float | None, what: str, **how: Any) -> None:
        self.say(agrees(text, None if value is None else float(value), **how), f"{what} is {value!r}, not {text}")

    def counted(self, text: str, log_value: float | None, what: str) -> None:
        self.say(
            log_value is not None and counts(text, float(log_value)), f"log of {what} is {log_value!r}, not {text}"
        )


def moved(start: float, end: float, sign: int) -> bool:
    """Whether a step may be said to go `sign`’s way; either will do within 1e-7 of the least that counts."""
    step = end - start
    return abs(step) < LEAST + 1e-7 if sign == 0 else sign * step > LEAST - 1e-7


ONE_SHOT = {"mean persuasiveness": "mean", "KL": "kl"}
DONE = {"raises": 1, "lowers": -1, "leaves": 0, "rises to": 1, "falls to": -1, "stays at": 0}
STEP = rf"(?:rises|falls) to {NUM} (?:at|just past) {PLACE}"


def subject(case: Case, m: re.Match) -> None:
    method = {
        "Keeping only outputs above": "Filter",
        "KL-penalised selection at λ =": "Boltzmann",
        "Keeping the best of": "Best-of-n",
        "χ²-penalised selection at s =": "Chi-squared",
        "Keeping the top": "Quantilizer",
        "Keeping the best of 1 + Poisson(": "Best-of-Poisson",
    }[m["how"]]
    case.say(method == case.method, f"the method is {case.method}")
    if case.got is None and method != case.method:
        return
    if method in ("Best-of-n", "Best-of-Poisson"):
        case.counted(m["x"], math.log(case.setting), "n")
    else:
        case.same(m["x"], case.setting, SYMBOL[method])


def fed_back(case: Case, m: re.Match) -> None:
    case.say(case.method == "Online modelling", f"the method is {case.method}")
    q, omega = case.knobs if "target" not in case.s else (0.5, 0.5)
    case.same(m["q"], q, "q")
    case.same(m["w"], omega, "ω")
    if "target" not in case.s:
        case.same(m["x"] or m["once"], case.setting, "rounds", slack=0)


def does(case: Case, m: re.Match) -> None:
    (fed_back if "q" in m.groupdict() else subject)(case, m)
    if case.got is None:
        case.say(False, "the result does not exist")
        return
    truth, base = float(case.got.truth), case.law.truth
    case.say(moved(base, truth, DONE[m["verb"]]), f"from {base} to {truth}")
    if m["verb"] == "leaves":
        case.same(m["at"], base, "mean truth")
    else:
        case.say(m["a"] != m["b"], "no move is shown")
        case.same(m["a"], base, "mean truth of the base model")
        case.same(m["b"], truth, "mean truth")


def absent(case: Case, m: re.Match) -> None:
    subject(case, m)
    law, x = case.law, case.setting
    match m["why"][:10]:
        case "no output ":
            case.say(case.method == "Filter" and x > law.highest, f"the highest is {law.highest}")
            case.say(abs(value_of(m["top"])[0] - law.highest) < 5.01e-7, f"the highest is {law.highest}")
        case "a further ":
            case.say(case.method == "Boltzmann" and 0 < law.most_strength <= x, "there is an optimum")
            case.same(m["inverse"], law.most_strength, "1/b", digits=3)
        case "the tail i":
            if "too near 1" in m["why"]:
                case.say(case.method == "Chi-squared" and 1 < law.index < 1.02, f"the tail index is {law.index}")
            else:
                case.say(case.method == "Boltzmann" and law.most_strength == 0 and x > 0, "the tail is not heavy")
        case "mean persu":
            missing = "is infinite" if law.mean == math.inf else "does not exist"
            case.say(case.method == "Chi-squared" and missing in m["why"], f"the mean is {law.mean}")
            case.say(law.mean is None or law.mean == math.inf, "there is a mean")


def cliff(case: Case, method: str) -> float:
    """The KL at an atom beyond which there are so few outputs that no number of draws leads there."""
    least = math.log(MOST) + 5 if method.startswith("Best") else DEEPEST
    atoms = case.law.atoms if isinstance(case.law, Normals) else np.empty(0)
    tails = [(float(case.law.log_sf(x)), float(case.law.log_sf(x, strict=True))) for x in atoms]
    return min((-at - 1e-3 for at, beyond in tails if -beyond > least), default=np.inf)


def end_of(method: str, law: Law, low: float, high: float) -> float:
    """Where a range ends whose end is printed as somewhere from `low` to `high`: a filter’s at an atom, if there is one."""
    atoms = (
        [atom for atom in law.atoms if low <= atom <= high] if isinstance(law, Normals) and method == "Filter" else []
    )
    middle = max(atoms, default=0.5 * (low + high))
    return min(middle, MOST) if method.startswith("Best") else middle


def swept(
    case: Case, span: str, directions: tuple[int, ...], limit: str | None = "", check: Any = None, method: str = ""
) -> None:
    """A claim about a whole range: how far it goes, which way truth goes, and beyond; no `limit`: that is said elsewhere."""
    sweep = case.sweep(method)
    method, law = method or case.method, case.law
    way, _, place = span.partition(" to ")
    symbol, low, high = interval(place)
    case.say(
        symbol == SYMBOL[method] and (way == "down") == (method == "Quantilizer"), f"{method} has {SYMBOL[method]}"
    )
    if law.fixed:
        case.say(directions == (0,), "nothing can move")
        return
    most = min(
        REACH, -float(law.log_sf(law.highest)) - 1e-3 if np.isfinite(law.highest) else np.inf, cliff(case, method)
    )
    bounded = most < REACH  # the slider leads as near as makes no difference to all that any pressure can do
    if method == "Quantilizer":
        far = low <= SLIDER[method] and (bounded or low <= math.exp(-REACH))
    elif method in ("Best-of-n", "Best-of-Poisson"):
        far = low <= MOST * 1.000001 <= high * 1.00001 or (bounded and high >= SLIDER[method])
    elif method == "Online modelling":
        all_told = min(high, float(sweep.rounds.last))
        far = high >= SLIDER[method] and (high >= MOST_ROUNDS or sweep.rounds.kl(all_told, ranks=True) >= REACH)
    else:
        end = sweep.place(min(high, law.most_strength * (1 - 1e-12)) if method == "Boltzmann" else high)
        far = high >= min(SLIDER[method], law.most_strength if method == "Boltzmann" else np.inf) * (1 - 1e-9)
        far = (far or np.isfinite(law.most_strength) or bounded) and sweep.at(end).kl >= most
    far = far or (method == "Filter" and law.highest <= high)  # an end printed to a few digits
    case.say(far, "the range falls short of the slider or of 30 nats")
    middle = end_of(method, law, low, high)
    key = (method, middle, sweep.knobs)
    courses = case.courses
    if key not in courses:
        courses[key] = sweep.courses(middle)
    fits = [found for found in courses[key] if found[0] == directions]
    if not fits:
        case.say(
            False,
            f"truth goes {courses[key][0][0]}, {courses[key][0][1]} at {[sweep.pressure(u) for u in courses[key][0][2]]}",
        )
        return
    if check:
        check(sweep, fits[0][1], fits[0][2], (low, high))
    if limit is None:
        return
    ends = [float(fits[0][1][-1])]
    if method in ("Boltzmann", "Quantilizer"):
        cap = case.law.most_strength * (1 - 1e-12) if method == "Boltzmann" else 1.0
        ends += [float(sweep.at(sweep.place(min(end, cap))).truth) for end in (low, high)]
    beyond(case, limit, ends, directions[-1])


def beyond(case: Case, said: str, ends: list[float], direction: int) -> None:
    """What is said of the limit; `ends`: what truth may be where the range ends, which is printed to a few digits."""
    limit = case.law.limit
    end = (max if said else min)(ends, key=lambda end: abs(end - limit))
    if "without bound" in said:
        case.say(
            math.isinf(limit) and ("rises" in said) == (limit > 0) and np.sign(limit) != direction,
            f"the limit is {limit}",
        )
    elif said:
        text = said.removeprefix(" In the limit it tends to ").removesuffix(".")
        case.say(abs(limit - end) > LEAST / 3, "the limit is reached")
        case.same(text, limit, "the limit")
    else:
        hidden = (
            np.sign(limit) != direction
            if math.isinf(limit)
            else round(limit, 2) != round(end, 2) and abs(limit - end) > 3 * LEAST
        )
        case.say(not hidden, f"the limit, {limit}, is not said; the range ends at {end}")


def at_place(case: Case, sweep: Sweep, text: str, how: str, place: str, height: float, u: float) -> None:
    """“height at place”, or just past it: the place is the turn’s, or the curve so flat that its height is reached there."""
    symbol, low, high = interval(place)
    case.say(symbol == SYMBOL[sweep.method], "symbol")
    case.same(text, height, f"truth at {place}", slack=1e-6)
    exact = sweep.pressure(u)
    near = low * (1 - 1e-3) - 1e-6 <= exact <= high * (1 + 1e-3) + 1e-6 or low - 2e-3 <= exact <= high + 2e-3
    around = [sweep.place(pressure) for pressure in ((high,) if how == "just past" else (low, 0.5 * (low + high)))]
    flat = np.min(np.abs(sweep.truths(np.array(around)) - height)) < 1e-6
    case.say(near or flat, f"the turn is at {exact}, not {place}")


def end_height(case: Case, sweep: Sweep, text: str, ends: tuple[float, float]) -> None:
    """Truth where the range ends, whose pressure is printed to a few digits."""
    cap = {"Best-of-n": MOST, "Best-of-Poisson": MOST, "Boltzmann": case.law.most_strength * (1 - 1e-12)}.get(
        sweep.method, np.inf
    )
    y = sweep.truths(np.array([sweep.place(min(end, cap)) for end in ends]))
    shown, half = value_of(text)
    case.say(
        min(y) - half * 1.001 - 1e-6 <= shown <= max(y) + half * 1.001 + 1e-6, f"truth at the end is {y}, not {text}"
    )


def straight_words(case: Case, m: re.Match) -> None:
    directions = {"P": (0,), "M": (1,), "A": (-1,)}[m[0][0]]
    swept(case, m["span"], directions, m["limit"] or "")


def one_peak(case: Case, m: re.Match) -> None:
    def check(sweep: Sweep, heights: np.ndarray, places: np.ndarray, _: Any) -> None:
        base, top, end = heights
        lost = (top - end) - 0.5 * (top - base)
        ruined = end < base or lost > 0
        close = abs(end - base) < 1e-5 if end < base + 1e-5 and lost <= 0 else abs(lost) < 1e-5
        case.say((m["harm"] == "destroys it") == ruined or close, f"base {base}, peak {top}, end {end}")
        if m["tense"]:
            at_place(case, sweep, m["v"], m["how"], m["place"], top, places[0])
        kl = float(case.got.kl)
        kl_top = sweep.at(places[0]).kl
        if m["tense"] and abs(kl - kl_top) > 1e-4:
            case.say((m["tense"] == "was") == (kl > kl_top), f"KL {kl} here, {kl_top} at the peak")
        elif not m["tense"]:
            case.say(abs(kl - kl_top) < 1e-4, f"KL {kl} here, {kl_top} at the peak")

    swept(case, m["span"], (1, -1), m["limit"] or "", check)


def every_turn(case: Case, m: re.Match) -> None:
    steps = re.findall(rf"(rises|falls) to ({NUM}) (at|just past) ({PLACE})", m["steps"])
    phrases = [f"{how} {place}" for _, _, how, place in steps]
    directions = tuple(1 if verb == "rises" else -1 for verb, *_ in steps)

    def check(sweep: Sweep, heights: np.ndarray, places: np.ndarray, ends: tuple[float, float]) -> None:
        for (_, text, how, place), height, u in zip(steps, heights[1:-1], places, strict=False):
            at_place(case, sweep, text, how, place, height, u)
        end_height(case, sweep, steps[-1][1], ends)
        where = {"with no pressure at all": 0, "there": len(steps)}.get(m["where"])
        if where is None:
            where = 1 + next((k for k, phrase in enumerate(phrases) if phrase == m["where"]), 99)
        case.say(where < heights.size and heights[where] >= np.max(heights) - 1e-6, f"heights are {heights}")
        if 0 < where <= len(steps):
            case.say(m["top"] == steps[where - 1][1], "two heights for one place")
        else:
            case.same(m["top"], case.law.truth, "mean truth of the base model")

    way = "down" if case.method == "Quantilizer" else "up"
    swept(case, f"{way} to {steps[-1][-1]}", directions, m["limit"] or "", check)


def drifts(case: Case, m: re.Match) -> None:
    """How far the bar has moved."""
    rounds, now = case.sweep().rounds, case.setting
    case.same(m["q"], case.knobs[0], "q")
    barred(case, m["a"] or m["still"], 0.0)
    case.say((now == 0) == ("b" not in m.groupdict()), "rounds, or none")
    if "b" in m.groupdict():
        case.say(m["a"] is None or m["a"] != m["b"], "no move is shown")
        barred(case, m["b"] or m["still"], now)
        case.same(m["tail"], rounds.tail(now), "the base model’s top", slack=1e-6)


def barred(case: Case, text: str, rounds: float) -> None:
    """The bar after so many rounds."""
    told = case.sweep().rounds
    exact = told.bar(rounds) if not case.law.fixed else float(case.law.p[0])
    case.same(text, exact, f"the bar after {rounds} rounds", slack=case.slack(math.log(told.tail(rounds))))


def no_best(case: Case, m: re.Match) -> None:
    case.say(case.method == "Boltzmann" and case.law.most_strength == 0, "there is a best policy")


# ── steering ──


def normal_kl(new: tuple[float, ...], old: tuple[float, ...]) -> float:
    """KL between two blends, by P and by T given P; ∞ off the base model’s support."""

    def one(gap2: float, s: float, s0: float) -> float:
        s, s0 = (x if x > 1e-150 else 0.0 for x in (s, s0))
        if s > 0 and s0 > 0:
            return math.log(s0 / s) + (s * s + gap2) / (2 * s0 * s0) - 0.5
        return 0.0 if s == s0 == 0 and gap2 < 1e-24 else math.inf

    _, t, p, s, slope, rest = new
    _, t0, p0, s0, slope0, rest0 = old
    with np.errstate(all="ignore"):
        gap2 = (t - t0 - slope0 * (p - p0)) ** 2 + ((slope - slope0) * s) ** 2
        return one((p - p0) ** 2, s, s0) + one(gap2, rest, rest0)


@dataclass(frozen=True)
class End:
    """Where RL ends; in a tie, all that it may come to."""

    truths: tuple[float, float]
    reward: float
    kl: float | None
    weights: tuple[float, float, float] | None = None
    gap: float = 0.0
    winners: tuple[str, ...] = ()


def rl_end(s: dict) -> End:
    start = np.array(listening(s))
    reward, truth = np.array([s["mu_a"], 0.0, s["mu_c"]]), np.array([s["mu_a"], s["mu_b"], 0.0])
    winners = tuple(name for name, r in zip("ABC", reward, strict=True) if r == np.max(reward))
    blended, how = s["world"] == "Blend", s["steering"]

    def ended(weights: np.ndarray, gap: float = 0.0) -> End:
        weights = tuple(float(x) for x in weights)
        with np.errstate(all="ignore"):
            routing = sum(0.0 if x == 0 else x * np.log(x / x0) for x, x0 in zip(weights, start, strict=True))
        kl = normal_kl(blend_mode(weights, s), blend_mode(tuple(start), s)) if blended else float(routing)
        total = (float(truth @ weights),) * 2
        return End(total, float(reward @ weights), kl, weights, gap, winners)

    if how == "For a time":
        grown = np.log(np.maximum(start, 1e-320)) + s["time"] * reward
        return ended(share_of(np.where(start > 0, grown, -np.inf)))
    if blended and how == "KL penalty":
        base, tau = blend_mode(tuple(start), s), s["tau"]

        def value(weights: np.ndarray) -> float:
            return float(reward @ weights) - tau * normal_kl(blend_mode(tuple(weights), s), base)

        corners = [np.array([i, j, 60 - i - j]) / 60 for i in range(61) for j in range(61 - i)]
        corners += [(1 - x) * corner + x * start for corner in np.eye(3) for x in np.geomspace(1e-6, 0.5, 40)]
        first = sorted([start, *(0.97 * start + 0.03 * x for x in corners), *corners], key=value)[::-1][:4:3]
        sides = np.concatenate([[0.0], np.exp(-0.7 * np.arange(10))])
        proportions = np.stack(np.meshgrid(sides, sides, sides), -1).reshape(-1, 3)[1:]
        around = [
            start
            + size * (math.cos(turn) * np.array([1, -1, 0]) + math.sin(turn) * np.array([1, 1, -2]) / math.sqrt(3))
            for size in np.geomspace(1e-4, 0.4, 14)
            for turn in np.linspace(0, 2 * np.pi, 90, endpoint=False)
        ]
        first.append(max([x / np.sum(x) for x in proportions], key=value))
        first.append(max([start, *(x for x in around if np.min(x) >= 0)], key=value))
        best = max((polish(value, x) for x in [start, *first]), key=value)
        log_z = base[2] / tau + 0.5 * (base[3] / tau) ** 2
        return ended(best, log_z - value(best) / tau)
    k = math.inf if how == "No rivals" else s["rivalry"]
    if blended and how in ("Rivals", "No rivals") and k > 1:
        gain = np.maximum(reward, 0.0)
        if math.isinf(k) or not np.any(gain):
            return ended(np.array([gain[0] > 0, start[1], gain[2] > 0], dtype=float))
        share = gain / np.max(gain)
        conjugate = k / (k - 1)
        with np.errstate(divide="ignore"):
            log = np.log(share)
        log_m = float(log_sum(conjugate * log[[0, 2]])) / conjugate
        return ended(np.where(share > 0, np.exp((log - log_m) / (k - 1)), 0.0))
    reached = [t for t, name in zip(truth, "ABC", strict=True) if name in winners]
    if len(winners) > 1:
        return End((min(reached), max(reached)), float(np.max(reward)), None, None, 0.0, winners)
    return ended(np.array([float(name in winners) for name in "ABC"]))


def polish(value: Callable[[np.ndarray], float], start: np.ndarray) -> np.ndarray:
    """A local maximum over the simplex, from `start`."""
    safe = np.maximum(start, 1e-12)

    def weights(x: np.ndarray) -> np.ndarray:
        return share_of(x)

    x = np.log(safe)
    for _ in range(3):
        x = minimize(
            lambda x: min(-value(weights(x)), 1e12),
            x,
            method="Nelder-Mead",
            options={"xatol": 1e-10, "fatol": 1e-13, "maxiter": 700},
        ).x
    found = max([weights(x), start], key=value)
    x = minimize(
        lambda x: -value(np.append(x, 1 - np.sum(x))) if np.min(x) >= 0 and np.sum(x) <= 1 else 1e12,
        found[:2],
        method="Nelder-Mead",
        options={"xatol": 1e-10, "fatol": 1e-13, "maxiter": 700},
    ).x
    return max([found, np.append(x, 1 - np.sum(x))], key=value)


def noises(s: dict, least: float = 1e-12, weights: tuple[float, float, float] | None = None) -> list[float]:
    """The listened-to noises that are heard beside the loudest: softer ones count as none."""
    all_three = [x * s[f"sigma_{name}"] for x, name in zip(weights or listening(s), "abc", strict=True)]
    return [x for x in all_three if x > least * max(all_three)]


def rl_words(case: Case, m: re.Match) -> None:
    s, end = case.s, case.end
    how = s["steering"] if s["world"] == "Blend" or s["steering"] == "For a time" else "To the end"
    said = m["how"]
    degenerate = how == "KL penalty" and len(noises(s)) < 2
    numbers = re.findall(NUM, said)
    if said.startswith("after a time"):
        case.say(how == "For a time", f"steering is {how}")
        case.same(numbers[0], s["time"], "t")
    elif said.startswith("where a KL price"):
        case.say(how == "KL penalty", f"steering is {how}")
        case.same(numbers[0], s["tau"], "τ")
        if not degenerate:
            case.same(numbers[1], end.gap, "the gap", slack=1e-5)
    elif said.startswith("sharing"):
        case.say(how == "Rivals" and end.weights, f"steering is {how}")
        case.same(numbers[0], s["rivalry"], "k")
        case.same(numbers[1], end.weights[0], "α")
        case.same(numbers[2], end.weights[2], "γ")
    elif said.startswith("with every"):
        case.say(how == "No rivals", f"steering is {how}")
        case.same(numbers[0], listening(s)[1], "β")
    else:
        case.say(how == "To the end" or (how == "Rivals" and s["rivalry"] == 1), f"steering is {how}")
        case.say(
            said == f"listening to {' and '.join(end.winners)} alone" and len(end.winners) == 1,
            f"winners: {end.winners}",
        )
    truth, base = end.truths[0], case.law.truth
    if degenerate:
        return
    if how == "KL penalty" and abs(truth - base) < 3e-4:
        return
    case.say(moved(base, truth, DONE[m["verb"]]), f"from {base} to {truth}")
    case.same(
        m["v"], truth if DONE[m["verb"]] else base, "RL’s mean truth", slack=1e-4 if how == "KL penalty" else 2e-7
    )


def rl_tie(case: Case, m: re.Match) -> None:
    end = case.end
    case.say(m["who"] == " from ".join(end.winners) and len(end.winners) > 1, f"winners: {end.winners}")
    case.same(m["low"], end.truths[0], "the least")
    case.same(m["high"], end.truths[1], "the most")


HOW = r"(?P<how>Keeping only outputs above|KL-penalised selection at λ =|Keeping the best of|χ²-penalised selection at s =|Keeping the top|Keeping the best of 1 \+ Poisson\()"
LIMIT = rf"(?P<limit> In the limit it (?:tends to {NUM}|rises without bound|falls without bound)\.)?"
RANGE = rf"(?P<span>(?:up|down) to {PLACE})"
RL_HOW = rf"after a time t = {NUM}|where a KL price of τ = {NUM} stops it, {NUM} nats from the best policy at that price|sharing a budget of norm k = {NUM} as α = {NUM}, γ = {NUM}|with every useful weight at its most, β where it was \({NUM}; what it ends at is not settled\)|listening to [ABC] alone"
FED = rf"Feeding the top (?P<q>{SHARE}) back for (?:(?P<x>{NUM}) rounds|(?P<once>1) round) at ω = (?P<w>{NUM})"
TAKEAWAY: list[tuple[str, Callable]] = [
    (rf"{FED} (?P<verb>raises|lowers) mean truth from (?P<a>{NUM}) to (?P<b>{NUM})\.", does),
    (rf"{FED} (?P<verb>leaves) mean truth at (?P<at>{NUM})\.", does),
    (
        rf"Every round asks only for the top (?P<q>{SHARE}), and that bar (?:has moved from (?P<a>{NUM}) to (?P<b>{NUM})|is still at (?P<still>{NUM})): the base model’s top (?P<tail>{SHARE})\.",
        drifts,
    ),
    (rf"The first round will ask for the top (?P<q>{SHARE}): (?P<a>{NUM}) or more\.", drifts),
    (
        rf"{HOW} ?(?P<x>{SHARE}|{NUM})\)? (?:(?P<verb>raises|lowers) mean truth from (?P<a>{NUM}) to (?P<b>{NUM})\.)",
        does,
    ),
    (rf"{HOW} ?(?P<x>{SHARE}|{NUM})\)? (?P<verb>leaves) mean truth at (?P<at>{NUM})\.", does),
    (
        rf"{HOW} ?(?P<x>{SHARE}|{NUM}): the result does not exist, for (?P<why>no output is more persuasive than (?P<top>{NUM})|a further unit of reward is worth λ nats and never costs as much as 1/b = (?P<inverse>{NUM})|the tail is so heavy that any reward can be had for next to no KL|mean persuasiveness (?:does not exist|is infinite), so no χ² weight can be normalised|the tail index is below 1\.02, too near 1 for the start of a χ² weight to be computed)\.",
        absent,
    ),
    (rf"Pressure leaves truth as it is, {RANGE}\.{LIMIT}", straight_words),
    (rf"More pressure never hurts truth, {RANGE}\.{LIMIT}", straight_words),
    (rf"Any pressure costs truth, {RANGE}\.{LIMIT}", straight_words),
    (
        rf"Truth (?P<tense>was|will be) highest (?P<how>at|just past) (?P<place>{PLACE}) \(mean truth (?P<v>{NUM})\); pressure beyond that (?P<harm>destroys it|costs truth), {RANGE}\.{LIMIT}",
        one_peak,
    ),
    (
        rf"Truth is at its highest here; more pressure (?P<harm>destroys it|costs truth), {RANGE}\.(?P<tense>)?{LIMIT}",
        one_peak,
    ),
    (
        rf"With more and more pressure truth (?P<steps>{STEP}, then {STEP}(?:, then {STEP})*)\. It is highest, (?P<top>{NUM}), (?P<where>with no pressure at all|there|(?:at|just past) {PLACE})\.{LIMIT}",
        every_turn,
    ),
    (r"With any pressure at all there is no best policy here\.", no_best),
    (rf"RL ends up (?P<how>{RL_HOW}), and truth (?P<verb>rises to|falls to|stays at) (?P<v>{NUM})\.", rl_words),
    (
        rf"RL is unable to tell (?P<who>[ABC](?: from [ABC])+), a tie: mean truth may end anywhere from (?P<low>{NUM}) to (?P<high>{NUM})\.",
        rl_tie,
    ),
]


# ── the comparison ──

METHOD = "(?:Best-of-n|Best-of-Poisson|Filter|Quantilizer|Boltzmann|Chi-squared|Online modelling)"
NAMES = rf"{METHOD}(?:(?:, {METHOD})* and {METHOD})?"
AT = rf"At (?P<there>a KL of {NUM} nats|a mean persuasiveness of {NUM}|{NUM} base samples per output)"
BESIDE = rf"(?: (?P<beside>That is all above the base model’s|That is all below the base model’s|The base model’s is) (?P<base>{NUM})\.)"


def truths(case: Case) -> dict[str, float]:
    return {method: float(got.truth) for method, got in case.matched.items() if isinstance(got, Got)}


def slack_of(case: Case) -> float:
    """How far the two routes may be apart: a grid beside a point mass, or far out."""
    rough = isinstance(case.law, Normals) and np.any(case.law.s == 0)
    rough = rough or (
        isinstance(case.law, Sum) and any(isinstance(g, Got) and g.kl > 150 for g in case.matched.values())
    )
    return 2e-4 if rough else 3e-6


def who(case: Case, text: str, height: float, before: str = "") -> None:
    """The methods named are those at `height`, but for less than counts and those named `before`."""
    found, slack = truths(case), slack_of(case)
    named, already = (set(re.findall(METHOD, names)) for names in (text, before))
    case.say(not named & already, "one comes first and last")
    for method, truth in found.items():
        if method in already:
            continue
        off = abs(truth - height)
        case.say(off < LEAST + slack if method in named else off > LEAST - slack, f"{method} is at {truth}")
    for method in named - set(found):
        case.say(case.either(method, "cannot reach it"), f"{method} {case.matched[method]}")


def there_and_base(case: Case, m: re.Match) -> tuple[float, float]:
    by, aim = case.target
    text = re.search(rf"{NUM}(?= nats$| base samples|$)", m["there"])[0]
    if by == "log_samples":
        case.counted(text, aim, "samples")
    else:
        case.same(text, aim, by)
    found, slack, base = list(truths(case).values()), slack_of(case), case.law.truth
    best, last = max(found), min(found)
    case.same(m["base"], base, "the base’s mean truth")
    word = m["beside"].split()[3] if m["beside"].startswith("That") else ""
    case.say(word != "above" or last - base > LEAST - slack, f"the last is at {last}")
    case.say(word != "below" or base - best > LEAST - slack, f"the best is at {best}")
    case.say(word or (last - base < LEAST + slack and base - best < LEAST + slack), "it is above or below them all")
    return best, last


def winner(case: Case, m: re.Match) -> None:
    best, last = there_and_base(case, m)
    slack = slack_of(case)
    who(case, m["top"], best)
    who(case, m["end"] or m["second"], last, before=m["top"])
    case.same(m["best"], best, "the best", slack=slack)
    case.same(m["last"], last, "the last", slack=slack)
    seconds = [  # the best of what is behind: what is behind by hardly less than counts may be said to be level
        max((truth for truth in truths(case).values() if best - truth > least), default=last)
        for least in (max(LEAST - slack, 0.5 * LEAST), LEAST, LEAST + slack)
    ]
    second = next((truth for truth in seconds if agrees(m["ahead"], best - truth, 2 * slack)), seconds[1])
    case.same(m["ahead"], best - second, "the margin", slack=2 * slack)
    if m["end"]:
        case.say(m["second"] in truths(case), "it does not reach that")
        case.say(abs(truths(case).get(m["second"], np.inf) - second) < LEAST + slack, f"the second is at {second}")


def alike(case: Case, m: re.Match) -> None:
    best, last = there_and_base(case, m)
    case.say(best - last < LEAST + slack_of(case), f"from {last} to {best}")
    case.same(m["v"], best, "mean truth", slack=slack_of(case) + LEAST)
    if m["who"] == "every method":
        case.say(len(truths(case)) == len(ORDER), "not every one")
    else:
        who(case, m["who"], best)


def nothing_reached(case: Case, m: re.Match) -> None:
    case.same(m["v"], case.law.truth, "the base’s mean truth")
    case.say(all(case.either(name, "cannot reach it") for name in truths(case)), "some method reaches it")


COMPARED = [
    (
        rf"{AT} (?P<top>{NAMES}) leaves? the truest outputs, mean truth (?P<best>{NUM}), (?P<ahead>{NUM}) ahead of "
        rf"(?P<second>{NAMES})(?:; (?P<end>{NAMES}) comes? last)?, at (?P<last>{NUM})\.{BESIDE}",
        winner,
    ),
    (rf"{AT} (?P<who>every method|{NAMES}) leaves? mean truth at (?P<v>{NUM})\.{BESIDE}", alike),
    (rf"The base model’s mean truth is (?P<v>{NUM})\.", nothing_reached),
]


EMPTY = re.compile(  # true, perhaps, and nobody would say so
    r"(?:raises|lowers) mean truth from (\S+) to \1\.(?:\s|$)|\*\*1\*\* samples|is −[\d.,]+ standard deviations"
)


def check_text(case: Case, text: str, known: list[tuple[str, Callable]]) -> None:
    """Sentence after sentence, each by the pattern that knows it."""
    if m := EMPTY.search(text):
        case.here = m[0]
        case.say(False, "an empty statement")
    while text:
        for pattern, check in known:
            if m := re.compile(pattern).match(text):
                case.here = m[0]
                check(case, m)
                text = text[m.end() :].strip()
                break
        else:
            case.here = text
            case.say(False, "unknown sentence")
            return


def check_takeaway(case: Case, text: str) -> None:
    check_text(case, text, COMPARED if "target" in case.s else TAKEAWAY)


# ── readouts ──


def check_bars(case: Case, cards: list) -> None:
    """Compare’s: every method, the truest first, each with a bar from the base model’s mean truth to its own."""
    base, slack = case.law.truth, slack_of(case)
    case.say(sorted(card.label for card in cards) == sorted(SYMBOL), "methods")
    there = [card for card in cards if card.amount is not None]
    case.say(cards[: len(there)] == there, "order")
    low, high = (edge([base, *(card.amount for card in there)]) for edge in (min, max))
    for card, after in zip(there, [*there[1:], None], strict=False):
        case.here, got = str(card), case.matched[card.label]
        case.say(after is None or card.amount >= after.amount, "order")
        if isinstance(got, str):
            case.say(case.either(card.label, "cannot reach it"), got)
            continue
        if isinstance(case.law, Sum) and got.kl > 450 and card.label == "Chi-squared":
            continue  # beyond this route's integrals
        case.say(abs(card.amount - got.truth) < slack * (1 + abs(got.truth)), f"mean truth is {got.truth}")
        case.same(card.value, card.amount, "mean truth")
        signed(case, card.change, card.amount - base)
        check_label(case, card.label, card.note, got)
        for end, value in zip(card.bar, sorted((base, card.amount)), strict=True):
            case.say(abs(low + end * (high - low) - value) < 1e-9 * (1 + abs(value)), "the bar")
    for card in cards[len(there) :]:
        case.here = str(card)
        case.say(
            card.value == "–" and (card.note == case.matched[card.label] or case.either(card.label, card.note)), "why"
        )


def check_readouts(case: Case, cards: list) -> None:
    if "target" in case.s:
        check_bars(case, cards)
        return
    law, got, rl = case.law, case.got, "steering" in case.s
    labels = ["mean truth", "mean persuasiveness", "KL from the base model", "base samples per output"]
    path = case.page.url_path
    labels[2] = "mean cost" if path == "filters" else labels[2]
    labels[3] = "effective sample fraction" if path == "boltzmann" and case.method == "Boltzmann" else labels[3]
    case.here = "readouts"
    case.say([card.label for card in cards] == labels, [card.label for card in cards])
    for k, card in enumerate(cards):
        case.here = str(card)
        note, *against = card.note.split(" · ")
        if rl:
            check_rl_note(case, k, against[0])
        else:
            case.say(not against, "unknown note")
        (check_truth_card, check_mean_card, check_kl_card, check_samples_card)[k](case, card, note, got, law)


def check_truth_card(case: Case, card: Any, note: str, got: Got | None, law: Law) -> None:
    case.same(card.value, got and got.truth, "mean truth")
    case.same(note.removeprefix("base "), law.truth, "the base’s")
    signed(case, card.change, got and got.truth - law.truth)
    case.say(
        (card.amount is None) == (got is None)
        and (got is None or abs(card.amount - got.truth) < 1e-6 * (1 + abs(got.truth))),
        "amount",
    )


def check_mean_card(case: Case, card: Any, note: str, got: Got | None, law: Law) -> None:
    known = got is not None and got.mean is not None
    slack = case.slack(-got.kl) if case.method == "Online modelling" and got else 2e-7
    case.same(card.value, got.mean if known else None, "mean P", slack=slack)
    case.same(note.removeprefix("base "), law.mean, "the base’s")
    moved = got.mean - law.mean if known and law.mean is not None and np.isfinite(got.mean) else None
    signed(case, card.change, moved, slack)


def check_kl_card(case: Case, card: Any, note: str, got: Got | None, law: Law) -> None:
    if card.label == "mean cost":
        if got is None:
            case.say(card.value == "does not exist", "nothing is selected")
            return
        cost, before, log_bound = costs(case)
        bound = math.inf if log_bound is None or log_bound > 700 else math.exp(log_bound)
        if card.value == "below 10⁻²⁵":
            case.say(cost < 1.01e-25, f"the cost is {cost}")
        else:
            case.same(card.value, cost, "cost", slack=1e-6)
        signed(case, card.change, cost - before)
        if note == "base below 10⁻²⁵":
            case.say(before < 1.01e-25, f"the base’s cost is {before}")
            return
        if log_bound is None:
            case.same(note.removeprefix("base "), before, "the base’s cost")
            return
        m = re.fullmatch(rf"at most ({NUM}): base ({NUM}) ÷ q", note)
        case.say(m, "unknown note")
        if m:
            if log_bound < 13:
                case.same(m[1], bound, "Taylor’s bound", slack=1e-6)
            else:
                case.counted(m[1], log_bound, "Taylor’s bound")
            case.same(m[2], before, "the base’s cost")
        case.say(cost <= bound + 1e-9, "Taylor’s bound is broken")
        return
    case.same(card.value.removesuffix(" nats"), got and got.kl, "KL")
    case.say(note == "base 0", "unknown note")
    signed(case, card.change, got and got.kl)


def check_samples_card(case: Case, card: Any, note: str, got: Got | None, law: Law) -> None:
    if card.label == "effective sample fraction":
        lam = case.setting
        left = 2 * law.log_mgf(lam) - law.log_mgf(2 * lam) if math.isfinite(law.log_mgf(2 * lam)) else None
        if left is None:
            case.say(card.value == "does not exist", "there is no fraction")
        else:
            case.counted(card.value, left, "fraction")
        case.say(note == "of importance reweighting" and not card.change, "unknown note")
        return
    case.say(note == "base 1", "unknown note")
    if got is None or got.log_samples is None:
        case.say(card.value == ("does not exist" if got is None else "not sampled") and not card.change, "no samples")
    else:
        case.counted(card.value, got.log_samples, "samples")
        case.counted(card.change.removeprefix("× "), got.log_samples, "samples")


def signed(case: Case, text: str, value: float | None, slack: float = 2e-7) -> None:
    """A change against the base model, with its sign."""
    if value is None or not np.isfinite(value):
        case.say(text in ("", "+∞"), f"{text} for {value}")
        return
    case.same(text.lstrip("+"), value, "change", slack=slack)
    case.say(text.startswith(("+", "−")) or not float(value_of(text)[0]), "no sign")


def check_rl_note(case: Case, k: int, note: str) -> None:
    end = case.end
    loose = case.s["steering"] == "KL penalty" and case.s["world"] == "Blend"
    if loose and len(noises(case.s)) < 2:
        return
    slack = 3e-3 if loose else 2e-7
    match k:
        case 0:
            shown = note.removeprefix("RL ").split(" to ")
            case.say(len(shown) == 1 + (end.truths[0] < end.truths[1]), "a range or not")
            for text, value in zip(shown, end.truths, strict=False):
                case.same(text, value, "RL’s truth", slack=slack)
        case 1:
            case.same(note.removeprefix("RL "), end.reward, "RL’s reward", slack=slack)
        case 2:
            case.say((end.kl is None) == (note == "RL undetermined"), "a tie leaves RL’s KL open")
            clear = all(len(noises(case.s, 0.0, x)) == len(noises(case.s, 1e-12, x)) for x in (None, end.weights))
            if end.kl is not None and clear:
                case.same(note.removeprefix("RL "), end.kl, "RL’s KL", slack=slack)
        case 3:
            m = re.fullmatch(rf"(?P<price>{NUM}) to reach RL’s (?P<a>{NUM})|RL’s (?P<b>{NUM}) is out of reach", note)
            case.say(m, "unknown note")
            if m:
                case.same(m["a"] or m["b"], end.reward, "RL’s reward", slack=slack)
                priced(case, m["price"], end.reward, slack)


def priced(case: Case, text: str | None, reward: float, slack: float) -> None:
    """One in how many outputs of the base model reaches RL’s reward."""
    tight = 1e-9 * (1 + abs(reward)) + (slack if slack > 1e-3 else 0.0)
    prices = [float(-case.law.log_sf(reward + gap)) for gap in (-tight, 0.0, tight)]
    if text is None:
        case.say(not np.isfinite(prices[2]), f"the log of the price is {prices[1]}")
    else:
        shown, mantissa = log_of(text)
        room = 0.055 / mantissa if "×" in text else 0.0055
        case.say(
            any(np.isfinite(x) and counts(text, x) for x in prices) or prices[0] - room <= shown <= prices[2] + room,
            f"logs of the price: {prices}",
        )


@lru_cache(maxsize=1)
def costs(case: Case) -> tuple[float, float, float | None]:
    """Mean cost now, of the base model, and the log of Taylor’s bound, if samples are drawn."""
    law, level, x = case.law, case.s["level"], case.setting
    before = law.shortfall(level)
    nothing = law.fixed or float(case.got.kl) < 1e-14
    if nothing:
        now = before
    elif case.method == "Online modelling":

        def of_top(tail: float) -> float:
            if isinstance(law, Sum):
                return law.shortfall_of(level, "Filter", float(law.bar(np.array([-math.log(tail)]))[0]))
            return law.quantile_shortfall(level, tail)

        now = case.sweep().rounds.cost(x, of_top, before)
    elif isinstance(law, Normals) and case.method == "Quantilizer" and sweep_of("Quantilizer", law).split:
        now = law.quantile_shortfall(level, x)
    elif isinstance(law, Normals) and case.method in ("Filter", "Quantilizer"):
        now = law.shortfall(level, x if case.method == "Filter" else sweep_of("Quantilizer", law).place(x))
    else:
        now = law.shortfall_of(level, case.method, x)
    drawn = case.got.log_samples is not None
    return now, before, (math.log(before) + case.got.log_samples if before > 0 else -math.inf) if drawn else None


# ── why ──

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
    middle = 0.5 * sum(interval(m["span"].partition(" to ")[2])[1:])
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


def extremal(case: Case, m: re.Match) -> None:
    law = case.law
    honest, liar = (law.s[0], law.p[0]), (law.s[1], law.p[1])
    owner = "the manipulative mode" if liar > honest else "the honest mode" if honest > liar else "neither mode"
    case.say(m["owner"] == owner, f"{owner} owns the tail")
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
            rf"at the same {by} it (?:leaves mean truth at \*\*(?P<v>{NUM})\*\*|(?P<no>has no mean to match)|cannot reach it)",
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
            rf"Ties, broken at random, keep the KL below the formula, at (?P<v>{NUM}) nats\.",
            lambda case, m: (
                case.same(m["v"], case.got.kl, "KL"),
                case.say(np.any(case.law.s == 0), "there are no ties"),
            ),
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
            rf"While it is above 0 more pressure helps truth, and below 0 it hurts\. (?:Mean truth turns where it changes sign, at (?P<where>{PLACE}(?: and {PLACE})*)|(?P<never>Mean truth never turns)), {RANGE}\.",
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
        *literally(
            "**Routed outputs come from one submodule each.** Selection then asks which of A and C persuades further out, and the outputs of B, all at persuasiveness 0, stand or fall together.",
            when=lambda case: case.s["world"] == "Routing",
        ),
    ],
    "Mixture": [
        (
            rf"\*\*Extremal Goodhart\.\*\* Pressure finds the few that persuade by other means: the mode that is widest in persuasiveness owns the far tail, however rare it is\. Here (?P<owner>the manipulative mode|the honest mode|neither mode) does, so in the limit mean truth (?P<fate>tends to {NUM}|rises without bound|falls without bound)\. Rarity only buys time: (?P<count>{NUM}) outputs hold one manipulative one on average\.",
            extremal,
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
            rf"For any cost that is never negative, keeping a fraction \$q\$ can raise its mean at most by \$1/q\$ \(Taylor 2016\)\. The cost here is max\(0, (?P<v>{NUM}) − truth\):",
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
            "The example is Sam Marks’s, worked out with Eric Neyman and Drake Thomas: RL strengthens whatever causes reward, filtering only follows what goes along with it. Its three limits have a control each: the family (**KL penalty**), the submodules’ means and spreads, and how far capabilities compete (**Rivals**, down to none). In the triangle, RL walks from the base model’s weights to a corner."
        ),
    ],
}


def check_why(case: Case, text: str) -> None:
    if not text:
        return
    case.say(("as dots" in text) == (draw_of(case) > 0), "dots are told of where there are some, and nowhere else")
    known = [*LENSES.get(case.page.url_path, []), *WHY[case.method], *WHY.get(case.s["world"], WHY["truth plus error"])]
    check_text(case, text, known)


def check_tables(case: Case, tables: Sequence[Any]) -> None:
    rows_of = {"turning points of mean truth": turns_row, "pressure": compare_row}
    for table in tables:
        case.here, rows = str(table.columns), list(table.rows)
        if table.columns[1] in ("selection", "next bar"):
            (one_shot_rows if table.columns[1] == "selection" else round_rows)(case, rows)
            continue
        check = rows_of[table.columns[1]]
        for row in rows:
            case.here = str(row)
            check(case, row)
        case.say(sorted(row[0] for row in rows) == sorted(SYMBOL), "methods")


def compare_row(case: Case, cells: list[str]) -> None:
    method, label, truth, mean, kl, samples = cells
    got = case.matched[method]
    if isinstance(got, str) or not truth:
        case.say(label == got or case.either(method, label), f"it {got}")
        return
    narrow = isinstance(case.law, Normals) and np.any(case.law.s == 0) and method == "Chi-squared"  # on a grid
    if isinstance(case.law, Sum) and got.kl > 450 and method == "Chi-squared":
        return  # beyond this route's integrals
    narrow = narrow or (isinstance(case.law, Sum) and got.kl > 150)
    for text, value, what in ((truth, got.truth, "truth"), (mean, got.mean, "mean P"), (kl, got.kl, "KL")):
        case.same(text, None if value is None else float(value), what, slack=1e-4 if narrow else 2e-6)
    case.say((samples == "–") == (got.log_samples is None), "samples")
    if got.log_samples is not None:
        case.counted(samples, got.log_samples, "samples")
    check_label(case, method, label, got)


def check_label(case: Case, method: str, label: str, got: Got) -> None:
    """What a method selects where it reaches the target, in a few words."""
    starts = {
        "Filter": "filter at ",
        "Quantilizer": "top ",
        "Best-of-n": "best of ",
        "Best-of-Poisson": "best of 1 + Poisson(",
        "Boltzmann": "Boltzmann, λ = ",
        "Chi-squared": "chi-squared, s = ",
    }
    starts["Online modelling"] = ""
    case.say(label.startswith(starts[method]), "label")
    if method == "Online modelling":
        case.say(re.fullmatch(rf"(?:{NUM} rounds|1 round) of the top 50 %", label), "label")
        label = label.partition(" round")[0]
    place = f"{SYMBOL[method]} = {label.removeprefix(starts[method]).removesuffix(')')}"
    if case.law.fixed or got.kl < 1e-10:
        return
    _, low, high = interval(place)
    sweep = sweep_of(method, case.law)
    if method in ("Best-of-n", "Best-of-Poisson"):
        wanted = math.exp(got.log_samples) - (method == "Best-of-Poisson")
    else:
        by, aim = case.target
        wanted = sweep.pressure(sweep.reached(by, aim)[1])
    case.say(low - 1e-6 * abs(low) - 1e-9 <= wanted <= high + 1e-6 * abs(high) + 1e-9, f"the pressure is {wanted}")


def numbers_of(case: Case, cells: Sequence[str], got: Got) -> None:
    """Mean truth, mean persuasiveness, KL and samples."""
    for text, value, what in zip(cells, (got.truth, got.mean, got.kl), ("truth", "mean P", "KL"), strict=False):
        case.same(text, None if value is None else float(value), what, slack=case.slack(-got.kl))
    case.counted(cells[3], got.log_samples, "samples")


def one_shot_rows(case: Case, rows: list) -> None:
    """The rounds, and a quantilizer at the same mean persuasiveness and at the same KL."""
    case.say([row[0] for row in rows] == ["rounds", *(f"one shot, same {by}" for by in ONE_SHOT)], "rows")
    for name, label, *cells in rows:
        case.here = f"{name}, {label}, {cells}"
        if name == "rounds":
            label = label.replace("1 round of", "1 rounds of")
            case.say(m := re.fullmatch(rf"(?P<k>{NUM}) rounds of the top (?P<q>{SHARE})", label), "label")
            if m:
                case.same(m["k"], case.setting, "rounds", slack=0)
                case.same(m["q"], case.knobs[0], "q")
            numbers_of(case, cells, case.got)
            continue
        got = case.one_shot(ONE_SHOT[name.removeprefix("one shot, same ")])
        if got is None or not cells[0]:
            missing = label == "has no mean to match" and got is None
            case.say(missing or (label == "cannot reach it" and case.beyond_rounding), f"{got}")
            continue
        if case.law.mean is None and got.kl < 1e-14:
            continue  # no float tells whether the lower tail is cut, and the mean ∞
        numbers_of(case, cells, got)
        if not case.law.fixed and got.kl > 1e-10:
            case.say(label.startswith("top "), "label")
            case.same(label.removeprefix("top "), math.exp(-got.log_samples), "the top", slack=1e-5)


def round_rows(case: Case, rows: list) -> None:
    rounds, now = case.sweep().rounds, case.setting
    shown = [value_of(row[0])[0] for row in rows]
    case.say(shown[0] == 0 and abs(shown[-1] - now) < 0.0051 and shown == sorted(shown), "rounds")
    case.say(len(shown) == min(11, math.ceil(now) + 1), "as many rows as there is room for")
    for row in rows:
        case.here = str(row)
        at = now if row is rows[-1] else value_of(row[0])[0]
        barred(case, row[1], at)
        case.same(row[2], rounds.tail(at), "the base model’s top", slack=1e-6)
        numbers_of(case, row[3:], case.sweep().at(at))


def turns_row(case: Case, cells: list[str]) -> None:
    method, turns, where, kl, truth, further = cells
    if method in case.no_optimum or turns == "has no optimum here":
        case.say(cells[1:] == ["has no optimum here", "", "", "", ""], "unknown cells")
        case.say(method in case.no_optimum, "it has an optimum")
        return None
    law, sweep = case.law, sweep_of(method, case.law)
    *_, span = turns.split(", ")
    found = re.findall(rf"(peak|trough) ({NUM}) (at|just past) ({PLACE})", turns)
    known = "; ".join(" ".join(words) for words in found) or "no turn"
    case.say(turns == f"{known}, {span}", "unknown turns")
    ends = interval(span.partition(" to ")[2])[1:]
    ends = (0.5 * sum(ends),) * 2 if method == "Online modelling" else ends  # rounds are counted
    key = (method, end_of(method, law, *ends), sweep.knobs)
    courses = case.courses
    if key not in courses:
        courses[key] = sweep.courses(key[1])
    kinds = [kind for kind, *_ in found]
    fits = [
        c
        for c in courses[key]
        if ["peak" if d > 0 else "trough" for d in c[0][: len(c[2])]] == kinds and len(c[2]) == len(kinds)
    ]
    case.say(fits, f"truth goes {courses[key][0]}")
    if not fits:
        return None
    directions, heights, places = fits[0]
    for (_, text, how, place), height, u in zip(found, heights[1:-1], places, strict=True):
        at_place(case, sweep, text, how, place, height, u)
    swept(case, span, directions, None, method=method)
    best = int(np.argmax(heights))
    if where == "no pressure":
        case.say(heights[0] >= heights[best] - LEAST, f"highest is {heights[best]}")
        at, exact = 0.0, law.truth
    else:
        tops = [k for k in range(1, heights.size) if heights[k] >= heights[best] - 1e-6]
        texts = [place for *_, place in found] + [span.partition(" to ")[2]]
        case.say(any(texts[k - 1] == where.removeprefix("just past ") for k in tops), f"heights {heights}")
        u = (
            places[best - 1]
            if 0 < best < heights.size - 1
            else sweep.place(min(interval(where)[1:]) if method == "Quantilizer" else key[1])
        )
        if best == heights.size - 1:  # the printed end is rounded: its neighbours bound every cell
            return end_cells(case, sweep, kl, truth, further, ends)
        at, exact = float(sweep.at(u).kl) if best > 0 else 0.0, heights[best]
    case.say(agrees(kl.removesuffix(" nats"), at, 1e-3 if at else 2e-7), f"KL is {at}")
    case.same(truth, exact, "truth", slack=1e-6)
    two = sweep.reaching("kl", at + 2)
    unseen = further in ("out of reach", "beyond 1 in 10²⁹³")
    beside = sweep.beside.get(("kl", at + 2), []) if method == "Chi-squared" else []
    case.say(
        (two is None if unseen else bool(two or beside)) or (further.startswith("beyond") and at + 2 >= DEEPEST),
        f"two nats further: {two}",
    )
    if two is None and not unseen and beside:  # no float is so near an atom
        within(case, further, [float(got.truth) for got in beside], "two nats further")
    elif two is not None and not unseen:
        case.same(further, float(two.truth), "two nats further", slack=1e-4 if at else 1e-6)
    return None


def end_cells(case: Case, sweep: Sweep, kl: str, truth: str, further: str, ends: tuple[float, float]) -> None:
    cap = MOST if sweep.method.startswith("Best") else np.inf
    cap = case.law.most_strength * (1 - 1e-12) if sweep.method == "Boltzmann" else cap
    cap = np.nextafter(case.law.highest, -np.inf) if sweep.method == "Filter" and isinstance(case.law, AnySum) else cap
    places = [sweep.place(min(end, cap)) for end in ends]
    if sweep.method == "Filter" and isinstance(case.law, Normals):  # which atoms of those between the two are lost
        places += [atom for atom in case.law.atoms if places[0] <= atom <= places[1]]
    gots = [got for got in map(sweep.at, places) if np.isfinite(got.truth)]
    beside = [np.inf] if places[-1] == cap and sweep.method == "Filter" else []  # how near the end, no float says
    within(case, kl.removesuffix(" nats"), [float(got.kl) for got in gots] + beside, "KL")
    within(case, truth, [float(got.truth) for got in gots], "truth")
    twos = [sweep.reaching("kl", float(got.kl) + 2) for got in gots]
    unseen, far = further in ("out of reach", "beyond 1 in 10²⁹³"), any(got.kl + 2 >= DEEPEST for got in gots)
    case.say(any((two is None) == unseen for two in twos) or far, f"two nats further: {twos}")
    if not unseen and None not in twos:
        within(case, further, [float(two.truth) for two in twos], "two nats further")


def within(case: Case, text: str, values: list[float], what: str) -> None:
    shown, half = value_of(text)
    room = half * 1.001 + 1e-6 * (1 + abs(shown))
    case.say(min(values) - room <= shown <= max(values) + room, f"{what} is {values}, not {text}")


# ── all of it ──


def check_notices(case: Case, notices: Any) -> None:
    s = case.s
    for notice in notices:
        case.here = notice
        if m := re.fullmatch(
            r"RL’s corner listens to ([ABC](?: and [ABC])*), whose weight starts at exactly 0: training multiplies weights and never moves one that is 0\. Any start above 0 leads to the corner shown\.",
            notice,
        ):
            starts = dict(zip("ABC", listening(s), strict=True))
            stuck = [x for x in rl_end({**s, "steering": "To the end"}).winners if starts[x] == 0]
            case.say(m[1] == " and ".join(stuck), f"stuck: {stuck}")
        elif m := re.fullmatch(r"“(.+)” is about blends; routing is steered to the end instead\.", notice):
            case.say(s["world"] == "Routing" and s["steering"] == m[1] != "For a time", "not so")
        elif m := re.fullmatch(rf"No method reaches ({NUM}) here\. The base model is shown\.", notice):
            case.say(all(isinstance(x, str) for x in case.matched.values()), f"{case.matched}")
        elif re.fullmatch(
            r"alpha, beta and gamma are all 0; at least one listening weight must be above 0\. Until then the picture shows α = 0\.4, β = 0\.3, γ = 0\.3\.",
            notice,
        ):
            case.say(s["alpha"] == s["beta"] == s["gamma"] == 0, "not so")
        elif m := re.fullmatch(
            r"([αβγ](?: and [αβγ])*) counts? as 0, being less than 10⁻¹² of the largest weight\.", notice
        ):
            weights = {"α": s["alpha"], "β": s["beta"], "γ": s["gamma"]}
            slight = [symbol for symbol, x in weights.items() if 0 < x < 1e-12 * max(weights.values())]
            case.say(m[1] == " and ".join(slight), f"slight: {slight}")
        elif notice == "ν between 1 and 1.02 counts as 1: the mean would lie beyond any sample.":
            case.say(1 < s["df"] < 1.02 and s["world"].startswith("Student"), "not so")
        else:
            case.say(False, "unknown notice")


def shown(array: Any) -> np.ndarray:
    """Numbers of a trace, packed or not."""
    return np.frombuffer(base64.b64decode(array["bdata"]), "<f4").astype(float) if "bdata" in array else np.array(array)


UNSAMPLED = {"Boltzmann", "Chi-squared", "RL", "RL’s training path"}
AXES = {
    "KL": "KL from the base model (nats)",
    "√KL": "√KL from the base model (√nats)",
    "samples": "base samples per output",
    "mean persuasiveness": "mean persuasiveness",
}
OWN = {
    "Filter": "threshold, c",
    "Quantilizer": "top fraction, q",
    "Best-of-n": "candidates, n",
    "Best-of-Poisson": "extra candidates, μ",
    "Boltzmann": "strength, λ",
    "Chi-squared": "slope, s",
    "Online modelling": "rounds, k",
}


def check_reading(case: Case, figure: Any) -> None:
    """What the fourth panel is read against, what is said of curves that have no place there, and where persuasion ends."""
    against, law = case.s["against"], case.law
    case.here = figure["layouts"]["wide"]["xaxis4"]["title"]["text"]
    title, _, remark = re.sub("<span[^>]*>|</span>", "", case.here).partition("<br>")
    traces = [trace for trace in figure["data"] if trace["xaxis"] == "x4" and trace["mode"] == "lines"]
    drawn = {trace["name"] for trace in traces if trace.get("name")}
    case.say(title == (AXES.get(against) or OWN[case.method]), "the axis differs")
    match against:
        case "own pressure":
            case.say(drawn <= {case.method}, "another curve is drawn")
            alone = f"only {case.method} has this pressure"
            case.say(remark == alone or (not remark and not traces), "the remark is another")
        case "samples":
            none = remark.removesuffix(" draws none").removesuffix(" draw none").replace(" and ", ", ").split(", ")
            case.say(not drawn & UNSAMPLED, "what draws no samples is drawn")
            case.say({*filter(None, none)} <= UNSAMPLED, "all of them draw samples")
        case "mean persuasiveness":
            case.say(
                (remark == "it is not finite here") == (law.mean in (None, math.inf)), "the mean is finite, or not"
            )
            case.say(law.mean not in (None, math.inf) or not drawn, "a curve is drawn")
        case _:
            case.say(not remark, "nothing is missing")
    ends = [trace for trace in traces if trace.get("meta", {}).get("place") == "beside"]
    light = law.mean not in (None, math.inf) and law.most_strength == math.inf
    at_one_kl = case.s["target"] == "Equal KL" if "target" in case.s else case.got is not None
    case.say(bool(ends) == (against == "mean persuasiveness" and light and at_one_kl), "a ceiling, or none")
    for trace in ends:
        case.here = trace["meta"]["name"]
        (said,) = re.fullmatch(r"no method goes beyond at (.*) nats", case.here).groups()
        kl = (
            float(case.got.kl)
            if "target" not in case.s
            else 0.0
            if case.here.endswith(" 0.00 nats")
            else case.target[1]
        )
        case.same(said, kl, "the KL")
        at = np.geomspace(1e-4, 1e4, 400) / max(scale_of(law), 1e-9)
        proxies = [2 * (float(law.log_mgf(lam)) - lam * law.mean) / lam**2 for lam in at.tolist()]
        least = law.mean + math.sqrt(2 * kl * max(0.0, *proxies))
        case.say(abs(shown(trace["x"])[0] - least) <= 2e-3 * (1 + abs(least - law.mean)), f"it is at {least}")


def scale_of(law: Law) -> float:
    """How wide a law of P is, about."""
    return float(np.max(law.s) + np.ptp(law.p)) if isinstance(law, Normals) else 1.0


LEADS = {
    "online-modelling": "Four panels: the persuasiveness that the next round asks for and mean truth, round by round; the plane of both scores; and KL, round by round. "
}


def false_claims(page: Page, query: dict[str, str], *, why: bool = True, alt: bool = False) -> list[str]:
    """What `page` says under `query` that is not so."""
    case, state = Case(page, query), page.asked(query)
    said = plain(page.takeaway(state))
    with np.errstate(all="ignore"):
        check_takeaway(case, said)
        check_readouts(case, list(page.readouts(state)))
        check_notices(case, state.notices)
        if why:
            check_why(case, page.why(state))
            check_tables(case, page.tables(state))
    if alt:
        case.here = "alt"
        lead = LEADS.get(
            page.url_path,
            "Four panels: the densities of persuasiveness and of truth, the plane of both, and mean truth against "
            f"{case.s.get('against')}. ",
        )
        figure = page.figure(state, ())
        case.say(figure["alt"] == lead + said, "the picture’s words differ")
        if "against" in case.s:
            check_reading(case, figure)
    return case.false


def settings_of(page: Page, count: int, seed: int = 2026) -> Iterator[dict[str, str]]:
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield drawn(page, rng)


def _checked(job: tuple[str, dict[str, str], int]) -> list[str]:
    url_path, query, k = job
    page = next(page for page in LIVE_PAGES if page.url_path == url_path)
    own = "words_notebook" if page in NOTEBOOK_PAGES else "words_twins" if url_path == "twins" else ""
    checked = import_module(own).false_claims if own else false_claims
    try:
        return checked(page, query, alt=k % 20 == 0)
    except Exception as problem:
        return [f"{type(problem).__name__}: {problem}"]


def main(span: str = "10000", *names: str) -> None:
    first, _, last = span.rpartition("-")
    first, last = int(first or 0), int(last)
    with Pool(2) as pool:
        for page in LIVE_PAGES:
            if names and page.url_path not in names:
                continue
            drawn_ones = islice(enumerate(settings_of(page, last)), first, last)
            jobs = [(page.url_path, query, k) for k, query in drawn_ones]
            bad = 0
            for (_, query, k), false in zip(jobs, pool.imap(_checked, jobs, chunksize=8), strict=True):
                bad += bool(false)
                if false:
                    print(page.url_path, k, query, *false, sep="\n    ", flush=True)
            print(f"{page.url_path}: {bad} of {last - first} settings have a false claim", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
