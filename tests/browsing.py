"""What the tests in a browser do with their hands and eyes."""

import time
from collections.abc import Callable

from playwright.sync_api import Page


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
    for step in range(1, 7):
        page.mouse.move(x + pixels * step / 6, y)
        page.wait_for_timeout(25)


def slider_value(page: Page, key: str) -> str:
    return page.locator(f".st-key-{key} input[type=range]").input_value()


def readouts(page: Page) -> list[str]:
    return page.locator(".live-readouts .value").all_inner_texts()


def count_questions(page: Page) -> list[str]:
    """A list that grows by every picture asked for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "filtering.json?" in request.url else None)
    return asked


def questions(page: Page) -> list[dict]:
    """Every picture asked for and answered or given up, by the page's own clock: its settings, when, and the answer's status."""
    return page.evaluate(
        """() => performance.getEntriesByType("resource").filter(({name}) => name.includes("filtering.json?")).map((entry) => ({
             settings: Object.fromEntries(new URL(entry.name).searchParams),
             start: entry.startTime,
             status: entry.responseStatus,
           }))"""
    )


def settle(page: Page, key: str, within: float = 30.0) -> None:
    """Wait until the picture shows the value under the thumb, `within` so many seconds."""
    page.wait_for_function(
        """key => document.querySelector(".live-figure").dataset.drawn ===
               `${key}=${Number(document.querySelector(`.st-key-${key} input[type=range]`).value)}`""",
        arg=key,
        timeout=1000 * within,
    )


def at_rest(page: Page) -> None:
    """Wait until no script runs."""
    page.wait_for_timeout(150)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def remember_the_node(page: Page) -> None:
    page.evaluate("window.firstNode = document.querySelector('.live-figure')")


def is_the_same_node(page: Page) -> bool:
    return page.evaluate("window.firstNode === document.querySelector('.live-figure') && window.firstNode.isConnected")


def axis_ranges(page: Page) -> dict[str, list[float]]:
    return page.evaluate(
        """() => Object.fromEntries(Object.entries(document.querySelector(".live-figure").layout)
                 .filter(([name]) => /^[xy]axis/.test(name)).map(([name, axis]) => [name, axis.range]))"""
    )


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until `holds`, for thirty seconds at most."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)
