"""Checks readouts, and what a method is called."""

import math
import re
from functools import lru_cache
from typing import Any

import numpy as np
from words_case import NUM, Case, counts, interval, log_of, value_of
from words_laws import SYMBOL, Got, Law, Normals, Sum, sweep_of
from words_steering import noises
from words_takeaways import slack_of


def check_bars(case: Case, cards: list) -> None:
    """Compare’s: every method, the truest first, each with a bar from the base model’s mean truth to its own."""
    base, slack = case.law.truth, slack_of(case)
    case.say(sorted(card.label for card in cards) == sorted(SYMBOL), "methods")
    there = [card for card in cards if card.amount is not None]
    case.say(cards[: len(there)] == there, "order")
    low, high = (edge([base, *(card.amount for card in there)]) for edge in (min, max))
    for card, after in zip(there, [*there[1:], None], strict=False):
        case.here, got = str(card), case.matched[card.label]
        case.say(after is None or card.amount >= after.amount, "order")
        if isinstance(got, str):
            case.say(case.either(card.label, "cannot reach it"), got)
            continue
        if isinstance(case.law, Sum) and got.kl > 450 and card.label == "Chi-squared":
            continue  # beyond this route's integrals
        case.say(abs(card.amount - got.truth) < slack * (1 + abs(got.truth)), f"mean truth is {got.truth}")
        case.same(card.value, card.amount, "mean truth")
        signed(case, card.change, card.amount - base)
        check_label(case, card.label, card.note, got)
        for end, value in zip(card.bar, sorted((base, card.amount)), strict=True):
            case.say(abs(low + end * (high - low) - value) < 1e-9 * (1 + abs(value)), "the bar")
    for card in cards[len(there) :]:
        case.here = str(card)
        case.say(
            card.value == "–" and (card.note == case.matched[card.label] or case.either(card.label, card.note)), "why"
        )


def check_readouts(case: Case, cards: list) -> None:
    if "target" in case.s:
        check_bars(case, cards)
        return
    law, got, rl = case.law, case.got, "steering" in case.s
    labels = ["mean truth", "mean persuasiveness", "KL from the base model", "base samples per output"]
    path = case.page.url_path
    labels[2] = "mean cost" if path == "filters" else labels[2]
    labels[3] = "effective sample fraction" if path == "boltzmann" and case.method == "Boltzmann" else labels[3]
    case.here = "readouts"
    case.say([card.label for card in cards] == labels, [card.label for card in cards])
    for k, card in enumerate(cards):
        case.here = str(card)
        note, *against = card.note.split(" · ")
        if rl:
            check_rl_note(case, k, against[0])
        else:
            case.say(not against, "unknown note")
        (check_truth_card, check_mean_card, check_kl_card, check_samples_card)[k](case, card, note, got, law)


def check_truth_card(case: Case, card: Any, note: str, got: Got | None, law: Law) -> None:
    case.same(card.value, got and got.truth, "mean truth")
    case.same(note.removeprefix("base "), law.truth, "the base’s")
    signed(case, card.change, got and got.truth - law.truth)
    case.say(
        (card.amount is None) == (got is None)
        and (got is None or abs(card.amount - got.truth) < 1e-6 * (1 + abs(got.truth))),
        "amount",
    )


def check_mean_card(case: Case, card: Any, note: str, got: Got | None, law: Law) -> None:
    known = got is not None and got.mean is not None
    slack = case.slack(-got.kl) if case.method == "Online modelling" and got else 2e-7
    case.same(card.value, got.mean if known else None, "mean P", slack=slack)
    case.same(note.removeprefix("base "), law.mean, "the base’s")
    moved = got.mean - law.mean if known and law.mean is not None and np.isfinite(got.mean) else None
    signed(case, card.change, moved, slack)


def check_kl_card(case: Case, card: Any, note: str, got: Got | None, law: Law) -> None:
    if card.label == "mean cost":
        if got is None:
            case.say(card.value == "does not exist", "nothing is selected")
            return
        cost, before, log_bound = costs(case)
        bound = math.inf if log_bound is None or log_bound > 700 else math.exp(log_bound)
        if card.value == "below 10⁻²⁵":
            case.say(cost < 1.01e-25, f"the cost is {cost}")
        else:
            case.same(card.value, cost, "cost", slack=1e-6)
        signed(case, card.change, cost - before)
        if note == "base below 10⁻²⁵":
            case.say(before < 1.01e-25, f"the base’s cost is {before}")
            return
        if log_bound is None:
            case.same(note.removeprefix("base "), before, "the base’s cost")
            return
        m = re.fullmatch(rf"at most ({NUM}); base ({NUM})", note)
        case.say(m, "unknown note")
        if m:
            if log_bound < 13:
                case.same(m[1], bound, "Taylor’s bound", slack=1e-6)
            else:
                case.counted(m[1], log_bound, "Taylor’s bound")
            case.same(m[2], before, "the base’s cost")
        case.say(cost <= bound + 1e-9, "Taylor’s bound is broken")
        return
    case.same(card.value.removesuffix(" nats"), got and got.kl, "KL")
    case.say(note == "base 0", "unknown note")
    signed(case, card.change, got and got.kl)


def check_samples_card(case: Case, card: Any, note: str, got: Got | None, law: Law) -> None:
    if card.label == "effective sample fraction":
        lam = case.setting
        left = 2 * law.log_mgf(lam) - law.log_mgf(2 * lam) if math.isfinite(law.log_mgf(2 * lam)) else None
        if left is None:
            case.say(card.value == "does not exist", "there is no fraction")
        else:
            case.counted(card.value, left, "fraction")
        case.say(note == "of importance reweighting" and not card.change, "unknown note")
        return
    case.say(note == "base 1", "unknown note")
    if got is None or got.log_samples is None:
        case.say(card.value == ("does not exist" if got is None else "not sampled") and not card.change, "no samples")
    else:
        case.counted(card.value, got.log_samples, "samples")
        case.counted(card.change.removeprefix("× "), got.log_samples, "samples")


def signed(case: Case, text: str, value: float | None, slack: float = 2e-7) -> None:
    """A change against the base model, with its sign."""
    if value is None or not np.isfinite(value):
        case.say(text in ("", "+∞"), f"{text} for {value}")
        return
    case.same(text.lstrip("+"), value, "change", slack=slack)
    case.say(text.startswith(("+", "−")) or not float(value_of(text)[0]), "no sign")


def check_rl_note(case: Case, k: int, note: str) -> None:
    end = case.end
    loose = case.s["steering"] == "KL penalty" and case.s["world"] == "Blend"
    if loose and len(noises(case.s)) < 2:
        return
    slack = 3e-3 if loose else 2e-7
    match k:
        case 0:
            shown = note.removeprefix("RL ").split(" to ")
            case.say(len(shown) == 1 + (end.truths[0] < end.truths[1]), "a range or not")
            for text, value in zip(shown, end.truths, strict=False):
                case.same(text, value, "RL’s truth", slack=slack)
        case 1:
            case.same(note.removeprefix("RL "), end.reward, "RL’s reward", slack=slack)
        case 2:
            case.say((end.kl is None) == (note == "RL undetermined"), "a tie leaves RL’s KL open")
            clear = all(len(noises(case.s, 0.0, x)) == len(noises(case.s, 1e-12, x)) for x in (None, end.weights))
            if end.kl is not None and clear:
                case.same(note.removeprefix("RL "), end.kl, "RL’s KL", slack=slack)
        case 3:
            m = re.fullmatch(rf"(?P<price>{NUM}) to reach RL’s (?P<a>{NUM})|RL’s (?P<b>{NUM}) is out of reach", note)
            case.say(m, "unknown note")
            if m:
                case.same(m["a"] or m["b"], end.reward, "RL’s reward", slack=slack)
                priced(case, m["price"], end.reward, slack)


def priced(case: Case, text: str | None, reward: float, slack: float) -> None:
    """One in how many outputs of the base model reaches RL’s reward."""
    tight = 1e-9 * (1 + abs(reward)) + (slack if slack > 1e-3 else 0.0)
    prices = [float(-case.law.log_sf(reward + gap)) for gap in (-tight, 0.0, tight)]
    if text is None:
        case.say(not np.isfinite(prices[2]), f"the log of the price is {prices[1]}")
    else:
        shown, mantissa = log_of(text)
        room = 0.055 / mantissa if "×" in text else 0.0055
        case.say(
            any(np.isfinite(x) and counts(text, x) for x in prices) or prices[0] - room <= shown <= prices[2] + room,
            f"logs of the price: {prices}",
        )


@lru_cache(maxsize=1)
def costs(case: Case) -> tuple[float, float, float | None]:
    """Mean cost now, of the base model, and the log of Taylor’s bound, if samples are drawn."""
    law, level, x = case.law, case.s["level"], case.setting
    before = law.shortfall(level)
    nothing = law.fixed or float(case.got.kl) < 1e-14
    if nothing:
        now = before
    elif case.method == "Online modelling":

        def of_top(tail: float) -> float:
            if isinstance(law, Sum):
                return law.shortfall_of(level, "Filter", float(law.bar(np.array([-math.log(tail)]))[0]))
            return law.quantile_shortfall(level, tail)

        now = case.sweep().rounds.cost(x, of_top, before)
    elif isinstance(law, Normals) and case.method == "Quantilizer" and sweep_of("Quantilizer", law).split:
        now = law.quantile_shortfall(level, x)
    elif isinstance(law, Normals) and case.method in ("Filter", "Quantilizer"):
        now = law.shortfall(level, x if case.method == "Filter" else sweep_of("Quantilizer", law).place(x))
    else:
        now = law.shortfall_of(level, case.method, x)
    drawn = case.got.log_samples is not None
    return now, before, (math.log(before) + case.got.log_samples if before > 0 else -math.inf) if drawn else None


def check_label(case: Case, method: str, label: str, got: Got) -> None:
    """What a method selects where it reaches the target, in a few words."""
    starts = {
        "Filter": "filter at ",
        "Quantilizer": "top ",
        "Best-of-n": "best of ",
        "Best-of-Poisson": "best of 1 + Poisson(",
        "Boltzmann": "Boltzmann, λ = ",
        "Chi-squared": "chi-squared, s = ",
    }
    starts["Online modelling"] = ""
    case.say(label.startswith(starts[method]), "label")
    if method == "Online modelling":
        case.say(re.fullmatch(rf"(?:{NUM} rounds|1 round) of the top 50 %", label), "label")
        label = label.partition(" round")[0]
    if method == "Best-of-n":
        label = label.replace("best of about ", "best of ")
    place = f"{SYMBOL[method]} = {label.removeprefix(starts[method]).removesuffix(')')}"
    if case.law.fixed or got.kl < 1e-10:
        return
    _, low, high = interval(place)
    sweep = sweep_of(method, case.law)
    if method in ("Best-of-n", "Best-of-Poisson"):
        wanted = math.exp(got.log_samples) - (method == "Best-of-Poisson")
    else:
        by, aim = case.target
        wanted = sweep.pressure(sweep.reached(by, aim)[1])
    case.say(low - 1e-6 * abs(low) - 1e-9 <= wanted <= high + 1e-6 * abs(high) + 1e-9, f"the pressure is {wanted}")
