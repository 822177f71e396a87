"""A base law by the least it has to give, held against the closed forms of the same law."""

import inspect
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pytest
from tolerances import EXACT, QUADRATURE

from models import (
    METHODS,
    BestOfN,
    Boltzmann,
    ChiSquared,
    Filter,
    GoodhartMixture,
    Laplace,
    Mode,
    Normal,
    OutputMixture,
    Quantilizer,
    Selection,
    StudentT,
    TruthPlusError,
    expected_shortfall,
)
from models.laws.base import BaseLaw, Outputs
from models.laws.continuous import ContinuousLaw
from models.numerics.axes import Floats

MOST_ABSTRACT = 12


@dataclass(frozen=True, eq=False)
class Derived(ContinuousLaw):
    """A law that gives the least, and no closed form."""

    of: BaseLaw

    def log_cdf(self, p: Floats, *, strict: bool = False) -> Floats:
        return self.of.log_cdf(p, strict=strict)

    def log_sf(self, p: Floats, *, strict: bool = False) -> Floats:
        return self.of.log_sf(p, strict=strict)

    def log_persuasiveness_pdf(self, p: Floats) -> Floats:
        return self.of.log_persuasiveness_pdf(p)

    def log_joint_pdf(self, t: Floats, p: Floats) -> Floats:
        return self.of.log_joint_pdf(t, p)

    def truth_given(self, p: Floats) -> tuple[np.ndarray, np.ndarray]:
        return self.of.truth_given(p)

    def from_uniforms(self, across: np.ndarray, up: np.ndarray) -> Outputs:
        return self.of.from_uniforms(across, up)

    @cached_property
    def edges(self) -> np.ndarray:
        return self.of.edges

    @property
    def truth_limit(self) -> float:
        return self.of.truth_limit

    @property
    def tail_index(self) -> float:
        return self.of.tail_index

    @property
    def strength_limit(self) -> float:
        return self.of.strength_limit


LAWS = {
    "one normal": OutputMixture([Mode(mean_truth=0.3, mean_persuasiveness=-1, correlation=0.6)]),
    "mixture": GoodhartMixture().law(),
    "normal error": TruthPlusError(Normal()),
    "Laplace error": TruthPlusError(Laplace(scale=0.5)),
    "Student-t error": TruthPlusError(StudentT(df=5)),
    "two Laplace": TruthPlusError(Laplace(), truth=Laplace(scale=0.7)),
}
SELECTIONS = [Filter(1.0), Quantilizer(0.01), BestOfN(64), Boltzmann(0.8), ChiSquared(2.0)]
NUMBERS = ("mean_truth", "mean_persuasiveness", "sd_truth", "sd_persuasiveness")
on_laws = pytest.mark.parametrize("name", LAWS)


def test_a_base_law_has_little_to_give() -> None:
    assert inspect.isabstract(ContinuousLaw)
    assert len(ContinuousLaw.__abstractmethods__) <= MOST_ABSTRACT


@on_laws
def test_the_laws_own_numbers(name: str) -> None:
    law, derived = LAWS[name], Derived(LAWS[name])
    assert [getattr(derived, each) for each in NUMBERS] == pytest.approx(
        [getattr(law, each) for each in NUMBERS], rel=EXACT, abs=1e-13
    )
    assert derived.isf(np.log([0.5, 1e-3, 1e-12])) == pytest.approx(law.isf(np.log([0.5, 1e-3, 1e-12])), rel=EXACT)
    at = np.array([-2.0, 0.1, 3.0])
    assert derived.mean_excess(at) == pytest.approx(law.mean_excess(at), rel=EXACT)
    assert derived.truth_excess(at) == pytest.approx(law.truth_excess(at), rel=EXACT)
    if name != "two Laplace" and name != "Laplace error":  # T given P has an edge there, which nodes do not resolve
        assert derived.truth_pdf(at) == pytest.approx(law.truth_pdf(at), rel=QUADRATURE)


@on_laws
@pytest.mark.parametrize("selection", SELECTIONS, ids=lambda each: each.name)
def test_what_selection_leaves(name: str, selection: Selection) -> None:
    law = LAWS[name]
    if isinstance(selection, Boltzmann) and selection.strength >= law.strength_limit:
        pytest.skip("has no optimum")
    if isinstance(selection, Boltzmann) and name == "two Laplace":
        with pytest.raises(ArithmeticError, match="the quadrature ends before the selected mass does"):
            selection.apply(Derived(law))
        return
    one, two = selection.apply(Derived(law)), selection.apply(law)
    for each in (*NUMBERS, "kl"):
        assert getattr(one, each) == pytest.approx(getattr(two, each), rel=10 * EXACT), each
    if name not in ("two Laplace", "Laplace error"):
        assert one.truth_pdf(np.array([-1.0, 0.5, 2.0])) == pytest.approx(
            two.truth_pdf(np.array([-1.0, 0.5, 2.0])), rel=QUADRATURE
        )
        assert expected_shortfall(one, 0.2) == pytest.approx(expected_shortfall(two, 0.2), rel=QUADRATURE)


def test_every_method_takes_a_derived_law() -> None:
    derived = Derived(LAWS["mixture"])
    for method in METHODS:
        selection = Boltzmann(0.8) if method is Boltzmann else method()
        assert np.isfinite(selection.apply(derived).mean_truth), method
