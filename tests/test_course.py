"""The course of mean truth: every turning point, both ends, the limit; and what else had to be found whole."""

from dataclasses import replace

import numpy as np
import pytest
from cases import DEGENERATE, METHODS
from tolerances import EXACT, ROOT

from dashboard.words.course import places, turn_names
from models import (
    BestOfN,
    Boltzmann,
    ChiSquared,
    Course,
    Filter,
    GoodhartMixture,
    Laplace,
    Lognormal,
    Mode,
    NoOptimumError,
    Normal,
    OnlineModelling,
    OutputMixture,
    Quantilizer,
    Selection,
    StudentT,
    ThreeSubmodules,
    TruthPlusError,
    Uniform,
    course,
    expected_shortfall,
    family_optimum,
    kl_between_blends,
    log_price_of_best_of_n,
    match_target,
    peak,
)
from models.laws.base import BaseLaw
from models.pressure.course import LEAST_TRUTH_STEP

KNOBS = ("liars", "honest_correlation", "liar_truth", "liar_persuasiveness", "liar_spread", "liar_correlation")
DIPS = (0.15, 0.1, -3.45, 2.35, 0.35, -0.95)
RISES_AGAIN = (8e-6, 0.05, -4, 2.95, 2.9, 0.95)
RECOVERS = (0.015, -0.9, 0.25, -1, 1.35, 0.8)


def mixture(numbers: tuple[float, ...]) -> OutputMixture:
    return GoodhartMixture(**dict(zip(KNOBS, numbers, strict=True))).mixture()


def random_mixture(rng: np.random.Generator) -> OutputMixture:
    return GoodhartMixture(**{name: knob.draw(rng) for name, knob in GoodhartMixture.parameters().items()}).mixture()


def pressures(found: Course) -> list[float]:
    return [float(turn.selection.pressure) for turn in found.turns]


# ── what was found wrong by looking only at one peak and one step ahead ──


def test_a_low_turn_is_where_it_is_however_high_truth_rises_after_it() -> None:
    """It turns at whole rounds alone, and 2.6 million later."""
    base = TruthPlusError(truth=StudentT(df=5.83, scale=0.28), error=Lognormal(location=3, sigma=0.918, scale=0.75))
    found = course(OnlineModelling(rounds=1, fraction=0.05, feedback=0.45), base)
    assert pressures(found) == [2, 12]
    assert found.heights[-1] > 1e6


def test_a_mixture_may_fall_and_then_rise() -> None:
    found = course(Boltzmann, mixture(DIPS))
    assert found.directions == (-1, 1)
    assert found.heights[1] == pytest.approx(-3.4835, abs=1e-4)
    assert found.peak is None
    assert found.limit == np.inf


def test_truth_may_rise_again_far_out() -> None:
    found = course(BestOfN, mixture(RISES_AGAIN))
    assert found.directions == (1, -1, 1)
    assert pressures(found)[0] == pytest.approx(1307.27, rel=1e-5)
    assert BestOfN(n=1e6).apply(mixture(RISES_AGAIN)).mean_truth == pytest.approx(-2.17, abs=0.01)
    assert found.end.selection.n == 1e12
    assert found.end.mean_truth == pytest.approx(1.00, abs=0.01)
    assert found.peak is None  # the end is higher


def test_a_cost_at_first_is_not_a_cost_for_good() -> None:
    found = course(BestOfN, mixture(RECOVERS))
    assert found.directions == (-1, 1)
    assert BestOfN(n=1e9).apply(mixture(RECOVERS)).mean_truth == pytest.approx(1.31, abs=0.01)


def test_a_peak_beyond_twenty_nats_is_found() -> None:
    found = course(Filter, TruthPlusError(StudentT(df=30, scale=0.5)))
    (top,) = found.turns
    assert top.selection.threshold == pytest.approx(8.1, abs=0.01)
    assert top.kl > 20
    assert found.limit == 0


@pytest.mark.parametrize("method", [Filter, Quantilizer, BestOfN, Boltzmann])
def test_normal_truth_and_error_only_rise(method: type[Selection]) -> None:
    found = course(method, TruthPlusError(Normal(), truth=Normal(scale=3)))
    assert (found.turns, found.directions, found.limit) == ((), (1,), np.inf)


# ── the range, and the definition ──


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)
def test_the_range_holds_the_slider_and_thirty_nats(method: type[Selection]) -> None:
    end, knob = course(method, mixture(DIPS)).end, method.knob()
    last = knob.low if method is Quantilizer else knob.high
    assert end.selection.pressure <= last if method is Quantilizer else end.selection.pressure >= last
    assert end.kl >= 30 or end.selection.pressure == knob.domain.high


def dense(method: type[Selection], base: BaseLaw, end: float) -> np.ndarray:
    """Mean truth at thousands of pressures, from none to `end`, evenly in root_kl and evenly in pressure."""
    root_kl = np.concatenate([np.geomspace(1e-4, 0.05, 200), np.linspace(0.05, 6, 3000)])
    at = np.asarray(method().at_root_kl(base, root_kl).pressure)
    at = np.concatenate([at, np.linspace(at[0], end, 1500)])
    low, high = min(at[0], end), max(at[0], end)
    return np.unique(at[(at >= low) & (at <= high)])[:: -1 if end < at[0] else 1]


def zigzag(height: np.ndarray, least: float) -> list[float]:
    """Heights of the turning points with steps of at least `least`, by looking back from each new extreme."""
    turns, low, high, rising = [], height[0], height[0], None
    for value in height:
        low, high = min(low, value), max(high, value)
        if rising is not False and high - value >= least:
            if rising:
                turns.append(high)
            rising, low, high = False, value, value
        elif rising is not True and value - low >= least:
            if rising is False:
                turns.append(low)
            rising, low, high = True, value, value
    return turns


@pytest.mark.parametrize("bases", [8, pytest.param(25, marks=pytest.mark.wide)])
@pytest.mark.parametrize("method", [Filter, Quantilizer, BestOfN, Boltzmann, ChiSquared])
def test_no_turn_is_missed_or_made_up(method: type[Selection], bases: int) -> None:
    rng = np.random.default_rng(17)
    counted = []
    for _ in range(4 if method is ChiSquared else bases):
        base = random_mixture(rng)
        found = course(method, base)
        at = dense(method, base, float(found.end.selection.pressure))
        height = np.concatenate(
            [np.atleast_1d(method().at(part).apply(base).mean_truth) for part in np.array_split(at, 8)]
        )
        for least in (0.5 * LEAST_TRUTH_STEP, 2 * LEAST_TRUTH_STEP):
            expected = zigzag(np.concatenate([[base.mean_truth], height, [found.end.mean_truth]]), least)
            if len(expected) == len(found.turns):
                break
        assert [turn.mean_truth for turn in found.turns] == pytest.approx(expected, abs=2e-4), base
        counted.append(len(expected))
    assert max(counted) >= 1


def test_a_turn_is_where_the_derivative_is_nothing() -> None:
    """Covariance under a tilt; the outputs at the bar as true as those above it under a filter."""
    for numbers in (DIPS, RISES_AGAIN, RECOVERS):
        base = mixture(numbers)
        for turn in course(Boltzmann, base).turns:
            assert turn.law.covariance == pytest.approx(0, abs=1e-6)
        for turn in course(Filter, base).turns:
            assert base.regression(turn.selection.threshold) == pytest.approx(turn.mean_truth, abs=1e-6)


def test_ripples_are_left_out_and_named() -> None:
    """Below every honest output a filter removes a few liars first, which changes truth by less than 1e-4."""
    found = course(Filter, GoodhartMixture().mixture())
    assert found.directions == (1, -1)
    assert len(found.ripples) == 1
    assert abs(found.ripples[0].mean_truth - found.base.mean_truth) < LEAST_TRUTH_STEP


def test_point_masses_make_kinks_and_jumps() -> None:
    base = ThreeSubmodules().routing()
    by_filter, by_share = course(Filter, base), course(Quantilizer, base)
    assert pressures(by_filter)[:2] == [0.0, np.nextafter(0.0, 1.0)]  # all of the atom kept, and none of it
    assert places(by_filter) == ["at c = 0", "just past c = 0", "at c = 1.29", "at c = 9.32"]
    assert places(by_share)[:3] == ["at q = 93 %", "at q = 63 %", "at q = 38.2 %"]
    assert places(replace(by_filter, turns=by_filter.turns[1:2])) == ["just past c = 0.00", "at c = 9.32"]
    third = by_filter.turns[2]
    beside = Filter(threshold=third.selection.pressure + 1e-3).apply(base)
    assert places(replace(by_filter, turns=(third, beside))) == ["at c = 1.29275", "at c = 1.29375", "at c = 9.32"]
    assert by_filter.heights[1:-1] == pytest.approx(by_share.heights[1:-1], rel=1e-9)
    assert pressures(by_share)[:2] == pytest.approx(
        np.exp([base.log_sf(0.0), base.log_sf(0.0, strict=True)]), rel=EXACT
    )


def test_two_peaks_and_the_higher_one() -> None:
    """Three honest kinds of output, each truer and rarer than it looks."""
    base = OutputMixture(
        [
            Mode(weight=0.97, correlation=0.5),
            Mode(weight=0.02, mean_truth=-3, mean_persuasiveness=2.5, sd_persuasiveness=0.4),
            Mode(weight=0.01, mean_truth=3, mean_persuasiveness=4, sd_persuasiveness=0.9, correlation=-0.9),
        ]
    )
    found = course(BestOfN, base)
    assert found.directions == (1, -1, 1, -1)
    assert len(found.peaks) == 2
    assert len(found.troughs) == 1
    assert found.peak is max(found.peaks, key=lambda outcome: outcome.mean_truth)
    assert peak(BestOfN, base).mean_truth == found.peak.mean_truth
    assert [name.split(": n = ")[0] for _, name in turn_names(found)] == ["peak", "trough", "peak"]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)
@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_models_have_a_course(method: type[Selection], name: str) -> None:
    for base in (DEGENERATE[name].blend(), DEGENERATE[name].routing()):
        found = course(method, base)
        assert np.all(np.isfinite(found.heights))
        assert found.heights[-1] == pytest.approx(found.end.mean_truth)


@pytest.mark.parametrize(
    ("base", "limit"),
    [
        (TruthPlusError(Normal()), np.inf),
        (TruthPlusError(Uniform()), np.inf),
        (TruthPlusError(Laplace(scale=0.5), truth=Normal(scale=2)), 8.0),
        (TruthPlusError(StudentT()), 0.0),
        (mixture(DIPS), np.inf),
        (GoodhartMixture().mixture(), -np.inf),
        (GoodhartMixture(liar_spread=1, liar_truth=2, liar_correlation=0).mixture(), 2.0),
        (ThreeSubmodules(sigma_a=0, sigma_c=0, mu_a=2, mu_c=1).routing(), 2.0),
        (ThreeSubmodules(sigma_a=0, sigma_c=0, mu_a=1, mu_c=1, alpha=0.6, beta=0, gamma=0.4).routing(), 0.6),
    ],
    ids=repr,
)
def test_limits(base: BaseLaw, limit: float) -> None:
    assert course(BestOfN, base).limit == pytest.approx(limit, rel=EXACT)
    if np.isfinite(limit):
        far = {0.0: 1e9, 8.0: 120.0}.get(limit, base.highest if np.isfinite(base.highest) else 40.0)
        assert Filter(threshold=far).apply(base).mean_truth == pytest.approx(limit, rel=1e-6, abs=1e-6)


def test_a_method_without_an_optimum_has_no_course() -> None:
    base = TruthPlusError(StudentT())
    with pytest.raises(NoOptimumError, match="has no optimum here: the tail is so heavy"):
        course(Boltzmann, base)
    with pytest.raises(NoOptimumError, match="never costs as much as 1/b = 2"):
        Boltzmann(strength=2.0).apply(TruthPlusError(Laplace(scale=0.5)))


# ── other numbers found wrong ──


@pytest.mark.parametrize(
    ("selection", "cost"),
    [(Filter(threshold=4.0), 0.0030003821543), (Quantilizer(fraction=1e-4), None), (BestOfN(n=1000.0), None)],
    ids=repr,
)
def test_the_cost_of_rare_far_outputs_is_not_missed(selection: Selection, cost: float | None) -> None:
    base = mixture((0.001, 0.95, -4, 0, 1, 0))
    outcome = selection.apply(base)
    t = np.linspace(-14, -1, 4001)
    by_hand = float(np.trapezoid((-1 - t) * outcome.truth_pdf(t), t))
    assert expected_shortfall(outcome, -1.0) == pytest.approx(by_hand, rel=1e-5)
    assert expected_shortfall(outcome, -1.0) == pytest.approx(cost or by_hand, rel=1e-5)


def test_a_filter_jumps_over_what_a_point_mass_skips() -> None:
    base = ThreeSubmodules().routing()
    assert match_target(Filter, base, mean_persuasiveness=1.3796) is None
    assert match_target(Filter, base, kl=0.2677) is None
    assert match_target(Quantilizer, base, mean_persuasiveness=1.3796).mean_persuasiveness == pytest.approx(
        1.3796, rel=1e-9
    )


def test_best_of_n_never_passes_the_most_persuasive_output() -> None:
    base = ThreeSubmodules(sigma_a=0, sigma_c=0).routing()
    assert log_price_of_best_of_n(base, 3.0) == np.inf
    assert log_price_of_best_of_n(base, 2.0) == np.inf
    log_n = log_price_of_best_of_n(base, 1.9)
    assert BestOfN(n=np.exp(log_n)).apply(base).mean_persuasiveness == pytest.approx(1.9, rel=1e-9)


def test_the_best_blend_on_a_ridge() -> None:
    model = ThreeSubmodules.listening(
        alpha=0.77, beta=0.21, gamma=0.22, mu_a=-1.45, mu_b=0.4, mu_c=3.35, sigma_a=2.8, sigma_b=0.1, sigma_c=0.1
    )
    found = family_optimum(model, 2.3)
    assert found.objective == pytest.approx(-0.28294101297972, rel=1e-11)
    assert (found.model.alpha, found.model.beta, found.model.gamma) == pytest.approx(
        (0.60531, 0.20741, 0.18728), abs=1e-5
    )
    assert found.kl == pytest.approx(kl_between_blends(found.model.blend(), model.blend()), rel=ROOT)


@pytest.mark.parametrize("blends", [20, pytest.param(60, marks=pytest.mark.wide)])
def test_the_best_blend_beats_a_dense_grid(blends: int) -> None:
    """Over the whole simplex, and closely around the base model and around the optimum."""
    rng = np.random.default_rng(6)
    side = np.linspace(0, 1, 301)
    alpha, gamma = (x.ravel() for x in np.meshgrid(side, side))
    grid = np.stack([alpha, 1 - alpha - gamma, gamma], axis=-1)[alpha + gamma <= 1]
    for _ in range(blends):
        model = ThreeSubmodules.listening(
            **{name: knob.draw(rng) for name, knob in ThreeSubmodules.parameters().items()}
        )
        tau = float(np.exp(rng.uniform(np.log(0.01), np.log(10))))
        found = family_optimum(model, tau)
        centres = np.array([[m.alpha, m.beta, m.gamma] for m in (model, found.model)])
        close = rng.normal(size=(2, 4000, 3)) * 10.0 ** rng.uniform(-6, -0.5, size=(2, 4000, 1)) + centres[:, None]
        close = np.maximum(close, 1e-9).reshape(-1, 3)
        theta = np.concatenate([np.maximum(grid, 0.0), close / np.sum(close, axis=-1, keepdims=True)])
        others = replace(model, alpha=theta[:, 0], beta=theta[:, 1], gamma=theta[:, 2]).blends()
        rival = others.mean_persuasiveness - tau * kl_between_blends(others, model.blend())
        assert np.max(rival) <= found.objective + 1e-9 * (1 + abs(found.objective)), model
        assert found.gap >= 0


@pytest.mark.parametrize(
    ("spreads", "weights", "means"),
    [
        ((1, 0, 0), (0.5, 0.3, 0.2), (1.0, 1.0, 2.0)),
        ((1, 0, 0), (0.5, 0.3, 0.2), (3.0, 1.0, 0.5)),
        ((0, 0, 2), (0.2, 0.2, 0.6), (0.0, 0.0, 1.5)),
        ((0, 0, 0), (0.2, 0.2, 0.6), (1.0, 1.0, 1.0)),
    ],
)
def test_the_best_blend_of_a_model_on_a_line(spreads: tuple, weights: tuple, means: tuple) -> None:
    """Only blends on the base model's own line have a finite price; the best of them, by brute force along it."""
    names = ("alpha", "beta", "gamma", "mu_a", "mu_b", "mu_c", "sigma_a", "sigma_b", "sigma_c")
    model = ThreeSubmodules(**dict(zip(names, (*weights, *means, *spreads), strict=True)))
    found, base = family_optimum(model, 0.7), model.blend()
    assert found.objective >= base.mean_persuasiveness - 1e-12
    assert found.objective == pytest.approx(found.model.blend().mean_persuasiveness - 0.7 * found.kl, rel=1e-9)
    if spreads == (1, 0, 0):  # α and the line βμ_B − γμ_C = const
        b, c = means[1], means[2]
        offset = weights[1] * b - weights[2] * c
        beta = np.linspace(0, 1, 200_001)
        gamma = (beta * b - offset) / c
        alpha = 1 - beta - gamma
        fine = (gamma >= 0) & (alpha > 0)
        ratio, moved = (alpha / weights[0])[fine], (alpha * means[0] + gamma * c)[fine] - base.mean_persuasiveness
        kl = 0.5 * (ratio**2 - 1) - np.log(ratio) + 0.5 * (moved / (weights[0] * spreads[0])) ** 2
        rival = base.mean_persuasiveness + moved - 0.7 * kl
        assert found.objective == pytest.approx(float(np.max(rival)), abs=1e-8)


# ── spreads that a double cannot tell from none ──


@pytest.mark.parametrize("tiny", [1e-300, 1e-17, 1e-12])
def test_a_spread_that_cannot_be_resolved_is_none(tiny: float) -> None:
    base = ThreeSubmodules(alpha=0, beta=0, gamma=1, sigma_c=tiny).blend()
    assert base.sd_persuasiveness == 0
    assert BestOfN(n=64).apply(base).mean_persuasiveness == 2.0
    assert base.persuasiveness_atoms().position == pytest.approx([2.0])


@pytest.mark.parametrize("tiny", [1e-8, 1e-5, 1e-3])
def test_a_small_spread_keeps_its_digits(tiny: float) -> None:
    wide, narrow = (ThreeSubmodules(alpha=1, beta=0, gamma=0, sigma_a=s).blend() for s in (1.0, tiny))
    for selection in (BestOfN(n=64), Quantilizer(fraction=0.01)):
        expected = selection.apply(wide).mean_truth - 1
        assert (selection.apply(narrow).mean_truth - 1) / tiny == pytest.approx(expected, rel=1e-14 / tiny + 1e-11)


@pytest.mark.parametrize("df", np.arange(1, 30.5, 0.5))
def test_the_quadrature_keeps_a_margin_at_every_stop_of_the_tails(df: float) -> None:
    """Fifty times nearer than the mass tolerance, at the ends of the other sliders."""
    for scale, sd in ((0.1, 3.0), (1.0, 3.0), (3.0, 0.1), (0.1, 0.1), (1.0, 1.0)):
        base = TruthPlusError(StudentT(df=float(df), scale=scale), truth=Normal(scale=sd))
        law = BestOfN(n=np.array([1.0, 1e3, 1e9, 1e12])).apply(base).law
        assert np.max(np.abs(law.expectation(np.ones(law.nodes.p.shape[-1])) - 1)) < 4e-13
        kept = Filter(threshold=6.0).apply(base)
        assert np.isfinite(kept.sd_truth)
