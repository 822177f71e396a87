"""Composite Gauss–Legendre quadrature."""

import numpy as np

from models.numerics.axes import Floats

__all__ = ["panels"]


_LEGENDRE = np.polynomial.legendre.leggauss(16)


def panels(edges: Floats) -> tuple[np.ndarray, np.ndarray]:
    """Composite Gauss–Legendre: nodes and weights of 16 points on each interval between edges (last axis)."""
    half = 0.5 * np.diff(edges)[..., None]
    middle = 0.5 * (edges[..., 1:] + edges[..., :-1])[..., None]
    nodes, weights = middle + half * _LEGENDRE[0], half * _LEGENDRE[1]
    return nodes.reshape(*edges.shape[:-1], -1), weights.reshape(*edges.shape[:-1], -1)
