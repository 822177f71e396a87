"""The axis that mean truth is read against in the fourth panel, and where what is drawn stands on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Protocol

import numpy as np

from dashboard.figures.axes import outward
from models.numerics.axes import Floats
from models.selection.base import Selection

__all__ = ["KL_AXIS", "Placeable", "Reading"]

KL_AXIS = "KL from the base model (nats)"
TICKS = 6  # steps between numbers on a log axis, at most
WRITTEN = 3  # decades up to which a number is written out
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Placeable(Protocol):
    """What can have a place: what a selection leaves at one pressure or at many, or RL."""

    @property
    def kl(self) -> Floats: ...

    @property
    def mean_truth(self) -> Floats: ...

    @property
    def mean_persuasiveness(self) -> Floats | None: ...

    @property
    def log_samples_per_output(self) -> Floats | None: ...

    @property
    def selection(self) -> Selection | None: ...


@dataclass(frozen=True, kw_only=True)
class Reading:
    """An axis of the fourth panel.

    Attributes:
        title: what the axis says, of the names of curves that have no place on it.
        place: where something stands, a decimal log where `log`; None where it has no place.
        before, after: words around a number of the axis; both empty where a point’s name says the number.
        low, high: what the axis never goes beyond.
        end: where it ends, of the KL that it is made for; it ends by what is drawn if not given.
        roomy: how many times too long it may stay during a drag, if not `ROOMY`.
        python: the places in Python, of `along`, an outcome.
    """

    title: Callable[[Sequence[str]], str]
    place: Callable[[Placeable], Floats | None]
    python: str
    log: bool = False
    before: str = ""
    after: str = ""
    low: float = -np.inf
    high: float = np.inf
    end: Callable[[float], float] | None = None
    roomy: float | None = None

    def ends(self, max_kl: float, places: np.ndarray) -> tuple[float, float]:
        """Round ends of the axis, for a KL of `match_target` nats and for what is drawn at `places`."""
        if self.end:
            return outward(0.0, self.end(max_kl))
        low, high = (float(np.min(places)), float(np.max(places))) if places.size else (0.0, 1.0)
        low, high = (max(min(end, self.high), self.low) for end in (low, high))
        if self.log:
            low, high = floor(low + 1e-9), ceil(high - 1e-9)
            low, high = (low, high) if low < high else (low, low + 1) if low < self.high else (low - 1, low)
        else:
            narrow = high - low <= 1e-9 * max(abs(low), abs(high))  # what is less is rounding
            low, high = outward(low - 0.5 * narrow, high + 0.5 * narrow)
        return max(low, self.low), min(high, self.high)

    def ticks(self, low: float, high: float) -> dict[str, list]:
        """Powers of ten where the axis is one of decimal logs."""
        if not self.log:
            return {}
        span = high - low  # as far again on either side, for an axis may stay longer than it need be
        step = max(1, ceil(span / TICKS))
        first, last = max(low - span, self.low), min(high + span, self.high)
        at = [step * k for k in range(ceil(first / step), floor(last / step) + 1)]
        return {"tickvals": at, "ticktext": [_power(k) for k in at]}


def _power(exponent: int) -> str:
    """10 to a whole number: “0.1”, “1,000”, “10⁴”."""
    if abs(exponent) <= WRITTEN:
        return f"{10.0**exponent:,g}"
    return f"10{str(exponent).translate(SUPERSCRIPT)}"
