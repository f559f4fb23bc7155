"""Who is alive: a process holds a lock on a file, and the system lets go of it however the process ends."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def held(path: Path) -> Iterator[bool]:
    """Hold the lock of `path` inside the block; False if another process holds it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def taken(path: Path) -> bool:
    """Whether a living process holds the lock of `path`."""
    if not path.exists():
        return False
    with held(path) as mine:
        return not mine
