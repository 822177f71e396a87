"""The lognormal law."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from scipy.special import log_ndtr, ndtri

from models.distributions.base import OneSided, location_knob, scale_knob
from models.numerics.axes import Floats
from models.numerics.normal import log_phi
from models.parameters import Interval, knob

__all__ = ["Lognormal"]

FARTHEST_SDS = 100.0  # standard deviations of the logarithm out


@dataclass(frozen=True, kw_only=True)
class Lognormal(OneSided):
    """location + scale · e^{sigma Z} with Z standard normal; with `centred`, moved so that its mean is location.

    Lighter than every power, heavier than every exponential: all moments exist, and no E[e^{λX}], λ > 0.
    """

    sigma: float = knob(
        symbol="σ",
        label="spread of the logarithm",
        default=0.7,
        low=0.2,
        high=1.5,
        step=0.05,
        help="Standard deviation of the logarithm: the larger, the heavier the upper tail.",
        domain=Interval(0.05, 4.0),
    )
    location: float = location_knob("lower end, or with `centred` the mean,")
    scale: float = scale_knob("The median, from the lower end.")
    centred: bool = False

    @property
    def origin(self) -> float:
        return self.location - self._mean_above if self.centred else self.location

    @property
    def standard(self) -> Self:
        return replace(self, location=0.0, centred=False)

    @property
    def _mean_above(self) -> float:
        return self.scale * np.exp(0.5 * self.sigma**2)

    @property
    def width(self) -> float:
        return self.scale * min(self.sigma, 1.0)

    @property
    def mean(self) -> float:
        return self.origin + self._mean_above

    @property
    def std(self) -> float:
        return self._mean_above * np.sqrt(np.expm1(self.sigma**2))

    @cached_property
    def edges(self) -> np.ndarray:
        step, end = min(1.5, 0.7 / self.sigma), min(FARTHEST_SDS, 500 / self.sigma)
        return self.scale * np.exp(self.sigma * np.arange(-end, end + step, step))

    def logpdf(self, x: Floats) -> Floats:
        x, inside = self.above_origin(x)
        y = np.log(x / self.scale)
        return np.where(inside, log_phi(y / self.sigma) - np.log(self.sigma * self.scale) - y, -np.inf)

    def logsf(self, x: Floats) -> Floats:
        x, inside = self.above_origin(x)
        return np.where(inside, log_ndtr(-np.log(x / self.scale) / self.sigma), 0.0)

    def logcdf(self, x: Floats) -> Floats:
        x, inside = self.above_origin(x)
        return np.where(inside, log_ndtr(np.log(x / self.scale) / self.sigma), -np.inf)

    def ppf(self, q: Floats) -> Floats:
        return self.origin + self.scale * np.exp(self.sigma * ndtri(q))

    def log_pdf_ratio(self, x: Floats, s: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            apart = 2 * np.arctanh(s / x)
            both = np.log((x - s) / self.scale) + np.log((x + s) / self.scale)
            return apart * (1 + 0.5 * both / self.sigma**2)
