"""The state of a page about selection: a base model under one selection, solved as far as it is asked."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import floor

import numpy as np

from dashboard.figures.panel_data import ROOMY, MethodCurve, Shadow, Shown, axis_end
from dashboard.figures.readings import Reading
from dashboard.page.capabilities import Found
from dashboard.selection.caches import (
    CURVE_POINTS,
    DOTS,
    CurveNumbers,
    course_of,
    curve_of,
    law_of,
    names_of,
    outputs_of,
)
from dashboard.selection.settings import AGAINST, DRAW, NAMED, base_model_of
from dashboard.selection.targets import OVERTAKING, PEAK, TARGETS, TRUTH, go_to
from dashboard.settings import Section, Settings
from dashboard.words.methods import method_text
from dashboard.words.readings import OWN, READINGS, own_pressure
from models import (
    BaseModel,
    BestOfN,
    Boltzmann,
    Course,
    EmptySelectionError,
    Filter,
    NoOptimumError,
    Outcome,
    Quantilizer,
    Selection,
)
from models.laws.base import BaseLaw, Outputs

__all__ = ["Selected", "SelectionState", "chosen", "threshold_of"]


class SelectionState(ABC):
    """A state about one selection: what it offers beside its picture comes from `selected`."""

    @property
    @abstractmethod
    def selected(self) -> "Selected": ...

    @property
    def notices(self) -> Sequence[str]:
        """What has to be said about the settings."""
        return self.selected.remarks

    @property
    def targets(self) -> Mapping[str, bool]:
        """“Go to” sets the pressure’s slider; where there is none, it goes nowhere."""
        if not self.selected.key:
            return {}
        further = {} if isinstance(self.selected.selection, BestOfN) else {OVERTAKING: False}
        return {PEAK: False, TRUTH: True, **dict.fromkeys(TARGETS, True), **further}

    def go_to(self, target: str, value: float) -> Found:
        selected = self.selected
        return go_to(selected.selection, selected.base, selected.key, target, value)

    @property
    def steps(self) -> Mapping[str, Settings]:
        """Dots where there are none, or another draw."""
        draw = self.selected.draw
        if draw is None:
            return {}
        return {"Another draw" if draw else "Show dots": {"draw": float(draw % int(DRAW.high) + 1)}}

    def code(self) -> str:
        numbers = "outcome.mean_truth, outcome.mean_persuasiveness, outcome.kl, outcome.samples_per_output"
        lines = ["from models import *", "", f"base = {self.selected.world!r}.law()"]
        if beside := self.selected.neighbours:
            every = ", ".join(repr(outcome.selection) for outcome in beside)
            lines += [f"for selection in [{every}]:", "    outcome = selection.apply(base)"]
            lines += [f"    print(selection.name, {numbers})"]
        if obstacle := self.selected.obstacle:
            lines += [f"# {self.selected.selection!r}.apply(base) does not exist: {obstacle}"]
        else:
            lines += [f"outcome = {self.selected.selection!r}.apply(base)", f"print({numbers})"]
        curves, reading = self.selected.curves.items(), self.selected.reading
        templates = [self.selected.template(method) for method, along in curves if reading.place(along) is not None]
        drawn = [type(each).__name__ if each == type(each)() else repr(each) for each in templates]
        if drawn:
            lines += [f"for method in [{', '.join(drawn)}]:  # mean truth against {self.selected.against}"]
            lines += [f"    along = curve(method, base, max_kl={ROOMY * self.selected.max_kl}, points={CURVE_POINTS})"]
            lines += [f"    print(method.name, {reading.python}, along.mean_truth)"]
        if n := self.selected.candidates:
            lines += [f"outputs = base.outputs({n}, after={self.selected.first})", f"best = outputs.best({n})"]
            lines += ["print(outputs.truth[best], outputs.persuasiveness[best], outputs.mode[best])"]
        return "\n".join([*lines, ""])

    def rows(self) -> Iterator[Sequence[str]]:
        """Every method’s curve; a cell is empty where there is no such number."""
        yield ["method", "pressure", "kl_nats", "mean_truth", "mean_persuasiveness", "samples_per_output"]
        for method, along in self.selected.curves.items():
            further = (along.mean_persuasiveness, along.samples_per_output)
            columns = [along.selection.pressure, along.kl, along.mean_truth, *further]
            none = np.full(np.size(along.kl), None)
            for numbers in zip(*(none if each is None else np.atleast_1d(each) for each in columns), strict=True):
                yield [method.name, *("" if number is None else repr(float(number)) for number in numbers)]


@dataclass(frozen=True)
class Selected(SelectionState):
    """A world under one selection, solved as far as it is asked.

    Attributes:
        world, selection: what is selected from, and how.
        drawn: the methods whose curves are drawn.
        beside: methods also shown, where they agree with `selection` `by` KL, mean_persuasiveness or samples, or why not.
        remarks: what has to be said about the settings.
        key: the setting that is the pressure, "" where the pressure follows from something else.
        against: what mean truth is read against.
        draw: which draw of outputs is seen as dots, from 1; 0 for none, None where the page has no dots.
        seen: nats that the axis of pressure shows, if not more.
    """

    world: BaseModel
    selection: Selection
    drawn: Sequence[type[Selection]] = (Filter, BestOfN, Boltzmann)
    beside: Mapping[type[Selection], Outcome | str] = field(default_factory=dict)
    by: str = "kl"
    remarks: Sequence[str] = ()
    key: str = ""
    against: str = "KL"
    draw: int | None = None
    seen: float = 0.0

    @property
    def selected(self) -> "Selected":
        return self

    @cached_property
    def base(self) -> BaseLaw:
        return law_of(self.world)

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
    def max_kl(self) -> float:
        return axis_end(max(self.seen, self.outcome.kl if self.outcome else 0.0))

    @cached_property
    def curves(self) -> dict[type[Selection], CurveNumbers]:
        """Every method's curve, but for those that have no optimum here; the chosen one keeps its further knobs."""
        found = {}
        if self.base.sd_persuasiveness != 0:
            for method in self.drawn:
                try:
                    found[method] = curve_of(self.template(method), self.base, ROOMY * self.max_kl)
                except NoOptimumError:
                    continue
        return found

    @cached_property
    def shadow(self) -> Shadow:
        """What is left of it on the picture of another."""
        method, got = type(self.selection), self.outcome
        drawn = Filter if method is Quantilizer else method
        along = self.curves.get(drawn)
        label = method_text(method).label(self.selection)
        return Shadow(
            self.base,
            Shown(method_text(method).style, label, got, threshold_of(got), got) if got else None,
            MethodCurve(method_text(method).style, label, along, self.names(drawn)) if along else None,
        )

    @property
    def reading(self) -> Reading:
        """What mean truth is read against."""
        return own_pressure(type(self.selection)) if self.against == OWN else READINGS[self.against]

    def names(self, method: type[Selection]) -> Sequence[str]:
        """What each point of a method’s curve is called: “best of 26”."""
        return names_of(self.template(method), self.base, ROOMY * self.max_kl)

    def template(self, method: type[Selection]) -> Selection:
        """What a method’s curve is a curve of: the chosen method with its further knobs, or another at its defaults."""
        return self.selection.at(self.selection.knob().default) if type(self.selection) is method else method()

    @property
    def first(self) -> int:
        """How many outputs come before the draw: draws have none in common."""
        return DOTS * ((self.draw or 1) - 1)

    @property
    def candidates(self) -> int:
        """How many of the outputs seen are chosen from: the first n, or none where one does not choose or sees too few."""
        n = floor(self.selection.pressure) if self.draw else 0
        return n if 2 <= n <= DOTS else 0

    @property
    def outputs(self) -> Outputs:
        return outputs_of(self.base, self.first)

    @property
    def best(self) -> int | None:
        """The place of the most persuasive candidate."""
        return self.outputs.best(self.candidates) if self.candidates else None

    @property
    def neighbours(self) -> list[Outcome]:
        return [outcome for outcome in self.beside.values() if isinstance(outcome, Outcome)]

    @property
    def missing(self) -> dict[str, str]:
        """The methods beside that have no match, and why."""
        return {method.name: why for method, why in self.beside.items() if isinstance(why, str)}

    @property
    def course(self) -> Course | None:
        """How mean truth goes under the chosen method, over its whole range; None where that has no optimum at all."""
        return course_of(self.selection.at(self.selection.knob().default), self.base)


def threshold_of(outcome: Outcome) -> float | None:
    """Where selection cuts, if it does."""
    cut = method_text(outcome.selection).cut(outcome)
    return float(cut) if cut is not None and np.isfinite(cut) else None


def chosen(
    pressure: Section,
    base: Section,
    settings: Settings,
    drawn: Sequence[type[Selection]] = (Filter, BestOfN, Boltzmann),
) -> Selected:
    """What the sections of a method and of a world ask for; `drawn` are the methods whose curves are shown beside."""
    world, notices = base_model_of(base, settings)
    choice = pressure.options
    method = NAMED[str(settings[choice.key])]
    key = choice.keys[method.name][next(iter(method.parameters()))]
    own = Filter if method is Quantilizer else method  # they share one curve
    curves: tuple[type[Selection], ...] = tuple(
        method if other is own else other for other in (drawn if own in drawn else (own, *drawn))
    )
    knobs, against = choice.values(settings), str(settings[AGAINST.options.key])
    selection = method(**{name: knobs[name] for name in method.parameters()})
    draw = round(knobs["draw"]) if "draw" in knobs else None
    return Selected(world, selection, curves, remarks=notices, key=key, against=against, draw=draw)
