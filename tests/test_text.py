import math

import pytest

from dashboard.words.chances import chance, percent
from dashboard.words.markup import html
from dashboard.words.text import (
    change,
    colored,
    count,
    distinct_numbers,
    equation,
    exactly,
    latex,
    latex_count,
    moved,
    nats,
    number,
    plain,
    runs,
    scientific,
)


@pytest.mark.parametrize(
    ("value", "shown"), [(1.45, "1.45"), (-0.031, "−0.03"), (-0.001, "0.00"), (0.0, "0.00"), (-2.5e7, "−2.5 × 10⁷")]
)
def test_number(value: float, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.75, "+0.75"), (-0.75, "−0.75"), (0.001, "0.00"), (-0.001, "0.00")])
def test_change(value: float, shown: str) -> None:
    assert change(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1, "1"),
        (6.31, "6.31"),
        (43.96, "44"),
        (99.94, "99.9"),
        (99.96, "100"),
        (101.7, "102"),
        (300_000, "300,000"),
        (999_999, "999,999"),
        (4.1e7, "4.1 × 10⁷"),
        (9.97e7, "1.0 × 10⁸"),
    ],
)
def test_count(value: float, shown: str) -> None:
    assert count(math.log(value)) == shown


def test_a_count_that_no_float_holds() -> None:
    assert count(804.6) == "2.7 × 10³⁴⁹"


def test_nats() -> None:
    assert nats(3.174) == "3.17 nats"
    assert nats(math.inf) == "∞"


def test_a_score_moves_from_one_in_ten_thousand_on() -> None:
    assert [moved(1.0, 1.0 + x) for x in (0.2, -0.2, 2e-4, -2e-4, 0.9e-4, -0.9e-4)] == [1, -1, 1, -1, 0, 0]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ((0.7, 1.45), ["0.70", "1.45"]),
        ((0.701, 0.703), ["0.701", "0.703"]),
        ((0.7, 0.7003), ["0.7000", "0.7003"]),
        ((0.7, 0.70005), ["0.70", "0.70"]),
        ((-1.0, 2.0, 2.004, -3.0), ["−1.000", "2.000", "2.004", "−3.000"]),
    ],
)
def test_scores_are_told_apart_where_they_differ(values: tuple[float, ...], shown: list[str]) -> None:
    assert distinct_numbers(*values) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, "0"), (-5.6e-6, "−5.6 × 10⁻⁶"), (0.5, "5.0 × 10⁻¹"), (9.97e7, "1.0 × 10⁸")]
)
def test_scientific(value: float, shown: str) -> None:
    assert scientific(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(25.69516, "25.6952"), (-3.5, "−3.5"), (1.34e12, "1.34000 × 10¹²"), (-1e-7, "−1.00000 × 10⁻⁷"), (0.0, "0")],
)
def test_exactly(value: float, shown: str) -> None:
    assert exactly(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.5, "1.500"),
        (0.0, "0.000"),
        (1e6, r"1.000\times10^{6}"),
        (-2.5e-7, r"-2.500\times10^{-7}"),
        (math.inf, r"\infty"),
    ],
)
def test_latex(value: float, shown: str) -> None:
    assert latex(value) == shown


@pytest.mark.parametrize(
    ("terms", "total", "shown"),
    [
        ([(0.4, 1.0), (0.3, 2.0)], 1.0, r"0.400\times1.000+0.300\times2.000=1.000"),
        ([(0.4, -1.0)], -0.4, r"0.400\times(-1.000)=-0.400"),
        ([(4.1589,), (-0.9844,)], 3.1745, r"4.159-0.984=3.175"),
        ([(1.2345678, 1000.0)], 1234.5678, r"1.234568\times1000.000000=1234.568"),
        ([(1.23456789, 1e5)], 123456.789, r"1.234568\times100000.000000\approx 123456.789"),
    ],
)
def test_an_equation_holds_in_the_digits_it_shows(terms: list, total: float, shown: str) -> None:
    assert equation(terms, total) == shown


def test_marked_text_comes_apart_into_coloured_runs() -> None:
    marked = f"truth {colored('1.45', '#0072B2')} **does not exist**."
    assert runs(marked) == [("truth ", ""), ("1.45", "#0072B2"), (" ", ""), ("does not exist", "inherit"), (".", "")]
    assert plain(marked) == "truth 1.45 does not exist."
    assert runs("") == []


def test_counts_beyond_every_float() -> None:
    assert [count(-math.inf), count(math.inf)] == ["0", "∞"]
    assert count(900.0) == "7.3 × 10³⁹⁰"
    assert count(1.6e60) == "10^(6.9 × 10⁵⁹)"
    assert [latex_count(x) for x in (2.0, 9.0, 900.0, 1.6e60, math.inf)] == [
        "7.39",
        "8103",
        r"7.3\times10^{390}",
        r"10^{6.9\times10^{59}}",
        r"\infty",
    ]
    assert exactly(1234567.0) == "1.23457 × 10⁶"
    assert exactly(123456.0) == "123,456"
    assert latex(-3e-310, 4) == "0.0000"


def test_formulas_become_mathml_and_markup_stays_text() -> None:
    written = html("KL is $x^2$, **so**.\n\n$$y$$\n\n<b>no</b>")
    assert written.count("<math") == 2
    assert 'display="inline"' in written
    assert 'display="block"' in written
    assert "<strong>so</strong>" in written
    assert "<b>" not in written


@pytest.mark.parametrize(
    ("value", "as_chance", "as_share"),
    [
        (0.0, "less than 1 in 10³⁰⁰", "0 %"),
        (1e-5, "1 in 100,000", "less than 0.01 %"),
        (0.5, "50 %", "50 %"),
        (0.9995, "more than 99.9 %", "more than 99.9 %"),
        (1.0, "100 %", "100 %"),
    ],
)
def test_a_chance_is_never_certain_where_it_is_not(value: float, as_chance: str, as_share: str) -> None:
    assert chance(value) == as_chance
    assert percent(value) == as_share
