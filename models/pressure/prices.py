"""What it costs to find an output, or to reach a mean persuasiveness, by sampling (docs/theory.md §5.4)."""

import numpy as np
from scipy.optimize import brentq, elementwise

from models.base_models.base import BaseModel
from models.base_models.given import as_law
from models.laws.base import BaseLaw
from models.numerics.axes import plain
from models.numerics.panels import panels
from models.pressure.match_target import match_target
from models.selection.base import MOST_SAMPLES
from models.selection.best_of_n import BestOfN

__all__ = ["log_price_of_best_of_n", "log_price_of_filtering"]


def log_price_of_filtering(base: BaseLaw | BaseModel, target: float) -> float:
    """log(1/Q): log of the base samples it takes to find one output with P ≥ `target`; ∞ if there is none.

    With `target` the mean persuasiveness that RL reaches, about z²/2 + log(z √(2π)) at z base standard
    deviations. Stays a plain number where 1/Q overflows.

    >>> from models import ThreeSubmodules
    >>> base = ThreeSubmodules(mu_c=2).blend()
    >>> round(log_price_of_filtering(base, 2.0), 4)
    3.7832
    """
    if not np.all(np.isfinite(target)):
        raise ValueError(f"target = {target!r} is not allowed; it must be finite")
    return plain(-np.asarray(as_law(base).log_sf(target)))


def log_price_of_best_of_n(base: BaseLaw | BaseModel, target: float) -> float:
    """log n of the best-of-n whose mean persuasiveness is `target`: 0 if the base model has it, ∞ if none reaches it.

    ∞ too for the highest persuasiveness there is, which best-of-n only tends to. Past n = 1e12 the mean is an integral over x = log(n S̄), E = ∫ S̄⁻¹(e^{x−log n}) e^{x − e^x} dx.

    >>> from models import ThreeSubmodules
    >>> base = ThreeSubmodules(mu_c=2).blend()
    >>> round(log_price_of_best_of_n(base, 2.0), 4)
    3.2999
    """
    base = as_law(base)
    if base.mean_persuasiveness is None or not np.isfinite(target):
        raise ValueError(f"target = {target!r}: a finite target, and a base model that has a mean, are needed")
    if target <= base.mean_persuasiveness:
        return 0.0
    if target >= base.highest:
        return np.inf
    found = match_target(BestOfN, base, mean_persuasiveness=target)
    if found and found.log_samples_per_output is not None:
        return found.log_samples_per_output
    x, width = panels(np.linspace(-45.0, 4.0, 50))

    def excess(log_n: float) -> float:
        return float(np.sum(base.isf(x - log_n) * np.exp(x - np.exp(x)) * width)) - target

    low = 0.9 * np.log(MOST_SAMPLES)
    high = elementwise.bracket_root(np.vectorize(excess), low, 2 * low, xmin=low, maxiter=200).bracket[1]
    return brentq(excess, low, high, xtol=1e-14, rtol=1e-15)
