"""What Twins says, each half checked as the sentences of other pages are."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from words_case import NUM, PLACE, Case
from words_figures import check_notices
from words_laws import Sweep
from words_readouts import check_kl_card, check_truth_card
from words_takeaways import RANGE, STEP, TAKEAWAY, at_place, check_text, end_height, no_best, swept
from words_why import check_why

from dashboard.page.record import Page
from dashboard.words.text import plain

SIDES = ("left", "right")
LEAD = "Two worlds side by side, each with the density of truth above and mean truth against KL below. "
STRAIGHT = {
    "pressure leaves truth as it is": (0,),
    "more pressure never hurts truth": (1,),
    "any pressure costs truth": (-1,),
}
PEAK = rf"truth peaks at (?P<v>{NUM}), (?P<how>at|just past) (?P<place>{PLACE}), and more pressure costs truth"
TURNS = rf"with more and more pressure truth (?P<steps>{STEP}(?:, then {STEP})+)"


def halves(page: Page, query: dict[str, str]) -> list[Case]:
    """Each world as a page that has it alone."""
    whole = Case(page, query).s
    cases = []
    for side in SIDES:
        own = {key.removeprefix(f"{side}_"): value for key, value in whole.items() if key.startswith(f"{side}_")}
        shared = {key: value for key, value in whole.items() if not key.startswith(tuple(f"{side}_" for side in SIDES))}
        case = Case(page, query)
        case.__dict__["s"] = shared | own
        _, _, why = page.why(page.asked(query)).partition(f"**On the {side}:")
        found = re.search(rf"“More pressure” means {RANGE}\.", why)
        case.__dict__["range"] = found[1] if found else ""
        cases.append(case)
    return cases


def check_done(case: Case, subject: str, clause: str) -> None:
    """“raises it from 0.70 to 1.45”, as a sentence of a page."""
    if why := re.fullmatch(r"has no result, for (.+)", clause):
        check_text(case, f"{subject}: the result does not exist, for {why[1]}.", TAKEAWAY)
    else:
        check_text(case, f"{subject} {clause.replace(' it ', ' mean truth ')}.", TAKEAWAY)


def check_course(case: Case, clause: str, shared: str) -> None:
    case.here = clause
    if clause == "any pressure at all has no best policy":
        no_best(case, re.match("", ""))
    elif clause == "no pressure above 0 has a result":
        tail = getattr(case.law, "index", np.inf)
        case.say(
            case.method in case.no_optimum or (case.method == "Chi-squared" and tail < 1.02), "some pressure has one"
        )
        case.say(case.got is None, "this one has")
    elif m := re.fullmatch(TURNS, clause):
        steps = re.findall(rf"(rises|falls) to ({NUM}) (at|just past) ({PLACE})", m["steps"])

        def turning(sweep: Sweep, heights: np.ndarray, places: np.ndarray, ends: tuple[float, float]) -> None:
            for (_, text, how, place), height, u in zip(steps, heights[1:-1], places, strict=False):
                at_place(case, sweep, text, how, place, height, u)
            end_height(case, sweep, steps[-1][1], ends)

        way = "down" if case.method == "Quantilizer" else "up"
        directions = tuple(1 if verb == "rises" else -1 for verb, *_ in steps)
        swept(case, f"{way} to {steps[-1][-1]}", directions, None, turning)
    else:
        parts = re.fullmatch(rf"(?P<words>.+?)(?:, {RANGE})?", clause)
        words, span = parts["words"], parts["span"] or shared or case.range
        if words in STRAIGHT:
            swept(case, span, STRAIGHT[words], None)
            return
        peak = re.fullmatch(PEAK, words)
        case.say(peak, "unknown clause")

        def highest(sweep: Sweep, heights: np.ndarray, places: np.ndarray, _: Any) -> None:
            at_place(case, sweep, peak["v"], peak["how"], peak["place"], heights[1], places[0])

        if peak:
            swept(case, span, (1, -1), None, highest)


def objections(page: Page, query: dict[str, str], takeaway: str, cards: Sequence[Any], why: str) -> list[str]:
    """What is false of words that the page is said to say under `query`."""
    left, right = halves(page, query)
    names = [left.s["world"], right.s["world"]]
    if names[0] == names[1]:
        names = [f"the {side} {name}" for side, name in zip(SIDES, names, strict=True)]
    a, b = map(re.escape, names)
    verb = "(?:raises|lowers|leaves|has)"
    parts = re.fullmatch(
        rf"(?P<subject>.+?) (?P<one>{verb} .+?) in {a}(?P<why1>, for .+?)?(?: and |; it )(?P<two>{verb} .+?) in {b}(?P<why2>, for .+?)?\. "
        rf"In {a} (?P<first>.+?); in {b} (?P<second>.+?)(?:; both (?P<span>{RANGE.replace('P<span>', ':')}))?\.",
        takeaway,
    )
    if parts is None:
        return [f"{takeaway!r}: unknown sentence"]
    for case, done, because, clause in (
        (left, parts["one"], parts["why1"], parts["first"]),
        (right, parts["two"], parts["why2"], parts["second"]),
    ):
        check_done(case, parts["subject"], done + (because or ""))
        check_course(case, clause, parts["span"] or "")
    left.here = "readouts"
    left.say(
        [card.label for card in cards] == ["mean truth, left", "mean truth, right", "KL, left", "KL, right"], "labels"
    )
    for card, case, check in zip(
        cards, (left, right, left, right), (*[check_truth_card] * 2, *[check_kl_card] * 2), strict=True
    ):
        case.here = str(card)
        name, _, note = card.note.partition(" · ")
        case.say(name == case.s["world"], "another world")
        check(case, card, note, case.got, case.law)
    paragraphs = re.fullmatch(r"\*\*On the left: (.+?)\.\*\*(.*)\*\*On the right: (.+?)\.\*\*(.*)", why, re.S)
    left.say(paragraphs, "unknown paragraphs")
    if paragraphs:
        for case, name, text in ((left, *paragraphs.group(1, 2)), (right, *paragraphs.group(3, 4))):
            case.say(name == case.s["world"], "another world")
            check_why(case, text.strip())
    return left.false + right.false


def false_claims(page: Page, query: dict[str, str], *, alt: bool = False) -> list[str]:
    """What `page` says under `query` that is not so."""
    state = page.asked(query)
    said = plain(page.takeaway(state))
    with np.errstate(all="ignore"):
        false = objections(page, query, said, list(page.readouts(state)), page.why(state))
        for side, case in zip(SIDES, halves(page, query), strict=True):
            start = f"On the {side}: "
            check_notices(case, [notice.removeprefix(start) for notice in state.notices if notice.startswith(start)])
            false += case.false
    if alt and page.figure(state, ())["alt"] != LEAD + said:
        false.append("the picture’s words differ")
    return false
