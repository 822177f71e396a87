"""What was found false once, and other cases of the same kinds: error boxes, ranges, Go to, equations, causes."""

import contextlib
import io
import itertools
import math
import re
from typing import Any

import numpy as np
import pytest
from cases import LIVE_PAGES, SELECTION_PAGES, drawn
from scipy.special import ndtri, psi
from scipy.stats import multivariate_normal
from words_case import TEX, value_of
from words_checker import false_claims

from dashboard.page.capabilities import Invertible, Reproducible
from dashboard.page.record import Page
from dashboard.settings import defaults, shown
from dashboard.views import PAGES
from dashboard.views.literature import panels
from dashboard.words.text import as_shown, exactly, or_more, quotient
from models import (
    BASE_MODELS,
    Boltzmann,
    ChiSquared,
    Filter,
    Laplace,
    Levy,
    Lognormal,
    NearestTokens,
    Normal,
    Quantilizer,
    StudentT,
    ThreeSubmodules,
    TruthPlusError,
    Uniform,
    course,
    curve,
    match_target,
)
from models.laws.reweighted import ratio_above, reweighted

BY_PATH = {page.url_path: page for page in PAGES}
TRUTH, KL, MEAN = "a mean truth", "a KL, in nats", "a mean persuasiveness"
RAW = re.compile(  # numbers as Python prints them, and what is no number
    r"\bnan\b|\binf\b|\bNone\b|\d[eE][-+]?\d|10⁻³[⁰¹²³⁴⁵⁶⁷⁸⁹]{2}|\d\.\d{10}|(?<![\d,.])[1-9]\d*\.\d{7}|(?<![\d,.])\d{8}"
)


def asked(path: str, **settings: Any) -> Any:
    return BY_PATH[path].asked({key: str(value) for key, value in settings.items()})


def words_of(picture: dict[str, Any]) -> str:
    told = [text for text, _ in picture["takeaway"]]
    told += [readout[part] for readout in picture["readouts"] for part in ("label", "value", "change", "note")]
    return "\n".join([*told, *picture["notices"]])


def why(path: str, **settings: Any) -> str:
    return BY_PATH[path].why(asked(path, **settings))


# ── error boxes ──

TARGETS = {
    "Equal KL": ("target_kl", (0, 5, 14, 15)),
    "Equal mean": ("target_mean_persuasiveness", (-2, 0, 3, 8)),
    "Equal samples": ("target_samples", (1, 1e3, 4e6, 1e9)),
}
LAWS = [  # of every world, with every choice that it has
    {"world": world.name, **dict(zip(choices, options, strict=True))}
    for world in BASE_MODELS
    for choices in [world.choices()]
    for options in itertools.product(*choices.values())
]


def compared(law: dict[str, str], rng: np.random.Generator, corner: bool, *targets: tuple[str, float]) -> None:
    page = BY_PATH["compare"]
    knobs = {
        key: knob for key, knob in shown(page.sections, defaults(page.sections) | law).items() if key[:6] != "target"
    }
    at = {key: rng.choice([knob.low, knob.high]) if corner else knob.draw(rng) for key, knob in knobs.items()}
    for name, value in targets:
        query = {key: str(said) for key, said in (law | at | {"target": name, TARGETS[name][0]: value}).items()}
        said = page.answer(query)
        assert not RAW.search(words_of(said)), query


@pytest.mark.parametrize(
    "settings",
    [
        {"world": "Student-t error", "target_kl": 14},
        {"world": "Student-t error", "df": 2.2, "target_kl": 14},
        {"world": "Student-t error", "df": 4, "target_kl": 15},
        {"world": "Student-t error", "target": "Equal samples", "target_samples": 4e6},
        {"world": "Uniform error", "truth": "Student-t truth", "truth_df": 2.5, "target_kl": 15},
    ],
)
def test_a_heavy_tail_is_compared_at_any_cost(settings: dict[str, Any]) -> None:
    said = BY_PATH["compare"].answer({key: str(value) for key, value in settings.items()})
    assert any(readout["label"] == "Chi-squared" for readout in said["readouts"])


@pytest.mark.parametrize("place", range(0, len(LAWS), 3))
def test_every_law_is_compared_at_its_corners(place: int) -> None:
    rng = np.random.default_rng(place)
    for k, law in enumerate(LAWS[place : place + 3]):
        (name, (_, values)) = list(TARGETS.items())[(place // 3 + k) % 3]
        compared(law, rng, True, (name, values[-1]))


@pytest.mark.wide
@pytest.mark.parametrize("law", LAWS, ids=lambda law: ", ".join(law.values()))
def test_every_law_is_compared_over_the_whole_sliders(law: dict[str, str]) -> None:
    rng, every = np.random.default_rng(7), [(name, value) for name, (_, values) in TARGETS.items() for value in values]
    for corner in (True, True, True, True, False, False):
        compared(law, rng, corner, *every)


@pytest.mark.parametrize("df", [1.02, 1.5, 2.2, 3.0, 4.0])
def test_a_steep_weight_on_a_heavy_tail(df: float) -> None:
    """Far out P/x has the density of a pure power, weighted by P/x − 1: a beta law of x/P."""
    base = TruthPlusError(StudentT(df=df, scale=3.0))
    for root_kl in (9.0, 20.0, 26.0):
        outcome = ChiSquared().at_root_kl(base, root_kl).apply(base)
        start = float(outcome.law.start)
        assert outcome.kl == pytest.approx(math.log(outcome.selection.slope * start) + psi(2) - psi(df - 1), rel=1e-9)
        assert outcome.mean_truth == pytest.approx((df + 1) / start * df / (df + 1), rel=1e-3 + 10 / start)
    assert curve(ChiSquared, base, 1000.0).kl[-1] < 676


@pytest.mark.parametrize("df", [1.0, 1.02, 1.05, 1.1])
def test_a_curve_on_the_heaviest_tail_ends_where_numbers_do(df: float) -> None:
    base = TruthPlusError(StudentT(df=df, scale=3.0))
    along = curve(Filter, base, 1000.0)
    assert along.kl[-1] == pytest.approx(441.0, rel=1e-6)
    assert np.all(np.isfinite(along.mean_truth))
    assert along.mean_persuasiveness[-1] == pytest.approx(
        df / (df - 1) * along.selection.threshold[-1] if df > 1 else np.inf
    )
    assert np.all(along.sd_truth > 0.9)


def test_a_density_far_out_on_a_heavy_tail() -> None:
    assert StudentT(df=3.0).logpdf(1e200) - StudentT(df=3.0).logpdf(1e100) == pytest.approx(-400 * math.log(10))


@pytest.mark.parametrize("settings", [{"method": "Chi-squared", "slope": 30}, {"method": "Filter", "threshold": 8}])
def test_the_tail_nearest_to_cauchys_is_drawn(settings: dict[str, Any]) -> None:
    page = BY_PATH["tails"]
    heavy = {"world": "Student-t error", "df": "1.02", "student_t_error_scale": "3"}
    query = heavy | {key: str(value) for key, value in settings.items()}
    assert "does not exist" not in str(page.answer(query)["takeaway"])
    page.explanation(query)


# ── a range as far as a visitor gets ──


@pytest.mark.parametrize(("scale", "strength"), [(1.0, 0.99), (0.1, 9.9), (0.523, 1.9)])
def test_the_course_of_boltzmann_goes_on_to_where_it_has_no_optimum(scale: float, strength: float) -> None:
    base = TruthPlusError(Laplace(scale=scale))
    whole = course(Boltzmann, base)
    assert whole.end.selection.strength == np.nextafter(1 / scale, 0)
    assert whole.directions == (1,)
    state = asked("boltzmann", world="Laplace error", strength=strength, laplace_error_scale=scale)
    found = state.go_to(TRUTH, strength - 0.01)  # mean truth is σ_T² λ
    assert found.changes["strength"] == pytest.approx(strength - 0.01, rel=1e-12)


def test_the_last_strengths_have_numbers() -> None:
    for scale in np.random.default_rng(3).uniform(0.1, 3, 200):
        last = np.nextafter(Laplace(scale=scale).strength_limit, 0)
        mean, variance, kl = Laplace(scale=scale).tilted(last)
        assert 0 < mean < 1e17 * scale
        assert math.isfinite(variance)
        assert math.isfinite(kl)
    mean, variance, kl = Laplace(scale=2.0).tilted(1e-9)
    assert (mean, variance, kl) == pytest.approx((8e-9, 8.0, 4e-18), rel=1e-12)
    BY_PATH["boltzmann"].answer({"world": "Laplace error", "strength": repr(float(np.nextafter(1, 0)))})


def test_go_to_knows_where_there_is_no_pressure_at_all() -> None:
    state = asked("boltzmann", world="Laplace error")
    assert state.go_to(TRUTH, 0.0).said == "λ = 0"
    assert state.go_to(TRUTH, 1e-7).said == "λ = 1.00000 × 10⁻⁷"
    assert state.go_to(TRUTH, 2.0).said.startswith("No λ gives that mean truth, up to ")
    assert asked("tails", method="Quantilizer").go_to(TRUTH, 0.0).said == "q = 1"
    tiny = asked("goodhart-mixture", method="Quantilizer").go_to(TRUTH, -0.5).changes["fraction"]
    law = asked("goodhart-mixture").selected.base
    assert Quantilizer(fraction=tiny).apply(law).mean_truth == pytest.approx(-0.5, rel=1e-9)


# ── what contradicts itself ──


def test_a_covariance_that_goes_the_other_way_is_explained() -> None:
    numbers = (0.05, 0.85, -3.7, 3.85, 2.6, -0.8)
    names = ("liars", "honest_correlation", "liar_truth", "liar_persuasiveness", "liar_spread", "liar_correlation")
    query = {"strength": "0", **dict(zip(names, map(str, numbers), strict=True))}
    state = BY_PATH["boltzmann"].asked(query)
    assert state.selected.outcome.covariance > 0
    assert state.selected.course.directions == (-1,)
    assert "Mean truth never turns, but for steps below 0.0001" in BY_PATH["boltzmann"].why(state)
    assert false_claims(BY_PATH["boltzmann"], query) == []


# ── Go to ──


def test_a_mean_truth_that_is_jumped_over_is_nowhere() -> None:
    state = asked("rl-versus-filtering", method="Filter", world="Routing", mu_b=2.5)
    said = state.go_to(TRUTH, 0.98)
    assert re.fullmatch(r"No c gives that mean truth, up to c = [\d.]+: it jumps over it at c = 0\.", said.said)
    assert not said.changes
    assert asked("rl-versus-filtering", method="Quantilizer", world="Routing", mu_b=2.5).go_to(TRUTH, 0.98).changes
    found = state.go_to(TRUTH, 0.7)  # beyond the jump
    assert Filter(threshold=found.changes["threshold"]).apply(state.selected.base).mean_truth == pytest.approx(0.7)


def test_a_course_tells_a_jump_from_a_pressure() -> None:
    base = ThreeSubmodules(mu_b=2.5).routing()
    whole = course(Filter, base)
    assert whole.first(0.98) is None
    assert whole.jump(0.98) == 0
    assert whole.jump(0.6) is None
    assert whole.first(base.mean_truth).kl == pytest.approx(0, abs=1e-12)


def test_just_above_an_atom_is_said_so() -> None:
    """Truth is highest just above 0, where the outputs of B are gone."""
    state = asked("rl-versus-filtering", method="Filter", world="Routing", mu_b=-2, mu_a=2, mu_c=-2)
    above = np.nextafter(0.0, 1.0)
    top = Filter(threshold=above).apply(state.selected.base)
    assert top.mean_truth > Filter(threshold=0.0).apply(state.selected.base).mean_truth
    found = state.go_to(TRUTH, top.mean_truth)
    assert found.said == "just above c = 0"
    assert exactly(above) == "0"


@pytest.mark.parametrize(
    ("method", "world", "reason"),
    [
        ("Chi-squared", "Lévy error", "mean persuasiveness is infinite, so no χ² weight can be normalised"),
        ("Boltzmann", "Student-t error", "the tail is so heavy that any reward costs almost no KL"),
    ],
)
def test_go_to_says_in_words_why_there_is_no_optimum(method: str, world: str, reason: str) -> None:
    state = asked("tails", method=method, world=world)
    for target in ("the peak of mean truth", TRUTH, KL, MEAN, "where it passes best-of-n at equal KL"):
        assert state.go_to(target, 1.0).said == f"{method} has no optimum here: {reason}."
    assert state.go_to("base samples per output", 2.0).said == f"{method} draws no samples."
    assert state.go_to(KL, 0.0).changes == {state.selected.key: 0.0}


# ── equations ──


def test_a_quotient_holds_with_the_digits_shown() -> None:
    assert quotient(9.21024, 0.1, 92.1024) == r"\frac{9.2102}{0.1000}=92.102"
    assert quotient(1.0, 3.0, 1 / 3) == r"\frac{1.000}{3.000}=0.333"
    assert quotient(1e5 / 3, 1 / 7, 7e5 / 3).count(r"\approx") == 1
    assert quotient(9.2, 1e-305, 9.2e305).endswith(r"\times10^{305}")
    assert as_shown([0.00185], -ndtri(0.00185), lambda share: -ndtri(share))[1] == "=2.903"


def test_the_strength_of_even_odds_is_the_quotient_shown() -> None:
    tried = 0
    for detection, sycophantic in itertools.product(np.arange(0, 0.5, 0.01), (1e-8, 1e-4, 0.003, 0.2)):
        said = why("inductive-bias", detection=round(detection, 2), sycophantic=sycophantic)
        (shown,) = re.findall(rf"\\frac\{{({TEX})\}}\{{({TEX})\}}(=|\\approx )({TEX})", said)
        (over, _), (under, _), (total, half) = map(value_of, (shown[0], shown[1], shown[3]))
        if shown[2] == "=":
            assert abs(over / under - total) <= half * 1.00001, shown
        tried += shown[2] == "="
    assert tried > 190


@pytest.mark.parametrize("nearest", [2, 5, 13, 20, 37])
@pytest.mark.parametrize("tokens", [100, 997, 20_000, 1_000_000])
def test_the_line_of_the_nearest_tokens_is_the_quantile_shown(nearest: int, tokens: int) -> None:
    said = why("nearest-tokens", nearest=nearest, tokens=tokens, between_share=0.4)
    (shown,) = re.findall(rf"Q\^\{{-1\}}\(({TEX})\)(=|\\approx )({TEX})", said)
    total, half = value_of(shown[2])
    assert abs(-ndtri(value_of(shown[0])[0]) - total) <= half * 1.00001


# ── causes, and “only” ──


@pytest.mark.parametrize(
    ("spread", "persuasiveness", "said"),
    [
        (1.6, 1, "the manipulative mode is the wider in persuasiveness, so it owns the far tail"),
        (1, 1, "both modes are equally wide, and the manipulative one is the more persuasive on average, so it owns"),
        (0.5, -1, "Pressure leaves the manipulative outputs behind in the end: the honest mode is the wider"),
        (1, -1, "both modes are equally wide, and the honest one is the more persuasive on average, and in the limit"),
        (1, 0, "equally persuasive, so pressure cannot tell them apart"),
    ],
)
def test_who_owns_the_far_tail_and_why(spread: float, persuasiveness: float, said: str) -> None:
    words = why("goodhart-mixture", liar_spread=spread, liar_persuasiveness=persuasiveness)
    assert said in words
    assert ("Rarity only buys time" in words) == ("manipulative" in said.split(" owns ")[0] and "so it owns" in said)


def test_extremal_goodhart_is_where_truth_falls() -> None:
    assert "**Extremal Goodhart.**" in why("goodhart-mixture", liar_correlation=-0.5)
    assert "**The manipulative mode owns the far tail.**" in why("goodhart-mixture", liar_correlation=0.5)


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (
            (0.4, 0.3, 0.3),
            "Selection then asks which of A and C persuades further out and cannot tell the outputs of B apart",
        ),
        ((0.4, 0.0, 0.3), "Selection then asks which of A and C persuades further out."),
        ((0.4, 0.3, 0.0), "Selection then cannot tell the outputs of B apart"),
        ((0.0, 0.0, 0.3), "Here all are from C."),
    ],
)
def test_routing_speaks_of_what_it_listens_to(weights: tuple[float, float, float], said: str) -> None:
    alpha, beta, gamma = weights
    assert said in why("rl-versus-filtering", world="Routing", alpha=alpha, beta=beta, gamma=gamma)


def test_a_bar_keeps_what_lies_at_it() -> None:
    assert [or_more(x) for x in (0.0, -0.001, 0.004, 5e-324, 1.5)] == [
        "of 0.00 or more", "of 0.00 or more", "above 0.00", "above 0.00", "of 1.50 or more",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "tokens"),
    [({"between_share": 0.95, "cluster_size": 60, "tokens": 4000, "nearest": 5}, 5.00), ({}, 2.25)],
)
def test_the_leading_cluster_is_one_that_shares_so_much_or_more(settings: dict[str, float], tokens: float) -> None:
    model = NearestTokens(**settings)
    assert round(model.leading_tokens, 2) == tokens
    shared = math.sqrt(model.between_share)
    beyond = multivariate_normal(cov=[[1, shared], [shared, 1]]).cdf(
        [-model.leading_cluster / shared, -model.threshold]
    )
    assert model.leading_tokens == pytest.approx(model.tokens * beyond, rel=1e-4)


def test_literature_says_over_which_n_and_of_which_laws() -> None:
    captions = " ".join(panel.caption for panel in panels())
    assert "0.00924 over whole n" in captions
    assert "0.00947 over real n" in captions
    assert "No selection gains more than √(2 KL)" not in captions
    assert "sub-Gaussian" in captions


# ── the small ones ──


@pytest.mark.parametrize("base", [TruthPlusError(truth=Normal(), error=Levy()), TruthPlusError(StudentT(df=1.0))])
def test_no_slope_leaves_the_base_model(base: Any) -> None:
    outcome = ChiSquared(slope=0.0).apply(base)
    assert (outcome.kl, outcome.mean_truth) == pytest.approx((0.0, 0.0), abs=1e-12)
    assert match_target(ChiSquared, base, kl=0.0).selection.slope == 0
    assert match_target(Boltzmann, base, kl=0.0).selection.strength == 0
    said = BY_PATH["tails"].answer({"world": "Lévy error", "method": "Chi-squared", "slope": "0"})["takeaway"]
    assert "does not exist" not in str(said)


@pytest.mark.parametrize(
    "settings",
    [
        {"method": "Boltzmann", "world": "Student-t error", "strength": 2},
        {"method": "Boltzmann", "world": "Laplace error", "strength": 15.7},
        {"method": "Chi-squared", "world": "Lévy error"},
        {"method": "Filter", "threshold": 8, "world": "Blend", "sigma_a": 0, "sigma_c": 0},
    ],
)
def test_the_python_of_what_does_not_exist_runs(settings: dict[str, Any]) -> None:
    state = asked("tails", **settings)
    assert state.selected.obstacle
    assert f"does not exist: {state.selected.obstacle}" in state.code()
    with contextlib.redirect_stdout(io.StringIO()):
        exec(state.code(), {})


def test_a_tiny_pay_is_written_as_a_power_of_ten() -> None:
    assert "κ = 1.00000 × 10⁻¹⁵, it is" in why("inductive-bias", diversity=1e-15)
    assert "κ = 0.02, it is" in why("inductive-bias", diversity=0.02)
    assert "where none is paid to differ" in why("inductive-bias", diversity=5e-324)


@pytest.mark.parametrize(
    "base",
    [
        TruthPlusError(truth=StudentT(df=10), error=Lognormal(sigma=0.7)),
        TruthPlusError(truth=Uniform(half_width=1), error=Levy()),
        TruthPlusError(StudentT(df=3.0)),
        TruthPlusError(Laplace(scale=0.5)),
    ],
)
def test_a_shortfall_above_a_bar_is_that_of_the_reweighted_law(base: Any) -> None:
    for log_tail in (-0.5, -3.0, -20.0):
        bar = base.isf(log_tail)
        law, again = base.truncated(bar)[0], reweighted(base, ratio_above(bar, base.log_sf(bar)), bar)
        assert law.expected_shortfall(0.5) == pytest.approx(again.expected_shortfall(0.5), rel=1e-9)


# ── other cases of the same kinds ──


def no_raw_numbers(page: Page, query: dict[str, str], rng: np.random.Generator) -> None:
    """Neither in words, nor where Go to leads, and what is taken away runs."""
    state = page.asked(query)
    picture = page.picture(state)
    below = [page.why(state), *(plate.caption for plate in page.plates(state))]
    below += [cell for table in page.tables(state) for row in table.rows for cell in row]
    said = "\n".join([words_of(picture), *below])
    assert not (found := RAW.search(said)), (query, found, said)
    if isinstance(state, Invertible):
        for target in state.targets:
            value = float(rng.choice([rng.uniform(-3, 4), 10 ** rng.uniform(-5, 5), 0.0, 1e300]))
            found = state.go_to(target, value)
            assert not RAW.search(found.said), (query, target, value, found)
            assert not re.match(r"\w+ = [\d.]+: ", found.said), (query, target, value, found)
            page.at(state_settings(page, query) | found.changes)
    if isinstance(state, Reproducible):
        with contextlib.redirect_stdout(io.StringIO()):
            exec(state.code(), {})


def state_settings(page: Page, query: dict[str, str]) -> dict[str, Any]:
    known = defaults(page.sections)
    return known | {key: type(known[key])(text) for key, text in query.items()}


@pytest.mark.parametrize("page", LIVE_PAGES, ids=lambda page: page.url_path)
def test_nothing_is_raw_anywhere(page: Page) -> None:
    rng = np.random.default_rng(41)
    for _ in range(3):
        no_raw_numbers(page, drawn(page, rng), rng)


@pytest.mark.wide
@pytest.mark.parametrize("page", LIVE_PAGES, ids=lambda page: page.url_path)
def test_nothing_is_raw_anywhere_else(page: Page) -> None:
    rng = np.random.default_rng(42)
    for _ in range(300 if page in SELECTION_PAGES else 100):
        no_raw_numbers(page, drawn(page, rng), rng)
