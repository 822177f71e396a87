"""Pressure turned round: curves over it, and the pressure that reaches a target (theory §2, §4).

All of it works on *depth*, a common scale for every method's pressure: about the square root of the KL, 0 where
nothing is selected (`Selection.at_depth`).
"""

import numpy as np
from scipy.optimize import brentq

from models.laws import BaseLaw
from models.mixture import OutputMixture
from models.selection import Outcome, Selection

__all__ = ["curve", "depth_reaching", "match", "mode_crossings"]

MISS = 1e-9  # of a target, beside 1; what is farther off has been jumped over


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
    depth = depth_reaching(method, base, reach) * np.linspace(0, 1, points)
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

    None where the method cannot reach it: a mean below the base model's, more samples than its numbers allow, samples
    asked of a method that does not draw them, or a value that a filter jumps over at a point mass.

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
        if deep >= method.deepest:
            return None
        deep = min(2 * deep, method.deepest)
    depth = brentq(lambda x: value(x) - aim, 0.0, deep, xtol=1e-15, rtol=1e-15)
    found = method.at_depth(base, depth).apply(base)
    return found if abs(getattr(found, attribute) - aim) <= MISS * (1 + abs(aim)) else None


def mode_crossings(base: OutputMixture, first: int = 0, second: int = 1) -> tuple[float, ...]:
    """The λ ≥ 0 at which two modes weigh the same in the Boltzmann policy, in order; none, one or two of them.

    Roots of log(w₂/w₁) + λ(m_P2 − m_P1) + λ²(s_P2² − s_P1²)/2 (theory §4).

    >>> from models import Mode
    >>> mode_crossings(OutputMixture([Mode(weight=0.9), Mode(weight=0.1, mean_persuasiveness=1)]))
    (2.197224577336219,)
    """
    one, two = base.modes[first], base.modes[second]
    c = _log_odds(one.weight, two.weight)
    b = two.mean_persuasiveness - one.mean_persuasiveness
    a = 0.5 * (two.sd_persuasiveness**2 - one.sd_persuasiveness**2)
    if (under_root := b * b - 4 * a * c) < 0:
        return ()
    q = -0.5 * (b + np.copysign(np.sqrt(under_root), b))  # nothing cancels in it: the roots are q/a and c/q
    roots = {x / y for x, y in ((q, a), (c, q)) if y != 0}
    return tuple(sorted(float(root) + 0.0 for root in roots if root >= 0))


def _log_odds(one: float, two: float) -> float:
    """log(two/one), to every digit where they are close."""
    return np.log1p((two - one) / one) if abs(two - one) < 0.5 * one else np.log(two / one)


def depth_reaching(method: type[Selection], base: BaseLaw, reach: float) -> float:
    """A depth at which the KL is `reach` nats, to a few percent, or near the most there is if that is less."""
    low, high = 0.0, min(max(np.sqrt(reach), 1e-6), method.deepest)

    def kl(depth: float) -> float:
        return method.at_depth(base, depth).apply(base).kl

    found = kl(high)
    if abs(found - reach) <= 0.02 * reach:
        return high
    while found < reach and high < method.deepest:
        low, high = high, min(1.5 * high, method.deepest)
        found = kl(high)
    reach = min(reach, (1 - 1e-9) * found)
    for _ in range(12):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if kl(middle) < reach else (low, middle)
    return high
