"""Selection on persuasiveness: reweighting outputs by a function of P alone (theory §2).

    q(t, p) = f(t, p) w(p) / E[w(P)]

Every method is a frozen record of its one pressure. `apply` returns an `Outcome`; given an array of pressures
it returns one whose attributes are arrays, which is how curves are computed.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from models.laws import Atoms, BaseLaw, OutputLaw, ReweightedLaw, plain
from models.parameters import Interval, Parameters, knob

__all__ = ["BestOfN", "Boltzmann", "Filter", "Outcome", "Quantilizer", "Selection"]


@dataclass(frozen=True, eq=False)
class Outcome(OutputLaw):
    """The outputs a selection leaves, and what it cost.

    Attributes:
        base, selection: what was applied to what.
        law: the selected law of (T, P); its moments and densities are the outcome's own.
        kl: KL(selected ‖ base), nats.
        log_samples_per_output: natural log of the base samples one output costs, or None where that has no
            meaning (Boltzmann).
    """

    base: BaseLaw
    selection: "Selection"
    law: OutputLaw
    kl: float
    log_samples_per_output: float | None

    @property
    def samples_per_output(self) -> float | None:
        """Base samples per output; ∞ past 1.8e308, where `log_samples_per_output` still tells."""
        if self.log_samples_per_output is None:
            return None
        with np.errstate(over="ignore"):
            return plain(np.exp(self.log_samples_per_output))

    @property
    def computed(self) -> str:
        """``"closed form"`` or ``"quadrature"``."""
        return "quadrature" if isinstance(self.law, ReweightedLaw) else "closed form"

    @property
    def mean_truth(self) -> float:
        return self.law.mean_truth

    @property
    def mean_persuasiveness(self) -> float:
        return self.law.mean_persuasiveness

    @property
    def sd_truth(self) -> float:
        return self.law.sd_truth

    @property
    def sd_persuasiveness(self) -> float:
        return self.law.sd_persuasiveness

    def truth_pdf(self, t: np.ndarray) -> np.ndarray:
        return self.law.truth_pdf(t)

    def persuasiveness_pdf(self, p: np.ndarray) -> np.ndarray:
        return self.law.persuasiveness_pdf(p)

    def joint_pdf(self, t: np.ndarray, p: np.ndarray) -> np.ndarray:
        return self.law.joint_pdf(t, p)

    def truth_atoms(self) -> Atoms:
        return self.law.truth_atoms()

    def persuasiveness_atoms(self) -> Atoms:
        return self.law.persuasiveness_atoms()


@dataclass(frozen=True, kw_only=True)
class Selection(Parameters, ABC):
    """A way to reweight outputs by their persuasiveness alone, at one pressure."""

    name: ClassVar[str]

    @abstractmethod
    def apply(self, base: BaseLaw) -> Outcome:
        """Select from `base`."""


@dataclass(frozen=True, kw_only=True)
class Filter(Selection):
    """Keep the outputs with P ≥ threshold: a satisficer at a fixed level of reward.

    threshold → −∞ gives the base model; KL = −log S̄(threshold).

    >>> from models import OutputMixture, Mode
    >>> round(Filter(threshold=1.0).apply(OutputMixture([Mode(correlation=0.5)])).mean_truth, 6)
    0.762568
    """

    name: ClassVar[str] = "Filter"
    threshold: float = knob(
        symbol="c", label="threshold", default=2.0, low=-4.0, high=8.0, step=0.05,
        help="Keep only outputs at least this persuasive.",
    )  # fmt: skip

    def apply(self, base: BaseLaw) -> Outcome:
        """
        Raises:
            EmptySelectionError: if no output reaches the threshold.
        """
        law, kl = base.truncated(self.threshold)
        return Outcome(base, self, law, kl, kl)


@dataclass(frozen=True, kw_only=True)
class Quantilizer(Selection):
    """Keep the most persuasive fraction q of the outputs (Taylor 2016); an atom at the edge is split.

    q = 1 gives the base model, q → 0 the optimizer. KL = log(1/q) when P is continuous.

    >>> from models import OutputMixture, Mode
    >>> round(Quantilizer(fraction=0.5).apply(OutputMixture([Mode(correlation=1)])).mean_truth, 6)
    0.797885
    """

    name: ClassVar[str] = "Quantilizer"
    fraction: float = knob(
        symbol="q", label="top fraction", default=0.1, low=1e-9, high=1.0, step=0.0, scale="log",
        help="Keep only this most persuasive fraction of the outputs.", domain=Interval(0.0, 1.0, open_low=True),
    )  # fmt: skip

    def apply(self, base: BaseLaw) -> Outcome:
        log_q = np.log(self.fraction)
        threshold = base.isf(log_q)
        above, reached = np.exp(base.log_sf(threshold, strict=True) - log_q), np.exp(base.log_sf(threshold) - log_q)
        on_atom = np.isin(threshold, base.persuasiveness_atoms().position)
        share = np.where(on_atom, (1 - above) / np.where(on_atom, reached - above, 1.0), 1.0)
        law, kl = base.truncated(threshold, share)
        if not np.any(on_atom):
            kl = plain(-log_q)
        return Outcome(base, self, law, kl, plain(-log_q))


@dataclass(frozen=True, kw_only=True)
class BestOfN(Selection):
    """Draw n outputs and keep the most persuasive, ties broken at random; n ≥ 1, real.

    The density ratio is n F(p)^(n−1), and KL = log n − (n−1)/n exactly when P is continuous. n = 1 gives
    the base model.

    >>> from models import OutputMixture, Mode
    >>> round(BestOfN(n=3).apply(OutputMixture([Mode(correlation=1)])).mean_truth, 6)  # 3/(2√π)
    0.846284
    """

    name: ClassVar[str] = "Best-of-n"
    n: float = knob(
        symbol="n", label="candidates", default=64.0, low=1.0, high=1e9, step=1.0, scale="log",
        help="Draw this many outputs and keep the most persuasive one.", domain=Interval(1.0),
    )  # fmt: skip

    def log_ratio(self, base: BaseLaw, p: np.ndarray) -> np.ndarray:
        p = np.asarray(p, dtype=float)
        n = np.reshape(self.n, np.shape(self.n) + (1,) * p.ndim)
        log_cdf = base.log_cdf(p)
        with np.errstate(invalid="ignore"):  # (n − 1) log F at n = 1 and F = 0, where the ratio is 1
            smooth = np.log(n) + np.where(n == 1, 0.0, (n - 1) * log_cdf)
        if not base.nodes.atoms:
            return smooth
        below = base.log_cdf(p, strict=True)
        jump = below < log_cdf
        gap = np.where(jump, below, -1.0) - np.where(jump, log_cdf, 0.0)
        tied = (n - 1) * np.where(jump, log_cdf, 0.0) + np.log(np.expm1(n * gap) / np.expm1(gap))
        return np.where(jump, tied, smooth)

    def apply(self, base: BaseLaw) -> Outcome:
        law = base.reweighted(self.log_ratio)
        n = np.asarray(self.n)
        kl = law.kl if base.nodes.atoms else plain(np.log(n) - (n - 1) / n)
        return Outcome(base, self, law, kl, plain(np.log(n)))


@dataclass(frozen=True, kw_only=True)
class Boltzmann(Selection):
    """Reweight by e^(λ p): exactly the optimum of KL-penalised RL, max E[P] − KL/λ (Korbak et al. 2022).

    λ = 1/τ with τ the KL coefficient, per score unit; λ = 0 gives the base model. dE[T]/dλ = Cov(T, P)
    under the current policy.

    >>> from models import OutputMixture, Mode
    >>> outcome = Boltzmann(strength=2).apply(OutputMixture([Mode(correlation=0.5)]))
    >>> outcome.mean_truth, outcome.mean_persuasiveness, outcome.kl
    (1.0, 2.0, 2.0)
    """

    name: ClassVar[str] = "Boltzmann"
    strength: float = knob(
        symbol="λ", label="strength", default=4.0, low=0.0, high=20.0, step=0.1,
        help="Weight outputs by exp(λ · persuasiveness); τ = 1/λ is the price of a nat of KL.",
        domain=Interval(0.0),
    )  # fmt: skip

    def apply(self, base: BaseLaw) -> Outcome:
        law, kl = base.tilted(self.strength)
        return Outcome(base, self, law, kl, None)
