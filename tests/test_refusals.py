"""What `models` refuses, word for word; a `raise` that no line here meets is named."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from test_derived_laws import Derived

from models import (
    BestOfN,
    Blend,
    Boltzmann,
    ChiSquared,
    DarkRoom,
    Filter,
    GoodhartMixture,
    InductiveBias,
    Laplace,
    Levy,
    Lognormal,
    Mode,
    NearestTokens,
    Normal,
    OnlineModelling,
    OutputMixture,
    RaisedTail,
    RankTilt,
    StudentT,
    ThreeSubmodules,
    TruthPlusError,
    TruthPlusLaplace,
    TruthPlusLevy,
    TruthPlusLognormal,
    Uniform,
    corner,
    course,
    curve,
    expected_shortfall,
    family_optimum,
    log_price_of_best_of_n,
    log_price_of_filtering,
    match_target,
    mode_crossings,
    norm_optimum,
    top_correlation,
    training_path,
    win_rate,
)
from models.laws.mixture import MixtureBatch
from models.laws.reweighted import reweighted
from models.numerics.halton import halton
from models.parameters import Interval, Parameter

NORMAL = OutputMixture([Mode()])
COIN = OutputMixture([Mode(weight=0.5, mean_persuasiveness=x, sd_persuasiveness=0) for x in (0, 1)])
ATOMS = ThreeSubmodules(sigma_a=0, sigma_c=0).routing()
HEAVY = TruthPlusError(StudentT(df=4))
LEVY = TruthPlusError(truth=Normal(), error=Levy())
TWO = np.array([0.0, 1.0])


def declared(low: float, default: float) -> Parameter:
    domain = Interval(0.0, 1.0, open_high=True)
    return Parameter(symbol="x", label="size", default=default, low=low, high=0.5, step=0.1, help="", domain=domain)


REFUSED: dict[str, Callable[[], object]] = {
    "n = 6 is not allowed; it must lie in [1, 5]": lambda: NORMAL.outputs(5).best(6),
    "count = 0 is not allowed; it must lie in [1, ∞)": lambda: halton(0),
    "after = -1 is not allowed; it must lie in [0, ∞)": lambda: halton(1, -1),
    "3 point masses of persuasiveness are not allowed here; P must be continuous": lambda: win_rate(
        OnlineModelling(rounds=2).apply(ATOMS)
    ),
    "2 numbers of rounds are not allowed here; one at a time": lambda: win_rate(
        OnlineModelling(rounds=TWO).apply(NORMAL)
    ),
    "2 point masses of persuasiveness are not allowed here; P must be continuous": lambda: win_rate(
        Filter(threshold=0.5).apply(COIN)
    ),
    "2 thresholds are not allowed here; one at a time": lambda: win_rate(Filter(threshold=TWO).apply(NORMAL)),
    "truth = Lognormal(location=0.0, sigma=0.7, scale=1.0, centred=False) is not allowed; its law must be symmetric": lambda: (
        TruthPlusError(truth=Lognormal(), error=Levy())
    ),
    "truth = StudentT(location=0.0, df=1.0, scale=1.0) is not allowed; it must have a mean, so df must lie in (1, ∞)": lambda: (
        TruthPlusError(truth=StudentT(df=1.0), error=Levy())
    ),
    "error = Laplace(location=0.0, scale=1e-08) beside truth = Normal(location=0.0, scale=1.0) is not allowed; the error is 1e-08 times as wide, and that must lie in [0.001, 1000]": lambda: (
        TruthPlusError(Laplace(scale=1e-8))
    ),
    "error = 'modes' is not allowed; it must be a law of one score, such as StudentT(df=3)": lambda: TruthPlusError(
        truth=Normal(), error="modes"
    ),
    "strength = 2.0: KL-penalised RL has no optimum here: the tail is so heavy that any reward costs almost no KL": lambda: (
        Boltzmann(strength=2.0).apply(HEAVY)
    ),
    "strength = 1.0: KL-penalised RL has no optimum here: the tail is so heavy that any reward costs almost no KL": lambda: (
        Boltzmann(strength=TWO).apply(LEVY)
    ),
    "strength = 3.0: KL-penalised RL has no optimum here: a further unit of reward is worth λ nats and never costs as much as 1/b = 2": lambda: (
        Boltzmann(strength=3.0).apply(TruthPlusError(Laplace(scale=0.5)))
    ),
    "strength = 1.0 is not allowed; Levy(location=0.0, scale=1.0) has no exponential tilt": lambda: Levy().tilted(1.0),
    "threshold = 3.0: no output is more persuasive than 2": lambda: Filter(threshold=3.0).apply(
        TruthPlusError(truth=Uniform(), error=Uniform())
    ),
    "threshold = 3.0 keeps no output; it must be at most 2.0: no output is more persuasive than 2": lambda: Filter(
        threshold=3.0
    ).apply(ATOMS),
    "modes is empty; a mixture needs at least one mode": lambda: OutputMixture([]),
    "the weights add to 0.5; they must add to 1 within 1e-9": lambda: OutputMixture([Mode(weight=0.5)]),
    "no output has persuasiveness 7.0: E[T | P] does not exist there": lambda: ATOMS.regression(7.0),
    "the quadrature misses 1.0e+00 of the selected mass; the allowed error is 1.0e-11": lambda: (
        reweighted(NORMAL, lambda points: 20 * points.p - 200).mean_truth
    ),
    "cells = 2.5 is not allowed; it must be a whole number": lambda: DarkRoom(cells=2.5),
    "cells is an array of 2; it must be one number, and for several [DarkRoom(cells=x) for x in …]": lambda: DarkRoom(
        cells=[1, 2]
    ),
    "episodes = 0 is not allowed; whole numbers from 1 are": lambda: DarkRoom().expert(0),
    "bonus is an array of 2; it must be one number, and for several [InductiveBias(bonus=x) for x in …]": lambda: (
        InductiveBias(bonus=TWO)
    ),
    "runs = 1.5 is not allowed; it must be a whole number": lambda: InductiveBias().diverse_runs(1.5, 0.0),
    "runs = -1.0 is not allowed; it must lie in [0, ∞)": lambda: InductiveBias().diverse_runs(-1.0, 0.0),
    "diversity = -1.0 is not allowed; it must lie in [0, ∞)": lambda: InductiveBias().diverse_runs(1.0, -1.0),
    "confidence = 0.0 is not allowed; it must lie in (0, 1)": lambda: InductiveBias().log_odds_bound(1.5, 0.0),
    "honest_runs = -1.0 is not allowed; it must lie in [0, ∞)": lambda: InductiveBias().log_odds_bound(-1.0, 0.5),
    "tokens = 2.5 is not allowed; it must be one whole number": lambda: NearestTokens(tokens=2.5),
    "alike = 2.5 is not allowed; it must be one whole number": lambda: NearestTokens().looks_meaningful(2.5),
    "alike = 0.0 is not allowed; it must lie in [1, ∞)": lambda: NearestTokens().looks_meaningful(0.0),
    "between_share is an array of 2; it must be one number, and for several [NearestTokens(between_share=x) for x in …]": lambda: (
        NearestTokens(between_share=TWO)
    ),
    "nearest = 11.0 is not allowed; it must lie in [1, 10], the tokens": lambda: NearestTokens(
        tokens=10, nearest=11, cluster_size=2
    ),
    "threshold = 'x' is not a number; it must lie in (−∞, ∞)": lambda: Filter(threshold="x"),
    "threshold = True is not a number; it must lie in (−∞, ∞)": lambda: Filter(threshold=True),
    "threshold = nan is not allowed; it must lie in (−∞, ∞)": lambda: Filter(threshold=float("nan")),
    "size: default 0.6 is outside [0.0, 0.5]": lambda: declared(0.0, 0.6),
    "size: [-1.0, 0.5] leaves the domain [0, 1)": lambda: declared(-1.0, 0.2),
    "x (size) must be a number from 0.1 to 0.5": lambda: declared(0.1, 0.2).read("7"),
    "level = inf is not allowed; it must be finite": lambda: expected_shortfall(NORMAL, np.inf),
    "max_kl = inf is not allowed; it must lie in [0, ∞)": lambda: curve(Filter, NORMAL, max_kl=np.inf),
    "max_kl = '3' is not a number; it must lie in [0, ∞)": lambda: curve(Filter, NORMAL, "3"),
    "points = 0.0 is not allowed; it must lie in [1, ∞)": lambda: curve(Filter, NORMAL, max_kl=1.0, points=0),
    "max_kl is an array of 2; it must be the KL at the end of the curve, one number of nats; outcomes at pressures of your own "
    "are Filter(…).apply(base)": lambda: curve(Filter, NORMAL, TWO),
    "target = array([ 0., nan]) is not allowed; it must be finite": lambda: log_price_of_filtering(
        NORMAL, np.array([0.0, np.nan])
    ),
    "target = nan is not allowed; it must be finite": lambda: log_price_of_filtering(NORMAL, np.nan),
    "target = inf: a finite target, and a base model that has a mean, are needed": lambda: log_price_of_best_of_n(
        NORMAL, np.inf
    ),
    "TruthPlusError(error=StudentT(location=0.0, df=4.0, scale=1.0), truth=Normal(location=0.0, scale=1.0)) is not allowed; "
    "E[T | P] must be a straight line, as in one bivariate normal": lambda: top_correlation(Filter().apply(HEAVY)),
    "spreads 0.0 and 1.0 are not allowed; both must be above 0": lambda: top_correlation(
        Filter(threshold=0.0).apply(OutputMixture([Mode(sd_truth=0)]))
    ),
    "strength = -1.0 is not allowed; it must lie in [0, 1e+300]": lambda: RankTilt(strength=-1.0),
    "kl = None, win_rate = None: exactly one of them must be given": lambda: RankTilt.reaching(),
    "kl = 601.0 is not allowed; it must lie in [0, 600]": lambda: RankTilt.reaching(kl=601.0),
    "win_rate = 0.4 is not allowed; it must lie in [0.5, 0.999999999999]": lambda: RankTilt.reaching(win_rate=0.4),
    "df = 1.0 is not allowed; it must lie in (1, ∞), or there is no mean": lambda: RaisedTail(
        df=1.0, threshold=0.0, mass=0.1
    ),
    "threshold = inf is not allowed; there must be mass on both its sides": lambda: RaisedTail(
        df=3.0, threshold=np.inf, mass=0.1
    ),
    "mass = 1.1 is not allowed; it must lie in [0, 1]": lambda: RaisedTail(df=3.0, threshold=1.0, mass=1.1),
    "2 targets are given; exactly one of kl, mean_persuasiveness and samples must be": lambda: match_target(
        Filter, NORMAL, kl=1.0, samples=2.0
    ),
    "kl = -1.0 is not allowed; it must lie in [0, ∞)": lambda: match_target(Filter, NORMAL, kl=-1.0),
    "samples = 0.5 is not allowed; it must lie in [1, ∞)": lambda: match_target(Filter, NORMAL, samples=0.5),
    "kl = '3' is not a number; it must lie in [0, ∞)": lambda: match_target(Filter, NORMAL, "3"),
    "kl is an array of 2; it must be one number, and for several [match_target(Filter, base, kl=x) for x in …]": lambda: (
        match_target(Filter, NORMAL, TWO)
    ),
    "mean_persuasiveness = inf is not allowed; it must lie in (−∞, ∞)": lambda: match_target(
        Filter, NORMAL, mean_persuasiveness=np.inf
    ),
    "slope = 1.0: mean persuasiveness is infinite, so no χ² weight can be normalised": lambda: ChiSquared(
        slope=1.0
    ).apply(LEVY),
    "slope = 1.0: mean persuasiveness does not exist, so no χ² weight can be normalised": lambda: ChiSquared(
        slope=TWO
    ).apply(TruthPlusError(StudentT(df=1.0))),
    "slope = 2.0: the tail index is below 1.02, too near 1 for the start of a χ² weight to be computed": lambda: (
        ChiSquared(slope=2.0).apply(TruthPlusError(StudentT(df=1.01)))
    ),
    "slope = 1000000000000.0: the χ² weight would start farther out than is computed": lambda: ChiSquared(
        slope=1e12
    ).apply(TruthPlusError(StudentT(df=1.05))),
    "rounds is an array of 2; a path is that of one number of rounds": lambda: OnlineModelling(rounds=TWO).path(NORMAL),
    "rounds = 500.0: at fraction = 0.01 and feedback = 1.0 the last bar would lie beyond every number": lambda: (
        OnlineModelling(rounds=500, fraction=0.01, feedback=1).apply(TruthPlusError(StudentT(df=1.0)))
    ),
    "feedback is an array of 2; it must be one number, and for several [OnlineModelling(feedback=x) for x in …]": lambda: (
        OnlineModelling(feedback=[0.1, 0.2])
    ),
    "liars is an array of 2; it must be one number, and for several [GoodhartMixture(liars=x) for x in …]": lambda: (
        GoodhartMixture(liars=TWO)
    ),
    "sd_truth is an array of 2; it must be one number, and for several [TruthPlusLevy(sd_truth=x) for x in …]": lambda: (
        TruthPlusLevy(sd_truth=[1.0, 2.0])
    ),
    "tau = 0.0 is not allowed; it must lie in (0, ∞)": lambda: family_optimum(ThreeSubmodules(), tau=0.0),
    "rivalry = 0.5 is not allowed; it must lie in [1, ∞]": lambda: norm_optimum(ThreeSubmodules(), 0.5),
    "time = -1.0 is not allowed; it must lie in [0, ∞)": lambda: training_path(ThreeSubmodules(), -1.0),
    "truth = 'x' is not allowed; it must be one of 'Normal truth', 'Student-t truth', 'Laplace truth', 'Uniform truth'; "
    "a law of your own goes to TruthPlusError(truth=…, error=…)": lambda: TruthPlusLaplace(scale=1, truth="x"),
    "placing = 'x' is not allowed; it must be one of 'Mean error 0', 'Error from a lower end'": lambda: (
        TruthPlusLognormal(placing="x")
    ),
    "truth_scale = 2 goes with truth = 'Student-t truth' or 'Laplace truth', not with 'Normal truth'": lambda: (
        TruthPlusLaplace(truth_scale=2)
    ),
    "lower_end = 2 goes with placing = 'Error from a lower end', not with 'Mean error 0'": lambda: TruthPlusLognormal(
        lower_end=2
    ),
    "truth = StudentT(location=0.0, df=0.9, scale=1.0) is not allowed; it must have a mean, so df must lie in (1, ∞)": lambda: (
        TruthPlusLaplace(truth="Student-t truth", truth_df=0.9)
    ),
    "alpha + beta + gamma = 1.5; the weights must add to 1 within 1e-9": lambda: ThreeSubmodules(
        alpha=0.5, beta=0.5, gamma=0.5
    ),
    "alpha, beta and gamma are all 0; at least one listening weight must be above 0": lambda: ThreeSubmodules.listening(
        alpha=0, beta=0, gamma=0
    ),
    # the right call
    "BestOfN does not take 3 without a name; it takes n=64.0": lambda: BestOfN(64, 3),
    "BestOfN does not take N; it takes n=64.0": lambda: BestOfN(N=64),
    "OnlineModelling does not take 0.5 without a name; it takes rounds=10.0, fraction=0.5, feedback=0.5": lambda: (
        OnlineModelling(5, 0.5)
    ),
    "Laplace does not take 2 without a name, width; it takes location=0.0, scale=1.0": lambda: Laplace(2, width=1),
    "TruthPlusLaplace does not take df; it takes truth='Normal truth', sd_truth=None, truth_df=None, truth_scale=None, "
    "truth_half_width=None, scale=1.0": lambda: TruthPlusLaplace(df=3),
    "TruthPlusError does not take df; it takes error: Distribution, truth=Normal(location=0.0, scale=1.0)": lambda: (
        TruthPlusError(df=3)
    ),
    "OutputMixture does not take 2 without a name; it takes modes: Sequence[Mode]": lambda: OutputMixture([Mode()], 2),
    "Blend does not take alpha; it takes model: ThreeSubmodules": lambda: Blend(alpha=1),
    "modes is no list of modes; give OutputMixture([Mode(…), …])": lambda: OutputMixture(Mode()),
    "ndarray is no base model; give a law, such as OutputMixture([Mode(…), …]), or a base model, such as GoodhartMixture()": lambda: (
        BestOfN(64).apply(TWO)
    ),
    "the class GoodhartMixture is no base model; give GoodhartMixture(…)": lambda: course(BestOfN, GoodhartMixture),
    "ThreeSubmodules is no base model; it makes two: give its .blend() or its .routing()": lambda: (
        log_price_of_best_of_n(ThreeSubmodules(), 2.0)
    ),
    "Mode is no base model; give OutputMixture([mode])": lambda: curve(Filter, Mode(), 3),
    "StudentT is no base model; give TruthPlusError(truth=…, error=…)": lambda: OnlineModelling(3).path(StudentT()),
    "Outcome is no base model; something is selected already: give outcome.base": lambda: OnlineModelling(3).bar(
        BestOfN(2).apply(NORMAL), 2
    ),
    "correlation is an array of 2; it must be one number, and for several [OutputMixture([Mode(correlation=x), …]) for x in …]": lambda: (
        BestOfN(64).apply(OutputMixture([Mode(correlation=TWO)]))
    ),
    "strength = 0.99: the quadrature ends before the selected mass does": lambda: Boltzmann(strength=0.99).apply(
        Derived(TruthPlusError(Laplace()))
    ),
    "2 laws at once are not allowed here; one at a time": lambda: win_rate(
        Boltzmann(strength=TWO).apply(OutputMixture([Mode(correlation=0.5)]))
    ),
    "MixtureBatch is no base model; it is several laws at once: [method.apply(base) for base in …]": lambda: BestOfN(
        64
    ).apply(MixtureBatch([Mode(correlation=TWO)])),
    "TruthPlusError has no modes; give OutputMixture([Mode(…), Mode(…)]) or GoodhartMixture()": lambda: mode_crossings(
        HEAVY
    ),
    "GoodhartMixture is no method; the first argument is one, such as BestOfN, and the second the base model": lambda: (
        match_target(GoodhartMixture(), BestOfN, 3)
    ),
    "OutputMixture is no outcome; give one, such as BestOfN(64).apply(base)": lambda: win_rate(NORMAL),
    "OutputMixture cannot be steered; give ThreeSubmodules(…), not its .blend() or .routing()": lambda: corner(NORMAL),
    "an outcome has no 'n'; its pressure is outcome.selection.n": lambda: BestOfN(2).apply(NORMAL).n,
    "an outcome has no 'fraction'; that is outcome.selection.fraction": lambda: (
        OnlineModelling().apply(NORMAL).fraction
    ),
    "an outcome has no 'modes'; that is outcome.base.modes": lambda: BestOfN(2).apply(NORMAL).modes,
    "an outcome has no 'KL'; it has exact_kl, kl, and its pressure is outcome.selection.threshold": lambda: (
        Filter(1).apply(NORMAL).KL
    ),
    "GoodhartMixture has no 'mean_truth'; its law has: .law().mean_truth": lambda: GoodhartMixture().mean_truth,
    "ThreeSubmodules has no 'law'; it makes two base laws, .blend() and .routing()": lambda: ThreeSubmodules().law(),
}


def shape_of(raised: ast.Raise) -> str:
    """A pattern of what it says: its words, and anything where a value stands."""
    parts = []
    for argument in raised.exc.args if isinstance(raised.exc, ast.Call) else []:
        pieces = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
        known = [re.escape(piece.value) if isinstance(piece, ast.Constant) else ".*" for piece in pieces]
        parts.append("".join(known))
    return ": ".join(parts)


@pytest.mark.parametrize("said", REFUSED)
def test_what_is_refused_is_named_with_its_range(said: str) -> None:
    with pytest.raises((ValueError, TypeError, AttributeError, ArithmeticError)) as refusal:
        REFUSED[said]()
    assert str(refusal.value) == said


def test_every_refusal_has_its_line_here() -> None:
    raised = [
        (f"{path}:{node.lineno}", shape_of(node))
        for path in sorted(Path("models").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Raise)
    ]
    assert not [place for place, shape in raised if shape and not any(re.fullmatch(shape, said) for said in REFUSED)]
