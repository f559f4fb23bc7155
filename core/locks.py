"""Who is alive: a process holds a lock on a file, and the system lets go of it however the process ends."""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

TRIES, PAUSE = 3, 0.01
"""Who looks whether a lock is taken holds it for a moment: one who wants it tries again after that many seconds."""
LOOK_EVERY = 0.1
"""Seconds between two looks of one who waits."""


@contextlib.contextmanager
def held(path: Path, tries: int = TRIES, *, shared: bool = False) -> Iterator[bool]:
    """Hold the lock of `path` inside the block; False if another process holds it.

    `shared`: with others who hold it so, and with nobody who holds it alone.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _locked(handle, tries, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
    finally:
        os.close(handle)


@contextlib.contextmanager
def waited(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of `path` inside the block, once whoever has it is through or dead; no file stays behind.

    `waiting` is called again and again until then, and may raise to wait no longer. Raises `FileNotFoundError` if
    the folder of `path` is not there.
    """
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if _locked(handle, tries=1):
                if not names(path, handle):
                    continue  # who had it has removed the file: others ask for the lock of another one by now
                try:
                    yield
                    return
                finally:
                    if names(path, handle):
                        path.unlink()
        finally:
            os.close(handle)
        waiting()
        time.sleep(LOOK_EVERY)


def taken(path: Path) -> bool:
    """Whether a living process holds the lock of `path`."""
    if not path.exists():
        return False
    with held(path, tries=1) as mine:
        return not mine


def names(path: Path, handle: int) -> bool:
    """Whether `path` is the open file still."""
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(path.stat(), os.fstat(handle))
    return False


def _locked(handle: int, tries: int, how: int = fcntl.LOCK_EX) -> bool:
    """Lock an open file, unless someone else has it locked each time."""
    for left in reversed(range(tries)):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, how | fcntl.LOCK_NB)
            return True
        time.sleep(PAUSE if left else 0)
    return False
