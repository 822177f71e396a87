"""Products without rounding."""

import numpy as np

from models.numerics.axes import Floats

__all__ = ["one_minus_product"]

SPLITTER = 2.0**27 + 1  # halves the digits of a float (Dekker 1971)


def one_minus_product(a: Floats, b: Floats) -> Floats:
    """1 − a·b to full relative accuracy where a·b is near 1: the product’s own rounding is added back."""
    product = np.multiply(a, b)
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    rounding = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return (1 - product) - rounding


def _halves(x: Floats) -> tuple[Floats, Floats]:
    far = SPLITTER * x
    high = far - (far - x)
    return high, x - high
