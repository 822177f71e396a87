"""χ²-penalised selection: a weight that grows with persuasiveness only linearly."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from scipy.optimize import elementwise

from models.laws.base import BaseLaw, NoOptimumError, Points
from models.laws.reweighted import reweighted
from models.numerics.axes import Floats
from models.parameters import Interval, knob
from models.selection.base import Outcome, Selection

__all__ = ["ChiSquared"]


@dataclass(frozen=True, kw_only=True)
class ChiSquared(Selection):
    """Weight by max(0, s (p − x)), with x such that the mean weight is 1 (Huang et al. 2025).

    The optimum of max E[P] − (1/2s) E_base[(density ratio)² − 1]: a χ² divergence in the place of KL, s = 1/β.
    s = 0 gives the base model. Nothing below x is kept, and what is kept grows with p only linearly.

    >>> from models import Mode, OutputMixture
    >>> round(ChiSquared(slope=0.5).apply(OutputMixture([Mode(correlation=1)])).mean_truth, 6)
    0.488388
    """

    name: ClassVar[str] = "Chi-squared"
    slope: float = knob(
        symbol="s",
        label="slope",
        default=4.0,
        low=0.0,
        high=30.0,
        step=0.1,
        help="Weight outputs by max(0, s·(persuasiveness − x)); 1/s is the price of χ².",
        domain=Interval(0.0),
    )

    def apply(self, base: BaseLaw) -> Outcome:
        """
        Raises:
            NoOptimumError: where E[P] does not exist, so that no weight has mean 1.
        """
        if base.tail_index <= 1:
            raise NoOptimumError(
                f"slope = {np.max(self.slope)!r}",
                "mean persuasiveness does not exist, so no χ² weight can be normalised",
            )
        slope = np.minimum(self.slope, _last_slope(base))
        start = _start(base, slope)
        some = np.where(slope > 0, start, 0.0)

        def log_ratio(points: Points) -> Floats:
            s = points.align(slope)
            with np.errstate(divide="ignore"):
                return np.where(s > 0, np.log(s * np.maximum(points.p - points.align(some), 0.0)), 0.0)

        # The rounding of x moves every weight by s times as much.
        blur = np.finfo(float).eps * np.max(slope * np.abs(some) * np.exp(base.log_sf(some)))
        truth = np.where(slope > 0, slope * np.asarray(base.truth_excess(some)), base.mean_truth)
        law = reweighted(base, log_ratio, start, growth=1, blur=float(blur), exact_truth=truth)
        return Outcome(base, self, law, None, None)

    def at_depth(self, base: BaseLaw, depth: Floats) -> Self:
        depth, sd = np.asarray(depth), base.sd_persuasiveness
        return self.at((np.sqrt(2) * depth + np.expm1(np.square(depth))) / (sd if sd and sd < np.inf else 1.0))


def _last_slope(base: BaseLaw) -> float:
    """The slope at which only the highest persuasiveness is left, and beyond which nothing changes; ∞ if none is."""
    if base.highest == np.inf:
        return np.inf
    atoms = base.persuasiveness_atoms()
    if atoms.position.size == 1:
        return 0.0
    return 1 / (atoms.mass[-1] * (atoms.position[-1] - atoms.position[-2]))


def _start(base: BaseLaw, slope: Floats) -> Floats:
    """x, the root of slope · E[(P − x)⁺] = 1; −∞ at slope 0."""
    level = 1 / np.where(slope > 0, slope, 1.0)

    def residual(x: Floats, level: Floats) -> Floats:
        return np.asarray(base.mean_excess(x)) - level

    # E[(P − x)⁺] ≥ E[P] − x, so the root is not below E[P] − level.
    first = base.mean_persuasiveness - level
    first = first - 1e-6 * (1 + np.abs(first))
    bracket = elementwise.bracket_root(residual, first, first + level + 1, xmin=first, args=(level,)).bracket
    found = elementwise.find_root(residual, bracket, args=(level,), tolerances={"xrtol": 1e-15}).x
    return np.where(slope > 0, found, -np.inf)
