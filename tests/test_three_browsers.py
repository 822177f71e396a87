"""The same hands in Chromium, Firefox and WebKit. `-m browser -v` shows the three side by side."""

import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import pytest
from browsing import (
    WebKit,
    at_rest,
    click,
    is_seen,
    keys,
    middle,
    press_and_move,
    pull,
    readouts,
    settle,
    shows,
    slider_value,
    thumb,
    until,
)
from conftest import launched, webkit
from playwright.sync_api import Page

from dashboard.story.story import CHOICE, STORY
from dashboard.views import PAGES

Tab = Page | WebKit
Visit = Callable[[str], Tab]
pytestmark = pytest.mark.browser
ANSWERS = {"": STORY.answer} | {each.url_path: each.answer for each in PAGES}
KEY = CHOICE.keys["6"]["n"]
HEADS = {"More from the same notebook": "Notebook"}  # what the menu calls them
SIZE = {"width": 1440, "height": 900}


def in_browsers(*names: str) -> pytest.MarkDecorator:
    """In these; with `-m wide` in all three. Chromium has tests of its own for most of it."""
    groups = {"chromium": "second browser", "firefox": "third browser", "webkit": "third browser"}
    tests = [
        pytest.param(name, marks=[pytest.mark.xdist_group(group), *([] if name in names else [pytest.mark.wide])])
        for name, group in groups.items()
    ]
    return pytest.mark.parametrize("hands", tests, indirect=True, scope="module")


in_chromium = in_browsers("chromium")
elsewhere = in_browsers("firefox", "webkit")
where_a_mouse_has_a_number = in_browsers("firefox")
where_history_is_all_there_is = in_browsers("webkit")


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def hands(request: pytest.FixtureRequest, downloads: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """A tab of a browser, which saves in `downloads`."""
    if request.param == "webkit":
        home = tmp_path_factory.mktemp("home")
        (home / ".config").mkdir()
        (home / ".config/user-dirs.dirs").write_text(f'XDG_DOWNLOAD_DIR="{downloads}"\n')
        with webkit(home) as page:
            page.set_viewport_size(SIZE)
            yield page
        return
    with launched(request.param, downloads) as browser:
        page = browser.new_page(viewport=SIZE)
        if request.param == "chromium":
            saving = {"behavior": "allow", "downloadPath": str(downloads)}
            page.context.new_cdp_session(page).send("Page.setDownloadBehavior", saving)
        yield page


@pytest.fixture
def visit(request: pytest.FixtureRequest, hands: Tab, address: str) -> Iterator[Visit]:
    """Opens a page with its defaults, or scene 6 of the story; by the menu, as long as all goes well. An error fails the test."""

    def opened(url_path: str) -> Tab:
        if request.session.testsfailed or not here(hands).startswith(address):
            load(hands, f"{address}/{url_path or '?scene=6'}")
            return hands
        if here(hands).partition("?")[0] != f"{address}/{url_path}":
            go_to(hands, url_path)
        if not url_path:
            hands.evaluate("document.activeElement.blur()")
            keys(hands, "Home")
            shows(hands, "1")
            keys(hands, "6", "Enter")
            shows(hands, "6")
        elif "?" in here(hands):
            click(hands, ".st-key-buttons button", "Reset")
            hands.wait_for_function("!location.search")
        says(hands, f"/{url_path}")
        return hands

    yield opened
    hands.mouse.up()
    hands.mouse.move(0, 0)
    assert not hands.evaluate("window.errors ?? []")


def here(page: Tab) -> str:
    """By the page itself: Playwright does not hear of every step that Firefox takes in its history."""
    return page.evaluate("location.href")


def load(page: Tab, link: str) -> None:
    page.goto(link)
    page.wait_for_function("document.querySelector('.live-figure .main-svg')")
    page.evaluate(
        """() => { window.errors = []
             const benign = (message) => message.startsWith("ResizeObserver loop")
             addEventListener("error", ({ message }) => benign(message) || errors.push(message))
             addEventListener("unhandledrejection", ({ reason }) => errors.push(String(reason))) }"""
    )


def go_to(page: Tab, url_path: str) -> None:
    """By the menu, which shuts when a script begins to run."""
    to = next((each for each in PAGES if each.url_path == url_path), STORY)
    link = f"a[href$='/{url_path}']"
    while to.under and not is_seen(page, link):
        click(page, "[data-testid=stTopNavSection]", HEADS.get(to.under, to.under))
        with suppress(AssertionError):
            until(page, lambda: is_seen(page, link), within=2)
    click(page, link)
    title = "" if to is STORY else to.title
    page.wait_for_function("title => document.querySelector('h1')?.innerText.includes(title)", arg=title)


def state(page: Tab) -> dict[str, Any]:
    """What must agree: the address, what is chosen, the sliders and the words."""
    return page.evaluate(
        """() => { const texts = (selector) => [...document.querySelectorAll(selector)].map((node) => node.textContent)
             return { link: location.href, title: texts("h1").join(), chosen: texts("[role=radio][aria-checked=true]"),
               sliders: [...document.querySelectorAll("input[type=range]")].map((input) => [input.ariaLabel, input.value]),
               drawn: document.querySelector(".live-figure")?.dataset.drawn, words: texts(".live-takeaway").join().replaceAll("\u00a0", " "),
               script: document.querySelector("[data-testid=stApp]")?.dataset.testScriptState } }"""
    )


@cache
def words(address: str) -> str:
    """What is said at an address, by Python."""
    there = urlsplit(address)
    answer = ANSWERS[there.path.strip("/")](dict(parse_qsl(there.query)))
    return "".join(text for text, _ in answer["takeaway"])


def says(page: Tab, text: str) -> dict[str, Any]:
    """Wait until the address says it (a first parameter too begins with &), the words are those of the address, no script
    runs, and nothing has moved since it was last looked at."""
    seen: dict[str, Any] = {}

    def agree() -> bool:
        before = dict(seen)
        seen.update(state(page))
        rests = not seen["drawn"] and seen["script"] == "notRunning"
        return (
            seen == before and text in seen["link"].replace("?", "&") and rests and seen["words"] == words(seen["link"])
        )

    until(page, agree, lambda: f"{text} beside {seen}")
    return seen


def is_playing(page: Tab) -> bool:
    return "Pause" in page.evaluate("document.querySelector('[data-does=play]').textContent")


@where_a_mouse_has_a_number
def test_play_while_the_mouse_moves(visit: Visit) -> None:
    page = visit("")
    start, (x, y) = int(slider_value(page, KEY)), thumb(page, KEY)
    page.evaluate(
        """key => { window.places = []; const input = document.querySelector(`.st-key-${key} input[type=range]`)
             input.addEventListener("input", () => window.places.push(Number(input.value))) }""",
        KEY,
    )
    keys(page, " ")
    while int(slider_value(page, KEY)) < start + 6:
        assert is_playing(page)
        page.mouse.move(x := x + 3, y)
    keys(page, " ")
    says(page, f"{KEY}=")
    places = [start, *page.evaluate("window.places")]
    assert max(abs(b - a) for a, b in pairwise(places)) <= 3


@where_a_mouse_has_a_number
def test_a_click_on_speed_while_it_plays(visit: Visit) -> None:
    page = visit("")
    keys(page, " ")
    page.wait_for_function("document.querySelector('.live-figure')?.dataset.drawn")
    click(page, "[data-does=speed]")
    at = int(slider_value(page, KEY))
    page.wait_for_function(
        """([key, at]) => {
             const { drawn } = document.querySelector(".live-figure").dataset
             return drawn && Math.abs(drawn.replace(`${key}=`, "") - at) > 5
           }""",
        arg=[KEY, at],
    )
    assert is_playing(page)
    keys(page, " ")
    says(page, f"{KEY}=")


@elsewhere
def test_story_keys(visit: Visit) -> None:
    page = visit("")
    press_and_move(page, KEY, -80)
    page.mouse.up()
    says(page, f"{KEY}=")
    keys(page, "PageDown")
    shows(page, "7", answered=False)
    keys(page, "PageDown")
    shows(page, "7")
    keys(page, "b")
    page.wait_for_function("!document.querySelector('.stage-black').hidden")
    keys(page, "b", "PageUp")
    shows(page, "6")
    while not page.evaluate("document.activeElement.matches('input[type=range]')"):
        keys(page, "Tab")
    keys(page, "Escape")
    assert page.evaluate("document.activeElement === document.body")
    keys(page, "1", "0", "Enter")
    shows(page, "10")


@elsewhere
def test_every_page_opens(visit: Visit) -> None:
    page = visit("")
    for each in PAGES:
        go_to(page, each.url_path)
        page.wait_for_function(
            """document.querySelector(".js-plotly-plot .main-svg") &&
                 document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning" """
        )
        assert page.evaluate("document.querySelectorAll('.live-skip').length") == bool(each.figure), each.title
        assert not page.evaluate("[...document.querySelectorAll('[aria-label*=\"$\"]')].map((node) => node.ariaLabel)")
        assert not page.evaluate("document.querySelectorAll('.stException').length")


@elsewhere
def test_a_slider_is_dragged(visit: Visit) -> None:
    page = visit("goodhart-mixture")
    before, start = readouts(page), here(page)
    press_and_move(page, "n", 40)
    settle(page, "n")
    assert readouts(page) != before
    assert here(page) == start
    page.mouse.up()
    says(page, "&n=")


@elsewhere
def test_the_dot_is_pulled(visit: Visit) -> None:
    page = visit("goodhart-mixture")
    start = int(slider_value(page, "n"))
    pull(page, ".live-grip.point", 20)
    settle(page, "n")
    assert start < int(slider_value(page, "n")) < start + 20
    page.mouse.up()
    says(page, "&n=")
    assert start < int(slider_value(page, "n")) < start + 20


@where_a_mouse_has_a_number
def test_arrow_keys_while_the_mouse_moves(visit: Visit) -> None:
    page = visit("goodhart-mixture")
    at, (x, y) = int(slider_value(page, "n")), thumb(page, "n")
    for selector in (".st-key-n input", ".live-grip.point"):
        page.evaluate("selector => document.querySelector(selector).focus()", selector)
        keys(page, "ArrowRight", "ArrowRight")
        page.mouse.move(x + 60, y)
        page.mouse.move(x + 70, y)
        at += 2
        until(page, lambda at=at: int(slider_value(page, "n")) == at)
        says(page, "n=")
        assert int(slider_value(page, "n")) == at


@where_a_mouse_has_a_number
def test_another_pointer_lets_go_of_nothing(visit: Visit) -> None:
    page = visit("goodhart-mixture")
    press_and_move(page, "n", 20)
    page.evaluate("document.body.dispatchEvent(new PointerEvent('pointerup', { pointerId: 77, bubbles: true }))")
    x, y = thumb(page, "n")
    page.mouse.move(x + 20, y)
    settle(page, "n")
    assert "n=" not in here(page)
    page.mouse.up()
    says(page, "&n=")


def is_again(page: Tab, wanted: dict[str, Any]) -> None:
    """Wait until all is as it was."""
    until(page, lambda: state(page) == wanted, lambda: f"{wanted} and not {state(page)}")


@where_history_is_all_there_is
def test_pin_undo_and_back(visit: Visit) -> None:
    page = visit("goodhart-mixture")
    plain = state(page)
    click(page, ".st-key-buttons button", "Pin")
    pinned = says(page, "pin=")
    press_and_move(page, "n", 40)
    until(page, lambda: is_seen(page, ".live-labels text", "pinned"))
    page.mouse.up()
    moved = says(page, "&n=")
    click(page, ".st-key-buttons button", "Undo")
    is_again(page, pinned)
    for before in (moved, pinned, plain):
        page.go_back()
        is_again(page, before)


@where_a_mouse_has_a_number
def test_the_threshold_is_pulled(visit: Visit) -> None:
    page = visit("tails")
    x, _ = middle(page, ".live-grip.threshold")
    pull(page, ".live-grip.threshold", -30)
    settle(page, "threshold")
    dragged = slider_value(page, "threshold")
    assert middle(page, ".live-grip.threshold")[0] == pytest.approx(x - 30, abs=6)
    page.mouse.up()
    says(page, f"threshold={dragged}")


def filter_best_of_n(page: Tab) -> Iterator[dict[str, Any]]:
    """Choose a method and move its slider; what there is after each."""
    click(page, "[role=radio]", "Filter")
    yield says(page, "method=Filter")
    press_and_move(page, "threshold", 40)
    page.mouse.up()
    yield says(page, "threshold=")


@where_history_is_all_there_is
def test_back_from_another_page(visit: Visit) -> None:
    page = visit("best-of-n")
    *_, left = filter_best_of_n(page)
    go_to(page, "tails")
    says(page, "tails")
    page.go_back()
    is_again(page, left)
    page.reload()
    is_again(page, left)


@in_browsers(False, False)
def test_back_and_forward_over_three_pages(visit: Visit) -> None:
    page = visit("best-of-n")
    seen = [state(page), *filter_best_of_n(page)]
    go_to(page, "tails")
    seen.append(says(page, "tails"))
    click(page, "[role=radio]", "Laplace error")
    seen.append(says(page, "Laplace"))
    press_and_move(page, "threshold", -30)
    page.mouse.up()
    seen.append(says(page, "threshold="))
    go_to(page, "filters")
    seen.append(says(page, "filters"))
    for wanted in seen[-2::-1]:
        page.go_back()
        is_again(page, wanted)
    for wanted in seen[1:]:
        page.go_forward()
        is_again(page, wanted)


@in_chromium
def test_a_link_is_tidied_in_its_own_entry(hands: Tab, address: str) -> None:
    hands.goto("about:blank")
    length = hands.evaluate("history.length")
    load(hands, f"{address}/goodhart-mixture?n=many&liars=0.05&colour=red")
    until(hands, lambda: is_seen(hands, "[data-testid=stToast]"))
    says(hands, "&liars=0.05")
    assert hands.evaluate("[location.search, history.length]") == ["?liars=0.05", min(50, length + 1)]
    hands.evaluate("history.back()")
    hands.wait_for_function("location.href === 'about:blank'")


@in_chromium
def test_what_others_add_to_a_link_is_let_pass(hands: Tab, address: str) -> None:
    load(hands, f"{address}/tails?utm_source=x&fbclid=y&gclid=z&threshold=1")
    until(hands, lambda: slider_value(hands, "threshold") == "1")
    at_rest(hands)
    assert not is_seen(hands, "[data-testid=stToast]")


@elsewhere
def test_export(visit: Visit, downloads: Path) -> None:
    page = visit("goodhart-mixture")
    for kind in ("svg", "png"):
        click(page, f".live-save button[data-format={kind}]")
        file = downloads / f"goodhart-mixture.{kind}"
        until(page, lambda file=file: file.exists() and file.stat().st_size)
    drawing = (downloads / "goodhart-mixture.svg").read_text()
    ElementTree.fromstring(drawing)
    assert "TOBESTRIPPED" not in drawing
    assert "n = 64" in drawing
    assert struct.unpack(">II", (downloads / "goodhart-mixture.png").read_bytes()[16:24]) == (1920, 1080)
