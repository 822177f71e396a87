"""Where RL ends, by a route of its own: nothing of `models` is used."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from words_laws import blend_mode, listening, log_sum, share_of


def normal_kl(new: tuple[float, ...], old: tuple[float, ...]) -> float:
    """KL between two blends, by P and by T given P; ∞ off the base model’s support."""

    def one(gap2: float, s: float, s0: float) -> float:
        s, s0 = (x if x > 1e-150 else 0.0 for x in (s, s0))
        if s > 0 and s0 > 0:
            return math.log(s0 / s) + (s * s + gap2) / (2 * s0 * s0) - 0.5
        return 0.0 if s == s0 == 0 and gap2 < 1e-24 else math.inf

    _, t, p, s, slope, rest = new
    _, t0, p0, s0, slope0, rest0 = old
    with np.errstate(all="ignore"):
        gap2 = (t - t0 - slope0 * (p - p0)) ** 2 + ((slope - slope0) * s) ** 2
        return one((p - p0) ** 2, s, s0) + one(gap2, rest, rest0)


@dataclass(frozen=True)
class End:
    """Where RL ends; in a tie, all that it may come to."""

    truths: tuple[float, float]
    reward: float
    kl: float | None
    weights: tuple[float, float, float] | None = None
    gap: float = 0.0
    winners: tuple[str, ...] = ()


def rl_end(s: dict) -> End:
    start = np.array(listening(s))
    reward, truth = np.array([s["mu_a"], 0.0, s["mu_c"]]), np.array([s["mu_a"], s["mu_b"], 0.0])
    winners = tuple(name for name, r in zip("ABC", reward, strict=True) if r == np.max(reward))
    blended, how = s["world"] == "Blend", s["steering"]

    def ended(weights: np.ndarray, gap: float = 0.0) -> End:
        weights = tuple(float(x) for x in weights)
        with np.errstate(all="ignore"):
            routing = sum(0.0 if x == 0 else x * np.log(x / x0) for x, x0 in zip(weights, start, strict=True))
        kl = normal_kl(blend_mode(weights, s), blend_mode(tuple(start), s)) if blended else float(routing)
        total = (float(truth @ weights),) * 2
        return End(total, float(reward @ weights), kl, weights, gap, winners)

    if how == "For a time":
        grown = np.log(np.maximum(start, 1e-320)) + s["time"] * reward
        return ended(share_of(np.where(start > 0, grown, -np.inf)))
    if blended and how == "KL penalty":
        base, tau = blend_mode(tuple(start), s), s["tau"]

        def value(weights: np.ndarray) -> float:
            return float(reward @ weights) - tau * normal_kl(blend_mode(tuple(weights), s), base)

        corners = [np.array([i, j, 60 - i - j]) / 60 for i in range(61) for j in range(61 - i)]
        corners += [(1 - x) * corner + x * start for corner in np.eye(3) for x in np.geomspace(1e-6, 0.5, 40)]
        first = sorted([start, *(0.97 * start + 0.03 * x for x in corners), *corners], key=value)[::-1][:4:3]
        sides = np.concatenate([[0.0], np.exp(-0.7 * np.arange(10))])
        proportions = np.stack(np.meshgrid(sides, sides, sides), -1).reshape(-1, 3)[1:]
        around = [
            start
            + size * (math.cos(turn) * np.array([1, -1, 0]) + math.sin(turn) * np.array([1, 1, -2]) / math.sqrt(3))
            for size in np.geomspace(1e-4, 0.4, 14)
            for turn in np.linspace(0, 2 * np.pi, 90, endpoint=False)
        ]
        first.append(max([x / np.sum(x) for x in proportions], key=value))
        first.append(max([start, *(x for x in around if np.min(x) >= 0)], key=value))
        best = max((polish(value, x) for x in [start, *first]), key=value)
        log_z = base[2] / tau + 0.5 * (base[3] / tau) ** 2
        return ended(best, log_z - value(best) / tau)
    k = math.inf if how == "No rivals" else s["rivalry"]
    if blended and how in ("Rivals", "No rivals") and k > 1:
        gain = np.maximum(reward, 0.0)
        if math.isinf(k) or not np.any(gain):
            return ended(np.array([gain[0] > 0, start[1], gain[2] > 0], dtype=float))
        share = gain / np.max(gain)
        conjugate = k / (k - 1)
        with np.errstate(divide="ignore"):
            log = np.log(share)
        log_m = float(log_sum(conjugate * log[[0, 2]])) / conjugate
        return ended(np.where(share > 0, np.exp((log - log_m) / (k - 1)), 0.0))
    reached = [t for t, name in zip(truth, "ABC", strict=True) if name in winners]
    if len(winners) > 1:
        return End((min(reached), max(reached)), float(np.max(reward)), None, None, 0.0, winners)
    return ended(np.array([float(name in winners) for name in "ABC"]))


def polish(value: Callable[[np.ndarray], float], start: np.ndarray) -> np.ndarray:
    """A local maximum over the simplex, from `start`."""
    safe = np.maximum(start, 1e-12)

    def weights(x: np.ndarray) -> np.ndarray:
        return share_of(x)

    x = np.log(safe)
    for _ in range(3):
        x = minimize(
            lambda x: min(-value(weights(x)), 1e12),
            x,
            method="Nelder-Mead",
            options={"xatol": 1e-10, "fatol": 1e-13, "maxiter": 700},
        ).x
    found = max([weights(x), start], key=value)
    x = minimize(
        lambda x: -value(np.append(x, 1 - np.sum(x))) if np.min(x) >= 0 and np.sum(x) <= 1 else 1e12,
        found[:2],
        method="Nelder-Mead",
        options={"xatol": 1e-10, "fatol": 1e-13, "maxiter": 700},
    ).x
    return max([found, np.append(x, 1 - np.sum(x))], key=value)


def noises(s: dict, least: float = 1e-12, weights: tuple[float, float, float] | None = None) -> list[float]:
    """The listened-to noises that are heard beside the loudest: softer ones count as none."""
    all_three = [x * s[f"sigma_{name}"] for x, name in zip(weights or listening(s), "abc", strict=True)]
    return [x for x in all_three if x > least * max(all_three)]
