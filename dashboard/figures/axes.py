"""Where axes end: on round numbers, so that they stand still while what they show moves a little."""

import math

__all__ = ["outward", "rung"]

RUNGS = (1.0, 1.5, 2.5, 4.0, 6.0, 10.0)


def rung(value: float) -> float:
    """The least of 1, 1.5, 2.5, 4 and 6 times a power of ten that is not below `value` > 0."""
    ten = 10.0 ** math.floor(math.log10(value))
    return next(ten * step for step in RUNGS if ten * step >= value * (1 - 1e-12))


def outward(low: float, high: float) -> tuple[float, float]:
    """The range from `low` to `high` with both its ends moved out to multiples of about a sixth of it."""
    step = rung((high - low) / 6)
    return step * math.floor(low / step), step * math.ceil(high / step)
