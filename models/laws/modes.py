"""Modes: the bivariate normals that mixtures are made of, and arithmetic over them (modes on the last axis)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from models.laws.base import Atoms
from models.numerics.axes import Floats, align, plain
from models.numerics.normal import log_phi
from models.parameters import Interval, Parameters, knob

# A spread below this share of its mean is 0: too few of a double's 16 digits would be left to tell values apart.
RESOLVED_SHARE = 1e-9
# A spread below this is 0 anywhere: its square could vanish.
LEAST_SPREAD = 1e-150

__all__ = ["Mode", "ModeArrays", "atoms_of", "log_normal_pdf", "log_sum", "mixture_sd", "scale_of", "standardise"]


@dataclass(frozen=True, kw_only=True)
class Mode(Parameters):
    """One bivariate normal mode, e.g. honest or manipulative outputs.

    Score units throughout; `correlation` has no effect where a standard deviation is 0. A spread that cannot be
    resolved beside its mean (less than 1e-9 of it, or below 1e-150) becomes 0: the score is then a point mass.
    """

    weight: float = knob(
        symbol="w",
        label="weight",
        default=1.0,
        low=0.0,
        high=1.0,
        step=0.01,
        help="Share of the base model's outputs that come from this mode.",
        domain=Interval(0.0, 1.0),
    )
    mean_truth: float = knob(
        symbol="m_T",
        label="mean truth",
        default=0.0,
        low=-5.0,
        high=5.0,
        step=0.05,
        help="Mean truth score of the mode.",
    )
    mean_persuasiveness: float = knob(
        symbol="m_P",
        label="mean persuasiveness",
        default=0.0,
        low=-5.0,
        high=5.0,
        step=0.05,
        help="Mean persuasiveness score of the mode.",
    )
    sd_truth: float = knob(
        symbol="s_T",
        label="spread of truth",
        default=1.0,
        low=0.0,
        high=3.0,
        step=0.05,
        help="Standard deviation of truth within the mode.",
        domain=Interval(0.0),
    )
    sd_persuasiveness: float = knob(
        symbol="s_P",
        label="spread of persuasiveness",
        default=1.0,
        low=0.0,
        high=3.0,
        step=0.05,
        help="Standard deviation of persuasiveness within the mode.",
        domain=Interval(0.0),
    )
    correlation: float = knob(
        symbol="ρ",
        label="correlation",
        default=0.0,
        low=-1.0,
        high=1.0,
        step=0.01,
        help="Correlation of truth and persuasiveness within the mode.",
        domain=Interval(-1.0, 1.0),
    )

    @classmethod
    def arrays(cls) -> Collection[str]:
        """All of them."""
        return cls.parameters()

    def __post_init__(self) -> None:
        super().__post_init__()
        for mean, sd in (("mean_truth", "sd_truth"), ("mean_persuasiveness", "sd_persuasiveness")):
            spread = np.asarray(getattr(self, sd))
            resolved = (spread > RESOLVED_SHARE * np.abs(getattr(self, mean))) & (spread > LEAST_SPREAD)
            object.__setattr__(self, sd, plain(np.where(resolved, spread, 0.0)))

    def ellipse(self, radius: float) -> tuple[np.ndarray, np.ndarray]:
        """The contour of equal density `radius` standard deviations out: P and T of 97 points on it.

        It collapses to a line or a point where the mode does.
        """
        angle = np.linspace(0, 2 * np.pi, 97)
        independent = np.sqrt((1 - self.correlation) * (1 + self.correlation))
        p = np.cos(angle)
        t = self.correlation * p + independent * np.sin(angle)
        return (
            self.mean_persuasiveness + radius * self.sd_persuasiveness * p,
            self.mean_truth + radius * self.sd_truth * t,
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class ModeArrays:
    """The parameters of a mixture's modes as arrays, mode axis last; weights add to 1."""

    weight: np.ndarray
    mean_t: np.ndarray
    mean_p: np.ndarray
    sd_t: np.ndarray
    sd_p: np.ndarray
    raw_correlation: np.ndarray

    @cached_property
    def log_weight(self) -> Floats:
        with np.errstate(divide="ignore"):
            return np.log(self.weight)

    @cached_property
    def correlation(self) -> Floats:
        """0 where a standard deviation is 0."""
        return np.where((self.sd_t > 0) & (self.sd_p > 0), self.raw_correlation, 0.0)

    @cached_property
    def independent(self) -> Floats:
        """√(1 − ρ²), the share of a score's spread that the other score leaves open."""
        return np.sqrt((1 - self.correlation) * (1 + self.correlation))

    @cached_property
    def slope(self) -> Floats:
        """Regression slope of T on P within each mode."""
        return self.correlation * self.sd_t / scale_of(self.sd_p)

    def each(self, points: int, *names: str) -> Iterator[tuple[np.ndarray, ...]]:
        """Mode by mode, the arrays called `names`, with room for that many axes of points.

        Modes are few: a loop over them is several times faster than an axis.
        """
        arrays = [getattr(self, name) for name in names]
        if all(a.ndim == 1 for a in arrays):
            return zip(*arrays, strict=True)
        return zip(*([align(a[..., k], points) for k in range(a.shape[-1])] for a in arrays), strict=True)


def scale_of(sd: Floats) -> Floats:
    """`sd`, or 1 where it is 0 and nothing may be divided by it."""
    return np.where(sd > 0, sd, 1.0)


def standardise(gap: Floats, sd: Floats, on_atom: float) -> Floats:
    """gap/sd; for a point mass ±∞ by the sign of the gap, and `on_atom` exactly on it."""
    if (sd > 0).all():
        return gap / sd
    point = np.where(gap == 0, on_atom, np.copysign(np.inf, gap))
    return np.where(sd > 0, gap / scale_of(sd), point)


def log_normal_pdf(gap: Floats, sd: Floats) -> Floats:
    """log density of N(0, sd²) at `gap`; −∞ where sd = 0, which has none."""
    if (sd > 0).all():
        return log_phi(gap / sd) - np.log(sd)
    return np.where(sd > 0, log_phi(gap / scale_of(sd)) - np.log(scale_of(sd)), -np.inf)


def mixture_sd(weight: Floats, mean: Floats, variance: Floats) -> float:
    centre = (weight * mean).sum(axis=-1, keepdims=True)
    return plain(np.sqrt((weight * (variance + np.square(mean - centre))).sum(axis=-1)))


def atoms_of(mean: Floats, sd: Floats, weight: Floats) -> Atoms:
    """Positions (merged) and masses of the modes without spread."""
    if (sd > 0).all():
        return Atoms(np.empty(0), np.empty((*weight.shape[:-1], 0)))
    point = (sd == 0) & np.any(np.reshape(weight, (-1, np.shape(weight)[-1])) > 0, axis=0)
    position = np.unique(mean[..., point])
    same = mean[..., point, None] == position
    return Atoms(position, np.sum(weight[..., point, None] * same, axis=-2))


def log_sum(x: list[np.ndarray]) -> Floats:
    """log Σ e^x over a list of arrays."""
    return reduce(np.logaddexp, x)
