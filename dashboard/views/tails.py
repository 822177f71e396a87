"""Tails: truth plus an independent error, whose tail decides what selection does to truth."""

import numpy as np

from dashboard.figures import Line, Scene
from dashboard.page import Page
from dashboard.selecting import State, choice_of, readouts, scene, selection_of, takeaway
from dashboard.settings import Choice, Section, Settings
from dashboard.text import number
from models import BestOfN, Boltzmann, Filter, LaplaceError, NormalError, StudentTError, TruthPlusError, UniformError

ERRORS = {"Normal": NormalError, "Laplace": LaplaceError, "Student-t": StudentTError, "Uniform": UniformError}
FATE = {
    "Normal": "Its hazard rate rises for ever, and so does truth above a rising bar.",
    "Laplace": "Its hazard rate levels off at 1/b, and truth at σ_T²/b.",
    "Student-t": "Its hazard rate falls in the end, and truth falls back to 0: catastrophic Goodhart.",
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
    bar = float(state.selection.threshold) if isinstance(state.selection, Filter) else float(base.isf(np.log(0.01)))
    limit = base.strength_limit
    lines = [
        f"**The {state.extra['error']} error.** {FATE[state.extra['error']]}",
        r"$$\mathrm E[T\mid P\ge c]=\sigma_T^2\,\frac{f_P(c)}{\bar S(c)}="
        f"{base.sd_truth**2:.3f}\\times{base.hazard(bar):.4f}={base.sd_truth**2 * base.hazard(bar):.4f}"
        rf"\quad\text{{at }}c={bar:.2f}$$",
    ]
    if limit == 0:
        lines.append("KL-penalised RL **has no optimum** here: E[e^(λP)] is infinite for every λ > 0.")
    elif limit < np.inf:
        lines.append(
            f"KL-penalised RL has an optimum only below λ = 1/b = {number(limit, 3)}; its mean truth is σ_T² λ up to there."
        )
    if got is not None and isinstance(state.selection, Boltzmann):
        lines.append(
            rf"$$\mathrm E_\lambda[T]=\sigma_T^2\lambda={base.sd_truth**2:.3f}\times{state.selection.strength:.3f}={got.mean_truth:.4f}$$"
        )
    lines.append("After Thomas & Kwa (2023) and Kwa, Thomas & Garriga-Alonso (2024).")
    return "\n\n".join(lines)


ERROR = Choice(
    "error", "error", "The law of the error added to truth.", "Student-t",
    {name: family.parameters() for name, family in ERRORS.items()},
)  # fmt: skip
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
