"""What the live figure needs of the server: pictures, Plotly.js from the installed package, and no Nagle delay."""

import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import plotly
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.settings import BadSettingsError

__all__ = ["PLOTLY_PATH", "lifespan", "picture_path", "routes", "serving"]

PLOTLY_PATH = f"/live/plotly-{plotly.__version__}.min.js"
PLOTLY_FILE = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"

_running = False


def serving() -> bool:
    """Whether this process serves `PLOTLY_PATH`: true under `app.py`, false where only `main.py` runs."""
    return _running


def picture_path(url_path: str) -> str:
    """Where the page `url_path` answers with pictures."""
    return f"/live/{url_path}.json"


def routes(answers: Mapping[str, Callable[[Mapping[str, str]], dict[str, Any]]]) -> list[Route]:
    """Plotly.js, and each page's pictures: `answers` maps a page's path to its answer to a query."""
    return [Route(PLOTLY_PATH, _plotly_js), *(Route(picture_path(path), _pictures(a)) for path, a in answers.items())]


def _plotly_js(_: Request) -> Response:
    forever = {"Cache-Control": "public, max-age=31536000, immutable"}
    return FileResponse(PLOTLY_FILE, media_type="text/javascript", headers=forever)


def _pictures(answer: Callable[[Mapping[str, str]], dict[str, Any]]) -> Callable[[Request], Response]:
    def respond(request: Request) -> Response:
        """The picture of the settings in the query, or 400 and what is wrong with them."""
        try:
            found = answer(request.query_params)
        except BadSettingsError as problem:
            return PlainTextResponse(str(problem), status_code=400, headers={"X-Content-Type-Options": "nosniff"})
        # “identity” keeps the answer from being compressed, which takes longer than sending it.
        return JSONResponse(found, headers={"Content-Encoding": "identity", "Cache-Control": "no-store"})

    return respond


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    global _running
    _send_at_once()
    _running = True
    try:
        yield
    finally:
        _running = False


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
