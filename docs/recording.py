"""A drag on the Goodhart mixture, as a moving picture for the README: a real browser, a real mouse, a picture at every place.

    python docs/recording.py docs/recording.webp

Needs tests/requirements.txt and a Chromium.
"""

import argparse
import io
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browsing import settle, thumb
from conftest import BROWSERS, FLAGS, start_server
from PIL import Image
from playwright.sync_api import Page, sync_playwright

SHOWN = "goodhart-mixture?n=1&draw=5"
WINDOW = {"width": 1200, "height": 760}
PLACES = 56  # of the mouse
STEP = 2  # pixels from one to the next
LEAST, HELD = 80, 1600  # milliseconds that a picture stays, and the first and the last
MOST_BYTES = 3_000_000


def pictures(page: Page) -> Iterator[Image.Image]:
    """The window before the drag and at every place of it."""

    def seen() -> Image.Image:
        return Image.open(io.BytesIO(page.screenshot())).convert("RGB")

    page.locator(".live-figure .main-svg").first.wait_for()
    page.wait_for_timeout(1500)
    x, y = thumb(page, "n")
    page.mouse.move(x, y)
    page.mouse.down()
    yield seen()
    for place in range(1, PLACES + 1):
        page.mouse.move(x + STEP * place, y)
        page.wait_for_timeout(60)
        settle(page, "n")
        page.wait_for_timeout(260)  # an axis that had to move has come to rest
        yield seen()
    page.mouse.up()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="ends in .webp")
    asked = parser.parse_args()
    executable = next(filter(None, map(shutil.which, BROWSERS)))
    with (
        contextmanager(start_server)("dashboard/app.py") as server,
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=executable, args=FLAGS)) as chromium,
    ):
        page = chromium.new_page(viewport=WINDOW)
        page.goto(f"{server}/{SHOWN}")
        first, *rest = pictures(page)
    durations = [HELD, *[LEAST] * (len(rest) - 1), HELD]
    first.save(asked.file, save_all=True, append_images=rest, duration=durations, loop=0, quality=72, method=6)
    if (size := asked.file.stat().st_size) > MOST_BYTES:
        raise SystemExit(f"{asked.file} has {size:,} bytes; at most {MOST_BYTES:,} are allowed")


if __name__ == "__main__":
    main()
