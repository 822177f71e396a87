"""The four panels of a selection: the density of persuasiveness, that of truth, the plane of both, and mean truth against
pressure. A figure is a plain dict: "data", the "wide" and "narrow" layouts, and "alt" text.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dashboard.figures.scene import Handle, Ranges, Scene
from dashboard.figures.style import BASE, STEERING, Style
from models.laws.base import Atoms, OutputLaw
from models.numerics.axes import Floats

__all__ = ["four_panels"]

LARGEST = 3e38  # of a 32-bit float
LEAST_ATOM = 1e-3  # the smallest point mass that gets an arrow
PANELS = ("", "2", "3", "4")  # Plotly’s suffixes: axes x and y, x2 and y2, …

TITLES = {
    "": "What we measure: persuasiveness",
    "2": "What we want: truth",
    "3": "Truth against persuasiveness",
    "4": "Mean truth against pressure",
}

ASIDES = dict.fromkeys(("", "2"), ' <span style="font-size: 0.8em">areas are 1</span>')

WIDE = {
    "": ((0, 0.475), (0.575, 1)),
    "2": ((0.545, 1), (0.575, 1)),
    "3": ((0, 0.475), (0, 0.425)),
    "4": ((0.545, 1), (0, 0.425)),
}

NARROW = {"4": ((0, 1), (0.8, 1)), "": ((0, 1), (0.54, 0.725)), "2": ((0, 1), (0.305, 0.49)), "3": ((0, 1), (0, 0.255))}


def four_panels(scene: Scene) -> dict[str, Any]:
    """The figure of `scene`."""
    ranges = scene.ranges
    data = [
        *_density_panel("", scene, scene.persuasiveness, ranges["persuasiveness density"][1]),
        *_density_panel("2", scene, scene.truth, ranges["truth density"][1]),
        *_plane(scene, ranges["persuasiveness"]),
        *_goodhart_curve(scene),
    ]
    return {
        "data": data,
        "layouts": {"wide": _layout(ranges, WIDE, height=515), "narrow": _layout(ranges, NARROW, height=1340)},
        "alt": scene.alt,
        "panels": {panel or "1": title for panel, title in TITLES.items()},
        "handle": _handle(scene.handle),
    }


def _handle(handle: Handle | None) -> dict[str, Any] | None:
    if handle is None:
        return None
    arrays = {name: getattr(handle, name) for name in ("pressures", "kl", "cuts")}
    return vars(handle) | {name: array if array is None else array.tolist() for name, array in arrays.items()}


def _density_panel(panel: str, scene: Scene, densities: Sequence[tuple], top: float) -> list[dict]:
    """Densities with a stem at the mean, and point masses as arrows; `panel` is "" or "2"."""
    traces = []
    pairs = [(shown.style, shown, *points) for shown, points in zip(scene.laws, densities, strict=True)]
    for style, shown, x, y in _chosen_last(scene, pairs):
        law, main = shown.law, style == scene.style
        legend = panel == "" and style != STEERING
        if np.any(y > 0):
            if panel == "" and scene.weight and main:
                seen = np.linspace(*scene.ranges["persuasiveness"], 201)
                with np.errstate(divide="ignore"):
                    log_ratio = np.log(law.persuasiveness_pdf(seen)) - scene.base.log_persuasiveness_pdf(seen)
                weight = 0.94 * top * np.exp(log_ratio - np.max(log_ratio))
                name = "weight (own scale)"
                line = _line("", seen, weight, style, width=1.5, name=name, legend=True, dash="2px 3px")
                traces.append(line | _named(name, "end"))
            mean = law.mean_truth if panel else law.mean_persuasiveness
            if mean is not None and np.isfinite(mean):
                stem = [np.nan, mean, mean], [np.nan, 0.0, np.interp(mean, x, y)]
                x, y = np.concatenate([x, stem[0]]), np.concatenate([y, stem[1]])
            width = 2.5 if main or style == STEERING else 1.5
            dash = style.dash if not main else "solid"
            traces.append(
                _line(
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
                | _named(shown.name, "top", weight=2 if main else 1)
            )
            legend = False
        atoms = law.truth_atoms() if panel else law.persuasiveness_atoms()
        if np.any(atoms.mass > LEAST_ATOM):
            spikes = _spikes(panel, atoms, top, style, shown.label, legend)
            traces.append(spikes if np.any(y > 0) else spikes | _named(shown.name, "top"))
    return traces


def _plane(scene: Scene, span: tuple[float, float]) -> list[dict]:
    traces = [_base_law(scene, span)]
    traces += [cloud for shown in scene.shown if shown.style == scene.style and (cloud := _cloud(shown.law, scene))]
    if scene.base.edges.size:
        low, high = (f(np.concatenate([x for x, _ in scene.persuasiveness])) for f in (np.min, np.max))
        p = np.linspace(low, high, 121)
        name = "truth to expect at each persuasiveness"
        p = p[np.isfinite(scene.base.log_persuasiveness_pdf(p))]
        line = _line("3", p, scene.base.regression(p), BASE, width=1.5, name=name, legend=True, dash=_DASHED)
        traces.append(line | _named("truth to expect", "end"))
    traces += [
        _line(
            "3", line.p, line.t, line.style, width=2.5, name=line.label, legend=line.style != STEERING, dash=line.dash
        )
        | _named(line.label, "end", weight=1)
        for line in scene.lines
    ]
    marks = [
        (shown.style, shown.law.mean_persuasiveness, shown.law.mean_truth, shown.label)
        for shown in scene.laws
        if shown.law.mean_persuasiveness is not None and np.isfinite(shown.law.mean_persuasiveness)
    ]
    return [*traces, *_marks("3", _chosen_last(scene, marks))]


def _base_law(scene: Scene, span: tuple[float, float]) -> dict:
    """The base law: rings of equal density around its modes, or a heat map where it has none."""
    if rings := scene.base.rings():
        drawn = [each for ring in rings for each in (ring, _GAP)]
        p, t = (np.concatenate(axis) for axis in zip(*drawn, strict=True))
        return _line("3", p, t, BASE, width=1)
    t = scene.base.mean_truth + scene.base.sd_truth * np.linspace(-3.6, 3.6, 40)
    p = np.linspace(*span, 60)
    return _heat(p, t, scene.base.joint_pdf(t[:, None], p[None, :]), BASE)


def _cloud(law: OutputLaw, scene: Scene) -> dict | None:
    """The selected joint law as a heat map, or as a line where it lies on one."""
    t_span = np.linspace(-4, 4, 40) * law.sd_truth + law.mean_truth
    low, high = scene.spans[1]
    p_span = np.linspace(low - 0.1 * (high - low), high + 0.1 * (high - low), 40)
    density = law.joint_pdf(t_span[:, None], p_span[None, :])
    if np.any(density > 0):
        return _heat(p_span, t_span, density, scene.style)
    if scene.base.slope is None:
        return None  # several lines: their means are marked
    ends = np.array([-2, 2])
    if law.sd_persuasiveness > 0:
        p = law.mean_persuasiveness + ends * law.sd_persuasiveness
        return _line("3", p, scene.base.regression(p), scene.style, width=6)
    return _line("3", [law.mean_persuasiveness] * 2, law.mean_truth + ends * law.sd_truth, scene.style, width=6)


def _heat(p: Floats, t: Floats, density: Floats, style: Style) -> dict:
    color = style.color
    return {
        "type": "heatmap",
        "xaxis": "x3",
        "yaxis": "y3",
        "x0": p[0],
        "dx": p[1] - p[0],
        "y0": t[0],
        "dy": t[1] - t[0],
        "z": _f32(density),
        "showscale": False,
        "zsmooth": "fast",
        "hoverinfo": "skip",
        "colorscale": [[0, _rgba(color, 0)], [0.05, _rgba(color, 0.08)], [1, _rgba(color, 0.85)]],
    }


def _goodhart_curve(scene: Scene) -> list[dict]:
    listed = {shown.style for shown in scene.shown}
    pointed = set() if scene.handle else {shown.style for shown in scene.shown if shown.kl is not None}
    traces = [
        _line(
            "4",
            c.kl,
            c.mean_truth,
            c.style,
            width=3 if c.style in (scene.style, STEERING) else 1.75,
            name=c.label,
            legend=c.style not in listed or c.style == STEERING,
            dash="solid" if c.style == scene.style else c.style.dash,
        )
        | {"meta": {**_named(c.label, "end", weight=2 if c.style == scene.style else 1)["meta"], "reading": True}}
        | {"text": c.names or [c.label] * len(c.kl), "hovertemplate": _READING}
        for _, c in _chosen_last(scene, [(c.style, c) for c in scene.curves])
    ]
    if scene.turns:
        marker = {"color": "rgba(0,0,0,0)", "size": 17, "line": {"color": scene.style.color, "width": 2}}
        kl, truth, names = zip(*scene.turns, strict=True)
        rings = _trace("4", kl, truth, mode="markers", showlegend=False, marker=marker, text=names)
        traces.append(rings | {"hovertemplate": _READING, "meta": {"names": names, "place": "point"}})
    here = _chosen_last(scene, [(s.style, s.kl, s.law.mean_truth, s.label) for s in scene.shown if s.kl is not None])
    said = [style.name if style in pointed else "you are here" if style == scene.style else "" for style, *_ in here]
    told = {"hovertemplate": _READING, "meta": {"names": said, "place": "point", "together": bool(pointed)}}
    return [*traces, *(mark | told for mark in _marks("4", here))]


_GAP = np.array([np.nan]), np.array([np.nan])

_DASHED = "7px 4px"

_READING = "%{text} · KL %{x:.2f} nats · mean truth %{y:.3f}<extra></extra>"


def _trace(panel: str, x: Any, y: Any, **more: Any) -> dict[str, Any]:
    return {"type": "scatter", "xaxis": f"x{panel}", "yaxis": f"y{panel}", "x": _f32(x), "y": _f32(y)} | more


def _line(
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
    trace = _trace(
        panel,
        x,
        y,
        mode="lines",
        name=name,
        showlegend=legend,
        line={"color": color, "width": width, "dash": dash, "simplify": False},
    )
    trace |= {"hovertemplate": f"{name}<br>%{{x:.3f}}, %{{y:.3f}}<extra></extra>"} if name else {"hoverinfo": "skip"}
    return trace | ({"fill": "tozeroy", "fillcolor": _rgba(color, 0.2)} if fill else {})


def _named(name: str, place: str, weight: int = 0) -> dict[str, Any]:
    """What a trace is called on the picture, and where: at its "end" or its "top". The heaviest names choose first."""
    return {"meta": {"name": name, "place": place, "weight": weight}}


def _chosen_last(scene: Scene, items: Sequence[tuple]) -> list[tuple]:
    """`items`, which start with a style, in their order but with the chosen method’s on top."""
    return sorted(items, key=lambda item: item[0] == scene.style)


def _marks(panel: str, marks: Sequence[tuple[Style, float, float, str]]) -> list[dict[str, Any]]:
    """Points: style, x, y and what to call them. Steering’s is a diamond."""
    if not marks:
        return []
    styles, x, y, names = zip(*marks, strict=True)
    points = _trace(
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
            "symbol": ["diamond" if style == STEERING else "circle" for style in styles],
            "line": {"color": "white", "width": 1.5},
        },
    )
    return [points]


def _spikes(panel: str, atoms: Atoms, top: float, style: Style, name: str, legend: bool) -> dict[str, Any]:
    """Point masses: bars to the top of the panel that end in an arrow head; specks of mass are left out."""
    seen = atoms.mass > LEAST_ATOM
    atoms = Atoms(atoms.position[seen], atoms.mass[seen])
    x = np.repeat(atoms.position, 3)
    y = np.tile([0.0, 0.96 * top, np.nan], atoms.position.size)
    color = style.color
    return _trace(
        panel,
        x,
        y,
        mode="lines+markers",
        name=name,
        showlegend=legend,
        line={"color": color, "width": 3.5, "simplify": False},
        marker={"color": color, "size": [0, 12, 0] * atoms.position.size, "symbol": "triangle-up", "opacity": 1},
        cliponaxis=False,
        text=[f"a share of {mass:.3g} at exactly" for mass in np.repeat(atoms.mass, 3)],
        hovertemplate=f"{name}: %{{text}} %{{x:.3f}}<extra></extra>",
    )


def _layout(ranges: Ranges, domains: Mapping[str, tuple], height: int) -> dict[str, Any]:
    names = {
        "": ("persuasiveness", "persuasiveness density"),
        "2": ("truth", "truth density"),
        "3": ("persuasiveness", "truth"),
        "4": ("pressure", "mean truth"),
    }
    words = {"3": ("persuasiveness", "truth"), "4": ("KL from the base model (nats)", "mean truth")}
    layout: dict[str, Any] = {
        "height": height,
        "margin": {"l": 52, "r": 12, "t": 26, "b": 46},
        "font": {"size": 13},
        "hovermode": "closest",
        "showlegend": False,
        "dragmode": False,
        "annotations": [
            {
                "text": f"<b>{TITLES[panel]}</b>{ASIDES.get(panel, '')}",
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
            for panel in PANELS
        ],
    }
    for panel in PANELS:
        x, y = domains[panel]
        across, up = words.get(panel, ("", ""))
        layout[f"xaxis{panel}"] = _axis(ranges[names[panel][0]], x, f"y{panel}", across)
        layout[f"yaxis{panel}"] = _axis(ranges[names[panel][1]], y, f"x{panel}", up) | {"showticklabels": bool(up)}
    return layout


def _axis(span: tuple[float, float], domain: tuple[float, float], anchor: str, title: str) -> dict[str, Any]:
    return {
        "range": list(span),
        "domain": list(domain),
        "anchor": anchor,
        "fixedrange": True,
        "nticks": 7,
        "ticklabeloverflow": "allow",
        "title": {"text": title, "standoff": 6, "font": {"size": 13}},
    }


def _rgba(color: str, alpha: float) -> str:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def _f32(values: Any) -> dict[str, Any]:
    """Plotly's typed array: half the bytes of JSON text, and no parsing."""
    array = np.clip(np.asarray(values, dtype=float), -LARGEST, LARGEST).astype("<f4")
    packed = {"dtype": "f4", "bdata": base64.b64encode(array.tobytes()).decode()}
    return packed if array.ndim == 1 else packed | {"shape": ", ".join(map(str, array.shape))}
