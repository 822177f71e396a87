"""The traces and axes that figures of several panels are made of, as plain data. The panel is Plotly’s suffix: "" or "2" …"""

import base64
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from dashboard.figures.style import BASE, STEERING, Style
from models.laws.base import BaseLaw
from models.numerics.axes import Floats

__all__ = [
    "DASHED",
    "axis_of",
    "base_law",
    "faded",
    "heat_map",
    "line_of",
    "named",
    "named_place",
    "plain_layout",
    "points_of",
    "room_for",
    "title_of",
    "trace_of",
]

LARGEST = 3e38  # of a 32-bit float
DASHED = "7px 4px"
MOST_ROOM = 130.0
_GAP = np.array([np.nan]), np.array([np.nan])


def trace_of(panel: str, x: Any, y: Any, **more: Any) -> dict[str, Any]:
    return {"type": "scatter", "xaxis": f"x{panel}", "yaxis": f"y{panel}", "x": packed(x), "y": packed(y)} | more


def line_of(
    panel: str,
    x: Any,
    y: Any,
    style: Style,
    *,
    width: float,
    name: str = "",
    legend: bool = False,
    dash: str = "solid",
    fill: bool = False,
) -> dict[str, Any]:
    """A line; without a name it does not answer the pointer."""
    color = style.color
    trace = trace_of(
        panel,
        x,
        y,
        mode="lines",
        name=name,
        showlegend=legend,
        line={"color": color, "width": width, "dash": dash, "simplify": False},
    )
    trace |= {"hovertemplate": f"{name}<br>%{{x:.3f}}, %{{y:.3f}}<extra></extra>"} if name else {"hoverinfo": "skip"}
    return trace | ({"fill": "tozeroy", "fillcolor": faded(color, 0.2)} if fill else {})


def points_of(
    panel: str, marks: Sequence[tuple[Style, float, float, str]], diamonds: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Points: style, x, y and what to call them. Steering’s are diamonds, and those called by a name in `diamonds`."""
    if not marks:
        return []
    styles, x, y, names = zip(*marks, strict=True)
    pointed = [style == STEERING or name in diamonds for style, name in zip(styles, names, strict=True)]
    points = trace_of(
        panel,
        x,
        y,
        mode="markers",
        text=names,
        showlegend=False,
        hovertemplate="%{text}<br>%{x:.3f}, %{y:.3f}<extra></extra>",
        marker={
            "color": [style.color for style in styles],
            "size": 11,
            "symbol": ["diamond" if each else "circle" for each in pointed],
            "line": {"color": "white", "width": 1.5},
        },
    )
    return [points]


def heat_map(p: Floats, t: Floats, density: Floats, style: Style) -> dict:
    color = style.color
    return {
        "type": "heatmap",
        "xaxis": "x3",
        "yaxis": "y3",
        "x0": p[0],
        "dx": p[1] - p[0],
        "y0": t[0],
        "dy": t[1] - t[0],
        "z": packed(density),
        "showscale": False,
        "zsmooth": "fast",
        "hoverinfo": "skip",
        "colorscale": [[0, faded(color, 0)], [0.05, faded(color, 0.08)], [1, faded(color, 0.85)]],
    }


def axis_of(span: tuple[float, float], domain: tuple[float, float], anchor: str, title: str) -> dict[str, Any]:
    return {
        "range": list(span),
        "domain": list(domain),
        "anchor": anchor,
        "fixedrange": True,
        "nticks": 7,
        "exponentformat": "power",
        "ticklabeloverflow": "allow",
        "title": {"text": title, "standoff": 6, "font": {"size": 13}},
    }


def faded(color: str, alpha: float) -> str:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def packed(values: Any) -> dict[str, Any]:
    """Plotly's typed array: half the bytes of JSON text, and no parsing."""
    array = np.asarray(values, dtype=float).clip(-LARGEST, LARGEST).astype("<f4")
    packed = {"dtype": "f4", "bdata": base64.b64encode(array.tobytes()).decode()}
    return packed if array.ndim == 1 else packed | {"shape": ", ".join(map(str, array.shape))}


def base_law(base: BaseLaw, span: tuple[float, float]) -> dict[str, Any]:
    """The base law in the plane: rings of equal density around its modes, or a heat map where it has none."""
    if rings := base.rings():
        drawn = [each for ring in rings for each in (ring, _GAP)]
        p, t = (np.concatenate(axis) for axis in zip(*drawn, strict=True))
        return line_of("3", p, t, BASE, width=1, name="the base model’s spread")
    t = base.mean_truth + base.sd_truth * np.linspace(-3.6, 3.6, 40)
    p = np.linspace(*span, 60)
    return heat_map(p, t, base.joint_pdf(t[:, None], p[None, :]), BASE)


def named(name: str, place: str, weight: int = 0) -> dict[str, Any]:
    """What a trace is called on the picture, and where: at its "end" or its "top", or "beside" it. The heaviest names choose first."""
    return {"meta": {"name": name, "place": place, "weight": weight}}


def named_place(panel: str, x: float, y: float, name: str) -> dict[str, Any]:
    """A name beside a place where nothing is drawn."""
    marker = {"color": BASE.color, "size": 0, "line": {"width": 0}}
    return trace_of(panel, [x], [y], mode="markers", name="", showlegend=False, marker=marker, hoverinfo="skip") | {
        "meta": {"names": [name], "place": "point"}
    }


def title_of(panel: str, text: str, aside: str = "") -> dict[str, Any]:
    """A panel’s title, as an annotation, with a remark in small print."""
    return {
        "text": f"<b>{text}</b>{aside}",
        "xref": f"x{panel} domain",
        "yref": f"y{panel} domain",
        "x": 0,
        "y": 1,
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 5,
        "showarrow": False,
        "font": {"size": 15},
    }


def room_for(names: Iterable[str]) -> float:
    """Pixels to the right of a panel for the names at its curves’ ends."""
    return min(16 + 5.8 * max(map(len, names), default=0), MOST_ROOM)


def plain_layout(height: int) -> dict[str, Any]:
    """What every figure of several panels has in common."""
    return {
        "height": height,
        "margin": {"l": 52, "r": 12, "t": 26, "b": 46},
        "font": {"size": 13},
        "hovermode": "closest",
        "showlegend": False,
        "dragmode": False,
    }
