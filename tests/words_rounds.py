"""Online modelling by a route of its own, for `words_laws`: buffers as step functions of rank, round after round.

A buffer is a weight on the ranks of the base model’s outputs, constant between tails. Every round looks for the tail that
holds a share q of it, cuts there, and multiplies. Nothing of `models` is used, and no formula for where the bars are.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

MOST_ROUNDS = 500
DEEPEST = 640.0  # nats that a tail may be deep: floats end at 700


@dataclass(frozen=True)
class Rounds:
    """Rounds on one law; `law` answers `top(u)`, and `atom_ranks` if it has point masses."""

    law: Any
    fraction: float
    feedback: float

    @cached_property
    def _process(self) -> tuple[np.ndarray, np.ndarray]:
        """Tails at which the weight steps, from 1 down, and the weight between each and the next: a row for each round."""
        q, omega, least = self.fraction, self.feedback, math.exp(-min(DEEPEST, self.law.max_root_kl))
        tails, every = np.zeros(MOST_ROUNDS + 2), np.ones((MOST_ROUNDS + 1, MOST_ROUNDS + 1))
        tails[0], rounds = 1.0, 0
        while rounds < MOST_ROUNDS and tails[rounds] > least:
            weight, held, k = every[rounds, : rounds + 1].copy(), 0.0, rounds
            while held + (mass := weight[k] * (tails[k] - tails[k + 1])) < q:
                held, k = held + mass, k - 1
            assert k == rounds, "each bar is beyond the last"
            tails[k + 1] += (q - held) / weight[k]
            rounds += 1
            every[rounds, :rounds] = weight * (1 - omega)
            every[rounds, rounds:] = weight[k] * (1 - omega + omega / q)
        return tails[: rounds + 1], every[: rounds + 1, : rounds + 1]

    @property
    def last(self) -> int:
        """How many rounds can be told."""
        return len(self._process[1]) - 1

    @cached_property
    def _held(self) -> dict[str, np.ndarray]:
        """E[T] and E[P] of what lies between every tail and the next."""
        tails, _ = self._process
        got = self.law.top(-np.log(tails[1:]))
        found = {}
        for name, base, tops in (("truth", self.law.truth, got.truth), ("mean", self.law.mean, got.mean)):
            if base is not None:
                above = np.append(base, tails[1:] * tops)
                found[name] = above - np.append(above[1:], 0.0)
        return found

    def weight(self, rounds: float) -> np.ndarray:
        """The weight after that many rounds; a last one fed back in part is a mixture of two."""
        _, every = self._process
        whole = math.floor(rounds)
        part = rounds - whole
        return every[whole] if part == 0 else (1 - part) * every[whole] + part * every[whole + 1]

    def log_samples(self, rounds: float) -> float:
        return math.log(self.weight(rounds)[-1])

    @cached_property
    def truths(self) -> np.ndarray:
        """Mean truth after every whole number of rounds; between them it goes straight."""
        return self._process[1] @ self._held["truth"]

    def truth(self, rounds: float) -> float:
        return float(np.interp(rounds, np.arange(self.last + 1), self.truths))

    def mean(self, rounds: float) -> float | None:
        weight = self.weight(rounds)
        if self.law.mean is None:
            return None if weight[0] > 0 else math.inf
        if self.law.mean == math.inf:
            return math.inf
        return float(weight @ self._held["mean"])

    def kl(self, rounds: float, *, ranks: bool = False) -> float:
        """KL of (T, P); of ranks it is that of an output and of how its ties were broken."""
        tails, _ = self._process
        weight, ends = self.weight(rounds), np.append(tails[1:], 0.0)
        mass = tails - ends
        pairs = []
        for above, reached in () if ranks else self.law.atom_ranks:
            shared = np.maximum(np.minimum(tails, reached) - np.maximum(ends, above), 0.0)
            mass = np.maximum(mass - shared, 0.0)
            pairs.append((reached - above, float(weight @ shared) / (reached - above)))
        with np.errstate(all="ignore"):
            near = np.abs(weight - 1) < 1e-3  # x log x − x + 1, a share of the KL that is never negative
            step = weight - 1
            each = np.where(
                near,
                step**2 / 2 - step**3 / 6 + step**4 / 12,
                np.where(weight > 0, weight * np.log(weight), 0.0) - step,
            )
        return float(mass @ each) + sum(m * (w * math.log(w) - w + 1 if w > 0 else 1.0) for m, w in pairs)

    def bar(self, rounds: float) -> float:
        """What the next round asks for."""
        return float(self.law.bar(np.array([-math.log(self.tail(rounds))]))[0])

    def tail(self, rounds: float) -> float:
        """The base model’s share of outputs that are the top q by now."""
        return self.fraction / float(self.weight(rounds)[-1])

    def cost(self, rounds: float, cost_of_top: Any, before: float) -> float:
        """A mean cost, from that of every top."""
        tails, _ = self._process
        weight, need = self.weight(rounds), math.ceil(rounds)
        above = np.array([before, *(tails[k] * cost_of_top(tails[k]) for k in range(1, need + 1))])
        return float(weight[: need + 1] @ (above - np.append(above[1:], 0.0)))
