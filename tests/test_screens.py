"""Each kind of screen: the picture beside or above its sliders, whole, and where it was."""

from collections.abc import Callable, Iterator

import pytest
from browsing import press_and_move, readouts, settle, slider_value, thumb
from playwright.sync_api import CDPSession, Page

Visit = Callable[[str], Page]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("second browser")]
PHONE = {"width": 390, "height": 844}


def top_of_the_figure(page: Page) -> float:
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop = 0")
    return page.locator(".live-figure").bounding_box()["y"]


def test_the_panels_are_on_the_first_screen(visit: Visit) -> None:
    page = visit("goodhart-mixture")
    for width, height in [(1280, 720), (1920, 1080), (1440, 900)]:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)
        box = page.locator(".live-figure .main-svg").first.bounding_box()
        assert box["y"] + box["height"] <= height
        assert box["height"] >= 0.5 * height  # it uses what there is
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for width, height in [(844, 390), (853, 480)]:  # picture and pressure together
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)
        panel = page.locator(".live-figure .x4grid").last.bounding_box()
        assert panel["y"] > 56
        assert panel["y"] + panel["height"] <= height
        assert thumb(page, "n")[1] < height
        readouts = [readout.bounding_box() for readout in page.locator(".live-readouts li > :not([hidden])").all()]
        assert all(box["x"] + box["width"] <= width for box in readouts)
    page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.wide
@pytest.mark.parametrize("path", ["best-of-n", "tails"])
def test_presets_notices_and_methods_put_the_figure_at_the_same_place(visit: Visit, path: str) -> None:
    page = visit(path)
    before = top_of_the_figure(page)
    for preset in page.locator(".st-key-presets button").all():
        preset.click()
        page.wait_for_timeout(100)
        page.wait_for_function(
            "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
        )
        assert top_of_the_figure(page) == pytest.approx(before, abs=1), preset.inner_text()
    visit(f"{path}?alpha=0&beta=0&gamma=0&world=Blend")
    assert page.locator(".live-notices p").count() == 1
    assert top_of_the_figure(page) == pytest.approx(before, abs=1)


@pytest.fixture(scope="module")
def phone(browser, address: str) -> Iterator[Page]:
    """A page that each test finds as the one before has left it."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{address}/goodhart-mixture")
    page.wait_for_selector(".live-figure .main-svg")
    page.wait_for_timeout(500)
    yield page
    context.close()


def touch(cdp: CDPSession, kind: str, *place: float) -> None:
    points = [{"x": place[0], "y": place[1]}] if place else []
    cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def swipe(page: Page, cdp: CDPSession, start: tuple[float, float], way: tuple[float, float]) -> None:
    """Touch `start` and move by `way`, without letting go."""
    touch(cdp, "touchStart", *start)
    for step in range(1, 21):
        touch(cdp, "touchMove", start[0] + way[0] * step / 20, start[1] + way[1] * step / 20)
        page.wait_for_timeout(20)


def test_on_a_phone_picture_and_pressure_are_on_screen_together_and_follow(phone: Page) -> None:
    cdp = phone.context.new_cdp_session(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    panel = phone.locator(".live-figure .x4grid").last.bounding_box()
    sheet = phone.locator("[data-testid=stSidebar]").bounding_box()
    slider = thumb(phone, "n")
    assert panel["y"] + panel["height"] <= sheet["y"] < slider[1] < PHONE["height"]
    before, dot = readouts(phone), phone.locator(".live-figure .x4y4 .point").last.bounding_box()
    swipe(phone, cdp, slider, (100, 3))
    settle(phone, "n")
    assert readouts(phone) != before
    assert phone.locator(".live-figure .x4y4 .point").last.bounding_box() != dot
    assert "n=" not in phone.url
    touch(cdp, "touchEnd")
    phone.wait_for_url("**/*n=*")


def test_on_a_phone_seven_readouts_leave_the_first_panel_in_sight(phone: Page, address: str) -> None:
    phone.goto(f"{address}/compare")
    phone.wait_for_selector(".live-figure .main-svg")
    panel, sheet, figure = (
        phone.locator(of).last for of in (".live-figure .x4grid", "[data-testid=stSidebar]", ".live-figure")
    )
    seen, place = panel.bounding_box(), figure.bounding_box()
    assert phone.locator(".live-readouts li").count() == 7
    assert seen["y"] + seen["height"] <= sheet.bounding_box()["y"]
    swipe(phone, phone.context.new_cdp_session(phone), thumb(phone, "target_kl"), (100, 3))
    settle(phone, "target_kl")
    assert figure.bounding_box() == place


def test_a_swipe_that_begins_on_a_slider_scrolls_and_a_tap_moves(phone: Page, address: str) -> None:
    phone.goto(f"{address}/goodhart-mixture")
    phone.wait_for_selector(".live-figure .main-svg")
    cdp = phone.context.new_cdp_session(phone)
    box = phone.locator(".st-key-n [data-testid=stSlider]").bounding_box()
    track = box["x"] + 200, box["y"] + box["height"] - 14
    scrolled = "document.querySelector('[data-testid=stSidebarContent]').scrollTop"
    value, link = slider_value(phone, "n"), phone.url
    swipe(phone, cdp, track, (0, -100))
    touch(cdp, "touchEnd")
    phone.wait_for_timeout(500)
    assert phone.evaluate(scrolled) > 50
    assert slider_value(phone, "n") == value
    phone.evaluate(f"{scrolled} = 0")
    phone.wait_for_timeout(300)
    touch(cdp, "touchStart", *track)
    touch(cdp, "touchEnd")
    phone.wait_for_url(lambda url: url != link)
    assert slider_value(phone, "n") != value


def test_on_a_phone_the_menu_opens_with_the_pages(phone: Page) -> None:
    phone.locator("[data-testid=stExpandSidebarButton]").click()
    phone.get_by_role("link", name="Tails").click()
    phone.wait_for_url("**/tails*")
    phone.wait_for_function("document.querySelector('h1')?.innerText === 'Tails'")


def test_words_that_are_long_are_set_smaller(visit: Visit) -> None:
    page = visit("tails")
    before = top_of_the_figure(page)
    press_and_move(page, "threshold", -60)
    settle(page, "threshold")
    assert top_of_the_figure(page) == pytest.approx(before, abs=1)
    page.mouse.up()
