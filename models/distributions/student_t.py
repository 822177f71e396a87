"""Student’s t."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import betainc, betaincinv, betaln, gammaln, hyp2f1

from models.distributions.base import TOO_HEAVY, Symmetric, location_knob, mirrored, scale_knob
from models.numerics.axes import Floats
from models.parameters import Interval, knob

__all__ = ["StudentT"]

FARTHEST_SCALES = 1e18  # scales out, to which the edges go
SQUARABLE = 1e150  # a float whose square is one
LEAST_TAIL = 1e-290  # of those that a float holds
LOG_PURE_POWER = -40.0  # log of the y below which I_y(ν/2, 1/2) is a power of y


@dataclass(frozen=True, kw_only=True)
class StudentT(Symmetric):
    """Student’s t with df degrees of freedom, times a scale, moved to location; df = 1 is the Cauchy law.

    P(X > x) falls like x^(−df): a mean exists for df > 1, a standard deviation for df > 2, and no E[e^{λX}]. As an error
    its hazard falls in the end, and mean truth back to the base model's: catastrophic Goodhart (Kwa, Thomas &
    Garriga-Alonso 2024).
    """

    df: float = knob(
        symbol="ν",
        label="degrees of freedom",
        default=3.0,
        low=1.0,
        high=30.0,
        step=0.5,
        help="Tails fall like |x|^−ν: ν = 1 is the Cauchy law, large ν is nearly normal.",
        domain=Interval(0.5, 1e4),
    )
    location: float = location_knob()
    scale: float = scale_knob("Stretches the law.")

    @property
    def width(self) -> float:
        return self.scale

    @property
    def std(self) -> float | None:
        if self.df <= 1:
            return None
        return self.scale * np.sqrt(self.df / (self.df - 2)) if self.df > 2 else np.inf

    @property
    def tail_index(self) -> float:
        return self.df

    @property
    def strength_limit(self) -> float:
        return 0.0

    @property
    def no_optimum(self) -> str:
        return TOO_HEAVY

    @cached_property
    def edges(self) -> np.ndarray:
        fold = np.exp(min(6 / (self.df + 1), 0.9))
        first = min(1.5, np.sqrt(self.df))
        core = np.arange(0.0, first / (fold - 1) + first, first)
        last = min(FARTHEST_SCALES, np.sqrt(self.df) * np.exp(min(2000 / (self.df + 1), 50.0)))
        outer = core[-1] * fold ** np.arange(1, max(2, 2 + int(np.log(last / core[-1]) / np.log(fold))))
        half = self.scale * np.concatenate([core, outer])
        return mirrored(half)

    def centred_logpdf(self, x: np.ndarray) -> Floats:
        half, z = 0.5 * self.df, x / self.scale
        front = gammaln(half + 0.5) - gammaln(half) - 0.5 * np.log(self.df * np.pi) - np.log(self.scale)
        near, beyond = np.log1p(np.square(np.minimum(z, SQUARABLE)) / self.df), np.log(np.maximum(z / SQUARABLE, 1.0))
        return front - (half + 0.5) * (near + 2 * beyond)

    def centred_logsf(self, x: np.ndarray) -> Floats:
        """log of half the incomplete beta function I_y(ν/2, 1/2), y = ν/(ν + z²); by its series where that underflows."""
        half, z = 0.5 * self.df, np.asarray(x / self.scale)
        square = np.square(np.minimum(z, SQUARABLE))
        y = self.df / (self.df + square)
        tail = np.maximum(betainc(half, 0.5, y), LEAST_TAIL)
        far = np.minimum(y, 0.5)
        series = self._log_front + half * np.log(far) + 0.5 * np.log1p(-far)
        series += np.log(hyp2f1(half + 0.5, 1.0, half + 1.0, far))
        log_tail = np.where(tail > LEAST_TAIL, np.log(tail), series)
        inside = betainc(0.5, half, np.minimum(square, 2.0) / (self.df + np.minimum(square, 2.0)))
        log_tail = np.where(square < 2.0, np.log1p(-inside), log_tail)
        return log_tail - np.log(2) - self.df * np.log(np.maximum(z / SQUARABLE, 1.0))

    @property
    def _log_front(self) -> float:
        """log C with I_y(ν/2, 1/2) → C y^(ν/2) as y → 0."""
        return -np.log(0.5 * self.df) - betaln(0.5 * self.df, 0.5)

    def ppf(self, q: Floats) -> Floats:
        q = np.asarray(q, dtype=float)
        tail, half = np.minimum(q, 1 - q), 0.5 * self.df
        log_y = (np.log(2 * tail) - self._log_front) / half
        y = np.where(log_y > LOG_PURE_POWER, betaincinv(half, 0.5, 2 * tail), 0.5)
        rest = betaincinv(0.5, half, 1 - 2 * tail)
        with np.errstate(divide="ignore", over="ignore"):
            far = np.where(log_y > LOG_PURE_POWER, np.sqrt(1 / y - 1), np.exp(-0.5 * log_y))
            z = np.sqrt(self.df) * np.where(tail < 0.1, far, np.sqrt(rest / (1 - rest)))
        return self.location + self.scale * np.sign(q - 0.5) * z

    def log_pdf_ratio(self, x: Floats, s: Floats) -> Floats:
        x, s = x / self.scale, s / self.scale
        near = np.where(np.sign(x) * s > 0, x - s, x + s)
        farther = np.log1p(4 * np.abs(x * s) / (self.df + np.square(near)))
        return 0.5 * (self.df + 1) * np.sign(x * s) * farther

    def tilted(self, strength: Floats) -> tuple[Floats, Floats, Floats]:
        """At strength 0 only: no other tilt exists."""
        return (
            self.location + 0 * strength,
            np.square(np.inf if self.std is None else self.std) + 0 * strength,
            0 * strength,
        )
