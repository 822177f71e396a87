"""Two tables of what was measured, in ratios where a ratio says it, and the bars held against them."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from dragging import Drag, Split
from sliders import Slider

HALF = 0.5  # of Dash's lag: the first page's at most
MOST_LOST = 0.1  # of the values passed
FAR_RATE = 12.0  # pictures a second, far away
MOST_PRESSURE, MOST_WORLD = 1.5, 3.0  # times the first page's answer


@dataclass
class Drags:
    """The drags of one slider on one side, one of each round, taken together."""

    drags: list[Drag] = field(default_factory=list)

    def median(self, number: Callable[[Drag], float | None]) -> float | None:
        """Of the drags that have the number."""
        found = [got for each in self.drags if (got := number(each)) is not None]
        return statistics.median(found) if found else None

    @property
    def lag(self) -> tuple[float, float]:
        """The median and the 95th percentile of all pictures' lags; infinite without a picture."""
        lags = sorted(lag for each in self.drags for lag in each.lags) or [float("inf")]
        return statistics.median(lags), lags[round(0.95 * (len(lags) - 1))]

    @property
    def rate(self) -> float:
        """Pictures a second."""
        return statistics.fmean(each.rate for each in self.drags)

    @property
    def lost(self) -> float:
        """The share of all values passed that was never drawn."""
        return 1 - sum(len(each.pictures) for each in self.drags) / sum(len(each.passed) for each in self.drags)

    @property
    def last_drawn(self) -> bool:
        """Whether every drag ended with the picture of its last value."""
        return all(each.settled is not None for each in self.drags)

    @property
    def remounts(self) -> int:
        """How often the figure's node was replaced, in all drags."""
        return sum(each.log["remounts"] for each in self.drags)

    @property
    def opacity(self) -> float:
        """The lowest of the figure in any drag, all that it stands in considered."""
        return min(each.log["opacity"] for each in self.drags)

    @property
    def splits(self) -> list[Split]:
        return [split for each in self.drags for split in each.splits]

    @property
    def ahead(self) -> str:
        """How many of the pictures had their answer before their value was passed."""
        return f"{statistics.fmean(each.wait + each.answer == 0 for each in self.splits):.0%}" if self.splits else "–"

    @property
    def split(self) -> str:
        return " + ".join(f"{statistics.median(part):.0f}" for part in zip(*self.splits, strict=True)) or "–"


@dataclass
class Measured:
    """What a run has measured so far. A side's name is that of `Side`."""

    first: defaultdict[str, Drags] = field(default_factory=lambda: defaultdict(Drags))
    cold: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    hand: defaultdict[str, Drags] = field(default_factory=lambda: defaultdict(Drags))
    far: defaultdict[str, Drags] = field(default_factory=lambda: defaultdict(Drags))
    pages: defaultdict[Slider, Drags] = field(default_factory=lambda: defaultdict(Drags))
    answers: defaultdict[Slider, list[float]] = field(default_factory=lambda: defaultdict(list))

    def of_dash(self, drags: Drags) -> tuple[float, float]:
        """The median and the 95th percentile lag, over Dash's on the first page."""
        median, late = (own / other for own, other in zip(drags.lag, self.first["Dash"].lag, strict=True))
        return median, late


class Bar(NamedTuple):
    """Something that must hold, and what was measured of it."""

    holds: bool
    what: str
    measured: str


def bars(measured: Measured) -> Iterator[Bar]:
    """All that must hold of what has been measured."""
    first, dash = measured.first["dashboard"], measured.first["Dash"]
    yield _lag("first page", measured.of_dash(first), HALF)
    yield Bar(first.rate >= dash.rate, "first page: pictures/s at least Dash's", f"{first.rate:.1f} to {dash.rate:.1f}")
    yield from _steady("first page", first)
    for slider, drags in measured.pages.items():
        yield _lag(_name(slider), measured.of_dash(drags), 1.0)
        yield from _steady(_name(slider), drags)
    for slider, ratios in measured.answers.items():
        most, ratio = MOST_PRESSURE if slider.pressure else MOST_WORLD, statistics.median(ratios)
        yield Bar(ratio <= most, f"{_name(slider)}: answer at most {most} of the first page's", f"{ratio:.2f}")
    if away := measured.far.get("dashboard"):
        yield Bar(away.rate >= FAR_RATE, f"far away: at least {FAR_RATE:.0f} pictures/s", f"{away.rate:.1f}")
        yield Bar(away.last_drawn, "far away: the last value is drawn", "not in every drag")


def _lag(name: str, ratios: tuple[float, float], most: float) -> Bar:
    what = f"{name}: lag, median and 95th percentile, at most {most} of Dash's on the first page"
    return Bar(max(ratios) <= most, what, "{:.2f} and {:.2f}".format(*ratios))


def _steady(name: str, drags: Drags) -> Iterator[Bar]:
    """What holds of every drag on the dashboard."""
    yield Bar(drags.lost <= MOST_LOST, f"{name}: at most {MOST_LOST:.0%} of the values lost", f"{drags.lost:.0%}")
    yield Bar(drags.remounts == 0, f"{name}: the figure's node stays", f"replaced {drags.remounts} times")
    yield Bar(drags.opacity == 1, f"{name}: the figure never fades", f"opacity {drags.opacity:.2f}")


def tables(measured: Measured, milliseconds_away: float) -> str:
    parts = [_side_by_side(measured, milliseconds_away)]
    if measured.pages or measured.answers:
        parts.append(_page_by_page(measured))
    return "\n\n".join(parts)


def _side_by_side(measured: Measured, milliseconds_away: float) -> str:
    """The sides in columns, on the first page."""
    sides = list(measured.first.values())

    def lag(drags: Drags, i: int) -> str:
        return f"{measured.of_dash(drags)[i]:.2f} ({drags.lag[i]:.0f} ms)"

    def number(get: Callable[[Drag], float | None], unit: str) -> list[str]:
        return ["–" if (got := drags.median(get)) is None else f"{got:.0f} {unit}" for drags in sides]

    rows = [
        ("first page", *measured.first),
        ("pictures a second", *(f"{drags.rate:.1f}" for drags in sides)),
        ("values passed and never drawn", *(f"{drags.lost:.0%}" for drags in sides)),
        ("lag ÷ Dash’s, median", *(lag(drags, 0) for drags in sides)),
        ("lag ÷ Dash’s, 95th percentile", *(lag(drags, 1) for drags in sides)),
        ("wait + answer + draw + paint, ms", *(drags.split for drags in sides)),
        ("answered before the value was passed", *(drags.ahead for drags in sides)),
        ("release → last picture", *number(lambda each: each.settled, "ms")),
        ("figure’s node replaced, times", *(str(drags.remounts) for drags in sides)),
        ("figure’s lowest opacity", *(f"{drags.opacity:.2g}" for drags in sides)),
        ("received for a picture", *number(lambda each: each.kilobytes, "kB")),
        (
            "cold server → first picture",
            *(f"{statistics.median(measured.cold[name]):.1f} s" for name in measured.first),
        ),
    ]
    if measured.hand:
        hands = [measured.hand.get(name) for name in measured.first]
        rows += [
            (f"{what}, by an unsteady hand", *(lag(drags, i) if drags else "–" for drags in hands))
            for i, what in enumerate(("lag ÷ Dash’s steady one, median", "95th percentile"))
        ]
    if measured.far:
        away = [measured.far.get(name) for name in measured.first]
        where = f"{milliseconds_away:.0f} ms away each way"
        rows += [
            (f"pictures a second, {where}", *(f"{drags.rate:.1f}" if drags else "–" for drags in away)),
            ("last value drawn, there", *("–" if not drags else "yes" if drags.last_drawn else "no" for drags in away)),
        ]
    return _markdown(rows)


def _page_by_page(measured: Measured) -> str:
    """The dashboard's pages in rows, two sliders each."""
    lag = "lag ÷ Dash’s on the first page, median and 95th"
    rows = [("slider", "pictures/s", "lost", lag, "wait + answer + draw + paint, ms", "answer ÷ first page’s")]
    for slider in dict.fromkeys([*measured.pages, *measured.answers]):
        dragged = ("–",) * 4
        if drags := measured.pages.get(slider):
            median, late = measured.of_dash(drags)
            dragged = f"{drags.rate:.1f}", f"{drags.lost:.0%}", f"{median:.2f} {late:.2f}", drags.split
        ratios = measured.answers.get(slider)
        rows.append((_name(slider), *dragged, f"{statistics.median(ratios):.2f}" if ratios else "–"))
    return _markdown(rows)


def _name(slider: Slider) -> str:
    return f"{slider.page.url_path}, {slider.key}"


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    """A table of which the first row is the header, aligned for those who read it as it is."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(
        1, "|" + "|".join("-" * (width + 1) + ":" * (i > 0) + "-" * (i == 0) for i, width in enumerate(widths)) + "|"
    )
    return "\n".join(lines)
