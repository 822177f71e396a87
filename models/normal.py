"""The standard normal law in its tails: what scipy does not spell out."""

import numpy as np
from scipy.special import erfcx

__all__ = ["inverse_mills", "log_phi", "truncated_variance"]

LOG_SQRT_2PI = 0.5 * np.log(2 * np.pi)


def log_phi(z: np.ndarray) -> np.ndarray:
    """Log of the standard normal density."""
    return -0.5 * np.square(z) - LOG_SQRT_2PI


def inverse_mills(z: np.ndarray) -> np.ndarray:
    """φ(z)/Q(z) = E[Z | Z ≥ z], the inverse Mills ratio, to full relative accuracy for every z.

    Tends to 0 as z → −∞ and to z + 1/z as z → ∞.
    """
    return np.sqrt(2 / np.pi) / erfcx(z / np.sqrt(2))


def truncated_variance(z: np.ndarray) -> np.ndarray:
    """Var[Z | Z ≥ z] = 1 + z h − h² with h the inverse Mills ratio; tends to 1/z² as z → ∞.

    The formula cancels in the upper tail. There Laplace's continued fraction
    h = z + 1/(z + 2/(z + 3/(…))) is used: with its tails named h = z + 1/(z + a), a = 2/(z + b), the
    variance is (a − 1/(z + a))/(z + a), and its numerator is the positive (z + 2a − b)/((z + a)(z + b)).
    """
    z = np.maximum(z, -40.0)  # where the variance is 1 to the last digit
    h = inverse_mills(z)
    far = np.maximum(z, 3.0)
    tail = np.zeros_like(far)
    for k in range(80, 2, -1):
        tail = k / (far + tail)
    b, a = tail, 2 / (far + tail)
    return np.where(z > 3.0, (far + 2 * a - b) / ((far + a) ** 2 * (far + b)), 1 + z * h - h * h)
