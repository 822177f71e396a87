"""Online generative modelling: the method against the process it stands for, and its page."""

import json
import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise, product

import mpmath as mp
import numpy as np
import pytest
from cases import BASES
from tolerances import EXACT, QUADRATURE, SIGMAS, ZERO

from dashboard.figures.ghosts import STYLES, Ghost
from dashboard.settings import defaults
from dashboard.views.online_modelling import PAGE
from models import (
    BASE_MODELS,
    GoodhartMixture,
    Laplace,
    Levy,
    Mode,
    Normal,
    OnlineModelling,
    OutputMixture,
    Quantilizer,
    StudentT,
    TruthPlusError,
    Uniform,
    course,
    curve,
    match_target,
    win_rate,
)
from models.laws.base import BaseLaw

SUMS = {
    "normal": TruthPlusError(Normal(scale=0.7)),
    "laplace": TruthPlusError(Laplace(scale=0.8)),
    "student": TruthPlusError(StudentT(df=3)),
    "uniform": TruthPlusError(Uniform(half_width=2)),
}
named = pytest.mark.parametrize


# ── the process, at 40 digits ──


def process(base: OutputMixture, rounds: int, fraction: float, feedback: float) -> dict[str, mp.mpf]:
    """Round after round by the definition: the weight of what lies between every two bars, and sums over it."""
    q, omega = mp.mpf(fraction), mp.mpf(feedback)
    modes = [{name: mp.mpf(getattr(mode, name)) for name in Mode.parameters()} for mode in base.modes]
    whole = mp.fsum(mode["weight"] for mode in modes)
    near = OnlineModelling(rounds=rounds, fraction=fraction, feedback=feedback).bar(base, np.arange(rounds))

    def above(c: mp.mpf) -> dict[str, mp.mpf]:
        """P(P ≥ c), and E[T; P ≥ c], E[P; P ≥ c] and E[P²; P ≥ c]."""
        found = dict.fromkeys(("mass", "truth", "mean", "square"), mp.mpf(0))
        for mode in modes:
            m, s = mode["mean_persuasiveness"], mode["sd_persuasiveness"]
            z = (c - m) / s
            tail, density = mp.erfc(z / mp.sqrt(2)) / 2, mp.npdf(z)
            lean = mode["correlation"] * mode["sd_truth"]
            found["mass"] += mode["weight"] * tail
            found["truth"] += mode["weight"] * (mode["mean_truth"] * tail + lean * density)
            found["mean"] += mode["weight"] * (m * tail + s * density)
            found["square"] += mode["weight"] * ((m * m + s * s) * tail + (2 * m * s + s * s * z) * density)
        return {name: value / whole for name, value in found.items()}

    def tail(c: mp.mpf) -> mp.mpf:
        each = (
            m["weight"] * mp.erfc((c - m["mean_persuasiveness"]) / m["sd_persuasiveness"] / mp.sqrt(2)) for m in modes
        )
        return mp.fsum(each) / (2 * whole)

    bars, weights, tails = [mp.mpf(-200)], [mp.mpf(1)], [above(mp.mpf(-200))]
    for guess in near:  # to start from; what holds is the definition
        bar = mp.findroot(lambda c: mp.log(tail(c) * weights[-1] / q), (guess, guess + 1e-9), tol=1e-60)  # noqa: B023
        assert bar > bars[-1]
        weights = [weight * (1 - omega) for weight in weights] + [weights[-1] * (1 - omega + omega / q)]
        bars.append(bar)
        tails.append(above(bar))
    tails.append(dict.fromkeys(tails[0], mp.mpf(0)))
    parts = [{name: low[name] - high[name] for name in low} for low, high in pairwise(tails)]
    total = {name: mp.fsum(w * part[name] for w, part in zip(weights, parts, strict=True)) for name in tails[0]}
    kl = mp.fsum(w * part["mass"] * mp.log(w) for w, part in zip(weights, parts, strict=True) if w)
    assert abs(total["mass"] - 1) < mp.mpf("1e-35")
    return {
        "bar": bars[-1],
        "mean_truth": total["truth"],
        "mean_persuasiveness": total["mean"],
        "sd_persuasiveness": mp.sqrt(total["square"] - total["mean"] ** 2),
        "kl": kl,
        "samples": mp.log(weights[-1]),
    }


@named(
    ("base", "rounds", "fraction", "feedback"),
    [
        ("mixture", 200, 0.5, 0.5),
        ("mixture", 60, 0.9, 0.3),
        ("mixture", 60, 0.5, 1.0),
        ("mixture", 40, 0.01, 0.05),
        ("mixture", 7, 0.3, 1e-6),
        ("blend", 200, 0.75, 0.9),
        ("two scales", 30, 0.2, 0.6),
    ],
)
def test_round_after_round_at_forty_digits(base: str, rounds: int, fraction: float, feedback: float) -> None:
    method = OnlineModelling(rounds=rounds, fraction=fraction, feedback=feedback)
    outcome = method.apply(BASES[base])
    with mp.workdps(40):
        exact = {name: float(value) for name, value in process(BASES[base], rounds, fraction, feedback).items()}
    for name in ("mean_truth", "mean_persuasiveness", "sd_persuasiveness", "kl"):
        assert getattr(outcome, name) == pytest.approx(exact[name], rel=EXACT), name
    assert outcome.log_samples_per_output == pytest.approx(exact["samples"], rel=EXACT)
    assert method.bar(BASES[base], rounds - 1) == pytest.approx(exact["bar"], rel=EXACT)


def test_another_feedback_is_not_within_tolerance() -> None:
    """The control of the test above: a feedback that differs in the tenth digit is told apart."""
    got = [OnlineModelling(rounds=200, feedback=omega).apply(BASES["mixture"]).kl for omega in (0.5, 0.5 + 1e-10)]
    assert got[0] != pytest.approx(got[1], rel=EXACT)


# ── identities and limits ──


@named(
    "base",
    [
        *BASES.values(),
        *SUMS.values(),
        BASE_MODELS[1].of(**{n: k.default for n, k in BASE_MODELS[1].knobs().items()}).law(),
    ],
)
def test_a_buffer_that_is_replaced_is_the_top(base: BaseLaw) -> None:
    """ω = 1: the top q^k of the base model."""
    grid = np.linspace(-2, 4, 9)
    for k, q in ((1, 0.3), (4, 0.5), (12, 0.2)):
        outcome, top = (
            OnlineModelling(rounds=k, fraction=q, feedback=1).apply(base),
            Quantilizer(fraction=q**k).apply(base),
        )
        for name in ("mean_truth", "mean_persuasiveness", "sd_truth", "sd_persuasiveness", "kl"):
            assert getattr(outcome, name) == pytest.approx(getattr(top, name), rel=EXACT, abs=ZERO), name
        assert outcome.kl == pytest.approx(k * math.log(1 / q), rel=EXACT)
        assert outcome.log_samples_per_output == pytest.approx(k * math.log(1 / q), rel=EXACT)
        np.testing.assert_allclose(outcome.truth_pdf(grid), top.truth_pdf(grid), rtol=1e-10, atol=1e-300)
        assert outcome.expected_shortfall(0.5) == pytest.approx(top.expected_shortfall(0.5), rel=QUADRATURE)


@named("idle", [{"rounds": 0}, {"feedback": 0}, {"fraction": 1}])
def test_where_nothing_is_fed_back_the_base_model_stays(idle: dict) -> None:
    base = BASES["mixture"]
    outcome = OnlineModelling(**idle).apply(base)
    assert (outcome.mean_truth, outcome.mean_persuasiveness) == pytest.approx(
        (base.mean_truth, base.mean_persuasiveness)
    )
    assert (outcome.kl, outcome.log_samples_per_output) == (0, 0)
    found = course(OnlineModelling(**(idle | {"rounds": 5})), base) if "rounds" not in idle else None
    assert found is None or (found.directions, found.limit) == ((0,), base.mean_truth)


def test_one_round_is_a_mixture_with_a_quantilizer() -> None:
    base, grid = BASES["mixture"], np.linspace(-3, 5, 17)
    once, top = OnlineModelling(rounds=1, fraction=0.2, feedback=0.3).apply(base), Quantilizer(fraction=0.2).apply(base)
    for density in ("truth_pdf", "persuasiveness_pdf"):
        mixed = 0.7 * getattr(base, density)(grid) + 0.3 * getattr(top, density)(grid)
        np.testing.assert_allclose(getattr(once, density)(grid), mixed, rtol=EXACT)
    assert once.samples_per_output == pytest.approx(0.7 + 0.3 / 0.2, rel=EXACT)


@named("base", [BASES["mixture"], SUMS["laplace"], SUMS["student"]])
def test_a_part_of_a_round_lies_between_two(base: BaseLaw) -> None:
    low, part, high = (OnlineModelling(rounds=k, fraction=0.4, feedback=0.6).apply(base) for k in (3, 3.3, 4))
    t, p = np.linspace(-2, 3, 7), np.linspace(-2, 6, 31)
    for read in (
        lambda o: np.array([o.mean_truth, o.mean_persuasiveness, o.mean_truth**2 + o.sd_truth**2]) * 1,
        lambda o: o.truth_pdf(t),
        lambda o: o.persuasiveness_pdf(p),
        lambda o: o.joint_pdf(0.3, p),
    ):
        one, between, other = read(low), read(part), read(high)
        exact = 0.7 * one + 0.3 * other
        np.testing.assert_allclose(between[:2], exact[:2], rtol=EXACT)
        np.testing.assert_allclose(between, exact, rtol=1e-10, atol=ZERO)
    assert low.kl < part.kl < high.kl


def test_a_path_is_its_rounds() -> None:
    base, method = BASES["mixture"], OnlineModelling(rounds=4.5, fraction=0.3, feedback=0.4)
    path, many = method.path(base), method.at(np.array([0, 1, 2, 3, 4, 4.5])).apply(base)
    assert [outcome.selection.rounds for outcome in path] == [0, 1, 2, 3, 4, 4.5]
    assert path[0].kl == 0
    assert path[0].mean_truth == pytest.approx(base.mean_truth, rel=EXACT)
    for name in ("mean_truth", "mean_persuasiveness", "sd_truth", "sd_persuasiveness", "kl", "log_samples_per_output"):
        alone = [getattr(method.at(outcome.selection.rounds).apply(base), name) for outcome in path]
        np.testing.assert_allclose([getattr(outcome, name) for outcome in path], alone, rtol=EXACT)
        np.testing.assert_allclose(getattr(many, name), alone, rtol=EXACT)


@named("rounds", [0, 1, 5, 5.5])
@named("base", [BASES["mixture"], SUMS["uniform"]])
def test_the_next_bar_is_the_laws_own_quantile(base: BaseLaw, rounds: float) -> None:
    method = OnlineModelling(rounds=rounds, fraction=0.3, feedback=0.7)
    points, log_mass = method.apply(base).on_nodes(base)
    bars = method.bar(base, np.arange(8))
    edges = np.sort(np.append(bars, method.bar(base, rounds)))
    assert np.sum(np.exp(log_mass)) == pytest.approx(1, rel=1e-11)
    nodes = base.nodes_above(method.bar(base, rounds), edges)
    above = np.exp(nodes.log_mass + method.apply(base).law.log_ratio(nodes.p))
    assert np.sum(above) == pytest.approx(0.3, rel=1e-10)
    assert points.p.shape == log_mass.shape


# ── point masses ──


def on_points(masses: list[Fraction], rounds: int, q: Fraction, omega: Fraction) -> list[Fraction]:
    """The process on point masses in order of persuasiveness, exactly."""
    now = list(masses)
    for _ in range(rounds):
        left, top = q, [Fraction(0)] * len(now)
        for k in reversed(range(len(now))):
            top[k] = min(now[k], left)
            left -= top[k]
        now = [(1 - omega) * x + omega * y / q for x, y in zip(now, top, strict=True)]
    return now


@named(("rounds", "q", "omega"), [(1, "1/2", "1/2"), (6, "1/2", "1/3"), (20, "3/4", "1/5"), (9, "1/10", "1")])
def test_atoms_are_split_as_by_a_quantilizer(rounds: int, q: str, omega: str) -> None:
    masses = [Fraction(4, 10), Fraction(3, 10), Fraction(2, 10), Fraction(1, 10)]
    base = OutputMixture(
        [
            Mode(weight=float(w), mean_truth=t, mean_persuasiveness=p, sd_persuasiveness=0)
            for p, (w, t) in enumerate(zip(masses, (1.0, 2.0, -1.0, 0.5), strict=True))
        ]
    )
    exact = on_points(masses, rounds, Fraction(q), Fraction(omega))
    outcome = OnlineModelling(rounds=rounds, fraction=float(Fraction(q)), feedback=float(Fraction(omega))).apply(base)
    np.testing.assert_allclose(outcome.persuasiveness_atoms().mass, [float(x) for x in exact], rtol=1e-11, atol=1e-13)
    truth = sum(float(x) * t for x, t in zip(exact, (1.0, 2.0, -1.0, 0.5), strict=True))
    assert outcome.mean_truth == pytest.approx(truth, rel=1e-11)
    kl = sum(float(x) * math.log(x / w) for x, w in zip(exact, masses, strict=True) if x)
    assert outcome.kl == pytest.approx(kl, rel=1e-11)


def test_an_atom_among_the_continuous_is_split_too() -> None:
    """The law of P by its distribution function, round by round; the KL is that of (T, P)."""
    w = 0.3
    base = OutputMixture([Mode(weight=1 - w, correlation=0.8), Mode(weight=w, mean_truth=2, sd_persuasiveness=0)])
    q, omega = 0.6, 0.5
    cells = np.concatenate([np.linspace(-9, 0, 90_001), np.linspace(0, 9, 90_001)])
    tail = np.exp(base.log_sf(cells, strict=True))
    mass = np.append(1 - tail[0], -np.diff(tail))  # the atom is a cell of its own
    ratio = np.ones_like(mass)
    for _ in range(5):
        above = np.append(np.cumsum((mass * ratio)[::-1])[::-1], 0.0)
        kept = np.clip((q - above[1:]) / np.where(mass > 0, mass * ratio, 1), 0, 1)
        ratio *= 1 - omega + omega * kept / q
    outcome = OnlineModelling(rounds=5, fraction=q, feedback=omega).apply(base)
    assert float(outcome.persuasiveness_atoms().mass[0]) == pytest.approx(float(np.max(mass * ratio)), rel=1e-3)
    assert outcome.kl == pytest.approx(float(np.sum(mass * ratio * np.log(ratio))), rel=1e-3)


# ── truth plus an error: another route ──


@named("error", SUMS)
@named(("rounds", "q", "omega"), [(3, 0.5, 0.5), (12, 0.7, 0.2), (2.5, 0.1, 1.0)])
def test_sums_over_tops_are_integrals_over_the_weight(error: str, rounds: float, q: float, omega: float) -> None:
    base, method = SUMS[error], OnlineModelling(rounds=rounds, fraction=q, feedback=omega)
    outcome, bars = method.apply(base), method.bar(base, np.arange(math.ceil(rounds)))
    nodes = base.nodes_above(-math.inf, bars)
    weight = np.ones_like(nodes.p)
    for k, bar in enumerate(np.ravel(bars)):
        share = omega * min(rounds - k, 1.0)
        weight *= 1 - share + share * (nodes.p >= bar) / q
    mass = np.exp(nodes.log_mass) * weight
    mean, residual = nodes.points.truth
    assert np.sum(mass) == pytest.approx(1, rel=1e-10)
    assert outcome.mean_truth == pytest.approx(np.sum(mass * mean), rel=QUADRATURE)
    assert outcome.mean_persuasiveness == pytest.approx(np.sum(mass * nodes.p), rel=QUADRATURE)
    assert outcome.kl == pytest.approx(np.sum(mass * np.log(np.where(weight > 0, weight, 1))), rel=QUADRATURE)
    variance = np.sum(mass * (residual + np.square(mean - outcome.mean_truth)))
    assert outcome.sd_truth == pytest.approx(math.sqrt(variance), rel=QUADRATURE)
    spread = math.sqrt(np.sum(mass * np.square(nodes.p - outcome.mean_persuasiveness)))
    assert outcome.sd_persuasiveness == pytest.approx(spread, rel=QUADRATURE)
    rank = np.exp(np.asarray(base.log_cdf(nodes.p)))
    assert win_rate(outcome) == pytest.approx(np.sum(mass * rank), rel=QUADRATURE)


def test_where_there_is_no_mean() -> None:
    base = TruthPlusError(StudentT(df=1))
    assert OnlineModelling(rounds=3, feedback=0.5).apply(base).mean_persuasiveness is None
    assert OnlineModelling(rounds=3, feedback=0.5).apply(base).sd_persuasiveness is None
    replaced = OnlineModelling(feedback=1).at(np.array([0.0, 3.0])).apply(base)
    np.testing.assert_array_equal(replaced.mean_persuasiveness, [np.nan, np.inf])
    np.testing.assert_array_equal(replaced.sd_persuasiveness, [np.nan, np.inf])
    spread = OnlineModelling(rounds=3).apply(TruthPlusError(StudentT(df=1.5)))
    assert np.isfinite(spread.mean_persuasiveness)
    assert spread.sd_persuasiveness == np.inf


# ── against a simulation ──


def simulated(base: OutputMixture, method: OnlineModelling, seed: int) -> np.ndarray:
    """Mean truth, mean persuasiveness and the next bar of buffers that start as samples of the base model."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(24):
        mode = rng.choice(len(base.modes), size=20_000, p=[m.weight for m in base.modes])
        z, e = rng.standard_normal((2, mode.size))
        p, t = np.empty(mode.size), np.empty(mode.size)
        for k, m in enumerate(base.modes):
            own = mode == k
            p[own] = m.mean_persuasiveness + m.sd_persuasiveness * z[own]
            lean = m.correlation * z[own] + math.sqrt(1 - m.correlation**2) * e[own]
            t[own] = m.mean_truth + m.sd_truth * lean
        order = np.argsort(-p)
        p, t, share = p[order], t[order], np.full(p.size, 1 / p.size)
        for _ in range(int(method.rounds)):
            reached = np.cumsum(share) <= method.fraction
            asked = np.where(reached, share, 0)
            share = (1 - method.feedback) * share + method.feedback * asked / np.sum(asked)
        bar = p[np.searchsorted(np.cumsum(share), method.fraction)]
        found.append([share @ t, share @ p, bar])
    return np.array(found)


def z_scores(method: OnlineModelling, found: np.ndarray) -> np.ndarray:
    outcome = method.apply(BASES["mixture"])
    exact = [outcome.mean_truth, outcome.mean_persuasiveness, method.bar(BASES["mixture"], method.rounds)]
    return (np.mean(found, axis=0) - exact) / (np.std(found, axis=0, ddof=1) / math.sqrt(len(found)))


def test_buffers_of_samples_do_what_the_law_says() -> None:
    method = OnlineModelling(rounds=6, fraction=0.5, feedback=0.4)
    found = simulated(BASES["mixture"], method, seed=5)
    assert np.max(np.abs(z_scores(method, found))) < SIGMAS
    for wrong in ({"rounds": 7}, {"fraction": 0.48}, {"feedback": 0.42}):
        other = OnlineModelling(**({"rounds": 6, "fraction": 0.5, "feedback": 0.4} | wrong))
        assert np.max(np.abs(z_scores(other, found))) > SIGMAS, wrong


# ── pressure ──


def test_each_round_asks_for_more_than_the_one_before() -> None:
    base = GoodhartMixture().law()
    bars = OnlineModelling(fraction=0.5, feedback=0.5).bar(base, np.arange(50))
    assert np.all(np.diff(bars) > 0)
    assert base.log_sf(bars) == pytest.approx(np.log(0.5) - np.arange(50) * np.log(1.5), rel=1e-11)


def test_only_pretty_good_still_drifts_into_manipulation() -> None:
    found = course(OnlineModelling(fraction=0.5, feedback=0.5), GoodhartMixture().law())
    (top,) = found.turns
    assert top.selection.rounds == 8  # a whole number, exactly
    assert found.directions == (1, -1)
    assert found.end.mean_truth < found.base.mean_truth - 1


@named(("fraction", "feedback"), [*product((0.01, 0.3, 0.99), (0.05, 0.5, 1.0))])
def test_depth_is_about_the_root_of_the_kl(fraction: float, feedback: float) -> None:
    method = OnlineModelling(fraction=fraction, feedback=feedback)
    for base in (BASES["blend"], SUMS["laplace"]):
        at = method.at_root_kl(base, np.array([0.0, 0.05, 0.3, 1.0, 2.0, 5.0]))
        root_kl = np.sqrt(at.apply(base).kl)
        assert np.all(np.diff(at.rounds) >= 0)
        assert root_kl[0] == 0
        reached = at.rounds < 500
        share = root_kl[reached][1:] / np.array([0.05, 0.3, 1.0, 2.0, 5.0])[: reached.sum() - 1]
        assert np.all((share > 0.8) & (share < 1.4)), share


def test_it_can_be_asked_for_a_kl_a_mean_and_samples() -> None:
    base = GoodhartMixture().law()
    assert match_target(OnlineModelling, base, kl=2.0).kl == pytest.approx(2, rel=EXACT)
    assert match_target(OnlineModelling, base, mean_persuasiveness=2.0).mean_persuasiveness == pytest.approx(
        2, rel=EXACT
    )
    assert match_target(OnlineModelling, base, samples=1.5**4).selection.rounds == pytest.approx(4, rel=EXACT)
    assert match_target(OnlineModelling(feedback=0), base, kl=1.0) is None


# ── whole ranges, and what is refused ──


@named("world", BASE_MODELS, ids=lambda world: world.name)
def test_every_corner_of_its_sliders_has_an_answer(world: type) -> None:
    base = world.of(**{name: knob.default for name, knob in world.knobs().items()}).law()
    knobs = OnlineModelling.parameters()
    for values in product(*((knob.low, knob.default, knob.high) for knob in knobs.values())):
        method = OnlineModelling(**dict(zip(knobs, values, strict=True)))
        outcome = method.apply(base)
        numbers = [outcome.mean_truth, outcome.kl, outcome.log_samples_per_output]
        assert np.all(np.isfinite(numbers)), method
        assert outcome.kl >= 0
        assert np.isfinite(outcome.mean_persuasiveness) == np.isfinite(base.mean_persuasiveness)
        assert outcome.mean_persuasiveness >= base.mean_persuasiveness - ZERO
        assert np.all(np.isfinite(outcome.truth_pdf(np.linspace(-3, 3, 4)))), method
        assert outcome.kl <= (1 + EXACT) * outcome.log_samples_per_output + ZERO, "no more information than draws"


@named(
    ("bad", "said"),
    [
        (lambda: OnlineModelling(rounds=-1), r"rounds = -1.0 is not allowed; it must lie in \[0, 500\]"),
        (lambda: OnlineModelling(rounds=math.nan), r"rounds = nan is not allowed"),
        (lambda: OnlineModelling(fraction=0), r"fraction = 0.0 is not allowed; it must lie in \(0, 1\]"),
        (lambda: OnlineModelling(feedback=1.1), r"feedback = 1.1 is not allowed; it must lie in \[0, 1\]"),
        (lambda: OnlineModelling(fraction=[0.1, 0.2]), "fraction is an array of 2; it must be one number"),
        (lambda: OnlineModelling(rounds=[1, 2]).path(BASES["blend"]), "rounds is an array of 2; a path is that of one"),
        (
            lambda: OnlineModelling(rounds=500, fraction=0.01, feedback=1).apply(TruthPlusError(StudentT(df=1))),
            "rounds = 500.0: at fraction = 0.01 and feedback = 1.0 the last bar would lie beyond every number",
        ),
        (
            lambda: OnlineModelling().at(np.array([1.0, 2.0])).apply(BASES["blend"]).on_nodes(BASES["blend"]),
            "2 numbers of rounds are not allowed here",
        ),
    ],
)
def test_bad_input_is_refused_by_name(bad: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        bad()


def test_far_out_on_a_light_tail_it_still_has_numbers() -> None:
    outcome = OnlineModelling(rounds=500, fraction=0.01, feedback=1).apply(BASES["blend"])
    assert outcome.kl == pytest.approx(500 * math.log(100), rel=EXACT)
    assert outcome.samples_per_output == math.inf


# ── the page ──


def test_no_preset_is_the_default() -> None:
    start = defaults(PAGE.sections)
    assert all({**start, **changes} != start for changes in PAGE.presets.values())


def test_the_page_draws_every_round_and_both_one_shots() -> None:
    state = PAGE.asked({"rounds": "12"})
    figure = PAGE.figure(state, ())
    names = [trace.get("name") for trace in figure["data"]]
    assert names.count("round after round") == 4
    marks = [trace["text"] for trace in figure["data"] if trace.get("mode") == "markers"]
    assert [len(text) for text in marks] == [1, 3, 3, 3]
    assert marks[1] == ("one shot, same mean persuasiveness", "one shot, same KL", "12 rounds of the top 50 %")
    one, same = state.one_shot["mean_persuasiveness"], state.one_shot["kl"]
    assert one.mean_persuasiveness == pytest.approx(state.got.mean_persuasiveness, rel=EXACT)
    assert same.kl == pytest.approx(state.got.kl, rel=EXACT)


def test_axes_stand_still_while_rounds_go_on() -> None:
    layouts = [PAGE.figure(PAGE.asked({"rounds": k}), ())["layouts"]["wide"] for k in ("11", "12", "13")]
    assert len({json.dumps(layout) for layout in layouts}) == 1


def test_the_table_shows_the_first_round_and_the_last() -> None:
    for rounds, shown in (("0", ["0"]), ("40", ["0", "4", "8", "12", "16", "20", "24", "28", "32", "36", "40"])):
        _, table = PAGE.tables(PAGE.asked({"rounds": rounds}))
        assert [row[0] for row in table.rows] == shown


@named(
    "asked",
    [
        {"world": "Student-t error", "df": "1", "student_t_error_scale": "0.1", "sd_truth": "3"},
        {"world": "Student-t error", "df": "1.03", "student_t_error_scale": "3", "sd_truth": "0.1"},
        {"world": "Routing", "sigma_a": "0", "sigma_c": "0"},
        {"world": "Blend", "alpha": "0", "beta": "1", "gamma": "0"},
    ],
)
def test_the_most_that_can_be_asked_has_a_page_and_a_table(asked: dict[str, str]) -> None:
    state = PAGE.asked({"rounds": "40", "fraction": "0.05", "feedback": "1", **asked})
    json.dumps(PAGE.picture(state, [Ghost("pinned", "pinned", STYLES[0], state)]), allow_nan=False)
    json.dumps(PAGE.below(state), allow_nan=False)
    assert len(list(state.rows())) in (1, 73)


def test_a_curve_ends_where_the_last_bar_would_lie_beyond_every_number() -> None:
    base = TruthPlusError(truth=Normal(), error=Levy())
    method = OnlineModelling(rounds=40, fraction=0.05, feedback=1.0)
    along = curve(method, base, max_kl=400.0, points=20)
    last = along.selection.rounds[-1]
    assert 100 < last < 125
    assert method.exists(base, last)
    assert np.all(np.diff(along.kl) > 0)
