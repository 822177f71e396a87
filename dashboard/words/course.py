"""What pages say about the course of mean truth: sentences made from computed results."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from dashboard.words.methods import method_text, pressure, span
from dashboard.words.text import colored, distinct_numbers, exactly, moved, number
from models import BestOfN, Course, Outcome

__all__ = [
    "at_whole_n",
    "course_clause",
    "course_words",
    "has_fallen",
    "no_peak",
    "places",
    "range_note",
    "turn_names",
    "turn_words",
]


def at_whole_n(course: Course) -> Course:
    """The course of best-of-n with its turns at whole n, where nobody can draw 25.7 outputs; any other as it is."""
    method = course.end.selection
    if not isinstance(method, BestOfN):
        return course
    turns: list[Outcome] = []
    for turn, direction in zip(course.turns, course.directions, strict=False):
        n = float(turn.selection.pressure)
        beside = [method.at(max(whole(n), 1.0)).apply(course.base) for whole in (np.floor, np.ceil)]
        best = max(beside, key=lambda outcome: direction * outcome.mean_truth)
        if turns and best.selection == turns[-1].selection:
            turns.pop()
        elif best.selection.pressure > 1:
            turns.append(best)
    return replace(course, turns=tuple(turns))


def course_words(course: Course, here: Outcome) -> str:
    """What more of the same pressure does to truth: every turn over the whole range, where it is highest, the limit."""
    match course.directions:
        case (0,):
            said = f"More pressure leaves it there{_short(course)}."
        case (1,):
            said = f"More pressure **never hurts truth**{_short(course)}."
        case (-1,):
            said = f"Any pressure **costs truth**{_short(course)}."
        case (1, -1):
            said = _one_peak(course, here)
        case _:
            said = f"{_every_turn(course)} {_highest(course)}"
    return said + _limit(course)


def range_note(course: Course) -> str:
    """The range that everything said of more pressure is about."""
    return f"“More pressure” means {span(course)}."


def _short(course: Course) -> str:
    """The range where it ends before the slider does: a visitor would take it for longer."""
    last = course.end.selection
    knob, at = last.knob(), float(last.pressure)
    falls_short = at > knob.low if method_text(last).falling else at < knob.high
    return f", {span(course)}" if falls_short else ""


def course_clause(course: Course) -> tuple[str, str]:
    """The same in a clause, without what comes beyond the range; and the range, where it ends before the slider does."""
    match course.directions:
        case (0,):
            said = "pressure leaves truth as it is"
        case (1,):
            said = "more pressure **never hurts truth**"
        case (-1,):
            said = "any pressure **costs truth**"
        case (1, -1):
            height = distinct_numbers(*course.heights[:2])[1]
            said = f"truth peaks at {height}, {places(course)[0]}, and more pressure **costs truth**"
        case _:
            every = _every_turn(course).removesuffix(".")
            return every[0].lower() + every[1:], ""
    return said, _short(course).removeprefix(", ")


def no_peak(course: Course) -> str:
    """Where mean truth is highest, if that is no peak."""
    if course.directions == (0,):
        return f"Mean truth has no peak: pressure leaves it as it is, {span(course)}."
    if course.heights[0] >= course.heights[-1]:
        return f"Mean truth is highest with no pressure at all, {span(course)}."
    return f"Mean truth is highest where the range ends, {span(course)}."


def turn_words(course: Course) -> str:
    """Every turning point, in a line."""
    heights = distinct_numbers(*course.heights)[1:]
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
    beyond = f"{_harm(course)}{_short(course)}"
    if not moved(here.mean_truth, top.mean_truth):
        return f"This is **the peak** of truth; more pressure {beyond}."
    if here.kl > top.kl:
        return f"More pressure {beyond}."
    height = distinct_numbers(*course.heights[:2])[1]
    return f"Truth peaks at {height}, {places(course)[0]}; pressure beyond that {beyond}."


def has_fallen(course: Course, here: Outcome) -> str:
    """“truth peaked at 0.83, at n = 26, and has fallen to 0.38”, past the one peak that there is; "" anywhere else."""
    if course.directions != (1, -1) or here.kl <= course.turns[0].kl:
        return ""
    top, base, now = course.turns[0].mean_truth, course.base.mean_truth, here.mean_truth
    if not moved(now, top):
        return ""
    height, shown = distinct_numbers(top, now)
    below = f", below the base model’s {number(base)}" if moved(base, now) < 0 else ""
    color = method_text(here.selection).style.color
    return f"truth peaked at {height}, {places(course)[0]}, and **has fallen** to {colored(shown, color)}{below}"


def _harm(course: Course) -> str:
    """What comes after the one peak: more than half of what was won is lost, or less."""
    base, height, end = course.heights
    return "**destroys it**" if end < base or height - end > 0.5 * (height - base) else "**costs truth**"


def _every_turn(course: Course) -> str:
    heights = distinct_numbers(*course.heights)
    verbs = ["**rises**" if direction > 0 else "**falls**" for direction in course.directions]
    steps = [
        f"{verb} to {height} {place}" for verb, height, place in zip(verbs, heights[1:], places(course), strict=True)
    ]
    return f"With more and more pressure truth {', then '.join(steps)}."


def _highest(course: Course) -> str:
    heights = course.heights
    best = int(np.argmax(heights))
    shown = distinct_numbers(*heights)[best]
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
