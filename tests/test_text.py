import math

import pytest

from dashboard.text import change, colored, count, direction, nats, number, plain, runs


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
        (99.96, "100"),
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


def test_direction_is_what_shows() -> None:
    assert [direction(x) for x in (0.2, -0.2, 0.004)] == [1, -1, 0]


def test_marked_text_comes_apart_into_coloured_runs() -> None:
    marked = f"truth {colored('1.45', '#0072B2')} **does not exist**."
    assert runs(marked) == [
        ("truth ", ""), ("1.45", "#0072B2"), (" ", ""), ("does not exist", "inherit"), (".", "")
    ]  # fmt: skip
    assert plain(marked) == "truth 1.45 does not exist."
    assert runs("") == []
