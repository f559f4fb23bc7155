"""Copies of objects that lie here as long as there is room: each is used by any number of processes at once.

Whoever uses a copy holds a lock on the file itself, which the system releases however a process ends. Only what nobody
holds makes room for others; so there may be more than was set, for as long as so much is in use.
"""

import contextlib
import fcntl
import os
import shutil
import threading
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, cast

from core import locks
from core.settings import storing

PART = ".part"
"""How a file ends that is on its way."""
AT_ONCE = 16 << 20
"""Bytes that are fetched at once."""
_HELD: dict[tuple[int, str], int] = {}
"""Open files by the number of who holds them, and their paths."""
_LOCK = threading.RLock()
"""Who is let go of may be let go of amid anything."""


def held(path: Path, size: int, holder: object) -> bool:
    """Hold a copy for as long as there is `holder`; False where there is none, or one that is not as large."""
    key = (id(holder), str(path))
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    fcntl.flock(file, fcntl.LOCK_SH)
    with _LOCK:
        is_there = locks.names(path, file) and os.fstat(file).st_size == size
        if is_there and key not in _HELD:
            _HELD[key] = file
            weakref.finalize(holder, _let_go, key)
        else:
            os.close(file)
    if is_there:
        with contextlib.suppress(OSError):
            os.utime(path)  # which copies were not used for longest
    return is_there


def brought(source: Any, path: Path) -> None:
    """Make a copy, which appears whole."""
    draft = path.with_name(f"{path.name}{PART}")
    try:
        copied(source, draft)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def copied(source: Any, path: Path) -> None:
    """Write what is read to a file."""
    with path.open("wb") as out:
        shutil.copyfileobj(cast("IO[bytes]", source), out, AT_ONCE)


def make_room(copies: Iterable[Path], size: int) -> None:
    """Remove copies that nobody holds, those not used for longest first, until so many bytes fit in."""
    found = []
    for path in copies:
        with contextlib.suppress(FileNotFoundError):
            found.append((path.stat().st_mtime_ns, path.stat().st_size, path))
    over = size + sum(each[1] for each in found) - (storing().cache_mb << 20)
    for _, bytes_of, path in sorted(found):
        if over > 0 and _removed(path):
            over -= bytes_of


def _removed(path: Path) -> bool:
    with contextlib.suppress(FileNotFoundError, BlockingIOError):
        file = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if locks.names(path, file):
                path.unlink()
                return True
        finally:
            os.close(file)
    return False


def _let_go(key: tuple[int, str]) -> None:
    with _LOCK:
        file = _HELD.pop(key, None)
    if file is not None:
        os.close(file)
