"""What each world has to say of itself: adding a world to the screen is adding its story here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, log
from typing import Any

import numpy as np

from dashboard.words.methods import share
from dashboard.words.text import count, equation, exactly, latex, number
from models import (
    BaseModel,
    Blend,
    Boltzmann,
    Filter,
    GoodhartMixture,
    Outcome,
    Routing,
    Selection,
    TruthPlusError,
    TruthPlusLaplace,
    TruthPlusLevy,
    TruthPlusLognormal,
    TruthPlusNormal,
    TruthPlusStudentT,
    TruthPlusUniform,
    mode_crossings,
)
from models.base_models.noisy_truth import TRUTHS, NoisyTruth

__all__ = ["BASE_MODEL_TEXTS", "CHOICES", "BaseModelText", "explain"]

NOISE = 1e-11  # a smaller difference between two scores, as a share of them, is their rounding


@dataclass(frozen=True, kw_only=True)
class BaseModelText:
    """A world’s words.

    Attributes:
        help: what it is, in a sentence, for who chooses between worlds.
        paragraphs: what it does to a selection: of the world, the selection, and what that left, if anything.
        kinds: what an output of each mode of its law is, where it has several: “manipulative”.
        setting: what a sentence has to say of it: “a Student-t error”.
        zero: what a truth score of 0 is, and its unit.
    """

    help: str
    paragraphs: Callable[[Any, Selection, Outcome | None], list[str]]
    kinds: Callable[[Any], Sequence[str]] = lambda world: ("",)
    setting: str = ""
    zero: str = "0 is an output of C alone."


def explain(world: BaseModel, selection: Selection, got: Outcome | None) -> list[str]:
    return BASE_MODEL_TEXTS[type(world)].paragraphs(world, selection, got)


# ── the three submodules ──


def of_a_blend(world: Blend, selection: Selection, got: Outcome | None) -> list[str]:
    base = world.law()
    if base.sd_persuasiveness == 0:
        return [NOTHING_TO_GO_BY]
    if got is None:
        return []
    slope = base.covariance / base.sd_persuasiveness**2
    gain = got.mean_persuasiveness - base.mean_persuasiveness
    scale = abs(base.mean_persuasiveness) + base.sd_persuasiveness
    gain = gain if abs(gain) > NOISE * scale else 0.0
    return [
        "**Selection climbs a line.** It looks at persuasiveness alone, so truth can only follow along "
        "E[truth | persuasiveness]:\n\n"
        r"$$\mathrm E_q[T]-\mathrm E[T]=\frac{\mathrm{Cov}(T,P)}{\mathrm{Var}\,P}\,(\mathrm E_q[P]-\mathrm E[P])"
        "=" + equation([(slope, gain)], slope * gain) + "$$"
    ]


def of_routing(world: Routing, selection: Selection, got: Outcome | None) -> list[str]:
    if world.law().sd_persuasiveness == 0:
        return [NOTHING_TO_GO_BY]
    if got is None:
        return []
    weight, said = world.model, []
    if weight.alpha and weight.gamma:
        said.append("asks which of A and C persuades further out")
    if weight.beta:
        said.append("cannot tell the outputs of B apart, all at persuasiveness 0")
    alone = f"Here all are from {'A' if weight.alpha else 'C'}."
    return [
        "**Routed outputs come from one submodule each.** "
        + (f"Selection then {' and '.join(said)}." if said else alone)
    ]


def heard(world: Routing) -> list[str]:
    model = world.model
    return [
        f"from {name}" for name, weight in zip("ABC", (model.alpha, model.beta, model.gamma), strict=True) if weight
    ]


NOTHING_TO_GO_BY = "**Selection has nothing to go by:** every output is equally persuasive."


# ── the Goodhart mixture ──


def of_a_mixture(world: GoodhartMixture, selection: Selection, got: Outcome | None) -> list[str]:
    base = world.mixture()
    limit, rarity = base.truth_limit, f"{count(-log(world.liars))} outputs hold one manipulative one on average."
    way = "rises" if limit > 0 else "falls"
    fate = f"in the limit mean truth {f'tends to {number(limit, 3)}' if np.isfinite(limit) else f'{way} without bound'}"
    ahead = world.liar_spread - 1 or world.liar_persuasiveness
    owner = "manipulative" if ahead > 0 else "honest"
    reason = f"the {owner} mode is the wider in persuasiveness"
    if world.liar_spread == 1:
        reason = f"both modes are equally wide, and the {owner} one is the more persuasive on average"
    if ahead > 0:
        head = "Extremal Goodhart" if limit < base.mean_truth else "The manipulative mode owns the far tail"
        told = (
            f"**{head}.** Pressure finds the outputs that persuade by other means: {reason}, so it owns the far tail, "
            f"however rare it is, and {fate}. Rarity only buys time: {rarity}"
        )
    elif ahead < 0:
        told = (
            f"**The honest mode owns the far tail.** Pressure leaves the manipulative outputs behind in the end: {reason}, and "
            f"{fate}. {rarity}"
        )
    else:
        told = (
            "**Neither mode owns the far tail.** Honest and manipulative outputs are equally persuasive, so pressure cannot tell "
            f"them apart, and {fate}. {rarity}"
        )
    said = [told]
    if got is not None and isinstance(selection, Boltzmann):
        said.append(_two_modes(world, selection))
    return said


def _two_modes(world: GoodhartMixture, selection: Boltzmann) -> str:
    """How much of the policy is manipulative, and where that is half."""
    base = world.mixture()
    log_weight = log(world.liars) + float(base.log_tilt_of_modes(selection.strength)[1])
    crossings = " and ".join(f"λ = {exactly(x)}" for x in mode_crossings(base))
    where = f"The two modes weigh the same at {crossings}" if crossings else "The two modes never weigh the same"
    return f"{where}; now {share(log_weight)} of the policy is manipulative."


# ── truth plus error ──

NO_OPTIMUM = "KL-penalised RL **has no optimum** here: E[e^(λP)] is infinite for every λ > 0."
SOURCE = "After Thomas & Kwa (2023) and Kwa, Thomas & Garriga-Alonso (2024)."
FATES: Mapping[type[NoisyTruth], str] = {
    TruthPlusNormal: "**The Normal error.** The hazard rate of persuasiveness rises for ever, and so does truth above a rising bar.",
    TruthPlusLaplace: "**The Laplace error.** The hazard rate of persuasiveness rises towards 1/b, and truth above a rising bar "
    "towards σ_T²/b.",
    TruthPlusStudentT: "**The Student-t error.** The hazard rate of persuasiveness falls in the end, and truth above a rising bar "
    "falls back to 0: catastrophic Goodhart.",
    TruthPlusUniform: "**The Uniform error.** It ends at h, so far out only truth can make an output more persuasive.",
}


def of_truth_plus_error(world: NoisyTruth, selection: Selection, got: Outcome | None) -> list[str]:
    base = world.law()
    if base.computed == "quadrature":
        return of_any_truth(world, base, selection)
    bar = float(selection.threshold) if isinstance(selection, Filter) else round(float(base.isf(np.log(0.01))), 2)
    variance, hazard, limit = base.sd_truth**2, base.hazard(bar), base.strength_limit
    lines = [
        FATES[type(world)],
        r"$$\mathrm E[T\mid P\ge c]=\sigma_T^2\,\frac{f_P(c)}{\bar S(c)}="
        + equation([(variance, hazard)], variance * hazard, 4)
        + rf"\quad\text{{at }}c={exactly(bar)}$$",
    ]
    if limit == 0:
        lines.append(NO_OPTIMUM)
    elif limit < inf:
        lines.append(
            f"KL-penalised RL has an optimum only below λ = 1/b = {exactly(limit)}; its mean truth is σ_T² λ up to there."
        )
    if got is not None and isinstance(selection, Boltzmann):
        strength = selection.strength
        lines.append(
            r"$$\mathrm E_\lambda[T]=\sigma_T^2\lambda=" + equation([(variance, strength)], got.mean_truth, 4) + "$$"
        )
    return [*lines, SOURCE]


def of_any_truth(world: NoisyTruth, base: TruthPlusError, selection: Selection) -> list[str]:
    """Where truth or the error has a law without closed forms."""
    bar = float(selection.threshold) if isinstance(selection, Filter) else round(float(base.isf(np.log(0.01))), 2)
    truth = next(name for name, law in TRUTHS.items() if isinstance(base.truth, law))
    lines = [f"**{truth}, {world.name}.** {_fate(base)}"]
    if bar < base.highest:
        lines.append(
            r"$$\mathrm E[T\mid P\ge c]="
            + latex(float(base.truth_above(bar)), 4)
            + rf"\quad\text{{at }}c={exactly(bar)}$$"
        )
    if base.mean_persuasiveness == inf:
        lines.append("The mean of the error is infinite, and so is mean persuasiveness before any pressure.")
    if base.strength_limit == 0:
        lines.append(NO_OPTIMUM)
    elif base.strength_limit < inf:
        lines.append(f"KL-penalised RL has an optimum only below λ = {exactly(base.strength_limit)}.")
    return [*lines, SOURCE]


def _fate(base: TruthPlusError) -> str:
    """What becomes of truth above a rising bar in the end."""
    limit = base.truth_limit
    if limit == base.mean_truth:
        return (
            "Far out it is the error that makes an output persuasive: truth above a rising bar falls back to "
            f"{number(limit)} in the end, catastrophic Goodhart."
        )
    if limit == inf:
        return "Far out it is truth, too, that makes an output persuasive: above a rising bar it rises without bound in the end."
    if limit == base.truth.support[1]:
        return f"Truth above a rising bar tends to {number(limit)}, the most that it can be."
    return f"Truth above a rising bar tends to {number(limit, 3)}: far out, both make an output persuasive."


# ── the tales ──

OF_TRUTH = "0 is the base model’s mean."

BASE_MODEL_TEXTS: Mapping[type[BaseModel], BaseModelText] = {
    Blend: BaseModelText(help="Blend: every output listens to all three submodules.", paragraphs=of_a_blend),
    Routing: BaseModelText(
        help="Routing: each output comes wholly from one of them.", paragraphs=of_routing, kinds=heard
    ),
    GoodhartMixture: BaseModelText(
        help="Mixture: honest outputs and a few manipulative ones.",
        paragraphs=of_a_mixture,
        kinds=lambda world: ("honest", "manipulative"),
        zero="0 is the mean of honest outputs, and 1 their standard deviation.",
    ),
    TruthPlusNormal: BaseModelText(
        help="Truth plus an error: with a light tail,",
        paragraphs=of_truth_plus_error,
        setting="a normal error",
        zero=OF_TRUTH,
    ),
    TruthPlusLaplace: BaseModelText(
        help="an exponential one,", paragraphs=of_truth_plus_error, setting="a Laplace error", zero=OF_TRUTH
    ),
    TruthPlusStudentT: BaseModelText(
        help="a heavy one,", paragraphs=of_truth_plus_error, setting="a Student-t error", zero=OF_TRUTH
    ),
    TruthPlusUniform: BaseModelText(
        help="none,", paragraphs=of_truth_plus_error, setting="a uniform error", zero=OF_TRUTH
    ),
    TruthPlusLognormal: BaseModelText(
        help="one on one side, between exponential and heavy,",
        paragraphs=of_truth_plus_error,
        setting="a lognormal error",
        zero=OF_TRUTH,
    ),
    TruthPlusLevy: BaseModelText(
        help="or one so heavy that its mean is infinite.",
        paragraphs=of_truth_plus_error,
        setting="a Lévy error",
        zero=OF_TRUTH,
    ),
}
CHOICES: Mapping[str, str] = {
    "truth": "The law of truth: symmetric about 0, with a light tail, a heavy one, an exponential one, or none.",
    "placing": "Where the error lies: its mean at 0, or all of it above a lower end.",
}
