"""What published results say of a selection by rank: win rates, the best tilt, a raised tail, correlation within the top.

An output's rank u = F(P) is uniform on [0, 1] under the base model, so these hold for every law of persuasiveness.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.optimize import brentq
from scipy.special import rel_entr, stdtr

from models.distributions import StudentT, Uniform
from models.numerics.axes import Floats, plain
from models.selection.base import Outcome, as_outcome

__all__ = ["RaisedTail", "RankTilt", "top_correlation", "win_rate"]

CENTRED_RANK = Uniform(half_width=0.5)  # the law of u − 1/2
LEAST_CLOSED_STRENGTH = (
    2.0  # below this strength the closed forms cancel, and the series of a tilted uniform law takes their place
)
STRONGEST = 1e300


def win_rate(outcome: Outcome) -> float:
    """How often a selected output beats one of the base model’s: E[F(P)] under the selection, a tie counting half.

    1/2 where nothing is selected, 1 at most. n/(n + 1) for best-of-n and 1 − q/2 for a quantilizer when P is
    continuous. Shape of the pressures; of Boltzmann’s on a mixture one at a time.

    >>> from models import BestOfN, Mode, OutputMixture
    >>> round(win_rate(BestOfN(n=4).apply(OutputMixture([Mode()]))), 12)
    0.8

    Raises:
        TypeError: for what is no outcome.
        ValueError: for a threshold on a law with point masses.
        ArithmeticError: where the selection has left the base law’s quadrature.
    """
    points, log_mass = as_outcome(outcome).on_nodes(outcome.base)
    return plain(np.sum(np.exp(log_mass) * 0.5 * (np.exp(points.log_cdf) + np.exp(points.log_below)), axis=-1))


@dataclass(frozen=True, kw_only=True)
class RankTilt:
    """Density ∝ e^{λu} on ranks: no selection has a higher win rate at its KL (Gui et al. 2024).

    Attributes:
        strength: λ ≥ 0; 0 gives the base model, λ → ∞ the single best output.

    >>> tilt = RankTilt(strength=3.0)
    >>> round(tilt.win_rate, 12), round(tilt.kl, 12)
    (0.719062363158, 0.306868559085)
    >>> round(RankTilt.reaching(win_rate=tilt.win_rate).strength, 12)
    3.0

    Raises:
        ValueError: for a strength that is not a number from 0 to 1e300.
    """

    strength: float

    def __post_init__(self) -> None:
        if not 0 <= self.strength <= STRONGEST:
            raise ValueError(f"strength = {self.strength!r} is not allowed; it must lie in [0, {STRONGEST:g}]")

    @property
    def win_rate(self) -> float:
        """The mean rank 1/(1 − e^{−λ}) − 1/λ: 1/2 at λ = 0, 1 − 1/λ far out."""
        if self.strength < LEAST_CLOSED_STRENGTH:
            return plain(0.5 + CENTRED_RANK.tilted(self.strength)[0])
        return 1 / -math.expm1(-self.strength) - 1 / self.strength

    @property
    def kl(self) -> Floats:
        """λ · win rate − log((e^λ − 1)/λ), nats: λ²/24 near 0, log λ − 1 far out."""
        if self.strength < LEAST_CLOSED_STRENGTH:
            return plain(CENTRED_RANK.tilted(self.strength)[2])
        left = -math.expm1(-self.strength)
        return self.strength * (1 - left) / left - 1 - math.log(left) + math.log(self.strength)

    @classmethod
    def reaching(cls, *, kl: float | None = None, win_rate: float | None = None) -> Self:
        """The tilt with this KL, nats, or with this win rate.

        Raises:
            ValueError: unless exactly one is given: a KL in [0, 600], a win rate in [0.5, 1 − 1e-12].
        """
        if (kl is None) == (win_rate is None):
            raise ValueError(f"kl = {kl!r}, win_rate = {win_rate!r}: exactly one of them must be given")
        name, low, high = ("win_rate", 0.5, 1 - 1e-12) if kl is None else ("kl", 0.0, 600.0)
        aim = float(win_rate if kl is None else kl)  # type: ignore[arg-type]  # exactly one is None
        if not low <= aim <= high:
            raise ValueError(f"{name} = {aim!r} is not allowed; it must lie in [{low:g}, {high:.12g}]")
        strongest = 1 / (1 - aim) if kl is None else np.exp(aim + 2)
        gap = lambda strength: getattr(cls(strength=strength), name) - aim  # noqa: E731
        return cls(strength=brentq(gap, 0.0, strongest, xtol=1e-14, rtol=1e-14))


@dataclass(frozen=True, kw_only=True)
class RaisedTail:
    """Student’s t with its mass above a threshold raised to another, either side keeping its shape.

    The construction behind “reward without bound at no KL” (Kwa, Thomas & Garriga-Alonso 2024): as t → ∞ a mass of
    t^−a with a < 1 sends the mean to ∞ and the KL to 0; a mass of 1/t sends the mean to ν/(ν − 1).

    Attributes:
        df: degrees of freedom ν > 1.
        threshold: t, score units.
        mass: the mass above it, in [0, 1].

    >>> tail = RaisedTail(df=3, threshold=100, mass=100**-0.8)
    >>> round(tail.mean, 6), round(tail.kl, 6)
    (3.767895, 0.227243)

    Raises:
        ValueError: for a df, a mass or a threshold that is not allowed: on both its sides there must be mass, which
            double precision sees down to 1e-308.
    """

    df: float
    threshold: float
    mass: float

    def __post_init__(self) -> None:
        if not 1 < self.df < np.inf:
            raise ValueError(f"df = {self.df!r} is not allowed; it must lie in (1, ∞), or there is no mean")
        if not (np.isfinite(self.threshold) and np.all(self._sides > 0)):
            raise ValueError(f"threshold = {self.threshold!r} is not allowed; there must be mass on both its sides")
        if not 0 <= self.mass <= 1:
            raise ValueError(f"mass = {self.mass!r} is not allowed; it must lie in [0, 1]")

    @property
    def _sides(self) -> Floats:
        """The base law's mass above the threshold and below it."""
        return stdtr(self.df, np.array([-self.threshold, self.threshold]))

    @property
    def mean(self) -> float:
        """Mean of the raised law; ∫_t^∞ x f = f(t) (ν + t²)/(ν − 1)."""
        density = np.exp(StudentT(df=self.df).logpdf(np.asarray(self.threshold)))
        above, below = density * (self.df + self.threshold**2) / (self.df - 1) / self._sides
        return float(self.mass * above - (1 - self.mass) * below)

    @property
    def kl(self) -> Floats:
        """KL from the t law, nats: that of the two masses."""
        return float(np.sum(rel_entr([self.mass, 1 - self.mass], self._sides)))


def top_correlation(outcome: Outcome) -> float:
    """Correlation of truth and persuasiveness among the outputs that a selection of one bivariate normal leaves.

    The line E[T | P] stays and P’s spread shrinks: slope · sd(P)/sd(T). For a filter at z standard deviations it is
    ρ√v / √(1 − ρ² + ρ²v), v = Var[Z | Z ≥ z], which tends to 0 (El-Mhamdi & Hoang 2024).

    >>> from models import Filter, Mode, OutputMixture
    >>> round(top_correlation(Filter(threshold=2).apply(OutputMixture([Mode(correlation=0.6)]))), 6)
    0.245763

    Raises:
        TypeError: for what is no outcome.
        ValueError: for a base law on which E[T | P] is no straight line, or whose truth or persuasiveness does not vary.
    """
    base = as_outcome(outcome).base
    if base.slope is None:
        raise ValueError(f"{base!r} is not allowed; E[T | P] must be a straight line, as in one bivariate normal")
    if not (base.sd_truth > 0 and base.sd_persuasiveness > 0):
        raise ValueError(
            f"spreads {base.sd_truth!r} and {base.sd_persuasiveness!r} are not allowed; both must be above 0"
        )
    return plain(base.slope * outcome.sd_persuasiveness / outcome.sd_truth)
