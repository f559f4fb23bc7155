"""The end of a growing file: whole records only, through rotation and truncation, from any place that was kept.

A record is given out only when its last line has ended. A file that was renamed and made anew (rotation) is read to
its end first; one that was cut (truncation) is read again from its start, since what is in it is new.
"""

import io
import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from core.data import line_of

HEAD = 256
"""Bytes at the start by which a file is known again."""
LONGEST = 16 << 20
"""A record of so many bytes without an end is given out as it is: nobody wrote an event that long."""
READ = 1 << 18
ROTATIONS, TRUNCATIONS = "rotations", "truncations"
Place = TypeVar("Place")


def _closed(_text: str) -> bool:
    return False


@dataclass(frozen=True)
class Position:
    """A place in a file: everything before it was given out."""

    offset: int = 0
    device: int = 0
    inode: int = 0
    head: str = ""
    """First bytes of the file, at most `HEAD`, as hex."""


@dataclass(frozen=True)
class Dead:
    """Something that holds no event and is kept, with the reason."""

    place: str
    """Where it lies: partition and number in it."""
    reason: str
    value: bytes
    """As it came; empty where nobody may be named by it."""


@dataclass(frozen=True)
class Records(Generic[Place]):
    """What was read at once."""

    texts: tuple[str | None, ...]
    """Whole records in order, without line ends; None: not UTF-8."""
    position: Place
    """The place behind them."""
    begins: bool
    """The first of them is the first of its file."""
    where: tuple[str, ...] = ()
    """Where each of them lies, where those that hold no event are to be kept."""
    dead: tuple[Dead, ...] = ()
    """What came with them and was no record at all."""
    moved: bool = False
    """Its place is to be kept although nothing was read."""


class Source(Protocol):
    """A log that grows, wherever it lies."""

    happened: Counter[str]
    """What befell it since it was last asked for, to be counted."""

    @property
    def name(self) -> str:
        """What it is called in errors."""

    @property
    def behind(self) -> bool:
        """Whether it knows of something that it has not read yet."""

    def read(self, at_most: int, is_open: Callable[[str], bool] = ...) -> Records[Any]:
        """The next whole records, none if there are none yet; `is_open` tells whether a text needs its next line."""

    def places(self, position: Any) -> Mapping[str, Any]:
        """How far it was read, as dataclasses by the names under which they are kept."""

    def close(self) -> None:
        """Let go of it."""


class Tail:
    """Follows one path."""

    def __init__(self, path: Path, position: Position | None = None, encoding: str = "utf-8") -> None:
        """Goes on at `position`, else at the start; `encoding` is what lines are in that are not UTF-8."""
        self.encoding = encoding
        self.path = path
        self.position = position or Position()
        self.happened: Counter[str] = Counter()
        """Rotations and truncations since it was last asked for."""
        self._file: int | None = None
        self._ended = False

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    @property
    def name(self) -> str:
        """What it is called in errors."""
        return self.path.name

    @property
    def behind(self) -> bool:
        """Whether it knows of a newer file than the one that it reads."""
        return self._ended

    def places(self, position: Position) -> Mapping[str, Position]:
        """How far it was read, by its path."""
        return {str(self.path): position}

    @property
    def waiting(self) -> int:
        """Bytes of a record that has not ended."""
        return 0 if self._file is None else max(0, os.fstat(self._file).st_size - self.position.offset)

    def read(self, at_most: int, is_open: Callable[[str], bool] = _closed) -> Records[Position]:
        """The next whole records, none if there are none yet; `is_open` tells whether a text needs its next line."""
        if self._file is None and not self._opened():
            return Records((), self.position, begins=False)
        assert self._file is not None
        self._check_head(self._file)
        begins, data = self.position.offset == 0, self._data(self._file)
        final = False
        if not data or b"\n" not in data:
            if not self._replaced():
                if len(data) < LONGEST:
                    return Records((), self.position, begins=False)
            elif not self._ended:  # whoever writes may not know of the new file yet: look once more
                self._ended = True
                return Records((), self.position, begins=False)
            final = True
        texts, size = records_of(data, at_most, is_open, (final, self.encoding))
        self.position = replace(self.position, offset=self.position.offset + size)
        if final and self._replaced() and size == len(data):
            self.close()
            self.happened[ROTATIONS] += 1
            self._ended, self.position = False, Position()
        return Records(tuple(texts), self.position, begins)

    def _data(self, file: int) -> bytes:
        """Bytes up to the last line end, more of them if a single line asks for it."""
        size = READ
        while True:
            data = os.pread(file, size, self.position.offset)
            end = data.rfind(b"\n") + 1
            if end or len(data) < size or size >= LONGEST:
                return data[:end] if end else data
            size *= 2

    def _opened(self) -> bool:
        """Open the file of the position, wherever it was moved to, else the one at the path."""
        known = self.position.inode
        place = self._moved() if known and not self._is_known(self.path) else self.path
        try:
            self._file = os.open(place or self.path, os.O_RDONLY)
        except FileNotFoundError:
            return False
        found = os.fstat(self._file)
        if known and place is None:  # what it stood in is gone
            self.happened[ROTATIONS] += 1
            self.position = Position()
        self.position = replace(self.position, device=found.st_dev, inode=found.st_ino)
        return True

    def _moved(self) -> Path | None:
        """Where the file of the position was renamed to."""
        return next((path for path in sorted(self.path.parent.iterdir()) if self._is_known(path)), None)

    def _is_known(self, path: Path) -> bool:
        try:
            found = path.stat()
        except OSError:
            return False
        if (found.st_dev, found.st_ino) != (self.position.device, self.position.inode):
            return False
        with path.open("rb") as stream:
            return stream.read(len(self.position.head) // 2).hex() == self.position.head

    def _replaced(self) -> bool:
        """Whether the path names another file than the one that is open."""
        assert self._file is not None
        own = os.fstat(self._file)
        try:
            found = self.path.stat()
        except OSError:
            return False
        return (found.st_dev, found.st_ino) != (own.st_dev, own.st_ino)

    def _check_head(self, file: int) -> None:
        """Begin anew where the file was cut or written over."""
        head = os.pread(file, HEAD, 0).hex()
        if not head.startswith(self.position.head) or os.fstat(file).st_size < self.position.offset:
            self.happened[TRUNCATIONS] += 1
            self.position = replace(self.position, offset=0)
        self.position = replace(self.position, head=head)


def records_of(
    data: bytes, at_most: int, is_open: Callable[[str], bool], how: tuple[bool, str]
) -> tuple[list[str | None], int]:
    """Records of whole lines and the bytes that they take; `how`: whether this is all, and the encoding of other texts.

    A record that is still open waits for more unless this is all.
    """
    final, encoding = how
    texts: list[str | None] = []
    pending, taken, size = b"", 0, 0
    for line in io.BytesIO(data):
        pending += line
        size += len(line)
        text = text_of(pending, encoding)
        if text is not None and '"' in text and is_open(text) and len(pending) < READ and not final:
            continue
        texts.append(text)
        pending, taken = b"", size
        if len(texts) == at_most:
            break
    return texts, taken


def text_of(line: bytes, encoding: str) -> str | None:
    """The text of a line without its end; None where it is in no known encoding."""
    text = line_of(line, encoding)
    return None if text is None else text.rstrip("\r\n").removeprefix("\ufeff")
