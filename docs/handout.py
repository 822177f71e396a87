"""The whole story on paper, from a real browser: each scene's picture, words and link, and the questions at the end.

    python docs/handout.py handout.html          # or handout.pdf
    python docs/handout.py handout.pdf --address https://example.org/goodhart    # what the links say

Needs tests/requirements.txt and a Chromium.
"""

import argparse
import base64
import html
import shutil
import sys
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from conftest import BROWSERS, FLAGS, start_server
from playwright.sync_api import Page, sync_playwright

from dashboard.story.story import NAMED
from dashboard.words.text import plain, runs

SHARP = 2  # pixels of the picture to one of the page
STYLE = """
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 11pt/1.45 system-ui, sans-serif; color: #1f2329; }
section { break-inside: avoid; margin: 0 0 2.2rem; }
h2 { margin: 0 0 0.2rem; }
p { margin: 0 0 0.4rem; }
img { width: 100%; }
small { color: #555; }
"""


def shows(page: Page, number: str, *, answered: bool) -> None:
    """Wait until the scene is drawn, its question answered or open."""
    page.wait_for_function(
        """([title, sliders]) => document.querySelector("h1")?.innerText === title &&
               document.querySelectorAll(".st-key-under input[type=range]").length === sliders &&
               document.querySelector("[data-testid=stApp]").dataset.testScriptState === 'notRunning'""",
        arg=[NAMED[number].title, len(NAMED[number].sliders) if answered else 0],
    )
    page.wait_for_timeout(400)


def pictures(page: Page, address: str) -> dict[str, bytes]:
    """Each scene's picture, with its question answered."""
    found = {}
    page.goto(f"{address}/?scene=1")
    page.wait_for_selector(".live-figure .main-svg")
    for number, scene in NAMED.items():
        if scene.predict:
            shows(page, number, answered=False)
            page.keyboard.press("PageDown")
        shows(page, number, answered=True)
        found[number] = page.locator(".live-stage").screenshot()
        page.keyboard.press("PageDown")
    return found


def bold(markdown: str) -> str:
    return "".join(f"<b>{html.escape(text)}</b>" if mark else html.escape(text) for text, mark in runs(markdown))


def section(number: str, picture: bytes, address: str) -> str:
    scene = NAMED[number]
    state = scene.solve({})
    sliders = ", ".join(f"{knob.label}: {knob.default:g}" for knob in scene.knobs.values())
    parts = [f"<h2>{number}. {html.escape(scene.title)}</h2>"]
    if scene.predict:
        answers = " / ".join(scene.predict.answers)
        parts.append(
            f"<p><b>Guess first.</b> {html.escape(plain(scene.predict.question(state)))} <i>{html.escape(answers)}</i></p>"
        )
    image = base64.b64encode(picture).decode()
    parts += [
        f'<img alt="" src="data:image/png;base64,{image}">',
        f"<p>{bold(scene.words(state))}</p>",
        f'<p><small>{html.escape(sliders)} · <a href="{address}/?scene={number}">{address}/?scene={number}</a></small></p>',
    ]
    return f"<section>{''.join(parts)}</section>"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="ends in .html or .pdf")
    parser.add_argument("--address", default="http://localhost:8501", help="of the dashboard, for the links")
    asked = parser.parse_args()
    executable = next(filter(None, map(shutil.which, BROWSERS)))
    with (
        contextmanager(start_server)("dashboard/app.py") as server,
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=executable, args=FLAGS)) as chromium,
    ):
        page = chromium.new_page(viewport={"width": 1100, "height": 760}, device_scale_factor=SHARP)
        body = "".join(section(number, picture, asked.address) for number, picture in pictures(page, server).items())
        sheet = f'<!doctype html><meta charset="utf-8"><title>Goodhart’s law</title><style>{STYLE}</style><h1>Goodhart’s law</h1>{body}'
        if asked.file.suffix == ".pdf":
            page.set_content(sheet)
            page.pdf(path=asked.file, format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "15mm"))
        else:
            asked.file.write_text(sheet)


if __name__ == "__main__":
    main()
