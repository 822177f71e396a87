"""A base law reweighted by a function of persuasiveness alone: by the shared quadrature, or where it is closed."""

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.laws.base import Atoms, BaseLaw, Nodes, OutputLaw, Points, Ratio, Reweighting
from models.numerics.axes import Floats, plain
from models.numerics.information import excess_information

__all__ = ["DensityRatioLaw", "ReweightedLaw", "ratio_above", "reweighted"]


# Largest tolerated difference between the mass the quadrature finds and the mass there is. What is found is a
# hundred times nearer, but for laws whose spread is small beside their mean: see `BaseLaw.relative_rounding`.
MASS_TOLERANCE = 1e-11
SMALL_KL = 1e-3  # nats


class DensityRatioLaw(OutputLaw):
    """A law with density f(t, p) e^{ratio(p)} over a base law f: the law of T given P is untouched.

    `start` is where the ratio has a kink, −∞ if nowhere.
    """

    base: BaseLaw
    start: np.ndarray

    @abstractmethod
    def log_ratio(self, p: Floats) -> Floats:
        """The log density ratio at `p`, an array; pressures' axes first."""

    def persuasiveness_pdf(self, p: Floats) -> Floats:
        p = np.asarray(p, dtype=float)
        return plain(np.exp(self.base.log_persuasiveness_pdf(p) + self.log_ratio(p)))

    def joint_pdf(self, t: Floats, p: Floats) -> Floats:
        p = np.asarray(p, dtype=float)
        p = p.reshape((1,) * (np.ndim(t) - p.ndim) + p.shape)
        return plain(np.exp(self.base.log_joint_pdf(t, p) + self.log_ratio(p)))

    def expected_shortfall(self, level: float) -> float:
        return self.base.reweighted_shortfall(level, self)

    def on_nodes(self, base: BaseLaw) -> tuple[Points, np.ndarray]:
        """On the base law's own quadrature."""
        if atoms := base.persuasiveness_atoms().position.size:
            raise ValueError(f"{atoms} point masses of persuasiveness are not allowed here; P must be continuous")
        if np.ndim(self.start):
            raise ValueError(f"{np.size(self.start)} thresholds are not allowed here; one at a time")
        nodes = base.nodes_above(self.start) if self.start > -np.inf else base.nodes
        return nodes.points, nodes.log_mass + self.log_ratio(nodes.p)


@dataclass(frozen=True, eq=False)
class ReweightedLaw(DensityRatioLaw):
    """A base law reweighted by a function of P alone, computed on quadrature nodes of the base law.

    Every number it gives is checked first: asking raises ArithmeticError when the selected mass found on the nodes is
    not 1 to within 1e-11 and what `relative_rounding` explains, that is when the pressure has driven the law off the nodes.
    """

    base: BaseLaw
    ratio: Ratio
    start: np.ndarray
    tail_index: np.ndarray
    lower_index: np.ndarray
    truth_index: np.ndarray
    relative_rounding: float
    exact_truth: np.ndarray | None

    @property
    def computed(self) -> str:
        return "quadrature"

    @cached_property
    def nodes(self) -> Nodes:
        return self.base.nodes if np.all(np.isneginf(self.start)) else self.base.nodes_above(self.start)

    @cached_property
    def log_mass(self) -> Floats:
        """Log of the selected mass on each node."""
        return self.nodes.log_mass + self._log_ratio

    @property
    def _weighting(self) -> Reweighting:
        return Reweighting(self.nodes, self.ratio, self.start, self.log_mass)

    @cached_property
    def _log_ratio(self) -> Floats:
        return self.ratio(self.nodes.points)

    @cached_property
    def _mass(self) -> Floats:
        mass = np.exp(self.log_mass)
        lost, allowed = np.max(np.abs(np.sum(mass, axis=-1) - 1)), max(MASS_TOLERANCE, 16 * self.relative_rounding)
        if not lost <= allowed:
            raise ArithmeticError(
                f"the quadrature misses {lost:.1e} of the selected mass; the allowed error is {allowed:.1e}"
            )
        return mass

    def expectation(self, values: Floats) -> float:
        """E[values] over the selected law, for values given on the base law's nodes."""
        return plain(np.vecdot(self._mass, values))

    def _mean(self, values: Floats, origin: float) -> float:
        """E[values], summed from `origin`, so that what the masses lack is not multiplied by how far away 0 is."""
        return plain(origin + np.asarray(self.expectation(values - origin)))

    @cached_property
    def mean_truth(self) -> Floats:
        if self.exact_truth is not None:
            return plain(self.exact_truth)
        return self._mean(self.nodes.points.truth[0], self.base.mean_truth)

    @cached_property
    def mean_persuasiveness(self) -> Floats | None:
        """∞ where the upper tail is too heavy; where the lower one is too, None, or NaN among other pressures' means."""
        exists, mean = self.tail_index > 1, np.zeros(self._mass.shape[:-1])
        if np.any(exists):
            end = self.base.highest
            mean = mean + self._mean(self.nodes.p, end if end < np.inf else self.base.mean_persuasiveness or 0.0)
        mean = np.where(exists, mean, np.where(self.lower_index > 1, np.inf, np.nan))
        return None if mean.ndim == 0 and np.isnan(mean) else plain(mean)

    @cached_property
    def sd_truth(self) -> Floats:
        """∞ where truth’s own tail is too heavy."""
        line, residual = self.nodes.points.truth
        mean = np.where(self.truth_index > 2, self.mean_truth, 0.0)
        sd = np.sqrt(self.expectation(np.square(line - mean[..., None]) + residual))
        return plain(np.where(self.truth_index > 2, sd, np.inf))

    @cached_property
    def sd_persuasiveness(self) -> Floats | None:
        """∞ where the upper tail is too heavy; None or NaN where the mean is."""
        mean = self.mean_persuasiveness
        if mean is None:
            return None
        near = np.where(np.isfinite(mean), mean, 0.0)
        with np.errstate(over="ignore", invalid="ignore"):  # where it is ∞
            sd = np.sqrt(self.expectation(np.square(self.nodes.p - near[..., None])))
        return plain(np.where(self.tail_index > 2, sd, np.where(np.isnan(mean), np.nan, np.inf)))

    @cached_property
    def kl(self) -> Floats:
        """KL(selected ‖ base) = E_q[log r] with r = dq/df, nats. A small one is summed as E_f[r log r − r + 1], whose terms
        are never negative, so that it keeps its digits; below `start` r is 0."""
        ratio = self._log_ratio
        kl = np.array(self.expectation(np.where(self._mass > 0, ratio, 0.0)))
        if np.any(small := kl < SMALL_KL):
            log_mass, below = np.broadcast_to(self.nodes.log_mass, ratio.shape), self._continuous_below
            information = np.sum(excess_information(log_mass[small], ratio[small]), axis=-1)
            kl[small] = information + np.broadcast_to(below, kl.shape)[small]
        return plain(kl)

    @property
    def _continuous_below(self) -> np.ndarray:
        """P(P < start) without the point masses, which are among the nodes."""
        cut, atoms = np.isfinite(self.start), self.base.persuasiveness_atoms()
        below = np.exp(self.base.log_cdf(np.where(cut, self.start, 0.0), strict=True))
        on_atoms = np.sum(np.where(atoms.position < self.start[..., None], atoms.mass, 0.0), axis=-1)
        return np.where(cut, np.maximum(below - on_atoms, 0.0), 0.0)

    def on_nodes(self, base: BaseLaw) -> tuple[Points, np.ndarray]:
        with np.errstate(divide="ignore"):
            return self.nodes.points, np.log(self._mass)

    def truth_pdf(self, t: Floats) -> Floats:
        return plain(self.base.reweighted_truth_pdf(np.asarray(t, dtype=float), self._weighting))

    def log_ratio(self, p: Floats) -> Floats:
        return self.ratio(Points(self.base, p))

    def truth_atoms(self) -> Atoms:
        return self.base.reweighted_truth_atoms(self._weighting)

    def persuasiveness_atoms(self) -> Atoms:
        first = self.nodes.p.shape[-1] - self.nodes.atoms
        return Atoms(self.base.persuasiveness_atoms().position, self._mass[..., first:])


def ratio_above(start: Floats, log_total: Floats) -> Ratio:
    """The log density ratio of what reaches `start`, where a tail begins whose log is `log_total`."""

    def log_ratio(points: Points) -> Floats:
        return np.where(points.p >= points.align(start), -points.align(log_total), -np.inf)

    return log_ratio


def reweighted(
    base: BaseLaw,
    ratio: Ratio,
    start: Floats = -np.inf,
    growth: Floats = 0.0,
    thinning: Floats = 1.0,
    relative_rounding: float = 0.0,
    exact_truth: np.ndarray | None = None,
) -> ReweightedLaw:
    """The law with density f(t, p) e^{ratio}, f the density of `base`, by quadrature.

    Args:
        start: where the ratio has a kink; below it the ratio must be 0 or without one.
        growth: the power of p with which the density ratio grows; matters to heavy tails only.
        thinning: how many times as fast the lower tail falls, as a power of |p|, where it is not cut at `start`.
        relative_rounding: how much of the mass the rounding of the ratio's own numbers may amount to.
        exact_truth: the mean truth, where it is known without the quadrature.
    """
    start, upper = np.asarray(start, dtype=float), np.asarray(base.tail_index - growth)
    lower = np.where(np.isneginf(start), base.lower_tail_index * thinning, np.inf)
    of_truth = np.asarray(base.truth_tail_index - growth)
    return ReweightedLaw(
        base, ratio, start, upper, lower, of_truth, max(relative_rounding, base.relative_rounding), exact_truth
    )
