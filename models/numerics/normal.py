"""The standard normal law in its tails: what scipy does not spell out."""

import numpy as np
from scipy.special import erfcx, log_ndtr, ndtr

from models.numerics.axes import Floats

__all__ = [
    "inverse_mills",
    "log_mean_excess",
    "log_mills",
    "log_phi",
    "log_square_excess",
    "mean_residual",
    "normal_excess",
    "truncated_variance",
]

LOG_SQRT_2PI = 0.5 * np.log(2 * np.pi)
FAR_SDS = 3.0  # beyond this the continued fraction is used


def log_phi(z: Floats) -> Floats:
    """Log of the standard normal density; −10²⁰⁰ or so where z² is beyond a float."""
    return -0.5 * np.square(np.minimum(np.abs(z), 1e100)) - LOG_SQRT_2PI


def log_mills(z: Floats) -> Floats:
    """log(Q(z)/φ(z)) for z ≥ 0."""
    return np.log(erfcx(z / np.sqrt(2))) + 0.5 * np.log(np.pi / 2)


def inverse_mills(z: Floats) -> Floats:
    """φ(z)/Q(z) = E[Z | Z ≥ z], the inverse Mills ratio, to full relative accuracy for every z.

    Tends to 0 as z → −∞ and to z + 1/z as z → ∞.
    """
    return np.sqrt(2 / np.pi) / erfcx(z / np.sqrt(2))


def log_mean_excess(z: Floats) -> Floats:
    """log E[(Z − z)⁺] = log(φ(z) − z Q(z)); tends to log φ(z) − 2 log z as z → ∞."""
    near = np.minimum(z, FAR_SDS)
    found = np.log(np.exp(log_phi(near)) - near * ndtr(-near))
    if not (z > FAR_SDS).any():
        return found
    a, _ = _fraction(z)
    far = np.maximum(z, FAR_SDS)
    return np.where(z > FAR_SDS, log_phi(far) - np.log(far + a) - np.log(far + 1 / (far + a)), found)


def normal_excess(gap: Floats, sd: Floats) -> Floats:
    """E[(gap + sd · Z)⁺], also for sd = 0."""
    scale = np.where(sd > 0, sd, 1.0)
    return np.where(sd > 0, scale * np.exp(log_mean_excess(-gap / scale)), np.maximum(gap, 0.0))


def log_square_excess(z: Floats) -> Floats:
    """log E[((Z − z)⁺)²] = log(Q (Var[Z | Z ≥ z] + E[Z − z | Z ≥ z]²)); nothing cancels."""
    with np.errstate(divide="ignore"):
        return log_ndtr(-z) + np.log(truncated_variance(z) + np.square(mean_residual(z)))


def mean_residual(z: Floats) -> Floats:
    """E[Z − z | Z ≥ z] = h − z with h the inverse Mills ratio; tends to 1/z as z → ∞."""
    a, _ = _fraction(z)
    far, near = np.maximum(z, FAR_SDS), np.minimum(z, FAR_SDS)
    return np.where(z > FAR_SDS, 1 / (far + a), inverse_mills(near) - near)


def truncated_variance(z: Floats) -> Floats:
    """Var[Z | Z ≥ z] = 1 + z h − h² with h the inverse Mills ratio; tends to 1/z² as z → ∞.

    The formula cancels in the upper tail. There h = z + 1/(z + a) with a = 2/(z + b) gives the variance as
    (a − 1/(z + a))/(z + a), whose numerator is the positive (z + 2a − b)/((z + a)(z + b)).
    """
    z = np.maximum(z, -40.0)  # where the variance is 1 to the last digit
    h = inverse_mills(z)
    a, b = _fraction(z)
    far = np.maximum(z, FAR_SDS)
    with np.errstate(over="ignore"):  # there the variance is 0
        return np.where(z > FAR_SDS, (far + 2 * a - b) / ((far + a) ** 2 * (far + b)), 1 + z * h - h * h)


def _fraction(z: Floats) -> tuple[np.ndarray, np.ndarray]:
    """The first two tails of Laplace's continued fraction h = z + 1/(z + 2/(z + 3/(…))), for z above `FAR_SDS`."""
    z = np.maximum(z, FAR_SDS)
    tail = np.full_like(z, AT_FAR)
    out = z > FAR_SDS
    if out.any():
        tail[out] = _tail(z[out])
    return 2 / (z + tail), tail


def _tail(z: Floats) -> Floats:
    """The tail from 3 on, to the last digit for z from `FAR_SDS` on: from one far along, which hardly differs from the next."""
    first = int(8 + 96 / np.min(z))
    rise = z + 1 / np.hypot(z, 2 * np.sqrt(first))  # `z`, and by how much the next is more
    tail = 2 * first / (rise + np.hypot(rise, 2 * np.sqrt(first)))
    for k in range(first - 1, 2, -1):
        tail = k / (z + tail)
    return tail


AT_FAR = float(_tail(np.array(FAR_SDS)))
