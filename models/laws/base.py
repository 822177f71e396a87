"""What every law of (truth, persuasiveness) can answer, and the one quadrature they share.

An `OutputLaw` answers questions about outputs; a `BaseLaw` is one that selection can start from.
Attributes have the shape of the law's parameters (a float for a single law); densities append the shape
of their argument to it. A point mass has no density: the ``*_pdf`` methods describe the continuous part,
and the ``*_atoms`` methods the rest.
"""

import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol, Self

import numpy as np

from models.numerics.axes import Floats, align, plain
from models.numerics.halton import halton
from models.numerics.monotone_table import MonotoneTable
from models.numerics.panels import SharedPanels, panels

__all__ = [
    "LOG_ROUGH_SHARE",
    "Atoms",
    "BaseLaw",
    "EmptySelectionError",
    "NoOptimumError",
    "Nodes",
    "OutputLaw",
    "Outputs",
    "Points",
    "Ratio",
    "Reweighted",
    "Reweighting",
]

# Log of a tail so small that panels have to follow its own scale.
LOG_DEEP_TAIL = -25.0
# Log of a share of the selected mass that may be treated roughly.
LOG_ROUGH_SHARE = 36.0


class EmptySelectionError(ValueError):
    """A selection that keeps no output at all: its result does not exist. `reason` says why, in a clause."""

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(f"{setting}: {reason}")
        self.reason = reason


class NoOptimumError(ValueError):
    """A selection whose best policy does not exist. `reason` says why, in a clause."""

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(f"{setting}: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Atoms:
    """Point masses: `position` and `mass`, both of shape (..., number of atoms)."""

    position: np.ndarray
    mass: np.ndarray


@dataclass(frozen=True, eq=False)
class Outputs:
    """Single outputs, in the order in which they come: `truth` and `persuasiveness`, score units, and `mode`, the place of
    the mode of a mixture that each is from; 0 where a law has no modes."""

    truth: np.ndarray
    persuasiveness: np.ndarray
    mode: np.ndarray

    def best(self, n: int) -> int:
        """The place of the most persuasive of the first `n`; of equals the first.

        Raises:
            ValueError: unless there are so many.
        """
        if not 1 <= n <= self.truth.size:
            raise ValueError(f"n = {n!r} is not allowed; it must lie in [1, {self.truth.size}]")
        return int(np.argmax(self.persuasiveness[:n]))


class OutputLaw(ABC):
    """The joint law of an output's truth T and persuasiveness P."""

    @property
    def computed(self) -> str:
        """How its numbers come about: ``"closed form"`` or ``"quadrature"``."""
        return "closed form"

    @property
    @abstractmethod
    def mean_truth(self) -> Floats: ...

    @property
    @abstractmethod
    def mean_persuasiveness(self) -> Floats: ...

    @property
    @abstractmethod
    def sd_truth(self) -> Floats: ...

    @property
    @abstractmethod
    def sd_persuasiveness(self) -> Floats: ...

    @property
    def covariance(self) -> Floats | None:
        """Cov(T, P), square score units, where it is known in closed form."""
        return None

    @abstractmethod
    def truth_pdf(self, t: Floats) -> Floats:
        """Density of T at `t`, any shape, per score unit."""

    @abstractmethod
    def persuasiveness_pdf(self, p: Floats) -> Floats:
        """Density of P at `p`, any shape, per score unit."""

    @abstractmethod
    def joint_pdf(self, t: Floats, p: Floats) -> Floats:
        """Density of (T, P) at the broadcast of `t` and `p`, per square score unit."""

    @abstractmethod
    def truth_atoms(self) -> Atoms: ...

    @abstractmethod
    def persuasiveness_atoms(self) -> Atoms: ...

    @property
    def jumps(self) -> np.ndarray:
        """Where the density of P jumps, of one law; those of the base law are not among them."""
        return np.empty(0)

    @abstractmethod
    def on_nodes(self, base: "BaseLaw") -> tuple["Points", np.ndarray]:
        """Nodes of persuasiveness, as points of `base` whose ranks are wanted, and the log of this law's mass on each.

        Raises:
            ValueError: where the law has nodes for one pressure at a time only, or for no point masses.
            ArithmeticError: where a selection has left the base law's quadrature.
        """

    @abstractmethod
    def expected_shortfall(self, level: float) -> float:
        """E[max(0, level − T)] of one law, score units."""


@dataclass(frozen=True, eq=False)
class Points:
    """Values of P, and their ranks under a base law, computed once for all who ask.

    The first `rows` axes of `p` belong to the pressures: each has points of its own. Where many of these are the same,
    as `shared` tells, each is asked for once.
    """

    base: "BaseLaw"
    p: np.ndarray
    rows: int = 0
    shared: SharedPanels | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy holds its law, of which this may know but a proxy."""
        return Points, (self.base.itself(), self.p, self.rows, self.shared)

    def align(self, pressure: Floats) -> Floats:
        """`pressure` with its axes before those of the points."""
        return align(pressure, np.ndim(self.p) - self.rows)

    @cached_property
    def log_pdf(self) -> Floats:
        return self._all(self.base.log_persuasiveness_pdf)

    @cached_property
    def log_cdf(self) -> Floats:
        """log P(P ≤ p)."""
        return self._all(self.base.log_cdf)

    @cached_property
    def log_below(self) -> Floats:
        """log P(P < p); smaller than `log_cdf` on an atom."""
        return self._all(lambda p: self.base.log_cdf(p, strict=True))

    @cached_property
    def truth(self) -> tuple[np.ndarray, np.ndarray]:
        """E[T | P = p] and Var[T | P = p]."""
        line, residual = self._all(lambda p: np.stack(self.base.truth_given(p)))
        return line, residual

    def _all(self, answer: Callable[[np.ndarray], Floats]) -> np.ndarray:
        if self.shared is None:
            return np.asarray(answer(self.p))
        return self.shared.spread(np.asarray(answer(self.shared.distinct)))


@dataclass(frozen=True, eq=False)
class Nodes:
    """A quadrature rule for expectations over the base law of P: points and log masses.

    The last `atoms` points are the law's point masses, carried exactly.
    """

    points: Points
    log_mass: np.ndarray
    atoms: int

    @property
    def p(self) -> Floats:
        return self.points.p


class Ratio(Protocol):
    """Log density ratio dq/df of a selection against its base, as a function of P; pressures' axes first."""

    def __call__(self, points: Points) -> Floats: ...


class Reweighted(Protocol):
    """A law with density f(t, p) e^{ratio(p)} over a base law f; `start` is where the ratio has a kink."""

    @property
    def start(self) -> np.ndarray: ...

    def log_ratio(self, p: Floats) -> Floats: ...

    def truth_pdf(self, t: Floats) -> Floats: ...

    def persuasiveness_atoms(self) -> Atoms: ...


@dataclass(frozen=True, eq=False)
class Reweighting:
    """What a selection does to a base law, on nodes of that law.

    Attributes:
        ratio: its log density ratio, which has a kink at `start` only.
        log_mass: log of the selected mass on each node.
    """

    nodes: Nodes
    ratio: Ratio
    start: np.ndarray
    log_mass: np.ndarray


class BaseLaw(OutputLaw):
    """A law that selection starts from. Only the law of P and E[T | P], Var[T | P] enter a selection."""

    def itself(self) -> Self:
        """The law, by a proxy of it, too."""
        return self

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        return type(self).__name__

    @abstractmethod
    def log_cdf(self, p: Floats, *, strict: bool = False) -> Floats:
        """log P(P ≤ p), or of P < p when `strict`; full relative accuracy in both tails."""

    @abstractmethod
    def log_sf(self, p: Floats, *, strict: bool = False) -> Floats:
        """log P(P ≥ p), or of P > p when `strict`; full relative accuracy in both tails."""

    def log_continuous_sf(self, p: Floats) -> Floats:
        """log P(P > p) without the point masses."""
        return self.log_sf(p, strict=True)

    @abstractmethod
    def log_persuasiveness_pdf(self, p: Floats) -> Floats:
        """log density of P, which stays a number far out where the density does not."""

    @abstractmethod
    def log_joint_pdf(self, t: Floats, p: Floats) -> Floats:
        """log density of (T, P) at the broadcast of `t` and `p`."""

    def persuasiveness_pdf(self, p: Floats) -> Floats:
        return plain(np.exp(self.log_persuasiveness_pdf(p)))

    def joint_pdf(self, t: Floats, p: Floats) -> Floats:
        return plain(np.exp(self.log_joint_pdf(t, p)))

    @abstractmethod
    def truth_given(self, p: Floats) -> tuple[np.ndarray, np.ndarray]:
        """E[T | P = p] and Var[T | P = p], any shape of `p`.

        Raises:
            ValueError: where no output has persuasiveness p.
        """

    def regression(self, p: Floats) -> Floats:
        """r(p) = E[T | P = p]."""
        return plain(self.truth_given(np.asarray(p, dtype=float))[0])

    @abstractmethod
    def from_uniforms(self, across: np.ndarray, up: np.ndarray) -> Outputs:
        """The law’s own way from the unit square to outputs, by exact quantiles: what is uniform there has this law here."""

    def outputs(self, count: int, *, after: int = 0) -> Outputs:
        """`count` outputs that stand for the law as evenly as so few can, those before the first `after` left out.

        They are always the same, and a longer list begins with the shorter one. Means over many of them tend to the law’s
        (`numerics.halton`); the most persuasive of n hardly varies from one list to the next, as chance would have it vary.

        Raises:
            ValueError: unless `count` is at least 1 and `after` at least 0.
        """
        return self.from_uniforms(*halton(count, after))

    @abstractmethod
    def reweighted_shortfall(self, level: float, law: "Reweighted") -> float:
        """E[(level − T)⁺], score units, under a law of this one’s outputs reweighted by their persuasiveness."""

    @cached_property
    @abstractmethod
    def edges(self) -> Floats:
        """Edges of the quadrature's panels over P, in order; empty if P has no density. Between them lies all the
        mass that any pressure of the models can reach, but for the pure power of a heavy tail."""

    @property
    def relative_rounding(self) -> float:
        """How much of a standard deviation the rounding of a value of P may amount to: the relative accuracy to expect
        of numbers that depend on where in the law P lies."""
        return np.finfo(float).eps

    @property
    def slope(self) -> float | None:
        """The slope of E[T | P] where that is known to be a straight line: then mean truth follows mean persuasiveness,
        and never turns."""
        return None

    def rings(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """P and T along contours of equal density that show where the outputs are; none where nothing is known of them."""
        return []

    def on_nodes(self, base: "BaseLaw") -> tuple[Points, np.ndarray]:
        return Points(base, self.nodes.p), self.nodes.log_mass

    @property
    @abstractmethod
    def highest(self) -> float:
        """The upper end of the support of P; ∞ if there is none."""

    @property
    @abstractmethod
    def truth_limit(self) -> float:
        """What mean truth tends to as any method's pressure grows without bound: lim r(p) as p → `highest`; ±∞ if it
        passes every bound."""

    @property
    def tail_index(self) -> float:
        """P(P > p) falls like a power p^(−index): moments of this order and above do not exist. ∞ for lighter tails."""
        return np.inf

    @property
    def lower_tail_index(self) -> float:
        """The same of P(P < −p)."""
        return self.tail_index

    @property
    def max_root_kl(self) -> float:
        """√KL, nats, to which selection may be followed: what is deeper lies where floats no longer tell P apart."""
        return np.inf

    @property
    def origin(self) -> float:
        """Where P is measured from where its tails are powers."""
        return 0.0

    @property
    def indices_at_end(self) -> tuple[float, ...]:
        """The powers with which the upper tail may fall beyond the last of `edges`: others where it is slow to settle."""
        return (self.tail_index,)

    @property
    def index_at_end(self) -> float:
        """The least of them."""
        return min(self.indices_at_end)

    @property
    def truth_tail_index(self) -> float:
        """The same of the more heavily tailed side of truth."""
        return np.inf

    @property
    def strength_limit(self) -> float:
        """E[e^{λP}] is finite for λ below this."""
        return np.inf

    @property
    @abstractmethod
    def variance_proxy(self) -> float | None:
        """The least s² with E[e^{λ(P − E P)}] ≤ e^{λ²s²/2} for every λ ≥ 0; None where the upper tail of P allows none."""

    def ceiling(self, kl: Floats) -> Floats | None:
        """What no law at `kl` nats from this one has a mean persuasiveness above: E[P] + s√(2 KL) (Mroueh 2024).

        The Boltzmann tilt of one normal attains it at every KL. None where P is not sub-Gaussian.
        """
        if self.variance_proxy is None:
            return None
        return plain(self.mean_persuasiveness + np.sqrt(2 * self.variance_proxy * np.asarray(kl)))

    @cached_property
    def nodes(self) -> Nodes:
        """The quadrature rule over the whole line. It does not keep its law alive: megabytes would wait in a circle."""
        found = self.nodes_above(-np.inf)
        return replace(found, points=replace(found.points, base=weakref.proxy(self)))

    def nodes_above(self, start: Floats, further: Floats = ()) -> Nodes:
        """The same for what is above `start`, where a weight has a kink: panels shrink towards it by factors of 4.

        One row of nodes for each value of `start`; panels end at the values `further`, too.
        """
        start = np.asarray(start, dtype=float)[..., None]
        rows, atoms = start.shape[:-1], self.persuasiveness_atoms()
        edges, last = self._edges_above(start, np.append(atoms.position, further))
        pairs, which = np.unique(edges[..., :-1] + 1j * edges[..., 1:], return_inverse=True)
        inside, width = panels(np.stack([pairs.real, pairs.imag], axis=-1))
        tails = [(self.edges[:1], self.lower_tail_index), (last, self.index_at_end)]
        pieces = [_power_tail(end, index, self.origin) for end, index in tails if index < np.inf]
        beside, width_beside = (
            np.concatenate([np.broadcast_to(x, (*rows, x.shape[-1])) for x in xs], axis=-1)
            for xs in zip(*pieces, (atoms.position, np.zeros_like(atoms.position)), strict=True)
        )
        shared = SharedPanels(inside, which, beside)
        points, n = Points(self, shared.spread(shared.distinct), len(rows), shared), atoms.position.size
        with np.errstate(divide="ignore"):
            log_width = np.log(np.append(width, width_beside))
            log_mass = shared.spread(self.log_persuasiveness_pdf(shared.distinct) + log_width)
        log_mass[..., log_mass.shape[-1] - n :] = np.log(atoms.mass)
        return Nodes(points, log_mass, n)

    def _edges_above(self, start: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The panels' edges for each row of `start`, those in `ends` among them; and where the last panel ends."""
        rows, edges, last = start.shape[:-1], self.edges, self.edges[-1:]
        if not edges.size:
            return np.empty((*rows, 0)), last
        edges = np.union1d(edges, ends[(ends > edges[0]) & (ends < edges[-1])])
        if np.all(np.isneginf(start)):
            return np.broadcast_to(edges, (*rows, edges.size)), last
        heavy, origin = self.index_at_end < np.inf, self.origin
        start = np.maximum(start, edges[0])
        before = np.clip(np.searchsorted(edges, start) - 1, 0, edges.size - 2)
        panel = np.diff(edges)  # or the next, if that is wider: it is no further from the kink
        panel = np.maximum(panel, np.append(panel[1:], 0.0))[before]
        far = heavy & (start - origin > (last - origin) * np.exp(-LOG_ROUGH_SHARE / self.index_at_end))
        added = start + np.where(far, start - origin, panel) * 4.0 ** -np.arange(14)
        log_beyond = np.asarray(self.log_continuous_sf(start))
        if not heavy and np.any(log_beyond < LOG_DEEP_TAIL):
            # A light tail falls from here on at least as fast as it does here, or as its slowest part does.
            for log_fold in self.log_folds(start):
                fold = np.exp(np.where(log_beyond < LOG_DEEP_TAIL, log_fold, -np.inf))
                added = np.concatenate([added, start + np.arange(1, 46) * fold], axis=-1)
        if heavy:
            # Beyond the last edge counts as a pure power, so hardly anything of what is kept may lie there.
            folds = np.unique([fold for index in self.indices_at_end for fold in _folds(index)])
            beyond = origin + np.where(far, start - origin, 0.0) * np.exp(folds)
            added = np.concatenate([added, beyond], axis=-1)
            last = np.where(far, beyond[..., -1:], last)
        edges = np.concatenate([np.broadcast_to(edges, (*rows, edges.size)), added], axis=-1)
        edges = np.maximum(np.sort(edges, axis=-1), start)
        edges = edges[..., np.min(np.sum(edges == start, axis=-1)) - 1 :]
        return np.minimum(edges, last) if heavy else edges, last

    def log_folds(self, start: Floats) -> list[Floats]:
        """Logs of the score units in which a light tail, and its slowest part, fall by about e, far out at `start`."""
        return [self.log_continuous_sf(start) - self.log_persuasiveness_pdf(start)]

    def mean_excess(self, start: Floats) -> Floats:
        """E[(P − start)⁺], score units; ∞ where P has no mean. For a law without point masses, by the shared quadrature."""
        start = np.asarray(start, dtype=float)
        if self.tail_index <= 1:
            return plain(np.inf + 0 * start)
        edges = self.edges
        place = np.clip(np.searchsorted(edges, start), 0, edges.size - 1)
        found = self._excess_at_edges[place] + self._tail_between(np.clip(start, edges[0], edges[-1]), edges[place])
        found = found + np.maximum(edges[0] - start, 0.0)
        if np.any(far := start > edges[-1]):
            found = np.where(far, self._excess_beyond(np.where(far, start, edges[-1])), found)
        return plain(found)

    @cached_property
    def _excess_at_edges(self) -> np.ndarray:
        """E[(P − e)⁺] at each of the edges, summed from the last."""
        beyond = float(self._excess_beyond(self.edges[-1]))
        step = self._tail_between(self.edges[:-1], self.edges[1:])
        return np.append(beyond + np.cumsum(step[::-1])[::-1], beyond)

    def _tail_between(self, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """∫ of the upper tail from `low` to `high`."""
        p, width = panels(np.stack([low, high], axis=-1))
        return np.sum(np.exp(self.log_sf(p)) * width, axis=-1)

    def _excess_beyond(self, start: Floats) -> Floats:
        """E[(P − start)⁺] from the last edge on."""
        start = np.asarray(start, dtype=float)
        nodes = self.nodes_above(start)
        return np.sum(np.exp(nodes.log_mass) * np.maximum(nodes.p - start[..., None], 0.0), axis=-1)

    def truth_excess(self, start: Floats) -> Floats:
        """E[(P − start)⁺ T], square score units; ∞ where T has no variance. By the shared quadrature."""
        start = np.asarray(start, dtype=float)
        if self.truth_tail_index <= 2:
            return plain(np.inf + 0 * start)
        nodes = self.nodes_above(start)
        weight = np.exp(nodes.log_mass) * np.maximum(nodes.p - start[..., None], 0.0)
        return plain(np.sum(weight * nodes.points.truth[0], axis=-1))

    @abstractmethod
    def isf(self, log_tail: Floats) -> Floats:
        """The threshold c with log P(P ≥ c) = `log_tail`; at an atom that straddles it, the atom."""

    def top(self, log_fraction: Floats) -> tuple[Floats, Floats]:
        """Where the most persuasive outputs begin that make up a fraction, by its log, and the share of an atom exactly
        there that is among them; 1 where there is none."""
        threshold, atoms = self.isf(log_fraction), self.persuasiveness_atoms().position
        if not atoms.size:
            return threshold, np.ones_like(threshold)
        above = np.exp(self.log_sf(threshold, strict=True) - log_fraction)
        reached = np.exp(self.log_sf(threshold) - log_fraction)
        on_atom = np.isin(threshold, atoms)
        return threshold, np.where(on_atom, (1 - above) / np.where(on_atom, reached - above, 1.0), 1.0)

    @cached_property
    def _tail_table(self) -> MonotoneTable:
        """The log odds of the tail, which are smooth on both sides."""
        atoms = self.persuasiveness_atoms().position
        at = np.union1d(self.edges, [atoms, np.nextafter(atoms, np.inf)])  # the tail falls from one to the other
        log_sf, log_cdf = np.asarray(self.log_sf(at)), np.asarray(self.log_cdf(at, strict=True))
        with np.errstate(over="ignore", invalid="ignore"):  # an infinite slope, or none, is not used
            slope = -np.exp(self.log_persuasiveness_pdf(at) - log_sf - log_cdf)
        return MonotoneTable(at, log_sf - log_cdf, slope)

    @cached_property
    def _excess_table(self) -> MonotoneTable:
        at = self._tail_table.at
        with np.errstate(divide="ignore", invalid="ignore"):
            log_excess = np.log(self.mean_excess(at))
            return MonotoneTable(at, log_excess, -np.exp(self.log_sf(at) - log_excess))

    def continuous_isf(self, log_tail: Floats) -> Floats:
        """`isf` but for tails that an atom straddles, by the log of the smaller tail."""
        upper = np.asarray(log_tail < -np.log(2))
        with np.errstate(divide="ignore"):
            log_rest = np.log(-np.expm1(log_tail))

        def newton(c: Floats) -> tuple[np.ndarray, np.ndarray]:
            c, log_side = np.asarray(c), np.empty(np.shape(c))
            if np.any(upper):
                log_side[upper] = self.log_sf(c[upper])
            if not np.all(upper):
                log_side[~upper] = self.log_cdf(c[~upper], strict=True)
            gap = np.where(upper, log_side - log_tail, log_rest - log_side)
            return gap, gap * np.exp(log_side - self.log_persuasiveness_pdf(c))

        return plain(self._tail_table.solve(log_tail - log_rest, (self.lower_tail_index, self.tail_index), newton))

    def start_of_excess(self, excess: Floats) -> Floats:
        """The x with E[(P − x)⁺] = `excess` > 0."""
        log_aim = np.log(excess)
        beyond = (
            log_aim < self._excess_table.value[-1]
        )  # there it falls exponentially; a panel is nearer a straight line

        def newton(x: Floats) -> tuple[np.ndarray, np.ndarray]:
            found, log_sf = self.mean_excess(x), self.log_sf(x)
            gap = np.log(found) - log_aim
            return gap, np.where(beyond, gap * np.exp(np.log(found) - log_sf), (found - excess) * np.exp(-log_sf))

        return plain(self._excess_table.solve(log_aim, (np.inf, self.tail_index - 1), newton))

    @abstractmethod
    def tilted(self, strength: Floats) -> tuple[OutputLaw, Floats]:
        """The law with density ∝ f(t, p) e^{strength · p}, and its KL from this one in nats.

        Raises:
            NoOptimumError: if `strength` is not below `strength_limit`.
        """

    @abstractmethod
    def truncated(self, threshold: Floats, share: Floats = 1.0) -> tuple[OutputLaw, Floats]:
        """The law given P ≥ threshold, keeping `share` of an atom exactly there, and its KL in nats.

        Raises:
            EmptySelectionError: if nothing is kept.
        """

    def ramped(self, start: np.ndarray) -> OutputLaw | None:
        """The law with density ∝ f(t, p) (p − start)⁺, f itself where `start` is −∞; None where `reweighted` has to make it."""
        return None

    @abstractmethod
    def reweighted_truth_pdf(self, t: Floats, law: "Reweighting") -> Floats:
        """Density at `t` of T under `law`, a reweighting of this one."""

    @abstractmethod
    def reweighted_truth_atoms(self, law: "Reweighting") -> Atoms: ...


def _folds(index: float) -> np.ndarray:
    """Edges of panels over the logs of places, until hardly anything is left of a power of that index."""
    return np.linspace(0, LOG_ROUGH_SHARE / index, 2 + int(LOG_ROUGH_SHARE / min(index, 2.0)))[1:]


def _power_tail(end: Floats, a: float, origin: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and widths beyond `end`, where the density is a pure power, of index a, of the distance from `origin`:
    exact for the moments there are and, where hardly more than the mean exists and much of it lies here, for E[P log P]
    in the place of a mass that is next to nothing."""
    if a > 2:
        far = (a - 2) / (2 * a * (a - 1))
        x, mass = np.array([1.0, a / (a - 2)]), np.array([1 / a - far, far])
    else:
        log_x = min(1 / (a - 1), 300.0) if a > 1 else np.log(2)
        x, mass = np.array([np.exp(log_x)]), np.array([np.exp(-log_x) / (a - 1) if a > 1 else 1 / a])
    return origin + (end - origin) * x, abs(end - origin) * (mass * x) * x**a  # `x` is large where `mass` is small
