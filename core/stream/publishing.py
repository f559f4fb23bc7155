"""Changes on their way out: written down with what they come from, then sent to a topic or a file, each once.

A change has a number, which is never given twice. Whoever sends knows by the place that it sends to which number came
last, so that a kill between sending and noting that sends nothing again.
"""

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from core.errors import InputError
from core.phrases import say
from core.stream.journal import Journal

AT_ONCE = 1000
PAUSE = 30.0
"""Seconds until the next try where sending failed."""
NOTED = "published to"


class Unsent(Exception):  # noqa: N818, nothing is wrong: it is sent later
    """What was to be sent was not, and can be sent later."""


class Sink(Protocol):
    """Where changes go."""

    @property
    def name(self) -> str:
        """What it is called in errors."""

    def delivered(self, noted: str) -> int:
        """Number of the last change that is there, 0 without; `noted` is what `send` said last. Raises `Unsent`."""

    def send(self, rows: Sequence[tuple[int, str, str]]) -> str:
        """Send changes (number, user, text); returns what is to be noted of it. Raises `Unsent`."""

    def close(self) -> None:
        """Let go of it."""


class Publisher:
    """Sends what waits in a journal."""

    def __init__(self, journal: Journal, sink: Sink) -> None:
        """Begin where the sink says that it was left."""
        self._journal, self._sink = journal, sink
        self._fact = f"{NOTED} {sink.name}"
        self._known, self._again = False, 0.0

    def send(self, *, last: bool = False) -> int:
        """Send what waits; returns how much that was. Raises `InputError` where it is the `last` chance and fails."""
        if time.monotonic() < self._again and not last:
            return 0
        sent = 0
        try:
            self._look()
            while rows := self._journal.waiting(AT_ONCE):
                noted = self._sink.send(rows)
                self._journal.published(rows[-1][0], self._fact, noted)
                sent += len(rows)
        except Unsent as reason:
            self._known, self._again = False, time.monotonic() + PAUSE
            if last:
                raise InputError(say("errors.unpublished", sink=self._sink.name, why=str(reason))) from None
        return sent

    def close(self) -> None:
        """Let go of the sink."""
        self._sink.close()

    def _look(self) -> None:
        """What is there was sent: by one who was killed before noting it, or whose answer was lost."""
        if not self._known:
            self._journal.published(self._sink.delivered(self._journal.fact(self._fact) or ""))
            self._known = True


class FileSink:
    """Appends a line for each change to a file."""

    def __init__(self, path: Path, stream: str) -> None:
        """`stream` names who numbers the changes; raises `InputError` where the file cannot be written."""
        self.path, self.stream = path.absolute(), stream
        try:
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise InputError(say("errors.unpublished", sink=str(path), why=str(error.strerror))) from None

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.path)

    def delivered(self, noted: str) -> int:
        """The number in the last whole line of this stream behind what was noted; a line that broke off is cut."""
        size, start = os.fstat(self._file).st_size, int(noted or 0)
        start = start if start <= size else 0
        found = os.pread(self._file, size - start, start)
        whole = found[: found.rfind(b"\n") + 1]
        if len(whole) < len(found):
            os.ftruncate(self._file, start + len(whole))
        return max((number for line in whole.splitlines() if (number := self._number(line))), default=0)

    def send(self, rows: Sequence[tuple[int, str, str]]) -> str:
        """Append lines, and see them to the disk; returns the length of the file."""
        data = "".join(f"{numbered(self.stream, number, line)}\n" for number, _, line in rows).encode()
        try:
            while data:
                data = data[os.write(self._file, data) :]
            os.fsync(self._file)
        except OSError as error:
            raise Unsent(str(error.strerror)) from None
        return str(os.fstat(self._file).st_size)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _number(self, line: bytes) -> int:
        try:
            found = json.loads(line)
        except ValueError:
            return 0
        own = isinstance(found, dict) and found.get("stream") == self.stream
        return int(found["sequence"]) if own else 0


def numbered(stream: str, number: int, line: str) -> str:
    """The text of a change, a JSON object, with who numbers it and its number.

    >>> numbered("a", 3, '{"user_id": "ann"}')
    '{"stream": "a", "sequence": 3, "user_id": "ann"}'
    """
    return json.dumps({"stream": stream, "sequence": number} | json.loads(line), ensure_ascii=False)
