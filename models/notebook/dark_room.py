"""Distilled learners in the dark room: copying an expert, or copying how an expert learns (docs/theory.md §9)."""

from dataclasses import dataclass

import numpy as np

from models.parameters import Interval, Parameters, knob

__all__ = ["DarkRoom"]


@dataclass(frozen=True, kw_only=True)
class DarkRoom(Parameters):
    """G cells, one of them the hidden goal, and a guess in every episode of a task.

    Four learners, each a verb that gives the chance of success by episode. All of them guess the first cell blindly,
    1/G. `expert` distils what an expert did, `algorithm` how it learns from the last episode; `remembering` and
    `without_repetition` have more memory. Where a learner repeats a rewarded cell it does so with fidelity f, and
    otherwise slips: it guesses uniformly over all G cells. f = 0 makes `algorithm` and `remembering` no better than
    `expert`. Both knobs are one number; `cells` is whole. Closed forms, to rounding.
    """

    cells: float = knob(
        symbol="G",
        label="cells",
        default=25.0,
        low=2.0,
        high=400.0,
        step=1.0,
        scale="log",
        help="How many cells the room has; the goal is in one of them, another one in every task.",
        domain=Interval(1.0),
    )
    fidelity: float = knob(
        symbol="f",
        label="fidelity",
        default=0.9,
        low=0.0,
        high=1.0,
        step=0.01,
        help="How often a learner that knows of a rewarded cell goes back to it.",
        domain=Interval(0.0, 1.0),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.cells != np.floor(self.cells):
            raise ValueError(f"cells = {self.cells!r} is not allowed; it must be a whole number")

    @property
    def limit(self) -> float:
        """Where `algorithm` tends: (1/G)/(1 − f + f/G).

        >>> round(DarkRoom(cells=100, fidelity=0.9).limit, 4)
        0.0917
        """
        return 1 / (self.cells * (1 - self.fidelity) + self.fidelity)

    @property
    def limit_remembering(self) -> float:
        """Where `remembering` and `without_repetition` tend: f + (1 − f)/G, a known goal but for slips."""
        return self.fidelity + (1 - self.fidelity) / self.cells

    def expert(self, episodes: int | np.ndarray) -> np.ndarray:
        """Expert distillation: it picks a cell and never adjusts. 1/G in every episode.

        Args:
            episodes: how many, from the first one; or an array of which, the first being 1.

        Returns:
            The chance of success, an array with one number for each episode.
        """
        return np.full(_which(episodes).shape, 1 / self.cells)

    def algorithm(self, episodes: int | np.ndarray) -> np.ndarray:
        """Algorithm distillation that looks one episode back: a cell just rewarded is repeated, a slip loses it.

        s₁ = 1/G and s_{k+1} = f s_k + (1 − f s_k)/G, so s_k = s_∞ (1 − rᵏ) with r = f (1 − 1/G) and s_∞ the `limit`.

        >>> DarkRoom(cells=4, fidelity=1).algorithm(3).round(12).tolist()
        [0.25, 0.4375, 0.578125]
        """
        k = _which(episodes)
        if self.fidelity == 0 or self.cells == 1:
            return np.full(k.shape, 1 / self.cells)
        return -self.limit * np.expm1(k * (np.log(self.fidelity) + np.log1p(-1 / self.cells)))

    def remembering(self, episodes: int | np.ndarray) -> np.ndarray:
        """Algorithm distillation that never forgets a rewarded cell, but forgets its failures.

        The goal is known before episode k with probability K_k = 1 − (1 − 1/G)^{k−1}, and then found with f + (1 − f)/G:
        s_k = 1/G + K_k f (1 − 1/G).
        """
        before = _which(episodes) - 1
        if self.cells == 1:
            return np.ones(before.shape)
        known = -np.expm1(before * np.log1p(-1 / self.cells))
        return 1 / self.cells + known * self.fidelity * (1 - 1 / self.cells)

    def without_repetition(self, episodes: int | np.ndarray) -> np.ndarray:
        """Algorithm distillation that remembers failures as well: it explores without repetition until it has the goal.

        Of k − 1 different cells one is the goal with probability K_k = min((k − 1)/G, 1). Where none was, G − k + 1
        cells are left, so that episode k finds it with (1 − K_k)/(G − k + 1) = 1/G for k ≤ G, and 0 beyond:
        s_k = [k ≤ G]/G + K_k (f + (1 − f)/G). Exploring is never a slip.

        >>> DarkRoom(cells=4, fidelity=1).without_repetition(6).tolist()
        [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
        """
        k = _which(episodes)
        known = np.minimum((k - 1) / self.cells, 1.0)
        return np.where(k <= self.cells, 1 / self.cells, 0.0) + known * self.limit_remembering


def _which(episodes: int | np.ndarray) -> np.ndarray:
    """The episodes asked for, as an array."""
    try:
        asked = np.asarray(episodes, dtype=float)
        fine = bool(np.all((asked >= 1) & (asked == np.floor(asked)) & np.isfinite(asked)))
    except (TypeError, ValueError):
        fine = False
    if not fine:
        raise ValueError(f"episodes = {episodes!r} is not allowed; whole numbers from 1 are")
    return np.arange(1.0, float(asked) + 1) if asked.ndim == 0 else asked
