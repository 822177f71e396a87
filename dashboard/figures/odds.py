"""The odds of a sycophantic policy: against the incentive’s strength, by how many runs show it, and who catches errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.figures.axes import outward
from dashboard.figures.charts import Axis, Chart, Dots, Stroke, charts, decades, percentages
from dashboard.figures.ghosts import Ghost
from dashboard.figures.style import BASE, FOCUS, SECOND, THIRD, Style

__all__ = ["OddsDrawn", "odds_figure"]

WIDE_DOMAINS = [((0.0, 0.47), (0.0, 1.0)), ((0.56, 1.0), (0.59, 1.0)), ((0.56, 1.0), (0.0, 0.4))]
NARROW_DOMAINS = [300, 220, 220]
LEAST_LOG10_ODDS, MOST_LOG10_ODDS = -8.5, 1.0  # of an axis of odds: from 1e-8 to even odds and a little more
EVEN = Style("Even", BASE.color, "2px 3px")


@dataclass(frozen=True)
class OddsDrawn:
    """What is drawn; odds are common logarithms, sycophantic to honest.

    Attributes:
        strength, detection: where the sliders are.
        prior, here: the odds without and with the incentive.
        strongest: the end of the axis of strengths, and the odds there.
        resolution: the odds that the runs can just tell from 0.
        runs: common logarithms of numbers of runs; plain, pushed, diverse: the chance of having seen one after as many,
            without the incentive, with it, and where runs are also paid to differ.
        inspected: log₁₀ of the runs there were, and the three chances after them.
        confidence: the chance that is enough.
        detected: the odds where the overseer catches nothing, and where everything.
    """

    strength: float
    detection: float
    prior: float
    here: float
    strongest: tuple[float, float]
    resolution: float
    runs: Sequence[float]
    plain: Sequence[float]
    pushed: Sequence[float]
    diverse: Sequence[float]
    inspected: tuple[float, tuple[float, float, float]]
    confidence: float
    detected: tuple[float, float]


def odds_figure(drawn: OddsDrawn, pinned: Sequence[Ghost[OddsDrawn]], alt: str) -> dict[str, Any]:
    """The three panels, with what is pinned as ghosts."""
    both = [drawn, *(ghost.of for ghost in pinned)]
    across = outward(
        min(LEAST_LOG10_ODDS, *(min(each.here, each.strongest[1], each.resolution) for each in both)),
        max(MOST_LOG10_ODDS, *(max(each.here, each.strongest[1], each.resolution) for each in both)),
    )
    up = outward(
        min(LEAST_LOG10_ODDS, *(min(each.prior, *each.detected) for each in both)),
        max(MOST_LOG10_ODDS, *(max(each.prior, *each.detected) for each in both)),
    )
    return charts(
        [_strengths(drawn, pinned, across), _runs(drawn, pinned), _overseer(drawn, pinned, up)],
        WIDE_DOMAINS,
        NARROW_DOMAINS,
        alt,
    )


def _strengths(drawn: OddsDrawn, pinned: Sequence[Ghost[OddsDrawn]], span: tuple[float, float]) -> Chart:
    end = drawn.strongest[0]
    more = "with more and more incentive"
    ghosts = [_slide(ghost.of, ghost.style, f"{ghost.name}: {more}", ghost.mark) for ghost in pinned]
    return Chart(
        "The incentive slides the odds",
        Axis("odds, sycophantic to honest", span, _odds(span, 8)),
        Axis("strength of the incentive, λ", (0.0, 1.04 * end)),
        [
            Stroke(EVEN, [0.0, 0.0], [0.0, end], "even odds", 1.5, "even odds"),
            Stroke(
                SECOND,
                [drawn.resolution] * 2,
                [0.0, end],
                "odds the honest runs tell from 0",
                2.5,
                "what the runs tell from 0",
            ),
            *ghosts,
            _slide(drawn, FOCUS, more),
        ],
        [
            Dots(BASE, [drawn.prior], [0.0], ["the prior odds"], names=["prior"]),
            Dots(FOCUS, [drawn.here], [drawn.strength], ["the odds with the incentive"], names=["you are here"]),
        ],
    )


def _odds(span: tuple[float, float], most: int) -> list[tuple[float, str]]:
    """Ticks of odds."""
    return [(place, words if place else "even") for place, words in decades(*span, most)]


def _slide(drawn: OddsDrawn, style: Style, label: str, name: str = "") -> Stroke:
    end, odds = drawn.strongest
    return Stroke(style, [drawn.prior, odds], [0.0, end], label, 1.75 if name else 3.0, name)


def _runs(drawn: OddsDrawn, pinned: Sequence[Ghost[OddsDrawn]]) -> Chart:
    span = (drawn.runs[0], drawn.runs[-1])
    ghosts = [
        Stroke(ghost.style, ghost.of.runs, ghost.of.pushed, f"{ghost.name}: with the incentive", 1.75, ghost.mark)
        for ghost in pinned
    ]
    at, (plain, pushed, diverse) = drawn.inspected
    chances = (plain, diverse, pushed)
    differ = "" if drawn.diverse == drawn.pushed else "paid to differ"
    names = ("without the incentive", "and paid to differ", "with it")
    return Chart(
        "The chance of having seen one",
        Axis("training runs", span, decades(*span)),
        Axis(" ", (-0.02, 1.04), percentages()),
        [
            Stroke(SECOND, list(span), [drawn.confidence] * 2, "enough confidence", 1.5, "enough"),
            *ghosts,
            Stroke(BASE, drawn.runs, drawn.plain, "without the incentive", 2.5, "without the incentive"),
            Stroke(THIRD, drawn.runs, drawn.diverse, "with it, runs paid to differ", 2.5, differ),
            Stroke(FOCUS, drawn.runs, drawn.pushed, "with the incentive", 2.5, "with it"),
        ],
        [
            Dots(style, [at], [chance], [name])
            for style, chance, name in zip((BASE, THIRD, FOCUS), chances, names, strict=True)
            if style != THIRD or differ
        ],
    )


def _overseer(drawn: OddsDrawn, pinned: Sequence[Ghost[OddsDrawn]], span: tuple[float, float]) -> Chart:
    ghosts = [
        Stroke(ghost.style, [0.0, 1.0], list(ghost.of.detected), f"{ghost.name}: odds", 1.75, ghost.mark)
        for ghost in pinned
    ]
    return Chart(
        "An overseer who misses errors",
        Axis("subtle errors caught", (-0.02, 1.02), percentages()),
        Axis(" ", span, _odds(span, 6)),
        [
            Stroke(EVEN, [0.0, 1.0], [0.0, 0.0], "even odds", 1.5, "even odds"),
            Stroke(BASE, [0.0, 1.0], [drawn.prior] * 2, "odds without the incentive", 2.0, "without the incentive"),
            *ghosts,
            Stroke(FOCUS, [0.0, 1.0], list(drawn.detected), "odds with it", 3.0, "with it"),
        ],
        [Dots(FOCUS, [drawn.detection], [drawn.here], ["with the incentive"])],
    )
