"""What the live figure needs of the server: Plotly.js from the installed package, and no Nagle delay."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import plotly
from starlette.responses import FileResponse
from starlette.routing import Route

__all__ = ["PLOTLY_PATH", "lifespan", "routes", "serving"]

PLOTLY_PATH = f"/live/plotly-{plotly.__version__}.min.js"
PLOTLY_FILE = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"

_running = False


def serving() -> bool:
    """Whether this process serves `PLOTLY_PATH`: true under `app.py`, false where only `main.py` runs."""
    return _running


def routes() -> list[Route]:
    async def plotly_js(_: Any) -> FileResponse:
        return FileResponse(
            PLOTLY_FILE, media_type="text/javascript", headers={"Cache-Control": "public, max-age=31536000, immutable"}
        )

    return [Route(PLOTLY_PATH, plotly_js)]


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
