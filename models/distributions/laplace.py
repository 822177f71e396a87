"""The Laplace law."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.distributions.base import Symmetric, location_knob, mirrored, scale_knob
from models.numerics.axes import Floats
from models.numerics.products import one_minus_product

__all__ = ["Laplace"]


@dataclass(frozen=True, kw_only=True)
class Laplace(Symmetric):
    """Density e^{−|x − location|/scale}/(2 scale). As an error: its hazard levels off at 1/scale, and mean truth with it.

    E[e^{λX}] is finite for λ < 1/scale only: from there on KL-penalised RL has no optimum.
    """

    location: float = location_knob()
    scale: float = scale_knob("Mean distance from the centre; the tails fall like exp(−|x|/b).", symbol="b")

    @property
    def width(self) -> float:
        return self.scale

    @property
    def std(self) -> float:
        return np.sqrt(2) * self.scale

    @property
    def strength_limit(self) -> float:
        return 1 / self.scale

    @property
    def no_optimum(self) -> str:
        return f"a further unit of reward is worth λ nats and never costs as much as 1/b = {1 / self.scale:.3g}"

    @property
    def kinks(self) -> tuple[float, ...]:
        return (0.0,)

    @cached_property
    def edges(self) -> np.ndarray:
        half = self.scale * np.array([0.0, 3, 8, 14, 20, 27, 34, 41, 50, 100, 200, 400, 800, 1600, 3200, 6400])
        return mirrored(half)

    def centred_logpdf(self, x: np.ndarray) -> Floats:
        return -x / self.scale - np.log(2 * self.scale)

    def centred_logsf(self, x: np.ndarray) -> Floats:
        return -np.log(2) - x / self.scale

    def ppf(self, q: Floats) -> Floats:
        q = np.asarray(q)
        return self.location - self.scale * np.sign(q - 0.5) * np.log(2 * np.minimum(q, 1 - q))

    def log_pdf_ratio(self, x: Floats, s: Floats) -> Floats:
        return 2 * np.sign(x) * s / self.scale

    def tilted(self, strength: Floats) -> tuple[Floats, Floats, Floats]:
        strength = np.asarray(strength, dtype=float)
        y = strength * self.scale
        left = one_minus_product(strength, self.scale) * (1 + y)  # 1 − y², to the last digit beside the limit too
        mean, variance = 2 * y * self.scale / left, 2 * self.scale**2 * (1 + y * y) / np.square(left)
        log_left = np.where(y < 0.5, np.log1p(-np.minimum(y * y, 0.25)), np.log(left))
        return self.location + mean, variance, 2 * y * y / left + log_left
