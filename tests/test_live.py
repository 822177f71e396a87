"""The picture route under pressure: bounds, errors, and the health check, over real connections."""

import asyncio
import gc
import http.client
import logging
import runpy
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import anyio.to_thread
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dashboard.live import modules, server
from dashboard.live.server import PER_PROCESS, PER_VISITOR
from dashboard.settings import BadSettingsError

US, THEM = "127.0.0.1", "127.0.0.2"


@dataclass
class Answer:
    """What an address was told, and after how many seconds."""

    status: int
    headers: Mapping[str, str]
    text: str
    seconds: float


def ask(port: int, path: str, visitor: str = US, method: str = "GET") -> Answer:
    start = time.perf_counter()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10, source_address=(visitor, 0))) as connection:
        connection.request(method, path)
        response = connection.getresponse()
        text = response.read().decode()
    return Answer(response.status, response.headers, text, time.perf_counter() - start)


@dataclass
class Live:
    """A server with pages made for the test: `held` answers when `let_go` is set."""

    port: int = 0
    let_go: threading.Event = field(default_factory=threading.Event)
    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def held(self, query: Mapping[str, str]) -> dict:
        self.begun.release()
        assert self.let_go.wait(10)
        return {}

    @contextmanager
    def holding(self, visitors: list[str]) -> Iterator[list[Answer]]:
        """While a question of each visitor is being computed; afterwards the list holds the answers."""
        answers: list[Answer] = []
        threads = [
            threading.Thread(target=lambda v=v: answers.append(ask(self.port, "/live/held.json", v))) for v in visitors
        ]
        for thread in threads:
            thread.start()
            assert self.begun.acquire(timeout=10)
        try:
            yield answers
        finally:
            self.let_go.set()
            for thread in threads:
                thread.join()
            self.let_go.clear()


def fail(query: Mapping[str, str]) -> dict:
    raise ArithmeticError(f"cannot divide {query['x']}")


def refuse(query: Mapping[str, str]) -> dict:
    raise BadSettingsError("x must be a number")


@asynccontextmanager
async def few_threads(_: Starlette):
    """As many threads as pictures: an answer that needs one more does not come."""
    anyio.to_thread.current_default_thread_limiter().total_tokens = PER_PROCESS
    yield


async def healthy(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    live = Live()
    pages: dict[str, Callable[[Mapping[str, str]], dict]] = {
        "held": live.held,
        "quick": lambda query: {"x": query.get("x")},
        "failing": fail,
        "refusing": refuse,
    }
    routes = [
        *server.routes({server.picture_path(name): answer for name, answer in pages.items()}, []),
        Route("/_stcore/health", healthy),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(server.HealthCheck)], lifespan=few_threads)
    serving = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=serving.run)
    thread.start()
    while not serving.started:
        time.sleep(0.01)
    live.port = serving.servers[0].sockets[0].getsockname()[1]
    yield live
    serving.should_exit = True
    thread.join()


def assert_busy(answer: Answer) -> None:
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.seconds < 1


def test_an_answer_says_how_long_it_took(live: Live) -> None:
    with live.holding([US]) as answers:
        time.sleep(0.05)
    name, told = answers[0].headers["Server-Timing"].split(";dur=")
    assert name == "answer"
    assert 50 <= float(told) <= 1000 * answers[0].seconds


def test_one_visitor_cannot_take_every_slot(live: Live) -> None:
    with live.holding([THEM] * PER_VISITOR) as answers:
        assert_busy(ask(live.port, "/live/quick.json", THEM))
        assert ask(live.port, "/live/quick.json?x=1").text == '{"x":"1"}'
    assert [answer.status for answer in answers] == [200] * PER_VISITOR
    assert ask(live.port, "/live/quick.json", THEM).status == 200


def test_all_visitors_together_cannot_take_more_than_the_process_has(live: Live) -> None:
    visitors = [f"127.0.0.{10 + i}" for i in range(PER_PROCESS)]
    with live.holding(visitors) as answers:
        assert_busy(ask(live.port, "/live/quick.json"))
        assert ask(live.port, "/_stcore/health").status == 200
    assert [answer.status for answer in answers] == [200] * PER_PROCESS
    assert ask(live.port, "/live/quick.json").status == 200


def test_a_visitor_behind_a_proxy_on_this_machine_counts_by_his_own_address(live: Live) -> None:
    def forwarded(visitor: str) -> int:
        with closing(http.client.HTTPConnection("127.0.0.1", live.port, timeout=10)) as connection:
            connection.request("GET", "/live/quick.json", headers={"X-Forwarded-For": visitor})
            return connection.getresponse().status

    with live.holding([THEM] * PER_VISITOR):
        assert forwarded(THEM) == 503
        assert forwarded("192.0.2.1") == 200


def test_a_failure_frees_its_slot_is_logged_once_and_repeats_nothing(live: Live, caplog) -> None:
    for _ in range(PER_VISITOR + 1):
        answer = ask(live.port, "/live/failing.json?x=%3Cscript%3E")
        assert (answer.status, answer.headers["X-Content-Type-Options"]) == (500, "nosniff")
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert answer.text == "This picture could not be computed."
    records = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert {record.getMessage() for record in records} == {"No picture for '/live/failing.json'"}
    assert [record.exc_info[0] for record in records] == [ArithmeticError] * (PER_VISITOR + 1)
    assert ask(live.port, "/live/quick.json").status == 200


def test_a_refusal_frees_its_slot_and_is_not_logged(live: Live, caplog) -> None:
    for _ in range(PER_VISITOR + 1):
        answer = ask(live.port, "/live/refusing.json")
        assert (answer.status, answer.text) == (400, "x must be a number")
    assert not caplog.records


def test_who_leaves_holds_a_slot_no_longer_than_the_computing(live: Live) -> None:
    for _ in range(PER_VISITOR):
        with socket.create_connection(("127.0.0.1", live.port), source_address=(THEM, 0)) as client:
            client.sendall(b"GET /live/held.json HTTP/1.1\r\nHost: x\r\n\r\n")
            assert live.begun.acquire(timeout=10)
    assert_busy(ask(live.port, "/live/quick.json", THEM))
    live.let_go.set()
    time.sleep(0.3)
    assert ask(live.port, "/live/quick.json", THEM).status == 200
    live.let_go.clear()


def test_the_health_check_says_so_while_a_picture_is_stuck(live: Live, monkeypatch) -> None:
    monkeypatch.setattr(server, "STUCK_SECONDS", 0.3)
    with live.holding([THEM]):
        assert ask(live.port, "/_stcore/health").text == "ok"
        time.sleep(0.4)
        with server.working():  # what has just begun hides nothing
            health = ask(live.port, "/_stcore/health")
        assert (health.status, health.text) == (503, "An answer has been under way for more than 0.3 seconds.")
        assert ask(live.port, "/live/quick.json").status == 200
    assert ask(live.port, "/_stcore/health").text == "ok"


def test_the_health_check_says_so_while_a_page_is_stuck_and_forgets_one_that_failed(live: Live, monkeypatch) -> None:
    monkeypatch.setattr(server, "STUCK_SECONDS", 0.0)

    @server.working()
    def render() -> None:
        live.begun.release()
        live.let_go.wait(10)
        raise ArithmeticError

    def run() -> None:
        with pytest.raises(ArithmeticError):
            render()

    pages = [threading.Thread(target=run) for _ in range(2)]
    for page in pages:
        page.start()
        assert live.begun.acquire(timeout=10)
    assert ask(live.port, "/_stcore/health").status == 503
    live.let_go.set()
    for page in pages:
        page.join()
    live.let_go.clear()
    assert ask(live.port, "/_stcore/health").status == 200


def test_the_dashboard_has_the_health_check() -> None:
    stuck = """
import asyncio
from dashboard.app import app
from dashboard.live import modules, server

async def ask():
    scope = {"type": "http", "method": "GET", "path": "/_stcore/health", "headers": [], "query_string": b""}
    async def send(message): print(message.get("status"), message.get("body"))
    await app(scope, None, send)

server.STUCK_SECONDS = 0
with server.working():
    asyncio.run(ask())
"""
    command = [sys.executable, "-c", stuck]
    told = subprocess.run(command, cwd=Path(__file__).parents[1], check=True, capture_output=True, text=True).stdout
    assert "503" in told
    assert "An answer has been under way" in told


def test_modules_are_kept_for_ever_below_their_digest_and_nothing_else_is_there(live: Live) -> None:
    path = f"/{modules.module_path('numbers.js')}"
    told = ask(live.port, path)
    assert told.text == (modules.BROWSER / "numbers.js").read_text()
    assert told.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in told.headers["Cache-Control"]
    assert (ask(live.port, path, method="HEAD").status, ask(live.port, path, method="POST").status) == (200, 405)
    folder = path.removesuffix("numbers.js")
    for name in ("stage.html", "package.json", "../numbers.js", "../../app.py", "%2e%2e/%2e%2e/server.py", ""):
        assert ask(live.port, folder + name).status == 404, name
    assert ask(live.port, "/live/0123456789abcdef/numbers.js").status == 404  # another release's


def test_another_source_is_another_digest(tmp_path: Path) -> None:
    copy = shutil.copytree(modules.BROWSER.parent, tmp_path / "live")

    def path() -> str:
        return runpy.run_path(str(copy / "modules.py"))["module_path"]("numbers.js")

    assert path() == modules.module_path("numbers.js")
    with (copy / "browser/geometry.js").open("a") as file:
        file.write("\n")
    assert path() != modules.module_path("numbers.js")


@pytest.mark.xdist_group("browser")  # where the server is
def test_a_picture_does_not_wait_behind_a_strangers_flood(address: str) -> None:
    """Forty pictures of Compare take ten seconds one after the other."""
    port = urlsplit(address).port
    flood: list[Answer] = []

    def pour(i: int) -> None:
        flood.append(ask(port, f"/live/compare.json?liars={0.01 + i / 1000}", THEM))

    threads = [threading.Thread(target=pour, args=(i,)) for i in range(40)]
    for thread in threads:
        thread.start()
    quick = ask(port, "/live/rl-versus-filtering.json?mu_a=2")
    for thread in threads:
        thread.join()
    assert quick.status == 200
    assert quick.seconds < 4
    assert {answer.status for answer in flood} == {200, 503}
    assert all(answer.seconds < 4 for answer in flood if answer.status == 503)


def test_it_serves_from_its_start_to_its_end() -> None:
    async def run() -> list[bool]:
        seen = [server.serving()]
        async with server.lifespan(None):
            seen.append(server.serving())
        return [*seen, server.serving()]

    with ThreadPoolExecutor() as elsewhere:  # a browser test may have left a loop running in this thread
        assert elsewhere.submit(asyncio.run, run()).result() == [False, True, False]


def test_what_has_been_imported_is_left_out_of_garbage_collections() -> None:
    async def started() -> int:
        async with server.lifespan(None):
            return gc.get_freeze_count()

    try:
        with ThreadPoolExecutor() as elsewhere:
            assert elsewhere.submit(asyncio.run, started()).result() > 10_000
    finally:
        gc.unfreeze()
