"""The Goodhart mixture: where each method’s truth turns, and what it costs to go on."""

from math import log

import numpy as np

from dashboard.page import Page
from dashboard.selecting import ALL, State, choice_of, readouts, scene, selection_of, takeaway, world_of
from dashboard.settings import Section, Settings
from dashboard.text import count, nats, number
from dashboard.words import pressure, span, turn_words
from models import BestOfN, Boltzmann, Filter, GoodhartMixture, Outcome, Quantilizer, Selection, course, match
from models.laws import BaseLaw

METHODS = (Filter, Quantilizer, BestOfN, Boltzmann)


def solve(settings: Settings) -> State:
    base, source, _, _ = world_of(settings, world="Mixture")
    selection = selection_of(settings)
    threshold = Quantilizer if isinstance(selection, Quantilizer) else Filter  # they share one curve
    return State(base, selection, source, (threshold, BestOfN, Boltzmann))


def why(state: State) -> str:
    rows = [
        "| method | turning points of mean truth | highest at | KL | mean truth there | two nats further |",
        "|---|---|---|---|---|---|",
    ]
    for method in ALL:
        found = course(method, state.base)
        heights = found.heights
        best = [base_of(method, state.base), *found.turns, found.end][int(np.argmax(heights))]
        beyond = match(method, state.base, kl=best.kl + 2)
        cells = (
            method.name,
            f"{turn_words(found)}{'' if not found.turns else ', ' + span(found)}",
            "no pressure" if best.kl < 1e-12 else pressure(best.selection),
            nats(best.kl),
            number(best.mean_truth, 3),
            number(beyond.mean_truth, 3) if beyond else "out of reach",
        )
        rows.append(f"| {' | '.join(cells)} |")
    honest, liar = state.base.modes
    owner = "neither mode"
    if liar.sd_persuasiveness != honest.sd_persuasiveness:
        owner = "the manipulative mode" if liar.sd_persuasiveness > honest.sd_persuasiveness else "the honest mode"
    elif liar.mean_persuasiveness != honest.mean_persuasiveness:
        owner = "the manipulative mode" if liar.mean_persuasiveness > honest.mean_persuasiveness else "the honest mode"
    limit = state.base.truth_limit
    fate = (
        f"tends to {number(limit, 3)}" if np.isfinite(limit) else f"{'rises' if limit > 0 else 'falls'} without bound"
    )
    words = (
        "**Extremal Goodhart.** Pressure finds the few that persuade by other means: the mode that is widest in "
        f"persuasiveness owns the far tail, however rare it is. Here {owner} does, so in the limit mean truth {fate}. "
        f"Rarity only buys time: {count(-log(liar.weight))} outputs hold one manipulative one on average."
    )
    return words + "\n\n" + "\n".join(rows)


def base_of(method: type[Selection], base: BaseLaw) -> Outcome:
    """The method with no pressure."""
    return method.at_depth(base, 0.0).apply(base)


PAGE = Page(
    title="Goodhart mixture",
    url_path="goodhart-mixture",
    intro="Honest outputs and a few manipulative ones: which of them does pressure find?",
    sections=(choice_of(BestOfN, *METHODS), Section("Manipulative outputs", GoodhartMixture.parameters())),
    solve=solve,
    takeaway=takeaway,
    readouts=readouts,
    scene=scene,
    why=why,
    presets={
        "One liar in fifty": {"liars": 0.02},
        "One liar in ten thousand": {"liars": 1e-4, "n": 1e6},
        "Harmless liars": {"liar_spread": 0.5, "liar_persuasiveness": -1.0},
        "Charming liars": {"liars": 1e-3, "liar_persuasiveness": 3.0, "n": 1e3},
    },
)
