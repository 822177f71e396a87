"""A base law whose most persuasive outputs were fed back to it, round after round (docs/theory.md §2.7)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.special import xlog1py

from models.laws.base import Atoms, BaseLaw, OutputLaw, Points
from models.laws.reweighted import DensityRatioLaw
from models.numerics.axes import Floats, plain
from models.numerics.information import excess_information

__all__ = ["IteratedTopFraction", "Thresholds", "log_growth"]


def log_growth(fraction: float, feedback: Floats) -> Floats:
    """log A, A = 1 − ω + ω/q: what a round multiplies the weight of the outputs with that reach its bar."""
    return np.log1p(feedback * (1 - fraction) / fraction)


def _blend(old: Floats, new: Floats, share: Floats) -> Floats:
    """(1 − share) · old + share · new; nothing of what has no share, be it ∞."""
    if isinstance(share, float) and 0 < share < 1:
        return (1 - share) * old + share * new
    with np.errstate(invalid="ignore"):
        return np.where(share == 0, old, np.where(share == 1, new, (1 - share) * old + share * new))


@dataclass(frozen=True, eq=False)
class Thresholds:
    """The tops of a base law, by the logs of the fractions they are, and where they begin; worked out when asked for."""

    base: BaseLaw
    log_tail: np.ndarray

    @cached_property
    def edges(self) -> tuple[np.ndarray, np.ndarray]:
        """Where each begins, and the share it keeps of an atom exactly there."""
        return self.base.top(self.log_tail)

    @cached_property
    def tops(self) -> OutputLaw:
        return self.base.truncated(*self.edges)[0]


@dataclass(frozen=True, eq=False)
class IteratedTopFraction(DensityRatioLaw):
    """G_{k+1} = (1 − ω) G_k + ω (top q of G_k), G_0 the base law; a last round fed back in part is (1 − xω) G_k + xω (…).

    What reaches a bar has reached all bars before it, so the top q of G_k is the top q A^(−k) of the base law, and G_k a
    mixture of the base law and its own tops: sums of positive terms, of which none cancels.

    Attributes:
        base: the law it starts from.
        fraction, feedback: q and ω.
        rounds: how many rounds, whole or not; attributes have its shape.
        bars: what each round asks for, as many as there are rounds or more, and one at least.
    """

    base: BaseLaw
    fraction: float
    feedback: float
    rounds: np.ndarray
    bars: Thresholds
    start: np.ndarray = field(default_factory=lambda: np.asarray(-np.inf), init=False)

    @property
    def computed(self) -> str:
        return self.bars.tops.computed

    # ── what a round does ──

    @cached_property
    def _whole(self) -> Floats:
        """Rounds that are fed back in full."""
        return np.floor(self.rounds).astype(int)

    @cached_property
    def _last(self) -> Floats:
        """What the round after them feeds back: xω."""
        return (self.rounds - self._whole) * self.feedback

    @cached_property
    def _shares(self) -> tuple[np.ndarray, np.ndarray]:
        """The base law's share of the outputs, and every top's."""
        kept, bar = 1 - self.feedback, np.arange(self.bars.log_tail.size)
        since = self._whole[..., None] - 1 - bar
        old = self.feedback * kept ** np.maximum(since, 0.0) * (1 - self._last[..., None])
        share = np.where(since >= 0, old, np.where(since == -1, self._last[..., None], 0.0))
        return kept**self._whole * (1 - self._last), share

    @cached_property
    def _log_weight(self) -> Floats:
        """The log density ratio of outputs that reach none of the bars, the first, the first two, …"""
        reached, whole, last = np.arange(self.bars.log_tail.size + 1), self._whole[..., None], self._last[..., None]
        passed = np.minimum(reached, whole)
        log_all = passed * log_growth(self.fraction, self.feedback) + xlog1py(whole - passed, -self.feedback)
        with np.errstate(divide="ignore"):
            return log_all + np.where(reached > whole, log_growth(self.fraction, last), np.log1p(-last))

    def _mixed(self, start: Floats, tops: Floats) -> tuple[np.ndarray, np.ndarray]:
        """A mean, after `rounds` and after every whole number of them, from the base law's and the tops'."""
        levels = [start]
        for top in tops:
            levels.append(_blend(levels[-1], top, self.feedback))
        every = np.array(levels)
        onward = every[np.minimum(self._whole + 1, self.bars.log_tail.size)]
        part = self.rounds - self._whole
        return _blend(every[self._whole], onward, part), every

    def _spread(self, start: Floats, tops: Floats, base_mean: Floats, means: Floats) -> Floats:
        """A standard deviation: the tops' own, and how far their means are from the mean before them."""
        _, before = self._mixed(base_mean, means)
        squares = [np.square(start)]

        def fed(square: Floats, k: Floats, share: Floats) -> Floats:
            gap = np.square(means[k] - before[k])
            return _blend(square, np.square(tops[k]), share) + share * (1 - share) * gap

        for k in range(self.bars.log_tail.size):
            squares.append(fed(squares[-1], k, self.feedback))
        every = np.array(squares)
        return np.sqrt(fed(every[self._whole], np.minimum(self._whole, self.bars.log_tail.size - 1), self._last))

    # ── moments ──

    @cached_property
    def mean_truth(self) -> Floats:
        return plain(self._mixed(self.base.mean_truth, self.bars.tops.mean_truth)[0])

    @cached_property
    def sd_truth(self) -> Floats:
        base, tops = self.base, self.bars.tops
        return plain(self._spread(base.sd_truth, tops.sd_truth, base.mean_truth, tops.mean_truth))

    @cached_property
    def mean_persuasiveness(self) -> Floats | None:
        """Where the base law has none it is ∞ once nothing of its lower tail is left; until then None, or NaN among other
        rounds' means."""
        if self.base.mean_persuasiveness is not None:
            return plain(self._mixed(self.base.mean_persuasiveness, self.bars.tops.mean_persuasiveness)[0])
        mean = np.where(self._shares[0] == 0, np.inf, np.nan)
        return None if mean.ndim == 0 and np.isnan(mean) else plain(mean)

    @cached_property
    def sd_persuasiveness(self) -> Floats | None:
        """∞ where the upper tail is too heavy; None or NaN where the mean is."""
        base, tops = self.base, self.bars.tops
        if base.mean_persuasiveness is None or base.tail_index <= 2:
            mean = self.mean_persuasiveness
            return None if mean is None else plain(np.where(np.isnan(mean), np.nan, np.inf))
        spreads = base.sd_persuasiveness, tops.sd_persuasiveness
        return plain(self._spread(*spreads, base.mean_persuasiveness, tops.mean_persuasiveness))

    @cached_property
    def kl(self) -> Floats:
        """KL from the base law, nats: a term for what lies between every two bars, and one for every atom."""
        atoms = self.base.persuasiveness_atoms()
        with np.errstate(divide="ignore", invalid="ignore"):
            log_whole = np.log(max(1 - np.sum(atoms.mass), 0.0)) if self.base.edges.size else -np.inf
            log_tail = np.append(log_whole, self._log_continuous_tails)
            gone = np.where(np.isneginf(log_tail[:-1]), 0.0, log_tail[1:] - log_tail[:-1])
            log_mass = np.append(log_tail[:-1] + np.log(-np.expm1(np.minimum(gone, 0.0))), log_tail[-1])
            terms = np.sum(excess_information(log_mass, self._log_weight), axis=-1)
            if atoms.position.size:
                ratio = self.persuasiveness_atoms().mass / atoms.mass
                terms = terms + np.sum(excess_information(np.log(atoms.mass), np.log(ratio)), axis=-1)
        return plain(terms)

    @property
    def _log_continuous_tails(self) -> Floats:
        if self.base.persuasiveness_atoms().position.size:
            return self.base.log_continuous_sf(self.bars.edges[0])
        return self.bars.log_tail

    # ── densities and point masses ──

    @property
    def jumps(self) -> np.ndarray:
        return self.bars.edges[0][: int(np.ceil(self.rounds))]

    def log_ratio(self, p: Floats) -> Floats:
        return self._log_weight[..., np.searchsorted(self.bars.edges[0], p, side="right")]

    def truth_pdf(self, t: Floats) -> Floats:
        t = np.asarray(t, dtype=float)
        whole, share = self._shares
        own = np.multiply.outer(whole, self.base.truth_pdf(t))
        return plain(own + np.tensordot(share, self.bars.tops.truth_pdf(t), axes=1))

    def truth_atoms(self) -> Atoms:
        return self._atoms(self.base.truth_atoms(), lambda: self.bars.tops.truth_atoms())

    def persuasiveness_atoms(self) -> Atoms:
        return self._atoms(self.base.persuasiveness_atoms(), lambda: self.bars.tops.persuasiveness_atoms())

    def _atoms(self, base: Atoms, tops: Callable[[], Atoms]) -> Atoms:
        whole, share = self._shares
        mass = np.multiply.outer(whole, base.mass)
        if base.position.size:
            above = tops()
            mass[..., np.isin(base.position, above.position)] += share @ above.mass
        return Atoms(base.position, mass)

    # ── by quadrature, of one law ──

    def on_nodes(self, base: BaseLaw) -> tuple[Points, np.ndarray]:
        """On the base law's own nodes and on those above each bar."""
        if atoms := base.persuasiveness_atoms().position.size:
            raise ValueError(f"{atoms} point masses of persuasiveness are not allowed here; P must be continuous")
        if np.ndim(self.rounds):
            raise ValueError(f"{np.size(self.rounds)} numbers of rounds are not allowed here; one at a time")
        whole, share = self._shares
        above = base.nodes_above(self.bars.edges[0])
        with np.errstate(divide="ignore"):
            log_share = (np.log(share) - self._log_continuous_tails)[:, None]
            log_mass = np.append(base.nodes.log_mass + np.log(whole), above.log_mass + log_share)
        return Points(base, np.append(base.nodes.p, above.p)), log_mass

    def expected_shortfall(self, level: float) -> float:
        (whole, share), (bars, split) = self._shares, self.bars.edges
        kept = np.flatnonzero(share)
        tops = [self.base.truncated(bars[k], split[k])[0].expected_shortfall(level) for k in kept]
        return float(whole * self.base.expected_shortfall(level) + np.sum(share[kept] * tops))
