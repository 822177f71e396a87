"""Checked against the literature: published results drawn, then listed beside ours."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from dashboard.figures.small_multiples import Panel, PlotCurve, PlotMark, Side, small_multiple
from dashboard.figures.style import BASE, STEERING
from dashboard.literature.published import (
    COIN,
    FIGURE,
    GROUPS,
    HEAVY_FIGURE,
    STANDARD,
    Entry,
    excess_of_poisson,
    first_peak,
    gap_to_tilt,
    largest_gap,
    raised,
    worst_of_poisson,
)
from dashboard.page.record import Page, Plate, Table
from dashboard.words.methods import method_text
from dashboard.words.text import count, listed, number
from models import BestOfN, BestOfPoisson, Boltzmann, Filter, Mode, OutputMixture, Selection, curve, top_correlation
from models.laws.base import BaseLaw
from models.numerics.axes import Floats

__all__ = ["PAGE", "PANELS", "panels", "signed", "summary", "table"]

FILTER, BEST_OF_N, BEST_OF_POISSON, BOLTZMANN = (
    method_text(method).style for method in (Filter, BestOfN, BestOfPoisson, Boltzmann)
)
PRINTED = "5px 4px"  # the dash of what a source prints
READING = "Hollow marks and grey dashes are what a source prints, or its bound; the coloured curves are what the models compute."


# ── the pictures ──


def kl_of_best_of_n() -> Panel:
    n = np.geomspace(1, 1e5, 121)
    printed = {1000: 6, 60000: 10}
    words = [
        f"{number(BestOfN(n=n).apply(STANDARD).kl)} at n = {n:,}, where ≈ {kl} is printed" for n, kl in printed.items()
    ]
    return Panel(
        title="KL of best-of-n, nats",
        across="n",
        caption=f"log n − (n − 1)/n: {'; '.join(words)} (Gao et al.).",
        curves=[PlotCurve(BEST_OF_N, n, BestOfN().at(n).apply(STANDARD).kl, "best-of-n", 52, "top left")],
        marks=[PlotMark(BASE, n, kl, f"≈ {kl}", "top left", printed=True) for n, kl in printed.items()],
        ticks=(1, 100, 10_000),
        span=(1, 1.6e5),
        height=(0, 12),
    )


def kl_of_a_coin() -> Panel:
    n = np.geomspace(1, 64, 121)
    bound, coin = (BestOfN().at(n).apply(base).kl for base in (STANDARD, COIN))
    at_eight = {base: number(BestOfN(n=8).apply(base).kl, 4) for base in (STANDARD, COIN)}
    return Panel(
        title="KL of best-of-n where outputs tie",
        across="n",
        caption=f"For a fair coin’s outputs the formula is only a bound: {at_eight[COIN]} against {at_eight[STANDARD]} at n = 8, "
        f"and never above log 2 = {number(math.log(2), 4)} (Beirami et al.).",
        curves=[
            PlotCurve(BASE, n, bound, "the formula", 88, "top left", PRINTED),
            PlotCurve(BEST_OF_N, n, coin, "a fair coin’s outputs", 120, "top left"),
        ],
        ticks=(1, 2, 4, 8, 16, 32, 64),
        span=(1, 64),
        height=(0, 3.3),
    )


def gap_of_best_of_n() -> Panel:
    n = np.geomspace(1.01, 100, 81)
    gap = np.array([gap_to_tilt(x) for x in n])
    two = number(gap_to_tilt(2), 5)
    return Panel(
        title="Win rate: best tilt less best-of-n",
        across="n, at equal KL",
        caption="No selection wins more often at its KL than the tilt of ranks. Best-of-n falls short by at most "
        f"{two} over whole n, at n = 2 (Gui et al.), and {number(largest_gap(), 5)} over real n.",
        curves=[PlotCurve(BOLTZMANN, n, gap, "best tilt less best-of-n", None)],
        marks=[PlotMark(BEST_OF_N, 2, gap_to_tilt(2), f"  n = 2: {two}", "middle right")],
        ticks=(1, 2, 5, 10, 20, 50, 100),
        span=(1, 100),
        height=(0, 0.0115),
    )


def excess_over_the_tilt() -> Panel:
    mu = np.geomspace(0.1, 100, 121)
    excess = np.array([excess_of_poisson(x) for x in mu])
    at, top = worst_of_poisson()
    worst = number(top, 6)
    return Panel(
        title="KL: best-of-Poisson less best tilt",
        across="μ, at equal win rate",
        caption=f"Best-of-Poisson costs {worst} nats more than the tilt at worst, near μ = {number(at, 2)}; less than "
        f"{number(8e-4, 4)} is printed (Khalaf et al.).",
        curves=[
            PlotCurve(BEST_OF_POISSON, mu, excess, f"  {worst} at most", int(np.argmax(excess)) + 4, "middle right"),
            PlotCurve(BASE, np.array([0.1, 100]), np.full(2, 8e-4), "less than 0.0008", 0, "top right", PRINTED),
        ],
        ticks=(0.1, 1, 10, 100),
        span=(0.1, 100),
        height=(0, 0.00095),
    )


def synthetic(
    title: str,
    figure: Mapping[str, BaseLaw],
    looks: Mapping[str, tuple[int, Side, str | None]],
    printed: str,
    height: float,
) -> Panel:
    """Five errors on one utility: `looks` are where each curve’s name stands and its dashes, `printed` what the source says
    of the peaks."""
    n = np.geomspace(1, 65536, 121)
    utility = {name: BestOfN().at(n).apply(base).mean_truth for name, base in figure.items()}
    peaks = {name: top for name, base in figure.items() if (top := first_peak(base))}
    at = {name: number(top.selection.pressure, 0 if top.selection.pressure >= 10 else 1) for name, top in peaks.items()}
    words = [f"{number(top.mean_truth)} at n = {at[name]} ({name})" for name, top in peaks.items()]
    return Panel(
        title=title,
        across="n",
        caption=f"By error, it first peaks at {listed(words)}; {printed} is printed for all but Lévy, whose curve is said never to be "
        f"significantly above zero (Kwa et al.). With normal error it keeps rising, to {number(utility['normal'][-1])} at "
        "n = 65,536.",
        curves=[
            *(PlotCurve(BEST_OF_N, n, utility[name], name, k, side, dash) for name, (k, side, dash) in looks.items()),
            PlotCurve(
                BASE, np.array([100, 1000]), np.full(2, 0.93 * height), "10² or 10³, printed", 0, "middle left", PRINTED
            ),
        ],
        marks=[
            PlotMark(
                BEST_OF_N,
                top.selection.pressure,
                top.mean_truth,
                at[name] if name != "t₃" else "",  # there is no room between the curves
                "top left" if name == "Lévy" else "bottom center",
            )
            for name, top in peaks.items()
        ],
        ticks=(1, 10, 100, 1000, 10_000),
        span=(1, 65536),
        height=(-0.1, height),
    )


def catastrophic_goodhart() -> Panel:
    looks: dict[str, tuple[int, Side, str | None]] = {
        "normal": (104, "top left", None),
        "t₅": (120, "middle right", "9px 3px"),
        "t₃": (120, "middle right", "3px 3px"),
        "lognormal": (71, "bottom center", "6px 2px 2px 2px"),
        "Lévy": (40, "top right", "12px 4px"),
    }
    return synthetic("Mean utility under best-of-n", FIGURE, looks, "10² or 10³", 8.7)


def catastrophic_goodhart_of_a_heavy_utility() -> Panel:
    looks: dict[str, tuple[int, Side, str | None]] = {
        "normal": (100, "top left", None),
        "t₅": (86, "bottom right", "9px 3px"),
        "t₃": (104, "bottom left", "3px 3px"),
        "lognormal": (113, "top left", "6px 2px 2px 2px"),
        "Lévy": (40, "top right", "12px 4px"),
    }
    return synthetic("The same, t₁₀ utility", HEAVY_FIGURE, looks, "10² or 10³, and 10⁵ with t₅ error,", 15.0)


def reward_at_no_kl() -> Panel:
    t = np.geomspace(1.5, 1000, 81)
    tails = {exponent: [raised(x, exponent) for x in t] for exponent in (0.8, 1)}
    hundred = raised(100, 0.8)
    return Panel(
        title="t₃, its tail raised: mean, and KL",
        across="t",
        caption=f"With a mass of t^−0.8 above t the mean grows while the KL goes to 0: {number(hundred.mean)} at "
        f"{number(hundred.kl)} nats for t = 100. With 1/t the mean tends to {number(raised(1e6, 1).mean)}; 1 is printed (Kwa et al.).",
        curves=[
            PlotCurve(STEERING, t, np.array([tail.mean for tail in tails[0.8]]), "mean", 50, "top left"),
            PlotCurve(
                STEERING, t, np.array([tail.mean for tail in tails[1]]), "mean, mass 1/t", 80, "top left", "9px 3px"
            ),
            PlotCurve(
                STEERING, t, np.array([tail.kl for tail in tails[0.8]]), "KL, nats", 24, "bottom left", "3px 3px"
            ),
            PlotCurve(BASE, t[[0, -1]], np.ones(2), "1, printed", 1, "bottom left", PRINTED),
        ],
        ticks=(2, 10, 100, 1000),
        span=(1.5, 1000),
        height=(0, 6.4),
    )


def ceiling_on_persuasiveness() -> Panel:
    base = OutputMixture([Mode()])
    labels: dict[type[Selection], tuple[str, int, Side]] = {
        Boltzmann: ("Boltzmann", 88, "bottom left"),
        BestOfPoisson: ("Best-of-Poisson", 25, "top right"),
        BestOfN: ("Best-of-n", 45, "bottom right"),
        Filter: ("Filter", 70, "bottom right"),
    }
    curves, at_two = [], {}
    for method, (label, at, side) in labels.items():
        outcome = curve(method, base, max_kl=8.0)
        share = outcome.mean_persuasiveness[1:] / np.sqrt(2 * outcome.kl[1:])
        curves.append(PlotCurve(method_text(method).style, outcome.kl[1:], share, label, at - 1, side))
        at_two[method] = number(float(np.interp(2.0, outcome.kl[1:], share)))
    return Panel(
        title="Gain in persuasiveness over √(2 KL)",
        across="KL, nats",
        caption="On one normal no selection gains more than √(2 KL) standard deviations: Mroueh’s bound for sub-Gaussian laws. Boltzmann "
        f"attains it at every KL; at 2 nats best-of-n reaches {at_two[BestOfN]} of it, a filter {at_two[Filter]}.",
        curves=curves,
        ticks=(0, 2, 4, 6, 8),
        span=(0, 8),
        height=(0.74, 1.02),
        log=False,
    )


def correlation_within_the_top() -> Panel:
    samples = np.geomspace(1, 1e6, 121)
    bases = {rho: OutputMixture([Mode(correlation=rho)]) for rho in (0.9, 0.6, 0.3)}

    def kept(rho: float, samples: Floats) -> Floats:
        return top_correlation(Filter().at(bases[rho].isf(-np.log(samples))).apply(bases[rho]))

    return Panel(
        title="Correlation within the top",
        across="base samples per output",
        caption="Truth and persuasiveness that correlate at 0.6 over all outputs correlate at "
        f"{number(kept(0.6, 10.0))} within the top tenth and {number(kept(0.6, 1000.0))} within the top "
        "thousandth (El-Mhamdi & Hoang).",
        curves=[PlotCurve(FILTER, samples, kept(rho, samples), f"{rho} over all", 50, "top right") for rho in bases],
        ticks=(1, 100, 10_000, 1_000_000),
        span=(1, 1e6),
        height=(0, 1.08),
    )


PANELS: Sequence[Callable[[], Panel]] = (
    kl_of_best_of_n,
    catastrophic_goodhart,
    catastrophic_goodhart_of_a_heavy_utility,
    reward_at_no_kl,
    ceiling_on_persuasiveness,
    kl_of_a_coin,
    gap_of_best_of_n,
    excess_over_the_tilt,
    correlation_within_the_top,
)


@cache
def panels() -> tuple[Panel, ...]:
    return tuple(build() for build in PANELS)


# ── the words and the tables ──


def summary(groups: Mapping[str, Sequence[Entry]]) -> str:
    """How many numbers there are of which kind, and how many agree."""
    printed, evaluated, ours = (len(entries) for entries in groups.values())
    wrong = sum(not entry.agrees for entries in groups.values() for entry in entries)
    agree = {0: "all agree", 1: "all but one agree, and its remark says why"}.get(
        wrong, f"all but {wrong} agree, and their remarks say why"
    )
    return f"{printed} numbers printed in the source, {evaluated} evaluated from the source's formula, {ours} of our own; {agree}."


def signed(difference: float) -> str:
    """A difference with its sign, to two or three digits: “+0.00212”; what rounding alone may make is “below 10⁻¹⁰”."""
    if abs(difference) < 1e-10:
        return "below 10⁻¹⁰"
    return ("−" if difference < 0 else "+") + count(math.log(abs(difference)))


def unbroken(text: str) -> str:
    """`text` whose equations stay on one line: “n = 8”."""
    return text.replace(" = ", "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}")


def table(title: str, entries: Sequence[Entry]) -> Table:
    """A row for each entry, its cells in Markdown."""
    printed = title.startswith("Printed")
    columns = ("What", "Printed" if printed else "Formula", "Ours", "Difference", "Source")
    rows = [
        [
            unbroken(e.what),
            e.published_text,
            e.ours_text,
            "within" if e.difference is None else signed(e.difference),
            f"[{e.source.name}]({e.source.url})" if e.source.url else e.source.name,
            e.where,
            e.remark,
        ]
        for e in entries
    ]
    return Table((*columns, "Where" if printed else "Formula or setting", "Remark"), rows, title)


# ── the page ──


@dataclass(frozen=True)
class Literature:
    """What is published and what we compute, in groups of entries."""

    groups: Mapping[str, Sequence[Entry]]

    def rows(self) -> Iterator[Sequence[str]]:
        yield ["group", "what", "published", "ours", "source", "where", "remark"]
        for title, entries in self.groups.items():
            for e in entries:
                yield [title, e.what, e.published_text, repr(e.ours), e.source.name, e.where, e.remark]


def plates(_: Literature) -> list[Plate]:
    return [
        Plate(small_multiple(panel), caption, caption) for panel in panels() for caption in [unbroken(panel.caption)]
    ]


PAGE = Page(
    title="Literature",
    url_path="literature",
    intro=f"Checked against the literature. {READING}",
    solve=lambda settings: Literature(GROUPS),
    takeaway=lambda state: summary(state.groups),
    plates=plates,
    tables=lambda state: [table(title, entries) for title, entries in state.groups.items()],
)
