"""Where one method’s mean truth passes another’s at equal KL (docs/theory.md §5.3)."""

import numpy as np
from scipy.optimize import brentq

from models.base_models.base import BaseModel
from models.base_models.given import as_law
from models.laws.base import BaseLaw
from models.pressure.curve import curve
from models.pressure.match_target import match_target
from models.selection.base import Selection, as_template

__all__ = ["overtaking"]

POINTS = 200
LEAST_TRUTH_GAP = 1e-9  # a difference in mean truth that is more than rounding


def overtaking(
    method: Selection | type[Selection],
    other: Selection | type[Selection],
    base: BaseLaw | BaseModel,
    most: float = 30.0,
) -> tuple[float, ...]:
    """The KLs, in nats and up to `most`, beyond which `method` leaves truer outputs than `other` does at the same KL.

    Seen on 200 pressures, evenly in √KL, and polished to about ten digits: what turns and turns back between two of them
    is missed. Beyond a KL that one of the methods cannot reach nothing is compared.

    >>> from models import BestOfN, Boltzmann, Filter, GoodhartMixture, Mode, OutputMixture
    >>> [round(kl, 4) for kl in overtaking(Filter, BestOfN, GoodhartMixture().law())]
    [2.0941]
    >>> overtaking(Boltzmann, BestOfN, OutputMixture([Mode(correlation=0.5)]))  # ahead from the start
    ()

    Raises:
        NoOptimumError: where one of the methods has no optimum on `base`.
    """
    pair, base = (as_template(method), as_template(other)), as_law(base)
    curves = [curve(each, base, most, POINTS) for each in pair]
    last = min(float(np.max(along.kl)) for along in curves)
    kl = last * np.linspace(0, 1, POINTS)[1:-1] ** 2
    ahead = np.subtract(*(np.interp(kl, along.kl, along.mean_truth) for along in curves))

    def lead(at: float) -> float:
        one, two = (match_target(each, base, kl=at, along=along) for each, along in zip(pair, curves, strict=True))
        return one.mean_truth - two.mean_truth if one and two else np.nan

    found = []
    for k in np.flatnonzero((ahead[:-1] < 0) & (ahead[1:] > 0)).tolist():
        low, high = kl[max(k - 1, 0)], kl[min(k + 2, kl.size - 1)]  # the curves are read between their points
        if lead(low) < -LEAST_TRUTH_GAP and lead(high) > LEAST_TRUTH_GAP:
            found.append(float(brentq(lead, low, high, rtol=1e-12)))
    return tuple(found)
