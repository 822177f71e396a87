"""Base models and selections that many tests share. A new selection method adds one line to METHODS."""

from bisect import bisect
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np

from dashboard.page.record import Page
from dashboard.selection.settings import AGAINST
from dashboard.selection.state import SelectionState
from dashboard.settings import Choice, as_text
from dashboard.views import PAGES
from models import (
    BestOfN,
    BestOfPoisson,
    Boltzmann,
    ChiSquared,
    Filter,
    Mode,
    OnlineModelling,
    OutputMixture,
    Quantilizer,
    Selection,
    ThreeSubmodules,
)
from models.parameters import Parameter

LIVE_PAGES = tuple(page for page in PAGES if page.figure)  # the others have no slider
SELECTION_PAGES = tuple(page for page in LIVE_PAGES if isinstance(page.asked({}), SelectionState))
NOTEBOOK_PAGES = tuple(p for p in LIVE_PAGES if p not in SELECTION_PAGES and p.url_path != "twins")  # of their own

# method → (the pressure that selects nothing, pressures to try)
METHODS: dict[type[Selection], tuple[float, tuple[float, ...]]] = {
    Filter: (-40.0, (-1.0, 1.3, 4.0)),
    Quantilizer: (1.0, (0.7, 0.1, 1e-4)),
    BestOfN: (1.0, (1.5, 16.0, 1e5)),
    Boltzmann: (0.0, (0.05, 1.0, 6.0)),
    BestOfPoisson: (0.0, (0.5, 15.0, 1e5)),
    ChiSquared: (0.0, (0.05, 1.0, 25.0)),
    OnlineModelling: (0.0, (0.4, 3.0, 25.0)),
}
SELECTIONS = [method().at(pressure) for method, (_, pressures) in METHODS.items() for pressure in pressures]

SEED_EXAMPLE = ThreeSubmodules(alpha=0.4, beta=0.3, gamma=0.3, mu_a=1, mu_b=1, mu_c=2)

BASES: dict[str, OutputMixture] = {
    "blend": SEED_EXAMPLE.blend(),
    "mixture": OutputMixture(
        [
            Mode(weight=0.97, mean_truth=0.5, correlation=0.6),
            Mode(
                weight=0.03, mean_truth=-1, mean_persuasiveness=1, sd_truth=0.7, sd_persuasiveness=1.6, correlation=-0.5
            ),
        ]
    ),
    "nearly a line": OutputMixture([Mode(correlation=0.9999, sd_truth=0.5)]),
    "two scales": OutputMixture(
        [
            Mode(weight=0.5, sd_persuasiveness=0.05, correlation=0.3),
            Mode(weight=0.3, mean_truth=1, sd_persuasiveness=2, correlation=-0.999),
            Mode(weight=0.2, mean_truth=-1, mean_persuasiveness=-2, correlation=0.0),
        ]
    ),
}

DEGENERATE: dict[str, ThreeSubmodules] = {
    "alpha = 1": ThreeSubmodules(alpha=1, beta=0, gamma=0),
    "beta = 1": ThreeSubmodules(alpha=0, beta=1, gamma=0),
    "gamma = 1": ThreeSubmodules(alpha=0, beta=0, gamma=1),
    "gamma = 0": ThreeSubmodules(alpha=0.5, beta=0.5, gamma=0),
    "no spread": ThreeSubmodules(sigma_a=0, sigma_b=0, sigma_c=0),
    "A fixed": ThreeSubmodules(sigma_a=0),
}


def pressure(selection: Selection) -> tuple[str, float]:
    """The name and value of a selection's pressure."""
    return next(iter(selection.parameters())), float(selection.pressure)


def identifier(case: object) -> str:
    """A readable test id."""
    return f"{type(case).__name__}-{np.round(pressure(case)[1], 6)}" if isinstance(case, Selection) else str(case)


KINDS = ("inside", "stop", "end", "near")
UP_TO = tuple(np.cumsum([0.55, 0.3, 0.1]))  # how often a value is of one of the first kinds


def value_of(knob: Parameter, rng: np.random.Generator) -> float:
    """A value in a slider's range: inside, on a stop, on an end, or within a hair of one."""
    kind = KINDS[bisect(UP_TO, rng.random())]
    low, high = (knob.low, knob.high) if rng.random() < 0.5 else (knob.high, knob.low)
    match kind:
        case "inside":
            return knob.draw(rng)
        case "stop" if knob.scale == "log":
            return float(rng.choice(knob.stops))
        case "stop":
            steps = round((knob.high - knob.low) / knob.step)
            return float(min(max(round(knob.low + knob.step * rng.integers(steps + 1), 10), knob.low), knob.high))
        case "end":
            return float(low)
    hair = 10.0 ** -rng.uniform(2, 300) if low == 0 else np.spacing(abs(low)) * 10.0 ** rng.uniform(0, 13)
    return float(min(max(low + np.copysign(hair, high - low), knob.low), knob.high))


def drawn(page: Page, rng: np.random.Generator) -> dict[str, str]:
    """Random settings of `page`, as a link writes them; how the picture is read changes none of the others."""
    knobs = {key: knob for section in page.sections for key, knob in section.knobs.items()}
    apart = rng.spawn(1)[0]

    def any_of(key: str, knob: Choice | Parameter) -> float | str:
        if not isinstance(knob, Choice):
            return value_of(knob, rng)
        return str((apart if key == AGAINST.options.key else rng).choice(list(knob.options)))

    return as_text({key: any_of(key, knob) for key, knob in knobs.items()})


def panels_stand_apart(figure: Mapping[str, Any]) -> bool:
    """Whether the panels of a figure lie within it and none touches another, wide and narrow."""
    panels = sorted({str(trace.get("xaxis", "x")).removeprefix("x") for trace in figure["data"]})
    for layout in figure["layouts"].values():
        boxes = [[layout[f"{axis}axis{panel}"]["domain"] for axis in "xy"] for panel in panels]
        if not all(-1e-9 <= low < high <= 1 + 1e-9 for box in boxes for low, high in box):
            return False
        for (across, up), (beside, below) in combinations(boxes, 2):
            if across[1] >= beside[0] and beside[1] >= across[0] and up[1] >= below[0] and below[1] >= up[0]:
                return False
    return True
