"""Each selection method beside Monte Carlo and scipy.integrate, and a whole state with its curves.

    python tests/benchmarks/methods.py

Every row computes mean truth, mean persuasiveness and KL on the same two-mode mixture, in one process. Monte Carlo is
timed at 10⁶ samples; its error falls like 1/√samples, so the time for six digits follows from its measured error.
"""

import math
import statistics
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from scipy.integrate import quad

from models import BestOfN, BestOfPoisson, Boltzmann, ChiSquared, Filter, Mode, OutputMixture, Quantilizer
from models.laws.base import Points

BASE = OutputMixture(
    [
        Mode(weight=0.98, correlation=0.6),
        Mode(weight=0.02, mean_truth=-1, mean_persuasiveness=1, sd_persuasiveness=1.5, correlation=-0.5),
    ]
)
SELECTIONS = [
    Filter(threshold=2.0),
    Quantilizer(fraction=0.01),
    BestOfN(n=64),
    Boltzmann(strength=1.0),
    BestOfPoisson(mu=63),
    ChiSquared(slope=4.0),
]
SAMPLES = 1_000_000
DIGITS = 1e-6


def log_ratio(selection, p: np.ndarray, base: OutputMixture = BASE) -> np.ndarray:
    """The definition’s log weight, up to a constant."""
    match selection:
        case Filter(threshold=c):
            return np.where(p >= c, 0.0, -np.inf)
        case Quantilizer(fraction=q):
            return np.where(p >= base.isf(math.log(q)), 0.0, -np.inf)
        case Boltzmann(strength=s):
            return s * p
        case ChiSquared():
            return selection.apply(base).law.log_ratio(p)
    return selection.log_ratio(Points(base, p))


def fresh() -> OutputMixture:
    """The same law with nothing remembered."""
    return OutputMixture(BASE.modes)


def exact(selection) -> tuple[float, ...]:
    outcome = selection.apply(fresh())
    return outcome.mean_truth, outcome.mean_persuasiveness, outcome.kl


def integrated(selection) -> tuple[float, ...]:
    """scipy.integrate.quad on the definition, to ten digits."""
    kink = {Filter: lambda: selection.threshold, Quantilizer: lambda: float(BASE.isf(math.log(selection.fraction)))}
    kink[ChiSquared] = lambda: float(selection.apply(BASE).law.start)
    cut = kink.get(type(selection), lambda: -12.0)()
    edges = sorted({cut, *(x for x in (-12.0, -4.0, 0.0, 4.0, 8.0, 20.0) if x >= cut)})

    def integral(f: Callable) -> float:
        return sum(quad(f, a, b, epsabs=0, epsrel=1e-10)[0] for a, b in pairwise(edges))

    def weight(p: float) -> float:
        return float(BASE.persuasiveness_pdf(p) * np.exp(log_ratio(selection, np.float64(p))))

    def information(p: float) -> float:
        w = weight(p)
        return w * float(log_ratio(selection, np.float64(p))) if w > 0 else 0.0

    z = integral(weight)
    mean_p, mean_t = integral(lambda p: p * weight(p)) / z, integral(lambda p: BASE.regression(p) * weight(p)) / z
    return mean_t, mean_p, integral(information) / z - math.log(z)


def sampled(selection) -> tuple[float, float]:
    """Mean truth from a million weighted samples, and its standard error."""
    rng = np.random.default_rng(0)
    liar = rng.random(SAMPLES) < 0.02
    x, y = rng.standard_normal((2, SAMPLES))
    p = np.where(liar, 1 + 1.5 * x, x)
    t = np.where(liar, -1 - 0.5 * x + math.sqrt(0.75) * y, 0.6 * x + 0.8 * y)
    weight = np.exp(log_ratio(selection, p))
    mean = np.average(t, weights=weight)
    return mean, math.sqrt(np.sum((weight * (t - mean)) ** 2)) / np.sum(weight)


def seconds(work: Callable, repeats: int) -> float:
    def once() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    work()
    return statistics.median(once() for _ in range(repeats))


def state(base: OutputMixture) -> None:
    """Densities on 200 + 200 points, a 60×60 joint law, and four 100-point curves."""
    outcome, x = BestOfN(n=64).apply(base), np.linspace(-6, 8, 200)
    outcome.truth_pdf(x), outcome.persuasiveness_pdf(x), outcome.joint_pdf(x[:60, None], x[:60])
    ladder = (
        Filter(threshold=np.linspace(-2, 5, 100)),
        Quantilizer(fraction=np.geomspace(1, 1e-3, 100)),
        BestOfN(n=np.geomspace(1, 1e4, 100)),
        Boltzmann(strength=np.linspace(0, 4, 100)),
    )
    for selection in ladder:
        along = selection.apply(base)
        _ = along.kl, along.mean_truth


if __name__ == "__main__":
    print(f"{'method':16} {'exact':>9} {'quad':>10} {'ratio':>7} {'10⁶ samples':>12} {'ratio':>7} {'at 1e-6':>10}")
    for selection in SELECTIONS:
        assert np.allclose(exact(selection), integrated(selection), rtol=1e-7)
        ours, definition = seconds(lambda s=selection: exact(s), 21), seconds(lambda s=selection: integrated(s), 3)
        draws, (_, error) = seconds(lambda s=selection: sampled(s), 3), sampled(selection)
        equal = draws * (error / DIGITS) ** 2 / ours
        print(
            f"{selection.name:16} {1e3 * ours:6.2f} ms {1e3 * definition:7.0f} ms {definition / ours:6.0f}× "
            f"{1e3 * draws:9.0f} ms {draws / ours:6.0f}× {equal:9.1e}×"
        )
    one, two = OutputMixture([Mode(correlation=0.6)]).modes, BASE.modes
    for name, modes in (("one mode", one), ("two modes", two)):
        print(
            f"one state with four curves, {name}: {1e3 * seconds(lambda m=modes: state(OutputMixture(m)), 21):.1f} ms"
        )

    def all_curves(modes) -> None:
        base = OutputMixture(modes)
        for selection in SELECTIONS:
            method = type(selection)
            along = method().at_root_kl(base, np.linspace(0, 2.5, 100)).apply(base)
            _ = along.mean_truth, along.mean_persuasiveness, along.kl

    for name, modes in (("one mode", one), ("two modes", two)):
        print(
            f"a 100-point curve of all {len(SELECTIONS)} methods, {name}: {1e3 * seconds(lambda m=modes: all_curves(m), 9):.1f} ms"
        )
