"""Published results against ours: the entries, the pictures, the page, and the models behind them."""

import ast
import math
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from scipy import stats
from scipy.integrate import quad
from streamlit.testing.v1 import AppTest
from tolerances import EXACT, QUADRATURE, ROOT

from dashboard.figures.small_multiples import Panel, small_multiple
from dashboard.figures.style import Style
from dashboard.literature import formulas, published
from dashboard.literature.published import (
    COIN,
    FIGURE,
    GROUPS,
    LINE,
    STANDARD,
    Claim,
    Entry,
    Source,
    about,
    at_most,
    below,
    between,
    equal,
    excess_of_poisson,
    highest,
    raised,
    tends_to,
    worst_of_poisson,
)
from dashboard.views.literature import PANELS, panels, signed, summary, table, unbroken
from models import (
    BestOfN,
    BestOfPoisson,
    Boltzmann,
    ChiSquared,
    Filter,
    Laplace,
    Mode,
    Normal,
    OutputMixture,
    Quantilizer,
    RaisedTail,
    RankTilt,
    Selection,
    StudentT,
    ThreeSubmodules,
    TruthPlusError,
    expected_shortfall,
    match_target,
    peak,
    top_correlation,
    win_rate,
)

ENTRIES = list(chain.from_iterable(GROUPS.values()))
METHODS: tuple[type[Selection], ...] = (Filter, Quantilizer, BestOfN, Boltzmann, BestOfPoisson, ChiSquared)
with_entries = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.what)

# ── the entries ──


@with_entries
def test_every_entry_agrees_or_is_known_to_differ(entry: Entry) -> None:
    assert entry.agrees != entry.differs, (entry.published, entry.ours)
    assert entry.remark or not entry.differs


# what a reader of the papers computes by hand, to the digits that people quote
QUOTED = {
    "KL of best-of-n at n = 2": 0.1931,
    "KL of best-of-n at n = 4": 0.6363,
    "KL of best-of-n at n = 16": 1.8351,
    "KL of best-of-n at n = 64": 3.1745,
    "KL of best-of-n at n = 1000": 5.9088,
    "KL of best-of-n at n = 1,000": 5.9088,
    "KL of best-of-n at n = 60,000": 10.0021,
    "KL of best-of-Poisson above the best tilt’s at its win rate, at worst": 0.000675,
    "Best-of-n, t₃ error: where utility peaks": 168.6,
    "Best-of-n, t₅ error: where utility peaks": 831.8,
    "Best-of-n, lognormal error, normal utility: where it first peaks": 98,
    "Best-of-n, t₃ error, t₁₀ utility: where it first peaks": 643,
    "Best-of-n, lognormal error, t₁₀ utility: where it first peaks": 914,
    "Best-of-n, t₅ error, t₁₀ utility: where it first peaks": 48917,
    "Best-of-n, Lévy error, normal utility: its highest": 0.497,
    "Best-of-n, Lévy error, t₁₀ utility: its highest": 0.489,
    "t₃ with a mass of 1/t above t: its mean as t grows": 1.5,
    "KL of best-of-n on a fair coin’s outputs, n = 2": 0.1308,
    "KL of best-of-n on a fair coin’s outputs, n = 4": 0.4594,
    "KL of best-of-n on a fair coin’s outputs, n = 8": 0.6676,
    "Win rate of best-of-n, n = 2": 0.6667,
    "Win rate of best-of-n, n = 16": 0.9412,
    "Win rate of the best tilt at that KL, n = 2": 0.6759,
    "Win rate of the best tilt at that KL, n = 16": 0.9413,
    "Largest gap between the two, whole n": 0.00924,
    "Largest gap between the two, real n": 0.00947,
    "KL of the top 10 %": 2.3026,
    "Win rate of the top 10 %": 0.95,
    "Cost of the top 10 %: E[max(0, −T)], correlation 0.6": 0.0406,
    "Where the χ² weight of slope 0.5 starts": -1.9913,
    "Where the χ² weight of slope 4 starts": 0.3449,
    "Gain of Boltzmann in mean persuasiveness at 2 nats, sd 1.5": 3.0,
    "Largest gain of the other methods there": 2.7828,
    "Correlation within the top 10 %, 0.6 over all": 0.2947,
    "Correlation within the top 0.1 %, 0.6 over all": 0.1917,
    "t₃ error: threshold where mean truth peaks": 2.4311,
    "t₃ error: mean truth there": 0.9319,
    "t₃ error: mean truth above 10": 0.3048,
    "t₅ error: threshold where mean truth peaks": 3.2087,
    "t₅ error: mean truth there": 1.1834,
    "t₅ error: mean truth above 10": 0.5077,
    "Cauchy error: threshold where mean truth peaks": 1.2853,
    "Cauchy error: mean truth there": 0.5484,
    "Cauchy error: mean truth above 10": 0.1014,
    "Normal error: mean truth above 10": 5.0964,
    "Laplace error, b = 1: mean truth above 10": 1.0,
    "Best-of-n, t₃ error: the n where utility peaks": 168.59,
    "Best-of-n, t₃ error: mean utility there": 4.0914,
    "Best-of-n, t₅ error: the n where utility peaks": 831.80,
    "Best-of-n, t₅ error: mean utility there": 4.7778,
    "Best-of-n, normal error: mean utility at n = 65,536": 7.6762,
    "t₃ with a mass of t^−0.8 above t = 1.5: mean": 1.8770,
    "t₃ with a mass of t^−0.8 above t = 1.5: KL": 1.0057,
    "t₃ with a mass of t^−0.8 above t = 10.77: mean": 2.4134,
    "t₃ with a mass of t^−0.8 above t = 10.77: KL": 0.6341,
    "t₃ with a mass of t^−0.8 above t = 100: mean": 3.7679,
    "t₃ with a mass of t^−0.8 above t = 100: KL": 0.2272,
    "n of best-of-n at the KL of the top 10 %": 26.2,
    "Its win rate": 0.9632,
    "Expected largest of 2 standard normals": 0.5642,
    "Expected largest of 64 standard normals": 2.3437,
    "Expected largest of 1,000 standard normals": 3.2414,
    "Expected largest of 60,000 standard normals": 4.2714,
    "Runs that show one in 10,000 with 95 % confidence": 29956,
}


@with_entries
def test_every_entry_has_its_quoted_digits(entry: Entry) -> None:
    assert round(entry.ours, entry.decimals) == QUOTED[entry.what]


def test_the_peaks_of_the_synthetic_figure_to_their_last_digit() -> None:
    for name, n, height in (("t₃", 168.59408, 4.0913920065373), ("t₅", 831.80365, 4.7778094147998)):
        found = highest(BestOfN, FIGURE[name])
        assert found.selection.n == pytest.approx(n, rel=ROOT)
        assert found.mean_truth == pytest.approx(height, rel=EXACT)
    assert peak(BestOfN, FIGURE["normal"]) is None
    assert BestOfN(n=65536).apply(FIGURE["normal"]).mean_truth == pytest.approx(7.676205480469, rel=EXACT)


def test_the_groups_have_their_names() -> None:
    assert list(GROUPS) == ["Printed in the source", "The source's formula, evaluated", "Ours, for comparison"]
    assert len({(title, e.what) for title, entries in GROUPS.items() for e in entries}) == len(ENTRIES)


FORMULAS = [
    entry
    for title, entries in GROUPS.items()
    for entry in entries
    if title != "Printed in the source" and "≤" not in entry.published.text
]


@pytest.mark.parametrize("entry", FORMULAS, ids=lambda entry: entry.what)
def test_a_formula_is_met_closely(entry: Entry) -> None:
    """Nobody may widen an interval until it fits: nine digits, or five of the place of a flat top."""
    claim = entry.published
    assert claim.high - claim.low <= (2.01e-5 if "peaks" in entry.what else 2.01e-9) * abs(claim.value)


@pytest.mark.parametrize(
    ("claim", "inside", "outside"),
    [
        (about(6, "≈ 6"), (5.51, 6.49), (5.4, 6.6)),
        (below(8e-4, "< 0.0008"), (0.0, 7.99e-4), (8e-4, 1.0)),
        (between(100, 1000, "around 10² or 10³"), (100, 832, 1000), (99, 1001)),
        (tends_to(1, "converges to 1"), (0.9995, 1.0005), (1.5, 1.01)),
        (equal(math.sqrt, 4.0), (2.0, 2 + 1e-9), (2 + 1e-8, 2 - 1e-8)),
        (at_most(math.sqrt, 4.0), (2.0, -1.0), (2.0001,)),
    ],
    ids=["about", "below", "between", "tends to", "equal", "at most"],
)
def test_a_claim_knows_what_agreeing_means(claim, inside: tuple, outside: tuple) -> None:
    def agrees(value: float) -> bool:
        return Entry("", Source(""), "", claim, lambda: value).agrees

    assert all(map(agrees, inside))
    assert not any(map(agrees, outside))


def test_references_know_nothing_of_the_models() -> None:
    tree = ast.parse(Path(formulas.__file__).read_text())
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {name.split(".")[0] for name in modules} == {"math", "collections", "functools", "numpy", "scipy"}


# ── the words and the tables ──


def fake(ours: float) -> Entry:
    return Entry("it", Source("a paper", "https://example.org"), "there", about(6, "≈ 6"), lambda: ours)


def test_the_summary_counts() -> None:
    good, bad = fake(6.1), fake(7.0)
    assert summary({"a": [good] * 3, "b": [good], "c": []}) == (
        "3 numbers printed in the source, 1 evaluated from the source's formula, 0 of our own; all agree."
    )
    assert "all but one agree, and its remark says why." in summary({"a": [good, bad], "b": [], "c": [good]})
    assert "all but 2 agree, and their remarks say why." in summary({"a": [good, bad], "b": [bad], "c": [good]})


def test_the_summary_of_the_page() -> None:
    assert summary(GROUPS) == (
        f"12 numbers printed in the source, {len(ENTRIES) - 19} evaluated from the source's formula, 7 of our own; "
        "all but one agree, and its remark says why."
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "below 10⁻¹⁰"),
        (-0.0912, "−0.0912"),
        (0.0021165, "+0.00212"),
        (0.5, "+0.5"),
        (-5.6e-6, "−5.6 × 10⁻⁶"),
        (1.1e-10, "+1.1 × 10⁻¹⁰"),
        (-1.1e-16, "below 10⁻¹⁰"),
    ],
)
def test_differences_are_written_as_people_write_them(value: float, text: str) -> None:
    assert signed(value) == text


def frame(title: str, entries: Sequence[Entry]) -> pd.DataFrame:
    shown = table(title, entries)
    return pd.DataFrame(shown.rows, columns=list(shown.columns))


@pytest.mark.parametrize("title", GROUPS)
def test_tables(title: str) -> None:
    entries = GROUPS[title]
    shown = frame(title, entries)
    assert len(shown) == len(entries)
    assert list(shown["What"]) == [unbroken(e.what) for e in entries]
    assert ("Printed" in shown) == (title == "Printed in the source")
    cells = shown.drop(columns="Source").to_numpy().ravel()
    assert not [cell for cell in cells if "e-" in cell or "-0" in cell or "nan" in cell or "inf" in cell]
    linked = [cell for cell in shown["Source"] if "](https://" in cell]
    assert len(linked) == (0 if title.startswith("Ours") else len(entries))


def test_cells() -> None:
    cells = frame("Printed", [fake(6.1)]).iloc[0].to_dict()
    assert cells == {
        "What": "it",
        "Printed": "≈ 6",
        "Ours": "6.1000",
        "Difference": "+0.1",
        "Source": "[a paper](https://example.org)",
        "Where": "there",
        "Remark": "",
    }
    ranged = Entry("it", Source("someone"), "", between(1, 2, "1 or 2"), lambda: 1.5)
    assert frame("Printed", [ranged]).iloc[0][["Difference", "Source"]].tolist() == ["within", "someone"]
    bounded = Entry("it", Source("someone"), "", at_most(math.sqrt, 4.0), lambda: 1.0)
    assert frame("Evaluated", [bounded]).iloc[0][["Formula", "Difference"]].tolist() == ["≤ 2.0000", "−1"]


# ── the pictures ──

DRAWN = dict(zip((build.__name__ for build in PANELS), panels(), strict=True))
with_panels = pytest.mark.parametrize("panel", DRAWN.values(), ids=DRAWN)


def along(panel: Panel, label: str, every: int = 10) -> tuple[np.ndarray, np.ndarray]:
    named = [curve for curve in panel.curves if curve.label == label]
    (found,) = named or [curve for curve in panel.curves if label in curve.label]
    return found.x[::every], found.y[::every]


@with_panels
def test_a_panel_shows_what_it_has(panel: Panel) -> None:
    for curve in panel.curves:
        assert curve.x.shape == curve.y.shape
        assert np.all(np.isfinite(curve.y))
        assert isinstance(curve.style, Style)
        if curve.at is not None:
            assert panel.span[0] <= curve.x[curve.at] <= panel.span[1]
            assert panel.height[0] <= curve.y[curve.at] <= panel.height[1]
        assert np.mean((curve.y >= panel.height[0]) & (curve.y <= panel.height[1])) > 0.6
    for mark in panel.marks:
        assert panel.span[0] <= mark.x <= panel.span[1]
        assert panel.height[0] <= mark.y <= panel.height[1]
    assert all(panel.span[0] <= tick <= panel.span[1] for tick in panel.ticks)


@with_panels
def test_a_panel_becomes_a_figure(panel: Panel) -> None:
    figure = small_multiple(panel)
    go.Figure(figure)  # raises where Plotly does not know a name
    assert panel.title in figure["layout"]["title"]["text"]
    assert figure["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"
    drawn = [trace["text"][0] for trace in figure["data"] if "text" in trace["mode"]]
    assert drawn == [c.label for c in panel.curves if c.at is not None] + [m.label for m in panel.marks]
    lines = [trace for trace in figure["data"] if trace["mode"] == "lines"]
    assert [line["line"]["color"] for line in lines] == [curve.style.color for curve in panel.curves]
    marked = [trace["marker"] for trace in figure["data"] if trace.get("marker", {}).get("opacity", "marker" in trace)]
    hollow = [marker.get("symbol") == "diamond-open" for marker in marked]
    assert hollow == [mark.printed for mark in panel.marks]
    low, high = figure["layout"]["xaxis"]["range"]
    assert (10**low, 10**high) == pytest.approx(panel.span) if panel.log else (low, high) == panel.span


def test_drawing_knows_no_streamlit_and_no_models() -> None:
    tree = ast.parse((Path(formulas.__file__).parents[1] / "figures/small_multiples.py").read_text())
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {name for name in modules if name.split(".")[0] in {"streamlit", "models", "scipy"}}


def test_the_picture_of_the_kl() -> None:
    panel = DRAWN["kl_of_best_of_n"]
    n, kl = along(panel, "best-of-n")
    np.testing.assert_allclose(kl, [formulas.best_of_n_kl(x) for x in n], rtol=EXACT, atol=EXACT)
    assert [(mark.x, mark.y, mark.printed) for mark in panel.marks] == [(1000, 6, True), (60000, 10, True)]
    assert "5.91 at n = 1,000, where ≈ 6 is printed; 10.00 at n = 60,000, where ≈ 10 is printed" in panel.caption


def test_the_picture_of_the_coin() -> None:
    panel = DRAWN["kl_of_a_coin"]
    n, kl = along(panel, "coin")
    np.testing.assert_allclose(kl, [formulas.coin_kl(x) for x in n], atol=EXACT)
    assert np.all(kl[1:] < along(panel, "formula")[1][1:])
    assert "0.6676 against 1.2044 at n = 8" in panel.caption
    assert "log 2 = 0.6931" in panel.caption


def test_the_picture_of_the_gap() -> None:
    panel = DRAWN["gap_of_best_of_n"]
    n, gap = along(panel, "best tilt")
    np.testing.assert_allclose(gap[1:], [formulas.gap(x) for x in n[1:]], atol=1e-10)
    assert max(curve.y.max() for curve in panel.curves) == pytest.approx(formulas.largest_gap(), rel=1e-3)
    (mark,) = panel.marks
    assert (mark.x, round(mark.y, 5)) == (2, 0.00924)
    assert "by at most 0.00924 over whole n, at n = 2" in panel.caption
    assert f"{max(curve.y.max() for curve in panel.curves):.5f} over real n" in panel.caption


def test_the_picture_of_best_of_poisson() -> None:
    panel = DRAWN["excess_over_the_tilt"]
    _, excess = along(panel, "at most", 1)
    _, ceiling = along(panel, "less than", 1)
    assert set(ceiling) == {8e-4}
    assert np.all(excess >= 0)
    assert excess.max() == pytest.approx(6.75e-4, rel=1e-3)
    assert "0.000675 nats more than the tilt at worst, near μ = 3.36; less than 0.0008" in panel.caption


def test_the_worst_of_best_of_poisson_is_a_flat_top() -> None:
    at, top = worst_of_poisson()
    assert at == pytest.approx(3.358, abs=5e-4)
    assert BestOfPoisson(mu=at).apply(STANDARD).kl == pytest.approx(0.561, abs=1e-3)
    assert top - 1e-6 < excess_of_poisson(3.40) < top


def test_the_picture_of_catastrophic_goodhart() -> None:
    panel = DRAWN["catastrophic_goodhart"]
    n, utility = along(panel, "normal", 30)
    np.testing.assert_allclose(utility[1:], [formulas.best_of_n_truth_with_normal(x) for x in n[1:]], rtol=QUADRATURE)
    for name, df in (("t₃", 3), ("t₅", 5)):
        n, utility = along(panel, name, 30)
        reference = [formulas.best_of_n_truth_with_t(x, df) for x in n[1:]]
        np.testing.assert_allclose(utility[1:], reference, rtol=1e-6)
    assert [(round(mark.x, 2), round(mark.y, 4)) for mark in panel.marks] == [
        (831.80, 4.7778),
        (168.59, 4.0914),
        (97.67, 3.3816),
        (2.63, 0.4973),
    ]
    printed, _ = along(panel, "printed", 1)
    assert all(0.9 * printed[0] <= mark.x <= printed[-1] for mark in panel.marks[:3])
    words = (
        "4.78 at n = 832 (t₅), 4.09 at n = 169 (t₃), 3.38 at n = 98 (lognormal) and 0.50 at n = 2.6 (Lévy); 10² or 10³"
    )
    assert words in panel.caption
    assert "7.68 at n = 65,536" in panel.caption


def test_the_picture_of_a_heavy_utility() -> None:
    panel = DRAWN["catastrophic_goodhart_of_a_heavy_utility"]
    assert [curve.label for curve in panel.curves[:5]] == ["normal", "t₅", "t₃", "lognormal", "Lévy"]
    found = [(mark.x, mark.y) for mark in panel.marks]
    peaks = [(48917.004, 9.1670718), (643.44842, 5.3876628), (913.72458, 4.5529355), (2.6464419, 0.4886069)]
    np.testing.assert_allclose(found, peaks, rtol=ROOT)
    assert along(panel, "normal", 1)[1][-1] == pytest.approx(13.471531845546, rel=1e-12)
    assert "10² or 10³, and 10⁵ with t₅ error, is printed" in panel.caption


def test_the_picture_of_the_raised_tail() -> None:
    panel = DRAWN["reward_at_no_kl"]
    for label, formula, exponent in (("KL", formulas.raised_kl, 0.8), ("mean, mass 1/t", formulas.raised_mean, 1.0)):
        t, y = along(panel, label)
        np.testing.assert_allclose(y, [formula(3, x, x**-exponent) for x in t], rtol=QUADRATURE)
    mean, kl = panel.curves[0].y, panel.curves[2].y
    assert np.all(np.diff(mean[20:]) > 0)
    assert np.all(np.diff(kl) < 0)
    assert "3.77 at 0.23 nats for t = 100. With 1/t the mean tends to 1.50; 1 is printed" in panel.caption


def test_the_picture_of_the_ceiling() -> None:
    panel = DRAWN["ceiling_on_persuasiveness"]
    shares = {curve.label: curve.y for curve in panel.curves}
    np.testing.assert_allclose(shares.pop("Boltzmann"), 1, rtol=EXACT)
    assert set(shares) == {"Best-of-Poisson", "Best-of-n", "Filter"}
    assert all(np.all(share < 1) for share in shares.values())
    n = formulas.best_of_n_with_kl(2.0)
    assert f"best-of-n reaches {formulas.largest_normal(n) / 2:.2f} of it" in panel.caption
    assert f"a filter {formulas.hazard(-stats.norm.ppf(math.exp(-2))) / 2:.2f}." in panel.caption


def test_the_picture_of_the_correlation() -> None:
    panel = DRAWN["correlation_within_the_top"]
    for rho in (0.9, 0.6, 0.3):
        samples, kept = along(panel, f"{rho} over all", 20)
        assert kept[0] == pytest.approx(rho, rel=1e-6)
        np.testing.assert_allclose(kept[1:], [formulas.top_correlation(rho, 1 / x) for x in samples[1:]], rtol=1e-8)
    assert "at 0.29 within the top tenth and 0.19 within the top thousandth" in panel.caption


def test_the_page() -> None:
    def script() -> None:
        from dashboard.page.render import render
        from dashboard.views.literature import PAGE

        render(PAGE)

    at = AppTest.from_function(script, default_timeout=30).run()
    assert not at.exception
    assert summary(GROUPS) in [markdown.value for markdown in at.markdown]
    assert [heading.value for heading in at.subheader] == list(GROUPS)
    assert [len(shown.value) for shown in at.table] == [len(entries) for entries in GROUPS.values()]
    charts = at.get("plotly_chart")
    assert len(charts) == len(PANELS)
    assert [caption.value for caption in at.caption[-len(PANELS) :]] == [unbroken(panel.caption) for panel in panels()]


# ── win rates, the best tilt, a raised tail, correlation within the top ──


def test_win_rates_in_closed_form() -> None:
    n, mu = np.array([1.0, 2.0, 37.5, 1e6]), np.array([0.1, 1.0, 40.0])
    np.testing.assert_allclose(win_rate(BestOfN(n=n).apply(STANDARD)), n / (n + 1), rtol=EXACT)
    of_poisson = 1 - 1 / mu - np.expm1(-mu) / mu**2
    np.testing.assert_allclose(win_rate(BestOfPoisson(mu=mu).apply(STANDARD)), of_poisson, rtol=EXACT)
    for q in (1.0, 0.1, 1e-9):
        assert win_rate(Quantilizer(fraction=q).apply(LINE)) == pytest.approx(1 - q / 2, rel=EXACT)
    for strength in (0.0, 0.7, 12.0):
        expected = stats.norm.cdf(strength * 1.5 / math.sqrt(2))
        assert win_rate(Boltzmann(strength=strength).apply(LINE)) == pytest.approx(expected, rel=EXACT)


def test_win_rates_on_heavy_and_on_tied_laws() -> None:
    outcome = Filter(threshold=10).apply(TruthPlusError(StudentT(df=3)))
    assert win_rate(outcome) == pytest.approx(1 - math.exp(-outcome.kl) / 2, rel=EXACT)
    # the better of two tosses is heads 3 times in 4: it beats or ties, a tie counting half
    assert win_rate(BestOfN(n=2).apply(COIN)) == pytest.approx(0.75 * 0.75 + 0.25 * 0.25, rel=EXACT)
    heads = math.e / (1 + math.e)
    assert win_rate(Boltzmann(strength=1).apply(COIN)) == pytest.approx(0.25 + heads / 2, rel=EXACT)
    with pytest.raises(ValueError, match=r"2 point masses .* P must be continuous"):
        win_rate(Filter(threshold=0.5).apply(COIN))
    with pytest.raises(ValueError, match="2 thresholds are not allowed here; one at a time"):
        win_rate(Filter(threshold=np.array([0.0, 1.0])).apply(STANDARD))


@pytest.mark.parametrize("strength", [1e-6, 0.3, 1.999999, 2.0, 2.000001, 30.0, 500.0])
def test_the_tilt_of_ranks_by_quadrature(strength: float) -> None:
    def density(u: float) -> float:
        return strength * math.exp(strength * (u - 1)) / -math.expm1(-strength)

    ends = {"points": [1 - min(0.5, 8 / strength)], "epsabs": 1e-15, "epsrel": 1e-13}
    tilt = RankTilt(strength=strength)
    assert tilt.win_rate == pytest.approx(quad(lambda u: u * density(u), 0, 1, **ends)[0], rel=EXACT)
    assert tilt.kl == pytest.approx(
        quad(lambda u: density(u) * math.log(density(u)), 0, 1, **ends)[0], rel=EXACT, abs=1e-15
    )


def test_the_tilt_of_ranks_at_its_ends() -> None:
    nothing, far = RankTilt(strength=0.0), RankTilt(strength=1e12)
    assert (nothing.win_rate, nothing.kl) == (0.5, 0.0)
    assert RankTilt(strength=1e-6).kl == pytest.approx(1e-12 / 24, rel=EXACT)
    assert far.win_rate == pytest.approx(1 - 1e-12, rel=1e-15)
    assert far.kl == pytest.approx(math.log(1e12) - 1, rel=EXACT)


@pytest.mark.parametrize("kl", [0.0, 1e-9, 0.1931, 3.0, 14.0, 600.0])
def test_the_tilt_reaches_a_kl(kl: float) -> None:
    assert RankTilt.reaching(kl=kl).kl == pytest.approx(kl, rel=1e-10, abs=1e-16)


@pytest.mark.parametrize("rate", [0.5, 0.500001, 0.6759, 0.99, 1 - 1e-12])
def test_the_tilt_reaches_a_win_rate(rate: float) -> None:
    assert RankTilt.reaching(win_rate=rate).win_rate == pytest.approx(rate, rel=EXACT)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kl", [0.2, 1.0, 4.0])
def test_no_selection_wins_more_often_than_the_tilt(method: type[Selection], kl: float) -> None:
    outcome = match_target(method, STANDARD, kl=kl)
    assert win_rate(outcome) < RankTilt.reaching(kl=outcome.kl).win_rate


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: RankTilt(strength=-1.0), r"^strength = -1.0 is not allowed; it must lie in \[0, 1e\+300\]"),
        (lambda: RankTilt(strength=math.nan), "^strength = nan"),
        (lambda: RankTilt.reaching(), "^kl = None, win_rate = None: exactly one"),
        (lambda: RankTilt.reaching(kl=1.0, win_rate=0.7), "exactly one of them"),
        (lambda: RankTilt.reaching(kl=-0.1), r"^kl = -0.1 is not allowed; it must lie in \[0, 600\]"),
        (lambda: RankTilt.reaching(kl=math.inf), "^kl = inf"),
        (lambda: RankTilt.reaching(win_rate=0.4), r"^win_rate = 0.4 is not allowed; it must lie in \[0.5, 0.99"),
        (lambda: RankTilt.reaching(win_rate=1.0), "^win_rate = 1.0"),
        (lambda: RaisedTail(df=1, threshold=2, mass=0.1), r"^df = 1 is not allowed; it must lie in \(1, ∞\)"),
        (lambda: RaisedTail(df=3, threshold=math.inf, mass=0.1), "^threshold = inf is not allowed; there must be mass"),
        (lambda: RaisedTail(df=30, threshold=1e12, mass=0.1), "there must be mass on both its sides"),
        (lambda: RaisedTail(df=3, threshold=2, mass=1.1), r"^mass = 1.1 is not allowed; it must lie in \[0, 1\]"),
        (lambda: RaisedTail(df=3, threshold=2, mass=math.nan), "^mass = nan"),
        (lambda: top_correlation(Filter(threshold=0).apply(COIN)), r"E\[T \| P\] must be a straight line"),
        (lambda: top_correlation(Filter(threshold=0).apply(FIGURE["t₃"])), r"E\[T \| P\] must be a straight line"),
        (
            lambda: top_correlation(Filter(threshold=0).apply(OutputMixture([Mode(sd_truth=0)]))),
            r"^spreads 0.0 and 1.0 are not allowed; both must be above 0$",
        ),
    ],
)
def test_what_is_not_allowed_is_named(ask, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask()


@pytest.mark.parametrize("df", [1.5, 3.0, 12.0])
@pytest.mark.parametrize("threshold", [-2.0, 0.0, 5.0, 1e4])
def test_a_raised_tail(df: float, threshold: float) -> None:
    law = stats.t(df)
    beyond = float(law.sf(threshold))
    untouched = RaisedTail(df=df, threshold=threshold, mass=beyond)
    assert untouched.kl == pytest.approx(0, abs=1e-14)
    assert untouched.mean == pytest.approx(0, abs=1e-9)
    tail = RaisedTail(df=df, threshold=threshold, mass=0.7)
    assert tail.kl == pytest.approx(0.7 * math.log(0.7 / beyond) + 0.3 * math.log(0.3 / law.cdf(threshold)), rel=1e-9)
    if df > 2:  # where quadrature converges
        part = quad(lambda v: (threshold + v) * law.pdf(threshold + v), 0, np.inf, epsabs=0, epsrel=1e-9, limit=200)[0]
        assert tail.mean == pytest.approx(0.7 * part / beyond - 0.3 * part / law.cdf(threshold), rel=1e-7)


def test_a_raised_tail_at_its_limits() -> None:
    """As t → ∞ a mass of 1/t sends the mean to ν/(ν − 1), and t^−0.8 sends it to ∞ and the KL to 0."""
    assert raised(1e12, 1).mean == pytest.approx(1.5, rel=1e-9)
    assert RaisedTail(df=5, threshold=1e6, mass=1e-6).mean == pytest.approx(5 / 4, rel=1e-9)
    far = raised(1e30, 0.8)
    assert far.mean == pytest.approx(1.5 * 1e6, rel=1e-9)
    assert far.kl < 1e-20
    nothing, everything = (RaisedTail(df=3, threshold=2, mass=mass) for mass in (0.0, 1.0))
    assert nothing.kl == pytest.approx(-stats.t(3).logcdf(2), rel=EXACT)
    assert everything.kl == pytest.approx(-stats.t(3).logsf(2), rel=EXACT)


@pytest.mark.parametrize("z", [-1.0, 0.5, 2.0])
def test_correlation_within_the_top_by_quadrature(z: float) -> None:
    """Moments of (T, P) above the threshold from the joint density itself."""
    rho, sd = 0.6, 1.5
    joint = stats.multivariate_normal([0, 0], [[1, rho * sd], [rho * sd, sd * sd]])
    p, width = _legendre(z * sd, 9 * sd)
    t, height = _legendre(-9, 9)
    mass = joint.pdf(np.stack(np.meshgrid(t, p), axis=-1)) * width[:, None] * height
    mass /= mass.sum()
    mean_t, mean_p = np.sum(mass * t), np.sum(mass * p[:, None])
    covariance = np.sum(mass * (t - mean_t) * (p[:, None] - mean_p))
    expected = covariance / math.sqrt(np.sum(mass * (t - mean_t) ** 2) * np.sum(mass * (p[:, None] - mean_p) ** 2))
    assert top_correlation(Filter(threshold=z * sd).apply(LINE)) == pytest.approx(expected, rel=1e-10)


def _legendre(low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    x, weight = np.polynomial.legendre.leggauss(120)
    return low + (high - low) * (x + 1) / 2, weight * (high - low) / 2


def test_what_a_source_says_is_an_interval() -> None:
    assert tends_to(2.0, "2")() == Claim("2", 1.999, 2.001, 2.0)
    assert published.AROUND() == Claim("around 10² or 10³", 10**1.5, 10**3.5)
    with pytest.raises(LookupError, match=r"^the models do not have what the source says$"):
        published.there(None)


def test_correlation_within_the_top_at_its_limits() -> None:
    assert top_correlation(Filter(threshold=-40).apply(LINE)) == pytest.approx(0.6, rel=EXACT)
    assert top_correlation(Boltzmann(strength=3).apply(LINE)) == pytest.approx(0.6, rel=EXACT)
    assert top_correlation(Filter(threshold=300).apply(LINE)) == pytest.approx(
        0.6 / 0.8 / 200, rel=1e-3
    )  # ρ/√(1 − ρ²)/z
    with pytest.raises(ValueError, match=r"^spreads"):
        top_correlation(Boltzmann(strength=1).apply(ThreeSubmodules(alpha=0, beta=1, gamma=0).blend()))


# ── theorems ──


def test_chi_squared_weight() -> None:
    """Huang et al. 2025: max(0, (r − x)/β) with mean 1."""
    outcome = ChiSquared(slope=0.5).apply(STANDARD)
    start = float(outcome.law.start)
    p = np.linspace(-4, 4, 9)
    ratio = outcome.persuasiveness_pdf(p) / STANDARD.persuasiveness_pdf(p)
    np.testing.assert_allclose(ratio, np.maximum((p - start) / 2, 0), rtol=1e-12)
    assert STANDARD.mean_excess(start) == pytest.approx(2, rel=EXACT)


@pytest.mark.parametrize("fraction", [0.5, 0.1, 1e-4])
@pytest.mark.parametrize("level", [-2.0, 0.0, 3.0])
def test_a_quantilizer_costs_at_most_one_over_q_as_much(fraction: float, level: float) -> None:
    """Taylor 2016, for the cost max(0, level − T) and for costs of persuasiveness."""
    outcome = Quantilizer(fraction=fraction).apply(LINE)
    assert expected_shortfall(outcome, level) <= expected_shortfall(LINE, level) / fraction
    p, width = _legendre(-18, 18)
    top, top_width = _legendre(1.5 * stats.norm.isf(fraction), 18)
    for cost in (np.square, lambda p: np.abs(p - 2), lambda p: np.exp(-p)):
        mean = np.sum(cost(p) * LINE.persuasiveness_pdf(p) * width)
        assert 0 < np.sum(cost(top) * outcome.persuasiveness_pdf(top) * top_width) <= mean / fraction


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kl", [0.05, 1.0, 6.0])
def test_nothing_gains_more_than_the_ceiling(method: type[Selection], kl: float) -> None:
    """Mroueh 2024: E_q[P] − E[P] ≤ s√(2 KL); Boltzmann attains it on one normal."""
    outcome = match_target(method, LINE, kl=kl)
    ceiling = 1.5 * math.sqrt(2 * outcome.kl)
    if method is Boltzmann:
        assert outcome.mean_persuasiveness == pytest.approx(ceiling, rel=EXACT)
    else:
        assert 0 < outcome.mean_persuasiveness < ceiling


@pytest.mark.parametrize("df", [3, 5, 1])
def test_heavy_tails_fall_back_to_nothing(df: float) -> None:
    """Thomas & Kwa 2023: mean truth above a threshold tends to 0, like ν/t."""
    far = 1e7
    assert Filter(threshold=far).apply(TruthPlusError(StudentT(df=df))).mean_truth * far == pytest.approx(df, rel=1e-6)


def test_light_tails_do_not_peak() -> None:
    laplace = TruthPlusError(Laplace(scale=0.5))
    assert peak(Filter, TruthPlusError(Normal())) is None
    assert peak(Filter, laplace) is None
    assert Filter(threshold=60).apply(laplace).mean_truth == pytest.approx(2, rel=EXACT)  # 1/b


def test_a_laplace_error_has_no_optimum_from_one_over_b_on() -> None:
    """The published theorem needs E[e^{λP}] finite for every λ; Laplace’s stops at 1/b."""
    base = TruthPlusError(Laplace(scale=0.5))
    assert Boltzmann(strength=1.999).apply(base).mean_truth == pytest.approx(1.999, rel=EXACT)
    with pytest.raises(ValueError, match="has no optimum here"):
        Boltzmann(strength=2.0).apply(base)


def test_kl_regularised_rl_is_bayesian_inference() -> None:
    """Korbak, Perez & Buckley 2022: posterior ∝ prior · e^{r/τ}."""
    outcome, p = Boltzmann(strength=0.8).apply(STANDARD), np.linspace(-3, 3, 13)
    posterior = STANDARD.persuasiveness_pdf(p) * np.exp(0.8 * p)
    ratio = outcome.persuasiveness_pdf(p) / posterior
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-13)


def test_mean_above_a_far_threshold_is_a_factor_of_it() -> None:
    """E[P given P ≥ t]/t of a t₃ error tends to ν/(ν − 1) too, whatever truth adds."""
    base = TruthPlusError(StudentT(df=3))
    assert Filter(threshold=1e6).apply(base).mean_persuasiveness / 1e6 == pytest.approx(1.5, rel=1e-6)
