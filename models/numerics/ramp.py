"""The standard normal law weighted by how far it exceeds a place."""

import numpy as np
from scipy.special import expit

from models.numerics.axes import Floats
from models.numerics.information import excess_information
from models.numerics.normal import log_mean_excess, log_phi

__all__ = ["ramp"]

FAR_SDS = 9.0  # from here on the ramp begins where hardly anything of the law is
NONE = -1 + 1e-9  # of a weight, where the ramp has not begun
STEP = 0.25  # of rules that miss 1e-16 at most
_V = np.arange(-46.0, FAR_SDS + 12.0, STEP)
_Y = np.logaddexp(0, _V)  # softplus: a power of e far down, and straight far up
_LOG_RULE = np.log(_Y * expit(_V)) - 0.5 * np.square(_Y)
_COLUMNS = np.stack([np.ones_like(_Y), _Y, np.square(_Y), np.log(_Y)], axis=1)
_X = np.arange(-12.0, 12.0 + STEP, STEP)
_LOG_RULE_FAR = np.log(STEP) + log_phi(_X)


def ramp(z: Floats) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean and variance of a standard normal Z weighted by (Z + z)⁺, and the weighting's KL from the normal law, nats.

    `z` may be ∞: nothing is weighted there. By the trapezoid rule over log(e^{Z + z} − 1) below `FAR_SDS`, which suits every
    size of what is left of the law, and over Z above.
    """
    near = np.minimum(z, FAR_SDS)
    log_each = near[..., None] * _Y + _LOG_RULE
    each = np.exp(log_each - np.max(log_each, axis=-1, keepdims=True))
    mass, mean, square, log_mean = np.moveaxis(each @ _COLUMNS, -1, 0)
    mean, square, log_mean = mean / mass, square / mass, log_mean / mass
    kl = np.asarray(log_mean - log_mean_excess(-near))
    flat, far = 1 / np.maximum(z, FAR_SDS), z >= FAR_SDS
    kl[far] = np.sum(excess_information(_LOG_RULE_FAR, np.log1p(np.maximum(flat[far, None] * _X, NONE))), axis=-1)
    return np.where(far, flat, mean - near), np.where(far, (1 - flat) * (1 + flat), square - np.square(mean)), kl
