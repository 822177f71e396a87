"""The course of mean truth under rising pressure: every turning point over a stated range, both ends and the limit.

Statements about "more pressure" are statements about the whole curve (docs/theory.md §5.2), so they are made from this
and from nothing less.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.polynomial import Chebyshev
from scipy.optimize import brentq

from models.base_models.base import BaseModel
from models.base_models.given import as_law
from models.laws.base import BaseLaw
from models.numerics.axes import Floats
from models.pressure.curve import root_kl_reaching
from models.selection.base import Outcome, Selection, as_template

__all__ = ["LEAST_TRUTH_STEP", "Course", "course", "peak"]

LEAST_KL = 30.0  # nats that the range reaches at least, where the method gets there
LEAST_TRUTH_STEP = 1e-4  # of mean truth between two turning points; less is a ripple
LEAST_TURN_KL = 1e-9  # nats; what turns earlier has not left the base model
BESIDE = 1e-9  # of a pressure, beside 1: nearer it is at a jump
NO_STEP = 1e-14  # of a mean truth, beside 1: rounding
SAME = 1e-6  # of a mean truth, beside 1: what passes it by more has jumped over it
FAINT_ROOT_KL = 1e-6  # a root_kl at which hardly anything is selected, and every method has a finite pressure
SWEPT_POINTS, ONWARD_POINTS = 140, 41
MOST_POINTS = 4000


@dataclass(frozen=True, eq=False)
class Course:
    """Mean truth of one method on one base law, from no pressure to the end of a range.

    The range holds the whole slider, and pressures up to a KL of at least 30 nats or as far as the method goes.

    Attributes:
        base: the base law, where the course starts.
        turns: the turning points in order of pressure, peaks and troughs by turns. The heights are exact; a pressure,
            where a top is flat, is known to about eight digits.
        end: the greatest pressure looked at.
        ripples: turning points left out of `turns`, for the step to the next turn or to an end is less than 1e-4 of
            mean truth, or the KL less than 1e-9.
    """

    base: BaseLaw
    turns: tuple[Outcome, ...]
    end: Outcome
    ripples: tuple[Outcome, ...]

    def __repr__(self) -> str:
        stops = [*self.turns, self.end]
        knob = next(iter(self.end.selection.parameters()))
        heights = [f"{stop.mean_truth:.4g} at {knob} = {stop.selection.pressure:.4g}" for stop in stops]
        method = type(self.end.selection).__name__
        way = ", then ".join([f"{self.base.mean_truth:.4g}", *heights])
        return f"Course of {method} on {self.base.title}: mean truth {way}, and in the limit {self.limit:.4g}"

    @property
    def heights(self) -> Floats:
        """Mean truth at the start, at every turn and at the end."""
        return np.array([self.base.mean_truth, *(outcome.mean_truth for outcome in (*self.turns, self.end))])

    @property
    def directions(self) -> tuple[int, ...]:
        """+1 for each rising and −1 for each falling stretch; a single 0 if mean truth never moves by 1e-4."""
        steps = np.diff(self.heights)
        if not self.turns and abs(steps[0]) < LEAST_TRUTH_STEP:
            return (0,)
        last = int(np.sign(steps[-1]))
        return tuple(last * (-1) ** (len(self.turns) - k) for k in range(len(steps)))

    @property
    def peaks(self) -> tuple[Outcome, ...]:
        return tuple(turn for turn, before in zip(self.turns, self.directions, strict=False) if before > 0)

    @property
    def troughs(self) -> tuple[Outcome, ...]:
        return tuple(turn for turn, before in zip(self.turns, self.directions, strict=False) if before < 0)

    @property
    def peak(self) -> Outcome | None:
        """The turn where mean truth is highest of the whole range, or None if it is highest at an end."""
        top = max(self.peaks, key=lambda outcome: outcome.mean_truth, default=None)
        return top if top is not None and top.mean_truth >= np.max(self.heights) else None

    def first(self, truth: float) -> Outcome | None:
        """The least pressure at which mean truth is `truth`, or None if it never is within the range."""
        return next((there for there in self._passing(truth) if _near(there.mean_truth, truth, SAME)), None)

    def jump(self, truth: float) -> float | None:
        """The pressure at which mean truth first jumps over `truth`, at a point mass of persuasiveness; None if it nowhere
        does."""
        jumps = self.end.selection.jumps(self.base).tolist()
        for there in self._passing(truth) if jumps else ():
            beside = [jump for jump in jumps if _near(there.selection.pressure, jump, BESIDE)]
            if beside and not _near(there.mean_truth, truth, SAME):
                return float(beside[0])
        return None

    def _passing(self, truth: float) -> Iterator[Outcome]:
        """Where mean truth passes `truth`, stretch by stretch: by root_kl where hardly anything is selected, then by pressure."""
        method, base, log = self.end.selection, self.base, self.end.selection.knob().scale == "log"

        def at_root_kl(root_kl: float) -> Outcome:
            return method.at_root_kl(base, root_kl).apply(base)

        def at(place: float) -> Outcome:
            return method.at(np.exp(place) if log else place).apply(base)

        def placed(stop: Outcome) -> float:
            return float(np.log(stop.selection.pressure) if log else stop.selection.pressure)

        def gap(place: float, make: Callable[[float], Outcome], known: Mapping[float, float]) -> float:
            return known[place] if place in known else float(make(place).mean_truth) - truth

        start, faint = at_root_kl(0.0), at_root_kl(FAINT_ROOT_KL)
        by_pressure = [(at, (placed(a), placed(b)), (a, b)) for a, b in pairwise([faint, *self.turns, self.end])]
        for make, places, stops in [(at_root_kl, (0.0, FAINT_ROOT_KL), (start, faint)), *by_pressure]:
            gaps = [float(stop.mean_truth) - truth for stop in stops]
            if ends := [stop for stop in stops if _near(stop.mean_truth, truth, NO_STEP)]:
                yield ends[0]
            elif gaps[0] * gaps[1] < 0:
                known = dict(zip(places, gaps, strict=True))
                yield make(brentq(gap, *places, args=(make, known), xtol=1e-15, rtol=1e-15, maxiter=400))

    @property
    def limit(self) -> float:
        """What mean truth tends to beyond the range, as pressure grows without bound; ±∞ if it passes every bound."""
        return self.end.selection.truth_limit(self.base)

    @property
    def reaches_limit(self) -> bool:
        """Whether mean truth at the end is within 1e-4 of the limit."""
        return bool(abs(self.end.mean_truth - self.limit) < LEAST_TRUTH_STEP)


def _near(one: Floats, other: float, share: float) -> bool:
    """Whether two scores differ by no more than a share of their size, beside 1."""
    return bool(abs(one - other) <= share * (1 + abs(other)))


def course(method: Selection | type[Selection], base: BaseLaw | BaseModel) -> Course:
    """How mean truth goes under `method` on `base` as pressure rises.

    Mean truth is sampled over the range, more finely where it may turn; every turn is then polished.

    >>> from models import BestOfN, GoodhartMixture
    >>> found = course(BestOfN, GoodhartMixture().mixture())
    >>> [round(turn.selection.n, 2) for turn in found.turns], found.directions, found.limit
    ([25.7], (1, -1), -inf)

    Raises:
        NoOptimumError: where the method has no optimum on `base`.
    """
    method, base = as_template(method), as_law(base)
    at, fixed = _range(method, base)
    end = method.at(at[-1]).apply(base)
    if base.slope is not None:
        return Course(base, (), end, ())

    def truth(pressure: Floats) -> Floats:
        return np.asarray(method.at(pressure).apply(base).mean_truth) + np.zeros_like(pressure)

    height = truth(at)
    while at.size < MOST_POINTS:
        middle = 0.5 * (at[:-1] + at[1:])
        split = _doubtful(at, height, fixed) & (middle != at[:-1]) & (middle != at[1:])
        if not np.any(split):
            break
        place = np.flatnonzero(split) + 1
        at, height = np.insert(at, place, middle[split]), np.insert(height, place, truth(middle[split]))
    found = []
    for k in _reversals(height):
        turn = at[k] if at[k] in fixed else _polished(truth, at[k - 1 : k + 2], height[k - 1 : k + 2])
        found.append(method.at(float(turn)).apply(base))
    kept = _steady(base.mean_truth, [outcome for outcome in found if outcome.kl >= LEAST_TURN_KL], end.mean_truth)
    return Course(base, tuple(kept), end, tuple(outcome for outcome in found if outcome not in kept))


def peak(method: Selection | type[Selection], base: BaseLaw | BaseModel) -> Outcome | None:
    """`method` at the pressure where mean truth is highest, or None if that is at an end of the range of `course`.

    Raises:
        NoOptimumError: where the method has no optimum on `base`.
    """
    return course(method, base).peak


def _range(method: Selection, base: BaseLaw) -> tuple[np.ndarray, np.ndarray]:
    """Pressures from none to the end of the range, and those among them where the course has a kink or a jump."""
    last = max(root_kl_reaching(method, base, 1.03 * LEAST_KL), 0.1)
    root_kl = np.concatenate([[0.0], np.geomspace(1e-5, 0.02, 24), np.linspace(0.02, last, SWEPT_POINTS)[1:]])
    kinks, slider = method.kinks(base), method.knob().spread
    there = method.exists(base, slider)
    if not np.all(there):  # results end within the slider: on to where they do
        root_kl = np.append(root_kl, np.geomspace(last, max(last, method.max_root_kl_on(base)), ONWARD_POINTS)[1:])
    swept = method.at_root_kl(base, root_kl).pressure
    every = np.unique(np.concatenate([swept, kinks, slider[there]]))
    place = np.searchsorted(every, kinks) + np.array([[-1], [1]])
    beside = every[np.clip(place, 0, every.size - 1)] - kinks  # where a turn may hide
    every = np.union1d(every, kinks + beside * np.geomspace(1e-3, 0.3, 8)[:, None, None])
    if swept[-1] >= swept[0]:
        return every[every >= swept[0]], kinks
    return every[every <= swept[0]][::-1], kinks


def _doubtful(at: Floats, height: Floats, kinks: Floats) -> Floats:
    """The intervals in which the curve may turn unseen: its bend there is not small beside its rise, or unknown, between
    two kinks."""
    width, step = np.abs(np.diff(at)), np.diff(height)
    with np.errstate(over="ignore", invalid="ignore"):  # a jump is as narrow as a float allows
        curvature = 2 * np.abs(np.diff(step / width)) / (width[1:] + width[:-1])
        curvature[np.isin(at[1:-1], kinks)] = np.nan
        bend = np.square(width) * np.fmax(np.append(np.nan, curvature), np.append(curvature, np.nan))
    return ~((np.abs(step) >= 2 * bend) | (bend <= 0.1 * LEAST_TRUTH_STEP))


def _reversals(height: Floats) -> list[int]:
    """Where a sequence turns, but for what rounding does."""
    found, top, direction = [], 0, 0
    for k, value in enumerate(height):
        if abs(value - height[top]) <= 1e-11 * (1 + abs(value)):
            continue  # a plateau turns where it begins
        if direction * (value - height[top]) < 0:
            found.append(top)
        top, direction = k, 1 if value > height[top] else -1
    return found


def _polished(truth: Callable[[np.ndarray], np.ndarray], at: Floats, height: Floats) -> float:
    """The place of the turn that three samples enclose."""
    low, high, sign = at[0], at[2], np.sign(height[1] - height[0])
    best, top = at[1], height[1]
    for _ in range(3):
        if not abs(high - low) > 1e-9 * abs(best) + 1e-100:
            break
        fit = Chebyshev.interpolate(truth, 12, domain=[low, high])
        flat = fit.deriv().roots()
        inside = np.real(
            flat[(np.abs(np.imag(flat)) < 1e-9) & (np.real(flat) > min(low, high)) & (np.real(flat) < max(low, high))]
        )
        if not inside.size:
            break
        place = inside[np.argmax(sign * fit(inside))]
        if np.max(np.abs(fit.coef[-3:])) < 1e-14 * np.max(np.abs(fit.coef)):
            return float(place)  # all that is left is rounding
        value = float(truth(np.array([place]))[0])
        if sign * value < sign * top:
            break
        best, top = place, value
        reach = 0.1 * (high - low)
        low, high = best - reach, best + reach
    return float(best)


def _steady(start: float, turns: list[Outcome], end: float) -> list[Outcome]:
    """`turns` without ripples: smallest step first, two neighbours go together, or one beside an end."""
    kept = list(turns)
    while kept:
        step = np.abs(np.diff([start, *(outcome.mean_truth for outcome in kept), end]))
        k = int(np.argmin(step))
        if step[k] >= LEAST_TRUTH_STEP:
            break
        del kept[max(k - 1, 0) : k + 1]
    return kept
