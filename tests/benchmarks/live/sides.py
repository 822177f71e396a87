"""The ways to show the figure: how each is served, and where its slider and its figure are."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conftest import ROOT, free_port

PEERS = Path(__file__).parent / "peers"
SECONDS_TO_START = 60


@dataclass(frozen=True)
class Side:
    """One way. `command` starts its server at {port}. `thumb`, `grip` and `figure` are CSS selectors: what has the value of the
    slider {key}, what the mouse takes of it, and the figure's node. The figure is at `path`."""

    name: str
    command: tuple[str, ...]
    thumb: str
    grip: str
    figure: str
    path: str = ""


def _streamlit(name: str, script: str, figure: str, path: str = "") -> Side:
    options = ("--server.headless", "true", "--server.address", "127.0.0.1", "--server.port", "{port}")
    slider = ".st-key-{key} "
    grip = slider + "[data-rac]:has(> [data-testid=stSliderThumbValue])"
    command = (sys.executable, "-m", "streamlit", "run", script, *options)
    return Side(name, command, slider + "input[type=range]", grip, figure, path)


DASHBOARD = _streamlit("dashboard", "dashboard/app.py", ".live-figure", "rl-versus-filtering")
STOCK = _streamlit("stock Streamlit", str(PEERS / "stock_page.py"), ".js-plotly-plot")


def dash(python: str, size: tuple[int, int]) -> Side:
    """Dash under the interpreter `python`, its figure of `size`: width and height."""
    command = (python, str(PEERS / "dash_page.py"), "{port}", *map(str, size))
    slider = "#{key} [role=slider]"
    return Side("Dash", command, slider, slider, ".js-plotly-plot")


@contextmanager
def served(side: Side) -> Iterator[int]:
    """The port at which a server of `side`, started for this, has begun to answer."""
    port = free_port()
    command = [word.format(port=port) for word in side.command]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait(server, f"http://127.0.0.1:{port}")
            yield port
        finally:
            server.terminate()


def _wait(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"not started, though its requirements.txt may be installed: {server.args!r}")
