"""Boltzmann reweighting: the optimum of KL-penalised RL."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from models.base_models.base import BaseModel
from models.laws.base import BaseLaw
from models.numerics.axes import Floats, plain
from models.parameters import Interval, knob
from models.selection.base import Outcome, Selection

__all__ = ["Boltzmann"]


@dataclass(frozen=True)
class Boltzmann(Selection):
    """Reweight by e^(λ p): exactly the optimum of KL-penalised RL, max E[P] − KL/λ (Korbak et al. 2022).

    λ = 1/τ with τ the KL coefficient, per score unit; λ = 0 gives the base model. dE[T]/dλ = Cov(T, P)
    under the current policy.

    >>> from models import Mode, OutputMixture
    >>> outcome = Boltzmann(strength=2).apply(OutputMixture([Mode(correlation=0.5)]))
    >>> outcome.mean_truth, outcome.mean_persuasiveness, outcome.kl
    (1.0, 2.0, 2.0)
    """

    name: ClassVar[str] = "Boltzmann"
    max_root_kl: ClassVar[float] = 1e9

    def max_root_kl_on(self, base: BaseLaw) -> float:
        return self.max_root_kl

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

    def select(self, base: BaseLaw) -> Outcome:
        """
        Raises:
            NoOptimumError: on a base law whose tail is too heavy for this strength: then reward is without
                bound at arbitrarily small KL, and there is no best policy.
        """
        law, kl = base.tilted(self.strength)
        return Outcome(base, self, law, kl, None)

    def log_effective_fraction(self, base: BaseLaw | BaseModel) -> float:
        """log of Z(λ)²/Z(2λ), the share of base samples that importance reweighting leaves effective.

        −λ² Var P on one normal.

        Raises:
            NoOptimumError: where E[e^{2λP}] is infinite, so that no share is.
        """
        if not np.any(self.strength):
            return plain(0.0 * np.asarray(self.strength))
        once, twice = (Boltzmann(strength=k * self.strength).apply(base) for k in (1, 2))
        log_z = 2 * self.strength * once.mean_persuasiveness - 2 * once.kl
        return plain(log_z - (2 * self.strength * twice.mean_persuasiveness - twice.kl))

    def exists(self, base: BaseLaw, pressure: Floats) -> Floats:
        return (np.asarray(pressure) < base.strength_limit) | (np.asarray(pressure) == 0)

    def at_root_kl(self, base: BaseLaw, root_kl: Floats) -> Self:
        """On one normal the KL is depth² exactly."""
        root_kl, limit = np.asarray(root_kl), base.strength_limit
        if limit == 0:
            if np.any(root_kl):
                base.tilted(1.0)  # says why there is no optimum
            return self.at(0.0 * root_kl)
        strength = np.sqrt(2) * root_kl / (base.sd_persuasiveness or 1.0)
        return self.at(np.minimum(strength / np.hypot(1.0, strength / limit), np.nextafter(limit, 0)))
