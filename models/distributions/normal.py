"""The normal law."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import log_ndtr, ndtri

from models.distributions.base import Symmetric, location_knob, scale_knob
from models.numerics.axes import Floats
from models.numerics.normal import log_phi

__all__ = ["Normal"]

FARTHEST_SDS = 100.0  # standard deviations out: one output in e^5000


@dataclass(frozen=True, kw_only=True)
class Normal(Symmetric):
    """N(location, scale²). As an error: its hazard rises for ever, and truth with it."""

    location: float = location_knob()
    scale: float = scale_knob("Standard deviation.", symbol="σ", label="spread")

    @property
    def width(self) -> float:
        return self.scale

    @property
    def std(self) -> float:
        return self.scale

    @property
    def variance_proxy(self) -> float:
        return self.scale**2

    @cached_property
    def edges(self) -> np.ndarray:
        return self.scale * np.linspace(-FARTHEST_SDS, FARTHEST_SDS, 81)

    def centred_logpdf(self, x: np.ndarray) -> Floats:
        return log_phi(x / self.scale) - np.log(self.scale)

    def centred_logsf(self, x: np.ndarray) -> Floats:
        return log_ndtr(-x / self.scale)

    def ppf(self, q: Floats) -> Floats:
        return self.location + self.scale * ndtri(q)

    def log_pdf_ratio(self, x: Floats, s: Floats) -> Floats:
        return 2 * x * s / self.scale**2

    def tilted(self, strength: Floats) -> tuple[Floats, Floats, Floats]:
        strength, variance = np.asarray(strength, dtype=float), self.scale**2
        return self.location + strength * variance, variance + 0 * strength, 0.5 * variance * np.square(strength)
