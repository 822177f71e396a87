"""A server that does not answer, and a connection that is lost, in a real browser."""

from contextlib import contextmanager
from itertools import pairwise

import pytest
from browsing import at_rest, count_questions, press_and_move, questions, readouts, settle, slider_value, thumb, until
from conftest import free_port, kept_whole, start_server
from playwright.sync_api import Page, Route, WebSocketRoute

PICTURES = "**/live/rl-versus-filtering.json*"
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("second browser")]


def rests(page: Page) -> list[float]:
    """Milliseconds from each question that is over to the next."""
    return [later["start"] - earlier["start"] for earlier, later in pairwise(questions(page))]


def test_a_silent_server_is_asked_ever_more_rarely_and_never_offline(page: Page) -> None:
    page.route(PICTURES, lambda route: route.abort())
    asked = count_questions(page)
    page.context.set_offline(True)
    press_and_move(page, "mu_a", 40)
    page.wait_for_timeout(500)
    assert not asked
    page.context.set_offline(False)
    page.wait_for_timeout(3000)
    assert 3 <= len(asked) <= 6
    until(page, lambda: len(asked) == 5)
    page.unroute(PICTURES)
    page.context.set_offline(True)
    page.context.set_offline(False)
    settle(page, "mu_a", within=2.0)  # it would have been four seconds to the next question


def test_an_answer_ends_the_long_rests(page: Page) -> None:
    asked = count_questions(page)
    page.route(PICTURES, lambda route: route.continue_() if len(asked) == 4 else route.abort())
    press_and_move(page, "mu_a", 40)
    settle(page, "mu_a")
    press_and_move(page, "mu_a", 20)
    until(page, lambda: len(rests(page)) >= 6)
    assert 250 <= max(rests(page)[4:6]) < 1500  # after the fifth question, or after two of one moment


def test_a_busy_server_is_asked_again_after_the_rest_it_wants_for_the_value_that_then_holds(page: Page) -> None:
    page.route(PICTURES, lambda route: route.fulfill(status=503, headers={"Retry-After": "1"}))
    asked, before = count_questions(page), readouts(page)
    press_and_move(page, "mu_a", 40)
    until(page, lambda: max(rests(page), default=0.0) >= 1000)
    at_once = [rest for rest in rests(page) if rest < 300]  # while the guess before it was under way
    assert len(at_once) <= 1
    assert all(1000 <= rest < 2500 for rest in rests(page) if rest not in at_once)
    assert readouts(page) == before
    refused = len(asked)
    page.unroute(PICTURES)
    settle(page, "mu_a")
    assert any(f"mu_a={slider_value(page, 'mu_a')}&" in url for url in asked[refused:])
    assert readouts(page) != before


def test_a_refused_value_is_not_asked_again(page: Page) -> None:
    asked = count_questions(page)
    page.route(PICTURES, lambda route: route.fulfill(status=400))
    x, y = thumb(page, "mu_a")
    page.mouse.move(x, y)
    page.mouse.down()
    for value in (1, 2):
        page.mouse.move(x + 20 * value, y)
        here = f"mu_a={slider_value(page, 'mu_a')}&"
        until(page, lambda here=here: any(here in url for url in asked))
        page.wait_for_timeout(500)
        assert sum(here in url for url in asked) == 1
    assert len(set(asked)) == len(asked)
    page.unroute(PICTURES)
    page.mouse.move(x, y + 1)
    page.mouse.move(x + 60, y)
    settle(page, "mu_a")


def everything(page: Page) -> dict[str, object]:
    """All that must say the same: thumbs, their labels, readouts, figure, and the words below."""
    return page.evaluate(
        """() => ({
             thumbs: [...document.querySelectorAll("input[type=range]")].map((input) => input.value),
             labels: [...document.querySelectorAll("[data-testid=stSliderThumbValue]")].map((label) => label.innerText),
             readouts: [...document.querySelectorAll(".live-readouts .value")].map((value) => value.innerText),
             figure: document.querySelector(".live-figure").ariaLabel,
             words: document.querySelector(".live-below").innerText,
             held: document.querySelectorAll("[data-dragging]").length,
           })"""
    )


class Wire:
    """What a page hears and says to Streamlit through; it can lose what the page says, and be cut."""

    def __init__(self, page: Page) -> None:
        self.page, self.ends, self.loses = page, [], False
        page.route_web_socket("**/_stcore/stream", self.connect)

    def connect(self, near: WebSocketRoute) -> None:
        far = near.connect_to_server()
        near.on_message(lambda message: None if self.loses else far.send(message))
        self.ends = [near, far]

    def cut(self) -> None:
        self.page.route("**/_stcore/health", lambda route: route.abort())
        for end in self.ends:
            end.close()

    def mend(self) -> None:
        self.page.unroute("**/_stcore/health")


def let_go_while_cut_off(page: Page, key: str) -> None:
    page.wait_for_selector(f".st-key-{key} input:disabled", state="attached")
    page.mouse.up()
    page.evaluate(  # as Streamlit’s dialog about the connection does while it closes
        "window.addEventListener('pointerdown', (event) => event.stopPropagation(), { capture: true, once: true })"
    )


def as_a_fresh_page(page: Page) -> None:
    """Wait until `page` looks like another one opened from its link."""
    fresh = page.context.new_page()
    fresh.goto(page.url)
    fresh.wait_for_selector(".live-figure .main-svg")
    until(page, lambda: everything(page) == everything(fresh))
    fresh.close()


def commit_into_the_void(page, wire: "Wire", address: str) -> None:
    """Open a link and let go of a slider whose new value the server never hears of."""
    page.goto(f"{address}/rl-versus-filtering?n=10")
    page.wait_for_selector(".live-figure .main-svg")
    wire.loses = True
    press_and_move(page, "mu_b", 40)
    page.mouse.up()
    page.wait_for_url("**/*mu_b=*")


def test_after_a_loss_of_the_network_slider_picture_and_link_agree(browser, address: str) -> None:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    wire = Wire(page)
    commit_into_the_void(page, wire, address)
    wire.cut()
    page.wait_for_selector(".st-key-n input:disabled", state="attached")
    wire.loses = False
    wire.mend()
    as_a_fresh_page(page)
    link, before = page.url, everything(page)
    assert f"mu_b={slider_value(page, 'mu_b')}&n=10" in link

    press_and_move(page, "n", 40)
    settle(page, "n")
    wire.cut()
    let_go_while_cut_off(page, "n")
    assert everything(page) != before
    wire.mend()
    until(page, lambda: everything(page) == before)
    assert page.url == link
    page.context.close()


@pytest.mark.wide
def test_after_a_restart_of_the_server_slider_picture_and_link_agree(browser) -> None:
    port = free_port()
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    wire = Wire(page)
    with contextmanager(start_server)("dashboard/app.py", port) as address:
        commit_into_the_void(page, wire, address)
        press_and_move(page, "n", 40)
        settle(page, "n")
    let_go_while_cut_off(page, "n")
    wire.loses = False
    with contextmanager(start_server)("dashboard/app.py", port):
        as_a_fresh_page(page)
        assert f"mu_b={slider_value(page, 'mu_b')}&n=10" in page.url
        page.context.close()


def test_a_module_that_comes_late_shows_what_was_committed_meanwhile_and_follows(tab: Page, address: str) -> None:
    held: list[Route] = []
    with kept_whole(tab):
        tab.route("**/live_figure.js", lambda route: held.append(route))
        tab.goto(f"{address}/rl-versus-filtering")
        tab.locator(".st-key-mu_a input[type=range]").focus()
        tab.keyboard.press("ArrowRight")
        tab.wait_for_url("**/*mu_a=*")
        at_rest(tab)
        assert held
        for route in held:
            route.continue_()
        tab.wait_for_selector(".live-figure .main-svg")
        before = readouts(tab)
        press_and_move(tab, "mu_a", 40)
        settle(tab, "mu_a")
        assert readouts(tab) != before
