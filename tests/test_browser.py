"""What only a browser can show: the picture follows the finger."""

import time
from collections.abc import Callable
from contextlib import contextmanager
from itertools import pairwise

import pytest
from conftest import free_port, start_server
from playwright.sync_api import Page, WebSocketRoute

Visit = Callable[[str], Page]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def thumb(page: Page, key: str) -> tuple[float, float]:
    """The centre of a slider's thumb, in pixels."""
    box = page.locator(f".st-key-{key} [data-testid=stSliderThumbValue]").locator("..").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def press_and_move(page: Page, key: str, pixels: float) -> None:
    """Take a slider's thumb and move it without letting go."""
    page.locator(f".st-key-{key}").scroll_into_view_if_needed()
    x, y = thumb(page, key)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 13):
        page.mouse.move(x + pixels * step / 12, y)
        page.wait_for_timeout(25)


def slider_value(page: Page, key: str) -> str:
    return page.locator(f".st-key-{key} input[type=range]").input_value()


def readouts(page: Page) -> list[str]:
    return page.locator(".live-readouts .value").all_inner_texts()


def settle(page: Page, key: str, within: float = 30.0) -> None:
    """Wait until the picture shows the value under the thumb, `within` so many seconds."""
    page.wait_for_function(
        """key => document.querySelector(".live-figure").dataset.drawn ===
               `${key}=${Number(document.querySelector(`.st-key-${key} input[type=range]`).value)}`""",
        arg=key,
        timeout=1000 * within,
    )


def remember_the_node(page: Page) -> None:
    page.evaluate("window.firstNode = document.querySelector('.live-figure')")


def is_the_same_node(page: Page) -> bool:
    return page.evaluate("window.firstNode === document.querySelector('.live-figure') && window.firstNode.isConnected")


def test_a_drag_moves_everything_before_it_is_released(page: Page) -> None:
    remember_the_node(page)
    before, takeaway = readouts(page), page.locator(".live-takeaway").inner_text()
    picture = page.locator(".live-figure .main-svg").first.inner_html()
    press_and_move(page, "mu_a", 60)
    settle(page, "mu_a")
    page.wait_for_function("old => document.querySelector('.live-readouts .value').innerText !== old", arg=before[0])
    assert page.locator(".live-figure .main-svg").first.inner_html() != picture
    assert page.locator(".live-takeaway").inner_text() != takeaway
    assert readouts(page)[:2] != before[:2]
    assert "mu_a" not in page.url  # nothing is committed yet
    assert is_the_same_node(page)
    page.mouse.up()
    page.wait_for_url("**/*mu_a=*")
    assert f"mu_a={slider_value(page, 'mu_a')}" in page.url
    assert is_the_same_node(page)


def test_reloading_the_link_gives_the_same_page(page: Page) -> None:
    press_and_move(page, "n", 40)
    page.mouse.up()
    page.wait_for_url("**/*n=*")
    page.wait_for_timeout(300)
    before = readouts(page), slider_value(page, "n"), page.locator(".live-figure").get_attribute("aria-label")
    page.reload()
    page.wait_for_selector(".live-figure .main-svg")
    page.wait_for_function(
        "want => document.querySelector('.live-readouts .value')?.innerText === want", arg=before[0][0]
    )
    after = readouts(page), slider_value(page, "n"), page.locator(".live-figure").get_attribute("aria-label")
    assert after == before


def test_letting_go_where_the_slider_was_taken_gives_the_first_picture_back(page: Page) -> None:
    before, (x, y) = readouts(page), thumb(page, "mu_a")
    press_and_move(page, "mu_a", 60)
    settle(page, "mu_a")
    for step in range(9, -1, -1):
        page.mouse.move(x + 6 * step, y)
    page.wait_for_timeout(200)
    page.mouse.up()
    page.wait_for_function("old => document.querySelector('.live-readouts .value').innerText === old", arg=before[0])
    assert readouts(page) == before


def test_the_keyboard_moves_a_slider(page: Page) -> None:
    before = readouts(page)
    page.locator(".st-key-mu_a input[type=range]").focus()
    page.keyboard.press("PageUp")
    page.wait_for_url("**/*mu_a=*")
    page.wait_for_function("old => document.querySelector('.live-readouts .value').innerText !== old", arg=before[0])


def test_a_phone_gets_the_panels_one_below_the_other(browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    tab = context.new_page()
    tab.goto(address)
    tab.wait_for_selector(".live-figure .main-svg")
    tab.wait_for_timeout(500)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    box = tab.locator(".live-figure").bounding_box()
    assert box["height"] > 3 * box["width"]
    context.close()


def test_a_link_never_becomes_markup_and_nothing_comes_from_outside(browser, address: str) -> None:
    context = browser.new_context()
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{address}/?mu_a=%3Cimg%20src%3Dx%20onerror%3D%22window.hacked%3D1%22%3E")
    tab.wait_for_selector(".live-figure .main-svg")
    tab.wait_for_timeout(1500)
    assert "must be a number from -2 to 4" in tab.locator("[data-testid=stAlert]").inner_text()
    assert tab.evaluate("window.hacked") is None
    allowed = (address, address.replace("http", "ws"), "blob:", "data:")
    assert [url for url in asked if not url.startswith(allowed)] == []
    context.close()


def axis_ranges(page: Page) -> dict[str, list[float]]:
    return page.evaluate(
        """() => Object.fromEntries(Object.entries(document.querySelector(".live-figure").layout)
                 .filter(([name]) => /^[xy]axis/.test(name)).map(([name, axis]) => [name, axis.range]))"""
    )


@pytest.mark.parametrize(
    ("path", "slider", "pixels"),
    [
        ("", "mu_b", 60),
        ("best-of-n", "n", 60),
        ("boltzmann", "strength", -30),
        ("filters", "fraction", -40),
        ("goodhart-mixture", "liars", -40),
        ("tails", "threshold", 40),
        ("compare", "target_kl", 40),
    ],
)
def test_every_page_follows_the_finger(visit: Visit, path: str, slider: str, pixels: int) -> None:
    page = visit(path)
    assert "does not seem to exist" not in page.inner_text("body")
    remember_the_node(page)
    before, picture = readouts(page), page.locator(".live-figure .main-svg").first.inner_html()
    press_and_move(page, slider, pixels)
    settle(page, slider)
    assert readouts(page) != before
    assert page.locator(".live-figure .main-svg").first.inner_html() != picture
    assert is_the_same_node(page)
    page.mouse.up()
    page.wait_for_url(f"**/*{slider}=*")
    assert is_the_same_node(page)


def test_the_figure_is_saved_at_slide_size(page: Page) -> None:
    saved = {}
    for kind in ("svg", "png"):
        with page.expect_download() as download:
            page.locator(f".live-save button[data-format={kind}]").click()
        assert download.value.suggested_filename == f"rl-versus-filtering.{kind}"
        saved[kind] = download.value.path().read_bytes()
    assert b"What we want: truth" in saved["svg"]
    assert b'width="1280" height="720"' in saved["svg"]
    width, height = saved["png"][16:20], saved["png"][20:24]
    assert (int.from_bytes(width), int.from_bytes(height)) == (1920, 1080)


def test_the_link_to_take_away_opens_the_same_page(visit: Visit, address: str) -> None:
    page = visit("goodhart-mixture?n=500")
    before = readouts(page)
    page.get_by_text("Take away").click()
    link = page.locator("[data-testid=stCode]").first.inner_text()
    assert link.startswith(f"{address}/goodhart-mixture?method=Best-of-n&")
    assert "&n=500.0&" in link
    page.goto(link)
    page.wait_for_selector(".live-figure .main-svg")
    assert readouts(page) == before


def test_axes_only_grow_during_a_drag_and_settle_after_it(page: Page) -> None:
    before = axis_ranges(page)
    press_and_move(page, "mu_c", 60)
    settle(page, "mu_c")
    wide = axis_ranges(page)
    press_and_move(page, "mu_c", -120)
    settle(page, "mu_c")
    for name, (low, high) in axis_ranges(page).items():
        assert low <= wide[name][0] <= before[name][0], name
        assert high >= wide[name][1] >= before[name][1], name
    page.mouse.up()
    page.wait_for_url("**/*mu_c=*")
    page.wait_for_function(
        "old => document.querySelector('.live-figure').layout.xaxis.range[1] < old", arg=wide["xaxis"][1]
    )


def test_a_committed_value_wins_over_a_slow_answer(page: Page) -> None:
    """An answer that comes after the commit never shows."""
    page.route("**/live/*.json*", lambda route: (page.wait_for_timeout(400), route.continue_()))
    press_and_move(page, "mu_a", 60)
    page.mouse.up()
    page.wait_for_url("**/*mu_a=*")
    page.wait_for_timeout(1200)
    shown = readouts(page)
    page.reload()
    page.wait_for_selector(".live-figure .main-svg")
    assert readouts(page) == shown


def test_a_filter_that_keeps_nothing_and_the_way_back(visit: Visit) -> None:
    page = visit("?method=Filter&sigma_a=0&sigma_c=0.1&threshold=2")
    press_and_move(page, "sigma_c", -30)
    settle(page, "sigma_c")
    assert readouts(page) == ["does not exist"] * 4
    assert page.locator(".live-figure .main-svg").count() > 0
    page.mouse.up()
    page.wait_for_url("**/*sigma_c=0")
    page.reload()
    page.wait_for_selector(".live-figure .main-svg")
    assert readouts(page) == ["does not exist"] * 4
    press_and_move(page, "sigma_c", 60)
    settle(page, "sigma_c")
    assert "does not exist" not in readouts(page)


def test_a_slider_at_its_lowest_stays_in_the_link(page: Page) -> None:
    press_and_move(page, "gamma", -120)
    page.mouse.up()
    page.wait_for_url("**/*gamma=0")
    before = readouts(page)
    page.reload()
    page.wait_for_selector(".live-figure .main-svg")
    assert slider_value(page, "gamma") == "0"
    assert readouts(page) == before


# ── a server that does not answer, and a connection that is lost ──


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until `holds`, for thirty seconds at most."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)


def rests(page: Page) -> list[float]:
    """Milliseconds from each question that is over to the next, by the page's own clock."""
    times = page.evaluate(
        "performance.getEntriesByType('resource').filter(({name}) => name.includes('.json?')).map((e) => e.startTime)"
    )
    return [later - earlier for earlier, later in pairwise(times)]


def count_questions(page: Page) -> list[str]:
    """A list that grows by every picture asked for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if ".json?" in request.url else None)
    return asked


def test_a_silent_server_is_asked_ever_more_rarely_and_never_offline(page: Page) -> None:
    page.route("**/live/*.json*", lambda route: route.abort())
    asked = count_questions(page)
    page.context.set_offline(True)
    press_and_move(page, "mu_a", 40)
    page.wait_for_timeout(500)
    assert not asked
    page.context.set_offline(False)
    page.wait_for_timeout(3000)
    assert 3 <= len(asked) <= 6
    until(page, lambda: len(asked) == 5)
    page.unroute("**/live/*.json*")
    page.context.set_offline(True)
    page.context.set_offline(False)
    settle(page, "mu_a", within=2.0)  # it would have been four seconds to the next question


def test_an_answer_ends_the_long_rests(page: Page) -> None:
    asked = count_questions(page)
    page.route("**/live/*.json*", lambda route: route.continue_() if len(asked) == 4 else route.abort())
    press_and_move(page, "mu_a", 40)
    settle(page, "mu_a")
    press_and_move(page, "mu_a", 20)
    until(page, lambda: len(rests(page)) >= 5)
    assert 250 <= rests(page)[4] < 900  # the fifth and the sixth question


def test_a_busy_server_is_asked_again_after_the_rest_it_wants_for_the_value_that_then_holds(page: Page) -> None:
    page.route("**/live/*.json*", lambda route: route.fulfill(status=503, headers={"Retry-After": "1"}))
    asked, before = count_questions(page), readouts(page)
    press_and_move(page, "mu_a", 40)
    until(page, lambda: len(rests(page)) >= 1)
    assert all(1000 <= rest < 2500 for rest in rests(page))
    assert readouts(page) == before
    page.unroute("**/live/*.json*")
    settle(page, "mu_a")
    assert f"mu_a={slider_value(page, 'mu_a')}" in asked[-1]
    assert readouts(page) != before


def test_a_refused_value_is_not_asked_again(page: Page) -> None:
    asked, refusals = count_questions(page), [400, 500]
    page.route(
        "**/live/*.json*", lambda route: route.fulfill(status=refusals.pop(0)) if refusals else route.continue_()
    )
    x, y = thumb(page, "mu_a")
    page.mouse.move(x, y)
    page.mouse.down()
    for value in (1, 2):
        page.mouse.move(x + 20 * value, y)
        until(page, lambda value=value: len(asked) >= value)
        page.wait_for_timeout(500)
        assert len(asked) == value
    page.mouse.move(x, y + 1)
    page.mouse.move(x + 60, y)
    settle(page, "mu_a")


def everything(page: Page) -> dict[str, object]:
    """All that must say the same: thumbs, their labels, readouts, figure, and the words below that only a run writes."""
    return page.evaluate(
        """() => ({
             thumbs: [...document.querySelectorAll("input[type=range]")].map((input) => input.value),
             labels: [...document.querySelectorAll("[data-testid=stSliderThumbValue]")].map((label) => label.innerText),
             readouts: [...document.querySelectorAll(".live-readouts .value")].map((value) => value.innerText),
             figure: document.querySelector(".live-figure").ariaLabel,
             words: [...document.querySelectorAll("[data-testid=stMarkdown]")].map((words) => words.innerText),
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
    fresh = page.context.browser.new_page(viewport=page.viewport_size)
    fresh.goto(page.url)
    fresh.wait_for_selector(".live-figure .main-svg")
    until(page, lambda: everything(page) == everything(fresh))
    fresh.close()


def commit_into_the_void(page, wire: "Wire", address: str) -> None:
    """Open a link and let go of a slider whose new value the server never hears of."""
    page.goto(f"{address}/?n=10")
    page.wait_for_selector(".live-figure .main-svg")
    wire.loses = True
    press_and_move(page, "mu_b", 40)
    page.mouse.up()
    page.wait_for_url("**/*mu_b=*")


def test_after_a_loss_of_the_network_slider_picture_and_link_agree(browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
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
    page.close()


def test_after_a_restart_of_the_server_slider_picture_and_link_agree(browser) -> None:
    port = free_port()
    page = browser.new_page(viewport={"width": 1440, "height": 900})
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
        page.close()
