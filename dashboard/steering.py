"""What steering adds to a page about selection: where RL goes, its path, and its numbers beside the others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dashboard.figures import STYLES, Curve, Line, Scene, Shown, ternary
from dashboard.page import Readout
from dashboard.selecting import State, of_selection, readouts, scene
from dashboard.settings import Choice, Settings
from dashboard.text import apart, colored, count, moved, nats, number, plain
from models import (
    OutputMixture,
    ThreeSubmodules,
    corner,
    family_optimum,
    kl_between_blends,
    kl_between_routings,
    kl_between_weights,
    log_price_of_filtering,
    norm_optimum,
    training_path,
)
from models.parameters import Parameter

__all__ = ["READING", "STEERING", "path", "steer", "takeaway", "triangle", "with_path", "with_rl"]

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
    "freer each weight is. Answers the worry about how much capabilities trade off.",
)
TAU = Parameter(
    symbol="τ",
    label="price of a nat",
    default=0.5,
    low=0.01,
    high=10.0,
    step=0.0,
    scale="log",
    help="KL-penalised RL inside the family: reward − τ KL(blend ‖ base). Answers the worry that a family of three weights "
    "cannot be what the penalty wants.",
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
READING = Choice(
    "reading",
    "reading",
    "Blend: every output listens to all three. Routing: each output comes wholly from one of them.",
    "Blend",
    {"Blend": {}, "Routing": {}},
)


@dataclass(frozen=True)
class End:
    """Where RL stands: its law, if there is one answer, what it earns and how true it is, and words for it."""

    law: OutputMixture | None
    reward: float
    truths: tuple[float, float]
    words: str
    kl: float
    weights: tuple[float, float, float] | None = None


def steer(state: State, settings: Settings) -> State:
    """`state` with RL’s end in its `extra`."""
    extra: Mapping[str, Any] = {key: settings[key] for key in ("reading", "steering", "time", "rivalry", "tau")}
    notices = list(state.notices)
    starts = {"A": state.model.alpha, "B": state.model.beta, "C": state.model.gamma}
    if stuck := [name for name in corner(state.model).winners if starts[name] == 0]:
        notices.append(
            f"RL’s corner listens to {' and '.join(stuck)}, whose weight starts at exactly 0: training multiplies "
            "weights and never moves one that is 0. Any start above 0 leads to the corner shown."
        )
    if settings["reading"] == "Routing" and settings["steering"] in ("Rivals", "No rivals", "KL penalty"):
        notices.append(f"“{settings['steering']}” is about blends; routing is steered to the end instead.")
        extra = {**extra, "steering": "To the end"}
    state = replace(state, notices=tuple(notices), extra=extra)
    return replace(state, extra={**extra, "end": _end(state)})


def law_of(state: State, model: ThreeSubmodules) -> tuple[OutputMixture, float]:
    """The law of (T, P) for other weights of the same submodules, in the page’s reading, and its KL from the base."""
    if state.extra["reading"] == "Routing":
        return model.routing(), kl_between_routings(model, state.model)
    return model.blend(), kl_between_weights(model, state.model)


def _end(state: State) -> End:
    extra = state.extra
    match extra["steering"]:
        case "For a time":
            model = training_path(state.model, extra["time"])
            words = f"after a time t = {number(extra['time'], 1)}"
        case "KL penalty":
            best = family_optimum(state.model, extra["tau"])
            model = best.model
            words = f"where a KL price of τ = {number(extra['tau'])} stops it, {nats(best.gap)} from the best policy at that price"
        case "Rivals" | "No rivals":
            rivalry = extra["rivalry"] if extra["steering"] == "Rivals" else np.inf
            best = norm_optimum(state.model, rivalry)
            if best is not None:
                words = f"sharing a budget of norm k = {number(rivalry, 1)} as α = {number(best.alpha)}, γ = {number(best.gamma)}"
                if np.isinf(rivalry):
                    words = f"with every useful weight at its most, β where it was ({number(best.beta)}; what it ends at is not settled)"
                return End(
                    best.law, best.reward, (best.mean_truth,) * 2, words, kl_between_blends(best.law, state.base)
                )
            model = None
        case _:
            model = corner(state.model).model
            words = f"listening to {' and '.join(corner(state.model).winners)} alone"
    if model is None:
        end = corner(state.model)
        return End(None, end.reward, end.truth_range, f"unable to tell {' from '.join(end.winners)}", np.inf)
    law, kl = law_of(state, model)
    weights = (model.alpha, model.beta, model.gamma)
    return End(law, law.mean_persuasiveness, (law.mean_truth,) * 2, words, kl, weights)


def takeaway(state: State) -> str:
    end, color = state.extra["end"], STYLES["RL"].color
    low, high = end.truths
    if end.law is None:
        span = colored(f"from {number(low)} to {number(high)}", color)
        return f"{of_selection(state)} RL is {end.words}, a tie: mean truth may end anywhere {span}."
    before, after = apart(state.base.mean_truth, low)
    verb = {1: "rises to", -1: "falls to", 0: "stays at"}[moved(state.base.mean_truth, low)]
    reached = colored(before if verb == "stays at" else after, color)
    return f"{of_selection(state)} RL ends up {end.words}, and truth {verb} {reached}."


def with_rl(state: State) -> list[Readout]:
    """The readouts, each with RL’s number beside the base model’s."""
    end = state.extra["end"]
    low, high = end.truths
    price, reward = log_price_of_filtering(state.base, end.reward), number(end.reward)
    notes = (
        f"RL {number(low)}" if low == high else f"RL {number(low)} to {number(high)}",
        f"RL {reward}",
        "RL undetermined" if end.law is None else f"RL {number(end.kl)}",
        f"{count(price)} to reach RL’s {reward}" if np.isfinite(price) else f"RL’s {reward} is out of reach",
    )
    return [replace(card, note=f"{card.note} · {note}") for card, note in zip(readouts(state), notes, strict=True)]


def path(state: State) -> ThreeSubmodules:
    """RL’s way from the base model to the corner, fine where it moves fast."""
    gaps = np.abs(np.diff(sorted({state.model.mu_a, 0.0, state.model.mu_c})))
    longest = 36.0 / np.min(gaps) if gaps.size else 0.0
    return training_path(state.model, longest * np.linspace(0, 1, PATH_POINTS) ** 2)


def with_path(state: State) -> Scene:
    """The four panels, with RL’s path and where it stands."""
    way, end, drawn = path(state), state.extra["end"], scene(state)
    blend = way.blend()
    kl = (
        kl_between_routings(way, state.model)
        if state.extra["reading"] == "Routing"
        else kl_between_weights(way, state.model)
    )
    near = np.isfinite(kl)
    at = end.kl if end.kl <= state.reach else None
    rival = [Shown("RL", "RL", end.law, kl=at)] if end.law else []
    return replace(
        drawn,
        shown=[*drawn.shown, *rival],
        lines=[Line("RL", "RL’s training path", blend.mean_persuasiveness, blend.mean_truth)],
        curves=[*drawn.curves, Curve("RL", "RL’s training path", kl[near], blend.mean_truth[near])],
        alt=f"{drawn.alt.split('. ')[0]}. {plain(takeaway(state))}",
    )


def triangle(state: State) -> dict:
    model, way = state.model, path(state)
    rewards, truths = (model.mu_a, 0.0, model.mu_c), (model.mu_a, model.mu_b, 0.0)
    return ternary(
        (model.alpha, model.beta, model.gamma),
        state.extra["end"].weights,
        np.stack([way.alpha, way.beta, way.gamma], axis=-1),
        rewards,
        truths,
    )
