"""The pressure that reaches a target (docs/theory.md §5.3)."""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from models.base_models.base import BaseModel
from models.base_models.given import as_law
from models.laws.base import BaseLaw
from models.numerics.axes import Floats
from models.parameters import Interval
from models.selection.base import Outcome, Selection, as_template

__all__ = ["match_target"]

RELATIVE_MISS = (
    1e-5  # of a target, beside 1: as near as floats beside a point mass may come; what is farther off is jumped over
)
ROUNDINGS = 100.0  # times the base law's relative_rounding: the same where that is more
RELATIVE_CROWDING = 1e-12  # the same where means crowd: beside an end of P
RELATIVE_MET = 4e-15  # of a target, beside its distance from the start


class Numbers(Protocol):
    """What an outcome says of itself."""

    @property
    def selection(self) -> Selection: ...

    @property
    def kl(self) -> Floats: ...

    @property
    def mean_persuasiveness(self) -> Floats | None: ...

    @property
    def log_samples_per_output(self) -> Floats | None: ...


def match_target(
    method: Selection | type[Selection],
    base: BaseLaw | BaseModel,
    kl: float | None = None,
    *,
    mean_persuasiveness: float | None = None,
    samples: float | None = None,
    along: Numbers | None = None,
) -> Outcome | None:
    """`method` at the pressure that reaches one target: a KL in nats, a mean P, or base samples per output.

    None where the method cannot reach it: a mean below the base model's, more samples than its numbers allow, samples
    asked of a method that does not draw them, or a value that a filter jumps over at a point mass.

    The search is shorter `along` a `curve` of the same method on the same base law, if that passes the target.

    >>> from models import BestOfN, Boltzmann, Mode, OutputMixture
    >>> base = OutputMixture([Mode(correlation=0.5)])
    >>> round(match_target(BestOfN, base, samples=16).selection.n, 9)
    16.0
    >>> round(match_target(BestOfN, base, 3.0).kl, 9)
    3.0
    >>> match_target(Boltzmann, base, samples=16) is None
    True

    Raises:
        TypeError: for a method or a base that is none; it names the right call.
        ValueError: unless exactly one target is given, a number that can be one.
        NoOptimumError: where the method has no optimum on `base`.
    """
    targets = {"kl": kl, "mean_persuasiveness": mean_persuasiveness, "samples": samples}
    given = {name: value for name, value in targets.items() if value is not None}
    if len(given) != 1:
        raise ValueError(f"{len(given)} targets are given; exactly one of kl, mean_persuasiveness and samples must be")
    ((name, target),) = given.items()
    method, base = as_template(method), as_law(base)
    if np.ndim(target):
        several = f"[match_target({type(method).__name__}, base, {name}=x) for x in …]"
        raise ValueError(f"{name} is an array of {np.size(target)}; it must be one number, and for several {several}")
    {"kl": Interval(0.0), "mean_persuasiveness": Interval(), "samples": Interval(1.0)}[name].check(target, name)
    attribute, aim = ("log_samples_per_output", np.log(target)) if name == "samples" else (name, target)

    def value(outcome: Numbers) -> Floats:
        return getattr(outcome, attribute)

    def deep(root_kl: Floats) -> Outcome:
        return method.at_root_kl(base, root_kl).apply(base)

    if name == "kl" and method.exact_root_kl:
        straight = deep(min(np.sqrt(aim), method.max_root_kl_on(base)))
        if abs(straight.kl - aim) <= RELATIVE_MET * aim:
            return straight
    room = max(RELATIVE_MISS, ROUNDINGS * base.relative_rounding) * (1 + abs(aim))
    if along is not None and value(along) is not None and _passes(value(along), aim):
        found = _met(lambda at: method.at(at).apply(base), value, along.selection.pressure, value(along), aim, room)
        if found is not None:
            return found  # else the curve is too coarse, or the target is jumped over

    start = value(deep(0.0))
    if start is None or not np.isfinite(start) or aim < start - 1e-12 * (1 + abs(start)):
        return None
    if aim <= start + RELATIVE_MET * (1 + abs(start)):
        return deep(0.0)
    at, values = np.zeros(1), np.array([start])
    while not _passes(values, aim):
        if at[-1] >= method.max_root_kl_on(base):
            last = deep(at[-1])
            if (
                name == "mean_persuasiveness"
                and base.highest < np.inf
                and not base.persuasiveness_atoms().position.size
            ):
                room = RELATIVE_CROWDING * (1 + abs(aim))
            return last if abs(value(last) - aim) <= room else None
        further = np.linspace(at[-1], min(max(2 * at[-1], 2.0), method.max_root_kl_on(base)), 5)[1:]
        at, values = np.append(at, further), np.append(values, value(deep(further)))
    return _met(deep, value, at, values, aim, room)


def _passes(found: Floats, aim: float) -> bool:
    return found[0] + RELATIVE_MET * (1 + abs(found[0])) < aim and bool(np.any(found >= aim))


def _met(
    make: Callable[[float], Outcome],
    value: Callable[[Outcome], float],
    at: Floats,
    found: Floats,
    aim: float,
    room: float,
) -> Outcome | None:
    """The outcome whose value is `aim`, which the values `found` at the places `at` pass; None if they jump over it by
    more than `room`.

    Every next place is where the inverse of a polynomial through the nearest meets the aim, or half way where that leads
    astray.
    """
    met = RELATIVE_MET * (abs(aim) + abs(aim - found[0]))
    k = int(np.argmax(found >= aim))
    finest = 1e-16 * abs(at[k] - at[k - 1])  # a jump may be at 0, where floats are finer than that
    places, values = list(at), list(found)
    miss, astray = np.inf, False
    while True:
        low, high, near = places[k - 1], places[k], slice(max(k - 4, 0), k + 4)
        share = (
            0.5 if astray else _crossing((np.array(places[near]) - low) / (high - low), np.array(values[near]) - aim)
        )
        place = float(low + (high - low) * (share if 0 < share < 1 else 0.5))
        outcome = make(place)
        before, miss = miss, abs(value(outcome) - aim)
        if miss <= met or abs(high - low) <= max(2 * np.spacing(abs(high)), finest):
            if miss > met:
                outcome = min((outcome, make(low), make(high)), key=lambda near: abs(value(near) - aim))
            return outcome if abs(value(outcome) - aim) <= room else None
        astray = not astray and miss > 0.25 * before
        places.insert(k, place)
        values.insert(k, value(outcome))
        k = k if values[k] >= aim else k + 1


def _crossing(x: Floats, y: Floats) -> float:
    """x at y = 0 by Neville’s scheme."""
    with np.errstate(all="ignore"):
        for k in range(1, x.size):
            x = (y[k:] * x[:-1] - y[:-k] * x[1:]) / (y[k:] - y[:-k])
    return float(x[0])
