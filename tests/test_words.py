"""Every sentence, number, equation and table cell of every page, checked afresh by `words_checker`."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
from cases import SELECTION_PAGES
from words_case import PLACE, Case
from words_checker import false_claims, settings_of
from words_figures import check_reading
from words_readouts import check_readouts
from words_sums import AnySum, law_of
from words_tables import check_tables
from words_takeaways import check_takeaway
from words_why import check_why

from dashboard.page.record import Page
from dashboard.words.text import plain

SETTINGS = 300
AT_ONCE = 100  # the rest with -m wide
PIECE = 50  # settings to a test, so that tests can share the cores
WHYS = {"goodhart-mixture": 40, "compare": 50}  # their tables take long
FEWER = {"online-modelling": 25}  # a page of one method, which the others offer too
RARELY = 30  # one in so many of the settings whose law takes the checker long
BY_PATH = {page.url_path: page for page in SELECTION_PAGES}


def takes_long(page: Page, query: dict[str, str]) -> bool:
    return isinstance(law_of(Case(page, query).s), AnySum)


on_pages = pytest.mark.parametrize("page", SELECTION_PAGES, ids=lambda page: page.url_path)


PIECES = [
    pytest.param(page, start, id=f"{page.url_path}-{start}", marks=[pytest.mark.wide] if start >= AT_ONCE else [])
    for page in SELECTION_PAGES
    for start in range(0, FEWER.get(page.url_path, SETTINGS), PIECE)
]


@pytest.mark.parametrize(("page", "start"), PIECES)
def test_nothing_said_is_false(page: Page, start: int) -> None:
    false = []
    for k, query in islice(
        enumerate(settings_of(page, SETTINGS)), start, min(start + PIECE, FEWER.get(page.url_path, SETTINGS))
    ):
        if k % RARELY and takes_long(page, query):
            continue
        found = false_claims(page, query, why=k < WHYS.get(page.url_path, SETTINGS), alt=k % PIECE == 0)
        false += [f"{query}: {claim}" for claim in found]
    assert not false, "\n".join(false)


@on_pages
def test_nothing_said_is_false_at_the_presets(page: Page) -> None:
    for changes in ({}, *page.presets.values()):
        query = {key: str(value) for key, value in changes.items()}
        assert false_claims(page, query, alt=True) == [], query


@pytest.mark.parametrize("settings", [15, pytest.param(60, marks=pytest.mark.wide)])
def test_two_routes_to_a_sum_agree(settings: int) -> None:
    """The density, E[T | P], the tail and E[T | P ≥ p] of a sum of any laws, from a quarter of a nat deep to a hundred."""
    page, compared = BY_PATH["tails"], 0
    for query in settings_of(page, settings, seed=31):
        law, base = law_of(Case(page, query).s), page.asked(query).base
        if not isinstance(law, AnySum):
            continue
        p = law.bar(np.array([0.25, 0.7, 2.0, 4.0, 9.0, 20.0] + [45.0, 100.0] * (law.highest == np.inf)))
        got, (log_f, r) = law.filtered(p), law.convolved(p)
        assert base.log_sf(p) == pytest.approx(-got.kl, rel=1e-9), query
        assert base.log_persuasiveness_pdf(p) == pytest.approx(log_f, rel=1e-9, abs=1e-9), query
        assert base.truth_given(p)[0] == pytest.approx(r, rel=1e-9, abs=1e-9 * law.sd), query
        assert base.truth_above(p) == pytest.approx(got.truth, rel=1e-9, abs=1e-9 * law.sd), query
        compared += 1
    assert compared > settings / 3


READ = (
    ("goodhart-mixture", {"liars": "1e-4", "method": "Boltzmann"}),
    ("filters", {"world": "Routing", "fraction": "0.01"}),
    ("tails", {"world": "Student-t error", "df": "1"}),
    ("tails", {"world": "Laplace error", "method": "Chi-squared"}),
    ("tails", {"world": "Uniform error", "method": "Best-of-Poisson"}),
    ("rl-versus-filtering", {"steering": "Rivals"}),
    ("compare", {"target_kl": "3"}),
)


def reading(path: str, query: dict[str, str], corrupt: str = "") -> list[str]:
    """What is false about the fourth panel."""
    page, case = BY_PATH[path], Case(BY_PATH[path], query)
    figure = json.dumps(dict(page.figure(page.asked(query), ())))
    was, _, now = corrupt.partition(" → ")
    check_reading(case, json.loads(figure.replace(was, now)))
    return case.false


@pytest.mark.parametrize(("path", "query"), READ, ids=lambda value: str(value))
def test_nothing_said_about_what_truth_is_read_against_is_false(path: str, query: dict[str, str]) -> None:
    choice = next(section.options for section in BY_PATH[path].sections if "against" in section.knobs)
    for against in choice.options:
        assert reading(path, query | {"against": against}) == [], against


# ── the checker objects to what is false ──


@pytest.mark.parametrize(
    ("against", "corrupt"),
    [
        ("√KL", "\\u221aKL from → KL from"),
        ("samples", "Boltzmann draws none → Filter draws none"),
        ("own pressure", "only Best-of-n has → only Filter has"),
        ("own pressure", "candidates, n → slope, s"),
        ("mean persuasiveness", "at 3.17 nats → at 3.71 nats"),
        ("mean persuasiveness", '"beside" → "end"'),
    ],
)
def test_the_checker_objects_to_another_axis(against: str, corrupt: str) -> None:
    assert reading("goodhart-mixture", {"against": against}) == []
    assert reading("goodhart-mixture", {"against": against}, corrupt)


WORDS = (
    ("raises", "lowers"),
    ("lowers", "raises"),
    ("rises to", "falls to"),
    ("falls to", "rises to"),
    ("destroys it", "costs truth"),
    ("never hurts truth", "leaves truth as it is"),
    ("Any pressure costs", "More pressure never hurts"),
    ("was highest", "will be highest"),
    ("up to", "down to"),
    ("rises without bound", "falls without bound"),
    ("with no pressure at all", "there"),
    ("the honest mode", "the manipulative mode"),
    ("peak", "trough"),
    ("not sampled", "1.00"),
    ("no turn", "peak 0.5 at c = 1"),
    ("does not exist", "exists"),
    ("Filter and Quantilizer leave", "Filter leaves"),
    ("comes last", "comes first"),
    ("above the base", "below the base"),
    ("ahead of Best-of-Poisson", "ahead of Best-of-n"),
)


@dataclass(frozen=True)
class Said:
    """What a page says under one query, to be corrupted."""

    page: Page
    query: dict[str, str]
    takeaway: str
    why: str
    cards: list[Any]
    tables: list[Any]

    def objections(self) -> list[str]:
        case = Case(self.page, self.query)
        check_takeaway(case, self.takeaway)
        check_readouts(case, self.cards)
        check_why(case, self.why)
        check_tables(case, self.tables)
        return case.false


def said(path: str, **settings: Any) -> Said:
    query = {key: str(value) for key, value in settings.items()}
    page, state = BY_PATH[path], BY_PATH[path].asked(query)
    return Said(
        page, query, plain(page.takeaway(state)), page.why(state), list(page.readouts(state)), list(page.tables(state))
    )


TRUE = {
    "RL, rivals": ("rl-versus-filtering", {"steering": "Rivals", "rivalry": 3}),
    "RL, no rivals": ("rl-versus-filtering", {"steering": "No rivals"}),
    "best of n": ("best-of-n", {"n": 1000}),
    "Boltzmann": ("boltzmann", {"strength": 2}),
    "filter": ("filters", {"method": "Filter", "threshold": 1.5}),
    "mixture": ("goodhart-mixture", {"n": 1000, "liar_spread": 1.2}),
    "Student": ("tails", {"threshold": 3}),
    "Laplace": ("tails", {"world": "Laplace error", "method": "Boltzmann", "strength": 0.5}),
    "compare": ("compare", {"target_kl": 2.5}),
    "online": ("online-modelling", {"rounds": 20}),
    "online, elsewhere": ("tails", {"method": "Online modelling", "rounds": 6, "feedback": 0.75}),
}


RANGE = re.compile(rf"(?:up|down) to {PLACE}")  # farther than said is true as well
DECIMAL = re.compile(r"(?<=\d\.)\d")


def with_other_digits(text: str) -> Iterator[str]:
    """`text` with the first decimal of one number changed, for each number in turn."""
    spared = {place for found in RANGE.finditer(text) for place in range(*found.span())}
    for match in DECIMAL.finditer(text):
        if match.start() not in spared:
            yield f"{text[: match.start()]}{(int(match[0]) + 4) % 10}{text[match.end() :]}"


@pytest.mark.parametrize("name", TRUE)
def test_the_checker_objects_to_corrupted_words(name: str) -> None:
    path, settings = TRUE[name]
    true = said(path, **settings)
    assert true.objections() == []
    corrupted = [replace(true, takeaway=true.takeaway + " So there.")]
    for old, new in WORDS:
        if old in true.takeaway:
            corrupted.append(replace(true, takeaway=true.takeaway.replace(old, new, 1)))
        if old in true.why and f"| {old} |" not in true.why:
            corrupted.append(replace(true, why=true.why.replace(old, new, 1)))
    corrupted += [replace(true, takeaway=text) for text in with_other_digits(true.takeaway)]
    corrupted += [replace(true, why=text) for text in with_other_digits(true.why)]
    for k, card in enumerate(true.cards):
        for field in ("value", "change", "note"):
            for text in with_other_digits(getattr(card, field)):
                cards = [*true.cards[:k], replace(card, **{field: text}), *true.cards[k + 1 :]]
                corrupted.append(replace(true, cards=cards))
    assert len(corrupted) > 5
    believed = [lie for lie in corrupted if not objects(lie)]
    assert not believed, "\n".join(f"{lie.takeaway}\n{lie.why}\n{lie.cards}" for lie in believed)


def objects(lie: Said) -> bool:
    try:
        return bool(lie.objections())
    except (ValueError, KeyError):  # no law has such a number
        return True


def test_the_checker_tells_rivals_from_no_rivals() -> None:
    rivals, free = (said(*TRUE[name][:1], **TRUE[name][1]) for name in ("RL, rivals", "RL, no rivals"))
    assert replace(rivals, takeaway=free.takeaway).objections()
    assert replace(free, cards=rivals.cards).objections()


# ── what once was said wrongly ──


def liars(*values: float, **settings: Any) -> Said:
    names = ("liars", "honest_correlation", "liar_truth", "liar_persuasiveness", "liar_spread", "liar_correlation")
    return said("goodhart-mixture", **dict(zip(names, values, strict=True)), **settings)


def test_a_normal_error_never_hurts() -> None:
    words = said("tails", world="Normal error", method="Boltzmann", strength=20, sd_truth=3).takeaway
    assert "raises mean truth from 0.00 to 180.00" in words
    assert "never hurts truth" in words


def test_truth_that_falls_and_then_rises_is_said_to() -> None:
    words = liars(0.15, 0.1, -3.45, 2.35, 0.35, -0.95, method="Boltzmann", strength=0.5).takeaway
    assert "falls to −3.48" in words
    assert ", then rises to" in words
    words = liars(8e-6, 0.05, -4, 2.95, 2.9, 0.95, method="Best-of-n", n=4e7).takeaway
    assert re.search("falls to .*, then rises to", words)


def test_not_any_pressure_costs_truth() -> None:
    assert "Any pressure" not in liars(0.015, -0.9, 0.25, -1, 1.35, 0.8, method="Best-of-n", n=15).takeaway


def test_a_nearly_normal_error_hurts_in_the_end() -> None:
    words = said("tails", world="Student-t error", df=30, scale=0.5, method="Filter", threshold=4).takeaway
    assert "never hurts" not in words
    (peak,) = re.findall(r"peaks at [\d.]+, at c = ([\d.]+)", words)
    assert float(peak) == pytest.approx(8.1, abs=0.1)


def test_each_error_law_has_its_own_reason() -> None:
    words = said("tails", world="Laplace error", scale=1, method="Boltzmann", strength=2).takeaway
    assert "any reward costs" not in words
    assert "1/b = 1" in words


def test_no_method_comes_both_first_and_last() -> None:
    knobs = {"target": "Equal samples", "target_samples": 5e7, "sd_truth": 0.32636524326422345}
    error = {"world": "Student-t error", "df": 3.888369527766886, "student_t_error_scale": 3.0}
    _, last = said("compare", **knobs, **error).takeaway.split("ahead of")
    assert "Online modelling" not in last


@pytest.mark.parametrize("empty", ["raises mean truth from 1.45 to 1.45.", "lowers mean truth from −2 to −2. More"])
def test_the_checker_objects_to_empty_statements(empty: str) -> None:
    true = said("best-of-n", n=1000)
    assert any("an empty statement" in objection for objection in replace(true, takeaway=empty).objections())


def test_a_highest_persuasiveness_below_zero_has_a_true_minus_sign() -> None:
    settings = {"method": "Filter", "threshold": 3, "mu_a": -1, "mu_c": -1, "sigma_a": 0, "sigma_c": 0}
    words = said("rl-versus-filtering", **settings)
    assert "no output is more persuasive than −0.7" in words.takeaway
    assert words.objections() == []
