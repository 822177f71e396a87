"""What a page says under given settings, and the numbers in it as pages print them."""

import math
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from words_laws import KNOB, LEAST, ORDER, Got, Law, Sum, Sweep, sweep_of
from words_steering import End, rl_end
from words_sums import AnySum, law_of

from dashboard.page.record import Page
from dashboard.settings import defaults, read

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
    if symbol == "n" and "×" not in text:
        half = 1.0  # a turn is at the better of two whole numbers
    elif symbol == "μ" and "×" not in text and 0 < value < 99.95:
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
    def range(self) -> str:
        """How far “more pressure” is said to go: “up to n = 1.0 × 10¹²”."""
        found = re.search(
            rf"“More pressure” means ((?:up|down) to {PLACE})\.", self.page.why(self.page.asked(self.query))
        )
        return found[1] if found else ""

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
                if x == 0:
                    return none
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
    def end(self) -> End:
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
