"""Truth plus an independent error, any law of either: P = T + V (theory §1.3)."""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from models.laws.base import (
    Atoms,
    BaseLaw,
    EmptySelectionError,
    NoOptimumError,
    OutputLaw,
    Outputs,
    Points,
    Reweighting,
)
from models.laws.convolution import SumTable
from models.laws.error_panels import ErrorPanels
from models.laws.reweighted import DensityRatioLaw, ReweightedLaw, ratio_above, reweighted
from models.laws.univariate import Lognormal, Uniform, Univariate
from models.numerics.axes import Floats, align, plain
from models.numerics.panels import panels
from models.parameters import Record

__all__ = ["IndependentSum", "TruncatedIndependentSum"]

TURNS = np.linspace(-12, 12, 25)  # widths of an error
NO_ATOMS = Atoms(np.empty(0), np.empty(0))
CLOSE = 1e-12  # what two half-widths may differ by, relative, to count as one
NOTHING_CUT = -1e-29  # log of a tail that holds everything
LARGEST = 600.0  # log of the largest persuasiveness that a float should hold


@dataclass(frozen=True, kw_only=True)
class IndependentSum(Record, BaseLaw):
    """P = T + V: a truth T with a law that is symmetric about its mean, and an error V independent of it.

    Everything by one quadrature (`SumTable`), which knows its error: `unsettled`. The density and the tails of P are
    right to about 1e-13, and a further 1e-15 of their logarithm; E[T | P] to 1e-13 of itself or of a hundredth of the
    narrower law's width. Where both laws are bounded, P near its highest is itself rounded, and a tail of the size of
    1/n is right to about 1e-16 √n.

    >>> from models import Levy, StudentT
    >>> base = IndependentSum(truth=StudentT(df=10), error=Levy())
    >>> base.mean_persuasiveness, base.tail_index, base.truth_limit
    (inf, 0.5, 0.0)

    Raises:
        ValueError: for a truth that has no mean, or is not symmetric.
    """

    truth: Univariate
    error: Univariate

    def __post_init__(self) -> None:
        if not self.truth.symmetric:
            raise ValueError(f"truth = {self.truth!r} is not allowed; its law must be symmetric")
        if self.truth.mean is None:
            raise ValueError(f"truth = {self.truth!r} is not allowed; it must have a mean, so df must lie in (1, ∞)")

    @cached_property
    def _table(self) -> SumTable:
        truth, error = self.truth.standard, self.error.standard
        if (
            isinstance(truth, Uniform)
            and isinstance(error, Uniform)
            and abs(truth.highest - error.highest) < CLOSE * error.highest
        ):
            truth = error  # between their ends there is no room for panels
        return SumTable(truth, error)

    @property
    def origin(self) -> float:
        return self.truth.origin + self.error.origin

    @property
    def unsettled(self) -> float:
        """The error of the quadrature, relative: how far its tables are from settled, and the mass it found from 1."""
        return max(self._table.unsettled, self._table.lost)

    # ── moments and densities ──

    @property
    def computed(self) -> str:
        return "quadrature"

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
        return np.inf if self.truth.sd is None else self.truth.sd

    @property
    def sd_persuasiveness(self) -> float | None:
        """∞ where the mean is, or only the mean exists; None where that does not."""
        return None if self.error.sd is None else float(np.hypot(self.sd_truth, self.error.sd))

    @property
    def covariance(self) -> float | None:
        """Var T, or None where the error has no mean, or truth no variance."""
        return self.sd_truth**2 if self.tail_index > 1 and self.sd_truth < np.inf else None

    @property
    def tail_index(self) -> float:
        return min(self.truth.tail_index, self.error.tail_index)

    @cached_property
    def indices_at_end(self) -> tuple[float, ...]:
        """A lognormal error falls ever faster, slower than any exponential, and hides a truth’s power for very long: the
        sum’s own at the end, the error’s, which may be about to take over, and the truth’s."""
        if not isinstance(self.error, Lognormal):
            return (self.tail_index,)
        last, alone = self.edges[-1], self.edges[-1] - self.truth.origin
        log_hazards = (
            self.log_persuasiveness_pdf(last) - self.log_sf(last),
            self.error.log_pdf(alone) - self.error.log_sf(alone),
        )
        own = [float((last - self.origin) * np.exp(log_hazard)) for log_hazard in log_hazards]
        return (*own, self.tail_index) if self.tail_index < np.inf else (*own,)

    @property
    def lower_tail_index(self) -> float:
        return min(self.truth.lower_tail_index, self.error.lower_tail_index)

    @property
    def truth_tail_index(self) -> float:
        return self.truth.tail_index

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
        return self.origin + self.truth.highest + self.error.highest

    @property
    def deepest(self) -> float:
        """36 nats where P has an end, for there the rounding of P counts; 441 on a heavy tail, where P fills the floats."""
        if self.highest < np.inf:
            return 6.0
        return 21.0 if self.index_at_end < np.inf else np.inf

    @property
    def blur(self) -> float:
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
            return self.truth.location + self.truth.highest
        if of_error == of_truth == 0:
            gap = self.truth.tail_index - self.error.tail_index - 1
            if gap == 0:
                return self.mean_truth + float(np.exp(self.truth.log_tail_front - self.error.log_tail_front))
            return self.mean_truth if gap > 0 else np.inf
        if of_error >= of_truth:
            return np.inf
        return self.mean_truth if of_error == 0 else float(self.truth.tilted(of_error)[0])

    def truth_pdf(self, t: Floats) -> Floats:
        return plain(np.exp(self.truth.log_pdf(np.asarray(t, dtype=float))))

    def log_persuasiveness_pdf(self, p: Floats) -> Floats:
        return self._table.log_pdf(np.asarray(p, dtype=float) - self.origin)

    def log_joint_pdf(self, t: Floats, p: Floats) -> Floats:
        t = np.asarray(t, dtype=float)
        return self.truth.log_pdf(t) + self.error.log_pdf(p - t)

    def truth_atoms(self) -> Atoms:
        return NO_ATOMS

    def persuasiveness_atoms(self) -> Atoms:
        return NO_ATOMS

    # ── the law of P, and of T given P ──

    def log_sf(self, p: Floats, *, strict: bool = False) -> Floats:
        return plain(self._table.log_sf(np.asarray(p, dtype=float) - self.origin))

    def log_cdf(self, p: Floats, *, strict: bool = False) -> Floats:
        return plain(self._table.log_cdf(np.asarray(p, dtype=float) - self.origin))

    def truth_given(self, p: Floats) -> tuple[np.ndarray, np.ndarray]:
        mean, variance = self._table.truth_given(np.asarray(p, dtype=float) - self.origin)
        return self.truth.location + mean, variance

    def truth_above(self, p: Floats) -> Floats:
        """E[T | P ≥ p]."""
        return plain(self.truth.location + self._table.truth_above(np.asarray(p, dtype=float) - self.origin))

    def from_square(self, across: np.ndarray, up: np.ndarray) -> Outputs:
        """T rises across and V up, each through all its quantiles."""
        truth = self.truth.quantile(across)
        return Outputs(truth, truth + self.error.quantile(up), np.zeros(truth.shape, dtype=int))

    def expected_shortfall(self, level: float) -> float:
        edges, low = self.truth.edges, level - self.truth.origin
        t, width = panels(np.append(edges[edges < low], max(low, edges[0])))
        found = np.sum((low - t) * self.truth_pdf(t + self.truth.origin) * width)
        if self.truth.lower_tail_index < np.inf:
            end = edges[0]
            found += self.truth_pdf(end + self.truth.origin) * end**2 / (self.truth.lower_tail_index - 1)
        return float(found)

    def shortfall_given(self, level: float, p: Floats) -> np.ndarray:
        p = np.asarray(p, dtype=float)
        return self._table.shortfall_given(level - self.truth.origin, p.reshape(-1) - self.origin).reshape(p.shape)

    def shortfall_turns(self, level: float) -> np.ndarray:
        return level + self.error.origin + np.union1d(TURNS * self.error.width, self.error.kinks)

    @cached_property
    def edges(self) -> np.ndarray:
        return self.origin + self._table.quadrature_edges

    @cached_property
    def _excess_at_edges(self) -> np.ndarray:
        """E[(P − e)⁺] at each of the edges, summed from the last."""
        last = self.edges[-1]
        beyond = float(self._far_excess(last))
        step = self._excess_to(self.edges[:-1], self.edges[1:])
        return np.append(beyond + np.cumsum(step[::-1])[::-1], beyond)

    def _excess_to(self, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """∫ of the upper tail from `low` to `high`."""
        p, width = panels(np.stack([low, high], axis=-1))
        return np.sum(np.exp(self.log_sf(p)) * width, axis=-1)

    def mean_excess(self, start: Floats) -> Floats:
        """∞ where P has no mean."""
        start = np.asarray(start, dtype=float)
        if self.tail_index <= 1:
            return plain(np.inf + 0 * start)
        edges = self.edges
        place = np.clip(np.searchsorted(edges, start), 0, edges.size - 1)
        found = self._excess_at_edges[place] + self._excess_to(np.clip(start, edges[0], edges[-1]), edges[place])
        found = found + np.maximum(edges[0] - start, 0.0)
        if np.any(far := start > edges[-1]):
            found = np.where(far, self._far_excess(np.where(far, start, edges[-1])), found)
        return plain(found)

    def _far_excess(self, start: Floats) -> Floats:
        """The same from the last edge on."""
        start = np.asarray(start, dtype=float)
        nodes = self.nodes_above(start)
        return np.sum(np.exp(nodes.log_mass) * np.maximum(nodes.p - start[..., None], 0.0), axis=-1)

    def truth_excess(self, start: Floats) -> Floats:
        """∞ where truth has no variance."""
        start = np.asarray(start, dtype=float)
        if self.truth.tail_index <= 2:
            return plain(np.inf + 0 * start)
        nodes = self.nodes_above(start)
        weight = np.exp(nodes.log_mass) * np.maximum(nodes.p - start[..., None], 0.0)
        return plain(np.sum(weight * nodes.points.truth[0], axis=-1))

    def isf(self, log_tail: Floats) -> Floats:
        """The threshold c with log P(P ≥ c) = `log_tail`; for 0 one that all but 1e-30 of the outputs reach. 1e299 at
        most, where a tail falls like a power, and below the end of P, if it has one."""
        log_tail = np.minimum(log_tail, -1e-30)
        if self.tail_index < np.inf:
            last = self.edges[-1]
            log_tail = np.maximum(log_tail, self.log_sf(last) - self.tail_index * (LARGEST - np.log(last)))
        return plain(np.minimum(self.continuous_isf(log_tail), np.nextafter(self.highest, -np.inf)))

    # ── the verbs of selection ──

    def tilted(self, strength: Floats) -> tuple[OutputLaw, Floats]:
        """T and V stay independent, each tilted."""
        lam = np.asarray(strength, dtype=float)
        if not np.any(lam):
            return self, plain(0.0 * lam)
        if np.any(lam >= self.strength_limit):
            steepest = min((self.error, self.truth), key=lambda law: law.strength_limit)
            raise NoOptimumError(
                f"strength = {float(np.max(lam))!r}: KL-penalised RL has no optimum here", steepest.no_optimum
            )
        law = TiltedIndependentSum(self, lam)
        return law, plain(self.truth.tilted(lam)[2] + self.error.tilted(lam)[2])

    def truncated(self, threshold: Floats, share: Floats = 1.0) -> tuple[OutputLaw, Floats]:
        start = np.asarray(threshold, dtype=float)
        log_total = np.asarray(self.log_sf(start))
        if np.any(np.isneginf(log_total)):
            raise EmptySelectionError(
                f"threshold = {float(np.max(start))!r}",
                f"no output is more persuasive than {np.format_float_positional(round(self.highest, 6) + 0.0, trim='-')}",
            )

        return TruncatedIndependentSum(self, start, log_total), plain(-log_total)

    def reweighted_truth_pdf(self, t: Floats, law: Reweighting) -> Floats:
        """Over the error, between its own edges and those of P."""
        starts, flat = np.broadcast_to(law.start, law.log_mass.shape[:-1]), t.reshape(-1)
        log_ratio = law.ratio(Points(self, np.broadcast_to(self.edges, (*starts.shape, self.edges.size)), starts.ndim))
        found = np.empty((*starts.shape, flat.size))
        for k in np.ndindex(starts.shape):
            across = _error_panels(self, tuple(flat.tolist()), float(starts[k]))
            placed = across.placed(log_ratio[k], starts.shape)
            each = np.sum(np.exp(law.ratio(placed.points)[k] + placed.log_mass), axis=1)
            each = np.bincount(placed.row, each, flat.size)
            if self.error.tail_index < np.inf:  # beyond the last edge, where the ratio of a heavy tail hardly moves
                end = across.last
                p = np.broadcast_to(end + across.column, (*starts.shape, flat.size, 1))
                last = law.ratio(Points(self, p, starts.ndim))[k] + self.error.log_pdf(end)
                each = each + np.exp(last[:, 0]) * end[:, 0] / self.error.tail_index
            found[k] = each * self.truth_pdf(flat)
        return found.reshape(*starts.shape, *t.shape)

    def reweighted_truth_atoms(self, law: Reweighting) -> Atoms:
        return NO_ATOMS


@lru_cache(maxsize=6)  # some 20 MB each where nothing is cut
def _error_panels(law: IndependentSum, t: tuple[float, ...], start: float) -> ErrorPanels:
    return ErrorPanels(law, law.error, law.edges, np.array(t), start)


@dataclass(frozen=True, eq=False)
class TruncatedIndependentSum(DensityRatioLaw):
    """Truth and error given P ≥ threshold: mean truth by sums over what is above, truth’s density by the error’s tail."""

    base: IndependentSum
    start: np.ndarray
    log_total: np.ndarray

    @cached_property
    def _reweighted(self) -> ReweightedLaw:
        cut = np.where(self.log_total < NOTHING_CUT, self.start, -np.inf)
        hazard = np.exp(np.asarray(self.base.log_persuasiveness_pdf(self.start)) - self.log_total)
        blur = np.finfo(float).eps * np.max(np.where(np.isneginf(cut), 0.0, np.abs(self.start) * hazard))
        return reweighted(self.base, ratio_above(self.start, self.log_total), cut, blur=float(blur))

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

    @property
    def mean_persuasiveness(self) -> Floats | None:
        return self._reweighted.mean_persuasiveness

    @property
    def sd_persuasiveness(self) -> Floats | None:
        return self._reweighted.sd_persuasiveness

    def truth_pdf(self, t: Floats) -> Floats:
        t = np.asarray(t, dtype=float)
        bar, total = (align(x, t.ndim) for x in (self.start, self.log_total))
        return plain(np.exp(self.base.truth.log_pdf(t) + self.base.error.log_sf(bar - t) - total))

    def truth_atoms(self) -> Atoms:
        return NO_ATOMS

    def persuasiveness_atoms(self) -> Atoms:
        return NO_ATOMS

    def expected_shortfall(self, level: float) -> float:
        """Over truth, between its own edges and those of the error that is wanted."""
        truth, error = self.base.truth, self.base.error
        own, wanted = truth.edges + truth.origin, float(self.start) - error.origin - error.edges
        t, width = panels(np.clip(np.union1d(np.append(own, level), wanted), own[0], max(level, own[0])))
        found = np.sum((level - t) * self.truth_pdf(t) * width)
        if (index := truth.lower_tail_index + error.tail_index) < np.inf:
            found += self.truth_pdf(own[0]) * np.square(own[0]) / (index - 1)
        return float(found)


@dataclass(frozen=True, eq=False)
class TiltedIndependentSum(DensityRatioLaw):
    """Truth and error with density ∝ e^{λp}, in closed form but for the base law's density."""

    base: IndependentSum
    strength: np.ndarray
    start: np.ndarray = field(default_factory=lambda: np.asarray(-np.inf), init=False)

    @cached_property
    def _moments(self) -> tuple[tuple[Floats, Floats, Floats], tuple[Floats, Floats, Floats]]:
        return self.base.truth.tilted(self.strength), self.base.error.tilted(self.strength)

    @property
    def computed(self) -> str:
        return "quadrature"

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
        return plain(np.exp(self.base.truth.log_pdf(t) + lam * (t - mean) + kl))

    def truth_atoms(self) -> Atoms:
        return NO_ATOMS

    def persuasiveness_atoms(self) -> Atoms:
        return NO_ATOMS

    def expected_shortfall(self, level: float) -> float:
        edges = self.base.truth.edges + self.base.truth.origin
        t, width = panels(np.append(edges[edges < level], max(level, edges[0])))
        return float(np.sum((level - t) * self.truth_pdf(t) * width))
