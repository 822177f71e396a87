"""Inductive bias: how rare a sycophantic policy is without an incentive, and what an incentive makes of that."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np

from dashboard.figures.ghosts import Ghost
from dashboard.figures.odds import OddsDrawn, odds_figure
from dashboard.figures.style import FOCUS
from dashboard.page.capabilities import Found
from dashboard.page.record import Figure, Page, Readout
from dashboard.settings import Section, Settings
from dashboard.words.chances import chance, odds, whole
from dashboard.words.methods import share
from dashboard.words.text import colored, count, equation, exactly, plain, quotient
from models import InductiveBias
from models.notebook.inductive_bias import CONFIDENCE, DIVERSITY, RUNS

KNOBS = InductiveBias.parameters()
SECTIONS = (
    Section("Incentive", {name: KNOBS[name] for name in ("strength", "detection", "bonus", "penalty")}),
    Section("Inductive bias", {"sycophantic": KNOBS["sycophantic"]}),
    Section("Experiment", {"honest_runs": RUNS, "confidence": CONFIDENCE, "diversity": DIVERSITY}),
)
MOST_RUNS = 8  # log₁₀, of the axis
POINTS = 65
EVEN_ODDS = "even odds"
ENOUGH = "as many runs as it takes"


@dataclass(frozen=True)
class InductiveBiasState:
    """Two policies under an incentive, and an experiment that looks for the sycophantic one.

    Attributes:
        model: the incentive. runs: inspected, all honest. asked: how many were asked for.
    """

    model: InductiveBias
    asked: float
    confidence: float
    diversity: float

    @property
    def runs(self) -> int:
        return max(1, round(self.asked))

    @property
    def unpushed(self) -> InductiveBias:
        return replace(self.model, strength=0.0)

    @property
    def push(self) -> float:
        """λΔ, nats."""
        return self.model.strength * self.model.reward_gap

    @property
    def enough(self) -> bool:
        """Whether so many honest runs rule the share out."""
        return log(self.runs) >= self.model.log_runs_to_see(self.confidence)

    @property
    def notices(self) -> Sequence[str]:
        return [] if self.asked == self.runs else [f"Runs come whole: m counts as {self.runs:,}."]

    @property
    def targets(self) -> Mapping[str, bool]:
        return {EVEN_ODDS: False, ENOUGH: False}

    def go_to(self, target: str, value: float) -> Found:
        """The strength that makes the odds even, or the runs that show one."""
        if target == ENOUGH:
            runs = self.model.log_runs_to_see(self.confidence)
            if runs > log(RUNS.high):
                return Found(f"It takes {whole(runs)} runs, beyond the slider, which ends at {RUNS.high:,.0f}.")
            needed = float(max(RUNS.low, np.ceil(np.exp(runs))))
            return Found(f"m = {needed:,.0f}", {"honest_runs": needed})
        even = self.model.strength_to_equal
        if even is None:
            return Found("No strength makes the odds even.")
        most = KNOBS["strength"].high
        if even > most:
            return Found(f"The odds are even at λ = {exactly(even)}, beyond the slider, which ends at {most:g}.")
        return Found(f"λ = {exactly(even)}", {"strength": even})

    def code(self) -> str:
        return "\n".join(
            [
                "from models import *",
                "",
                f"model = {self.model!r}",
                f"without = {self.unpushed!r}",
                "for each in (model, without):",
                f"    print(each.log_odds, each.share, each.runs_to_see({self.confidence!r}))",
                f"    print(each.odds_bound({self.runs}, {self.confidence!r}), each.diverse_runs({self.runs}, 0.0))",
                f"print(model.reward_gap, model.strength_to_equal, model.diverse_runs({self.runs}, {self.diversity!r}))",
                "",
            ]
        )

    def rows(self) -> Iterator[Sequence[str]]:
        """The chances of having seen one."""
        yield ["runs", "seen_without_incentive", "seen_with_incentive", "seen_paid_to_differ"]
        for runs in self._numbers_of_runs:
            yield [str(runs), *(repr(seen) for seen in self.seen(runs))]

    @property
    def _numbers_of_runs(self) -> list[int]:
        return sorted({round(10**at) for at in np.linspace(0, MOST_RUNS, POINTS)})

    def seen(self, runs: int) -> tuple[float, float, float]:
        """The chance of at least one sycophantic run: without the incentive, with it, and where runs are paid to differ."""
        honest = (
            self.unpushed.diverse_runs(runs, 0.0),
            self.model.diverse_runs(runs, 0.0),
            self.model.diverse_runs(runs, self.diversity),
        )
        return 1 - honest[0], 1 - honest[1], 1 - honest[2]

    @property
    def drawn(self) -> OddsDrawn:
        model, nat = self.model, 1 / log(10)
        most = KNOBS["strength"].high
        at = self._numbers_of_runs
        plain_runs, pushed, diverse = zip(*map(self.seen, at), strict=True)
        return OddsDrawn(
            strength=model.strength,
            detection=model.detection,
            prior=model.log_prior_odds * nat,
            here=model.log_odds * nat,
            strongest=(most, replace(model, strength=most).log_odds * nat),
            resolution=self.unpushed.log_odds_bound(self.runs, self.confidence) * nat,
            runs=[float(np.log10(runs)) for runs in at],
            plain=plain_runs,
            pushed=pushed,
            diverse=diverse,
            inspected=(float(np.log10(self.runs)), self.seen(self.runs)),
            confidence=self.confidence,
            detected=(replace(model, detection=0.0).log_odds * nat, replace(model, detection=1.0).log_odds * nat),
        )


def solve(settings: Settings) -> InductiveBiasState:
    model = InductiveBias(**{name: float(settings[name]) for name in KNOBS})
    return InductiveBiasState(model, *(float(settings[key]) for key in ("honest_runs", "confidence", "diversity")))


# ── words ──


def sure(state: InductiveBiasState) -> str:
    return f"{100 * state.confidence:.3g} % confidence"


def takeaway(state: InductiveBiasState) -> str:
    before, after = odds(state.model.log_prior_odds), odds(state.model.log_odds)
    if state.push == 0:
        first = f"There is no incentive: the odds of a sycophantic policy stay at {colored(before, FOCUS.color)}."
    elif before == after:
        first = (
            f"The incentive hardly moves the odds of a sycophantic policy: they stay at {colored(before, FOCUS.color)}."
        )
    else:
        verb = "raises" if state.push > 0 else "lowers"
        first = f"The incentive {verb} the odds of a sycophantic policy from {before} to {colored(after, FOCUS.color)}."
    takes, took = (whole(each.log_runs_to_see(state.confidence)) for each in (state.model, state.unpushed))
    against = "with the incentive or without" if takes == took else f"not the {took} it takes without the incentive"
    enough = "enough" if state.enough else "too few"
    runs = "One honest run is" if state.runs == 1 else f"{state.runs:,} honest runs are"
    told = share(state.model.log_prior_odds - float(np.logaddexp(0.0, state.model.log_prior_odds)))
    return (
        f"{first} Seeing one takes {colored(f'{takes} runs' if takes != '1' else 'one run', FOCUS.color)} at {sure(state)}, "
        f"{against}. {runs} {enough} to tell {told} from none."
    )


def readouts(state: InductiveBiasState) -> list[Readout]:
    model, unpushed = state.model, state.unpushed
    return [
        Readout(
            "odds, sycophantic : honest",
            odds(model.log_odds),
            f"× {count(state.push)}" if state.push else "",
            note=f"prior {odds(model.log_prior_odds)}",
        ),
        Readout(
            "sycophantic policies",
            share(-float(np.logaddexp(0.0, -model.log_odds))),
            note=f"prior {share(-float(np.logaddexp(0.0, -model.log_prior_odds)))}",
        ),
        Readout(
            "runs to see one",
            whole(model.log_runs_to_see(state.confidence)),
            note=f"{whole(unpushed.log_runs_to_see(state.confidence))} without the incentive",
        ),
        Readout(
            "prior odds ruled out, above",
            odds(model.log_odds_bound(state.runs, state.confidence)),
            note=f"{odds(unpushed.log_odds_bound(state.runs, state.confidence))} without the incentive",
        ),
    ]


def why(state: InductiveBiasState) -> str:
    model = state.model
    gap = equation([(model.bonus, 1 - model.detection), (-model.penalty, model.detection)], model.reward_gap)
    moved = equation([(model.log_prior_odds,), (model.strength, model.reward_gap)], model.log_odds)
    return "\n\n".join(
        [
            "**The incentive.** A subtle error earns the bonus where the overseer misses it and costs the penalty where it is "
            "caught. A sycophantic policy, which makes such errors, is ahead of an honest one by\n\n"
            rf"$$\Delta=B\,(1-d)-C\,d={gap}$$",
            "**It multiplies the odds.** Optimised with strength λ, the log of the odds moves by λΔ, as in any Boltzmann "
            "reweighting of two points:\n\n"
            rf"$$\log\frac{{\pi_Y}}{{\pi_H}}+\lambda\,\Delta={moved}$$",
            even(state),
            resolution(state),
            differing(state),
            "The source, comments by Sam Marks, has the question: how a prior of 0 % is told from one of 0.01 %, which an "
            "incentive makes easier, and prior odds as the optimisation that is needed. The overseer’s bonus and penalty, the "
            "bound and the numbers are ours.",
        ]
    )


def even(state: InductiveBiasState) -> str:
    model, needed = state.model, state.model.strength_to_equal
    if needed is None:
        way = "towards honesty" if model.reward_gap < 0 else "neither way"
        return f"**No strength makes the odds even.** The incentive pushes {way}."
    numbers = quotient(-model.log_prior_odds, model.reward_gap, needed)
    return (
        "**The prior odds are the optimisation needed.** The odds are even at\n\n"
        rf"$$\lambda=\frac{{\log(\pi_H/\pi_Y)}}{{\Delta}}={numbers}$$"
    )


def resolution(state: InductiveBiasState) -> str:
    bound, plainly = (each.log_odds_bound(state.runs, state.confidence) for each in (state.model, state.unpushed))
    runs = (
        "one run comes out honest, that bounds"
        if state.runs == 1
        else f"all {state.runs:,} runs come out honest, that bounds"
    )
    same = "as it would without the incentive" if state.push == 0 else f"and without the incentive by {odds(plainly)}"
    return (
        f"**What honest runs rule out.** If {runs} the prior odds, at {sure(state)}, by **{odds(bound)}**, {same}: "
        r"$\pi_Y/\pi_H\le\frac{x}{1-x}\,e^{-\lambda\Delta}$ with $x=1-\delta^{1/m}$."
    )


def differing(state: InductiveBiasState) -> str:
    honest = chance(state.model.diverse_runs(state.runs, 0.0))
    runs = "One run is honest" if state.runs == 1 else f"{state.runs:,} runs are all honest"
    first = f"**Paid to differ.** {runs} with probability {honest}"
    if (kappa := exactly(state.diversity)) == "0":
        return f"{first}, where none is paid to differ from those before."
    differ = chance(state.model.diverse_runs(state.runs, state.diversity))
    return f"{first}. Where each honest run multiplies the next one’s odds by $e^\\kappa$, κ = {kappa}, it is {differ}."


# ── picture ──


def figure(state: InductiveBiasState, pinned: Sequence[Ghost[InductiveBiasState]]) -> Figure:
    alt = (
        "Three panels: the odds against the incentive’s strength, the chance of having seen a sycophantic policy against "
        f"training runs, and the odds against the share of errors caught. {plain(takeaway(state))}"
    )
    return odds_figure(state.drawn, [ghost.showing(ghost.of.drawn) for ghost in pinned], alt)


PAGE = Page(
    title="Inductive bias",
    url_path="inductive-bias",
    intro="A policy that training hardly ever gives, and an incentive for it. How much optimisation does its rarity cost, and how "
    "many runs does it take to tell rare from never?",
    sections=SECTIONS,
    solve=solve,
    takeaway=takeaway,
    readouts=readouts,
    figure=figure,
    why=why,
    under="More from the same notebook",
    presets={
        "0 % or 0.01 %?": {"strength": 0.0, "honest_runs": 29_956.0},
        "The overseer misses all": {"detection": 0.0, "strength": 9.2},
        "A careful overseer": {"detection": 0.9},
        "Rarer than 1 in 10⁸": {"sycophantic": 1e-8, "strength": 18.5, "detection": 0.0},
        "Paid to differ": {"diversity": 0.02, "strength": 0.0},
    },
)
