"""What the tests in a browser do with their hands and eyes."""

import json
import time
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from playwright.sync_api import Page

from dashboard.story.story import NAMED, place


class WebKit:
    """Of Playwright's Page, its mouse and its keyboard what the tests in three browsers use, over WebDriver."""

    KEYS: ClassVar = {
        "Tab": 4,
        "Enter": 7,
        "Shift": 8,
        "Escape": 12,
        "PageUp": 14,
        "PageDown": 15,
        "End": 16,
        "Home": 17,
    }
    KEYS |= {f"Arrow{way}": 18 + k for k, way in enumerate(("Left", "Up", "Right", "Down"))}

    def __init__(self, driver: str, capabilities: dict[str, object]) -> None:
        self.session = f"{driver}/session"
        self.session += "/" + self._ask("", capabilities={"alwaysMatch": capabilities})["sessionId"]
        self.mouse = self.keyboard = self

    def _ask(self, what: str, method: str = "POST", **said: object) -> Any:
        body = json.dumps(said).encode() if method == "POST" else None
        try:
            with urlopen(Request(self.session + what, body, method=method), timeout=60) as answer:
                return json.load(answer)["value"]
        except HTTPError as error:
            raise RuntimeError(error.read().decode()) from None

    def close(self) -> None:
        self._ask("", "DELETE")

    @property
    def url(self) -> str:
        return self._ask("/url", "GET")

    def goto(self, url: str) -> None:
        self._ask("/url", url=url)

    def go_back(self) -> None:
        self._ask("/back")

    def go_forward(self) -> None:
        self._ask("/forward")

    def reload(self) -> None:
        self._ask("/refresh")

    def set_viewport_size(self, size: dict[str, int]) -> None:
        self._ask("/window/rect", **size)
        frame = size["height"] - self.evaluate("window.innerHeight")
        self._ask("/window/rect", **size | {"height": size["height"] + frame})

    def evaluate(self, script: str, arg: object = None) -> Any:
        call = f"const it = ({script}); return typeof it === 'function' ? it(arguments[0]) : it"
        return self._ask("/execute/sync", script=call, args=[arg])

    def wait_for_function(self, script: str, arg: object = None, timeout: float = 30_000) -> None:
        until(self, lambda: self.evaluate(script, arg), lambda: script, timeout / 1000)

    def wait_for_timeout(self, milliseconds: float) -> None:
        time.sleep(milliseconds / 1000)

    def move(self, x: float, y: float) -> None:
        self._act("pointer", {"type": "pointerMove", "duration": 0, "x": round(x), "y": round(y)})

    def down(self) -> None:
        self._act("pointer", {"type": "pointerDown", "button": 0})

    def up(self) -> None:
        self._act("pointer", {"type": "pointerUp", "button": 0})

    def press(self, keys: str) -> None:
        codes = [chr(0xE000 + self.KEYS[key]) if key in self.KEYS else key for key in keys.split("+")]
        ups = [{"type": "keyUp", "value": code} for code in reversed(codes)]
        self._act("key", *({"type": "keyDown", "value": code} for code in codes), *ups)

    def _act(self, kind: str, *actions: dict[str, object]) -> None:
        self._ask("/actions", actions=[{"type": kind, "id": kind, "actions": actions}])


FIND = """([selector, text]) => [...document.querySelectorAll(selector)].find(
             (node) => node.textContent.includes(text) && node.checkVisibility({ visibilityProperty: true, opacityProperty: true }))"""


def is_seen(page: Page | WebKit, selector: str, text: str = "") -> bool:
    return page.evaluate(f"found => Boolean(({FIND})(found))", [selector, text])


def middle(page: Page | WebKit, selector: str, text: str = "", scroll: bool = True) -> tuple[float, float]:
    """The centre of the first to be seen that `selector` finds and that says `text`, when it is there and rests, in pixels."""
    until(page, lambda: is_seen(page, selector, text), lambda: f"{selector} {text}")
    x, y = page.evaluate(
        f"""async ([scroll, ...found]) => {{
             const node = ({FIND})(found)
             if (scroll) node.scrollIntoView({{ block: "nearest" }})
             let [now, before] = [node.getBoundingClientRect()]
             while (now.left !== before?.left || now.top !== before.top) {{
               await new Promise(requestAnimationFrame)
               before = now
               now = node.getBoundingClientRect()
             }}
             return [now.left + now.width / 2, now.top + now.height / 2]
           }}""",
        [scroll, selector, text],
    )
    return x, y


def click(page: Page | WebKit, selector: str, text: str = "") -> None:
    """With the mouse, on what `selector` and `text` find, as `middle`."""
    page.mouse.move(*middle(page, selector, text))
    page.mouse.down()
    page.mouse.up()


THUMB = ".st-key-{} :has(> [data-testid=stSliderThumbValue])"


def thumb(page: Page | WebKit, key: str) -> tuple[float, float]:
    """The centre of a slider's thumb, in pixels."""
    return middle(page, THUMB.format(key), scroll=False)


def pull(page: Page | WebKit, selector: str, pixels: float) -> None:
    """Take what `selector` finds and move it aside without letting go."""
    x, y = middle(page, selector)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 7):
        page.mouse.move(x + pixels * step / 6, y)
        page.wait_for_timeout(25)


def press_and_move(page: Page | WebKit, key: str, pixels: float) -> None:
    """Take a slider's thumb and move it without letting go."""
    pull(page, THUMB.format(key), pixels)


def slider_value(page: Page | WebKit, key: str) -> str:
    return page.evaluate("key => document.querySelector(`.st-key-${key} input[type=range]`).value", key)


def readouts(page: Page | WebKit) -> list[str]:
    return page.evaluate("[...document.querySelectorAll('.live-readouts .value')].map((value) => value.innerText)")


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


def settle(page: Page | WebKit, key: str, within: float = 30.0) -> None:
    """Wait until the picture shows the value under the thumb, `within` so many seconds; or has it committed already."""
    page.wait_for_function(
        """key => { const { drawn } = document.querySelector(".live-figure")?.dataset ?? {}
             const said = `${key}=${Number(document.querySelector(`.st-key-${key} input[type=range]`).value)}`
             return drawn === said || (drawn === "" && location.search.slice(1).split("&").includes(said)) }""",
        arg=key,
        timeout=1000 * within,
    )


def at_rest(page: Page | WebKit) -> None:
    """Wait until no script runs."""
    page.wait_for_timeout(150)
    page.wait_for_function("document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'")


def remember_the_node(page: Page) -> None:
    page.evaluate("window.firstNode = document.querySelector('.live-figure')")


def is_the_same_node(page: Page) -> bool:
    return page.evaluate("window.firstNode === document.querySelector('.live-figure') && window.firstNode.isConnected")


def axis_ranges(page: Page) -> dict[str, list[float]]:
    return page.evaluate(
        """() => Object.fromEntries(Object.entries(document.querySelector(".live-figure").layout)
                 .filter(([name]) => /^[xy]axis/.test(name)).map(([name, axis]) => [name, axis.range]))"""
    )


def until(
    page: Page | WebKit, holds: Callable[[], object], wanted: Callable[[], str] = lambda: "", within: float = 30.0
) -> None:
    """Wait until `holds`, `within` so many seconds; `wanted` says what would not."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, wanted()
        page.wait_for_timeout(50)


def shows(page: Page | WebKit, number: str, answered: bool = True) -> None:
    """Wait until the scene is there, its question answered or open."""
    page.wait_for_function(
        """([title, place, sliders]) => document.querySelector("h1")?.innerText === title &&
               document.querySelector(".stage-place")?.textContent === place &&
               document.querySelectorAll(".st-key-under input[type=range]").length === sliders &&
               document.querySelector("[data-testid=stApp]").dataset.testScriptState === 'notRunning'""",
        arg=[NAMED[number].title, place(number), len(NAMED[number].sliders) if answered else 0],
    )


def keys(page: Page | WebKit, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)
