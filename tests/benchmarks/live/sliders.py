"""Which sliders are dragged, and what an answer to one of their values costs over HTTP."""

import http.client
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dashboard.page.controls import stops
from dashboard.page.record import Page
from dashboard.settings import as_text, defaults
from dashboard.views import PAGES
from models.parameters import Parameter

VALUES = 9  # asked for of a slider in a round
LAP = 97.3  # values over as much of a slider as a drag; not whole, so that none comes back in the next lap
WAY = 0.5  # of a slider from its default to the roomier end: about a drag
FIRST_PAGE, FIRST_KEY = "rl-versus-filtering", "mu_c"


@dataclass(frozen=True, eq=False)
class Slider:
    """A slider that is on screen when its page opens."""

    page: Page[Any]
    key: str
    parameter: Parameter
    pressure: bool

    @property
    def path(self) -> str:
        """Where its page is."""
        return self.page.url_path

    @property
    def stops(self) -> list[float] | None:
        """The settings at its places, where they are not their own numbers."""
        return stops(self.parameter, self.parameter.default)

    def value(self, step: int) -> float:
        """The value `step` steps from the default towards the roomier end, lap after lap."""
        knob, way = self.parameter, WAY * (step / LAP % 1)
        if knob.scale == "log":
            far = knob.high if knob.high / knob.default > knob.default / knob.low else knob.low
            return float(knob.default * (far / knob.default) ** way)
        far = knob.high if knob.high - knob.default > knob.default - knob.low else knob.low
        return knob.default + (far - knob.default) * way

    def question(self, step: int) -> str:
        settings = as_text(defaults(self.page.sections) | {self.key: self.value(step)})
        return f"/live/{self.page.url_path}.json?{urlencode(settings)}"


def of_page(page: Page[Any]) -> tuple[Slider, Slider]:
    """The first slider of `page`, which is a pressure, and the first of its world, or of the last section where there is
    none; on `FIRST_PAGE` `FIRST_KEY`.
    """
    start = defaults(page.sections)
    pressures = page.sections[0].visible(start)
    worlds = next(
        (each for each in page.sections if each.choice and each.choice.key == "world"), page.sections[-1]
    ).visible(start)
    pressure, world = next(iter(pressures)), FIRST_KEY if page.url_path == FIRST_PAGE else next(iter(worlds))
    return Slider(page, pressure, pressures[pressure], True), Slider(page, world, worlds[world], False)


LIVE = {page.url_path: of_page(page) for page in PAGES if page.figure}
FIRST = LIVE[FIRST_PAGE][1]


def answer_ratios(port: int, asked: Sequence[Slider], turn: int) -> Iterator[tuple[Slider, float]]:
    """The median answer to `VALUES` successive values of each slider, over that to as many of `FIRST`, asked alternately.

    The server is warm, and meets every value for the first time: `turn` counts the rounds.
    """
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:

        def seconds(slider: Slider, step: int) -> float:
            start = time.perf_counter()
            connection.request("GET", slider.question(step))
            response = connection.getresponse()
            response.read()
            if response.status != http.HTTPStatus.OK:
                raise RuntimeError(f"{slider.question(step)} was answered by {response.status}")
            return time.perf_counter() - start

        for order, slider in enumerate(asked):
            begin = (turn * len(asked) + order) * (VALUES + 1)
            pairs = [(seconds(slider, step), seconds(FIRST, step)) for step in range(begin, begin + VALUES + 1)]
            own, first = (statistics.median(times) for times in zip(*pairs[1:], strict=True))  # the first pair warms
            yield slider, own / first
