"""Selection by rank alone."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from models.laws.base import Points
from models.numerics.axes import Floats
from models.selection.base import Selection

__all__ = ["RankSelection"]


@dataclass(frozen=True, kw_only=True)
class RankSelection(Selection, ABC):
    """A selection that looks at ranks only: the selected rank u = F(P) has distribution G(u) on [0, 1].

    The density ratio is G′(u), and on an atom, where ties are broken at random, the mean of G′ over its ranks.
    """

    @abstractmethod
    def log_distortion(self, points: Points, log_u: Floats) -> Floats:
        """log G at u, pressures aligned with `points`."""

    @abstractmethod
    def log_slope(self, points: Points, log_u: Floats) -> Floats:
        """log G′ at u."""

    def log_ratio(self, points: Points) -> Floats:
        """Log density ratio at `points`."""
        upto = points.log_cdf
        with np.errstate(invalid="ignore", divide="ignore"):
            smooth = self.log_slope(points, upto)
            if not points.base.persuasiveness_atoms().position.size:
                return smooth
            below = points.log_below
            high, low = self.log_distortion(points, upto), self.log_distortion(points, below)
            tied = high - upto + np.log(np.expm1(low - high) / np.expm1(below - upto))
        return np.where(below < upto, tied, smooth)
