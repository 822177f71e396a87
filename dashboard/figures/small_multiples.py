"""Curves → one small figure each: pure functions, with no maths of their own and no Streamlit.

A panel has no legend: curves and marks carry their names, in their colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dashboard.figures.style import Style

__all__ = ["HEIGHT", "Panel", "PlotCurve", "PlotMark", "small_multiple"]

HEIGHT = 245
Side = Literal[
    "top left", "top center", "top right", "middle left", "middle right", "bottom left", "bottom center", "bottom right"
]


@dataclass(frozen=True)
class PlotCurve:
    """A line. Its label stands beside the point with index `at`, or nowhere for None."""

    style: Style
    x: np.ndarray
    y: np.ndarray
    label: str
    at: int | None = -1
    side: Side = "top left"
    dash: str | None = None


@dataclass(frozen=True)
class PlotMark:
    """A point with its label: filled for what the models say, hollow for what a source prints."""

    style: Style
    x: float
    y: float
    label: str
    side: Side = "top center"
    printed: bool = False


@dataclass(frozen=True)
class Panel:
    """One small figure.

    Attributes:
        title: what is drawn, with its unit; the vertical axis has no other.
        across: what the horizontal axis is.
        caption: the picture in words, computed from its numbers.
        ticks: what the horizontal axis shows, in its own units.
        span, height: the ranges of the axes.
        log: whether the horizontal axis is logarithmic.
    """

    title: str
    across: str
    caption: str
    curves: Sequence[PlotCurve]
    ticks: Sequence[float]
    span: tuple[float, float]
    height: tuple[float, float]
    marks: Sequence[PlotMark] = ()
    log: bool = True


def small_multiple(panel: Panel) -> dict[str, Any]:
    """The figure of `panel`: data and layout."""
    across = {
        **_axis(panel.across),
        "tickvals": list(panel.ticks),
        "ticktext": [f"{tick:,.10g}" for tick in panel.ticks],
        "type": "log" if panel.log else "linear",
        "range": (np.log10(panel.span) if panel.log else np.array(panel.span)).tolist(),
    }
    return {
        "data": [trace for curve in panel.curves for trace in _curve(curve)] + [_mark(mark) for mark in panel.marks],
        "layout": {
            "height": HEIGHT,
            "margin": {"l": 44, "r": 18, "t": 32, "b": 48},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "showlegend": False,
            "hovermode": "closest",
            "dragmode": False,
            "title": {"text": f"<b>{panel.title}</b>", "font": {"size": 14}, "x": 0, "xanchor": "left", "y": 0.97},
            "xaxis": across,
            "yaxis": _axis("") | {"range": list(panel.height), "nticks": 5, "tickformat": "~g"},
        },
    }


def _axis(title: str) -> dict[str, Any]:
    return {
        "title": {"text": title, "standoff": 6, "font": {"size": 12}},
        "fixedrange": True,
        "zeroline": False,
        "ticklabeloverflow": "allow",
    }


def _curve(curve: PlotCurve) -> list[dict[str, Any]]:
    style = curve.style
    line = {"color": style.color, "width": 2.5, "dash": curve.dash or "solid"}
    hover = f"{curve.label}<br>%{{x:.4g}}, %{{y:.4g}}<extra></extra>"
    drawn = {
        "type": "scatter",
        "mode": "lines",
        "x": curve.x.tolist(),
        "y": curve.y.tolist(),
        "line": line,
        "name": curve.label,
        "hovertemplate": hover,
    }
    if curve.at is None:
        return [drawn]
    return [drawn, _label(curve.label, curve.x[curve.at], curve.y[curve.at], curve.side, curve.style)]


def _mark(mark: PlotMark) -> dict[str, Any]:
    color = mark.style.color
    marker = {"color": color, "size": 9, "line": {"color": color, "width": 2}}
    if mark.printed:
        marker |= {"symbol": "diamond-open", "size": 11}
    return _label(mark.label, mark.x, mark.y, mark.side, mark.style) | {
        "mode": "markers+text",
        "marker": marker,
        "hoverinfo": "text",
        "hovertemplate": "%{text}<br>%{x:.4g}, %{y:.4g}<extra></extra>",
    }


def _label(text: str, x: float, y: float, side: Side, style: Style) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "marker": {"size": 9, "opacity": 0},  # keeps the text off the line
        "x": [float(x)],
        "y": [float(y)],
        "text": [text],
        "textposition": side,
        "textfont": {"size": 12, "color": style.color},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
