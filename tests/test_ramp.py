"""A weight that grows in a straight line: on one normal against mpmath, on mixtures against the shared quadrature."""

import mpmath as mp
import numpy as np
import pytest
from tolerances import EXACT, QUADRATURE, ZERO

from models import ChiSquared, GoodhartMixture, Mode, OutputMixture, ThreeSubmodules
from models.laws.base import BaseLaw, Points
from models.laws.reweighted import ReweightedLaw, reweighted
from models.numerics.axes import Floats
from models.numerics.monotone_table import MonotoneTable
from models.numerics.ramp import ramp

MIXTURES = {
    "Goodhart": GoodhartMixture().mixture(),
    "blend": ThreeSubmodules().blend(),
    "routing": ThreeSubmodules().routing(),
    "tied and untied": OutputMixture(
        [
            Mode(weight=0.7, sd_truth=0.0, mean_truth=1.0),
            Mode(weight=0.3, mean_persuasiveness=2.0, sd_persuasiveness=0.3, correlation=1.0),
        ]
    ),
}
SLOPES = np.array([0.0, 0.05, 0.3, 1.0, 4.0, 30.0, 1e4])


def by_mpmath(z: float) -> tuple[mp.mpf, mp.mpf, mp.mpf]:
    """Mean and variance of Z weighted by (Z + z)⁺, and KL."""
    with mp.workdps(30):
        place = mp.mpf(z)
        near = 1 / (1 + abs(place))
        breaks = sorted(
            {mp.mpf(0), *(max(mp.mpf(0), place + k) for k in range(-14, 15, 2)), *(near * 2**j for j in range(-9, 7))}
        )

        def integral(weight):
            return mp.quad(lambda y: weight(y) * mp.exp(y * place - y * y / 2) if y else mp.mpf(0), breaks)

        mass = integral(lambda y: y)
        mean, square, log = (
            integral(weight) / mass for weight in (lambda y: y**2, lambda y: y**3, lambda y: y * mp.log(y))
        )
        log_mass = mp.log(mass) - place**2 / 2 - mp.log(2 * mp.pi) / 2
        return mean - place, square - mean**2, log - log_mass


@pytest.mark.parametrize("z", [-36.0, -7.3, -1.0, 0.0, 2.5, 8.99, 9.01, 40.0])
def test_one_normal_has_the_numbers_of_its_integrals(z: float) -> None:
    assert [float(got) for got in ramp(np.array(z))] == pytest.approx([float(x) for x in by_mpmath(z)], rel=EXACT)


def test_a_ramp_that_begins_nowhere_weights_nothing() -> None:
    assert [float(got) for got in ramp(np.array(np.inf))] == pytest.approx([0, 1, 0], abs=ZERO)


def by_quadrature(base: BaseLaw, start: np.ndarray) -> ReweightedLaw:
    total = np.where(np.isneginf(start), 1.0, base.mean_excess(np.where(np.isneginf(start), 0.0, start)))

    def log_ratio(points: Points) -> Floats:
        begin, norm = points.align(start), points.align(total)
        with np.errstate(divide="ignore"):
            return np.where(np.isneginf(begin), 0.0, np.log(np.maximum(points.p - begin, 0.0) / norm))

    return reweighted(base, log_ratio, start)


@pytest.mark.parametrize("name", MIXTURES)
def test_a_mixture_has_the_numbers_of_the_quadrature(name: str) -> None:
    base, t = MIXTURES[name], np.linspace(-5, 9, 41)
    law = ChiSquared(slope=SLOPES).apply(base).law
    other = by_quadrature(base, law.start)
    for number in ("mean_truth", "mean_persuasiveness", "sd_truth", "sd_persuasiveness", "kl"):
        assert getattr(law, number) == pytest.approx(getattr(other, number), rel=QUADRATURE, abs=1e3 * ZERO), number
    assert law.truth_pdf(t) == pytest.approx(other.truth_pdf(t), rel=1e-6, abs=QUADRATURE)
    found, expected = (np.sum(each.truth_atoms().mass, axis=-1) for each in (law, other))
    assert found == pytest.approx(np.broadcast_to(expected, found.shape), rel=QUADRATURE)
    assert law.persuasiveness_pdf(t) == pytest.approx(other.persuasiveness_pdf(t), rel=QUADRATURE)


def test_a_slope_of_next_to_nothing_has_the_kl_of_a_small_tilt() -> None:
    """s² Var[P]/2, of which the quadrature’s rounding would leave little."""
    base = GoodhartMixture().mixture()
    slopes = np.array([1e-7, 1e-6])
    expected = np.square(slopes * base.sd_persuasiveness) / 2
    assert ChiSquared(slope=slopes).apply(base).kl == pytest.approx(expected, rel=1e-5)


def test_a_falling_function_is_solved_in_its_panels_and_beyond_both_ends() -> None:
    """Of the logistic law the log odds of the tail are −x, and of a power the log is a straight line in log x."""
    at = np.linspace(-3, 3, 7)
    table = MonotoneTable(at, -at, np.full(7, -1.0))
    aims = np.array([8.0, 2.5, 0.0, -1.3, -20.0])
    assert table.solve(aims, (np.inf, np.inf), lambda c: (-c - aims, -c - aims)) == pytest.approx(-aims, rel=EXACT)
    places = np.array([1.0, 2.0, 4.0])
    power = MonotoneTable(places, -3 * np.log(places), -3 / places)
    aims = np.array([-0.5, -30.0])

    def newton(c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        gap = -3 * np.log(c) - aims
        return gap, gap * c / 3

    assert power.solve(aims, (np.inf, 3.0), newton) == pytest.approx(np.exp(-aims / 3), rel=EXACT)
