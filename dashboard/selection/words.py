"""What pages about selection say of a state: the takeaway, the readouts, and why."""

from math import log

import numpy as np

from dashboard.page.record import Readout
from dashboard.selection.caches import DOTS
from dashboard.selection.state import Selected, SelectionState
from dashboard.words.base_models import BASE_MODEL_TEXTS, explain
from dashboard.words.course import course_words, has_fallen, range_note
from dashboard.words.methods import method_text, subject
from dashboard.words.text import change, colored, count, distinct_numbers, moved, nats, number
from models import Outcome

__all__ = ["best_in_words", "effect", "of_dots", "of_selection", "readouts", "takeaway", "why"]


def of_selection(state: Selected) -> str:
    """What selection does to mean truth, with both numbers; and past its only peak, from where it has fallen."""
    got, who = state.outcome, subject(state.selection)
    if setting := BASE_MODEL_TEXTS[type(state.world)].setting:
        who = f"With {setting}, {who[0].lower() if who.startswith(('Keeping', 'Feeding')) else who[0]}{who[1:]}"
    if got is None:
        return f"{who}: the result **does not exist**, for {state.obstacle}."
    if state.course and (fallen := has_fallen(state.course, got)):
        return f"{who}: {fallen}."
    return f"{who} {effect(state, got)}."


def effect(state: Selected, got: Outcome) -> str:
    """“raises mean truth from 0.70 to 1.45”."""
    before, after = distinct_numbers(state.base.mean_truth, got.mean_truth)
    color = method_text(state.selection).style.color
    match moved(state.base.mean_truth, got.mean_truth):
        case 1:
            return f"raises mean truth from {before} to {colored(after, color)}"
        case -1:
            return f"lowers mean truth from {before} to {colored(after, color)}"
    return f"leaves mean truth at {colored(before, color)}"


def takeaway(state: SelectionState) -> str:
    selected = state.selected
    if selected.outcome is None:
        return of_selection(selected)
    if selected.course is None:
        return f"{of_selection(selected)} With any pressure at all there is **no best policy** here."
    return f"{of_selection(selected)} {course_words(selected.course, selected.outcome)}"


def why(state: SelectionState) -> str:
    """The method’s own formulas, then the world’s own words."""
    selected, formulas = state.selected, []
    if selected.outcome is not None and selected.course is not None:
        formulas = method_text(selected.selection).formulas(selected.outcome, selected.course)
        formulas.append(range_note(selected.course))
    return "\n\n".join([*formulas, *explain(selected.world, selected.selection, selected.outcome), *of_dots(selected)])


def of_dots(state: Selected) -> list[str]:
    """What the dots are, and which of them is kept."""
    if not state.draw:
        return []
    n, kept = state.selection.pressure, ""
    if state.best is not None:
        kept = f"The larger ones, the first {state.candidates}, are candidates, and the most persuasive is ringed: {best_in_words(state)}. "
    elif n >= 2:
        kept = f"They are too few to see the candidates among {count(log(n))}. "
    return [
        f"**One draw, as dots.** The dots are {DOTS} outputs of the base model. {kept}They are spread more evenly than chance "
        "would spread them. Another draw is another set; the means are exact, and over all draws."
    ]


def best_in_words(state: Selected) -> str:
    """The most persuasive candidate: “manipulative, truth −1.32”."""
    assert state.best is not None
    kinds, mode = BASE_MODEL_TEXTS[type(state.world)].kinds(state.world), int(state.outputs.mode[state.best])
    return ", ".join(filter(None, (kinds[mode], f"truth {number(float(state.outputs.truth[state.best]))}")))


def readouts(state: SelectionState) -> list[Readout]:
    base, got, none = state.selected.base, state.selected.outcome, "does not exist"
    before_p, gained = base.mean_persuasiveness, got.mean_persuasiveness if got else None
    samples = got.log_samples_per_output if got else None

    def finite(value: float | None, digits: int = 3) -> str:
        return none if value is None else number(value, digits)

    return [
        Readout(
            "mean truth",
            finite(got.mean_truth if got else None),
            change(got.mean_truth - base.mean_truth, 3) if got else "",
            1,
            f"base {number(base.mean_truth)}",
            got.mean_truth if got else None,
            help=f"In points of the truth score: {BASE_MODEL_TEXTS[type(state.selected.world)].zero}",
        ),
        Readout(
            "mean persuasiveness",
            finite(gained),
            change(gained - before_p, 3) if gained is not None and before_p is not None and np.isfinite(gained) else "",
            note=f"base {finite(before_p, 2)}",
            amount=gained if gained is not None and np.isfinite(gained) else None,
            help="In points of the persuasiveness score, the one that can be measured.",
        ),
        Readout(
            "KL from the base model",
            nats(got.kl) if got else none,
            change(got.kl) if got else "",
            note="base 0",
            amount=got.kl if got else None,
            help="In nats: 0 is the base model itself; at 3 nats what is kept has typically become 20 times as likely.",
        ),
        Readout(
            "base samples per output",
            none if got is None else "not sampled" if samples is None else count(samples),
            "" if samples is None else f"× {count(samples)}",
            note="base 1",
            help="Outputs of the base model drawn for each one that is kept; 1 is the base model itself.",
        ),
    ]
