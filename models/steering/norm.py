"""Reinforcement learning where the weights share a budget instead of adding to 1 (docs/theory.md §6.2)."""

from dataclasses import dataclass

import numpy as np

from models.base_models.given import as_submodules
from models.base_models.submodules import ThreeSubmodules
from models.laws.mixture import OutputMixture
from models.steering.corner import corner

__all__ = ["NormOptimum", "norm_optimum"]


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
        TypeError: for a law in the model’s place.
        ValueError: for k below 1.
    """
    model = as_submodules(model)
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
    law = OutputMixture(model.blends_of(alpha, beta, gamma).modes)
    return NormOptimum(alpha, beta, gamma, law.mean_persuasiveness, law.mean_truth, law, is_open)
