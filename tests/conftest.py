"""Shared fixtures: the golden cases, and a real browser on a real server."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: the tests share the cores already

ROOT = Path(__file__).resolve().parents[1]

collect_ignore = ["generate_references.py", "benchmarks"]  # scripts that take minutes

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(optionalhook=True)  # also where pytest-xdist is not loaded
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: the tests in a browser wait much of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests in a browser first: two workers have them all, each a server, and are long at it."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


@pytest.fixture(scope="session", autouse=True)
def scanned_once() -> Iterator[None]:
    """Each AppTest looks through all that is installed for components; here the first looks for all of them."""
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_server(script: str, port: int | None = None) -> Iterator[str]:
    """Run `script` under Streamlit on `port` of this machine, or a free one; yields its address."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    options = ["--server.headless", "true", "--server.address", "127.0.0.1"]
    with subprocess.Popen(command + options, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(150):
                try:
                    with urllib.request.urlopen(f"{address}/_stcore/health"):
                        break
                except OSError:
                    time.sleep(0.2)
            else:
                raise RuntimeError(f"{script} did not start")
            yield address
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The dashboard, served."""
    yield from start_server("dashboard/app.py")


@pytest.fixture(scope="module")
def browser() -> Iterator:
    """Headless Chromium, closed before tests of another kind run in its thread. Without one the test skips, or fails where BROWSER_TESTS=required."""
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        message = "no Chromium found: install your system's `chromium` package to run the browser tests"
        if os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield chromium
        driver = ["pkill", "-P", str(os.getpid()), "-f", "playwright/driver"]
        patience = threading.Timer(20, subprocess.run, [driver])  # it has been seen to wait for ever for what is gone
        patience.start()
        chromium.close()
    patience.cancel()


@pytest.fixture(scope="module")
def tab(browser) -> Iterator:
    """One tab for all: what it has read once it need not read again. A page opened in it is a fresh visitor’s."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


@contextmanager
def kept_whole(tab) -> Iterator[None]:
    """An error in `tab` fails the test; what the test did to its network and its mouse is undone."""
    errors: list[str] = []

    def note(error: object) -> None:
        errors.append(str(error))

    tab.on("pageerror", note)
    yield
    tab.remove_listener("pageerror", note)
    tab.unroute_all(behavior="ignoreErrors")
    tab.context.set_offline(False)
    tab.mouse.up()
    assert not errors


@pytest.fixture
def visit(tab, address: str) -> Iterator[Callable]:
    """Opens what it is told, at 1440×900, and waits for the figure; an error there fails the test."""

    def opened(path: str = "rl-versus-filtering"):
        tab.goto(f"{address}/{path}")
        tab.wait_for_selector(".live-figure .main-svg")
        return tab

    with kept_whole(tab):
        yield opened
    tab.goto("about:blank")


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, which finds what stands in the way of people. Without it the test skips, or fails where BROWSER_TESTS=required."""
    source = ROOT / "tests/node_modules/axe-core/axe.min.js"
    if not source.exists():
        message = "no axe-core found: run `npm install --prefix tests` to test accessibility"
        if os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail(message)
        pytest.skip(message)
    return source.read_text()


@pytest.fixture
def page(visit: Callable):
    """RL versus filtering, opened."""
    return visit()
