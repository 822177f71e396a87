"""A curve over rising pressure (docs/theory.md §5.1).

All that varies pressure works on *root_kl*, a common scale for every method's pressure: about the square root of the KL,
0 where nothing is selected (`Selection.at_root_kl`).
"""

import numpy as np

from models.base_models.base import BaseModel
from models.base_models.given import as_law
from models.laws.base import BaseLaw
from models.parameters import Interval
from models.selection.base import Outcome, Selection, as_template

__all__ = ["curve", "root_kl_reaching"]

FEWEST_POINTS = 13  # points at which the KL over the root_kls of a curve is looked at
ASTRAY = 0.1  # of the whole way: points that are farther from their places are placed anew
WIDE_STEPS = 3.0  # even steps: so are points of which two are as far apart
MOST_PLACED = 5  # times; a jump stays
LADDER = np.append(0.0, 1.2 ** np.arange(7))  # of root_kls beside the one at which the KL is usually reached


def curve(method: Selection | type[Selection], base: BaseLaw | BaseModel, max_kl: float, points: int = 100) -> Outcome:
    """`method` at `points` pressures, from none to a KL of `match_target` nats or as near as it gets, evenly in √KL.

    >>> from models import Boltzmann, Mode, OutputMixture
    >>> base = OutputMixture([Mode(correlation=0.5)])
    >>> outcome = curve(Boltzmann, base, max_kl=2.0, points=3)
    >>> outcome.kl.round(6), outcome.mean_truth.round(6)
    (array([0. , 0.5, 2. ]), array([0. , 0.5, 1. ]))

    Raises:
        TypeError: for a method or a base that is none; it names the right call.
        ValueError: for a max_kl that is negative, not finite or an array, or no points.
        NoOptimumError: where the method has no optimum on `base`.
    """
    method, base = as_template(method), as_law(base)
    if np.ndim(max_kl):
        raise ValueError(
            f"max_kl is an array of {np.size(max_kl)}; it must be the KL at the end of the curve, one number of nats; "
            f"outcomes at pressures of your own are {type(method).__name__}(…).apply(base)"
        )
    Interval(0.0).check(max_kl, "max_kl")
    Interval(1.0).check(points, "points")
    wanted, end = np.linspace(0, 1, points), root_kl_reaching(method, base, max_kl)

    def at(root_kl: np.ndarray) -> Outcome:
        return method.at_root_kl(base, root_kl).apply(base)

    if method.exact_root_kl and not base.persuasiveness_atoms().position.size:
        return at(end * wanted)
    even = np.linspace(0, 1, max(points, FEWEST_POINTS))
    root_kl = end * even
    for _ in range(MOST_PLACED):
        outcome = at(root_kl)
        found = np.sqrt(np.maximum(outcome.kl, 0.0))
        if not found[-1] > 0:
            break
        found = np.maximum.accumulate(found / found[-1])
        if np.max(np.abs(found - even)) <= ASTRAY and np.max(np.diff(found)) <= WIDE_STEPS / even.size:
            break
        root_kl = np.interp(even, found, root_kl)
    return outcome if points == even.size else at(np.interp(wanted, even, root_kl))


def root_kl_reaching(method: Selection, base: BaseLaw, max_kl: float) -> float:
    """A root_kl at which the KL is `match_target` nats, to a few percent, or near the most there is if that is less."""
    max_root_kl = method.max_root_kl_on(base)
    high = min(max(np.sqrt(max_kl), 1e-6), max_root_kl)
    if method.exact_root_kl and not base.persuasiveness_atoms().position.size:
        return float(high)

    def root_kl_found(root_kl: np.ndarray) -> np.ndarray:
        return np.sqrt(np.maximum(method.at_root_kl(base, root_kl).apply(base).kl, 0.0))

    def rungs(start: float) -> np.ndarray:
        at = np.minimum(start * LADDER, max_root_kl)
        further = at[2:][method.exists(base, method.at_root_kl(base, at[2:]).pressure)]
        return np.concatenate([at[:2], further])

    at = rungs(high)
    root = root_kl_found(at)
    if abs(root[1] ** 2 - max_kl) <= 0.02 * max_kl:
        return float(at[1])
    while root[-1] ** 2 < max_kl and (further := rungs(at[-1])[1:])[-1] > at[-1]:
        at, root = further, root_kl_found(further)
    level = np.sqrt(min(max_kl, (1 - 1e-9) * root[-1] ** 2))
    for _ in range(5):
        k = max(int(np.argmax(root >= level)), 1)
        low, high = at[k - 1], at[k]
        if root[k] - root[k - 1] <= 0.2 * level and root[k] > root[k - 1]:
            return float(low + (high - low) * (level - root[k - 1]) / (root[k] - root[k - 1]))
        at = np.linspace(low, high, 9)
        root = root_kl_found(at)
    return float(high)  # the far side: the KL jumps there
