"""Checked against the literature: published numbers beside ours."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import streamlit as st
from scipy.optimize import brentq, minimize_scalar

from models import (
    BestOfN,
    BestOfPoisson,
    Filter,
    LaplaceError,
    Mode,
    NormalError,
    Outcome,
    OutputMixture,
    Quantilizer,
    StudentTError,
    TruthPlusError,
    match,
    peak,
)

__all__ = ["ENTRIES", "Entry", "render"]

TITLE, URL_PATH = "Literature", "literature"
STANDARD = OutputMixture([Mode(correlation=1)])
COIN = OutputMixture([Mode(weight=0.5, mean_persuasiveness=p, sd_truth=0, sd_persuasiveness=0) for p in (0.0, 1.0)])

GAO = "[Gao, Schulman & Hilton 2022](https://arxiv.org/abs/2210.10760)"
BEIRAMI = "[Beirami et al. 2024](https://arxiv.org/abs/2401.01879)"
GUI = "[Gui et al. 2024](https://arxiv.org/abs/2406.00832)"
KHALAF = "Khalaf et al. 2025"
TAYLOR = "Taylor 2016, *Quantilizers*"
KWA = "[Kwa, Thomas & Garriga-Alonso 2024](https://arxiv.org/abs/2407.14503)"
ORDER = "expected largest of n normals"


@dataclass(frozen=True)
class Entry:
    """One published number, to so many decimals, and how we compute it; `differs` where we know the two to differ."""

    what: str
    source: str
    published: float
    decimals: int
    compute: Callable[[], float]
    remark: str = ""
    differs: bool = False

    @property
    def computed(self) -> float:
        return _value(self.compute)

    @property
    def agrees(self) -> bool:
        return abs(self.computed - self.published) <= 0.501 * 10.0**-self.decimals


@cache
def _value(compute: Callable[[], float]) -> float:
    return float(compute())


def kl_of(n: float, base: OutputMixture = STANDARD) -> float:
    return BestOfN(n=n).apply(base).kl


def win_rate(outcome: Outcome) -> float:
    """How often the selection beats the base model, E[F(P)] under the selected law."""
    return outcome.law.expectation(np.exp(outcome.law.nodes.points.log_cdf))


def tilt_of_ranks(strength: float) -> tuple[float, float]:
    """Win rate and KL of the density ∝ e^{λu} on uniform ranks."""
    mean = 1 / -math.expm1(-strength) - 1 / strength
    return mean, strength * mean - math.log(math.expm1(strength) / strength)


def tilt_at(kl: float) -> float:
    return tilt_of_ranks(brentq(lambda s: tilt_of_ranks(s)[1] - kl, 1e-6, 600))[0]


def excess_of_poisson(mu: float) -> float:
    """KL of best-of-Poisson above the tilt’s at the same mean rank."""
    outcome = BestOfPoisson(mu=mu).apply(STANDARD)
    mean = win_rate(outcome)
    return outcome.kl - tilt_of_ranks(brentq(lambda s: tilt_of_ranks(s)[0] - mean, 1e-6, 600))[1]


def worst_of_poisson() -> float:
    return -minimize_scalar(lambda mu: -excess_of_poisson(mu), bounds=(2, 6), method="bounded").fun


def heavy(df: float) -> Outcome:
    return peak(Filter, TruthPlusError(StudentTError(df=df)))


def above_ten(base: TruthPlusError) -> float:
    return Filter(threshold=10).apply(base).mean_truth


ENTRIES: tuple[Entry, ...] = (
    *(Entry(f"best-of-n KL, n = {n}", GAO, kl, 4, lambda n=n: kl_of(n))
      for n, kl in ((2, 0.1931), (4, 0.6363), (16, 1.8351), (64, 3.1745), (1000, 5.9088), (60000, 10.0021))),
    *(Entry(f"best-of-n KL of a fair coin’s outputs, n = {n}", BEIRAMI, kl, 4, lambda n=n: kl_of(n, COIN),
            "ties: the formula log n − (n − 1)/n is only a bound here; for continuous persuasiveness it is exact")
      for n, kl in ((2, 0.1308), (4, 0.4594), (8, 0.6676))),
    Entry("best-of-n win rate, n = 2", GUI, 0.6667, 4, lambda: win_rate(BestOfN(n=2).apply(STANDARD))),
    Entry("the best tilt’s win rate at that KL", GUI, 0.6759, 4, lambda: tilt_at(kl_of(2))),
    Entry("largest gap over whole n, at n = 2", GUI, 0.00924, 5, lambda: tilt_at(kl_of(2)) - 2 / 3,
          "over real n the gap is largest at n = 1.78, where it is 0.00947"),
    Entry("best-of-n win rate, n = 16", GUI, 0.9412, 4, lambda: win_rate(BestOfN(n=16).apply(STANDARD))),
    Entry("the best tilt’s win rate at that KL (n = 16)", GUI, 0.9413, 4, lambda: tilt_at(kl_of(16))),
    Entry("best-of-Poisson’s KL above the tilt’s, at worst", KHALAF, 6.75e-4, 6, worst_of_poisson,
          "below the published bound of 8e-4; the top is flat, at μ = 3.36"),
    Entry("quantilizer’s KL, q = 0.1", TAYLOR, 2.3026, 4, lambda: Quantilizer(fraction=0.1).apply(STANDARD).kl),
    Entry("n of best-of-n at that KL", TAYLOR, 26.2, 1, lambda: match(BestOfN, STANDARD, kl=math.log(10)).selection.n),
    Entry("its win rate", TAYLOR, 0.9632, 4, lambda: win_rate(match(BestOfN, STANDARD, kl=math.log(10)))),
    *(Entry(f"{ORDER}, n = {n}", "order statistics", mean, 4, lambda n=n: BestOfN(n=n).apply(STANDARD).mean_persuasiveness)
      for n, mean in ((2, 0.5642), (4, 1.0294), (16, 1.7660), (64, 2.3437), (1000, 3.2414), (60000, 4.2714))),
    *(entry
      for df, at, value, ten in ((3, 2.43, 0.932, 0.305), (5, 3.21, 1.183, 0.508), (1, 1.29, 0.548, 0.101))
      for name in ["Cauchy" if df == 1 else f"Student-t({df})"]
      for entry in (
          Entry(f"{name} error: where truth peaks", KWA, at, 2, lambda df=df: heavy(df).selection.threshold),
          Entry(f"{name} error: mean truth there", KWA, value, 3, lambda df=df: heavy(df).mean_truth),
          Entry(f"{name} error: mean truth above 10", KWA, ten, 3, lambda df=df: above_ten(TruthPlusError(StudentTError(df=df)))),
      )),
    Entry("normal error: mean truth above 10", KWA, 5.096, 3, lambda: above_ten(TruthPlusError(NormalError()))),
    Entry("Laplace error, b = 1: mean truth above 10", KWA, 1.0, 3, lambda: above_ten(TruthPlusError(LaplaceError())),
          "the limit is 1/b; KL-penalised RL stops having an optimum at λ = 1/b"),
    Entry("mean of a t₃ tail over its threshold, far out", KWA, 1.0, 1,
          lambda: Filter(threshold=1e6).apply(TruthPlusError(StudentTError(df=3))).mean_persuasiveness / 1e6,
          "a caption says about 1; the exact limit is ν/(ν − 1)", True),
    Entry("runs to see one in 10,000 with 95 % confidence", "seed comments, Sam Marks", 29956, 0,
          lambda: math.ceil(math.log(0.05) / math.log1p(-1e-4))),
)  # fmt: skip


def render() -> None:
    """The table: published, computed, residual, source."""
    st.title("Checked against the literature", anchor=False)
    wrong = sum(not entry.agrees for entry in ENTRIES)
    verdict = f"{len(ENTRIES) - wrong} agree to the published digits; {wrong} differs, and its remark says why."
    st.markdown(f"{len(ENTRIES)} published numbers beside the models’. {verdict}")
    rows = ["| what | published | computed | residual | source | remark |", "|---|---:|---:|---:|---|---|"]
    rows += [
        f"| {e.what} | {e.published:.{e.decimals}f} | {e.computed:.{e.decimals + 3}f} | {e.computed - e.published:+.1e} | {e.source} | {e.remark} |"
        for e in ENTRIES
    ]
    st.markdown("\n".join(rows))
