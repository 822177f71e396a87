"""Two worlds side by side on shared axes: mean truth against pressure, and the densities of truth."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.figures.panel_data import PanelData, Ranges
from dashboard.figures.panels import density_panel, goodhart_curve, grip_of, worded
from dashboard.figures.readings import KL_AXIS
from dashboard.figures.traces import axis_of, plain_layout, room_for, title_of

__all__ = ["twin_panels"]

CURVES, DENSITIES = ("", "2"), ("3", "4")  # Plotly’s suffixes, left and right
KINDS = {"curve": "mean truth against pressure", "density": "truth, its density"}
WIDE_DOMAINS = {  # names of curves stand between the two as well
    "": ((0, 0.455), (0, 0.475)),
    "2": ((0.545, 1), (0, 0.475)),
    "3": ((0, 0.455), (0.625, 1)),
    "4": ((0.545, 1), (0.625, 1)),
}
NARROW_DOMAINS = {  # side by side there, too, the curves on the first screen
    "": ((0, 0.47), (0.59, 1)),
    "2": ((0.53, 1), (0.59, 1)),
    "3": ((0, 0.47), (0, 0.35)),
    "4": ((0.53, 1), (0, 0.35)),
}
FIRST = 0.41  # of a narrow figure: its first row


def twin_panels(scenes: Sequence[PanelData], names: Sequence[str], alt: str) -> dict[str, Any]:
    """The figure of two scenes, called by `names`."""
    ranges = _shared([scene.ranges for scene in scenes])
    data = []
    for scene, curve, density in zip(scenes, CURVES, DENSITIES, strict=True):
        lines = goodhart_curve(curve, scene)
        data += [line | {"showlegend": curve == CURVES[0] and line["mode"] == "lines"} for line in lines]
        data += density_panel(density, scene, scene.truth, ranges["truth density"][1])
    titles = {
        panel: (name, kind)
        for panels, kind in ((CURVES, KINDS["curve"]), (DENSITIES, KINDS["density"]))
        for panel, name in zip(panels, names, strict=True)
    }
    layout = plain_layout(515)
    aside = ' <span style="font-size: 0.8em">{}</span>'
    wide = [title_of(panel, name, aside.format(kind)) for panel, (name, kind) in titles.items()]
    room = room_for([curve.label for curve, *_ in scenes[1].placed])
    narrow = [title_of(panel, name) | {"font": {"size": 13}} for panel, (name, _) in titles.items()]
    return {
        "data": data,
        "layouts": {
            "wide": layout
            | {"annotations": wide, "margin": layout["margin"] | {"r": room}}
            | _axes(ranges, WIDE_DOMAINS, KL_AXIS),
            "narrow": layout
            | {"annotations": narrow, "height": 560, "meta": {"first": FIRST}}
            | _axes(ranges, NARROW_DOMAINS, "KL (nats)"),
        },
        "alt": alt,
        "panels": {panel or "1": f"{name}, {kind}" for panel, (name, kind) in titles.items()},
        "handle": [
            grip for scene, panel in zip(scenes, CURVES, strict=True) if (grip := grip_of(scene.handle, panel, None))
        ],
        "staged": list(CURVES),
        "reading": worded(scenes[0].reading),
    }


def _shared(ranges: Sequence[Ranges]) -> Ranges:
    """Axes on which all that either has is seen."""
    return {name: (min(each[name][0] for each in ranges), max(each[name][1] for each in ranges)) for name in ranges[0]}


def _axes(ranges: Ranges, domains: Mapping[str, tuple], pressure: str) -> dict[str, Any]:
    """Axes of every panel; what stands on the left holds for the right."""
    words = dict.fromkeys(CURVES, ("pressure", "mean truth", pressure))
    words |= dict.fromkeys(DENSITIES, ("truth", "truth density", ""))
    axes = {}
    for panel, (x, y, across) in words.items():
        wide, tall = domains[panel]
        up = y if panel == CURVES[0] else ""
        axes[f"xaxis{panel}"] = axis_of(ranges[x], wide, f"y{panel}", across)
        axes[f"yaxis{panel}"] = axis_of(ranges[y], tall, f"x{panel}", up) | {"showticklabels": bool(up)}
    return axes
