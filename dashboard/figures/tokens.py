"""The nearest tokens to a direction: the plane of what a cluster shares and what is a token’s own, and how alike they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from dashboard.figures.charts import Axis, Chart, Dots, Stroke, charts, decades, percentages, plate
from dashboard.figures.ghosts import Ghost
from dashboard.figures.style import BASE, FOCUS, SECOND, THIRD, Style

__all__ = ["Alike", "TokensDrawn", "tokens_figure", "vocabulary_plate"]

WIDE_DOMAINS = [((0.0, 0.45), (0.0, 1.0)), ((0.56, 1.0), (0.0, 1.0))]
NARROW_DOMAINS = [330, 260]
REACH = 5.6  # scores, of the plane
ONE_IN_FIVE = 0.2
SEED = Style("Seed", BASE.color, "2px 3px")
Points = Sequence[float | None]


@dataclass(frozen=True)
class Alike:
    """CurveNumbers an axis: the share of same-cluster pairs, and of directions that look meaningful; and both `here`."""

    at: Sequence[float]
    pairs: Sequence[float]
    meaningful: Sequence[float]
    here: tuple[float, float, float]


@dataclass(frozen=True)
class TokensDrawn:
    """What is drawn.

    Attributes:
        rings: the law of (shared part, own part), one to four standard deviations out.
        threshold: the score beyond which the nearest are expected.
        nearest: the mean place of those beyond it.
        leading: the shared part of the cluster that points most along the direction, and how far its tokens spread.
        shares: both shares along the share of variance between clusters.
    """

    rings: tuple[Points, Points]
    threshold: float
    nearest: tuple[float, float]
    leading: tuple[float, float]
    shares: Alike


def tokens_figure(drawn: TokensDrawn, pinned: Sequence[Ghost[TokensDrawn]], alt: str) -> dict[str, Any]:
    """The two panels, with what is pinned as ghosts."""
    axis = Axis("share of the variance between clusters, ρ", (-0.02, 0.98))
    return charts(
        [_plane(drawn, pinned), _alike("Alike, by how much a cluster shares", axis, drawn.shares, pinned)],
        WIDE_DOMAINS,
        NARROW_DOMAINS,
        alt,
    )


def vocabulary_plate(alike: Alike) -> dict[str, Any]:
    """Both shares along the vocabulary, in common logarithms."""
    span = (alike.at[0] - 0.05, alike.at[-1] + 0.05)
    return plate(_alike("Alike, by vocabulary", Axis("tokens in the vocabulary", span, decades(*span)), alike, ()))


def _plane(drawn: TokensDrawn, pinned: Sequence[Ghost[TokensDrawn]]) -> Chart:
    (x, y), (part, spread) = drawn.nearest, drawn.leading
    beyond = "the nearest are beyond this line"
    ghosts = [
        Stroke(ghost.style, *_bar(ghost.of.threshold), f"{ghost.name}: {beyond}", 1.75, ghost.mark) for ghost in pinned
    ]
    return Chart(
        "Two parts of a token’s score",
        Axis("what its cluster shares", (-REACH, REACH)),
        Axis("what is its own", (-REACH, REACH)),
        [
            Stroke(BASE, *drawn.rings, "all tokens, 1 to 4 standard deviations out", 1.5, "all tokens, 1 to 4 sd"),
            *ghosts,
            Stroke(FOCUS, *_bar(drawn.threshold), beyond, 2.5, "the nearest: beyond"),
            Stroke(
                THIRD,
                [part, part],
                [-2 * spread, 2 * spread],
                "95 % of the cluster that points most that way",
                3.0,
                "leading cluster",
            ),
        ],
        [
            Dots(BASE, [0.0], [0.0], ["the average token"]),
            Dots(THIRD, [part], [0.0], ["the middle of the cluster that points most that way"]),
            Dots(FOCUS, [x], [y], ["the average of the nearest"], names=["their average"]),
        ],
    )


def _bar(score: float) -> tuple[list[float], list[float]]:
    """Where both parts add up to `score`, inside the plane’s square."""
    ends = [max(-REACH, score - REACH), min(REACH, score + REACH)]
    return ends, [score - end for end in ends]


def _alike(title: str, across: Axis, alike: Alike, pinned: Sequence[Ghost[TokensDrawn]]) -> Chart:
    at, pairs, meaningful = alike.here
    shares = {"pairs of one cluster": attrgetter("pairs"), "directions that look meaningful": attrgetter("meaningful")}
    ghosts = [
        Stroke(ghost.style, ghost.of.shares.at, share(ghost.of.shares), f"{ghost.name}: {what}", 1.75, ghost.mark)
        for ghost in pinned
        for what, share in shares.items()
    ]
    ends = [across.span[0], across.span[1]]
    return Chart(
        title,
        across,
        Axis(" ", (-0.02, 1.04), percentages()),
        [
            Stroke(SEED, ends, [ONE_IN_FIVE] * 2, "one in five", 1.5, "one in five"),
            *ghosts,
            Stroke(FOCUS, alike.at, alike.pairs, "pairs of one cluster", 3.0, "pairs of one cluster"),
            Stroke(
                SECOND,
                alike.at,
                alike.meaningful,
                "directions that look meaningful",
                3.0,
                "directions that look meaningful",
            ),
        ],
        [Dots(FOCUS, [at], [pairs], ["pairs of one cluster"]), Dots(SECOND, [at], [meaningful], ["look meaningful"])],
    )
