"""What round after round does: the bar and mean truth by round, the path in the plane, and KL by round. Pure functions, with
no maths of their own and no Streamlit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dashboard.figures.axes import outward, rung
from dashboard.figures.ghosts import Ghost
from dashboard.figures.style import BASE, Style
from dashboard.figures.traces import (
    DASHED,
    axis_of,
    base_law,
    line_of,
    named,
    plain_layout,
    points_of,
    room_for,
    title_of,
)
from models.laws.base import BaseLaw
from models.numerics.axes import Floats

__all__ = ["Here", "Rounds", "Way", "round_panels"]

TITLES = {
    "": "What the next round asks for",
    "2": "Mean truth, round by round",
    "3": "Truth against persuasiveness",
    "4": "KL, round by round",
}
WORDS = {
    "": ("rounds", "persuasiveness"),
    "2": ("rounds", "mean truth"),
    "3": ("persuasiveness", "truth"),
    "4": ("rounds", "KL (nats)"),
}
WIDE_DOMAINS = {
    "": ((0, 0.465), (0.61, 1)),
    "2": ((0.545, 1), (0.61, 1)),
    "3": ((0, 0.465), (0, 0.4)),
    "4": ((0.545, 1), (0, 0.4)),
}
NARROW_DOMAINS = {
    "2": ((0, 1), (0.8, 1)),
    "": ((0, 1), (0.535, 0.735)),
    "3": ((0, 1), (0.255, 0.47)),
    "4": ((0, 1), (0, 0.19)),
}
SAME_KL = "one shot, same KL"
Ends = tuple[float, float]


@dataclass(frozen=True)
class Way:
    """Round after round: the bar that comes next, mean truth, mean persuasiveness (NaN where there is none) and KL."""

    style: Style
    label: str
    rounds: np.ndarray
    bar: np.ndarray
    truth: np.ndarray
    persuasiveness: np.ndarray
    kl: np.ndarray


@dataclass(frozen=True)
class Here:
    """A mark in every panel: where a selection stands. `bar` is None for one that has none, `names` what stands beside it,
    panel by panel."""

    style: Style
    label: str
    names: Mapping[str, str]
    rounds: float
    bar: float | None
    truth: float
    persuasiveness: float | None
    kl: float

    def at(self, panel: str) -> tuple[float, float]:
        """Where it is in a panel; NaN for what it has not."""
        bar, persuasiveness = (np.nan if x is None else x for x in (self.bar, self.persuasiveness))
        places = {
            "": (self.rounds, bar),
            "2": (self.rounds, self.truth),
            "3": (persuasiveness, self.truth),
            "4": (self.rounds, self.kl),
        }
        return places[panel]


@dataclass(frozen=True)
class Rounds:
    """What the panels show.

    Attributes:
        base: the base model’s law; `first_bar` is its own (1 − q)-quantile.
        way: the rounds. ghosts: those that are pinned.
        rival: a one-shot selection over rising pressure, P and T. matched: its mean truth at the KL of each round, empty
            where no one pressure is known to give it.
        here: the marks, the chosen one last. diamonds: the labels of those that are no circles.
        alt: the picture in words.
    """

    base: BaseLaw
    first_bar: float
    way: Way
    rival: tuple[Style, str, Floats, Floats]
    matched: np.ndarray
    here: Sequence[Here]
    diamonds: Sequence[str]
    alt: str
    ghosts: Sequence[Ghost[Way]] = ()


def round_panels(drawn: Rounds) -> dict[str, Any]:
    """The figure of `drawn`."""
    ranges = _ranges(drawn)
    way, base = drawn.way, drawn.base
    style, name, p, t = drawn.rival
    end = way.rounds[[0, -1]]
    bar_name, truth_name = "the base model’s own top begins here", "the base model’s mean truth"
    data = [
        base_law(base, ranges["3"][0]),
        line_of("", end, np.full(2, drawn.first_bar), BASE, width=1.5, name=bar_name, dash=DASHED),
        line_of("2", end, np.full(2, base.mean_truth), BASE, width=1.5, name=truth_name, dash=DASHED),
        line_of("3", p, t, style, width=1.75, name=name, dash=style.dash, legend=True) | named(name, "end"),
    ]
    if drawn.matched.size:
        line = line_of("2", way.rounds, drawn.matched, style, width=1.75, name=SAME_KL, dash=style.dash)
        data.append(line | named(SAME_KL, "end"))
    for ghost in drawn.ghosts:
        data += _lines(replace(ghost.of, style=ghost.style, label=ghost.name), 1.75, ghost.style.dash, ghost.mark)
    data += _lines(way, 2.5, "solid", way.label)
    for panel in TITLES:
        here = [each for each in drawn.here if np.all(np.isfinite(each.at(panel)))]
        marks = points_of(panel, [(each.style, *each.at(panel), each.label) for each in here], drawn.diamonds)
        names = {"names": [each.names.get(panel, "") for each in here], "place": "point"}
        data += [mark | {"meta": names} for mark in marks]
    wide = _layout(ranges, WIDE_DOMAINS, height=515)
    wide["margin"]["r"] = room_for([SAME_KL])
    return {
        "data": data,
        "layouts": {"wide": wide, "narrow": _layout(ranges, NARROW_DOMAINS, height=1340)},
        "alt": drawn.alt,
        "panels": {panel or "1": title for panel, title in TITLES.items()},
        "handle": None,
        "staged": ["2", "4"],
    }


def _lines(way: Way, width: float, dash: str, mark: str) -> list[dict[str, Any]]:
    """A way in every panel, named in the plane."""
    ups = {"": way.bar, "2": way.truth, "3": way.truth, "4": way.kl}
    return [
        line_of(
            panel,
            way.persuasiveness if panel == "3" else way.rounds,
            up,
            way.style,
            width=width,
            name=way.label,
            legend=panel == "3",
            dash=dash,
        )
        | (named(mark, "end", weight=2) if panel == "3" else {})
        for panel, up in ups.items()
    ]


def _ranges(drawn: Rounds) -> dict[str, tuple[Ends, Ends]]:
    """Both axes of every panel: rounds to a round end, and all that comes by then."""
    way, base = drawn.way, drawn.base
    rounds = (0.0, rung(max(10.0, 1.1 * max(each.rounds for each in drawn.here))))
    by_then = way.rounds <= rounds[1]
    rings = base.rings()
    near = [base.isf(np.log(tail)) for tail in (0.98, 0.02)] + [p for p, _ in rings]
    spread = [np.array([-2.5, 2.5]) * base.sd_truth + base.mean_truth] + [t for _, t in rings]
    marks = {panel: np.array([each.at(panel) for each in drawn.here]) for panel in TITLES}
    return {
        "": (rounds, _out(way.bar[by_then], marks[""][:, 1], drawn.first_bar)),
        "2": (rounds, _out(way.truth[by_then], marks["2"][:, 1], base.mean_truth)),
        "3": (
            _out(way.persuasiveness[by_then], marks["3"][:, 0], *near),
            _out(way.truth[by_then], marks["3"][:, 1], *spread),
        ),
        "4": (rounds, (0.0, _out(way.kl[by_then], marks["4"][:, 1], 0.0)[1])),
    }


def _out(*values: Any) -> Ends:
    """Round ends around all finite `values`, with some room."""
    every = np.concatenate([np.ravel(x) for x in values])
    every = every[np.isfinite(every)]
    low, high = float(np.min(every)), float(np.max(every))
    pad = 0.05 * (high - low) if high - low > 1e-9 * max(abs(low), abs(high)) else 0.5
    return outward(low - pad, high + pad)


def _layout(ranges: Mapping[str, tuple[Ends, Ends]], domains: Mapping[str, tuple], height: int) -> dict[str, Any]:
    layout = plain_layout(height) | {"annotations": [title_of(panel, title) for panel, title in TITLES.items()]}
    for panel, (across, up) in WORDS.items():
        (x, y), (wide, tall) = ranges[panel], domains[panel]
        layout[f"xaxis{panel}"] = axis_of(x, wide, f"y{panel}", across)
        layout[f"yaxis{panel}"] = axis_of(y, tall, f"x{panel}", up)
    return layout
