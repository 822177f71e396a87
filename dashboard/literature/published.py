"""Published results beside the models': what a source prints, and what its formula gives (`formulas.py`)."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import NamedTuple, cast

from scipy.optimize import minimize_scalar

from dashboard.literature import formulas
from dashboard.words.text import number
from models import (
    BestOfN,
    BestOfPoisson,
    Boltzmann,
    ChiSquared,
    Distribution,
    Filter,
    Laplace,
    Levy,
    Lognormal,
    Mode,
    Normal,
    Outcome,
    OutputMixture,
    Quantilizer,
    RaisedTail,
    RankTilt,
    Selection,
    StudentT,
    TruthPlusError,
    course,
    expected_shortfall,
    match_target,
    peak,
    top_correlation,
    win_rate,
)
from models.laws.base import BaseLaw
from models.laws.reweighted import DensityRatioLaw, ReweightedLaw
from models.laws.truncated import TruncatedMixture

__all__ = [
    "COIN",
    "FIGURE",
    "GROUPS",
    "HEAVY_FIGURE",
    "LINE",
    "STANDARD",
    "Claim",
    "Entry",
    "Source",
    "excess_of_poisson",
    "first_peak",
    "gap_to_tilt",
    "highest",
    "largest_gap",
    "raised",
    "worst_of_poisson",
]

# ── what an entry is ──


class Source(NamedTuple):
    name: str
    url: str = ""


@dataclass(frozen=True)
class Claim:
    """What a source says of a number: in `text`, and as the interval in which a number agrees with it.

    `value` is the number itself, where the claim is one.
    """

    text: str
    low: float
    high: float
    value: float | None = None

    def holds(self, number: float) -> bool:
        return self.low <= number <= self.high


@dataclass(frozen=True)
class Entry:
    """One result: who says what where, and how the models compute it; `differs` where we know the two to differ."""

    what: str
    source: Source
    where: str
    claim: Callable[[], Claim]
    compute: Callable[[], float]
    decimals: int = 4
    remark: str = ""
    differs: bool = False

    @cached_property
    def published(self) -> Claim:
        return self.claim()

    @cached_property
    def ours(self) -> float:
        return float(self.compute())

    @property
    def agrees(self) -> bool:
        return self.published.holds(self.ours)

    @property
    def difference(self) -> float | None:
        """Ours less the published number, or None where the source gives a range."""
        return None if self.published.value is None else self.ours - self.published.value

    @property
    def published_text(self) -> str:
        return self.published.text.format(number(self.published.value or 0.0, self.decimals))

    @property
    def ours_text(self) -> str:
        return number(self.ours, self.decimals)


def about(value: float, text: str) -> Callable[[], Claim]:
    """A printed whole number: what rounds to it agrees."""
    return lambda: Claim(text, value - 0.5, value + 0.5, value)


def below(value: float, text: str) -> Callable[[], Claim]:
    return lambda: Claim(text, -math.inf, math.nextafter(value, -math.inf), value)


def between(low: float, high: float, text: str) -> Callable[[], Claim]:
    return lambda: Claim(text, low, high)


def tends_to(value: float, text: str) -> Callable[[], Claim]:
    """A printed limit: what is within a thousandth of it far out agrees."""
    return lambda: Claim(text, value - 1e-3, value + 1e-3, value)


def equal(formula: Callable[..., float], *at: float, within: float = 1e-9) -> Callable[[], Claim]:
    """A formula’s value, and a share of it, `within`, either way."""

    def claim() -> Claim:
        value = float(formula(*at))
        return Claim("{}", value - within * abs(value), value + within * abs(value), value)

    return claim


def at_most(formula: Callable[..., float], *at: float) -> Callable[[], Claim]:
    """A formula that is a bound."""

    def claim() -> Claim:
        value = float(formula(*at))
        return Claim("≤ {}", -math.inf, value, value)

    return claim


# ── what the models say ──

STANDARD = OutputMixture([Mode(correlation=1)])
LINE = OutputMixture([Mode(correlation=0.6, sd_persuasiveness=1.5)])


def two_outputs(share: float) -> OutputMixture:
    """Outputs of persuasiveness 1, a `share` of all, and 0."""
    fixed = partial(Mode, sd_truth=0, sd_persuasiveness=0)
    return OutputMixture([fixed(weight=1 - share), fixed(weight=share, mean_persuasiveness=1)])


COIN = two_outputs(0.5)


def with_t(df: float) -> TruthPlusError:
    return TruthPlusError(StudentT(df=df))


def in_figure(df: float) -> TruthPlusError:
    return TruthPlusError(StudentT(df=df, scale=math.sqrt((df - 2) / df)), truth=Normal(scale=2))


LOGNORMAL = Lognormal(sigma=math.log(2), location=-1)
FIGURE: Mapping[str, BaseLaw] = {  # the synthetic best-of-n figure: sd of utility 2, of the error 1 where it has one
    "normal": TruthPlusError(Normal(), truth=Normal(scale=2)),
    "t₅": in_figure(5),
    "t₃": in_figure(3),
    "lognormal": TruthPlusError(LOGNORMAL, truth=Normal(scale=2)),
    "Lévy": TruthPlusError(Levy(), truth=Normal(scale=2)),
}
UTILITY = StudentT(df=10, scale=2 * math.sqrt(0.8))
HEAVY_FIGURE: Mapping[str, BaseLaw] = {  # the same with a t₁₀ utility, of sd 2 too
    "normal": TruthPlusError(Normal(), truth=UTILITY),
    "t₅": TruthPlusError(StudentT(df=5, scale=math.sqrt(3 / 5)), truth=UTILITY),
    "t₃": TruthPlusError(StudentT(df=3, scale=math.sqrt(1 / 3)), truth=UTILITY),
    "lognormal": TruthPlusError(LOGNORMAL, truth=UTILITY),
    "Lévy": TruthPlusError(Levy(), truth=UTILITY),
}


def there(found: Outcome | None) -> Outcome:
    """
    Raises:
        LookupError: where a published result is not found here.
    """
    if found is None:
        raise LookupError("the models do not have what the source says")
    return found


def highest(method: type[Selection], base: BaseLaw) -> Outcome:
    """`method` where mean truth peaks."""
    return there(peak(method, base))


def turn(df: float) -> float:
    return highest(Filter, with_t(df)).selection.pressure


def top(df: float) -> float:
    return highest(Filter, with_t(df)).mean_truth


@lru_cache(maxsize=16)
def first_peak(base: BaseLaw) -> Outcome | None:
    """Best-of-n where mean truth first peaks."""
    return next(iter(course(BestOfN, base).peaks), None)


def n_of_first_peak(base: BaseLaw) -> float:
    return there(first_peak(base)).selection.pressure


def height_of_first_peak(base: BaseLaw) -> float:
    return there(first_peak(base)).mean_truth


def turn_in_figure(df: float) -> float:
    return highest(BestOfN, in_figure(df)).selection.pressure


def top_in_figure(df: float) -> float:
    return highest(BestOfN, in_figure(df)).mean_truth


def above_ten(error: Distribution) -> float:
    return Filter(threshold=10).apply(TruthPlusError(error)).mean_truth


def summed_kl(outcome: Outcome) -> float:
    """The KL as a law sums it by itself, not as the method's formula gives it."""
    return cast(ReweightedLaw | TruncatedMixture, outcome.law).kl


def best_of_n_kl(n: float, base: OutputMixture = STANDARD) -> float:
    """From the densities, which know nothing of the formula."""
    return summed_kl(BestOfN(n=n).apply(base))


def best_of_n_win_rate(n: float) -> float:
    return win_rate(BestOfN(n=n).apply(STANDARD))


def best_win_rate(n: float) -> float:
    return RankTilt.reaching(kl=best_of_n_kl(n)).win_rate


def gap_to_tilt(n: float) -> float:
    """How much more often the best tilt wins than best-of-n at its KL."""
    return best_win_rate(n) - best_of_n_win_rate(n)


def largest_whole_gap() -> float:
    return max(map(gap_to_tilt, range(2, 20)))


def largest_gap() -> float:
    return -minimize_scalar(lambda n: -gap_to_tilt(n), bounds=(1.2, 3), method="bounded").fun


def excess_of_poisson(mu: float) -> float:
    """KL of best-of-Poisson above the best tilt’s at its win rate, nats."""
    outcome = BestOfPoisson(mu=mu).apply(STANDARD)
    return outcome.kl - RankTilt.reaching(win_rate=win_rate(outcome)).kl


def worst_of_poisson() -> tuple[float, float]:
    """The μ where that is largest, and how large."""
    found = minimize_scalar(lambda mu: -excess_of_poisson(mu), bounds=(2, 6), method="bounded")
    return found.x, -found.fun


def quantilized(fraction: float, base: OutputMixture = STANDARD) -> Outcome:
    return Quantilizer(fraction=fraction).apply(base)


def gain(method: type[Selection], kl: float) -> float:
    return there(match_target(method, LINE, kl=kl)).mean_persuasiveness


def largest_gain(kl: float) -> float:
    return max(gain(method, kl) for method in (Filter, Quantilizer, BestOfN, BestOfPoisson, ChiSquared))


def raised(threshold: float, exponent: float) -> RaisedTail:
    """t₃ with a mass of t^−exponent above t."""
    return RaisedTail(df=3, threshold=threshold, mass=threshold**-exponent)


def raised_mean(threshold: float) -> float:
    return raised(threshold, 0.8).mean


def raised_kl(threshold: float) -> float:
    return raised(threshold, 0.8).kl


def chi_squared_start(slope: float) -> float:
    return float(cast(DensityRatioLaw, ChiSquared(slope=slope).apply(STANDARD).law).start)


def correlation_within(fraction: float) -> float:
    return top_correlation(quantilized(fraction, LINE))


def best_of_n_mean(n: float) -> float:
    return BestOfN(n=n).apply(STANDARD).mean_persuasiveness


def best_of_n_with_kl(kl: float) -> Outcome:
    return there(match_target(BestOfN, STANDARD, kl=kl))


def runs_to_see(share: float, confidence: float) -> float:
    """Best-of-n of that many runs shows the rare output with `confidence`."""
    return math.ceil(
        there(match_target(BestOfN, two_outputs(share), mean_persuasiveness=confidence)).selection.pressure
    )


# ── the entries ──

GAO = Source("Gao et al. 2022", "https://arxiv.org/abs/2210.10760")
BEIRAMI = Source("Beirami et al. 2024", "https://arxiv.org/abs/2401.01879")
GUI = Source("Gui et al. 2024", "https://arxiv.org/abs/2406.00832")
KHALAF = Source("Khalaf et al. 2025", "https://arxiv.org/abs/2506.19248")
TAYLOR = Source("Taylor 2016", "https://intelligence.org/files/QuantilizersSaferAlternative.pdf")
HUANG = Source("Huang et al. 2025", "https://arxiv.org/abs/2503.21878")
THOMAS = Source("Thomas & Kwa 2023", "https://www.lesswrong.com/posts/fuSaKr6t6Zuh6GKaQ/when-is-goodhart-catastrophic")
KWA = Source("Kwa et al. 2024", "https://arxiv.org/abs/2407.14503")
MROUEH = Source("Mroueh 2024", "https://arxiv.org/abs/2406.05883")
HOANG = Source("El-Mhamdi & Hoang 2024", "https://arxiv.org/abs/2410.09638")
SEED = Source("Sam Marks’s comments")
NOBODY = Source("–")

BEST_OF_N_KL = "log n − (n − 1)/n"
TIES = "abstract: log n − (n − 1)/n is an upper bound"
TILT = "1/(1 − e^−λ) − 1/λ at KL λ · win rate − log((e^λ − 1)/λ)"
THRESHOLD = "its setting: truth N(0, 1) plus error, a high sum"
AROUND = between(10**1.5, 10**3.5, "around 10² or 10³")
SYNTHETIC = "caption of the synthetic best-of-n figure"
SETTING = "that figure’s setting: utility of sd 2, error of sd 1"
TAIL_MASS = "caption of Figure 3, the tail mass"
CEILING = "s√(2 KL), for a sub-Gaussian reward"
TOP = "ρ√v/√(1 − ρ² + ρ²v), v = 1 + z h − h²"
NAMES = {1: "Cauchy", 3: "t₃", 5: "t₅"}

PRINTED = (
    Entry("KL of best-of-n at n = 1000", GAO, BEST_OF_N_KL, about(6, "≈ 6"), partial(best_of_n_kl, 1000)),
    Entry("KL of best-of-n at n = 60,000", GAO, BEST_OF_N_KL, about(10, "≈ 10"), partial(best_of_n_kl, 60000)),
    Entry(
        "KL of best-of-Poisson above the best tilt’s at its win rate, at worst",
        KHALAF,
        "best-of-Poisson against the tilt",
        below(8e-4, "< 0.0008"),
        lambda: worst_of_poisson()[1],
        6,
        "at μ = 3.36, a flat top",
    ),
    *(
        Entry(
            f"Best-of-n, {NAMES[df]} error: where utility peaks",
            KWA,
            SYNTHETIC,
            between(100, 1000, "around 10² or 10³"),
            partial(turn_in_figure, df),
            1,
        )
        for df in (3, 5)
    ),
    *(
        Entry(
            f"Best-of-n, {name} error, {utility} utility: where it first peaks",
            KWA,
            SYNTHETIC,
            claim,
            partial(n_of_first_peak, figure[name]),
            0,
            remark,
        )
        for utility, figure, name, claim, remark in (
            ("normal", FIGURE, "lognormal", AROUND, ""),
            ("t₁₀", HEAVY_FIGURE, "t₃", AROUND, ""),
            ("t₁₀", HEAVY_FIGURE, "lognormal", AROUND, "past n ≈ 2 × 10¹¹ it rises again, without bound"),
            ("t₁₀", HEAVY_FIGURE, "t₅", between(10**4.5, 10**5.5, "around 10⁵"), ""),
        )
    ),
    *(
        Entry(
            f"Best-of-n, Lévy error, {utility} utility: its highest",
            KWA,
            SYNTHETIC,
            between(-0.5, 0.5, "never significantly above zero"),
            partial(height_of_first_peak, figure["Lévy"]),
            3,
            "a quarter of a standard deviation, at n = 2.6",
        )
        for utility, figure in (("normal", FIGURE), ("t₁₀", HEAVY_FIGURE))
    ),
    Entry(
        "t₃ with a mass of 1/t above t: its mean as t grows",
        KWA,
        TAIL_MASS,
        tends_to(1, "converges to 1"),
        lambda: raised(1e6, 1).mean,
        remark="ours at t = 10⁶; the limit is ν/(ν − 1) = 1.5",
        differs=True,
    ),
)

BEST_OF_N = (
    *(
        Entry(
            f"KL of best-of-n at n = {n:,}",
            GAO,
            BEST_OF_N_KL,
            equal(formulas.best_of_n_kl, n),
            partial(best_of_n_kl, n),
        )
        for n in (2, 4, 16, 64, 1000, 60000)
    ),
    *(
        Entry(
            f"KL of best-of-n on a fair coin’s outputs, n = {n}",
            BEIRAMI,
            TIES,
            equal(formulas.coin_kl, n),
            partial(best_of_n_kl, n, COIN),
            remark=f"below the bound, {number(formulas.best_of_n_kl(n), 4)}",
        )
        for n in (2, 4, 8)
    ),
    *(
        Entry(
            f"Win rate of best-of-n, n = {n}",
            GUI,
            "n/(n + 1)",
            equal(formulas.best_of_n_win_rate, n),
            partial(best_of_n_win_rate, n),
        )
        for n in (2, 16)
    ),
    *(
        Entry(
            f"Win rate of the best tilt at that KL, n = {n}",
            GUI,
            TILT,
            equal(formulas.best_win_rate, n),
            partial(best_win_rate, n),
        )
        for n in (2, 16)
    ),
    Entry(
        "Largest gap between the two, whole n",
        GUI,
        "the two formulas",
        equal(formulas.largest_whole_gap),
        largest_whole_gap,
        5,
        "at n = 2",
    ),
    Entry(
        "Largest gap between the two, real n",
        GUI,
        "the two formulas",
        equal(formulas.largest_gap),
        largest_gap,
        5,
        "at n = 1.78",
    ),
)

OTHER_METHODS = (
    Entry(
        "KL of the top 10 %",
        TAYLOR,
        "log(1/q)",
        equal(formulas.quantilizer_kl, 0.1),
        lambda: summed_kl(quantilized(0.1)),
    ),
    Entry(
        "Win rate of the top 10 %",
        TAYLOR,
        "1 − q/2",
        equal(formulas.quantilizer_win_rate, 0.1),
        lambda: win_rate(quantilized(0.1)),
    ),
    Entry(
        "Cost of the top 10 %: E[max(0, −T)], correlation 0.6",
        TAYLOR,
        "E_q[cost] ≤ E[cost]/q",
        at_most(formulas.shortfall_bound, 0.1),
        lambda: expected_shortfall(quantilized(0.1, LINE), 0.0),
    ),
    *(
        Entry(
            f"Where the χ² weight of slope {slope:g} starts",
            HUANG,
            "max(0, (r − x)/β) of mean 1, slope 1/β",
            equal(formulas.chi_squared_start, slope),
            partial(chi_squared_start, slope),
        )
        for slope in (0.5, 4.0)
    ),
    Entry(
        "Gain of Boltzmann in mean persuasiveness at 2 nats, sd 1.5",
        MROUEH,
        CEILING,
        equal(formulas.ceiling, 2.0, 1.5),
        partial(gain, Boltzmann, 2.0),
        remark="attains the ceiling",
    ),
    Entry(
        "Largest gain of the other methods there",
        MROUEH,
        CEILING,
        at_most(formulas.ceiling, 2.0, 1.5),
        partial(largest_gain, 2.0),
    ),
    *(
        Entry(
            f"Correlation within the top {share}, 0.6 over all",
            HOANG,
            TOP,
            equal(formulas.top_correlation, 0.6, fraction),
            partial(correlation_within, fraction),
        )
        for share, fraction in (("10 %", 0.1), ("0.1 %", 0.001))
    ),
)

TAILS = (
    *(
        entry
        for df in (3, 5, 1)
        for entry in (
            Entry(
                f"{NAMES[df]} error: threshold where mean truth peaks",
                THOMAS,
                THRESHOLD,
                equal(formulas.turn_with_t, df, within=1e-6),
                partial(turn, df),
                remark="a flat top",
            ),
            Entry(
                f"{NAMES[df]} error: mean truth there",
                THOMAS,
                THRESHOLD,
                equal(formulas.peak_with_t, df),
                partial(top, df),
            ),
            Entry(
                f"{NAMES[df]} error: mean truth above 10",
                THOMAS,
                THRESHOLD,
                equal(formulas.above_with_t, 10, df),
                partial(above_ten, StudentT(df=df)),
            ),
        )
    ),
    Entry(
        "Normal error: mean truth above 10",
        THOMAS,
        THRESHOLD,
        equal(formulas.above_with_normal, 10),
        partial(above_ten, Normal()),
    ),
    Entry(
        "Laplace error, b = 1: mean truth above 10",
        THOMAS,
        THRESHOLD,
        equal(formulas.above_with_laplace, 10),
        partial(above_ten, Laplace()),
        remark="levels off at 1/b",
    ),
    *(
        entry
        for df in (3, 5)
        for entry in (
            Entry(
                f"Best-of-n, {NAMES[df]} error: the n where utility peaks",
                KWA,
                SETTING,
                equal(formulas.turn_of_best_of_n, df, within=1e-5),
                partial(turn_in_figure, df),
                2,
                "a flat top",
            ),
            Entry(
                f"Best-of-n, {NAMES[df]} error: mean utility there",
                KWA,
                SETTING,
                equal(formulas.peak_of_best_of_n, df),
                partial(top_in_figure, df),
            ),
        )
    ),
    Entry(
        "Best-of-n, normal error: mean utility at n = 65,536",
        KWA,
        SETTING,
        equal(formulas.best_of_n_truth_with_normal, 65536),
        lambda: BestOfN(n=65536).apply(FIGURE["normal"]).mean_truth,
        remark="no peak: it keeps rising",
    ),
    *(
        entry
        for t in (1.5, 10.77, 100.0)
        for entry in (
            Entry(
                f"t₃ with a mass of t^−0.8 above t = {t:g}: mean",
                KWA,
                TAIL_MASS,
                equal(formulas.raised_mean, 3, t, t**-0.8),
                partial(raised_mean, t),
            ),
            Entry(
                f"t₃ with a mass of t^−0.8 above t = {t:g}: KL",
                KWA,
                TAIL_MASS,
                equal(formulas.raised_kl, 3, t, t**-0.8),
                partial(raised_kl, t),
            ),
        )
    ),
)

FOR_COMPARISON = (
    Entry(
        "n of best-of-n at the KL of the top 10 %",
        NOBODY,
        f"{BEST_OF_N_KL} = log 10",
        equal(formulas.best_of_n_with_kl, math.log(10)),
        lambda: best_of_n_with_kl(math.log(10)).selection.pressure,
        1,
    ),
    Entry(
        "Its win rate",
        NOBODY,
        "n/(n + 1)",
        equal(lambda: formulas.best_of_n_win_rate(formulas.best_of_n_with_kl(math.log(10)))),
        lambda: win_rate(best_of_n_with_kl(math.log(10))),
        remark="the top 10 % win less often, 0.95",
    ),
    *(
        Entry(
            f"Expected largest of {n:,} standard normals",
            NOBODY,
            "∫ z n Φ(z)ⁿ⁻¹ φ(z) dz",
            equal(formulas.largest_normal, n),
            partial(best_of_n_mean, n),
        )
        for n in (2, 64, 1000, 60000)
    ),
    Entry(
        "Runs that show one in 10,000 with 95 % confidence",
        SEED,
        "log 0.05 / log(1 − 0.0001), rounded up",
        equal(formulas.runs_to_see, 1e-4, 0.95),
        partial(runs_to_see, 1e-4, 0.95),
        0,
        "the comments give the 0.01 %",
    ),
)

GROUPS: Mapping[str, tuple[Entry, ...]] = {
    "Printed in the source": PRINTED,
    "The source's formula, evaluated": (*BEST_OF_N, *OTHER_METHODS, *TAILS),
    "Ours, for comparison": FOR_COMPARISON,
}
