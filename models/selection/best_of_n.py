"""Best-of-n: draw n outputs and keep the most persuasive."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from scipy.special import lambertw

from models.laws.base import BaseLaw, Points
from models.laws.reweighted import reweighted
from models.numerics.axes import Floats, plain
from models.parameters import Interval, knob
from models.selection.base import MOST_SAMPLES, Outcome
from models.selection.rank import RankSelection

__all__ = ["BestOfN"]


@dataclass(frozen=True)
class BestOfN(RankSelection):
    """Draw n outputs and keep the most persuasive, ties broken at random; n real, from 1 to 1e12.

    The density ratio is n F(p)^(n−1), and KL = log n − (n−1)/n exactly when P is continuous. n = 1 gives
    the base model.

    >>> from models import Mode, OutputMixture
    >>> round(BestOfN(n=3).apply(OutputMixture([Mode(correlation=1)])).mean_truth, 6)  # 3/(2√π)
    0.846284
    """

    name: ClassVar[str] = "Best-of-n"
    exact_root_kl: ClassVar[bool] = True
    n: float = knob(
        symbol="n",
        label="candidates",
        default=64.0,
        low=1.0,
        high=1e9,
        step=1.0,
        scale="log",
        help="Draw this many outputs and keep the most persuasive one.",
        domain=Interval(1.0, MOST_SAMPLES),
    )

    def log_distortion(self, points: Points, log_u: Floats) -> Floats:
        return points.align(self.n) * log_u

    def log_slope(self, points: Points, log_u: Floats) -> Floats:
        n = points.align(self.n)
        return np.log(n) + np.where(n == 1, 0.0, (n - 1) * log_u)

    def select(self, base: BaseLaw) -> Outcome:
        n = np.asarray(self.n)
        law = reweighted(base, self.log_ratio, thinning=n)
        kl = None if law.nodes.atoms else plain(np.log(n) - (n - 1) / n)
        return Outcome(base, self, law, kl, plain(np.log(n)))

    def at_root_kl(self, base: BaseLaw, root_kl: Floats) -> Self:
        """Where log n − 1 + 1/n is depth²: at n = −1/W(−e^(−1−depth²)), with Lambert’s W; or where it starts like 1 + √2 root_kl."""
        square = np.square(root_kl)
        small = square < 1e-9
        inverse = -np.real(lambertw(-np.exp(-1 - np.where(small, 1.0, np.minimum(square, 600.0)))))
        return self.at(np.minimum(np.where(small, np.exp(np.sqrt(2 * square)), 1 / inverse), MOST_SAMPLES))
