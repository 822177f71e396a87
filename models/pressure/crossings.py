"""Where the modes of a mixture change places under rising pressure (docs/theory.md §4.4)."""

import numpy as np

from models.base_models.base import BaseModel
from models.base_models.given import as_law, named
from models.laws.base import BaseLaw
from models.laws.mixture import OutputMixture

__all__ = ["mode_crossings"]


def mode_crossings(base: BaseLaw | BaseModel, first: int = 0, second: int = 1) -> tuple[float, ...]:
    """The λ ≥ 0 at which two modes weigh the same in the Boltzmann policy, in order; none, one or two of them.

    Roots of log(w₂/w₁) + λ(m_P2 − m_P1) + λ²(s_P2² − s_P1²)/2 (docs/theory.md §4.4).

    >>> from models import Mode
    >>> mode_crossings(OutputMixture([Mode(weight=0.9), Mode(weight=0.1, mean_persuasiveness=1)]))
    (2.197224577336219,)

    Raises:
        TypeError: for a law without modes.
    """
    base = as_law(base)
    if not isinstance(base, OutputMixture):
        raise TypeError(f"{named(base)} has no modes; give OutputMixture([Mode(…), Mode(…)]) or GoodhartMixture()")
    if len(base.modes) == 1:
        return ()
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
