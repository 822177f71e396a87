"""What a law of one score can answer (docs/theory.md §3.2).

Beside scipy’s words it says what a quadrature has to know: how fast the tails fall, where the density is not smooth, and
edges between which it is a polynomial for all that sixteen points can tell.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Self

import numpy as np

from models.numerics.axes import Floats
from models.parameters import Interval, Parameters, knob

__all__ = ["TOO_HEAVY", "Distribution", "OneSided", "Symmetric", "location_knob", "mirrored", "reflected", "scale_knob"]

POSITIVE_SCALE = Interval(1e-100, 1e100)
TOO_HEAVY = "the tail is so heavy that any reward costs almost no KL"


def location_knob(of: str = "centre") -> float:
    """The `location` of a law, in score units."""
    return knob(
        symbol="m",
        label="location",
        default=0.0,
        low=-3.0,
        high=3.0,
        step=0.05,
        help=f"Where the {of} of the law lies, in score units.",
        domain=Interval(),
    )


def scale_knob(help: str, *, symbol: str = "s", label: str = "scale", low: float = 0.1, high: float = 3.0) -> float:
    """A positive scale of a law, in score units."""
    return knob(
        symbol=symbol, label=label, default=1.0, low=low, high=high, step=0.05, help=help, domain=POSITIVE_SCALE
    )


def mirrored(upper: np.ndarray) -> np.ndarray:
    """Edges on both sides of 0, from those from 0 up."""
    return np.concatenate([-upper[:0:-1], upper])


def reflected(upper_logsf: Callable[[np.ndarray], Floats], x: Floats) -> Floats:
    """log P(X > x) at any x of a law that is symmetric about 0, from its values at x ≥ 0."""
    log_upper = upper_logsf(np.abs(x))
    return np.where(np.asarray(x) >= 0, log_upper, np.log1p(-np.exp(np.minimum(log_upper, -np.log(2)))))


@dataclass(frozen=True, kw_only=True)
class Distribution(Parameters, ABC):
    """The law of one score X. Densities and tails take values of it, of any shape, in score units."""

    symmetric: ClassVar[bool]
    location: float

    @property
    def origin(self) -> float:
        """The point that `edges` and `kinks` are measured from: the centre of a symmetric law, the lower end of the
        support of a one-sided one."""
        return self.location

    @property
    def standard(self) -> Self:
        """The same law with its origin at 0."""
        return replace(self, location=0.0)

    @property
    @abstractmethod
    def width(self) -> float:
        """Roughly half the width of the range that holds most of the mass, score units."""

    @property
    def support(self) -> tuple[float, float]:
        """Both ends of the support; ±∞ where there is none."""
        return -np.inf, np.inf

    @property
    @abstractmethod
    def mean(self) -> float | None:
        """∞ where only the upper tail is too heavy, None where it does not exist."""

    @property
    @abstractmethod
    def std(self) -> float | None:
        """The standard deviation; ∞ where only the mean exists or the mean is ∞, None where the mean does not exist."""

    @property
    def tail_index(self) -> float:
        """P(X > x) falls like a power x^(−index); ∞ for tails lighter than that."""
        return np.inf

    @property
    def lower_tail_index(self) -> float:
        """P(X < −x) falls like a power x^(−index); ∞ for tails lighter than that."""
        return self.tail_index

    @property
    def strength_limit(self) -> float:
        """E[e^{λX}] is finite for 0 ≤ λ < this; also the limit of the hazard rate far out."""
        return np.inf

    @property
    def variance_proxy(self) -> float | None:
        """The least s² with E[e^{λ(X − E X)}] ≤ e^{λ²s²/2} for every λ ≥ 0; None where the upper tail allows none."""
        return None

    @property
    def no_optimum(self) -> str:
        """Why KL-penalised RL has no optimum from `strength_limit` on, in a clause; "" if it always has one."""
        return ""

    @property
    def log_tail_front(self) -> float:
        """log C where the density falls like C x^(−index − 1)."""
        far = 1e15 * self.width
        return float(self.standard.logpdf(far) + (self.tail_index + 1) * np.log(far))

    @property
    def kinks(self) -> tuple[float, ...]:
        """Where the density is not smooth, from the origin."""
        return ()

    @cached_property
    @abstractmethod
    def edges(self) -> np.ndarray:
        """Edges of panels for quadrature, from the origin: between two of them 16 Gauss–Legendre points suffice for the
        density beside anything as smooth as itself."""

    @abstractmethod
    def logpdf(self, x: Floats) -> Floats:
        """log density, −∞ off the support."""

    @abstractmethod
    def logsf(self, x: Floats) -> Floats:
        """log P(X > x), to full relative accuracy."""

    @abstractmethod
    def logcdf(self, x: Floats) -> Floats:
        """log P(X ≤ x), to full relative accuracy."""

    @abstractmethod
    def ppf(self, q: Floats) -> Floats:
        """The x with P(X ≤ x) = q, q in (0, 1)."""

    @abstractmethod
    def log_pdf_ratio(self, x: Floats, s: Floats) -> Floats:
        """log f(x − s) − log f(x + s), x from the origin, |s| < |x|, without cancellation; NaN where both are 0."""

    def tilted(self, strength: Floats) -> tuple[Floats, Floats, Floats]:
        """Mean and variance under the density ∝ f(x) e^{strength · x}, and its KL from f, nats; below `strength_limit`.

        Raises:
            ValueError: where there is no tilt but that of strength 0, which leaves the law alone.
        """
        raise ValueError(f"strength = {strength!r} is not allowed; {self!r} has no exponential tilt")


@dataclass(frozen=True, kw_only=True)
class Symmetric(Distribution, ABC):
    """A law that is symmetric about its location."""

    symmetric: ClassVar[bool] = True

    @property
    def mean(self) -> float | None:
        return self.location if self.tail_index > 1 else None

    @abstractmethod
    def centred_logpdf(self, x: np.ndarray) -> Floats:
        """log density at the distance x ≥ 0 from the centre."""

    @abstractmethod
    def centred_logsf(self, x: np.ndarray) -> Floats:
        """log P(X − location > x) for x ≥ 0."""

    def logpdf(self, x: Floats) -> Floats:
        return self.centred_logpdf(np.abs(np.asarray(x, dtype=float) - self.location))

    def logsf(self, x: Floats) -> Floats:
        return reflected(self.centred_logsf, np.asarray(x, dtype=float) - self.location)

    def logcdf(self, x: Floats) -> Floats:
        return self.logsf(2 * self.location - np.asarray(x, dtype=float))


@dataclass(frozen=True, kw_only=True)
class OneSided(Distribution, ABC):
    """A law of values above its origin only, with a tail heavier than every exponential."""

    symmetric: ClassVar[bool] = False

    @property
    def lower_tail_index(self) -> float:
        return np.inf

    @property
    def strength_limit(self) -> float:
        return 0.0

    @property
    def no_optimum(self) -> str:
        return TOO_HEAVY

    @property
    def support(self) -> tuple[float, float]:
        return self.origin, np.inf

    @property
    def kinks(self) -> tuple[float, ...]:
        return (0.0,)

    def above_origin(self, x: Floats) -> tuple[np.ndarray, np.ndarray]:
        """How far `x` is above the origin, 1 where it is not; and whether it is."""
        x = np.asarray(x, dtype=float) - self.origin
        return np.where(x > 0, x, 1.0), x > 0
