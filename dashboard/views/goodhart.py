"""The Goodhart mixture: where each method’s truth peaks, and what it costs to go on."""

from math import log

from dashboard.page import Page
from dashboard.selecting import ALL, State, choice_of, label, readouts, scene, selection_of, takeaway, world_of
from dashboard.settings import Section, Settings
from dashboard.text import count, number
from models import BestOfN, Boltzmann, Filter, GoodhartMixture, Quantilizer, curve, peak

METHODS = (Filter, Quantilizer, BestOfN, Boltzmann)


def solve(settings: Settings) -> State:
    base, source, _, _ = world_of(settings, world="Mixture")
    selection = selection_of(settings)
    threshold = Quantilizer if isinstance(selection, Quantilizer) else Filter  # they share one curve
    return State(base, selection, source, (threshold, BestOfN, Boltzmann))


def why(state: State) -> str:
    rows = ["| method | truth is highest at | KL | mean truth there | two nats further |", "|---|---|---|---|---|"]
    for method in ALL:
        top = peak(method, state.base)
        if top is None:
            rows.append(f"| {method.name} | no peak within 20 nats | | | |")
            continue
        beyond = curve(method, state.base, top.kl + 2, 2)
        cells = (
            label(top.selection),
            f"{number(top.kl)} nats",
            number(top.mean_truth, 3),
            number(beyond.mean_truth[-1], 3),
        )
        rows.append(f"| {method.name} | {' | '.join(cells)} |")
    words = (
        "**Extremal Goodhart.** Honest outputs make persuasiveness a good sign of truth, until pressure reaches the few that "
        "persuade by other means. The mode that is widest in persuasiveness owns the far tail however rare it is; rarity "
        f"only buys time (here {count(-log(state.base.modes[1].weight))} outputs hold one manipulative one)."
    )
    return words + "\n\n" + "\n".join(rows)


PAGE = Page(
    title="Goodhart mixture",
    url_path="goodhart-mixture",
    intro="Honest outputs and a few manipulative ones. Pressure helps truth first, and destroys it later.",
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
