"""The √KL ceiling on mean persuasiveness, and the variance proxy that it needs (Mroueh 2024)."""

import math

import mpmath
import numpy as np
import pytest
from cases import BASES
from tolerances import EXACT, ROUNDING

from models import (
    METHODS,
    BestOfN,
    Boltzmann,
    GoodhartMixture,
    Laplace,
    Levy,
    Lognormal,
    Mode,
    NoOptimumError,
    Normal,
    OutputMixture,
    StudentT,
    TruthPlusError,
    Uniform,
    curve,
)
from models.laws.base import BaseLaw

LAWS: dict[str, BaseLaw] = {
    **BASES,
    "liars": GoodhartMixture().law(),
    "one liar in ten thousand": GoodhartMixture(liars=1e-4, liar_persuasiveness=3.0).law(),
    "normal error": TruthPlusError(Normal(scale=0.7)),
    "uniform error": TruthPlusError(Uniform(half_width=2.0), truth=Normal(scale=0.5)),
    "two uniforms": TruthPlusError(truth=Uniform(location=1.0), error=Uniform(half_width=2.0)),
}


def atoms(share: float) -> OutputMixture:
    """P is 1 for a `share` of the outputs and 0 for the rest."""
    ends = ((0.0, 1 - share), (1.0, share))
    return OutputMixture([Mode(weight=w, mean_persuasiveness=p, sd_persuasiveness=0.0) for p, w in ends])


@pytest.mark.parametrize("share", [1e-12, 1e-3, 0.3, 0.49, 0.5, 0.7, 0.999])
def test_two_atoms_have_the_proxy_of_kearns_and_saul(share: float) -> None:
    """(1 − 2x)/(2 ln((1 − x)/x)); upwards, a law that is skewed downwards has its variance."""
    with mpmath.workdps(30):
        x = mpmath.mpf(share)
        known = (1 - 2 * x) / (2 * mpmath.log((1 - x) / x)) if share < 0.5 else x * (1 - x)
    assert atoms(share).variance_proxy == pytest.approx(float(known), rel=EXACT)


def test_what_has_its_variance_for_a_proxy() -> None:
    for name in ("normal error", "uniform error", "two uniforms", "blend"):
        law = LAWS[name]
        assert law.variance_proxy == pytest.approx(law.sd_persuasiveness**2, rel=ROUNDING)
    assert OutputMixture([Mode(sd_persuasiveness=0.0)]).variance_proxy == 0
    far = TruthPlusError(truth=Normal(location=2.0), error=Uniform())
    assert far.variance_proxy == pytest.approx(4 / 3, rel=ROUNDING)


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_the_proxy_bounds_the_moments_and_no_less_does(law: BaseLaw) -> None:
    """By the law’s own quadrature: E[e^{λ(P − E P)}]."""
    strength = np.geomspace(1e-3, 8, 200) / law.sd_persuasiveness
    tilt = strength[:, None] * (law.nodes.p - law.mean_persuasiveness)
    log_mean = np.logaddexp.reduce(law.nodes.log_mass + tilt, axis=-1)
    needed = 2 * log_mean / np.square(strength)
    assert np.all(needed <= law.variance_proxy * (1 + 1e-8))
    far = max((mode.sd_persuasiveness**2 for mode in getattr(law, "modes", ())), default=0.0)  # as λ → ∞
    assert law.variance_proxy <= max(float(np.max(needed)), far) * (1 + 1e-3)


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_no_method_goes_beyond_the_ceiling(law: BaseLaw) -> None:
    for method in METHODS:
        along = curve(method, law, 8.0, 24)
        ceiling = law.ceiling(along.kl)
        assert np.all(along.mean_persuasiveness <= ceiling + 1e-9 * (1 + abs(ceiling))), method.name


def test_a_tilt_of_one_normal_attains_it_and_a_smaller_proxy_would_be_passed() -> None:
    law = OutputMixture([Mode(mean_persuasiveness=-1.0, sd_persuasiveness=1.7)])
    along = curve(Boltzmann, law, 20.0)
    assert along.mean_persuasiveness == pytest.approx(law.ceiling(along.kl), rel=EXACT)
    gained = curve(BestOfN, law, 20.0).mean_persuasiveness
    assert np.all(gained[1:] < law.ceiling(curve(BestOfN, law, 20.0).kl)[1:])
    with pytest.raises(AssertionError):
        assert np.all(along.mean_persuasiveness[1:] <= -1 + math.sqrt(0.999) * (law.ceiling(along.kl)[1:] + 1))


@pytest.mark.parametrize(
    "law",
    [
        TruthPlusError(Laplace()),
        TruthPlusError(StudentT(df=30)),
        TruthPlusError(StudentT(df=1)),
        TruthPlusError(truth=StudentT(df=10), error=Normal()),
        TruthPlusError(error=Lognormal()),
        TruthPlusError(error=Levy()),
    ],
    ids=repr,
)
def test_heavier_tails_have_no_proxy_and_no_ceiling(law: BaseLaw) -> None:
    assert law.variance_proxy is None
    assert law.ceiling(2.0) is None
    with pytest.raises(NoOptimumError):  # nor can every strength be had
        Boltzmann(strength=50.0).apply(law)
