"""Truth plus error of any two laws by a route of its own, for `words_checker`: nothing of `models` is used.

One sum over the whole line of P, from the top down; at every P the line of truth is cut where either law bends.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.polynomial.legendre import legvander
from scipy import stats
from scipy.interpolate import CubicHermiteSpline
from scipy.special import gammaln
from words_laws import NODES, WEIGHTS, Got, Law, Normals, Sum, blend_mode, listening, panels, routed, sweep_of

NEAR = np.array([0, 0.04, 0.1, 0.2, 0.35, 0.6, 1, 1.5, 2.1, 2.8, 3.6, 4.6, 6, 8, 11, 15, 20, 27, 38])
AROUND = np.concatenate([-NEAR[:0:-1], NEAR])
FAR = np.geomspace(60, 1e11, 34)
FARTHEST = 1e145
SMOOTH = 1e-9  # of the log density and of E[T | P], on a panel
DEEPEST = 690.0  # nats; beyond it no float holds a tail
RAREST = 60.0  # nats; no rank weighs anything rarer by more than the rarest
STEP = 0.7  # of the log of either tail, on a panel for ranks
COEFFICIENTS = np.linalg.inv(legvander(NODES, 7))
CHUNK = 24


@dataclass(frozen=True)
class One:
    """One law: its kind, where it is centred or begins, how wide it is, and its further number."""

    kind: str
    at: float
    scale: float
    shape: float = 0.0

    @cached_property
    def frozen(self) -> Any:
        match self.kind:
            case "Normal":
                return stats.norm(self.at, self.scale)
            case "Laplace":
                return stats.laplace(self.at, self.scale)
            case "Student-t":
                return stats.t(self.shape, self.at, self.scale)
            case "Uniform":
                return stats.uniform(self.at - self.scale, 2 * self.scale)
            case "Lognormal":
                return stats.lognorm(self.shape, self.at, self.scale)
        return stats.levy(self.at, self.scale)

    def log_pdf(self, x: np.ndarray) -> np.ndarray:
        z = (x - self.at) / self.scale
        with np.errstate(all="ignore"):
            match self.kind:
                case "Normal":
                    log = -0.5 * z**2 - 0.5 * math.log(2 * math.pi)
                case "Laplace":
                    log = -np.abs(z) - math.log(2)
                case "Student-t":
                    nu = self.shape
                    log = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * math.log(nu * math.pi)
                    log = log - 0.5 * (nu + 1) * np.log1p(z**2 / nu)
                case "Uniform":
                    log = np.where(np.abs(z) <= 1, -math.log(2), -np.inf)
                case "Lognormal":
                    y = np.log(np.where(z > 0, z, 1.0))
                    log = -0.5 * (y / self.shape) ** 2 - y - math.log(self.shape * math.sqrt(2 * math.pi))
                    log = np.where(z > 0, log, -np.inf)
                case _:
                    y = np.where(z > 0, z, 1.0)
                    log = np.where(z > 0, -0.5 / y - 1.5 * np.log(y) - 0.5 * math.log(2 * math.pi), -np.inf)
        return log - math.log(self.scale)

    @cached_property
    def variance(self) -> float:
        return float(self.frozen.var())

    @property
    def index(self) -> float:
        return {"Student-t": self.shape, "Lévy": 0.5}.get(self.kind, math.inf)

    @property
    def most(self) -> float:
        """E[e^{λX}] is finite below it."""
        return {"Laplace": 1 / self.scale, "Normal": math.inf, "Uniform": math.inf}.get(self.kind, 0.0)

    @property
    def ends(self) -> tuple[float, float]:
        match self.kind:
            case "Uniform":
                return self.at - self.scale, self.at + self.scale
            case "Lognormal" | "Lévy":
                return self.at, math.inf
        return -math.inf, math.inf

    @property
    def spread(self) -> float:
        return self.scale * (min(self.shape, 1.0) if self.kind == "Lognormal" else 1.0)

    @cached_property
    def breaks(self) -> np.ndarray:
        """Where to cut the line to integrate the law beside a smooth function."""
        match self.kind:
            case "Uniform":
                half = np.concatenate([1 - 0.5 ** np.arange(24), [1.0]])
                return self.at + self.scale * np.concatenate([-half[::-1], half[1:]])
            case "Lognormal":
                near = np.exp(self.shape * np.linspace(-12, 12, 60))
                return self.at + self.scale * np.concatenate([near, near[-1] * np.geomspace(1.9, 1e11, 40)])
            case "Lévy":
                return self.at + self.scale * np.concatenate([np.geomspace(1e-3, 2, 40), np.geomspace(2.6, 1e11, 60)])
            case "Student-t":
                far = self.scale * FAR
                return self.at + np.concatenate([-far[::-1], self.scale * AROUND, far])
            case "Laplace":
                far = self.scale * np.array([*range(42, 200, 4), 250.0, 400, 700])
                return self.at + np.concatenate([-far[::-1], self.scale * AROUND, far])
        return self.at + self.scale * np.linspace(-45, 45, 91)

    def tilted(self, lam: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Mean, variance and KL under the tilt e^{λx}."""
        lam, b = np.asarray(lam, dtype=float), self.scale
        with np.errstate(all="ignore"):
            match self.kind:
                case "Normal":
                    mean, variance, kl = lam * b**2, b**2 + 0 * lam, 0.5 * (lam * b) ** 2
                case "Laplace":
                    rest = 1 - (b * lam) ** 2
                    mean, variance = 2 * b**2 * lam / rest, 2 * b**2 * (1 + (b * lam) ** 2) / rest**2
                    kl = lam * mean + np.log1p(-((b * lam) ** 2))
                case "Uniform":
                    x, small = lam * b, lam * b < 1e-3
                    mean = np.where(small, x * b / 3, b / np.tanh(x) - 1 / lam)
                    variance = np.where(
                        small, b**2 / 3 * (1 - x**2 / 5), 1 / lam**2 - (b / np.sinh(np.minimum(x, 300))) ** 2
                    )
                    log_mgf = x + np.log(-np.expm1(-2 * x)) - np.log(2 * x)
                    kl = np.where(small, x**2 / 6, lam * mean - log_mgf)
                case _:
                    mean, variance, kl = 0 * lam, np.nan + 0 * lam, 0 * lam
        return self.at + mean, variance, kl


@dataclass(frozen=True, eq=False)
class Side:
    """One side of P, seen from its middle: what lies beyond any place.

    On panels between `edges`, in the arsinh of the distance from the middle in units, the log density and E[T | P] are
    polynomials. `rest`: what lies beyond the last edge, as `beyond` has it.
    """

    unit: float
    edges: np.ndarray
    log_f: np.ndarray
    r: np.ndarray
    rest: tuple[float, ...] = ()

    @property
    def flipped(self) -> "Side":
        """The other side: P and T are −P and −T."""
        signs = (-1.0) ** np.arange(8)
        return Side(self.unit, -self.edges[::-1], signs * self.log_f[::-1], -signs * self.r[::-1])

    def panel(self, u: np.ndarray) -> np.ndarray:
        return np.clip(np.searchsorted(self.edges, u, side="right") - 1, 0, self.edges.size - 2)

    def density(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The log density of P, and E[T | P]."""
        return self.on_panel(self.panel(u), u[..., None])[:, ..., 0]

    def on_panel(self, k: np.ndarray, u: np.ndarray) -> np.ndarray:
        start, end = self.edges[k][..., None], self.edges[k + 1][..., None]
        basis = legvander(np.clip(2 * (u - start) / (end - start) - 1, -1, 1), 7)
        return np.stack([np.einsum("...ij,...j->...i", basis, of[k]) for of in (self.log_f, self.r)])

    def further(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """How much further `v` is than `u`."""
        return 2 * self.unit * np.cosh(0.5 * (u + v)) * np.sinh(0.5 * (v - u))

    def part(self, k: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The log mass from `u` to the end of its panel, and of that E[T], E[d], E[T d] and E[d²]; d: how far beyond."""
        half = 0.5 * (self.edges[k + 1] - u)[..., None]
        v = u[..., None] + half * (1 + NODES)
        log_f, r = self.on_panel(k, v)
        d = self.further(u[..., None], v)
        with np.errstate(divide="ignore"):
            log = log_f + np.log(half * WEIGHTS * self.unit * np.cosh(v))
        top = np.max(log, axis=-1)
        chance = np.exp(log - np.where(np.isfinite(top), top, 0.0)[..., None])
        total = np.sum(chance, axis=-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            means = np.stack([np.sum(chance * x, axis=-1) for x in (r, d, r * d, d * d)]) / total
            return top + np.log(total), np.where(total > 0, means, 0.0)

    @staticmethod
    def joined(log_mass: Any, means: np.ndarray, after: np.ndarray, gap: Any) -> np.ndarray:
        """A part and all that is `after` it, `gap` further on."""
        log_after, truth, far, product, square = after
        log_all = np.logaddexp(log_mass, log_after)
        with np.errstate(invalid="ignore"):
            own, others = (np.where(np.isfinite(log_all), np.exp(x - log_all), 0.0) for x in (log_mass, log_after))
            moved = np.stack([truth, far + gap, product + gap * truth, square + 2 * gap * far + gap**2])
            rest = np.where(others > 0, others * moved, 0.0)
        return np.concatenate([log_all[None], own * means + rest])

    @cached_property
    def at_edges(self) -> np.ndarray:
        k = np.arange(self.edges.size - 1)
        log_mass, means = self.part(k, self.edges[:-1])
        gap = self.further(self.edges[:-1], self.edges[1:])
        found = np.empty((5, self.edges.size))
        found[:, -1] = self.rest
        for j in k[::-1]:
            found[:, j] = self.joined(log_mass[j], means[:, j], found[:, j + 1], gap[j])
        return found

    def beyond(self, x: np.ndarray) -> np.ndarray:
        """log P(D ≥ x), and given that E[T], E[D − x], E[T (D − x)] and E[(D − x)²]; D: how far from the middle."""
        u = np.clip(np.arcsinh(x / self.unit), self.edges[0], self.edges[-1])
        k = self.panel(u)
        return self.joined(*self.part(k, u), self.at_edges[:, k + 1], self.further(u, self.edges[k + 1]))


class AnySum(Sum):
    """Truth about 0 with any symmetric law, plus an independent error of any law."""

    def __init__(self, truth: One, error: One) -> None:
        self.of_truth, self.of_error = truth, error
        self.error, self.scale, self.sd = error.kind, error.spread, truth.spread
        self.index = min(truth.index, error.index)
        self.kinks = np.empty(0)
        self.s = np.array([math.hypot(truth.spread, error.spread)])
        self.highest = truth.ends[1] + error.ends[1]
        self.most_strength = min(truth.most, error.most)
        self.mean = self._mean_of_error

    @property
    def _mean_of_error(self) -> float | None:
        error = self.of_error
        if error.kind == "Lévy":
            return math.inf
        if error.kind == "Lognormal":
            return error.at + error.scale * math.exp(error.shape**2 / 2)
        return 0.0 if error.index > 1 else None

    @property
    def limit(self) -> float:
        truth, error = self.of_truth, self.of_error
        if truth.most == error.most == math.inf:
            return truth.ends[1]
        if truth.most == error.most == 0:
            gap = truth.index - error.index - 1 if error.index < math.inf else -math.inf
            if gap == 0:
                fronts = [law.log_pdf(np.array(1e14)) + (law.index + 1) * math.log(1e14) for law in (truth, error)]
                return math.exp(fronts[0] - fronts[1])
            return 0.0 if gap > 0 else math.inf
        if error.most >= truth.most:
            return math.inf
        return 0.0 if error.most == 0 else float(truth.tilted(error.most)[0])

    # ── given P ──

    def given(self, p: np.ndarray, level: float | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """T and its probabilities given P = p, and the log density of P: each panel from the law that it is nearer to."""
        p = p[:, None]
        truth, error = self.of_truth, self.of_error
        of_t = truth.breaks if level is None else np.append(truth.breaks, level)
        t = np.concatenate([of_t + 0 * p, p - error.breaks], axis=1)
        v = np.concatenate([p - of_t, error.breaks + 0 * p], axis=1)
        order = np.argsort(t, axis=1)
        (t_low, t_high), (v_low, v_high) = truth.ends, error.ends
        t = np.clip(np.take_along_axis(t, order, axis=1), np.maximum(t_low, p - v_high), np.minimum(t_high, p - v_low))
        v = np.clip(np.take_along_axis(v, order, axis=1), np.maximum(v_low, p - t_high), np.minimum(v_high, p - t_low))
        of_truth = (np.abs(t[:, 1:] + t[:, :-1]) <= np.abs(v[:, 1:] + v[:, :-1]))[..., None]
        t_half, v_half = 0.5 * np.diff(t)[..., None], 0.5 * np.diff(v)[..., None]
        from_t, from_v = (x[:, :-1, None] + half * (1 + NODES) for x, half in ((t, t_half), (v, v_half)))
        p = p[..., None]
        t, v = np.where(of_truth, from_t, p - from_v), np.where(of_truth, p - from_t, from_v)
        width = np.maximum(np.where(of_truth, t_half, -v_half), 0.0) * WEIGHTS
        with np.errstate(divide="ignore", invalid="ignore"):
            log = truth.log_pdf(t) + error.log_pdf(v) + np.log(width)
            log, t = log.reshape(log.shape[0], -1), t.reshape(log.shape[0], -1)
            top = np.max(log, axis=1, keepdims=True)
            chance = np.exp(log - np.where(np.isfinite(top), top, 0.0))
            total = np.sum(chance, axis=1, keepdims=True)
            return t, np.where(total > 0, chance / total, 0.0), (top + np.log(total))[:, 0]

    def far_out(self, p: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The log density, E[T | P = p] and how likely it is the error that is large: one of the two is all of P."""
        truth, error = self.of_truth, self.of_error
        step = 1e-4 * np.abs(p)
        moved = p - (self.mean if self.mean is not None and math.isfinite(self.mean) else 0.0)
        each = np.stack([truth.log_pdf(moved), error.log_pdf(p)])
        with np.errstate(invalid="ignore"):
            log_f = np.logaddexp(*each)
            of_truth, of_error = np.where(np.isfinite(log_f), np.exp(each - log_f), 0.0)
            fall = (error.log_pdf(p - step) - error.log_pdf(p + step)) / (2 * step)
            little = np.where(of_error > 0, truth.variance * np.nan_to_num(fall), 0.0)
        return log_f, of_truth * moved + of_error * little, of_error

    @property
    def far(self) -> float:
        return 1e7 * (self.of_truth.spread + self.of_error.spread + abs(self.of_error.at))

    def convolved(self, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        log_f, r = np.empty(p.size), np.empty(p.size)
        far = np.abs(p) > self.far
        log_f[far], r[far], _ = self.far_out(p[far])
        near = np.flatnonzero(~far)
        for first in range(0, near.size, CHUNK):
            some = near[first : first + CHUNK]
            t, chance, log_f[some] = self.given(p[some])
            r[some] = np.einsum("ij,ij->i", chance, t)
        return log_f, r

    def cost_given(self, level: float, p: np.ndarray) -> np.ndarray:
        """E[max(0, level − T) | P = p]."""
        found = np.empty(p.size)
        far = np.abs(p) > self.far
        found[far] = self.far_out(p[far])[2] * self.shortfall(level)
        found[far] += (1 - self.far_out(p[far])[2]) * np.maximum(level - p[far], 0.0)
        near = np.flatnonzero(~far)
        for first in range(0, near.size, CHUNK):
            some = near[first : first + CHUNK]
            t, chance, _ = self.given(p[some], level)
            found[some] = np.einsum("ij,ij->i", chance, np.maximum(level - t, 0.0))
        return found

    # ── the line of P ──

    @property
    def origin(self) -> float:
        """The middle of P, to measure from."""
        return self.of_error.at

    @cached_property
    def sides(self) -> tuple[Side, Side]:
        """What is above, and what is below."""
        truth, error, origin = self.of_truth, self.of_error, self.origin
        unit = 0.5 * min(truth.spread, error.spread)

        def match_target(sign: int) -> float:
            """How far to go, in the arsinh of the distance in units."""
            end = sign * ((self.highest if sign > 0 else truth.ends[0] + error.ends[0]) - origin)
            most = math.asinh(min(end, FARTHEST) / unit)
            u = np.arange(0.5, most, 0.5)
            x = unit * np.sinh(u)
            log_f, _ = self.convolved(origin + sign * x)
            least = 120.0 if sign < 0 else 950.0 if math.isinf(self.index) else 1500.0
            enough = ~(log_f + np.log(x) > -least) & ((x + origin > 10) | (sign < 0))
            return float(u[np.argmax(enough)]) if np.any(enough) else most

        ends = -match_target(-1), match_target(1)
        knots = [
            a + b
            for a in ([*truth.ends, truth.at] if truth.kind == "Uniform" else [truth.at])
            for b in ([*error.ends, error.at] if error.kind == "Uniform" else [error.at])
        ]
        steps = np.linspace(*ends, math.ceil(2 * (ends[1] - ends[0])))
        edges = np.unique(np.clip(np.append(steps, np.arcsinh((np.array(knots) - origin) / unit)), *ends))
        edges = edges[np.diff(edges, prepend=-np.inf) > 1e-12 * (1 + np.abs(edges))]
        todo, done = np.stack([edges[:-1], edges[1:]]), []
        while todo.size:
            u, _ = panels(todo.T)
            log_f, r = self.convolved(origin + unit * np.sinh(u.ravel()))
            log_f, r = np.maximum(log_f, -1e5).reshape(u.shape), r.reshape(u.shape)
            found = np.concatenate([log_f @ COEFFICIENTS.T, r @ COEFFICIENTS.T], axis=1)
            rough = np.max(np.abs(found[:, 6:8]), axis=1) > SMOOTH
            rough |= np.max(np.abs(found[:, 14:]), axis=1) > SMOOTH * (truth.spread + np.max(np.abs(r), axis=1))
            rough |= np.ptp(log_f, axis=1) > 5
            rough &= (np.max(log_f, axis=1) > -50) | (todo[0] > 0)
            rough &= np.diff(todo, axis=0)[0] > 1e-9
            done.append(np.concatenate([todo[0][~rough, None], found[~rough]], axis=1))
            (low, high), middle = todo[:, rough], np.mean(todo[:, rough], axis=0)
            todo = np.stack([np.concatenate([low, middle]), np.concatenate([middle, high])])
        found = np.concatenate(done)
        found = found[np.argsort(found[:, 0])]
        edges = np.append(found[:, 0], edges[-1])
        side = Side(unit, edges, found[:, 1:9], found[:, 9:])
        return replace(side, rest=self.rest(side, 1)), replace(side.flipped, rest=self.rest(side.flipped, -1))

    def rest(self, side: Side, sign: int) -> tuple[float, ...]:
        """What lies beyond the last edge: powers, or else an exponential."""
        truth, error = self.of_truth, self.of_error
        u, x = side.edges[-1], side.unit * math.sinh(side.edges[-1])
        heavy = [law for law in (truth, error) if law.index < math.inf and sign * law.ends[sign > 0] == math.inf]
        if heavy:
            index = np.array([law.index for law in heavy])
            with np.errstate(divide="ignore"):
                log = np.array([float(law.log_pdf(np.array(sign * x))) for law in heavy]) - np.log(index / x)
                share = np.exp(log - np.max(log)) / np.sum(np.exp(log - np.max(log)))
                far = np.where(index > 1, x / (index - 1), np.inf)
                square = np.where(index > 2, 2 * far * x / (index - 2), np.inf)
            of_truth = share[0] * index[0] * far[0] if heavy[0] is truth else 0.0
            product = of_truth * x / (index[0] - 2) if heavy[0] is truth else 0.0
            of_error = share[-1] * truth.variance if heavy[-1] is error else 0.0
            return float(np.logaddexp.reduce(log)), of_truth, share @ far, product + of_error, share @ square
        degree = np.arange(8)
        rate = -float(side.log_f[-1] @ (degree * (degree + 1))) / ((u - side.edges[-2]) * side.unit * math.cosh(u))
        truth_there = float(np.sum(side.r[-1]))
        if rate <= 0 or sign * (self.highest if sign > 0 else truth.ends[0] + error.ends[0]) < math.inf:
            return -math.inf, truth_there, 0.0, 0.0, 0.0
        log_mass = float(np.sum(side.log_f[-1])) - math.log(rate)
        return log_mass, truth_there, 1 / rate, truth_there / rate, 2 / rate**2

    @cached_property
    def half_line(self) -> dict[str, Any]:
        """All of the line, in spite of its name: see `Sum`."""
        return self.points() | {"end": self._end()}

    def points(self, *kinks: float, rarest: float = RAREST) -> dict[str, Any]:
        """Where the outputs are that are no rarer than that, in nats, cut at `kinks`; beyond them one for each side."""
        (upper, lower), unit, origin = self.sides, self.sides[0].unit, self.origin
        log_s, log_below = upper.at_edges[0], lower.at_edges[0][::-1]
        first, last = int(np.argmax(log_below > -rarest)), int(np.flatnonzero(log_s > -rarest)[-1])
        moved = np.maximum(-np.diff(log_s), np.minimum(np.diff(log_below), rarest))[first:last]
        pieces = np.maximum(np.ceil(moved / STEP), 1)  # for the power of a rank is steep
        whole = np.cumsum(np.append(0, pieces))
        edges = np.interp(np.arange(whole[-1] + 1), whole, upper.edges[first : last + 1])
        kinks = np.arcsinh((np.array(kinks) - origin) / unit)
        u, width = panels(np.union1d(edges, kinks[(kinks > edges[0]) & (kinks < edges[-1])]))
        log_f, r = upper.density(u)
        p, mass = origin + unit * np.sinh(u), np.exp(log_f) * width * unit * np.cosh(u)
        log_s, log_below = self.log_sides(p)
        log_rest, truth, far, *_ = lower.at_edges[:, ::-1][:, first]
        p = np.append(p, origin + unit * math.sinh(edges[0]) - (far if math.isfinite(far) else 0.0))
        log_below = np.append(log_below, log_rest - 1)
        log_rest_above, truth_above, far_above, *_ = upper.at_edges[:, last]
        rest = np.array([truth_above, origin + unit * math.sinh(edges[-1]) + far_above])
        return {
            "p": p,
            "both": np.append(mass, math.exp(log_rest)),
            "r both": np.append(r, -truth),
            "p both": p,
            "log F": log_below,
            "F": np.exp(log_below),
            "S": np.exp(np.append(log_s, 0.0)),
            "beyond": math.exp(log_rest_above) * rest
            if math.isfinite(far_above) and log_rest_above > -np.inf
            else np.zeros(2),
        }

    def _end(self) -> float:
        """How far `Sweep` may go: it stops at nine tenths of it."""
        if self.highest < math.inf:
            return self.highest * (1 - 1e-9) / 0.9
        upper = self.sides[0]
        last = upper.edges[:-5][upper.at_edges[0, :-5] > -DEEPEST][-1]
        return float(self.origin + upper.unit * math.sinh(last)) / 0.9

    def best_of(self, n: Any) -> Got:
        n = np.asarray(n, dtype=float)
        mean = np.inf if self.index <= 1 and np.all(n > 1) else None
        return self.ranked(self.log_ratio("Best-of-n", n), n, mean, np.log(n))

    def best_of_poisson(self, mu: Any) -> Got:
        mu = np.asarray(mu, dtype=float)
        mean = np.inf if self.mean == math.inf else None
        return self.ranked(self.log_ratio("Best-of-Poisson", mu), mu + 1, mean, np.log1p(mu))

    def both_sides(self, c: Any) -> tuple[np.ndarray, np.ndarray]:
        """What `Side` knows beyond `c`, upwards and downwards."""
        x = np.asarray(c, dtype=float) - self.origin
        up, down = (side.beyond(way) for side, way in zip(self.sides, (x, -x), strict=True))
        up[0] = np.where(np.asarray(c) >= self.highest, -np.inf, up[0])
        down[0] = np.where(-x > self.sides[1].unit * np.sinh(self.sides[1].edges[-1]), -np.inf, down[0])
        return up, down

    @staticmethod
    def told(up: np.ndarray, down: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Both logs, each from the side that has more digits."""
        with np.errstate(divide="ignore"):
            return tuple(
                np.where(other < -0.7, np.log1p(-np.exp(np.minimum(other, -0.6))), np.minimum(own, 0.0))
                for own, other in ((up[0], down[0]), (down[0], up[0]))
            )

    def log_sides(self, c: Any) -> tuple[np.ndarray, np.ndarray]:
        return self.told(*self.both_sides(c))

    def filtered(self, c: Any) -> Got:
        c = np.asarray(c, dtype=float)
        up, down = self.both_sides(c)
        log_s, _ = self.told(up, down)
        low, below = down[0] < -0.7, np.exp(down[0])
        with np.errstate(invalid="ignore"):
            truth = np.where(
                low, below * down[1] / np.exp(log_s), np.where(np.isneginf(log_s), self.of_truth.ends[1], up[1])
            )
            if self.mean is None or self.mean == math.inf:
                mean = np.inf + 0 * c
            else:
                rest = np.where(below > 0, below * (c - down[2]), 0.0)
                mean = np.where(low, (self.mean - rest) / np.exp(log_s), c + up[2])
        return Got(truth, mean, -log_s, -log_s)

    def hazard(self, c: float) -> float:
        log_f, _ = self.convolved(np.array([float(c)]))
        return math.exp(float(log_f[0]) + float(self.filtered(c).kl))

    @property
    def max_root_kl(self) -> float:
        """Where P has an end, all that is deeper is there."""
        return DEEPEST if self.highest < math.inf else -float(self.log_sf(0.9 * self.half_line["end"]))

    def bar(self, u: np.ndarray) -> np.ndarray:
        upper = self.sides[0]
        low, high = (np.full(np.shape(u), upper.edges[end]) for end in (0, -1))
        for _ in range(80):
            middle = 0.5 * (low + high)
            over = -self.log_sf(self.origin + upper.unit * np.sinh(middle)) > u
            low, high = np.where(over, low, middle), np.where(over, middle, high)
        return self.origin + upper.unit * np.sinh(0.5 * (low + high))

    # ── weights that grow with P ──

    def sloped(self, x: Any) -> tuple[np.ndarray, Got]:
        x = np.asarray(x, dtype=float)
        up, down = self.both_sides(x)
        low, above, below = down[0] < -0.7, np.exp(up[0]), np.exp(down[0])

        def whole(of_all: Any, of_up: np.ndarray, of_down: np.ndarray) -> np.ndarray:
            """By what lies above `x`, or as the rest of what lies below it."""
            with np.errstate(invalid="ignore", over="ignore"):
                return np.where(low, of_all + np.where(below > 0, below * of_down, 0.0), above * of_up)

        excess = whole(self.mean - x, up[2], down[2])
        truth = whole(self.of_truth.variance, up[3], -down[3])
        with np.errstate(all="ignore"):
            if self.index <= 2:
                return 1 / excess, Got(truth / excess, np.full_like(excess, np.inf), math.nan)
            variance = self.of_truth.variance + self.of_error.variance
            square = np.where(
                low, variance + (self.mean - x) ** 2 - np.where(below > 0, below * down[4], 0.0), above * up[4]
            )
            return 1 / excess, Got(truth / excess, x + square / excess, math.nan)

    def chi_kl(self, x: float) -> float:
        """E[w log w − w + 1]: never negative, and far from rounding where all weights are near 1."""
        upper = self.sides[0]
        s, below = float(self.sloped(x)[0]), float(np.exp(self.log_sides(x)[1]))
        places = self.origin + upper.unit * np.sinh(upper.edges) - x
        graded = (float(self.filtered(x).mean) - x) * np.geomspace(1e-6, 1e6, 60)
        start, end = max(places[0], 0.0), places[-1]
        y = np.unique(np.concatenate([[start, end], places, graded]))
        y, width = panels(y[(y >= start) & (y <= end)])
        log_f, _ = upper.density(np.arcsinh((x - self.origin + y) / upper.unit))
        w, step = s * y, s * y - 1
        with np.errstate(all="ignore"):
            each = np.where(np.abs(step) < 1e-3, step**2 / 2 - step**3 / 6 + step**4 / 12, w * np.log(w) - step)
            found = float(np.sum(np.exp(log_f + np.log(width) + np.log1p(w)) * (each / (1 + w)))) + below
        if self.index < math.inf:
            most, share = s * end, self.index / (self.index - 1)
            rest = share * (math.log(most) + 1 / (self.index - 1)) - share + 1 / most
            found += math.exp(upper.rest[0] + math.log(most)) * rest
        return found

    # ── tilts and costs ──

    def tilted(self, strength: Any) -> Got:
        (truth, _, kl), (error, _, kl_error) = self.of_truth.tilted(strength), self.of_error.tilted(strength)
        return Got(truth, truth + error, kl + kl_error)

    def covariance(self, strength: float) -> float | None:
        if strength:
            return float(self.of_truth.tilted(strength)[1])
        variance = float(self.of_truth.frozen.var())
        return variance if self.index > 1 and math.isfinite(variance) else None

    def _truths(self, level: float, further: Any = ()) -> tuple[np.ndarray, np.ndarray]:
        """T below a level, and f_T (level − T)."""
        graded = level - self.of_truth.scale * np.geomspace(1e-3, 1e4, 60)
        breaks = np.unique([*self.of_truth.breaks, level, *further, *graded[graded > self.of_truth.ends[0]]])
        t, width = panels(breaks[breaks <= level] if np.any(breaks < level) else np.array([level, level]))
        return t, np.exp(self.of_truth.log_pdf(t)) * width * (level - t)

    def shortfall(self, level: float) -> float:
        if level <= self.of_truth.ends[0]:
            return 0.0
        return float(np.sum(self._truths(level)[1]))

    def shortfall_of(self, level: float, method: str, x: float) -> float:
        if level <= self.of_truth.ends[0]:
            return 0.0
        if method == "Boltzmann":
            mean, _, kl = self.of_truth.tilted(x)
            t, each = self._truths(level)
            return float(np.sum(each * np.exp(x * (t - mean) + kl)))
        if method in ("Best-of-n", "Best-of-Poisson"):
            kinks = level + np.array([self.of_error.at, *filter(math.isfinite, self.of_error.ends)])
            line = self.points(*kinks, rarest=2 * RAREST)  # of truth far below, a cost is all there is
            with np.errstate(all="ignore"):
                ratio = np.exp(self.log_ratio(method, x, line))
            each = line["both"] * ratio
            counted = each > 1e-40
            return float(each[counted] @ self.cost_given(level, line["p"][counted]))
        place = x if method == "Filter" else sweep_of(method, self).place(x)
        near = place - self.of_error.breaks
        t, each = self._truths(level, near[(near > -1e6) & (near < 1e6)])
        if method == "Chi-squared":
            return float(np.sum(each * self.excess_of_error(place - t))) * x
        with np.errstate(divide="ignore"):
            return float(np.sum(each * np.exp(self.of_error.frozen.logsf(place - t) + float(self.filtered(place).kl))))

    def excess_of_error(self, y: np.ndarray) -> np.ndarray:
        """E(V − y)⁺ = ∫ of the tail from y up."""
        fine = self.of_error.at + self.of_error.scale * np.append(
            np.linspace(-40, 40, 2001), np.geomspace(40, 1e8, 4000)
        )
        grid = np.unique([*self.of_error.breaks, *fine, np.min(y) - 1, np.max(y) + 1])
        v, width = panels(grid)
        each = np.sum((self.of_error.frozen.sf(v) * width).reshape(grid.size - 1, 8), axis=1)
        whole = np.append(np.cumsum(each[::-1])[::-1], 0.0)
        if np.isfinite(self.of_error.index) and self.of_error.index > 1:
            whole += grid[-1] * self.of_error.frozen.sf(grid[-1]) / (self.of_error.index - 1)
        return CubicHermiteSpline(grid, whole, -self.of_error.frozen.sf(grid))(y)


def law_of(s: dict) -> Law:
    """The law that a page's settings stand for."""
    world = s["world"]
    if world.endswith(" error"):
        return sum_of(s, world.removesuffix(" error"))
    if world == "Routing":
        return routed(listening(s), s)
    if world == "Blend":
        return Normals(blend_mode(listening(s), s))
    w, h, m = s["liars"], s["honest_correlation"], s["liar_correlation"]
    liar = (w, s["liar_truth"], s["liar_persuasiveness"], s["liar_spread"], m / s["liar_spread"], math.sqrt(1 - m * m))
    return Normals((1 - w, 0, 0, 1, h, math.sqrt(1 - h * h)), liar)


def sum_of(s: dict, error: str) -> Sum:
    """The law of a world of truth plus error, from a page's settings."""
    scale = s.get(
        "scale" if error == "Normal" else f"{error.lower().replace('-', '_').replace('é', 'e')}_error_scale", 1.0
    )
    df = 1.0 if s["df"] < 1.02 else s["df"]
    truth = s.get("truth", "Normal truth").removesuffix(" truth")
    if truth == "Normal" and error in ("Normal", "Laplace", "Student-t", "Uniform"):
        return Sum(error, s["sd_truth"], scale, df, s["half_width"])
    of_truth = {
        "Normal": lambda: One("Normal", 0.0, s["sd_truth"]),
        "Student-t": lambda: One("Student-t", 0.0, s["truth_scale"], s["truth_df"]),
        "Laplace": lambda: One("Laplace", 0.0, s["laplace_truth_truth_scale"]),
        "Uniform": lambda: One("Uniform", 0.0, s["truth_half_width"]),
    }[truth]()
    match error:
        case "Student-t":
            of_error = One(error, 0.0, scale, df)
        case "Uniform":
            of_error = One(error, 0.0, s["half_width"])
        case "Lognormal":
            mean = scale * math.exp(s["sigma"] ** 2 / 2)
            of_error = One(error, -mean if s["placing"] == "Mean error 0" else s["lower_end"], scale, s["sigma"])
        case "Lévy":
            of_error = One(error, s["lower_end"], scale)
        case _:
            of_error = One(error, 0.0, scale)
    return AnySum(of_truth, of_error)
