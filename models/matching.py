"""Pressure turned round: curves over it, the pressure that reaches a target, and where truth is highest (theory §2, §4).

All of it works on *depth*, a common scale for every method's pressure: about the square root of the KL, 0 where
nothing is selected (`Selection.at_depth`).
"""

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial
from scipy.optimize import brentq

from models.laws import BaseLaw
from models.mixture import OutputMixture
from models.selection import Outcome, Selection

__all__ = ["curve", "match", "mode_crossings", "peak"]

DEEPEST = 26.0  # a KL of 676 nats, one output in 1e293


def curve(method: type[Selection], base: BaseLaw, reach: float, points: int = 100) -> Outcome:
    """`method` at `points` pressures, from none to a KL of `reach` nats or as near as it gets, evenly in √KL.

    >>> from models import BestOfN, Boltzmann, Mode
    >>> base = OutputMixture([Mode(correlation=0.5)])
    >>> outcome = curve(Boltzmann, base, reach=2.0, points=3)
    >>> outcome.kl.round(6), outcome.mean_truth.round(6)
    (array([0. , 0.5, 2. ]), array([0. , 0.5, 1. ]))

    Raises:
        ValueError: for a reach that is negative or not finite, or no points.
        NoOptimumError: where the method has no optimum on `base`.
    """
    if not (np.isfinite(reach) and reach >= 0 and points >= 1):
        raise ValueError(f"reach = {reach!r}, points = {points!r}: reach must be finite and ≥ 0, points at least 1")
    wanted = np.sqrt(reach) * np.linspace(0, 1, points)
    depth = _depth_reaching(method, base, reach) * np.linspace(0, 1, points)
    outcome = method.at_depth(base, depth).apply(base)
    found = np.sqrt(outcome.kl)
    if np.max(np.abs(found - wanted)) > 0.1 * wanted[-1] and found[-1] > 0:
        outcome = method.at_depth(base, np.interp(wanted, np.maximum.accumulate(found), depth)).apply(base)
    return outcome


def match(
    method: type[Selection],
    base: BaseLaw,
    *,
    kl: float | None = None,
    mean_persuasiveness: float | None = None,
    samples: float | None = None,
) -> Outcome | None:
    """`method` at the pressure that reaches one target: a KL in nats, a mean P, or base samples per output.

    None where the method cannot reach it: a mean below the base model's, more samples than its numbers allow, or
    samples asked of a method that does not draw them.

    >>> from models import BestOfN, Boltzmann, Mode
    >>> base = OutputMixture([Mode(correlation=0.5)])
    >>> round(match(BestOfN, base, samples=16).selection.n, 9)
    16.0
    >>> match(Boltzmann, base, samples=16) is None
    True

    Raises:
        ValueError: unless exactly one target is given, a number that can be one.
        NoOptimumError: where the method has no optimum on `base`.
    """
    targets = {"kl": kl, "mean_persuasiveness": mean_persuasiveness, "samples": samples}
    given = {name: value for name, value in targets.items() if value is not None}
    if len(given) != 1:
        raise ValueError(f"{len(given)} targets are given; exactly one of kl, mean_persuasiveness and samples must be")
    ((name, target),) = given.items()
    lowest = {"kl": 0.0, "mean_persuasiveness": -np.inf, "samples": 1.0}[name]
    if not (np.isfinite(target) and target >= lowest):
        raise ValueError(f"{name} = {target!r} is not allowed; it must be finite and at least {lowest:g}")
    attribute, aim = ("log_samples_per_output", np.log(target)) if name == "samples" else (name, target)

    def value(depth: float) -> float:
        return getattr(method.at_depth(base, depth).apply(base), attribute)

    start = value(0.0)
    if start is None or not np.isfinite(start) or aim < start - 1e-12 * (1 + abs(start)):
        return None
    if aim <= start:
        return method.at_depth(base, 0.0).apply(base)
    deep = 1.0
    while value(deep) < aim:
        if deep >= DEEPEST:
            return None
        deep = min(2 * deep, DEEPEST)
    depth = brentq(lambda x: value(x) - aim, 0.0, deep, xtol=1e-15, rtol=1e-15)
    return method.at_depth(base, depth).apply(base)


def peak(method: type[Selection], base: BaseLaw, reach: float = 20.0) -> Outcome | None:
    """`method` at the pressure where mean truth is highest, or None if there is no peak before a KL of `reach` nats.

    The height is exact; the pressure, where a flat top is, to about eight digits.

    Raises:
        NoOptimumError: where the method has no optimum on `base`.
    """

    if not (np.isfinite(reach) and reach > 0):
        raise ValueError(f"reach = {reach!r} is not allowed; it must lie in (0, ∞)")
    if isinstance(base, OutputMixture) and len(base.modes) == 1:
        return None  # truth follows a straight line

    def truth(depth: np.ndarray) -> np.ndarray:
        return np.asarray(method.at_depth(base, depth).apply(base).mean_truth)

    depths = _depth_reaching(method, base, reach) * np.linspace(0, 1, 201)
    height = truth(depths)
    top = int(np.argmax(height))
    fall = height[top] - height[-1]
    if top == 0 or fall <= 1e-9 * np.ptp(height) + 1e-12:
        return None
    low, high = depths[top - 1], depths[top + 1]
    for _ in range(3):
        fit = Chebyshev.interpolate(truth, 12, domain=[low, high])
        flat = fit.deriv().roots()
        inside = np.real(flat[(np.abs(np.imag(flat)) < 1e-9) & (np.real(flat) > low) & (np.real(flat) < high)])
        at = inside[np.argmax(fit(inside))]
        low, high = max(low, at - 0.1 * (high - low)), min(high, at + 0.1 * (high - low))
    return method.at_depth(base, at).apply(base)


def mode_crossings(base: OutputMixture, first: int = 0, second: int = 1) -> tuple[float, ...]:
    """The λ ≥ 0 at which two modes weigh the same in the Boltzmann policy, in order; none, one or two of them.

    Roots of log(w₂/w₁) + λ(m_P2 − m_P1) + λ²(s_P2² − s_P1²)/2 (theory §4).

    >>> from models import Mode
    >>> mode_crossings(OutputMixture([Mode(weight=0.9), Mode(weight=0.1, mean_persuasiveness=1)]))
    (2.197224577336219,)
    """
    one, two = base.modes[first], base.modes[second]
    gap = Polynomial(
        [
            np.log(two.weight / one.weight),
            two.mean_persuasiveness - one.mean_persuasiveness,
            0.5 * (two.sd_persuasiveness**2 - one.sd_persuasiveness**2),
        ]
    ).trim()
    roots = gap.roots()
    real = np.real(roots[np.abs(np.imag(roots)) < 1e-12 * (1 + np.abs(roots))])
    return tuple(sorted(float(root) for root in real if root >= 0))


def _depth_reaching(method: type[Selection], base: BaseLaw, reach: float) -> float:
    """A depth at which the KL is `reach`, to a few percent where the method gets there."""
    low, high = 0.0, min(max(np.sqrt(reach), 1e-6), DEEPEST)

    def kl(depth: float) -> float:
        return method.at_depth(base, depth).apply(base).kl

    if abs(kl(high) - reach) <= 0.02 * reach:
        return high
    while kl(high) < reach and high < DEEPEST:
        low, high = high, min(1.5 * high, DEEPEST)
    for _ in range(12):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if kl(middle) < reach else (low, middle)
    return high
