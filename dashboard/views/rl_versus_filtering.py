"""RL versus filtering: the worked example by Sam Marks, with Eric Neyman and Drake Thomas."""

from dataclasses import replace

import numpy as np

from dashboard.figures import STYLES, Curve, Line, Scene, Shown
from dashboard.page import Page, Readout
from dashboard.selecting import (
    LISTENING,
    SUBMODULES,
    State,
    choice_of,
    of_selection,
    readouts,
    scene,
    selection_of,
    world_of,
)
from dashboard.settings import Section, Settings
from dashboard.text import colored, count, direction, nats, number, plain
from models import (
    BestOfN,
    Boltzmann,
    Filter,
    corner,
    kl_between_blends,
    log_price_of_filtering,
    training_path,
)

PATH_POINTS = 100


def solve(settings: Settings) -> State:
    base, source, model, notices = world_of(settings, world="Blend")
    starts = {"A": model.alpha, "B": model.beta, "C": model.gamma}
    stuck = [name for name in corner(model).winners if starts[name] == 0]
    if stuck:
        notices += (
            f"RL’s corner listens to {' and '.join(stuck)}, whose weight starts at exactly 0: training multiplies "
            "weights and never moves one that is 0. Any start above 0 leads to the corner shown.",
        )
    return State(base, selection_of(settings), source, model=model, notices=notices)


def path(state: State):
    """RL’s way from the base model to the corner, fine where it moves fast."""
    gaps = np.abs(np.diff(sorted({state.model.mu_a, 0.0, state.model.mu_c})))
    longest = 36.0 / np.min(gaps) if gaps.size else 0.0
    return training_path(state.model, longest * np.linspace(0, 1, PATH_POINTS) ** 2).blend()


def takeaway(state: State) -> str:
    return f"{of_selection(state)} {_of_steering(state)}"


def _of_steering(state: State) -> str:
    end, color = corner(state.model), STYLES["RL"].color
    low, high = end.truth_range
    if end.mean_truth is None:
        span = colored(f"from {number(low)} to {number(high)}", color)
        return f"RL cannot tell {' from '.join(end.winners)}, a tie: mean truth may end anywhere {span}."
    verb = {1: "rises to", -1: "falls to", 0: "stays at"}[direction(end.mean_truth - state.base.mean_truth)]
    return f"RL ends up listening to {' and '.join(end.winners)} alone, and truth {verb} {colored(number(low), color)}."


def with_rl(state: State) -> list[Readout]:
    """The readouts, each with RL’s number beside the base model’s."""
    base, end = state.base, corner(state.model)
    low, high = end.truth_range
    price = log_price_of_filtering(base, end.reward)
    reward = number(end.reward)
    at_corner = "∞" if end.model is None or not np.isfinite(kl_between_blends(end.model.blend(), base)) else nats(0.0)
    notes = (
        f"RL {number(low)}" if low == high else f"RL {number(low)} to {number(high)}",
        f"RL {reward}",
        f"RL {at_corner}",
        f"{count(price)} to reach RL’s {reward}" if np.isfinite(price) else f"RL’s {reward} is out of reach",
    )
    return [replace(card, note=f"{card.note} · {note}") for card, note in zip(readouts(state), notes, strict=True)]


def with_path(state: State) -> Scene:
    """The four panels, with RL’s path and corner."""
    way, end, drawn = path(state), corner(state.model), scene(state)
    kl = kl_between_blends(way, state.base)
    near = np.isfinite(kl)
    rival = [Shown("RL", "RL’s corner", end.model.blend())] if end.model else []
    return replace(
        drawn,
        shown=[*drawn.shown, *rival],
        lines=[Line("RL", "RL on (α, β, γ)", way.mean_persuasiveness, way.mean_truth)],
        curves=[*drawn.curves, Curve("RL", "RL on (α, β, γ)", kl[near], way.mean_truth[near])],
        alt=f"{drawn.alt.split('. ')[0]}. {plain(takeaway(state))}",
    )


def why(state: State) -> str:
    base, end, got, model = state.base, corner(state.model), state.outcome, state.model
    parts = []
    if got and base.sd_persuasiveness > 0:
        slope = base.covariance / base.sd_persuasiveness**2
        gain = got.mean_persuasiveness - base.mean_persuasiveness
        parts.append(
            "**Selection climbs a line.** It looks at persuasiveness alone, so truth can only follow along E[truth | persuasiveness]:\n\n"
            r"$$\mathrm E_q[T]-\mathrm E[T]=\frac{\mathrm{Cov}(T,P)}{\mathrm{Var}\,P}\,(\mathrm E_q[P]-\mathrm E[P])"
            f"={slope:.3f}\\times{gain:.3f}={slope * gain:.3f}$$"
        )
    parts.append(
        "**RL slides to a corner.** Its reward is linear in the listening weights, so the winner takes all:\n\n"
        r"$$\mathrm E[P]=\alpha\,\mu_A+\gamma\,\mu_C="
        f"{model.alpha:.2f}\\times{model.mu_a:.2f}+{model.gamma:.2f}\\times{model.mu_c:.2f}={base.mean_persuasiveness:.3f}"
        f"\\;\\longrightarrow\\;{end.reward:.2f}$$"
    )
    price = log_price_of_filtering(base, end.reward)
    if np.isfinite(price):
        z = (end.reward - base.mean_persuasiveness) / base.sd_persuasiveness if base.sd_persuasiveness else 0.0
        parts.append(
            f"**What the virtue costs.** An output as persuasive as RL’s average, {number(end.reward)}, is {number(z)} standard "
            f"deviations out: the base model gives one in about **{count(price)}** samples."
        )
    parts.append(
        "The example is Sam Marks’s, worked out with Eric Neyman and Drake Thomas: RL "
        "strengthens whatever causes reward, filtering only follows what goes along with it."
    )
    return "\n\n".join(parts)


PAGE = Page(
    title="RL versus filtering",
    url_path="rl-versus-filtering",
    intro="Outputs blend A (true and persuasive), B (true only) and C (persuasive only). Select the persuasive ones, or train on persuasion?",
    sections=(
        choice_of(BestOfN, Filter, BestOfN, Boltzmann),
        Section("The model listens to …", LISTENING),
        Section("Submodules", SUBMODULES),
    ),
    solve=solve,
    takeaway=takeaway,
    readouts=with_rl,
    scene=with_path,
    why=why,
    presets={
        "Persuasion is cheaper": {"mu_a": 1.0, "mu_c": 2.0},
        "Truth pays": {"mu_a": 2.0, "mu_c": 1.0},
        "A tie": {"mu_a": 1.0, "mu_c": 1.0},
        "A rare talent": {"alpha": 0.05, "beta": 0.9, "gamma": 0.05},
    },
)
