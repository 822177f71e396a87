"""Numbers where they are hardest to have: beside atoms, far out, and where a mean barely exists."""

import math

import numpy as np
import pytest
from scipy.special import log_ndtr, ndtr
from scipy.stats import norm
from tolerances import EXACT, QUADRATURE

from models import (
    METHODS,
    BestOfN,
    Blend,
    Boltzmann,
    ChiSquared,
    Filter,
    Mode,
    OutputMixture,
    Quantilizer,
    Routing,
    Selection,
    ThreeSubmodules,
    TruthPlusLaplace,
    TruthPlusStudentT,
    TruthPlusUniform,
    course,
    curve,
    expected_shortfall,
    match_target,
)
from models.laws.mixture import MixtureBatch
from models.numerics.panels import panels


def routing(weights: tuple[float, float, float], **knobs: float) -> Routing:
    return Routing(ThreeSubmodules(**dict(zip(("alpha", "beta", "gamma"), weights, strict=True)), **knobs))


ATOM_ON_TOP = routing((0.4, 0.47, 0.13), mu_a=4, mu_b=-1.08, mu_c=0.85, sigma_a=0, sigma_b=1.75, sigma_c=0.15).law()


@pytest.mark.parametrize("slope", [1e10, 1e13, 1e16, 1e30, 1e60])
def test_a_chi_squared_weight_may_start_a_float_below_an_atom(slope: float) -> None:
    found = ChiSquared(slope=slope).apply(ATOM_ON_TOP)
    assert found.mean_truth == pytest.approx(4, rel=EXACT)
    assert found.kl == pytest.approx(-math.log(0.4), rel=EXACT)


def test_a_chi_squared_weight_on_two_atoms_a_few_floats_apart_has_a_curve() -> None:
    low, high = (Mode(weight=0.5, mean_truth=t, mean_persuasiveness=1e-15 * t, sd_persuasiveness=0) for t in (0, 1))
    base = OutputMixture([low, high])
    drawn = curve(ChiSquared, base, max_kl=20.0)
    assert drawn.mean_truth[-1] == pytest.approx(1.0, rel=EXACT)
    assert drawn.kl[-1] == pytest.approx(np.log(2), rel=EXACT)


def test_a_plateau_turns_where_it_begins() -> None:
    (top,) = course(ChiSquared, ATOM_ON_TOP).peaks
    assert top.mean_truth == pytest.approx(4, rel=EXACT)
    assert top.selection.slope < 1e4


def test_of_several_laws_one_may_have_a_point_mass_where_the_others_have_a_density() -> None:
    at, sds = np.linspace(-3, 1, 5), np.array([0.0, 0.4, 2.0])
    narrow = Mode(weight=0.75, mean_persuasiveness=-2, sd_truth=3, sd_persuasiveness=0.25)
    base = MixtureBatch([Mode(weight=0.25, mean_truth=-2, sd_truth=sds, sd_persuasiveness=sds), narrow])
    for k, sd in enumerate(sds):
        truth, persuasiveness = (norm.pdf(at, mean, sd or 1) * (sd > 0) for mean in (-2, 0))
        of_truth = 0.25 * truth + 0.75 * norm.pdf(at, 0, 3)
        assert base.truth_pdf(at)[k] == pytest.approx(of_truth, rel=EXACT)
        of_persuasiveness = 0.25 * persuasiveness + 0.75 * norm.pdf(at, -2, 0.25)
        assert base.persuasiveness_pdf(at)[k] == pytest.approx(of_persuasiveness, rel=EXACT)


def test_a_tail_goes_on_from_just_above_an_atom() -> None:
    base = routing((0.1, 0.3, 0.6), mu_a=2.5, mu_c=-0.4, sigma_a=0, sigma_c=0.1).law()
    beyond = (base.isf(-676.0) + 0.4) / 0.1
    assert math.log(0.6) + log_ndtr(-beyond) == pytest.approx(-676, rel=EXACT)


def test_the_slowest_tail_is_followed_beyond_the_steepest() -> None:
    """At 30 nats the narrow mode still outweighs the wide one, which lies farther out."""
    base = routing((0.417, 0.378, 0.205), mu_a=-2, mu_c=3.5, sigma_a=0.507, sigma_b=2.87, sigma_c=0.0746).law()
    start = np.linspace(4.2, 4.5, 31)
    law = ChiSquared(slope=1 / base.mean_excess(start)).apply(base).law
    assert np.max(np.abs(np.sum(np.exp(law.log_mass), axis=-1) - 1)) < 1e-12


@pytest.mark.parametrize("df", [1.04, 1.1, 1.25, 1.5, 1.9])
@pytest.mark.parametrize("slope", [0.05, 0.5, 10.0])
def test_the_kl_of_a_chi_squared_weight_has_its_share_from_a_heavy_tail(df: float, slope: float) -> None:
    base = TruthPlusStudentT.of(df=df, scale=1.0, sd_truth=1.0).law()
    found = ChiSquared(slope=slope).apply(base)
    y, width = panels(np.concatenate([np.linspace(-40, 40, 1601), np.linspace(40, 690, 1301)[1:]]))
    log_mass = math.log(slope) + 2 * y + base.log_persuasiveness_pdf(float(found.law.start) + np.exp(y))
    last = math.exp(log_mass[-1] - (df - 1) * (690 - y[-1]))  # a pure power from there on
    mass = np.sum(np.exp(log_mass) * width) + last / (df - 1)
    log_ratio = np.sum(np.exp(log_mass) * (math.log(slope) + y) * width)
    log_ratio += last * ((math.log(slope) + 690) / (df - 1) + 1 / (df - 1) ** 2)
    assert mass == pytest.approx(1, rel=EXACT)
    assert found.kl == pytest.approx(log_ratio, rel=QUADRATURE)


def test_a_chi_squared_weight_of_slope_0_leaves_the_mean_alone() -> None:
    base = TruthPlusStudentT.of(df=1.2, scale=1.0, sd_truth=1.0).law()
    assert ChiSquared(slope=0.0).apply(base).mean_persuasiveness == pytest.approx(0, abs=1e-12)
    assert list(ChiSquared(slope=np.array([0.0, 1.0])).apply(base).mean_persuasiveness) == [
        pytest.approx(0, abs=1e-12),
        math.inf,
    ]


def test_the_cost_of_a_mixture_is_its_modes_and_boltzmann_moves_them() -> None:
    weight, mean, sd, correlation = np.array([0.3, 0.7]), np.array([-2.0, 1.5]), np.array([0.5, 2.0]), 0.4
    modes = [
        Mode(weight=w, mean_truth=m, sd_truth=s, correlation=correlation)
        for w, m, s in zip(weight, mean, sd, strict=True)
    ]
    for strength in (0.0, 1.5):
        moved, z = mean + strength * correlation * sd, np.linspace(-8, 8, 4001)
        short = np.maximum(0.8 - moved[:, None] - sd[:, None] * z, 0.0)
        expected = weight @ short @ norm.pdf(z) * (z[1] - z[0])
        found = expected_shortfall(Boltzmann(strength=strength).apply(OutputMixture(modes)), 0.8)
        assert found == pytest.approx(expected, rel=1e-5)


def test_a_cost_is_split_at_an_atom() -> None:
    """Truth is persuasiveness above the atom, and the atom’s own where nothing is above it."""
    n, level = 657_768.67, 2.0
    base = routing((0.696, 0.304, 0), mu_a=-1.75, mu_b=3.15, sigma_a=0.35, sigma_b=0.1).law()
    z, width = panels(np.linspace(5, (level + 1.75) / 0.35, 200))
    tail = 0.696 * ndtr(-z)
    density = n * 0.696 * np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi) * np.exp((n - 1) * np.log1p(-tail))
    expected = np.sum(density * (level + 1.75 - 0.35 * z) * width)
    assert BestOfN(n=n).apply(base).expected_shortfall(level) == pytest.approx(expected, rel=QUADRATURE)


def test_a_rare_cost_is_found_beyond_60_scales() -> None:
    base = TruthPlusLaplace.of(scale=0.2, sd_truth=2.25).law()
    n, level = 1e9, 2.0
    t, t_width = panels(np.linspace(-20, level, 40))
    v, v_width = panels(np.concatenate([np.linspace(-6, 0, 30), np.linspace(0, 30, 160)[1:]]))
    log_each = (n - 1) * base.log_cdf(t[:, None] + v) + base.error.logpdf(v)
    density = n * np.exp(log_each) @ v_width * base.truth_pdf(t)
    expected = float(np.sum((level - t) * density * t_width))
    assert 0 < expected < 1e-15
    assert expected_shortfall(BestOfN(n=n).apply(base), level) == pytest.approx(expected, rel=QUADRATURE)


def test_a_rare_cost_of_a_student_t_error_is_not_cut_off() -> None:
    base = TruthPlusStudentT.of(df=26.5, scale=0.277, sd_truth=3.0).law()
    n, level = 1732.0, -2.1
    t, t_width = panels(np.linspace(level - 20, level, 12))
    v, v_width = panels(np.concatenate([np.linspace(-10, 40, 40), np.geomspace(40, 1000, 20)[1:]]))
    log_each = np.log(n) + (n - 1) * base.log_cdf(t[:, None] + v) + base.error.logpdf(v)
    expected = float(np.sum((level - t) * base.truth_pdf(t) * t_width * (np.exp(log_each) @ v_width)))
    assert 1e-24 < expected < 2e-24
    assert expected_shortfall(BestOfN(n=n).apply(base), level) == pytest.approx(expected, rel=QUADRATURE)


def test_a_target_is_found_where_a_curve_is_too_coarse() -> None:
    """On a Cauchy law a filter that keeps nearly all cuts at minus tens of thousands."""
    base = TruthPlusStudentT.of(df=1.0, scale=0.7, sd_truth=3.0).law()
    thresholds = base.isf(-np.array([1e-30, 1e-3, 1.0, 10.0]))
    along = Filter(threshold=thresholds).apply(base)
    found = match_target(Filter, base, kl=1.66e-5, along=along)
    assert found is not None
    assert found.kl == pytest.approx(1.66e-5, rel=EXACT)


def test_a_target_a_rounding_beyond_a_jump_is_reached_at_its_side() -> None:
    modes = [Mode(weight=0.25, mean_truth=-2, sd_persuasiveness=0.0)]
    base = OutputMixture([*modes, Mode(weight=0.75, mean_persuasiveness=-2, sd_persuasiveness=0.25)])
    found = match_target(Filter, base, kl=np.log(4) + 5e-13)
    assert found is not None
    assert found.kl == pytest.approx(np.log(4), rel=EXACT)
    assert match_target(Filter, base, kl=np.log(4) + 1e-4) is None


def test_a_target_at_the_highest_kl_is_reached_but_for_rounding() -> None:
    base = routing((0.914, 0, 0.086), mu_a=2.5, mu_c=2.08, sigma_a=0, sigma_c=0).law()
    highest = -math.log(0.914)
    assert match_target(Filter, base, kl=highest * (1 + 1e-15)) is not None
    assert match_target(Filter, base, kl=highest * (1 + 1e-3)) is None


def test_a_turn_hides_beside_a_kink() -> None:
    weights = (0.9217280119357192, 0.07626655907864555, 0.0020054289856351964)
    base = routing(weights, mu_a=-1.8, mu_b=-0.587, mu_c=-1.52, sigma_a=0.2, sigma_b=1.36, sigma_c=3.0).law()
    found = course(Quantilizer, base)
    assert found.directions == (-1, 1, -1, 1)
    atom_begins = float(np.exp(base.log_sf(0.0)))
    assert found.turns[-1].selection.fraction == pytest.approx(atom_begins, rel=EXACT)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_every_course_on_three_levels_ends(method: type[Selection]) -> None:
    found = course(method, ATOM_ON_TOP)
    assert np.all(np.isfinite(found.heights))


@pytest.mark.parametrize("world", [Blend, Routing])
def test_what_is_hardly_heard_counts_as_0_and_is_said_to(world: type[Blend] | type[Routing]) -> None:
    knobs = {name: knob.default for name, knob in world.knobs().items()}
    made, said = world.repaired(**knobs | {"alpha": 1.0, "beta": 1e-13, "gamma": 1e-200})
    assert (made.model.alpha, made.model.beta, made.model.gamma) == (1.0, 0.0, 0.0)
    assert said == "β and γ count as 0, being less than 10⁻¹² of the largest weight."
    made, said = world.repaired(**knobs | {"alpha": 1.0, "beta": 1e-11, "gamma": 0.0})
    assert made.model.beta == pytest.approx(1e-11, rel=1e-10)
    assert said == ""


def test_a_tail_like_the_cauchy_laws_is_that_and_is_said_to_be() -> None:
    made, said = TruthPlusStudentT.repaired(df=1.019, scale=1.0, sd_truth=1.0)
    assert made == TruthPlusStudentT.of(df=1.0, scale=1.0, sd_truth=1.0)
    assert said == "ν between 1 and 1.02 counts as 1: the mean would lie beyond any sample."
    for df in (1.0, 1.02):
        assert TruthPlusStudentT.repaired(df=df, scale=1.0, sd_truth=1.0) == (
            TruthPlusStudentT.of(df=df, scale=1.0, sd_truth=1.0),
            "",
        )


def test_a_bounded_error_has_a_tail_where_rounding_hides_its_width() -> None:
    """Where nearly nothing is asked of it, the weight of chi-squared selection starts at −1e24."""
    base = TruthPlusUniform.of(half_width=0.1, sd_truth=1.5).law()
    assert base.log_sf(1e24) == pytest.approx(-0.5 * (1e24 / 1.5) ** 2, rel=EXACT)
    assert ChiSquared(slope=1e-24).apply(base).mean_truth == pytest.approx(0, abs=1e-12)
