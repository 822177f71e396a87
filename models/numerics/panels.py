"""Composite Gauss–Legendre quadrature."""

from dataclasses import dataclass

import numpy as np

from models.numerics.axes import Floats

__all__ = ["SharedPanels", "panels"]


_LEGENDRE = np.polynomial.legendre.leggauss(16)


def panels(edges: Floats) -> tuple[np.ndarray, np.ndarray]:
    """Composite Gauss–Legendre: nodes and weights of 16 points on each interval between edges (last axis)."""
    half = 0.5 * np.diff(edges)[..., None]
    middle = 0.5 * (edges[..., 1:] + edges[..., :-1])[..., None]
    nodes, weights = middle + half * _LEGENDRE[0], half * _LEGENDRE[1]
    shape = (*edges.shape[:-1], nodes.shape[-2] * nodes.shape[-1])
    return nodes.reshape(shape), weights.reshape(shape)


@dataclass(frozen=True, eq=False)
class SharedPanels:
    """Nodes in rows that have most of their panels in common.

    Attributes:
        inside: the nodes of every panel there is, of shape (panels, 16).
        which: the panels of each row, of shape (..., panels of a row).
        further: nodes of each row besides, of shape (..., nodes).
    """

    inside: np.ndarray
    which: np.ndarray
    further: np.ndarray

    @property
    def distinct(self) -> np.ndarray:
        return np.append(self.inside, self.further)

    def spread(self, found: np.ndarray) -> np.ndarray:
        """From numbers at the `distinct` nodes (last axis) to those at every row’s."""
        before, size = found.shape[:-1], self.inside.size
        inside = found[..., :size].reshape(*before, *self.inside.shape)[..., self.which, :]
        further = found[..., size:].reshape(*before, *self.further.shape)
        return np.concatenate([inside.reshape(*before, *self.which.shape[:-1], -1), further], axis=-1)
