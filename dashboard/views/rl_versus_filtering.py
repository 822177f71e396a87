"""RL versus filtering: the worked example by Sam Marks, with Eric Neyman and Drake Thomas."""

from dataclasses import dataclass, replace

import numpy as np

from dashboard.figures import STYLES, Curve, Line, Scene, Shown, ternary
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
from dashboard.settings import Choice, Section, Settings
from dashboard.text import colored, count, direction, nats, number, plain
from models import (
    BestOfN,
    Boltzmann,
    Filter,
    OutputMixture,
    ThreeSubmodules,
    corner,
    family_optimum,
    kl_between_blends,
    kl_between_routings,
    log_price_of_filtering,
    norm_optimum,
    training_path,
)
from models.parameters import Parameter

PATH_POINTS = 100
TIME = Parameter(
    symbol="t", label="training time", default=1.0, low=0.0, high=20.0, step=0.1,
    help="Exponentiated gradient for a time t: the optimum of reward − KL(θ ‖ θ(0))/t.",
)  # fmt: skip
RIVALRY = Parameter(
    symbol="k", label="rivalry", default=2.0, low=1.0, high=100.0, step=0.0, scale="log",
    help="Weights share a budget ‖(α, β, γ)‖_k ≤ 1. At 1 the winner takes all, 2 is weight decay, and the more, the "
    "freer each weight is. Answers the worry about how much capabilities trade off.",
)  # fmt: skip
TAU = Parameter(
    symbol="τ", label="price of a nat", default=0.5, low=0.01, high=10.0, step=0.0, scale="log",
    help="KL-penalised RL inside the family: reward − τ KL(blend ‖ base). Answers the worry that a family of three weights "
    "cannot be what the penalty wants.",
)  # fmt: skip
STEERING = Choice(
    "steering", "steering", "How far RL may go, and what holds it back.", "To the end",
    {"To the end": {}, "For a time": {"time": TIME}, "Rivals": {"rivalry": RIVALRY}, "KL penalty": {"tau": TAU}},
)  # fmt: skip
READING = Choice(
    "reading", "reading", "Blend: every output listens to all three. Routing: each output comes wholly from one of them.",
    "Blend", {"Blend": {}, "Routing": {}},
)  # fmt: skip


@dataclass(frozen=True)
class End:
    """Where RL stands: its law, if there is one answer, what it earns and how true it is, and words for it."""

    law: OutputMixture | None
    reward: float
    truths: tuple[float, float]
    words: str
    kl: float


def solve(settings: Settings) -> State:
    base, source, model, notices = world_of(settings, world=settings["reading"])
    starts = {"A": model.alpha, "B": model.beta, "C": model.gamma}
    stuck = [name for name in corner(model).winners if starts[name] == 0]
    if stuck:
        notices += (
            f"RL’s corner listens to {' and '.join(stuck)}, whose weight starts at exactly 0: training multiplies "
            "weights and never moves one that is 0. Any start above 0 leads to the corner shown.",
        )
    if settings["reading"] == "Routing" and settings["steering"] in ("Rivals", "KL penalty"):
        notices += (f"“{settings['steering']}” is about blends; routing is steered to the end instead.",)
        settings = {**settings, "steering": "To the end"}
    extra = {key: settings[key] for key in ("reading", "steering", "time", "rivalry", "tau")}
    state = State(base, selection_of(settings), source, model=model, notices=notices, extra=extra)
    return replace(state, extra=extra | {"end": steered(state)})


def law_of(state: State, model: ThreeSubmodules) -> tuple[OutputMixture, float]:
    """The law of (T, P) for other weights of the same submodules, in the page’s reading, and its KL from the base."""
    if state.extra["reading"] == "Routing":
        return model.routing(), kl_between_routings(model, state.model)
    law = model.blend()
    return law, kl_between_blends(law, state.base)


def steered(state: State) -> End:
    extra = state.extra
    match extra["steering"]:
        case "For a time":
            model = training_path(state.model, extra["time"])
            words = f"after a time t = {number(extra['time'], 1)}"
        case "KL penalty":
            best = family_optimum(state.model, extra["tau"])
            model = best.model
            words = f"at τ = {number(extra['tau'])}, {nats(best.gap)} short of what the objective wants"
        case "Rivals":
            best = norm_optimum(state.model, extra["rivalry"])
            if best is not None:
                words = f"within a budget of norm k = {number(extra['rivalry'], 1)}"
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
    return End(law, law.mean_persuasiveness, (law.mean_truth,) * 2, words, kl)


def takeaway(state: State) -> str:
    end, color = state.extra["end"], STYLES["RL"].color
    low, high = end.truths
    if end.law is None:
        span = colored(f"from {number(low)} to {number(high)}", color)
        return f"{of_selection(state)} RL is {end.words}, a tie: mean truth may end anywhere {span}."
    verb = {1: "rises to", -1: "falls to", 0: "stays at"}[direction(low - state.base.mean_truth)]
    return f"{of_selection(state)} RL ends up {end.words}, and truth {verb} {colored(number(low), color)}."


def with_rl(state: State) -> list[Readout]:
    """The readouts, each with RL’s number beside the base model’s."""
    end = state.extra["end"]
    low, high = end.truths
    price, reward = log_price_of_filtering(state.base, end.reward), number(end.reward)
    notes = (
        f"RL {number(low)}" if low == high else f"RL {number(low)} to {number(high)}",
        f"RL {reward}",
        f"RL {number(end.kl)}" if np.isfinite(end.kl) else "RL ∞",
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
        else kl_between_blends(blend, state.base)
    )
    near = np.isfinite(kl)
    at = end.kl if np.isfinite(end.kl) and end.kl < 50 else None
    rival = [Shown("RL", "RL", end.law, kl=at)] if end.law else []
    return replace(
        drawn,
        shown=[*drawn.shown, *rival],
        lines=[Line("RL", "RL on (α, β, γ)", blend.mean_persuasiveness, blend.mean_truth)],
        curves=[*drawn.curves, Curve("RL", "RL on (α, β, γ)", kl[near], blend.mean_truth[near])],
        alt=f"{drawn.alt.split('. ')[0]}. {plain(takeaway(state))}",
    )


def triangle(state: State) -> dict:
    model, way = state.model, path(state)
    rewards, truths = (model.mu_a, 0.0, model.mu_c), (model.mu_a, model.mu_b, 0.0)
    return ternary(
        (model.alpha, model.beta, model.gamma), np.stack([way.alpha, way.beta, way.gamma], axis=-1), rewards, truths
    )


def why(state: State) -> str:
    base, end, got, model = state.base, state.extra["end"], state.outcome, state.model
    parts = []
    if got and base.sd_persuasiveness > 0 and len(base.modes) == 1:
        slope = base.covariance / base.sd_persuasiveness**2
        gain = got.mean_persuasiveness - base.mean_persuasiveness
        parts.append(
            "**Selection climbs a line.** It looks at persuasiveness alone, so truth can only follow along E[truth | persuasiveness]:\n\n"
            r"$$\mathrm E_q[T]-\mathrm E[T]=\frac{\mathrm{Cov}(T,P)}{\mathrm{Var}\,P}\,(\mathrm E_q[P]-\mathrm E[P])"
            f"={slope:.3f}\\times{gain:.3f}={slope * gain:.3f}$$"
        )
    elif got:
        parts.append(
            "**Routed outputs come from one submodule each.** Selection then asks which of A and C persuades further out, and "
            "the outputs of B, all at persuasiveness 0, stand or fall together."
        )
    parts.append(
        "**RL slides towards a corner.** Its reward is linear in the listening weights, so nothing but a tie, a budget or a "
        "penalty stops the winner from taking all:\n\n"
        r"$$\mathrm E[P]=\alpha\,\mu_A+\gamma\,\mu_C="
        f"{model.alpha:.2f}\\times{model.mu_a:.2f}+{model.gamma:.2f}\\times{model.mu_c:.2f}={base.mean_persuasiveness:.3f}"
        f"\\;\\longrightarrow\\;{end.reward:.3f}$$"
    )
    price = log_price_of_filtering(base, end.reward)
    if np.isfinite(price) and base.sd_persuasiveness > 0:
        z = (end.reward - base.mean_persuasiveness) / base.sd_persuasiveness
        parts.append(
            f"**What the virtue costs.** An output as persuasive as RL’s average, {number(end.reward)}, is {number(z)} standard "
            f"deviations out: the base model gives one in about **{count(price)}** samples."
        )
    parts.append(
        "The example is Sam Marks’s, worked out with Eric Neyman and Drake Thomas: RL strengthens whatever causes reward, "
        "filtering only follows what goes along with it. Its three limits have a control each: the family (**KL penalty**), the "
        "submodules’ means and spreads, and how far capabilities compete (**Rivals**). In the triangle, RL walks from the base "
        "model’s weights to a corner."
    )
    return "\n\n".join(parts)


PAGE = Page(
    title="RL versus filtering",
    url_path="rl-versus-filtering",
    intro="Outputs blend A (true and persuasive), B (true only) and C (persuasive only). Select the persuasive ones, or train on persuasion?",
    sections=(
        choice_of(BestOfN, Filter, BestOfN, Boltzmann),
        Section("The model listens to …", LISTENING, READING),
        Section("Submodules", SUBMODULES),
        Section("Steering", choice=STEERING),
    ),
    solve=solve,
    takeaway=takeaway,
    readouts=with_rl,
    scene=with_path,
    why=why,
    below=triangle,
    home=True,
    presets={
        "Persuasion is cheaper": {"mu_a": 1.0, "mu_c": 2.0},
        "Truth pays": {"mu_a": 2.0, "mu_c": 1.0},
        "A tie": {"mu_a": 1.0, "mu_c": 1.0},
        "A penalty": {"steering": "KL penalty", "tau": 0.5},
        "Everyone wins": {"steering": "Rivals", "rivalry": 100.0},
    },
)
