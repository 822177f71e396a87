"""Laws of an error, and of its sum with a normal truth (theory §1.3, after Thomas & Kwa 2023)."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy.special import bernoulli, factorial, gammaln, log_ndtr, ndtr

from models.numerics.axes import Floats
from models.numerics.normal import (
    FAR,
    inverse_mills,
    log_mean_excess,
    log_mills,
    log_phi,
    log_shortfall_above,
    log_square_excess,
    normal_excess,
    truncated_variance,
)
from models.parameters import Interval, Parameters, knob

__all__ = ["ErrorLaw", "LaplaceError", "NormalError", "StudentTError", "UniformError", "reflect"]

LOG_2 = np.log(2)
LOG_FAR = np.log(1e8)  # scales of a heavy-tailed error out, everything is a pure power of p
DROP = 43.0  # log of how much less than the greatest a term may be to be left out: some hundreds of 2e-19
BEYOND = 1e6  # spreads of truth
ROOT = 1e150  # has a square that is a float
FEW = 12  # points, to which adding all of a rule costs less than finding what of it matters
TURNS = np.linspace(-12, 12, 25)  # scales of an error
POSITIVE = Interval(0.0, open_low=True)


@dataclass(frozen=True, kw_only=True)
class ErrorLaw(Parameters, ABC):
    """A symmetric law of the error V, and of its sum with a normal T of standard deviation `sd`.

    Methods that take `p` are asked for p ≥ 0 only.
    """

    @property
    def tail_index(self) -> float:
        return np.inf

    @property
    def strength_limit(self) -> float:
        return np.inf

    @property
    def variance_proxy(self) -> float | None:
        """The least s² with E[e^{λV}] ≤ e^{λ²s²/2} for every λ ≥ 0; None where the tail allows none."""
        return None

    @property
    def no_optimum(self) -> str:
        """Why KL-penalised RL has no optimum from `strength_limit` on, in a clause; "" if it always has one."""
        return ""

    @property
    @abstractmethod
    def hazard_limit(self) -> float:
        """What the hazard rate of T + V tends to far out, per score unit."""

    @property
    def kinks(self) -> tuple[float, ...]:
        """Where the density of V is not smooth, with the ends of its support or of all that matters of it."""
        return ()

    @abstractmethod
    def log_pdf(self, v: Floats) -> Floats:
        """log density of V."""

    @abstractmethod
    def log_sf(self, v: Floats) -> Floats:
        """log P(V > v), any v."""

    @abstractmethod
    def sum_log_pdf(self, p: Floats, sd: float) -> np.ndarray:
        """log density of P = T + V at p ≥ 0."""

    @abstractmethod
    def sum_shape(self, p: Floats, sd: float) -> tuple[np.ndarray, np.ndarray]:
        """The score −(log f)′ of P, and Var[T | P = p], at p ≥ 0."""

    @abstractmethod
    def sum_log_sf(self, p: Floats, sd: float) -> Floats:
        """log P(P > p) at p ≥ 0."""

    @abstractmethod
    def sum_mean_excess(self, p: Floats, sd: float) -> Floats:
        """E[(P − p)⁺] at p ≥ 0, where P has a mean."""

    @abstractmethod
    def shortfall_given(self, level: float, p: Floats, sd: float) -> np.ndarray:
        """E[(level − T)⁺ | P = p], any p."""

    @property
    @abstractmethod
    def turns(self) -> np.ndarray:
        """Edges of panels for P − level, around the values where `shortfall_given` turns."""

    @abstractmethod
    def sum_edges(self, sd: float) -> Floats:
        """Panel edges for P on p ≥ 0, from 0."""

    @abstractmethod
    def tilted(self, strength: Floats) -> tuple[np.ndarray, Floats, np.ndarray]:
        """Mean and variance of V under density ∝ e^{strength · v}, and its KL, nats; below `strength_limit`."""

    @property
    @abstractmethod
    def sd(self) -> float | None:
        """Standard deviation of V; ∞ or None where it does not exist."""


@dataclass(frozen=True, kw_only=True)
class NormalError(ErrorLaw):
    """V ~ N(0, scale²): hazard rises for ever, and truth with it."""

    scale: float = knob(
        symbol="σ",
        label="spread of the error",
        default=1.0,
        low=0.1,
        high=3.0,
        step=0.05,
        help="Standard deviation of the normal error.",
        domain=POSITIVE,
    )

    @property
    def hazard_limit(self) -> float:
        return np.inf

    @property
    def sd(self) -> float:
        return self.scale

    @property
    def variance_proxy(self) -> float:
        return self.scale**2

    def log_pdf(self, v: Floats) -> Floats:
        return log_phi(v / self.scale) - np.log(self.scale)

    def log_sf(self, v: Floats) -> Floats:
        return log_ndtr(-np.asarray(v) / self.scale)

    def sum_log_pdf(self, p: Floats, sd: float) -> np.ndarray:
        total = np.hypot(sd, self.scale)
        return log_phi(p / total) - np.log(total)

    def sum_shape(self, p: Floats, sd: float) -> tuple[np.ndarray, np.ndarray]:
        total = np.hypot(sd, self.scale)
        score = p / total**2
        return score, np.full_like(score, (sd * self.scale / total) ** 2)

    def sum_log_sf(self, p: Floats, sd: float) -> Floats:
        return log_ndtr(-p / np.hypot(sd, self.scale))

    def sum_mean_excess(self, p: Floats, sd: float) -> Floats:
        return normal_excess(-p, np.hypot(sd, self.scale))

    def shortfall_given(self, level: float, p: Floats, sd: float) -> np.ndarray:
        total = np.hypot(sd, self.scale)
        return normal_excess(level - p * (sd / total) ** 2, sd * self.scale / total)

    @property
    def turns(self) -> np.ndarray:
        return TURNS * self.scale

    def sum_edges(self, sd: float) -> Floats:
        return np.linspace(0, 13, 33) * np.hypot(sd, self.scale)

    def tilted(self, strength: Floats) -> tuple[np.ndarray, Floats, np.ndarray]:
        variance = self.scale**2
        return strength * variance, variance + 0 * strength, 0.5 * variance * np.square(strength)


@dataclass(frozen=True, kw_only=True)
class LaplaceError(ErrorLaw):
    """Density e^{−|v|/b}/(2b): the hazard levels off at 1/b, and mean truth at σ_T²/b.

    E[e^{λP}] is finite for λ < 1/b only: from there on KL-penalised RL has no optimum.
    """

    scale: float = knob(
        symbol="b",
        label="scale of the error",
        default=1.0,
        low=0.1,
        high=3.0,
        step=0.05,
        help="Mean absolute error; its tails fall like exp(−|v|/b).",
        domain=POSITIVE,
    )

    @property
    def no_optimum(self) -> str:
        return f"a further unit of reward is worth λ nats and never costs as much as 1/b = {1 / self.scale:.3g}"

    @property
    def hazard_limit(self) -> float:
        return 1 / self.scale

    @property
    def sd(self) -> float:
        return np.sqrt(2) * self.scale

    @property
    def strength_limit(self) -> float:
        return 1 / self.scale

    @property
    def kinks(self) -> tuple[float, ...]:
        return (-60 * self.scale, 0.0, 120 * self.scale)  # upwards a selection may weight what is rare

    def log_pdf(self, v: Floats) -> Floats:
        return -np.abs(v) / self.scale - np.log(2 * self.scale)

    def log_sf(self, v: Floats) -> Floats:
        x = np.abs(v) / self.scale
        return np.where(np.asarray(v) > 0, -LOG_2 - x, np.log1p(-0.5 * np.exp(-x)))

    def _two_sides(self, p: Floats, sd: float) -> tuple[np.ndarray, np.ndarray]:
        """log of the parts of f_P that errors above and below 0 contribute."""
        a, x = sd / self.scale, p / sd
        front = 0.5 * a * a - np.log(2 * self.scale)
        return front - a * x + log_ndtr(x - a), front + a * x + log_ndtr(-x - a)

    def sum_log_pdf(self, p: Floats, sd: float) -> np.ndarray:
        return np.logaddexp(*self._two_sides(p, sd))

    def sum_shape(self, p: Floats, sd: float) -> tuple[np.ndarray, np.ndarray]:
        above, below = self._two_sides(p, sd)
        of_truth = np.exp(log_phi(p / sd) - np.logaddexp(above, below)) / sd
        lean = 0.5 * (above - below)
        residual = sd**2 * (1 + (sd / self.scale) ** 2 * (1 / np.square(np.cosh(np.minimum(lean, 300.0))) - of_truth))
        return np.tanh(lean) / self.scale, residual

    def sum_log_sf(self, p: Floats, sd: float) -> Floats:
        a, x = sd / self.scale, p / sd
        above, _ = self._two_sides(p, sd)
        rest = log_phi(x) + log_mills(x) + np.log1p(-0.5 * np.exp(log_mills(x + a) - log_mills(x)))
        return np.logaddexp(above + np.log(self.scale), rest)

    def sum_mean_excess(self, p: Floats, sd: float) -> Floats:
        """b² f_P above that of truth alone, for f_P − b² f_P″ is the density of T."""
        of_truth = normal_excess(-p, sd)
        return of_truth + self.scale**2 * np.exp(np.logaddexp(*self._two_sides(p, sd)))

    def shortfall_given(self, level: float, p: Floats, sd: float) -> np.ndarray:
        """T is below P where the error is above 0, a normal about σ_T²/b cut off at p; and about −σ_T²/b above it."""
        a, x, y = sd / self.scale, p / sd, level / sd
        end = np.minimum(x, y)
        with np.errstate(divide="ignore"):
            log_gap = np.log(y - end)
        above = np.logaddexp(log_gap + log_ndtr(end - a), log_mean_excess(a - end)) - a * x
        below = log_shortfall_above(x + a, np.maximum(x, y) + a) + a * x
        front = 0.5 * a * a - np.log(2 * self.scale)
        return sd * np.exp(np.logaddexp(above, below) + front - self.sum_log_pdf(np.abs(p), sd))

    @property
    def turns(self) -> np.ndarray:
        return TURNS * self.scale

    def sum_edges(self, sd: float) -> Floats:
        return np.concatenate([np.linspace(0, 13, 33) * sd, 13 * sd + 1.5 * self.scale * np.arange(1, 45)])

    def tilted(self, strength: Floats) -> tuple[np.ndarray, Floats, np.ndarray]:
        x = np.square(strength * self.scale)
        left = self.scale * (self.strength_limit - strength) * (1 + strength * self.scale)  # 1 − x, above 0 to the last
        mean, variance = 2 * strength * self.scale**2 / left, 2 * self.scale**2 * (1 + x) / np.square(left)
        return mean, variance, 2 * x / left + np.where(x < 0.5, np.log1p(-np.minimum(x, 0.5)), np.log(left))


@dataclass(frozen=True, kw_only=True)
class UniformError(ErrorLaw):
    """V uniform on (−h, h): bounded, so that in the end only truth can make an output more persuasive."""

    half_width: float = knob(
        symbol="h",
        label="half-width of the error",
        default=1.0,
        low=0.1,
        high=5.0,
        step=0.05,
        help="The error lies between −h and h.",
        domain=POSITIVE,
    )

    @property
    def hazard_limit(self) -> float:
        return np.inf

    @property
    def sd(self) -> float:
        return self.half_width / np.sqrt(3)

    @property
    def variance_proxy(self) -> float:
        """The variance: sinh(x)/x ≤ e^{x²/6}."""
        return self.half_width**2 / 3

    @property
    def kinks(self) -> tuple[float, ...]:
        return (-self.half_width, self.half_width)

    def log_pdf(self, v: Floats) -> Floats:
        return np.where(np.abs(v) <= self.half_width, -np.log(2 * self.half_width), -np.inf)

    def log_sf(self, v: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            return np.log(np.clip(0.5 - 0.5 * np.asarray(v) / self.half_width, 0.0, 1.0))

    def _truth_within(self, p: Floats, sd: float) -> tuple[np.ndarray, np.ndarray]:
        """log P(|p − T| < h), and log of the share above that range in all that is above its lower end."""
        p = np.minimum(p, ROOT * sd)
        log_low = log_ndtr((self.half_width - p) / sd)
        log_share = log_ndtr(-(p + self.half_width) / sd) - log_low
        with np.errstate(divide="ignore"):  # nothing is left where the range is too narrow to be seen
            return log_low + np.log(-np.expm1(log_share)), log_share

    def sum_log_pdf(self, p: Floats, sd: float) -> np.ndarray:
        return self._truth_within(p, sd)[0] - np.log(2 * self.half_width)

    def sum_shape(self, p: Floats, sd: float) -> tuple[np.ndarray, np.ndarray]:
        near = np.minimum(p, self.half_width + BEYOND * sd)  # farther out truth is p − h
        beyond, p = (p - near) / sd**2, near
        low, high = (p - self.half_width) / sd, (p + self.half_width) / sd
        _, log_share = self._truth_within(p, sd)
        log_fall = -2 * p * self.half_width / sd**2  # of the density of truth, from one end to the other
        at_low = inverse_mills(low) / -np.expm1(log_share)
        at_high, score = at_low * np.exp(log_fall), -at_low * np.expm1(log_fall) / sd
        spread = 1 + low * at_low - high * at_high - np.square(score * sd)
        # Far out that cancels. There T is a normal above `low` less its small share above `high`.
        share = np.exp(np.minimum(log_share, -LOG_2))
        near, end = inverse_mills(np.maximum(low, FAR)), inverse_mills(np.maximum(high, FAR))
        second = truncated_variance(low) - share * (truncated_variance(high) + np.square(end - near))
        far = second / (1 - share) - np.square(share * (end - near) / (1 - share))
        residual = sd**2 * np.where((low > FAR) & (log_share < -LOG_2), far, spread)
        return score + beyond, residual

    def sum_log_sf(self, p: Floats, sd: float) -> Floats:
        low, high = (log_mean_excess((p + end) / sd) for end in (-self.half_width, self.half_width))
        step = np.where(high < low, high - low, -np.inf)  # far out rounding makes both ends one
        return low + np.log(-np.expm1(step)) + np.log(0.5 * sd / self.half_width)

    def sum_mean_excess(self, p: Floats, sd: float) -> Floats:
        """The mean over v of E[(T − (p − v))⁺], whose integral is E[((T − x)⁺)²]/2 at the ends."""
        low, high = (np.exp(log_square_excess((p + end) / sd)) for end in (-self.half_width, self.half_width))
        return (low - high) * 0.25 * sd**2 / self.half_width

    def shortfall_given(self, level: float, p: Floats, sd: float) -> np.ndarray:
        """T is a normal between p − h and p + h."""
        low, high, y = (p - self.half_width) / sd, (p + self.half_width) / sd, level / sd
        log_mass, _ = self._truth_within(np.abs(p), sd)
        inside = np.exp(log_shortfall_above(low, np.clip(y, low, high)) - log_mass)
        return sd * (inside + np.maximum(y - high, 0.0))

    @property
    def turns(self) -> np.ndarray:
        return np.array([-self.half_width, self.half_width])

    def sum_edges(self, sd: float) -> Floats:
        return np.linspace(0, 1, 33 + int(2.5 * self.half_width / sd)) * (self.half_width + 13 * sd)

    def tilted(self, strength: Floats) -> tuple[np.ndarray, Floats, np.ndarray]:
        """With y = strength · h, the mean is h (coth y − 1/y)."""
        y = np.asarray(strength, dtype=float) * self.half_width
        small = y < 1
        k = np.arange(1, 25)
        coefficient = bernoulli(48)[2::2] / factorial(2 * k) * 4.0**k  # of y^2k in y coth y
        powers = np.where(small, y, 0.0)[..., None] ** (2 * k)
        safe = np.where(small, 1.0, y)
        decay = np.exp(-2 * safe)
        coth = (1 + decay) / (1 - decay)
        mean = np.where(small, np.where(y > 0, np.sum(coefficient * powers, axis=-1), 0.0), safe * coth - 1)
        log_mgf = safe + np.log1p(-decay) - np.log(2 * safe)
        kl = np.where(small, np.sum(coefficient * (1 - 0.5 / k) * powers, axis=-1), safe * coth - 1 - log_mgf)
        slope = np.sum(coefficient * (2 * k - 1) * np.where(small, y, 0.0)[..., None] ** (2 * k - 2), axis=-1)
        variance = np.where(small, slope, 1 / safe**2 - 4 * decay / np.square(1 - decay))
        return self.half_width * mean / np.where(y > 0, y, 1.0), self.half_width**2 * variance, kl


@dataclass(frozen=True, kw_only=True)
class StudentTError(ErrorLaw):
    """Student's t with ν degrees of freedom, times a scale; ν = 1 is the Cauchy law.

    The hazard falls in the end, and mean truth back to 0: catastrophic Goodhart (Kwa, Thomas & Garriga-Alonso
    2024). E[e^{λP}] is infinite for every λ > 0.

    V is a normal whose precision g/scale² is random, g ~ Gamma(ν/2, ν/2), so P is normal given g. Every quantity
    is a sum of positive terms over g, by the trapezoidal rule in log g, which converges faster than any power.
    """

    df: float = knob(
        symbol="ν",
        label="degrees of freedom",
        default=3.0,
        low=1.0,
        high=30.0,
        step=0.5,
        help="Tails fall like |v|^−ν: ν = 1 is the Cauchy law, large ν is nearly normal.",
        domain=Interval(0.5),
    )
    scale: float = knob(
        symbol="s",
        label="scale of the error",
        default=1.0,
        low=0.1,
        high=3.0,
        step=0.05,
        help="Stretches the error's law.",
        domain=POSITIVE,
    )

    @property
    def no_optimum(self) -> str:
        return "the tail is so heavy that any reward costs almost no KL"

    @property
    def hazard_limit(self) -> float:
        return 0.0

    @property
    def sd(self) -> float | None:
        if self.df <= 1:
            return None
        return self.scale * np.sqrt(self.df / (self.df - 2)) if self.df > 2 else np.inf

    @property
    def tail_index(self) -> float:
        return self.df

    @property
    def strength_limit(self) -> float:
        return 0.0

    @cached_property
    def _rule(self) -> tuple[np.ndarray, np.ndarray]:
        """Log weights of the rule in log g, and the variances scale²/g."""
        step = min(0.2, 0.5 * np.sqrt(2 / self.df))  # misses 3e-15 of the mass at most, at ν = 13
        x = np.arange(-2 * LOG_FAR - 76 / self.df, np.log(90 / self.df + 4), step)
        half = 0.5 * self.df
        log_weight = half * np.log(half) - gammaln(half) + half * (x - np.exp(x)) + np.log(step)
        return log_weight, self.scale**2 * np.exp(-x)

    def _near(self, p: Floats) -> tuple[np.ndarray, Floats, np.ndarray]:
        """Distinct values of p, cut where everything becomes a pure power; which is whose; and what was cut off."""
        far = self.scale * np.exp(LOG_FAR)
        near, whose = np.unique(np.minimum(p, far), return_inverse=True)
        return near[:, None], whose, far / np.maximum(p, far)

    def log_pdf(self, v: Floats) -> Floats:
        half = 0.5 * self.df
        front = gammaln(half + 0.5) - gammaln(half) - 0.5 * np.log(self.df * np.pi) - np.log(self.scale)
        z = np.abs(v) / self.scale
        near, beyond = np.log1p(np.square(np.minimum(z, ROOT)) / self.df), np.log(np.maximum(z / ROOT, 1.0))
        return front - (half + 0.5) * (near + 2 * beyond)

    def log_sf(self, v: Floats) -> Floats:
        return reflect(lambda x: self.sum_log_sf(x, 0.0), v)

    def sum_log_pdf(self, p: Floats, sd: float) -> np.ndarray:
        (near, whose, shrink), normals = self._near(p), self._normals(sd)
        parts = [np.empty(0)]
        for some in self._blocks(near[:, 0], sd):
            log_each, _ = self._terms(near[some], normals)
            top = np.max(log_each, axis=1, keepdims=True)
            parts.append(top[:, 0] + np.log(np.sum(np.exp(log_each - top), axis=1)))
        return np.concatenate(parts)[whose] + (self.df + 1) * np.log(shrink)

    def sum_shape(self, p: Floats, sd: float) -> tuple[np.ndarray, np.ndarray]:
        (near, whose, shrink), normals = self._near(p), self._normals(sd)
        parts = [np.empty((2, 0)), *(self._block(near[some], normals, sd) for some in self._blocks(near[:, 0], sd))]
        score, residual = np.concatenate(parts, axis=1)[:, whose]
        return score * shrink, residual

    def _blocks(self, p: np.ndarray, sd: float) -> list[slice]:
        """Where rising values of p are within a factor of 2."""
        size = np.frexp(np.maximum(p / np.hypot(np.sqrt(self._rule[1][-1]), sd), 1.0))[1]
        starts = np.append(np.flatnonzero(np.diff(size, prepend=0)), p.size)
        return [slice(first, last) for first, last in pairwise(starts)]

    def _normals(self, sd: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The terms of the rule: log f(g) f(0 | g), and the variances of P and of V."""
        log_weight, variance = self._rule
        total = variance + sd**2
        return log_weight - 0.5 * np.log(2 * np.pi * total), total, variance

    def _terms(
        self, p: np.ndarray, normals: tuple[np.ndarray, np.ndarray, np.ndarray], drop: float = DROP
    ) -> tuple[np.ndarray, np.ndarray]:
        """Those that matter at rising p, a column of about one size: log f(g) f(p | g) down to `drop` below the greatest,
        and the variances of V."""
        (log_front, total, variance), some = normals, slice(None)
        if p.size > FEW:
            some = _heard(log_front - 0.5 * np.square(p[[0, -1]]) / total, drop)
        return log_front[some] - np.square(p) * (0.5 / total[some]), variance[some]

    def _block(self, p: np.ndarray, normals: tuple[np.ndarray, np.ndarray, np.ndarray], sd: float) -> np.ndarray:
        """The score and Var[T | P] at rising p, a column of about one size."""
        log_each, variance = self._terms(p, normals)
        total = variance + sd**2
        top = np.max(log_each, axis=1, keepdims=True)
        share = np.exp(log_each - top)
        line = sd**2 / total
        columns = np.stack([np.ones_like(total), 1 / total, line, np.square(line), variance * line], axis=1)
        mass, score, mean_line, mean_square, rest = (share @ columns).T
        spread = np.square(p[:, 0]) * np.maximum(mean_square / mass - np.square(mean_line / mass), 0.0)
        return np.stack([p[:, 0] * score / mass, rest / mass + spread])

    def sum_log_sf(self, p: Floats, sd: float) -> Floats:
        near, whose, shrink = self._near(p)
        log_weight, total = self._rule[0], np.sqrt(self._rule[1] + sd**2)
        parts = [np.empty(0)]
        for some in self._blocks(near[:, 0], sd):
            each, needed = near[some], slice(None)
            if each.size > FEW:
                needed = _heard(log_weight + log_ndtr(-each[[0, -1]] / total), DROP)
            parts.append(np.log(ndtr(-each / total[needed]) @ np.exp(log_weight[needed])))
        return np.concatenate(parts)[whose] + self.df * np.log(shrink)

    def sum_mean_excess(self, p: Floats, sd: float) -> Floats:
        """The rule's terms below its first fall off geometrically, by e^{−(ν−1)/2} to a unit of log g."""
        log_weight, variance = self._rule
        near, whose, shrink = self._near(p)
        total = np.sqrt(variance + sd**2)
        each = np.exp(log_weight) * normal_excess(-near, total)
        step = 0.5 * np.log(variance[0] / variance[1])
        ratio = np.exp(-(self.df - 1) * step)
        return (np.sum(each, axis=-1) + each[:, 0] * ratio / (1 - ratio))[whose] * shrink ** (self.df - 1)

    def shortfall_given(self, level: float, p: Floats, sd: float) -> np.ndarray:
        far = self.scale * np.exp(LOG_FAR)
        p, found = np.clip(p, -far, far), np.empty(np.shape(p))
        order, normals = np.argsort(np.abs(p)), self._normals(sd)
        for some in self._blocks(np.abs(p)[order], sd):
            here = order[some]
            log_each, variance = self._terms(
                np.abs(p[here])[:, None], normals, drop=110.0
            )  # low truth may be that rare
            share = np.exp(log_each - np.max(log_each, axis=1, keepdims=True))
            line = sd**2 / (variance + sd**2)
            each = normal_excess(level - p[here][:, None] * line, np.sqrt(variance * line))
            found[here] = np.sum(share * each, axis=1) / np.sum(share, axis=1)
        return found

    @property
    def turns(self) -> np.ndarray:
        return TURNS * self.scale

    def sum_edges(self, sd: float) -> Floats:
        core = max(9 * sd, 2 * self.scale)
        step = 0.4 * min(max(sd, self.scale), max(self.scale * np.sqrt(self.df), 0.1 * sd))
        end = max(2 * core, self.scale * max(300.0, np.sqrt(self.df) * np.exp(60 / self.df)))
        outer = np.geomspace(core, end, 2 + int(np.log(end / core) / min(1.0, 2 / self.df)))
        return np.concatenate([np.linspace(0, core, 2 + int(core / step)), outer[1:]])

    def tilted(self, strength: Floats) -> tuple[np.ndarray, Floats, np.ndarray]:
        """At λ = 0 only: no other tilt exists."""
        return 0 * strength, np.square(np.inf if self.sd is None else self.sd) + 0 * strength, 0 * strength


def _heard(log_each: np.ndarray, drop: float) -> slice:
    """From the first to the last term that in some row is not more than `drop` below the greatest."""
    needed = np.flatnonzero(np.any(log_each > np.max(log_each, axis=1, keepdims=True) - drop, axis=0))
    return slice(needed[0], needed[-1] + 1)


def reflect(upper: Callable[[np.ndarray], np.ndarray], x: Floats) -> Floats:
    """log P(X > x) of a symmetric law from its values at x ≥ 0."""
    log_upper = upper(np.abs(x, dtype=float))
    return np.where(np.asarray(x) >= 0, log_upper, np.log1p(-np.exp(np.minimum(log_upper, -LOG_2))))
