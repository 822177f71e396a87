"""Two worlds side by side on shared axes: mean truth against pressure, and the densities of truth."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.figures.panels import density_panel, goodhart_curve, grip_of
from dashboard.figures.scene import Ranges, Scene
from dashboard.figures.traces import axis_of, plain_layout, title_of

__all__ = ["twin_panels"]

CURVES, DENSITIES = ("", "2"), ("3", "4")  # Plotly’s suffixes, left and right
KINDS = {"curve": "mean truth against pressure", "density": "truth; areas are 1"}
WIDE = {
    "": ((0, 0.475), (0.54, 1)),
    "2": ((0.545, 1), (0.54, 1)),
    "3": ((0, 0.475), (0, 0.35)),
    "4": ((0.545, 1), (0, 0.35)),
}
NARROW = {"": ((0, 1), (0.8, 1)), "2": ((0, 1), (0.53, 0.73)), "3": ((0, 1), (0.27, 0.45)), "4": ((0, 1), (0, 0.18))}


def twin_panels(scenes: Sequence[Scene], names: Sequence[str], alt: str) -> dict[str, Any]:
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
    layout = plain_layout(515) | {
        "annotations": [
            title_of(panel, name, f' <span style="font-size: 0.8em">{kind}</span>')
            for panel, (name, kind) in titles.items()
        ]
    }
    return {
        "data": data,
        "layouts": {"wide": layout | _axes(ranges, WIDE), "narrow": layout | {"height": 1280} | _axes(ranges, NARROW)},
        "alt": alt,
        "panels": {panel or "1": f"{name}, {kind}" for panel, (name, kind) in titles.items()},
        "handle": [
            grip for scene, panel in zip(scenes, CURVES, strict=True) if (grip := grip_of(scene.handle, panel, None))
        ],
        "staged": list(CURVES),
    }


def _shared(ranges: Sequence[Ranges]) -> Ranges:
    """Axes on which all that either has is seen."""
    return {name: (min(each[name][0] for each in ranges), max(each[name][1] for each in ranges)) for name in ranges[0]}


def _axes(ranges: Ranges, domains: Mapping[str, tuple]) -> dict[str, Any]:
    words = dict.fromkeys(CURVES, ("pressure", "mean truth", "KL from the base model (nats)", "mean truth"))
    words |= dict.fromkeys(DENSITIES, ("truth", "truth density", "", ""))
    axes = {}
    for panel, (x, y, across, up) in words.items():
        wide, tall = domains[panel]
        axes[f"xaxis{panel}"] = axis_of(ranges[x], wide, f"y{panel}", across)
        axes[f"yaxis{panel}"] = axis_of(ranges[y], tall, f"x{panel}", up) | {"showticklabels": bool(up)}
    return axes
