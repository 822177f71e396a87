"""Inductive bias, nearest tokens and the dark room against their definitions."""

import math
from fractions import Fraction
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr, ndtri, owens_t
from scipy.stats import multivariate_normal
from tolerances import EXACT, QUADRATURE, ROUNDING, SIGMAS

from models import DarkRoom, InductiveBias, NearestTokens
from models.notebook import nearest_tokens

# ── inductive bias ──


def mp_odds(bias: InductiveBias) -> mp.mpf:
    """Odds under the incentive, as docs/theory.md §7 defines them, with the digits that 1e-300 beside 1 takes."""
    prior = mp.mpf(bias.sycophantic)
    gap = bias.bonus * (1 - mp.mpf(bias.detection)) - bias.penalty * mp.mpf(bias.detection)
    return prior / (1 - prior) * mp.e ** (bias.strength * gap)


def biases(count: int) -> list[InductiveBias]:
    rng = np.random.default_rng(6)
    ends = [
        InductiveBias(sycophantic=1e-300, strength=20, detection=0),
        InductiveBias(sycophantic=0.999999, strength=1),
        InductiveBias(sycophantic=1e-8, strength=20, bonus=0, penalty=2, detection=1),
    ]
    knobs = InductiveBias.parameters()
    return ends + [InductiveBias(**{name: knob.draw(rng) for name, knob in knobs.items()}) for _ in range(count)]


def test_it_takes_29_956_runs_to_tell_0_from_1_in_10_000() -> None:
    unpushed = InductiveBias(sycophantic=1e-4, strength=0)
    assert math.ceil(unpushed.runs_to_see(0.95)) == 29_956
    assert 0.9999**29_956 <= 0.05 < 0.9999**29_955
    assert InductiveBias(sycophantic=1e-300, strength=20, detection=1, penalty=2, bonus=0).runs_to_see(0.95) == math.inf
    assert InductiveBias(sycophantic=1e-4).log_runs_to_see(0.95) == pytest.approx(
        math.log(InductiveBias(sycophantic=1e-4).runs_to_see(0.95)), rel=EXACT
    )


@pytest.mark.parametrize("bias", biases(25), ids=lambda bias: f"{bias.sycophantic:.3g}-{bias.strength:.3g}")
def test_odds_runs_and_bounds_against_30_digits(bias: InductiveBias) -> None:
    with mp.workdps(350):
        odds = mp_odds(bias)
        share = odds / (1 + odds)
        runs = mp.log(1 - mp.mpf("0.95")) / mp.log(1 - share)
        x = 1 - mp.mpf("0.05") ** (mp.mpf(1) / 700)
        bound = x / (1 - x) * mp_odds(InductiveBias(sycophantic=bias.sycophantic, strength=0)) / odds
        honest = mp.fprod(1 / (1 + odds * mp.e ** (mp.mpf(0.03) * j)) for j in range(60))
        assert bias.log_odds == pytest.approx(float(mp.log(odds)), rel=EXACT, abs=EXACT)
        assert bias.share == pytest.approx(float(share), rel=EXACT)
        assert bias.runs_to_see(0.95) == pytest.approx(float(runs), rel=EXACT)
        assert bias.odds_bound(700, 0.95) == pytest.approx(float(bound), rel=EXACT)
        assert bias.diverse_runs(60, 0.03) == pytest.approx(float(honest), rel=10 * EXACT)


def test_the_prior_odds_are_the_optimisation_needed() -> None:
    for bias in biases(20):
        needed = bias.strength_to_equal
        assert (needed is None) == (bias.reward_gap <= 0 if bias.sycophantic < 0.5 else bias.reward_gap >= 0)
        if needed is not None:
            at = InductiveBias(
                sycophantic=bias.sycophantic,
                strength=needed,
                bonus=bias.bonus,
                penalty=bias.penalty,
                detection=bias.detection,
            )
            assert at.log_odds == pytest.approx(0, abs=1e-11)


@pytest.mark.parametrize(
    ("settings", "needed"),
    [
        ({"bonus": 1, "penalty": 4, "detection": 0.2}, None),  # the gap is 0
        ({"bonus": 0, "penalty": 0}, None),
        ({"detection": 0.9}, None),
        ({"sycophantic": 0.9, "detection": 0}, None),
        ({"sycophantic": 0.9, "detection": 1}, math.log(9)),
        ({"sycophantic": 0.5, "detection": 0}, 0),
        ({"bonus": 1e-310, "detection": 0, "penalty": 0}, None),  # beyond any float
    ],
)
def test_the_strength_that_evens_the_odds_may_not_exist(settings: dict[str, float], needed: float | None) -> None:
    assert InductiveBias(**settings).strength_to_equal == (
        needed if needed is None else pytest.approx(needed, rel=EXACT)
    )


def test_a_bound_is_the_prior_that_so_many_honest_runs_just_rule_out() -> None:
    bias = InductiveBias(sycophantic=0.01, strength=3, detection=0.2)
    bound = bias.odds_bound(250, 0.9)
    ruled_out = InductiveBias(sycophantic=bound / (1 + bound), strength=3, detection=0.2)
    assert ruled_out.runs_to_see(0.9) == pytest.approx(250, rel=EXACT)
    without = InductiveBias(sycophantic=0.01, strength=0).odds_bound(250, 0.9)
    assert without / bound == pytest.approx(math.exp(3 * bias.reward_gap), rel=EXACT)
    assert bias.odds_bound(0, 0.9) == math.inf
    assert InductiveBias(strength=1000, detection=1).log_odds_bound(1, 0.9) > 900


@pytest.mark.parametrize("diversity", [0.0, 1e-9, 1e-4, 0.01, 0.5, 30.0])
@pytest.mark.parametrize("prior", [1e-12, 1e-5, 0.2, 0.9])
def test_runs_paid_to_differ_are_the_product(prior: float, diversity: float) -> None:
    bias = InductiveBias(sycophantic=prior, strength=0)
    j = np.arange(100_000)
    log_honest = -math.fsum(np.logaddexp(0, bias.log_odds + diversity * j))
    assert bias.diverse_runs(100_000, diversity) == pytest.approx(math.exp(log_honest), rel=1e-10)
    assert bias.diverse_runs(0, diversity) == 1
    assert bias.diverse_runs(1, diversity) == pytest.approx(1 - prior, rel=EXACT)


def test_more_runs_than_can_be_counted_are_summed() -> None:
    bias = InductiveBias(sycophantic=1e-15, strength=0)
    assert bias.diverse_runs(1e15, 0.0) == pytest.approx(math.exp(-1), rel=EXACT)
    assert bias.diverse_runs(1e300, 1e-3) == 0
    assert InductiveBias(sycophantic=1e-100, strength=0).diverse_runs(1e60, 0.0) == 1


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: InductiveBias(sycophantic=0), r"sycophantic = 0\.0 is not allowed; it must lie in \(0, 1\)"),
        (lambda: InductiveBias(sycophantic=1), r"sycophantic = 1\.0"),
        (lambda: InductiveBias(strength=math.inf), "strength = inf"),
        (lambda: InductiveBias(detection=1.1), r"detection = 1\.1 .* \[0, 1\]"),
        (lambda: InductiveBias(bonus=-1), "bonus"),
        (lambda: InductiveBias(penalty=math.nan), "penalty = nan"),
        (lambda: InductiveBias(strength=np.array([1.0, 2.0])), "one number"),
        (lambda: InductiveBias().runs_to_see(1), r"confidence = 1\.0 .* \(0, 1\)"),
        (lambda: InductiveBias().runs_to_see(0), "confidence"),
        (lambda: InductiveBias().odds_bound(-1, 0.9), "honest_runs"),
        (lambda: InductiveBias().diverse_runs(2.5, 0), r"runs = 2\.5"),
        (lambda: InductiveBias().diverse_runs(2, -0.1), "diversity"),
        (lambda: NearestTokens(tokens=10, cluster_size=11, nearest=2), r"cluster_size = 11\.0 .* \[1, 10\]"),
        (lambda: NearestTokens(tokens=10, cluster_size=1, nearest=11), "nearest"),
        (lambda: NearestTokens(tokens=1000.5), "tokens"),
        (lambda: NearestTokens(between_share=1.01), "between_share"),
        (lambda: NearestTokens(between_share=np.array([0.1])), "between_share"),
        (lambda: NearestTokens(dimension=1), "dimension"),
        (lambda: NearestTokens().looks_meaningful(2.5), "^alike"),
        (lambda: NearestTokens().looks_meaningful(0), "^alike = 0.0 is not allowed"),
        (lambda: DarkRoom(cells=0), "cells"),
        (lambda: DarkRoom(cells=2.5), "cells"),
        (lambda: DarkRoom(cells=np.array([2.0])), "cells"),
        (lambda: DarkRoom(fidelity=-0.1), "fidelity"),
        (lambda: DarkRoom().algorithm(0), r"^episodes = 0 is not"),
        (lambda: DarkRoom().algorithm(2.5), "episodes"),
        (lambda: DarkRoom().expert("many"), "episodes"),
        (lambda: DarkRoom().remembering(np.array([1, math.inf])), "episodes"),
    ],
)
def test_bad_input_is_refused_by_name(call: Any, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        call()


# ── nearest tokens ──


def test_the_numbers_of_the_theory() -> None:
    known = NearestTokens(tokens=20_000, cluster_size=20, between_share=0.4, nearest=20)
    assert known.same_cluster_share == pytest.approx(0.0259362785, abs=5e-11)
    few = NearestTokens(tokens=64, cluster_size=8, between_share=0.95, nearest=8)
    assert few.same_cluster_share == pytest.approx(0.696, abs=5e-4)
    gpt2 = NearestTokens(tokens=50_257, dimension=1280, between_share=0, nearest=1)
    assert gpt2.expected_cosine == pytest.approx(0.1179280, abs=5e-8)
    assert gpt2.normal_cosine == pytest.approx(0.1182774, abs=5e-8)
    assert gpt2.same_cluster_share is None


@pytest.mark.parametrize(
    ("settings", "share", "clusters"),
    [
        ({"between_share": 0, "tokens": 20_000, "cluster_size": 20}, 19 / 19_999, None),
        ({"between_share": 0, "tokens": 1000, "cluster_size": 7}, (142 * 42 + 30) / (1000 * 999), None),
        ({"tokens": 100, "cluster_size": 20, "nearest": 100}, 19 / 99, 5),
        ({"tokens": 103, "cluster_size": 20, "nearest": 103}, (5 * 380 + 6) / (103 * 102), 6),
        ({"tokens": 100, "cluster_size": 100}, 1, 1),
        ({"tokens": 1000, "cluster_size": 1}, 0, 20),
        ({"tokens": 2000, "cluster_size": 20, "between_share": 1}, 1, 1),
    ],
)
def test_shares_that_are_known(settings: dict[str, float], share: float, clusters: float | None) -> None:
    found = NearestTokens(**{"nearest": 20, **settings})
    assert found.same_cluster_share == pytest.approx(share, rel=EXACT)
    if clusters is not None:
        assert found.expected_clusters == pytest.approx(clusters, rel=EXACT)


def test_the_two_nearest_of_pairs_by_another_integral() -> None:
    """Both are a pair’s if the worse of the two is above every other token."""
    share, pairs = 0.3, 6

    def worse(x: float) -> float:
        """Density of a pair’s worse token at x, with every other token below it: Φ₂ by Owen’s T function."""
        density = 2 * np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi) * ndtr(-(x - share * x) / np.sqrt(1 - share**2))
        both_below = ndtr(x) - 2 * owens_t(x, np.sqrt((1 - share) / (1 + share)))
        return pairs * density * both_below ** (pairs - 1)

    expected = quad(worse, -9, 9, epsabs=0, epsrel=1e-12, limit=200)[0]
    found = NearestTokens(tokens=12, cluster_size=2, between_share=0.3, nearest=2)
    assert found.same_cluster_share == pytest.approx(expected, rel=EXACT)
    assert found.looks_meaningful(2) == pytest.approx(expected, rel=EXACT)
    assert found.expected_clusters == pytest.approx(2 - expected, rel=EXACT)


def test_finer_panels_and_steps_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)

    def numbers(**settings: float) -> list[float]:
        model = NearestTokens(**settings)
        share = model.same_cluster_share
        assert share is not None
        return [share, model.expected_clusters, model.expected_cosine]

    for k in range(8):
        asked = {
            "tokens": int(np.exp(rng.uniform(np.log(100), np.log(1e6)))),
            "cluster_size": int(rng.integers(1, 60)),
            "nearest": int(rng.integers(2, 15)),
            "between_share": [0, 1, 0.95][k] if k < 3 else rng.random(),
            "dimension": int(rng.integers(2, 2000)),
        }
        found = numbers(**asked)
        with monkeypatch.context() as finer:
            finer.setattr(nearest_tokens, "PANEL", 0.23)
            finer.setattr(nearest_tokens, "RULE_STEP", 0.06)
            assert found == pytest.approx(numbers(**asked), rel=EXACT), asked


def test_nobody_is_counted_twice() -> None:
    """The counts of clusters by how many of theirs are near add up to the nearest."""
    model = NearestTokens(tokens=3000, cluster_size=25, between_share=0.6, nearest=12)
    at_least = [model.looks_meaningful(a) for a in range(1, 14)]
    assert at_least[0] == 1
    assert at_least[12] == 0
    assert sorted(at_least, reverse=True) == at_least
    assert NearestTokens(tokens=100, cluster_size=10, nearest=30).looks_meaningful(3) == pytest.approx(1, abs=1e-13)


def same_cluster_by_a_threshold(model: NearestTokens) -> float:
    """docs/theory.md §8’s formula, which fixes the threshold instead of the rank."""
    u = -ndtri(model.nearest / model.tokens)
    joint = multivariate_normal(cov=[[1, model.between_share], [model.between_share, 1]]).cdf([-u, -u])
    inside, outside = (model.cluster_size - 1) * joint, (model.tokens - model.cluster_size) * ndtr(-u) ** 2
    return inside / (inside + outside)


def simulated(model: NearestTokens, directions: int, seed: int) -> np.ndarray:
    """Same-cluster share, different clusters, and the most from one cluster, direction by direction.

    Only tokens above a score that more than m are sure to exceed are drawn.
    """
    rng = np.random.default_rng(seed)
    floor = -ndtri(5 * model.nearest / model.tokens)
    clusters, found = int(model.tokens / model.cluster_size), []
    own, shared, m = np.sqrt(1 - model.between_share), np.sqrt(model.between_share), int(model.nearest)
    for _ in range(directions):
        part = shared * rng.standard_normal(clusters)
        tail = ndtr((part - floor) / own)
        which = np.repeat(np.arange(clusters), rng.binomial(int(model.cluster_size), tail))
        score = part[which] - own * ndtri(tail[which] * rng.random(which.size))
        assert score.size > m
        nearest = which[np.argpartition(-score, m)[:m]]
        counts = np.bincount(nearest)
        found.append((np.sum(counts * (counts - 1)) / (m * (m - 1)), np.count_nonzero(counts), np.max(counts)))
    return np.array(found)


def test_nearest_tokens_against_a_seeded_simulation() -> None:
    """Within 1 %, of which the simulation’s own error is half; the formula that fixes the threshold is found out."""
    model = NearestTokens(tokens=2000, cluster_size=20, between_share=0.4, nearest=20)
    drawn = simulated(model, 20_000, seed=3)
    drawn = np.column_stack([drawn, drawn[:, 2] >= 4])[:, [0, 1, 3]]
    means, errors = drawn.mean(axis=0), drawn.std(axis=0) / math.sqrt(len(drawn))
    exact = np.array([model.same_cluster_share, model.expected_clusters, model.looks_meaningful(4)])
    assert np.all(np.abs(means - exact) < SIGMAS * errors)
    assert errors[0] / means[0] < 0.006
    assert abs(means[0] / exact[0] - 1) < 0.01
    assert abs(means[0] - same_cluster_by_a_threshold(model)) > SIGMAS * errors[0]


@pytest.mark.parametrize("tokens", [2, 5, 1000, 1_000_000])
def test_a_cosine_in_three_dimensions_is_uniform(tokens: int) -> None:
    found = NearestTokens(tokens=tokens, dimension=3, cluster_size=1, nearest=1)
    assert found.expected_cosine == pytest.approx((tokens - 1) / (tokens + 1), rel=EXACT)


def test_a_cosine_in_the_plane() -> None:
    expected = mp.quad(lambda t: -mp.cos(t) * 7 / mp.pi * (t / mp.pi) ** 6, [0, mp.pi])
    found = NearestTokens(tokens=7, dimension=2, cluster_size=1, nearest=1)
    assert found.expected_cosine == pytest.approx(float(expected), rel=EXACT)


def test_what_the_threshold_shows() -> None:
    model = NearestTokens(tokens=5000, cluster_size=10, between_share=0.5, nearest=25)
    assert 5000 * ndtr(-model.threshold) == pytest.approx(25, rel=EXACT)
    density = math.exp(-0.5 * model.threshold**2) / math.sqrt(2 * math.pi)
    assert model.mean_above == pytest.approx(density / (25 / 5000), rel=QUADRATURE)
    assert 500 * ndtr(-model.leading_cluster / math.sqrt(0.5)) == pytest.approx(1, rel=EXACT)
    far = -model.leading_cluster / math.sqrt(0.5), -model.threshold  # its part, and a score of which it is half
    both = multivariate_normal(cov=[[1, math.sqrt(0.5)], [math.sqrt(0.5), 1]]).cdf(far)
    assert model.leading_tokens == pytest.approx(10 * both * 500, rel=1e-9)
    assert NearestTokens(tokens=50, cluster_size=20, nearest=5).leading_cluster > 0  # of three clusters
    assert NearestTokens(tokens=20, cluster_size=20, nearest=20).leading_cluster == 0
    assert NearestTokens(tokens=20, cluster_size=10, between_share=1, nearest=10).leading_tokens == 10  # all, in a tie


# ── the dark room ──


@pytest.mark.parametrize("fidelity", [0.0, 1e-9, 0.3, 0.9, 1 - 1e-12, 1.0])
@pytest.mark.parametrize("cells", [1, 2, 25, 100, 10**9])
def test_success_by_episode_against_the_recursion(cells: int, fidelity: float) -> None:
    room, f, g = DarkRoom(cells=cells, fidelity=fidelity), Fraction(fidelity), Fraction(cells)
    one_back, unknown, known_of = Fraction(0), Fraction(1), Fraction(0)
    last, remembering, exploring = [], [], []
    again = f + (1 - f) / g
    for k in range(1, 31):
        one_back = f * one_back + (1 - f * one_back) / g
        last.append(one_back)
        remembering.append(unknown / g + (1 - unknown) * again)
        unknown *= 1 - 1 / g
        left = g - (k - 1)
        found = (1 - known_of) / left if left > 0 else Fraction(0)
        exploring.append(found + known_of * again)
        known_of += found
    for ours, exact in (
        (room.algorithm(30), last),
        (room.remembering(30), remembering),
        (room.without_repetition(30), exploring),
        (room.expert(30), [1 / g] * 30),
    ):
        np.testing.assert_allclose(ours, [float(x) for x in exact], rtol=EXACT)


def test_the_limits() -> None:
    room = DarkRoom(cells=100, fidelity=0.9)
    assert room.limit == pytest.approx(0.01 / (1 - 0.9 + 0.009), rel=EXACT)
    assert room.limit == pytest.approx(0.0917, abs=5e-5)
    assert room.limit_remembering == pytest.approx(0.901, rel=ROUNDING)
    late = np.array([10.0, 1e6])
    assert room.algorithm(late)[1] == pytest.approx(room.limit, rel=EXACT)
    assert room.remembering(late)[1] == pytest.approx(room.limit_remembering, rel=EXACT)
    assert room.without_repetition(late)[1] == pytest.approx(room.limit_remembering, rel=EXACT)
    assert room.algorithm(late)[0] == room.algorithm(10)[-1]


def test_the_learner_that_looks_one_episode_back_is_the_one_simulated() -> None:
    """A learner played out, guess by guess; the law of the one that remembers for ever does not fit it."""
    room, rng, size = DarkRoom(cells=12, fidelity=0.8), np.random.default_rng(8), 200_000
    goal, rewarded = rng.integers(12, size=size), np.zeros(size, dtype=bool)
    for _ in range(15):
        repeats = rewarded & (rng.random(size) < 0.8)
        rewarded = np.where(repeats, goal, rng.integers(12, size=size)) == goal
    error = rewarded.std() / math.sqrt(size)
    assert abs(rewarded.mean() - room.algorithm(15)[-1]) < SIGMAS * error
    assert abs(rewarded.mean() - room.remembering(15)[-1]) > SIGMAS * error
