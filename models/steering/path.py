"""The way that training takes: exponentiated gradient (docs/theory.md §6.3)."""

from dataclasses import replace

import numpy as np

from models.base_models.given import as_submodules
from models.base_models.submodules import ThreeSubmodules
from models.numerics.axes import Floats

__all__ = ["training_path"]


def training_path(model: ThreeSubmodules, time: Floats) -> ThreeSubmodules:
    """Exponentiated gradient from `model`: θ_i(t) ∝ θ_i(0) e^{t r_i} with r = (μ_A, 0, μ_C).

    At every `time` ≥ 0 it is the optimum of E[reward] − (1/time) KL(θ ‖ θ(0)). A submodule that starts with no
    weight never gets any. The result's weights have the shape of `time`.

    Raises:
        TypeError: for a law in the model’s place.
        ValueError: for a time below 0 or not finite.
    """
    model = as_submodules(model)
    if not np.all((np.asarray(time) >= 0) & np.isfinite(time)):
        raise ValueError(f"time = {time!r} is not allowed; it must lie in [0, ∞)")
    start = np.array([model.alpha, model.beta, model.gamma])
    gain = np.asarray(time, dtype=float)[..., None] * np.array([model.mu_a, 0.0, model.mu_c])
    gain = np.where(start > 0, gain, -np.inf)
    grown = start * np.exp(gain - np.max(gain, axis=-1, keepdims=True))
    alpha, beta, gamma = np.moveaxis(grown / np.sum(grown, axis=-1, keepdims=True), -1, 0)
    return replace(model, alpha=alpha, beta=beta, gamma=gamma)
