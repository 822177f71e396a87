"""Results → Plotly figures: pure functions, with no maths of their own and no Streamlit.

Every page shows the same four panels: the persuasiveness density, the truth density, the plane of both, and
mean truth against pressure. A figure is a plain dict: "data", the "wide" and "narrow" layouts, and "alt" text.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from models import OutputMixture
from models.laws import Atoms, BaseLaw, OutputLaw

__all__ = ["STYLES", "Curve", "Line", "Ranges", "Scene", "Shown", "Style", "four_panels", "ternary"]

Ranges = Mapping[str, tuple[float, float]]


class Style(NamedTuple):
    """Colour (Okabe–Ito, safe for colour blindness) and dash: the same meaning in every figure."""

    color: str
    dash: str = "solid"


STYLES = {
    "Base": Style("#8a8a8a"),
    "Filter": Style("#009E73", "6px 2px 2px 2px"),
    "Best-of-n": Style("#0072B2"),
    "Boltzmann": Style("#E69F00", "8px 3px"),
    "Quantilizer": Style("#CC79A7", "3px 2px"),
    "Best-of-Poisson": Style("#56B4E9", "10px 3px 2px 3px"),
    "Chi-squared": Style("#999933", "5px 2px"),
    "Pinned": Style("#b08d57", "2px 2px"),
    "RL": Style("#D55E00"),
}

LARGEST = 3e38  # of a 32-bit float
LEAST_ATOM = 1e-3  # the smallest point mass that gets an arrow
PANELS = ("", "2", "3", "4")  # Plotly’s suffixes: axes x and y, x2 and y2, …
TITLES = {
    "": "What we measure: persuasiveness",
    "2": "What we want: truth",
    "3": "Truth against persuasiveness",
    "4": "Mean truth against pressure",
}
WIDE = {
    "": ((0, 0.475), (0.575, 1)),
    "2": ((0.545, 1), (0.575, 1)),
    "3": ((0, 0.475), (0, 0.425)),
    "4": ((0.545, 1), (0, 0.425)),
}
NARROW = {"": ((0, 1), (0.81, 1)), "2": ((0, 1), (0.57, 0.76)), "3": ((0, 1), (0.3, 0.52)), "4": ((0, 1), (0, 0.22))}


@dataclass(frozen=True)
class Curve:
    """Mean truth against KL for one method: `style` names it in `STYLES`."""

    style: str
    label: str
    kl: np.ndarray
    mean_truth: np.ndarray


@dataclass(frozen=True)
class Shown:
    """A law beside the base model’s: `style` names it in `STYLES`, `threshold` is where selection cuts, if it does."""

    style: str
    label: str
    law: OutputLaw
    threshold: float | None = None
    kl: float | None = None


@dataclass(frozen=True)
class Line:
    """A curve in the plane: truth `t` over persuasiveness `p`."""

    style: str
    label: str
    p: np.ndarray
    t: np.ndarray
    dash: str = "solid"


@dataclass(frozen=True)
class Scene:
    """What the four panels show.

    Attributes:
        base: the base model’s law.
        shown: the laws beside it, the selected one first if it exists.
        style: the chosen method’s entry in `STYLES`.
        lines: further curves in the plane.
        curves: mean truth against KL, one per method, steering’s path among them.
        turns: KL and mean truth wherever the chosen method’s curve turns.
        weight: whether to draw the density ratio over the base density, on its own scale.
        alt: the picture in words.
    """

    base: BaseLaw
    shown: Sequence[Shown]
    style: str
    lines: Sequence[Line]
    curves: Sequence[Curve]
    turns: Sequence[tuple[float, float]]
    weight: bool
    alt: str

    @property
    def laws(self) -> list[Shown]:
        """Every law that has densities here, the base model’s first."""
        return [Shown("Base", "base model", self.base), *self.shown]

    @cached_property
    def spans(self) -> list[tuple[float, float]]:
        """Where each law’s persuasiveness lies."""
        return [
            _span(shown.law.mean_persuasiveness, shown.law.sd_persuasiveness)
            or (float(self.base.isf(np.log(0.98))), float(self.base.isf(-(shown.kl or 0.0) - 2.5)))
            for shown in self.laws
        ]

    @cached_property
    def persuasiveness(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Points and density of P, law by law."""
        return [
            (x, shown.law.persuasiveness_pdf(x))
            for shown, span in zip(self.laws, self.spans, strict=True)
            for x in [_points(span, shown.threshold)]
        ]

    @cached_property
    def truth(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Points and density of T, law by law."""
        return [
            (x, shown.law.truth_pdf(x))
            for shown in self.laws
            for x in [_points(_span(shown.law.mean_truth, shown.law.sd_truth))]
        ]

    def _main(self, densities: Sequence[tuple]) -> list[tuple]:
        """The densities that set the scale: the base model’s, the chosen method’s and RL’s."""
        main = ("Base", self.style, "RL")
        return [points for shown, points in zip(self.laws, densities, strict=True) if shown.style in main]

    @cached_property
    def ranges(self) -> Ranges:
        """The axes this scene would choose by itself."""
        kl = max((shown.kl or 0.0 for shown in self.shown), default=0.0)
        pressure = (0.0, max(6.0, 1.25 * kl))
        means = [c.mean_truth[c.kl <= pressure[1]] for c in self.curves]
        selected = [np.array([shown.law.mean_truth]) for shown in self.shown]
        return {
            "persuasiveness": _padded(self.spans),
            "truth": _padded([_span(shown.law.mean_truth, shown.law.sd_truth) for shown in self.laws]),
            "persuasiveness density": (0.0, _top(self._main(self.persuasiveness))),
            "truth density": (0.0, _top(self._main(self.truth))),
            "pressure": pressure,
            "mean truth": _padded(np.concatenate([*means, *selected, [self.base.mean_truth]]), 0.08),
        }


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
    }


# ── panels ──


def _density_panel(panel: str, scene: Scene, densities: Sequence[tuple], top: float) -> list[dict]:
    """Densities with a stem at the mean, and point masses as arrows; `panel` is "" or "2"."""
    traces = []
    pairs = [(shown.style, shown, *points) for shown, points in zip(scene.laws, densities, strict=True)]
    for style, shown, x, y in _chosen_last(scene, pairs):
        law = shown.law
        legend = panel == "" and style != "RL"
        if np.any(y > 0):
            if panel == "" and scene.weight and style == scene.style:
                seen = np.linspace(*scene.ranges["persuasiveness"], 201)
                with np.errstate(divide="ignore"):
                    log_ratio = np.log(law.persuasiveness_pdf(seen)) - scene.base.log_persuasiveness_pdf(seen)
                weight = 0.94 * top * np.exp(log_ratio - np.max(log_ratio))
                traces.append(
                    _line("", seen, weight, style, width=1.5, name="weight (own scale)", legend=True, dash="2px 3px")
                )
            mean = law.mean_truth if panel else law.mean_persuasiveness
            if mean is not None and np.isfinite(mean):
                stem = [np.nan, mean, mean], [np.nan, 0.0, np.interp(mean, x, y)]
                x, y = np.concatenate([x, stem[0]]), np.concatenate([y, stem[1]])
            main = style == scene.style
            width = 2.5 if main or style == "RL" else 1.5
            dash = STYLES[style].dash if not main else "solid"
            traces.append(
                _line(
                    panel,
                    x,
                    y,
                    style,
                    width=width,
                    name=shown.label,
                    legend=legend,
                    fill=main or style == "Base",
                    dash=dash,
                )
            )
            legend = False
        atoms = law.truth_atoms() if panel else law.persuasiveness_atoms()
        if np.any(atoms.mass > LEAST_ATOM):
            traces.append(_spikes(panel, atoms, top, style, shown.label, legend))
    return traces


def _plane(scene: Scene, span: tuple[float, float]) -> list[dict]:
    traces = [_base_law(scene, span)]
    traces += [_cloud(shown.law, scene) for shown in scene.shown if shown.style == scene.style]
    if scene.base.edges.size:
        low, high = (f(np.concatenate([x for x, _ in scene.persuasiveness])) for f in (np.min, np.max))
        p = np.linspace(low, high, 121)
        name = "truth to expect at each persuasiveness"
        p = p[np.isfinite(scene.base.log_persuasiveness_pdf(p))]
        traces.append(_line("3", p, scene.base.regression(p), "Base", width=1.5, name=name, legend=True, dash=_DASHED))
    traces += [
        _line("3", line.p, line.t, line.style, width=2.5, name=line.label, legend=line.style != "RL", dash=line.dash)
        for line in scene.lines
    ]
    marks = [
        (shown.style, shown.law.mean_persuasiveness, shown.law.mean_truth, shown.label)
        for shown in scene.laws
        if shown.law.mean_persuasiveness is not None and np.isfinite(shown.law.mean_persuasiveness)
    ]
    return [trace for trace in [*traces, _marks("3", _chosen_last(scene, marks))] if trace is not None]


def _base_law(scene: Scene, span: tuple[float, float]) -> dict:
    """The base law: rings of equal density around its modes, or a heat map where it is no mixture."""
    if isinstance(scene.base, OutputMixture):
        rings = [
            ring
            for mode in scene.base.modes
            if mode.weight > 0
            for radius in (1, 2, 3)
            for ring in (mode.ellipse(radius), _GAP)
        ]
        return _line("3", *(np.concatenate(axis) for axis in zip(*rings, strict=True)), "Base", width=1)
    t = np.linspace(*_span(scene.base.mean_truth, scene.base.sd_truth), 40)
    p = np.linspace(*span, 60)
    return _heat(p, t, scene.base.joint_pdf(t[:, None], p[None, :]), "Base")


def _cloud(law: OutputLaw, scene: Scene) -> dict | None:
    """The selected joint law as a heat map, or as a line where it lies on one."""
    t_span = np.linspace(-4, 4, 40) * law.sd_truth + law.mean_truth
    low, high = scene.spans[1]
    p_span = np.linspace(low - 0.1 * (high - low), high + 0.1 * (high - low), 40)
    density = law.joint_pdf(t_span[:, None], p_span[None, :])
    if np.any(density > 0):
        return _heat(p_span, t_span, density, scene.style)
    if not isinstance(scene.base, OutputMixture) or len(scene.base.modes) > 1:
        return None  # several lines: their means are marked
    ends = np.array([-2, 2])
    if law.sd_persuasiveness > 0:
        p = law.mean_persuasiveness + ends * law.sd_persuasiveness
        return _line("3", p, scene.base.regression(p), scene.style, width=6)
    return _line("3", [law.mean_persuasiveness] * 2, law.mean_truth + ends * law.sd_truth, scene.style, width=6)


def _heat(p: np.ndarray, t: np.ndarray, density: np.ndarray, style: str) -> dict:
    color = STYLES[style].color
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
    traces = [
        _line(
            "4",
            c.kl,
            c.mean_truth,
            c.style,
            width=3 if c.style in (scene.style, "RL") else 1.75,
            name=c.label,
            legend=c.style not in listed or c.style == "RL",
            dash="solid" if c.style == scene.style else STYLES[c.style].dash,
        )
        for _, c in _chosen_last(scene, [(c.style, c) for c in scene.curves])
    ]
    if scene.turns:
        marker = {"color": "rgba(0,0,0,0)", "size": 17, "line": {"color": STYLES[scene.style].color, "width": 2}}
        traces.append(
            _trace(
                "4",
                *zip(*scene.turns, strict=True),
                mode="markers",
                showlegend=False,
                marker=marker,
                hovertemplate="truth turns<br>%{x:.3f}, %{y:.3f}<extra></extra>",
            )
        )
    here = _chosen_last(scene, [(s.style, s.kl, s.law.mean_truth, s.label) for s in scene.shown if s.kl is not None])
    return [*traces, *([_marks("4", here)] if here else [])]


def ternary(
    start: tuple[float, ...],
    end: tuple[float, ...] | None,
    path: np.ndarray,
    rewards: Sequence[float],
    truths: Sequence[float],
) -> dict[str, Any]:
    """The weights (α, β, γ) in a triangle: RL’s way, and lines of equal reward and of equal mean truth.

    Args:
        start, end: the base model’s weights, and RL’s where they add to 1. path: weights along training, shape (points, 3).
        rewards, truths: reward and mean truth at the three corners A, B and C.
    """
    data = []
    for style, values, name in (("Filter", truths, "equal mean truth"), ("Quantilizer", rewards, "equal reward")):
        for k, level in enumerate(np.linspace(min(values), max(values), 9)[1:-1]):
            ends = _level_line(values, level)
            if len(ends) == 2:
                data.append(
                    _corner(np.array(ends), style, f"{name}: {level:.2f}", legend=k == 0, legend_name=name, width=1)
                )
    data.append(_corner(path, "RL", "RL’s training path", legend=True, width=3))
    for style, name, weights, symbol in (("Base", "base model", start, "circle"), ("RL", "RL", end, "diamond")):
        if weights is not None:
            marker = {
                "color": STYLES[style].color,
                "size": 12,
                "symbol": symbol,
                "line": {"color": "white", "width": 1.5},
            }
            point = {axis: [weight] for axis, weight in zip("abc", weights, strict=True)}
            data.append({"type": "scatterternary", "mode": "markers", "marker": marker, "name": name} | point)
    axes = {
        f"{k}axis": {"title": {"text": title}, "nticks": 5}
        for k, title in zip("abc", ("α: A alone", "β: B alone", "γ: C alone"), strict=True)
    }
    layout = {
        "ternary": {"sum": 1, **axes},
        "height": 420,
        "margin": {"l": 60, "r": 60, "t": 40, "b": 60},
        "legend": {"orientation": "h"},
    }
    return {"data": data, "layout": layout}


def _level_line(values: Sequence[float], level: float) -> list[np.ndarray]:
    """Where the plane through `values` at the corners is at `level`, on the triangle’s edges."""
    corners, ends = np.eye(3), []
    for i, j in ((0, 1), (1, 2), (0, 2)):
        if (values[i] - level) * (values[j] - level) < 0:
            share = (level - values[i]) / (values[j] - values[i])
            ends.append(corners[i] + share * (corners[j] - corners[i]))
    return ends


def _corner(
    weights: np.ndarray, style: str, name: str, *, legend: bool, width: float, legend_name: str = ""
) -> dict[str, Any]:
    a, b, c = weights.T
    return {
        "type": "scatterternary",
        "a": a.tolist(),
        "b": b.tolist(),
        "c": c.tolist(),
        "mode": "lines",
        "name": legend_name or name,
        "legendgroup": legend_name or name,
        "showlegend": legend,
        "line": {"color": STYLES[style].color, "width": width},
        "hovertemplate": f"{name}<extra></extra>",
    }


# ── pieces ──

_GAP = np.array([np.nan]), np.array([np.nan])
_DASHED = "7px 4px"


def _trace(panel: str, x: Any, y: Any, **more: Any) -> dict[str, Any]:
    return {"type": "scatter", "xaxis": f"x{panel}", "yaxis": f"y{panel}", "x": _f32(x), "y": _f32(y)} | more


def _line(
    panel: str,
    x: Any,
    y: Any,
    style: str,
    *,
    width: float,
    name: str = "",
    legend: bool = False,
    dash: str = "solid",
    fill: bool = False,
) -> dict[str, Any]:
    """A line; without a name it does not answer the pointer."""
    color = STYLES[style].color
    trace = _trace(
        panel, x, y, mode="lines", name=name, showlegend=legend, line={"color": color, "width": width, "dash": dash}
    )
    trace |= {"hovertemplate": f"{name}<br>%{{x:.3f}}, %{{y:.3f}}<extra></extra>"} if name else {"hoverinfo": "skip"}
    return trace | ({"fill": "tozeroy", "fillcolor": _rgba(color, 0.2)} if fill else {})


def _chosen_last(scene: Scene, items: Sequence[tuple]) -> list[tuple]:
    """`items`, which start with a style, in their order but with the chosen method’s on top."""
    return sorted(items, key=lambda item: item[0] == scene.style)


def _marks(panel: str, marks: Sequence[tuple[str, float, float, str]]) -> dict[str, Any] | None:
    """Points: style, x, y and what to call them. Steering’s is a diamond."""
    if not marks:
        return None
    styles, x, y, names = zip(*marks, strict=True)
    return _trace(
        panel,
        x,
        y,
        mode="markers",
        text=names,
        showlegend=False,
        hovertemplate="%{text}<br>%{x:.3f}, %{y:.3f}<extra></extra>",
        marker={
            "color": [STYLES[style].color for style in styles],
            "size": 11,
            "symbol": ["diamond" if style == "RL" else "circle" for style in styles],
            "line": {"color": "white", "width": 1.5},
        },
    )


def _spikes(panel: str, atoms: Atoms, top: float, style: str, name: str, legend: bool) -> dict[str, Any]:
    """Point masses: bars to the top of the panel that end in an arrow head; specks of mass are left out."""
    seen = atoms.mass > LEAST_ATOM
    atoms = Atoms(atoms.position[seen], atoms.mass[seen])
    x = np.repeat(atoms.position, 3)
    y = np.tile([0.0, 0.96 * top, np.nan], atoms.position.size)
    color = STYLES[style].color
    return _trace(
        panel,
        x,
        y,
        mode="lines+markers",
        name=name,
        showlegend=legend,
        line={"color": color, "width": 3.5},
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
                "text": f"<b>{TITLES[panel]}</b>",
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


def _span(mean: float | None, sd: float | None) -> tuple[float, float] | None:
    """3.6 standard deviations either way, where both numbers exist."""
    return None if mean is None or sd is None or not np.isfinite(sd) else (mean - 3.6 * sd, mean + 3.6 * sd)


def _points(span: tuple[float, float], cut: float | None = None) -> np.ndarray:
    """Where to evaluate a density: two thirds of its span more on either side, from just below `cut` if there is one."""
    reach = (span[1] - span[0]) / 3
    x = np.linspace(span[0] - reach, span[1] + reach, 201)
    return x if cut is None else np.concatenate([[np.nextafter(cut, -np.inf), cut], x[x > cut]])


def _padded(values: Any, share: float = 0.04) -> tuple[float, float]:
    """From the least to the greatest value, and `share` of it more on either side; never an empty range."""
    low, high = float(np.min(values)), float(np.max(values))
    pad = share * (high - low) or 0.5
    return low - pad, high + pad


def _top(densities: Sequence[tuple[np.ndarray, np.ndarray]]) -> float:
    return 1.06 * max(float(np.max(y)) for _, y in densities) or 1.0


def _rgba(color: str, alpha: float) -> str:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def _f32(values: Any) -> dict[str, Any]:
    """Plotly's typed array: half the bytes of JSON text, and no parsing."""
    array = np.clip(np.asarray(values, dtype=float), -LARGEST, LARGEST).astype("<f4")
    packed = {"dtype": "f4", "bdata": base64.b64encode(array.tobytes()).decode()}
    return packed if array.ndim == 1 else packed | {"shape": ", ".join(map(str, array.shape))}
