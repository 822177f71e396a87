"""Closed forms for a normal truth plus an error: the law of the sum, and of truth given the sum (docs/theory.md §3.3).

With T ~ N(0, σ_T²) and a symmetric V, Tweedie’s identity E[T | P = p] = −σ_T² (log f_P)′ holds for every error, and so
does E[T | P ≥ c] = σ_T² × the hazard rate of P at c. Each class adds what its error gives in closed form; Student’s t is
a normal whose precision is random, and every quantity a sum over it.
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy.special import expit, gammaln, log_ndtr, ndtr

from models.distributions import Distribution, Laplace, Normal, StudentT, Uniform
from models.distributions.base import mirrored, reflected
from models.laws.convolution import Convolution
from models.numerics.axes import Floats
from models.numerics.normal import (
    FAR_SDS,
    inverse_mills,
    log_mean_excess,
    log_mills,
    log_phi,
    log_square_excess,
    mean_residual,
    normal_excess,
    truncated_variance,
)

__all__ = ["NormalConvolution", "normal_convolution"]

LOG_2 = np.log(2)
PURE_POWER = 1e8  # scales of a Student-t error out, everything is a power of p
LOG_NEGLIGIBLE = 43.0  # log of how much less than the greatest a term may be to be left out: some hundreds of 2e-19
FEW_POINTS = 12  # points, to which adding all of a rule costs less than finding what of it matters
FAR_OUT_SPREADS = 1e6  # spreads of truth beyond a uniform error's end, from where truth is p − h


@dataclass(frozen=True, eq=False)
class NormalConvolution(Convolution):
    """P = T + V with T ~ N(0, sd²) and V symmetric about 0. The abstract methods are asked for p ≥ 0 only."""

    sd: float

    computed = "closed form"

    @abstractmethod
    def upper_logpdf(self, p: Floats) -> Floats:
        """log density of P at p ≥ 0."""

    @abstractmethod
    def upper_logsf(self, p: Floats) -> Floats:
        """log P(P > p) at p ≥ 0."""

    @abstractmethod
    def score_and_variance(self, p: Floats) -> tuple[Floats, Floats]:
        """−(log f)′ of P, and Var[T | P = p], at p ≥ 0."""

    @abstractmethod
    def upper_mean_excess(self, p: Floats) -> Floats:
        """E[(P − p)⁺] at p ≥ 0, where P has a mean."""

    @abstractmethod
    def upper_edges(self) -> np.ndarray:
        """Edges of panels over P from 0 up."""

    @property
    def quadrature_edges(self) -> np.ndarray:
        return mirrored(self.upper_edges())

    def logpdf(self, p: Floats) -> Floats:
        return self.upper_logpdf(np.abs(p))

    def logsf(self, p: Floats) -> Floats:
        return reflected(self.upper_logsf, p)

    def logcdf(self, p: Floats) -> Floats:
        return self.logsf(-np.asarray(p))

    def truth_given(self, p: Floats) -> tuple[np.ndarray, np.ndarray]:
        score, variance = self.score_and_variance(np.abs(p))
        return np.sign(p) * self.sd**2 * score, variance

    def truth_above(self, p: Floats) -> Floats:
        return self.sd**2 * np.exp(self.logpdf(p) - self.logsf(p))

    def mean_excess(self, p: Floats) -> Floats:
        """Below 0 it is that above 0, and as much more as 0 is above p."""
        return self.upper_mean_excess(np.abs(p)) + np.maximum(-p, 0.0)


@dataclass(frozen=True, eq=False)
class NormalPlusNormal(NormalConvolution):
    scale: float

    @property
    def total(self) -> float:
        """Standard deviation of P."""
        return np.hypot(self.sd, self.scale)

    def upper_logpdf(self, p: Floats) -> Floats:
        return log_phi(p / self.total) - np.log(self.total)

    def upper_logsf(self, p: Floats) -> Floats:
        return log_ndtr(-p / self.total)

    def score_and_variance(self, p: Floats) -> tuple[Floats, Floats]:
        score = p / self.total**2
        return score, np.full_like(score, (self.sd * self.scale / self.total) ** 2)

    def upper_mean_excess(self, p: Floats) -> Floats:
        return normal_excess(-p, self.total)

    def upper_edges(self) -> np.ndarray:
        return np.linspace(0, 13, 33) * self.total


@dataclass(frozen=True, eq=False)
class NormalPlusLaplace(NormalConvolution):
    scale: float

    def _two_sides(self, p: Floats) -> tuple[np.ndarray, np.ndarray]:
        """log of the parts of f_P that errors above and below 0 contribute."""
        a, x = self.sd / self.scale, p / self.sd
        near = log_phi(x) + log_mills(np.maximum(a - x, 0.0))
        above = np.where(x < a, near, -a * (x - 0.5 * a) + log_ndtr(x - a))
        return above - np.log(2 * self.scale), log_phi(x) + log_mills(x + a) - np.log(2 * self.scale)

    def upper_logpdf(self, p: Floats) -> Floats:
        return np.logaddexp(*self._two_sides(p))

    def upper_logsf(self, p: Floats) -> Floats:
        a, x = self.sd / self.scale, p / self.sd
        above, _ = self._two_sides(p)
        rest = log_phi(x) + log_mills(x) + np.log1p(-0.5 * np.exp(log_mills(x + a) - log_mills(x)))
        return np.logaddexp(above + np.log(self.scale), rest)

    def score_and_variance(self, p: Floats) -> tuple[Floats, Floats]:
        """Beside an error above 0 truth is a normal about σ_T²/b cut off at p, beside one below 0 one about −σ_T²/b."""
        a, x = self.sd / self.scale, p / self.sd
        above, below = self._two_sides(p)
        lean = 0.5 * (above - below)
        share = expit(-2 * lean)  # of the errors below 0
        within = (1 - share) * truncated_variance(a - x) + share * truncated_variance(x + a)
        between = share * (1 - share) * np.square(mean_residual(a - x) + mean_residual(x + a))
        return np.tanh(lean) / self.scale, self.sd**2 * (within + between)

    def upper_mean_excess(self, p: Floats) -> Floats:
        """b² f_P above that of truth alone, for f_P − b² f_P″ is the density of T."""
        return normal_excess(-p, self.sd) + self.scale**2 * np.exp(self.upper_logpdf(p))

    def upper_edges(self) -> np.ndarray:
        core = np.linspace(0, 13, 33) * self.sd
        return np.concatenate([core, core[-1] + 1.5 * self.scale * np.arange(1, 45)])


@dataclass(frozen=True, eq=False)
class NormalPlusUniform(NormalConvolution):
    half_width: float

    def _truth_within(self, p: Floats) -> tuple[np.ndarray, np.ndarray]:
        """log P(|p − T| < h), and log of the share above that range in all that is above its lower end."""
        low, high = (p - self.half_width) / self.sd, (p + self.half_width) / self.sd
        log_low = log_ndtr(-low)
        upper = np.maximum(low, 0.0)
        far = log_mills(high) - log_mills(upper) - 0.5 * (high - upper) * (high + upper)
        log_share = np.where(low > 0, far, log_ndtr(-high) - log_low)
        with np.errstate(divide="ignore"):  # nothing is left where the range is too narrow to be seen
            return log_low + np.log(-np.expm1(log_share)), log_share

    def upper_logpdf(self, p: Floats) -> Floats:
        return self._truth_within(p)[0] - np.log(2 * self.half_width)

    def upper_logsf(self, p: Floats) -> Floats:
        low, high = (log_mean_excess((p + end) / self.sd) for end in (-self.half_width, self.half_width))
        step = np.where(high < low, high - low, -np.inf)  # far out rounding makes both ends one
        return low + np.log(-np.expm1(step)) + np.log(0.5 * self.sd / self.half_width)

    def score_and_variance(self, p: Floats) -> tuple[Floats, Floats]:
        near = np.minimum(p, self.half_width + FAR_OUT_SPREADS * self.sd)
        beyond, p = (p - near) / self.sd**2, near
        low, high = (p - self.half_width) / self.sd, (p + self.half_width) / self.sd
        _, log_share = self._truth_within(p)
        log_fall = -2 * p * self.half_width / self.sd**2  # of the density of truth, from one end to the other
        at_low = inverse_mills(low) / -np.expm1(log_share)
        at_high, score = at_low * np.exp(log_fall), -at_low * np.expm1(log_fall) / self.sd
        spread = 1 + low * at_low - high * at_high - np.square(score * self.sd)
        # Far out that cancels. There T is a normal above `low` less its small share above `high`.
        share = np.exp(np.minimum(log_share, -LOG_2))
        near, end = inverse_mills(np.maximum(low, FAR_SDS)), inverse_mills(np.maximum(high, FAR_SDS))
        second = truncated_variance(low) - share * (truncated_variance(high) + np.square(end - near))
        far = second / (1 - share) - np.square(share * (end - near) / (1 - share))
        variance = self.sd**2 * np.where((low > FAR_SDS) & (log_share < -LOG_2), far, spread)
        return score + beyond, variance

    def upper_mean_excess(self, p: Floats) -> Floats:
        """The mean over v of E[(T − (p − v))⁺], whose integral is E[((T − x)⁺)²]/2 at the ends."""
        low, high = (np.exp(log_square_excess((p + end) / self.sd)) for end in (-self.half_width, self.half_width))
        return (low - high) * 0.25 * self.sd**2 / self.half_width

    def upper_edges(self) -> np.ndarray:
        return np.linspace(0, 1, 33 + int(2.5 * self.half_width / self.sd)) * (self.half_width + 13 * self.sd)


@dataclass(frozen=True, eq=False)
class NormalPlusStudentT(NormalConvolution):
    """V is a normal whose precision g/scale² is random, g ~ Gamma(ν/2, ν/2), so P is normal given g. Every quantity is a
    sum of positive terms over g, by the trapezoidal rule in log g, which converges faster than any power."""

    resolves_error = True

    df: float
    scale: float

    @cached_property
    def _rule(self) -> tuple[np.ndarray, np.ndarray]:
        """Log weights of the rule in log g, and the variances scale²/g."""
        step = min(0.2, 0.5 * np.sqrt(2 / self.df))  # misses 3e-15 of the mass at most, at ν = 13
        x = np.arange(-2 * np.log(PURE_POWER) - 76 / self.df, np.log(90 / self.df + 4), step)
        half = 0.5 * self.df
        log_weight = half * np.log(half) - gammaln(half) + half * (x - np.exp(x)) + np.log(step)
        return log_weight, self.scale**2 * np.exp(-x)

    @cached_property
    def _normals(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The terms of the rule: log f(g) f(0 | g), and the variances of P and of V."""
        log_weight, variance = self._rule
        total = variance + self.sd**2
        return log_weight - 0.5 * np.log(2 * np.pi * total), total, variance

    def _in_blocks(self, p: Floats, answer: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """`answer` at columns of rising p within a factor of 2, each distinct p once, cut where all becomes a power of p;
        and what was cut off."""
        far = self.scale * PURE_POWER
        near, whose = np.unique(np.minimum(p, far), return_inverse=True)
        parts = [answer(near[some][:, None]) for some in self._blocks(near) or [slice(0)]]
        return np.concatenate(parts, axis=-1)[..., whose], far / np.maximum(p, far)

    def _blocks(self, p: np.ndarray) -> list[slice]:
        """Where rising values of p are within a factor of 2."""
        size = np.frexp(np.maximum(p / np.hypot(np.sqrt(self._rule[1][-1]), self.sd), 1.0))[1]
        starts = np.append(np.flatnonzero(np.diff(size, prepend=0)), p.size)
        return [slice(first, last) for first, last in pairwise(starts)]

    def _terms(self, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Those that matter at rising p, a column of about one size: log f(g) f(p | g) down to e^−43 of the greatest,
        and the variances of V."""
        (log_front, total, variance), some = self._normals, slice(None)
        if p.size > FEW_POINTS:
            some = _matters(log_front - 0.5 * np.square(p[[0, -1]]) / total)
        return log_front[some] - np.square(p) * (0.5 / total[some]), variance[some]

    def upper_logpdf(self, p: Floats) -> Floats:
        def answer(p: np.ndarray) -> np.ndarray:
            log_each, _ = self._terms(p)
            top = np.max(log_each, axis=1, keepdims=True)
            return top[:, 0] + np.log(np.sum(np.exp(log_each - top), axis=1))

        found, shrink = self._in_blocks(p, answer)
        return found + (self.df + 1) * np.log(shrink)

    def score_and_variance(self, p: Floats) -> tuple[Floats, Floats]:
        def answer(p: np.ndarray) -> np.ndarray:
            log_each, variance = self._terms(p)
            total = variance + self.sd**2
            share = np.exp(log_each - np.max(log_each, axis=1, keepdims=True))
            line = self.sd**2 / total
            columns = np.stack([np.ones_like(total), 1 / total, line, np.square(line), variance * line], axis=1)
            mass, score, mean_line, mean_square, rest = (share @ columns).T
            spread = np.square(p[:, 0]) * np.maximum(mean_square / mass - np.square(mean_line / mass), 0.0)
            return np.stack([p[:, 0] * score / mass, rest / mass + spread])

        (score, variance), shrink = self._in_blocks(p, answer)
        return score * shrink, variance

    def upper_logsf(self, p: Floats) -> Floats:
        log_weight, total, _ = self._rule[0], np.sqrt(self._normals[1]), None

        def answer(p: np.ndarray) -> np.ndarray:
            needed = slice(None)
            if p.size > FEW_POINTS:
                needed = _matters(log_weight + log_ndtr(-p[[0, -1]] / total))
            return np.log(ndtr(-p / total[needed]) @ np.exp(log_weight[needed]))

        found, shrink = self._in_blocks(p, answer)
        return found + self.df * np.log(shrink)

    def upper_mean_excess(self, p: Floats) -> Floats:
        """The rule's terms below its first fall off geometrically, by e^{−(ν−1)/2} to a unit of log g."""
        log_weight, variance = self._rule
        step = 0.5 * np.log(variance[0] / variance[1])
        ratio = np.exp(-(self.df - 1) * step)

        def answer(p: np.ndarray) -> np.ndarray:
            each = np.exp(log_weight) * normal_excess(-p, np.sqrt(variance + self.sd**2))
            return np.sum(each, axis=-1) + each[:, 0] * ratio / (1 - ratio)

        found, shrink = self._in_blocks(p, answer)
        return found * shrink ** (self.df - 1)

    def upper_edges(self) -> np.ndarray:
        core = max(9 * self.sd, 2 * self.scale)
        step = 0.4 * min(max(self.sd, self.scale), max(self.scale * np.sqrt(self.df), 0.1 * self.sd))
        end = max(2 * core, self.scale * max(300.0, np.sqrt(self.df) * np.exp(60 / self.df)))
        outer = np.geomspace(core, end, 2 + int(np.log(end / core) / min(1.0, 2 / self.df)))
        return np.concatenate([np.linspace(0, core, 2 + int(core / step)), outer[1:]])


def _matters(log_each: np.ndarray) -> slice:
    """From the first to the last term that in some row is not negligible beside the greatest."""
    needed = np.any(log_each > np.max(log_each, axis=1, keepdims=True) - LOG_NEGLIGIBLE, axis=0)
    first, last = np.flatnonzero(needed)[[0, -1]]
    return slice(first, last + 1)


def normal_convolution(truth: Distribution, error: Distribution) -> NormalConvolution | None:
    """The closed forms for a truth and an error about 0, if there are any."""
    match truth, error:
        case Normal(scale=sd), Normal(scale=scale):
            return NormalPlusNormal(sd, scale)
        case Normal(scale=sd), Laplace(scale=scale):
            return NormalPlusLaplace(sd, scale)
        case Normal(scale=sd), Uniform(half_width=half_width):
            return NormalPlusUniform(sd, half_width)
        case Normal(scale=sd), StudentT(df=df, scale=scale):
            return NormalPlusStudentT(sd, df, scale)
    return None
