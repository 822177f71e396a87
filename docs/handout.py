"""The whole story on paper, from a real browser: each scene's question, picture, words and link, and the scenes after it.

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

from dashboard.story.story import CHOICE, NAMED, STORY, part
from dashboard.words.text import plain, runs

SHARP = 2  # pixels of the picture to one of the page
WINDOW = {"width": 880, "height": 800}  # little wider than the paper, so that the type stays readable
STYLE = """
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 11pt/1.45 system-ui, sans-serif; color: #1f2329; }
section { break-inside: avoid; margin: 0 0 1.4rem; }
h1 { break-after: avoid; margin: 0 0 0.4rem; }
h2 { margin: 0 0 0.2rem; font-size: 1.25em; }
p { margin: 0 0 0.4rem; }
img { width: 100%; }
small { color: #555; }
.lead { margin-bottom: 1.2rem; }
@media print { .part { break-before: page; } }
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
    image, alt = base64.b64encode(picture).decode(), STORY.answer({CHOICE.key: number})["figure"]["alt"]
    parts += [
        f'<img alt="{html.escape(alt)}" src="data:image/png;base64,{image}">',
        f"<p>{bold(scene.words(state))}</p>",
        f'<p><small>{html.escape(sliders)} · <a href="{address}/?scene={number}">{address}/?scene={number}</a></small></p>',
    ]
    begins = f'<h1 class="part">{heading}</h1>' if (heading := part(number)) and not part(str(int(number) - 1)) else ""
    return f"{begins}<section>{''.join(parts)}</section>"


def sheet(body: str, address: str) -> str:
    """The whole document."""
    lead = (
        "Selecting answers by how persuasive they are, and what becomes of their truth. Every picture is live at "
        f'<a href="{address}">{address}</a>: drag its sliders.'
    )
    head = f'<meta charset="utf-8"><title>Goodhart’s law</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en">{head}<h1>Goodhart’s law</h1><p class="lead">{lead}</p>{body}</html>'


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
        page = chromium.new_page(viewport=WINDOW, device_scale_factor=SHARP)
        body = "".join(section(number, picture, asked.address) for number, picture in pictures(page, server).items())
        made = sheet(body, asked.address)
        if asked.file.suffix == ".pdf":
            page.set_content(made)
            page.pdf(path=asked.file, format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "15mm"))
        else:
            asked.file.write_text(made)


if __name__ == "__main__":
    main()
