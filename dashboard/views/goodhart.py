"""The Goodhart mixture: where each method’s truth turns, and what it costs to go on."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from dashboard.page.record import Page, Table
from dashboard.selection.caches import course_of
from dashboard.selection.picture import figure
from dashboard.selection.settings import AGAINST, DRAW, base_model_section, method_section
from dashboard.selection.state import Selected, chosen
from dashboard.selection.words import readouts, takeaway, why
from dashboard.settings import Settings
from dashboard.words.course import places, turn_words
from dashboard.words.methods import span
from dashboard.words.text import exactly, nats, number
from models import METHODS, BestOfN, Boltzmann, GoodhartMixture, Selection, match_target
from models.laws.base import BaseLaw

METHOD = method_section(BestOfN, (BestOfN, "draw", replace(DRAW, default=0.0)))
WORLD = base_model_section(GoodhartMixture)


def solve(settings: Settings) -> Selected:
    return chosen(METHOD, WORLD, settings)


def turning_points(state: Selected) -> list[Table]:
    """Every method’s turning points of mean truth, and its truth two nats beyond the highest."""
    columns = ("method", "turning points of mean truth", "highest at", "KL", "mean truth there", "two nats further")
    return [Table(columns, [_row(method(), state.base) for method in METHODS])]


@lru_cache(maxsize=256)
def _row(method: Selection, base: BaseLaw) -> list[str]:
    """Kept, for a drag of the pressure does not change it."""
    found = course_of(method, base)
    if found is None:
        return [method.name, "has no optimum here", "", "", "", ""]
    top = 0 if found.directions == (0,) else int(np.argmax(found.heights))
    turns = f"{turn_words(found)}{'' if not found.turns else ', ' + span(found)}"
    if top > len(found.turns) and isinstance(method, Boltzmann) and np.isfinite(base.strength_limit):
        height = number(found.limit, 3) if np.isfinite(found.limit) else "no bound"
        return [method.name, turns, f"towards λ = {exactly(base.strength_limit)}", "no bound", height, ""]
    best = (method.at_root_kl(base, 0.0).apply(base), *found.turns, found.end)[top]
    beyond = match_target(method, base, kl=best.kl + 2)
    unseen = "out of reach" if best.kl + 2 < method.max_root_kl_on(base) ** 2 else "beyond 1 in 10²⁹³"
    return [
        method.name,
        turns,
        "no pressure" if top == 0 else places(found)[top - 1].removeprefix("at "),
        nats(best.kl),
        number(best.mean_truth, 3),
        number(beyond.mean_truth, 3) if beyond else unseen,
    ]


PAGE = Page(
    title="Goodhart mixture",
    url_path="goodhart-mixture",
    under="Selection",
    intro="Honest outputs and a few manipulative ones: which of them does pressure find?",
    sections=(METHOD, WORLD, AGAINST),
    solve=solve,
    takeaway=takeaway,
    readouts=readouts,
    figure=figure,
    why=why,
    tables=turning_points,
    presets={
        "One liar in fifty": {"liars": 0.02, "n": 1e4},
        "One liar in ten thousand": {"liars": 1e-4, "n": 1e6},
        "Harmless liars": {"liar_spread": 0.5, "liar_persuasiveness": -1.0},
        "Charming liars": {"liars": 1e-3, "liar_persuasiveness": 3.0, "n": 1e3},
    },
)
