"""The law of a sum of two independent numbers, and of the first given the sum, by quadrature (docs/theory.md §3.3, §10.3).

Of P = T + V with T symmetric about 0, at any p: the density ∫ f_T(t) f_V(p − t) dt, E[T | P = p] and Var[T | P = p],
each by its own integral. The half in which T is the nearer to 0 is integrated over t, the other over v, so that neither
is ever a difference of large numbers; t and −t are taken together, so that E[T | P] keeps its digits where it is small.
`ConvolutionTable` keeps them on panels of Chebyshev polynomials, halved until the last coefficients are rounding.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.distributions import Distribution
from models.laws.convolution import Convolution
from models.numerics.axes import Floats
from models.numerics.panels import panels

__all__ = ["LOG_NEGLIGIBLE", "ConvolutionTable"]

BOTH_SIDES, FAR_BELOW = 0, 1  # parts of the line: |t| < p/2, and t < −p/2; the third is v < p/2
LOG_NEGLIGIBLE = 44.0  # log of how much less than the greatest a panel may hold to be left out: 1e-19
ORDER = 20
ANGLES = np.pi * (np.arange(ORDER) + 0.5) / ORDER
PLACES = -np.cos(ANGLES)  # Chebyshev nodes, rising
TO_COEFFICIENTS = 2 / ORDER * np.cos(np.outer(np.arange(ORDER), np.pi - ANGLES))
TO_COEFFICIENTS[0] /= 2
VALUES = np.polynomial.chebyshev.chebvander(PLACES, ORDER - 1).T  # coefficients → values at the nodes
PARTS, PART_ORDER = 8, 12  # of a panel that is evaluated often: a panel's 20 coefficients are 12 on an eighth of it
CHUNK = 8192  # points that are evaluated together, so that they stay in the processor's cache
LOG_LOWEST_PDF = -5000.0  # log density from which on nothing is refined
LOG_FAINTEST_PDF = -100.0  # log density below which an output is never drawn
SETTLED_COEFFICIENT = 2e-14  # relative size of the last coefficients that counts as rounding
LOG_PDF_CELL = 3.0  # how far the log density may go in one cell of the sums
LOG_PDF_STEP = 2.0  # the same in one panel of a quadrature
LOG_TAIL_STEP = 1.7  # and the log of what is above: a selection by rank weights by e^(−n times that)
LOG_END_TAILS = (100.0, 60.0)  # log of the share of the outputs beyond those: of a light tail, and of one like a power
WIDE_QUOTIENT = 4.0  # the quotient of a panel's ends from which on it is smooth in log p
LADDER_QUOTIENT = 64.0  # of one panel's end and the next, from so many widths out
HIDDEN_QUOTIENT = 1.02  # times the power of a tail: what falls faster has not settled
LOG_MOST_TAIL = np.log1p(-1e-9)  # log of what either tail may be on its own side of the split
FARTHEST_SCALES = 1e18  # scales out, where the edges of a law with a tail like a power end


@dataclass(frozen=True)
class _Region:
    """A part of the line over which one of t and v is the variable: panels end where either law's do."""

    log_each: Callable[[np.ndarray, np.ndarray], np.ndarray]
    own: np.ndarray
    other: np.ndarray
    to_other: tuple[tuple[float, float], ...]  # the variable is a·p + b·edge of the other law
    low: Callable[[np.ndarray], np.ndarray]
    high: Callable[[np.ndarray], np.ndarray]

    def edges(self, p: np.ndarray, low: np.ndarray, high: np.ndarray, span: np.ndarray) -> np.ndarray:
        """Panels' edges between `low` and `high`, one row for each p; `span` are the least and greatest p of a row's
        group, for which as many edges are taken."""
        parts = [low[:, None], high[:, None], _between(self.own, low, high)]
        for a, b in self.to_other:
            ends = np.stack([(x - a * s) / b for x in (low, high) for s in span])
            parts.append(a * p[:, None] + b * _between(self.other, np.min(ends, axis=0), np.max(ends, axis=0)))
        low, high = np.maximum(low, self.low(p)), np.minimum(high, self.high(p))
        return np.sort(np.clip(np.concatenate(parts, axis=1), low[:, None], np.maximum(low, high)[:, None]), axis=1)


def _between(edges: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """`edges` from `low` to `high`, row by row; as many to a row as the longest has."""
    first, last = np.searchsorted(edges, low), np.searchsorted(edges, high)
    longest = int(np.max(last - first, initial=0))
    return edges[np.clip(first[:, None] + np.arange(longest), 0, edges.size - 1)]


def _significant_panels(
    regions: tuple[_Region, ...], p: np.ndarray, faint: Floats
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Where the integrand of each region is not negligible: for each panel its row, its nodes and their widths. Looked
    for at a few p of each group, for all of it; `faint` may have a row for each group."""
    groups, size = p.shape
    few = p[:, np.unique([0, size // 2, size - 1])]
    rows, group = few.reshape(-1), np.repeat(np.arange(groups), few.shape[1])
    everywhere = np.full(rows.size, np.inf)
    coarse, top = [], np.full(rows.size, -np.inf)
    for region in regions:
        edges = region.edges(rows, -everywhere, everywhere, np.stack([rows, rows]))
        width = np.diff(edges)
        at_ends = region.log_each(edges, rows[:, None])
        inside = region.log_each(0.5 * (edges[:, 1:] + edges[:, :-1]), rows[:, None])
        with np.errstate(divide="ignore"):
            log_width = np.log(width)
        # By their middles: a panel from a law's end to a far edge is empty, however much its end may promise.
        top = np.maximum(top, np.max(inside + log_width, axis=1, initial=-np.inf))
        coarse.append((edges, np.maximum(inside, np.maximum(at_ends[:, 1:], at_ends[:, :-1])) + log_width))
    fine, whose = p.reshape(-1), np.repeat(np.arange(groups), size)
    span = np.stack([np.min(p, axis=1), np.max(p, axis=1)])[:, whose]
    placed = []
    for region, (edges, log_most) in zip(regions, coarse, strict=True):
        needed = log_most > (top - np.broadcast_to(faint, few.shape).reshape(-1))[:, None]
        low, high = np.full(groups, np.inf), np.full(groups, -np.inf)
        np.minimum.at(low, group, np.min(np.where(needed, edges[:, :-1], np.inf), axis=1, initial=np.inf))
        np.maximum.at(high, group, np.max(np.where(needed, edges[:, 1:], -np.inf), axis=1, initial=-np.inf))
        low, high = np.where(low < high, low, 0.0), np.where(low < high, high, 0.0)
        edges = region.edges(fine, low[whose], high[whose], span)
        row, place = np.nonzero(np.diff(edges) > 0)
        if row.size:
            placed.append((row, *panels(np.stack([edges[row, place], edges[row, place + 1]], axis=-1))))
        else:
            placed.append((row, np.empty((0, 16)), np.empty((0, 16))))
    return placed


def _along(low: np.ndarray, high: np.ndarray, share: np.ndarray) -> np.ndarray:
    """The point of a panel at a share of its way: of log p where it is wide, of p elsewhere."""
    wide = _wide(low, high)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(wide, low * np.where(wide, high / low, 1.0) ** share, low + share * (high - low))


def _wide(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    ends = np.abs(low), np.abs(high)
    return (np.sign(low) * np.sign(high) > 0) & (np.maximum(*ends) > WIDE_QUOTIENT * np.minimum(*ends))


def _part_coefficients() -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of a panel → those of each of its parts, (ORDER, PARTS, PART_ORDER), and these → those of powers."""
    chebyshev = np.polynomial.chebyshev
    angles = np.pi * (np.arange(PART_ORDER) + 0.5) / PART_ORDER
    to_own = 2 / PART_ORDER * np.cos(np.outer(angles, np.arange(PART_ORDER)))
    to_own[:, 0] /= 2
    to_powers = np.zeros((PART_ORDER, PART_ORDER))
    for k in range(PART_ORDER):
        to_powers[k, : k + 1] = chebyshev.cheb2poly(np.eye(PART_ORDER)[k])[: k + 1]
    x = (2 * np.arange(PARTS)[:, None] + 1 + np.cos(angles)) / PARTS - 1
    values = chebyshev.chebvander(x, ORDER - 1)
    return np.einsum("pjo,jk->opk", values, to_own), to_powers


TO_PARTS, TO_POWERS = _part_coefficients()


@dataclass(frozen=True, eq=False)
class _Column:
    """A function on panels, by Chebyshev coefficients (panel, order); clamped to the ends."""

    edges: np.ndarray
    coefficients: np.ndarray

    @cached_property
    def _powers(self) -> np.ndarray:
        """(power, panel and part)"""
        own = np.tensordot(self.coefficients, TO_PARTS, 1)
        return np.ascontiguousarray((own @ TO_POWERS).reshape(-1, PART_ORDER).T)

    @cached_property
    def _ways(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each panel where its way begins, how long it is, and whether it is one of log p."""
        low, high = self.edges[:-1], self.edges[1:]
        wide = _wide(low, high)
        length = np.where(wide, np.log(np.where(wide, high, 1.0) / np.where(wide, low, 1.0)), high - low)
        return low, length, wide

    def at(self, p: np.ndarray) -> np.ndarray:
        flat = np.clip(p, self.edges[0], self.edges[-1]).reshape(-1)
        found = np.empty(flat.size)
        for start in range(0, flat.size, CHUNK):
            found[start : start + CHUNK] = self._few(flat[start : start + CHUNK])
        return found.reshape(np.shape(p))

    def _few(self, p: np.ndarray) -> np.ndarray:
        lows, lengths, is_wide = self._ways
        panel = np.searchsorted(self.edges[1:-1], p, side="right")
        low, length = lows.take(panel), lengths.take(panel)
        way = p - low
        if np.any(wide := is_wide.take(panel)):
            way[wide] = np.log(p[wide] / low[wide])
        way *= PARTS / length
        part = np.minimum(way.astype(int), PARTS - 1)
        way -= part
        way *= 2
        way -= 1
        place = panel * PARTS + part
        powers = self._powers
        value = powers[-1].take(place)
        for row in powers[-2::-1]:
            value *= way
            value += row.take(place)
        return value


@dataclass(frozen=True, eq=False)
class _Tails:
    """Panels of log(tail/density), of the tail that is the smaller: the lower one below `split`, about the median."""

    over_density: _Column
    split: float
    lost: float
    sums: "_Sums"


@dataclass(frozen=True, eq=False)
class _Sums:
    """What is below each end of a cell, and what is above: the log of the mass, and of the positive and of the negative
    part of E[T; there]."""

    cells: np.ndarray
    log_mass: np.ndarray
    log_truth: np.ndarray


@dataclass(frozen=True, eq=False)
class ConvolutionTable(Convolution):
    """P = T + V, `truth` and `error` with their origins at 0, `truth` symmetric; in score units.

    The table reaches to a log density of −2000, or where a tail falls like a power to 3e17 scales. Beyond it the
    density goes on as that power, or exponentially.

    Attributes:
        unsettled: the largest last coefficient, relative, of the log density and of E[T | P], where that is above e^−100.
        lost: how far the mass found is from 1.
    """

    truth: Distribution
    error: Distribution

    computed = "quadrature"

    # ── what is asked ──

    def logpdf(self, p: Floats) -> np.ndarray:
        return self._at(p, self._columns[0], -1 - self._indices, self._slopes)

    def logsf(self, p: Floats) -> np.ndarray:
        return self._log_tail(p, upper=True)

    def logcdf(self, p: Floats) -> np.ndarray:
        return self._log_tail(p, upper=False)

    def truth_given(self, p: Floats) -> tuple[np.ndarray, np.ndarray]:
        """E[T | P = p] and Var[T | P = p]."""
        p, ends = np.asarray(p, dtype=float), self.edges[[0, -1]]
        near = np.clip(p, *ends)
        found = []
        for column, powers in zip(self._columns[1:], self._powers, strict=True):
            value = column.at(near)
            beyond = np.where(p > ends[1], p / ends[1], np.where(p < ends[0], p / ends[0], 1.0))
            found.append(value * np.maximum(beyond, 1.0) ** np.where(p > ends[1], powers[1], powers[0]))
        return found[0], found[1]

    @cached_property
    def quadrature_edges(self) -> np.ndarray:
        """Edges for panels of 16 points for expectations over P, also of what any selection by rank weights."""
        low, high = self.edges[:-1, None], self.edges[1:, None]
        fine = np.append(_along(low, high, np.arange(32) / 32).reshape(-1), self.edges[-1])
        quotient = np.where(wide := _wide(low, high), high, 1.0) / np.where(wide, low, 1.0)
        at_least = np.repeat(LOG_PDF_STEP / 32 * np.abs(np.log(quotient)) / np.log(WIDE_QUOTIENT), 32)
        of_tail = LOG_PDF_STEP / LOG_TAIL_STEP * np.minimum(np.abs(np.diff(self.logsf(fine))), LOG_TAIL_STEP)
        steps = np.abs(np.diff(self.logpdf(fine))), of_tail, at_least
        moved = np.append(0.0, np.cumsum(np.max(steps, axis=0)))
        edges = np.union1d(self.edges, np.interp(np.arange(LOG_PDF_STEP, moved[-1], LOG_PDF_STEP), moved, fine))
        log_pdf, both = self.logpdf(edges), (self.logcdf(edges), self.logsf(edges))
        needed = []
        for tail, index, onward in zip(both, self._indices, (slice(None, None, -1), slice(None)), strict=True):
            each = tail > -LOG_END_TAILS[int(index < np.inf)]
            if index < np.inf:  # a light law may hide the power so far
                falls = np.abs(edges) * np.exp(log_pdf - tail)
                each |= np.logical_or.accumulate((falls > HIDDEN_QUOTIENT * index)[onward][::-1])[::-1][onward]
            needed.append(each)
        edges = edges[np.all(needed, axis=0)]
        for k, log_tail in enumerate((self.logcdf, self.logsf)):
            end, index = edges[-k], self._indices[k]
            if index < np.inf and (rest := LOG_END_TAILS[1] + float(log_tail(end))) > 0:
                folds = np.arange(1, 2 + int(rest / min(index, 2.0))) * min(1 / index, 1.0) * 1.0
                edges = np.union1d(edges, end * np.exp(folds))
        return edges

    # ── the integrals at given points ──

    def integrals(self, p: np.ndarray) -> np.ndarray:
        """log density, E[T | P = p] and Var[T | P = p], in the first axis, for groups of nearby p ≠ 0, row by row, of one
        sign each."""
        found = np.empty((3, *p.shape))
        for sign in (1.0, -1.0):
            some = sign * p[:, 0] > 0
            if np.any(some):
                log_pdf, mean, variance = self._on_one_side(sign * p[some], sign)
                found[:, some] = log_pdf, sign * mean, variance
        return found

    def _regions(self, sign: float) -> tuple[_Region, _Region, _Region]:
        """For p > 0, both laws reflected where `sign` is −1: |t| < p/2, t < −p/2, and v < p/2."""
        truth = self.truth.logpdf
        t, v = self.truth.edges, np.sort(sign * self.error.edges)

        def error(x: np.ndarray) -> np.ndarray:
            return self.error.logpdf(sign * x)

        half, zero = (lambda p: 0.5 * p), (lambda p: 0.0 * p)
        positive = t[t >= 0]
        last, first = (lambda p: positive[-1] + 0.0 * p), (lambda p: v[0] + 0.0 * p)
        return (
            _Region(
                lambda s, p: truth(s) + np.logaddexp(error(p - s), error(p + s)),
                positive, v, ((1, -1), (-1, 1)), zero, half,
            ),
            _Region(lambda s, p: truth(s) + error(p + s), positive, v, ((-1, 1),), half, last),
            _Region(lambda x, p: error(x) + truth(p - x), v, t, ((1, -1),), first, half),
        )  # fmt: skip

    def _on_one_side(self, p: np.ndarray, sign: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        fine, faint = p.reshape(-1), self._faint(p)
        terms, top = [], np.full(fine.size, -np.inf)
        for part, (row, x, width) in enumerate(_significant_panels(self._regions(sign), p, faint)):
            at = fine[row][:, None]
            log_width = np.log(width)
            if part == BOTH_SIDES:
                log_truth = self.truth.logpdf(x) + log_width
                each = [log_truth + self.error.logpdf(sign * (at - side * x)) for side in (1, -1)]
            elif part == FAR_BELOW:
                each = [self.truth.logpdf(x) + self.error.logpdf(sign * (at + x)) + log_width]
            else:
                each = [self.error.logpdf(sign * x) + self.truth.logpdf(at - x) + log_width]
            for log_each in each:
                np.maximum.at(top, row, np.max(log_each, axis=1, initial=-np.inf))
            terms.append((row, x, each))
        mass, first, of_error, kept = np.zeros(fine.size), np.zeros(fine.size), np.zeros(fine.size), []
        some = np.isfinite(top)
        for part, (row, x, each) in enumerate(terms):
            at = fine[row][:, None]
            weights = [np.exp(log_each - np.where(some, top, 0.0)[row][:, None]) for log_each in each]
            total = np.sum(sum(weights), axis=1)
            if part == BOTH_SIDES:
                above, below = weights
                lean = self.error.log_pdf_ratio(sign * at, sign * x)
                with np.errstate(invalid="ignore", over="ignore"):
                    gap = np.where(lean > 0, -above * np.expm1(-lean), below * np.expm1(lean))
                moment = np.sum(x * np.where((above > 0) & (below > 0), gap, above - below), axis=1)
                kept += [(row, x, above, False), (row, -x, below, False)]
            else:
                moment = np.sum(weights[0] * (-x if part == FAR_BELOW else at - x), axis=1)
                kept.append((row, -x if part == FAR_BELOW else x, weights[0], part > FAR_BELOW))
            mass += np.bincount(row, total, fine.size)
            first += np.bincount(row, moment, fine.size)
            errors = np.sum(weights[0] * x, axis=1) if part > FAR_BELOW else fine[row] * total - moment
            of_error += np.bincount(row, errors, fine.size)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean, rest = first / mass, of_error / mass
            near = mean < 0.5 * fine
            mean, rest = np.where(near, mean, fine - rest), np.where(near, fine - mean, rest)
            square = np.zeros(fine.size)
            for row, x, weight, of_v in kept:
                away = rest[row][:, None] - x if of_v else x - mean[row][:, None]
                square += np.bincount(row, np.sum(weight * np.square(away), axis=1), fine.size)
            log_pdf, variance = np.log(mass) + top, square / mass
        return log_pdf.reshape(p.shape), mean.reshape(p.shape), variance.reshape(p.shape)

    def _faint(self, p: np.ndarray) -> Floats:
        """Where truth has a tail like a power, what is far out counts t² times in its variance, and t may be p or more."""
        if self.truth.tail_index == np.inf:
            return LOG_NEGLIGIBLE
        falls = (
            self.truth.tail_index + min(self.error.tail_index, 0.5) + 1
        )  # a lognormal error may fall as slowly, near by
        far = np.maximum(np.max(p, axis=1, keepdims=True) / min(self.truth.width, self.error.width), 1.0)
        return np.minimum(
            0.9 * LOG_NEGLIGIBLE / (1 - 2 / falls) + 2 * np.log(far), LOG_NEGLIGIBLE + np.log(FARTHEST_SCALES)
        )

    # ── the table ──

    @cached_property
    def _ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Both ends of the table, and the powers with which the tails fall."""
        pair = self.truth, self.error
        indices = np.array([min(x.lower_tail_index for x in pair), min(x.tail_index for x in pair)])
        ends = []
        for k, index in enumerate(indices):
            sign = 2 * k - 1
            reach = [np.max(sign * x.edges) for x in pair]
            if index < np.inf:
                own = [(x.lower_tail_index, x.tail_index)[k] for x in pair]
                ends.append(0.3 * sign * min(r for r, i in zip(reach, own, strict=True) if i == index))
            else:
                bound = self._support[k]
                ends.append(bound if np.isfinite(bound) else sign * sum(reach))
        return np.array(ends), indices

    @property
    def _indices(self) -> np.ndarray:
        return self._ends[1]

    @property
    def _support(self) -> tuple[float, float]:
        (truth_low, truth_high), (error_low, error_high) = self.truth.support, self.error.support
        return truth_low + error_low, truth_high + error_high

    def _first_edges(self) -> np.ndarray:
        (low, high), _ = self._ends
        widths = self.truth.width, self.error.width
        near = 1 + int(np.log2(2 * LADDER_QUOTIENT * max(widths) / min(widths)))
        ladder = 0.5 * min(widths) * 2.0 ** np.arange(near)
        ladder = np.append(ladder, ladder[-1] * LADDER_QUOTIENT ** np.arange(1, 40))
        steps = np.concatenate([-ladder, ladder, [0.0, low, high]])
        knots = [t + v for t in self.truth.kinks or (0.0,) for v in self.error.kinks or (0.0,)]
        knots += [
            *self.truth.kinks,
            *(2 * x for law in (self.truth, self.error) for x in law.kinks),
        ]  # the halves change
        fading = max(widths) * 0.5 ** np.arange(1, 41)
        for end, sign in ((low, 1), (high, -1)):
            if end in knots:
                steps = np.append(steps, end + sign * fading)
        edges = np.unique(np.concatenate([steps, knots]))
        return edges[(edges >= low) & (edges <= high)]

    @cached_property
    def _panels(self) -> tuple[np.ndarray, np.ndarray, float]:
        """Edges, Chebyshev coefficients (column, panel, order), and how far they are from settled."""
        edges, least = self._first_edges(), min(self.truth.width, self.error.width)
        low, high = edges[:-1], edges[1:]
        before = np.full(low.size, np.inf)
        lowest, highest = self._support
        done, unsettled = [], 0.0
        while low.size:
            value = self.integrals(_along(low[:, None], high[:, None], 0.5 + 0.5 * PLACES))
            none = ~np.isfinite(value[0])
            value[0] = np.maximum(value[0], 4 * LOG_LOWEST_PDF)
            outside, partly = np.all(none, axis=1), np.any(none, axis=1)
            value = np.where(none, np.array([4 * LOG_LOWEST_PDF, 0.0, 0.0])[:, None, None], value)
            coefficients = value @ TO_COEFFICIENTS.T
            deep = self._rounding(low, high, value[0])
            size = np.stack(
                [1 + 0 * deep, np.max(np.abs(value[1]), axis=1) + 0.01 * least, 50 * np.max(value[2], axis=1)]
            )
            off = np.max(np.max(np.abs(coefficients[:, :, -3:]), axis=2) / (deep * size + 1e-300), axis=0)
            drawn = np.max(value[0], axis=1) > LOG_FAINTEST_PDF
            narrow = high - low < np.where(drawn, 1e-12, 1e-8) * np.maximum(np.abs(low), least)
            given_up = outside | narrow | (np.max(value[0], axis=1) < LOG_LOWEST_PDF)
            least_off = np.where(drawn, 1e-12, 1e-9)
            stalled = (off < least_off) & (off > 0.1 * before)  # all that is left is rounding
            beside = (low - lowest <= high - low) | (highest - high <= high - low)
            stalled |= ~drawn & beside & (off > 0.5 * before)  # the rounding of how far P is from its end
            settled = (off <= SETTLED_COEFFICIENT) | stalled
            good = given_up | (settled & ~partly)
            unsettled = max(unsettled, float(np.max(off[good & ~given_up & drawn], initial=0.0)))
            done.append((low[good], high[good], coefficients[:, good]))
            middle = _along(low, high, np.array(0.5))[~good]
            before = np.tile(off[~good], 2)
            low, high = np.concatenate([low[~good], middle]), np.concatenate([middle, high[~good]])
        starts = np.concatenate([low for low, _, _ in done])
        order = np.argsort(starts)
        return (
            np.append(starts[order], edges[-1]),
            np.concatenate([c for _, _, c in done], axis=1)[:, order],
            unsettled,
        )

    @cached_property
    def _columns(self) -> tuple[_Column, ...]:
        """log density, E[T | P = p] and Var[T | P = p]."""
        edges, coefficients, _ = self._panels
        return tuple(_Column(edges, each) for each in coefficients)

    @property
    def edges(self) -> np.ndarray:
        return self._panels[0]

    @property
    def unsettled(self) -> float:
        return self._panels[2]

    @property
    def lost(self) -> float:
        return self._tails.lost

    @property
    def split(self) -> float:
        """About the median, at an edge."""
        return self._tails.split

    @cached_property
    def _slopes(self) -> np.ndarray:
        """d log density at both ends."""
        ends = self._panels[1][0, [0, -1]]
        rise = np.arange(ORDER) ** 2.0
        slope = [np.sum(ends[0] * rise * (-1.0) ** (np.arange(ORDER) + 1)), np.sum(ends[1] * rise)]
        low, high = self.edges[[0, -2]], self.edges[[1, -1]]
        wide = _wide(low, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            length = np.where(wide, self.edges[[0, -1]] * np.log(np.where(wide, high / low, 2.0)), high - low)
        return 2 * np.array(slope) / length

    @cached_property
    def _powers(self) -> np.ndarray:
        """With which powers of p the mean and the variance go on beyond both ends; the nearest tenth."""
        powers = np.zeros((2, 2))
        for k in range(2):
            for side, (one, two) in enumerate(((self.edges[1], self.edges[0]), (self.edges[-2], self.edges[-1]))):
                if self._indices[side] < np.inf:
                    ends = self._columns[1 + k].at(np.array([one, two]))
                    with np.errstate(divide="ignore", invalid="ignore"):
                        power = np.log(np.abs(ends[1] / ends[0])) / np.log(two / one)
                    powers[k, side] = np.round(power, 1) if np.isfinite(power) else 0.0
        return powers

    @cached_property
    def _tails(self) -> "_Tails":
        """By sums of the mass in cells, from either end."""
        edges, coefficients, _ = self._panels
        log_pdf = coefficients[0] @ VALUES
        counts = 1 + (np.minimum(np.ptp(log_pdf, axis=1), 4000.0) / LOG_PDF_CELL).astype(int)
        whose = np.repeat(np.arange(counts.size), counts)
        step = np.arange(whose.size) - np.repeat(np.cumsum(counts) - counts, counts)
        lefts = _along(edges[:-1][whose], edges[1:][whose], step / counts[whose])
        cells = np.append(lefts, edges[-1])

        log_cell, truth_cell = self._between(cells[:-1], cells[1:])
        log_ends, truth_ends = self._beyond
        log_mass = np.stack([np.append(log_ends[0], log_cell), np.append(log_ends[1], log_cell[::-1])])
        log_mass = np.logaddexp.accumulate(log_mass, axis=1)
        truth = np.stack([np.append(truth_ends[0], truth_cell), np.append(truth_ends[1], truth_cell[::-1])])
        with np.errstate(divide="ignore"):
            log_each = np.log(np.maximum([truth, -truth], 0.0))
        log_each += np.stack([np.append(log_ends[0], log_cell), np.append(log_ends[1], log_cell[::-1])])
        log_truth = np.logaddexp.accumulate(log_each, axis=-1)
        log_mass[1], log_truth[:, 1] = log_mass[1, ::-1], log_truth[:, 1, ::-1]
        below, above = log_mass
        total = np.logaddexp(below, above)[0]
        first_cells = np.append(np.cumsum(counts) - counts, cells.size - 1)
        split = edges[int(np.argmin(np.abs(below - above)[first_cells]))]

        def log_tail_over_density(at: np.ndarray) -> np.ndarray:
            cell = np.clip(np.searchsorted(cells, at, side="right") - 1, 0, cells.size - 2)
            upper = at >= split
            log_rest, _ = self._between(np.where(upper, at, cells[cell]), np.where(upper, cells[cell + 1], at))
            tail = np.logaddexp(np.where(upper, above[cell + 1], below[cell]), log_rest)
            return tail - self._inside(at, 0)

        low, high = edges[:-1], edges[1:]
        off, done = np.full(low.size, np.inf), []
        while low.size:
            at = _along(low[:, None], high[:, None], 0.5 + 0.5 * PLACES)
            of_tail = log_tail_over_density(at) @ TO_COEFFICIENTS.T
            before, off = off, np.max(np.abs(of_tail[:, -3:]), axis=1)
            log_pdf = self._inside(at, 0)
            faint, deep = np.max(log_pdf, axis=1) < LOG_LOWEST_PDF, self._rounding(low, high, log_pdf)
            narrow = high - low < 1e-12 * np.maximum(np.abs(low), min(self.truth.width, self.error.width))
            off = off / deep
            good = (off <= 10 * SETTLED_COEFFICIENT) | faint | narrow | ((off < 1e-9) & (off > 0.1 * before))
            done.append((low[good], high[good], of_tail[good]))
            middle = _along(low, high, np.array(0.5))[~good]
            off = np.tile(off[~good], 2)
            low, high = np.concatenate([low[~good], middle]), np.concatenate([middle, high[~good]])
        starts, of_tails = (np.concatenate([x[k] for x in done]) for k in (0, 2))
        order = np.argsort(starts)
        tail_edges = np.append(starts[order], edges[-1])
        sums = _Sums(cells, log_mass, log_truth)
        return _Tails(_Column(tail_edges, of_tails[order]), split, float(abs(np.expm1(total))), sums)

    def _between(self, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """log P(low < P < high), and the mean of truth there, by one panel each; −∞ and 0 where there is no room."""
        x, width = panels(np.stack([low, high], axis=-1))
        room = high > low
        with np.errstate(divide="ignore"):
            each = self._inside(x, 0) + np.log(width)
        top = np.where(room, np.max(each, axis=-1), 0.0)
        weight = np.exp(each - top[..., None])
        total = np.where(room, np.sum(weight, axis=-1), 1.0)
        return np.where(room, top + np.log(total), -np.inf), np.sum(weight * self._inside(x, 1), axis=-1) / total

    @cached_property
    def _beyond(self) -> tuple[np.ndarray, np.ndarray]:
        """The log of the mass below the table and above it, and the mean of truth there."""
        edges, indices = self.edges, self._indices
        log_pdf, truth = (self._inside(edges[[0, -1]], column) for column in (0, 1))
        log_mass = np.array([-np.inf, -np.inf])
        for k in range(2):
            if indices[k] < np.inf:
                log_mass[k] = log_pdf[k] + np.log(np.abs(edges[-k]) / indices[k])
                truth[k] *= indices[k] / (indices[k] - self._powers[0, k])
            elif log_pdf[k] < 0.5 * LOG_LOWEST_PDF:
                log_mass[k] = log_pdf[k] + np.log(max(1 / abs(self._slopes[k]), 1e-300))
        return log_mass, truth

    def truth_above(self, p: Floats) -> np.ndarray:
        """E[T | P ≥ p]: from the sums over what is above or, below the split, from those over what is below."""
        p, tails = np.asarray(p, dtype=float), self._tails
        sums, upper = tails.sums, p >= tails.split
        near = np.clip(p, *sums.cells[[0, -1]])
        cell = np.clip(np.searchsorted(sums.cells, near, side="right") - 1, 0, sums.cells.size - 2)
        log_rest, rest = self._between(
            np.where(upper, near, sums.cells[cell]), np.where(upper, sums.cells[cell + 1], near)
        )
        side, whole = upper.astype(int), np.where(upper, cell + 1, cell)
        log_mass = np.logaddexp(sums.log_mass[side, whole], log_rest)
        with np.errstate(invalid="ignore"):
            share = np.where(np.isneginf(log_mass), 0.0, np.exp(log_rest - log_mass))
            plus, minus = (
                np.where(np.isneginf(log_mass), 0.0, np.exp(x[side, whole] - log_mass)) for x in sums.log_truth
            )
        mean = plus - minus + share * rest
        below = np.exp(np.minimum(log_mass, LOG_MOST_TAIL))
        found = np.where(upper, mean, -mean * below / (1 - below))
        index, power = self._indices[1], self._powers[0, 1]
        beyond = self.truth_given(p)[0] * (index / (index - power) if index < np.inf else 1.0)
        return np.where(p > sums.cells[-1], beyond, found)

    def _inside(self, p: np.ndarray, column: int) -> np.ndarray:
        """A column within the table."""
        return self._columns[column].at(p)

    def _log_tail(self, p: Floats, upper: bool) -> np.ndarray:
        of_upper = p >= self.split
        small = self.logpdf(p) + self._at(
            p, self._tails.over_density, np.where(self._indices < np.inf, 1.0, 0.0), np.zeros(2)
        )
        ends = self._support
        small = np.asarray(np.where((p <= ends[0]) | (p >= ends[1]), -np.inf, small))
        other = of_upper != upper
        small[other] = np.log1p(-np.exp(np.minimum(small[other], LOG_MOST_TAIL)))
        return small

    def _at(self, p: Floats, column: _Column, powers: np.ndarray, slopes: np.ndarray) -> np.ndarray:
        """A column at `p`, beyond the ends with log p times `powers`, or with p times `slopes`."""
        p, ends = np.asarray(p, dtype=float), column.edges[[0, -1]]
        value = column.at(p)
        for end, out, power, slope in zip(ends, (p < ends[0], p > ends[1]), powers, slopes, strict=True):
            if np.any(out):
                if np.isfinite(power):
                    value = value + np.where(out, power * np.log(np.where(out, p / end, 1.0)), 0.0)
                else:
                    bound = end in self._support
                    value = np.where(out, -np.inf if bound else value + slope * (p - end), value)
        return value

    def _rounding(self, low: np.ndarray, high: np.ndarray, log_pdf: np.ndarray) -> np.ndarray:
        """How much more rounding there is in a log density on a panel than near 1: that of its own size and, where P has
        an end, of p’s."""
        ends = self._support
        bounded = np.any(np.isfinite(ends))
        slope = np.ptp(log_pdf, axis=1) / (high - low) if bounded else np.zeros(low.size)
        return 1 + 0.02 * (np.maximum(-np.min(log_pdf, axis=1), 0.0) + np.maximum(np.abs(low), np.abs(high)) * slope)
