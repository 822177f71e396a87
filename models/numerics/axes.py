"""How arrays line up.

Every array of the models has up to three groups of axes, always in this order: *pressures* (or whatever else a law's
parameters are arrays of), *points* (the values a density is asked for, or the nodes of a quadrature), and *modes*. A
single law has no axes of the first group, and its numbers are floats. Where an array lacks a group that another has,
axes of length 1 are put in its place: `align` adds those of the points behind the pressures, `align_modes` before the
modes. Nothing else reshapes.
"""

from typing import Any

import numpy as np

__all__ = ["Floats", "align", "align_modes", "plain"]

# A float for a single law, or an array whose first axes are the pressures': which of them, the caller knows. Everything
# declared `float` is one number, and `np.ndarray` always an array.
Floats = Any


def align(x: Floats, points: int) -> Floats:
    """`x`, whose axes are pressures, with room for as many axes of points."""
    return np.reshape(x, np.shape(x) + (1,) * points)


def align_modes(x: Floats, points: int) -> Floats:
    """`x`, whose last axis is the modes', with room for as many axes of points before it."""
    return np.reshape(x, (*np.shape(x)[:-1], *(1,) * points, np.shape(x)[-1]))


def plain(value: Floats) -> Floats:
    """A float for a single number, the array otherwise."""
    value = np.asarray(value)
    return value.item() if value.ndim == 0 else value
