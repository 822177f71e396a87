"""Every sentence, number and equation of the notebook's pages, checked afresh by `words_notebook`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from cases import NOTEBOOK_PAGES
from test_words import with_other_digits
from words_checker import settings_of
from words_notebook import false_claims, objections

from dashboard.page.record import Page
from dashboard.words.text import plain

SETTINGS = {"nearest-tokens": 30}  # each takes a tenth of a second by the other route
BY_PATH = {page.url_path: page for page in NOTEBOOK_PAGES}
on_pages = pytest.mark.parametrize("page", NOTEBOOK_PAGES, ids=lambda page: page.url_path)


@on_pages
def test_nothing_said_is_false(page: Page) -> None:
    false = []
    with np.errstate(all="ignore"):
        for k, query in enumerate(settings_of(page, SETTINGS.get(page.url_path, 300))):
            false += [f"{query}: {claim}" for claim in false_claims(page, query, alt=k % 50 == 0)]
    assert not false, "\n".join(false)


@on_pages
def test_nothing_said_is_false_at_the_presets(page: Page) -> None:
    for changes in ({}, *page.presets.values()):
        query = {key: str(value) for key, value in changes.items()}
        assert false_claims(page, query) == [], query


# ── the checker objects to what is false ──

WORDS = (
    ("raises", "lowers"),
    ("lowers", "raises"),
    ("enough", "too few"),
    ("too few", "enough"),
    ("a hodgepodge", "mostly of a kind"),
    ("looks one episode back", "remembers failures too"),
    ("remembers a rewarded cell", "remembers failures too"),
    (
        "There is no incentive: the odds of a sycophantic policy stay",
        "The incentive hardly moves the odds of a sycophantic policy: they stay",
    ),
    ("with the incentive or without", "not the 29,956 it takes without the incentive"),
    ("towards honesty", "neither way"),
    ("as it would without the incentive", "and without the incentive by 1 : 333"),
    ("only 2 are looked at", "a cluster has 2"),
    ("more than 99.9 %", "99 %"),
    ("less than 0.01 %", "0.012 %"),
)


@dataclass(frozen=True)
class Said:
    """What a page says under one query, to be corrupted."""

    page: Page
    query: dict[str, str]
    takeaway: str
    cards: Sequence[Any]
    why: str
    notices: Sequence[str]

    def objections(self) -> list[str]:
        return objections(self.page, self.query, self.takeaway, list(self.cards), self.why, self.notices)


def said(path: str, **settings: Any) -> Said:
    query = {key: str(value) for key, value in settings.items()}
    page, state = BY_PATH[path], BY_PATH[path].asked(query)
    return Said(page, query, plain(page.takeaway(state)), page.readouts(state), page.why(state), state.notices)


TRUE = {
    "bias": ("inductive-bias", {"diversity": 0.05, "honest_runs": 30}),
    "no incentive": ("inductive-bias", {"strength": 0}),
    "towards honesty": ("inductive-bias", {"detection": 0.9, "honest_runs": 12.4}),
    "one run": ("inductive-bias", {"honest_runs": 1, "sycophantic": 0.3}),
    "tokens": ("nearest-tokens", {}),
    "leftover tokens": ("nearest-tokens", {"tokens": 997, "nearest": 7.6}),
    "no clusters": ("nearest-tokens", {"between_share": 0}),
    "too few to be alike": ("nearest-tokens", {"nearest": 2}),
    "one back": ("dark-room", {}),
    "rewards": ("dark-room", {"learner": "Remembers rewards", "cells": 99.7}),
    "failures": ("dark-room", {"learner": "Remembers failures too", "fidelity": 0.35}),
}


@pytest.mark.parametrize("name", TRUE)
def test_the_checker_objects_to_corrupted_words(name: str) -> None:
    path, settings = TRUE[name]
    true = said(path, **settings)
    assert true.objections() == []
    corrupted = [replace(true, takeaway=true.takeaway + " So there."), replace(true, notices=["Runs come half."])]
    for old, new in WORDS:
        corrupted += [replace(true, takeaway=true.takeaway.replace(old, new, 1))] * (old in true.takeaway)
        corrupted += [replace(true, why=true.why.replace(old, new, 1))] * (old in true.why)
    corrupted += [replace(true, takeaway=text) for text in with_other_digits(true.takeaway)]
    corrupted += [replace(true, why=text) for text in with_other_digits(true.why)]
    for k, card in enumerate(true.cards):
        for field in ("value", "change", "note"):
            for text in with_other_digits(getattr(card, field)):
                corrupted.append(
                    replace(true, cards=[*true.cards[:k], replace(card, **{field: text}), *true.cards[k + 1 :]])
                )
    assert len(corrupted) > 5
    believed = [lie for lie in corrupted if not objects(lie)]
    assert not believed, "\n".join(f"{lie.takeaway}\n{lie.why}\n{lie.cards}" for lie in believed)


def objects(lie: Said) -> bool:
    try:
        return bool(lie.objections())
    except ValueError:  # nothing is written like that
        return True
