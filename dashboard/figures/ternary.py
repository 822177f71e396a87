"""The weights (α, β, γ) in a triangle."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.figures.style import BASE, STEERING, Style

__all__ = ["ternary"]

CORNERS = np.array([[0.0, 0.0], [0.5, np.sqrt(0.75)], [1.0, 0.0]])  # A, B and C
NAMES = (("A alone, α = 1", "left", -16), ("B alone, β = 1", "center", 16), ("C alone, γ = 1", "right", -16))
TRUTH = Style("equal mean truth", "#7d7d7d")
REWARD = Style("equal reward", "#7d7d7d", "2px 3px")
LEVELS = 7  # lines of each kind
HEIGHT = 330


def ternary(
    start: Sequence[float],
    end: Sequence[float] | None,
    path: np.ndarray,
    rewards: Sequence[float],
    truths: Sequence[float],
) -> dict[str, Any]:
    """The weights (α, β, γ) in a triangle: RL’s way, and lines of equal reward and of equal mean truth.

    Args:
        start, end: the base model’s weights, and RL’s where they add to 1. path: weights along training, shape (points, 3), or (0, 3).
        rewards, truths: reward and mean truth at the three corners A, B and C.
    """
    data = [_line(CORNERS[[0, 1, 2, 0]], BASE, "", width=1)]
    for style, values in ((TRUTH, truths), (REWARD, rewards)):
        levels = np.linspace(min(values), max(values), LEVELS + 2)[1:-1]
        data.append(_line(np.concatenate([_level_line(values, level) for level in levels]), style, style.name, width=1))
    if path.size:
        data.append(_line(path @ CORNERS, STEERING, "RL’s training path", width=3))
    for style, name, weights, symbol in ((BASE, "base model", start, "circle"), (STEERING, "RL", end, "diamond")):
        place = np.array([np.nan, np.nan]) if weights is None else np.array(weights) @ CORNERS
        data.append(
            {
                **_trace(place[None, :], name),
                "mode": "markers",
                "marker": {
                    "color": style.color,
                    "size": 12,
                    "symbol": symbol,
                    "line": {"color": "white", "width": 1.5},
                },
            }
        )
    hidden = {"visible": False, "fixedrange": True}
    layout = {
        "height": HEIGHT,
        "margin": {"l": 10, "r": 10, "t": 30, "b": 30},
        "font": {"size": 13},
        "showlegend": True,
        "legend": {"x": 1, "xanchor": "right", "y": 1, "bgcolor": "rgba(0,0,0,0)"},
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": {"range": [-0.7, 1.7], "domain": [0, 1], **hidden},
        "yaxis": {"range": [-0.02, 0.9], "domain": [0, 1], "scaleanchor": "x", **hidden},
        "annotations": [
            {"text": name, "x": x, "y": y, "xanchor": side, "yshift": shift, "showarrow": False}
            for (x, y), (name, side, shift) in zip(CORNERS, NAMES, strict=True)
        ],
    }
    return {"data": data, "layout": layout}


def _level_line(values: Sequence[float], level: float) -> np.ndarray:
    """Where the plane through `values` at the corners is at `level`, on the triangle’s edges, and a gap."""
    ends = []
    for i, j in ((0, 1), (1, 2), (0, 2)):
        if (values[i] - level) * (values[j] - level) < 0:
            share = (level - values[i]) / (values[j] - values[i])
            ends.append(CORNERS[i] + share * (CORNERS[j] - CORNERS[i]))
    gap = np.full((1, 2), np.nan)
    return np.concatenate([np.reshape(ends, (-1, 2)), gap]) if len(ends) == 2 else gap


def _line(points: np.ndarray, style: Style, name: str, width: float) -> dict[str, Any]:
    line = {"color": style.color, "width": width, "dash": style.dash, "simplify": False}
    return {**_trace(points, name), "mode": "lines", "showlegend": bool(name), "line": line}


def _trace(points: np.ndarray, name: str) -> dict[str, Any]:
    x, y = ([None if np.isnan(value) else float(value) for value in axis] for axis in points.T)
    hover = {"hovertemplate": f"{name}<extra></extra>"} if name else {"hoverinfo": "skip"}
    return {"type": "scatter", "xaxis": "x", "yaxis": "y", "x": x, "y": y, "name": name} | hover
