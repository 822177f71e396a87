"""Steering: reinforcement learning on (α, β, γ), the say each submodule has (theory §3, after Sam Marks).

The reward is mean persuasiveness, α μ_A + γ μ_C, linear in the weights: reinforcement learning amplifies
what is causally upstream of reward, where selection follows whatever correlates with it.
"""

from dataclasses import dataclass, replace

import numpy as np

from models.laws import BaseLaw, plain
from models.mixture import OutputMixture
from models.submodules import ThreeSubmodules

__all__ = ["Corner", "corner", "kl_between_blends", "log_price_of_filtering", "training_path"]

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
