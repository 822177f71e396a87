"""Points that fill the unit square evenly, without a random number: the additive recurrence R₂ (Roberts 2018)."""

import numpy as np

__all__ = ["evenly"]

PLASTIC = 1.324717957244746  # the real root of x³ = x + 1
STEPS = PLASTIC**-1, PLASTIC**-2


def evenly(count: int, after: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The coordinates of `count` points of the sequence, those before the first `after` left out.

    Point k is (½ + k/g, ½ + k/g²) mod 1, g the plastic number: inside the square for every k, as g is irrational, and to
    within k · 1e-16. A mean over the first n is off by about log(n)/n where that of n random points is by 1/√n.

    Raises:
        ValueError: unless `count` is at least 1 and `after` at least 0.
    """
    if count < 1:
        raise ValueError(f"count = {count!r} is not allowed; it must lie in [1, ∞)")
    if after < 0:
        raise ValueError(f"after = {after!r} is not allowed; it must lie in [0, ∞)")
    k = after + np.arange(count)
    across, up = ((0.5 + k * step) % 1 for step in STEPS)
    return across, up
