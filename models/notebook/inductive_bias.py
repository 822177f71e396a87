"""Inductive bias as prior odds: how much optimisation it takes to get a policy that training alone hardly ever gives (docs/theory.md §7)."""

from dataclasses import dataclass
from math import ceil, exp, inf, isfinite, log, log1p

import numpy as np
from scipy.special import exprel

from models.parameters import Interval, Parameter, Parameters, knob

__all__ = ["CONFIDENCE", "DIVERSITY", "RUNS", "InductiveBias"]

SMALL = -1.0  # log odds below which log(1 + odds) is summed as a series in the odds
SERIES_TERMS = 40  # e^(−40) is below a double's last digit
SURE = 2500  # runs at log odds above `SMALL`, log(1 + odds) > 0.31 each: all honest has less than the least float
EVEN = 4 * np.finfo(float).eps  # a gap this small beside its two terms is rounding

RUNS = Parameter(
    symbol="m",
    label="honest runs",
    default=1000.0,
    low=1.0,
    high=1e6,
    step=1.0,
    scale="log",
    help="So many training runs were inspected, and every policy came out honest.",
    domain=Interval(0.0),
)
CONFIDENCE = Parameter(
    symbol="1 − δ",
    label="confidence",
    default=0.95,
    low=0.5,
    high=0.999,
    step=0.001,
    help="How sure to be of having seen one, if there is one to see.",
    domain=Interval(0.0, 1.0, open_low=True, open_high=True),
)
DIVERSITY = Parameter(
    symbol="κ",
    label="pay to differ",
    default=0.0,
    low=0.0,
    high=0.5,
    step=0.01,
    help="After every honest run the next one is paid to differ: its odds are multiplied by e^κ once more.",
    domain=Interval(0.0),
)


@dataclass(frozen=True, kw_only=True)
class InductiveBias(Parameters):
    """Two policies that fit the oversight, an honest one H and a sycophantic one Y, under an incentive.

    Optimising with strength λ for a reward gap Δ = r_Y − r_H multiplies the odds π_Y/π_H by e^{λΔ}: Boltzmann
    reweighting of two points. An overseer who catches a subtle error with probability d, pays B for one that is
    missed and charges C for one that is caught has Δ = B(1 − d) − C d. λ = 0 leaves the prior; d = 0 is an overseer
    who misses everything. Each knob is one number.

    Odds are kept as logs: a prior of 1e-300 and any finite λΔ have their full relative accuracy, about 1e-15 times
    the log odds. The gap's is relative to the larger of its two terms.
    """

    sycophantic: float = knob(
        symbol="π_Y",
        label="sycophantic policies",
        default=1e-4,
        low=1e-8,
        high=0.5,
        step=0.0,
        scale="log",
        help="The share of training runs without the incentive that end in a sycophantic policy: the inductive bias.",
        domain=Interval(0.0, 1.0, open_low=True, open_high=True),
    )
    strength: float = knob(
        symbol="λ",
        label="strength",
        default=5.0,
        low=0.0,
        high=20.0,
        step=0.1,
        help="How hard the reward is optimised: 1/τ, in 1 over units of reward.",
        domain=Interval(0.0),
    )
    bonus: float = knob(
        symbol="B",
        label="bonus for a missed error",
        default=1.0,
        low=0.0,
        high=2.0,
        step=0.05,
        help="What a subtle error earns where the overseer misses it.",
        domain=Interval(0.0),
    )
    penalty: float = knob(
        symbol="C",
        label="penalty for a caught one",
        default=1.0,
        low=0.0,
        high=2.0,
        step=0.05,
        help="What a subtle error costs where the overseer catches it.",
        domain=Interval(0.0),
    )
    detection: float = knob(
        symbol="d",
        label="errors caught",
        default=0.1,
        low=0.0,
        high=1.0,
        step=0.01,
        help="The share of subtle errors that the overseer catches.",
        domain=Interval(0.0, 1.0),
    )

    @property
    def reward_gap(self) -> float:
        """Δ = B(1 − d) − C d, in units of reward; 0 where no more than rounding is left of it."""
        earned, charged = self.bonus * (1 - self.detection), self.penalty * self.detection
        return 0.0 if abs(earned - charged) <= EVEN * max(earned, charged) else earned - charged

    @property
    def log_prior_odds(self) -> float:
        """log(π_Y/π_H), nats."""
        return log(self.sycophantic) - log1p(-self.sycophantic)

    @property
    def log_odds(self) -> float:
        """log(π_Y/π_H) + λΔ: the log odds, sycophantic to honest, under the incentive, nats."""
        return self.log_prior_odds + self.strength * self.reward_gap

    @property
    def share(self) -> float:
        """The share of runs under the incentive that end in a sycophantic policy; 0 below the least float."""
        return exp(-np.logaddexp(0.0, -self.log_odds))

    @property
    def strength_to_equal(self) -> float | None:
        """λ = log(π_H/π_Y)/Δ, at which the odds are even; None where the gap is 0 or pushes the wrong way.

        The prior odds are the optimisation needed.

        >>> round(InductiveBias(sycophantic=1e-4, bonus=1, penalty=1, detection=0).strength_to_equal, 4)
        9.2102
        """
        gap = self.reward_gap
        needed = -self.log_prior_odds / gap if gap else inf
        return needed + 0.0 if needed >= 0 and isfinite(needed) else None

    def log_runs_to_see(self, confidence: float) -> float:
        """Log of `runs_to_see`, where that is too many for a float too."""
        odds = self.log_odds
        each = odds if odds < -40 else log(np.logaddexp(0.0, odds)) if odds < inf else inf
        return log(_surprise(confidence)) - each

    def runs_to_see(self, confidence: float) -> float:
        """log δ / log(1 − p_Y): runs under the incentive to see a sycophantic policy with confidence 1 − δ.

        Real: whole runs are the next whole number. ∞ beyond the largest float.

        >>> from math import ceil
        >>> ceil(InductiveBias(sycophantic=1e-4, strength=0).runs_to_see(0.95))
        29956

        Raises:
            ValueError: for a confidence outside (0, 1).
        """
        return _exp(self.log_runs_to_see(confidence))

    def log_odds_bound(self, honest_runs: float, confidence: float) -> float:
        """Log of `odds_bound`; ∞ for no runs."""
        runs = RUNS.check(honest_runs, "honest_runs")
        evidence = _surprise(confidence)
        if runs == 0:
            return inf
        rate = evidence / runs
        resolved = rate + log(-np.expm1(-rate)) if rate > 1 else log(rate) + log(exprel(rate))
        return resolved - self.strength * self.reward_gap

    def odds_bound(self, honest_runs: float, confidence: float) -> float:
        """An upper bound on the odds π_Y/π_H *without* the incentive, after `honest_runs` runs under it, all honest.

        x/(1 − x) e^{−λΔ} with x = 1 − δ^{1/m}, that is (δ^{−1/m} − 1) e^{−λΔ}: the incentive multiplies the
        experiment's resolution by e^{λΔ}. ∞ for no runs.

        Raises:
            ValueError: for a confidence outside (0, 1), or runs below 0.
        """
        return _exp(self.log_odds_bound(honest_runs, confidence))

    def diverse_runs(self, runs: float, diversity: float) -> float:
        """The probability that none of `runs` runs is sycophantic, where each is paid to differ from those before.

        After j honest runs the odds are e^{κj} times those under the incentive, κ = `diversity`: Π 1/(1 + odds e^{κj})
        over j < m. κ = 0 is (1 − p_Y)^m. 0 below the least float.

        Where the odds are below 1/e, log(1 + odds e^{κj}) is a power series in them and each power's sum is geometric;
        the rest is summed as it stands, and `SURE` runs of it suffice for any number.

        Raises:
            ValueError: unless `runs` is a whole number of at least 0 and κ is at least 0.
        """
        runs, step = RUNS.check(runs, "runs"), DIVERSITY.check(diversity, "diversity")
        if runs != ceil(runs):
            raise ValueError(f"runs = {runs!r} is not allowed; it must be a whole number")
        start = self.log_odds
        if start == -inf:
            return 1.0
        rare = 0.0
        if start <= SMALL:
            rare = runs if step == 0 else min(runs, (SMALL - start) // step + 1)
        j = rare + np.arange(min(runs - rare, SURE))
        return exp(-_rare_sum(start, step, rare) - float(np.sum(np.logaddexp(0.0, start + step * j))))


def _rare_sum(start: float, step: float, runs: float) -> float:
    """Σ log(1 + e^(start + step j)) over j < `runs`, none of whose exponents is above `SMALL`."""
    if runs == 0:
        return 0.0
    power = np.arange(1, SERIES_TERMS + 1)
    sums = np.exp(power * (start + step * (runs - 1))) * runs * exprel(-power * step * runs) / exprel(-power * step)
    return float(np.sum(np.where(power % 2, sums, -sums) / power))


def _surprise(confidence: float) -> float:
    """−log δ, δ = 1 − `confidence`."""
    return -log1p(-CONFIDENCE.check(confidence, "confidence"))


def _exp(log_value: float) -> float:
    return exp(log_value) if log_value < log(np.finfo(float).max) else inf
