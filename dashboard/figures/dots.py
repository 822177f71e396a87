"""Outputs as dots in the plane of both scores: those of the base model, the candidates among them, and the one that is kept.

There are as many marks of a kind as it may need, in hundreds: what is not to be seen stands far outside, so that a drag moves
what is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.figures.style import BASE, Style
from dashboard.figures.traces import faded, trace_of
from models.laws.base import Outputs

__all__ = ["DrawnOutputs", "dot_traces"]

SYMBOLS = ("circle", "x", "square")  # by mode
INK = "#6a6a6a"
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
    """All outputs, faint; over them the candidates, in a shape for each kind; and a ring around the one that is kept.

    `across` and `up` are the axes.
    """
    outputs = drawn.outputs
    nowhere = [low - OUTSIDE * (high - low) for low, high in (across, up)]

    def marks(places: np.ndarray, seen: int, room: int, name: str, **more: Any) -> dict[str, Any]:
        """The outputs at `places` before `seen`, and what is not seen, `room` marks in all."""
        spread = [np.full(room, away) for away in nowhere]
        shown = np.flatnonzero(places < seen)
        for axis, score in zip(spread, (outputs.persuasiveness, outputs.truth), strict=True):
            axis[shown] = score[places[shown]]
        return trace_of("3", *spread, mode="markers", name=name, showlegend=False, **more)

    texture: dict[str, Any] = {"hoverinfo": "skip", "meta": {"texture": True}}
    faint = {"color": faded(BASE.color, 0.65), "size": 4}
    size = outputs.mode.size
    found = [marks(np.arange(size), size, size, "outputs of the base model", marker=faint, **texture)]
    for k, kind in enumerate(drawn.kinds):
        ink = {"color": INK, "size": 6, "symbol": SYMBOLS[k]}
        name, places = f"candidates, {kind}" if kind else "candidates", np.flatnonzero(outputs.mode == k)
        room = min(ROOM * (1 + places.size // ROOM), size)
        found.append(marks(places, drawn.candidates, room, name, marker=ink, **texture))
    away, best = np.array(nowhere)[:, None], drawn.best
    p, t = away if best is None else ([outputs.persuasiveness[best]], [outputs.truth[best]])
    marker = {"color": "rgba(0,0,0,0)", "size": 19, "line": {"color": drawn.style.color, "width": 3}}
    named = {
        "meta": {"names": [drawn.label], "place": "point"},
        "text": [drawn.label],
        "hovertemplate": "%{text}<extra></extra>",
    }
    return [*found, trace_of("3", p, t, mode="markers", name="the one kept", showlegend=False, marker=marker, **named)]
