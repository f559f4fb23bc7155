"""What a stream notices, sent on: to a topic of Kafka or a file, and how far behind a stream is."""

import contextlib
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core import locks
from core.data import schema
from core.pipeline.feeds import Feed
from core.pipeline.journals import lock_of_sending
from core.settings import StreamSettings
from core.workspace import DataSet

if TYPE_CHECKING:
    from core.stream import Change, Journal, Publisher, Sink

STREAM, LAG = "stream id", "lag"


class Sending:
    """Publishes what waits in a journal, if no other process of the data set does."""

    def __init__(self, lock: Path, publisher: "Publisher | None", stack: contextlib.ExitStack) -> None:
        self._lock, self._publisher, self._stack, self._mine = lock, publisher, stack, False

    def send(self, *, last: bool = False) -> None:
        """Send what waits, now or after a pause where it failed; raises `InputError` if the `last` try fails."""
        if self._publisher is None:
            return
        if not self._mine:
            with contextlib.ExitStack() as attempt:
                self._mine = attempt.enter_context(locks.held(self._lock, tries=1))
                if self._mine:
                    self._stack.enter_context(attempt.pop_all())
        if self._mine:
            self._publisher.send(last=last)


@contextlib.contextmanager
def sending(found: DataSet, journal: "Journal", feed: Feed, settings: StreamSettings) -> Iterator[Sending]:
    """Who sends what is noticed in a data set; raises `InputError` where the place to send it to cannot be."""
    with contextlib.ExitStack() as stack:
        publisher = _publisher(journal, feed, settings)
        if publisher:
            stack.enter_context(contextlib.closing(publisher))
        yield Sending(lock_of_sending(found), publisher, stack)


def written(change: "Change", name: str, *, ordinal: bool) -> str:
    """A change as a JSON object."""
    flag = change.flag
    told = {
        "data_set": name,
        schema.USER: flag.user,
        "time": moment(flag.time, ordinal=ordinal),
        "since": moment(flag.since, ordinal=ordinal),
        "from": change.lost,
        "to": change.gained,
        "p": float(f"{change.p_value:.3g}"),
        "evidence": round(flag.evidence, 3),
    }
    return json.dumps(told, ensure_ascii=False)


def moment(time: int, *, ordinal: bool) -> int | str:
    """A time as it is told: ISO 8601 in UTC, or the position where the log has no clock."""
    return time if ordinal else str(np.datetime64(time, "us").astype("datetime64[s]"))


def lag_of(journal: "Journal") -> dict[str, int]:
    """Messages of topics that were not read yet when last looked; nothing where no topic was ever followed."""
    found = journal.lag()
    return {LAG: sum(found.values())} if found else {}


def _publisher(journal: "Journal", feed: Feed, settings: StreamSettings) -> "Publisher | None":
    """Who sends changes on; None where nobody asked for it."""
    from core.stream import FileSink, Link, Publisher, TopicSink

    if not settings.sink:
        return None
    with journal.turn():
        stream = journal.fact(STREAM) or secrets.token_hex(6)
        journal.keep_fact(STREAM, stream)
    sink: Sink
    if Link.is_one(settings.sink):
        sink = TopicSink(Link.of(settings.sink), stream, feed.reach)
    else:
        sink = FileSink(Path(settings.sink), stream)
    return Publisher(journal, sink)
