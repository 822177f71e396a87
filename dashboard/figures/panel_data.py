"""What the four panels of a selection show."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from dashboard.figures.axes import outward, rung
from dashboard.figures.dots import DrawnOutputs
from dashboard.figures.ghosts import Ghost
from dashboard.figures.readings import Placeable, Reading
from dashboard.figures.style import BASE, STEERING, Style
from models.laws.base import Atoms, BaseLaw, OutputLaw
from models.numerics.axes import Floats

__all__ = [
    "LEAST_REACH",
    "ROOMY",
    "Ceiling",
    "Handle",
    "Line",
    "MethodCurve",
    "PanelData",
    "Ranges",
    "Shadow",
    "Shown",
    "axis_end",
    "density_points",
    "span_of",
]

ACROSS = np.linspace(-1 / 3, 4 / 3, 151)  # where densities are evaluated, in their span and two thirds of it more
LEAST_REACH = 6.0  # nats
HAIR = 0.01  # of a density’s height
ROOMY = 2.5  # how many times too long an axis may stay during a drag (`drawing.js`): curves go as far
Ranges = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class MethodCurve:
    """Mean truth along rising pressure for one method; `names` say what each point is, “best of 26”."""

    style: Style
    label: str
    along: Placeable
    names: Sequence[str] = ()


@dataclass(frozen=True)
class Shown:
    """A law beside the base model’s: `threshold` is where selection cuts, if it does, `name` what stands on the picture,
    `placed` what has a place in the fourth panel."""

    style: Style
    label: str
    law: OutputLaw
    threshold: float | None = None
    placed: Placeable | None = None
    name: str = ""

    @property
    def kl(self) -> float:
        """KL from the base model, nats."""
        return float(self.placed.kl) if self.placed else 0.0


@dataclass(frozen=True)
class Handle:
    """What a hand on the picture can take: the point on the chosen curve, and the threshold where there is one.

    Attributes:
        slider: the setting that follows. log: whether it is on a log scale.
        pressures, places, cuts: its value along the curve, with the place on the axis and the threshold there.
        at: the point’s place, and its mean truth. cut: the present threshold.
        label, text: what the slider and its value are called.

    There are neither `places` nor `at` where the curve has no place on the axis.
    """

    slider: str
    log: bool
    pressures: np.ndarray
    label: str
    text: str
    places: np.ndarray | None = None
    at: tuple[float, float] | None = None
    cuts: np.ndarray | None = None
    cut: float | None = None


@dataclass(frozen=True)
class Ceiling:
    """What no law at the present KL goes beyond, and what none does at the KL that the axis is made for."""

    here: float
    farthest: float
    name: str


@dataclass(frozen=True)
class Line:
    """A curve in the plane: truth `t` over persuasiveness `p`."""

    style: Style
    label: str
    p: np.ndarray
    t: np.ndarray
    dash: str = "solid"


class Laws(ABC):
    """Laws that have densities in the panels, beside one base model."""

    base: BaseLaw

    @property
    @abstractmethod
    def laws(self) -> list[Shown]: ...

    @cached_property
    def spans(self) -> list[tuple[float, float]]:
        """Where each law’s persuasiveness lies."""
        return [_span_of(shown, self.base) for shown in self.laws]

    @cached_property
    def spans_of_truth(self) -> list[tuple[float, float] | None]:
        """Where each law’s truth lies; where its spread does not exist, the base model’s spread about its mean."""
        sds = [shown.law.sd_truth for shown in self.laws]
        return [
            span_of(shown.law.mean_truth, sd if sd is not None and np.isfinite(sd) else self.base.sd_truth)
            for shown, sd in zip(self.laws, sds, strict=True)
        ]

    @cached_property
    def seen(self) -> list[tuple[float, float]]:
        """Where each law’s persuasiveness is seen."""
        return [
            _seen_of(points, span, shown.law.persuasiveness_atoms(), shown.law.mean_persuasiveness)
            for shown, points, span in zip(self.laws, self.persuasiveness, self.spans, strict=True)
        ]

    @cached_property
    def seen_of_truth(self) -> list[tuple[float, float]]:
        """Where each law’s truth is seen."""
        there = [(shown.law, span) for shown, span in zip(self.laws, self.spans_of_truth, strict=True) if span]
        return [
            _seen_of(points, span, law.truth_atoms(), law.mean_truth)
            for (law, span), points in zip(there, self.truth, strict=True)
        ]

    @cached_property
    def persuasiveness(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Points and density of P, law by law."""
        return [
            (x, shown.law.persuasiveness_pdf(x))
            for shown, span in zip(self.laws, self.spans, strict=True)
            for x in [density_points(span, shown.threshold, shown.law.jumps)]
        ]

    @cached_property
    def truth(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Points and density of T, law by law."""
        return [
            (x, shown.law.truth_pdf(x))
            for shown, span in zip(self.laws, self.spans_of_truth, strict=True)
            if span
            for x in [density_points(span)]
        ]


@dataclass(frozen=True)
class Shadow(Laws):
    """What a pinned scene leaves on another: the base model’s law, what is selected, if it exists, and the method’s curve."""

    base: BaseLaw
    got: Shown | None
    curve: MethodCurve | None

    @cached_property
    def laws(self) -> list[Shown]:
        """The selected law, then the base model’s."""
        return [*([self.got] if self.got else []), Shown(BASE, "base model", self.base)]

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
class PanelData(Laws):
    """What the four panels show.

    Attributes:
        base: the base model’s law.
        shown: the laws beside it, the selected one first if it exists.
        style: the chosen method’s.
        lines: further curves in the plane.
        curves: mean truth along rising pressure, one per method, steering’s path among them.
        turns: what is selected, and a name, wherever the chosen method’s curve turns.
        reading: what mean truth is read against.
        weight: whether to draw the density ratio over the base density, on its own scale.
        alt: the picture in words.
        handle: what a hand can take.
        ceiling: the end of what persuasion can reach, where mean truth is read against it.
        ghosts: what is pinned.
        dots: outputs of the base model, if they are drawn.
    """

    base: BaseLaw
    shown: Sequence[Shown]
    style: Style
    lines: Sequence[Line]
    curves: Sequence[MethodCurve]
    turns: Sequence[tuple[Placeable, str]]
    reading: Reading
    weight: bool
    alt: str
    handle: Handle | None = None
    ceiling: Ceiling | None = None
    ghosts: Sequence[Ghost[Shadow]] = ()
    dots: DrawnOutputs | None = None

    @cached_property
    def laws(self) -> list[Shown]:
        """Every law that has densities here, the base model’s first."""
        return [Shown(BASE, "base model", self.base, name="base model"), *self.shown]

    def _main(self, densities: Sequence[tuple]) -> list[tuple]:
        """The densities that set the scale: the base model’s, the chosen method’s and RL’s."""
        main = (BASE, self.style, STEERING)
        return [points for shown, points in zip(self.laws, densities, strict=True) if shown.style in main]

    @cached_property
    def placed(self) -> list[tuple[MethodCurve, np.ndarray, np.ndarray]]:
        """The curves that have a place on the axis, where their points are, and which of them are anywhere."""
        return [(each, *points) for each in self.curves if (points := self.points_of(each))]

    def points_of(self, curve: MethodCurve | None) -> tuple[np.ndarray, np.ndarray] | None:
        """Where the points of a curve are on the axis, and which are anywhere; None where it has no place."""
        place = self.reading.place(curve.along) if curve else None
        if place is None or not np.any(seen := np.isfinite(place)):
            return None
        return np.asarray(place), seen

    @cached_property
    def absent(self) -> list[str]:
        """The methods, and RL, that have no place on the axis."""
        there = {each.style for each, *_ in self.placed}
        there |= {shown.style for shown in self.shown if self.place_of(shown.placed) is not None}
        styles = [*(each.style for each in self.curves), *(shown.style for shown in self.shown)]
        return list(dict.fromkeys(style.name for style in styles if style not in there))

    def place_of(self, placed: Placeable | None) -> float | None:
        """Where something stands on the axis, None where that is nowhere."""
        place = None if placed is None else self.reading.place(placed)
        return None if place is None or not np.isfinite(place) else float(place)

    @cached_property
    def _axis(self) -> tuple[float, float]:
        """The axis that mean truth is read against."""
        kl = max((shown.kl for shown in self.shown if shown.style != STEERING), default=0.0)
        max_kl = axis_end(kl)
        places = [place[seen & (each.along.kl <= max_kl)] for each, place, seen in self.placed]
        marks = [place for shown in self.shown if (place := self.place_of(shown.placed)) is not None]
        further = [self.ceiling.farthest] if self.ceiling else []
        return self.reading.ends(max_kl, np.concatenate([*places, marks, further]))

    @cached_property
    def ranges(self) -> Ranges:
        """The axes this scene would choose by itself."""
        low, high = pressure = self._axis
        shadows = [ghost.of for ghost in self.ghosts]
        ghostly = [(shadow.curve, *points) for shadow in shadows if (points := self.points_of(shadow.curve))]
        curves = [*self.placed, *((curve, place, seen) for curve, place, seen in ghostly if curve)]
        means = [each.along.mean_truth[seen & (low <= place) & (place <= high)] for each, place, seen in curves]
        there = [shown for shown in self.shown if shown.style.name not in self.absent]
        pinned = [shown for shadow in shadows for shown in shadow.laws]
        rings = [[end for ring in self.base.rings() for end in (np.min(ring[k]), np.max(ring[k]))] for k in (0, 1)]
        selected = [np.array([shown.law.mean_truth]) for shown in [*there, *pinned]]
        return {
            "persuasiveness": _padded(
                [*rings[0], *(end for laws in (self, *shadows) for span in laws.seen for end in span)]
            ),
            "truth": _padded(
                [*rings[1], *(end for laws in (self, *shadows) for span in laws.seen_of_truth for end in span)]
            ),
            "persuasiveness density": (0.0, _top(self._main(self.persuasiveness))),
            "truth density": (0.0, _top(self._main(self.truth))),
            "pressure": pressure,
            "mean truth": _padded(np.concatenate([*means, *selected, [self.base.mean_truth]]), 0.08),
        }


def _span_of(shown: Shown, base: BaseLaw) -> tuple[float, float]:
    """Where a law’s persuasiveness lies."""
    return span_of(shown.law.mean_persuasiveness, shown.law.sd_persuasiveness) or (
        float(base.isf(np.log(0.98))),
        float(base.isf(-shown.kl - 2.5 * min(1.0, base.tail_index))),
    )


def _seen_of(
    points: tuple[Floats, Floats], span: tuple[float, float], atoms: Atoms, mean: float | None
) -> tuple[float, float]:
    """Where a density is more than a hair, with its point masses and its mean; its span where it is nowhere."""
    x, y = points
    x = x[(span[0] <= x) & (x <= span[1]) & (y > HAIR * np.max(y, initial=0.0))]
    marks = [] if mean is None or not np.isfinite(mean) else [mean]
    seen = np.concatenate([x, atoms.position, marks])
    return (float(np.min(seen)), float(np.max(seen))) if x.size else span


def span_of(mean: float | None, sd: float | None) -> tuple[float, float] | None:
    """3.6 standard deviations either way, where both numbers exist."""
    return None if mean is None or sd is None or not np.isfinite(sd) else (mean - 3.6 * sd, mean + 3.6 * sd)


def density_points(span: tuple[float, float], cut: float | None = None, jumps: Floats = ()) -> Floats:
    """Where to evaluate a density: from just below `cut` if there is one, and on both sides of its jumps."""
    x = span[0] + (span[1] - span[0]) * ACROSS
    if np.size(jumps):
        x = np.sort(np.concatenate([x, jumps, np.nextafter(jumps, -np.inf)]))
    return x if cut is None else np.concatenate([[np.nextafter(cut, -np.inf), cut], x[x > cut]])


def axis_end(kl: float) -> float:
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
