"""One-dimensional laws, for a truth and for an error that are added (theory §1.3): location and scale free.

They say what a quadrature has to know of them: densities, how fast the tails fall, where a density is not smooth, and
edges between which it is a polynomial for all that sixteen points can tell.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Self

import numpy as np
from scipy.special import erf, log_ndtr, ndtri, stdtrit

from models.laws.errors import ErrorLaw, LaplaceError, NormalError, StudentTError, UniformError
from models.numerics.axes import Floats
from models.numerics.normal import log_phi
from models.parameters import Interval, Parameters, knob

__all__ = [
    "FARTHEST",
    "Laplace",
    "Levy",
    "Lognormal",
    "Normal",
    "StudentT",
    "Uniform",
    "Univariate",
    "as_error",
    "as_univariate",
]

POSITIVE = Interval(0.0, open_low=True)
FARTHEST = 1e18  # scales out, to which the edges of a tail that falls like a power go
DEEPEST = 100.0  # standard deviations out, to which those of a normal go: one output in e^5000
TOO_HEAVY = "the tail is so heavy that any reward costs almost no KL"


def _location(of: str = "centre") -> float:
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


def _scale(help: str) -> float:
    return knob(symbol="s", label="scale", default=1.0, low=0.1, high=3.0, step=0.05, help=help, domain=POSITIVE)


@dataclass(frozen=True, kw_only=True)
class Univariate(Parameters, ABC):
    """A law on the line. Densities and tails take values of it, any shape, score units."""

    symmetric: ClassVar[bool] = True
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
        """Half the width of where most of the law is, roughly, score units."""

    @property
    @abstractmethod
    def mean(self) -> float | None:
        """∞ where only the upper tail is too heavy, None where it does not exist."""

    @property
    @abstractmethod
    def sd(self) -> float | None:
        """∞ where it is infinite or only the mean exists, None where the mean does not."""

    @property
    def tail_index(self) -> float:
        """P(X > x) falls like a power x^(−index); ∞ for tails lighter than that."""
        return np.inf

    @property
    def lower_tail_index(self) -> float:
        return self.tail_index

    @property
    def strength_limit(self) -> float:
        """E[e^{λX}] is finite for 0 ≤ λ < this; also what the hazard rate tends to far out."""
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
        return float(self.standard.log_pdf(far) + (self.tail_index + 1) * np.log(far))

    @property
    def lowest(self) -> float:
        """The lower end of the support, from the origin."""
        return -np.inf

    @property
    def highest(self) -> float:
        """The upper end of the support, from the origin."""
        return np.inf

    @property
    def kinks(self) -> tuple[float, ...]:
        """Where the density is not smooth, from the origin."""
        return ()

    @cached_property
    @abstractmethod
    def edges(self) -> np.ndarray:
        """Panels for quadrature, from the origin: between two of them 16 Gauss–Legendre points suffice for the density
        beside anything as smooth as itself."""

    @abstractmethod
    def log_pdf(self, x: Floats) -> Floats:
        """log density, −∞ off the support."""

    @abstractmethod
    def log_sf(self, x: Floats) -> Floats:
        """log P(X > x)."""

    @abstractmethod
    def quantile(self, share: Floats) -> Floats:
        """The x with P(X ≤ x) = `share`, in (0, 1)."""

    @abstractmethod
    def log_pdf_ratio(self, x: Floats, s: Floats) -> Floats:
        """log f(x − s) − log f(x + s), x from the origin, |s| < |x|, without cancellation; NaN where both are 0."""

    def tilted(self, strength: Floats) -> tuple[Floats, Floats, Floats]:
        """Mean and variance under density ∝ e^{strength · x}, and its KL, nats; below `strength_limit`.

        Raises:
            ValueError: where there is no tilt but that of strength 0, which leaves the law alone.
        """
        raise ValueError(f"strength = {strength!r} is not allowed; {self!r} has no exponential tilt")


@dataclass(frozen=True, kw_only=True)
class Symmetric(Univariate, ABC):
    """A law that is symmetric about its location: an error's law, moved."""

    @property
    @abstractmethod
    def error(self) -> ErrorLaw:
        """The same law about 0."""

    @property
    def mean(self) -> float | None:
        return self.location if self.tail_index > 1 else None

    @property
    def sd(self) -> float | None:
        return self.error.sd

    @property
    def tail_index(self) -> float:
        return self.error.tail_index

    @property
    def strength_limit(self) -> float:
        return self.error.strength_limit

    @property
    def variance_proxy(self) -> float | None:
        return self.error.variance_proxy

    @property
    def no_optimum(self) -> str:
        return self.error.no_optimum

    def log_pdf(self, x: Floats) -> Floats:
        return self.error.log_pdf(np.asarray(x, dtype=float) - self.location)

    def log_sf(self, x: Floats) -> Floats:
        return self.error.log_sf(np.asarray(x, dtype=float) - self.location)

    def tilted(self, strength: Floats) -> tuple[Floats, Floats, Floats]:
        mean, variance, kl = self.error.tilted(np.asarray(strength, dtype=float))
        return self.location + mean, variance, kl


@dataclass(frozen=True, kw_only=True)
class Normal(Symmetric):
    """N(location, scale²)."""

    location: float = _location()
    scale: float = _scale("Standard deviation.")

    @property
    def error(self) -> NormalError:
        return NormalError(scale=self.scale)

    @property
    def width(self) -> float:
        return self.scale

    @cached_property
    def edges(self) -> np.ndarray:
        return self.scale * np.linspace(-DEEPEST, DEEPEST, 81)

    def quantile(self, share: Floats) -> Floats:
        return self.location + self.scale * ndtri(share)

    def log_pdf_ratio(self, x: Floats, s: Floats) -> Floats:
        return 2 * x * s / self.scale**2


@dataclass(frozen=True, kw_only=True)
class Laplace(Symmetric):
    """Density e^{−|x − location|/scale}/(2 scale)."""

    location: float = _location()
    scale: float = _scale("Mean distance from the centre.")

    @property
    def error(self) -> LaplaceError:
        return LaplaceError(scale=self.scale)

    @property
    def width(self) -> float:
        return self.scale

    @property
    def kinks(self) -> tuple[float, ...]:
        return (0.0,)

    @cached_property
    def edges(self) -> np.ndarray:
        half = self.scale * np.array([0.0, 3, 8, 14, 20, 27, 34, 41, 50, 100, 200, 400, 800, 1600, 3200, 6400])
        return np.concatenate([-half[:0:-1], half])

    def quantile(self, share: Floats) -> Floats:
        share = np.asarray(share)
        return self.location - self.scale * np.sign(share - 0.5) * np.log(2 * np.minimum(share, 1 - share))

    def log_pdf_ratio(self, x: Floats, s: Floats) -> Floats:
        return 2 * np.sign(x) * s / self.scale


@dataclass(frozen=True, kw_only=True)
class Uniform(Symmetric):
    """Uniform between location − half_width and location + half_width."""

    location: float = _location()
    half_width: float = knob(
        symbol="h",
        label="half-width",
        default=1.0,
        low=0.1,
        high=5.0,
        step=0.05,
        help="Every value lies within this distance of the centre.",
        domain=POSITIVE,
    )

    @property
    def error(self) -> UniformError:
        return UniformError(half_width=self.half_width)

    @property
    def width(self) -> float:
        return self.half_width

    @property
    def lowest(self) -> float:
        return -self.half_width

    @property
    def highest(self) -> float:
        return self.half_width

    @property
    def kinks(self) -> tuple[float, ...]:
        return (-self.half_width, self.half_width)

    @cached_property
    def edges(self) -> np.ndarray:
        half = self.half_width * np.append(1 - 0.5 ** np.arange(14), 1.0)  # the other law may end it steeply
        return np.concatenate([-half[:0:-1], half])

    def quantile(self, share: Floats) -> Floats:
        return self.location + self.half_width * (2 * np.asarray(share) - 1)

    def log_pdf_ratio(self, x: Floats, s: Floats) -> Floats:
        with np.errstate(invalid="ignore"):
            return self.log_pdf(x - s + self.location) - self.log_pdf(x + s + self.location)


@dataclass(frozen=True, kw_only=True)
class StudentT(Symmetric):
    """Student’s t with df degrees of freedom, times a scale, moved to location; df = 1 is the Cauchy law.

    P(X > x) falls like x^(−df): a mean exists for df > 1, a standard deviation for df > 2, and no E[e^{λX}].
    """

    df: float = knob(
        symbol="ν",
        label="degrees of freedom",
        default=3.0,
        low=1.0,
        high=30.0,
        step=0.5,
        help="Tails fall like |x|^−ν: ν = 1 is the Cauchy law, large ν is nearly normal.",
        domain=Interval(0.5),
    )
    location: float = _location()
    scale: float = _scale("Stretches the law.")

    @property
    def error(self) -> StudentTError:
        return StudentTError(df=self.df, scale=self.scale)

    @property
    def width(self) -> float:
        return self.scale

    @cached_property
    def edges(self) -> np.ndarray:
        fold = np.exp(min(6 / (self.df + 1), 0.9))
        first = min(1.5, np.sqrt(self.df))
        core = np.arange(0.0, first / (fold - 1) + first, first)
        last = min(FARTHEST, np.sqrt(self.df) * np.exp(min(2000 / (self.df + 1), 50.0)))
        outer = core[-1] * fold ** np.arange(1, max(2, 2 + int(np.log(last / core[-1]) / np.log(fold))))
        half = self.scale * np.concatenate([core, outer])
        return np.concatenate([-half[:0:-1], half])

    def log_pdf(self, x: Floats) -> Floats:
        return self.error.log_pdf(np.asarray(x, dtype=float) - self.location)

    def quantile(self, share: Floats) -> Floats:
        return self.location + self.scale * stdtrit(self.df, share)

    def log_pdf_ratio(self, x: Floats, s: Floats) -> Floats:
        x, s = x / self.scale, s / self.scale
        near = np.where(np.sign(x) * s > 0, x - s, x + s)
        farther = np.log1p(4 * np.abs(x * s) / (self.df + np.square(near)))
        return 0.5 * (self.df + 1) * np.sign(x * s) * farther


@dataclass(frozen=True, kw_only=True)
class OneSided(Univariate, ABC):
    """A law of values above its origin only."""

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
    def lowest(self) -> float:
        return 0.0

    @property
    def kinks(self) -> tuple[float, ...]:
        return (0.0,)

    def _above(self, x: Floats) -> tuple[np.ndarray, np.ndarray]:
        """How far above the origin, 1 where not; and whether it is."""
        x = np.asarray(x, dtype=float) - self.origin
        return np.where(x > 0, x, 1.0), x > 0


@dataclass(frozen=True, kw_only=True)
class Lognormal(OneSided):
    """location + scale · e^{sigma Z} with Z standard normal; with `centred`, moved so that its mean is location.

    Lighter than every power, heavier than every exponential: all moments exist, and no E[e^{λX}], λ > 0.
    """

    sigma: float = knob(
        symbol="σ",
        label="spread of the logarithm",
        default=0.7,
        low=0.2,
        high=1.5,
        step=0.05,
        help="Standard deviation of the logarithm: the larger, the heavier the upper tail.",
        domain=Interval(0.05, 4.0),
    )
    location: float = _location("lower end, or with `centred` the mean,")
    scale: float = _scale("The median, from the lower end.")
    centred: bool = False

    @property
    def origin(self) -> float:
        return self.location - self._mean_above if self.centred else self.location

    @property
    def standard(self) -> "Lognormal":
        return replace(self, location=0.0, centred=False)

    @property
    def _mean_above(self) -> float:
        return self.scale * np.exp(0.5 * self.sigma**2)

    @property
    def width(self) -> float:
        return self.scale * min(self.sigma, 1.0)

    @property
    def mean(self) -> float:
        return self.origin + self._mean_above

    @property
    def sd(self) -> float:
        return self._mean_above * np.sqrt(np.expm1(self.sigma**2))

    @cached_property
    def edges(self) -> np.ndarray:
        step, end = min(1.5, 0.7 / self.sigma), min(DEEPEST, 500 / self.sigma)
        return self.scale * np.exp(self.sigma * np.arange(-end, end + step, step))

    def log_pdf(self, x: Floats) -> Floats:
        x, inside = self._above(x)
        y = np.log(x / self.scale)
        return np.where(inside, log_phi(y / self.sigma) - np.log(self.sigma * self.scale) - y, -np.inf)

    def log_sf(self, x: Floats) -> Floats:
        x, inside = self._above(x)
        return np.where(inside, log_ndtr(-np.log(x / self.scale) / self.sigma), 0.0)

    def quantile(self, share: Floats) -> Floats:
        return self.origin + self.scale * np.exp(self.sigma * ndtri(share))

    def log_pdf_ratio(self, x: Floats, s: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            apart = 2 * np.arctanh(s / x)
            both = np.log((x - s) / self.scale) + np.log((x + s) / self.scale)
            return apart * (1 + 0.5 * both / self.sigma**2)


@dataclass(frozen=True, kw_only=True)
class Levy(OneSided):
    """The Lévy law above location: density √(scale/2π) x^(−3/2) e^{−scale/2x} at x above it.

    One-sided and stable with index 1/2: its mean is ∞, and the best of n is about n² scales out.
    """

    location: float = _location("lower end")
    scale: float = _scale("A third of it is the most likely value, 2.2 of it the median.")

    @property
    def tail_index(self) -> float:
        return 0.5

    @property
    def width(self) -> float:
        return self.scale

    @property
    def mean(self) -> float:
        return np.inf

    @property
    def sd(self) -> float:
        return np.inf

    @cached_property
    def edges(self) -> np.ndarray:
        rise = np.geomspace(1e-4, 1 / 20, 44)
        core = np.geomspace(1 / 20, 4.0, 12)
        outer = np.geomspace(4.0, FARTHEST, 52)
        return self.scale * np.concatenate([rise, core[1:], outer[1:]])

    def log_pdf(self, x: Floats) -> Floats:
        x, inside = self._above(x)
        with np.errstate(over="ignore"):
            value = 0.5 * np.log(self.scale / (2 * np.pi)) - 1.5 * np.log(x) - 0.5 * self.scale / x
        return np.where(inside, value, -np.inf)

    def log_sf(self, x: Floats) -> Floats:
        x, inside = self._above(x)
        return np.where(inside, np.log(erf(np.sqrt(0.5 * self.scale / x))), 0.0)

    def quantile(self, share: Floats) -> Floats:
        return self.location + self.scale / np.square(ndtri(0.5 * np.asarray(share)))

    def log_pdf_ratio(self, x: Floats, s: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            return 3 * np.arctanh(s / x) - self.scale * s / ((x - s) * (x + s))


def as_error(law: Univariate | ErrorLaw) -> ErrorLaw | None:
    """The same law as an error that has closed forms beside a normal truth; None if it is not symmetric about 0."""
    if isinstance(law, ErrorLaw):
        return law
    return law.error if isinstance(law, Symmetric) and law.location == 0 else None


def as_univariate(law: Univariate | ErrorLaw) -> Univariate:
    """The law itself, or that of an error about 0."""
    match law:
        case NormalError(scale=scale):
            return Normal(scale=scale)
        case LaplaceError(scale=scale):
            return Laplace(scale=scale)
        case UniformError(half_width=half_width):
            return Uniform(half_width=half_width)
        case StudentTError(df=df, scale=scale):
            return StudentT(df=df, scale=scale)
        case Univariate():
            return law
    raise ValueError(f"{law!r} is not allowed; it must be a one-dimensional law, such as StudentT(df=3)")
