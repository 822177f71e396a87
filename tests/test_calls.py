"""What a researcher tries first in a notebook: it works (what does not, and says what does, is in test_refusals.py)."""

import copy
import inspect
import pickle
from dataclasses import replace

import numpy as np
import pytest

from models import (
    BASE_MODELS,
    METHODS,
    BaseModel,
    BestOfN,
    Blend,
    Boltzmann,
    Filter,
    GoodhartMixture,
    Laplace,
    Mode,
    Normal,
    OnlineModelling,
    Outcome,
    OutputMixture,
    Selection,
    StudentT,
    ThreeSubmodules,
    TruthPlusError,
    TruthPlusLevy,
    TruthPlusLognormal,
    TruthPlusStudentT,
    course,
    curve,
    expected_shortfall,
    log_price_of_best_of_n,
    log_price_of_filtering,
    match_target,
    mode_crossings,
    overtaking,
    peak,
)

WORLD, LAW = GoodhartMixture(liars=0.1), GoodhartMixture(liars=0.1).law()
methods = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
worlds = pytest.mark.parametrize("world", BASE_MODELS, ids=lambda world: world.name)


@methods
def test_a_pressure_needs_no_name_and_the_rest_does(method: type[Selection]) -> None:
    first, *further = inspect.signature(method).parameters.values()
    assert first.kind is first.POSITIONAL_OR_KEYWORD
    assert all(each.kind is each.KEYWORD_ONLY for each in further)
    assert [first.name, *(each.name for each in further)] == list(method.parameters())
    assert method(0.5 + method().pressure / 2) == method().at(0.5 + method().pressure / 2)


@methods
def test_a_pressure_may_be_an_array(method: type[Selection]) -> None:
    pressures = method().at_root_kl(LAW, np.array([0.5, 1.0, 1.5])).pressure
    together = method(pressures).apply(LAW)
    apart = [method(float(pressure)).apply(LAW).mean_truth for pressure in pressures]
    np.testing.assert_allclose(together.mean_truth, apart, rtol=1e-12)


@methods
def test_a_base_model_is_applied_to_as_its_law(method: type[Selection]) -> None:
    from_law, from_world = (method().apply(base) for base in (LAW, WORLD))
    assert (from_world.mean_truth, from_world.kl) == (from_law.mean_truth, from_law.kl)
    assert from_world.base == LAW
    assert match_target(method, WORLD, 1).kl == match_target(method, LAW, kl=1.0).kl
    np.testing.assert_array_equal(curve(method, WORLD, 2, 5).mean_truth, curve(method, LAW, 2.0, 5).mean_truth)


def test_whatever_asks_about_a_base_law_takes_a_base_model() -> None:
    assert course(BestOfN, WORLD).end.mean_truth == course(BestOfN, LAW).end.mean_truth
    assert peak(BestOfN(), WORLD).selection == peak(BestOfN, LAW).selection
    assert overtaking(Filter, BestOfN, WORLD, 3.0) == overtaking(Filter, BestOfN, LAW, 3.0)
    assert mode_crossings(WORLD) == mode_crossings(LAW)
    assert expected_shortfall(WORLD, 0.5) == expected_shortfall(LAW, 0.5)
    for price in (log_price_of_filtering, log_price_of_best_of_n):
        assert price(WORLD, 1.5) == price(LAW, 1.5)
    assert Boltzmann(1).log_effective_fraction(WORLD) == Boltzmann(1).log_effective_fraction(LAW)
    rounds = OnlineModelling(3)
    assert rounds.bar(WORLD, 2) == rounds.bar(LAW, 2)
    assert [each.kl for each in rounds.path(WORLD)] == [each.kl for each in rounds.path(LAW)]
    assert BestOfN(4).apply(Blend(ThreeSubmodules())).base == ThreeSubmodules().blend()


@worlds
def test_a_base_model_is_a_record_of_its_knobs_that_prints_as_what_makes_it(world: type[BaseModel]) -> None:
    made = world.of(**{name: 0.3 * knob.default + 0.7 * knob.high for name, knob in world.knobs().items()})
    again = eval(repr(made), dict(vars(__import__("models"))))
    assert again == made
    assert hash(again) == hash(made)
    for twin in (copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert twin == made
        assert twin.law() == made.law()


@pytest.mark.parametrize("world", [w for w in BASE_MODELS if w.choices()], ids=lambda world: world.name)
def test_truth_plus_an_error_takes_every_knob_by_its_name(world: type[BaseModel]) -> None:
    assert world() == world.of(**{name: knob.default for name, knob in world.knobs().items()})
    for key, options in world.choices().items():
        for option, knobs in options.items():
            for name, knob in (world.knobs() | knobs).items():
                made = world(**{key: option, name: knob.high})
                assert getattr(made, name) == knob.high
                assert made == world.of(**{key: option, name: knob.high}) != world()
                assert eval(repr(made), dict(vars(__import__("models")))) == made


def test_truth_plus_an_error_has_the_law_that_it_says() -> None:
    assert TruthPlusStudentT(df=5, sd_truth=2).law() == TruthPlusError(StudentT(df=5), truth=Normal(scale=2))
    laplace = TruthPlusLevy(scale=2, lower_end=-1, truth="Laplace truth", truth_scale=0.5).law()
    assert (laplace.truth, laplace.error.scale, laplace.error.location) == (Laplace(scale=0.5), 2.0, -1.0)
    student = TruthPlusStudentT(truth="Student-t truth", truth_df=5).law()
    assert (student.truth, student.error) == (StudentT(df=5), StudentT(df=3))
    centred, placed = TruthPlusLognormal(), TruthPlusLognormal(placing="Error from a lower end", lower_end=2)
    assert (centred.law().error.mean, placed.law().error.origin) == (0.0, 2.0)
    assert TruthPlusLognormal().law().truth == Normal()
    assert [replace(TruthPlusStudentT(), df=df).law().error.df for df in (3, 5)] == [3.0, 5.0]


@methods
@pytest.mark.parametrize("many", [False, True])
def test_an_outcome_prints_as_one_line(method: type[Selection], many: bool) -> None:
    root_kls = np.linspace(0.0, 4.0, 50)
    selection = method().at_root_kl(LAW, root_kls) if many else method()
    outcome = selection.apply(LAW)
    said = repr(outcome)
    assert len(said) <= 200
    assert "\n" not in said
    assert f"{'50 × ' if many else ''}{method.__name__}({next(iter(method.parameters()))}=" in said
    assert ("base samples per output" in said) == (outcome.samples_per_output is not None)


def test_what_an_outcome_says() -> None:
    assert repr(BestOfN(64).apply(GoodhartMixture())) == (
        "BestOfN(n=64) on OutputMixture of 2 modes: mean truth 0.7392, mean persuasiveness 2.539, KL 3.175 nats, "
        "64 base samples per output"
    )
    assert repr(BestOfN([1, 10]).apply(OutputMixture([Mode(correlation=1)]))) == (
        "2 × BestOfN(n=1 to 10) on OutputMixture of 1 mode: mean truth 0 to 1.54, mean persuasiveness 0 to 1.54, "
        "KL 0 to 1.4 nats, 1 to 10 base samples per output"
    )
    assert repr(BestOfN(1).apply(TruthPlusStudentT(df=1))) == (
        "BestOfN(n=1) on TruthPlusError: mean truth 0, mean persuasiveness does not exist, KL 0 nats, 1 base samples per output"
    )
    assert "mean persuasiveness inf, KL 1.183 nats" in repr(Filter(1).apply(TruthPlusStudentT(df=1)))


def test_what_a_course_says() -> None:
    assert repr(course(BestOfN, GoodhartMixture())) == (
        "Course of BestOfN on OutputMixture of 2 modes: mean truth -0.02, then 0.8343 at n = 25.7, "
        "then -4.276 at n = 1e+12, and in the limit -inf"
    )


def test_an_outcome_is_copied_and_asked_what_it_has() -> None:
    t = np.array([-1.0, 0.5])
    known = BestOfN(16).apply(WORLD)
    known.mean_truth, known.truth_pdf(t)
    for outcome in (known, BestOfN(16).apply(WORLD)):
        for twin in (copy.copy(outcome), copy.deepcopy(outcome), pickle.loads(pickle.dumps(outcome))):
            assert (twin.mean_truth, twin.kl) == (known.mean_truth, known.kl)
            np.testing.assert_array_equal(twin.truth_pdf(t), known.truth_pdf(t))
    assert not hasattr(outcome, "n")
    assert not hasattr(outcome, "_repr_html_")
    assert not hasattr(GoodhartMixture(), "mean_truth")
    assert not hasattr(ThreeSubmodules(), "__html__")


def test_an_error_inside_an_outcome_is_not_hidden() -> None:
    broken = Outcome(LAW, BestOfN(2), object(), None, None)
    with pytest.raises(AttributeError, match="'object' object has no attribute 'mean_truth'"):
        broken.mean_truth  # noqa: B018
