"""Tails: truth plus an independent error, whose tail decides what selection does to truth."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from dashboard.figures.ghosts import Ghost
from dashboard.figures.scene import Line, Scene
from dashboard.figures.style import Style
from dashboard.page.record import Figure, Page
from dashboard.selecting import (
    AGAINST,
    Selected,
    SelectionState,
    chosen,
    method_section,
    picture_of,
    readouts,
    scene,
    takeaway,
    why,
    world_section,
)
from dashboard.settings import Settings
from dashboard.words.methods import voice
from models import Filter, TruthPlusError, TruthPlusStudentT
from models.worlds.noisy_truth import NoisyTruth

METHOD = method_section(Filter)
WORLD = world_section(TruthPlusStudentT)


def solve(settings: Settings) -> Selected:
    return chosen(METHOD, WORLD, settings)


def with_hazard(state: Selected) -> Scene:
    """The four panels, with σ_T² times the hazard rate in the plane where truth has an error added."""
    if not isinstance(state.world, NoisyTruth):
        return scene(state)
    return scene(state, lines=[_hazard(state.world.base)])


@lru_cache(maxsize=32)
def _hazard(base: TruthPlusError) -> Line:
    """Kept, for a drag of the pressure does not change it."""
    low, high = (float(base.isf(np.log(tail))) for tail in (0.995, 1e-9))
    p = np.linspace(low, min(high, 12 * base.sd_truth + 10), 121)
    style: Style = voice(Filter).style
    words = "truth above each bar: σ² × hazard rate"
    return Line(style, words, p, base.sd_truth**2 * base.hazard(p), "2px 3px")


def figure(state: Selected, pinned: Sequence[Ghost[SelectionState]]) -> Figure:
    return picture_of(with_hazard(state), pinned)


PAGE = Page(
    title="Tails",
    url_path="tails",
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
    },
)
