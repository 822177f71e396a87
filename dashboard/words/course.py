"""What pages say about the course of mean truth: sentences made from computed results."""

from itertools import pairwise

import numpy as np

from dashboard.words.methods import pressure, span
from dashboard.words.text import apart, exactly, number
from models import Course, Outcome

__all__ = ["course_clause", "course_words", "no_peak", "places", "turn_names", "turn_words"]


def course_words(course: Course, here: Outcome) -> str:
    """What more of the same pressure does to truth: every turn over the whole range, where it is highest, the limit."""
    match course.directions:
        case (0,):
            said = f"Pressure leaves truth as it is, {span(course)}."
        case (1,):
            said = f"More pressure **never hurts truth**, {span(course)}."
        case (-1,):
            said = f"Any pressure **costs truth**, {span(course)}."
        case (1, -1):
            said = _one_peak(course, here)
        case _:
            said = f"{_every_turn(course)} {_highest(course)}"
    return said + _limit(course)


def course_clause(course: Course) -> tuple[str, str]:
    """The same in a clause, without what comes beyond the range; and the range, "" where the clause has it."""
    match course.directions:
        case (0,):
            said = "pressure leaves truth as it is"
        case (1,):
            said = "more pressure **never hurts truth**"
        case (-1,):
            said = "any pressure **costs truth**"
        case (1, -1):
            height = apart(*course.heights[:2])[1]
            said = f"truth is highest {places(course)[0]} (mean truth {height}), and more pressure **costs truth**"
        case _:
            every = _every_turn(course).removesuffix(".")
            return every[0].lower() + every[1:], ""
    return said, span(course)


def no_peak(course: Course) -> str:
    """Where mean truth is highest, if that is no peak."""
    if course.directions == (0,):
        return f"Mean truth has no peak: pressure leaves it as it is, {span(course)}."
    if course.heights[0] >= course.heights[-1]:
        return f"Mean truth is highest with no pressure at all, {span(course)}."
    return f"Mean truth is highest where the range ends, {span(course)}."


def turn_words(course: Course) -> str:
    """Every turning point, in a line."""
    heights = apart(*course.heights)[1:]
    turns = [
        f"{kind} {height} {place}" for kind, height, place in zip(_kinds(course), heights, places(course), strict=False)
    ]
    return "; ".join(turns) or f"no turn, {span(course)}"


def turn_names(course: Course) -> list[tuple[Outcome, str]]:
    """Every turning point, and what it is called beside its mark: “peak: n = 26”."""
    return [
        (turn, f"{kind}: {place.removeprefix('at ')}")
        for turn, kind, place in zip(course.turns, _kinds(course), places(course), strict=False)
    ]


def _kinds(course: Course) -> list[str]:
    return ["peak" if direction > 0 else "trough" for direction in course.directions[: len(course.turns)]]


def places(course: Course) -> list[str]:
    """Where every turn and the end are, told apart: “at n = 64”, or “just past c = 1” where truth jumps there."""
    passed = [outcome.selection for outcome in (*course.turns, course.end)]
    shown = [pressure(selection) for selection in passed]
    alike = [a == b for a, b in pairwise(shown)]
    for k, selection in enumerate(passed):
        if any(alike[max(k - 1, 0) : k + 1]):
            shown[k] = f"{selection.knob().symbol} = {exactly(float(selection.pressure))}"
    found, kinks = [], passed[-1].kinks(course.base)
    for k, selection in enumerate(passed):
        at = float(selection.pressure)
        below = float(np.nextafter(at, -np.inf))
        if k > 0 and abs(at - float(passed[k - 1].pressure)) <= np.spacing(abs(at)):
            found.append(f"just past {shown[k - 1]}")
        elif below in kinks:
            found.append(f"just past {pressure(selection.at(below))}")
        else:
            found.append(f"at {shown[k]}")
    return found


def _one_peak(course: Course, here: Outcome) -> str:
    (top,) = course.turns
    base, height, end = course.heights
    harm = "**destroys it**" if end < base or height - end > 0.5 * (height - base) else "**costs truth**"
    if abs(here.kl - top.kl) < 1e-6:
        return f"Truth is **at its highest** here; more pressure {harm}, {span(course)}."
    shown = apart(base, height)[1]
    tense = "was" if here.kl > top.kl else "will be"
    return (
        f"Truth {tense} highest {places(course)[0]} (mean truth {shown}); pressure beyond that {harm}, {span(course)}."
    )


def _every_turn(course: Course) -> str:
    heights = apart(*course.heights)
    verbs = ["**rises**" if direction > 0 else "**falls**" for direction in course.directions]
    steps = [
        f"{verb} to {height} {place}" for verb, height, place in zip(verbs, heights[1:], places(course), strict=True)
    ]
    return f"With more and more pressure truth {', then '.join(steps)}."


def _highest(course: Course) -> str:
    heights = course.heights
    best = int(np.argmax(heights))
    shown = apart(*heights)[best]
    if best == 0:
        return f"It is highest, {shown}, with no pressure at all."
    where = "there" if best == len(heights) - 1 else places(course)[best - 1]
    return f"It is highest, {shown}, {where}."


def _limit(course: Course) -> str:
    """What comes beyond the range, where that is not more of the same."""
    end, limit, direction = course.heights[-1], course.limit, course.directions[-1]
    if np.isinf(limit):
        return (
            ""
            if np.sign(limit) == direction
            else f" In the limit it {'rises' if limit > 0 else 'falls'} without bound."
        )
    reached = course.reaches_limit or number(end) == number(limit)
    return "" if reached else f" In the limit it tends to {number(limit)}."
