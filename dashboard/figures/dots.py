"""Outputs as dots in the plane of both scores: those of the base model, the candidates among them, and the one that is kept.

There are as many marks of a kind as it may need, in hundreds: those left over stand far outside, so that a drag moves what is
there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import numpy as np

from dashboard.figures.style import BASE, Style
from dashboard.figures.traces import faded, trace_of
from models.laws.base import Outputs

__all__ = ["DrawnOutputs", "dot_traces"]

SYMBOLS = ("circle", "x", "square", "diamond", "cross", "triangle-up")  # by mode, and again from the first
INK = "#707070"
FAINT_COLOR = faded(BASE.color, 0.45)
TEXTURE: dict[str, Any] = {"hoverinfo": "skip", "meta": {"texture": True}}
ROOM = 100  # marks; a kind has as many more as fill it up
OUTSIDE = 9.0  # panels away: out of sight on every axis that a drag keeps
Ends = tuple[float, float]


@dataclass(frozen=True)
class DrawnOutputs:
    """Outputs of the base model.

    Attributes:
        outputs: all of them. kinds: what those of each mode are called.
        candidates: how many of them, from the first, are chosen from; 0 where none are.
        best: the place of the one that is kept, if one is. label: what is written beside it.
        style: the chosen method’s.
    """

    outputs: Outputs
    kinds: Sequence[str]
    candidates: int
    best: int | None
    label: str
    style: Style


def dot_traces(drawn: DrawnOutputs, across: Ends, up: Ends) -> list[dict[str, Any]]:
    """All outputs, in a shape for each kind: the candidates larger and in a fuller grey; and a ring around the one that is kept.

    `across` and `up` are the axes.
    """
    outputs = drawn.outputs
    nowhere = [low - OUTSIDE * (high - low) for low, high in (across, up)]

    def marks(places: np.ndarray, kind: str, symbol: str) -> dict[str, Any]:
        """The outputs at `places`, the candidates last and so above the others."""
        room = min(ROOM * (1 + places.size // ROOM), outputs.mode.size)
        spread = [np.full(room, away) for away in nowhere]
        for axis, score in zip(spread, (outputs.persuasiveness, outputs.truth), strict=True):
            axis[: places.size] = score[places[::-1]]
        chosen = [place < drawn.candidates for place in places[::-1]] + [False] * (room - places.size)
        marker = {
            "color": [INK if each else FAINT_COLOR for each in chosen],
            "size": [6 if each else 4 for each in chosen],
            "symbol": symbol,
            "line": {"width": 0},
            "opacity": 1,
        }
        name = f"outputs, {kind}" if kind else "outputs"
        return trace_of("3", *spread, mode="markers", name=name, showlegend=False, marker=marker, **TEXTURE)

    found = [
        marks(np.flatnonzero(outputs.mode == k), kind, symbol)
        for k, (kind, symbol) in enumerate(zip(drawn.kinds, cycle(SYMBOLS)))
    ]
    away, best = np.array(nowhere)[:, None], drawn.best
    p, t = away if best is None else ([outputs.persuasiveness[best]], [outputs.truth[best]])
    marker = {"color": "rgba(0,0,0,0)", "size": 19, "line": {"color": drawn.style.color, "width": 3}}
    named = {
        "meta": {"names": [drawn.label], "place": "point"},
        "text": [drawn.label],
        "hovertemplate": "%{text}<extra></extra>",
    }
    return [*found, trace_of("3", p, t, mode="markers", name="the one kept", showlegend=False, marker=marker, **named)]
