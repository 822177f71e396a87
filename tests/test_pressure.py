"""Curves, inversion and peaks: every method on every kind of base law."""

import math
from dataclasses import replace

import numpy as np
import pytest
from cases import BASES, METHODS
from test_references import CASES, SELECTIONS, law, name
from tolerances import EXACT, ROOT

from models import (
    BestOfN,
    BestOfPoisson,
    Boltzmann,
    ChiSquared,
    Filter,
    GoodhartMixture,
    Laplace,
    Mode,
    NoOptimumError,
    Normal,
    OnlineModelling,
    Outcome,
    OutputMixture,
    Quantilizer,
    Selection,
    StudentT,
    ThreeSubmodules,
    TruthPlusError,
    Uniform,
    course,
    curve,
    match_target,
    mode_crossings,
    overtaking,
    peak,
)
from models.laws.base import BaseLaw
from models.pressure.curve import root_kl_reaching

LAWS: dict[str, BaseLaw] = {
    "blend": BASES["blend"],
    "mixture": BASES["mixture"],
    "routing": ThreeSubmodules().routing(),
    "normal error": TruthPlusError(Normal()),
    "Laplace error": TruthPlusError(Laplace()),
    "uniform error": TruthPlusError(Uniform()),
    "Student-t error": TruthPlusError(StudentT()),
}
on_laws = pytest.mark.parametrize("base", LAWS.values(), ids=LAWS)
with_methods = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)


def of_kind(kind: str) -> pytest.MarkDecorator:
    cases = [case for case in CASES if (case["selection"] or {}).get("kind") == kind]
    assert cases
    return pytest.mark.parametrize("case", cases, ids=name)


@on_laws
@with_methods
def test_curves_run_from_nothing_to_their_reach(method: type[Selection], base: BaseLaw) -> None:
    if method is Boltzmann and base.strength_limit == 0:
        with pytest.raises(NoOptimumError, match="has no optimum here"):
            curve(method, base, max_kl=4.0)
        return
    found = curve(method, base, max_kl=4.0, points=40)
    assert found.kl[0] == pytest.approx(0, abs=1e-9)
    assert np.all(np.diff(found.kl) >= -1e-12)
    assert found.kl[-1] == pytest.approx(4.0, rel=0.1)
    if not (base is LAWS["routing"] and method is Filter):  # a filter cannot split the atom
        assert np.max(np.diff(np.sqrt(found.kl))) < 5 * 2.0 / 39
    if base.sd_persuasiveness and base.tail_index > 2:
        assert np.all(np.diff(found.mean_persuasiveness) >= -1e-12)


@on_laws
@with_methods
def test_a_target_is_met_to_the_last_digits(method: type[Selection], base: BaseLaw) -> None:
    if method is Boltzmann and base.strength_limit == 0:
        with pytest.raises(NoOptimumError):
            match_target(method, base, kl=1.0)
        return
    if not (base is LAWS["routing"] and method.__name__ == "Quantilizer"):
        assert match_target(method, base, kl=1.3).kl == pytest.approx(1.3, rel=EXACT)
    target = base.mean_persuasiveness + 0.8 * base.sd_persuasiveness
    assert match_target(method, base, mean_persuasiveness=target).mean_persuasiveness == pytest.approx(
        target, rel=1e-11
    )
    outcome = match_target(method, base, samples=20)
    if outcome is None:
        assert method().at_root_kl(base, 1.0).apply(base).samples_per_output is None
    else:
        assert outcome.samples_per_output == pytest.approx(20, rel=EXACT)


def test_what_cannot_be_reached_is_none() -> None:
    base = BASES["blend"]
    assert match_target(Boltzmann, base, samples=10) is None
    assert match_target(BestOfN, base, mean_persuasiveness=base.mean_persuasiveness - 1) is None
    assert match_target(BestOfN, base, kl=300.0) is None
    assert match_target(Filter, ThreeSubmodules(alpha=0, beta=1, gamma=0).blend(), kl=1.0) is None
    assert match_target(Filter, TruthPlusError(StudentT(df=1)), mean_persuasiveness=3.0) is None


@pytest.mark.parametrize("target", [{}, {"kl": 1.0, "samples": 2.0}, {"kl": np.nan}, {"kl": -1.0}, {"samples": 0.5}])
def test_bad_targets_are_refused(target: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"target|allowed"):
        match_target(BestOfN, BASES["blend"], **target)


@pytest.mark.parametrize("kind", ["boltzmann", "filter", "best_of_n"])
def test_peaks_of_the_goodhart_mixture(kind: str) -> None:
    (case,) = (c for c in CASES if (c["selection"] or {}).get("kind") == f"peak_{kind}" and "modes" in c["base"])
    method = SELECTIONS[kind]
    found = peak(method, law(case["base"]))
    (pressure,) = method.parameters()
    assert found.mean_truth == pytest.approx(float(case["mean_truth"]), rel=EXACT)
    assert getattr(found.selection, pressure) == pytest.approx(float(case["pressure"]), rel=ROOT)
    assert found.kl == pytest.approx(float(case["kl"]), rel=ROOT)


@of_kind("peak_filter")
def test_peaks_of_filters_on_truth_plus_error(case: dict) -> None:
    base = law(case["base"])
    found = peak(Filter, base)
    if "pressure" not in case:
        assert found is None
        return
    assert found.mean_truth == pytest.approx(float(case["mean_truth"]), rel=EXACT)
    assert found.selection.threshold == pytest.approx(float(case["pressure"]), rel=ROOT)


def test_covariance_changes_sign_at_boltzmanns_peak() -> None:
    """More pressure stops helping truth exactly where Cov(T, P) is 0 under the policy."""
    found = peak(Boltzmann, BASES["mixture"])
    assert found.law.covariance == pytest.approx(0, abs=1e-7)


@with_methods
def test_a_blend_has_no_peak(method: type[Selection]) -> None:
    assert peak(method, BASES["blend"]) is None


@of_kind("crossing_boltzmann")
def test_crossing_of_two_modes(case: dict) -> None:
    base = law(case["base"])
    assert mode_crossings(base) == pytest.approx((float(case["lambda"]),), rel=EXACT)
    honest, liar = Boltzmann(strength=mode_crossings(base)[0]).apply(base).law.modes
    assert honest.weight == pytest.approx(liar.weight, rel=EXACT)


@pytest.mark.parametrize("gap", [1.0, -1.0])
def test_a_crossing_at_no_pressure_has_no_sign(gap: float) -> None:
    base = OutputMixture([Mode(weight=0.5), Mode(weight=0.5, mean_persuasiveness=gap)])
    assert str(mode_crossings(base)) == "(0.0,)"


def test_a_crossing_of_modes_that_weigh_nearly_the_same() -> None:
    one, two = 0.5 + 1e-9, 0.5 - 1e-9
    base = OutputMixture([Mode(weight=one), Mode(weight=two, mean_persuasiveness=1)])
    assert mode_crossings(base) == pytest.approx((-math.log1p((two - one) / one),), rel=EXACT)


@pytest.mark.parametrize("log_tail", [-1e-12, -1e-6, -0.3, -np.log(2), -5.0, -40.0, -300.0])
def test_a_threshold_is_read_back_from_its_tail(log_tail: float) -> None:
    for base in (BASES["mixture"], BASES["two scales"], LAWS["Student-t error"], LAWS["Laplace error"]):
        c = base.isf(np.asarray(log_tail))
        got = base.log_cdf(c) - np.log(-np.expm1(log_tail)) if log_tail > -0.1 else base.log_sf(c) - log_tail
        assert got == pytest.approx(0, abs=1e-9 * max(1, abs(log_tail)))


@on_laws
def test_curves_are_even_in_the_root_of_the_kl(base: BaseLaw) -> None:
    if base is LAWS["routing"]:
        return  # an atom takes a stretch of pressures
    for method in (BestOfN, Filter):
        root_kl = np.sqrt(curve(method, base, max_kl=9.0, points=31).kl)
        assert np.max(np.abs(np.diff(root_kl) - 0.1)) < 0.05


def test_a_curve_needs_a_reach_and_points() -> None:
    for far, points in ((-1.0, 5), (np.inf, 5), (1.0, 0)):
        with pytest.raises(ValueError, match="must lie in"):
            curve(BestOfN, BASES["blend"], far, points)


def test_a_curve_starts_below_an_atom_that_is_all_but_the_lowest_output() -> None:
    model = ThreeSubmodules(
        alpha=0.518, beta=0.038, gamma=0.444, mu_a=3.69, mu_c=3.9, sigma_a=0.138, sigma_b=0, sigma_c=0.05
    )
    base = model.routing()
    lowest = base.isf(np.array([-0.0, -1e-300, -1e-3]))
    assert np.all(np.isfinite(lowest))
    assert curve(Filter, base, 6.0).kl[0] == pytest.approx(0, abs=1e-15)


def test_where_every_output_is_equally_persuasive_no_pressure_does_anything() -> None:
    still = OutputMixture([Mode(sd_persuasiveness=0)])
    for method in (BestOfN, ChiSquared, Quantilizer):
        assert not np.any(curve(method, still, max_kl=2.0, points=5).kl)


@pytest.mark.parametrize("wanted", [1e-3, 0.1, 5.0])
@pytest.mark.parametrize("method", [ChiSquared, BestOfPoisson])
def test_a_depth_is_found_to_a_few_percent(method: type[Selection], wanted: float) -> None:
    base, template = GoodhartMixture().law(), method()
    found = template.at_root_kl(base, root_kl_reaching(template, base, wanted)).apply(base)
    assert found.kl == pytest.approx(wanted, rel=0.05)


def test_where_one_method_passes_another_does_not_depend_on_the_unit_of_truth() -> None:
    modes = [replace(mode, mean_truth=1e-6 * mode.mean_truth, sd_truth=1e-6) for mode in GoodhartMixture().law().modes]
    found, same = (overtaking(Filter, BestOfN, base) for base in (OutputMixture(modes), GoodhartMixture().law()))
    assert found == pytest.approx(same, rel=ROOT)


@pytest.mark.parametrize(("method", "other"), [(Filter, BestOfN), (Boltzmann, BestOfN), (BestOfN, Boltzmann)])
def test_one_method_passes_another_where_their_curves_cross(method: type[Selection], other: type[Selection]) -> None:
    base = GoodhartMixture().law()
    found = overtaking(method, other, base)
    kl = np.linspace(0.02, 26, 260)
    lead = np.array(
        [np.subtract(*(match_target(each, base, kl=at).mean_truth for each in (method, other))) for at in kl]
    )
    assert len(found) == np.sum((lead[:-1] < 0) & (lead[1:] > 0))
    for at in found:
        one, two = (match_target(each, base, kl=at) for each in (method, other))
        assert one.mean_truth == pytest.approx(two.mean_truth, abs=1e-9)
        before, after = (
            np.subtract(*(match_target(each, base, kl=at * by).mean_truth for each in (method, other)))
            for by in (0.99, 1.01)
        )
        assert before < 0 < after


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_the_least_pressure_with_a_mean_truth(method: type[Selection]) -> None:
    base = GoodhartMixture().law()
    whole = course(method, base)
    top = whole.peak
    for truth in (0.2, 0.5 * (base.mean_truth + top.mean_truth), -1.0):
        found = whole.first(truth)
        assert found.mean_truth == pytest.approx(truth, rel=1e-9)
        assert (found.kl < top.kl) == (truth > base.mean_truth)
    assert whole.first(top.mean_truth + 0.01) is None


@with_methods
def test_no_two_points_of_a_curve_are_far_apart(method: type[Selection]) -> None:
    """Beside an end of P, and where few liars take over, a curve’s KL is no straight matter."""
    ending = TruthPlusError(truth=Uniform(half_width=1), error=Uniform(half_width=1))
    for base in (ending, GoodhartMixture(liars=1e-6).law()):
        for points in (5, 72):
            root = np.sqrt(curve(method, base, 15.0, points).kl)
            assert root[0] < 1e-12
            assert root[-1] == pytest.approx(math.sqrt(15), rel=0.05)
            assert np.max(np.diff(root)) < 3 * root[-1] / points


@with_methods
def test_a_target_beside_a_curve_takes_few_laws(method: type[Selection], monkeypatch: pytest.MonkeyPatch) -> None:
    """A drag asks for one at every step. Rounds have kinks, which polynomials do not pass."""
    base = GoodhartMixture().law()
    along, laws, apply = curve(method, base, 15.0, 72), [], method.apply

    def counted(self: Selection, law: BaseLaw) -> Outcome:
        laws.append(self)
        return apply(self, law)

    monkeypatch.setattr(method, "apply", counted)
    for target in np.linspace(0.5, 8, 16):
        assert match_target(method, base, kl=target, along=along) is not None
    assert len(laws) <= 16 * (5 if method is OnlineModelling else 3)
