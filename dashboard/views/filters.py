"""Filters and quantilizers: satisficer, quantilizer, optimizer, and Taylor’s bound."""

from dataclasses import dataclass
from functools import cached_property
from math import exp, log

from dashboard.page.record import Page, Readout
from dashboard.selection.picture import figure
from dashboard.selection.settings import AGAINST, base_model_section, method_section
from dashboard.selection.state import Selected, SelectionState, chosen
from dashboard.selection.words import readouts, takeaway, why
from dashboard.settings import Section, Settings
from dashboard.words.text import change, count, equation, latex, latex_count, number
from models import GoodhartMixture, Quantilizer, expected_shortfall
from models.parameters import Parameter

LOG_BEYOND_FLOATS = log(1e300)  # from here on numbers are too large for a float
METHOD = method_section(Quantilizer)
WORLD = base_model_section(GoodhartMixture)
LEVEL = Parameter(
    symbol="a",
    label="cost: truth below",
    default=-1.0,
    low=-5.0,
    high=2.0,
    step=0.05,
    help="An output costs max(0, a − truth): nothing while its truth is at least a.",
)


NEGLIGIBLE = 1e-25  # what is less may have lost digits with the far tail that the quadrature leaves out
BELOW = "below 10⁻²⁵"


@dataclass(frozen=True)
class SelectionWithCost(SelectionState):
    """A selection, and what an output costs whose truth is below `level`."""

    chosen: Selected
    level: float

    @property
    def selected(self) -> Selected:
        return self.chosen

    @cached_property
    def before(self) -> float:
        return expected_shortfall(self.chosen.base, self.level)

    @cached_property
    def now(self) -> float | None:
        return None if self.chosen.outcome is None else expected_shortfall(self.chosen.outcome, self.level)

    @property
    def log_bound(self) -> float | None:
        """Log of the most that Taylor’s bound allows; None where nothing is sampled, or where the base model’s cost is negligible."""
        samples = self.chosen.outcome.log_samples_per_output if self.chosen.outcome else None
        return None if samples is None or self.before < NEGLIGIBLE else log(self.before) + samples


def solve(settings: Settings) -> SelectionWithCost:
    return SelectionWithCost(chosen(METHOD, WORLD, settings), float(settings["level"]))


def with_cost(state: SelectionWithCost) -> list[Readout]:
    """The readouts, with the cost and Taylor’s bound in the place of the KL."""
    truth, persuasion, _, samples = readouts(state)
    if state.now is None:
        return [truth, persuasion, Readout("mean cost", "does not exist"), samples]
    log_bound = state.log_bound
    if log_bound is None:
        note = f"base {_amount(state.before)}"
    else:
        bound = number(exp(log_bound), 4) if log_bound < LOG_BEYOND_FLOATS else count(log_bound)
        note = f"at most {bound}; base {number(state.before, 4)}"
    cost = Readout("mean cost", _amount(state.now), change(state.now - state.before, 4), -1, note, state.now)
    return [truth, persuasion, cost, samples]


def _amount(cost: float) -> str:
    return number(cost, 4) if cost >= NEGLIGIBLE else BELOW


def with_bound(state: SelectionWithCost) -> str:
    lines = [
        "A **satisficer** accepts anything above a fixed bar (a filter); a **quantilizer** keeps the top fraction q whatever "
        "the bar; as q → 0 it becomes an **optimizer**."
    ]
    got = state.chosen.outcome
    if state.now is not None and got is not None and (samples := got.log_samples_per_output) is not None:
        if (log_bound := state.log_bound) is None:
            bound = ""
        elif max(samples, log_bound) < LOG_BEYOND_FLOATS:
            bound = "=" + equation([(state.before, exp(samples))], exp(log_bound), 4)
        else:
            bound = "=" + latex_count(log_bound)
        now = f"={latex(state.now, 4)}" if state.now >= NEGLIGIBLE else "<10^{-25}"
        lines += [
            "For any cost that is never negative, keeping a fraction $q$ can raise its mean at most by a factor of $1/q$ (Taylor 2016). "
            f"The cost here is max(0, {number(state.level)} − truth):",
            rf"$$\mathrm E_q[\text{{cost}}]{now}\;\le\;\frac{{\mathrm E[\text{{cost}}]}}{{q}}{bound}$$",
        ]
    return "\n\n".join([*lines, why(state)])


PAGE = Page(
    title="Filters and quantilizers",
    url_path="filters",
    under="Selection",
    intro="Keep what is persuasive enough. How much more can truth cost than the base model’s, and how much does it?",
    sections=(METHOD, Section("Cost", {"level": LEVEL}), WORLD, AGAINST),
    solve=solve,
    takeaway=takeaway,
    readouts=with_cost,
    figure=figure,
    why=with_bound,
    presets={
        "Satisficer": {"method": "Filter", "threshold": 1.0},
        "Quantilizer": {"fraction": 0.02},
        "Optimizer": {"fraction": 1e-9},
        "Blend": {"world": "Blend", "fraction": 0.01},
    },
)
