"""Who is alive: a process holds a lock on a file, and the system lets go of it however the process ends."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

TRIES, PAUSE = 3, 0.01
"""Who looks whether a lock is taken holds it for a moment: one who wants it tries again after that many seconds."""


@contextlib.contextmanager
def held(path: Path, tries: int = TRIES) -> Iterator[bool]:
    """Hold the lock of `path` inside the block; False if another process holds it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _locked(handle, tries)
    finally:
        os.close(handle)


def taken(path: Path) -> bool:
    """Whether a living process holds the lock of `path`."""
    if not path.exists():
        return False
    with held(path, tries=1) as mine:
        return not mine


def _locked(handle: int, tries: int) -> bool:
    """Lock an open file, unless someone else has it locked each time."""
    for left in reversed(range(tries)):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(PAUSE if left else 0)
    return False
