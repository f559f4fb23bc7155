"""A session of Spark Connect: asked and waited for, so that whoever waits may stop it, and its errors are one line."""

import contextlib
import os
import re
import socket
import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pyarrow as pa

from core.data.engine import POLL
from core.errors import EventsError
from core.phrases import say

T = TypeVar("T")
RETRIES = 6
"""How often a call is made again where the engine does not answer: a quarter of a minute in all."""
PORT, REACHED = 15002, 10
"""Where Spark Connect listens unless it is told otherwise, and seconds in which it must."""
QUIET, LOST = 40.0, 20.0
"""Seconds of silence after which the engine is asked whether it is there, and in which it must say so.

Without it whoever waits for an answer would wait for ever where a cable was pulled. A server in Java shuts out who asks
more than three times between two words of its own; Apache Spark has one each two minutes, when it ends a stream anyway.
"""
_working = BoundedSemaphore(os.cpu_count() or 1)
"""Of the process of a worker. Sail begins all tasks of a job at once in one: a large log would lie in memory whole."""


def each(
    made: Any, count: int, work: Callable[[int], tuple[Any, ...]], columns: str, stopped: Path | None = None
) -> Any:
    """A frame of what workers answer for the numbers below `count`, a task each: `number` and the columns.

    Once there is a file `stopped` none begins any more: Sail does not end tasks that wait for a core.
    """
    names = ["number", *(part.split()[0] for part in columns.split(","))]

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number in batch.column(0).to_pylist():
                cells = [[cell] for cell in (number, *_in_turn(work, number, stopped))]
                yield pa.RecordBatch.from_arrays([pa.array(cell) for cell in cells], names)

    return made.range(0, count, 1, count).mapInArrow(run, f"number long, {columns}")


def _in_turn(work: Callable[[int], tuple[Any, ...]], number: int, stopped: Path | None) -> tuple[Any, ...]:
    """What a task answers, once a core of the worker is free."""
    with _working:
        if stopped and stopped.exists():
            raise InterruptedError(str(stopped))
        return work(number)


@contextlib.contextmanager
def session(address: str) -> Iterator[Any]:
    """A session of its own at an engine's address; whatever fails in it is an `EventsError`."""
    try:
        with _no_doctest():
            from pyspark.errors import PySparkException
            from pyspark.sql.connect.client import DefaultChannelBuilder
            from pyspark.sql.connect.client.retries import DefaultPolicy
            from pyspark.sql.connect.session import SparkSession
    except ImportError:
        raise EventsError(say("errors.engine_client", engine=address)) from None
    warnings.filterwarnings("ignore", message=r"\[RETRIES_EXCEEDED\]")  # the error that follows says so
    try:
        _reached(address)
        made = SparkSession.builder.channelBuilder(DefaultChannelBuilder(address, _alive())).create()
        made.client.set_retry_policies([DefaultPolicy(max_retries=RETRIES, max_backoff=5000)])
        made.sql("select 1").collect()
    except (PySparkException, OSError, ValueError) as error:
        raise EventsError(say("errors.engine_away", engine=address, why=_line(error))) from None
    try:
        yield made
    except PySparkException as error:
        raise EventsError(say("errors.engine_failed", engine=address, why=_line(error))) from None
    finally:
        with contextlib.suppress(Exception):  # an engine that is gone needs no good-bye
            made.client.set_retry_policies([])
            made.stop()


def _alive() -> list[tuple[str, int]]:
    """Settings of the channel by which a connection that has died is known."""
    asked, waited = (round(1000 * seconds) for seconds in (QUIET, LOST))
    # the third is what newer ones go by, a minute unless set; 0: whether or not something else was said in between
    return [("grpc.keepalive_time_ms", asked), ("grpc.keepalive_timeout_ms", waited),
            ("grpc.http2.ping_timeout_ms", waited), ("grpc.http2.max_pings_without_data", 0)]  # fmt: skip


@contextlib.contextmanager
def _no_doctest() -> Iterator[None]:
    """While the client is loaded: a program that has no file (`python -c`) it takes for its doctests, and ends it."""
    main = sys.modules["__main__"]
    alike = main.__spec__ is None and not hasattr(main, "__file__") and not hasattr(sys, "ps1")
    if alike:
        sys.ps1 = ""
    try:
        yield
    finally:
        if alike:
            del sys.ps1


def _reached(address: str) -> None:
    """Raise `OSError` where nobody listens: the client alone would try for minutes."""
    place = urlsplit(address)
    with socket.create_connection((place.hostname or "", place.port or PORT), timeout=REACHED):
        pass


def asked(made: Any, ask: Callable[[], T], watch: Callable[[], None], stopped: Path | None = None) -> T:
    """What an engine answers; `watch` is called meanwhile, and stops it by raising; `stopped` is that of `each`."""
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(ask)
        try:
            while not running.done():
                wait([running], timeout=POLL)
                watch()
            return running.result()
        except BaseException:
            if stopped:
                with contextlib.suppress(OSError):
                    stopped.touch()
            with contextlib.suppress(Exception):  # as above
                made.client.set_retry_policies([])
                made.interruptAll()
            raise


def _line(error: Exception) -> str:
    """The reason in what an engine says: among traces of workers the line that names an error, else the first.

    Where the wire broke, what it says of that.
    """
    if broken := re.search(r'details = "(?:failed to connect to .*remote host: )?(.*)"', str(error)):
        return broken[1][:300]
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    named = [line for line in lines if re.match(r"[\w.]+(Error|Exception): ", line)]
    return [*named[-1:], *lines, type(error).__name__][0][:300]
