"""Truth plus an independent error: P = T + V with T ~ N(0, σ_T²) (theory §1.3, after Thomas & Kwa 2023).

`TruthPlusError` takes any truth; what is not a normal about 0 with an error that has closed forms is an `IndependentSum`.

What selection does to truth is decided by the tail of the error. Tweedie's identity, r(p) = −σ_T² (log f_P)′,
holds for every error, and so does E[T | P ≥ c] = σ_T² × the hazard rate of P at c.
"""

from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from models.laws.base import Atoms, BaseLaw, NoOptimumError, OutputLaw, Outputs, Points, Reweighting
from models.laws.errors import POSITIVE, ErrorLaw, reflect
from models.laws.independent_sum import IndependentSum, TruncatedIndependentSum
from models.laws.reweighted import DensityRatioLaw, ReweightedLaw, ratio_above, reweighted
from models.laws.univariate import Normal, Univariate, as_error, as_univariate
from models.numerics.axes import Floats, align, plain
from models.numerics.normal import log_phi, normal_excess
from models.numerics.panels import panels
from models.parameters import Parameters, knob

__all__ = ["TruthPlusError"]

FAINT = -600.0  # log tails below this are too near what a float can hold


@dataclass(frozen=True, init=False)
class TruthPlusError(Parameters, BaseLaw):
    """P = T + V: truth T ~ N(0, sd_truth²), and an error V independent of it; or any `truth`, see below.

    >>> from models import LaplaceError, Levy, Normal, StudentT, StudentTError
    >>> base = TruthPlusError(LaplaceError(scale=0.5))
    >>> round(float(base.regression(30.0)), 12)  # levels off at σ_T²/b
    2.0

    With another truth (`Normal`, `StudentT`, `Laplace`, `Uniform`) in the place of sd_truth, or with any of these,
    `Lognormal` or `Levy` for the error, the same call gives an `IndependentSum`, which answers as much, by quadrature.

    >>> TruthPlusError(truth=StudentT(df=10), error=Levy()).truth_limit
    0.0
    >>> TruthPlusError(truth=Normal(scale=2), error=StudentT(df=3)) == TruthPlusError(StudentTError(df=3), sd_truth=2)
    True

    Raises:
        TypeError: for another keyword; it names those there are.
        ValueError: for a truth that has no mean or is not symmetric, or one given beside its spread.
    """

    error: ErrorLaw
    _: KW_ONLY
    sd_truth: float = knob(
        symbol="σ_T",
        label="spread of truth",
        default=1.0,
        low=0.1,
        high=3.0,
        step=0.05,
        help="Standard deviation of truth, whose mean is 0.",
        domain=POSITIVE,
    )

    def __new__(
        cls,
        error: ErrorLaw | Univariate | None = None,
        *,
        truth: Univariate | None = None,
        sd_truth: float | None = None,
        **strange: Any,
    ) -> Any:
        if error is None or strange:  # a copy is being made, or a refusal
            return super().__new__(cls, **strange)
        if truth is not None and sd_truth is not None:
            raise ValueError(f"truth = {truth!r}, sd_truth = {sd_truth!r}: at most one of them may be given")
        if as_error(error) and (truth is None or (isinstance(truth, Normal) and truth.location == 0)):
            return super().__new__(cls)
        if truth is None:
            truth = Normal(scale=cls.parameters()["sd_truth"].default if sd_truth is None else sd_truth)
        return IndependentSum(truth=truth, error=as_univariate(error))

    def __init__(
        self, error: ErrorLaw | Univariate, *, truth: Univariate | None = None, sd_truth: float | None = None
    ) -> None:
        object.__setattr__(self, "error", as_error(error))
        if isinstance(truth, Normal):
            sd_truth = truth.scale
        object.__setattr__(self, "sd_truth", self.parameters()["sd_truth"].default if sd_truth is None else sd_truth)
        self.__post_init__()

    # ── moments and densities ──

    @property
    def mean_truth(self) -> Floats:
        return 0.0

    @property
    def mean_persuasiveness(self) -> Floats | None:
        """0, or None where it does not exist."""
        return 0.0 if self.tail_index > 1 else None

    @property
    def sd_persuasiveness(self) -> Floats | None:
        """∞ where only the mean exists, None where that does not either."""
        return None if self.error.sd is None else float(np.hypot(self.sd_truth, self.error.sd))

    @property
    def covariance(self) -> float | None:
        """Var T, or None where the error has no mean."""
        return self.sd_truth**2 if self.tail_index > 1 else None

    @property
    def tail_index(self) -> float:
        return self.error.tail_index

    @property
    def deepest(self) -> float:
        """Where P is e^600, on a heavy tail: what is far beyond has to be a float, too."""
        return float(np.sqrt(600.0 * self.tail_index))

    @property
    def strength_limit(self) -> float:
        return self.error.strength_limit

    @property
    def variance_proxy(self) -> float | None:
        """Those of independent parts add up: neither here is above its part’s variance."""
        of_error = self.error.variance_proxy
        return None if of_error is None else self.sd_truth**2 + of_error

    @property
    def highest(self) -> float:
        return np.inf

    @property
    def truth_limit(self) -> float:
        """σ_T² times the limit of the error's own hazard rate."""
        return self.sd_truth**2 * self.error.hazard_limit

    def truth_pdf(self, t: Floats) -> Floats:
        return plain(np.exp(log_phi(np.asarray(t) / self.sd_truth)) / self.sd_truth)

    def log_persuasiveness_pdf(self, p: Floats) -> Floats:
        return self.error.sum_log_pdf(np.abs(p, dtype=float), self.sd_truth)

    def log_joint_pdf(self, t: Floats, p: Floats) -> Floats:
        return log_phi(t / self.sd_truth) - np.log(self.sd_truth) + self.error.log_pdf(p - t)

    def truth_atoms(self) -> Atoms:
        return Atoms(np.empty(0), np.empty(0))

    def persuasiveness_atoms(self) -> Atoms:
        return Atoms(np.empty(0), np.empty(0))

    # ── the law of P, and of T given P ──

    def log_sf(self, p: Floats, *, strict: bool = False) -> Floats:
        return plain(reflect(lambda x: self.error.sum_log_sf(x, self.sd_truth), p))

    def log_cdf(self, p: Floats, *, strict: bool = False) -> Floats:
        return self.log_sf(-np.asarray(p))

    def truth_given(self, p: Floats) -> tuple[np.ndarray, np.ndarray]:
        """The mean by Tweedie’s identity, −σ_T² (log f)′."""
        score, residual = self.error.sum_shape(np.abs(p), self.sd_truth)
        return np.sign(p) * self.sd_truth**2 * score, residual

    def hazard(self, p: Floats) -> Floats:
        """f_P(p)/S̄(p), the hazard rate of P, per score unit; mean truth above p is σ_T² times it."""
        return plain(np.exp(self.log_persuasiveness_pdf(p) - self.log_sf(p)))

    def from_square(self, across: np.ndarray, up: np.ndarray) -> Outputs:
        """T rises across and V up, each through all its quantiles."""
        return self.summands.from_square(across, up)

    @property
    def summands(self) -> IndependentSum:
        """The same law as one of any truth and any error."""
        return IndependentSum(truth=Normal(scale=self.sd_truth), error=as_univariate(self.error))

    def expected_shortfall(self, level: float) -> float:
        return float(normal_excess(level, self.sd_truth))

    def shortfall_given(self, level: float, p: Floats) -> np.ndarray:
        return self.error.shortfall_given(level, p, self.sd_truth)

    def shortfall_turns(self, level: float) -> np.ndarray:
        return level + self.error.turns

    @cached_property
    def edges(self) -> Floats:
        half = self.error.sum_edges(self.sd_truth)
        return np.concatenate([-half[:0:-1], half])

    def mean_excess(self, start: Floats) -> Floats:
        """P is symmetric: below 0 it is that above 0, and as much more as 0 is above `start`."""
        start = np.asarray(start, dtype=float)
        return plain(self.error.sum_mean_excess(np.abs(start), self.sd_truth) + np.maximum(-start, 0.0))

    def truth_excess(self, start: Floats) -> Floats:
        return plain(self.sd_truth**2 * np.exp(self.log_sf(start)))

    def isf(self, log_tail: Floats) -> Floats:
        """The threshold c with log P(P ≥ c) = `log_tail`; for 0 one that all but 1e-30 of the outputs reach."""
        return self.continuous_isf(np.minimum(log_tail, -1e-30))

    # ── the verbs of selection ──

    def tilted(self, strength: Floats) -> tuple[OutputLaw, Floats]:
        """T and V stay independent, each tilted: E[T] = σ_T² · strength whatever the error."""
        lam = np.asarray(strength, dtype=float)
        if not np.any(lam):
            return self, plain(0.0 * lam)
        if np.any(lam >= self.strength_limit):
            raise NoOptimumError(
                f"strength = {float(np.max(lam))!r}: KL-penalised RL has no optimum here", self.error.no_optimum
            )
        _, _, kl_error = self.error.tilted(lam)
        return TiltedSum(self, lam), plain(0.5 * np.square(lam * self.sd_truth) + kl_error)

    def truncated(self, threshold: Floats, share: Floats = 1.0) -> tuple[OutputLaw, Floats]:
        start = np.asarray(threshold, dtype=float)
        log_total = np.asarray(self.log_sf(start))
        return TruncatedSum(self, start, log_total), plain(-log_total)

    def reweighted_truth_pdf(self, t: Floats, law: Reweighting) -> Floats:
        """Over the law's nodes, or over the error's own panels where its density has kinks."""
        flat = t.reshape(-1, 1)
        pressures = law.log_mass.shape[:-1]
        if self.error.kinks:
            kinks = np.array(self.error.kinks)
            start = np.broadcast_to(law.start[..., None, None], (*law.start.shape, *flat.shape)) - flat
            breaks = np.concatenate(
                [self._edges_between(flat + kinks[0], flat + kinks[-1]) - flat, kinks + 0 * flat], -1
            )
            breaks = np.broadcast_to(breaks, (*law.start.shape, *breaks.shape))
            edges = np.sort(np.concatenate([breaks, start], axis=-1), axis=-1)
            v, width = panels(np.clip(edges, np.maximum(start, kinks[0]), kinks[-1]))
            ratio = law.ratio(Points(self, v + flat, law.start.ndim))
            density = np.sum(np.exp(ratio + self.error.log_pdf(v)) * width, axis=-1) * self.truth_pdf(flat[:, 0])
        else:
            given = self.log_joint_pdf(flat, law.nodes.p[..., None, :])
            density = np.sum(np.exp(given + (law.log_mass - law.nodes.points.log_pdf)[..., None, :]), axis=-1)
        return density.reshape(pressures + t.shape)

    def _edges_between(self, low: Floats, high: Floats) -> Floats:
        """The quadrature's edges between each `low` and `high`, both columns; as many to a row as the longest has."""
        first, last = np.searchsorted(self.edges, low), np.searchsorted(self.edges, high)
        return self.edges[np.clip(first + np.arange(np.max(last - first, initial=0)), 0, self.edges.size - 1)]

    def reweighted_truth_atoms(self, law: Reweighting) -> Atoms:
        return self.truth_atoms()


@dataclass(frozen=True, eq=False)
class TiltedSum(DensityRatioLaw):
    """Truth plus error with density ∝ e^{λp}, in closed form."""

    base: TruthPlusError
    strength: np.ndarray
    start: np.ndarray = field(default_factory=lambda: np.asarray(-np.inf), init=False)

    @property
    def mean_truth(self) -> Floats:
        return plain(self.strength * self.base.sd_truth**2)

    @property
    def sd_truth(self) -> Floats:
        return plain(self.base.sd_truth + 0 * self.strength)

    @property
    def mean_persuasiveness(self) -> Floats:
        mean, _, _ = self.base.error.tilted(self.strength)
        return plain(self.mean_truth + mean)

    @property
    def sd_persuasiveness(self) -> Floats:
        _, variance, _ = self.base.error.tilted(self.strength)
        return plain(np.sqrt(np.square(self.sd_truth) + variance))

    @property
    def covariance(self) -> Floats:
        """Cov(T, P)."""
        return plain(np.square(self.sd_truth))

    def log_ratio(self, p: Floats) -> Floats:
        """λ p − log E[e^{λP}]."""
        lam = align(self.strength, np.ndim(p))
        mean, _, kl = (align(x, np.ndim(p)) for x in self.base.error.tilted(self.strength))
        return lam * p - (0.5 * np.square(lam * self.base.sd_truth) + lam * mean - kl)

    def truth_pdf(self, t: Floats) -> Floats:
        mean = align(self.mean_truth, np.ndim(t))
        return self.base.truth_pdf(t - mean)

    def truth_atoms(self) -> Atoms:
        return self.base.truth_atoms()

    def persuasiveness_atoms(self) -> Atoms:
        return self.base.persuasiveness_atoms()

    def expected_shortfall(self, level: float) -> float:
        return self.base.expected_shortfall(level - float(self.mean_truth))


@dataclass(frozen=True, eq=False)
class TruncatedSum(DensityRatioLaw):
    """Truth plus error given P ≥ threshold: mean truth and KL in closed form by the hazard identity, the rest by
    quadrature."""

    base: TruthPlusError
    start: np.ndarray
    log_total: np.ndarray

    @property
    def computed(self) -> str:
        return "quadrature"

    @cached_property
    def _reweighted(self) -> ReweightedLaw:
        cut = self.log_total < -1e-29  # `isf` leaves 1e-30 where nothing is to be cut
        return reweighted(self.base, ratio_above(self.start, self.log_total), np.where(cut, self.start, -np.inf))

    def log_ratio(self, p: Floats) -> Floats:
        return ratio_above(self.start, self.log_total)(Points(self.base, p))

    @cached_property
    def mean_truth(self) -> Floats:
        """σ_T² × the hazard rate."""
        log_hazard = np.asarray(self.base.log_persuasiveness_pdf(self.start)) - self.log_total
        return plain(self.base.sd_truth**2 * np.exp(log_hazard))

    @property
    def sd_truth(self) -> Floats:
        return self._reweighted.sd_truth

    @cached_property
    def mean_persuasiveness(self) -> Floats | None:
        """P is symmetric, so that what lies between −c and c has mean 0."""
        if self.base.tail_index <= 1 or np.min(self.log_total) < FAINT:
            return self._reweighted.mean_persuasiveness
        end = np.abs(self.start)
        beyond = end * np.exp(self.base.log_sf(end)) + self.base.mean_excess(end)
        return plain(beyond * np.exp(-self.log_total))

    @property
    def sd_persuasiveness(self) -> Floats:
        return self._reweighted.sd_persuasiveness

    def truth_pdf(self, t: Floats) -> Floats:
        t = np.asarray(t, dtype=float)
        bar, total = (align(x, t.ndim) for x in (self.start, self.log_total))
        log_truth = log_phi(t / self.base.sd_truth) - np.log(self.base.sd_truth)
        return plain(np.exp(log_truth + self.base.error.log_sf(bar - t) - total))

    def truth_atoms(self) -> Atoms:
        return self.base.truth_atoms()

    def persuasiveness_atoms(self) -> Atoms:
        return self.base.persuasiveness_atoms()

    def expected_shortfall(self, level: float) -> float:
        return TruncatedIndependentSum(self.base.summands, self.start, self.log_total).expected_shortfall(level)
