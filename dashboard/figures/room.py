"""The dark room: where the next guess goes, and how often it is right."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.figures.charts import Axis, Chart, Dots, Stroke, charts, decades, percentages
from dashboard.figures.ghosts import Ghost
from dashboard.figures.style import BASE, FOCUS, SECOND, THIRD, Style

__all__ = ["RoomDrawn", "room_figure"]

WIDE_DOMAINS = [((0.0, 0.4), (0.0, 1.0)), ((0.5, 1.0), (0.59, 1.0)), ((0.5, 1.0), (0.0, 0.4))]
NARROW_DOMAINS = [320, 220, 220]
GOAL = 0.68  # of the way through the cells: the goal that is drawn
FRAME = Style("Frame", BASE.color)
WIDTHS = {True: 4.0, False: 1.75}


@dataclass(frozen=True)
class RoomDrawn:
    """What is drawn.

    Attributes:
        cells: how many. hit: the chance that the next guess is the goal. miss: that it is one other cell.
        episode: the one at hand. chosen: the learner looked at, of those in `success`.
        episodes: common logarithms. expert: the expert’s chance in any. success: each learner’s by episode.
        fidelity: the one at hand. fidelities: along the axis. by_fidelity: each learner’s success in this episode.
        limits: the chosen learner’s limit by fidelity.
    """

    cells: int
    hit: float
    miss: float
    episode: int
    chosen: str
    episodes: Sequence[float]
    expert: float
    success: Mapping[str, Sequence[float]]
    fidelity: float
    fidelities: Sequence[float]
    by_fidelity: Mapping[str, Sequence[float]]
    limits: Sequence[float]


def room_figure(drawn: RoomDrawn, pinned: Sequence[Ghost[RoomDrawn]], alt: str) -> dict[str, Any]:
    """The three panels, with what is pinned as ghosts."""
    return charts(
        [_room(drawn), _episodes(drawn, pinned), _fidelities(drawn, pinned)], WIDE_DOMAINS, NARROW_DOMAINS, alt
    )


def _room(drawn: RoomDrawn) -> Chart:
    """Cells in rows, in each a square whose area is the chance that the next guess is there."""
    across = math.ceil(math.sqrt(drawn.cells))
    down = math.ceil(drawn.cells / across)
    middles = [(k % across + 0.5, down - k // across - 0.5) for k in range(drawn.cells)]
    goal = int(GOAL * drawn.cells)
    walls = [_square(x, y, 1.0) for x, y in middles]
    guesses = [_square(x, y, math.sqrt(drawn.miss)) for k, (x, y) in enumerate(middles) if k != goal]
    x, y = middles[goal]
    return Chart(
        "Where the guess goes: area is chance",
        Axis("", (-0.1, across + 0.1)),
        Axis("", (-0.1, down + 0.1)),
        [
            Stroke(FRAME, *_joined(walls), "", 0.5),
            Stroke(BASE, *_joined(guesses), "a guess elsewhere", 2.0),
            Stroke(FOCUS, *_square(x, y, math.sqrt(drawn.hit)), "a guess at the goal", 3.0),
        ],
        [Dots(FOCUS, [x], [y], ["the goal"], "diamond")],
        square=True,
    )


def _square(x: float, y: float, side: float) -> tuple[list[float], list[float]]:
    half = side / 2
    return [x - half, x + half, x + half, x - half, x - half], [y - half, y - half, y + half, y + half, y - half]


def _joined(pieces: Sequence[tuple[list[float], list[float]]]) -> tuple[list[float | None], list[float | None]]:
    """Several lines as one, with gaps."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for x, y in pieces:
        xs += [*x, None]
        ys += [*y, None]
    return xs, ys


def _episodes(drawn: RoomDrawn, pinned: Sequence[Ghost[RoomDrawn]]) -> Chart:
    span = (drawn.episodes[0], drawn.episodes[-1])
    ghosts = [
        Stroke(
            ghost.style,
            ghost.of.episodes,
            ghost.of.success[ghost.of.chosen],
            f"{ghost.name}: success by episode",
            1.75,
            ghost.mark,
        )
        for ghost in pinned
    ]
    learners = [
        Stroke(_style(drawn, name), drawn.episodes, along, name, WIDTHS[name == drawn.chosen], name.lower())
        for name, along in drawn.success.items()
    ]
    at = math.log10(drawn.episode)
    return Chart(
        "Success by episode",
        Axis("episode", span, decades(*span)),
        Axis(" ", (-0.02, 1.04), percentages()),
        [
            Stroke(BASE, list(span), [drawn.expert] * 2, "the expert’s copy", 2.5, "the expert’s copy"),
            *ghosts,
            *learners,
        ],
        [
            Dots(BASE, [at], [drawn.expert], ["the expert’s copy"]),
            Dots(FOCUS, [at], [drawn.hit], [drawn.chosen], names=["you are here"]),
        ],
    )


def _fidelities(drawn: RoomDrawn, pinned: Sequence[Ghost[RoomDrawn]]) -> Chart:
    ghosts = [
        Stroke(
            ghost.style,
            ghost.of.fidelities,
            ghost.of.by_fidelity[ghost.of.chosen],
            f"{ghost.name}: in its episode",
            1.75,
            ghost.mark,
        )
        for ghost in pinned
    ]
    learners = [
        Stroke(
            _style(drawn, name),
            drawn.fidelities,
            along,
            f"{name}, in this episode",
            WIDTHS[name == drawn.chosen],
            name.lower(),
        )
        for name, along in drawn.by_fidelity.items()
    ]
    limit = Style("Limit", FOCUS.color, "1px 3px")
    return Chart(
        "Success in this episode, by fidelity",
        Axis("fidelity", (-0.02, 1.02), percentages()),
        Axis(" ", (-0.02, 1.04), percentages()),
        [
            Stroke(BASE, [0.0, 1.0], [drawn.expert] * 2, "the expert’s copy", 1.75),
            Stroke(limit, drawn.fidelities, drawn.limits, "the limit", 2.5, "the limit"),
            *ghosts,
            *learners,
        ],
        [Dots(FOCUS, [drawn.fidelity], [drawn.hit], [drawn.chosen])],
    )


def _style(drawn: RoomDrawn, name: str) -> Style:
    """The learner looked at is drawn in the colour that words have for it."""
    others = [each for each in drawn.success if each != drawn.chosen]
    return FOCUS if name == drawn.chosen else (SECOND, THIRD)[others.index(name)]
