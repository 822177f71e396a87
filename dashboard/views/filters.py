"""Filters and quantilizers: satisficer, quantilizer, optimizer, and Taylor’s bound."""

from math import exp, log

from dashboard.page import Page, Readout
from dashboard.selecting import WORLD, State, choice_of, readouts, scene, selection_of, takeaway, world_of
from dashboard.settings import Section, Settings
from dashboard.text import TINY, change, count, equation, latex, latex_count, nats, number
from models import BestOfN, Filter, Quantilizer, expected_shortfall
from models.parameters import Parameter

LARGE = log(1e6)  # from here on numbers are printed with a power of ten
BEYOND = log(1e300)  # from here on they are too large for a float

LEVEL = Parameter(
    symbol="a",
    label="cost: truth below",
    default=-1.0,
    low=-5.0,
    high=2.0,
    step=0.05,
    help="An output costs max(0, a − truth): nothing while its truth is at least a.",
)


def solve(settings: Settings) -> State:
    base, source, model, notices = world_of(settings, world=settings["world"])
    extra = {"level": settings["level"]}
    return State(
        base,
        selection_of(settings),
        source,
        (type(selection_of(settings)), BestOfN),
        model=model,
        notices=notices,
        extra=extra,
    )


def costs(state: State) -> tuple[float, float, float | None]:
    """Mean cost now, of the base model, and the log of the most that Taylor’s bound allows, if the base’s cost is a
    number that a double can tell from 0 with all its digits."""
    now, before = (expected_shortfall(law, state.extra["level"]) for law in (state.outcome, state.base))
    return now, before, log(before) + state.outcome.log_samples_per_output if before > TINY else None


def with_cost(state: State) -> list[Readout]:
    """The readouts, with the cost and Taylor’s bound in the place of the KL."""
    truth, persuasion, _, samples = readouts(state)
    if state.outcome is None:
        return [truth, persuasion, Readout("mean cost", "does not exist"), samples]
    cost, before, log_bound = costs(state)
    if log_bound is None:
        note = "base below 10⁻³⁰⁰"
    else:
        bound = number(exp(log_bound), 4) if log_bound < LARGE else count(log_bound)
        note = f"at most {bound}: base {number(before, 4)} ÷ q"
    return [truth, persuasion, Readout("mean cost", number(cost, 4), change(cost - before, 4), -1, note, cost), samples]


def why(state: State) -> str:
    level, got = state.extra["level"], state.outcome
    lines = [
        "A **satisficer** accepts anything above a fixed bar (a filter); a **quantilizer** keeps the top fraction q whatever the "
        "bar; as q → 0 it becomes an **optimizer**."
    ]
    if got is None:
        return lines[0]
    cost, before, log_bound = costs(state)
    samples = got.log_samples_per_output
    if log_bound is None:
        bound = ""
    elif max(samples, log_bound) < BEYOND:
        bound = "=" + equation([(before, exp(samples))], exp(log_bound), 4)
    else:
        bound = "=" + latex_count(log_bound)
    lines += [
        r"For any cost that is never negative, keeping a fraction $q$ can raise its mean at most by $1/q$ (Taylor 2016). "
        f"The cost here is max(0, {number(level)} − truth):",
        rf"$$\mathrm E_q[\text{{cost}}]={latex(cost, 4)}\;\le\;\frac{{\mathrm E[\text{{cost}}]}}{{q}}{bound}$$",
        f"The bar now costs {count(samples)} base samples per output and a KL of {nats(got.kl)}.",
    ]
    return "\n\n".join(lines)


PAGE = Page(
    title="Filters and quantilizers",
    url_path="filters",
    intro="Keep what is persuasive enough. How much more can truth cost than the base model’s, and how much does it?",
    sections=(
        choice_of(Quantilizer, Filter, Quantilizer),
        Section("Cost", {"level": LEVEL}),
        Section("Base model", choice=WORLD),
    ),
    solve=solve,
    takeaway=takeaway,
    readouts=with_cost,
    scene=scene,
    why=why,
    presets={
        "Satisficer": {"method": "Filter", "threshold": 1.0},
        "Quantilizer": {"fraction": 0.1},
        "Optimizer": {"fraction": 1e-9},
        "Blend": {"world": "Blend", "fraction": 0.01},
    },
)
