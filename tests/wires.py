"""A wire between a client and a server of this machine, which can be pulled and plugged in again."""

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Self

Way = Callable[[bytes], tuple[bytes, bytes]]
"""What becomes of what a client says: what goes on, and what it is answered at once."""


class Wire:
    """Listens at a port of its own, and passes on what it hears."""

    def __init__(self, server: str, context: ssl.SSLContext | None = None) -> None:
        """`server` is host and port of who is behind it; with a context clients speak TLS."""
        self._host, _, port = server.partition(":")
        self._port, self._context, self._own = int(port), context, 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._served, daemon=True)
        self._thread.start()
        self._passes, self._ends = asyncio.Event(), set[asyncio.StreamWriter]()
        self.plug()

    def __enter__(self) -> Self:
        """As it is."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Taken down."""
        self.pull()
        self._run(self._left())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    @property
    def server(self) -> str:
        """Host and port of this end."""
        return f"127.0.0.1:{self._own}"

    def pull(self) -> None:
        """Nothing passes any more, and nobody says so; who comes anew is not let in."""
        self._run(self._pulled())

    def plug(self) -> None:
        """All passes; what was said meanwhile as well."""
        self._run(self._plugged())

    def way(self) -> Way:
        """For a client that has come."""
        return lambda said: (said, b"")

    def told(self, data: bytes) -> bytes:
        """What becomes of what the server says."""
        return data

    def _served(self) -> None:
        self._loop.run_forever()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _pulled(self) -> None:
        self._passes.clear()
        self._listens.close()

    async def _plugged(self) -> None:
        self._listens = await asyncio.start_server(self._met, "127.0.0.1", self._own, ssl=self._context)
        self._own = self._listens.sockets[0].getsockname()[1]
        self._passes.set()

    async def _left(self) -> None:
        """Nothing of it stays open: what a loop leaves is told of wherever it is found, in whatever runs then."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for end in self._ends:
            end.transport.abort()
        await asyncio.wait_for(asyncio.gather(*map(_closed, self._ends)), 5)

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        others, theirs = await asyncio.open_connection(self._host, self._port)
        self._ends.add(theirs)
        both = (
            self._passed(reader, theirs, writer, self.way()),
            self._passed(others, writer, theirs, lambda data: (self.told(data), b"")),
        )
        try:
            await asyncio.gather(*both, return_exceptions=True)
        except asyncio.CancelledError:
            pass  # taken down
        finally:
            writer.close()
            theirs.close()

    async def _passed(
        self, reader: asyncio.StreamReader, on: asyncio.StreamWriter, back: asyncio.StreamWriter, way: Way
    ) -> None:
        while data := await reader.read(1 << 16):
            await self._passes.wait()
            said, answered = way(data)
            on.write(said)
            back.write(answered)
        await self._passes.wait()
        on.close()


async def _closed(end: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):  # the other end was quicker
        await end.wait_closed()
