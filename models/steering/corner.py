"""Where reinforcement learning without a penalty ends (docs/theory.md §6.1, after Sam Marks).

The reward is mean persuasiveness, α μ_A + γ μ_C, linear in the weights: reinforcement learning amplifies
what is causally upstream of reward, where selection follows whatever correlates with it.
"""

from dataclasses import dataclass, replace

from models.base_models.given import as_submodules
from models.base_models.submodules import ThreeSubmodules

__all__ = ["Corner", "corner"]


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

    Raises:
        TypeError: for a law in the model’s place.
    """
    model = as_submodules(model)
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
