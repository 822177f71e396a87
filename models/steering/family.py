"""KL-penalised RL that can only move (α, β, γ): the best blend, and how far it is from the best policy (docs/theory.md §6.4)."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.linalg import null_space
from scipy.optimize import minimize, minimize_scalar

from models.base_models.given import as_submodules
from models.base_models.submodules import ThreeSubmodules
from models.numerics.axes import Floats, plain
from models.selection.boltzmann import Boltzmann
from models.steering.divergence import kl_between_blends
from models.steering.norm import NormOptimum

__all__ = ["FamilyOptimum", "family_optimum", "kl_between_weights"]

SIDE = 61  # of the grid that looks for hills
RIDGE = 401
SILENT = 1e-12  # a noise that is this share of the loudest is none


@dataclass(frozen=True)
class FamilyOptimum:
    """The best blend under J = E[P] − τ KL(blend ‖ base).

    Attributes:
        model: the best weights, to about eight digits; J there is exact, for its top is flat.
        objective: J, score units.
        kl: KL(blend ‖ base), nats.
        gap: nats between the best blend and the policy that the objective wants, Boltzmann’s: log Z − J/τ ≥ 0.
    """

    model: ThreeSubmodules
    objective: float
    kl: float
    gap: float


def family_optimum(model: ThreeSubmodules, tau: float) -> FamilyOptimum:
    """KL-penalised RL that can only move (α, β, γ): the global optimum over the simplex, edges included.

    J may have several hills, one narrow ridge, or both. Every hill of a grid, of the ridge through the base model and
    of the three edges is climbed.

    >>> round(family_optimum(ThreeSubmodules(mu_c=2), tau=1.0).gap, 6)
    0.088427

    Raises:
        TypeError: for a law in the model’s place.
        ValueError: unless τ, the price of a nat, is above 0 and finite.
    """
    model = as_submodules(model)
    if not 0 < tau < np.inf:
        raise ValueError(f"tau = {tau!r} is not allowed; it must lie in (0, ∞)")
    family = _Family(model, tau)
    theta = family.best_of_many() if family.is_spread else family.best_on_a_line()
    kl = float(family.kl(theta))
    value = float(family.reward @ theta) - tau * kl
    ideal = Boltzmann(strength=1 / tau).apply(model.blend())
    gap = (ideal.mean_persuasiveness - value) / tau - ideal.kl
    alpha, beta, gamma = (float(x) for x in theta)
    return FamilyOptimum(replace(model, alpha=alpha, beta=beta, gamma=gamma), value, kl, max(gap, 0.0))


def kl_between_weights(new: ThreeSubmodules | NormOptimum, base: ThreeSubmodules) -> float:
    """KL(new ‖ base) of the blends of the same submodules under two sets of weights, nats; shape of `new`’s weights.

    Exact to the last digits even where truth and persuasiveness are all but tied. A noise of the base model below 1e-12 of
    its loudest counts as none.
    """
    family = _Family(base, 1.0)
    theta = np.stack(np.broadcast_arrays(new.alpha, new.beta, new.gamma), axis=-1)
    if not family.is_spread:
        return kl_between_blends(base.blends_of(new.alpha, new.beta, new.gamma), base.blend())
    return plain(np.maximum(family.kl(theta), 0.0))


@dataclass(frozen=True, eq=False)
class _Family:
    """J over weights θ = (α, β, γ) that add to 1, in the metric of the base model’s covariance.

    With a, b, c the noises θ₀σ of the base model, its covariance has determinant a²b² + a²c² + b²c², and every entry
    of its inverse between the directions (1, 1), (1, 0), (0, 1) of A, B, C is one of its terms over that: nothing cancels.
    """

    model: ThreeSubmodules
    tau: float

    @cached_property
    def start(self) -> Floats:
        return np.array([self.model.alpha, self.model.beta, self.model.gamma])

    @cached_property
    def mean(self) -> Floats:
        return np.array([self.model.mu_a, self.model.mu_b, self.model.mu_c])

    @cached_property
    def sigma(self) -> Floats:
        return np.array([self.model.sigma_a, self.model.sigma_b, self.model.sigma_c])

    @cached_property
    def reward(self) -> Floats:
        return self.mean * np.array([1.0, 0.0, 1.0])

    @cached_property
    def noise(self) -> Floats:
        noise = self.start * self.sigma
        return np.where(noise > SILENT * np.max(noise), noise, 0.0)

    @property
    def is_spread(self) -> bool:
        """Whether the base model's law fills the plane; otherwise it lies on a line or a point."""
        return bool(np.count_nonzero(self.noise) >= 2)

    # ── a base model that fills the plane ──

    @cached_property
    def metric(self) -> Floats:
        a, b, c = np.square(self.noise)
        return np.array([[b + c, c, b], [c, a + c, -a], [b, -a, a + b]]) / (a * b + a * c + b * c)

    @cached_property
    def penalty(self) -> Floats:
        """Twice the second derivatives of the KL, but for those of its logarithm."""
        return np.diag(np.square(self.sigma) * np.diag(self.metric)) + np.outer(self.mean, self.mean) * self.metric

    def kl(self, theta: Floats) -> Floats:
        """KL of the blends with weights `theta`, shape (..., 3), from the base model, nats."""
        if not self.is_spread:
            return self._kl_on_a_line(theta)
        moved = (theta - self.start) * self.mean
        ratio = self._determinant(theta) / self._determinant(self.start)
        spread = np.square(theta * self.sigma) @ np.diag(self.metric)
        with np.errstate(divide="ignore"):
            return 0.5 * (spread - 2 + np.einsum("...i,ij,...j", moved, self.metric, moved) - np.log(ratio))

    def _determinant(self, theta: Floats) -> Floats:
        a, b, c = np.moveaxis(np.square(theta * self.sigma / np.max(self.noise)), -1, 0)
        return a * b + a * c + b * c

    def objective(self, theta: Floats) -> Floats:
        return theta @ self.reward - self.tau * self.kl(theta)

    def gradient(self, theta: Floats) -> Floats:
        moved = (theta - self.start) * self.mean
        a, b, c = np.square(theta * self.sigma / np.max(self.noise))
        rest = np.array([b + c, a + c, a + b]) * np.square(self.sigma / np.max(self.noise))
        barrier = theta * rest / max(self._determinant(theta), 1e-300)
        pull = theta * np.square(self.sigma) * np.diag(self.metric) + self.mean * (self.metric @ moved) - barrier
        return self.reward - self.tau * pull

    def best_of_many(self) -> Floats:
        best = max((self._climb(theta) for theta in self._hills()), key=self._height)
        return max((self._climb(theta) for theta in [best, *self._foothills(best)]), key=self._height)

    def _height(self, theta: Floats) -> float:
        return float(self.objective(theta))

    def _hills(self) -> list[np.ndarray]:
        """Where to climb from: the base model, and every local maximum of a grid, of the ridge and of the edges."""
        side = np.linspace(0, 1, SIDE)
        alpha, gamma = np.meshgrid(side, side, indexing="ij")
        grid = np.stack([alpha, 1 - alpha - gamma, gamma], axis=-1)
        value = np.where(alpha + gamma <= 1 + 1e-12, self.objective(np.maximum(grid, 0.0)), -np.inf)
        around = np.pad(value, 1, constant_values=-np.inf)
        near = [
            around[1 + i : SIDE + 1 + i, 1 + j : SIDE + 1 + j]
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
            if (i, j) != (0, 0)
        ]
        tops = np.argwhere((value >= np.max(near, axis=0)) & np.isfinite(value))
        found = [np.maximum(grid[i, j], 0.0) for i, j in tops]
        share = np.linspace(0, 1, RIDGE)[:, None]
        corners = np.eye(3)
        lines = [(1 - share) * corners[i] + share * corners[j] for i, j in ((0, 1), (1, 2), (0, 2))]
        for line in [*lines, self._ridge()]:
            value = np.concatenate([[-np.inf], self.objective(line), [-np.inf]])
            found += list(line[(value[1:-1] >= value[:-2]) & (value[1:-1] >= value[2:]) & np.isfinite(value[1:-1])])
        return [self.start, *sorted(found, key=self._height)[:-9:-1]]

    def _foothills(self, top: Floats) -> list[np.ndarray]:
        """Hills too near `top` for the grid: local maxima towards each corner, on a log scale, of the best across."""
        found = []
        for corner in np.eye(3):
            along = corner - top
            if not np.linalg.norm(along) > 0:
                continue
            across = np.cross(along, np.ones(3))
            width = 8 / np.sqrt(across @ self.penalty @ across)
            steps = np.geomspace(1e-7, 1, 141)[:, None, None] * along + width * np.linspace(-1, 1, 81)[:, None] * across
            theta = top + steps
            inside = np.all(theta >= 0, axis=-1)
            value = np.where(inside, self.objective(np.maximum(theta, 0.0)), -np.inf)
            crest, best = np.max(value, axis=-1), np.argmax(value, axis=-1)
            peaks = np.flatnonzero((crest[1:-1] > crest[:-2]) & (crest[1:-1] >= crest[2:])) + 1
            found += [theta[k, best[k]] for k in peaks]
        return found

    def _ridge(self) -> Floats:
        """The line through the base model along which the penalty grows least, from edge to edge of the simplex."""
        plane = null_space(np.ones((1, 3)))
        _, axes = np.linalg.eigh(plane.T @ self.penalty @ plane)
        along = plane @ axes[:, 0]
        low, high = _inside(self.start, along)
        return np.maximum(self.start + np.linspace(low, high, RIDGE)[:, None] * along, 0.0)

    def _climb(self, theta: Floats) -> Floats:
        """To the top of the hill that `theta` is on, in coordinates that make the penalty round."""
        plane = null_space(np.ones((1, 3)))
        ground = plane.T @ self.penalty @ plane
        round_ = plane @ np.linalg.inv(np.linalg.cholesky(ground + 1e-12 * np.trace(ground) * np.eye(2))).T
        scale = self.tau

        def weights(x: Floats) -> Floats:
            moved = np.maximum(theta + round_ @ x, 0.0)
            return moved / np.sum(moved)

        best = minimize(
            lambda x: -float(np.nan_to_num(self.objective(weights(x)) / scale, neginf=-1e12)),
            np.zeros(2),
            jac=lambda x: -(self.gradient(weights(x)) @ round_) / scale,
            method="SLSQP",
            constraints={"type": "ineq", "fun": lambda x: theta + round_ @ x, "jac": lambda _: round_},
            options={"ftol": 1e-16, "maxiter": 200},
        )
        top = weights(best.x)
        return top if self.objective(top) >= self.objective(theta) else theta

    # ── a base model on a line or a point ──

    def _kl_on_a_line(self, theta: Floats) -> float:
        """KL of a blend that lies on the base model's line: of one normal from another."""
        (i,) = np.flatnonzero(self.noise) if np.any(self.noise) else (None,)
        if i is None or np.array_equal(theta, self.start):
            return 0.0
        ratio = theta[i] / self.start[i]
        along = ((theta - self.start) * self.mean) @ DIRECTIONS @ DIRECTIONS[i] / (DIRECTIONS[i] @ DIRECTIONS[i])
        with np.errstate(divide="ignore"):
            return float(0.5 * (ratio**2 - 1) - np.log(ratio) + 0.5 * (along / self.noise[i]) ** 2)

    def best_on_a_line(self) -> Floats:
        """Only blends on the base model's own line or point have a finite KL. J is concave along them."""
        if not np.any(self.noise):
            return self.start
        (i,) = np.flatnonzero(self.noise)
        across = np.array([DIRECTIONS[i][1], -DIRECTIONS[i][0]])
        silent = [np.eye(3)[j] for j in range(3) if j != i and self.sigma[j] > 0]
        free = null_space(np.array([np.ones(3), (self.mean[:, None] * DIRECTIONS) @ across, *silent]), rcond=1e-12)
        towards = np.eye(3)[i] - self.start
        along = free @ (free.T @ towards)
        if not np.linalg.norm(along) > 1e-9:
            return self.start
        low, high = _inside(self.start, along)
        best = minimize_scalar(
            lambda x: -float(self.objective(np.maximum(self.start + x * along, 0.0))),
            bounds=(low, high),
            method="bounded",
            options={"xatol": 1e-12},
        )
        return np.maximum(self.start + best.x * along, 0.0)


# What A, B and C move in the plane of truth and persuasiveness.
DIRECTIONS = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]])


def _inside(start: Floats, along: Floats) -> tuple[float, float]:
    """How far one may go from `start` along a direction, back and forth, before a weight is below 0."""
    ends = -start[along != 0] / along[along != 0]
    return float(np.max(ends[ends <= 0], initial=-np.inf)), float(np.min(ends[ends >= 0], initial=np.inf))
