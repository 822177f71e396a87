"""What steering adds to a page about selection: where RL goes, its path, and its numbers beside the others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from dashboard.figures.ghosts import Ghost
from dashboard.figures.panel_data import Line, MethodCurve, PanelData, Shown
from dashboard.figures.style import STEERING as STYLE
from dashboard.figures.ternary import ternary
from dashboard.page.record import Figure, Plate, Readout
from dashboard.selection.picture import picture_of, scene
from dashboard.selection.state import Selected, SelectionState
from dashboard.selection.words import of_selection, readouts
from dashboard.settings import Choice
from dashboard.words.text import colored, count, distinct_numbers, moved, nats, number
from models import (
    Corner,
    OutputMixture,
    Routing,
    ThreeSubmodules,
    corner,
    family_optimum,
    kl_between_routings,
    kl_between_weights,
    log_price_of_filtering,
    norm_optimum,
    training_path,
)
from models.base_models.listening import Listening
from models.laws.mixture import NormalMixture
from models.numerics.axes import Floats
from models.parameters import Parameter

__all__ = ["PATH", "STEERING", "Steered", "figure", "takeaway", "triangle", "with_rl"]

PATH = "RL’s training path"
PATH_POINTS = 100
TIME = Parameter(
    symbol="t",
    label="training time",
    default=1.0,
    low=0.0,
    high=20.0,
    step=0.1,
    help="Exponentiated gradient for a time t: the optimum of reward − KL(θ ‖ θ(0))/t.",
)
RIVALRY = Parameter(
    symbol="k",
    label="rivalry",
    default=2.0,
    low=1.0,
    high=100.0,
    step=0.0,
    scale="log",
    help="Weights share a budget ‖(α, β, γ)‖_k ≤ 1. At 1 the winner takes all, 2 is weight decay, and the more, the "
    "freer each weight is.",
)
TAU = Parameter(
    symbol="τ",
    label="price of a nat",
    default=0.5,
    low=0.01,
    high=10.0,
    step=0.0,
    scale="log",
    help="KL-penalised RL inside the family: reward − τ KL(blend ‖ base); no policy but a blend is within reach.",
)
STEERING = Choice(
    "steering",
    "steering",
    "How far RL may go, and what holds it back.",
    "To the end",
    {
        "To the end": {},
        "For a time": {"time": TIME},
        "Rivals": {"rivalry": RIVALRY},
        "No rivals": {},
        "KL penalty": {"tau": TAU},
    },
)

OF_BLENDS = ("Rivals", "No rivals", "KL penalty")


@dataclass(frozen=True)
class End:
    """Where RL stands: its law, if there is one answer, what it earns and how true it is, and words for it."""

    law: OutputMixture | None
    reward: float
    truths: tuple[float, float]
    words: str
    kl: float
    weights: tuple[float, float, float] | None = None


@dataclass(frozen=True, eq=False)
class TrainedPolicy:
    """What RL makes of the base model, at one time or at many: no pressure of a selection, and nothing is sampled."""

    law: NormalMixture
    kl: Floats
    selection: None = None
    log_samples_per_output: None = None

    @property
    def mean_truth(self) -> Floats:
        return self.law.mean_truth

    @property
    def mean_persuasiveness(self) -> Floats:
        return self.law.mean_persuasiveness


@dataclass(frozen=True)
class Steered(SelectionState):
    """A selection from three submodules, and RL on how much each is listened to.

    Attributes:
        world: the submodules, which `selected` selects from.
        asked: how RL is steered, an option of `STEERING`. time, rivalry, tau: its knobs.
    """

    chosen: Selected
    world: Listening
    asked: str
    time: float
    rivalry: float
    tau: float

    @property
    def selected(self) -> Selected:
        return self.chosen

    @property
    def model(self) -> ThreeSubmodules:
        return self.world.model

    @property
    def routed(self) -> bool:
        return type(self.world) is Routing

    @property
    def follows_path(self) -> bool:
        """Whether RL goes along its training path; where a budget or a penalty holds it, that is not its way."""
        return self.how in ("To the end", "For a time")

    @property
    def how(self) -> str:
        """What is done: what is about blends alone is not done to a routing."""
        return "To the end" if self.routed and self.asked in OF_BLENDS else self.asked

    @property
    def notices(self) -> list[str]:
        found = list(super().notices)
        starts = {"A": self.model.alpha, "B": self.model.beta, "C": self.model.gamma}
        if stuck := [name for name in self.corner.winners if starts[name] == 0]:
            found.append(
                f"RL’s corner listens to {' and '.join(stuck)}, whose weight starts at exactly 0: training multiplies "
                "weights and never moves one that is 0. Any start above 0 leads to the corner shown."
            )
        if self.how != self.asked:
            found.append(f"“{self.asked}” is about blends; routing is steered to the end instead.")
        return found

    @cached_property
    def corner(self) -> Corner:
        return corner(self.model)

    def kl_of(self, model: ThreeSubmodules) -> Floats:
        """KL of other weights from the base model’s, nats; shape of the weights."""
        return (kl_between_routings if self.routed else kl_between_weights)(model, self.model)

    @cached_property
    def end(self) -> End:
        match self.how:
            case "For a time":
                return self._at(training_path(self.model, self.time), f"after a time t = {number(self.time, 1)}")
            case "KL penalty":
                best = family_optimum(self.model, self.tau)
                price = f"where a KL price of τ = {number(self.tau)} stops it"
                return self._at(best.model, f"{price}, {nats(best.gap)} from the best policy at that price")
            case "Rivals" | "No rivals":
                return self._sharing(self._norm)
        if self.corner.model is None:
            return self._tie()
        return self._at(self.corner.model, f"listening to {' and '.join(self.corner.winners)} alone")

    def _at(self, model: ThreeSubmodules, words: str) -> End:
        law = model.routing() if self.routed else model.blend()
        weights = (model.alpha, model.beta, model.gamma)
        return End(law, law.mean_persuasiveness, (law.mean_truth,) * 2, words, self.kl_of(model), weights)

    def _sharing(self, rivalry: float) -> End:
        best = norm_optimum(self.model, rivalry)
        if best is None:
            return self._tie()
        if np.isinf(rivalry):
            words = f"with every useful weight at its most, β where it was ({number(best.beta)}; what it ends at is not settled)"
        else:
            words = f"sharing a budget of norm k = {number(rivalry, 1)} as α = {number(best.alpha)}, γ = {number(best.gamma)}"
        return End(best.law, best.reward, (best.mean_truth,) * 2, words, kl_between_weights(best, self.model))

    def _tie(self) -> End:
        end = self.corner
        return End(None, end.reward, end.truth_range, f"unable to tell {' from '.join(end.winners)}", np.inf)

    def code(self) -> str:
        """The selection’s, and then RL’s: `truth`, `reward` and the KL from the base model."""
        weights, law = ("kl_between_routings", "routing()") if self.routed else ("kl_between_weights", "blend()")
        steered = f"print(rl.{law}.mean_truth, rl.{law}.mean_persuasiveness, {weights}(rl, model))"
        match self.how:
            case "For a time":
                lines = [f"rl = training_path(model, {self.time!r})", steered]
            case "KL penalty":
                lines = [f"best = family_optimum(model, {self.tau!r})", "rl = best.model", steered, "print(best.gap)"]
            case "Rivals" | "No rivals" if norm_optimum(self.model, self._norm):
                norm = repr(self._norm) if self.how == "Rivals" else 'float("inf")'
                lines = [
                    f"best = norm_optimum(model, {norm})",
                    "print(best.mean_truth, best.reward, kl_between_weights(best, model))",
                ]
            case _ if self.end.law is None:
                lines = ["end = corner(model)", "print(end.truth_range, end.reward)"]
            case _:
                lines = ["rl = corner(model).model", steered]
        price = f"print(log_price_of_filtering(base, {self.end.reward!r}))"
        return "\n".join([super().code(), f"model = {self.model!r}", *lines, price, ""])

    @property
    def _norm(self) -> float:
        return self.rivalry if self.how == "Rivals" else np.inf

    def rows(self) -> Iterator[Sequence[str]]:
        """Every method’s curve, and RL’s path where it goes along one."""
        yield from super().rows()
        if not self.follows_path:
            return
        way, law = self.path, self.path.blends()
        for numbers in zip(self.kl_of(way), law.mean_truth, law.mean_persuasiveness, strict=True):
            yield ["RL", "", *(repr(float(number)) for number in numbers), ""]

    @cached_property
    def path(self) -> ThreeSubmodules:
        """RL’s way from the base model to the corner, fine where it moves fast."""
        gaps = np.abs(np.diff(sorted({self.model.mu_a, 0.0, self.model.mu_c})))
        longest = 36.0 / np.min(gaps) if gaps.size else 0.0
        return training_path(self.model, longest * np.linspace(0, 1, PATH_POINTS) ** 2)


def takeaway(state: Steered) -> str:
    end = state.end
    low, high = end.truths
    if end.law is None:
        span = colored(f"from {number(low)} to {number(high)}", STYLE.color)
        return f"{of_selection(state.selected)} RL is {end.words}, a tie: mean truth may end anywhere {span}."
    start = state.selected.base.mean_truth
    before, after = distinct_numbers(start, low)
    verb = {1: "rises to", -1: "falls to", 0: "stays at"}[moved(start, low)]
    at = colored(before if verb == "stays at" else after, STYLE.color)
    return f"{of_selection(state.selected)} RL ends up {end.words}, and truth {verb} {at}."


def with_rl(state: Steered) -> list[Readout]:
    """The readouts, each with RL’s number beside the base model’s."""
    end = state.end
    low, high = end.truths
    price, reward = log_price_of_filtering(state.selected.base, end.reward), number(end.reward)
    notes = (
        f"RL {number(low)}" if low == high else f"RL {number(low)} to {number(high)}",
        f"RL {reward}",
        "RL undetermined" if end.law is None else f"RL {number(end.kl)}",
        f"{count(price)} to reach RL’s {reward}" if np.isfinite(price) else f"RL’s {reward} is out of reach",
    )
    return [replace(card, note=f"{card.note} · {note}") for card, note in zip(readouts(state), notes, strict=True)]


def with_path(state: Steered) -> PanelData:
    """The four panels, with RL’s path and where it stands."""
    end, drawn, base = state.end, scene(state, stated=takeaway(state)), state.selected.base
    rival = [Shown(STYLE, "RL", end.law, placed=TrainedPolicy(end.law, end.kl), name="RL")] if end.law else []
    if state.follows_path:
        blend = state.path.blends()
        lines = [Line(STYLE, PATH, blend.mean_persuasiveness, blend.mean_truth)]
        curves = [MethodCurve(STYLE, PATH, TrainedPolicy(blend, state.kl_of(state.path)))]
    else:
        p, t = np.array([base.mean_persuasiveness, end.reward]), np.array([base.mean_truth, end.truths[0]])
        lines = [Line(STYLE, "from the base model to RL", p, t, dash="2px 4px")] if end.law else []
        curves = []
    return replace(drawn, shown=[*drawn.shown, *rival], lines=lines, curves=[*drawn.curves, *curves])


def figure(state: Steered, pinned: Sequence[Ghost[Steered]]) -> Figure:
    return picture_of(with_path(state), pinned)


def triangle(state: Steered) -> list[Plate]:
    model, way, end = state.model, state.path, state.end.weights
    start = (model.alpha, model.beta, model.gamma)
    weights = np.stack([way.alpha, way.beta, way.gamma], axis=-1)[: None if state.follows_path else 0]
    truths = (model.mu_a, model.mu_b, 0.0)
    places = [f"the base model at {_weights(start)}", *([f"RL at {_weights(end)}"] if end else [])]
    alt = f"The triangle of listening weights: {', '.join(places)}."
    return [Plate(ternary(start, end, weights, (model.mu_a, 0.0, model.mu_c), truths), alt)]


def _weights(weights: tuple[float, float, float]) -> str:
    return ", ".join(f"{name} = {number(weight)}" for name, weight in zip("αβγ", weights, strict=True))
