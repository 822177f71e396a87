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
from typing import Any, NoReturn

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


@contextmanager
def run(command: list[str], **options: Any) -> Iterator[subprocess.Popen]:
    """A program that says nothing, ended afterwards."""
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **quiet | options) as program:
        try:
            yield program
        finally:
            program.terminate()


def wait_for(address: str) -> None:
    """Until it answers."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(address):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing at {address}")


def start_server(script: str, port: int | None = None, base: str = "", folder: Path = ROOT) -> Iterator[str]:
    """Run `script` under Streamlit in `folder`, on `port` of this machine or a free one, below `base`; yields its address."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    options = ["--server.headless", "true", "--server.address", "127.0.0.1", "--server.baseUrlPath", base]
    address = f"http://127.0.0.1:{port}/{base}".rstrip("/")
    with run(command + options, cwd=folder):
        wait_for(f"{address}/_stcore/health")
        yield address


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The dashboard, served."""
    yield from start_server("dashboard/app.py")


def lacking(message: str) -> NoReturn:
    """What a test cannot do without is not here: it skips, or fails where BROWSER_TESTS=required."""
    (pytest.fail if os.environ.get("BROWSER_TESTS") == "required" else pytest.skip)(message)


def installed(package: str, *names: str) -> str:
    """The first of the programs `names` that is here."""
    path = f"{os.environ['PATH']}:/usr/sbin"
    found = next(filter(None, (shutil.which(name, path=path) for name in names)), None)
    return found or lacking(f"no {names[0]} found: install your system's `{package}` package for the tests with it")


@contextmanager
def launched(name: str, downloads: Path | None = None) -> Iterator:
    """Headless Chromium or Firefox, closed before tests of another kind run in its thread."""
    if name == "chromium":
        options: dict[str, Any] = {"executable_path": installed("chromium", *BROWSERS), "args": FLAGS}
    else:
        options = {"executable_path": installed("firefox-esr", "firefox-esr", "firefox"), "channel": "moz-firefox"}
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = getattr(playwright, name).launch(**options, downloads_path=downloads)
        yield browser
        driver = ["pkill", "-P", str(os.getpid()), "-f", "playwright/driver"]
        patience = threading.Timer(20, subprocess.run, [driver])  # it has been seen to wait for ever for what is gone
        patience.start()
        browser.close()
    patience.cancel()


@contextmanager
def webkit(home: Path) -> Iterator:
    """WebKit on a screen of its own, at home in `home`."""
    driver, screen = installed("webkit2gtk-driver", "WebKitWebDriver"), installed("xvfb", "Xvfb")
    from browsing import WebKit

    command = [screen, "-displayfd", "1", "-screen", "0", "1600x1100x24", "-nolisten", "tcp"]
    with run(command, stdout=subprocess.PIPE) as display:
        env = {**os.environ, "DISPLAY": f":{display.stdout.readline().decode().strip()}", "HOME": str(home)}
        env["WEBKIT_DISABLE_DMABUF_RENDERER"] = "1"  # there is no graphics card: a quarter less work
        address = f"http://127.0.0.1:{(port := free_port())}"
        with run([driver, f"--port={port}"], env=env):
            wait_for(f"{address}/status")
            program = next(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
            started = {"binary": str(program), "args": ["--automation"]}
            page = WebKit(address, {"webkitgtk:browserOptions": started})
            yield page
            page.close()


@pytest.fixture(scope="module")
def browser() -> Iterator:
    """Headless Chromium."""
    with launched("chromium") as chromium:
        yield chromium


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
        lacking("no axe-core found: run `npm install --prefix tests` to test accessibility")
    return source.read_text()


@pytest.fixture
def page(visit: Callable):
    """RL versus filtering, opened."""
    return visit()
