"""What the four panels of a selection show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from dashboard.figures.axes import outward, rung
from dashboard.figures.ghosts import Ghost
from dashboard.figures.style import BASE, STEERING, Style
from models.laws.base import BaseLaw, OutputLaw
from models.numerics.axes import Floats

__all__ = [
    "LEAST_REACH",
    "ROOMY",
    "Curve",
    "Handle",
    "Line",
    "Ranges",
    "Scene",
    "Shadow",
    "Shown",
    "density_points",
    "reach_of",
    "span_of",
]

LEAST_REACH = 6.0  # nats
ROOMY = 2.5  # how many times too long an axis may stay during a drag (`drawing.js`): curves go as far
Ranges = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Curve:
    """Mean truth against KL for one method; `names` say what each point is, “best of 26”."""

    style: Style
    label: str
    kl: np.ndarray
    mean_truth: np.ndarray
    names: Sequence[str] = ()


@dataclass(frozen=True)
class Shown:
    """A law beside the base model’s: `threshold` is where selection cuts, if it does, `name` what stands on the picture."""

    style: Style
    label: str
    law: OutputLaw
    threshold: float | None = None
    kl: float | None = None
    name: str = ""


@dataclass(frozen=True)
class Handle:
    """What a hand on the picture can take: the point on the chosen curve, and the threshold where there is one.

    Attributes:
        slider: the setting that follows. log: whether it is on a log scale.
        pressures, kl, cuts: its value along the curve, with the KL and the threshold there. cut: the present threshold.
        at: KL and mean truth of the point. label, text: what the slider and its value are called.
    """

    slider: str
    log: bool
    pressures: np.ndarray
    kl: np.ndarray
    at: tuple[float, float]
    label: str
    text: str
    cuts: np.ndarray | None = None
    cut: float | None = None


@dataclass(frozen=True)
class Line:
    """A curve in the plane: truth `t` over persuasiveness `p`."""

    style: Style
    label: str
    p: np.ndarray
    t: np.ndarray
    dash: str = "solid"


@dataclass(frozen=True)
class Shadow:
    """What a pinned scene leaves on another: the base model’s law, what is selected, if it exists, and the method’s curve."""

    base: BaseLaw
    got: Shown | None
    curve: Curve | None

    @cached_property
    def laws(self) -> list[Shown]:
        """The selected law, then the base model’s."""
        return [*([self.got] if self.got else []), Shown(BASE, "base model", self.base)]

    @cached_property
    def spans(self) -> list[tuple[float, float]]:
        return [_span_of(shown, self.base) for shown in self.laws]

    @cached_property
    def persuasiveness(self) -> list[tuple[np.ndarray, np.ndarray]]:
        return _densities_of_persuasiveness(self.laws, self.spans)

    @cached_property
    def truth(self) -> list[tuple[np.ndarray, np.ndarray]]:
        return _densities_of_truth(self.laws)

    @cached_property
    def regression(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Truth to expect at each persuasiveness, where there is a density."""
        if not self.base.edges.size:
            return None
        seen = np.concatenate([x for x, _ in self.persuasiveness])
        p = np.linspace(np.min(seen), np.max(seen), 121)
        p = p[np.isfinite(self.base.log_persuasiveness_pdf(p))]
        return p, self.base.regression(p)


@dataclass(frozen=True)
class Scene:
    """What the four panels show.

    Attributes:
        base: the base model’s law.
        shown: the laws beside it, the selected one first if it exists.
        style: the chosen method’s.
        lines: further curves in the plane.
        curves: mean truth against KL, one per method, steering’s path among them.
        turns: KL, mean truth and a name wherever the chosen method’s curve turns.
        weight: whether to draw the density ratio over the base density, on its own scale.
        alt: the picture in words.
        handle: what a hand can take.
        ghosts: what is pinned.
    """

    base: BaseLaw
    shown: Sequence[Shown]
    style: Style
    lines: Sequence[Line]
    curves: Sequence[Curve]
    turns: Sequence[tuple[float, float, str]]
    weight: bool
    alt: str
    handle: Handle | None = None
    ghosts: Sequence[Ghost[Shadow]] = ()

    @property
    def laws(self) -> list[Shown]:
        """Every law that has densities here, the base model’s first."""
        return [Shown(BASE, "base model", self.base, name="base model"), *self.shown]

    @cached_property
    def spans(self) -> list[tuple[float, float]]:
        """Where each law’s persuasiveness lies."""
        return [_span_of(shown, self.base) for shown in self.laws]

    @cached_property
    def persuasiveness(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Points and density of P, law by law."""
        return _densities_of_persuasiveness(self.laws, self.spans)

    @cached_property
    def truth(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Points and density of T, law by law."""
        return _densities_of_truth(self.laws)

    def _main(self, densities: Sequence[tuple]) -> list[tuple]:
        """The densities that set the scale: the base model’s, the chosen method’s and RL’s."""
        main = (BASE, self.style, STEERING)
        return [points for shown, points in zip(self.laws, densities, strict=True) if shown.style in main]

    @cached_property
    def ranges(self) -> Ranges:
        """The axes this scene would choose by itself."""
        kl = max((shown.kl or 0.0 for shown in self.shown), default=0.0)
        pressure = (0.0, reach_of(kl))
        shadows = [ghost.of for ghost in self.ghosts]
        curves = [*self.curves, *(shadow.curve for shadow in shadows if shadow.curve)]
        means = [c.mean_truth[c.kl <= pressure[1]] for c in curves]
        laws = [*self.laws, *(shown for shadow in shadows for shown in shadow.laws)]
        selected = [np.array([shown.law.mean_truth]) for shown in laws]
        return {
            "persuasiveness": _padded([*self.spans, *(span for shadow in shadows for span in shadow.spans)]),
            "truth": _padded([span_of(shown.law.mean_truth, shown.law.sd_truth) for shown in laws]),
            "persuasiveness density": (0.0, _top(self._main(self.persuasiveness))),
            "truth density": (0.0, _top(self._main(self.truth))),
            "pressure": pressure,
            "mean truth": _padded(np.concatenate([*means, *selected]), 0.08),
        }


def _span_of(shown: Shown, base: BaseLaw) -> tuple[float, float]:
    """Where a law’s persuasiveness lies."""
    return span_of(shown.law.mean_persuasiveness, shown.law.sd_persuasiveness) or (
        float(base.isf(np.log(0.98))),
        float(base.isf(-(shown.kl or 0.0) - 2.5)),
    )


def _densities_of_persuasiveness(
    laws: Sequence[Shown], spans: Sequence[tuple[float, float]]
) -> list[tuple[np.ndarray, np.ndarray]]:
    return [
        (x, shown.law.persuasiveness_pdf(x))
        for shown, span in zip(laws, spans, strict=True)
        for x in [density_points(span, shown.threshold, shown.law.jumps)]
    ]


def _densities_of_truth(laws: Sequence[Shown]) -> list[tuple[np.ndarray, np.ndarray]]:
    return [
        (x, shown.law.truth_pdf(x))
        for shown in laws
        if (span := span_of(shown.law.mean_truth, shown.law.sd_truth))
        for x in [density_points(span)]
    ]


def span_of(mean: float | None, sd: float | None) -> tuple[float, float] | None:
    """3.6 standard deviations either way, where both numbers exist."""
    return None if mean is None or sd is None or not np.isfinite(sd) else (mean - 3.6 * sd, mean + 3.6 * sd)


def density_points(span: tuple[float, float], cut: float | None = None, jumps: Floats = ()) -> Floats:
    """Where to evaluate a density: two thirds of its span more on either side, from just below `cut` if there is one; and
    on both sides of its jumps."""
    reach = (span[1] - span[0]) / 3
    x = np.linspace(span[0] - reach, span[1] + reach, 151)
    if np.size(jumps):
        x = np.sort(np.concatenate([x, jumps, np.nextafter(jumps, -np.inf)]))
    return x if cut is None else np.concatenate([[np.nextafter(cut, -np.inf), cut], x[x > cut]])


def reach_of(kl: float) -> float:
    """Where the axis of pressure ends when what is shown is at `kl` nats."""
    return max(LEAST_REACH, rung(1.1 * kl)) if kl > 0 else LEAST_REACH


def _padded(values: Any, share: float = 0.04) -> tuple[float, float]:
    """From the least to the greatest value, `share` of it more on either side, and out to round numbers; never empty."""
    low, high = float(np.min(values)), float(np.max(values))
    seen = high - low > 1e-9 * max(abs(low), abs(high))  # what is less is rounding
    pad = share * (high - low) if seen else 0.5
    return outward(low - pad, high + pad)


def _top(densities: Sequence[tuple[np.ndarray, np.ndarray]]) -> float:
    highest = max(float(np.max(y)) for _, y in densities)
    return rung(1.06 * highest) if highest > 0 else 1.0
