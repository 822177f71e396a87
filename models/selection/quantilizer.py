"""A quantilizer: keep the most persuasive fraction of the outputs."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from models.laws.base import BaseLaw
from models.numerics.axes import Floats, plain
from models.parameters import Interval, knob
from models.selection.base import Outcome, Selection

__all__ = ["Quantilizer"]


@dataclass(frozen=True)
class Quantilizer(Selection):
    """Keep the most persuasive fraction q of the outputs (Taylor 2016); an atom at the edge is split.

    q = 1 gives the base model, q → 0 the optimizer. KL = log(1/q) when P is continuous.

    >>> from models import Mode, OutputMixture
    >>> round(Quantilizer(fraction=0.5).apply(OutputMixture([Mode(correlation=1)])).mean_truth, 6)
    0.797885
    """

    name: ClassVar[str] = "Quantilizer"
    exact_root_kl: ClassVar[bool] = True
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

    def select(self, base: BaseLaw) -> Outcome:
        log_q = np.log(self.fraction)
        threshold, share = base.top(log_q)
        law, kl = base.truncated(threshold, share)
        if not np.any(np.isin(threshold, base.persuasiveness_atoms().position)):
            kl = plain(0.0 - log_q)
        return Outcome(base, self, law, kl, plain(0.0 - log_q))

    def kinks(self, base: BaseLaw) -> Floats:
        """Where an atom begins to be split, and where nothing of it is left."""
        atoms = base.persuasiveness_atoms().position
        share = np.exp([base.log_sf(atoms), base.log_sf(atoms, strict=True)]).ravel()
        return share[share > 0]

    def at_root_kl(self, base: BaseLaw, root_kl: Floats) -> Self:
        return self.at(np.exp(-np.square(root_kl)))
