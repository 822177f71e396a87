"""What only a browser can show: the picture follows the finger."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def thumb(page: Page, key: str) -> tuple[float, float]:
    """The centre of a slider's thumb, in pixels."""
    box = page.locator(f".st-key-{key} [data-testid=stSliderThumbValue]").locator("..").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def press_and_move(page: Page, key: str, pixels: float) -> None:
    """Take a slider's thumb and move it without letting go."""
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


def settle(page: Page, key: str) -> None:
    """Wait until the picture shows the value under the thumb."""
    page.wait_for_function(
        """key => document.querySelector(".live-figure").dataset.drawn ===
               `${key}=${Number(document.querySelector(`.st-key-${key} input[type=range]`).value)}`""",
        arg=key,
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


def test_nothing_comes_from_outside(browser, address: str) -> None:
    context = browser.new_context()
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(address)
    tab.wait_for_selector(".live-figure .main-svg")
    tab.wait_for_timeout(1500)
    allowed = (address, address.replace("http", "ws"), "blob:", "data:")
    assert [url for url in asked if not url.startswith(allowed)] == []
    context.close()


def test_a_link_never_becomes_markup(browser, address: str) -> None:
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(f"{address}/?mu_a=%3Cimg%20src%3Dx%20onerror%3D%22window.hacked%3D1%22%3E")
    tab.wait_for_selector(".live-figure .main-svg")
    assert "must be a number from -2 to 4" in tab.locator("[data-testid=stAlert]").inner_text()
    assert tab.evaluate("window.hacked") is None
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
def test_every_page_follows_the_finger(page: Page, address: str, path: str, slider: str, pixels: int) -> None:
    page.goto(f"{address}/{path}")
    page.wait_for_selector(".live-figure .main-svg")
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


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_figure_is_saved_at_slide_size(page: Page, kind: str) -> None:
    with page.expect_download() as download:
        page.locator(f".live-save button[data-format={kind}]").click()
    content = download.value.path().read_bytes()
    assert download.value.suggested_filename == f"rl-versus-filtering.{kind}"
    if kind == "svg":
        assert b"What we want: truth" in content
        assert b'width="1280" height="720"' in content
    else:
        assert (int.from_bytes(content[16:20]), int.from_bytes(content[20:24])) == (1920, 1080)


def test_the_link_to_take_away_opens_the_same_page(page: Page, address: str) -> None:
    page.goto(f"{address}/goodhart-mixture?n=500")
    page.wait_for_selector(".live-figure .main-svg")
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


def test_a_filter_that_keeps_nothing_and_the_way_back(page: Page, address: str) -> None:
    page.goto(f"{address}/?method=Filter&sigma_a=0&sigma_c=0.1&threshold=2")
    page.wait_for_selector(".live-figure .main-svg")
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
