"""Some of a figure's panels, larger: the same traces on the same axes."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.figures.traces import room_for

__all__ = ["excerpt"]

GAP = 0.11  # between two panels side by side
HEIGHT = 420  # of a row of panels
FIRST, FURTHER = 300, 150  # of one where it is narrow, and what each more below it adds: two are on a phone together
BETWEEN = 0.24  # of that height


def excerpt(figure: Mapping[str, Any], panels: Sequence[str]) -> dict[str, Any]:
    """The `panels` of a figure, named by Plotly's suffix of their axes: "" is x and y, "2" is x2 and y2.

    They stand side by side, and one below the other where it is narrow, in the order given. "alt", "handle" and
    "reading" are the whole figure's.
    """
    names = {f"x{panel}" for panel in panels}
    count = len(panels)
    width = (1 - GAP * (count - 1)) / count
    height = (1 - BETWEEN * (count - 1)) / count
    beside = {panel: ((k * (width + GAP), k * (width + GAP) + width), (0.0, 1.0)) for k, panel in enumerate(panels)}
    below = {
        panel: ((0.0, 1.0), (1 - k * (height + BETWEEN) - height, 1 - k * (height + BETWEEN)))
        for k, panel in enumerate(panels)
    }
    layouts = figure["layouts"]
    ends = [
        trace["meta"]["name"]
        for trace in figure["data"]
        if trace.get("xaxis") == f"x{panels[-1]}" and trace.get("meta", {}).get("place") == "end"
    ]
    margin = layouts["wide"]["margin"] | {"r": room_for(ends)}
    return {
        "data": [trace for trace in figure["data"] if trace.get("xaxis", "x") in names],
        "layouts": {
            "wide": _on_panels(layouts["wide"], beside) | {"height": HEIGHT, "margin": margin},
            "narrow": _on_panels(layouts["narrow"], below)
            | {"height": FIRST + FURTHER * (count - 1), "meta": {"whole": True}},
        },
        "alt": figure["alt"],
        "panels": {name: title for name, title in figure["panels"].items() if name.removesuffix("1") in panels},
        "handle": figure.get("handle"),
        "reading": figure.get("reading"),
    }


def _on_panels(layout: Mapping[str, Any], places: Mapping[str, tuple]) -> dict[str, Any]:
    """`layout` with no axes and no words but those of the panels in `places`, put there."""
    kept = {name: value for name, value in layout.items() if not name.startswith(("xaxis", "yaxis"))}
    kept["annotations"] = [
        words for words in layout.get("annotations", ()) if words["xref"].removesuffix(" domain")[1:] in places
    ]
    for panel, (across, up) in places.items():
        kept[f"xaxis{panel}"] = {**layout[f"xaxis{panel}"], "domain": list(across)}
        kept[f"yaxis{panel}"] = {**layout[f"yaxis{panel}"], "domain": list(up)}
    return kept
