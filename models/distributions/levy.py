"""The Lévy law."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import erf, erfc, erfcx, ndtri

from models.distributions.base import OneSided, location_knob, scale_knob
from models.numerics.axes import Floats

__all__ = ["Levy"]

FARTHEST_SCALES = 1e18  # scales out, to which the edges go


@dataclass(frozen=True, kw_only=True)
class Levy(OneSided):
    """The Lévy law above location: density √(scale/2π) x^(−3/2) e^{−scale/2x} at x above it.

    One-sided and stable with index 1/2: its mean is ∞, and the best of n is about n² scales out.
    """

    location: float = location_knob("lower end")
    scale: float = scale_knob("A third of it is the most likely value, 2.2 of it the median.")

    @property
    def tail_index(self) -> float:
        return 0.5

    @property
    def width(self) -> float:
        return self.scale

    @property
    def mean(self) -> float:
        return np.inf

    @property
    def std(self) -> float:
        return np.inf

    @cached_property
    def edges(self) -> np.ndarray:
        rise = np.geomspace(1e-4, 1 / 20, 44)
        core = np.geomspace(1 / 20, 4.0, 12)
        outer = np.geomspace(4.0, FARTHEST_SCALES, 52)
        return self.scale * np.concatenate([rise, core[1:], outer[1:]])

    def logpdf(self, x: Floats) -> Floats:
        x, inside = self.above_origin(x)
        with np.errstate(over="ignore"):
            value = 0.5 * np.log(self.scale / (2 * np.pi)) - 1.5 * np.log(x) - 0.5 * self.scale / x
        return np.where(inside, value, -np.inf)

    def logsf(self, x: Floats) -> Floats:
        x, inside = self.above_origin(x)
        z = np.sqrt(0.5 * self.scale / x)
        return np.where(inside, np.where(z < 0.5, np.log(erf(z)), np.log1p(-erfc(np.maximum(z, 0.5)))), 0.0)

    def logcdf(self, x: Floats) -> Floats:
        x, inside = self.above_origin(x)
        z = np.sqrt(0.5 * self.scale / x)
        return np.where(
            inside, np.where(z < 0.5, np.log1p(-erf(np.minimum(z, 0.5))), np.log(erfcx(z)) - np.square(z)), -np.inf
        )

    def ppf(self, q: Floats) -> Floats:
        return self.location + self.scale / np.square(ndtri(0.5 * np.asarray(q)))

    def log_pdf_ratio(self, x: Floats, s: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            return 3 * np.arctanh(s / x) - self.scale * s / ((x - s) * (x + s))
