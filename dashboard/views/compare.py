"""Compare: every method where they agree on KL, on mean persuasiveness, or on samples."""

from dashboard.page.record import Page, Table
from dashboard.selecting import Selected, figure, reached, readouts, takeaway, world_of, world_section
from dashboard.settings import Choice, Section, Settings
from dashboard.words.methods import voice
from dashboard.words.text import count, number
from models import METHODS, BestOfN, GoodhartMixture, Quantilizer, Selection
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
WORLD = world_section(GoodhartMixture)


def solve(settings: Settings) -> Selected:
    """The first method that reaches the target stands in front; each of the others answers for itself."""
    world, notices = world_of(WORLD, settings)
    base, by = world.law(), EQUAL[str(settings["target"])]
    (value,) = TARGET.values(settings).values()
    first: tuple[type[Selection], ...] = (BestOfN, *METHODS)
    found = {method: reached(method, base, by, value) for method in dict.fromkeys(first)}
    front = next((outcome for outcome in found.values() if not isinstance(outcome, str)), None)
    if front is None:
        notices = (*notices, f"No method reaches {number(value)} here. The base model is shown, as the best of 1.")
    selection = front.selection if front else BestOfN(n=1)
    beside = {method: got for method, got in found.items() if got is not front}
    drawn = tuple(method for method in METHODS if method is not Quantilizer)  # its curve is the filter’s
    return Selected(world, selection, drawn, beside, by, notices)


def side_by_side(state: Selected) -> list[Table]:
    rows = []
    for outcome in [*([state.outcome] if state.outcome else []), *state.neighbours]:
        samples, name = outcome.log_samples_per_output, outcome.selection.name
        mean = outcome.mean_persuasiveness
        rows.append(
            [
                "base model" if name in state.missing else name,
                voice(outcome.selection).label(outcome.selection),
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
    sections=(Section("Make equal", choice=TARGET), WORLD),
    solve=solve,
    takeaway=takeaway,
    readouts=readouts,
    figure=figure,
    tables=side_by_side,
    presets={
        "Cheap": {"target": "Equal KL", "target_kl": 1.0},
        "Dear": {"target": "Equal KL", "target_kl": 6.0},
        "Same samples": {"target": "Equal samples", "target_samples": 1000.0},
        "Blend": {"world": "Blend"},
    },
)
