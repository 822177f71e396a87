"""A drag on the dashboard beside the same figure in Dash and in stock Streamlit, and every page of the dashboard.

    python tests/benchmarks/live [--rounds 3] [--only first pages answers hand far] [--pages PAGE ...] [--peer-python PYTHON]

Needs what `requirements.txt` here lists, and a Chromium. Machines are shared and noisy: what is claimed are ratios of
what is measured side by side in one run, the sides in alternating order. A round is

    first    a three-second mouse drag of the first page's slider, on each side, its server and its browser's cache cold
    pages    the same on every page of the dashboard, once with a pressure and once with a slider of the world
    answers  answers of every page over HTTP, each beside one of the first page's
    hand     the first page's drag on the dashboard and in Dash by an unsteady hand, which is hard to foresee
    far      the first page's drag on the dashboard and in Dash, the server 100 ms away each way

The first is always measured: the others are held against it. How a moment is told is in `watch.js`, what a number means in
`dragging.py`, and the bars are in `report.py`. Where one does not hold the exit code is 1. A round takes
two to five minutes.
"""

import argparse
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[k]) for k in (2, 3)]

from conftest import BROWSERS, FLAGS
from delay import delayed
from dragging import by_hand, drag, size_of_figure, visit
from playwright.sync_api import Browser, sync_playwright
from report import Measured, bars, tables
from sides import DASHBOARD, STOCK, Side, dash, served
from sliders import FIRST, LIVE, Slider, answer_ratios

SECONDS_AWAY = 0.1
PARTS = ("first", "pages", "answers", "hand", "far")


def measure(
    chromium: Browser, turn: int, sides: Sequence[Side], parts: Sequence[str], sliders: Sequence[Slider], to: Measured
) -> None:
    """One round. The first of `sides` is the dashboard, the second Dash."""
    with ExitStack() as servers:
        ports = {}
        for side in sides[:: -1 if turn % 2 else 1]:
            start = time.perf_counter()
            ports[side] = servers.enter_context(served(side))
            with visit(chromium, ports[side], side) as page:
                to.cold[side.name].append(time.perf_counter() - start)
                to.first[side.name].drags.append(drag(page, side, FIRST.key))
        dashboard = sides[0]
        for slider in sliders if "pages" in parts else ():
            with visit(chromium, ports[dashboard], dashboard, slider.path) as page:
                to.pages[slider].drags.append(drag(page, dashboard, slider.key, slider.stops))
        if "answers" in parts:
            others = [slider for slider in sliders if slider is not FIRST]
            for slider, ratio in answer_ratios(ports[dashboard], others, turn):
                to.answers[slider].append(ratio)
        for side in sides[:2] if "hand" in parts else ():
            with visit(chromium, ports[side], side) as page:
                to.hand[side.name].drags.append(drag(page, side, FIRST.key, way=by_hand))
        for side in sides[:2] if "far" in parts else ():
            with delayed(ports[side], SECONDS_AWAY) as port, visit(chromium, port, side) as page:
                to.far[side.name].drags.append(drag(page, side, FIRST.key))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--pages", nargs="+", choices=LIVE, default=list(LIVE))
    parser.add_argument("--peer-python", default=sys.executable, help="the interpreter that has Dash, if another")
    asked = parser.parse_args()

    measured = Measured()
    sliders = [slider for page in asked.pages for slider in LIVE[page]]
    executable = next(filter(None, map(shutil.which, BROWSERS)))
    with (
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=executable, args=FLAGS)) as chromium,
    ):
        with served(DASHBOARD) as port, visit(chromium, port, DASHBOARD) as page:
            size = size_of_figure(page, DASHBOARD)
        sides = DASHBOARD, dash(asked.peer_python, size), STOCK
        for turn in range(asked.rounds):
            print(f"round {turn + 1} of {asked.rounds}", file=sys.stderr)
            measure(chromium, turn, sides, asked.only, sliders, measured)
    print(tables(measured, 1000 * SECONDS_AWAY))
    missed = [bar for bar in bars(measured) if not bar.holds]
    for bar in missed:
        print(f"BELOW THE BAR: {bar.what} (measured: {bar.measured})")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
