"""Compare: every method where they agree on KL, on mean persuasiveness, or on samples."""

from dashboard.page import Page
from dashboard.selecting import ALL, WORLD, State, reached, readouts, scene, takeaway, world_of
from dashboard.settings import Choice, Section, Settings
from dashboard.text import count, number
from dashboard.words import label
from models import BestOfN, Quantilizer
from models.parameters import Parameter

TARGET = {
    "Equal KL": (
        "kl",
        Parameter(
            symbol="KL",
            label="KL, nats",
            default=2.0,
            low=0.0,
            high=15.0,
            step=0.05,
            help="Every method goes to this KL.",
        ),
    ),
    "Equal mean": (
        "mean_persuasiveness",
        Parameter(
            symbol="E[P]",
            label="mean persuasiveness",
            default=2.0,
            low=-2.0,
            high=8.0,
            step=0.05,
            help="Every method goes to this mean persuasiveness.",
        ),
    ),
    "Equal samples": (
        "samples",
        Parameter(
            symbol="N",
            label="base samples per output",
            default=64.0,
            low=1.0,
            high=1e9,
            step=0.0,
            scale="log",
            help="Every method spends this many base samples per output.",
        ),
    ),
}


def solve(settings: Settings) -> State:
    """The first method that reaches the target stands in front; each of the others answers for itself."""
    base, source, model, notices = world_of(settings, world=settings["world"])
    by, _ = TARGET[settings["target"]]
    value = settings[f"target_{by}"]
    found = {method: reached(method, base, by, value) for method in (BestOfN, *ALL)}
    front = next((method for method, outcome in found.items() if not isinstance(outcome, str)), None)
    if front is None:
        notices = (*notices, f"No method reaches {number(value)} here. The base model is shown, as the best of 1.")
    selection = found[front].selection if front else BestOfN(n=1)
    beside = {method: outcome for method, outcome in found.items() if method is not front}
    drawn = tuple(method for method in ALL if method is not Quantilizer)  # its curve is the filter’s
    return State(base, selection, source, drawn, beside, by, model, notices)


def why(state: State) -> str:
    rows = ["| method | pressure | mean truth | mean persuasiveness | KL | samples |", "|---|---|---|---|---|---|"]
    for outcome in [state.outcome, *state.neighbours]:
        samples = outcome.log_samples_per_output
        cells = (
            "base model" if outcome.selection.name in state.missing else outcome.selection.name,
            label(outcome.selection),
            number(outcome.mean_truth, 4),
            number(outcome.mean_persuasiveness, 4),
            number(outcome.kl, 4),
            "–" if samples is None else count(samples),
        )
        rows.append(f"| {' | '.join(cells)} |")
    rows += [f"| {name} | {reason} | | | | |" for name, reason in state.missing.items()]
    return "\n".join(rows)


PAGE = Page(
    title="Compare",
    url_path="compare",
    intro="The same cost for every method: which leaves the truest outputs?",
    sections=(
        Section(
            "Make equal",
            choice=Choice(
                "target",
                "what to make equal",
                "What all methods have in common.",
                "Equal KL",
                {name: {f"target_{by}": knob} for name, (by, knob) in TARGET.items()},
            ),
        ),
        Section("Base model", choice=WORLD),
    ),
    solve=solve,
    takeaway=takeaway,
    readouts=readouts,
    scene=scene,
    why=why,
    presets={
        "Cheap": {"target": "Equal KL", "target_kl": 1.0},
        "Dear": {"target": "Equal KL", "target_kl": 6.0},
        "Same samples": {"target": "Equal samples", "target_samples": 1000.0},
        "Blend": {"world": "Blend"},
    },
)
