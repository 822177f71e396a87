"""The quadrature for the density of a selected truth: over the error, at each of some truths."""

from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

import numpy as np

from models.distributions import Distribution
from models.laws.base import BaseLaw, Points
from models.laws.convolution_table import LOG_NEGLIGIBLE
from models.numerics.axes import Floats
from models.numerics.panels import panels

__all__ = ["ErrorPanels", "SignificantPanels"]

NODES = 16  # of a panel


@dataclass(frozen=True, eq=False, kw_only=True)
class _RankedPoints(Points):
    """The nodes of some panels, whose ranks are found once for all who ask."""

    of: "ErrorPanels"
    slots: np.ndarray

    @cached_property
    def log_cdf(self) -> Floats:
        return np.broadcast_to(self.of.log_cdf(self.slots), self.p.shape)


@dataclass(frozen=True, kw_only=True)
class SignificantPanels:
    """Panels that hold all that matters: of each its truth's place, its nodes as P, and log of the error's mass there."""

    row: np.ndarray
    points: Points
    log_mass: np.ndarray


@dataclass(frozen=True, eq=False)
class ErrorPanels:
    """For each truth the panels of the error between its own edges and those of P = T + V, where P is above `start`.

    Nodes and ranks are kept once they are worked out: a drag of the pressure asks for nearly the same again and again.
    """

    base: BaseLaw
    error: Distribution
    edges_of_sum: np.ndarray
    t: np.ndarray
    start: float
    _kept: dict[str, np.ndarray] = field(default_factory=dict, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)  # several answers may ask at once

    @property
    def column(self) -> np.ndarray:
        return self.t[:, None]

    @cached_property
    def _edges(self) -> np.ndarray:
        own = np.broadcast_to(self.error.origin + self.error.edges, (self.t.size, self.error.edges.size))
        edges = np.concatenate([own, self.edges_of_sum - self.column, self.start - self.column], axis=1)
        low = np.maximum(self.start - self.column, own[:, :1])
        return np.sort(np.clip(edges, low, np.maximum(low, own[:, -1:])), axis=1)

    @cached_property
    def _coarse(self) -> tuple[np.ndarray, np.ndarray]:
        """P at the edges and in the middle of each panel, and log of the error's mass about there."""
        edges = self._edges
        v = np.sort(np.concatenate([edges, 0.5 * (edges[:, 1:] + edges[:, :-1])], axis=1), axis=1)
        return v + self.column, self.error.logpdf(v) + np.log(np.gradient(v, axis=1) + 1e-300)

    def significant(self, log_ratio: np.ndarray, rows: tuple[int, ...] = ()) -> SignificantPanels:
        """What the error weighted by a ratio, which is given at the edges of P, does not make negligible; `rows` is the
        shape of the pressures."""
        kept = self.edges_of_sum > self.start
        sizes = np.maximum(log_ratio[kept], -1e6) if np.any(kept) else np.zeros(1)
        places = self.edges_of_sum[kept] if np.any(kept) else self.edges_of_sum[-1:]
        p, log_mass = self._coarse
        size = np.interp(p, places, sizes) + log_mass
        needed = size > np.max(size, axis=1, keepdims=True) - LOG_NEGLIGIBLE
        first = np.argmax(needed, axis=1)
        last = needed.shape[1] - 1 - np.argmax(needed[:, ::-1], axis=1)
        count = self._edges.shape[1] - 1
        first, last = np.maximum(first - 2, 0) // 2, np.minimum((last + 3) // 2, count)
        place = np.arange(count)
        within = (place >= first[:, None]) & (place < last[:, None])
        row, place = np.nonzero((np.diff(self._edges) > 0) & within)
        with self._lock:
            slots = self._slots(row, place)
            p, log_mass = self._kept["p"][slots], self._kept["log_mass"][slots]
        p = np.broadcast_to(p, (*rows, row.size, NODES))
        points = _RankedPoints(self.base, p, len(rows), of=self, slots=slots)
        return SignificantPanels(row=row, points=points, log_mass=log_mass)

    def _slots(self, row: np.ndarray, place: np.ndarray) -> np.ndarray:
        """Where the panels are kept, after those that are new have been worked out."""
        if not self._kept:
            self._kept["slot"] = np.full((self.t.size, self._edges.shape[1] - 1), -1)
            self._kept.update({name: np.empty((0, NODES)) for name in ("p", "log_mass", "log_cdf")})
        slot = self._kept["slot"]
        if np.any(new := slot[row, place] < 0):
            row_, place_ = row[new], place[new]
            slot[row_, place_] = self._kept["p"].shape[0] + np.arange(row_.size)
            v, width = panels(np.stack([self._edges[row_, place_], self._edges[row_, place_ + 1]], axis=-1))
            found = {
                "p": v + self.column[row_],
                "log_mass": self.error.logpdf(v) + np.log(width),
                "log_cdf": np.full(v.shape, np.nan),
            }
            self._kept.update({name: np.concatenate([self._kept[name], each]) for name, each in found.items()})
        return slot[row, place]

    def log_cdf(self, slots: np.ndarray) -> np.ndarray:
        """log P(P ≤ p) at the nodes of the panels kept at `slots`."""
        with self._lock:
            ranks = self._kept["log_cdf"]
            missing = slots[np.isnan(ranks[slots, 0])]
            if missing.size:
                ranks[missing] = self.base.log_cdf(self._kept["p"][missing])
            return ranks[slots]
