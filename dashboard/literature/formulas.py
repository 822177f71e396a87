"""The formulas of published results, written out with `math` and scipy: nothing here knows the models.

What the models compute is held against these (`published.py`). Persuasiveness is standard normal where only its ranks
matter; KL in nats.
"""

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq, minimize_scalar
from scipy.special import gamma, log_ndtr, ndtr, ndtri, stdtr

# ── best-of-n, the best tilt of ranks, quantilizers ──


def best_of_n_kl(n: float) -> float:
    return math.log(n) - (n - 1) / n


def best_of_n_with_kl(kl: float) -> float:
    return brentq(lambda n: best_of_n_kl(n) - kl, 1.0, math.exp(kl + 1), xtol=1e-12)


def best_of_n_win_rate(n: float) -> float:
    return n / (n + 1)


def coin_kl(n: int) -> float:
    """KL of (2⁻ⁿ, 1 − 2⁻ⁿ), the best of n tosses, from (½, ½)."""
    lost = 2.0**-n
    return lost * math.log(2 * lost) + (1 - lost) * math.log(2 * (1 - lost))


def tilt(strength: float) -> tuple[float, float]:
    """Win rate and KL of the density ∝ e^{λu} on ranks."""
    win_rate = 1 / -math.expm1(-strength) - 1 / strength
    return win_rate, strength * win_rate - math.log(math.expm1(strength) / strength)


@cache
def best_win_rate(n: float) -> float:
    """The best tilt’s, at the KL of best-of-n."""
    kl = best_of_n_kl(n)
    return tilt(brentq(lambda strength: tilt(strength)[1] - kl, 1e-3, 600, xtol=1e-13))[0]


def gap(n: float) -> float:
    return best_win_rate(n) - best_of_n_win_rate(n)


def largest_whole_gap() -> float:
    return max(map(gap, range(2, 20)))


def largest_gap() -> float:
    return -minimize_scalar(lambda n: -gap(n), bounds=(1.2, 3), method="bounded", options={"xatol": 1e-7}).fun


def quantilizer_kl(fraction: float) -> float:
    return math.log(1 / fraction)


def quantilizer_win_rate(fraction: float) -> float:
    return 1 - fraction / 2


def shortfall_bound(fraction: float) -> float:
    """E[max(0, −T)]/q, T standard normal."""
    return normal_pdf(0.0) / fraction


def largest_normal(n: float) -> float:
    """E[max] of n standard normals, ∫ z n Φ(z)ⁿ⁻¹ φ(z) dz."""
    return integral(lambda z: z * n * math.exp((n - 1) * log_ndtr(z)) * normal_pdf(z), -9.0, 12.0, 0.0, 4.0)


def runs_to_see(share: float, confidence: float) -> float:
    return math.ceil(math.log1p(-confidence) / math.log1p(-share))


# ── one normal ──


def chi_squared_start(slope: float) -> float:
    """The x at which the weight max(0, slope (Z − x)) has mean 1, that is φ(x) − x Q(x) = 1/slope."""
    return brentq(lambda x: normal_pdf(x) - x * ndtr(-x) - 1 / slope, -9, 9, xtol=1e-14)


def ceiling(kl: float, sd: float) -> float:
    """s√(2 KL)."""
    return sd * math.sqrt(2 * kl)


def top_correlation(correlation: float, fraction: float) -> float:
    """ρ√v/√(1 − ρ² + ρ²v) with v = 1 + z h − h²."""
    z = -ndtri(fraction)
    v = 1 + z * hazard(z) - hazard(z) ** 2
    return correlation * math.sqrt(v / (1 - correlation**2 + correlation**2 * v))


# ── truth plus error ──


def above_with_t(threshold: float, df: float) -> float:
    """E[T given T + V ≥ threshold], T ~ N(0, 1) and V Student’s t."""
    return weighted_truth(lambda t: stdtr(df, t - threshold), threshold)


def above_with_normal(threshold: float) -> float:
    """The same for V ~ N(0, 1)."""
    return hazard(threshold / math.sqrt(2)) / math.sqrt(2)


def above_with_laplace(threshold: float) -> float:
    """The same for V with density e^{−|v|}/2."""

    def tail(v: float) -> float:
        return 0.5 * math.exp(-v) if v > 0 else 1 - 0.5 * math.exp(v)

    return weighted_truth(lambda t: tail(threshold - t), threshold)


@cache
def turn_with_t(df: float) -> float:
    """The threshold where `above_with_t` turns: there it is E[T given T + V = threshold]."""

    def rise(c: float) -> float:
        return weighted_truth(lambda t: t_pdf(c - t, df), c) - above_with_t(c, df)

    return brentq(rise, 0.5, 6, xtol=1e-11)


def peak_with_t(df: float) -> float:
    return above_with_t(turn_with_t(df), df)


def weighted_truth(weight: Callable[[float], float], kink: float) -> float:
    """E[T · weight(T)]/E[weight(T)], T ~ N(0, 1)."""
    ends = -12.0, 12.0, kink
    return integral(lambda t: t * normal_pdf(t) * weight(t), *ends) / integral(
        lambda t: normal_pdf(t) * weight(t), *ends
    )


# ── best-of-n on utility N(0, 4) with an error of sd 1 ──


def best_of_n_truth_with_normal(n: float) -> float:
    return 4 / math.sqrt(5) * largest_normal(n)


def best_of_n_truth_with_t(n: float, df: float) -> float:
    """n ∫ E[T; P = p] F(p)ⁿ⁻¹ dp."""
    width, truth, tail = _sum_with_t(df)
    return float(n * np.sum(width * truth * np.exp((n - 1) * np.log1p(-tail))))


@cache
def turn_of_best_of_n(df: float) -> float:
    top = minimize_scalar(
        lambda x: -best_of_n_truth_with_t(math.exp(x), df), bounds=(3, 9), method="bounded", options={"xatol": 1e-9}
    )
    return math.exp(top.x)


def peak_of_best_of_n(df: float) -> float:
    return best_of_n_truth_with_t(turn_of_best_of_n(df), df)


@cache
def _sum_with_t(df: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Widths dp, E[T; P = p] and P(P > p) on p = sinh y, by trapezoids in t and y, which converge geometrically."""
    step_t, step_y = 0.15, 0.02
    t = np.arange(-18.0, 18.0, step_t)
    weight = step_t * np.exp(-np.square(t) / 8) / math.sqrt(8 * math.pi)
    y = np.arange(-4.0, 22.0, step_y)
    scale = math.sqrt((df - 2) / df)
    gap_to_p = (np.sinh(y)[:, None] - t) / scale
    return step_y * np.cosh(y), t_pdf(gap_to_p, df) / scale @ (weight * t), stdtr(df, -gap_to_p) @ weight


# ── Student’s t with its mass above a threshold raised ──


def raised_mean(df: float, threshold: float, mass: float) -> float:
    beyond, part = _beyond(df, threshold)
    return mass * part / beyond - (1 - mass) * part / (1 - beyond)  # the whole mean is 0


def raised_kl(df: float, threshold: float, mass: float) -> float:
    beyond, _ = _beyond(df, threshold)
    return mass * math.log(mass / beyond) + (1 - mass) * math.log((1 - mass) / (1 - beyond))


def _beyond(df: float, threshold: float) -> tuple[float, float]:
    """P(V > threshold) and E[V; V > threshold]."""
    mass = integral(lambda v: t_pdf(v, df), threshold, math.inf)
    return mass, integral(lambda v: v * t_pdf(v, df), threshold, math.inf)


# ── densities, and the one quadrature ──


def normal_pdf(z: float) -> float:
    return math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


def hazard(z: float) -> float:
    """φ(z)/Q(z)."""
    return normal_pdf(z) / ndtr(-z)


def t_pdf(v: float, df: float) -> float:
    front = gamma((df + 1) / 2) / gamma(df / 2) / math.sqrt(df * math.pi)
    return front * (1 + v * v / df) ** (-(df + 1) / 2)


def integral(f: Callable[[float], float], low: float, high: float, *kinks: float) -> float:
    return quad(f, low, high, epsabs=0, epsrel=1e-11, limit=400, points=kinks or None)[0]
