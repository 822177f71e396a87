"""Best-of-Poisson: best of a random number of outputs."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from models.laws.base import BaseLaw, Points
from models.laws.reweighted import reweighted
from models.numerics.axes import Floats, plain
from models.parameters import Interval, knob
from models.selection.base import MOST_SAMPLES, Outcome
from models.selection.rank import RankSelection

__all__ = ["BestOfPoisson"]


@dataclass(frozen=True)
class BestOfPoisson(RankSelection):
    """Best of a random number of outputs, 1 + Poisson(μ) (Khalaf et al. 2025).

    G(u) = u e^{μ(u−1)}, so the density ratio is (μu + 1) e^{μ(u−1)}. μ = 0 gives the base model. Costs 1 + μ
    base samples an output on average, and comes nearer to the exponential tilt of ranks than best-of-n does.

    >>> from models import Mode, OutputMixture
    >>> round(BestOfPoisson(mu=63).apply(OutputMixture([Mode(correlation=1)])).mean_truth, 6)
    2.340412
    """

    name: ClassVar[str] = "Best-of-Poisson"
    mu: float = knob(
        symbol="μ",
        label="extra candidates",
        default=63.0,
        low=0.01,
        high=1e9,
        step=0.0,
        scale="log",
        help="Draw one output and Poisson(μ) more, and keep the most persuasive.",
        domain=Interval(0.0, MOST_SAMPLES),
    )

    def log_distortion(self, points: Points, log_u: Floats) -> Floats:
        return log_u + points.align(self.mu) * np.expm1(log_u)

    def log_slope(self, points: Points, log_u: Floats) -> Floats:
        mu = points.align(self.mu)
        return np.log1p(mu * np.exp(log_u)) + mu * np.expm1(log_u)

    def select(self, base: BaseLaw) -> Outcome:
        law = reweighted(base, self.log_ratio)
        return Outcome(base, self, law, None, plain(np.log1p(self.mu)))

    def at_root_kl(self, base: BaseLaw, root_kl: Floats) -> Self:
        return self.at(
            np.minimum(np.expm1(np.square(root_kl) - np.expm1(-np.sqrt(6) * np.asarray(root_kl))), MOST_SAMPLES)
        )
