"""Relative entropy, term by term, without cancellation."""

import math

import numpy as np
from numpy.polynomial.polynomial import polyval

from models.numerics.axes import Floats

__all__ = ["excess_information"]

NEAR_LOG_RATIO = 0.1  # below this the formula cancels, and its series takes its place
SERIES = [max(k - 1, 0) / math.factorial(k) for k in range(13)]


def excess_information(log_mass: Floats, log_ratio: Floats) -> Floats:
    """m (x eˣ − (eˣ − 1)) ≥ 0 of a mass m whose density ratio is eˣ, both by their logs: its share of a KL, nats.

    Summed over a law it is the KL, for the masses eˣ m add to 1 as the m do. The bracket is Σ xᵏ (k − 1)/k! from
    k = 2 on.
    """
    x = np.asarray(log_ratio)
    mass, selected = np.exp(log_mass), np.exp(log_mass + x)
    found = np.where(np.isneginf(x), 0.0, x) * selected - (selected - mass)
    if not (near := np.abs(x) < NEAR_LOG_RATIO).any():
        return found
    return np.where(near, mass * polyval(np.where(near, x, 0.0), SERIES), found)
