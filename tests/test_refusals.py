"""What `models` refuses, word for word; a `raise` that no line here meets is named."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models import (
    Boltzmann,
    ChiSquared,
    DarkRoom,
    Filter,
    InductiveBias,
    LaplaceError,
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
    StudentTError,
    ThreeSubmodules,
    TruthPlusError,
    TruthPlusLaplace,
    Uniform,
    curve,
    expected_shortfall,
    family_optimum,
    log_price_of_best_of_n,
    log_price_of_filtering,
    norm_optimum,
    reach,
    top_correlation,
    training_path,
    win_rate,
)
from models.laws.reweighted import reweighted
from models.numerics.evenly import evenly
from models.parameters import Interval, Parameter

NORMAL = OutputMixture([Mode()])
COIN = OutputMixture([Mode(weight=0.5, mean_persuasiveness=x, sd_persuasiveness=0) for x in (0, 1)])
ATOMS = ThreeSubmodules(sigma_a=0, sigma_c=0).routing()
HEAVY = TruthPlusError(StudentTError(df=4))
LEVY = TruthPlusError(truth=Normal(), error=Levy())
TWO = np.array([0.0, 1.0])


def declared(low: float, default: float) -> Parameter:
    domain = Interval(0.0, 1.0, open_high=True)
    return Parameter(symbol="x", label="size", default=default, low=low, high=0.5, step=0.1, help="", domain=domain)


REFUSED: dict[str, Callable[[], object]] = {
    "n = 6 is not allowed; it must lie in [1, 5]": lambda: NORMAL.outputs(5).best(6),
    "count = 0 is not allowed; it must lie in [1, ∞)": lambda: evenly(0),
    "after = -1 is not allowed; it must lie in [0, ∞)": lambda: evenly(1, -1),
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
    "truth = Normal(location=0.0, scale=1.0), sd_truth = 2: at most one of them may be given": lambda: TruthPlusError(
        truth=Normal(), error=Normal(), sd_truth=2
    ),
    "'modes' is not allowed; it must be a one-dimensional law": lambda: TruthPlusError(truth=Normal(), error="modes"),
    "strength = 2.0: KL-penalised RL has no optimum here: the tail is so heavy that any reward can be had for next to no KL": lambda: (
        Boltzmann(strength=2.0).apply(HEAVY)
    ),
    "strength = 1.0: KL-penalised RL has no optimum here: the tail is so heavy that any reward can be had for next to no KL": lambda: (
        Boltzmann(strength=TWO).apply(LEVY)
    ),
    "strength = 3.0: KL-penalised RL has no optimum here: a further unit of reward is worth λ nats and never costs as much as 1/b = 2": lambda: (
        Boltzmann(strength=3.0).apply(TruthPlusError(LaplaceError(scale=0.5)))
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
    "cells = array([1., 2.]) is not allowed; it must be one number": lambda: DarkRoom(cells=[1, 2]),
    "episodes = 0 is not allowed; whole numbers from 1 are": lambda: DarkRoom().expert(0),
    "bonus = array([0., 1.]) is not allowed; it must be one number": lambda: InductiveBias(bonus=TWO),
    "runs = 1.5 is not allowed; it must be a whole number": lambda: InductiveBias().diverse_runs(1.5, 0.0),
    "runs = -1.0 is not allowed; it must lie in [0, ∞)": lambda: InductiveBias().diverse_runs(-1.0, 0.0),
    "diversity = -1.0 is not allowed; it must lie in [0, ∞)": lambda: InductiveBias().diverse_runs(1.0, -1.0),
    "confidence = 0.0 is not allowed; it must lie in (0, 1)": lambda: InductiveBias().log_odds_bound(1.5, 0.0),
    "honest_runs = -1.0 is not allowed; it must lie in [0, ∞)": lambda: InductiveBias().log_odds_bound(-1.0, 0.5),
    "tokens = 2.5 is not allowed; it must be one whole number": lambda: NearestTokens(tokens=2.5),
    "alike = 2.5 is not allowed; it must be one whole number": lambda: NearestTokens().looks_meaningful(2.5),
    "alike = 0.0 is not allowed; it must lie in [1, ∞)": lambda: NearestTokens().looks_meaningful(0.0),
    "between_share = array([0., 1.]) is not allowed; it must be one number": lambda: NearestTokens(between_share=TWO),
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
    "reach = inf, points = 100: reach must be finite and ≥ 0, points at least 1": lambda: curve(
        Filter, NORMAL, reach=np.inf
    ),
    "reach = 1.0, points = 0: reach must be finite and ≥ 0, points at least 1": lambda: curve(
        Filter, NORMAL, reach=1.0, points=0
    ),
    "target = array([ 0., nan]) is not allowed; it must be finite": lambda: log_price_of_filtering(
        NORMAL, np.array([0.0, np.nan])
    ),
    "target = nan is not allowed; it must be finite": lambda: log_price_of_filtering(NORMAL, np.nan),
    "target = inf: a finite target, and a base model that has a mean, are needed": lambda: log_price_of_best_of_n(
        NORMAL, np.inf
    ),
    "TruthPlusError(error=StudentTError(df=4.0, scale=1.0), sd_truth=1.0) is not allowed; "
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
    "2 targets are given; exactly one of kl, mean_persuasiveness and samples must be": lambda: reach(
        Filter, NORMAL, kl=1.0, samples=2.0
    ),
    "kl = -1.0 is not allowed; it must lie in [0, ∞)": lambda: reach(Filter, NORMAL, kl=-1.0),
    "samples = 0.5 is not allowed; it must lie in [1, ∞)": lambda: reach(Filter, NORMAL, samples=0.5),
    "mean_persuasiveness = inf is not allowed; it must lie in (−∞, ∞)": lambda: reach(
        Filter, NORMAL, mean_persuasiveness=np.inf
    ),
    "slope = 1.0: mean persuasiveness is infinite, so no χ² weight can be normalised": lambda: ChiSquared(
        slope=1.0
    ).apply(LEVY),
    "slope = 1.0: mean persuasiveness does not exist, so no χ² weight can be normalised": lambda: ChiSquared(
        slope=TWO
    ).apply(TruthPlusError(StudentTError(df=1.0))),
    "slope = 2.0: the tail index is below 1.02, too near 1 for the start of a χ² weight to be computed": lambda: (
        ChiSquared(slope=2.0).apply(TruthPlusError(StudentTError(df=1.01)))
    ),
    "slope = 1000000000000.0: the χ² weight would start beyond 1e+150, farther than is computed": lambda: ChiSquared(
        slope=1e12
    ).apply(TruthPlusError(StudentTError(df=1.05))),
    "rounds is an array of 2; a path is that of one number of rounds": lambda: OnlineModelling(rounds=TWO).path(NORMAL),
    "rounds = 500.0: at fraction = 0.01 and feedback = 1.0 the last bar would lie beyond every number": lambda: (
        OnlineModelling(rounds=500, fraction=0.01, feedback=1).apply(TruthPlusError(StudentTError(df=1.0)))
    ),
    "feedback is an array of 2; it must be one number": lambda: OnlineModelling(feedback=[0.1, 0.2]),
    "fraction is an array of 3; it must be one number": lambda: OnlineModelling(fraction=[0.1, 0.2, 0.3]),
    "tau = 0.0 is not allowed; it must lie in (0, ∞)": lambda: family_optimum(ThreeSubmodules(), tau=0.0),
    "rivalry = 0.5 is not allowed; it must lie in [1, ∞]": lambda: norm_optimum(ThreeSubmodules(), 0.5),
    "time = -1.0 is not allowed; it must lie in [0, ∞)": lambda: training_path(ThreeSubmodules(), -1.0),
    "truth = 'x' is not allowed; it must be one of Normal truth, Student-t truth, Laplace truth, Uniform truth": lambda: (
        TruthPlusLaplace.of(scale=1, truth="x")
    ),
    "alpha + beta + gamma = 1.5; the weights must add to 1 within 1e-9": lambda: ThreeSubmodules(
        alpha=0.5, beta=0.5, gamma=0.5
    ),
    "alpha, beta and gamma are all 0; at least one listening weight must be above 0": lambda: ThreeSubmodules.listening(
        alpha=0, beta=0, gamma=0
    ),
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
    with pytest.raises((ValueError, ArithmeticError)) as refusal:
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
