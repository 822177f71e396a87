"""Steering: reinforcement learning on (α, β, γ), the say each submodule has (theory §3, after Sam Marks).

The reward is mean persuasiveness, α μ_A + γ μ_C, linear in the weights: reinforcement learning amplifies
what is causally upstream of reward, where selection follows whatever correlates with it.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq, elementwise
from scipy.special import rel_entr

from models.laws import BaseLaw, panels, plain
from models.matching import match
from models.mixture import OutputMixture
from models.selection import MOST_SAMPLES, BestOfN
from models.submodules import ThreeSubmodules

__all__ = [
    "Corner",
    "NormOptimum",
    "corner",
    "kl_between_blends",
    "kl_between_routings",
    "log_price_of_best_of_n",
    "log_price_of_filtering",
    "norm_optimum",
    "training_path",
]

SUBMODULES = ("A", "B", "C")


@dataclass(frozen=True)
class Corner:
    """Where RL without a KL penalty ends: all weight on the submodules of highest reward.

    Attributes:
        winners: the submodules that reach the highest reward, more than one in a tie.
        reward: the mean persuasiveness reached, max(μ_A, 0, μ_C) in score units.
        truth_range: lowest and highest mean truth among the optimal weights; equal unless there is a tie.
        model: the model at the corner, or None in a tie, which every mixture of the winners settles.
    """

    winners: tuple[str, ...]
    reward: float
    truth_range: tuple[float, float]
    model: ThreeSubmodules | None

    @property
    def mean_truth(self) -> float | None:
        """Mean truth, or None where a tie leaves it open."""
        low, high = self.truth_range
        return low if low == high else None


def corner(model: ThreeSubmodules) -> Corner:
    """RL's optimum over α + β + γ = 1: winner takes all.

    μ_A > μ_C > 0 gives α = 1 and mean truth μ_A; μ_C > μ_A > 0 gives γ = 1 and mean truth 0. Listening to B
    earns 0, so where μ_A and μ_C are both negative B wins and mean truth is μ_B.

    >>> corner(ThreeSubmodules(mu_a=1, mu_c=2)).mean_truth
    0.0
    """
    rewards = dict(zip(SUBMODULES, (model.mu_a, 0.0, model.mu_c), strict=True))
    truths = dict(zip(SUBMODULES, (model.mu_a, model.mu_b, 0.0), strict=True))
    best = max(rewards.values())
    winners = tuple(name for name in SUBMODULES if rewards[name] == best)
    reached = [truths[name] for name in winners]
    at_corner = None
    if len(winners) == 1:
        weights = (float(name in winners) for name in SUBMODULES)
        at_corner = replace(model, **dict(zip(("alpha", "beta", "gamma"), weights, strict=True)))
    return Corner(winners, best, (min(reached), max(reached)), at_corner)


@dataclass(frozen=True)
class NormOptimum:
    """RL's optimum where the weights share a budget ‖(α, β, γ)‖_k ≤ 1 and need not add to 1.

    Attributes:
        alpha, beta, gamma: the optimal weights; beta is what it was where the reward leaves it open.
        reward: mean persuasiveness, score units.
        mean_truth: α μ_A + β μ_B.
        law: the law of (T, P) at these weights.
        beta_is_open: whether any β does as well, as when every weight is free.
    """

    alpha: float
    beta: float
    gamma: float
    reward: float
    mean_truth: float
    law: OutputMixture
    beta_is_open: bool


def norm_optimum(model: ThreeSubmodules, rivalry: float) -> NormOptimum | None:
    """RL without KL where ‖(α, β, γ)‖_k ≤ 1: how rival capabilities are, k = `rivalry` from 1 to ∞.

    k = 1 is winner takes all, and None in a tie; k = 2 is weight decay, weights ∝ μ; at k = ∞ every weight is free
    in [0, 1] and β stays what it was. A submodule that costs reward gets no weight.

    >>> round(norm_optimum(ThreeSubmodules(mu_a=1, mu_c=2), 2).alpha, 6)
    0.447214

    Raises:
        ValueError: for k below 1.
    """
    if not rivalry >= 1:
        raise ValueError(f"rivalry = {rivalry!r} is not allowed; it must lie in [1, ∞]")
    gain = np.maximum([model.mu_a, 0.0, model.mu_c], 0.0)
    is_open = bool(np.isinf(rivalry) or not np.any(gain > 0))
    if rivalry == 1:
        end = corner(model)
        if end.model is None:
            return None
        weights, is_open = np.array([end.model.alpha, end.model.beta, end.model.gamma]), False
    elif is_open:
        weights = (gain > 0).astype(float)
    else:
        with np.errstate(divide="ignore"):
            share = np.log(gain / np.max(gain))
        conjugate = rivalry / (rivalry - 1)
        total = np.logaddexp.reduce(conjugate * share) / conjugate
        weights = np.exp((share - total) / (rivalry - 1))
    if is_open:
        weights[1] = model.beta
    alpha, beta, gamma = (float(w) for w in weights)
    law = model.blend_of(alpha, beta, gamma)
    return NormOptimum(alpha, beta, gamma, law.mean_persuasiveness, law.mean_truth, law, is_open)


def training_path(model: ThreeSubmodules, time: np.ndarray) -> ThreeSubmodules:
    """Exponentiated gradient from `model`: θ_i(t) ∝ θ_i(0) e^{t r_i} with r = (μ_A, 0, μ_C).

    At every `time` ≥ 0 it is the optimum of E[reward] − (1/time) KL(θ ‖ θ(0)). A submodule that starts with no
    weight never gets any. The result's weights have the shape of `time`.
    """
    if not np.all((np.asarray(time) >= 0) & np.isfinite(time)):
        raise ValueError(f"time = {time!r} is not allowed; it must lie in [0, ∞)")
    start = np.array([model.alpha, model.beta, model.gamma])
    gain = np.asarray(time, dtype=float)[..., None] * np.array([model.mu_a, 0.0, model.mu_c])
    gain = np.where(start > 0, gain, -np.inf)
    grown = start * np.exp(gain - np.max(gain, axis=-1, keepdims=True))
    alpha, beta, gamma = np.moveaxis(grown / np.sum(grown, axis=-1, keepdims=True), -1, 0)
    return replace(model, alpha=alpha, beta=beta, gamma=gamma)


def kl_between_blends(blend: OutputMixture, base: OutputMixture) -> float:
    """KL(blend ‖ base) of two one-mode laws, nats; shape of `blend`. ∞ where blend leaves base's support.

    By the chain rule, KL of P plus the mean KL of T given P, so that laws on a line or a point are right too.
    """
    (new,), (old,) = blend.modes, base.modes
    of_p = _kl_normal(
        np.square(new.mean_persuasiveness - old.mean_persuasiveness), new.sd_persuasiveness, old.sd_persuasiveness
    )
    slope, old_slope = blend._slope[..., 0], base._slope[..., 0]
    offset = new.mean_truth - old.mean_truth - old_slope * (new.mean_persuasiveness - old.mean_persuasiveness)
    gap = np.square(offset) + np.square((slope - old_slope) * new.sd_persuasiveness)
    residual, old_residual = (law._sd_t[..., 0] * law._independent[..., 0] for law in (blend, base))
    return plain(of_p + _kl_normal(gap, residual, old_residual))


def kl_between_routings(new: ThreeSubmodules, base: ThreeSubmodules) -> float:
    """KL(new ‖ base) of two routings of the same submodules, nats; shape of `new`’s weights.

    A’s, B’s and C’s outputs do not overlap, so it is the KL of the weights, Σ θ log(θ/θ₀); ∞ where `new` uses a
    submodule that `base` does not. With spreads of 0 some outputs may coincide, and it is a bound.
    """
    return plain(sum(rel_entr(getattr(new, name), getattr(base, name)) for name in ("alpha", "beta", "gamma")))


def _kl_normal(squared_gap: np.ndarray, sd: np.ndarray, base_sd: np.ndarray) -> np.ndarray:
    """KL of N(m, sd²) from N(m₀, base_sd²) with (m − m₀)² = `squared_gap`, point masses included."""
    squared_gap, sd, base_sd = (np.asarray(x, dtype=float) for x in (squared_gap, sd, base_sd))
    both, neither = (sd > 0) & (base_sd > 0), (sd == 0) & (base_sd == 0)
    safe = np.where(base_sd > 0, base_sd, 1.0)
    ratio = np.where(both, sd / safe, 1.0)
    spread = 0.5 * (np.square(ratio) - 1) - np.log(ratio)
    return np.where(
        both, spread + 0.5 * squared_gap / np.square(safe), np.where(neither & (squared_gap == 0), 0.0, np.inf)
    )


def log_price_of_filtering(base: BaseLaw, target: float) -> float:
    """log(1/Q): log of the base samples it takes to find one output with P ≥ `target`; ∞ if there is none.

    With `target` the mean persuasiveness that RL reaches, about z²/2 + log(z √(2π)) at z base standard
    deviations. Stays a plain number where 1/Q overflows.

    >>> base = ThreeSubmodules(mu_c=2).blend()
    >>> round(log_price_of_filtering(base, 2.0), 4)
    3.7832
    """
    if not np.all(np.isfinite(target)):
        raise ValueError(f"target = {target!r} is not allowed; it must be finite")
    return plain(-np.asarray(base.log_sf(target)))


def log_price_of_best_of_n(base: BaseLaw, target: float) -> float:
    """log n of the best-of-n whose mean persuasiveness is `target`: 0 if the base model has it, ∞ if none reaches it.

    ∞ too for the highest persuasiveness there is, which best-of-n only tends to. Past n = 1e12 the mean is an integral over x = log(n S̄), E = ∫ S̄⁻¹(e^{x−log n}) e^{x − e^x} dx.

    >>> base = ThreeSubmodules(mu_c=2).blend()
    >>> round(log_price_of_best_of_n(base, 2.0), 4)
    3.2999
    """
    if base.mean_persuasiveness is None or not np.isfinite(target):
        raise ValueError(f"target = {target!r}: a finite target, and a base model that has a mean, are needed")
    if target <= base.mean_persuasiveness:
        return 0.0
    if target >= base.highest:
        return np.inf
    if found := match(BestOfN, base, mean_persuasiveness=target):
        return found.log_samples_per_output
    x, width = panels(np.linspace(-45.0, 4.0, 50))

    def excess(log_n: float) -> float:
        return float(np.sum(base.isf(x - log_n) * np.exp(x - np.exp(x)) * width)) - target

    low = 0.9 * np.log(MOST_SAMPLES)
    high = elementwise.bracket_root(np.vectorize(excess), low, 2 * low, xmin=low, maxiter=200).bracket[1]
    return brentq(excess, low, high, xtol=1e-14, rtol=1e-15)
