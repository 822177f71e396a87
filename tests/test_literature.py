"""Published numbers, each with its source, against ours."""

import math

import numpy as np
import pytest
from numpy.polynomial import Polynomial
from scipy.optimize import minimize_scalar
from tolerances import EXACT

from dashboard.views.literature import COIN, STANDARD, excess_of_poisson, tilt_at, win_rate
from models import (
    BestOfN,
    BestOfPoisson,
    Boltzmann,
    ChiSquared,
    Filter,
    LaplaceError,
    NormalError,
    Quantilizer,
    StudentTError,
    TruthPlusError,
    match,
    peak,
)


@pytest.mark.parametrize(
    ("n", "kl"), [(2, 0.1931), (4, 0.6363), (16, 1.8351), (64, 3.1745), (1000, 5.9088), (60000, 10.0021)]
)
def test_best_of_n_kl(n: int, kl: float) -> None:
    """Gao, Schulman & Hilton 2022, §2."""
    assert round(BestOfN(n=n).apply(STANDARD).kl, 4) == kl


@pytest.mark.parametrize(("n", "exact", "bound"), [(2, 0.1308, 0.1931), (4, 0.4594, 0.6363), (8, 0.6676, 1.2044)])
def test_best_of_n_kl_of_two_outputs_is_below_the_bound(n: int, exact: float, bound: float) -> None:
    """Beirami et al. 2024: with ties the formula is only an upper bound. Two point masses are two modes without spread."""
    assert round(BestOfN(n=n).apply(COIN).kl, 4) == exact
    assert round(math.log(n) - (n - 1) / n, 4) == bound


def test_best_of_n_is_nearly_the_best_tilt() -> None:
    """Gui et al. 2024: the largest win-rate gap at equal KL over whole n is 0.00924, at n = 2."""
    gaps = {n: tilt_at(math.log(n) - (n - 1) / n) - n / (n + 1) for n in (2, 3, 4, 8, 16)}
    assert max(gaps, key=gaps.get) == 2
    assert round(gaps[2], 5) == 0.00924
    assert round(tilt_at(BestOfN(n=2).apply(STANDARD).kl), 4) == 0.6759
    assert round(win_rate(BestOfN(n=2).apply(STANDARD)), 4) == 0.6667
    assert (round(tilt_at(math.log(16) - 15 / 16), 4), round(win_rate(BestOfN(n=16).apply(STANDARD)), 4)) == (
        0.9413,
        0.9412,
    )


def test_the_largest_gap_over_real_n_is_a_little_larger() -> None:
    found = minimize_scalar(
        lambda n: n / (n + 1) - tilt_at(math.log(n) - (n - 1) / n), bounds=(1.2, 3), method="bounded"
    )
    assert (round(found.x, 2), round(-found.fun, 6)) == (1.78, 0.009473)


def test_best_of_poisson_is_nearer_still() -> None:
    """Khalaf et al. 2025: KL above the tilt’s at equal mean by less than 8e-4; the maximum is 6.75e-4."""
    found = minimize_scalar(lambda mu: -excess_of_poisson(mu), bounds=(2, 6), method="bounded", options={"xatol": 1e-6})
    assert round(-found.fun, 6) == 0.000675
    assert -found.fun < 8e-4
    assert found.x == pytest.approx(3.358, abs=0.005)
    assert BestOfPoisson(mu=found.x).apply(STANDARD).kl == pytest.approx(0.561, abs=1e-3)
    assert excess_of_poisson(3.40) == pytest.approx(6.749e-4, abs=1e-7)  # the published place is on the same flat top


def test_chi_squared_weight() -> None:
    """Huang et al. 2025: relu((r − λ)/β) with mean 1."""
    outcome = ChiSquared(slope=0.5).apply(STANDARD)
    start = float(outcome.law.start)
    p = np.linspace(-4, 4, 9)
    ratio = outcome.persuasiveness_pdf(p) / STANDARD.persuasiveness_pdf(p)
    np.testing.assert_allclose(ratio, np.maximum((p - start) / 2, 0), rtol=1e-12)
    assert STANDARD.mean_excess(start) == pytest.approx(2, rel=EXACT)


def test_quantilizer() -> None:
    """Taylor 2016: KL log(1/q), win rate 1 − q/2, and E_q[cost] ≤ E[cost]/q for any cost ≥ 0."""
    outcome = Quantilizer(fraction=0.1).apply(STANDARD)
    assert round(outcome.kl, 4) == 2.3026
    rival = match(BestOfN, STANDARD, kl=outcome.kl)
    assert round(rival.selection.n, 1) == 26.2
    assert round(win_rate(rival), 4) == 0.9632
    above = np.linspace(STANDARD.isf(math.log(0.1)), 12, 200_001)
    density = outcome.persuasiveness_pdf(above)
    assert np.trapezoid(density * np.exp(STANDARD.log_cdf(above)), above) == pytest.approx(0.95, abs=1e-6)
    whole = np.linspace(-12, 12, 200_001)
    for cost in (np.square, lambda p: np.abs(p - 2), lambda p: np.exp(-p)):
        mean = np.trapezoid(STANDARD.persuasiveness_pdf(whole) * cost(whole), whole)
        assert np.trapezoid(density * cost(above), above) <= mean / 0.1


@pytest.mark.parametrize(
    ("n", "mean"), [(2, 0.5642), (4, 1.0294), (16, 1.7660), (64, 2.3437), (1000, 3.2414), (60000, 4.2714)]
)
def test_expected_largest_of_n_normals(n: int, mean: float) -> None:
    assert round(BestOfN(n=n).apply(STANDARD).mean_persuasiveness, 4) == mean


@pytest.mark.parametrize(("alpha", "beta"), [(1.0, 0.2), (0.6, 0.05)])
def test_functional_forms(alpha: float, beta: float) -> None:
    """Gao et al. 2022: with d = √KL, best-of-n d(α − βd) peaks at α/2β, RL d(α − β ln d) at ln d = α/β − 1."""
    best_of_n = Polynomial([0, alpha, -beta])
    (top,) = best_of_n.deriv().roots()
    assert top == pytest.approx(alpha / (2 * beta), rel=EXACT)
    assert best_of_n(top) == pytest.approx(alpha**2 / (4 * beta), rel=EXACT)
    d = math.exp(alpha / beta - 1)
    step = 1e-4 * d
    assert d * (alpha - beta * math.log(d)) == pytest.approx(beta * d, rel=EXACT)
    for near in (d - step, d + step):
        assert near * (alpha - beta * math.log(near)) < beta * d


@pytest.mark.parametrize(
    ("df", "at", "value", "at_10"),
    [(3, 2.43, 0.932, 0.305), (5, 3.21, 1.183, 0.508), (1, 1.29, 0.548, 0.101)],
)
def test_heavy_tails_peak_and_fall_back(df: float, at: float, value: float, at_10: float) -> None:
    """Kwa, Thomas & Garriga-Alonso 2024: T ~ N(0, 1) and a Student-t error; ν = 1 is the Cauchy law."""
    base = TruthPlusError(StudentTError(df=df))
    found = peak(Filter, base)
    assert (round(found.selection.threshold, 2), round(found.mean_truth, 3)) == (at, value)
    assert round(Filter(threshold=10).apply(base).mean_truth, 3) == at_10
    far = 1e7  # the limit is 0, like ν/t
    assert Filter(threshold=far).apply(base).mean_truth * far == pytest.approx(df, rel=1e-6)


def test_light_tails_do_not_peak() -> None:
    normal, laplace = TruthPlusError(NormalError()), TruthPlusError(LaplaceError(scale=0.5))
    assert peak(Filter, normal) is None
    assert peak(Filter, laplace) is None
    assert round(Filter(threshold=10).apply(normal).mean_truth, 3) == 5.096
    assert Filter(threshold=60).apply(laplace).mean_truth == pytest.approx(2, rel=EXACT)  # 1/b


def test_a_laplace_error_has_no_optimum_from_one_over_b_on() -> None:
    """The published theorem needs E[e^{λP}] finite for every λ; Laplace’s stops at 1/b."""
    base = TruthPlusError(LaplaceError(scale=0.5))
    assert Boltzmann(strength=1.999).apply(base).mean_truth == pytest.approx(1.999, rel=EXACT)
    with pytest.raises(ValueError, match="has no optimum here"):
        Boltzmann(strength=2.0).apply(base)


def test_kl_regularised_rl_is_bayesian_inference() -> None:
    """Korbak, Perez & Buckley 2022: posterior ∝ prior · e^{r/τ}."""
    outcome, p = Boltzmann(strength=0.8).apply(STANDARD), np.linspace(-3, 3, 13)
    posterior = STANDARD.persuasiveness_pdf(p) * np.exp(0.8 * p)
    ratio = outcome.persuasiveness_pdf(p) / posterior
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-13)


def test_mean_above_a_t_threshold_is_a_factor_of_it() -> None:
    """Catastrophic Goodhart, Figure 1: E[P | P ≥ t]/t of a t₃ error tends to ν/(ν − 1) = 1.5."""
    base = TruthPlusError(StudentTError(df=3))
    assert Filter(threshold=1e6).apply(base).mean_persuasiveness / 1e6 == pytest.approx(1.5, rel=1e-6)


def test_runs_to_see_one_in_ten_thousand() -> None:
    """Seed comments: 29,956 runs for 95 % confidence of seeing one."""
    assert math.ceil(math.log(0.05) / math.log1p(-1e-4)) == 29_956
