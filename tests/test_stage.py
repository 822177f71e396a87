"""The story on stage, in a browser: keys as clickers send them, the black screen, Play, present mode, the speaker's window."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from browsing import keys, press_and_move, shows, slider_value, thumb, until
from playwright.sync_api import Page

from dashboard.story.story import CHOICE, NAMED

Visit = Callable[[str], Page]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("second browser")]
KEY = CHOICE.keys["6"]["n"]


def title(page: Page) -> str:
    return page.locator("h1").inner_text()


@pytest.mark.wide
def test_the_whole_story_by_the_keys_of_a_clicker(visit: Visit) -> None:
    page = visit("?scene=1")
    for number, scene in NAMED.items():
        if scene.predict:
            shows(page, number, answered=False)
            keys(page, "PageDown")
        shows(page, number)
        keys(page, "PageDown")
    page.wait_for_timeout(300)
    shows(page, "18")  # there it all ends
    assert "scene=18" in page.url
    assert page.locator(".stage-place").inner_text() == "more: 4 / 4"
    keys(page, "PageUp")
    shows(page, "17")
    keys(page, ".")
    black = page.locator(".stage-black")
    assert black.bounding_box() == {"x": 0, "y": 0, "width": 1440, "height": 900}
    keys(page, "PageDown")  # any key brings the picture back, and does nothing else
    assert not black.is_visible()
    keys(page, "b", "b")
    assert not black.is_visible()
    shows(page, "17")
    keys(page, "Home")
    shows(page, "1")
    keys(page, "1", "0", "Enter")
    shows(page, "10")
    keys(page, "End", "F5")  # a clicker's start key reloads
    shows(page, "14")
    keys(page, "Shift+?")
    assert page.locator(".stage-help").is_visible()
    keys(page, "Escape")
    assert not page.locator(".stage-help").is_visible()
    keys(page, "ArrowLeft")
    shows(page, "13")


def test_a_focused_slider_keeps_its_keys_and_a_scene_left_is_whole_again(visit: Visit) -> None:
    page = visit("?scene=6")
    shows(page, "6")
    before = slider_value(page, KEY)
    picture = page.locator(".live-figure .main-svg").first.inner_html()
    press_and_move(page, KEY, -80)
    page.wait_for_function(
        "old => document.querySelector('.live-figure .main-svg').innerHTML !== old", arg=picture
    )  # live
    page.mouse.up()
    page.wait_for_url(lambda url: f"{KEY}=" in url)
    moved = slider_value(page, KEY)
    assert moved != before
    page.reload()
    shows(page, "6")
    assert slider_value(page, KEY) == moved
    page.locator(f".st-key-{KEY} input[type=range]").focus()
    keys(page, "ArrowRight", "b", "5")
    page.wait_for_timeout(700)
    assert title(page) == NAMED["6"].title
    assert not page.locator(".stage-black").is_visible()
    assert int(slider_value(page, KEY)) == int(moved) + 1
    page.evaluate("document.activeElement.blur()")
    keys(page, "PageDown")
    shows(page, "7", answered=False)
    keys(page, "PageUp")
    shows(page, "6")
    assert slider_value(page, KEY) == before
    assert f"{KEY}=" not in page.url


def test_play_moves_the_slider_live_and_commits_where_it_stops(visit: Visit) -> None:
    page = visit("?scene=6")
    shows(page, "6")
    start = int(slider_value(page, KEY))
    page.evaluate(
        """key => { window.seen = new Set(); new MutationObserver(() => window.seen.add(
             document.querySelector(".live-figure").dataset.drawn)).observe(
             document.querySelector(".live-figure"), { attributeFilter: ["data-drawn"] }) }""",
        KEY,
    )
    keys(page, " ")
    until(page, lambda: int(slider_value(page, KEY)) > start + 6)
    assert f"{KEY}=" not in page.url
    keys(page, " ")
    page.wait_for_url(lambda url: f"{KEY}=" in url)
    assert page.evaluate("window.seen.size") >= 3
    stopped = slider_value(page, KEY)
    page.wait_for_timeout(400)
    assert slider_value(page, KEY) == stopped
    page.locator("[data-does=speed]").click()
    assert page.locator("[data-does=speed]").inner_text() == "2×"
    page.locator("[data-does=play]").click()  # on from there: to the top, and down again
    until(page, lambda: int(slider_value(page, KEY)) < start)
    keys(page, "PageDown")
    shows(page, "7", answered=False)
    keys(page, "PageUp")
    shows(page, "6")
    reduced_motion(page)


def reduced_motion(page: Page) -> None:
    """Play then goes in few large steps, and still commits where it stops; on the page that is open."""
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(
        """key => { window.places = []; const input = document.querySelector(`.st-key-${key} input[type=range]`)
             input.addEventListener("input", () => window.places.push(Number(input.value))) }""",
        KEY,
    )
    keys(page, " ")
    until(page, lambda: page.evaluate("window.places.length") >= 3)
    keys(page, " ")
    page.wait_for_url(lambda url: f"{KEY}=" in url)
    places = page.evaluate("window.places")
    low, high = (int(page.locator(f".st-key-{KEY} input[type=range]").get_attribute(end)) for end in ("min", "max"))
    steps = {abs(b - a) for a, b in pairwise(places)} - {0}
    assert min(steps) >= (high - low) // 8 - 1  # eight stills from end to end, not every stop
    page.emulate_media(reduced_motion="no-preference")


@pytest.mark.wide
def test_present_mode_at_every_size_and_embedded(visit: Visit, address: str) -> None:
    page = visit("?scene=6")
    shows(page, "6")
    keys(page, "p")
    page.wait_for_url("**/*present=1*")
    for width, height in [(1280, 720), (1920, 1080), (3840, 2160)]:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(700)
        fills(page, width, height)
    page.set_viewport_size({"width": 1440, "height": 900})
    x, y = thumb(page, KEY)
    page.mouse.click(x, y)
    page.wait_for_function("!document.activeElement.matches('input')")
    keys(page, "PageDown")  # the mouse's slider keeps no focus
    shows(page, "7", answered=False)
    page.set_content(f'<iframe src="{address}/?embed=true&present=1&scene=6" width="960" height="540"></iframe>')
    frame = page.frame_locator("iframe")
    frame.locator(".live-figure .main-svg").first.wait_for()
    page.wait_for_timeout(700)
    assert not frame.locator("[data-testid=stHeader]").is_visible()
    box = frame.locator(".stage-bar").bounding_box()
    assert box["y"] + box["height"] <= 540 + 16


def fills(page: Page, width: int, height: int) -> None:
    """Nothing but the title, the words, the figure and the slider, in type of 3 % of the height at least."""
    assert not page.locator("[data-testid=stHeader], .st-key-progress, .st-key-after").locator("visible=true").count()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    last = page.locator(".stage-bar").bounding_box()
    assert 0.95 * height <= last["y"] + last["height"] <= height
    figure = page.locator(".live-figure .main-svg").first.bounding_box()
    assert figure["height"] >= 0.5 * height
    assert figure["width"] >= 0.95 * width
    sizes = page.evaluate(
        """() => [...document.querySelectorAll(".live-labels text, .live-figure .xtick text, .live-takeaway span, h1, .st-key-under label p")]
                 .filter((node) => node.textContent)
                 .map((node) => parseFloat(getComputedStyle(node).fontSize) *
                      (node.closest(".live-stage")?.getBoundingClientRect().width / node.closest(".live-stage")?.offsetWidth || 1))"""
    )
    assert min(sizes) >= 0.03 * height


def test_hovering_a_curve_dims_the_others_and_a_page_presents_its_pressure(visit: Visit) -> None:
    page = visit("goodhart-mixture?present=1")
    page.wait_for_timeout(500)
    path = page.locator(".live-figure .x2y2 .js-line").last.bounding_box()
    page.mouse.move(path["x"] + path["width"] / 2, path["y"] + path["height"] - 3)
    strengths = (
        "[...document.querySelectorAll('.live-figure .scatterlayer > .trace')].map((group) => group.style.opacity)"
    )
    page.wait_for_function(f"new Set({strengths}).size === 2")
    page.mouse.move(5, 5)
    page.wait_for_function(f"new Set({strengths}).size === 1")
    sliders = page.locator("[data-testid=stSlider]").locator("visible=true")
    assert sliders.count() == 1
    box = sliders.bounding_box()
    assert box["y"] + box["height"] <= 900
    press_and_move(page, "n", 60)
    page.mouse.up()
    page.wait_for_url("**/*n=*")
    assert "present=1" in page.url


def test_the_speakers_window_steps_together_with_the_first(visit: Visit) -> None:
    page = visit("?scene=2")
    shows(page, "2")
    with page.expect_popup() as opened:
        keys(page, "s")
    speaker = opened.value
    speaker.wait_for_function("title => document.querySelector('#title')?.innerText === title", arg=NAMED["2"].title)
    assert speaker.locator("#say").inner_text() == NAMED["2"].notes.say
    assert speaker.locator("#following").inner_text() == NAMED["3"].title
    speaker.locator("#thumbnail[data-shown$='scene=3'] .main-svg").first.wait_for()
    assert "truth" in speaker.locator("#thumbnail").get_attribute("aria-label")
    keys(speaker, "PageDown")
    shows(page, "3", answered=False)
    speaker.wait_for_function("title => document.querySelector('#title')?.innerText === title", arg=NAMED["3"].title)
    assert speaker.locator("#place").inner_text() == "3 / 14, and 4 more"
    speaker.locator("#thumbnail[data-shown$='scene=4'] .main-svg").first.wait_for()
    page.reload()  # as F5 of a clicker does
    shows(page, "3", answered=False)
    keys(page, "PageUp")
    shows(page, "2")
    speaker.wait_for_function("title => document.querySelector('#title')?.innerText === title", arg=NAMED["2"].title)
    speaker.close()


@pytest.mark.wide
@pytest.mark.parametrize("number", NAMED)
def test_every_scene_at_every_size_in_light_and_dark_and_embedded(visit: Visit, number: str) -> None:
    for link in (f"?scene={number}", f"?embed=true&scene={number}"):
        page = visit(link)
        shows(page, number, answered=not NAMED[number].predict)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for width, height in [(390, 844), (1280, 720), (1440, 900)]:
                page.set_viewport_size({"width": width, "height": height})
                page.wait_for_timeout(400)
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                panel = page.locator(".live-figure .main-svg").first.bounding_box()
                assert panel["x"] >= 0
                assert panel["x"] + panel["width"] <= width
                words = page.locator("h1").bounding_box(), page.locator(".live-takeaway").bounding_box()
                assert all(box["y"] + box["height"] <= panel["y"] + 1 for box in words)
    page.emulate_media(color_scheme="light")
