"""Mixtures of bivariate normals: the law of truth T and persuasiveness P (docs/theory.md §1.2, §4.1).

One mode is the blend of the three submodules, several are the Goodhart mixture. A mode may be degenerate
(a standard deviation of 0, a correlation of ±1); then it has point masses, or a joint law on a line.
"""

from abc import ABC
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import log_ndtr, ndtr, ndtri, ndtri_exp

from models.laws.base import Atoms, BaseLaw, OutputLaw, Outputs, Points, Reweighted, Reweighting
from models.laws.modes import Mode, ModeArrays, atoms_of, log_normal_pdf, log_sum, mixture_sd, scale_of, standardise
from models.laws.ramped import RampedMixture
from models.laws.truncated import TruncatedMixture
from models.numerics.axes import Floats, plain
from models.numerics.information import excess_information
from models.numerics.normal import log_mills, log_phi, normal_excess
from models.numerics.panels import panels
from models.numerics.sub_gaussian import variance_proxy_of_normals
from models.parameters import Record

__all__ = ["MixtureBatch", "NormalMixture", "OutputMixture"]

LOG_HALF = np.log(0.5)
# A share of the heaviest node's mass below which a node adds nothing to a density.
NOTHING = 1e-40


@dataclass(frozen=True)
class NormalMixture(Record, OutputLaw, ABC):
    """Bivariate normal modes whose weights add to 1: their moments and densities. Modes of weight 0 are dropped."""

    modes: Sequence[Mode]

    def __post_init__(self) -> None:
        modes = tuple(self.modes) if isinstance(self.modes, Iterable) else None
        if modes is None or not all(isinstance(mode, Mode) for mode in modes):
            raise TypeError(f"modes is no list of modes; give {type(self).__name__}([Mode(…), …])")
        if not modes:
            raise ValueError("modes is empty; a mixture needs at least one mode")
        alive = tuple(mode for mode in modes if np.any(np.asarray(mode.weight) > 0))
        object.__setattr__(self, "modes", alive or modes[:1])
        total = sum(mode.weight for mode in self.modes)
        if np.any(np.abs(total - 1) > 1e-9):
            raise ValueError(f"the weights add to {float(np.ravel(total)[0])!r}; they must add to 1 within 1e-9")

    def _raw(self, name: str) -> Floats:
        return np.stack(np.broadcast_arrays(*(np.asarray(getattr(mode, name)) for mode in self.modes)), axis=-1)

    @cached_property
    def arrays(self) -> ModeArrays:
        """The modes' parameters, mode axis last."""
        weight = self._raw("weight")
        return ModeArrays(
            weight=weight / np.sum(weight, axis=-1, keepdims=True),
            mean_t=self._raw("mean_truth"),
            mean_p=self._raw("mean_persuasiveness"),
            sd_t=self._raw("sd_truth"),
            sd_p=self._raw("sd_persuasiveness"),
            raw_correlation=self._raw("correlation"),
        )

    # ── moments ──

    @cached_property
    def mean_truth(self) -> Floats:
        return plain(np.sum(self.arrays.weight * self.arrays.mean_t, axis=-1))

    @cached_property
    def mean_persuasiveness(self) -> Floats:
        return plain(np.sum(self.arrays.weight * self.arrays.mean_p, axis=-1))

    @cached_property
    def sd_truth(self) -> Floats:
        return mixture_sd(self.arrays.weight, self.arrays.mean_t, np.square(self.arrays.sd_t))

    @cached_property
    def sd_persuasiveness(self) -> Floats:
        return mixture_sd(self.arrays.weight, self.arrays.mean_p, np.square(self.arrays.sd_p))

    @cached_property
    def covariance(self) -> float:
        """Cov(T, P)."""
        pairs = (
            self.arrays.weight[..., None]
            * self.arrays.weight[..., None, :]
            * _gaps(self.arrays.mean_t)
            * _gaps(self.arrays.mean_p)
        ) / 2
        within = np.sum(self.arrays.weight * self.arrays.correlation * self.arrays.sd_t * self.arrays.sd_p, axis=-1)
        return plain(within + np.sum(pairs, axis=(-2, -1)))

    # ── densities and point masses ──

    def truth_pdf(self, t: Floats) -> Floats:
        t = np.asarray(t, dtype=float)
        modes = self.arrays.each(t.ndim, "log_weight", "mean_t", "sd_t")
        return plain(sum(np.exp(w + log_normal_pdf(t - m, s)) for w, m, s in modes))

    def log_persuasiveness_pdf(self, p: Floats) -> Floats:
        p = np.asarray(p, dtype=float)
        modes = self.arrays.each(p.ndim, "log_weight", "mean_p", "sd_p")
        return plain(log_sum([w + log_normal_pdf(p - m, s) for w, m, s in modes]))

    def log_joint_pdf(self, t: Floats, p: Floats) -> Floats:
        t, p = np.asarray(t, dtype=float), np.asarray(p, dtype=float)
        modes = self.arrays.each(
            max(t.ndim, p.ndim), "log_weight", "mean_t", "mean_p", "sd_t", "sd_p", "slope", "independent"
        )
        by_mode = [
            w + log_normal_pdf(p - mp, sp) + log_normal_pdf(t - mt - slope * (p - mp), st * independent)
            for w, mt, mp, st, sp, slope, independent in modes
        ]
        return plain(log_sum(by_mode))

    def persuasiveness_pdf(self, p: Floats) -> Floats:
        return plain(np.exp(self.log_persuasiveness_pdf(p)))

    def joint_pdf(self, t: Floats, p: Floats) -> Floats:
        return plain(np.exp(self.log_joint_pdf(t, p)))

    def truth_atoms(self) -> Atoms:
        return atoms_of(self.arrays.mean_t, self.arrays.sd_t, self.arrays.weight)

    def persuasiveness_atoms(self) -> Atoms:
        return self._persuasiveness_atoms

    @cached_property
    def _persuasiveness_atoms(self) -> Atoms:
        return atoms_of(self.arrays.mean_p, self.arrays.sd_p, self.arrays.weight)

    def expected_shortfall(self, level: float) -> float:
        return plain(np.sum(self.arrays.weight * normal_excess(level - self.arrays.mean_t, self.arrays.sd_t), axis=-1))


@dataclass(frozen=True)
class MixtureBatch(NormalMixture):
    """Several mixtures at once: what a mode is given as may be an array of numbers, and attributes have its shape. What
    an array of pressures, or of listening weights, gives; selection starts from one `OutputMixture`."""

    def on_nodes(self, base: BaseLaw) -> tuple[Points, np.ndarray]:
        several = np.size(self.mean_truth)
        raise ValueError(f"{several} laws at once are not allowed here; one at a time")


@dataclass(frozen=True)
class OutputMixture(NormalMixture, BaseLaw):
    """The law of (T, P) as a mixture of bivariate normal modes whose weights add to 1; modes of weight 0 are dropped.

    >>> base = OutputMixture([
    ...     Mode(weight=0.98, correlation=0.6),
    ...     Mode(weight=0.02, mean_truth=-1, mean_persuasiveness=1, sd_persuasiveness=2, correlation=-0.4),
    ... ])
    >>> round(base.mean_truth, 6), round(float(base.regression(4.0)), 6)
    (-0.02, -1.232193)

    Raises:
        TypeError: for what is no list of modes.
        ValueError: without modes, if the weights do not add to 1 within 1e-9, or where a mode is several at once.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        for mode in self.modes:
            for name in mode.parameters():
                if several := np.ndim(getattr(mode, name)) and np.size(getattr(mode, name)):
                    each = f"[OutputMixture([Mode({name}=x), …]) for x in …]"
                    raise ValueError(f"{name} is an array of {several}; it must be one number, and for several {each}")

    @property
    def title(self) -> str:
        return f"OutputMixture of {len(self.modes)} mode{'s' if len(self.modes) > 1 else ''}"

    # ── the law of P, and of T given P ──

    def log_cdf(self, p: Floats, *, strict: bool = False) -> Floats:
        return self._log_tails(np.asarray(p, dtype=float), 1, strict)

    def log_sf(self, p: Floats, *, strict: bool = False) -> Floats:
        return self._log_tails(np.asarray(p, dtype=float), -1, strict)

    def log_continuous_sf(self, p: Floats) -> Floats:
        p = np.asarray(p, dtype=float)
        return log_sum(
            [
                np.where(s > 0, w, -np.inf) + log_ndtr(-standardise(p - m, s, np.inf))
                for w, m, s in self.arrays.each(p.ndim, "log_weight", "mean_p", "sd_p")
            ]
        )

    def _log_tails(self, p: Floats, side: int, strict: bool) -> Floats:
        """The tail on one `side`, from whichever of it and its complement is the smaller."""
        at_atom = -np.inf if strict else np.inf
        modes = [
            (w, side * standardise(p - m, s, side * at_atom))
            for w, m, s in self.arrays.each(p.ndim, "log_weight", "mean_p", "sd_p")
        ]
        tail = log_sum([w + log_ndtr(z) for w, z in modes])
        if (tail < LOG_HALF).all():
            return tail
        rest = log_sum([w + log_ndtr(-z) for w, z in modes])
        return np.where(tail < LOG_HALF, tail, np.log1p(-np.exp(np.minimum(rest, LOG_HALF))))

    def mean_excess(self, start: Floats) -> Floats:
        gap = self.arrays.mean_p - np.asarray(start, dtype=float)[..., None]
        return plain(np.sum(self.arrays.weight * normal_excess(gap, self.arrays.sd_p), axis=-1))

    def truth_excess(self, start: Floats) -> Floats:
        gap = self.arrays.mean_p - np.asarray(start, dtype=float)[..., None]
        above = ndtr(gap / scale_of(self.arrays.sd_p))
        spread = self.arrays.correlation * self.arrays.sd_t * self.arrays.sd_p * above
        excess = self.arrays.mean_t * normal_excess(gap, self.arrays.sd_p)
        return plain(np.sum(self.arrays.weight * (excess + spread), axis=-1))

    def isf(self, log_tail: Floats) -> Floats:
        """The threshold c with log P(P ≥ c) = `log_tail` ≤ 0, and at an atom that straddles it the atom.

        For 0 it is a finite c, 37 standard deviations below the mean.
        """
        log_tail = np.minimum(log_tail, -1e-300)
        continuous = self.arrays.sd_p > 0
        if np.all(continuous) and len(self.modes) == 1:
            return plain(self.arrays.mean_p[0] - self.arrays.sd_p[0] * ndtri_exp(log_tail))
        root = (
            self.continuous_isf(log_tail) if np.any(continuous) else np.full_like(log_tail, np.min(self.arrays.mean_p))
        )
        for atom in np.unique(self.arrays.mean_p[~continuous]):
            straddles = (self.log_sf(atom, strict=True) < log_tail) & (log_tail <= self.log_sf(atom))
            root = np.where(straddles, atom, root)
        return plain(root)

    def _log_responsibility(self, p: Floats) -> list[np.ndarray]:
        """log π_k(p) by mode; on an atom the atom alone is responsible."""
        modes = list(self.arrays.each(p.ndim, "log_weight", "mean_p", "sd_p"))
        log_joint = [w + log_normal_pdf(p - m, s) for w, m, s in modes]
        if np.any(self.arrays.sd_p == 0):
            on_atom = [(s == 0) & (p == m) for _, m, s in modes]
            anywhere = np.any(on_atom, axis=0)
            log_joint = [
                np.where(anywhere, np.where(here, w, -np.inf), density)
                for (w, _, _), here, density in zip(modes, on_atom, log_joint, strict=True)
            ]
        total = log_sum(log_joint)
        if np.any(np.isneginf(total)):
            nowhere = float(p[np.isneginf(total)].flat[0])
            raise ValueError(f"no output has persuasiveness {nowhere!r}: E[T | P] does not exist there")
        return [density - total for density in log_joint]

    def _mode_regression(self, p: Floats) -> list[np.ndarray]:
        return [m + slope * (p - centre) for m, slope, centre in self.arrays.each(p.ndim, "mean_t", "slope", "mean_p")]

    def truth_given(self, p: Floats) -> tuple[np.ndarray, np.ndarray]:
        share, line = [np.exp(x) for x in self._log_responsibility(p)], self._mode_regression(p)
        mean = sum(x * y for x, y in zip(share, line, strict=True))
        residual = np.square(self.arrays.sd_t * self.arrays.independent)
        with np.errstate(over="ignore"):  # a line may be beyond 1e154 where nothing is of its mode
            return mean, sum(
                x * v + np.square(np.sqrt(x) * (y - mean))
                for x, y, v in zip(share, line, np.moveaxis(residual, -1, 0), strict=True)
            )

    def from_uniforms(self, across: np.ndarray, up: np.ndarray) -> Outputs:
        """Each mode has its weight of the way across, in which P rises through all its quantiles; up, T given P does. An end
        of that way counts as 1e-16 inside."""
        modes = self.arrays
        ends = np.cumsum(modes.weight)
        mode = np.minimum(np.searchsorted(ends, across, side="right"), ends.size - 1)
        share = 1 - (ends[mode] - across) / modes.weight[mode]
        z = ndtri(np.clip(share, 1e-16, 1 - 1e-16))
        rest = modes.correlation[mode] * z + modes.independent[mode] * ndtri(up)
        return Outputs(
            truth=modes.mean_t[mode] + modes.sd_t[mode] * rest,
            persuasiveness=modes.mean_p[mode] + modes.sd_p[mode] * z,
            mode=mode,
        )

    def reweighted_shortfall(self, level: float, law: Reweighted) -> float:
        """By quadrature over P, with panels around the place where each mode’s line passes `level`."""
        modes = self.arrays
        tied = np.abs(modes.correlation) > modes.independent
        slope = np.where(tied, modes.slope, 1.0)
        centre = modes.mean_p + (level - modes.mean_t) / slope
        spread = modes.sd_t * modes.independent / np.abs(slope)
        turns = (centre + spread * np.linspace(-9, 9, 19)[:, None])[:, tied].ravel()
        nodes, atoms = self.nodes_above(law.start, turns), law.persuasiveness_atoms()
        smooth = slice(nodes.p.size - nodes.atoms)
        p = np.append(nodes.p[smooth], atoms.position)
        mass = np.append(np.exp(nodes.log_mass[smooth] + law.log_ratio(nodes.p[smooth])), atoms.mass)
        share, line = self._log_responsibility(p), self._mode_regression(p)
        short = sum(
            np.exp(log_pi) * normal_excess(level - mean, sd)
            for log_pi, mean, sd in zip(share, line, modes.sd_t * modes.independent, strict=True)
        )
        return float(np.sum(mass * short))

    # ── the verbs of selection ──

    @cached_property
    def edges(self) -> Floats:
        """From 12 standard deviations below every mode to 13 above, in steps of 0.4 of the narrowest mode there."""
        edges = np.empty(0)
        covered: list[tuple[float, float]] = []
        for k in np.argsort(self.arrays.sd_p):
            mean, sd = self.arrays.mean_p[k], self.arrays.sd_p[k]
            if sd > 0:
                own = mean + sd * np.linspace(-12, 13, 64)
                free = np.ones(own.size, dtype=bool)
                for low, high in covered:
                    free &= (own < low) | (own > high)
                edges = np.union1d(edges, own[free])
                covered.append((own[0], own[-1]))
        return edges

    def log_folds(self, start: Floats) -> list[Floats]:
        modes = [(m, s) for m, s in self.arrays.each(np.ndim(start), "mean_p", "sd_p") if np.all(s > 0)]
        own = [np.log(s) + log_mills(np.maximum((start - m) / s, 0.0)) for m, s in modes]
        return own if len(modes) == 1 else [*super().log_folds(start), np.max(own, axis=0)]

    @cached_property
    def relative_rounding(self) -> float:
        narrow = self.arrays.sd_p > 0
        return float(
            np.finfo(float).eps * np.max(np.abs(self.arrays.mean_p[narrow]) / self.arrays.sd_p[narrow], initial=1.0)
        )

    @property
    def slope(self) -> float | None:
        return float(self.arrays.slope[0]) if len(self.modes) == 1 else None

    def rings(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Around every mode, one, two and three standard deviations out."""
        return [mode.ellipse(radius) for mode in self.modes for radius in (1, 2, 3)]

    @cached_property
    def variance_proxy(self) -> float:
        return variance_proxy_of_normals(self.arrays.weight, self.arrays.mean_p, self.arrays.sd_p)

    @property
    def highest(self) -> float:
        return np.inf if np.any(self.arrays.sd_p > 0) else float(np.max(self.arrays.mean_p))

    @property
    def truth_limit(self) -> float:
        """The mode widest in persuasiveness owns the far tail, and of equally wide ones the highest."""
        rank = np.lexsort((self.arrays.mean_p, self.arrays.sd_p))[-1]
        owners = (self.arrays.sd_p == self.arrays.sd_p[rank]) & (self.arrays.mean_p == self.arrays.mean_p[rank])
        weight = self.arrays.weight[owners] / np.sum(self.arrays.weight[owners])
        slope = float(np.sum(weight * self.arrays.slope[owners]))
        return float(np.copysign(np.inf, slope)) if slope else float(np.sum(weight * self.arrays.mean_t[owners]))

    def log_tilt_of_modes(self, strength: float) -> Floats:
        """log of what a tilt by e^{strength · p} multiplies each mode's weight with, modes last."""
        lam = np.asarray(strength, dtype=float)[..., None]
        exponent = lam * (self.arrays.mean_p - self.mean_persuasiveness) + 0.5 * np.square(lam * self.arrays.sd_p)
        return exponent - _log_mean_exp(self.arrays.log_weight, exponent)

    def tilted(self, strength: Floats) -> tuple[OutputLaw, Floats]:
        """Exact: each mode moves by strength · Cov_k e_P and keeps its covariance (docs/theory.md §4.3).

        The KL is Σ π_k (log(π_k/w_k) + strength² s_Pk²/2) with π_k the tilted weights.
        """
        lam = np.asarray(strength, dtype=float)[..., None]
        half = 0.5 * np.square(lam * self.arrays.sd_p)
        log_ratio = self.log_tilt_of_modes(strength)
        weight = np.exp(self.arrays.log_weight + log_ratio)
        weight /= np.sum(weight, axis=-1, keepdims=True)  # 1 but for rounding, which grows with the exponents
        of_modes = MixtureBatch if np.ndim(strength) else OutputMixture
        law = of_modes(
            [
                Mode(
                    weight=plain(weight[..., k]),
                    mean_truth=mode.mean_truth
                    + lam[..., 0] * (self.arrays.correlation * self.arrays.sd_t * self.arrays.sd_p)[k],
                    mean_persuasiveness=mode.mean_persuasiveness + lam[..., 0] * np.square(self.arrays.sd_p[k]),
                    sd_truth=mode.sd_truth,
                    sd_persuasiveness=mode.sd_persuasiveness,
                    correlation=mode.correlation,
                )
                for k, mode in enumerate(self.modes)
            ]
        )
        discrete = excess_information(self.arrays.log_weight, log_ratio)
        return law, plain(np.sum(discrete + weight * half, axis=-1))

    def truncated(self, threshold: Floats, share: Floats = 1.0) -> tuple[OutputLaw, Floats]:
        law = TruncatedMixture(self, self.arrays, np.asarray(threshold, dtype=float), np.asarray(share, dtype=float))
        return law, law.kl

    def ramped(self, start: np.ndarray) -> OutputLaw | None:
        """None with point masses."""
        return RampedMixture(self, self.arrays, start) if np.all(self.arrays.sd_p > 0) else None

    def reweighted_truth_pdf(self, t: Floats, law: Reweighting) -> Floats:
        """Mode by mode: over the law's nodes where T given P is wide on their scale, and otherwise over
        P given T = t, where the ratio is smooth."""
        flat = t.reshape(-1, 1)
        pressures = law.log_mass.shape[:-1]
        density = np.zeros((*pressures, flat.shape[0]))
        share = self._log_responsibility(law.nodes.p)
        line = self._mode_regression(law.nodes.p)
        for k in np.flatnonzero(self.arrays.sd_t > 0):
            if self.arrays.independent[k] > 0.1 * abs(self.arrays.correlation[k]):
                mass = np.exp(law.log_mass + share[k])
                kept = np.any(mass > NOTHING * np.max(mass, axis=-1, keepdims=True), axis=tuple(range(mass.ndim - 1)))
                scale = np.sqrt(2) * self.arrays.sd_t[k] * self.arrays.independent[k]
                z = flat / scale - line[k][..., None, kept] / scale
                given = np.exp(np.negative(np.square(z, out=z), out=z), out=z)
                density += (given @ (mass[..., kept, None] / (np.sqrt(np.pi) * scale)))[..., 0]
            else:
                density += self.arrays.weight[k] * self._conditional_sum(flat, law, int(k))
        return density.reshape(pressures + t.shape)

    def _conditional_sum(self, t: Floats, law: Reweighting, k: int) -> Floats:
        """N(t; m_T, s_T²) E[density ratio | T = t] of mode k, by panels over P given T = t."""
        score = (t - self.arrays.mean_t[k]) / self.arrays.sd_t[k]
        centre = self.arrays.mean_p[k] + self.arrays.correlation[k] * self.arrays.sd_p[k] * score
        spread = self.arrays.sd_p[k] * self.arrays.independent[k]
        finest = np.min(self.arrays.sd_p[self.arrays.sd_p > 0])
        edges = np.linspace(-9, 9, 5 + int(min(18 * spread / (0.4 * finest), 400)))
        if law.start.ndim or law.start > -np.inf:
            kink = (law.start[..., None, None] - centre) / scale_of(spread)
            edges = np.maximum(edges, np.where(spread > 0, np.minimum(kink, 9), -9))
        if (atoms := self.persuasiveness_atoms().position).size and spread > 0:
            jumps = np.broadcast_to((atoms - centre) / spread, (*edges.shape[:-2], t.shape[0], atoms.size))
            edges = np.broadcast_to(edges, (*jumps.shape[:-1], edges.shape[-1]))
            jumps = np.clip(jumps, edges[..., :1], edges[..., -1:])
            edges = np.sort(np.concatenate([edges, jumps], axis=-1), axis=-1)
        z, width = panels(edges)
        ratio = law.ratio(Points(self, centre + spread * z, law.start.ndim))
        return np.exp(log_phi(score[:, 0])) / self.arrays.sd_t[k] * np.sum(np.exp(ratio + log_phi(z)) * width, axis=-1)

    def reweighted_truth_atoms(self, law: Reweighting) -> Atoms:
        if np.all(self.arrays.sd_t > 0):
            return self.truth_atoms()
        share = self._log_responsibility(law.nodes.p)
        mass = np.stack([np.sum(np.exp(law.log_mass + x), axis=-1) for x in share], axis=-1)
        return atoms_of(self.arrays.mean_t, self.arrays.sd_t, mass)


def _gaps(x: Floats) -> Floats:
    """Differences of every two modes."""
    return x[..., None] - x[..., None, :]


def _log_mean_exp(log_weight: Floats, exponent: Floats) -> Floats:
    """log Σ w e^x over modes; through expm1 where x is small, so that it keeps its relative accuracy."""
    small = np.max(np.abs(exponent), axis=-1, keepdims=True) < 0.5
    near = np.log1p(np.sum(np.exp(log_weight) * np.expm1(np.where(small, exponent, 0.0)), axis=-1, keepdims=True))
    return np.where(small, near, np.logaddexp.reduce(log_weight + exponent, axis=-1, keepdims=True))
