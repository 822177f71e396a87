"""A server far away: a TCP proxy that holds every byte back for a while, each way, without limiting how many are under way."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

CHUNK = 1 << 16

Chunk = tuple[float, bytes]  # when it is due, and what; nothing at the end


@contextmanager
def delayed(port: int, seconds: float) -> Iterator[int]:
    """A port of this machine behind which `port` is `seconds` away, each way."""
    loop = asyncio.new_event_loop()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", port)
        there = _carry(reader, server_writer, seconds)
        back = _carry(server_reader, writer, seconds)
        with suppress(asyncio.CancelledError):  # at the end
            await asyncio.gather(there, back)

    thread = threading.Thread(target=loop.run_forever)  # Playwright's own runs in this one
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(connect, "127.0.0.1", 0), loop).result()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """Write what `reader` gives, in order, each chunk `seconds` after it came."""
    waiting: asyncio.Queue[Chunk] = asyncio.Queue()
    delivery = asyncio.create_task(_deliver(waiting, writer))
    chunk = b"."
    while chunk:
        with suppress(ConnectionError):
            chunk = b""  # where the connection is lost
            chunk = await reader.read(CHUNK)
        waiting.put_nowait((asyncio.get_running_loop().time() + seconds, chunk))
    await delivery


async def _deliver(waiting: asyncio.Queue[Chunk], writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while True:
            due, chunk = await waiting.get()
            await asyncio.sleep(due - asyncio.get_running_loop().time())
            if not chunk:
                break
            writer.write(chunk)
            await writer.drain()
    writer.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    carrying = asyncio.all_tasks() - {asyncio.current_task()}
    for task in carrying:
        task.cancel()
    await asyncio.gather(*carrying, return_exceptions=True)
