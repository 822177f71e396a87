"""One state of the page, solved and drawn, beside the same numbers from a million samples.

    python tests/benchmarks/page_state.py

Both sides produce the base and the selected densities, the joint law on 60×60 cells, and mean truth against KL
at 100 pressures of each of three methods. Times are medians in one process, printed as a ratio.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np

from dashboard.settings import defaults
from dashboard.views.rl_versus_filtering import PAGE

SAMPLES = 1_000_000
POINTS = 100
DEFAULTS = defaults(PAGE.sections)


def analytic() -> dict:
    """Solve from scratch and build the figure."""
    return dict(PAGE.figure(PAGE.solve(DEFAULTS), ()))


def monte_carlo(n: float = 64.0) -> list[np.ndarray]:
    """The same by sampling the blend; best-of-n through the weights of the sorted sample's ranks."""
    rng = np.random.default_rng(0)
    a, b, c = rng.standard_normal((3, SAMPLES)) + np.array([[1.0], [1.0], [2.0]])
    t, p = 0.4 * a + 0.3 * b, 0.4 * a + 0.3 * c
    order = np.argsort(p)
    t, p = t[order], p[order]
    rank = np.arange(SAMPLES + 1) / SAMPLES

    def best_of(m: float) -> np.ndarray:
        return np.diff(rank**m)

    results = [np.histogram(x, 240, weights=w, density=True)[0] for x in (t, p) for w in (None, best_of(n))]
    results.append(np.histogram2d(t, p, 60, weights=best_of(n))[0])
    results.append(np.array([np.average(t, weights=best_of(m)) for m in np.geomspace(1, 1e4, POINTS)]))
    results.append(np.array([np.average(t, weights=np.exp(s * p)) for s in np.linspace(0, 6, POINTS)]))
    results.append(np.array([np.mean(t[k:]) for k in np.linspace(0, SAMPLES - 100, POINTS).astype(int)]))
    return results


def median(work: Callable, repeats: int) -> float:
    def once() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    work()
    return statistics.median(once() for _ in range(repeats))


if __name__ == "__main__":
    exact, sampled = median(analytic, 51), median(monte_carlo, 3)
    print(f"one state, solved and drawn:       {1e3 * exact:8.2f} ms")
    print(f"the same from 10⁶ samples:         {1e3 * sampled:8.2f} ms")
    print(f"ratio (at least 100 is promised):  {sampled / exact:8.0f}")
