"""The outputs that dots show, by another route than the models’: sequence and quantiles by `scipy.stats`."""

from typing import Any

import numpy as np
from scipy import stats
from words_laws import Law, Sum
from words_sums import AnySum

DOTS = 400


def square(count: int, after: int) -> tuple[np.ndarray, np.ndarray]:
    halton = stats.qmc.Halton(2, scramble=False).fast_forward(after)
    across, up = np.modf(halton.random(count) + np.sqrt([2.0, 3.0]))[0].T
    return across, up


def outputs(law: Law, count: int, after: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth, persuasiveness and mode."""
    across, up = square(count, after)
    if isinstance(law, AnySum):
        truth = law.of_truth.frozen.ppf(across)
        return truth, truth + law.of_error.frozen.ppf(up), np.zeros(count, dtype=int)
    if isinstance(law, Sum):
        error: Any = {
            "Normal": stats.norm(scale=law.scale),
            "Laplace": stats.laplace(scale=law.scale),
            "Student-t": stats.t(law.df, scale=law.scale),
            "Uniform": stats.uniform(-law.half, 2 * law.half),
        }[law.error]
        truth = stats.norm.ppf(across, scale=law.sd)
        return truth, truth + error.ppf(up), np.zeros(count, dtype=int)
    starts = np.append(0.0, np.cumsum(law.w)[:-1])
    mode = np.sum(across[:, None] >= starts[1:], axis=1)
    move = law.s[mode] * stats.norm.ppf(np.clip((across - starts[mode]) / law.w[mode], 1e-16, 1 - 1e-16))
    truth = law.t[mode] + law.slope[mode] * move + law.rest[mode] * stats.norm.ppf(up)
    return truth, law.p[mode] + move, mode
