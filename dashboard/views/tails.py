"""Tails: truth plus an independent error, whose tail decides what selection does to truth."""

import numpy as np

from dashboard.figures import Line, Scene
from dashboard.page import Page
from dashboard.selecting import State, choice_of, readouts, scene, selection_of, takeaway
from dashboard.settings import Choice, Section, Settings
from dashboard.text import equation, exactly
from models import BestOfN, Boltzmann, Filter, LaplaceError, NormalError, StudentTError, TruthPlusError, UniformError

ERRORS = {"Normal": NormalError, "Laplace": LaplaceError, "Student-t": StudentTError, "Uniform": UniformError}
FATE = {
    "Normal": "The hazard rate of persuasiveness rises for ever, and so does truth above a rising bar.",
    "Laplace": "The hazard rate of persuasiveness rises towards 1/b, and truth above a rising bar towards σ_T²/b.",
    "Student-t": "The hazard rate of persuasiveness falls in the end, and truth above a rising bar falls back to 0: catastrophic Goodhart.",
    "Uniform": "It ends at h, so far out only truth can make an output more persuasive.",
}


def solve(settings: Settings) -> State:
    family = ERRORS[settings["error"]]
    error = family(**{key: settings[key] for key in family.parameters()})
    base = TruthPlusError(error, sd_truth=settings["sd_truth"])
    return State(base, selection_of(settings), repr(base), extra={"error": settings["error"]})


def with_hazard(state: State) -> Scene:
    """The four panels, with σ_T² times the hazard rate in the plane."""
    low, high = (float(state.base.isf(np.log(tail))) for tail in (0.995, 1e-9))
    p = np.linspace(low, min(high, 12 * state.base.sd_truth + 10), 121)
    hazard = Line(
        "Filter", "truth above each bar: σ² × hazard rate", p, state.base.sd_truth**2 * state.base.hazard(p), "2px 3px"
    )
    return scene(state, lines=[hazard])


def why(state: State) -> str:
    base, got = state.base, state.outcome
    bar = (
        float(state.selection.threshold)
        if isinstance(state.selection, Filter)
        else round(float(base.isf(np.log(0.01))), 2)
    )
    variance, hazard, limit = base.sd_truth**2, base.hazard(bar), base.strength_limit
    lines = [
        f"**The {state.extra['error']} error.** {FATE[state.extra['error']]}",
        r"$$\mathrm E[T\mid P\ge c]=\sigma_T^2\,\frac{f_P(c)}{\bar S(c)}="
        + equation([(variance, hazard)], variance * hazard, 4)
        + rf"\quad\text{{at }}c={exactly(bar)}$$",
    ]
    if limit == 0:
        lines.append("KL-penalised RL **has no optimum** here: E[e^(λP)] is infinite for every λ > 0.")
    elif limit < np.inf:
        lines.append(
            f"KL-penalised RL has an optimum only below λ = 1/b = {exactly(limit)}; its mean truth is σ_T² λ up to there."
        )
    if got is not None and isinstance(state.selection, Boltzmann):
        strength = state.selection.strength
        lines.append(
            r"$$\mathrm E_\lambda[T]=\sigma_T^2\lambda=" + equation([(variance, strength)], got.mean_truth, 4) + "$$"
        )
    lines.append("After Thomas & Kwa (2023) and Kwa, Thomas & Garriga-Alonso (2024).")
    return "\n\n".join(lines)


ERROR = Choice(
    "error",
    "error",
    "The law of the error added to truth.",
    "Student-t",
    {name: family.parameters() for name, family in ERRORS.items()},
)
PAGE = Page(
    title="Tails",
    url_path="tails",
    intro="Persuasiveness is truth plus an error. Light tails reward pressure; heavy tails destroy what it was for.",
    sections=(
        choice_of(Filter, Filter, BestOfN, Boltzmann),
        Section("Error", choice=ERROR),
        Section("Truth", TruthPlusError.parameters()),
    ),
    solve=solve,
    takeaway=takeaway,
    readouts=readouts,
    scene=with_hazard,
    why=why,
    presets={
        "Light tail": {"error": "Normal", "threshold": 4.0},
        "On the edge": {"error": "Laplace", "threshold": 4.0},
        "Heavy tail": {"error": "Student-t", "threshold": 6.0},
        "No optimum": {"error": "Student-t", "method": "Boltzmann", "strength": 1.0},
        "Bounded": {"error": "Uniform", "threshold": 3.0},
    },
)
