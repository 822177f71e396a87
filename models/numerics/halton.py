"""Points that fill the unit square evenly, without a random number: Halton’s sequence, moved (Halton 1960)."""

import numpy as np

__all__ = ["halton"]

BASES = 2, 3
MOVES = 2**0.5, 3**0.5


def halton(count: int, after: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The coordinates of `count` points of the sequence, those before the first `after` left out.

    The coordinates of point k are its digits in base 2 and in base 3, mirrored at the point, plus √2 and √3, modulo 1: so
    none is 0 or any other short fraction, which the end of a mode’s share may be. A mean over the first n is off by about
    log(n)/n where that of n random points is by 1/√n.

    Raises:
        ValueError: unless `count` is at least 1 and `after` at least 0.
    """
    if count < 1:
        raise ValueError(f"count = {count!r} is not allowed; it must lie in [1, ∞)")
    if after < 0:
        raise ValueError(f"after = {after!r} is not allowed; it must lie in [0, ∞)")
    k = after + np.arange(count)
    across, up = ((_mirrored(k, base) + move) % 1 for base, move in zip(BASES, MOVES, strict=True))
    return across, up


def _mirrored(k: np.ndarray, base: int) -> np.ndarray:
    found, place = np.zeros(k.size), 1.0
    while np.any(k > 0):
        k, digit = np.divmod(k, base)
        place /= base
        found += place * digit
    return found
