"""Where axes end: on round numbers, so that they stand still while what they show moves a little."""

import math
from collections.abc import Sequence

__all__ = ["outward", "rung"]

RUNGS = (1.0, 1.5, 2.5, 4.0, 6.0, 10.0)
STEPS = (1.0, 2.0, 5.0, 10.0)  # where ticks stand


def rung(value: float, rungs: Sequence[float] = RUNGS) -> float:
    """The least of `rungs` times a power of ten that is not below `value` > 0."""
    exponent = math.floor(math.log10(value))
    return next(x for x in (_times(step, exponent) for step in rungs) if x >= value * (1 - 1e-12))


def outward(low: float, high: float) -> tuple[float, float]:
    """The range from `low` to `high` with both its ends moved out to multiples of about a sixth of it."""
    step = rung((high - low) / 6, STEPS)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    exponent = math.floor(math.log10(step))
    one = round(step / 10.0**exponent)
    return _times(first * one, exponent), _times(last * one, exponent)


def _times(digits: float, exponent: int) -> float:
    """`digits` · 10^`exponent`, the float nearest to it."""
    return float(f"{digits}e{exponent}")
