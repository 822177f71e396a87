"""Checks the cells of tables."""

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from words_case import DEEPEST, NUM, PLACE, SHARE, Case, agrees, interval, value_of
from words_laws import LEAST, MOST, SYMBOL, Got, Normals, Sum, Sweep, sweep_of
from words_readouts import check_label
from words_sums import AnySum
from words_takeaways import ONE_SHOT, at_place, at_whole_n, barred, end_of, swept


def check_tables(case: Case, tables: Sequence[Any]) -> None:
    rows_of = {"turning points of mean truth": turns_row, "pressure": compare_row}
    for table in tables:
        case.here, rows = str(table.columns), list(table.rows)
        if table.columns[1] in ("selection", "next bar"):
            (one_shot_rows if table.columns[1] == "selection" else round_rows)(case, rows)
            continue
        check = rows_of[table.columns[1]]
        for row in rows:
            case.here = str(row)
            check(case, row)
        case.say(sorted(row[0] for row in rows) == sorted(SYMBOL), "methods")


def compare_row(case: Case, cells: list[str]) -> None:
    method, label, truth, mean, kl, samples = cells
    got = case.matched[method]
    if isinstance(got, str) or not truth:
        case.say(label == got or case.either(method, label), f"it {got}")
        return
    narrow = isinstance(case.law, Normals) and np.any(case.law.s == 0) and method == "Chi-squared"  # on a grid
    if isinstance(case.law, Sum) and got.kl > 450 and method == "Chi-squared":
        return  # beyond this route's integrals
    narrow = narrow or (isinstance(case.law, Sum) and got.kl > 150)
    for text, value, what in ((truth, got.truth, "truth"), (mean, got.mean, "mean P"), (kl, got.kl, "KL")):
        case.same(text, None if value is None else float(value), what, slack=1e-4 if narrow else 2e-6)
    case.say((samples == "–") == (got.log_samples is None), "samples")
    if got.log_samples is not None:
        case.counted(samples, got.log_samples, "samples")
    check_label(case, method, label, got)


def numbers_of(case: Case, cells: Sequence[str], got: Got) -> None:
    """Mean truth, mean persuasiveness, KL and samples."""
    for text, value, what in zip(cells, (got.truth, got.mean, got.kl), ("truth", "mean P", "KL"), strict=False):
        case.same(text, None if value is None else float(value), what, slack=case.slack(-got.kl))
    case.counted(cells[3], got.log_samples, "samples")


def one_shot_rows(case: Case, rows: list) -> None:
    """The rounds, and a quantilizer at the same mean persuasiveness and at the same KL."""
    case.say([row[0] for row in rows] == ["rounds", *(f"one shot, same {by}" for by in ONE_SHOT)], "rows")
    for name, label, *cells in rows:
        case.here = f"{name}, {label}, {cells}"
        if name == "rounds":
            label = label.replace("1 round of", "1 rounds of")
            case.say(m := re.fullmatch(rf"(?P<k>{NUM}) rounds of the top (?P<q>{SHARE})", label), "label")
            if m:
                case.same(m["k"], case.setting, "rounds", slack=0)
                case.same(m["q"], case.knobs[0], "q")
            numbers_of(case, cells, case.got)
            continue
        got = case.one_shot(ONE_SHOT[name.removeprefix("one shot, same ")])
        if got is None or not cells[0]:
            missing = label == "has no mean to match" and got is None
            case.say(missing or (label == "cannot reach it" and case.beyond_rounding), f"{got}")
            continue
        if case.law.mean is None and got.kl < 1e-14:
            continue  # no float tells whether the lower tail is cut, and the mean ∞
        numbers_of(case, cells, got)
        if not case.law.fixed and got.kl > 1e-10:
            case.say(label.startswith("top "), "label")
            case.same(label.removeprefix("top "), math.exp(-got.log_samples), "the top", slack=1e-5)


def round_rows(case: Case, rows: list) -> None:
    rounds, now = case.sweep().rounds, case.setting
    shown = [value_of(row[0])[0] for row in rows]
    case.say(shown[0] == 0 and abs(shown[-1] - now) < 0.0051 and shown == sorted(shown), "rounds")
    case.say(len(shown) == min(11, math.ceil(now) + 1), "as many rows as there is room for")
    for row in rows:
        case.here = str(row)
        at = now if row is rows[-1] else value_of(row[0])[0]
        barred(case, row[1], at)
        case.same(row[2], rounds.tail(at), "the base model’s top", slack=1e-6)
        numbers_of(case, row[3:], case.sweep().at(at))


def turns_row(case: Case, cells: list[str]) -> None:
    method, turns, where, kl, truth, further = cells
    if method in case.no_optimum or turns == "has no optimum here":
        case.say(cells[1:] == ["has no optimum here", "", "", "", ""], "unknown cells")
        case.say(method in case.no_optimum, "it has an optimum")
        return None
    law, sweep = case.law, sweep_of(method, case.law)
    *_, span = turns.split(", ")
    found = re.findall(rf"(peak|trough) ({NUM}) (at|just past) ({PLACE})", turns)
    known = "; ".join(" ".join(words) for words in found) or "no turn"
    case.say(turns == f"{known}, {span}", "unknown turns")
    ends = interval(span.partition(" to ")[2])[1:]
    ends = (0.5 * sum(ends),) * 2 if method == "Online modelling" else ends  # rounds are counted
    key = (method, end_of(method, law, *ends), sweep.knobs)
    courses = case.courses
    if key not in courses:
        courses[key] = [at_whole_n(sweep, *found) for found in sweep.courses(key[1])]
    kinds = [kind for kind, *_ in found]
    fits = [
        c
        for c in courses[key]
        if ["peak" if d > 0 else "trough" for d in c[0][: len(c[2])]] == kinds and len(c[2]) == len(kinds)
    ]
    case.say(fits, f"truth goes {courses[key][0]}")
    if not fits:
        return None
    directions, heights, places = fits[0]
    for (_, text, how, place), height, u in zip(found, heights[1:-1], places, strict=True):
        at_place(case, sweep, text, how, place, height, u)
    swept(case, span, directions, None, method=method)
    best = int(np.argmax(heights))
    if where.startswith("towards λ = "):
        case.say(best == heights.size - 1 and np.isfinite(law.most_strength), f"heights {heights}")
        case.same(where.removeprefix("towards λ = "), law.most_strength, "the end of λ", slack=1e-5)
        case.say([kl, further] == ["no bound", ""] and (truth == "no bound") == math.isinf(law.limit), "cells")
        if truth != "no bound":
            case.same(truth, law.limit, "the limit")
        return None
    if where == "no pressure":
        case.say(heights[0] >= heights[best] - LEAST, f"highest is {heights[best]}")
        at, exact = 0.0, law.truth
    else:
        tops = [k for k in range(1, heights.size) if heights[k] >= heights[best] - 1e-6]
        texts = [place for *_, place in found] + [span.partition(" to ")[2]]
        case.say(any(texts[k - 1] == where.removeprefix("just past ") for k in tops), f"heights {heights}")
        u = (
            places[best - 1]
            if 0 < best < heights.size - 1
            else sweep.place(min(interval(where)[1:]) if method == "Quantilizer" else key[1])
        )
        if best == heights.size - 1:  # the printed end is rounded: its neighbours bound every cell
            return end_cells(case, sweep, kl, truth, further, ends)
        at, exact = float(sweep.at(u).kl) if best > 0 else 0.0, heights[best]
    case.say(agrees(kl.removesuffix(" nats"), at, 1e-3 if at else 2e-7), f"KL is {at}")
    case.same(truth, exact, "truth", slack=1e-6)
    two = sweep.reaching("kl", at + 2)
    unseen = further in ("out of reach", "beyond 1 in 10²⁹³")
    beside = sweep.beside.get(("kl", at + 2), []) if method == "Chi-squared" else []
    case.say(
        (two is None if unseen else bool(two or beside)) or (further.startswith("beyond") and at + 2 >= DEEPEST),
        f"two nats further: {two}",
    )
    if two is None and not unseen and beside:  # no float is so near an atom
        within(case, further, [float(got.truth) for got in beside], "two nats further")
    elif two is not None and not unseen:
        case.same(further, float(two.truth), "two nats further", slack=1e-4 if at else 1e-6)
    return None


def end_cells(case: Case, sweep: Sweep, kl: str, truth: str, further: str, ends: tuple[float, float]) -> None:
    cap = MOST if sweep.method.startswith("Best") else np.inf
    cap = case.law.most_strength * (1 - 1e-12) if sweep.method == "Boltzmann" else cap
    cap = np.nextafter(case.law.highest, -np.inf) if sweep.method == "Filter" and isinstance(case.law, AnySum) else cap
    places = [sweep.place(min(end, cap)) for end in ends]
    if sweep.method == "Filter" and isinstance(case.law, Normals):  # which atoms of those between the two are lost
        places += [atom for atom in case.law.atoms if places[0] <= atom <= places[1]]
    gots = [got for got in map(sweep.at, places) if np.isfinite(got.truth)]
    beside = [np.inf] if places[-1] == cap and sweep.method == "Filter" else []  # how near the end, no float says
    within(case, kl.removesuffix(" nats"), [float(got.kl) for got in gots] + beside, "KL")
    within(case, truth, [float(got.truth) for got in gots], "truth")
    twos = [sweep.reaching("kl", float(got.kl) + 2) for got in gots]
    unseen, far = further in ("out of reach", "beyond 1 in 10²⁹³"), any(got.kl + 2 >= DEEPEST for got in gots)
    case.say(any((two is None) == unseen for two in twos) or far, f"two nats further: {twos}")
    if not unseen and None not in twos:
        within(case, further, [float(two.truth) for two in twos], "two nats further")


def within(case: Case, text: str, values: list[float], what: str) -> None:
    shown, half = value_of(text)
    room = half * 1.001 + 1e-6 * (1 + abs(shown))
    case.say(min(values) - room <= shown <= max(values) + room, f"{what} is {values}, not {text}")
