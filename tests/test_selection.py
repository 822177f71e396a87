"""Every selection method on every base law: one shared test that each method must pass."""

import json
import math
from dataclasses import replace
from itertools import product
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest
from cases import BASES, DEGENERATE, METHODS, SEED_EXAMPLE, SELECTIONS, identifier
from reference import mp_cdf, mp_selected, sample
from scipy import stats
from scipy.integrate import quad
from tolerances import EXACT, QUADRATURE, ROUNDING, SIGMAS, ZERO

from models import (
    BestOfN,
    BestOfPoisson,
    Boltzmann,
    ChiSquared,
    EmptySelectionError,
    Filter,
    Laplace,
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
)
from models.distributions import Distribution
from models.laws.normal_convolutions import NormalPlusStudentT
from models.laws.reweighted import reweighted
from models.numerics.panels import panels

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text())["cases"]
KINDS = {"filter": Filter, "quantilizer": Quantilizer, "best_of_n": BestOfN, "boltzmann": Boltzmann}

selections = pytest.mark.parametrize("selection", SELECTIONS, ids=identifier)
bases = pytest.mark.parametrize("base", BASES.values(), ids=BASES)


def moments(law: object) -> list[float]:
    return [law.mean_truth, law.mean_persuasiveness, law.sd_truth, law.sd_persuasiveness]


def breaks(base: OutputMixture, selection: Selection) -> np.ndarray:
    """Where an integrand over P changes its character."""
    edges = [m.mean_persuasiveness + m.sd_persuasiveness * z for m in base.modes for z in np.arange(-12, 28, 0.1)]
    cut = {
        Filter: lambda: selection.threshold,
        Quantilizer: lambda: base.isf(math.log(selection.fraction)),
        ChiSquared: lambda: selection.apply(base).law.start,
        OnlineModelling: lambda: selection.bar(base, np.arange(30)),
    }
    return np.unique([*edges, *(np.ravel(cut[type(selection)]()) if type(selection) in cut else [])])


# ── identities and limits ──


@bases
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)
def test_no_pressure_returns_the_base_model(base: OutputMixture, method: type[Selection]) -> None:
    outcome = method().at(METHODS[method][0]).apply(base)
    assert moments(outcome) == pytest.approx(moments(base), rel=EXACT, abs=ZERO)
    assert outcome.kl == pytest.approx(0, abs=ZERO)
    grid = np.linspace(-3, 3, 13)
    np.testing.assert_allclose(outcome.truth_pdf(grid), base.truth_pdf(grid), rtol=EXACT)
    np.testing.assert_allclose(outcome.persuasiveness_pdf(grid), base.persuasiveness_pdf(grid), rtol=EXACT)
    np.testing.assert_allclose(outcome.joint_pdf(grid[:, None], grid), base.joint_pdf(grid[:, None], grid), rtol=EXACT)


@selections
def test_selection_on_a_blend_moves_along_the_regression_line(selection: Selection) -> None:
    base = BASES["blend"]
    outcome = selection.apply(base)
    slope = base.covariance / base.sd_persuasiveness**2
    moved = outcome.mean_persuasiveness - base.mean_persuasiveness
    assert moved > 0
    assert outcome.mean_truth - base.mean_truth == pytest.approx(slope * moved, rel=EXACT)


@selections
@bases
def test_truth_given_persuasiveness_is_untouched(base: OutputMixture, selection: Selection) -> None:
    outcome = selection.apply(base)
    t = np.linspace(-2, 2, 9)
    p = outcome.mean_persuasiveness + outcome.sd_persuasiveness * np.array([0.1, 1.0])
    before = base.joint_pdf(t[:, None], p) / base.persuasiveness_pdf(p)
    after = outcome.joint_pdf(t[:, None], p) / outcome.persuasiveness_pdf(p)
    np.testing.assert_allclose(after, before, rtol=1e-10)


@pytest.mark.parametrize("n", [1.0, 1.001, 2.0, 4.0, 16.0, 64.0, 1000.0, 60000.0, 1e9])
def test_best_of_n_kl_is_log_n_minus_n_minus_one_over_n(n: float) -> None:
    outcome = BestOfN(n=n).apply(BASES["mixture"])
    assert outcome.kl == pytest.approx(float(mp.log(n) - (mp.mpf(n) - 1) / n), rel=EXACT, abs=ZERO)
    assert outcome.law.kl == pytest.approx(outcome.kl, rel=1e-10, abs=ZERO)  # the integral of the definition
    assert outcome.samples_per_output == pytest.approx(n, rel=EXACT)


def test_expected_maxima_of_two_and_three_normals() -> None:
    standard = OutputMixture([Mode()])
    assert BestOfN(n=2).apply(standard).mean_persuasiveness == pytest.approx(1 / math.sqrt(math.pi), rel=EXACT)
    assert BestOfN(n=3).apply(standard).mean_persuasiveness == pytest.approx(1.5 / math.sqrt(math.pi), rel=EXACT)


@bases
def test_boltzmann_derivatives(base: OutputMixture) -> None:
    """dE[P]/dλ = Var P, dKL/dλ = λ Var P and dE[T]/dλ = Cov(T, P), all under the current policy."""
    at, step = 1.3, 1e-5
    low, high = (Boltzmann(strength=at + sign * step).apply(base) for sign in (-1, 1))
    here = Boltzmann(strength=at).apply(base)
    variance = here.sd_persuasiveness**2
    assert (high.mean_persuasiveness - low.mean_persuasiveness) / (2 * step) == pytest.approx(variance, rel=1e-7)
    assert (high.kl - low.kl) / (2 * step) == pytest.approx(at * variance, rel=1e-7)
    assert (high.mean_truth - low.mean_truth) / (2 * step) == pytest.approx(here.law.covariance, rel=1e-7)


@bases
def test_raising_the_bar_hurts_exactly_when_the_bar_is_truer_than_what_is_above(base: OutputMixture) -> None:
    """d E[T | P ≥ c]/dc = (f(c)/S(c)) (E[T | P ≥ c] − r(c))."""
    at, step = 1.1, 1e-5
    low, high = (Filter(threshold=at + sign * step).apply(base).mean_truth for sign in (-1, 1))
    gap = Filter(threshold=at).apply(base).mean_truth - base.regression(at)
    hazard = base.persuasiveness_pdf(at) * np.exp(-base.log_sf(at))
    assert (high - low) / (2 * step) == pytest.approx(hazard * gap, rel=1e-6)


def test_quantilizer_is_the_filter_at_its_quantile() -> None:
    for base in BASES.values():
        threshold = base.isf(math.log(0.03))
        one, other = Quantilizer(fraction=0.03).apply(base), Filter(threshold=threshold).apply(base)
        assert moments(one) == pytest.approx(moments(other), rel=ROUNDING)
        assert other.kl == pytest.approx(math.log(1 / 0.03), rel=EXACT)
        assert one.samples_per_output == pytest.approx(1 / 0.03, rel=EXACT)


def test_forty_standard_deviations_print() -> None:
    outcome = Filter(threshold=40.0).apply(OutputMixture([Mode(correlation=1.0)]))
    assert outcome.samples_per_output == math.inf
    assert outcome.log_samples_per_output == pytest.approx(float(-mp.log(mp.erfc(40 / mp.sqrt(2)) / 2)), rel=EXACT)
    assert outcome.mean_truth == outcome.mean_persuasiveness == pytest.approx(40.02496886, rel=1e-9)


def test_each_outcome_says_how_it_was_computed_and_what_it_costs() -> None:
    base = BASES["mixture"]
    assert BestOfN(n=5).apply(base).computed == ChiSquared(slope=1).apply(base).computed == "quadrature"
    assert {s.apply(base).computed for s in (Filter(), Quantilizer(), Boltzmann())} == {"closed form"}
    assert Boltzmann(strength=1).apply(base).samples_per_output is None
    assert Filter(threshold=1).apply(TruthPlusError(StudentT())).computed == "quadrature"


def test_what_keeps_nothing_says_how_persuasive_outputs_are_at_most() -> None:
    point = {"weight": 0.5, "sd_truth": 0, "sd_persuasiveness": 0}
    base = OutputMixture([Mode(**point), Mode(**point, mean_persuasiveness=2)])
    with pytest.raises(
        EmptySelectionError, match=r"threshold = 3\.0 keeps no output; it must be at most 2\.0: .* than 2$"
    ):
        Filter(threshold=3.0).apply(base)


def test_where_some_of_the_means_are_infinite_the_others_are_numbers() -> None:
    base = TruthPlusError(truth=Normal(), error=StudentT(df=1.5, location=1.0))
    means = ChiSquared(slope=np.array([0.0, 2.0])).apply(base).mean_persuasiveness
    assert means == pytest.approx([base.mean_persuasiveness, np.inf], rel=QUADRATURE)


@pytest.mark.parametrize("flat", ["sd_truth", "sd_persuasiveness"])
def test_what_does_not_vary_goes_along_with_nothing(flat: str) -> None:
    mode = OutputMixture([Mode(**{flat: 0.0}, correlation=0.8)])
    mean, variance = mode.truth_given(np.array([0.0]))
    assert (mode.covariance, mean[0], variance[0]) == (0.0, 0.0, mode.sd_truth**2)
    assert mode.truth_pdf(0.5) == (pytest.approx(stats.norm.pdf(0.5), rel=EXACT) if mode.sd_truth else 0.0)


@pytest.mark.parametrize(("df", "sd"), [(1.0, None), (2.0, math.inf), (4.0, math.sqrt(2))])
def test_the_spread_of_a_heavy_error(df: float, sd: float | None) -> None:
    assert StudentT(df=df).std == (sd if sd is None else pytest.approx(sd, rel=EXACT))


# ── two routes ──


SLOW = (BestOfN, BestOfPoisson)  # on two scales; their middle pressure shows what the others do
BASES_WITH_SELECTIONS = [
    pytest.param(
        BASES[base],
        selection,
        marks=pytest.mark.wide
        if base == "two scales" and type(selection) in SLOW and selection.pressure != METHODS[type(selection)][1][1]
        else [],
        id=f"{base}-{identifier(selection)}",
    )
    for base, selection in product(BASES, SELECTIONS)
]


@pytest.mark.parametrize(("base", "selection"), BASES_WITH_SELECTIONS)
def test_moments_agree_with_integrals_of_the_densities(base: OutputMixture, selection: Selection) -> None:
    outcome = selection.apply(base)
    edges = breaks(base, selection)

    points, widths = panels(edges)

    def integral(f) -> float:
        return float(np.sum(f(points) * widths))

    pdf = outcome.persuasiveness_pdf
    assert integral(pdf) == pytest.approx(1, rel=QUADRATURE)
    assert integral(lambda p: p * pdf(p)) == pytest.approx(outcome.mean_persuasiveness, rel=QUADRATURE)
    assert integral(lambda p: base.regression(p) * pdf(p)) == pytest.approx(outcome.mean_truth, rel=QUADRATURE)
    pieces = math.ceil(1 / np.clip(8 * min(math.sqrt(1 - mode.correlation**2) for mode in base.modes), 0.1, 0.5))
    steps = [m.mean_truth + m.sd_truth * z / pieces for m in base.modes for z in np.arange(-24 * pieces, 14 * pieces)]
    t, width = panels(np.unique(np.round(steps, 6)))
    density = outcome.truth_pdf(t) * width
    assert np.sum(density) == pytest.approx(1, rel=QUADRATURE)
    assert np.sum(t * density) == pytest.approx(outcome.mean_truth, rel=QUADRATURE, abs=1e-10)
    assert np.sum((t - outcome.mean_truth) ** 2 * density) == pytest.approx(outcome.sd_truth**2, rel=QUADRATURE)


@pytest.mark.parametrize("strength", [0.05, 1.0])
@bases
def test_closed_forms_agree_with_the_shared_quadrature(base: OutputMixture, strength: float) -> None:
    """A smooth weight through the general path must give what the closed form gives."""
    outcome = Boltzmann(strength=strength).apply(base)
    moment = sum(
        m.weight * math.exp(strength * m.mean_persuasiveness + 0.5 * (strength * m.sd_persuasiveness) ** 2)
        for m in base.modes
    )
    law = reweighted(base, lambda points: strength * points.p - math.log(moment))
    assert moments(law) == pytest.approx(moments(outcome), rel=1e-10, abs=ZERO)
    assert law.kl == pytest.approx(outcome.kl, rel=1e-9)


def test_a_pressure_that_leaves_the_nodes_is_an_error_not_a_number() -> None:
    law = reweighted(OutputMixture([Mode()]), lambda points: 20 * points.p - 200)
    with pytest.raises(ArithmeticError, match="of the selected mass"):
        _ = law.mean_truth


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)
@bases
def test_a_curve_is_its_points(base: OutputMixture, method: type[Selection]) -> None:
    pressures = np.array(METHODS[method][1])
    curve = method().at(pressures).apply(base)
    points = [method().at(float(value)).apply(base) for value in pressures]
    for attribute in ("mean_truth", "mean_persuasiveness", "sd_truth", "sd_persuasiveness", "kl"):
        assert isinstance(getattr(points[0], attribute), float)
        np.testing.assert_allclose(
            getattr(curve, attribute), [getattr(point, attribute) for point in points], rtol=1e-11, atol=ZERO
        )
    t, p = np.linspace(-1, 1, 5), np.linspace(0.5, 2, 5)
    np.testing.assert_allclose(curve.truth_pdf(t), [point.truth_pdf(t) for point in points], rtol=1e-10)
    np.testing.assert_allclose(curve.persuasiveness_pdf(p), [q.persuasiveness_pdf(p) for q in points], rtol=1e-11)
    np.testing.assert_allclose(curve.joint_pdf(t, p), [point.joint_pdf(t, p) for point in points], rtol=1e-11)


# ── mpmath references ──


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: f"{case['base']['kind']}-{case['selection']['kind']}")
def test_golden(case: dict) -> None:
    base, kind = case["base"], case["selection"]["kind"]
    law = (
        OutputMixture([Mode(**mode) for mode in base["modes"]])
        if base["kind"] == "mixture"
        else ThreeSubmodules(**{key: value for key, value in base.items() if key != "kind"}).blend()
    )
    method = KINDS[kind]
    (name,) = method.parameters()
    outcome = method(**{name: case["selection"]["value"]}).apply(law)
    for attribute in ("mean_truth", "mean_persuasiveness", "kl"):
        assert getattr(outcome, attribute) == pytest.approx(float(case[attribute]), rel=EXACT)
    assert outcome.sd_persuasiveness**2 == pytest.approx(float(case["var_persuasiveness"]), rel=EXACT)
    np.testing.assert_allclose(outcome.truth_pdf(case["t"]), np.array(case["truth_pdf"], float), rtol=EXACT)
    np.testing.assert_allclose(
        outcome.persuasiveness_pdf(case["p"]), np.array(case["persuasiveness_pdf"], float), rtol=EXACT
    )


@pytest.mark.parametrize("n", [1.5, pytest.param(1e6, marks=pytest.mark.wide)])
def test_best_of_n_against_its_definition(n: float) -> None:
    base = BASES["mixture"]
    cdf = mp_cdf(base)
    edges = [-9, -2, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 14, 22]
    expected = mp_selected(base, lambda p: n * cdf(p) ** (n - 1), edges)
    outcome = BestOfN(n=n).apply(base)
    assert outcome.mean_truth == pytest.approx(float(expected["mean_truth"]), rel=EXACT)
    assert outcome.mean_persuasiveness == pytest.approx(float(expected["mean_persuasiveness"]), rel=EXACT)
    assert outcome.sd_persuasiveness**2 == pytest.approx(float(expected["variance"]), rel=EXACT)
    assert outcome.kl == pytest.approx(float(expected["kl"]), rel=EXACT)


@pytest.mark.parametrize("strength", [1e-4, 1e-2, 20.0])
def test_boltzmann_kl_keeps_its_digits_at_both_ends(strength: float) -> None:
    base = BASES["mixture"]
    lam = mp.mpf(strength)
    z = [
        mp.mpf(m.weight) * mp.exp(lam * m.mean_persuasiveness + lam**2 * mp.mpf(m.sd_persuasiveness) ** 2 / 2)
        for m in base.modes
    ]
    mean = mp.fsum(
        w * (m.mean_persuasiveness + lam * mp.mpf(m.sd_persuasiveness) ** 2) for w, m in zip(z, base.modes, strict=True)
    )
    total = mp.fsum(mp.mpf(m.weight) for m in base.modes)
    expected = lam * mean / mp.fsum(z) - mp.log(mp.fsum(z) / total)
    assert Boltzmann(strength=strength).apply(base).kl == pytest.approx(float(expected), rel=EXACT)


# ── Monte Carlo, with a control that must fail ──


def mirrored(base: OutputMixture) -> OutputMixture:
    """A wrong implementation: every mode's correlation with its sign turned."""
    return OutputMixture([replace(mode, correlation=-mode.correlation) for mode in base.modes])


@pytest.mark.parametrize(
    "selection",
    [Filter(threshold=1.3), Quantilizer(fraction=0.1), BestOfN(n=16), Boltzmann(strength=1.0)],
    ids=identifier,
)
@bases
def test_monte_carlo(base: OutputMixture, selection: Selection) -> None:
    t, p = sample(base, 200_000, np.random.default_rng(20261123))
    if isinstance(selection, BestOfN):
        n = int(selection.n)
        t, p = t[: t.size // n * n].reshape(-1, n), p[: p.size // n * n].reshape(-1, n)
        best = np.argmax(p, axis=1)[:, None]
        t, p = np.take_along_axis(t, best, 1)[:, 0], np.take_along_axis(p, best, 1)[:, 0]
        weight = np.ones_like(p)
    else:
        threshold = base.isf(math.log(0.1))
        weight = {Filter: p >= 1.3, Quantilizer: p >= threshold, Boltzmann: np.exp(p)}[type(selection)].astype(float)

    def sigmas(draws: np.ndarray, exact: float) -> float:
        estimate = np.average(draws, weights=weight)
        return abs(estimate - exact) * np.sum(weight) / np.sqrt(np.sum((weight * (draws - estimate)) ** 2))

    outcome = selection.apply(base)
    assert sigmas(t, outcome.mean_truth) < SIGMAS
    assert sigmas(p, outcome.mean_persuasiveness) < SIGMAS
    wrong = selection.at(1.3 * selection.pressure).apply(base)
    assert sigmas(p, wrong.mean_persuasiveness) > SIGMAS  # the control: a pressure a little off is seen
    swapped = mirrored(base)
    if abs(selection.apply(swapped).mean_truth - outcome.mean_truth) > 0.1:
        assert sigmas(t, selection.apply(swapped).mean_truth) > SIGMAS  # and so is a correlation with the wrong sign


@pytest.mark.parametrize("error", [Normal(), Laplace(), Uniform(), StudentT(df=3)], ids=repr)
@pytest.mark.parametrize("selection", [Filter(threshold=1.3), BestOfN(n=8)], ids=identifier)
def test_monte_carlo_of_truth_plus_error(error: Distribution, selection: Selection) -> None:
    rng = np.random.default_rng(20261123)
    size = 400_000
    draw = {
        Normal: rng.normal,
        Laplace: rng.laplace,
        Uniform: lambda size: rng.uniform(-1, 1, size),
        StudentT: lambda size: rng.standard_t(3, size),
    }[type(error)]
    t = rng.standard_normal(size)
    p = t + draw(size=size)
    if isinstance(selection, BestOfN):
        t, p = t.reshape(-1, 8), p.reshape(-1, 8)
        t = np.take_along_axis(t, np.argmax(p, axis=1)[:, None], 1)[:, 0]
    else:
        t = t[p >= 1.3]
    exact = selection.apply(TruthPlusError(error)).mean_truth
    spread = np.std(t) / np.sqrt(t.size)
    assert abs(np.mean(t) - exact) / spread < SIGMAS
    (knob,) = (name for name in error.parameters() if name in ("scale", "half_width"))
    wrong = selection.apply(TruthPlusError(replace(error, **{knob: 1.1 * getattr(error, knob)}))).mean_truth
    assert abs(np.mean(t) - wrong) / spread > SIGMAS  # the control: an error law a little too wide is seen


# ── degenerate models, and sweeps ──


@selections
@pytest.mark.parametrize("model", DEGENERATE.values(), ids=DEGENERATE)
def test_degenerate_models_are_legal_and_right(model: ThreeSubmodules, selection: Selection) -> None:
    base = model.blend()
    if isinstance(selection, Filter) and base.sd_persuasiveness == 0 and selection.threshold > base.mean_persuasiveness:
        with pytest.raises(EmptySelectionError, match=r"threshold = .* keeps no output; it must be at most"):
            selection.apply(base)
        return
    outcome = selection.apply(base)
    assert np.all(np.isfinite([*moments(outcome), outcome.kl]))
    if model.alpha == 1:
        assert outcome.mean_truth == pytest.approx(outcome.mean_persuasiveness, rel=EXACT)
        np.testing.assert_allclose(outcome.truth_pdf([1.0, 4.5]), outcome.persuasiveness_pdf([1.0, 4.5]), rtol=1e-11)
    if model.gamma == 1:
        assert outcome.mean_truth == 0
        assert outcome.truth_atoms().position == 0
        assert outcome.truth_atoms().mass == pytest.approx(1, rel=EXACT)
    if base.sd_persuasiveness == 0:  # selection has nothing to go by
        assert moments(outcome) == pytest.approx(moments(base), rel=EXACT)
        assert outcome.kl == pytest.approx(0, abs=ZERO)
        assert outcome.persuasiveness_atoms().mass == pytest.approx(1, rel=EXACT)


def corners_and_draws() -> list[ThreeSubmodules]:
    rng = np.random.default_rng(7)
    knobs = ThreeSubmodules.parameters()
    models = []
    for corner in range(24):
        ends = {name: knob.high if rng.random() < 0.5 else knob.low for name, knob in knobs.items()}
        inner = {name: knob.draw(rng) for name, knob in knobs.items()}
        settings = ends if corner < 16 else inner
        if settings["alpha"] + settings["beta"] + settings["gamma"] > 0:
            models.append(ThreeSubmodules.listening(**settings))
    return models


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)
def test_every_slider_position_has_an_answer(method: type[Selection]) -> None:
    knob = method.knob()
    rng = np.random.default_rng(8)
    for model in corners_and_draws():
        base = model.blend()
        for value in (knob.low, knob.default, knob.high, knob.draw(rng)):
            try:
                outcome = method().at(value).apply(base)
            except EmptySelectionError:
                assert base.sd_persuasiveness == 0
                continue
            grid = np.linspace(-4, 4, 7)
            numbers = [*moments(outcome), outcome.kl, *outcome.truth_pdf(grid), *outcome.joint_pdf(grid, grid)]
            assert np.all(np.isfinite(numbers))
            assert outcome.kl >= 0
            assert outcome.mean_persuasiveness >= base.mean_persuasiveness - ZERO * (1 + abs(base.mean_persuasiveness))


def test_the_worked_example() -> None:
    """Sam Marks's example: conditioning climbs the line, from 0.70 to 1.45 at best of 64."""
    base = SEED_EXAMPLE.blend()
    assert base.mean_truth == pytest.approx(0.7, rel=ROUNDING)
    assert base.mean_persuasiveness == pytest.approx(1.0, rel=ROUNDING)
    outcome = BestOfN(n=64).apply(base)
    assert round(outcome.mean_truth, 3) == 1.450
    assert round(outcome.mean_persuasiveness, 3) == 2.172


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)
@pytest.mark.parametrize("error", [Normal, Laplace, Uniform, StudentT])
def test_every_error_at_the_ends_of_its_sliders(error: type[Distribution], method: type[Selection]) -> None:
    knob = method.knob()
    spread = Normal.parameters()["scale"]
    ends = [
        dict(zip(error.parameters(), values, strict=True))
        for values in product(*((k.low, k.high) for k in error.parameters().values()))
    ]
    for values, sd_truth in product(ends, (spread.low, spread.high)):
        base = TruthPlusError(error(**values), truth=Normal(scale=sd_truth))
        for pressure in (knob.low, knob.default, knob.high):
            try:
                outcome = method().at(pressure).apply(base)
            except NoOptimumError:
                assert base.strength_limit < np.inf
                continue
            assert np.all(np.isfinite([outcome.mean_truth, outcome.sd_truth, outcome.kl]))
            assert not np.any(np.isnan([outcome.mean_persuasiveness or 0, outcome.sd_persuasiveness or 0]))
            assert np.all(np.isfinite(outcome.truth_pdf(np.linspace(-2, 2, 5))))
            assert outcome.mean_truth >= -1e-12


@pytest.mark.parametrize("bad", [0, -1, np.nan, 1e-120])
def test_a_spread_that_is_none_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match=r"scale = .* is not allowed; it must lie in \[1e-100, 1e\+100\]"):
        Normal(scale=bad)
    for error in (lambda: Laplace(scale=0), lambda: StudentT(df=0.1), lambda: Uniform(half_width=-1)):
        with pytest.raises(ValueError, match="is not allowed"):
            error()


def test_deep_selections_of_a_heavy_tail_are_pure_powers() -> None:
    base = TruthPlusError(StudentT(df=3))
    outcome = Quantilizer(fraction=1e-50).apply(base)
    threshold = base.isf(math.log(1e-50))
    assert outcome.mean_persuasiveness == pytest.approx(1.5 * threshold, rel=EXACT)
    assert outcome.mean_truth == pytest.approx(3 / threshold, rel=EXACT)


def test_modes_without_weight_do_not_matter() -> None:
    base = OutputMixture([Mode(weight=1.0, correlation=0.5), Mode(weight=0.0, mean_truth=9, sd_persuasiveness=1e-9)])
    assert len(base.modes) == 1
    assert BestOfN(n=9).apply(base).mean_truth == BestOfN(n=9).apply(OutputMixture([Mode(correlation=0.5)])).mean_truth


def test_boltzmann_kl_keeps_its_digits_at_next_to_no_strength() -> None:
    base = BASES["mixture"]
    strength = 1e-8  # KL = λ² Var P/2 to relative order λ
    assert Boltzmann(strength=strength).apply(base).kl == pytest.approx(
        0.5 * (strength * base.sd_persuasiveness) ** 2, rel=1e-7
    )


def test_data_are_frozen() -> None:
    n = np.array([1.0, 2.0])
    selection = BestOfN(n=n)
    n[0] = -5
    assert selection.n[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        selection.n[0] = -5


@pytest.mark.parametrize("selection", [BestOfN(n=5), BestOfN(n=np.array([2.0, 40.0])), Quantilizer(fraction=0.2)])
def test_the_density_of_a_truth_that_goes_along_with_persuasiveness_beside_an_atom(selection: Selection) -> None:
    """The ratio jumps at the atom, and P given T = t is so narrow that the jump lies within a few of its panels."""
    own, atom = Mode(weight=0.7, correlation=0.9999), 0.5
    base = OutputMixture([own, Mode(weight=0.3, mean_truth=-9, mean_persuasiveness=atom, sd_persuasiveness=0)])
    law, spread = selection.apply(base).law, math.sqrt(1 - own.correlation**2)
    bar = float(base.isf(np.log(0.2)))  # of the quantilizer
    at = np.array([atom - 0.01, atom, atom + 0.02, 2.0])
    found = np.atleast_2d(law.truth_pdf(at))
    for row in range(len(found)):
        for t, density in zip(at, found[row], strict=True):

            def each(p: float, t: float = t, row: int = row) -> float:
                ratio = np.exp(np.ravel(law.log_ratio(np.array([p]))).reshape(len(found))[row])
                return float(ratio * stats.norm.pdf(p, own.correlation * t, spread))

            middle = own.correlation * t
            ends = middle - 9 * spread, middle + 9 * spread
            exact = quad(each, *ends, points=[atom, bar], epsabs=0, epsrel=1e-11)[0]
            assert density == pytest.approx(0.7 * stats.norm.pdf(t) * exact, rel=QUADRATURE)


def test_effective_fraction_of_importance_reweighting() -> None:
    """Z(λ)²/Z(2λ) = e^{−λ² Var P} on one normal, and by sampling on a mixture."""
    normal = BASES["blend"]
    for strength in (0.0, 0.3, 4.0):
        expected = -((strength * normal.sd_persuasiveness) ** 2)
        assert Boltzmann(strength=strength).log_effective_fraction(normal) == pytest.approx(
            expected, rel=EXACT, abs=ZERO
        )
    _, p = sample(BASES["mixture"], 400_000, np.random.default_rng(3))
    weight = np.exp(0.5 * p)
    sampled = np.mean(weight) ** 2 / np.mean(weight**2)
    exact = math.exp(Boltzmann(strength=0.5).log_effective_fraction(BASES["mixture"]))
    assert sampled == pytest.approx(exact, rel=0.01)
    one_normal = math.exp(-((0.5 * BASES["mixture"].sd_persuasiveness) ** 2))
    assert sampled != pytest.approx(one_normal, rel=0.01)  # the control: the formula of one normal is seen to be wrong


def test_heavy_tails_keep_the_moments_they_have() -> None:
    for df, spread in ((1.5, False), (2.5, True)):
        base = TruthPlusError(StudentT(df=df))
        outcome = BestOfN(n=3).apply(base)
        p, width = panels(np.concatenate([-np.geomspace(1e8, 1e-3, 900), np.geomspace(1e-3, 1e8, 900)]))
        density = outcome.persuasiveness_pdf(p) * width
        if df > 1.9:
            assert np.sum(p * density) == pytest.approx(outcome.mean_persuasiveness, rel=1e-6)
        else:
            assert base.mean_persuasiveness < outcome.mean_persuasiveness < np.inf
        assert np.isfinite(outcome.sd_persuasiveness) == spread
        assert base.error.std == pytest.approx(math.sqrt(df / (df - 2)) if spread else np.inf, rel=EXACT)


def test_beyond_a_certain_slope_only_the_highest_atom_is_left() -> None:
    atoms = ThreeSubmodules(sigma_a=0, sigma_b=0, sigma_c=0, mu_a=1, mu_c=2).routing()
    outcome = ChiSquared(slope=1e6).apply(atoms)
    assert outcome.mean_persuasiveness == pytest.approx(2, rel=EXACT)
    assert outcome.kl == pytest.approx(-math.log(0.3), rel=EXACT)
    weights = np.array([0.4, 0.3, 0.3])  # at P = 1, 0, 2: the highest two are left from slope 1/(0.3 · 1) down
    some = ChiSquared(slope=1.25).apply(atoms)
    kept = np.maximum(np.array([1, 0, 2]) - some.law.start, 0) * 1.25
    assert weights @ kept == pytest.approx(1, rel=EXACT)
    assert some.mean_persuasiveness == pytest.approx(weights * kept @ np.array([1, 0, 2]), rel=EXACT)


@pytest.mark.parametrize("fraction", [0.35, 0.349, 0.3484, 0.3483, 0.348, 0.34764, 0.3475, 0.3474, 0.3, 0.77, 0.99])
def test_the_top_fraction_of_a_law_with_a_point_mass(fraction: float) -> None:
    """Just above a point mass the tail jumps, and a root close to it was once missed by a whole panel."""
    model = ThreeSubmodules.listening(
        alpha=0.418, beta=0.8952, gamma=0.83759, mu_a=-1.05, mu_b=3.584, mu_c=3.35, sigma_a=0.65, sigma_b=0.8, sigma_c=3
    )
    base = model.routing()
    threshold = base.isf(math.log(fraction))
    above, reached = (math.exp(base.log_sf(threshold, strict=strict)) for strict in (True, False))
    assert above <= fraction * (1 + QUADRATURE)
    assert reached >= fraction * (1 - QUADRATURE)


@pytest.mark.parametrize("correlation", [1.0, 0.999999, 0.9, -1.0])
@pytest.mark.parametrize("slope", [0.5, 4.0, 30.0])
def test_where_truth_is_never_above_a_level_its_shortfall_is_what_the_mean_lacks(
    correlation: float, slope: float
) -> None:
    base = OutputMixture(
        [Mode(mean_truth=-1.0, mean_persuasiveness=1.5, sd_persuasiveness=0.15, correlation=correlation)]
    )
    outcome = ChiSquared(slope=slope).apply(base)
    assert outcome.expected_shortfall(40.0) == pytest.approx(40 - outcome.mean_truth, rel=QUADRATURE)


def test_the_chi_squared_weight_of_the_last_point_starts_where_its_mean_is_one() -> None:
    model = ThreeSubmodules(alpha=0.5, beta=0.3, gamma=0.2, mu_a=-1, mu_c=2, sigma_a=0, sigma_c=0)
    law = ChiSquared(slope=30.0).apply(model.routing()).law
    assert law.start == pytest.approx(2 - 1 / (0.2 * 30), rel=EXACT)
    assert law.mean_persuasiveness == pytest.approx(2, rel=EXACT)


def test_a_weight_that_would_start_beyond_every_number_is_refused() -> None:
    near_one = TruthPlusError(error=StudentT(df=1.01, scale=1.0), truth=Normal(scale=1.0))
    with pytest.raises(NoOptimumError, match=r"^slope = 2\.0: .*too near 1"):
        ChiSquared(slope=2.0).apply(near_one)
    heavy = TruthPlusError(error=StudentT(df=1.05, scale=1.0), truth=Normal(scale=1.0))
    assert np.isfinite(ChiSquared(slope=30.0).apply(heavy).kl)
    with pytest.raises(NoOptimumError, match="would start farther out than is computed"):
        ChiSquared(slope=1e12).apply(heavy)


def test_the_densities_take_plain_numbers() -> None:
    outcome = Filter(threshold=1.0).apply(OutputMixture([Mode(correlation=0.5)]))
    assert outcome.joint_pdf(0.5, 1.5) == pytest.approx(outcome.joint_pdf(np.array(0.5), np.array(1.5)), rel=EXACT)


def test_the_truth_of_a_far_filter_keeps_its_digits() -> None:
    """Beyond z = 10⁶ every output is at the threshold, and T given it is normal."""
    density = Filter(threshold=1e6).apply(OutputMixture([Mode(correlation=0.6)])).truth_pdf(np.array([6e5, 6e5 + 0.8]))
    assert density == pytest.approx(np.exp([0.0, -0.5]) / (0.8 * math.sqrt(2 * math.pi)), rel=1e-5)


@pytest.mark.parametrize("df", [1.05, 1.3, 2.0, 5.0])
def test_the_mean_excess_over_a_heavy_tail_against_its_closed_form(df: float) -> None:
    p = np.array([0.5, 3.0, 40.0])
    density, above = stats.t.pdf(p, df), stats.t.sf(p, df)
    exact = density * (df + p**2) / (df - 1) - p * above
    assert NormalPlusStudentT(1e-9, df, 1.0).mean_excess(p) == pytest.approx(exact, rel=1e-9)


def test_a_density_beside_a_point_mass_is_that_of_the_modes_that_have_one() -> None:
    base = OutputMixture(
        [Mode(weight=0.3, sd_persuasiveness=0, sd_truth=0), Mode(weight=0.7, sd_persuasiveness=2.5, sd_truth=0.2)]
    )
    at = np.array([-1.0, 0.4, 3.0])
    assert base.persuasiveness_pdf(at) == pytest.approx(0.7 * stats.norm(0, 2.5).pdf(at), rel=EXACT)
    assert base.log_persuasiveness_pdf(at) == pytest.approx(np.log(0.7) + stats.norm(0, 2.5).logpdf(at), rel=EXACT)
    assert base.truth_pdf(at) == pytest.approx(0.7 * stats.norm(0, 0.2).pdf(at), rel=EXACT)


def test_truth_beside_a_point_mass_in_a_mode_that_lies_on_a_line() -> None:
    """T = 2 P in one mode, which a point mass of P cuts; the density by hand."""
    base = OutputMixture(
        [
            Mode(weight=0.3, mean_persuasiveness=0.4, sd_persuasiveness=0, sd_truth=0),
            Mode(weight=0.7, correlation=1, sd_truth=2),
        ]
    )
    got, t = BestOfN(n=3).apply(base), np.array([-1.0, 0.3, 0.9, 3.0])
    p = t / 2
    below = 0.7 * stats.norm.cdf(p) + 0.3 * (p >= 0.4)
    assert got.truth_pdf(t) == pytest.approx(3 * below**2 * 0.7 * stats.norm.pdf(p) / 2, rel=QUADRATURE)
