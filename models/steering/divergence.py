"""KL between two settings of the weights (docs/theory.md §6.4)."""

import numpy as np
from scipy.special import rel_entr

from models.base_models.submodules import ThreeSubmodules
from models.laws.mixture import NormalMixture
from models.numerics.axes import Floats, plain

__all__ = ["kl_between_blends", "kl_between_routings"]


def kl_between_blends(blend: NormalMixture, base: NormalMixture) -> float:
    """KL(blend ‖ base) of two one-mode laws, nats; shape of `blend`. ∞ where blend leaves base's support.

    By the chain rule, KL of P plus the mean KL of T given P, so that laws on a line or a point are right too.
    """
    (new,), (old,) = blend.modes, base.modes
    of_p = _kl_normal(
        np.square(new.mean_persuasiveness - old.mean_persuasiveness), new.sd_persuasiveness, old.sd_persuasiveness
    )
    slope, old_slope = blend.arrays.slope[..., 0], base.arrays.slope[..., 0]
    offset = new.mean_truth - old.mean_truth - old_slope * (new.mean_persuasiveness - old.mean_persuasiveness)
    gap = np.square(offset) + np.square((slope - old_slope) * new.sd_persuasiveness)
    residual, old_residual = (law.arrays.sd_t[..., 0] * law.arrays.independent[..., 0] for law in (blend, base))
    return plain(of_p + _kl_normal(gap, residual, old_residual))


def kl_between_routings(new: ThreeSubmodules, base: ThreeSubmodules) -> float:
    """KL(new ‖ base) of two routings of the same submodules, nats; shape of `new`’s weights.

    A’s, B’s and C’s outputs do not overlap, so it is the KL of the weights, Σ θ log(θ/θ₀); ∞ where `new` uses a
    submodule that `base` does not. With spreads of 0 some outputs may coincide, and it is a bound.
    """
    terms = [rel_entr(getattr(new, name), getattr(base, name)) for name in ("alpha", "beta", "gamma")]
    return plain(np.maximum(sum(terms), 0.0))


def _kl_normal(squared_gap: Floats, sd: Floats, base_sd: Floats) -> Floats:
    """KL of N(m, sd²) from N(m₀, base_sd²) with (m − m₀)² = `squared_gap`, point masses included."""
    squared_gap, sd, base_sd = (np.asarray(x, dtype=float) for x in (squared_gap, sd, base_sd))
    both, neither = (sd > 0) & (base_sd > 0), (sd == 0) & (base_sd == 0)
    safe = np.where(base_sd > 0, base_sd, 1.0)
    ratio = np.where(both, sd / safe, 1.0)
    spread = 0.5 * (np.square(ratio) - 1) - np.log(ratio)
    return np.where(
        both, spread + 0.5 * squared_gap / np.square(safe), np.where(neither & (squared_gap == 0), 0.0, np.inf)
    )
