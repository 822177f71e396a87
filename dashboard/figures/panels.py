"""The four panels of a selection: the density of persuasiveness, that of truth, the plane of both, and mean truth against
pressure. A figure is a plain dict: "data", the "wide" and "narrow" layouts, and "alt" text.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dashboard.figures.dots import dot_traces
from dashboard.figures.ghosts import Ghost
from dashboard.figures.panel_data import Handle, PanelData, Shadow
from dashboard.figures.readings import Reading
from dashboard.figures.style import BASE, STEERING, Style
from dashboard.figures.traces import (
    DASHED,
    axis_of,
    base_law,
    heat_map,
    line_of,
    named,
    plain_layout,
    points_of,
    room_for,
    title_of,
    trace_of,
)
from dashboard.words.text import count
from models.laws.base import Atoms, OutputLaw

__all__ = ["TITLES", "density_panel", "four_panels", "goodhart_curve", "grip_of", "worded"]

FAINT_OPACITY = 0.6  # how strongly a pinned base model is drawn
LEAST_ATOM = 1e-3  # the smallest point mass that gets an arrow
SECOND_LINE, POWERS = 16, 10  # pixels more for a second line under the axis, and for a power of ten at its end
PANELS = ("", "2", "3", "4")  # Plotly’s suffixes: axes x and y, x2 and y2, …

TITLES = {
    "": "What we measure: persuasiveness",
    "2": "What we want: truth",
    "3": "Truth against persuasiveness",
    "4": "Mean truth against pressure",
}

SMALL = ' <span style="font-size: 0.8em">{}</span>'
DENSITIES = dict.fromkeys(("", "2"), SMALL.format("density"))
ASIDES = DENSITIES | {"3": SMALL.format("rings: 1, 2, 3 standard deviations")}
SHORT_ASIDES = ASIDES | {"3": SMALL.format("rings: 1, 2, 3 sd")}  # where it is narrow
DOTS_ASIDE = {"3": SMALL.format("dots: one draw")}

WIDE_DOMAINS = {
    "": ((0, 0.475), (0.575, 1)),
    "2": ((0.545, 1), (0.575, 1)),
    "3": ((0, 0.475), (0, 0.425)),
    "4": ((0.545, 1), (0, 0.425)),
}

NARROW_DOMAINS = {
    "4": ((0, 1), (0.8, 1)),
    "": ((0, 1), (0.54, 0.725)),
    "2": ((0, 1), (0.305, 0.49)),
    "3": ((0, 1), (0, 0.255)),
}


def four_panels(scene: PanelData) -> dict[str, Any]:
    """The figure of `scene`."""
    ranges = scene.ranges
    data = [
        *density_panel("", scene, scene.persuasiveness, ranges["persuasiveness density"][1]),
        *density_panel("2", scene, scene.truth, ranges["truth density"][1]),
        *_plane(scene),
        *goodhart_curve("4", scene),
    ]
    wide = _layout(scene, WIDE_DOMAINS, height=515)
    wide["margin"]["r"] = max(wide["margin"]["r"], room_for([curve.label for curve, *_ in scene.placed]))
    return {
        "data": data,
        "layouts": {"wide": wide, "narrow": _layout(scene, NARROW_DOMAINS, height=1340)},
        "alt": scene.alt,
        "panels": {panel or "1": title for panel, title in TITLES.items()},
        "handle": grip_of(scene.handle, "4", ""),
        "staged": ["2", "4"],
        "reading": worded(scene.reading),
    }


def grip_of(handle: Handle | None, curves: str, densities: str | None) -> dict[str, Any] | None:
    """What a hand can take, as plain data: a point in the panel of `curves`, a threshold in that of `densities`, if any."""
    if handle is None:
        return None
    arrays = {name: getattr(handle, name) for name in ("pressures", "places", "cuts")}
    places = {"onCurves": curves, "onDensities": densities}
    return vars(handle) | places | {name: array if array is None else array.tolist() for name, array in arrays.items()}


def worded(reading: Reading) -> dict[str, Any]:
    """How a number of the axis is said, as plain data."""
    return {name: getattr(reading, name) for name in ("before", "after", "log")}


def density_panel(panel: str, scene: PanelData, densities: Sequence[tuple], top: float) -> list[dict]:
    """Densities with a stem at the mean, and point masses as arrows; `panel` is "" or "2"."""
    traces = [trace for ghost in scene.ghosts for trace in _ghost_densities(panel, ghost, scene, top)]
    pairs = [(shown.style, shown, *points) for shown, points in zip(scene.laws, densities, strict=True)]
    for style, shown, x, y in _chosen_last(scene, pairs):
        law, main = shown.law, style == scene.style
        legend = panel == "" and style != STEERING
        if (y > 0).any():
            if panel == "" and scene.weight and main:
                seen = np.linspace(*scene.ranges["persuasiveness"], 201)
                with np.errstate(divide="ignore", invalid="ignore"):
                    log_ratio = np.log(law.persuasiveness_pdf(seen)) - scene.base.log_persuasiveness_pdf(seen)
                log_ratio = np.where(np.isnan(log_ratio), -np.inf, log_ratio)  # where the base model has nothing
                if np.any(log_ratio > -np.inf):
                    weight = 0.94 * top * np.exp(log_ratio - np.max(log_ratio))
                    name = "weight (own scale)"
                    line = line_of("", seen, weight, style, width=1.5, name=name, legend=True, dash="2px 3px")
                    traces.append(line | named(name, "end"))
            mean = law.mean_truth if panel else law.mean_persuasiveness
            if mean is not None and np.isfinite(mean):
                stem = [np.nan, mean, mean], [np.nan, 0.0, np.interp(mean, x, y)]
                x, y = np.concatenate([x, stem[0]]), np.concatenate([y, stem[1]])
            width = 2.5 if main or style == STEERING else 1.5
            dash = style.dash if not main else "solid"
            traces.append(
                line_of(
                    panel,
                    x,
                    y,
                    style,
                    width=width,
                    name=shown.label,
                    legend=legend,
                    fill=main or style == BASE,
                    dash=dash,
                )
                | named(shown.name, "top", weight=2 if main else 1)
            )
            legend = False
        atoms = law.truth_atoms() if panel else law.persuasiveness_atoms()
        if np.any(atoms.mass > LEAST_ATOM):
            spikes = _spikes(panel, atoms, top, style, shown.label, legend)
            traces.append(spikes if np.any(y > 0) else spikes | named(shown.name, "top"))
    return traces


def _ghost_densities(panel: str, ghost: Ghost[Shadow], scene: PanelData, top: float) -> list[dict]:
    """What is pinned as a line, and faintly its base model where that is another."""
    shadow, traces = ghost.of, []
    densities = shadow.truth if panel else shadow.persuasiveness
    for shown, (x, y) in zip(shadow.laws, densities, strict=True):
        got = shown is shadow.got
        if not got and shadow.base == scene.base:
            continue
        name = f"{ghost.name}: {shown.label}"
        atoms = shown.law.truth_atoms() if panel else shown.law.persuasiveness_atoms()
        lined = np.any(y > 0)
        if lined:
            line = line_of(
                panel,
                x,
                y,
                ghost.style,
                width=1.75 if got else 1,
                name=name,
                legend=got and not panel,
                dash=ghost.style.dash,
            )
            traces.append(line | (named(ghost.mark, "top") if got else {"opacity": FAINT_OPACITY}))
        if np.any(atoms.mass > LEAST_ATOM):
            spikes = _spikes(panel, atoms, top, ghost.style, name, got and not panel and not lined)
            traces.append(spikes if lined or not got else spikes | named(ghost.mark, "top"))
    return traces


def _plane(scene: PanelData) -> list[dict]:
    across, up = scene.ranges["persuasiveness"], scene.ranges["truth"]
    dots = dot_traces(scene.dots, across, up) if scene.dots else []
    traces = [base_law(scene.base, across)]
    for ghost in scene.ghosts:
        if ghost.of.regression and ghost.of.base != scene.base:
            name = f"{ghost.name}: expected truth at each persuasiveness"
            line = line_of("3", *ghost.of.regression, ghost.style, width=1.25, name=name, dash=ghost.style.dash)
            traces.append(line | named(ghost.mark, "end"))
    # Where nothing is selected the dots are the cloud.
    seen = [s for s in scene.shown if s.style == scene.style and (s.kl or not scene.dots)]
    traces += [cloud for shown in seen if (cloud := _cloud(shown.law, scene))]
    traces += dots[:-1]
    if scene.base.edges.size:
        low, high = (f(np.concatenate([x for x, _ in scene.persuasiveness])) for f in (np.min, np.max))
        p = np.linspace(low, high, 121)
        name = "expected truth at each persuasiveness"
        p = p[np.isfinite(scene.base.log_persuasiveness_pdf(p))]
        line = line_of("3", p, scene.base.regression(p), BASE, width=1.5, name=name, legend=True, dash=DASHED)
        traces.append(line | named("expected truth", "end"))
    traces += [
        line_of(
            "3", line.p, line.t, line.style, width=2.5, name=line.label, legend=line.style != STEERING, dash=line.dash
        )
        | named(line.label, "end", weight=1)
        for line in scene.lines
    ]
    pinned = [(ghost.style, ghost.of.got, ghost.name) for ghost in scene.ghosts if ghost.of.got]
    marks = [
        (style, shown.law.mean_persuasiveness, shown.law.mean_truth, label)
        for style, shown, label in [*pinned, *((shown.style, shown, shown.label) for shown in scene.laws)]
        if shown.law.mean_persuasiveness is not None and np.isfinite(shown.law.mean_persuasiveness)
    ]
    return [*traces, *points_of("3", _chosen_last(scene, marks)), *dots[-1:]]


def _cloud(law: OutputLaw, scene: PanelData) -> dict | None:
    """The selected joint law as a heat map, or as a line where it lies on one."""
    t_span = np.linspace(-4, 4, 40) * law.sd_truth + law.mean_truth
    low, high = scene.spans[1]
    p_span = np.linspace(low - 0.1 * (high - low), high + 0.1 * (high - low), 40)
    density = law.joint_pdf(t_span[:, None], p_span[None, :])
    if np.any(density > 0):
        return heat_map(p_span, t_span, density, scene.style)
    if scene.base.slope is None:
        return None  # several lines: their means are marked
    ends = np.array([-2, 2])
    if law.sd_persuasiveness > 0:
        p = law.mean_persuasiveness + ends * law.sd_persuasiveness
        return line_of("3", p, scene.base.regression(p), scene.style, width=6)
    return line_of("3", [law.mean_persuasiveness] * 2, law.mean_truth + ends * law.sd_truth, scene.style, width=6)


def goodhart_curve(panel: str, scene: PanelData) -> list[dict]:
    """Mean truth against KL under every method, with what is pinned, every turn, and where the scene is."""
    listed = {shown.style for shown in scene.shown}
    hover, (low, high) = _hover(scene.reading), scene.ranges["pressure"]
    placed = [(shown, scene.place_of(shown.placed)) for shown in scene.shown]
    marked = [(shown, at) for shown, at in placed if at is not None and low <= at <= high]
    pointed = set() if scene.handle else {shown.style for shown, _ in marked}
    traces = [trace for ghost in scene.ghosts for trace in _ghost_curve(panel, ghost, scene)]
    traces += _ceiling(panel, scene) + [
        line_of(
            panel,
            place[seen],
            c.along.mean_truth[seen],
            c.style,
            width=3 if c.style in (scene.style, STEERING) else 1.75,
            name=c.label,
            legend=c.style not in listed or c.style == STEERING,
            dash="solid" if c.style == scene.style else c.style.dash,
        )
        | {"meta": {**named(c.label, "end", weight=2 if c.style == scene.style else 1)["meta"], "reading": True}}
        | {"text": [c.names[k] if c.names else c.label for k in np.flatnonzero(seen)], "hovertemplate": hover}
        for _, c, place, seen in _chosen_last(scene, [(c.style, c, *points) for c, *points in scene.placed])
    ]
    turns = [(at, turn.mean_truth, name) for turn, name in scene.turns if (at := scene.place_of(turn)) is not None]
    if turns:
        marker = {"color": "rgba(0,0,0,0)", "size": 17, "line": {"color": scene.style.color, "width": 2}}
        x, truth, names = zip(*turns, strict=True)
        rings = trace_of(panel, x, truth, mode="markers", showlegend=False, marker=marker, text=names)
        traces.append(rings | {"hovertemplate": hover, "meta": {"names": names, "place": "point"}})
    pinned = [(ghost, ghost.of.got, scene.place_of(ghost.of.got.placed)) for ghost in scene.ghosts if ghost.of.got]
    points = [
        (g.style, at, got.law.mean_truth, g.name) for g, got, at in pinned if at is not None and low <= at <= high
    ]
    here = _chosen_last(scene, points + [(s.style, at, s.law.mean_truth, s.label) for s, at in marked])
    said = [style.name if style in pointed else "you are here" if style == scene.style else "" for style, *_ in here]
    told = {"hovertemplate": hover, "meta": {"names": said, "place": "point", "together": bool(pointed)}}
    return [*traces, *(mark | told for mark in points_of(panel, here))]


def _ghost_curve(panel: str, ghost: Ghost[Shadow], scene: PanelData) -> list[dict]:
    """The curve of what is pinned, where it has a place on the axis."""
    curve = ghost.of.curve
    points = scene.points_of(curve) if curve else None
    if curve is None or points is None:
        return []
    place, seen = points
    x, y = place[seen], curve.along.mean_truth[seen]
    line = line_of(panel, x, y, ghost.style, width=1.75, name=ghost.name, dash=ghost.style.dash)
    said = [f"{ghost.mark.partition(':')[0]} {curve.names[int(k)]}" for k in np.flatnonzero(seen)]
    meta = {**named(ghost.mark, "end")["meta"], "reading": True}
    return [line | {"text": said, "hovertemplate": _hover(scene.reading), "meta": meta}]


def _hover(reading: Reading) -> str:
    """What a point says: its name, its place where that is a number of the axis, and mean truth."""
    place = f" · {reading.before}%{{x:.2f}}{reading.after}" if reading.before else ""
    return f"%{{text}}{place} · mean truth %{{y:.3f}}<extra></extra>"


def _ceiling(panel: str, scene: PanelData) -> list[dict]:
    """A thin line where persuasion ends, as high and as low as an axis that stays may be."""
    if not scene.ceiling:
        return []
    low, high = scene.ranges["mean truth"]
    y = np.linspace(low - 2 * (high - low), high + 2 * (high - low), 101)
    line = line_of(panel, np.full(y.size, scene.ceiling.here), y, BASE, width=1, dash=DASHED)
    return [line | named(scene.ceiling.name, "beside")]


def _chosen_last(scene: PanelData, items: Sequence[tuple]) -> list[tuple]:
    """`items`, which start with a style, in their order but with the chosen method’s on top."""
    return sorted(items, key=lambda item: item[0] == scene.style)


def _spikes(panel: str, atoms: Atoms, top: float, style: Style, name: str, legend: bool) -> dict[str, Any]:
    """Point masses: bars to the top of the panel that end in an arrow head; specks of mass are left out."""
    seen = atoms.mass > LEAST_ATOM
    atoms = Atoms(atoms.position[seen], atoms.mass[seen])
    x = np.repeat(atoms.position, 3)
    y = np.tile([0.0, 0.96 * top, np.nan], atoms.position.size)
    color = style.color
    return trace_of(
        panel,
        x,
        y,
        mode="lines+markers",
        name=name,
        showlegend=legend,
        line={"color": color, "width": 3.5, "simplify": False},
        marker={"color": color, "size": [0, 12, 0] * atoms.position.size, "symbol": "triangle-up", "opacity": 1},
        cliponaxis=False,
        text=[f"a share of {count(log_mass)} at exactly" for log_mass in np.repeat(np.log(atoms.mass), 3)],
        hovertemplate=f"{name}: %{{text}} %{{x:.3f}}<extra></extra>",
    )


def _layout(scene: PanelData, domains: Mapping[str, tuple], height: int) -> dict[str, Any]:
    names = {
        "": ("persuasiveness", "persuasiveness density"),
        "2": ("truth", "truth density"),
        "3": ("persuasiveness", "truth"),
        "4": ("pressure", "mean truth"),
    }
    ranges, reading = scene.ranges, scene.reading
    said = reading.title(scene.absent)
    words = {"3": ("persuasiveness", "truth"), "4": (said, "mean truth")}
    asides = dict(ASIDES if domains is WIDE_DOMAINS else SHORT_ASIDES) if scene.base.rings() else dict(DENSITIES)
    asides |= DOTS_ASIDE if scene.dots else {}
    titles = [title_of(panel, TITLES[panel], asides.get(panel, "")) for panel in PANELS]
    layout = plain_layout(height) | {"annotations": titles}
    for panel in PANELS:
        x, y = domains[panel]
        across, up = words.get(panel, ("", ""))
        layout[f"xaxis{panel}"] = axis_of(ranges[names[panel][0]], x, f"y{panel}", across)
        layout[f"yaxis{panel}"] = axis_of(ranges[names[panel][1]], y, f"x{panel}", up) | {"showticklabels": bool(up)}
    layout["xaxis4"] |= reading.ticks(*ranges["pressure"])
    room = {"b": SECOND_LINE if "<br>" in said else 0, "r": POWERS if reading.log else 0}
    layout["margin"] = {side: size + room.get(side, 0) for side, size in layout["margin"].items()}
    return layout | ({"meta": {"roomy": {"xaxis4": reading.roomy}}} if reading.roomy else {})
