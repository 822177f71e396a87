"""Laws and selections by a route of their own, for `words_checker`: nothing of `models` is used.

Laws are made from a page's settings, selections are summed over grids of P, and mean truth under many pressures is
swept for its turning points.
"""

import math
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from scipy import stats
from scipy.interpolate import CubicHermiteSpline
from scipy.optimize import brentq, minimize_scalar
from scipy.special import erfcx, gammaln, log_ndtr, logsumexp, ndtr
from words_rounds import Rounds

ROOT_2PI = math.sqrt(2 * math.pi)
NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)
PRIMITIVES = [np.polynomial.legendre.legint(row) for row in np.eye(8)]
UPWARD = np.stack(
    [np.polynomial.legendre.legval(1.0, c) - np.polynomial.legendre.legval(NODES, c) for c in PRIMITIVES], 1
)
UPWARD = UPWARD @ np.linalg.inv(
    np.polynomial.legendre.legvander(NODES, 7)
)  # integrals from each node to the panel’s end
LEAST = 1e-4  # of mean truth: less is no move
MOST = 1e12
REACH = 30.0
SYMBOL = {
    "Filter": "c",
    "Quantilizer": "q",
    "Best-of-n": "n",
    "Best-of-Poisson": "μ",
    "Boltzmann": "λ",
    "Chi-squared": "s",
    "Online modelling": "k",
}
SLIDER = {
    "Filter": 8.0,
    "Quantilizer": 1e-9,
    "Best-of-n": 1e9,
    "Best-of-Poisson": 1e9,
    "Boltzmann": 20.0,
    "Chi-squared": 30.0,
    "Online modelling": 40.0,
}
KNOB = {
    "Filter": "threshold",
    "Quantilizer": "fraction",
    "Best-of-n": "n",
    "Best-of-Poisson": "mu",
    "Boltzmann": "strength",
    "Chi-squared": "slope",
    "Online modelling": "rounds",
}
ORDER = ("Best-of-n", "Filter", "Quantilizer", "Best-of-Poisson", "Boltzmann", "Chi-squared", "Online modelling")


def resolved(mean: Any, sd: Any) -> np.ndarray:
    """The documented rule: a spread below 1e-9 of its mean, or 1e-150, is none."""
    return np.where((sd > 1e-9 * np.abs(mean)) & (sd > 1e-150), sd, 0.0)


def panels(breaks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gauss–Legendre nodes and weights between `breaks` (last axis), 8 to a panel."""
    half = 0.5 * np.diff(breaks)[..., None]
    points = breaks[..., :-1, None] + half * (1 + NODES)
    shape = (*points.shape[:-2], -1)
    return points.reshape(shape), (half * WEIGHTS).reshape(shape)


def share_of(log_weight: np.ndarray) -> np.ndarray:
    top = np.max(log_weight, axis=-1, keepdims=True)
    weight = np.exp(log_weight - np.where(np.isfinite(top), top, 0.0))
    return weight / np.sum(weight, axis=-1, keepdims=True)


def log_sum(log_terms: np.ndarray) -> np.ndarray:
    """The log of the sum of exponentials over the last axis."""
    top = np.maximum(np.max(log_terms, axis=-1), -1e300)
    with np.errstate(all="ignore"):
        return top + np.log(np.sum(np.exp(log_terms - top[..., None]), axis=-1))


@dataclass(frozen=True)
class Got:
    """A selected law’s numbers."""

    truth: float
    mean: float | None
    kl: float
    log_samples: float | None = None


# ── laws ──


class Normals:
    """Outputs that come from one of several bivariate normals; T given P and mode is N(t + slope (P − p), rest²)."""

    def __init__(self, *modes: tuple[float, float, float, float, float, float]) -> None:
        """Each mode: weight, mean T, mean P, sd P, slope of T on P, sd of T given P."""
        kept = [mode for mode in modes if mode[0] > 0]
        self.w, self.t, self.p, self.s, self.slope, self.rest = (
            np.array(x, dtype=float) for x in zip(*kept, strict=True)
        )
        spread = np.hypot(self.slope * self.s, self.rest)
        self.s, told = resolved(self.p, self.s), resolved(self.t, spread) > 0
        self.rest = np.where(told, np.where(self.s > 0, self.rest, spread), 0.0)
        self.slope = np.where(told & (self.s > 0), self.slope, 0.0)
        self.truth, self.mean = float(self.w @ self.t), float(self.w @ self.p)
        self.highest = np.inf if np.any(self.s > 0) else float(np.max(self.p))
        self.fixed = not np.any(self.s > 0) and np.ptp(self.p) == 0
        self.most_strength = np.inf
        self.kinks = np.empty(0)
        self.log_w, self.unit = np.log(self.w), np.where(self.s > 0, self.s, 1.0)
        self.atoms = np.unique(self.p[self.s == 0])

    @property
    def limit(self) -> float:
        widest = self.s == np.max(self.s)
        owner = widest & (self.p == np.max(self.p[widest]))
        share = self.w[owner] / np.sum(self.w[owner])
        slope = float(share @ self.slope[owner])
        return math.copysign(np.inf, slope) if slope else float(share @ self.t[owner])

    def tail(self, c: Any, strict: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """log P(P ≥ c) of each mode, and how far beyond its mean its kept outputs lie."""
        with np.errstate(all="ignore"):
            z = (np.asarray(c, dtype=float)[..., None] - self.p) / self.unit
            beyond = self.s * math.sqrt(2 / math.pi) / erfcx(z / math.sqrt(2))
        return self.log_tail(c, strict), beyond

    def log_tail(self, c: Any, strict: bool = False) -> np.ndarray:
        c = np.asarray(c, dtype=float)[..., None]
        log_q = log_ndtr((self.p - c) / self.unit)
        if self.atoms.size:
            return np.where(self.s > 0, log_q, np.where((c < self.p) if strict else (c <= self.p), 0.0, -np.inf))
        return log_q

    def log_sf(self, c: Any, strict: bool = False) -> np.ndarray:
        return log_sum(self.log_w + self.log_tail(c, strict))

    def filtered(self, c: Any) -> Got:
        log_q, beyond = self.tail(c)
        log_each = self.log_w + log_q
        share, log_s = share_of(log_each), log_sum(log_each)
        truth = np.sum(share * (self.t + self.slope * beyond), axis=-1)
        return Got(truth, np.sum(share * (self.p + beyond), axis=-1), -log_s, -log_s)

    def quantile(self, u: Any) -> Got:
        """The top fraction e^−u, an atom at the edge split."""
        u = np.asarray(u, dtype=float)
        atoms, c = self.atoms, self.bar(u)
        for atom in atoms:
            c = np.where(np.abs(c - atom) < 1e-9 * (1 + abs(atom)), atom, c)
        log_q, beyond = self.tail(c, strict=True)
        q, share, whole = np.exp(-u), self.w * np.exp(log_q), self.filtered(c)
        on = np.any(c[..., None] == atoms, axis=-1) if atoms.size else np.zeros(u.shape, bool)
        at = (self.s == 0) & (self.p == c[..., None])
        mass = np.sum(self.w * at, axis=-1)
        part = np.clip(q - np.sum(share, axis=-1), 0.0, mass)
        weight = share + part[..., None] * np.where(
            mass[..., None] > 0, self.w * at / np.where(mass > 0, mass, 1.0)[..., None], 0.0
        )
        weight = weight / np.sum(weight, axis=-1, keepdims=True)
        with np.errstate(all="ignore"):
            of_part = part / q
            kl = u + np.where(of_part > 0, of_part * np.log(part / mass), 0.0)
        truth = np.where(on, np.sum(weight * (self.t + self.slope * beyond), axis=-1), whole.truth)
        mean = np.where(on, np.sum(weight * (self.p + beyond), axis=-1), whole.mean)
        return Got(truth, mean, np.where(on, kl, u), u)

    max_root_kl = 640.0

    def top(self, u: np.ndarray) -> Got:
        """The top fractions e^−u, atoms at their edges split."""
        if self.fixed:
            return Got(np.full(u.shape, self.truth), np.full(u.shape, self.mean), 0.0)
        return self.quantile(u) if self.atoms.size else self.filtered(self.bar(u))

    @property
    def atom_ranks(self) -> list[tuple[float, float]]:
        """The tails just above each atom and at it."""
        return [tuple(math.exp(float(self.log_sf(x, strict))) for strict in (True, False)) for x in self.atoms]

    @cached_property
    def ladder(self) -> tuple[np.ndarray, np.ndarray]:
        """Thresholds, and −log P(P ≥ c) at each."""
        spread = self.s > 0
        steps = np.concatenate([np.linspace(-38, 40, 157), np.linspace(41, 150, 110)])
        rungs = (self.p[spread, None] + self.s[spread, None] * steps).ravel()
        c = np.unique(np.concatenate([rungs, self.atoms, np.nextafter(self.atoms, np.inf)]))
        return c, -self.log_sf(c)

    def bar(self, u: np.ndarray) -> np.ndarray:
        """The highest c with −log P(P ≥ c) ≤ u, by Newton’s method within brackets."""
        rungs, heights = self.ladder
        k = np.clip(np.searchsorted(heights, u, side="right") - 1, 0, rungs.size - 2)
        low, high = rungs[k], rungs[k + 1]
        c = low
        for _ in range(120):
            log_s = self.log_sf(c)
            over = -log_s > u
            low, high = np.where(over, low, c), np.where(over, c, high)
            with np.errstate(all="ignore"):
                log_f = np.where(self.s > 0, -0.5 * ((c[..., None] - self.p) / self.unit) ** 2, -np.inf)
                rate = np.sum(self.w / (self.unit * ROOT_2PI) * np.exp(log_f - log_s[..., None]), axis=-1)
                new = c + (log_s + u) / rate
            narrow = high <= np.nextafter(low, np.inf)
            done = narrow | (np.abs(log_s + u) <= 4e-16 * np.maximum(u, 1.0))
            new = np.where((new > low) & (new < high), new, 0.5 * (low + high))
            c = np.where(narrow, low, np.where(done, c, new))
            if np.all(done):
                break
        return c

    @cached_property
    def grid(self) -> tuple[np.ndarray, ...]:
        """Where the outputs are: P, each mode’s probability there, and P(P > p) and P(P ≥ p)."""
        spread = self.s > 0
        breaks = [m + s * np.linspace(-11, 11, 67) for m, s in zip(self.p[spread], self.s[spread], strict=True)]
        atoms = self.atoms
        if breaks:
            inside = (self.kinks > np.min(breaks)) & (self.kinks < np.max(breaks))
            breaks.append(self.kinks[inside])
        p, width = panels(np.unique(np.concatenate([*breaks, atoms]))) if breaks else (np.empty(0), np.empty(0))
        with np.errstate(all="ignore"):
            z = (p[:, None] - self.p) / np.where(spread, self.s, 1.0)
            mass = np.where(spread, np.exp(-0.5 * z**2) / (ROOT_2PI * self.s) * width[:, None], 0.0)
        mass = np.concatenate([mass, np.where(~spread & (atoms[:, None] == self.p), 1.0, 0.0)]) * self.w
        p = np.concatenate([p, atoms])
        above = np.exp(self.log_sf(p, strict=True))
        with np.errstate(all="ignore"):
            log_f = np.where(above < 0.5, np.log1p(-above), np.log(ndtr_mix(self, p)))
        return p, mass, above, np.exp(self.log_sf(p)), log_f

    def ranked(self, slope: Callable, growth: Callable, samples: Any) -> Got:
        """Selection by rank: density ratio `slope`(log F) at a point, or that of `growth`(1 − F) over an atom’s ranks."""
        base, above, log_f, tied, span = self.ranks
        with np.errstate(all="ignore"):
            log_w = slope(log_f, above)
            if np.any(tied):
                gain = growth(span[0]) - growth(span[1])
                log_w[..., tied] = np.log(gain / (span[1] - span[0]))
            ratio = np.exp(log_w)
            each = base * ratio
            cost = np.sum(np.where(each > 0, each * log_w, 0.0), axis=-1)
        total = np.sum(each, axis=-1)
        assert np.all(abs(total - 1) < 1e-6), total
        self.last_ratio = ratio / total[..., None]
        truth, mean = self.lines @ self.last_ratio.T
        return Got(truth, mean, cost, samples)

    @cached_property
    def ranks(self) -> tuple[np.ndarray, ...]:
        """On the grid: probability, P(P > p), log P(P ≤ p), where outputs tie, and the tails below and above a tie."""
        _, mass, above, reached, log_f = self.grid
        tied = reached - above > 1e-13
        return np.sum(mass, axis=-1), above, log_f, tied, np.minimum([above[tied], reached[tied]], 1.0)

    @cached_property
    def lines(self) -> np.ndarray:
        """E[T; P = p] and E[P; P = p] on the grid."""
        p, mass, *_ = self.grid
        return np.stack(
            [np.sum(mass * (self.t + self.slope * (p[:, None] - self.p)), axis=1), np.sum(mass, axis=1) * p]
        )

    def best_of(self, n: Any) -> Got:
        n = np.asarray(n, dtype=float)[..., None]
        return self.ranked(
            lambda log_f, _: np.log(n) + (n - 1) * log_f, lambda tail: np.exp(n * np.log1p(-tail)), np.log(n[..., 0])
        )

    def best_of_poisson(self, mu: Any) -> Got:
        mu = np.asarray(mu, dtype=float)[..., None]
        return self.ranked(
            lambda log_f, above: np.log1p(mu * np.exp(log_f)) - mu * above,
            lambda tail: (1 - tail) * np.exp(-mu * tail),
            np.log1p(mu[..., 0]),
        )

    def tilted(self, strength: Any) -> Got:
        lam = np.asarray(strength, dtype=float)[..., None]
        log_each = self.log_w + lam * self.p + 0.5 * (lam * self.s) ** 2
        share, most = share_of(log_each), self.p[np.argmax(log_each, axis=-1)][..., None]
        moved = lam * self.s**2
        mean = np.sum(share * (self.p + moved), axis=-1)
        beyond = np.sum(share * (self.p - most + moved), axis=-1)  # P from there on, for no digits to be lost
        log_z = log_sum(self.log_w + lam * (self.p - most) + 0.5 * (lam * self.s) ** 2)
        kl = np.maximum(lam[..., 0] * beyond - log_z, 0.0)
        if lam.size == 1 and kl < 1e-6 * abs(float(np.ravel(log_z)[0])):  # d KL/dλ = λ Var_λ P
            variance = self.w @ (self.s**2 + (self.p - self.mean) ** 2)
            if lam.item() ** 2 * variance < 1e-6:
                kl = 0.5 * lam.item() ** 2 * variance
        return Got(np.sum(share * (self.t + self.slope * moved), axis=-1), mean, kl)

    def log_mgf(self, strength: Any) -> np.ndarray:
        lam = np.asarray(strength, dtype=float)[..., None]
        return log_sum(self.log_w + lam * self.p + 0.5 * (lam * self.s) ** 2)

    def sloped(self, x: Any) -> tuple[np.ndarray, Got]:
        """The weight max(0, s (p − x)): s and what it selects, but for the KL."""
        spread = self.s > 0
        gap = np.asarray(x, dtype=float)[..., None] - self.p
        z = gap / np.where(spread, self.s, 1.0)
        mills = math.sqrt(math.pi / 2) * erfcx(z / math.sqrt(2))
        log_q = np.where(spread, log_ndtr(-z), 0.0)
        with np.errstate(all="ignore"):  # E(P − x)⁺ over P(P ≥ x), mode by mode
            excess = np.where(np.isinf(mills), -self.s * z, self.s * (1 / mills - z))
            excess = np.where(spread, excess, -gap)
        log_each = self.log_w + log_q + np.where(excess > 0, np.log(excess), -1e300)
        share = share_of(log_each)
        move = self.s**2 / np.where(excess > 0, excess, np.inf)
        truth, mean = np.sum(share * (self.t + self.slope * move), axis=-1), np.sum(share * (self.p + move), axis=-1)
        return np.exp(-log_sum(log_each)), Got(truth, mean, math.nan)

    def above(self, c: float, level: float | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Where the outputs above `c` are, mode by mode, and their probabilities given P ≥ c; fine where T is `level`."""
        z = np.maximum((c - self.p) / np.where(self.s > 0, self.s, 1.0), -12.0 if level is None else -38.0)
        most = 40 if level is None else 76
        breaks = (
            np.concatenate([[0.0], np.geomspace(1e-6, 0.25, 10), np.linspace(0.5, most, 2 * most)]) + 0 * z[:, None]
        )
        scale = 1 / np.maximum(z, 1.0)[:, None]
        if level is not None:
            with np.errstate(all="ignore"):
                rise = (self.slope * self.s)[:, None] * scale
                middle = (level - self.t - self.slope * self.s * z)[:, None] / rise
                spread = np.concatenate([-np.geomspace(8, 0.5, 6), [0], np.geomspace(0.5, 8, 6)]) * np.abs(
                    self.rest[:, None] / rise
                )
            breaks = np.concatenate([breaks, np.clip(np.nan_to_num(middle + spread), 0, most)], axis=1)
        step, width = panels(np.sort(breaks, axis=1))
        log = -z[:, None] * step * scale - 0.5 * (step * scale) ** 2
        chance = np.exp(log - np.max(log, axis=-1, keepdims=True)) * width
        chance /= np.sum(chance, axis=-1, keepdims=True)
        share = share_of(self.log_w + self.tail(c)[0])
        return self.p[:, None] + self.s[:, None] * (z[:, None] + step * scale), share[:, None] * chance

    def chi_kl(self, x: float) -> float:
        p, chance = self.above(x)
        slope, _ = self.sloped(x)
        over = np.maximum(p - x, 1e-300)
        weight = chance * over / np.sum(chance * over)
        return float(np.sum(weight * np.log(slope * over)))

    def cost_at(self, level: float, p: np.ndarray) -> np.ndarray:
        """E[max(0, level − T)] given P = p, mode by mode; `p` has the modes’ axis."""
        gap, rest = level - self.t - self.slope * (p - self.p), self.rest + 0 * p
        with np.errstate(all="ignore"):
            z = gap / rest
            return np.where(rest > 0, gap * ndtr(z) + rest * np.exp(-0.5 * z**2) / ROOT_2PI, np.maximum(gap, 0.0))

    def shortfall(self, level: float, c: float = -np.inf, slope: float = 0.0) -> float:
        """E[max(0, level − T)] of what is kept above `c`, weighed by the excess over it if there is a slope."""
        p, chance = self.above(max(c, float(np.min(self.p - 38 * self.s)) - 1e-9), level)
        cost = self.cost_at(level, p.T).T
        weight = chance * (p - c) if slope else chance
        return float(np.sum(weight * cost) / np.sum(weight))

    def quantile_shortfall(self, level: float, q: float) -> float:
        """The same of the top fraction q, an atom at the edge split: what lies above it, and its own share."""
        for atom in self.atoms:
            above, reached = (math.exp(float(self.log_sf(atom, strict))) for strict in (True, False))
            if above < q <= reached:
                up = above * self.shortfall(level, float(np.nextafter(atom, np.inf))) if above > 0 else 0.0
                at = (self.s == 0) & (self.p == atom)
                own = float(self.w[at] @ self.cost_at(level, np.array([[atom]]))[0][at] / np.sum(self.w[at]))
                return (up + (q - above) * own) / q
        return self.shortfall(
            level,
            brentq(
                lambda c: float(self.log_sf(c)) - math.log(q),
                float(np.min(self.p - 38 * self.s)),
                float(np.max(self.p + 150 * self.s)),
            ),
        )

    def shortfall_of(self, level: float, method: str, x: float) -> float:
        """The same under a selection."""
        match method:
            case "Boltzmann":
                share = share_of(self.log_w + x * self.p + 0.5 * (x * self.s) ** 2)
                moved = Normals(
                    *zip(share, self.t + x * self.slope * self.s**2, self.p, self.s, self.slope, self.rest, strict=True)
                )
                return moved.shortfall(level)
            case "Chi-squared":
                return self.shortfall(level, sweep_of(method, self).place(x), slope=x)
        fine = copy(self)
        for made in ("grid", "lines", "ranks"):
            fine.__dict__.pop(made, None)
        with np.errstate(all="ignore"):  # where a line meets the level, its cost has a kink
            fine.kinks = np.array([p for p in self.p + (level - self.t) / self.slope if np.isfinite(p)])
        fine.best_of(x) if method == "Best-of-n" else fine.best_of_poisson(x)
        p, mass, *_ = fine.grid
        return float(np.sum(fine.last_ratio[:, None] * mass * self.cost_at(level, p[:, None])))

    def covariance(self, strength: float) -> float:
        share = share_of(self.log_w + strength * self.p + 0.5 * (strength * self.s) ** 2)
        p, t = self.p + strength * self.s**2, self.t + strength * self.slope * self.s**2
        apart = np.subtract.outer(p, p) * np.subtract.outer(t, t)
        return float(share @ (self.slope * self.s**2) + 0.5 * share @ apart @ share)


def ndtr_mix(law: Normals, p: np.ndarray) -> np.ndarray:
    """P(P ≤ p), with every digit also where it is tiny."""
    with np.errstate(all="ignore"):
        z = (p[:, None] - law.p) / np.where(law.s > 0, law.s, 1.0)
    return np.sum(law.w * np.where(law.s > 0, ndtr(z), p[:, None] >= law.p), axis=-1)


class Sum:
    """Truth, normal, plus an independent error: the density of P and E[T; P] by convolution over T."""

    fixed = False
    truth = 0.0
    highest = np.inf
    atom_ranks = ()

    def __init__(self, error: str, sd: float, scale: float, df: float, half: float) -> None:
        self.error, self.sd, self.scale, self.df, self.half = error, sd, scale, df, half
        self.index = df if error == "Student-t" else np.inf
        self.kinks = np.empty(0)
        self.s = np.array([math.hypot(sd, half / math.sqrt(3) if error == "Uniform" else scale)])  # about
        self.mean = 0.0 if self.index > 1 else None
        self.fallen = (
            360.0 if 1 < self.index < 1.12 else 85.0
        )  # nats that the grid goes down: a χ² weight begins far out
        self.most_strength = {"Laplace": 1 / scale, "Student-t": 0.0}.get(error, np.inf)
        hazard = {"Laplace": 1 / scale, "Student-t": 0.0}.get(error, np.inf)
        self.limit = sd**2 * hazard

    def log_error(self, v: np.ndarray) -> np.ndarray:
        b, nu = self.scale, self.df
        match self.error:
            case "Normal":
                return -0.5 * (v / b) ** 2 - math.log(b * ROOT_2PI)
            case "Laplace":
                return -np.abs(v) / b - math.log(2 * b)
            case "Uniform":
                return np.full_like(v, -math.log(2 * self.half))
        top = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * math.log(nu * math.pi) - math.log(b)
        return top - 0.5 * (nu + 1) * np.log1p((v / b) ** 2 / nu)

    def convolved(self, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """log density of P at `p`, and E[T | P = p]."""
        if self.error == "Student-t" and np.any(far := p > 1e3 * (self.sd + self.scale)):  # all of P is the error
            found = np.empty((2, p.size))
            found[:, far] = self.far_out(p[far])
            if not np.all(far):
                found[:, ~far] = self.convolved(p[~far])
            return found[0], found[1]
        t, chance, log_f = self.given(p)
        return log_f, np.einsum("ij,ij->i", chance, t)

    def given(self, p: np.ndarray, level: float | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """T and its probabilities given P = p, and the log density of P; exact also where T is ±`level`."""
        breaks = self.breaks(p[:, None], 10 if level is None else 13)
        if level is not None:
            near = level - self.sd * np.array([0, 0.25, 0.5, 1, 1.5, 2, 3])
            ends = breaks[:, :1], breaks[:, -1:]
            breaks = np.sort(np.concatenate([breaks, np.clip(np.concatenate([near, -near]), *ends)], axis=1), axis=1)
        t, width = panels(breaks)
        log = self.log_error(p[:, None] - t)
        log -= 0.5 * (t / self.sd) ** 2 + math.log(self.sd * ROOT_2PI)
        top = np.max(log, axis=1, keepdims=True)
        log -= top
        chance = np.exp(log, out=log)
        chance *= width
        total = np.sum(chance, axis=1, keepdims=True)
        chance /= total
        return t, chance, (top + np.log(total))[:, 0]

    def breaks(self, p: np.ndarray, reach: float) -> np.ndarray:
        """Where to cut the line of T given P = p, to integrate piece by piece."""
        b, steps = self.scale, np.linspace(-reach, reach, 15)
        near = b * np.array([0, 0.1, 0.25, 0.5, 0.8, 1.2, 1.8, 2.6, 4, 6, 10, 16, 28])
        around = np.concatenate([-near[:0:-1], near])
        span = self.sd * steps
        match self.error:
            case "Normal":
                centre = p * self.sd**2 / (self.sd**2 + b**2)
                return centre + self.sd * b / math.hypot(self.sd, b) * steps
            case "Uniform":  # from one end of what T can be to the other, finely at the end that counts
                low, high = p - self.half, p + self.half
                rate = 1 / (1 / self.sd + np.maximum(low, 0) / self.sd**2)
                fine = np.linspace(0, 40, 28)
                breaks = np.minimum(low + rate * fine, high)
                return np.sort(np.concatenate([breaks, np.clip(span + 0 * p, low, high), high], axis=1), axis=1)
        far = self.sd * np.linspace(10, 38, 21)
        breaks = [span + 0 * p, p + around]
        shift = self.sd**2 / b if self.error == "Laplace" else 0.0
        breaks += [x + 0 * p for x in ([span + shift, far + shift] if shift else [far])]
        return np.sort(np.clip(np.concatenate(breaks, axis=1), -reach * self.sd, 38 * self.sd + shift), axis=1)

    def far_out(self, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same where the error is nearly all of P, by how much its density at p − T differs from that at p."""
        t, width = panels(self.sd * np.linspace(-10, 10, 15))
        chance = np.exp(-0.5 * (t / self.sd) ** 2) / (self.sd * ROOT_2PI) * width
        change = t * (t - 2 * p[:, None]) / (self.df * self.scale**2 + p[:, None] ** 2)
        more = np.expm1(-0.5 * (self.df + 1) * np.log1p(change))
        return self.log_error(p) + np.log1p(more @ chance), more @ (chance * t) / (1 + more @ chance)

    def rate(self, p: float) -> float:
        """About how fast the density of P falls at `p`, far out."""
        light, b, nu = p / self.sd**2, self.scale, self.df
        match self.error:
            case "Normal":
                return p / (self.sd**2 + b**2)
            case "Laplace":
                return min(light, 1 / b)
            case "Uniform":
                return max(p - self.half, self.sd) / self.sd**2
        power = float(self.log_error(np.array(p)))
        return light if -0.5 * (p / self.sd) ** 2 > power - 5 else max((nu + 1) / p, 10 / p)

    @cached_property
    def half_line(self) -> dict[str, Any]:
        """P ≥ 0 on a grid, for the law is symmetric and E[T | P] odd; what lies above each point, from the top down."""
        unit = math.hypot(self.sd, {"Uniform": 0.3 * self.half}.get(self.error, self.scale))
        small = min(self.sd, self.half if self.error == "Uniform" else self.scale)
        edges = [*np.linspace(0, 4 * unit, 41), *np.linspace(0, 8 * small, 25)]
        if self.error == "Uniform":
            edges += [
                x for x in (*np.linspace(0, self.half, 12), *(self.half + self.sd * np.linspace(-6, 6, 49))) if x >= 0
            ]
            edges = [x for x in (*edges, *self.kinks) if x <= self.half + 6 * self.sd]  # beyond, steps follow the rate
        edges = np.unique(edges)
        edges = list(edges[np.diff(edges, prepend=-1.0) > 1e-6 * unit])
        fallen = 0.0
        while fallen < self.fallen or edges[-1] < 9:
            step = min(1.5 / self.rate(edges[-1]), 0.2 * edges[-1])
            if np.isfinite(self.index) and edges[-1] > 1e3 * unit:
                step = min(0.5, 4 / self.index) * edges[-1]
            fallen += step * (self.rate(edges[-1]) if np.isinf(self.index) else self.index / edges[-1])
            edges.append(edges[-1] + step)
        edges = np.array(edges)
        p, width = panels(edges)
        log_f, r = self.convolved(p)
        shape, nu, end = (edges.size - 1, 8), self.index, edges[-1]
        p, width, log_f, r = (x.reshape(shape) for x in (p, width, log_f, r))
        top = np.max(log_f, axis=1)
        f = np.exp(log_f - top[:, None])
        chance = f * width
        mass = np.sum(chance, axis=1)
        means = np.stack([np.sum(chance * r, axis=1), np.sum(chance * p, axis=1)]) / mass
        log_mass = top + np.log(mass)
        log_s, over = np.full(edges.size, -np.inf), np.zeros((2, edges.size))
        if np.isfinite(nu):  # beyond the grid, a pure power
            log_s[-1] = log_f[-1, -1] + (nu + 1) * math.log(p[-1, -1] / end) + math.log(end / nu)
            over[:, -1] = r[-1, -1], end * nu / (nu - 1) if nu > 1 else np.inf
        else:
            log_s[-1] = log_f[-1, -1] - math.log(self.rate(end))
            over[:, -1] = r[-1, -1], end
        for k in range(mass.size)[::-1]:
            log_s[k] = np.logaddexp(log_s[k + 1], log_mass[k])
            share = math.exp(log_s[k + 1] - log_s[k])
            over[:, k] = (share * over[:, k + 1] if share else 0.0) + (1 - share) * means[:, k]
        scale, right = np.exp(top - log_s[:-1])[:, None], np.exp(log_s[1:] - log_s[:-1])[:, None]
        onward = 0.5 * np.diff(edges)[:, None]
        kept = right + scale * onward * (f @ UPWARD.T)
        truth = (right * over[0, 1:, None] + scale * onward * (f * r @ UPWARD.T)) / kept
        with np.errstate(all="ignore"):
            rise = np.where(right > 0, right * over[1, 1:, None], 0.0)
            mean = (rise + scale * onward * (f * p @ UPWARD.T)) / kept
        log_kept = np.log(kept) + log_s[:-1, None]
        every = np.concatenate([edges[:-1, None], p], axis=1).ravel()
        values = [
            np.concatenate([x[:-1, None], y], axis=1).ravel()
            for x, y in ((log_s, log_kept), (over[0], truth), (over[1], mean))
        ]
        log_g, g = self.convolved(edges[:-1])
        hazard = np.exp(np.concatenate([log_g[:, None], log_f], axis=1).ravel() - values[0])
        regression = np.concatenate([g[:, None], r], axis=1).ravel()
        slopes = [-hazard, hazard * (values[1] - regression), hazard * (values[2] - every)]
        stretch = unit * np.cosh(np.arcsinh(every / unit))
        u = np.arcsinh(every / unit)
        values = np.stack(values, axis=1)
        slopes = np.stack(slopes, axis=1) * stretch[:, None]
        known = np.all(np.isfinite(slopes[:, :2]), axis=1)
        many = 3 if np.isfinite(values[0, 2]) else 2
        u, values, slopes = u[known], values[known, :many], slopes[known, :many]
        log_above, log_below = log_kept.ravel(), np.log1p(-np.exp(log_kept.ravel()))
        mass = np.exp(log_mass[:, None] + np.log(chance / mass[:, None])).ravel()
        beyond = math.exp(log_s[-1]) * np.array([over[0, -1], over[1, -1]]) if np.isfinite(nu) else np.zeros(2)
        return {
            "p": p.ravel(),
            "both": np.concatenate([mass, mass]),
            "r both": np.concatenate([r.ravel(), -r.ravel()]),
            "p both": np.concatenate([p.ravel(), -p.ravel()]),
            "log F": np.concatenate([log_below, log_above]),
            "F": np.exp(np.concatenate([log_below, log_above])),
            "S": np.exp(np.concatenate([log_above, log_below])),
            "unit": unit,
            "tail": CubicHermiteSpline(u, values[:, 0], slopes[:, 0], extrapolate=False),
            "all": CubicHermiteSpline(u, values, slopes, extrapolate=False),
            "end": end,
            "beyond": beyond,
        }

    def log_sf(self, c: Any) -> np.ndarray:
        return self.log_sides(c)[0]

    def log_sides(self, c: Any) -> tuple[np.ndarray, np.ndarray]:
        """log P(P ≥ c) and log P(P < c)."""
        c, line = np.asarray(c, dtype=float), self.half_line
        assert np.all(np.abs(c) < 0.99 * line["end"]), (c, line["end"])
        log_s = line["tail"](np.arcsinh(np.abs(c) / line["unit"]))
        log_f = np.log1p(-np.exp(log_s))
        return np.where(c < 0, log_f, log_s), np.where(c < 0, log_s, log_f)

    def filtered(self, c: Any) -> Got:
        c = np.asarray(c, dtype=float)
        line = self.half_line
        assert np.all(np.abs(c) < 0.99 * line["end"]), (c, line["end"])
        x = np.arcsinh(np.abs(c) / line["unit"])
        log_s, truth, *rest = np.moveaxis(line["all"](x), -1, 0)
        mean = rest[0] if rest else np.inf + 0 * x
        with np.errstate(all="ignore"):
            odds = np.exp(log_s - np.log1p(-np.exp(log_s)))  # E[T; P ≥ c] = E[T; P ≥ −c]
            log_s, truth, mean = (
                np.where(c < 0, y, z)
                for y, z in ((np.log1p(-np.exp(log_s)), log_s), (odds * truth, truth), (odds * mean, mean))
            )
        return Got(truth, mean, -log_s, -log_s)

    @property
    def max_root_kl(self) -> float:
        return -float(self.log_sf(0.97 * self.half_line["end"]))

    def bar(self, u: np.ndarray) -> np.ndarray:
        """Where −log P(P ≥ c) is u, by halving."""
        unit = self.half_line["unit"]
        high = np.full(u.shape, math.asinh(0.98 * self.half_line["end"] / unit))
        low = -high
        for _ in range(80):
            middle = 0.5 * (low + high)
            over = -self.log_sf(unit * np.sinh(middle)) > u
            low, high = np.where(over, low, middle), np.where(over, middle, high)
        return unit * np.sinh(0.5 * (low + high))

    def top(self, u: np.ndarray) -> Got:
        return self.filtered(self.bar(u))

    def hazard(self, c: float) -> float:
        log_f, _ = self.convolved(np.array([abs(float(c))]))
        return math.exp(float(log_f[0]) + float(self.filtered(c).kl))

    def best_of(self, n: Any) -> Got:
        n = np.asarray(n, dtype=float)
        mean = np.inf if self.index <= 1 and np.all(n > 1) else None
        return self.ranked(self.log_ratio("Best-of-n", n), n - (n == 1), mean, np.log(n))

    def best_of_poisson(self, mu: Any) -> Got:
        mu = np.asarray(mu, dtype=float)
        return self.ranked(self.log_ratio("Best-of-Poisson", mu), mu + 1 - np.exp(-mu), None, np.log1p(mu))

    def log_ratio(self, method: str, x: Any, line: dict[str, Any] | None = None) -> np.ndarray:
        """The log of the density ratio where P is each p of the half line, and then where it is −p."""
        line, x = line or self.half_line, np.asarray(x)[..., None]
        if method == "Best-of-n":
            return np.log(x) + np.where(x == 1, 0.0, (x - 1) * line["log F"])
        return np.log1p(x * line["F"]) - x * line["S"]

    def ranked(self, log_w: np.ndarray, most: Any, mean: float | None, samples: Any) -> Got:
        """Selection by rank, from its `log_ratio` and the most of it."""
        line = self.half_line
        with np.errstate(all="ignore"):
            ratio = np.exp(log_w)
            cost = np.sum(np.where(ratio > 0, ratio * log_w, 0.0) * line["both"], axis=-1)
        truth, mean_p = (
            np.sum(ratio * line["both"] * x, axis=-1) + most * y
            for x, y in zip((line["r both"], line["p both"]), line["beyond"], strict=True)
        )
        return Got(truth, mean_p if self.index > 1 else mean, cost, samples)

    @cached_property
    def moments(self) -> dict[str, Any]:
        """The logs of ∫ E[T; P ≥ c] dc and ∫ E(P − c)⁺ dc from c up, splines in arcsinh c."""
        line = self.half_line
        unit, end = line["unit"], 0.98 * line["end"]
        reach = math.asinh(end / unit)
        u = np.linspace(0.0, reach, 800 + math.ceil(30 * reach))
        nodes, width = panels(u)
        c = unit * np.sinh(nodes)
        got = self.filtered(c)
        tail, jacobian = np.exp(-got.kl), unit * np.cosh(nodes) * width
        found = {}
        for name, rate in (("truth", tail * got.truth), ("spread", tail * (got.mean - c))):
            each = np.sum((rate * jacobian).reshape(u.size - 1, 8), axis=1)
            at, heavy = self.filtered(end), np.isfinite(self.index)
            far = end / self.index if heavy else 1 / self.rate(end)
            if name == "truth":
                rest = float(np.exp(-at.kl) * at.truth) * far
            else:
                rest = float(np.exp(-at.kl) * (at.mean - end)) * (end / max(self.index - 2, 1e-9) if heavy else far)
            whole = np.append(np.cumsum(each[::-1])[::-1], 0.0) + rest
            at = self.filtered(unit * np.sinh(u))
            slope = -np.exp(-at.kl) * (at.truth if name == "truth" else at.mean - unit * np.sinh(u)) * unit * np.cosh(u)
            known = whole > 1e-290
            found[name] = CubicHermiteSpline(u[known], np.log(whole[known]), slope[known] / whole[known])
        return found

    def sloped(self, x: Any) -> tuple[np.ndarray, Got]:
        """The weight max(0, s (p − x)): s and what it selects, but for the KL."""
        x = np.asarray(x, dtype=float)
        far = np.minimum(np.abs(x), 0.97 * self.half_line["end"])
        got, u = self.filtered(far), np.arcsinh(far / self.half_line["unit"])
        excess = np.exp(-got.kl) * (got.mean - far) + np.maximum(-x, 0.0)
        truth, square = np.exp(self.moments["truth"](u)), 2 * np.exp(self.moments["spread"](u))
        if np.any(x < 0):
            truth = np.where(x < 0, 2 * math.exp(self.moments["truth"](0.0)) - truth, truth)
            square = np.where(x < 0, 4 * math.exp(self.moments["spread"](0.0)) + x**2 - square, square)
        mean = x + square / excess if self.index > 2 else np.full_like(excess, np.inf)
        return 1 / excess, Got(truth / excess, mean, math.nan)

    def chi_kl(self, x: float) -> float:
        """E[w log w] = ∫ s (1 + log(s (p − x))) P(P ≥ p) dp from x up."""
        s, unit, end = float(self.sloped(x)[0]), self.half_line["unit"], 0.98 * self.half_line["end"]
        if s * self.s[0] < 3e-4 and self.index > 2:  # s² Var[P] / 2
            return 2 * s**2 * math.exp(self.moments["spread"](0.0))
        reach = end - x
        over = np.concatenate([np.geomspace(1e-14, 1, 40) * unit, np.geomspace(1.1, 2 * reach / unit + 2, 200) * unit])
        middle = unit * np.sinh(np.linspace(-math.asinh(min(end, abs(x)) / unit), math.asinh(end / unit), 300)) - x
        line = np.unique(np.concatenate([[0.0, reach], over, middle]))
        y, width = panels(line[(line >= 0) & (line <= reach)])
        log_s = -np.asarray(self.filtered(np.clip(x + y, -0.98 * self.half_line["end"], end)).kl)
        found = float(np.sum(s * (1 + np.log(s * y)) * np.exp(log_s) * width))
        if np.isfinite(self.index):
            found += (
                s
                * (1 + math.log(s * (end - x)) + 1 / (self.index - 1))
                * math.exp(-float(self.filtered(end).kl))
                * end
                / (self.index - 1)
            )
        return found

    def log_mgf(self, strength: float) -> float:
        """log E[e^{λP}], ∞ where it is."""
        if strength >= self.most_strength and strength > 0:
            return math.inf
        if not strength:
            return 0.0
        got = self.tilted(strength)
        return float(strength * got.mean - got.kl)

    def shortfall(self, level: float) -> float:
        z = level / self.sd
        return level * float(ndtr(z)) + self.sd * math.exp(-0.5 * z * z) / ROOT_2PI

    def shortfall_of(self, level: float, method: str, x: float) -> float:
        """E[max(0, level − T)] under a selection: over T, the mean weight given T by the law of the error."""
        if method == "Boltzmann":
            return Sum.shortfall(self, level - self.sd**2 * x)
        if method in ("Best-of-n", "Best-of-Poisson"):
            fine = self
            if self.error == "Uniform":  # where T begins to reach the level, its cost has a kink
                fine = copy(self)
                fine.__dict__.pop("half_line", None)
                fine.kinks = np.abs([level - self.half, level + self.half])
            t, chance, _ = fine.given(fine.half_line["p"], level)
            costs = [np.einsum("ij,ij->i", chance, np.maximum(level - x, 0.0)) for x in (t, -t)]
            return float(np.sum(fine.half_line["both"] * np.exp(fine.log_ratio(method, x)) * np.concatenate(costs)))
        place = x if method == "Filter" else sweep_of(method, self).place(x)
        kinks = [place, *(place + self.half * np.array([-1.0, 1.0]) if self.error == "Uniform" else [])]
        t, width = panels(np.unique([*(self.sd * np.linspace(-38, 38, 300)), *kinks, level]))
        t, width = t[t < level], width[t < level]
        f = np.exp(-0.5 * (t / self.sd) ** 2) / (self.sd * ROOT_2PI) * width * (level - t)
        if method == "Chi-squared":
            return float(f @ self.error_excess(place - t)) * x
        with np.errstate(divide="ignore"):
            return float(np.exp(float(self.filtered(place).kl) + logsumexp(np.log(f) + self.frozen.logsf(place - t))))

    @cached_property
    def frozen(self) -> Any:
        match self.error:
            case "Normal":
                return stats.norm(scale=self.scale)
            case "Laplace":
                return stats.laplace(scale=self.scale)
            case "Uniform":
                return stats.uniform(-self.half, 2 * self.half)
        return stats.t(self.df, scale=self.scale)

    def error_excess(self, y: np.ndarray) -> np.ndarray:
        """E(V − y)⁺."""
        b, h = self.scale, self.half
        match self.error:
            case "Normal":
                return b * np.exp(-0.5 * (y / b) ** 2) / ROOT_2PI - y * ndtr(-y / b)
            case "Laplace":
                return 0.5 * b * np.exp(-np.abs(y) / b) + np.maximum(-y, 0.0)
            case "Uniform":
                inside = np.clip(y, -h, h)
                return (h - inside) ** 2 / (4 * h) + np.maximum(-h - y, 0.0)
        z = y / b
        return b * ((self.df + z**2) / (self.df - 1) * stats.t.pdf(z, self.df) - z * stats.t.sf(z, self.df))

    def covariance(self, strength: float) -> float | None:
        return self.sd**2

    def tilted(self, strength: Any) -> Got:
        lam = np.asarray(strength, dtype=float)
        b, h = self.scale, self.half
        with np.errstate(all="ignore"):
            x = lam * h
            match self.error:
                case "Normal":
                    mean, kl = lam * b**2, 0.5 * (lam * b) ** 2
                case "Laplace":
                    mean = 2 * b**2 * lam / (1 - (b * lam) ** 2)
                    kl = lam * mean + np.log1p(-((b * lam) ** 2))
                case "Uniform":
                    mean = np.where(x < 1e-3, lam * h**2 / 3, h / np.tanh(x) - 1 / lam)
                    kl = np.where(x < 1e-3, x**2 / 6, lam * mean - (x + np.log(-np.expm1(-2 * x)) - np.log(2 * x)))
                case _:
                    mean = kl = 0 * lam
        return Got(self.sd**2 * lam, self.sd**2 * lam + mean, 0.5 * (lam * self.sd) ** 2 + kl)


Law = Normals | Sum


def blend_mode(weights: tuple[float, float, float], s: dict) -> tuple[float, ...]:
    a, b, c = (x * s[f"sigma_{name}"] for x, name in zip(weights, "abc", strict=True))
    spread = math.hypot(a, c)
    slope = (a / spread) ** 2 if spread > 0 else 0.0
    rest = math.hypot(b, a * c / spread if spread > 0 else 0.0)
    return (
        1.0,
        weights[0] * s["mu_a"] + weights[1] * s["mu_b"],
        weights[0] * s["mu_a"] + weights[2] * s["mu_c"],
        spread,
        slope,
        rest,
    )


def routed(weights: tuple[float, float, float], s: dict) -> Normals:
    a, b, c = weights
    return Normals(
        (a, s["mu_a"], s["mu_a"], s["sigma_a"], 1.0, 0.0),
        (b, s["mu_b"], 0.0, 0.0, 0.0, s["sigma_b"]),
        (c, 0.0, s["mu_c"], s["sigma_c"], 0.0, 0.0),
    )


def listening(s: dict) -> tuple[float, float, float]:
    raw = [s["alpha"], s["beta"], s["gamma"]]
    raw = [x if x >= 1e-12 * max(raw) else 0.0 for x in raw]
    return tuple(x / sum(raw) for x in raw) if sum(raw) else (0.4, 0.3, 0.3)


# ── selection at a pressure, and mean truth over all of them ──


@dataclass
class Sweep:
    """One method on one law, over a coordinate u: c for thresholds, log n, log(1 + μ), λ, χ²’s x, or rounds.

    `knobs` are the further ones, of online modelling: what is asked for, and fed back.
    """

    method: str
    law: Law
    knobs: tuple[float, float] = (0.5, 0.5)
    known: dict[tuple[str, float], tuple[Got | None, float]] = field(default_factory=dict)
    beside: dict[tuple[str, float], list[Got]] = field(default_factory=dict)

    @property
    def split(self) -> bool:
        """Whether there are point masses for a quantilizer to split: u is then log(1/q)."""
        return isinstance(self.law, Normals) and bool(np.any(self.law.s == 0))

    @cached_property
    def rounds(self) -> Rounds:
        return Rounds(self.law, *self.knobs)

    def at(self, u: float) -> Got:
        match self.method:
            case "Online modelling":
                rounds, u = self.rounds, float(u)
                return Got(rounds.truth(u), rounds.mean(u), max(rounds.kl(u), 0.0), rounds.log_samples(u))
            case "Quantilizer" if self.split:
                return self.law.quantile(u)
            case "Filter" | "Quantilizer":
                return self.law.filtered(u)
            case "Best-of-n":
                return self.law.best_of(np.exp(u))
            case "Best-of-Poisson":
                return self.law.best_of_poisson(np.expm1(u))
            case "Boltzmann":
                return self.law.tilted(u)
        _slope, got = self.law.sloped(u)
        return Got(float(got.truth), float(got.mean), self.law.chi_kl(u))

    def truths(self, u: np.ndarray) -> np.ndarray:
        if self.method == "Online modelling":
            return np.interp(u, np.arange(self.rounds.last + 1), self.rounds.truths)
        if self.method in ("Best-of-n", "Best-of-Poisson"):
            pieces = np.array_split(u, math.ceil(u.size / 32))
            return np.concatenate([self.at(piece).truth for piece in pieces])
        if self.method == "Chi-squared":
            return self.law.sloped(u)[1].truth
        return np.asarray(self.at(u).truth)

    def pressure(self, u: float) -> float:
        match self.method:
            case "Quantilizer":
                return math.exp(-u) if self.split else float(np.exp(self.law.log_sf(u)))
            case "Best-of-n":
                return math.exp(u)
            case "Best-of-Poisson":
                return math.expm1(u)
            case "Chi-squared":
                return float(self.law.sloped(u)[0])
        return float(u)

    def place(self, pressure: float) -> float:
        """u of a pressure."""
        match self.method:
            case "Best-of-n":
                return math.log(pressure)
            case "Best-of-Poisson":
                return math.log1p(pressure)
            case "Quantilizer" if self.split:
                return -math.log(pressure)
            case "Quantilizer":
                low, high = self.ends
                if isinstance(self.law, Sum) and np.isfinite(self.law.index):
                    low = -0.9 * self.law.half_line["end"]

                def gap(v: float) -> float:
                    return float(self.law.log_sf(math.sinh(v))) - math.log(pressure)

                low, high = math.asinh(low), math.asinh(high)
                return math.sinh(brentq(gap, low, high, xtol=1e-200, maxiter=3000) if gap(low) > 0 else low)
            case "Chi-squared":
                low, high = self.law.mean - 1.01 / max(pressure, 1e-120) - 1, self.ends[1]
                if pressure < 1e-120:
                    return low
                if float(self.law.sloped(high)[0]) <= pressure:
                    return high
                fine = {"xtol": 1e-200, "rtol": 1e-15, "maxiter": 2000}
                return brentq(lambda u: math.log(float(self.law.sloped(u)[0]) / pressure), low, high, **fine)
        return pressure

    @cached_property
    def ends(self) -> tuple[float, float]:
        """No pressure, and more than any page speaks of."""
        law = self.law
        match self.method:
            case "Online modelling":
                return 0.0, float(self.rounds.last)
            case "Quantilizer" if self.split:
                return 0.0, 670.0
            case "Best-of-n" | "Best-of-Poisson":
                return 0.0, math.log(MOST)
            case "Boltzmann":
                return 0.0, law.most_strength if np.isfinite(law.most_strength) else 1e3 / (
                    np.max(getattr(law, "s", 1)) or 1
                )
        if isinstance(law, Sum) and self.method == "Chi-squared":
            return -30 * float(law.s[0]), 0.9 * law.half_line["end"]
        if isinstance(law, Sum):
            return -min(40.0 * (law.sd + law.scale), 0.9 * law.half_line["end"]), 0.9 * law.half_line["end"]
        if self.method == "Chi-squared" and np.isfinite(law.highest):
            return float(np.min(law.p)), float(np.nextafter(law.highest, -np.inf))
        return float(np.min(law.p - 12 * law.s)), float(
            np.max(law.p + (150 if self.method == "Filter" else 37) * law.s)
        )

    def line(self, end: float) -> np.ndarray:
        start, stop = self.ends[0], self.place(end)
        match self.method:
            case "Online modelling":
                return np.arange(min(math.floor(stop), self.rounds.last) + 1.0)
            case "Best-of-n" | "Best-of-Poisson":
                near = stop - np.geomspace(0.1, 1e-3, 9) if stop > 4 else []  # a turn may be just before the end
                body = np.append(np.linspace(3.0, stop, 250)[1:], near)
                return np.concatenate([[0.0], np.geomspace(1e-5, 3.0, 200), np.sort(body)])
            case "Boltzmann":
                least = min(1e-5 * stop, 1e-3)  # between atoms truth may turn long before the last of them has it all
                near = np.geomspace(least, 0.05 * stop, 110 * math.ceil(math.log10(0.05 * stop / least)))
                return np.concatenate([[0.0], near, np.linspace(0.05 * stop, stop, 5000)[1:]])
            case "Chi-squared":
                near = np.concatenate([start - np.geomspace(1e6, 1e-2, 300), np.linspace(start, min(stop, 60.0), 4000)])
                return near if stop <= 60 else np.concatenate([near, np.geomspace(60, stop, 600)[1:]])
        body = np.linspace(start, min(stop, 60.0), 4000)
        if self.method == "Filter" and isinstance(self.law, Normals):  # where an atom goes
            atoms = self.law.atoms
            atoms = np.concatenate([atoms, np.nextafter(atoms, np.inf)])
            body = np.unique(np.concatenate([body, atoms[(atoms > body[0]) & (atoms < body[-1])]]))
        if self.method == "Quantilizer" and self.split:  # finely where it begins, and where an atom is split
            atoms = self.law.atoms
            edges = -np.concatenate([[0.0], self.law.log_sf(atoms), self.law.log_sf(atoms, strict=True)])
            near = np.concatenate([-np.geomspace(1e-12, 0.01, 60), [0.0], np.geomspace(1e-12, 0.01, 60)])
            fine = (edges[np.isfinite(edges)][:, None] + near).ravel()
            body = np.unique(np.concatenate([body, fine[(fine > 0) & (fine < body[-1])]]))
        return body if stop <= 60 else np.concatenate([body, np.geomspace(60, stop, 400)[1:]])

    def courses(self, end: float) -> list[tuple[tuple[int, ...], np.ndarray, np.ndarray]]:
        """Directions, heights and places of the turns up to `end`, at three ideas of what is too small to count."""
        if self.law.fixed:
            return [((0,), np.full(2, self.law.truth), np.empty(0))]
        u = self.line(end)
        y = self.truths(u)
        y[0] = self.law.truth
        y = y[np.maximum.accumulate(np.where(np.isfinite(y), np.arange(y.size), 0))]  # beyond all floats: as before
        found, polished = [], {}
        for least in (1e-4, 3.3e-5, 3e-4):
            turns = zigzag(y, least)
            places, heights = [], [self.law.truth]
            for k in turns:
                if k not in polished:
                    polished[k] = self.polished(u, y, k)
                place, height = polished[k]
                places.append(place)
                heights.append(height)
            heights.append(float(y[-1]))
            step = np.diff(heights)
            directions = (0,) if len(step) == 1 and abs(step[0]) < least else tuple(int(x) for x in np.sign(step))
            found.append((directions, np.array(heights), np.array(places)))
        return found

    def polished(self, u: np.ndarray, y: np.ndarray, k: int) -> tuple[float, float]:
        """Where truth turns near `u[k]`, and its height there."""
        if self.method == "Online modelling":  # it goes straight from round to round
            return float(u[k]), float(y[k])
        sign = 1 if y[k] >= y[max(k - 1, 0)] else -1
        low, high = u[max(k - 2, 0)], u[min(k + 2, u.size - 1)]
        for atom in self.law.atoms if self.method == "Filter" and isinstance(self.law, Normals) else ():
            low, high = (low, min(high, atom)) if u[k] <= atom else (max(low, np.nextafter(atom, np.inf)), high)
        best = minimize_scalar(
            lambda x: -sign * float(self.truths(np.array([x]))[0]),
            bounds=(low, high),
            method="bounded",
            options={"xatol": 1e-9 * (1 + abs(high - low))},
        )
        jumps = sign * y[k] >= -best.fun  # an atom is lost there
        return (u[k], float(y[k])) if jumps else (best.x, -sign * best.fun)

    def reaching(self, by: str, aim: float) -> Got | None:
        """Where the method has a KL, a mean P or a number of samples; None if it has not."""
        return self.reached(by, aim)[0]

    def misses(self, by: str, aim: float) -> bool:
        """Whether it has the target but for rounding: to say that it cannot reach it is as true."""
        got, _ = self.reached(by, aim)
        return got is not None and abs(float(getattr(got, by)) - aim) > 1e-12 * (1 + abs(aim))

    def reached(self, by: str, aim: float) -> tuple[Got | None, float]:
        """`reaching`, and the u of it."""
        known = self.known
        if (by, aim) not in known:
            known[by, aim] = self.sought(by, aim)
        return known[by, aim]

    def sought(self, by: str, aim: float) -> tuple[Got | None, float]:
        law = self.law
        base = {"kl": 0.0, "mean": law.mean, "log_samples": 0.0}[by]
        if base is None or not aim >= base - 1e-12 * (1 + abs(aim)):
            return None, math.nan
        if aim <= base + 1e-12:
            return Got(
                law.truth, law.mean, 0.0, 0.0 if self.method not in ("Boltzmann", "Chi-squared") else None
            ), math.nan
        if law.fixed:  # every output is as persuasive: nothing moves, however many are drawn
            drawing = by == "log_samples" and self.method != "Filter"
            return (Got(law.truth, law.mean, 0.0, aim) if drawing else None), math.nan
        low, high = self.ends
        heavy = isinstance(law, Sum) and np.isfinite(law.index) and self.method in ("Filter", "Quantilizer")
        if heavy:
            low = -0.9 * law.half_line["end"]
        near = 1e-6 if isinstance(law, Sum) and law.highest < np.inf else 1e-8  # P near its end is itself rounded
        tried: dict[float, Got] = {}

        def miss(u: float) -> float:
            tried[u] = self.at(u)
            return float(getattr(tried[u], by)) - aim

        def nearest() -> tuple[Got | None, float]:
            """What was tried and has the target, but for rounding: others jump over it, at an atom or at their end."""
            u = min(tried, key=lambda u: abs(np.nan_to_num(float(getattr(tried[u], by)), nan=np.inf) - aim))
            got = tried[u]
            return (got if abs(float(getattr(got, by)) - aim) <= near * (1 + abs(aim)) else None), u

        if self.method == "Chi-squared" and by == "mean" and isinstance(law, Sum) and law.index <= 2:
            return None, math.nan  # of any χ² weight the mean is infinite
        if self.method == "Chi-squared":
            width = float(np.max(law.s)) or float(np.ptp(law.p))
            low, further = law.mean - width, width
            while miss(low) > 0:
                low, high = law.mean - 4 * (law.mean - low), low
            while low + further < high and miss(low + further) < 0:
                further *= 4
            high = min(low + further, high)
        if self.method == "Boltzmann":
            high = min(1.0 / (float(np.max(law.s)) or float(np.ptp(law.p))), 0.5 * law.most_strength)
            while miss(high) < 0 and high < min(law.most_strength * (1 - 1e-13), 1e150):
                high = 2 * high if np.isinf(law.most_strength) else 0.5 * (high + law.most_strength)
        while np.isnan(miss(high)):  # too far out for this route's integrals
            high = low + 0.95 * (high - low)
        if miss(high) < 0:
            return nearest()
        if self.method in ("Filter", "Quantilizer") and not self.split:  # a sweep first, to search between two of it
            u = np.sinh(np.linspace(math.asinh(low), math.asinh(high), 60)[1:-1])
            over = np.asarray(getattr(self.at(u), by)) > aim
            k = int(np.argmax(over)) if np.any(over) else u.size
            low, high = u[k - 1] if k > 0 else low, u[k] if k < u.size else high
        if miss(low) > 0:  # already too much at the least that this route can tell from nothing
            return nearest()
        if heavy:
            brentq(lambda v: miss(math.sinh(v)), math.asinh(low), math.asinh(high), xtol=1e-14, rtol=1e-14)
        elif self.method == "Chi-squared" and isinstance(law, Sum) and by == "kl":
            ends = (math.asinh(u / law.s[0]) for u in (low, high))  # it grows like a power, on either side of 0
            brentq(lambda v: math.log1p(miss(law.s[0] * math.sinh(v)) / aim), *ends, xtol=1e-15, rtol=1e-15)
        else:
            brentq(miss, low, high, xtol=1e-300, rtol=1e-15, maxiter=3000)
        places = sorted(tried)
        k = next(k for k, u in enumerate(places) if float(getattr(tried[u], by)) >= aim)
        self.beside[by, aim] = [tried[u] for u in places[max(k - 1, 0) : k + 1]]
        return nearest()


@lru_cache(maxsize=64)
def sweep_of(method: str, law: Law, knobs: tuple[float, float] = (0.5, 0.5)) -> Sweep:
    return Sweep(method, law, knobs)


def zigzag(y: np.ndarray, least: float) -> list[int]:
    """The turning points of a sequence whose every step, from turn to turn and to both ends, is at least `least`."""
    step = np.sign(np.diff(y))
    live = np.flatnonzero(step)
    turns = live[1:][np.diff(step[live]) != 0].tolist()
    while turns:
        gaps = np.abs(np.diff(y[[0, *turns, -1]]))
        k = int(np.argmin(gaps))
        if gaps[k] >= least:
            break
        del turns[max(k - 1, 0) : k + 1]
    return turns
