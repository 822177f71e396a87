"""χ²-penalised selection: a weight that grows with persuasiveness only linearly."""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Self

import numpy as np

from models.laws.base import BaseLaw, NoOptimumError, Points
from models.laws.reweighted import reweighted
from models.numerics.axes import Floats
from models.parameters import Interval, knob
from models.selection.base import Outcome, Selection

__all__ = ["ChiSquared"]

LEAST_SLOPE = 1e-300  # of which the inverse is a number
LEAST_INDEX = 1.02  # of a tail: near 1 the weight starts beyond every number
FARTHEST_START = 1e160  # where the weight may start; with a tail index near 1 a steep one starts farther out


@dataclass(frozen=True)
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

    def select(self, base: BaseLaw) -> Outcome:
        """
        Raises:
            NoOptimumError: where E[P] does not exist, so that no weight has mean 1, or barely does, so that the weight
                would start beyond every number.
        """
        if obstacle := self._obstacle(base):
            if np.any(self.slope):
                raise NoOptimumError(f"slope = {float(np.max(self.slope))!r}", obstacle)
            return Outcome(
                base, self, reweighted(base, lambda points: points.align(self.slope) + 0.0 * points.p), None, None
            )
        last = _last_slope(base)
        slope = np.where(np.asarray(self.slope) < LEAST_SLOPE, 0.0, np.minimum(self.slope, last))
        some = np.where(slope > 0, base.start_of_excess(1 / np.where(slope > 0, slope, 1.0)), 0.0)
        if law := base.ramped(np.where(slope > 0, some, -np.inf)):
            return Outcome(base, self, law, None, None)
        with np.errstate(invalid="ignore"):  # an x beside an atom may round to it, and lose it
            some = np.where(slope * np.asarray(base.mean_excess(some)) < 0.5, np.nextafter(some, -np.inf), some)
            norm = slope * np.asarray(base.mean_excess(some))  # 1, but for the rounding of x
        start = np.where(slope > 0, some, -np.inf)

        def log_ratio(points: Points) -> Floats:
            s = points.align(slope)
            with np.errstate(divide="ignore", invalid="ignore"):
                weight = np.log(s / points.align(norm)) + np.log(np.maximum(points.p - points.align(some), 0.0))
                return np.where(s > 0, weight, 0.0)

        # The rounding of x moves every weight by s times as much.
        relative_rounding = np.finfo(float).eps * np.max(slope * np.exp(base.log_sf(some)) * np.abs(some))
        with np.errstate(divide="ignore", invalid="ignore"):
            truth = np.where(slope > 0, slope / norm * np.asarray(base.truth_excess(some)), base.mean_truth)
        if np.any(alone := self.slope > last):  # the highest atom, whose weight stays as it is
            top = base.persuasiveness_atoms()
            lead = 1 / (top.mass[-1] * np.where(alone, self.slope, 1.0))
            start = np.where(alone, top.position[-1] - lead, start)
        law = reweighted(
            base,
            log_ratio,
            start,
            growth=np.where(slope > 0, 1, 0),
            relative_rounding=float(relative_rounding),
            exact_truth=truth,
        )
        return Outcome(base, self, law, None, None)

    def _obstacle(self, base: BaseLaw) -> str:
        if base.tail_index <= 1:
            missing = "is infinite" if base.mean_persuasiveness == np.inf else "does not exist"
            return f"mean persuasiveness {missing}, so no χ² weight can be normalised"
        if base.tail_index < LEAST_INDEX:
            return f"the tail index is below {LEAST_INDEX}, too near 1 for the start of a χ² weight to be computed"
        if not np.all(self.exists(base, self.slope)):
            return "the χ² weight would start farther out than is computed"
        return ""

    def exists(self, base: BaseLaw, pressure: Floats) -> Floats:
        return np.asarray(pressure) < _steepest(base)

    def max_root_kl_on(self, base: BaseLaw) -> float:
        """Where P has an end, the KL is but two thirds of depth², for so much narrower is what the weight starts at."""
        max_root_kl = super().max_root_kl_on(base)
        return min(self.max_root_kl, 1.2 * max_root_kl) if base.highest < np.inf else max_root_kl

    def at_root_kl(self, base: BaseLaw, root_kl: Floats) -> Self:
        root_kl, sd = np.asarray(root_kl), base.sd_persuasiveness
        with np.errstate(over="ignore"):
            slope = (np.sqrt(2) * root_kl + np.expm1(np.square(root_kl))) / (sd if sd and sd < np.inf else 1.0)
        slope = np.minimum(slope, np.finfo(float).max)
        steepest = _steepest(base, 0.1)
        return self.at(slope / np.hypot(1.0, slope / steepest) if 0 < steepest < np.inf else slope)


@lru_cache(maxsize=16)
def _steepest(base: BaseLaw, part: float = 1.0) -> Floats:
    """The slope of the weight that starts as far out on a heavy tail as there are numbers, or at a `part` of that; ∞ on a
    light tail."""
    if base.tail_index == np.inf:
        return np.inf
    last = base.isf(-np.square(min(ChiSquared.max_root_kl, base.max_root_kl)))
    with np.errstate(divide="ignore", over="ignore"):
        return 1 / np.asarray(base.mean_excess(part * np.minimum(last, FARTHEST_START)))


def _last_slope(base: BaseLaw) -> float:
    """The slope at which only the highest persuasiveness is left, and beyond which nothing changes; ∞ if none is."""
    atoms = base.persuasiveness_atoms()
    if base.highest == np.inf or not atoms.position.size:
        return np.inf
    if atoms.position.size == 1:
        return 0.0
    return 1 / (atoms.mass[-1] * (atoms.position[-1] - atoms.position[-2]))
