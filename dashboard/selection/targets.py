"""“Go to”, and matching one method to another: the pressure at which something is reached."""

import numpy as np

from dashboard.figures.panel_data import LEAST_REACH, ROOMY
from dashboard.page.capabilities import Found
from dashboard.selection.caches import CurveNumbers, course_of, curve_of
from dashboard.words.course import no_peak
from dashboard.words.methods import span
from dashboard.words.text import exactly
from models import BestOfN, NoOptimumError, Outcome, Selection, course, match_target, overtaking
from models.laws.base import BaseLaw

__all__ = ["OVERTAKING", "PEAK", "SAME", "TARGETS", "TRUTH", "go_to", "reached"]

SAME = {"kl": "KL", "mean_persuasiveness": "mean persuasiveness", "samples": "samples"}
PEAK = "the peak of mean truth"
TARGETS = {"a KL, in nats": "kl", "a mean persuasiveness": "mean_persuasiveness", "base samples per output": "samples"}
LEAST_TARGET = {
    "a KL, in nats": (0.0, "A KL is 0 nats or more."),
    "base samples per output": (1.0, "An output takes 1 base sample or more."),
}
TRUTH = "a mean truth"
JUST = 1e-12  # of a pressure, beside 1: nearer above a jump it is just above it
OVERTAKING = "where it passes best-of-n at equal KL"


def _matched(
    method: Selection | type[Selection], base: BaseLaw, by: str, target: float, along: CurveNumbers | None = None
) -> Outcome | None:
    kl, mean, samples = (target if by == name else None for name in SAME)
    return match_target(method, base, kl=kl, mean_persuasiveness=mean, samples=samples, along=along)


def reached(method: type[Selection], base: BaseLaw, by: str, target: float) -> Outcome | str:
    """`method` where it reaches the target of `match_target`, or why it does not."""
    try:
        straight = by == "kl" and method.exact_root_kl
        near = None if straight or base.sd_persuasiveness == 0 else curve_of(method(), base, ROOMY * LEAST_REACH)
        found = _matched(method, base, by, target, near)
    except NoOptimumError:
        return "has no optimum here"
    if found is None and by == "samples" and not _draws(method(), base):
        return "draws no samples"
    return found or "cannot reach it"


def _draws(method: Selection, base: BaseLaw) -> bool:
    return method.at_root_kl(base, 0.0).apply(base).samples_per_output is not None


def go_to(method: Selection, base: BaseLaw, key: str, target: str, value: float) -> Found:
    """The pressure at a KL, a mean persuasiveness or the peak of mean truth, if there is one, for the slider `key`."""
    knob, known = method.knob(), course_of(method.at(method.knob().default), base)
    least, refusal = LEAST_TARGET.get(target, (-np.inf, ""))
    if value < least:
        return Found(refusal)
    try:
        if target == PEAK:
            whole = known or course(method, base)  # says why there is none
            found, said = whole.peak, no_peak(whole)
        elif target == TRUTH:
            whole = known or course(method, base)
            found = whole.first(value)
            jump = whole.jump(value) if found is None else None
            said = f"No {knob.symbol} gives that mean truth, {span(whole)}"
            said += "." if jump is None else f": it jumps over it at {knob.symbol} = {exactly(jump)}."
        elif target == OVERTAKING:
            kls = overtaking(method.at(knob.default), BestOfN, base)
            found = _matched(method, base, "kl", kls[0]) if kls else None
            said = f"There is no KL up to 30 nats at which {method.name} passes best-of-n."
        else:
            found = _matched(method, base, TARGETS[target], value)
            drawn = TARGETS[target] != "samples" or _draws(method, base)
            if found is None and drawn and known is None:
                course(method, base)  # says why
            said = f"{method.name} {'does not reach that, as far as is computed' if drawn else 'draws no samples'}."
    except NoOptimumError as problem:
        return Found(f"{method.name} has no optimum here: {problem.reason}.")
    if found is None:
        return Found(said)
    at = float(found.selection.pressure)
    put = min(max(at, knob.low), knob.high)
    beyond = "" if put == at else f", beyond the slider, which ends at {exactly(put)}"
    return Found(f"{_place(found.selection, base)}{beyond}", {key: put})


def _place(selection: Selection, base: BaseLaw) -> str:
    """“λ = 0.98”; “just above c = 0” where truth jumps there, or “just below λ = 1” where there is no result from there on."""
    symbol, at, jumps = selection.knob().symbol, float(selection.pressure), np.asarray(selection.jumps(base))
    if (passed := jumps[(jumps < at) & (at - jumps <= JUST * (1 + np.abs(jumps)))]).size:
        return f"just above {symbol} = {exactly(float(passed[-1]))}"
    shown = float(f"{at:.6g}")
    return f"{'' if shown <= at or selection.exists(base, shown) else 'just below '}{symbol} = {exactly(at)}"
