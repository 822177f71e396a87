"""What every page about selection shares: its state, its picture and its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from dashboard.figures import STYLES, Curve, Line, Scene, Shown
from dashboard.page import Readout
from dashboard.settings import Choice, Section, Settings
from dashboard.text import change, colored, count, direction, nats, number, plain
from models import (
    BestOfN,
    BestOfPoisson,
    Boltzmann,
    ChiSquared,
    EmptySelectionError,
    Filter,
    GoodhartMixture,
    NoOptimumError,
    Outcome,
    Quantilizer,
    Selection,
    ThreeSubmodules,
    curve,
    match,
    peak,
)
from models.laws import BaseLaw

__all__ = [
    "ALL", "LISTENING", "SUBMODULES", "WORLD", "State", "choice_of", "goodhart_words", "label", "of_selection", "pressure",
    "readouts", "scene",
    "selection_of", "subject", "takeaway", "world_of",
]  # fmt: skip

METHODS = {method.name: method for method in (Filter, Quantilizer, BestOfN, BestOfPoisson, Boltzmann, ChiSquared)}
ALL = tuple(METHODS.values())
LISTENING = {key: ThreeSubmodules.parameters()[key] for key in ("alpha", "beta", "gamma")}
SUBMODULES = {key: knob for key, knob in ThreeSubmodules.parameters().items() if key not in LISTENING}
WORLD = Choice(
    "world", "base model", "Which toy model the outputs come from.", "Mixture",
    {"Blend": ThreeSubmodules.parameters(), "Mixture": GoodhartMixture.parameters()},
)  # fmt: skip
SAME = {"kl": "KL", "mean_persuasiveness": "mean persuasiveness", "samples": "samples"}
CURVE_POINTS = 60
REACH = 6.0


@dataclass(frozen=True)
class State:
    """One state of a page, solved as far as it is asked.

    Attributes:
        base, selection: what is selected from, and how.
        source: the Python that makes `base`.
        methods: the methods whose curves are drawn; `beside`: those also shown where they match `selection` `by` KL,
            mean_persuasiveness or samples.
        model: the three submodules, where `base` is made of them; `extra`: what only one page needs.
    """

    base: BaseLaw
    selection: Selection
    source: str
    methods: Sequence[type[Selection]] = (Filter, BestOfN, Boltzmann)
    beside: Sequence[type[Selection]] = ()
    by: str = "kl"
    model: ThreeSubmodules | None = None
    notices: Sequence[str] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def outcome(self) -> Outcome | None:
        """The selected law, or None where it does not exist."""
        try:
            return self.selection.apply(self.base)
        except (EmptySelectionError, NoOptimumError):
            return None

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

    @cached_property
    def _matched(self) -> dict[type[Selection], Outcome | str]:
        """The methods beside, or why they are not there."""
        if self.outcome is None:
            return {}
        attribute = {"samples": "samples_per_output"}.get(self.by, self.by)
        target, found = getattr(self.outcome, attribute), {}
        for method in self.beside:
            try:
                found[method] = match(method, self.base, **{self.by: target}) or "cannot reach it"
            except NoOptimumError:
                found[method] = "has no optimum here"
        return found

    @property
    def neighbours(self) -> list[Outcome]:
        return [outcome for outcome in self._matched.values() if isinstance(outcome, Outcome)]

    @property
    def missing(self) -> dict[str, str]:
        """The methods beside that have no match, and why."""
        return {method.name: why for method, why in self._matched.items() if isinstance(why, str)}

    @cached_property
    def peak(self) -> Outcome | None:
        """Where the chosen method’s mean truth is highest, if it turns."""
        try:
            return peak(type(self.selection), self.base) if self.base.sd_persuasiveness != 0 else None
        except NoOptimumError:
            return None


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


def label(selection: Selection) -> str:
    match selection:
        case Filter(threshold=threshold):
            return f"filter at {number(threshold)}"
        case Quantilizer(fraction=fraction):
            return f"top {share(fraction)}"
        case BestOfN(n=n):
            return f"best of {count(np.log(n))}"
        case BestOfPoisson(mu=mu):
            return f"best of 1 + Poisson({count(np.log(mu)) if mu > 0 else 0})"
        case Boltzmann(strength=strength):
            return f"Boltzmann, λ = {number(strength)}"
        case ChiSquared(slope=slope):
            return f"chi-squared, s = {number(slope)}"


def pressure(selection: Selection) -> str:
    """The pressure as formulas write it: “n = 64”."""
    ((name, knob),) = selection.parameters().items()
    value = getattr(selection, name)
    if isinstance(selection, Quantilizer):
        return f"{knob.symbol} = {share(value)}"
    return f"{knob.symbol} = {count(np.log(value)) if knob.scale == 'log' else number(value)}"


def share(fraction: float) -> str:
    """A fraction as a percentage, or “1 in …” where that is shorter."""
    return f"{100 * fraction:.3g} %" if fraction >= 0.001 else f"1 in {count(-np.log(fraction))}"


def subject(selection: Selection) -> str:
    match selection:
        case Filter(threshold=threshold):
            return f"Keeping only outputs above {number(threshold)}"
        case Boltzmann(strength=strength):
            return f"KL-penalised selection at λ = {number(strength)}"
        case ChiSquared(slope=slope):
            return f"χ²-penalised selection at s = {number(slope)}"
    return f"Keeping the {label(selection)}"


def of_selection(state: State) -> str:
    """What selection does to mean truth, with both numbers."""
    got, before = state.outcome, state.base.mean_truth
    match state.selection:
        case Filter(threshold=threshold) if got is None:
            return f"No output reaches {number(threshold)}, so what this filter leaves **does not exist**."
        case _ if got is None:
            return (
                "KL-penalised RL’s best policy **does not exist** here: the tail is so heavy that any reward "
                "can be had for next to no KL."
            )
    after = colored(number(got.mean_truth), STYLES[state.selection.name].color)
    match direction(got.mean_truth - before):
        case 1:
            return f"{subject(state.selection)} raises mean truth from {number(before)} to {after}."
        case -1:
            return f"{subject(state.selection)} lowers mean truth from {number(before)} to {after}."
    return f"{subject(state.selection)} leaves mean truth at {after}."


def goodhart_words(state: State) -> str:
    """Whether more of the same pressure helps truth or destroys it."""
    got, top = state.outcome, state.peak
    if got is None:
        return ""
    if top is None:
        return _without_peak(state)
    if abs(got.kl - top.kl) < 1e-6:
        return "Truth is **at its highest** here; more pressure destroys it."
    where = f"{pressure(top.selection)} (mean truth {number(top.mean_truth)})"
    if got.kl > top.kl:
        return f"Truth was highest at {where}; pressure beyond that **destroys it**."
    return f"Truth will be highest at {where}; more pressure than that **destroys it**."


def _without_peak(state: State) -> str:
    """What more pressure does where mean truth never turns."""
    got = state.outcome
    if state.base.sd_persuasiveness == 0:
        return "Pressure leaves truth as it is."
    try:
        ahead = float(curve(type(state.selection), state.base, max(12.0, 2 * got.kl), 3).mean_truth[-1])
    except NoOptimumError:
        return "With any pressure at all KL-penalised RL **has no best policy** here: the tail is too heavy."
    match direction(ahead - got.mean_truth), direction(ahead - state.base.mean_truth):
        case 1, _:
            return "More pressure **never hurts truth** here."
        case -1, _:
            return "Any pressure at all **costs truth** here."
        case _, 0:
            return "Pressure leaves truth as it is."
    return "More pressure **no longer changes** truth."


def takeaway(state: State) -> str:
    return f"{of_selection(state)} {goodhart_words(state)}"


def readouts(state: State) -> list[Readout]:
    base, got, none = state.base, state.outcome, "does not exist"
    before_p, gained = base.mean_persuasiveness, got and got.mean_persuasiveness
    samples = got and got.log_samples_per_output

    def finite(value: float | None, digits: int = 3) -> str:
        return none if value is None else number(value, digits)

    return [
        Readout(
            "mean truth", finite(got and got.mean_truth), change(got.mean_truth - base.mean_truth, 3) if got else "", 1,
            f"base {number(base.mean_truth)}", got and got.mean_truth,
        ),
        Readout(
            "mean persuasiveness", finite(gained),
            change(gained - before_p, 3) if gained is not None and before_p is not None and np.isfinite(gained) else "",
            note=f"base {finite(before_p, 2)}", amount=gained if gained is not None and np.isfinite(gained) else None,
        ),
        Readout("KL from the base model", nats(got.kl) if got else none, change(got.kl) if got else "", note="base 0", amount=got and got.kl),
        Readout(
            "base samples per output", none if got is None else "not sampled" if samples is None else count(samples),
            "" if samples is None else f"× {count(samples)}", note="base 1",
        ),
    ]  # fmt: skip


# ── picture ──


def scene(state: State, *, lines: Sequence[Line] = (), weight: bool = False) -> Scene:
    got, others = state.outcome, state.neighbours
    shown = []
    if got is not None:
        cut = _cut(got)
        shown.append(Shown(got.selection.name, label(got.selection), got, cut, got.kl))
    shown += [Shown(o.selection.name, f"{label(o.selection)}, same {SAME[state.by]}", o, _cut(o), o.kl) for o in others]
    curves = [Curve(m.name, m.name, o.kl, o.mean_truth) for m, o in state.curves.items()]
    top = state.peak if state.peak is not None and state.peak.kl <= state.reach else None
    return Scene(
        base=state.base,
        shown=shown,
        style=state.selection.name,
        lines=lines,
        curves=curves,
        peak=None if top is None else (top.kl, top.mean_truth),
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
