"""Objects at an address that Arrow knows (`s3://`, `gs://`, `abfs://`, `hdfs://`): put, read, listed, removed.

What is read is checked block by block against hashes, so that a part can be read without the rest and is right or not
read at all. Who may do so stands in the environment of each process, never in an address.
"""

import contextlib
import hashlib
import io
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from core.errors import WorkspaceError
from core.phrases import say

BLOCK: Final = 1 << 20
"""Bytes that are checked together: a row group of events is about as large."""
AT_ONCE: Final = 16
"""Blocks that are asked for, and sent, at once."""
KEPT: Final = 8
"""Blocks that a reader remembers: columns of one row group lie beside each other."""
OWN_USERS: Final = ("abfs", "abfss", "hdfs")
"""What stands before the @ there is a container or a user, no key."""


def is_address(place: str) -> bool:
    """Whether this is an address and no path."""
    return "://" in place


def below(address: str, *names: str) -> str:
    """The address of something below another; what is told behind a question mark stays there."""
    place, mark, told = address.partition("?")
    return "/".join([place.rstrip("/"), *names]) + mark + told


def plain(address: str) -> str:
    """An address without what is told of the way there."""
    return address.partition("?")[0]


def check(address: str) -> None:
    """Raise `WorkspaceError` for an address that holds a secret, without repeating it, or that nothing here knows."""
    parts = urlsplit(address)
    if parts.password is not None or (parts.username is not None and parts.scheme not in OWN_USERS):
        raise WorkspaceError(say("errors.store_secret", scheme=parts.scheme))
    system(address)


def put(source: Path, address: str, said: Callable[[int], None] = lambda _: None) -> list[str]:
    """Put a file whole; returns the SHA-256 of each of its blocks. Raises `WorkspaceError`.

    `said` is told how many bytes are gone, again and again, and may raise.
    """
    blocks: list[str] = []
    with source.open("rb") as file, _opened(address, write=True) as out:
        while block := file.read(BLOCK):
            said(len(blocks) * BLOCK)
            blocks.append(hashlib.sha256(block).hexdigest())
            with one_line(address):
                out.write(block)
    return blocks


def put_bytes(data: bytes, address: str) -> None:
    """Put some bytes whole; raises `WorkspaceError`."""
    with _opened(address, write=True) as out, one_line(address):
        out.write(data)


def read(address: str) -> bytes:
    """All bytes of a small object; raises `WorkspaceError`."""
    with _opened(address) as file, one_line(address):
        return bytes(file.read())


def fetch(address: str, path: Path) -> None:
    """Write an object to a file, as it is; raises `WorkspaceError`."""
    with _opened(address) as file, path.open("wb") as out:
        while block := _block(file, address):
            out.write(block)


def _block(file: Any, address: str) -> bytes:
    with one_line(address):
        return bytes(file.read(AT_ONCE * BLOCK))


def names(address: str) -> list[str]:
    """Names of what lies right below an address; empty where there is nothing. Raises `WorkspaceError`."""
    import pyarrow.fs as pafs

    store, path = system(address)
    with one_line(address):
        return sorted(each.base_name for each in store.get_file_info(pafs.FileSelector(path, allow_not_found=True)))


def remove(address: str) -> None:
    """Remove all that lies below an address; raises `WorkspaceError`."""
    store, path = system(address)
    with one_line(address), contextlib.suppress(FileNotFoundError):
        store.delete_dir(path)


class Checked(io.RawIOBase):
    """An object that is read in any order, each block of it checked."""

    def __init__(self, address: str, size: int, blocks: list[str]) -> None:
        """`blocks`: what `put` returned of it."""
        super().__init__()
        self.address, self.size, self.blocks = address, size, blocks
        self._file: Any = None
        self._place = 0
        self._known: dict[int, bytes] = {}

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is, which Arrow asks."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        self._place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size}[whence]
        return self._place

    def tell(self) -> int:
        """Where it is read on."""
        return self._place

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as there is something; raises `WorkspaceError` for bytes that are not those put."""
        wanted = max(0, min(len(buffer), self.size - self._place))
        if not wanted:
            return 0
        first, last = self._place // BLOCK, (self._place + wanted - 1) // BLOCK
        data = b"".join(self._blocks(first, last))
        start = self._place - first * BLOCK
        buffer[:wanted] = data[start : start + wanted]
        self._place += wanted
        return wanted

    def close(self) -> None:
        """Let go of it."""
        if self._file is not None and not self.closed:
            self._file.close()
        super().close()

    def _blocks(self, first: int, last: int) -> list[bytes]:
        wanted = range(first, last + 1)
        found = {place: self._known[place] for place in wanted if place in self._known}
        missing = [place for place in wanted if place not in found]
        if missing:
            found |= self._fetched(missing[0], missing[-1])
            self._known = dict([*self._known.items(), *found.items()][-KEPT:])
        return [found[place] for place in wanted]

    def _fetched(self, first: int, last: int) -> dict[int, bytes]:
        with one_line(self.address):
            if self._file is None:
                store, path = system(self.address)
                self._file = store.open_input_file(path)
                if self._file.size() != self.size:
                    raise self._changed()
            data = memoryview(self._file.read_at(min(self.size, (last + 1) * BLOCK) - first * BLOCK, first * BLOCK))
        found = {}
        for place in range(first, last + 1):
            block = bytes(data[(place - first) * BLOCK : (place - first + 1) * BLOCK])
            if hashlib.sha256(block).hexdigest() != self.blocks[place]:
                raise self._changed()
            found[place] = block
        return found

    def _changed(self) -> WorkspaceError:
        return WorkspaceError(say("errors.store_changed", address=plain(self.address)))


@contextlib.contextmanager
def _opened(address: str, *, write: bool = False) -> Iterator[Any]:
    """An object to read, or to write: it is there once it was closed, on whatever holds objects."""
    store, path = system(address)
    with one_line(address):
        if write and store.type_name in ("local", "hdfs"):
            store.create_dir(path.rpartition("/")[0], recursive=True)
        file = store.open_output_stream(path) if write else store.open_input_file(path)
    try:
        yield file
    finally:
        with one_line(address):
            file.close()


@contextlib.contextmanager
def one_line(address: str) -> Iterator[None]:
    """Turn what Arrow raises of an address into one line."""
    import pyarrow as pa

    try:
        yield
    except FileNotFoundError as error:
        raise WorkspaceError(say("errors.store_lost", address=plain(address))) from error
    except (OSError, pa.ArrowException, ValueError) as error:
        raise WorkspaceError(say("errors.store_away", address=plain(address), why=_line(error))) from error


def _line(error: Exception) -> str:
    return [*str(error).splitlines(), type(error).__name__][0][:300]


def system(address: str) -> tuple[Any, str]:
    """The file system at an address and the path there; raises `WorkspaceError`."""
    place, mark, told = address.partition("?")
    parts = urlsplit(place)
    start = f"{parts.scheme}://{parts.netloc}"
    if not parts.netloc:
        return connected("file:///")[0], parts.path
    store, root = connected(f"{start}/{mark}{told}")
    return store, (root + parts.path).rstrip("/")


@lru_cache(maxsize=8)
def connected(start: str) -> tuple[Any, str]:
    """The file system of a bucket and the path of its root, made once; raises `WorkspaceError`."""
    import pyarrow.fs as pafs

    with one_line(start):
        store, path = pafs.FileSystem.from_uri(start)
        return store, str(path).rstrip("/")
