"""What the dashboard leans on inside Streamlit and Plotly, each named where it is missing; and that a page does without."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit
from browsing import at_rest, click, press_and_move, readouts, thumb, until
from conftest import ROOT, kept_whole
from playwright.sync_api import Browser, Page

from dashboard.live.modules import MODULES, module_path

Visit = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("second browser")]

SOURCE = MODULES["streamlit_dom.js"].decode()
PARTS = dict(re.findall(r"^  (\w+): [\"`](.+?)[\"`],", SOURCE.partition("PARTS = {")[2].partition("\n}")[0], re.M))


def exported(page: Page, module: str, expression: str) -> list[str]:
    """The names in what `expression` makes of a module's exports."""
    return page.evaluate(f"import('./{module_path(module)}').then((module) => ({expression})(module))")


def found(page: Page) -> set[str]:
    there = "({ PARTS }) => Object.keys(PARTS).filter((name) => document.querySelector(PARTS[name]))"
    return set(exported(page, "streamlit_dom.js", there))


def test_all_that_is_leaned_on_of_streamlit_is_there(visit: Visit, tab: Page, address: str) -> None:
    page = visit()
    press_and_move(page, "mu_a", 40)
    seen = found(page)
    page.mouse.up()
    page.wait_for_url("**/*mu_a=*")
    at_rest(page)
    click(page, ".st-key-buttons button", "Type")
    page.wait_for_selector("[role=dialog], [data-testid=stPopoverBody]")
    seen |= found(page)
    tab.goto(f"{address}/literature")
    tab.wait_for_selector("table")
    seen |= found(tab)
    tab.set_viewport_size({"width": 390, "height": 844})
    visit()
    seen |= found(tab)
    tab.set_viewport_size({"width": 1440, "height": 900})
    assert set(PARTS) - seen == set()


def test_a_value_set_past_react_is_a_movement(visit: Visit) -> None:
    page = visit()
    exported(page, "slider_dom.js", "({ moveThumb, sliderOf }) => moveThumb(sliderOf('mu_a'), 2.25)")
    page.wait_for_function(
        "document.querySelector('.st-key-mu_a [data-testid=stSliderThumbValue]').innerText === '2.25'"
    )


def test_all_that_is_leaned_on_of_plotly_is_there(visit: Visit) -> None:
    page = visit()
    figure = "document.querySelector('.live-figure')"
    missing = f"Object.keys(INTERNALS).filter((name) => !INTERNALS[name]({figure}))"
    nodes = f"Object.keys(NODES).filter((name) => !{figure}.querySelector(NODES[name]))"
    assert exported(page, "plotly_nodes.js", f"({{ INTERNALS, NODES }}) => [...{missing}, ...{nodes}]") == []


def test_every_part_that_styles_name_is_one_of_streamlits() -> None:
    styles = [*(ROOT / "dashboard").glob("*.css"), *(ROOT / "dashboard/live/browser").glob("*.css")]
    named = {name for path in styles for name in re.findall(r'data-testid="(\w+)', path.read_text())}
    scripts = "".join(path.read_text() for path in Path(streamlit.__file__).parent.glob("static/static/js/*.js"))
    assert {name for name in named if not re.search(rf"[\"'`]{name}\b", scripts)} == set()


NAMED_IN_SOURCE = PARTS | {"scriptState": "data-test-script-state", "keyed": ".st-key-"}
SAID = set(re.findall(r'"(\w+)"', SOURCE.partition("const ON_EVERY_PAGE")[2].partition("]\n\n")[0])) | {"keyed"}
READ_THROUGH = {"thumb", "slider"}  # something of theirs is
SEPARATELY = [
    pytest.param((name,), marks=[] if name in READ_THROUGH else [pytest.mark.wide], id=name) for name in NAMED_IN_SOURCE
]


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    with kept_whole(page := context.new_page()):
        yield page
    context.close()


@pytest.mark.parametrize("names", [pytest.param(tuple(PARTS), id="all"), *SEPARATELY])
def test_where_they_are_called_otherwise_sliders_commit_and_the_console_says_so_once(
    phone: Page, address: str, names: tuple[str, ...]
) -> None:
    source = SOURCE
    for name in names:
        assert NAMED_IN_SOURCE[name] in source
        source = source.replace(NAMED_IN_SOURCE[name], "gone")
    said: list[str] = []
    phone.route("**/streamlit_dom.js", lambda route: route.fulfill(body=source, content_type="text/javascript"))
    phone.on("console", lambda message: said.append(message.text))
    phone.goto(f"{address}/goodhart-mixture")
    phone.wait_for_selector(".live-figure .main-svg")
    at_rest(phone)
    cdp, before = phone.context.new_cdp_session(phone), readouts(phone)
    for place in (thumb(phone, "n"), track(phone, "n")):
        link = phone.url
        for kind, points in {"touchStart": [place], "touchMove": [(place[0] + 9, place[1])], "touchEnd": []}.items():
            cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})
            phone.wait_for_timeout(50)
        phone.wait_for_url(lambda url, link=link: url != link)
        at_rest(phone)
    until(phone, lambda: readouts(phone) != before)
    told = [text for text in said if text.startswith("Not found in Streamlit's page: ")]
    missing = {name for text in told for name in re.findall(r"\w+", text.partition(": ")[2].partition(".")[0])}
    assert len(told) <= 1
    assert missing == SAID.intersection(names)


def track(page: Page, key: str) -> tuple[float, float]:
    box = page.locator(f".st-key-{key} [data-testid=stSlider]").bounding_box()
    return box["x"] + 200, box["y"] + box["height"] - 14
