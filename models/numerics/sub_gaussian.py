"""How far a sub-Gaussian law can be tilted upwards (docs/theory.md §1.3; Mroueh 2024)."""

import math

import numpy as np
from scipy.optimize import minimize_scalar

__all__ = ["variance_proxy_of_normals"]

NEAR_EXPONENT = 0.5  # exponents below it are added by their series, for eˣ − 1 − x cancels
LEAST, MOST = 1e-6, 1e7  # strengths, over the law's own scale: outside, the supremum is that at 0 or at ∞ to 1e-12
POINTS = 1000


def variance_proxy_of_normals(weight: np.ndarray, mean: np.ndarray, sd: np.ndarray) -> float:
    """The least s² with E[e^{λ(X − E X)}] ≤ e^{λ²s²/2} for every λ ≥ 0, for a mixture of normals, whose weights add to 1.

    It is the supremum of 2 log E[e^{λ(X − E X)}]/λ², which is the variance at λ = 0 and that of the widest normal as
    λ → ∞. Between them it is looked for on `POINTS` strengths, evenly in log λ, and every top is polished.

    >>> variance_proxy_of_normals(np.ones(1), np.zeros(1), np.full(1, 3.0))
    9.0
    """
    centre = mean - np.sum(weight * mean)
    ends = float(np.sum(weight * (np.square(centre) + np.square(sd)))), float(np.max(np.square(sd)))
    scale = max(float(np.max(np.abs(centre))), float(np.max(sd)))
    if scale == 0 or weight.size == 1:
        return max(ends)
    with np.errstate(divide="ignore"):
        log_weight = np.log(weight)

    def proxy(log_strength: np.ndarray) -> np.ndarray:
        strength = np.exp(np.asarray(log_strength))[..., None] / scale
        half = 0.5 * np.square(strength * sd)
        exponent = strength * centre + half
        near = np.where(np.abs(exponent) < NEAR_EXPONENT, exponent, 0.0)
        series = sum(near**k / math.factorial(k) for k in range(2, 17))
        small = np.log1p(np.sum(weight * (series + half), axis=-1))  # the weighted centres add to 0
        large = np.logaddexp.reduce(log_weight + exponent, axis=-1)
        log_mean = np.where(np.max(np.abs(exponent), axis=-1) < NEAR_EXPONENT, small, large)
        return 2 * log_mean / np.square(strength[..., 0])

    at = np.linspace(np.log(LEAST), np.log(MOST), POINTS)
    height = proxy(at)
    tops = np.flatnonzero((height[1:-1] >= height[:-2]) & (height[1:-1] >= height[2:])) + 1
    tops = tops[height[tops] > max(0.999 * np.max(height), *ends)]
    polished = [
        -minimize_scalar(
            lambda x: -float(proxy(x)), bounds=(at[k - 1], at[k + 1]), method="bounded", options={"xatol": 1e-8}
        ).fun
        for k in tops
    ]
    return max(*ends, *polished)
