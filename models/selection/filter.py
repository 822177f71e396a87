"""A filter: keep the outputs that reach a fixed persuasiveness."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from models.laws.base import BaseLaw
from models.numerics.axes import Floats
from models.parameters import knob
from models.selection.base import Outcome, Selection

__all__ = ["Filter"]


@dataclass(frozen=True)
class Filter(Selection):
    """Keep the outputs with P ≥ threshold: a satisficer at a fixed level of reward.

    threshold → −∞ gives the base model; KL = −log S̄(threshold).

    >>> from models import Mode, OutputMixture
    >>> round(Filter(threshold=1.0).apply(OutputMixture([Mode(correlation=0.5)])).mean_truth, 6)
    0.762568
    """

    name: ClassVar[str] = "Filter"
    exact_root_kl: ClassVar[bool] = True
    threshold: float = knob(
        symbol="c",
        label="threshold",
        default=2.0,
        low=-4.0,
        high=8.0,
        step=0.05,
        help="Keep only outputs at least this persuasive.",
    )

    def select(self, base: BaseLaw) -> Outcome:
        """
        Raises:
            EmptySelectionError: if no output reaches the threshold.
        """
        law, kl = base.truncated(self.threshold)
        return Outcome(base, self, law, kl, kl)

    def exists(self, base: BaseLaw, pressure: Floats) -> Floats:
        return np.asarray(base.log_sf(pressure)) > -np.inf

    def kinks(self, base: BaseLaw) -> Floats:
        """At an atom the filter still keeps all of it, and none just above."""
        atoms = base.persuasiveness_atoms().position
        above = np.nextafter(atoms, np.inf)
        return np.concatenate([atoms, above[self.exists(base, above)]])

    def at_root_kl(self, base: BaseLaw, root_kl: Floats) -> Self:
        return self.at(base.isf(-np.square(root_kl)))
