"""The pressure that reaches a target (theory §2)."""

import numpy as np
from scipy.optimize import brentq

from models.laws.base import BaseLaw
from models.selection.base import Outcome, Selection, as_template

__all__ = ["reach"]

MISS = 1e-9  # of a target, beside 1; what is farther off has been jumped over


def reach(
    method: Selection | type[Selection],
    base: BaseLaw,
    *,
    kl: float | None = None,
    mean_persuasiveness: float | None = None,
    samples: float | None = None,
) -> Outcome | None:
    """`method` at the pressure that reaches one target: a KL in nats, a mean P, or base samples per output.

    None where the method cannot reach it: a mean below the base model's, more samples than its numbers allow, samples
    asked of a method that does not draw them, or a value that a filter jumps over at a point mass.

    >>> from models import BestOfN, Boltzmann, Mode, OutputMixture
    >>> base = OutputMixture([Mode(correlation=0.5)])
    >>> round(reach(BestOfN, base, samples=16).selection.n, 9)
    16.0
    >>> reach(Boltzmann, base, samples=16) is None
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
    method = as_template(method)
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
