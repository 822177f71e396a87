"""What truth plus error has to know of its two parts together (docs/theory.md §3.1)."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from models.numerics.axes import Floats

__all__ = ["Convolution"]


class Convolution(ABC):
    """The law of P = T + V, and of T given P, with the origins of T and V at 0; in score units.

    There are two kinds, each tested against the other: closed forms for a normal truth beside a symmetric error, and a
    table by quadrature for any other pair.
    """

    computed: ClassVar[str]
    resolves_error: ClassVar[bool] = False
    """Whether panels between `quadrature_edges` are fine enough for the density of the error, too."""

    @property
    @abstractmethod
    def quadrature_edges(self) -> np.ndarray:
        """Edges for panels of 16 points for expectations over P, also of what any selection by rank weights."""

    @abstractmethod
    def logpdf(self, p: Floats) -> Floats:
        """log density of P."""

    @abstractmethod
    def logsf(self, p: Floats) -> Floats:
        """log P(P > p)."""

    @abstractmethod
    def logcdf(self, p: Floats) -> Floats:
        """log P(P ≤ p)."""

    @abstractmethod
    def truth_given(self, p: Floats) -> tuple[np.ndarray, np.ndarray]:
        """E[T | P = p] and Var[T | P = p]."""

    @abstractmethod
    def truth_above(self, p: Floats) -> Floats:
        """E[T | P ≥ p]."""

    def mean_excess(self, p: Floats) -> Floats | None:
        """E[(P − p)⁺], where P has a mean and this has a closed form; None where it has none."""
        return None
