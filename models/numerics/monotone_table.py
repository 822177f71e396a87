"""A falling function, known at the edges of panels, solved for its argument."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.numerics.axes import Floats

__all__ = ["MonotoneTable"]


@dataclass(frozen=True, eq=False)
class MonotoneTable:
    """A function's log, or log odds, `value` and `slope` at rising places `at`."""

    at: np.ndarray
    value: np.ndarray
    slope: np.ndarray

    def solve(
        self, aim: Floats, indices: tuple[float, float], newton: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
    ) -> np.ndarray:
        """Where the value is `aim`: Newton’s steps in the panel where that is, halved where they would leave what is left of
        the panel.

        Args:
            indices: the powers of the tails before the first place and beyond the last; ∞ for light ones.
            newton: at some places, a gap of the sign of the function's to its aim, and the step ahead that closes it.
        """
        panel = np.searchsorted(-self.value, -aim)
        low = np.where(panel > 0, self.at[np.maximum(panel - 1, 0)], -np.inf)
        high = np.where(panel < self.at.size, self.at[np.minimum(panel, self.at.size - 1)], np.inf)
        c = self._first(aim, panel)
        for index, end, outside in zip(indices, (0, -1), (panel == 0, panel == self.at.size), strict=True):
            if index < np.inf and np.any(outside):
                fall = np.where(outside, np.abs(np.clip(aim, -700.0, 700.0) - self.value[end]), 0.0)
                c = np.where(outside, self.at[end] * np.exp(fall / index), c)
        width = np.where(np.isfinite(high - low), high - low, np.abs(c))
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            for _ in range(100):
                gap, step = newton(c)
                low, high = np.where(gap >= 0, c, low), np.where(gap <= 0, c, high)
                ahead, close = c + step, 1e-9 * width + 1e-14 * np.abs(c)
                inside = (ahead >= low - close) & (ahead <= high + close)
                last, c = c, np.minimum(np.maximum(ahead, low), high)
                if not inside.all():
                    c = np.where(inside, c, np.where(np.isfinite(high - low), 0.5 * (low + high), last))
                if (np.abs(c - last) <= close).all():
                    break
        return c

    def _first(self, aim: Floats, panel: np.ndarray) -> np.ndarray:
        """The cubic of the inverse function in the panel, or the straight line where that leaves the panel."""
        straight = np.interp(-aim, -self.value, self.at)
        right = np.clip(panel, 1, self.at.size - 1)
        start, end = self.at[right - 1], self.at[right]
        with np.errstate(all="ignore"):
            fall = self.value[right] - self.value[right - 1]
            x = (aim - self.value[right - 1]) / fall
            bend = (1 - x) * (fall / self.slope[right - 1] - (end - start)) - x * (
                fall / self.slope[right] - (end - start)
            )
            cubic = straight + x * (1 - x) * bend
        return np.where((start <= cubic) & (cubic <= end), cubic, straight)
