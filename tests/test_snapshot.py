"""Every page says and draws what `snapshot.json` holds; `python tests/snapshot.py` writes it anew."""

import json
from typing import Any

import pytest
from cases import LIVE_PAGES
from snapshot import FILE, PRESENTED, beside, declarations, literature_page, records, scenes, screen, settings_of, shot

from dashboard.page.record import Page
from dashboard.settings import Settings

KEPT = json.loads(FILE.read_text())
STATES = [(page, name, changes) for page in LIVE_PAGES for name, changes in settings_of(page).items()]
CHANGED = [state for state in STATES if state[2]]


def agree(now: Any, then: Any, where: str) -> None:
    """The same words exactly, and the same numbers to what four digits allow."""
    if isinstance(then, dict):
        assert list(now) == list(then), where
        for key in then:
            agree(now[key], then[key], f"{where} {key}")
    elif isinstance(then, list):
        assert len(now) == len(then), where
        for k, pair in enumerate(zip(now, then, strict=True)):
            agree(*pair, f"{where} {k}")
    elif isinstance(then, float):
        assert now == pytest.approx(then, rel=2e-3, abs=1e-6), where
    else:
        assert now == then, where


@pytest.mark.parametrize("page", LIVE_PAGES, ids=lambda page: page.url_path)
def test_the_page_is_as_it_was(page: Page) -> None:
    agree(shot(page, {}), KEPT[f"{page.url_path}: defaults"], page.url_path)


@pytest.mark.parametrize(("page", "name", "changes"), CHANGED, ids=[f"{p.url_path}: {name}" for p, name, _ in CHANGED])
def test_the_page_under_other_settings_is_as_it_was(page: Page, name: str, changes: Settings) -> None:
    agree(shot(page, changes), KEPT[f"{page.url_path}: {name}"], name)


@pytest.mark.parametrize("page", LIVE_PAGES, ids=lambda page: page.url_path)
def test_what_is_pinned_is_beside_it_as_it_was(page: Page) -> None:
    agree(beside(page), KEPT[f"{page.url_path}: pinned"], page.url_path)


def test_every_knob_is_declared_as_it_was() -> None:
    agree(json.loads(json.dumps(records())), KEPT["models"], "models")


def test_every_page_is_declared_as_it_was() -> None:
    agree(json.loads(json.dumps(declarations())), KEPT["pages"], "pages")


def test_the_page_of_the_literature_is_as_it_was() -> None:
    agree(json.loads(json.dumps(literature_page())), KEPT["literature"], "literature")


@pytest.mark.parametrize("page", LIVE_PAGES, ids=lambda page: page.url_path)
def test_every_element_is_on_the_screen_as_it_was(page: Page) -> None:
    agree(screen(page), KEPT[f"{page.url_path}: on screen"], page.url_path)


def test_every_element_of_a_presentation_is_as_it_was() -> None:
    agree(screen(LIVE_PAGES[0], present="1"), KEPT[PRESENTED], PRESENTED)


def test_every_scene_begins_as_it_did() -> None:
    agree(scenes(), KEPT["scenes"], "scenes")


def test_nothing_is_kept_that_is_no_longer_shown() -> None:
    pages = {f"{page.url_path}: {name}" for page in LIVE_PAGES for name in (*settings_of(page), "pinned", "on screen")}
    assert set(KEPT) == {"models", "pages", "literature", "scenes", PRESENTED} | pages
