import math

import numpy as np
import pytest

from models import BestOfN, Boltzmann, Filter, Mode, OutputMixture, Quantilizer, ThreeSubmodules
from models.parameters import Interval, Parameter, printed

RECORDS = [Mode, ThreeSubmodules, Filter, Quantilizer, BestOfN, Boltzmann]
DECLARED = [(record, name, knob) for record in RECORDS for name, knob in record.parameters().items()]


@pytest.mark.parametrize(
    ("record", "name", "knob"), DECLARED, ids=lambda x: getattr(x, "symbol", getattr(x, "__name__", x))
)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, "abc", None, [1.0, math.nan]], ids=repr)
def test_models_refuse_what_is_no_finite_number(record: type, name: str, knob: Parameter, bad: object) -> None:
    with pytest.raises(ValueError, match=rf"^{name} = .*must lie in"):
        record(**{name: bad})


@pytest.mark.parametrize(
    ("record", "name", "knob"), DECLARED, ids=lambda x: getattr(x, "symbol", getattr(x, "__name__", x))
)
def test_the_slider_lies_in_the_domain_and_the_domain_is_enforced(record: type, name: str, knob: Parameter) -> None:
    for end in (knob.low, knob.high, knob.default):
        assert knob.check(end, name) == end
        assert knob.read(repr(end)) == end
    outside = [x for x in (knob.domain.low - 0.5, knob.domain.high + 0.5) if math.isfinite(x)]
    for value in outside:
        with pytest.raises(ValueError, match=rf"^{name} = {value!r}"):
            record(**{name: value})


@pytest.mark.parametrize("text", ["abc", "", "nan", "inf", "-inf", "1e999", "-3", "1e10", "0x10", "<b>", "9" * 40])
def test_a_link_is_read_strictly_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r"n \(candidates\) must be a number from 1 to 10⁹") as problem:
        BestOfN.parameters()["n"].read(text)
    assert "<b>" not in str(problem.value)


def test_stops_of_a_log_slider_are_round_and_reach_both_ends() -> None:
    stops = BestOfN.parameters()["n"].stops
    assert stops[:4] == (1, 2, 3, 4)
    assert stops[-1] == 1e9
    assert {64, 1000, 60000} <= set(stops)
    assert list(stops) == sorted(set(stops))
    assert all(value.is_integer() for value in stops)
    assert {1.0, 0.5, 0.1, 0.01, 1e-9} <= set(Quantilizer.parameters()["fraction"].stops)


def test_draws_fill_the_slider() -> None:
    rng = np.random.default_rng(0)
    knob = BestOfN.parameters()["n"]
    draws = [knob.draw(rng) for _ in range(200)]
    assert knob.low <= min(draws) < 10
    assert 1e8 < max(draws) <= knob.high


def test_a_declaration_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="default"):
        Parameter(symbol="x", label="x", default=2, low=0, high=1, step=1, help="")
    with pytest.raises(ValueError, match="leaves the domain"):
        Parameter(symbol="x", label="x", default=0, low=0, high=1, step=1, help="", domain=Interval(0, open_low=True))


@pytest.mark.parametrize("weights", [(0.5, 0.4), (0.5, 0.5 + 1e-8), (1.0, 1.0)])
def test_mixture_weights_must_add_to_one(weights: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="must add to 1 within 1e-9"):
        OutputMixture([Mode(weight=w) for w in weights])


def test_a_mixture_needs_a_mode() -> None:
    with pytest.raises(ValueError, match="modes is empty"):
        OutputMixture([])


def test_listening_weights_are_normalised_and_not_all_zero() -> None:
    model = ThreeSubmodules.listening(alpha=1.0, beta=0.5, gamma=0.5)
    assert (model.alpha, model.beta, model.gamma) == (0.5, 0.25, 0.25)
    with pytest.raises(ValueError, match="alpha, beta and gamma are all 0"):
        ThreeSubmodules.listening(alpha=0, beta=0, gamma=0)
    with pytest.raises(ValueError, match=r"^beta = -0.1"):
        ThreeSubmodules.listening(alpha=1, beta=-0.1, gamma=0)
    with pytest.raises(ValueError, match="must add to 1"):
        ThreeSubmodules(alpha=0.5, beta=0.5, gamma=0.5)


def test_records_are_frozen() -> None:
    with pytest.raises(AttributeError):
        BestOfN(n=2).n = 3


@pytest.mark.parametrize(
    ("interval", "shown"),
    [
        (Interval(), "(−∞, ∞)"),
        (Interval(0.0), "[0, ∞)"),
        (Interval(0.0, 1.0), "[0, 1]"),
        (Interval(0.0, 1e12, open_low=True), "(0, 1e+12]"),
    ],
)
def test_a_range_in_words(interval: Interval, shown: str) -> None:
    assert str(interval) == shown


def test_the_spread_of_a_slider_reaches_both_ends() -> None:
    for record, name, knob in DECLARED:
        spread = knob.spread
        assert (spread[0], spread[-1]) == pytest.approx((knob.low, knob.high)), (record, name)
        assert np.all(np.diff(spread) > 0)
        assert spread.size > 20


def test_a_ring_is_as_many_deviations_out_as_it_says() -> None:
    mode = Mode(mean_truth=1, mean_persuasiveness=-2, sd_truth=0.5, sd_persuasiveness=2, correlation=0.6)
    p, t = mode.ellipse(3.0)
    x, y = (p + 2) / 2, (t - 1) / 0.5
    np.testing.assert_allclose((x**2 - 1.2 * x * y + y**2) / 0.64, 9, rtol=1e-12)
    assert np.ptp(p) == pytest.approx(12, rel=1e-12)


@pytest.mark.parametrize(("value", "shown"), [(-2.5e7, "−2.5 × 10⁷"), (1e9, "10⁹"), (-4.0, "−4")])
def test_an_end_of_a_range_in_words(value: float, shown: str) -> None:
    assert printed(value) == shown


def test_a_number_of_up_to_32_letters_is_read() -> None:
    knob = Filter.parameters()["threshold"]
    assert knob.read("0.5".ljust(32, "0")) == 0.5
    with pytest.raises(ValueError, match="must be a number from"):
        knob.read("0.5".ljust(33, "0"))
