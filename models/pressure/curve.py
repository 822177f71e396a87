"""A curve over rising pressure (docs/theory.md §5.1).

All that varies pressure works on *depth*, a common scale for every method's pressure: about the square root of the KL,
0 where nothing is selected (`Selection.at_depth`).
"""

import numpy as np

from models.laws.base import BaseLaw
from models.parameters import Interval
from models.selection.base import Outcome, Selection, as_template
from models.worlds.base import World
from models.worlds.given import as_law

__all__ = ["curve", "depth_reaching"]

FEWEST = 13  # points at which the KL over the depths of a curve is looked at
ASTRAY = 0.1  # of the whole way: points that are farther from their places are placed anew
WIDE = 3.0  # even steps: so are points of which two are as far apart
MOST_PLACED = 5  # times; a jump stays
LADDER = np.append(0.0, 1.2 ** np.arange(7))  # of depths beside the one at which the KL is usually reached


def curve(method: Selection | type[Selection], base: BaseLaw | World, reach: float, points: int = 100) -> Outcome:
    """`method` at `points` pressures, from none to a KL of `reach` nats or as near as it gets, evenly in √KL.

    >>> from models import Boltzmann, Mode, OutputMixture
    >>> base = OutputMixture([Mode(correlation=0.5)])
    >>> outcome = curve(Boltzmann, base, reach=2.0, points=3)
    >>> outcome.kl.round(6), outcome.mean_truth.round(6)
    (array([0. , 0.5, 2. ]), array([0. , 0.5, 1. ]))

    Raises:
        TypeError: for a method or a base that is none; it names the right call.
        ValueError: for a reach that is negative, not finite or an array, or no points.
        NoOptimumError: where the method has no optimum on `base`.
    """
    method, base = as_template(method), as_law(base)
    if np.ndim(reach):
        raise ValueError(
            f"reach is an array of {np.size(reach)}; it must be the KL at the end of the curve, one number of nats; "
            f"outcomes at pressures of your own are {type(method).__name__}(…).apply(base)"
        )
    Interval(0.0).check(reach, "reach")
    Interval(1.0).check(points, "points")
    wanted, end = np.linspace(0, 1, points), depth_reaching(method, base, reach)

    def at(depth: np.ndarray) -> Outcome:
        return method.at_depth(base, depth).apply(base)

    if method.exact_depth and not base.persuasiveness_atoms().position.size:
        return at(end * wanted)
    even = np.linspace(0, 1, max(points, FEWEST))
    depth = end * even
    for _ in range(MOST_PLACED):
        outcome = at(depth)
        found = np.sqrt(np.maximum(outcome.kl, 0.0))
        if not found[-1] > 0:
            break
        found = np.maximum.accumulate(found / found[-1])
        if np.max(np.abs(found - even)) <= ASTRAY and np.max(np.diff(found)) <= WIDE / even.size:
            break
        depth = np.interp(even, found, depth)
    return outcome if points == even.size else at(np.interp(wanted, even, depth))


def depth_reaching(method: Selection, base: BaseLaw, reach: float) -> float:
    """A depth at which the KL is `reach` nats, to a few percent, or near the most there is if that is less."""
    deepest = method.deepest_on(base)
    high = min(max(np.sqrt(reach), 1e-6), deepest)
    if method.exact_depth and not base.persuasiveness_atoms().position.size:
        return float(high)

    def root_kl(depth: np.ndarray) -> np.ndarray:
        return np.sqrt(np.maximum(method.at_depth(base, depth).apply(base).kl, 0.0))

    def rungs(start: float) -> np.ndarray:
        at = np.minimum(start * LADDER, deepest)
        further = at[2:][method.exists(base, method.at_depth(base, at[2:]).pressure)]
        return np.concatenate([at[:2], further])

    at = rungs(high)
    root = root_kl(at)
    if abs(root[1] ** 2 - reach) <= 0.02 * reach:
        return float(at[1])
    while root[-1] ** 2 < reach and (further := rungs(at[-1])[1:])[-1] > at[-1]:
        at, root = further, root_kl(further)
    level = np.sqrt(min(reach, (1 - 1e-9) * root[-1] ** 2))
    for _ in range(5):
        k = max(int(np.argmax(root >= level)), 1)
        low, high = at[k - 1], at[k]
        if root[k] - root[k - 1] <= 0.2 * level and root[k] > root[k - 1]:
            return float(low + (high - low) * (level - root[k - 1]) / (root[k] - root[k - 1]))
        at = np.linspace(low, high, 9)
        root = root_kl(at)
    return float(high)  # the far side: the KL jumps there
