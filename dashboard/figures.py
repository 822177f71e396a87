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
from models.laws import Atoms, OutputLaw

__all__ = ["STYLES", "Curve", "Ranges", "Scene", "Style", "four_panels"]

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
    "RL": Style("#D55E00"),
}

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
class Scene:
    """What the four panels show.

    Attributes:
        base: the base model's law.
        selected: the law after selection, or None where it does not exist.
        style, label: the selection's entry in `STYLES`, and its words, e.g. "best of 64".
        threshold: where selection cuts, if it does.
        rival, path: the law that steering ends at (None in a tie) and the laws on the way there.
        curves: mean truth against KL, one per method, steering's path among them.
        kl: the selection's KL, nats.
        alt: the picture in words.
    """

    base: OutputMixture
    selected: OutputLaw | None
    style: str
    label: str
    threshold: float | None
    rival: OutputLaw | None
    path: OutputLaw
    curves: Sequence[Curve]
    kl: float | None
    alt: str

    @property
    def laws(self) -> dict[str, OutputLaw]:
        """The laws that have densities here, by style, base first."""
        present = {"Base": self.base, self.style: self.selected, "RL": self.rival}
        return {style: law for style, law in present.items() if law is not None}

    @cached_property
    def persuasiveness(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Points and density of P, by style."""
        return {
            style: (x, law.persuasiveness_pdf(x))
            for style, law in self.laws.items()
            for cut in [self.threshold if style == self.style else None]
            for x in [_points(law.mean_persuasiveness, law.sd_persuasiveness, cut)]
        }

    @cached_property
    def truth(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Points and density of T, by style."""
        return {
            style: (x, law.truth_pdf(x))
            for style, law in self.laws.items()
            for x in [_points(law.mean_truth, law.sd_truth)]
        }

    @cached_property
    def ranges(self) -> Ranges:
        """The axes this scene would choose by itself."""
        laws = self.laws.values()
        pressure = (0.0, max(6.0, 1.25 * (self.kl or 0.0)))
        means = [c.mean_truth[c.kl <= pressure[1]] for c in self.curves]
        return {
            "persuasiveness": _padded(
                [
                    m + k * s
                    for m, s in ((w.mean_persuasiveness, w.sd_persuasiveness) for w in laws)
                    for k in (-3.6, 3.6)
                ]
            ),
            "truth": _padded([m + k * s for m, s in ((w.mean_truth, w.sd_truth) for w in laws) for k in (-3.6, 3.6)]),
            "persuasiveness density": (0.0, _top(self.persuasiveness)),
            "truth density": (0.0, _top(self.truth)),
            "pressure": pressure,
            "mean truth": _padded(np.concatenate(means)),
        }


def four_panels(scene: Scene) -> dict[str, Any]:
    """The figure of `scene`."""
    ranges = scene.ranges
    data = [
        *_density_panel("", scene, scene.persuasiveness, ranges["persuasiveness density"][1]),
        *_density_panel("2", scene, scene.truth, ranges["truth density"][1]),
        *_plane(scene),
        *_goodhart_curve(scene),
    ]
    return {
        "data": data,
        "layouts": {
            "wide": _layout(ranges, WIDE, height=555),
            "narrow": _layout(ranges, NARROW, height=1340),
        },
        "alt": scene.alt,
    }


# ── panels ──


def _density_panel(panel: str, scene: Scene, densities: Mapping[str, tuple], top: float) -> list[dict]:
    """Densities with a stem at the mean, and point masses as arrows; `panel` is "" or "2"."""
    names = {"Base": "base model", scene.style: scene.label, "RL": "RL on (α, β, γ)"}
    traces = []
    for style, law in scene.laws.items():
        x, y = densities[style]
        legend = panel == "" and style != "RL"
        if np.any(y > 0):
            mean = law.mean_truth if panel else law.mean_persuasiveness
            stem = [np.nan, mean, mean], [np.nan, 0.0, np.interp(mean, x, y)]
            x, y = np.concatenate([x, stem[0]]), np.concatenate([y, stem[1]])
            width = 1.5 if style == "Base" else 2.5
            traces.append(_line(panel, x, y, style, width=width, name=names[style], legend=legend, fill=style != "RL"))
            legend = False
        atoms = law.truth_atoms() if panel else law.persuasiveness_atoms()
        if atoms.position.size:
            traces.append(_spikes(panel, atoms, top, style, names[style], legend))
    return traces


def _plane(scene: Scene) -> list[dict]:
    rings = [ring for radius in (1, 2, 3) for mode in scene.base.modes for ring in (mode.ellipse(radius), _GAP)]
    traces = [_line("3", *(np.concatenate(axis) for axis in zip(*rings, strict=True)), "Base", width=1)]
    if scene.selected is not None:
        traces.append(_cloud(scene))
    if scene.base.sd_persuasiveness > 0:
        seen = np.concatenate([x for x, _ in scene.persuasiveness.values()])
        p = np.linspace(seen.min(), seen.max(), 61)
        line = _line(
            "3",
            p,
            scene.base.regression(p),
            "Base",
            width=1.5,
            name="truth to expect at each persuasiveness",
            legend=True,
            dash=_DASHED,
        )
        traces.append(line)
    path = scene.path
    traces.append(_line("3", path.mean_persuasiveness, path.mean_truth, "RL", width=2.5, name="RL on (α, β, γ)"))
    labels = {"Base": "base model", scene.style: scene.label, "RL": "RL’s corner"}
    marks = {style: (law.mean_persuasiveness, law.mean_truth, labels[style]) for style, law in scene.laws.items()}
    return [*traces, _marks("3", marks)]


def _cloud(scene: Scene) -> dict:
    """The selected joint law as a heat map over its own ±4 standard deviations."""
    law = scene.selected
    t = np.linspace(-4, 4, 40) * law.sd_truth + law.mean_truth
    p = np.linspace(-4, 4, 40) * law.sd_persuasiveness + law.mean_persuasiveness
    density = law.joint_pdf(t[:, None], p[None, :])
    if not np.any(density > 0):
        span = np.array([-2, 2])
        if law.sd_persuasiveness > 0:
            p = law.mean_persuasiveness + span * law.sd_persuasiveness
            return _line("3", p, scene.base.regression(p), scene.style, width=6)
        return _line("3", [law.mean_persuasiveness] * 2, law.mean_truth + span * law.sd_truth, scene.style, width=6)
    color = STYLES[scene.style].color
    return {
        "type": "heatmap", "xaxis": "x3", "yaxis": "y3", "x0": p[0], "dx": p[1] - p[0], "y0": t[0], "dy": t[1] - t[0], "z": _f32(density), "showscale": False,
        "colorscale": [[0, _rgba(color, 0)], [0.05, _rgba(color, 0.08)], [1, _rgba(color, 0.85)]],
        "zsmooth": "fast", "hoverinfo": "skip",
    }  # fmt: skip


def _goodhart_curve(scene: Scene) -> list[dict]:
    traces = [
        _line(
            "4", c.kl, c.mean_truth, c.style, width=3 if c.style in (scene.style, "RL") else 1.75, name=c.label,
            legend=c.style != scene.style, dash=STYLES[c.style].dash,
        )
        for c in scene.curves
    ]  # fmt: skip
    if scene.selected is not None and scene.kl is not None:
        traces.append(_marks("4", {scene.style: (scene.kl, scene.selected.mean_truth, scene.label)}))
    return traces


# ── pieces ──

_GAP = np.array([np.nan]), np.array([np.nan])
_DASHED = "7px 4px"


def _trace(panel: str, x: Any, y: Any, **more: Any) -> dict[str, Any]:
    return {"type": "scatter", "xaxis": f"x{panel}", "yaxis": f"y{panel}", "x": _f32(x), "y": _f32(y)} | more


def _line(
    panel: str, x: Any, y: Any, style: str, *, width: float, name: str = "", legend: bool = False, dash: str = "solid",
    fill: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """A line; without a name it does not answer the pointer."""
    color = STYLES[style].color
    trace = _trace(
        panel, x, y, mode="lines", name=name, showlegend=legend, line={"color": color, "width": width, "dash": dash}
    )
    trace |= {"hovertemplate": f"{name}<br>%{{x:.3f}}, %{{y:.3f}}<extra></extra>"} if name else {"hoverinfo": "skip"}
    return trace | ({"fill": "tozeroy", "fillcolor": _rgba(color, 0.2)} if fill else {})


def _marks(panel: str, marks: Mapping[str, tuple[float, float, str]]) -> dict[str, Any]:
    """Points by style: x, y and what to call them. Steering's is a diamond."""
    x, y, names = zip(*marks.values(), strict=True)
    return _trace(
        panel, x, y, mode="markers", text=names, showlegend=False, hovertemplate="%{text}<br>%{x:.3f}, %{y:.3f}<extra></extra>",
        marker={
            "color": [STYLES[style].color for style in marks], "size": 11,
            "symbol": ["diamond" if style == "RL" else "circle" for style in marks],
            "line": {"color": "white", "width": 1.5},
        },
    )  # fmt: skip


def _spikes(panel: str, atoms: Atoms, top: float, style: str, name: str, legend: bool) -> dict[str, Any]:
    """Point masses: bars to the top of the panel that end in an arrow head."""
    x = np.repeat(atoms.position, 3)
    y = np.tile([0.0, 0.96 * top, np.nan], atoms.position.size)
    color = STYLES[style].color
    return _trace(
        panel, x, y, mode="lines+markers", name=name, showlegend=legend, line={"color": color, "width": 3.5},
        marker={"color": color, "size": [0, 12, 0] * atoms.position.size, "symbol": "triangle-up", "opacity": 1},
        cliponaxis=False, text=[f"a share of {mass:.3g} at exactly" for mass in np.repeat(atoms.mass, 3)],
        hovertemplate=f"{name}: %{{text}} %{{x:.3f}}<extra></extra>",
    )  # fmt: skip


def _layout(ranges: Ranges, domains: Mapping[str, tuple], height: int) -> dict[str, Any]:
    names = {
        "": ("persuasiveness", "persuasiveness density"), "2": ("truth", "truth density"),
        "3": ("persuasiveness", "truth"), "4": ("pressure", "mean truth"),
    }  # fmt: skip
    words = {"3": ("persuasiveness", "truth"), "4": ("KL from the base model (nats)", "mean truth")}
    layout: dict[str, Any] = {
        "height": height,
        "margin": {"l": 52, "r": 12, "t": 26, "b": 46},
        "font": {"size": 13},
        "hovermode": "closest",
        "showlegend": False,
        "dragmode": False,
        "annotations": [
            {"text": f"<b>{TITLES[panel]}</b>", "xref": f"x{panel} domain", "yref": f"y{panel} domain", "x": 0, "y": 1,
             "xanchor": "left", "yanchor": "bottom", "yshift": 5, "showarrow": False, "font": {"size": 15}}
            for panel in PANELS
        ],
    }  # fmt: skip
    for panel in PANELS:
        x, y = domains[panel]
        across, up = words.get(panel, ("", ""))
        layout[f"xaxis{panel}"] = _axis(ranges[names[panel][0]], x, f"y{panel}", across)
        layout[f"yaxis{panel}"] = _axis(ranges[names[panel][1]], y, f"x{panel}", up) | {"showticklabels": bool(up)}
    return layout


def _axis(span: tuple[float, float], domain: tuple[float, float], anchor: str, title: str) -> dict[str, Any]:
    return {
        "range": list(span), "domain": list(domain), "anchor": anchor, "fixedrange": True, "nticks": 7, "ticklabeloverflow": "allow",
        "title": {"text": title, "standoff": 6, "font": {"size": 13}},
    }  # fmt: skip


def _points(mean: float, sd: float, cut: float | None = None) -> np.ndarray:
    """Where to evaluate a density: six standard deviations either way, from just below `cut` if there is one."""
    x = mean + sd * np.linspace(-6, 6, 201)
    return x if cut is None else np.concatenate([[np.nextafter(cut, -np.inf), cut], x[x > cut]])


def _padded(values: Any) -> tuple[float, float]:
    """From the least to the greatest value, and 4 % more on either side; never an empty range."""
    low, high = float(np.min(values)), float(np.max(values))
    pad = 0.04 * (high - low) or 0.5
    return low - pad, high + pad


def _top(densities: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> float:
    return 1.06 * max(float(np.max(y)) for _, y in densities.values()) or 1.0


def _rgba(color: str, alpha: float) -> str:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def _f32(values: Any) -> dict[str, Any]:
    """Plotly's typed array: half the bytes of JSON text, and no parsing."""
    array = np.asarray(values, dtype="<f4")
    packed = {"dtype": "f4", "bdata": base64.b64encode(array.tobytes()).decode()}
    return packed if array.ndim == 1 else packed | {"shape": ", ".join(map(str, array.shape))}
