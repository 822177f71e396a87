"""The uniform law."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import bernoulli, factorial

from models.distributions.base import Symmetric, location_knob, mirrored, scale_knob
from models.numerics.axes import Floats

__all__ = ["Uniform"]


@dataclass(frozen=True, kw_only=True)
class Uniform(Symmetric):
    """Uniform between location − half_width and location + half_width. As an error it is bounded, so that in the end only
    truth can make an output more persuasive."""

    location: float = location_knob()
    half_width: float = scale_knob(
        "Every value lies within this distance of the centre.", symbol="h", label="half-width", high=5.0
    )

    @property
    def width(self) -> float:
        return self.half_width

    @property
    def std(self) -> float:
        return self.half_width / np.sqrt(3)

    @property
    def variance_proxy(self) -> float:
        """The variance: sinh(x)/x ≤ e^{x²/6}."""
        return self.half_width**2 / 3

    @property
    def support(self) -> tuple[float, float]:
        return self.location - self.half_width, self.location + self.half_width

    @property
    def kinks(self) -> tuple[float, ...]:
        return (-self.half_width, self.half_width)

    @cached_property
    def edges(self) -> np.ndarray:
        half = self.half_width * np.append(1 - 0.5 ** np.arange(14), 1.0)  # the other law may end it steeply
        return mirrored(half)

    def centred_logpdf(self, x: np.ndarray) -> Floats:
        return np.where(x <= self.half_width, -np.log(2 * self.half_width), -np.inf)

    def centred_logsf(self, x: np.ndarray) -> Floats:
        with np.errstate(divide="ignore"):
            return np.log(np.maximum(0.5 - 0.5 * x / self.half_width, 0.0))

    def ppf(self, q: Floats) -> Floats:
        return self.location + self.half_width * (2 * np.asarray(q) - 1)

    def log_pdf_ratio(self, x: Floats, s: Floats) -> Floats:
        with np.errstate(invalid="ignore"):
            return self.centred_logpdf(np.abs(x - s)) - self.centred_logpdf(np.abs(x + s))

    def tilted(self, strength: Floats) -> tuple[Floats, Floats, Floats]:
        """With y = strength · h, the mean is h (coth y − 1/y)."""
        y = np.asarray(strength, dtype=float) * self.half_width
        small = y < 1
        k = np.arange(1, 25)
        coefficient = bernoulli(48)[2::2] / factorial(2 * k) * 4.0**k  # of y^2k in y coth y
        powers = np.where(small, y, 0.0)[..., None] ** (2 * k)
        safe = np.where(small, 1.0, y)
        decay = np.exp(-2 * safe)
        coth = (1 + decay) / (1 - decay)
        mean = np.where(small, np.where(y > 0, np.sum(coefficient * powers, axis=-1), 0.0), safe * coth - 1)
        log_mgf = safe + np.log1p(-decay) - np.log(2 * safe)
        kl = np.where(small, np.sum(coefficient * (1 - 0.5 / k) * powers, axis=-1), safe * coth - 1 - log_mgf)
        slope = np.sum(coefficient * (2 * k - 1) * np.where(small, y, 0.0)[..., None] ** (2 * k - 2), axis=-1)
        variance = np.where(small, slope, 1 / safe**2 - 4 * decay / np.square(1 - decay))
        mean = self.half_width * mean / np.where(y > 0, y, 1.0)
        return self.location + mean, self.half_width**2 * variance, kl
