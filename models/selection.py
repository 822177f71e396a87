"""Selection on persuasiveness: reweighting outputs by a function of P alone (theory §2).

    q(t, p) = f(t, p) w(p) / E[w(P)]

Every method is a frozen record of its one pressure. `apply` returns an `Outcome`; given an array of pressures
it returns one whose attributes are arrays, which is how curves are computed.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from scipy.optimize import elementwise

from models.laws import Atoms, BaseLaw, NoOptimumError, OutputLaw, Points, plain
from models.parameters import Interval, Parameter, Parameters, knob

__all__ = [
    "BestOfN",
    "BestOfPoisson",
    "Boltzmann",
    "ChiSquared",
    "Filter",
    "Outcome",
    "Quantilizer",
    "RankSelection",
    "Selection",
]

MOST_SAMPLES = 1e12  # where the shared quadrature ends


@dataclass(frozen=True, eq=False)
class Outcome(OutputLaw):
    """The outputs a selection leaves, and what it cost.

    Attributes:
        base, selection: what was applied to what.
        law: the selected law of (T, P); its moments and densities are the outcome's own.
        exact_kl: KL(selected ‖ base), nats, where it is known without the law's own sum.
        log_samples_per_output: natural log of the base samples one output costs, or None where that has no
            meaning (Boltzmann).
    """

    base: BaseLaw
    selection: "Selection"
    law: OutputLaw
    exact_kl: float | None
    log_samples_per_output: float | None

    @property
    def kl(self) -> float:
        """KL(selected ‖ base), nats."""
        return self.law.kl if self.exact_kl is None else self.exact_kl

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
        return self.law.computed

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

    def truth_groups(self) -> tuple[np.ndarray, np.ndarray]:
        return self.law.truth_groups()

    def expected_shortfall(self, level: float) -> float:
        return self.law.expected_shortfall(level)


@dataclass(frozen=True, kw_only=True)
class Selection(Parameters, ABC):
    """A way to reweight outputs by their persuasiveness alone, at one pressure.

    `deepest` is the depth at which the numbers of a method end: for tails, one output in 1e293.
    """

    name: ClassVar[str]
    deepest: ClassVar[float] = 26.0

    @abstractmethod
    def apply(self, base: BaseLaw) -> Outcome:
        """Select from `base`."""

    @classmethod
    def knob(cls) -> Parameter:
        """The declaration of the pressure."""
        (knob,) = cls.parameters().values()
        return knob

    @classmethod
    def at(cls, pressure: np.ndarray) -> Self:
        """The method at a pressure, or at an array of them."""
        (name,) = cls.parameters()
        return cls(**{name: pressure})

    @property
    def pressure(self) -> np.ndarray:
        (name,) = self.parameters()
        return getattr(self, name)

    @classmethod
    def exists(cls, base: BaseLaw, pressure: np.ndarray) -> np.ndarray:
        """Whether `apply` has a result at `pressure`, element by element."""
        return np.full(np.shape(pressure), True)

    @classmethod
    def kinks(cls, base: BaseLaw) -> np.ndarray:
        """The pressures at which the outcome moves with a kink or jumps: point masses make them."""
        return np.empty(0)

    @classmethod
    @abstractmethod
    def at_depth(cls, base: BaseLaw, depth: np.ndarray) -> Self:
        """The method at the pressure whose KL from `base` is about `depth`²; nothing is selected at 0, and pressure
        grows steadily with depth."""


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
        symbol="c",
        label="threshold",
        default=2.0,
        low=-4.0,
        high=8.0,
        step=0.05,
        help="Keep only outputs at least this persuasive.",
    )

    def apply(self, base: BaseLaw) -> Outcome:
        """
        Raises:
            EmptySelectionError: if no output reaches the threshold.
        """
        law, kl = base.truncated(self.threshold)
        return Outcome(base, self, law, kl, kl)

    @classmethod
    def exists(cls, base: BaseLaw, pressure: np.ndarray) -> np.ndarray:
        return np.asarray(pressure) <= base.highest

    @classmethod
    def kinks(cls, base: BaseLaw) -> np.ndarray:
        """At an atom the filter still keeps all of it, and none just above."""
        atoms = base.persuasiveness_atoms().position
        above = np.nextafter(atoms, np.inf)
        return np.concatenate([atoms, above[cls.exists(base, above)]])

    @classmethod
    def at_depth(cls, base: BaseLaw, depth: np.ndarray) -> Self:
        return cls(threshold=base.isf(-np.square(depth)))


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
        symbol="q",
        label="top fraction",
        default=0.1,
        low=1e-9,
        high=1.0,
        step=0.0,
        scale="log",
        help="Keep only this most persuasive fraction of the outputs.",
        domain=Interval(0.0, 1.0, open_low=True),
    )

    def apply(self, base: BaseLaw) -> Outcome:
        log_q = np.log(self.fraction)
        threshold = base.isf(log_q)
        above, reached = np.exp(base.log_sf(threshold, strict=True) - log_q), np.exp(base.log_sf(threshold) - log_q)
        on_atom = np.isin(threshold, base.persuasiveness_atoms().position)
        share = np.where(on_atom, (1 - above) / np.where(on_atom, reached - above, 1.0), 1.0)
        law, kl = base.truncated(threshold, share)
        if not np.any(on_atom):
            kl = plain(0.0 - log_q)
        return Outcome(base, self, law, kl, plain(0.0 - log_q))

    @classmethod
    def kinks(cls, base: BaseLaw) -> np.ndarray:
        """Where an atom begins to be split, and where nothing of it is left."""
        atoms = base.persuasiveness_atoms().position
        share = np.exp([base.log_sf(atoms), base.log_sf(atoms, strict=True)]).ravel()
        return share[share > 0]

    @classmethod
    def at_depth(cls, base: BaseLaw, depth: np.ndarray) -> Self:
        return cls(fraction=np.exp(-np.square(depth)))


@dataclass(frozen=True, kw_only=True)
class RankSelection(Selection, ABC):
    """A selection that looks at ranks only: the selected rank u = F(P) has distribution G(u) on [0, 1].

    The density ratio is G′(u), and on an atom, where ties are broken at random, the mean of G′ over its ranks.
    """

    @abstractmethod
    def log_distortion(self, points: Points, log_u: np.ndarray) -> np.ndarray:
        """log G at u, pressures aligned with `points`."""

    @abstractmethod
    def log_slope(self, points: Points, log_u: np.ndarray) -> np.ndarray:
        """log G′ at u."""

    def log_ratio(self, points: Points) -> np.ndarray:
        """Log density ratio at `points`."""
        upto = points.log_cdf
        with np.errstate(invalid="ignore", divide="ignore"):
            smooth = self.log_slope(points, upto)
            if not points.base.persuasiveness_atoms().position.size:
                return smooth
            below = points.log_below
            high, low = self.log_distortion(points, upto), self.log_distortion(points, below)
            tied = high - upto + np.log(np.expm1(low - high) / np.expm1(below - upto))
        return np.where(below < upto, tied, smooth)


@dataclass(frozen=True, kw_only=True)
class BestOfN(RankSelection):
    """Draw n outputs and keep the most persuasive, ties broken at random; n real, from 1 to 1e12.

    The density ratio is n F(p)^(n−1), and KL = log n − (n−1)/n exactly when P is continuous. n = 1 gives
    the base model.

    >>> from models import OutputMixture, Mode
    >>> round(BestOfN(n=3).apply(OutputMixture([Mode(correlation=1)])).mean_truth, 6)  # 3/(2√π)
    0.846284
    """

    name: ClassVar[str] = "Best-of-n"
    n: float = knob(
        symbol="n",
        label="candidates",
        default=64.0,
        low=1.0,
        high=1e9,
        step=1.0,
        scale="log",
        help="Draw this many outputs and keep the most persuasive one.",
        domain=Interval(1.0, MOST_SAMPLES),
    )

    def log_distortion(self, points: Points, log_u: np.ndarray) -> np.ndarray:
        return points.align(self.n) * log_u

    def log_slope(self, points: Points, log_u: np.ndarray) -> np.ndarray:
        n = points.align(self.n)
        return np.log(n) + np.where(n == 1, 0.0, (n - 1) * log_u)

    def apply(self, base: BaseLaw) -> Outcome:
        n = np.asarray(self.n)
        law = base.reweighted(self.log_ratio, thinning=n)
        kl = None if law.nodes.atoms else plain(np.log(n) - (n - 1) / n)
        return Outcome(base, self, law, kl, plain(np.log(n)))

    @classmethod
    def at_depth(cls, base: BaseLaw, depth: np.ndarray) -> Self:
        return cls(n=np.minimum(np.exp(np.square(depth) - np.expm1(-np.sqrt(2) * np.asarray(depth))), MOST_SAMPLES))


@dataclass(frozen=True, kw_only=True)
class BestOfPoisson(RankSelection):
    """Best of a random number of outputs, 1 + Poisson(μ) (Khalaf et al. 2025).

    G(u) = u e^{μ(u−1)}, so the density ratio is (μu + 1) e^{μ(u−1)}. μ = 0 gives the base model. Costs 1 + μ
    base samples an output on average, and comes nearer to the exponential tilt of ranks than best-of-n does.

    >>> from models import OutputMixture, Mode
    >>> round(BestOfPoisson(mu=63).apply(OutputMixture([Mode(correlation=1)])).mean_truth, 6)
    2.340412
    """

    name: ClassVar[str] = "Best-of-Poisson"
    mu: float = knob(
        symbol="μ",
        label="extra candidates",
        default=63.0,
        low=0.01,
        high=1e9,
        step=0.0,
        scale="log",
        help="Draw one output and Poisson(μ) more, and keep the most persuasive.",
        domain=Interval(0.0, MOST_SAMPLES),
    )

    def log_distortion(self, points: Points, log_u: np.ndarray) -> np.ndarray:
        return log_u + points.align(self.mu) * np.expm1(log_u)

    def log_slope(self, points: Points, log_u: np.ndarray) -> np.ndarray:
        mu = points.align(self.mu)
        return np.log1p(mu * np.exp(log_u)) + mu * np.expm1(log_u)

    def apply(self, base: BaseLaw) -> Outcome:
        law = base.reweighted(self.log_ratio)
        return Outcome(base, self, law, None, plain(np.log1p(self.mu)))

    @classmethod
    def at_depth(cls, base: BaseLaw, depth: np.ndarray) -> Self:
        return cls(mu=np.minimum(np.expm1(np.square(depth) - np.expm1(-np.sqrt(6) * np.asarray(depth))), MOST_SAMPLES))


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
    deepest: ClassVar[float] = 1e4
    strength: float = knob(
        symbol="λ",
        label="strength",
        default=4.0,
        low=0.0,
        high=20.0,
        step=0.1,
        help="Weight outputs by exp(λ · persuasiveness); τ = 1/λ is the price of a nat of KL.",
        domain=Interval(0.0),
    )

    def apply(self, base: BaseLaw) -> Outcome:
        """
        Raises:
            NoOptimumError: on a base law whose tail is too heavy for this strength: then reward is without
                bound at arbitrarily small KL, and there is no best policy.
        """
        law, kl = base.tilted(self.strength)
        return Outcome(base, self, law, kl, None)

    def log_effective_fraction(self, base: BaseLaw) -> float:
        """log of Z(λ)²/Z(2λ), the share of base samples that importance reweighting leaves effective.

        −λ² Var P on one normal.

        Raises:
            NoOptimumError: where E[e^{2λP}] is infinite, so that no share is.
        """
        once, twice = (Boltzmann(strength=k * self.strength).apply(base) for k in (1, 2))
        log_z = 2 * self.strength * once.mean_persuasiveness - 2 * once.kl
        return plain(log_z - (2 * self.strength * twice.mean_persuasiveness - twice.kl))

    @classmethod
    def exists(cls, base: BaseLaw, pressure: np.ndarray) -> np.ndarray:
        return (np.asarray(pressure) < base.strength_limit) | (np.asarray(pressure) == 0)

    @classmethod
    def at_depth(cls, base: BaseLaw, depth: np.ndarray) -> Self:
        """On one normal the KL is depth² exactly."""
        if base.strength_limit == 0:
            base.tilted(1.0)  # says why there is no optimum
        strength = np.sqrt(2) * np.asarray(depth) / (base.sd_persuasiveness or 1.0)
        return cls(strength=strength / np.hypot(1.0, strength / base.strength_limit))


@dataclass(frozen=True, kw_only=True)
class ChiSquared(Selection):
    """Weight by max(0, s (p − x)), with x such that the mean weight is 1 (Huang et al. 2025).

    The optimum of max E[P] − (1/2s) E_base[(density ratio)² − 1]: a χ² divergence in the place of KL, s = 1/β.
    s = 0 gives the base model. Nothing below x is kept, and what is kept grows with p only linearly.

    >>> from models import OutputMixture, Mode
    >>> round(ChiSquared(slope=0.5).apply(OutputMixture([Mode(correlation=1)])).mean_truth, 6)
    0.488388
    """

    name: ClassVar[str] = "Chi-squared"
    slope: float = knob(
        symbol="s",
        label="slope",
        default=4.0,
        low=0.0,
        high=30.0,
        step=0.1,
        help="Weight outputs by max(0, s·(persuasiveness − x)); 1/s is the price of χ².",
        domain=Interval(0.0),
    )

    def apply(self, base: BaseLaw) -> Outcome:
        """
        Raises:
            NoOptimumError: where E[P] does not exist, so that no weight has mean 1.
        """
        if base.tail_index <= 1:
            raise NoOptimumError(
                f"slope = {np.max(self.slope)!r}",
                "mean persuasiveness does not exist, so no χ² weight can be normalised",
            )
        slope = np.minimum(self.slope, _last_slope(base))
        start = _start(base, slope)
        some = np.where(slope > 0, start, 0.0)

        def log_ratio(points: Points) -> np.ndarray:
            s = points.align(slope)
            with np.errstate(divide="ignore"):
                return np.where(s > 0, np.log(s * np.maximum(points.p - points.align(some), 0.0)), 0.0)

        # The rounding of x moves every weight by s times as much.
        blur = np.finfo(float).eps * np.max(slope * np.abs(some) * np.exp(base.log_sf(some)))
        truth = np.where(slope > 0, slope * np.asarray(base.truth_excess(some)), base.mean_truth)
        law = base.reweighted(log_ratio, start, growth=1, blur=float(blur), exact_truth=truth)
        return Outcome(base, self, law, None, None)

    @classmethod
    def at_depth(cls, base: BaseLaw, depth: np.ndarray) -> Self:
        depth, sd = np.asarray(depth), base.sd_persuasiveness
        return cls(slope=(np.sqrt(2) * depth + np.expm1(np.square(depth))) / (sd if sd and sd < np.inf else 1.0))


def _last_slope(base: BaseLaw) -> float:
    """The slope at which only the highest persuasiveness is left, and beyond which nothing changes; ∞ if none is."""
    if base.highest == np.inf:
        return np.inf
    atoms = base.persuasiveness_atoms()
    if atoms.position.size == 1:
        return 0.0
    return 1 / (atoms.mass[-1] * (atoms.position[-1] - atoms.position[-2]))


def _start(base: BaseLaw, slope: np.ndarray) -> np.ndarray:
    """x, the root of slope · E[(P − x)⁺] = 1; −∞ at slope 0."""
    level = 1 / np.where(slope > 0, slope, 1.0)

    def residual(x: np.ndarray, level: np.ndarray) -> np.ndarray:
        return np.asarray(base.mean_excess(x)) - level

    # E[(P − x)⁺] ≥ E[P] − x, so the root is not below E[P] − level.
    first = base.mean_persuasiveness - level
    first = first - 1e-6 * (1 + np.abs(first))
    bracket = elementwise.bracket_root(residual, first, first + level + 1, xmin=first, args=(level,)).bracket
    found = elementwise.find_root(residual, bracket, args=(level,), tolerances={"xrtol": 1e-15}).x
    return np.where(slope > 0, found, -np.inf)
