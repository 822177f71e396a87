"""Truth plus error of any two laws by a route of its own, for `words_checker`: nothing of `models` is used.

One sum over the whole line of P, from the top down; at every P the line of truth is cut where either law bends.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import stats
from scipy.interpolate import CubicHermiteSpline
from scipy.special import gammaln
from words_laws import UPWARD, Got, Law, Normals, Sum, blend_mode, listening, panels, routed, sweep_of

NEAR = np.array([0, 0.04, 0.1, 0.2, 0.35, 0.6, 1, 1.5, 2.1, 2.8, 3.6, 4.6, 6, 8, 11, 15, 20, 27, 38])
AROUND = np.concatenate([-NEAR[:0:-1], NEAR])
FAR = np.geomspace(60, 1e19, 52)
CHUNK = 200


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
                half = np.concatenate([1 - 0.5 ** np.arange(8), [1.0]])
                return self.at + self.scale * np.concatenate([-half[::-1], half[1:]])
            case "Lognormal":
                return self.at + self.scale * np.exp(self.shape * np.linspace(-37, 37, 150))
            case "Lévy":
                return self.at + self.scale * np.concatenate([np.geomspace(1e-3, 2, 40), np.geomspace(2.6, 1e19, 140)])
            case "Student-t":
                far = self.scale * FAR
                return self.at + np.concatenate([-far[::-1], self.scale * AROUND, far])
            case "Laplace":
                far = self.scale * np.array([*range(42, 200, 4), 250.0, 400, 700])
                return self.at + np.concatenate([-far[::-1], self.scale * AROUND, far])
        return self.at + self.scale * AROUND

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
        """T and its probabilities given P = p, and the log density of P."""
        p = p[:, None]
        breaks = [self.of_truth.breaks + 0 * p, p - self.of_error.breaks]
        if level is not None:
            breaks.append(level + 0 * p)
        breaks = np.sort(np.concatenate(breaks, axis=1), axis=1)
        low = np.maximum(self.of_truth.ends[0], p - self.of_error.ends[1])
        high = np.minimum(self.of_truth.ends[1], p - self.of_error.ends[0])
        t, width = panels(np.clip(breaks, low, np.maximum(low, high)))
        with np.errstate(divide="ignore", invalid="ignore"):
            log = self.of_truth.log_pdf(t) + self.of_error.log_pdf(p - t) + np.log(width)
        top = np.max(log, axis=1, keepdims=True)
        chance = np.exp(log - np.where(np.isfinite(top), top, 0.0))
        total = np.sum(chance, axis=1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            return t, np.where(total > 0, chance / total, 0.0), (top + np.log(total))[:, 0]

    def convolved(self, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        log_f, r = np.empty(p.size), np.empty(p.size)
        for first in range(0, p.size, CHUNK):
            some = slice(first, first + CHUNK)
            t, chance, log_f[some] = self.given(p[some])
            r[some] = np.einsum("ij,ij->i", chance, t)
        return log_f, r

    # ── the line of P ──

    @cached_property
    def edges(self) -> np.ndarray:
        truth, error = self.of_truth, self.of_error
        small, unit = min(truth.spread, error.spread), truth.spread + error.spread
        knots = [
            a + b
            for a in ([*truth.ends, truth.at] if truth.kind == "Uniform" else [truth.at])
            for b in ([*error.ends, error.at] if error.kind == "Uniform" else [error.at])
        ]
        close = np.concatenate([small * np.linspace(0, 4, 17), unit * np.geomspace(1e-3, 1, 25)])
        lowest = truth.ends[0] + error.ends[0]
        edges = [*np.concatenate([[k + close, k - close] for k in knots]).ravel()]
        for sign in (1, -1):
            index = self.index if sign > 0 else truth.index if error.ends[0] > -math.inf else self.index
            start, heavy = (
                max(edges) if sign > 0 else min(edges),
                index < math.inf or (sign > 0 and error.kind == "Lognormal"),
            )
            reach = (1e16 if index > 0.6 else 1e34) * unit if heavy else 60 * unit
            step = np.geomspace(0.15 * unit, reach, 330 if heavy else 400)
            edges += [start + sign * x for x in step]
        edges = np.unique(
            [x for x in edges if lowest <= x <= self.highest] + [x for x in (lowest, self.highest) if abs(x) < 1e300]
        )
        for end, sign in ((lowest, 1), (self.highest, -1)):
            if math.isfinite(end):
                edges = np.union1d(edges, end + sign * small * np.geomspace(1e-9, 0.5, 110))
        edges = edges[np.diff(edges, prepend=-np.inf) > 1e-12 * unit]
        log_f, _ = self.convolved(0.5 * (edges[1:] + edges[:-1]))
        fine = log_f + np.log(np.diff(edges)) > -(700.0 if np.isfinite(self.index) else 400.0)
        kept = np.flatnonzero(fine)
        return edges[kept[0] : kept[-1] + 2]

    @cached_property
    def half_line(self) -> dict[str, Any]:
        """All of the line, in spite of its name: see `Sum`."""
        edges = self.edges
        p, width = panels(edges)
        log_f, r = self.convolved(p)
        shape, index, end = (edges.size - 1, 8), self.index, edges[-1]
        p, width, log_f, r = (x.reshape(shape) for x in (p, width, log_f, r))
        top = np.max(log_f, axis=1)
        top = np.where(np.isfinite(top), top, 0.0)
        f = np.exp(log_f - top[:, None])
        chance = f * width
        mass = np.sum(chance, axis=1)
        whole = np.where(mass > 0, mass, 1.0)
        means = np.stack([np.sum(chance * r, axis=1), np.sum(chance * p, axis=1)]) / whole
        with np.errstate(divide="ignore"):
            log_mass = top + np.log(mass)
        log_s, over = np.full(edges.size, -np.inf), np.zeros((2, edges.size))
        over[:, -1] = r[-1, -1], end
        if np.isfinite(index):
            log_s[-1] = log_f[-1, -1] + (index + 1) * math.log(p[-1, -1] / end) + math.log(end / index)
            over[1, -1] = end * index / (index - 1) if index > 1 else np.inf
            if abs(r[-1, -1]) > 1e-6 * self.of_truth.spread and r[-1, 0] * r[-1, -1] > 0:
                power = math.log(r[-1, -1] / r[-1, 0]) / math.log(p[-1, -1] / p[-1, 0])
                over[0, -1] *= index / (index - round(power, 1))
            else:
                over[0, -1] = 0.0
        for k in range(mass.size)[::-1]:
            log_s[k] = np.logaddexp(log_s[k + 1], log_mass[k])
            share = math.exp(log_s[k + 1] - log_s[k])
            over[:, k] = (share * over[:, k + 1] if share else 0.0) + (1 - share) * means[:, k]
        scale, right = np.exp(top - log_s[:-1])[:, None], np.exp(log_s[1:] - log_s[:-1])[:, None]
        onward = 0.5 * np.diff(edges)[:, None]
        kept = np.maximum(right + scale * onward * (f @ UPWARD.T), 1e-12 * right + 1e-300)
        truth = (right * over[0, 1:, None] + scale * onward * (f * r @ UPWARD.T)) / kept
        with np.errstate(all="ignore"):
            rise = np.where(right > 0, right * over[1, 1:, None], 0.0)
            mean = (rise + scale * onward * (f * p @ UPWARD.T)) / kept
        log_kept = np.log(kept) + log_s[:-1, None]
        unit = self.of_truth.spread + self.of_error.spread
        every = np.concatenate([edges[:-1, None], p], axis=1).ravel()
        values = [
            np.concatenate([x[:-1, None], y], axis=1).ravel()
            for x, y in ((log_s, log_kept), (over[0], truth), (over[1], mean))
        ]
        log_g, g = self.convolved(edges[:-1])
        hazard = np.exp(np.concatenate([log_g[:, None], log_f], axis=1).ravel() - values[0])
        regression = np.concatenate([g[:, None], r], axis=1).ravel()
        with np.errstate(all="ignore"):
            slopes = [-hazard, hazard * (values[1] - regression), hazard * (values[2] - every)]
        u = np.arcsinh(every / unit)
        values, slopes = np.stack(values, axis=1), np.stack(slopes, axis=1) * (unit * np.cosh(u))[:, None]
        many = 3 if np.isfinite(values[-9, 2]) else 2
        known = np.all(np.isfinite(values[:, :many]) & np.isfinite(slopes[:, :many]), axis=1)
        u, values, slopes = u[known], values[known, :many], slopes[known, :many]
        log_above = np.minimum(log_kept.ravel(), 0.0)
        with np.errstate(divide="ignore"):
            log_below = np.log(-np.expm1(log_above))
        return {
            "p": p.ravel(),
            "both": (np.exp(top)[:, None] * chance).ravel(),
            "r both": r.ravel(),
            "p both": p.ravel(),
            "log F": log_below,
            "F": np.exp(log_below),
            "S": np.exp(log_above),
            "unit": unit,
            "tail": CubicHermiteSpline(u, values[:, 0], slopes[:, 0], extrapolate=False),
            "all": CubicHermiteSpline(u, values, slopes, extrapolate=False),
            "end": self._end(unit * np.sinh(u), values[:, 0]),
            "low": unit * math.sinh(u[0]),
            "high": unit * math.sinh(u[-1]),
            "beyond": math.exp(log_s[-1]) * over[:, -1] if np.isfinite(index) and index > 1 else np.zeros(2),
        }

    def _end(self, c: np.ndarray, log_s: np.ndarray) -> float:
        """How far `Sweep` may go: it stops at nine tenths of it, or a little before."""
        if self.highest < math.inf:
            return self.highest * (1 - 1e-9) / 0.9
        return float(c[-1] if math.isfinite(self.index) else c[log_s > -200][-1])

    def best_of_poisson(self, mu: Any) -> Got:
        got = super().best_of_poisson(mu)
        return Got(got.truth, self.mean if self.mean == math.inf else got.mean, got.kl, got.log_samples)

    def log_sides(self, c: Any) -> tuple[np.ndarray, np.ndarray]:
        line = self.half_line
        c = np.asarray(c, dtype=float)
        inside = np.clip(c, line["low"], line["high"])
        log_s = np.minimum(line["tail"](np.arcsinh(inside / line["unit"])), 0.0)
        log_s = np.where(c < line["low"], 0.0, np.where(c >= self.highest, -np.inf, log_s))
        with np.errstate(divide="ignore"):
            return log_s, np.log(-np.expm1(log_s))

    def filtered(self, c: Any) -> Got:
        c, line = np.asarray(c, dtype=float), self.half_line
        inside = np.clip(c, line["low"], line["high"])
        log_s, truth, *rest = np.moveaxis(line["all"](np.arcsinh(inside / line["unit"])), -1, 0)
        below = c < line["low"]
        mean = np.where(below, self.mean, rest[0]) if rest and self.mean is not None else np.inf + 0 * c
        log_s = np.where(below, 0.0, np.minimum(log_s, 0.0))
        return Got(np.where(below, 0.0, truth), mean, -log_s, -log_s)

    @property
    def deepest(self) -> float:
        return -float(
            self.log_sf(self.half_line["high"] * 0.97 if self.highest == math.inf else self.half_line["high"])
        )

    def bar(self, u: np.ndarray) -> np.ndarray:
        line = self.half_line
        unit = line["unit"]
        low, high = (np.full(np.shape(u), math.asinh(line[end] / unit)) for end in ("low", "high"))
        for _ in range(80):
            middle = 0.5 * (low + high)
            over = -self.log_sf(unit * np.sinh(middle)) > u
            low, high = np.where(over, low, middle), np.where(over, middle, high)
        return unit * np.sinh(0.5 * (low + high))

    # ── weights that grow with P ──

    @cached_property
    def moments(self) -> dict[str, Any]:
        """The logs of ∫ E[T; P ≥ c] dc, but for what is negative of it, and of ∫ E(P − c)⁺ dc from c up."""
        line = self.half_line
        unit = line["unit"]
        u = np.linspace(math.asinh(line["low"] / unit), math.asinh(line["high"] / unit), 3000)
        nodes, width = panels(u)
        c = unit * np.sinh(nodes)
        got = self.filtered(c)
        tail, jacobian = np.exp(-got.kl), unit * np.cosh(nodes) * width
        found = {}
        at, end = self.filtered(line["high"]), line["high"]
        far = end / (self.index - 1) if np.isfinite(self.index) else 0.0
        for name, rate in (("truth", tail * got.truth), ("spread", tail * (got.mean - c))):
            each = np.sum((rate * jacobian).reshape(u.size - 1, 8), axis=1)
            if name == "spread":
                far = end / (self.index - 2) if 2 < self.index < math.inf else 0.0
            beyond = float(np.exp(-at.kl) * (at.truth if name == "truth" else at.mean - end)) * far
            whole = np.append(np.cumsum(each[::-1])[::-1], 0.0) + beyond
            here = self.filtered(unit * np.sinh(u))
            slope = here.truth if name == "truth" else here.mean - unit * np.sinh(u)
            slope = -np.exp(-here.kl) * slope * unit * np.cosh(u)
            known = whole > 1e-200
            found[name] = CubicHermiteSpline(u[known], np.log(whole[known]), slope[known] / whole[known])
        return found

    def sloped(self, x: Any) -> tuple[np.ndarray, Got]:
        x, line = np.asarray(x, dtype=float), self.half_line
        inside = np.clip(x, line["low"], line["high"] * 0.999 if line["high"] > 0 else line["high"])
        got, u = self.filtered(inside), np.arcsinh(inside / line["unit"])
        excess = np.exp(-got.kl) * (got.mean - inside)
        truth, square = np.exp(self.moments["truth"](u)), 2 * np.exp(self.moments["spread"](u))
        down = np.maximum(line["low"] - x, 0.0)
        square, excess = square + 2 * down * excess + down**2, excess + down
        mean = x + square / excess if self.index > 2 else np.full_like(excess, np.inf)
        return 1 / excess, Got(truth / excess, mean, math.nan)

    def chi_kl(self, x: float) -> float:
        line = self.half_line
        s, unit = float(self.sloped(x)[0]), line["unit"]
        if s * self.s[0] < 3e-4 and self.index > 2:  # s² Var[P] / 2
            low = line["low"]
            variance = 2 * math.exp(float(self.moments["spread"](math.asinh(low / unit)))) - (self.mean - low) ** 2
            return 0.5 * s**2 * variance
        end = line["high"]
        reach = end - x
        over = np.concatenate([np.geomspace(1e-14, 1, 40) * unit, np.geomspace(1.1, 2 * reach / unit + 2, 400) * unit])
        middle = unit * np.sinh(np.linspace(math.asinh(line["low"] / unit), math.asinh(end / unit), 500)) - x
        y_line = np.unique(np.concatenate([[0.0, reach], over, middle]))
        y, width = panels(y_line[(y_line >= 0) & (y_line <= reach)])
        log_s = -np.asarray(self.filtered(np.minimum(x + y, end)).kl)
        found = float(np.sum(s * (1 + np.log(s * y)) * np.exp(log_s) * width))
        if np.isfinite(self.index):
            rest = s * (1 + math.log(s * (end - x)) + 1 / (self.index - 1))
            found += rest * math.exp(-float(self.filtered(end).kl)) * end / (self.index - 1)
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
        breaks = np.unique([*self.of_truth.breaks, level, *further])
        t, width = panels(breaks[breaks <= level] if np.any(breaks < level) else np.array([level, level]))
        return t, np.exp(self.of_truth.log_pdf(t)) * width * (level - t)

    def shortfall(self, level: float) -> float:
        if level <= self.of_truth.ends[0]:
            return 0.0
        return float(np.sum(self._truths(level)[1]))

    def shortfall_of(self, level: float, method: str, x: float) -> float:
        if method == "Boltzmann":
            mean, _, kl = self.of_truth.tilted(x)
            t, each = self._truths(level)
            return float(np.sum(each * np.exp(x * (t - mean) + kl)))
        if method in ("Best-of-n", "Best-of-Poisson"):
            line, costs = self.half_line, []
            for first in range(0, line["p"].size, CHUNK):
                t, chance, _ = self.given(line["p"][first : first + CHUNK], level)
                costs.append(np.einsum("ij,ij->i", chance, np.maximum(level - t, 0.0)))
            with np.errstate(all="ignore"):
                ratio = np.exp(self.log_ratio(method, x))
            return float(np.sum(line["both"] * ratio * np.concatenate(costs)))
        place = x if method == "Filter" else sweep_of(method, self).place(x)
        near = place - self.of_error.breaks
        t, each = self._truths(level, near[(near > -1e6) & (near < 1e6)])
        if method == "Chi-squared":
            return float(np.sum(each * self.excess_of_error(place - t))) * x
        with np.errstate(divide="ignore"):
            return float(np.exp(self.filtered(place).kl) * np.sum(each * self.of_error.frozen.sf(place - t)))

    def excess_of_error(self, y: np.ndarray) -> np.ndarray:
        """E(V − y)⁺ = ∫ of the tail from y up."""
        fine = self.of_error.at + self.of_error.scale * np.linspace(-40, 40, 2001)
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
