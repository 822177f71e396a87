"""Tails: truth plus an independent error, whose tail decides what selection does to truth."""

from collections.abc import Sequence
from functools import lru_cache
from math import log, sqrt

import numpy as np

from dashboard.figures.ghosts import Ghost
from dashboard.figures.panel_data import Line, PanelData
from dashboard.figures.style import Style
from dashboard.page.record import Figure, Page
from dashboard.selection.picture import picture_of, scene
from dashboard.selection.settings import AGAINST, base_model_section, method_section
from dashboard.selection.state import Selected, SelectionState, chosen
from dashboard.selection.words import readouts, takeaway, why
from dashboard.settings import Settings
from dashboard.words.methods import method_text
from models import Filter, TruthPlusError, TruthPlusStudentT
from models.base_models.noisy_truth import PLACED, NoisyTruth

PUBLISHED: dict[str, float | str] = {
    "method": "Best-of-n",
    "n": 100.0,
    "sd_truth": 2.0,
}  # Kwa, Thomas & Garriga-Alonso 2024
METHOD = method_section(Filter)
WORLD = base_model_section(TruthPlusStudentT)


def solve(settings: Settings) -> Selected:
    return chosen(METHOD, WORLD, settings)


def with_hazard(state: Selected) -> PanelData:
    """The four panels, with mean truth above each bar in the plane where truth has an error added."""
    if not isinstance(state.world, NoisyTruth):
        return scene(state)
    return scene(state, lines=[_hazard(state.world.base)])


@lru_cache(maxsize=32)
def _hazard(base: TruthPlusError) -> Line:
    """Kept, for a drag of the pressure does not change it. Where truth is normal, it is σ² times the hazard rate."""
    low, high = base.isf(np.log([0.995, 1e-9])).tolist()
    p = np.linspace(low, min(high, 12 * base.sd_truth + 10), 121)
    style: Style = method_text(Filter).style
    if base.computed == "quadrature":
        return Line(style, "truth above each bar", p, base.truth_above(p), "2px 3px")
    words = "truth above each bar: σ² × hazard rate"
    return Line(style, words, p, base.sd_truth**2 * base.hazard(p), "2px 3px")


def figure(state: Selected, pinned: Sequence[Ghost[SelectionState]]) -> Figure:
    return picture_of(with_hazard(state), pinned)


PAGE = Page(
    title="Tails",
    url_path="tails",
    under="Selection",
    intro="Persuasiveness is truth plus an error. Light tails reward pressure; heavy tails destroy what it was for.",
    sections=(METHOD, WORLD, AGAINST),
    solve=solve,
    takeaway=takeaway,
    readouts=readouts,
    figure=figure,
    why=why,
    presets={
        "Light tail": {"world": "Normal error", "threshold": 4.0},
        "On the edge": {"world": "Laplace error", "threshold": 4.0},
        "Heavy tail": {"world": "Student-t error", "threshold": 6.0},
        "No optimum": {"world": "Student-t error", "method": "Boltzmann", "strength": 1.0},
        "Bounded": {"world": "Uniform error", "threshold": 3.0},
        "t₅ on t₁₀": PUBLISHED
        | {
            "world": "Student-t error",
            "truth": "Student-t truth",
            "truth_scale": 2 * sqrt(0.8),
            "df": 5.0,
            "student_t_error_scale": sqrt(0.6),
            "n": 1e5,
        },
        "Lognormal": PUBLISHED | {"world": "Lognormal error", "placing": PLACED, "lower_end": -1.0, "sigma": log(2)},
        "Lévy": PUBLISHED | {"world": "Lévy error"},
    },
)
