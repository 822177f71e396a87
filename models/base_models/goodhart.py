"""The Goodhart mixture: honest outputs, and a few manipulative ones that persuade without being true (docs/theory.md §4.1)."""

from dataclasses import dataclass
from typing import ClassVar, Self

from models.base_models.base import BaseModel
from models.laws.mixture import OutputMixture
from models.laws.modes import Mode
from models.parameters import Interval, Parameter, Parameters, knob

__all__ = ["GoodhartMixture"]

SHARE = Interval(0.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class GoodhartMixture(Parameters, BaseModel):
    """A manipulative mode beside an honest one, whose scores are standardised: means 0 and spreads 1.

    >>> base = GoodhartMixture(liars=0.01).mixture()
    >>> round(base.mean_truth, 6)
    -0.01
    """

    name: ClassVar[str] = "Mixture"
    liars: float = knob(
        symbol="w",
        label="share of liars",
        default=0.02,
        low=1e-6,
        high=0.5,
        step=0.0,
        scale="log",
        help="How many of the base model’s outputs manipulate: persuasive for reasons other than truth.",
        domain=SHARE,
    )
    honest_correlation: float = knob(
        symbol="ρ_H",
        label="honest: correlation",
        default=0.6,
        low=-0.95,
        high=0.95,
        step=0.05,
        help="Correlation of truth and persuasiveness among honest outputs.",
        domain=Interval(-1.0, 1.0),
    )
    liar_truth: float = knob(
        symbol="m_T",
        label="liars: mean truth",
        default=-1.0,
        low=-4.0,
        high=2.0,
        step=0.05,
        help="Mean truth of manipulative outputs; honest ones have 0.",
    )
    liar_persuasiveness: float = knob(
        symbol="m_P",
        label="liars: mean persuasion",
        default=1.0,
        low=-2.0,
        high=4.0,
        step=0.05,
        help="Mean persuasiveness of manipulative outputs; honest ones have 0.",
    )
    liar_spread: float = knob(
        symbol="s_P",
        label="liars: spread",
        default=1.5,
        low=0.2,
        high=3.0,
        step=0.05,
        help="Spread of their persuasiveness. Above 1 the most persuasive outputs of all are manipulative in the end.",
        domain=Interval(0.0),
    )
    liar_correlation: float = knob(
        symbol="ρ_M",
        label="liars: correlation",
        default=-0.5,
        low=-0.95,
        high=0.95,
        step=0.05,
        help="Below 0, the more persuasive a manipulative output is, the less true.",
        domain=Interval(-1.0, 1.0),
    )

    @classmethod
    def knobs(cls) -> dict[str, Parameter]:
        return cls.parameters()

    @classmethod
    def of(cls, **knobs: float) -> Self:
        return cls(**knobs)

    def law(self) -> OutputMixture:
        return self.mixture()

    def mixture(self) -> OutputMixture:
        honest = Mode(weight=1 - self.liars, correlation=self.honest_correlation)
        liar = Mode(
            weight=self.liars,
            mean_truth=self.liar_truth,
            mean_persuasiveness=self.liar_persuasiveness,
            sd_persuasiveness=self.liar_spread,
            correlation=self.liar_correlation,
        )
        return OutputMixture([honest, liar])
