"""What every law of (truth, persuasiveness) can answer, and the one quadrature they share.

An `OutputLaw` answers questions about outputs; a `BaseLaw` is one that selection can start from.
Attributes have the shape of the law's parameters (a float for a single law); densities append the shape
of their argument to it. A point mass has no density: the ``*_pdf`` methods describe the continuous part,
and the ``*_atoms`` methods the rest.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

__all__ = ["Atoms", "BaseLaw", "EmptySelectionError", "Nodes", "OutputLaw", "Ratio", "ReweightedLaw", "panels", "plain"]

# Largest tolerated difference between the mass the quadrature finds and the mass there is.
MASS_TOLERANCE = 1e-11


class EmptySelectionError(ValueError):
    """A selection that keeps no output at all: its result does not exist."""


@dataclass(frozen=True)
class Atoms:
    """Point masses: `position` and `mass`, both of shape (..., number of atoms)."""

    position: np.ndarray
    mass: np.ndarray


class OutputLaw(ABC):
    """The joint law of an output's truth T and persuasiveness P."""

    @property
    @abstractmethod
    def mean_truth(self) -> float: ...

    @property
    @abstractmethod
    def mean_persuasiveness(self) -> float: ...

    @property
    @abstractmethod
    def sd_truth(self) -> float: ...

    @property
    @abstractmethod
    def sd_persuasiveness(self) -> float: ...

    @abstractmethod
    def truth_pdf(self, t: np.ndarray) -> np.ndarray:
        """Density of T at `t`, any shape, per score unit."""

    @abstractmethod
    def persuasiveness_pdf(self, p: np.ndarray) -> np.ndarray:
        """Density of P at `p`, any shape, per score unit."""

    @abstractmethod
    def joint_pdf(self, t: np.ndarray, p: np.ndarray) -> np.ndarray:
        """Density of (T, P) at the broadcast of `t` and `p`, per square score unit."""

    @abstractmethod
    def truth_atoms(self) -> Atoms: ...

    @abstractmethod
    def persuasiveness_atoms(self) -> Atoms: ...


@dataclass(frozen=True)
class Nodes:
    """A quadrature rule for expectations over the base law of P: points and log masses.

    The last `atoms` points are the law's point masses, carried exactly.
    """

    p: np.ndarray
    log_mass: np.ndarray
    atoms: int


class Ratio(Protocol):
    """Log density ratio dq/df of a selection against its base, as a function of P."""

    def __call__(self, base: "BaseLaw", p: np.ndarray) -> np.ndarray: ...


class BaseLaw(OutputLaw):
    """A law that selection starts from. Only the law of P and E[T | P], Var[T | P] enter a selection."""

    @abstractmethod
    def log_cdf(self, p: np.ndarray, *, strict: bool = False) -> np.ndarray:
        """log P(P ≤ p), or of P < p when `strict`; full relative accuracy in both tails."""

    @abstractmethod
    def log_sf(self, p: np.ndarray, *, strict: bool = False) -> np.ndarray:
        """log P(P ≥ p), or of P > p when `strict`; full relative accuracy in both tails."""

    @abstractmethod
    def log_persuasiveness_pdf(self, p: np.ndarray) -> np.ndarray:
        """log density of P, which stays a number far out where the density does not."""

    @abstractmethod
    def log_joint_pdf(self, t: np.ndarray, p: np.ndarray) -> np.ndarray:
        """log density of (T, P) at the broadcast of `t` and `p`."""

    def persuasiveness_pdf(self, p: np.ndarray) -> np.ndarray:
        return plain(np.exp(self.log_persuasiveness_pdf(p)))

    def joint_pdf(self, t: np.ndarray, p: np.ndarray) -> np.ndarray:
        return plain(np.exp(self.log_joint_pdf(t, p)))

    @abstractmethod
    def regression(self, p: np.ndarray) -> np.ndarray:
        """r(p) = E[T | P = p]."""

    @abstractmethod
    def residual_variance(self, p: np.ndarray) -> np.ndarray:
        """Var[T | P = p]."""

    @cached_property
    @abstractmethod
    def nodes(self) -> Nodes:
        """The quadrature rule, placed so that any pressure the models allow finds its mass on it."""

    @abstractmethod
    def isf(self, log_tail: np.ndarray) -> np.ndarray:
        """The threshold c with log P(P ≥ c) = `log_tail`; at an atom that straddles it, the atom."""

    @abstractmethod
    def tilted(self, strength: float) -> tuple[OutputLaw, float]:
        """The law with density ∝ f(t, p) e^{strength · p}, and its KL from this one in nats."""

    @abstractmethod
    def truncated(self, threshold: float, share: float = 1.0) -> tuple[OutputLaw, float]:
        """The law given P ≥ threshold, keeping `share` of an atom exactly there, and its KL in nats.

        Raises:
            EmptySelectionError: if nothing is kept.
        """

    @abstractmethod
    def reweighted_truth_pdf(self, t: np.ndarray, ratio: Ratio, log_mass: np.ndarray) -> np.ndarray:
        """Density of T under the weights `ratio`, whose log masses on `nodes` are `log_mass`."""

    @abstractmethod
    def reweighted_truth_atoms(self, log_mass: np.ndarray) -> Atoms: ...

    def reweighted(self, ratio: Ratio) -> "ReweightedLaw":
        """The law with density f(t, p) e^{ratio}, by quadrature."""
        return ReweightedLaw(self, ratio)


@dataclass(frozen=True, eq=False)
class ReweightedLaw(OutputLaw):
    """A base law reweighted by a function of P alone, computed on the base law's quadrature nodes.

    Raises:
        ArithmeticError: when the selected mass found on the nodes is not 1 to within 1e-11, that is when
            the pressure has driven the law off the nodes.
    """

    base: BaseLaw
    ratio: Ratio

    def __post_init__(self) -> None:
        lost = np.max(np.abs(np.sum(self._mass, axis=-1) - 1))
        if not lost <= MASS_TOLERANCE:
            raise ArithmeticError(f"the quadrature misses {lost:.1e} of the selected mass; the allowed error is 1e-11")

    @cached_property
    def _log_mass(self) -> np.ndarray:
        return self.base.nodes.log_mass + self.ratio(self.base, self.base.nodes.p)

    @cached_property
    def _mass(self) -> np.ndarray:
        return np.exp(self._log_mass)

    @cached_property
    def _regression(self) -> np.ndarray:
        return self.base.regression(self.base.nodes.p)

    def expectation(self, values: np.ndarray) -> float:
        """E[values] over the selected law, for values given on the base law's nodes."""
        return plain(np.sum(self._mass * values, axis=-1))

    @property
    def mean_truth(self) -> float:
        return self.expectation(self._regression)

    @property
    def mean_persuasiveness(self) -> float:
        return self.expectation(self.base.nodes.p)

    @property
    def sd_truth(self) -> float:
        spread = np.square(self._regression - np.asarray(self.mean_truth)[..., None])
        return np.sqrt(self.expectation(spread + self.base.residual_variance(self.base.nodes.p)))

    @property
    def sd_persuasiveness(self) -> float:
        return np.sqrt(self.expectation(np.square(self.base.nodes.p - np.asarray(self.mean_persuasiveness)[..., None])))

    @property
    def kl(self) -> float:
        """KL(selected ‖ base) = E_q[log dq/df], nats."""
        ratio = self._log_mass - self.base.nodes.log_mass
        return self.expectation(np.where(self._mass > 0, ratio, 0.0))

    def truth_pdf(self, t: np.ndarray) -> np.ndarray:
        return self.base.reweighted_truth_pdf(np.asarray(t, dtype=float), self.ratio, self._log_mass)

    def persuasiveness_pdf(self, p: np.ndarray) -> np.ndarray:
        return plain(np.exp(self.base.log_persuasiveness_pdf(p) + self.ratio(self.base, p)))

    def joint_pdf(self, t: np.ndarray, p: np.ndarray) -> np.ndarray:
        return plain(np.exp(self.base.log_joint_pdf(t, p) + self.ratio(self.base, p)))

    def truth_atoms(self) -> Atoms:
        return self.base.reweighted_truth_atoms(self._log_mass)

    def persuasiveness_atoms(self) -> Atoms:
        first = self.base.nodes.p.size - self.base.nodes.atoms
        return Atoms(self.base.nodes.p[first:], self._mass[..., first:])


def panels(edges: np.ndarray, order: int = 16) -> tuple[np.ndarray, np.ndarray]:
    """Composite Gauss–Legendre: nodes and weights of `order` points on each interval between edges."""
    x, w = _LEGENDRE if order == 16 else np.polynomial.legendre.leggauss(order)
    half = 0.5 * np.diff(edges)[:, None]
    middle = 0.5 * (edges[1:] + edges[:-1])[:, None]
    return (middle + half * x).ravel(), (half * w).ravel()


_LEGENDRE = np.polynomial.legendre.leggauss(16)


def plain(value: np.ndarray) -> float:
    """A float for a single number, the array otherwise."""
    value = np.asarray(value)
    return value.item() if value.ndim == 0 else value
