"""A mixture of normals weighted by how far persuasiveness exceeds a place, the optimum under a χ² penalty (docs/theory.md §2.6)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.laws.base import Atoms, BaseLaw
from models.laws.modes import ModeArrays, atoms_of, mixture_sd
from models.laws.reweighted import DensityRatioLaw
from models.numerics.axes import Floats, align, plain
from models.numerics.information import excess_information
from models.numerics.normal import log_mean_excess, log_phi, normal_excess
from models.numerics.ramp import FAR_SDS, ramp

__all__ = ["RampedMixture"]


@dataclass(frozen=True, eq=False)
class RampedMixture(DensityRatioLaw):
    """A mixture without atoms, with density ratio ∝ (P − start)⁺; the mixture itself where `start` is −∞.

    Means, spreads and KL are those of its modes, each weighted alike.
    """

    base: BaseLaw
    modes: ModeArrays
    start: np.ndarray

    @property
    def computed(self) -> str:
        return "quadrature"

    @cached_property
    def _z(self) -> np.ndarray:
        """How far each mode’s mean lies above the start, in its standard deviations."""
        return (self.modes.mean_p - self.start[..., None]) / self.modes.sd_p

    @cached_property
    def _ramped(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return ramp(self._z)

    @cached_property
    def _log_excess(self) -> np.ndarray:
        """log E[(P − start)⁺]; 0 where `start` is −∞."""
        far = np.isneginf(self.start)
        each = (
            self.modes.log_weight + np.log(self.modes.sd_p) + log_mean_excess(np.where(far[..., None], 0.0, -self._z))
        )
        return np.where(far, 0.0, np.logaddexp.reduce(each, axis=-1))

    @cached_property
    def _log_gain(self) -> np.ndarray:
        """log of what every mode’s weight is multiplied with."""
        start, far = self.start[..., None], np.all(self._z >= FAR_SDS, axis=-1, keepdims=True)
        mean = np.asarray(self.base.mean_persuasiveness)
        beside = np.log1p(np.where(far, (self.modes.mean_p - mean) / np.where(far, mean - start, 1.0), 0.0))
        near = np.log(self.modes.sd_p) + log_mean_excess(np.where(far, 0.0, -self._z)) - self._log_excess[..., None]
        return np.where(far, beside, near)

    @cached_property
    def _weight(self) -> np.ndarray:
        return np.exp(self.modes.log_weight + self._log_gain)

    @cached_property
    def kl(self) -> Floats:
        """That of the modes’ weights, and each mode’s own, nats."""
        within = np.sum(self._weight * self._ramped[2], axis=-1)
        return plain(np.sum(excess_information(self.modes.log_weight, self._log_gain), axis=-1) + within)

    @property
    def _mode_mean_t(self) -> np.ndarray:
        return self.modes.mean_t + self.modes.correlation * self.modes.sd_t * self._ramped[0]

    @property
    def _mode_mean_p(self) -> np.ndarray:
        return self.modes.mean_p + self.modes.sd_p * self._ramped[0]

    @cached_property
    def mean_truth(self) -> Floats:
        return plain(np.sum(self._weight * self._mode_mean_t, axis=-1))

    @cached_property
    def mean_persuasiveness(self) -> Floats:
        return plain(np.sum(self._weight * self._mode_mean_p, axis=-1))

    @property
    def sd_truth(self) -> Floats:
        spread = np.square(self.modes.correlation) * self._ramped[1] + np.square(self.modes.independent)
        return mixture_sd(self._weight, self._mode_mean_t, np.square(self.modes.sd_t) * spread)

    @property
    def sd_persuasiveness(self) -> Floats:
        return mixture_sd(self._weight, self._mode_mean_p, np.square(self.modes.sd_p) * self._ramped[1])

    def truth_pdf(self, t: Floats) -> Floats:
        """Mode by mode the density of T times what P given T exceeds the start by on average."""
        t = np.asarray(t, dtype=float)
        start, total = (align(x, t.ndim) for x in (self.start, self._log_excess))
        names = "log_weight", "mean_t", "mean_p", "sd_t", "sd_p", "correlation", "independent"
        flat = np.isneginf(start)
        found = np.zeros(np.broadcast_shapes(start.shape, t.shape))
        for w, mean_t, mean_p, sd_t, sd_p, correlation, independent in self.modes.each(t.ndim, *names):
            if sd_t > 0:
                score = (t - mean_t) / sd_t
                centre = mean_p + correlation * sd_p * score
                above = normal_excess(centre - np.where(flat, 0.0, start), sd_p * independent)
                found += np.exp(w + log_phi(score) - total) * np.where(flat, 1.0, above) / sd_t
        return plain(found)

    def log_ratio(self, p: Floats) -> Floats:
        start, total = (align(x, np.ndim(p)) for x in (self.start, self._log_excess))
        with np.errstate(divide="ignore"):
            return np.where(np.isneginf(start), 0.0, np.log(np.maximum(p - start, 0.0)) - total)

    def truth_atoms(self) -> Atoms:
        return atoms_of(self.modes.mean_t, self.modes.sd_t, self._weight)

    def persuasiveness_atoms(self) -> Atoms:
        return self.base.persuasiveness_atoms()
