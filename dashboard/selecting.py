"""What every page about selection shares: a world under one selection, its picture and its words."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from math import floor, log
from types import SimpleNamespace

import numpy as np

from dashboard.figures.dots import DrawnOutputs
from dashboard.figures.ghosts import Ghost
from dashboard.figures.panels import four_panels
from dashboard.figures.readings import Reading
from dashboard.figures.scene import LEAST_REACH, ROOMY, Ceiling, Curve, Handle, Line, Scene, Shadow, Shown, axis_end
from dashboard.page.capabilities import Found
from dashboard.page.record import Figure, Readout
from dashboard.settings import Choice, Section, Settings
from dashboard.words.base_models import BASE_MODEL_TEXTS, CHOICES, explain
from dashboard.words.course import at_whole_n, course_words, has_fallen, no_peak, range_note, turn_names
from dashboard.words.methods import method_text, span, subject
from dashboard.words.readings import OWN, READINGS, own_pressure
from dashboard.words.text import apart, change, colored, count, exactly, moved, nats, number, plain
from models import (
    BASE_MODELS,
    METHODS,
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
    course,
    curve,
    match_target,
    overtaking,
)
from models.laws.base import BaseLaw, Outputs
from models.parameters import Parameter

__all__ = [
    "AGAINST",
    "DRAW",
    "PEAK",
    "WITHOUT_OWN",
    "Selected",
    "SelectionState",
    "base_model_of",
    "base_model_section",
    "chosen",
    "course_of",
    "figure",
    "go_to",
    "law_of",
    "method_section",
    "of_selection",
    "picture_of",
    "reached",
    "readouts",
    "scene",
    "takeaway",
    "why",
]

NAMED = {method.name: method for method in METHODS}
WORLD_NAMED = {world.name: world for world in BASE_MODELS}
SAME = {"kl": "KL", "mean_persuasiveness": "mean persuasiveness", "samples": "samples"}
PEAK = "the peak of mean truth"
TARGETS = {"a KL, in nats": "kl", "a mean persuasiveness": "mean_persuasiveness", "base samples per output": "samples"}
LEAST_TARGET = {
    "a KL, in nats": (0.0, "A KL is 0 nats or more."),
    "base samples per output": (1.0, "An output takes 1 base sample or more."),
}
TRUTH = "a mean truth"
JUST = 1e-12  # of a pressure, beside 1: nearer above a jump it is just above it
OVERTAKING = "where it passes best-of-n at equal KL"
CURVE_POINTS = 72
DOTS = 400
DRAW = Parameter(
    symbol="d",
    label="draw, as dots",
    default=1.0,
    low=0.0,
    high=50.0,
    step=1.0,
    help="Single outputs in the plane of truth and persuasiveness, and of the first n the most persuasive ringed: one draw, "
    "and another at every step. 0: none.",
)

WITHOUT_OWN = Section(
    "Mean truth against",
    choice=Choice(
        "against", "mean truth against", "What mean truth is drawn against.", "KL", {name: {} for name in READINGS}
    ),
)
AGAINST = Section(
    WITHOUT_OWN.title,
    choice=replace(
        WITHOUT_OWN.options,
        options={**WITHOUT_OWN.options.options, OWN: {}},
        help=f"{WITHOUT_OWN.options.help} “{OWN.capitalize()}” is the slider’s.",
    ),
)


# ── settings → models ──


def method_section(default: type[Selection], *further: tuple[type[Selection], str, Parameter]) -> Section:
    """The sidebar’s first section: the method and its knobs, and `further` ones of the page’s for a method."""
    help = "How outputs are selected by their persuasiveness."
    options = {m.name: m.parameters() for m in METHODS}
    for method, name, parameter in further:
        options[method.name] = {**options[method.name], name: parameter}
    return Section("Pressure", choice=Choice("method", "method", help, default.name, options))


def base_model_section(default: type[BaseModel], *worlds: type[BaseModel], side: str = "") -> Section:
    """The world and its knobs; one of `worlds`, or of all there are. `side`: "left " or "right ", of two."""
    offered = worlds or BASE_MODELS
    help = " ".join(BASE_MODEL_TEXTS[world].help for world in offered)
    options = {world.name: world.knobs() for world in offered}
    prefix = side.replace(" ", "_")
    further = {
        world.name: [
            Choice(f"{prefix}{key}", f"{side}{key}", CHOICES[key], next(iter(found)), found, side=side)
            for key, found in world.choices().items()
        ]
        for world in offered
    }
    label = f"{side}base model"
    choice = Choice(f"{prefix}world", label, help, default.name, options, further, side)
    return Section(label.capitalize(), choice=choice)


def base_model_of(section: Section, settings: Settings) -> tuple[BaseModel, tuple[str, ...]]:
    """The chosen world, and what had to be changed to make it."""
    world, notice = WORLD_NAMED[str(settings[section.options.key])].repaired(**section.options.chosen(settings))
    return world, (notice,) if notice else ()


def chosen(
    pressure: Section,
    base: Section,
    settings: Settings,
    drawn: Sequence[type[Selection]] = (Filter, BestOfN, Boltzmann),
) -> "Selected":
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


# ── the state ──


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
        return go_to(self.selected, target, value)

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
    def curves(self) -> dict[type[Selection], "Along"]:
        """Every method's curve, but for those that have no optimum here; the chosen one keeps its further knobs."""
        found = {}
        if self.base.sd_persuasiveness != 0:
            for method in self.drawn:
                try:
                    found[method] = _curve(self.template(method), self.base, ROOMY * self.max_kl)
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
            Shown(method_text(method).style, label, got, _threshold(got), got) if got else None,
            Curve(method_text(method).style, label, along, self.names(drawn)) if along else None,
        )

    @property
    def reading(self) -> Reading:
        """What mean truth is read against."""
        return own_pressure(type(self.selection)) if self.against == OWN else READINGS[self.against]

    def names(self, method: type[Selection]) -> Sequence[str]:
        """What each point of a method’s curve is called: “best of 26”."""
        return _names(self.template(method), self.base, ROOMY * self.max_kl)

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
        return _outputs(self.base, self.first)

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


# What a drag of the pressure does not change is kept: a law with what it has worked out, curves and courses. Laws and
# methods are equal by value, so any session may meet what another has had computed.


@lru_cache(maxsize=64)
def law_of(world: BaseModel) -> BaseLaw:
    return world.law()


@lru_cache(maxsize=64)
def _outputs(base: BaseLaw, first: int) -> Outputs:
    return base.outputs(DOTS, after=first)


@dataclass(frozen=True, eq=False)
class Along:
    """A method’s curve in numbers: what `Outcome` says of it, without the law they are from, which takes megabytes."""

    selection: Selection
    kl: np.ndarray
    mean_truth: np.ndarray
    mean_persuasiveness: np.ndarray | None
    samples_per_output: np.ndarray | None
    log_samples_per_output: np.ndarray | None
    cuts: np.ndarray | None


@lru_cache(maxsize=128)
def _curve(method: Selection, base: BaseLaw, max_kl: float) -> Along:
    found = curve(method, base, max_kl, CURVE_POINTS)
    numbers = {name: getattr(found, name) for name in Along.__dataclass_fields__ if name != "cuts"}
    return Along(**numbers, cuts=method_text(method).cut(found))


@lru_cache(maxsize=128)
def _names(method: Selection, base: BaseLaw, max_kl: float) -> tuple[str, ...]:
    label, knobs, name = method_text(method).label, SimpleNamespace(**vars(method)), next(iter(method.parameters()))

    def called(pressure: float) -> str:
        setattr(knobs, name, pressure)  # a label only reads knobs, which a record of a method would check
        return label(knobs)

    return tuple(map(called, _curve(method, base, max_kl).selection.pressure.tolist()))


@lru_cache(maxsize=64)
def course_of(method: Selection, base: BaseLaw) -> Course | None:
    """How mean truth goes under `method` over its whole range; None where that has no optimum at all."""
    try:
        return at_whole_n(course(method, base))
    except NoOptimumError:
        return None


def _matched(
    method: Selection | type[Selection], base: BaseLaw, by: str, target: float, along: Along | None = None
) -> Outcome | None:
    kl, mean, samples = (target if by == name else None for name in SAME)
    return match_target(method, base, kl=kl, mean_persuasiveness=mean, samples=samples, along=along)


def reached(method: type[Selection], base: BaseLaw, by: str, target: float) -> Outcome | str:
    """`method` where it reaches the target of `match_target`, or why it does not."""
    try:
        straight = by == "kl" and method.exact_root_kl
        near = None if straight or base.sd_persuasiveness == 0 else _curve(method(), base, ROOMY * LEAST_REACH)
        found = _matched(method, base, by, target, near)
    except NoOptimumError:
        return "has no optimum here"
    if found is None and by == "samples" and not _draws(method(), base):
        return "draws no samples"
    return found or "cannot reach it"


def _draws(method: Selection, base: BaseLaw) -> bool:
    return method.at_root_kl(base, 0.0).apply(base).samples_per_output is not None


def go_to(state: Selected, target: str, value: float) -> Found:
    """The pressure at a KL, a mean persuasiveness or the peak of mean truth, if there is one."""
    method, base, knob = state.selection, state.base, state.selection.knob()
    least, refusal = LEAST_TARGET.get(target, (-np.inf, ""))
    if value < least:
        return Found(refusal)
    try:
        if target == PEAK:
            whole = state.course or course(method, base)  # says why there is none
            found, said = whole.peak, no_peak(whole)
        elif target == TRUTH:
            whole = state.course or course(method, base)
            found = whole.first(value)
            jump = whole.jump(value) if found is None else None
            said = f"No {knob.symbol} gives that mean truth, {span(whole)}"
            said += "." if jump is None else f": it jumps over it at {knob.symbol} = {exactly(jump)}."
        elif target == OVERTAKING:
            kls = overtaking(method.at(knob.default), BestOfN, base)
            found = _matched(method, base, "kl", kls[0]) if kls else None
            said = f"There is no KL up to 30 nats at which {method.name} passes best-of-n."
        else:
            found = _matched(method, base, TARGETS[target], value)
            drawn = TARGETS[target] != "samples" or _draws(method, base)
            if found is None and drawn and state.course is None:
                course(method, base)  # says why
            said = f"{method.name} {'does not reach that, as far as is computed' if drawn else 'draws no samples'}."
    except NoOptimumError as problem:
        return Found(f"{method.name} has no optimum here: {problem.reason}.")
    if found is None:
        return Found(said)
    at = float(found.selection.pressure)
    put = min(max(at, knob.low), knob.high)
    beyond = "" if put == at else f", beyond the slider, which ends at {exactly(put)}"
    return Found(f"{_place(found.selection, base)}{beyond}", {state.key: put})


def _place(selection: Selection, base: BaseLaw) -> str:
    """“λ = 0.98”; “just above c = 0” where truth jumps there, or “just below λ = 1” where there is no result from there on."""
    symbol, at, jumps = selection.knob().symbol, float(selection.pressure), np.asarray(selection.jumps(base))
    if (passed := jumps[(jumps < at) & (at - jumps <= JUST * (1 + np.abs(jumps)))]).size:
        return f"just above {symbol} = {exactly(float(passed[-1]))}"
    shown = float(f"{at:.6g}")
    return f"{'' if shown <= at or selection.exists(base, shown) else 'just below '}{symbol} = {exactly(at)}"


# ── words ──


def of_selection(state: Selected) -> str:
    """What selection does to mean truth, with both numbers; and past its only peak, from where it has fallen."""
    got, who = state.outcome, subject(state.selection)
    if setting := BASE_MODEL_TEXTS[type(state.world)].setting:
        who = f"With {setting}, {who[0].lower() if who.startswith(('Keeping', 'Feeding')) else who[0]}{who[1:]}"
    if got is None:
        return f"{who}: the result **does not exist**, for {state.obstacle}."
    if state.course and (fallen := has_fallen(state.course, got)):
        return f"{who}: {fallen}."
    return f"{who} {effect(state, got)}."


def effect(state: Selected, got: Outcome) -> str:
    """“raises mean truth from 0.70 to 1.45”."""
    before, after = apart(state.base.mean_truth, got.mean_truth)
    color = method_text(state.selection).style.color
    match moved(state.base.mean_truth, got.mean_truth):
        case 1:
            return f"raises mean truth from {before} to {colored(after, color)}"
        case -1:
            return f"lowers mean truth from {before} to {colored(after, color)}"
    return f"leaves mean truth at {colored(before, color)}"


def takeaway(state: SelectionState) -> str:
    selected = state.selected
    if selected.outcome is None:
        return of_selection(selected)
    if selected.course is None:
        return f"{of_selection(selected)} With any pressure at all there is **no best policy** here."
    return f"{of_selection(selected)} {course_words(selected.course, selected.outcome)}"


def why(state: SelectionState) -> str:
    """The method’s own formulas, then the world’s own words."""
    selected, formulas = state.selected, []
    if selected.outcome is not None and selected.course is not None:
        formulas = method_text(selected.selection).formulas(selected.outcome, selected.course)
        formulas.append(range_note(selected.course))
    return "\n\n".join([*formulas, *explain(selected.world, selected.selection, selected.outcome), *of_dots(selected)])


def of_dots(state: Selected) -> list[str]:
    """What the dots are, and which of them is kept."""
    if not state.draw:
        return []
    n, kept = state.selection.pressure, ""
    if state.best is not None:
        kept = f"The larger ones, the first {state.candidates}, are candidates, and the most persuasive is ringed: {said_of_best(state)}. "
    elif n >= 2:
        kept = f"They are too few to see the candidates among {count(log(n))}. "
    return [
        f"**One draw, as dots.** The dots are {DOTS} outputs of the base model. {kept}They are spread more evenly than chance "
        "would spread them. Another draw is another set; the means are exact, and over all draws."
    ]


def said_of_best(state: Selected) -> str:
    """The most persuasive candidate: “manipulative, truth −1.32”."""
    assert state.best is not None
    kinds, mode = BASE_MODEL_TEXTS[type(state.world)].kinds(state.world), int(state.outputs.mode[state.best])
    return ", ".join(filter(None, (kinds[mode], f"truth {number(float(state.outputs.truth[state.best]))}")))


def readouts(state: SelectionState) -> list[Readout]:
    base, got, none = state.selected.base, state.selected.outcome, "does not exist"
    before_p, gained = base.mean_persuasiveness, got.mean_persuasiveness if got else None
    samples = got.log_samples_per_output if got else None

    def finite(value: float | None, digits: int = 3) -> str:
        return none if value is None else number(value, digits)

    return [
        Readout(
            "mean truth",
            finite(got.mean_truth if got else None),
            change(got.mean_truth - base.mean_truth, 3) if got else "",
            1,
            f"base {number(base.mean_truth)}",
            got.mean_truth if got else None,
            help=f"In points of the truth score: {BASE_MODEL_TEXTS[type(state.selected.world)].zero}",
        ),
        Readout(
            "mean persuasiveness",
            finite(gained),
            change(gained - before_p, 3) if gained is not None and before_p is not None and np.isfinite(gained) else "",
            note=f"base {finite(before_p, 2)}",
            amount=gained if gained is not None and np.isfinite(gained) else None,
            help="In points of the persuasiveness score, the one that can be measured.",
        ),
        Readout(
            "KL from the base model",
            nats(got.kl) if got else none,
            change(got.kl) if got else "",
            note="base 0",
            amount=got.kl if got else None,
            help="In nats: 0 is the base model itself; at 3 nats what is kept has typically become 20 times as likely.",
        ),
        Readout(
            "base samples per output",
            none if got is None else "not sampled" if samples is None else count(samples),
            "" if samples is None else f"× {count(samples)}",
            note="base 1",
            help="Outputs of the base model drawn for each one that is kept; 1 is the base model itself.",
        ),
    ]


# ── picture ──


def scene(
    state: SelectionState, *, lines: Sequence[Line] = (), weight: bool = False, rings: bool = True, stated: str = ""
) -> Scene:
    """The four panels of `state`, with rings where mean truth turns; `stated` is the page’s takeaway where it is another
    than `takeaway`."""
    selected = state.selected
    got, shown = selected.outcome, []
    for outcome in [*([got] if got else []), *selected.neighbours]:
        said = method_text(outcome.selection)
        words = said.label(outcome.selection)
        name = words if outcome is got else outcome.selection.name
        words = words if outcome is got else f"{words}, same {SAME[selected.by]}"
        shown.append(Shown(said.style, words, outcome, _threshold(outcome), outcome, name))
    turns = turn_names(selected.course) if rings and selected.course else []
    return Scene(
        base=selected.base,
        shown=shown,
        style=method_text(selected.selection).style,
        lines=lines,
        curves=[Curve(method_text(m).style, m.name, o, selected.names(m)) for m, o in selected.curves.items()],
        turns=[(turn, name) for turn, name in turns if turn.kl <= selected.max_kl],
        reading=selected.reading,
        weight=weight,
        alt=f"Four panels: the densities of persuasiveness and of truth, the plane of both, and mean truth against "
        f"{selected.against}. {plain(stated or takeaway(state))}",
        handle=_handle(selected),
        ceiling=_ceiling(selected),
        dots=_dots(selected) if selected.draw else None,
    )


def _ceiling(selected: Selected) -> Ceiling | None:
    """What persuasion can reach at the KL of what is shown, where that is the axis; nothing where laws are at several KLs."""
    got, base = selected.outcome, selected.base
    if got is None or selected.against != "mean persuasiveness" or selected.by != "kl":
        return None
    here, farthest = base.ceiling(got.kl), base.ceiling(selected.max_kl)
    return (
        None
        if here is None or farthest is None
        else Ceiling(here, farthest, f"no method goes beyond at {nats(got.kl)}")
    )


def _dots(selected: Selected) -> DrawnOutputs:
    label = f"kept: {said_of_best(selected)}" if selected.candidates else ""
    kinds, style = BASE_MODEL_TEXTS[type(selected.world)].kinds(selected.world), method_text(selected.selection).style
    return DrawnOutputs(selected.outputs, kinds, selected.candidates, selected.best, label, style)


def _threshold(outcome: Outcome) -> float | None:
    """Where selection cuts, if it does."""
    cut = method_text(outcome.selection).cut(outcome)
    return float(cut) if cut is not None and np.isfinite(cut) else None


def _handle(selected: Selected) -> Handle | None:
    """What a hand on the picture can take: nothing where no slider is the pressure, or the curve is not drawn."""
    got, along = selected.outcome, selected.curves.get(type(selected.selection))
    if not (selected.key and got and along):
        return None
    said, knob, cut = method_text(got.selection), got.selection.knob(), _threshold(got)
    pressures, cuts = np.asarray(along.selection.pressure), along.cuts if cut is not None else None
    places, at = selected.reading.place(along), selected.reading.place(got)
    here = np.isfinite(pressures)
    for each in (cuts, places):
        here = here & (np.isfinite(each) if each is not None else True)
    return Handle(
        slider=selected.key,
        log=knob.scale == "log",
        pressures=pressures[here],
        label=knob.label,
        text=said.label(got.selection),
        places=None if places is None else places[here],
        at=None if at is None or not np.isfinite(at) else (float(at), got.mean_truth),
        cuts=None if cuts is None else cuts[here],
        cut=cut,
    )


def picture_of(drawn: Scene, pinned: Sequence[Ghost[SelectionState]]) -> Figure:
    """The four panels of a scene, with what is pinned as ghosts."""
    return four_panels(replace(drawn, ghosts=[ghost.showing(ghost.of.selected.shadow) for ghost in pinned]))


def figure(state: SelectionState, pinned: Sequence[Ghost[SelectionState]]) -> Figure:
    return picture_of(scene(state), pinned)
