"""What only a browser can show: the picture follows the finger."""

import io
import math
import re
from collections.abc import Callable, Iterator
from contextlib import closing

import numpy as np
import pytest
from browsing import (
    at_rest,
    axis_ranges,
    is_the_same_node,
    press_and_move,
    questions,
    readouts,
    remember_the_node,
    settle,
    slider_value,
    thumb,
    until,
)
from cases import LIVE_PAGES
from conftest import kept_whole
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, Route

from dashboard.page.controls import stops
from dashboard.views import PAGES
from dashboard.views.rl_versus_filtering import PAGE
from dashboard.words.text import count
from models import BestOfN

Visit = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
wide = pytest.mark.wide


@pytest.fixture(scope="module")
def left_open(browser: Browser, address: str) -> Iterator[Page]:
    """RL versus filtering in a tab of its own."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    tab = context.new_page()
    tab.goto(f"{address}/rl-versus-filtering")
    tab.wait_for_selector(".live-figure .main-svg")
    yield tab
    context.close()


@pytest.fixture
def page(left_open: Page) -> Iterator[Page]:
    """RL versus filtering as it was left, and then reset to its defaults."""
    with kept_whole(left_open):
        yield left_open
    nothing_is_held(left_open)
    left_open.get_by_role("button", name="Reset").click()
    left_open.wait_for_url("**/rl-versus-filtering")
    nothing_is_held(left_open)
    left_open.evaluate("document.activeElement.blur()")
    left_open.mouse.move(0, 0)


def nothing_is_held(page: Page) -> None:
    """Wait until the picture is that of the settings, and no script runs."""
    page.wait_for_function("document.querySelector('.live-figure')?.dataset.drawn === ''")
    at_rest(page)


def test_a_drag_moves_everything_before_it_is_released(page: Page) -> None:
    remember_the_node(page)
    before, takeaway = readouts(page), page.locator(".live-takeaway").inner_text()
    picture = page.locator(".live-figure .main-svg").first.inner_html()
    press_and_move(page, "mu_a", 60)
    settle(page, "mu_a")
    page.wait_for_function("old => document.querySelector('.live-readouts .value')?.innerText !== old", arg=before[0])
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
    press_and_move(page, "gamma", -120)  # to its lowest
    page.mouse.up()
    page.wait_for_url("**/*gamma=0*")
    page.wait_for_function("document.querySelector('.live-figure')?.dataset.drawn === ''")
    before = readouts(page), slider_value(page, "n"), page.locator(".live-figure").get_attribute("aria-label")
    page.reload()
    page.wait_for_selector(".live-figure .main-svg")
    page.wait_for_function(
        "want => document.querySelector('.live-readouts .value')?.innerText === want", arg=before[0][0]
    )
    after = readouts(page), slider_value(page, "n"), page.locator(".live-figure").get_attribute("aria-label")
    assert after == before
    assert slider_value(page, "gamma") == "0"


def test_letting_go_where_the_slider_was_taken_gives_the_first_picture_back(page: Page) -> None:
    before, (x, y) = readouts(page), thumb(page, "mu_a")
    press_and_move(page, "mu_a", 60)
    settle(page, "mu_a")
    for step in range(9, -1, -1):
        page.mouse.move(x + 6 * step, y)
    page.wait_for_timeout(200)
    page.mouse.up()
    page.wait_for_function("old => document.querySelector('.live-readouts .value')?.innerText === old", arg=before[0])
    assert readouts(page) == before


def test_a_link_never_becomes_markup_and_nothing_comes_from_outside(visit: Visit, tab: Page, address: str) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    visit("rl-versus-filtering?mu_a=%3Cimg%20src%3Dx%20onerror%3D%22window.hacked%3D1%22%3E")
    tab.wait_for_timeout(1500)
    assert "must be a number from −2 to 4" in tab.locator("[data-testid=stToast]").inner_text()
    assert tab.evaluate("window.hacked") is None
    allowed = (address, address.replace("http", "ws"), "blob:", "data:")
    assert [url for url in asked if not url.startswith(allowed)] == []


LIGHT_AND_DARK = ("light", "dark")


def obstacles(page: Page, axe: str) -> list[str]:
    """What axe-core calls a serious or critical obstacle, in light and in dark."""
    page.evaluate(axe)
    found = []
    for scheme in LIGHT_AND_DARK:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(300)
        options = {"resultTypes": ["violations"], "selectors": False}
        colours = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}  # all that is another in the dark
        for violation in page.evaluate("options => axe.run({ exclude: ['.main-svg'] }, options)", options | colours)[
            "violations"
        ]:
            if violation["impact"] in ("serious", "critical"):
                found += [f"{scheme}: {violation['id']}: {node['html'][:200]}" for node in violation["nodes"]]
    page.emulate_media(color_scheme="light")
    return found


SEEN = ["", "twins?pin=n:100;right_liars:0.1"]
FURTHER = [page.url_path for page in PAGES if page.url_path not in {path.partition("?")[0] for path in SEEN}]


@pytest.mark.parametrize("path", [*SEEN, *(pytest.param(path, marks=wide) for path in FURTHER)])
def test_nothing_stands_in_the_way_of_people(visit: Visit, tab: Page, address: str, axe: str, path: str) -> None:
    if path == "literature":
        tab.goto(f"{address}/{path}")
        tab.wait_for_selector(".js-plotly-plot")
    else:
        visit(path)
    assert obstacles(tab, axe) == []


def test_sliders_are_called_by_words_and_the_picture_is_near(visit: Visit) -> None:
    page = visit()
    names = [slider.get_attribute("aria-label") for slider in page.locator("input[type=range]").all()]
    assert names
    assert not [name for name in names if "$" in name or not name]
    page.locator("body").press("Tab")
    skip = page.locator(".live-skip")
    assert skip.evaluate("node => node === document.activeElement")
    skip.press("Enter")
    assert page.locator(".live-figure").evaluate("node => node === document.activeElement")
    page.keyboard.press("Tab")
    assert where_the_focus_is(page) == "the dot"
    page.evaluate("document.activeElement.blur()")
    stops = []
    while "the menu" not in stops and len(stops) < 80:
        page.keyboard.press("Tab")
        stops.append(where_the_focus_is(page))
    order = list(dict.fromkeys(filter(None, stops)))
    assert order == ["a preset", "a choice", "a slider", "the dot", "what is saved", "a button", "the menu"]
    assert stops.index("a preset") == 1  # beside the link to skip, nothing is before them
    assert stops.index("a slider") < 12
    assert stops.count("a choice") == page.locator("[data-testid=stSidebar] [role=radiogroup]").count()
    page.keyboard.press("Shift+Tab")
    assert where_the_focus_is(page) != "the menu"


def where_the_focus_is(page: Page) -> str:
    """What kind of thing has the focus, "" for what stands between."""
    kinds = {
        "a preset": ".st-key-presets *",
        "a choice": "[data-testid=stSidebar] [role=radio]",
        "a slider": "[data-testid=stSidebar] input[type=range]",
        "the dot": ".live-stage [role=slider]",
        "what is saved": ".live-save *",
        "a button": ".st-key-buttons *",
        "the menu": "[data-testid=stTopNavLink]",
    }
    focused = "selector => document.activeElement.matches(selector)"
    return next((kind for kind, selector in kinds.items() if page.evaluate(focused, selector)), "")


def test_the_figure_is_saved_at_slide_size(page: Page) -> None:
    saved = {}
    for kind in ("svg", "png"):
        with page.expect_download() as download:
            page.locator(f".live-save button[data-format={kind}]").click()
        assert download.value.suggested_filename == f"rl-versus-filtering.{kind}"
        saved[kind] = download.value.path().read_bytes()
    for words in (b"What we want: truth", b"Keeping the best of 64", b"best of 64", b"n = 64", page.url.encode()):
        assert words in saved["svg"]
    assert b'width="1280" height="720"' in saved["svg"]
    width, height = saved["png"][16:20], saved["png"][20:24]
    assert (int.from_bytes(width), int.from_bytes(height)) == (1920, 1080)


def test_the_point_and_the_threshold_move_the_slider(visit: Visit) -> None:
    page = visit("filters?method=Filter&threshold=1&against=own+pressure")
    for grip, pixels in (("point", 40), ("threshold", -30)):
        before, shown = slider_value(page, "threshold"), readouts(page)
        box = page.locator(f".live-grip.{grip}").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(1, 11):
            page.mouse.move(x + pixels * step / 10, y)
            page.wait_for_timeout(25)
        settle(page, "threshold")
        value = slider_value(page, "threshold")
        box = page.locator(f".live-grip.{grip}").bounding_box()
        assert box["x"] + box["width"] / 2 == pytest.approx(x + pixels, abs=6)  # a step of the slider is 5 pixels wide
        assert (float(value) - float(before)) * pixels > 0
        assert readouts(page) != shown
        page.mouse.up()
        page.wait_for_url(f"**/*threshold={value}")
    page.locator(".live-grip.point").press("ArrowRight")
    settle(page, "threshold")
    assert float(slider_value(page, "threshold")) == pytest.approx(float(value) + 0.05)


def test_a_pointer_reads_every_curve_at_one_place(visit: Visit) -> None:
    page = visit("goodhart-mixture")
    area = page.locator(".live-reading").bounding_box()
    page.mouse.move(area["x"] + 0.7 * area["width"], area["y"] + 0.7 * area["height"])
    card = page.locator(".live-reading .card")
    card.wait_for()
    lines = card.inner_text().split("\n")
    assert re.fullmatch(r"KL 4\.\d\d nats · mean truth", lines[0])
    assert [name.split(" ")[0] for name in lines[1::2]] == ["filter", "best", "Boltzmann,"]
    heights = [float(text.replace("−", "-")) for text in lines[2::2]]
    assert heights == sorted(heights, reverse=True)
    page.mouse.move(area["x"] - 60, area["y"])
    card.wait_for(state="hidden")


GHOSTS = "goodhart-mixture?n=1000&pin=n:64;n:64,liars:0.001;world:Blend,n:100"


@pytest.mark.parametrize(
    "path", [GHOSTS, *(pytest.param(path, marks=wide) for path in ("compare", "best-of-n", "filters", "twins"))]
)
def test_names_lie_on_nothing(visit: Visit, path: str) -> None:
    page = visit(path)
    boxes = [name.bounding_box() for name in page.locator(".live-labels text").all()]
    assert len(boxes) >= 8
    for k, one in enumerate(boxes):
        for other in boxes[:k]:
            apart = (
                one["x"] >= other["x"] + other["width"] - 1
                or other["x"] >= one["x"] + one["width"] - 1
                or one["y"] >= other["y"] + other["height"] - 6
                or other["y"] >= one["y"] + one["height"] - 6
            )
            assert apart, (one, other)


@wide
def test_the_link_to_take_away_opens_the_same_page_and_what_is_pinned_goes_along(visit: Visit, address: str) -> None:
    page = visit("goodhart-mixture?n=25.695164967211433&liar_truth=-1.5&against=samples")
    numbers = {key: numbers_on_slider(page, key) for key in ("n", "liar_truth")}
    assert numbers == {"n": ["25.7", "1", "1.0 × 10⁹"], "liar_truth": ["−1.50", "−4.00", "2.00"]}
    page.get_by_role("button", name="Pin").click()
    page.wait_for_url("**/*pin=*")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "mixture.json?" in request.url else None)
    press_and_move(page, "liars", -10)
    settle(page, "liars")
    assert all("&pin=method%3ABest-of-n%2C" in url for url in asked)
    names = page.locator(".live-labels text", has_text="pinned: w = 0.02")
    assert names.count() == 4  # in every panel
    page.mouse.up()
    page.wait_for_function("document.querySelector('.live-figure')?.dataset.drawn === ''")
    with page.expect_download() as download:
        page.locator(".live-save button[data-format=svg]").click()
    assert download.value.path().read_bytes().count(b"pinned: w = 0.02") >= 5  # and in the small print
    before = readouts(page)
    page.get_by_text("Take away").click()
    link = page.locator("[data-testid=stCode]").first.inner_text()
    assert link.startswith(f"{address}/goodhart-mixture?method=Best-of-n&")
    assert "&n=25.695164967211433&" in link
    assert "&against=samples&pin=method" in link
    page.goto(link)
    page.wait_for_selector(".live-figure .main-svg")
    assert readouts(page) == before
    press_and_move(page, "n", 60)
    settle(page, "n")
    there = stops(BestOfN.knob(), 25.695164967211433)[int(slider_value(page, "n"))]
    assert there > 1e3
    assert numbers_on_slider(page, "n")[0] == count(math.log(there))
    page.mouse.up()
    area = page.locator(".live-reading").bounding_box()
    page.mouse.move(area["x"] + 0.5 * area["width"], area["y"] + 0.7 * area["height"])
    low, high = axis_ranges(page)["xaxis4"]
    number, _, words = page.locator(".live-reading .card b").inner_text().partition(" ")
    assert float(number.replace(",", "")) == pytest.approx(10 ** ((low + high) / 2), rel=0.02)
    assert words == "base samples per output · mean truth"


def numbers_on_slider(page: Page, key: str) -> list[str]:
    """What is written over the thumb and at the ends."""
    places = ("[data-testid=stSliderThumbValue] p", "[data-testid=stSliderTickBar] p")
    return [text for place in places for text in page.locator(f".st-key-{key} {place}").all_text_contents()]


def lines_of(page: Page) -> list[str]:
    """All that is said and written; Plotly keeps the marks of an axis in any order."""
    return sorted(page.locator(".live").inner_text().split("\n"))


def picture(page: Page) -> Image.Image:
    """The figure’s pixels, when nothing moves in it any more."""
    page.wait_for_function("!document.querySelector('.live-figure').getAnimations({ subtree: true }).length")
    return Image.open(io.BytesIO(page.locator(".live-figure").screenshot())).convert("RGB")


@pytest.mark.parametrize(
    ("path", "slider", "pixels"),
    [
        ("goodhart-mixture?against=samples", "n", 60),
        pytest.param("rl-versus-filtering", "mu_c", -50, marks=wide),
        pytest.param("compare?against=mean+persuasiveness", "target_kl", 30, marks=wide),
        pytest.param("compare?target_kl=2.3", "target_kl", 8, marks=wide),  # beyond 2.4 another method is the best
        pytest.param("nearest-tokens", "between_share", 40, marks=wide),
        pytest.param("rl-versus-filtering?world=Routing", "alpha", 30, marks=wide),
        pytest.param("best-of-n", "liars", -40, marks=wide),
        pytest.param("boltzmann?against=own+pressure", "strength", -30, marks=wide),
        pytest.param("filters", "fraction", -40, marks=wide),
        pytest.param("tails?against=√KL", "threshold", 40, marks=wide),
        pytest.param("twins", "n", 40, marks=wide),
        pytest.param("inductive-bias", "strength", 40, marks=wide),
        pytest.param("dark-room", "episode", 40, marks=wide),
    ],
)
def test_every_page_follows_the_finger_and_on_release_nothing_changes(
    visit: Visit, path: str, slider: str, pixels: int
) -> None:
    """Pixel by pixel; an edge may be smoothed otherwise."""
    page = visit(path)
    assert "does not seem to exist" not in page.inner_text("body")
    remember_the_node(page)
    before, drawn = readouts(page), page.locator(".live-figure .main-svg").first.inner_html()
    press_and_move(page, slider, pixels)
    settle(page, slider)
    assert readouts(page) != before
    assert page.locator(".live-figure .main-svg").first.inner_html() != drawn
    said = ""
    while said != (said := page.locator(".live").inner_text()):  # until what stands below has followed, too
        page.wait_for_timeout(800)
    ranges, dragged, words = axis_ranges(page), picture(page), lines_of(page)
    page.mouse.up()
    page.wait_for_url(f"**/*{slider}=*")
    page.wait_for_function("document.querySelector('.live-figure')?.dataset.drawn === ''")
    assert is_the_same_node(page)
    assert axis_ranges(page) == ranges
    assert lines_of(page) == words
    settled = picture(page)
    difference = np.asarray(ImageChops.difference(dragged.convert("L"), settled.convert("L")))
    assert np.max(difference) < 64
    assert np.mean(difference > 0) < 0.01
    assert np.max(np.asarray(ImageChops.difference(dragged, settled))) < 96  # red, green, blue


def count_drawings(page: Page) -> None:
    """From now on, in `window.anew`: how often Plotly draws anew."""
    page.evaluate(
        "() => { const { react } = Plotly; window.anew = 0; Plotly.react = (...all) => (window.anew++, react(...all)) }"
    )


def test_a_drag_moves_what_is_drawn_and_draws_anew_only_where_axes_change(visit: Visit) -> None:
    page = visit("goodhart-mixture?draw=1&n=64")
    count_drawings(page)
    path = "document.querySelector('.live-figure .x4y4 .js-line').getAttribute('d')"
    ring = "[...document.querySelectorAll('.live-figure .x3y3 .point')].at(-1).getAttribute('transform')"
    before, ringed, ranges = page.evaluate(path), page.evaluate(ring), axis_ranges(page)
    press_and_move(page, "liar_truth", 6)
    settle(page, "liar_truth")
    assert page.evaluate(path) != before
    assert page.evaluate(ring) != ringed  # a liar’s
    assert axis_ranges(page) == ranges
    assert page.evaluate("window.anew") == 0


@pytest.mark.parametrize(
    "path", [PAGE.url_path, *(pytest.param(page.url_path, marks=wide) for page in LIVE_PAGES if page is not PAGE)]
)
def test_plotlys_inside_is_as_it_is_known_to_be(visit: Visit, tab: Page, path: str) -> None:
    """Of the figure and of what stands below it, as a triangle without axes."""
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    page = visit(path)
    page.wait_for_timeout(1000)
    assert not [text for text in said if "Plotly" in text]


def test_new_axes_leave_what_stands_on_them_to_the_finger(visit: Visit) -> None:
    """Neither a new drawing of the traces nor a title that stays where longer numbers were; release changes nothing."""
    page = visit("compare")
    count_drawings(page)
    place = "document.querySelector('.live-figure .y4title').getAttribute('x')"
    lines = "[...document.querySelectorAll('.live-figure .js-line')].map((line) => line.getAttribute('d')).join()"
    page.evaluate(
        f"""() => {{
          const {{ relayout }} = Plotly
          window.kept = []
          Plotly.relayout = async (...all) => {{
            const before = {lines}
            await relayout(...all)
            window.kept.push(before === {lines})
          }}
        }}"""
    )
    ranges, before = axis_ranges(page), page.evaluate(place)
    press_and_move(page, "target_kl", 60)
    settle(page, "target_kl")
    assert axis_ranges(page) != ranges
    assert page.evaluate("window.kept.length && window.kept.every(Boolean)")
    assert page.evaluate("window.anew") == 0
    moved = page.evaluate(place)
    assert moved != before
    page.mouse.up()
    page.wait_for_function("document.querySelector('.live-figure')?.dataset.drawn === ''")
    assert page.evaluate(place) == moved


def test_on_new_axes_points_have_their_colours(visit: Visit) -> None:
    """Those of the first picture, which they had not just before."""
    page = visit("compare?target_kl=2.5")
    colours = "[...document.querySelectorAll('.live-figure .point')].map((point) => point.style.fill)"
    ranges, start, first = axis_ranges(page), thumb(page, "target_kl"), page.evaluate(colours)
    press_and_move(page, "target_kl", -8)  # another method is the best
    settle(page, "target_kl")
    assert page.evaluate(colours) != first
    page.mouse.move(start[0] + 70, start[1])
    settle(page, "target_kl")
    assert axis_ranges(page) != ranges
    dragged = page.evaluate(colours)
    page.mouse.up()
    page.wait_for_url("**/*target_kl=*")
    page.wait_for_function("document.querySelector('.live-figure')?.dataset.drawn === ''")
    assert page.evaluate(colours) == dragged


def test_the_dot_stays_where_the_ring_of_the_peak_has_left(visit: Visit) -> None:
    """Plotly draws the one in the other’s node, which had been hidden."""
    page = visit("goodhart-mixture?n=400")
    seen = (
        "[...document.querySelectorAll('.live-figure .x4y4 .point')].filter((point) => point.checkVisibility()).length"
    )
    assert page.evaluate(seen) == 2
    press_and_move(page, "liars", -300)
    settle(page, "liars")
    assert page.evaluate(seen) == 1
    page.mouse.up()
    page.wait_for_url("**/*liars=*")
    page.wait_for_function("document.querySelector('.live-figure')?.dataset.drawn === ''")
    assert page.evaluate(seen) == 1


def test_another_best_method_is_drawn_in_the_colours_of_the_last_ones_line(visit: Visit) -> None:
    page = visit("compare?target_kl=2.3")
    count_drawings(page)
    heaviest = "[...document.querySelectorAll('.live-figure .x4y4 .js-line')].at(-1).style"
    before = page.evaluate(f"[{heaviest}.stroke, {heaviest}.strokeWidth, {heaviest}.strokeDasharray]")
    press_and_move(page, "target_kl", 8)
    settle(page, "target_kl")
    after = page.evaluate(f"[{heaviest}.stroke, {heaviest}.strokeWidth, {heaviest}.strokeDasharray]")
    assert after[0] != before[0]
    assert after[1:] == before[1:]
    assert page.evaluate("window.anew") == 0


def test_axes_stand_still_or_ease(page: Page) -> None:
    x, y = thumb(page, "mu_c")
    press_and_move(page, "mu_c", 60)
    settle(page, "mu_c")
    wide = axis_ranges(page)
    page.mouse.move(x + 40, y)
    settle(page, "mu_c")
    assert axis_ranges(page) == wide
    page.mouse.up()


def test_a_drag_of_the_pressure_leaves_the_curve_where_it_is(visit: Visit) -> None:
    page = visit("boltzmann?strength=1")
    before = axis_ranges(page)["xaxis4"]
    press_and_move(page, "strength", -10)
    settle(page, "strength")
    assert axis_ranges(page)["xaxis4"] == before


def test_without_plotlys_inside_the_picture_follows_all_the_same(visit: Visit, tab: Page) -> None:
    """Another name inside Plotly, as a later version may have."""

    def renamed(route: Route) -> None:
        body = route.fetch().text().replace("_plots", "_plotz")
        route.fulfill(body=body, content_type="text/javascript", headers={"Cache-Control": "no-store"})

    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.route("**/live/plotly-*", renamed)
    page = visit()
    before = page.locator(".live-figure .main-svg").first.inner_html()
    press_and_move(page, "mu_a", 40)
    settle(page, "mu_a")
    assert page.locator(".live-figure .main-svg").first.inner_html() != before
    assert len([text for text in said if "Plotly.react alone" in text]) == 1


def test_what_stands_below_follows_too(page: Page) -> None:
    def below() -> tuple[str, str]:
        path = page.locator(".live-plates .js-line").nth(3).get_attribute("d")
        return page.locator(".live-why").inner_text(), path or ""

    before = below()
    page.locator(".live-plates").scroll_into_view_if_needed()
    press_and_move(page, "mu_a", 60)
    settle(page, "mu_a")
    page.wait_for_function("old => document.querySelector('.live-why')?.innerText !== old", arg=before[0])
    page.wait_for_timeout(300)
    dragged = below()
    assert dragged[0] != before[0]
    assert dragged[1] != before[1]
    page.mouse.up()
    page.wait_for_url("**/*mu_a=*")
    page.wait_for_timeout(500)
    assert below()[0] == dragged[0]


def test_a_burst_of_keys_is_live_one_commit_and_one_step_back(visit: Visit) -> None:
    page = visit()
    page.evaluate(
        """() => { window.seen = new Set(); new MutationObserver(() => window.seen.add(
             document.querySelector(".live-readouts .value").innerText)).observe(
             document.querySelector(".live-figure"), { attributeFilter: ["data-drawn"] }) }"""
    )
    before, start = readouts(page), page.url
    page.locator(".st-key-mu_a input[type=range]").focus()
    page.evaluate(  # by the page’s own clock, which a busy machine does not run ahead of
        """async () => { for (let k = 0; k < 20; k++) {
             document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true }))
             await new Promise((resolve) => setTimeout(resolve, 33)) } }"""
    )
    assert page.evaluate("window.seen.size") >= 5
    assert page.url == start
    page.wait_for_url("**/*mu_a=2*")
    page.wait_for_timeout(500)
    assert readouts(page)[0] == "1.850"
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("old => document.querySelector('.live-readouts .value')?.innerText === old", arg=before[0])
    assert page.get_by_role("button", name="Undo").is_disabled()
    for way, truth in ((page.go_back, "1.850"), (page.go_back, before[0]), (page.go_forward, "1.850")):
        at_rest(page)
        way()
        page.wait_for_function(
            "truth => document.querySelector('.live-readouts .value')?.innerText === truth", arg=truth
        )
    at_rest(page)
    page.locator(".st-key-presets button").first.click()  # of two settings, and one step back
    page.wait_for_url("**/*mu_c=3.5*")
    at_rest(page)
    page.get_by_role("link", name="Compare").click()
    page.wait_for_function("document.querySelector('h1')?.innerText === 'Compare'")
    at_rest(page)
    page.go_back()
    page.wait_for_url("**/rl-versus-filtering?mu_c=3.5")
    at_rest(page)
    page.go_back()
    page.wait_for_function("document.querySelector('.live-readouts .value')?.innerText === '1.850'")
    assert "mu_a=2" in page.url
    assert "mu_c" not in page.url


def test_every_key_of_a_slider(page: Page) -> None:
    slider = page.locator(".st-key-mu_a input[type=range]")
    for key, value in {"PageUp": "1.6", "PageDown": "1", "ArrowLeft": "0.95", "Home": "-2", "End": "4"}.items():
        slider.press(key)
        settle(page, "mu_a")
        assert slider_value(page, "mu_a") == value
    page.wait_for_url("**/*mu_a=4*")


def asked(page: Page, *statuses: int) -> list[float]:
    """The values of μ_A that have been asked for, or answered by one of the `statuses`."""
    return [float(each["settings"]["mu_a"]) for each in questions(page) if not statuses or each["status"] in statuses]


def test_the_last_value_is_asked_for_even_when_it_is_let_go_at_once(page: Page) -> None:
    x, y = thumb(page, "mu_a")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y)
    page.mouse.move(x + 60, y)
    page.mouse.up()
    page.wait_for_url("**/*mu_a=*")
    until(page, lambda: float(slider_value(page, "mu_a")) in asked(page))


def test_the_next_places_are_asked_for_beforehand_and_none_is_asked_twice(browser: Browser, address: str) -> None:
    with closing(browser.new_context(viewport={"width": 1440, "height": 900})) as context:
        page = context.new_page()
        page.goto(f"{address}/rl-versus-filtering")
        page.wait_for_selector(".live-figure .main-svg")
        at_rest(page)
        x, y = thumb(page, "mu_a")
        page.mouse.move(x, y)
        page.mouse.down()
        until(page, lambda: {0.95, 1.05} <= set(asked(page)))  # on either side of where it is
        page.mouse.move(x + 2.2, y)
        settle(page, "mu_a")
        assert slider_value(page, "mu_a") == "1.05"
        until(page, lambda: {1.1, 1.15} <= set(asked(page)))  # on the way that it has taken
        page.mouse.move(x, y)
        settle(page, "mu_a")
        until(page, lambda: 0.9 in asked(page))  # and back, past what is known
        answered = asked(page, 200)
        assert len(set(answered)) == len(answered)


def test_a_committed_value_wins_over_a_slow_answer(page: Page) -> None:
    """An answer that comes after the commit never shows."""
    before = readouts(page)
    page.route("**/live/*.json*", lambda route: (page.wait_for_timeout(400), route.continue_()))
    press_and_move(page, "mu_a", 60)
    page.mouse.up()
    page.wait_for_url("**/*mu_a=*")
    until(page, lambda: readouts(page) != before)
    page.wait_for_timeout(1200)
    committed = PAGE.answer({"mu_a": slider_value(page, "mu_a")})
    assert readouts(page) == [readout["value"] for readout in committed["readouts"]]


def test_a_filter_that_keeps_nothing_and_the_way_back(visit: Visit) -> None:
    page = visit("rl-versus-filtering?method=Filter&sigma_a=0&sigma_c=0.1&threshold=2")
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
