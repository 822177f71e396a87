"""A mixture given that persuasiveness reaches a threshold, in closed form (docs/theory.md §2.1, §4.3)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import log_ndtr

from models.laws.base import Atoms, BaseLaw, EmptySelectionError
from models.laws.modes import ModeArrays, atoms_of, log_sum, mixture_sd, scale_of, standardise
from models.laws.reweighted import DensityRatioLaw
from models.numerics.axes import Floats, align, align_modes, plain
from models.numerics.normal import inverse_mills, log_mills, log_phi, truncated_variance

__all__ = ["TruncatedMixture"]

LOG_HALF = np.log(0.5)
FAR_OUT_SDS = 5.0  # standard deviations


@dataclass(frozen=True, eq=False)
class TruncatedMixture(DensityRatioLaw):
    """A mixture given P ≥ threshold, in closed form; of an atom exactly there `share` is kept."""

    base: BaseLaw
    modes: ModeArrays
    start: np.ndarray
    share: np.ndarray

    def __post_init__(self) -> None:
        empty = np.isneginf(self._log_kept_total)
        if np.any(empty):
            top = float(np.max(self.modes.mean_p))
            raise EmptySelectionError(
                f"threshold = {float(self.start[empty].flat[0])!r} keeps no output; it must be at most {top!r}",
                f"no output is more persuasive than {np.format_float_positional(round(top, 6) + 0.0, trim='-')}",
            )

    @cached_property
    def _at_edge(self) -> Floats:
        """The modes that are an atom exactly at the threshold."""
        return (self.modes.sd_p == 0) & (self.modes.mean_p == self.start[..., None])

    @cached_property
    def _z(self) -> Floats:
        """The threshold in each mode's standard deviations; −∞ for an atom, which is not cut but kept or not."""
        gap = self.start[..., None] - self.modes.mean_p
        return np.where(self.modes.sd_p > 0, gap / scale_of(self.modes.sd_p), -np.inf)

    @cached_property
    def _log_kept(self) -> Floats:
        """log of the mass each mode keeps."""
        with np.errstate(divide="ignore"):
            log_share = np.log(self.share)[..., None]
        below = (self.modes.sd_p == 0) & (self.modes.mean_p < self.start[..., None])
        return self.modes.log_weight + np.where(self._at_edge, log_share, np.where(below, -np.inf, log_ndtr(-self._z)))

    @cached_property
    def _log_kept_total(self) -> Floats:
        near = log_sum(list(np.moveaxis(self._log_kept, -1, 0)))
        whole = np.where(self.share == 1, self.base.log_sf(self.start), near)
        return np.where(near < LOG_HALF, near, whole)

    @cached_property
    def _weight(self) -> Floats:
        return np.exp(self._log_kept - self._log_kept_total[..., None])

    @cached_property
    def _hazard(self) -> Floats:
        return inverse_mills(self._z)

    @cached_property
    def kl(self) -> Floats:
        """−log S̄(c), and a term for a split atom; nats."""
        split = np.sum(np.where(self._at_edge, self._weight, 0.0), axis=-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return plain(-self._log_kept_total + np.where(split > 0, split * np.log(self.share), 0.0))

    @cached_property
    def _mode_mean_t(self) -> Floats:
        return self.modes.mean_t + self.modes.correlation * self.modes.sd_t * self._hazard

    @property
    def _mode_mean_p(self) -> Floats:
        return self.modes.mean_p + self.modes.sd_p * self._hazard

    @cached_property
    def mean_truth(self) -> Floats:
        return plain(np.sum(self._weight * self._mode_mean_t, axis=-1))

    @cached_property
    def mean_persuasiveness(self) -> Floats:
        return plain(np.sum(self._weight * self._mode_mean_p, axis=-1))

    @cached_property
    def sd_truth(self) -> Floats:
        kept = np.square(self.modes.correlation) * truncated_variance(self._z) + np.square(self.modes.independent)
        return mixture_sd(self._weight, self._mode_mean_t, np.square(self.modes.sd_t) * kept)

    @property
    def sd_persuasiveness(self) -> Floats:
        return mixture_sd(self._weight, self._mode_mean_p, np.square(self.modes.sd_p) * truncated_variance(self._z))

    def truth_pdf(self, t: Floats) -> Floats:
        """Σ_k w_k f_k(t) Q((c − E_k[P | t]) / sd_k(P | t)) / S̄(c), extended skew-normal mode by mode."""
        t = np.asarray(t, dtype=float)[..., None]
        modes, extra = self.modes, t.ndim - 1
        score = (t - modes.mean_t) / scale_of(modes.sd_t)
        centre = modes.mean_p + modes.correlation * modes.sd_p * score
        bar = align(self.start, extra)[..., None]
        z = standardise(bar - centre, modes.sd_p * modes.independent, -np.inf)
        cut = align_modes(self._z, extra)
        log_density = log_phi(score) + log_ndtr(-z) - log_ndtr(-cut)
        if np.any(far := (cut > FAR_OUT_SDS) & (z > 0) & (modes.independent > 0)):
            # There φ(score) φ(z)/φ(cut) is one normal density, and the Mills ratios remain: nothing cancels.
            shift = (score - modes.correlation * np.where(far, cut, 0.0)) / scale_of(modes.independent)
            mills = log_mills(np.where(far, z, 0.0)) - log_mills(np.where(far, cut, 0.0))
            log_density = np.where(far, log_phi(shift) + mills, log_density)
        density = np.exp(log_density) / scale_of(modes.sd_t)
        return plain(np.sum(align_modes(self._weight, extra) * np.where(modes.sd_t > 0, density, 0.0), axis=-1))

    def log_ratio(self, p: Floats) -> Floats:
        """log of the density ratio: −∞ below the threshold, −log S̄(c) above."""
        bar, total = (align(x, p.ndim) for x in (self.start, self._log_kept_total))
        return np.where(p >= bar, -total, -np.inf)

    def truth_atoms(self) -> Atoms:
        return atoms_of(self.modes.mean_t, self.modes.sd_t, self._weight)

    def persuasiveness_atoms(self) -> Atoms:
        return atoms_of(self.modes.mean_p, self.modes.sd_p, self._weight)
