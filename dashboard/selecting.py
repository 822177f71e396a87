"""What every page about selection shares: its state, its picture and its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from dashboard.figures import STYLES, Curve, Line, Scene, Shown
from dashboard.page import Readout
from dashboard.settings import Choice, Section, Settings
from dashboard.text import apart, change, colored, count, moved, nats, number, plain
from dashboard.words import course_words, label, subject
from models import (
    BestOfN,
    BestOfPoisson,
    Boltzmann,
    ChiSquared,
    Course,
    EmptySelectionError,
    Filter,
    GoodhartMixture,
    NoOptimumError,
    Outcome,
    Quantilizer,
    Selection,
    ThreeSubmodules,
    course,
    curve,
    match,
)
from models.laws import BaseLaw

__all__ = [
    "ALL",
    "LISTENING",
    "SUBMODULES",
    "WORLD",
    "State",
    "choice_of",
    "of_selection",
    "reached",
    "readouts",
    "scene",
    "selection_of",
    "takeaway",
    "world_of",
]

METHODS = {method.name: method for method in (Filter, Quantilizer, BestOfN, BestOfPoisson, Boltzmann, ChiSquared)}
ALL = tuple(METHODS.values())
LISTENING = {key: ThreeSubmodules.parameters()[key] for key in ("alpha", "beta", "gamma")}
SUBMODULES = {key: knob for key, knob in ThreeSubmodules.parameters().items() if key not in LISTENING}
WORLD = Choice(
    "world",
    "base model",
    "Which toy model the outputs come from.",
    "Mixture",
    {"Blend": ThreeSubmodules.parameters(), "Mixture": GoodhartMixture.parameters()},
)
SAME = {"kl": "KL", "mean_persuasiveness": "mean persuasiveness", "samples": "samples"}
CURVE_POINTS = 60
REACH = 6.0


@dataclass(frozen=True)
class State:
    """One state of a page, solved as far as it is asked.

    Attributes:
        base, selection: what is selected from, and how.
        source: the Python that makes `base`.
        methods: the methods whose curves are drawn.
        beside: methods also shown, where they agree with `selection` `by` KL, mean_persuasiveness or samples, or why not.
        model: the three submodules, where `base` is made of them; `extra`: what only one page needs.
    """

    base: BaseLaw
    selection: Selection
    source: str
    methods: Sequence[type[Selection]] = (Filter, BestOfN, Boltzmann)
    beside: Mapping[type[Selection], Outcome | str] = field(default_factory=dict)
    by: str = "kl"
    model: ThreeSubmodules | None = None
    notices: Sequence[str] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def _solved(self) -> Outcome | str:
        """The selected law, or why it does not exist."""
        try:
            return self.selection.apply(self.base)
        except (EmptySelectionError, NoOptimumError) as problem:
            return problem.reason.replace("-", "−")  # the only dash in it is a number’s sign

    @property
    def outcome(self) -> Outcome | None:
        """The selected law, or None where it does not exist."""
        return None if isinstance(self._solved, str) else self._solved

    @property
    def obstacle(self) -> str:
        """Why the selected law does not exist; "" if it does."""
        return self._solved if isinstance(self._solved, str) else ""

    @property
    def reach(self) -> float:
        return max(REACH, 1.25 * self.outcome.kl if self.outcome else 0.0)

    @cached_property
    def curves(self) -> dict[type[Selection], Outcome]:
        """Every method's curve, but for those that have no optimum here."""
        found = {}
        if self.base.sd_persuasiveness != 0:
            for method in self.methods:
                try:
                    found[method] = curve(method, self.base, self.reach, CURVE_POINTS)
                except NoOptimumError:
                    continue
        return found

    @property
    def neighbours(self) -> list[Outcome]:
        return [outcome for outcome in self.beside.values() if isinstance(outcome, Outcome)]

    @property
    def missing(self) -> dict[str, str]:
        """The methods beside that have no match, and why."""
        return {method.name: why for method, why in self.beside.items() if isinstance(why, str)}

    @cached_property
    def course(self) -> Course | None:
        """How mean truth goes under the chosen method, over its whole range; None where that has no optimum at all."""
        return _course(type(self.selection), self.base)


@lru_cache(maxsize=64)
def _course(method: type[Selection], base: BaseLaw) -> Course | None:
    """Kept, for a drag of the pressure does not change it."""
    try:
        return course(method, base)
    except NoOptimumError:
        return None


def reached(method: type[Selection], base: BaseLaw, by: str, target: float) -> Outcome | str:
    """`method` where it reaches the target of `match`, or why it does not."""
    try:
        found = match(method, base, **{by: target})
    except NoOptimumError:
        return "has no optimum here"
    if found is None and by == "samples" and method.at_depth(base, 0.0).apply(base).samples_per_output is None:
        return "draws no samples"
    return found or "cannot reach it"


# ── settings → models ──


def choice_of(default: type[Selection], *methods: type[Selection]) -> Section:
    """The sidebar’s first section: the method and its pressure."""
    options = {method.name: method.parameters() for method in methods}
    help = "How outputs are selected by their persuasiveness."
    return Section("Pressure", choice=Choice("method", "method", help, default.name, options))


def selection_of(settings: Settings) -> Selection:
    method = METHODS[settings["method"]]
    (pressure,) = method.parameters()
    return method(**{pressure: settings[pressure]})


def world_of(settings: Settings, *, world: str) -> tuple[BaseLaw, str, ThreeSubmodules | None, tuple[str, ...]]:
    """The base law, the Python that makes it, the submodules behind it, and what has to be said about them."""
    if world == "Mixture":
        liars = GoodhartMixture(**{key: settings[key] for key in GoodhartMixture.parameters()})
        return liars.mixture(), f"{liars!r}.mixture()", None, ()
    submodules = {key: settings[key] for key in SUBMODULES}
    notices: tuple[str, ...] = ()
    try:
        model = ThreeSubmodules.listening(**{key: settings[key] for key in LISTENING}, **submodules)
    except ValueError as problem:
        notices = (f"{problem}. Until then the picture shows α = 0.4, β = 0.3, γ = 0.3.",)
        model = ThreeSubmodules(**submodules)
    if world == "Routing":
        return model.routing(), f"{model!r}.routing()", model, notices
    return model.blend(), f"{model!r}.blend()", model, notices


# ── words ──


def of_selection(state: State) -> str:
    """What selection does to mean truth, with both numbers."""
    got = state.outcome
    if got is None:
        return f"{subject(state.selection)}: the result **does not exist**, for {state.obstacle}."
    before, after = apart(state.base.mean_truth, got.mean_truth)
    color = STYLES[state.selection.name].color
    match moved(state.base.mean_truth, got.mean_truth):
        case 1:
            return f"{subject(state.selection)} raises mean truth from {before} to {colored(after, color)}."
        case -1:
            return f"{subject(state.selection)} lowers mean truth from {before} to {colored(after, color)}."
    return f"{subject(state.selection)} leaves mean truth at {colored(before, color)}."


def takeaway(state: State) -> str:
    if state.outcome is None:
        return of_selection(state)
    if state.course is None:
        return f"{of_selection(state)} With any pressure at all there is **no best policy** here."
    return f"{of_selection(state)} {course_words(state.course, state.outcome)}"


def readouts(state: State) -> list[Readout]:
    base, got, none = state.base, state.outcome, "does not exist"
    before_p, gained = base.mean_persuasiveness, got and got.mean_persuasiveness
    samples = got and got.log_samples_per_output

    def finite(value: float | None, digits: int = 3) -> str:
        return none if value is None else number(value, digits)

    return [
        Readout(
            "mean truth",
            finite(got and got.mean_truth),
            change(got.mean_truth - base.mean_truth, 3) if got else "",
            1,
            f"base {number(base.mean_truth)}",
            got and got.mean_truth,
        ),
        Readout(
            "mean persuasiveness",
            finite(gained),
            change(gained - before_p, 3) if gained is not None and before_p is not None and np.isfinite(gained) else "",
            note=f"base {finite(before_p, 2)}",
            amount=gained if gained is not None and np.isfinite(gained) else None,
        ),
        Readout(
            "KL from the base model",
            nats(got.kl) if got else none,
            change(got.kl) if got else "",
            note="base 0",
            amount=got and got.kl,
        ),
        Readout(
            "base samples per output",
            none if got is None else "not sampled" if samples is None else count(samples),
            "" if samples is None else f"× {count(samples)}",
            note="base 1",
        ),
    ]


# ── picture ──


def scene(state: State, *, lines: Sequence[Line] = (), weight: bool = False) -> Scene:
    got, others = state.outcome, state.neighbours
    shown = []
    if got is not None:
        cut = _cut(got)
        shown.append(Shown(got.selection.name, label(got.selection), got, cut, got.kl))
    shown += [Shown(o.selection.name, f"{label(o.selection)}, same {SAME[state.by]}", o, _cut(o), o.kl) for o in others]
    curves = [Curve(m.name, m.name, o.kl, o.mean_truth) for m, o in state.curves.items()]
    turns = [turn for turn in (state.course.turns if state.course else ()) if turn.kl <= state.reach]
    return Scene(
        base=state.base,
        shown=shown,
        style=state.selection.name,
        lines=lines,
        curves=curves,
        turns=[(turn.kl, turn.mean_truth) for turn in turns],
        weight=weight,
        alt=f"Four panels: the densities of persuasiveness and of truth, the plane of both, and mean truth against KL. "
        f"{plain(takeaway(state))}",
    )


def _cut(outcome: Outcome) -> float | None:
    match outcome.selection:
        case Filter(threshold=threshold):
            return threshold
        case Quantilizer(fraction=fraction):
            return float(outcome.base.isf(np.log(fraction)))
        case ChiSquared(slope=slope) if slope > 0:
            return float(outcome.law.start)
    return None
