"""Three submodules and how much the model listens to each (docs/theory.md §1.2, §4.2, after Sam Marks).

A is true and persuasive, B is true without effect on persuasiveness, C is persuasive without effect on
truth: T = α a + β b and P = α a + γ c.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from models.laws.mixture import MixtureBatch, OutputMixture
from models.laws.modes import Mode
from models.numerics.axes import Floats, plain
from models.parameters import Interval, Parameters, knob

__all__ = ["ThreeSubmodules"]


@dataclass(frozen=True, kw_only=True)
class ThreeSubmodules(Parameters):
    """Weights (α, β, γ) that add to 1, and the normal laws of a, b and c in score units.

    >>> model = ThreeSubmodules(alpha=0.4, beta=0.3, gamma=0.3, mu_a=1, mu_b=1, mu_c=2)
    >>> base = model.blend()
    >>> round(base.mean_truth, 3), round(base.mean_persuasiveness, 3)
    (0.7, 1.0)

    Raises:
        ValueError: for a negative weight or spread, or if the weights do not add to 1 within 1e-9.
    """

    alpha: float = knob(
        symbol="α",
        label="A: true and persuasive",
        default=0.4,
        low=0.0,
        high=1.0,
        step=0.01,
        help="How much the model listens to A. The three weights are normalised to add to 1.",
        domain=Interval(0.0, 1.0),
    )
    beta: float = knob(
        symbol="β",
        label="B: true only",
        default=0.3,
        low=0.0,
        high=1.0,
        step=0.01,
        help="How much the model listens to B. The three weights are normalised to add to 1.",
        domain=Interval(0.0, 1.0),
    )
    gamma: float = knob(
        symbol="γ",
        label="C: persuasive only",
        default=0.3,
        low=0.0,
        high=1.0,
        step=0.01,
        help="How much the model listens to C. The three weights are normalised to add to 1.",
        domain=Interval(0.0, 1.0),
    )
    mu_a: float = knob(
        symbol="μ_A",
        label="mean of A",
        default=1.0,
        low=-2.0,
        high=4.0,
        step=0.05,
        help="Mean score that A contributes, to truth and persuasiveness alike.",
    )
    mu_b: float = knob(
        symbol="μ_B",
        label="mean of B",
        default=1.0,
        low=-2.0,
        high=4.0,
        step=0.05,
        help="Mean score that B contributes to truth.",
    )
    mu_c: float = knob(
        symbol="μ_C",
        label="mean of C",
        default=2.0,
        low=-2.0,
        high=4.0,
        step=0.05,
        help="Mean score that C contributes to persuasiveness.",
    )
    sigma_a: float = knob(
        symbol="σ_A",
        label="spread of A",
        default=1.0,
        low=0.0,
        high=3.0,
        step=0.05,
        help="Standard deviation of A's contribution.",
        domain=Interval(0.0),
    )
    sigma_b: float = knob(
        symbol="σ_B",
        label="spread of B",
        default=1.0,
        low=0.0,
        high=3.0,
        step=0.05,
        help="Standard deviation of B's contribution.",
        domain=Interval(0.0),
    )
    sigma_c: float = knob(
        symbol="σ_C",
        label="spread of C",
        default=1.0,
        low=0.0,
        high=3.0,
        step=0.05,
        help="Standard deviation of C's contribution.",
        domain=Interval(0.0),
    )

    @classmethod
    def arrays(cls) -> Collection[str]:
        """All of them."""
        return cls.parameters()

    def __post_init__(self) -> None:
        super().__post_init__()
        total = np.asarray(self.alpha) + self.beta + self.gamma
        if np.any(np.abs(total - 1) > 1e-9):
            raise ValueError(
                f"alpha + beta + gamma = {float(np.ravel(total)[0])!r}; the weights must add to 1 within 1e-9"
            )

    @classmethod
    def listening(cls, *, alpha: float, beta: float, gamma: float, **submodules: Any) -> Self:
        """From raw listening weights, each in [0, 1], normalised to add to 1.

        Raises:
            ValueError: if all three are 0, for then the model listens to nothing.
        """
        raw = {"alpha": alpha, "beta": beta, "gamma": gamma}
        checked = {name: cls.parameters()[name].check(value, name) for name, value in raw.items()}
        total = sum(checked.values())
        if np.any(total == 0):
            raise ValueError("alpha, beta and gamma are all 0; at least one listening weight must be above 0")
        return cls(**{name: value / total for name, value in checked.items()}, **submodules)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """
            Raises:
                AttributeError: naming where it is.
            """
            if name.startswith("_"):
                return object.__getattribute__(self, name)  # raises
            raise AttributeError(f"ThreeSubmodules has no {name!r}; it makes two base laws, .blend() and .routing()")

    def blend(self) -> OutputMixture:
        """The law of (T, P) when every output listens to all three at once: one bivariate normal.

        α = 1 gives T = P, γ = 1 gives T = 0 and β = 1 gives P = 0, all exactly.
        """
        return OutputMixture([self._blended(self.alpha, self.beta, self.gamma)])

    def blends(self) -> MixtureBatch:
        """The blends of several weights at once, such as those of a training path."""
        return self.blends_of(self.alpha, self.beta, self.gamma)

    def blends_of(self, alpha: Floats, beta: Floats, gamma: Floats) -> MixtureBatch:
        """The blends of other weights, which need not add to 1."""
        return MixtureBatch([self._blended(alpha, beta, gamma)])

    def _blended(self, alpha: Floats, beta: Floats, gamma: Floats) -> Mode:
        a, b, c = alpha * self.sigma_a, beta * self.sigma_b, gamma * self.sigma_c
        sd_truth, sd_persuasiveness = np.hypot(a, b), np.hypot(a, c)
        spread = sd_truth * sd_persuasiveness
        correlation = np.where(spread > 0, np.square(a) / np.where(spread > 0, spread, 1.0), 0.0)
        return Mode(
            mean_truth=alpha * self.mu_a + beta * self.mu_b,
            mean_persuasiveness=alpha * self.mu_a + gamma * self.mu_c,
            sd_truth=sd_truth,
            sd_persuasiveness=sd_persuasiveness,
            correlation=plain(np.minimum(correlation, 1.0)),
        )

    def routing(self) -> OutputMixture:
        """The law of (T, P) when an output comes wholly from A, B or C, with probability α, β or γ.

        A: T = P = a; B: T = b, P = 0; C: T = 0, P = c. P has a point mass at 0, of weight β: a filter at 0
        keeps it, a quantilizer may keep a share of it, and best-of-n breaks ties on it at random.

        >>> ThreeSubmodules(alpha=0.4, beta=0.3, gamma=0.3, mu_c=2).routing().mean_persuasiveness
        1.0
        """
        a = Mode(
            weight=self.alpha,
            mean_truth=self.mu_a,
            mean_persuasiveness=self.mu_a,
            sd_truth=self.sigma_a,
            sd_persuasiveness=self.sigma_a,
            correlation=1,
        )
        b = Mode(weight=self.beta, mean_truth=self.mu_b, sd_truth=self.sigma_b, sd_persuasiveness=0)
        c = Mode(weight=self.gamma, mean_persuasiveness=self.mu_c, sd_truth=0, sd_persuasiveness=self.sigma_c)
        return OutputMixture([a, b, c])
