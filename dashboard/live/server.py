"""What the live figure needs of the server: pictures, Plotly.js from the installed package, and an honest health check.

Pictures are bounded, for the interpreter computes one at a time and every one more under way slows all others, script
runs included. Beyond a bound the answer is 503 at once, given by the event loop without waiting for a thread, and the
browser asks again for the value that its thumb then has.

The bound that protects the server is the one per process. The one per visitor keeps a single address from taking
every slot. A visitor is the address that the server sees, because whatever else a browser sends can be made up. A class
behind one address therefore shares `PER_VISITOR` slots: that is as fast as more would be, and a browser takes a slot
only for the tens of milliseconds that a picture is computed. Behind a reverse proxy on this machine, or on a machine
named in FORWARDED_ALLOW_IPS, uvicorn takes the visitor's own address from X-Forwarded-For.
"""

import gc
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import plotly
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.live.modules import BROWSER, MODULES, module_path
from dashboard.settings import BadSettingsError

__all__ = [
    "PER_PROCESS",
    "PER_VISITOR",
    "PLOTLY_PATH",
    "STUCK_SECONDS",
    "HealthCheck",
    "explanation_path",
    "lifespan",
    "picture_path",
    "routes",
    "serving",
    "working",
]

PLOTLY_PATH = f"live/plotly-{plotly.__version__}.min.js"
PLOTLY_FILE = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
INDEX = Path(st.__file__).parent / "static" / "index.html"
FOREVER = "public, max-age=31536000, immutable"

PER_PROCESS = 12  # answers under way in this process
PER_VISITOR = 6  # of them for one address: as many as a browser far away has under way (`picture_requests.js`)
RETRY_SECONDS = 1  # whole: what Retry-After can say
STUCK_SECONDS = 20.0  # the slowest picture takes some tenths of a second

_log = logging.getLogger(__name__)
_started: dict[object, float] = {}  # when each answer under way began; single dictionary operations are atomic
_running = False


def serving() -> bool:
    """Whether this process serves `PLOTLY_PATH`: true under `app.py`, false where only `main.py` runs."""
    return _running


def picture_path(url_path: str) -> str:
    """Where the page `url_path` answers with pictures, below the address that the app is served at."""
    return f"live/{url_path}.json"


def explanation_path(url_path: str) -> str:
    """Where the page `url_path` answers with what stands below its picture, below the address that the app is served at."""
    return f"live/{url_path}.below.json"


Answer = Callable[[Mapping[str, str]], dict[str, Any]]


def routes(answers: Mapping[str, Answer], pages: Iterable[str]) -> list[Route]:
    """Plotly.js, the browser's modules, the speaker's window, `answers`, a path and its answer to a query, and `pages`; all
    of it below `server.baseUrlPath`."""
    under_way: list[str] = []  # the visitor of each; touched by the event loop alone
    served: dict[str, Callable[[Request], Awaitable[Response] | Response]] = {
        PLOTLY_PATH: _file(PLOTLY_FILE, "text/javascript", FOREVER),
        "live/speaker.html": _file(BROWSER / "speaker.html", "text/html", "no-cache"),
        **{module_path(name): _module(source) for name, source in MODULES.items()},
        **{path: _bounded(answer, under_way) for path, answer in answers.items()},
        **dict.fromkeys(pages, _page(_index())),
    }
    base = st.get_option("server.baseUrlPath").strip("/")
    return [Route(f"/{base}/{path}" if base else f"/{path}", endpoint) for path, endpoint in served.items()]


@contextmanager
def working() -> Iterator[None]:
    """Count what is inside as an answer under way, for the health check. Any thread may; a decorator, too."""
    answer = object()
    _started[answer] = time.monotonic()
    try:
        yield
    finally:
        del _started[answer]


class HealthCheck:
    """Answers Streamlit's health check with 503 while some answer has been under way for `STUCK_SECONDS`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] == "http" and scope["path"].endswith("/_stcore/health") and _stuck():
            app = _plain(f"An answer has been under way for more than {STUCK_SECONDS:g} seconds.", 503)
        await app(scope, receive, send)


def _stuck() -> bool:
    return time.monotonic() - min(_started.copy().values(), default=float("inf")) > STUCK_SECONDS


def _plain(text: str, status: int, **headers: str) -> Response:
    safe = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    return PlainTextResponse(text, status, safe | headers)


def _file(path: Path, kind: str, caching: str) -> Callable[[Request], Response]:
    def respond(_: Request) -> Response:
        return FileResponse(path, media_type=kind, headers={"Cache-Control": caching})

    return respond


def _module(source: bytes) -> Callable[[Request], Response]:
    def respond(_: Request) -> Response:
        return Response(source, media_type="text/javascript", headers={"Cache-Control": FOREVER})

    return respond


def _index() -> str:
    """Streamlit's page, with `back.js` before its own scripts, and after them the modules, asked for all at once."""
    back = f'<head><script type="module" src="./{module_path("back.js")}"></script>'
    others = "".join(f'<link rel="modulepreload" href="./{module_path(name)}">' for name in MODULES)
    return INDEX.read_text().replace("<head>", back, 1).replace("</head>", f"{others}</head>", 1)


def _page(html: str) -> Callable[[Request], Response]:
    def respond(_: Request) -> Response:
        return HTMLResponse(html, headers={"Cache-Control": "no-cache"})

    return respond


def _bounded(answer: Answer, under_way: list[str]) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        """The picture of the settings in the query, 400 and what is wrong with them, or 503 where a bound is reached.

        A slot is taken for the computing alone: neither a slow reader nor one who has left holds it longer.
        """
        visitor = request.client.host if request.client else ""
        if len(under_way) >= PER_PROCESS or under_way.count(visitor) >= PER_VISITOR:
            return _plain("Too many pictures are under way.", 503, **{"Retry-After": str(RETRY_SECONDS)})
        under_way.append(visitor)
        try:
            return await run_in_threadpool(_picture, answer, request)
        finally:
            under_way.remove(visitor)

    return respond


def _picture(answer: Answer, request: Request) -> Response:
    try:
        with working():
            start = time.perf_counter()
            response = JSONResponse(answer(request.query_params))
            # “identity” keeps the answer from being compressed, which takes longer than sending it.
            response.headers.update({"Content-Encoding": "identity", "Cache-Control": "no-store"})
            response.headers["Server-Timing"] = f"answer;dur={1000 * (time.perf_counter() - start):.1f}"
            return response
    except BadSettingsError as problem:
        return _plain(str(problem), 400)
    except Exception:
        _log.exception("No picture for %r", request.url.path)
        return _plain("This picture could not be computed.", 500)


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    global _running
    _send_at_once()
    _spare_what_stays()
    _running = True
    try:
        yield
    finally:
        _running = False


def _spare_what_stays() -> None:
    """Leave all that has been imported out of garbage collections: a full one would hold a drag up for a tenth of a second."""
    gc.collect()
    gc.freeze()


def _send_at_once() -> None:
    """Set TCP_NODELAY on this process's listening sockets; connections inherit it.

    Streamlit creates its socket without naming the TCP protocol, and asyncio then leaves Nagle's algorithm
    on, which holds small messages back for tens of milliseconds. Where descriptors cannot be listed
    (Windows) nothing happens.
    """
    with suppress(OSError):
        for entry in os.listdir("/dev/fd"):
            with suppress(OSError), socket.socket(fileno=os.dup(int(entry))) as listener:
                if listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
