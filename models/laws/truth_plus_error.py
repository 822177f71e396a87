"""Truth plus an independent error, any law of either: P = T + V (docs/theory.md §3, after Thomas & Kwa 2023)."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from models.distributions import Distribution, Lognormal, Normal, Uniform
from models.laws.base import LOG_ROUGH_SHARE, Atoms, OutputLaw, Outputs, Points, Ratio, Reweighted, Reweighting
from models.laws.continuous import NO_ATOMS, ContinuousLaw
from models.laws.convolution import Convolution
from models.laws.convolution_table import ConvolutionTable
from models.laws.error_panels import ErrorPanels
from models.laws.normal_convolutions import normal_convolution
from models.laws.reweighted import DensityRatioLaw, ReweightedLaw, ratio_above, reweighted
from models.numerics.axes import Floats, align, plain
from models.numerics.panels import panels
from models.parameters import Interval, Record

__all__ = ["TruthPlusError"]

SAME = 1e-12  # what two half-widths may differ by, relative, to count as one
STANDARD_NORMAL = Normal()
WIDTHS = Interval(1e-3, 1e3)  # of the error, in widths of truth
CLOSED_WIDTHS = Interval(0.03, 60.0)  # those at which the closed forms keep their digits: all that sliders reach
LOG_WHOLE = -1e-29  # log of a tail that holds everything
LOG_LEAST_TAIL = -600.0  # log of a tail that is too near the least float
LOG_LARGEST = 600.0  # log of the largest persuasiveness that a float should hold
DEEPEST, DEEPEST_BOUNDED = 21.0, 6.0  # √KL; where P has an end, its rounding counts from 36 nats on


@dataclass(frozen=True)
class TruthPlusError(Record, ContinuousLaw):
    """P = T + V: a truth T with a law that is symmetric about its mean, and an error V independent of it.

    A normal truth with a normal, Laplace, uniform or Student-t error has closed forms. Any other pair is computed by one
    quadrature, which knows its error, `unsettled`: the density and the tails of P are right to about 1e-13, and a further
    1e-15 of their logarithm; E[T | P] to 1e-13 of itself or of a hundredth of the narrower law's width. Where both laws
    are bounded, P near its highest is itself rounded, and a tail of the size of 1/n is right to about 1e-16 √n.

    >>> from models import Laplace, Levy, StudentT
    >>> base = TruthPlusError(Laplace(scale=0.5))
    >>> round(float(base.regression(30.0)), 12)  # levels off at σ_T²/b
    2.0
    >>> base = TruthPlusError(truth=StudentT(df=10), error=Levy())
    >>> base.mean_persuasiveness, base.tail_index, base.truth_limit
    (inf, 0.5, 0.0)

    Raises:
        ValueError: for a truth that has no mean or is not symmetric, or where one of the laws is more than a thousand
            times as wide as the other.
    """

    error: Distribution
    _: KW_ONLY
    truth: Distribution = STANDARD_NORMAL

    def __post_init__(self) -> None:
        for name, law in (("truth", self.truth), ("error", self.error)):
            if not isinstance(law, Distribution):
                raise ValueError(
                    f"{name} = {law!r} is not allowed; it must be a law of one score, such as StudentT(df=3)"
                )
        if not self.truth.symmetric:
            raise ValueError(f"truth = {self.truth!r} is not allowed; its law must be symmetric")
        if self.truth.mean is None:
            raise ValueError(f"truth = {self.truth!r} is not allowed; it must have a mean, so df must lie in (1, ∞)")
        if not WIDTHS.contains(np.asarray(self._quotient)):
            raise ValueError(
                f"error = {self.error!r} beside truth = {self.truth!r} is not allowed; the error is {self._quotient:.3g} "
                f"times as wide, and that must lie in {WIDTHS}"
            )

    @property
    def _quotient(self) -> float:
        """How wide the error is, in widths of truth."""
        return self.error.width / self.truth.width

    @cached_property
    def convolution(self) -> Convolution:
        """The law of P and of T given P, with the origins of both laws at 0: closed forms where there are any."""
        truth, error = self.truth.standard, self.error.standard
        uniform = isinstance(truth, Uniform) and isinstance(error, Uniform)
        if uniform and np.isclose(truth.width, error.width, rtol=SAME, atol=0.0):
            truth = error  # between their ends there is no room for panels
        closed = normal_convolution(truth, error) if CLOSED_WIDTHS.contains(np.asarray(self._quotient)) else None
        return closed or ConvolutionTable(truth, error)

    @property
    def origin(self) -> float:
        return self.truth.origin + self.error.origin

    def _from_origin(self, p: Floats) -> np.ndarray:
        return np.asarray(p, dtype=float) - self.origin

    @property
    def unsettled(self) -> float:
        """The error of the quadrature, relative: how far its tables are from settled, and the mass it found from 1."""
        table = self.convolution
        return max(table.unsettled, table.lost) if isinstance(table, ConvolutionTable) else 0.0

    # ── moments and densities ──

    @property
    def computed(self) -> str:
        return self.convolution.computed

    @property
    def mean_truth(self) -> float:
        return self.truth.location

    @property
    def mean_persuasiveness(self) -> float | None:
        """∞ where only the error's upper tail is too heavy for a mean, None where both are."""
        return None if self.error.mean is None else self.truth.location + self.error.mean

    @property
    def sd_truth(self) -> float:
        """∞ for a Student-t with df ≤ 2."""
        return np.inf if self.truth.std is None else self.truth.std

    @property
    def sd_persuasiveness(self) -> float | None:
        """∞ where the mean is, or only the mean exists; None where that does not."""
        return None if self.error.std is None else float(np.hypot(self.sd_truth, self.error.std))

    @property
    def covariance(self) -> float | None:
        """Var T, or None where the error has no mean, or truth no variance."""
        return self.sd_truth**2 if self.tail_index > 1 and self.sd_truth < np.inf else None

    @property
    def tail_index(self) -> float:
        return min(self.truth.tail_index, self.error.tail_index)

    @property
    def lower_tail_index(self) -> float:
        return min(self.truth.lower_tail_index, self.error.lower_tail_index)

    @property
    def truth_tail_index(self) -> float:
        return self.truth.tail_index

    @cached_property
    def indices_at_end(self) -> tuple[float, ...]:
        """A lognormal error falls ever faster, slower than any exponential, and hides a truth’s power for very long: the
        sum’s own at the end, the error’s, which may be about to take over, and the truth’s."""
        if not isinstance(self.error, Lognormal):
            return (self.tail_index,)
        last, alone = self.edges[-1], self.edges[-1] - self.truth.origin
        log_hazards = (
            self.log_persuasiveness_pdf(last) - self.log_sf(last),
            self.error.logpdf(alone) - self.error.logsf(alone),
        )
        own = [float((last - self.origin) * np.exp(log_hazard)) for log_hazard in log_hazards]
        return (*own, self.tail_index) if self.tail_index < np.inf else (*own,)

    @property
    def strength_limit(self) -> float:
        return min(self.truth.strength_limit, self.error.strength_limit)

    @property
    def variance_proxy(self) -> float | None:
        """Those of independent parts add up: neither here is above its part’s variance."""
        of_truth, of_error = self.truth.variance_proxy, self.error.variance_proxy
        return None if of_truth is None or of_error is None else of_truth + of_error

    @property
    def highest(self) -> float:
        return self.truth.support[1] + self.error.support[1]

    @property
    def max_root_kl(self) -> float:
        """36 nats where P has an end, for there the rounding of P counts; 441 on a heavy tail, where P fills the floats."""
        if self.highest < np.inf:
            return DEEPEST_BOUNDED
        return DEEPEST if self.index_at_end < np.inf else np.inf

    @property
    def relative_rounding(self) -> float:
        """Where P has an end, the rounding of P is √n times as large beside its distance from there; n to 1e12."""
        return np.finfo(float).eps * (1e6 if self.highest < np.inf else 1.0)

    @property
    def truth_limit(self) -> float:
        """lim E[T | P = p].

        An error whose hazard rate tends to λ leaves truth tilted by λ, if truth’s own tail falls faster: E[T] for a
        heavy one. Where truth’s tail falls no faster, it is truth that makes an output persuasive, and the limit is ∞. So
        it is where truth’s index is above the error’s but by less than 1, for rare large truths count p times; at 1 the
        limit is E[T] and the quotient of the two tails’ fronts.
        """
        of_error, of_truth = self.error.strength_limit, self.truth.strength_limit
        if of_error == of_truth == np.inf:
            return self.truth.support[1]
        if of_error == of_truth == 0:
            gap = self.truth.tail_index - self.error.tail_index - 1
            if gap == 0:
                return self.mean_truth + float(np.exp(self.truth.log_tail_front - self.error.log_tail_front))
            return self.mean_truth if gap > 0 else np.inf
        if of_error >= of_truth:
            return np.inf
        return self.mean_truth if of_error == 0 else float(self.truth.tilted(of_error)[0])

    def truth_pdf(self, t: Floats) -> Floats:
        return plain(np.exp(self.truth.logpdf(t)))

    def log_persuasiveness_pdf(self, p: Floats) -> Floats:
        return self.convolution.logpdf(self._from_origin(p))

    def log_joint_pdf(self, t: Floats, p: Floats) -> Floats:
        t = np.asarray(t, dtype=float)
        return self.truth.logpdf(t) + self.error.logpdf(p - t)

    # ── the law of P, and of T given P ──

    def log_sf(self, p: Floats, *, strict: bool = False) -> Floats:
        return plain(self.convolution.logsf(self._from_origin(p)))

    def log_cdf(self, p: Floats, *, strict: bool = False) -> Floats:
        return plain(self.convolution.logcdf(self._from_origin(p)))

    def hazard(self, p: Floats) -> Floats:
        """f_P(p)/P(P > p), the hazard rate of P, per score unit; of a normal truth, mean truth above p is σ_T² times it."""
        return plain(np.exp(self.log_persuasiveness_pdf(p) - self.log_sf(p)))

    def truth_given(self, p: Floats) -> tuple[np.ndarray, np.ndarray]:
        mean, variance = self.convolution.truth_given(self._from_origin(p))
        return self.truth.location + mean, variance

    def truth_above(self, p: Floats) -> Floats:
        """E[T | P ≥ p]."""
        return plain(self.truth.location + self.convolution.truth_above(self._from_origin(p)))

    def persuasiveness_above(self, p: Floats) -> Floats | None:
        """E[P | P ≥ p], where there is a closed form for it and every tail is a float; None elsewhere."""
        log_total = self.log_sf(p)
        if self.tail_index <= 1 or np.min(log_total) < LOG_LEAST_TAIL:
            return None
        end = np.abs(self._from_origin(p))  # P is symmetric: what lies between −end and end has mean 0
        excess = self.convolution.mean_excess(end)
        if excess is None:
            return None
        beyond = end * np.exp(self.convolution.logsf(end)) + excess
        return plain(self.origin + beyond * np.exp(-log_total))

    def from_uniforms(self, across: np.ndarray, up: np.ndarray) -> Outputs:
        """T rises across and V up, each through all its quantiles."""
        truth = self.truth.ppf(across)
        return Outputs(truth, truth + self.error.ppf(up), np.zeros(truth.shape, dtype=int))

    @property
    def truth_edges(self) -> np.ndarray:
        return self.truth.edges + self.truth.origin

    def expected_shortfall(self, level: float) -> float:
        return super().expected_shortfall(level) + self._shortfall_beyond(self.truth_pdf, self.truth.lower_tail_index)

    def reweighted_shortfall(self, level: float, law: Reweighted) -> float:
        """Panels end where those of the error do that is wanted above a bar, too."""
        start, index, wanted = float(law.start), self.truth.lower_tail_index, np.empty(0)
        if start > -np.inf:
            wanted, index = start - self.error.origin - self.error.edges, index + self.error.tail_index
        return self.shortfall_by(law.truth_pdf, level, wanted) + self._shortfall_beyond(law.truth_pdf, index)

    def _shortfall_beyond(self, truth_pdf: Callable[[Floats], Floats], index: float) -> float:
        """What lies below the last edge of truth, where its tail falls with this index."""
        end = self.truth_edges[:1]
        return float(truth_pdf(end)[0] * end[0] ** 2 / (index - 1)) if index < np.inf else 0.0

    @cached_property
    def edges(self) -> np.ndarray:
        return self.origin + self.convolution.quadrature_edges

    def mean_excess(self, start: Floats) -> Floats:
        closed = self.convolution.mean_excess(self._from_origin(start)) if self.tail_index > 1 else None
        return super().mean_excess(start) if closed is None else plain(closed)

    def truth_excess(self, start: Floats) -> Floats:
        if isinstance(self.truth, Normal) and self.tail_index > 1:  # Stein’s identity
            return plain(self.mean_truth * self.mean_excess(start) + self.truth.scale**2 * np.exp(self.log_sf(start)))
        return super().truth_excess(start)

    def isf(self, log_tail: Floats) -> Floats:
        """The threshold c with log P(P ≥ c) = `log_tail`; for 0 one that all but 1e-30 of the outputs reach. 1e299 at
        most, where a tail falls like a power, and below the end of P, if it has one."""
        log_tail = np.minimum(log_tail, -1e-30)
        if self.tail_index < np.inf:
            last = self.edges[-1]
            log_tail = np.maximum(log_tail, self.log_sf(last) - self.tail_index * (LOG_LARGEST - np.log(last)))
        return plain(np.minimum(self.continuous_isf(log_tail), np.nextafter(self.highest, -np.inf)))

    # ── the verbs of selection ──

    def tilted(self, strength: Floats) -> tuple[OutputLaw, Floats]:
        """T and V stay independent, each tilted."""
        lam = np.asarray(strength, dtype=float)
        if not np.any(lam):
            return self, plain(0.0 * lam)
        if np.any(lam >= self.strength_limit):
            return super().tilted(lam)  # says why not
        return TiltedTruthPlusError(self, lam), plain(self.truth.tilted(lam)[2] + self.error.tilted(lam)[2])

    @property
    def no_optimum(self) -> str:
        return min((self.error, self.truth), key=lambda law: law.strength_limit).no_optimum

    def above(self, start: np.ndarray, log_total: np.ndarray) -> OutputLaw:
        return TruncatedTruthPlusError(self, start, log_total)

    def reweighted_truth_pdf(self, t: Floats, law: Reweighting) -> Floats:
        """Over the law’s nodes where these are close enough for the error, else over the error, between its own edges and
        those of P."""
        if self.convolution.resolves_error:
            return super().reweighted_truth_pdf(t, law)
        starts, flat = np.broadcast_to(law.start, law.log_mass.shape[:-1]), t.reshape(-1)
        log_ratio = law.ratio(Points(self, np.broadcast_to(self.edges, (*starts.shape, self.edges.size)), starts.ndim))
        found = np.empty((*starts.shape, flat.size))
        for k in np.ndindex(starts.shape):
            across = _error_panels(self, tuple(flat.tolist()), float(starts[k]))
            placed = across.significant(log_ratio[k], starts.shape)
            each = np.sum(np.exp(law.ratio(placed.points)[k] + placed.log_mass), axis=1)
            each = np.bincount(placed.row, each, flat.size)
            if self.error.tail_index < np.inf:
                each = each + self._far_errors(law.ratio, flat, starts.shape)[k]
            found[k] = each * self.truth_pdf(flat)
        return found.reshape(*starts.shape, *t.shape)

    def _far_errors(self, ratio: Ratio, t: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """∫ f_V(v) e^{ratio(t + v)} dv beyond the error’s last edge, (*shape, t): over log v, and where the error has fallen
        by e^36 as the power that the ratio is there."""
        index, end = self.error.tail_index, self.error.edges[-1]
        u, width = panels(np.linspace(0, LOG_ROUGH_SHARE / index, 1 + int(LOG_ROUGH_SHARE / 4)))
        v = end * np.exp(np.append(u, LOG_ROUGH_SHARE / index + np.array([0.0, np.log(2)])))
        p = np.broadcast_to(t[:, None] + self.error.origin + v, (*shape, t.size, v.size))
        log_ratio = ratio(Points(self, p, len(shape)))
        log_each = log_ratio + self.error.standard.logpdf(v) + np.log(v)
        growth = (log_ratio[..., -1] - log_ratio[..., -2]) / np.log(2)
        return np.sum(np.exp(log_each[..., :-2]) * width, axis=-1) + np.exp(log_each[..., -2]) / (index - growth)


@lru_cache(maxsize=6)  # some 20 MB each where nothing is cut
def _error_panels(law: TruthPlusError, t: tuple[float, ...], start: float) -> ErrorPanels:
    return ErrorPanels(law, law.error, law.edges, np.array(t), start)


@dataclass(frozen=True, eq=False)
class TruncatedTruthPlusError(DensityRatioLaw):
    """Truth plus error given P ≥ threshold: mean truth by E[T | P ≥ c], truth’s density by the error’s tail."""

    base: TruthPlusError
    start: np.ndarray
    log_total: np.ndarray

    @cached_property
    def _reweighted(self) -> ReweightedLaw:
        cut = np.where(self.log_total < LOG_WHOLE, self.start, -np.inf)
        hazard = np.exp(np.asarray(self.base.log_persuasiveness_pdf(self.start)) - self.log_total)
        relative_rounding = np.finfo(float).eps * np.max(np.where(np.isneginf(cut), 0.0, np.abs(self.start) * hazard))
        return reweighted(
            self.base, ratio_above(self.start, self.log_total), cut, relative_rounding=float(relative_rounding)
        )

    def log_ratio(self, p: Floats) -> Floats:
        return ratio_above(self.start, self.log_total)(Points(self.base, p))

    @property
    def computed(self) -> str:
        return "quadrature"

    @cached_property
    def mean_truth(self) -> Floats:
        return self.base.truth_above(self.start)

    @property
    def sd_truth(self) -> Floats:
        return self._reweighted.sd_truth

    @cached_property
    def mean_persuasiveness(self) -> Floats | None:
        closed = self.base.persuasiveness_above(self.start)
        return self._reweighted.mean_persuasiveness if closed is None else closed

    @property
    def sd_persuasiveness(self) -> Floats | None:
        return self._reweighted.sd_persuasiveness

    def truth_pdf(self, t: Floats) -> Floats:
        t = np.asarray(t, dtype=float)
        bar, total = (align(x, t.ndim) for x in (self.start, self.log_total))
        return plain(np.exp(self.base.truth.logpdf(t) + self.base.error.logsf(bar - t) - total))

    def truth_atoms(self) -> Atoms:
        return NO_ATOMS

    def persuasiveness_atoms(self) -> Atoms:
        return NO_ATOMS


@dataclass(frozen=True, eq=False)
class TiltedTruthPlusError(DensityRatioLaw):
    """Truth and error with density ∝ e^{λp}, in closed form but for the base law's density."""

    base: TruthPlusError
    strength: np.ndarray
    start: np.ndarray = field(default_factory=lambda: np.asarray(-np.inf), init=False)

    @cached_property
    def _moments(self) -> tuple[tuple[Floats, Floats, Floats], tuple[Floats, Floats, Floats]]:
        return self.base.truth.tilted(self.strength), self.base.error.tilted(self.strength)

    @property
    def computed(self) -> str:
        return self.base.computed

    @property
    def mean_truth(self) -> Floats:
        return plain(self._moments[0][0] + 0 * self.strength)

    @property
    def sd_truth(self) -> Floats:
        return plain(np.sqrt(self._moments[0][1] + 0 * self.strength))

    @property
    def mean_persuasiveness(self) -> Floats:
        return plain(self._moments[0][0] + self._moments[1][0])

    @property
    def sd_persuasiveness(self) -> Floats:
        return plain(np.sqrt(self._moments[0][1] + self._moments[1][1]))

    @property
    def covariance(self) -> Floats:
        """Cov(T, P)."""
        return plain(self._moments[0][1] + 0 * self.strength)

    def log_ratio(self, p: Floats) -> Floats:
        """λ p − log E[e^{λP}]."""
        lam, points = align(self.strength, np.ndim(p)), np.ndim(p)
        log_mgf = sum(align(self.strength * mean - kl, points) for mean, _, kl in self._moments)
        return lam * p - log_mgf

    def truth_pdf(self, t: Floats) -> Floats:
        t = np.asarray(t, dtype=float)
        mean, _, kl = (align(x + 0 * self.strength, t.ndim) for x in self._moments[0])
        lam = align(self.strength, t.ndim)
        return plain(np.exp(self.base.truth.logpdf(t) + lam * (t - mean) + kl))

    def truth_atoms(self) -> Atoms:
        return NO_ATOMS

    def persuasiveness_atoms(self) -> Atoms:
        return NO_ATOMS
