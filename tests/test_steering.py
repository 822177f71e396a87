import math
from dataclasses import replace

import mpmath as mp
import numpy as np
import pytest
from cases import BASES, SEED_EXAMPLE
from scipy.integrate import dblquad
from test_references import of_kind
from tolerances import EXACT, QUADRATURE, ROOT, ROUNDING, ZERO

from models import (
    BestOfN,
    Boltzmann,
    ThreeSubmodules,
    corner,
    expected_shortfall,
    family_optimum,
    kl_between_blends,
    kl_between_routings,
    kl_between_weights,
    log_price_of_best_of_n,
    log_price_of_filtering,
    norm_optimum,
    training_path,
)

M = ThreeSubmodules


@pytest.mark.parametrize(
    ("means", "winners", "reward", "truths"),
    [
        ((1, 1, 2), ("C",), 2, (0, 0)),
        ((2, 1, 1), ("A",), 2, (2, 2)),
        ((1, 3, 1), ("A", "C"), 1, (0, 1)),
        ((-1, 0.5, -2), ("B",), 0, (0.5, 0.5)),
        ((0, 0.5, -2), ("A", "B"), 0, (0, 0.5)),
        ((0, 0, 0), ("A", "B", "C"), 0, (0, 0)),
    ],
)
def test_winner_takes_all(means: tuple, winners: tuple, reward: float, truths: tuple) -> None:
    a, b, c = means
    end = corner(M(mu_a=a, mu_b=b, mu_c=c))
    assert (end.winners, end.reward, end.truth_range) == (winners, reward, truths)
    assert end.mean_truth == (truths[0] if truths[0] == truths[1] else None)
    assert (end.model is None) == (len(winners) > 1)


def test_the_corner_is_the_best_point_of_a_dense_grid() -> None:
    rng = np.random.default_rng(3)
    grid = np.linspace(0, 1, 101)
    alpha, gamma = (x.ravel() for x in np.meshgrid(grid, grid))
    inside = alpha + gamma <= 1 + 1e-12
    for _ in range(20):
        a, b, c = rng.uniform(-2, 4, 3)
        assert corner(M(mu_a=a, mu_b=b, mu_c=c)).reward == pytest.approx(
            np.max((alpha * a + gamma * c)[inside]), rel=ROUNDING
        )


def test_training_starts_at_the_model_and_ends_in_the_corner() -> None:
    path = training_path(SEED_EXAMPLE, np.array([0.0, 1.0, 60.0]))
    assert (path.alpha[0], path.beta[0], path.gamma[0]) == pytest.approx((0.4, 0.3, 0.3), rel=ROUNDING)
    assert path.gamma[-1] == pytest.approx(1, rel=EXACT)
    end = path.blends()
    assert np.all(np.diff(end.mean_persuasiveness) > 0)
    assert end.mean_truth[-1] == pytest.approx(0, abs=1e-12)


def test_training_is_the_optimum_of_reward_minus_kl() -> None:
    """θ(t) maximises E[reward] − KL(θ ‖ θ(0))/t: no nearby weights do better."""
    start, reward, time = np.array([0.4, 0.3, 0.3]), np.array([1.0, 0.0, 2.0]), 0.7
    at = training_path(SEED_EXAMPLE, time)
    best = np.array([at.alpha, at.beta, at.gamma])

    def objective(theta: np.ndarray) -> float:
        return theta @ reward - np.sum(theta * np.log(theta / start)) / time

    rng = np.random.default_rng(4)
    for _ in range(50):
        move = rng.normal(size=3) * 1e-3
        assert objective(best + move - move.mean()) < objective(best)
    assert objective(best) == pytest.approx(math.log(np.sum(start * np.exp(time * reward))) / time, rel=EXACT)


def test_what_starts_with_no_weight_stays_there() -> None:
    path = training_path(M(alpha=0.5, beta=0.5, gamma=0, mu_c=4), np.array([0.0, 50.0]))
    assert np.all(path.gamma == 0)
    assert path.alpha[-1] == pytest.approx(1, rel=EXACT)


def test_kl_between_blends_against_its_definition() -> None:
    new, old = M(alpha=0.2, beta=0.3, gamma=0.5, mu_c=2).blend(), SEED_EXAMPLE.blend()

    def information(t: float, p: float) -> float:
        density = new.joint_pdf(t, p)
        return float(density * np.log(density / old.joint_pdf(t, p))) if density > 0 else 0.0

    def edge(centre: float, spread: float) -> tuple[float, float]:
        return centre - 8 * spread, centre + 8 * spread

    expected, _ = dblquad(
        information, *edge(new.mean_persuasiveness, new.sd_persuasiveness), *edge(new.mean_truth, new.sd_truth)
    )
    assert kl_between_blends(new, old) == pytest.approx(expected, rel=QUADRATURE)


def test_kl_between_blends_by_the_matrix_formula() -> None:
    def law(alpha: float, gamma: float) -> tuple[mp.matrix, mp.matrix]:
        a, c = mp.mpf(alpha), mp.mpf(gamma)
        b = 1 - a - c
        return mp.matrix([a + b, a + 2 * c]), mp.matrix([[a**2 + b**2, a**2], [a**2, a**2 + c**2]])

    base = M(alpha=0.4, beta=0.3, gamma=1 - 0.4 - 0.3, mu_c=2)
    mean, cov = law(0.4, base.gamma)
    for alpha, gamma in ((0.3, 0.4), (0.01, 0.98), (0.4, 0.31)):
        new_mean, new_cov = law(alpha, gamma)
        inverse, gap = cov**-1, mean - new_mean
        trace = (inverse * new_cov)[0, 0] + (inverse * new_cov)[1, 1]
        expected = (trace + (gap.T * inverse * gap)[0] - 2 + mp.log(mp.det(cov) / mp.det(new_cov))) / 2
        new = M(alpha=alpha, beta=1 - alpha - gamma, gamma=gamma, mu_c=2)
        assert kl_between_blends(new.blend(), base.blend()) == pytest.approx(float(expected), rel=1e-11)


@pytest.mark.parametrize("rivalry", [1.05, 1.5, 6.0])
def test_kl_of_weights_that_share_a_budget_though_one_is_next_to_nothing(rivalry: float) -> None:
    with mp.workdps(60):
        base = M(alpha=0.2, beta=0.35, gamma=0.45, mu_a=2.5, mu_b=3, mu_c=0.6, sigma_a=2.7)
        best = norm_optimum(base, rivalry)
        a, b, c = (mp.mpf(x) for x in (best.alpha, best.beta, best.gamma))
        a0, b0, c0 = (mp.mpf(x) for x in (base.alpha, base.beta, base.gamma))

        def law(a: mp.mpf, b: mp.mpf, c: mp.mpf) -> tuple[mp.matrix, mp.matrix]:
            loud = (a * mp.mpf(2.7)) ** 2
            mean = mp.matrix([2.5 * a + 3 * b, 2.5 * a + mp.mpf(0.6) * c])
            return mean, mp.matrix([[loud + b**2, loud], [loud, loud + c**2]])

        (mean, cov), (new_mean, new_cov) = law(a0, b0, c0), law(a, b, c)
        inverse, gap = cov**-1, mean - new_mean
        trace = sum((inverse * new_cov)[i, i] for i in range(2))
        expected = (trace + (gap.T * inverse * gap)[0] - 2 + mp.log(mp.det(cov) / mp.det(new_cov))) / 2
        assert kl_between_weights(best, base) == pytest.approx(float(expected), rel=EXACT)


def test_a_corner_is_infinitely_far() -> None:
    base = SEED_EXAMPLE.blend()
    assert kl_between_blends(corner(SEED_EXAMPLE).model.blend(), base) == math.inf
    assert kl_between_blends(base, base) == 0
    line = M(alpha=1, beta=0, gamma=0).blend()
    assert kl_between_blends(line, line) == 0
    assert kl_between_blends(base, line) == math.inf


@pytest.mark.parametrize("z", [-3.0, 0.0, 2.0, 9.0, 40.0, 200.0])
def test_price_of_filtering_in_log_space(z: float) -> None:
    base = BASES["blend"]
    target = base.mean_persuasiveness + z * base.sd_persuasiveness
    exact = mp.mpf(target - base.mean_persuasiveness) / base.sd_persuasiveness
    expected = -mp.log(mp.erfc(exact / mp.sqrt(2)) / 2)
    assert log_price_of_filtering(base, target) == pytest.approx(float(expected), rel=EXACT)


def test_price_of_what_is_never_reached() -> None:
    assert log_price_of_filtering(M(alpha=0, beta=1, gamma=0).blend(), 2.0) == math.inf


@of_kind("norm_budget")
def test_rivalry_norm(case: dict) -> None:
    found = norm_optimum(M(mu_a=case["base"]["mu_a"], mu_c=case["base"]["mu_c"]), case["selection"]["value"])
    for name in ("alpha", "gamma", "reward"):
        assert getattr(found, name) == pytest.approx(float(case[name]), rel=EXACT, abs=ZERO)
    assert found.beta == 0
    assert not found.beta_is_open


def test_rivalry_at_its_ends() -> None:
    model = M(mu_a=1, mu_c=2)
    assert norm_optimum(model, 1).mean_truth == 0  # winner takes all
    assert norm_optimum(M(mu_a=1, mu_c=1), 1) is None  # a tie
    decay = norm_optimum(model, 2)  # weight decay: weights ∝ μ
    assert decay.gamma / decay.alpha == pytest.approx(2, rel=EXACT)
    free = norm_optimum(model, math.inf)
    assert (free.alpha, free.beta, free.gamma, free.beta_is_open) == (1, model.beta, 1, True)
    assert free.mean_truth == pytest.approx(model.mu_a + model.beta * model.mu_b, rel=EXACT)
    assert norm_optimum(model, 1 + 1e-9).gamma == pytest.approx(1, rel=EXACT)
    assert norm_optimum(model, 1e9).alpha == pytest.approx(1, rel=1e-8)
    with pytest.raises(ValueError, match=r"rivalry = 0.5 is not allowed; it must lie in \[1, ∞\]"):
        norm_optimum(model, 0.5)


@of_kind("kl_penalised_rl")
def test_family_optimum(case: dict) -> None:
    model = M(**{key: value for key, value in case["base"].items() if key != "kind"})
    found = family_optimum(model, case["selection"]["value"])
    assert found.objective == pytest.approx(float(case["objective"]), rel=EXACT)
    assert found.gap == pytest.approx(float(case["expressivity_gap"]), rel=1e-11)
    assert found.kl == pytest.approx(float(case["kl"]), rel=1e-6)
    for name in ("alpha", "beta", "gamma"):
        assert getattr(found.model, name) == pytest.approx(float(case[name]), rel=ROOT, abs=1e-8)


def test_family_optimum_is_global() -> None:
    rng = np.random.default_rng(6)
    for _ in range(6):
        model = M.listening(**{name: knob.draw(rng) for name, knob in M.parameters().items()})
        tau = float(np.exp(rng.uniform(-4, 2)))
        found = family_optimum(model, tau)
        alpha, gamma = (x.ravel() for x in np.meshgrid(np.linspace(0, 1, 301), np.linspace(0, 1, 301)))
        inside = alpha + gamma <= 1
        alpha, gamma = alpha[inside], gamma[inside]
        others = replace(model, alpha=alpha, beta=np.maximum(1 - alpha - gamma, 0), gamma=gamma).blends()
        rival = others.mean_persuasiveness - tau * kl_between_blends(others, model.blend())
        assert np.max(rival) <= found.objective + 1e-12 * (1 + abs(found.objective))
        assert found.gap >= 0


def test_kl_between_routings_is_the_kl_of_the_weights() -> None:
    new, old = M(alpha=0.2, beta=0.3, gamma=0.5, mu_c=2), SEED_EXAMPLE
    expected = 0.2 * math.log(0.2 / 0.4) + 0.5 * math.log(0.5 / 0.3)
    assert kl_between_routings(new, old) == pytest.approx(expected, rel=EXACT)
    assert kl_between_routings(M(alpha=1, beta=0, gamma=0), old) == pytest.approx(-math.log(0.4), rel=EXACT)
    assert kl_between_routings(old, M(alpha=1, beta=0, gamma=0)) == math.inf
    for share in np.linspace(0.01, 0.98, 98):  # rounding never makes it negative
        near = M(alpha=share, beta=0.99 - share, gamma=0.01)
        for step in (0.0, 1e-16, 1e-12, 1e-9):
            assert kl_between_routings(M(alpha=share + step, beta=0.99 - share - step, gamma=0.01), near) >= 0


def test_training_a_routing_is_its_kl_penalised_optimum() -> None:
    """Exponentiated gradient at time t maximises reward − KL/t, and for a routing that KL is the policies’ own."""
    t = 1.7
    at = training_path(SEED_EXAMPLE, t)
    best = at.routing().mean_persuasiveness - kl_between_routings(at, SEED_EXAMPLE) / t
    rng = np.random.default_rng(9)
    for weights in rng.dirichlet([2, 2, 2], size=200):
        other = replace(SEED_EXAMPLE, **dict(zip(("alpha", "beta", "gamma"), map(float, weights), strict=True)))
        value = other.routing().mean_persuasiveness - kl_between_routings(other, SEED_EXAMPLE) / t
        assert value <= best + ZERO


def test_the_law_within_a_norm_budget() -> None:
    found = norm_optimum(M(mu_a=1, mu_c=2), 2)
    assert found.law.mean_persuasiveness == pytest.approx(found.reward, rel=ROUNDING)
    assert found.law.sd_persuasiveness == pytest.approx(math.hypot(found.alpha, found.gamma), rel=EXACT)


def test_expected_shortfall_of_a_normal_and_of_a_point() -> None:
    base = BASES["blend"]
    level = base.mean_truth - 0.7 * base.sd_truth
    z = -0.7
    expected = base.sd_truth * (z * float(mp.ncdf(z)) + float(mp.npdf(z)))
    assert expected_shortfall(base, level) == pytest.approx(expected, rel=EXACT)
    point = M(alpha=0, beta=0, gamma=1).blend()  # T = 0
    assert expected_shortfall(point, 1.5) == 1.5
    assert expected_shortfall(BestOfN(n=64).apply(base), level) < expected
    with pytest.raises(ValueError, match=r"^level = nan is not allowed"):
        expected_shortfall(base, math.nan)


def test_expressivity_gap_is_a_kl() -> None:
    """KL(best blend ‖ Boltzmann) = log Z − J/τ."""
    found, base = family_optimum(SEED_EXAMPLE, 0.7), SEED_EXAMPLE.blend()
    ideal = Boltzmann(strength=1 / 0.7).apply(base)
    assert kl_between_blends(found.model.blend(), ideal.law) == pytest.approx(found.gap, rel=1e-9)


@pytest.mark.parametrize("z", [0.3, 2.0, 5.0, 7.0, 9.0, 40.0])
def test_price_of_best_of_n(z: float) -> None:
    base = BASES["blend"]
    log_n = log_price_of_best_of_n(base, base.mean_persuasiveness + z * base.sd_persuasiveness)
    if log_n < math.log(1e12):
        reached = BestOfN(n=math.exp(log_n)).apply(base).mean_persuasiveness
        assert (reached - base.mean_persuasiveness) / base.sd_persuasiveness == pytest.approx(z, rel=1e-10)
    else:  # the mean of the largest of n, from its definition in log space

        def density(x: mp.mpf) -> mp.mpf:
            q = mp.erfc(x / mp.sqrt(2)) / 2
            return mp.exp(log_n) * mp.npdf(x) * mp.exp(-mp.exp(log_n) * q)

        edges = [z - 2, z - 0.5, z - 0.1, z, z + 0.1, z + 0.5, z + 2, z + 6]
        assert mp.quad(lambda x: x * density(x), edges) == pytest.approx(z, rel=1e-9)


def test_price_of_best_of_n_at_the_ends() -> None:
    assert log_price_of_best_of_n(BASES["blend"], 0.2) == 0
    assert log_price_of_best_of_n(M(alpha=0, beta=1, gamma=0).blend(), 2.0) == math.inf


@pytest.mark.parametrize("tau", [0.0, -1.0, math.inf, math.nan])
def test_a_price_that_is_none_is_refused(tau: float) -> None:
    with pytest.raises(ValueError, match=r"tau = .* must lie in \(0, ∞\)"):
        family_optimum(ThreeSubmodules(), tau=tau)
