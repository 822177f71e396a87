"""A real drag of a slider in headless Chromium, and what `watch.js` saw of it."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, ViewportSize
from playwright.sync_api import TimeoutError as TooLongError
from sides import Side

SECONDS = 3.0
PIXELS = 110  # of the slider's 238, on every side
VIEWPORT: ViewportSize = {"width": 1440, "height": 900}
LONGEST_START_MS = 60_000
TREMORS = 9  # a second, of a hand
REST_MS = 1000  # before a drag, and after its last picture: what follows a release may still replace or fade the figure
LONGEST_MS = 8000  # from the release to the last picture
WATCH = (Path(__file__).parent / "watch.js").read_text()


class Split(NamedTuple):
    """Where the milliseconds of one picture's lag went: until it was asked for, solving and the wire, drawing, painting."""

    wait: float
    answer: float
    draw: float
    paint: float


@dataclass(frozen=True)
class Drag:
    """One drag, of the log that `watch.js` kept; milliseconds. `stops`: the settings at the slider's places, if they are not
    their own numbers.

    A value is passed when the slider shows it in some animation frame between press and release, and its lag is the time
    from that frame to the painted picture of it.
    """

    log: dict[str, Any]
    stops: Sequence[float] | None = None

    @cached_property
    def passed(self) -> dict[float, float]:
        """When each value was first shown."""
        shown = {float(value): when for value, when in self.log["shown"].items()}
        return {
            value: when for value, when in shown.items() if when > self.log["pressed"] and value != self.log["start"]
        }

    @cached_property
    def pictures(self) -> dict[float, tuple[float, float]]:
        """When the picture of each passed value was first drawn, and painted."""
        first: dict[float, tuple[float, float]] = {}
        for value, drawn, painted in self.log["pictures"]:
            if value in self.passed:
                first.setdefault(value, (drawn, painted))
        return first

    @property
    def lags(self) -> list[float]:
        return [painted - self.passed[value] for value, (_, painted) in self.pictures.items()]

    @property
    def splits(self) -> list[Split]:
        """Of the pictures whose question was seen: none where numbers come over a socket. What was asked or answered before
        the value was passed took none of its lag.
        """
        answers = {value: (asked, answered) for value, asked, answered in self.log["answers"]}
        splits = []
        for value, (drawn, painted) in self.pictures.items():
            setting = round(self.stops[int(value)], 9) if self.stops else value
            asked, answered = (max(when, self.passed[value]) for when in answers.get(setting, (0.0, drawn + 1)))
            if answered <= drawn:
                splits.append(Split(asked - self.passed[value], answered - asked, drawn - answered, painted - drawn))
        return splits

    @property
    def rate(self) -> float:
        """Pictures a second, of different values, painted before the release."""
        released = self.log["released"]
        painted_by_then = sum(painted <= released for _, painted in self.pictures.values())
        return 1000 * painted_by_then / (released - self.log["pressed"])

    @property
    def lost(self) -> float:
        """The share of the values passed that was never drawn."""
        return 1 - len(self.pictures) / len(self.passed)

    @property
    def settled(self) -> float | None:
        """From the release to the picture of the last value; 0 where it was there already, None where it did not come."""
        last = self.pictures.get(self.log["last"])
        return last and max(0.0, last[1] - self.log["released"])

    @property
    def kilobytes(self) -> float | None:
        """Received for each picture, from the press to the last one; uncompressed where it came over a socket."""
        return self.log["bytes"] and self.log["bytes"] / 1000 / len(self.pictures)


@contextmanager
def visit(chromium: Browser, port: int, side: Side, path: str | None = None) -> Iterator[Page]:
    """A page of a visitor who has nothing of it yet, when it shows its first picture: the side's own, or that at `path`."""
    with closing(chromium.new_context(viewport=VIEWPORT)) as context:
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(f"http://127.0.0.1:{port}/{side.path if path is None else path}")
        page.wait_for_selector(f"{side.figure} .main-svg", timeout=LONGEST_START_MS)
        yield page


def size_of_figure(page: Page, side: Side) -> tuple[int, int]:
    box = page.locator(f"{side.figure} .main-svg").first.bounding_box()
    assert box
    return round(box["width"]), round(box["height"])


def steadily(share: float) -> float:
    """How far the mouse has come after a share of the time."""
    return share


def by_hand(share: float) -> float:
    """The same, slow at both ends and with a tremor of a pixel."""
    return share**2 * (3 - 2 * share) + math.sin(2 * math.pi * TREMORS * SECONDS * share) / PIXELS


def drag(
    page: Page, side: Side, key: str, stops: Sequence[float] | None = None, way: Callable[[float], float] = steadily
) -> Drag:
    """Take the thumb of the slider `key`, move it towards its roomier end, and let go."""
    page.wait_for_timeout(REST_MS)
    thumb, grip = side.thumb.format(key=key), page.locator(side.grip.format(key=key))
    grip.scroll_into_view_if_needed()
    goes_right = page.evaluate("(followed) => watch.start(...followed)", [thumb, side.figure, key])
    box = grip.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    pixels = PIXELS if goes_right else -PIXELS
    page.mouse.move(x, y)
    page.mouse.down()
    start = time.perf_counter()
    while (elapsed := time.perf_counter() - start) < SECONDS:
        page.mouse.move(x + pixels * way(elapsed / SECONDS), y)
        time.sleep(0.008)
    page.mouse.up()
    with suppress(TooLongError):  # the report says so
        page.wait_for_function("watch.done", timeout=LONGEST_MS)
    page.wait_for_timeout(REST_MS)
    return Drag(page.evaluate("watch.log"), stops)
