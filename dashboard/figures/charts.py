"""Panels of lines and points: one figure of several of them, wide and narrow, or one small figure.

Every axis is linear, so that a drag moves what is drawn (`plotly_nodes.js`): what is logarithmic comes as logs, with ticks
that name powers of ten.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.figures.style import Style
from dashboard.figures.traces import room_for, title_of

__all__ = ["Axis", "Chart", "Dots", "Stroke", "charts", "decades", "logs_of", "percentages", "plate"]

PLATE_HEIGHT = 350  # its legend below it included
Domain = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Axis:
    """An axis: `ticks` are places and what stands there; Plotly chooses where there are none. Without a title it is bare."""

    title: str
    span: tuple[float, float]
    ticks: Sequence[tuple[float, str]] = ()


@dataclass(frozen=True)
class Stroke:
    """A line through points; None is a gap. `label` is what a pointer on it reads, `name` what stands at its end."""

    style: Style
    x: Sequence[float | None]
    y: Sequence[float | None]
    label: str = ""
    width: float = 2.0
    name: str = ""


@dataclass(frozen=True)
class Dots:
    """Points, each with what it is; `names` stand beside them."""

    style: Style
    x: Sequence[float]
    y: Sequence[float]
    labels: Sequence[str]
    symbol: str = "circle"
    names: Sequence[str] = ()


@dataclass(frozen=True)
class Chart:
    """One panel. `square`: a unit is as long across as it is up; nothing can be named in it."""

    title: str
    across: Axis
    up: Axis
    strokes: Sequence[Stroke] = ()
    dots: Sequence[Dots] = ()
    square: bool = False


def charts(panels: Sequence[Chart], wide: Sequence[Domain], heights: Sequence[float], alt: str) -> dict[str, Any]:
    """The figure of `panels`.

    Args:
        wide: where each panel is across and up, in shares of a wide figure.
        heights: how high each panel is in a narrow one, where they are one below the other, in pixels.
    """
    data = [trace for k, panel in enumerate(panels) for trace in _traces(panel, "" if k == 0 else str(k + 1))]
    height, narrow = _stacked(heights)
    layouts = {"wide": _layout(panels, wide, 515), "narrow": _layout(panels, narrow, height)}
    last = [
        stroke.name
        for panel, (across, _) in zip(panels, wide, strict=True)
        if across[1] == 1
        for stroke in panel.strokes
    ]
    layouts["wide"]["margin"]["r"] = room_for(last)
    titles = {str(k + 1): panel.title for k, panel in enumerate(panels)}
    return {"data": data, "layouts": layouts, "alt": alt, "panels": titles}


def plate(panel: Chart) -> dict[str, Any]:
    """One small figure: data and layout."""
    layout = _layout([panel], [((0, 1), (0, 1))], PLATE_HEIGHT)
    legend = {"orientation": "h", "x": 0, "y": -0.28, "yanchor": "top", "bgcolor": "rgba(0,0,0,0)"}
    layout["margin"] |= {"b": 104}
    named = {"paper_bgcolor": "rgba(0,0,0,0)", "showlegend": True, "legend": legend}
    return {"data": list(_traces(panel, "")), "layout": layout | named}


def decades(low: float, high: float, most: int = 8) -> list[tuple[float, str]]:
    """Ticks at powers of ten on an axis of common logarithms, `most` of them."""
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if (high - low) / step <= most)
    places = range(math.ceil(low / step - 1e-9) * step, math.floor(high + 1e-9) + 1, step)
    return [(float(k), "1" if k == 0 else f"10<sup>{k}</sup>".replace("-", "−")) for k in places]


def logs_of(values: Iterable[float]) -> list[float]:
    """Places on such an axis."""
    return [math.log10(value) for value in values]


def percentages(high: float = 1.0) -> list[tuple[float, str]]:
    """Ticks from 0 to 100 % or, where `high` is less, to a round share of it."""
    step = next(step for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.25) if high / step <= 5.001)
    return [(k * step, f"{100 * k * step:.0f} %") for k in range(round(high / step) + 1)]


def _stacked(heights: Sequence[float]) -> tuple[int, list[Domain]]:
    """The height of panels one below the other, with room for titles between, and where each is."""
    gap = 84.0
    total = sum(heights) + gap * (len(heights) - 1)
    found, top = [], total
    for height in heights:
        found.append(((0.0, 1.0), ((top - height) / total, top / total)))
        top -= height + gap
    return round(total + 72), found


def _traces(panel: Chart, suffix: str) -> Iterable[dict[str, Any]]:
    axes = {"type": "scatter", "xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
    for stroke in panel.strokes:
        style = stroke.style
        named = {"hovertemplate": f"{stroke.label}<extra></extra>"} if stroke.label else {"hoverinfo": "skip"}
        yield {
            **axes,
            "x": list(stroke.x),
            "y": list(stroke.y),
            "mode": "lines",
            "name": stroke.label,
            "showlegend": bool(stroke.name),
            "line": {"color": style.color, "width": stroke.width, "dash": style.dash, "simplify": False},
            **named,
            **({"meta": {"name": stroke.name, "place": "end", "weight": stroke.width}} if stroke.name else {}),
        }
    for dots in panel.dots:
        yield {
            **axes,
            "x": list(dots.x),
            "y": list(dots.y),
            "mode": "markers",
            "text": list(dots.labels),
            "showlegend": False,
            "hovertemplate": "%{text}<extra></extra>",
            "marker": {
                "color": dots.style.color,
                "size": 11,
                "symbol": dots.symbol,
                "line": {"color": "white", "width": 1.5},
            },
            **({"meta": {"names": list(dots.names), "place": "point"}} if dots.names else {}),
        }


def _layout(panels: Sequence[Chart], domains: Sequence[Domain], height: int) -> dict[str, Any]:
    layout: dict[str, Any] = {
        "height": height,
        "margin": {"l": 62, "r": 14, "t": 26, "b": 46},
        "font": {"size": 13},
        "hovermode": "closest",
        "showlegend": False,
        "dragmode": False,
        "annotations": [],
    }
    for k, (panel, (across, up)) in enumerate(zip(panels, domains, strict=True)):
        suffix = "" if k == 0 else str(k + 1)
        layout["annotations"].append(title_of(suffix, panel.title))
        layout[f"xaxis{suffix}"] = _axis(panel.across, across, f"y{suffix}")
        layout[f"yaxis{suffix}"] = _axis(panel.up, up, f"x{suffix}")
        if panel.square:
            layout[f"yaxis{suffix}"] |= {"scaleanchor": f"x{suffix}", "constrain": "domain", "constraintoward": "top"}
            layout[f"xaxis{suffix}"] |= {"constrain": "domain", "constraintoward": "left"}
    return layout


def _axis(axis: Axis, domain: tuple[float, float], anchor: str) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "range": list(axis.span),
        "domain": list(domain),
        "anchor": anchor,
        "fixedrange": True,
        "zeroline": False,
        "ticklabeloverflow": "allow",
        "title": {"text": axis.title, "standoff": 6, "font": {"size": 13}},
    }
    if axis.ticks:
        places, words = zip(*axis.ticks, strict=True)
        drawn |= {"tickvals": list(places), "ticktext": list(words)}
    else:
        drawn |= {"nticks": 6}
    return drawn if axis.title else drawn | {"visible": False}
