"""What a base law without point masses can leave to the shared quadrature.

Such a law gives the tails and the density of P, the first two moments of T given P, the joint density, where panels
end, and how single outputs are drawn; all else follows. Closed forms override where they pay, and the tests hold every
override against what is derived here.
"""

from abc import ABC
from collections.abc import Callable
from functools import cached_property

import numpy as np
from scipy.special import logsumexp

from models.distributions.base import TOO_HEAVY
from models.laws.base import (
    Atoms,
    BaseLaw,
    EmptySelectionError,
    Nodes,
    NoOptimumError,
    OutputLaw,
    Reweighted,
    Reweighting,
)
from models.laws.reweighted import ratio_above, reweighted
from models.numerics.axes import Floats, plain
from models.numerics.panels import panels

__all__ = ["NO_ATOMS", "ContinuousLaw"]

LOG_NEGLIGIBLE = -36.0  # log of a share of the selected mass that may lie beyond the quadrature
NO_ATOMS = Atoms(np.empty(0), np.empty(0))


class ContinuousLaw(BaseLaw, ABC):
    """A base law without point masses, of truth or of persuasiveness."""

    @property
    def computed(self) -> str:
        return "quadrature"

    # ── moments and densities ──

    def _mean(self, values: Floats) -> float:
        return float(np.sum(np.exp(self.nodes.log_mass) * values))

    @cached_property
    def mean_truth(self) -> Floats:
        return self._mean(self.nodes.points.truth[0])

    @cached_property
    def mean_persuasiveness(self) -> Floats | None:
        """∞ where only the upper tail is too heavy, None where both are."""
        if self.tail_index > 1:
            return self._mean(self.nodes.p)
        return np.inf if self.lower_tail_index > 1 else None

    @cached_property
    def sd_truth(self) -> Floats:
        line, residual = self.nodes.points.truth
        return float(np.sqrt(self._mean(np.square(line - self.mean_truth) + residual)))

    @cached_property
    def sd_persuasiveness(self) -> Floats | None:
        """∞ where the mean is, or only the mean exists; None where that does not."""
        if self.tail_index > 2 and self.mean_persuasiveness is not None:
            return float(np.sqrt(self._mean(np.square(self.nodes.p - self.mean_persuasiveness))))
        return None if self.mean_persuasiveness is None else np.inf

    def truth_pdf(self, t: Floats) -> Floats:
        return plain(self._truth_pdf_on(self.nodes, self.nodes.log_mass, np.asarray(t, dtype=float)))

    def truth_atoms(self) -> Atoms:
        return NO_ATOMS

    def persuasiveness_atoms(self) -> Atoms:
        return NO_ATOMS

    @property
    def truth_edges(self) -> np.ndarray:
        """Panels’ edges for quadrature over T."""
        return self.mean_truth + self.sd_truth * np.linspace(-40, 40, 161)

    def expected_shortfall(self, level: float) -> float:
        return self.shortfall_by(self.truth_pdf, level)

    def shortfall_by(self, truth_pdf: Callable[[Floats], Floats], level: float, further: Floats = ()) -> float:
        """E[(level − T)⁺] under a density of T, by panels that end at `further` values, too."""
        edges = self.truth_edges
        ends = np.clip(np.union1d(np.append(edges, level), further), edges[0], max(level, edges[0]))
        t, width = panels(ends)
        t, width = t[there := self.truth_pdf(t) > 0], width[there]
        return float(np.sum((level - t) * truth_pdf(t) * width))

    # ── the law of P ──

    @property
    def highest(self) -> float:
        return np.inf

    @property
    def variance_proxy(self) -> float | None:
        """None: not known."""
        return None

    def isf(self, log_tail: Floats) -> Floats:
        """The threshold c with log P(P ≥ c) = `log_tail`; for 0 one that all but 1e-30 of the outputs reach."""
        return self.continuous_isf(np.minimum(log_tail, -1e-30))

    # ── the verbs of selection ──

    def tilted(self, strength: Floats) -> tuple[OutputLaw, Floats]:
        lam = np.asarray(strength, dtype=float)
        if not np.any(lam):
            return self, plain(0.0 * lam)
        if np.any(lam >= self.strength_limit):
            raise NoOptimumError(
                f"strength = {float(np.max(lam))!r}: KL-penalised RL has no optimum here", self.no_optimum
            )
        log_each = lam[..., None] * self.nodes.p + self.nodes.log_mass
        log_mgf = logsumexp(log_each, axis=-1)
        if np.any(log_each[..., [0, -1]] - log_mgf[..., None] > LOG_NEGLIGIBLE):
            raise ArithmeticError(
                f"strength = {float(np.max(lam))!r}: the quadrature ends before the selected mass does"
            )
        law = reweighted(self, lambda points: points.align(lam) * points.p - points.align(log_mgf))
        return law, law.kl

    @property
    def no_optimum(self) -> str:
        """Why KL-penalised RL has no optimum from `strength_limit` on, in a clause."""
        return TOO_HEAVY

    def truncated(self, threshold: Floats, share: Floats = 1.0) -> tuple[OutputLaw, Floats]:
        start = np.asarray(threshold, dtype=float)
        log_total = np.asarray(self.log_sf(start))
        if np.any(np.isneginf(log_total)):
            most = np.format_float_positional(round(self.highest, 6) + 0.0, trim="-")
            raise EmptySelectionError(
                f"threshold = {float(np.max(start))!r}", f"no output is more persuasive than {most}"
            )
        return self.above(start, log_total), plain(-log_total)

    def above(self, start: np.ndarray, log_total: np.ndarray) -> OutputLaw:
        """The law given P ≥ start, of which the tail’s log is `log_total`."""
        return reweighted(self, ratio_above(start, log_total), start)

    def reweighted_truth_pdf(self, t: Floats, law: Reweighting) -> Floats:
        """Over the law’s nodes, which resolve T given P."""
        return self._truth_pdf_on(law.nodes, law.log_mass, t)

    def _truth_pdf_on(self, nodes: Nodes, log_mass: np.ndarray, t: np.ndarray) -> np.ndarray:
        given = self.log_joint_pdf(t.reshape(-1, 1), nodes.p[..., None, :])
        density = np.sum(np.exp(given + (log_mass - nodes.points.log_pdf)[..., None, :]), axis=-1)
        return density.reshape(log_mass.shape[:-1] + t.shape)

    def reweighted_truth_atoms(self, law: Reweighting) -> Atoms:
        return NO_ATOMS

    def reweighted_shortfall(self, level: float, law: Reweighted) -> float:
        return self.shortfall_by(law.truth_pdf, level)
