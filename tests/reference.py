"""Slow, obvious oracles: the definitions of docs/theory.md §1 to §4, at 30 digits or by brute force."""

from collections.abc import Callable
from functools import cache

import mpmath as mp
import numpy as np

from models import OutputMixture

mp.mp.dps = 30


def sample(base: OutputMixture, size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draws of (T, P)."""
    which = rng.choice(len(base.modes), size=size, p=[mode.weight for mode in base.modes])
    x, y = rng.standard_normal((2, size))
    t, p = np.empty(size), np.empty(size)
    for k, mode in enumerate(base.modes):
        mine = which == k
        p[mine] = mode.mean_persuasiveness + mode.sd_persuasiveness * x[mine]
        mixed = mode.correlation * x[mine] + np.sqrt(1 - mode.correlation**2) * y[mine]
        t[mine] = mode.mean_truth + mode.sd_truth * mixed
    return t, p


def mp_density(base: OutputMixture) -> Callable:
    """Density of P."""
    return lambda p: mp.fsum(
        mp.mpf(m.weight) * mp.npdf(p, m.mean_persuasiveness, m.sd_persuasiveness) for m in base.modes
    )


def mp_cdf(base: OutputMixture) -> Callable:
    """Distribution function of P."""
    return lambda p: mp.fsum(
        mp.mpf(m.weight) * mp.ncdf(p, m.mean_persuasiveness, m.sd_persuasiveness) for m in base.modes
    )


def mp_sf(base: OutputMixture) -> Callable:
    """Upper tail of P, without cancellation."""
    return lambda p: mp.fsum(
        mp.mpf(m.weight) * mp.erfc((p - m.mean_persuasiveness) / (m.sd_persuasiveness * mp.sqrt(2))) / 2
        for m in base.modes
    )


def mp_regression(base: OutputMixture) -> Callable:
    """f(p) E[T | P = p], that is the regression times the density."""
    return lambda p: mp.fsum(
        mp.mpf(m.weight)
        * mp.npdf(p, m.mean_persuasiveness, m.sd_persuasiveness)
        * (m.mean_truth + mp.mpf(m.correlation) * m.sd_truth / m.sd_persuasiveness * (p - m.mean_persuasiveness))
        for m in base.modes
    )


def mp_selected(base: OutputMixture, weight: Callable, edges: list[float]) -> dict[str, mp.mpf]:
    """Means and KL of the law ∝ f(p) weight(p), by quadrature of the definition between `edges`."""
    density, truth, weight = cache(mp_density(base)), mp_regression(base), cache(weight)  # all integrals share nodes
    total = mp.quad(lambda p: density(p) * weight(p), edges)
    mean_p = mp.quad(lambda p: p * density(p) * weight(p), edges) / total
    mean_t = mp.quad(lambda p: truth(p) * weight(p), edges) / total
    var_p = mp.quad(lambda p: (p - mean_p) ** 2 * density(p) * weight(p), edges) / total

    def information(p: mp.mpf) -> mp.mpf:
        w = weight(p)
        return density(p) * w * mp.log(w) if w > 0 else mp.mpf(0)

    kl = mp.quad(information, edges) / total - mp.log(total)
    return {"mean_truth": mean_t, "mean_persuasiveness": mean_p, "variance": var_p, "kl": kl}
