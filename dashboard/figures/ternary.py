"""The weights (α, β, γ) in a triangle."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.figures.style import BASE, STEERING, Style

__all__ = ["ternary"]

TRUTH = Style("equal mean truth", "#009E73")
REWARD = Style("equal reward", "#CC79A7")


def ternary(
    start: tuple[float, ...],
    end: tuple[float, ...] | None,
    path: np.ndarray,
    rewards: Sequence[float],
    truths: Sequence[float],
) -> dict[str, Any]:
    """The weights (α, β, γ) in a triangle: RL’s way, and lines of equal reward and of equal mean truth.

    Args:
        start, end: the base model’s weights, and RL’s where they add to 1. path: weights along training, shape (points, 3).
        rewards, truths: reward and mean truth at the three corners A, B and C.
    """
    data = []
    for style, values in ((TRUTH, truths), (REWARD, rewards)):
        name = style.name
        for k, level in enumerate(np.linspace(min(values), max(values), 9)[1:-1]):
            ends = _level_line(values, level)
            if len(ends) == 2:
                data.append(
                    _corner(np.array(ends), style, f"{name}: {level:.2f}", legend=k == 0, legend_name=name, width=1)
                )
    data.append(_corner(path, STEERING, "RL’s training path", legend=True, width=3))
    for style, name, weights, symbol in ((BASE, "base model", start, "circle"), (STEERING, "RL", end, "diamond")):
        if weights is not None:
            marker = {"color": style.color, "size": 12, "symbol": symbol, "line": {"color": "white", "width": 1.5}}
            point = {axis: [weight] for axis, weight in zip("abc", weights, strict=True)}
            data.append({"type": "scatterternary", "mode": "markers", "marker": marker, "name": name} | point)
    axes = {
        f"{k}axis": {"title": {"text": title}, "nticks": 5}
        for k, title in zip("abc", ("α: A alone", "β: B alone", "γ: C alone"), strict=True)
    }
    layout = {
        "ternary": {"sum": 1, **axes},
        "height": 420,
        "margin": {"l": 60, "r": 60, "t": 40, "b": 60},
        "legend": {"orientation": "h"},
    }
    return {"data": data, "layout": layout}


def _level_line(values: Sequence[float], level: float) -> list[np.ndarray]:
    """Where the plane through `values` at the corners is at `level`, on the triangle’s edges."""
    corners, ends = np.eye(3), []
    for i, j in ((0, 1), (1, 2), (0, 2)):
        if (values[i] - level) * (values[j] - level) < 0:
            share = (level - values[i]) / (values[j] - values[i])
            ends.append(corners[i] + share * (corners[j] - corners[i]))
    return ends


def _corner(
    weights: np.ndarray, style: Style, name: str, *, legend: bool, width: float, legend_name: str = ""
) -> dict[str, Any]:
    a, b, c = weights.T
    return {
        "type": "scatterternary",
        "a": a.tolist(),
        "b": b.tolist(),
        "c": c.tolist(),
        "mode": "lines",
        "name": legend_name or name,
        "legendgroup": legend_name or name,
        "showlegend": legend,
        "line": {"color": style.color, "width": width},
        "hovertemplate": f"{name}<extra></extra>",
    }
