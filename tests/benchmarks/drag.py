"""A three-second mouse drag in headless Chromium: pictures per second, and how far they trail the finger.

    python tests/benchmarks/drag.py

Drags the same slider on the dashboard and on a stock page (st.slider and st.plotly_chart) in one run. The lag of a
picture is the time from the moment the slider first shows a value to the moment the picture of it is drawn.
"""

import shutil
import statistics
import sys
import time
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from conftest import BROWSERS, FLAGS, start_server
from playwright.sync_api import Page, sync_playwright

SECONDS = 3.0
PIXELS = 110
WATCH = """key => {
  const input = document.querySelector(`.st-key-${key} input[type=range]`)
  const figure = document.querySelector(".live-figure") ?? document.querySelector(".js-plotly-plot")
  const log = (window.log = { shown: {}, drawn: [] })
  const look = () => { log.shown[Number(input.value)] ??= performance.now(); requestAnimationFrame(look) }
  look()
  new MutationObserver(() => log.drawn.push([performance.now(), Number((figure.dataset.drawn ?? "=").split("=")[1])]))
    .observe(figure, figure.classList.contains("live-figure")
      ? { attributeFilter: ["data-drawn"] } : { subtree: true, childList: true, attributes: true })
}"""


def drag(page: Page, key: str) -> dict:
    """Move the thumb steadily for three seconds; what was shown and drawn before it is let go."""
    page.evaluate(WATCH, key)
    box = page.locator(f".st-key-{key} [data-testid=stSliderThumbValue]").locator("..").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    start = time.perf_counter()
    while (elapsed := time.perf_counter() - start) < SECONDS:
        page.mouse.move(x - PIXELS * elapsed / SECONDS, y)
        time.sleep(0.008)
    log = page.evaluate("window.log")
    page.mouse.up()
    return log


def report(name: str, log: dict) -> None:
    shown = {float(value): when for value, when in log["shown"].items()}
    lags = [when - shown[value] for when, value in log["drawn"] if value in shown]
    line = f"{name:12} {len(shown) - 1:3} values passed, {len(lags):3} pictures while dragging ({len(lags) / SECONDS:4.1f}/s)"
    print(line + (f", lag median {statistics.median(lags):.0f} ms, worst {max(lags):.0f} ms" if lags else ""))


if __name__ == "__main__":
    executable = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        for name, script, ready in (
            ("dashboard", "dashboard/app.py", ".live-figure .main-svg"),
            ("stock page", "tests/benchmarks/stock_page.py", ".js-plotly-plot .main-svg"),
        ):
            with contextmanager(start_server)(script) as address:
                page = chromium.new_page(viewport={"width": 1440, "height": 900})
                page.goto(address)
                page.wait_for_selector(ready)
                page.wait_for_timeout(1500)
                report(name, drag(page, "mu_c"))
                page.close()
        chromium.close()
