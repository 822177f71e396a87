"""Compare: every method where they agree on KL, on mean persuasiveness, or on samples."""

from collections.abc import Sequence

from dashboard.figures.ghosts import Ghost
from dashboard.figures.panel_data import PanelData
from dashboard.page.record import Figure, Page, Readout, Table
from dashboard.selection.caches import law_of
from dashboard.selection.picture import picture_of, scene
from dashboard.selection.settings import WITHOUT_OWN, base_model_of, base_model_section
from dashboard.selection.state import Selected, SelectionState
from dashboard.selection.targets import reached
from dashboard.settings import Choice, Section, Settings
from dashboard.words.methods import method_text
from dashboard.words.text import LEAST_CHANGE, change, colored, count, distinct_numbers, listed, moved, nats, number
from models import METHODS, BestOfN, GoodhartMixture, Outcome, Quantilizer
from models.parameters import Parameter

KL = Parameter(
    symbol="KL", label="KL, nats", default=2.0, low=0.0, high=15.0, step=0.05, help="Every method goes to this KL."
)
MEAN = Parameter(
    symbol="E[P]",
    label="mean persuasiveness",
    default=2.0,
    low=-2.0,
    high=8.0,
    step=0.05,
    help="Every method goes to this mean persuasiveness.",
)
SAMPLES = Parameter(
    symbol="N",
    label="base samples per output",
    default=64.0,
    low=1.0,
    high=1e9,
    step=0.0,
    scale="log",
    help="Every method spends this many base samples per output.",
)
EQUAL = {"Equal KL": "kl", "Equal mean": "mean_persuasiveness", "Equal samples": "samples"}
TARGET = Choice(
    "target",
    "what to make equal",
    "What all methods have in common.",
    "Equal KL",
    {
        "Equal KL": {"target_kl": KL},
        "Equal mean": {"target_mean_persuasiveness": MEAN},
        "Equal samples": {"target_samples": SAMPLES},
    },
)
WORLD = base_model_section(GoodhartMixture)


def solve(settings: Settings) -> Selected:
    """The method that leaves the truest outputs stands in front; each of the others answers for itself."""
    world, notices = base_model_of(WORLD, settings)
    base, by = law_of(world), EQUAL[str(settings["target"])]
    (value,) = TARGET.values(settings).values()
    found = {method: reached(method, base, by, value) for method in METHODS}
    there = [outcome for outcome in found.values() if not isinstance(outcome, str)]
    front = max(there, key=lambda outcome: outcome.mean_truth, default=None)
    if front is None:
        notices = (*notices, f"No method reaches {number(value)} here. The base model is shown.")
    selection = front.selection if front else BestOfN(n=1)
    beside = {method: got for method, got in found.items() if got is not front or front is None}
    drawn = tuple(method for method in METHODS if method is not Quantilizer)  # its curve is the filter’s
    against = str(settings[WITHOUT_OWN.options.key])
    return Selected(world, selection, drawn, beside, by, notices, against=against)


def compared(state: Selected) -> PanelData:
    return scene(state, rings=False, stated=takeaway(state))


def figure(state: Selected, pinned: Sequence[Ghost[SelectionState]]) -> Figure:
    return picture_of(compared(state), pinned)


def ranked(state: Selected) -> list[Outcome]:
    """What every method that reaches the target selects, the truest first."""
    front = [state.outcome] if state.outcome and type(state.selection) not in state.beside else []
    return sorted([*front, *state.neighbours], key=lambda outcome: -outcome.mean_truth)


def takeaway(state: Selected) -> str:
    """The winner, its margin and the loser."""
    found, base = ranked(state), state.base.mean_truth
    if not found:
        return f"The base model’s mean truth is {number(base)}."
    best, last = found[0], found[-1]
    top = _named(found, best.mean_truth)
    end = [name for name in _named(found, last.mean_truth) if name not in top]
    color = method_text(best.selection).style.color
    there = {
        "kl": f"a KL of {nats(best.kl)}",
        "mean_persuasiveness": f"a mean persuasiveness of {number(best.mean_persuasiveness or 0.0)}",
        "samples": f"{count(best.log_samples_per_output or 0.0)} base samples per output",
    }[state.by]
    if not moved(last.mean_truth, best.mean_truth):
        who = "every method" if len(found) == len(METHODS) else listed(top)
        verb = "leave" if len(top) > 1 and len(found) < len(METHODS) else "leaves"
        at = colored(distinct_numbers(base, best.mean_truth)[1], color)
        return f"At {there} {who} {verb} mean truth at {at}. {_beside_base(base, best, last)}"
    second = next(outcome for outcome in found if best.mean_truth - outcome.mean_truth >= LEAST_CHANGE)
    heights = distinct_numbers(best.mean_truth, second.mean_truth, last.mean_truth)
    margin = best.mean_truth - second.mean_truth
    ahead = next(text for digits in (2, 3, 4) if float(text := f"{margin:.{digits}f}"))
    behind = f"{second.selection.name}; {listed(end)} {'come' if len(end) > 1 else 'comes'} last, at {heights[2]}"
    if second.selection.name in end:
        behind = f"{listed(end)}, at {heights[2]}"
    return (
        f"At {there} **{listed(top)}** {'leave' if len(top) > 1 else 'leaves'} the truest outputs, mean truth "
        f"{colored(heights[0], color)}, {ahead} ahead of {behind}. {_beside_base(base, best, last)}"
    )


def _named(found: Sequence[Outcome], height: float) -> list[str]:
    """The methods whose mean truth is `height`, but for less than counts."""
    return [outcome.selection.name for outcome in found if not moved(outcome.mean_truth, height)]


def _beside_base(base: float, best: Outcome, last: Outcome) -> str:
    shown = number(base)
    if moved(base, last.mean_truth) > 0:
        return f"All are above the base model’s {shown}."
    if moved(base, best.mean_truth) < 0:
        return f"All are below the base model’s {shown}."
    return f"The base model’s is {shown}."


def bars(state: Selected) -> list[Readout]:
    """Mean truth under every method, the truest first, each as a bar from the base model’s."""
    found, base = ranked(state), state.base.mean_truth
    truths = [base, *(outcome.mean_truth for outcome in found)]
    low, high = min(truths), max(truths)

    def share(truth: float) -> float:
        return (truth - low) / (high - low) if high > low else 0.0

    return [
        Readout(
            outcome.selection.name,
            number(outcome.mean_truth, 3),
            change(outcome.mean_truth - base, 3),
            1,
            method_text(outcome.selection).label(outcome.selection),
            outcome.mean_truth,
            (share(min(base, outcome.mean_truth)), share(max(base, outcome.mean_truth))),
            method_text(outcome.selection).style.color,
        )
        for outcome in found
    ] + [Readout(name, "–", note=reason) for name, reason in state.missing.items()]


def side_by_side(state: Selected) -> list[Table]:
    rows = []
    for outcome in ranked(state):
        samples, mean = outcome.log_samples_per_output, outcome.mean_persuasiveness
        rows.append(
            [
                outcome.selection.name,
                method_text(outcome.selection).label(outcome.selection),
                number(outcome.mean_truth, 4),
                "does not exist" if mean is None else number(mean, 4),
                number(outcome.kl, 4),
                "–" if samples is None else count(samples),
            ]
        )
    rows += [[name, reason, "", "", "", ""] for name, reason in state.missing.items()]
    return [Table(("method", "pressure", "mean truth", "mean persuasiveness", "KL", "samples"), rows)]


PAGE = Page(
    title="Compare",
    url_path="compare",
    intro="The same cost for every method: which leaves the truest outputs?",
    sections=(Section("Make equal", choice=TARGET), WORLD, WITHOUT_OWN),
    solve=solve,
    takeaway=takeaway,
    readouts=bars,
    figure=figure,
    tables=side_by_side,
    presets={
        "Cheap": {"target": "Equal KL", "target_kl": 1.0},
        "Expensive": {"target": "Equal KL", "target_kl": 6.0},
        "Same samples": {"target": "Equal samples", "target_samples": 1000.0},
        "Blend": {"world": "Blend"},
    },
)
