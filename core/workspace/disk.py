"""What the disk may do to us: fill up, vanish, or hold what a killed process left behind."""

import contextlib
import ctypes
import errno
import os
import shutil
import sqlite3
import time
from collections.abc import Container, Iterator
from pathlib import Path

from core import locks
from core.errors import WorkspaceError
from core.phrases import say

FULL = {errno.ENOSPC, errno.EDQUOT}
FULL_TEXTS = ("No space left on device", "disk is full", "Disk quota exceeded")
"""How libraries say it that raise errors of their own."""
HERE, EXCHANGE = -100, 2
"""AT_FDCWD and RENAME_EXCHANGE of Linux' renameat2."""
NEXT = "~next"
"""How a folder is called that waits for its place to become free; no data set may be called so."""
EMPTYING_TRIES, EMPTYING_PAUSE = 50, 0.1
"""How often, and after how many seconds, whoever reads a database is asked to let go of its earlier state."""
LOCK_SECONDS = 60
"""The lock of a staged folder may be there this long before the folder is."""


@contextlib.contextmanager
def guarded(root: Path) -> Iterator[None]:
    """Turn what a full or read-only disk makes libraries raise into one clear `WorkspaceError`."""
    try:
        yield
    except WorkspaceError:
        raise
    except Exception as error:
        if getattr(error, "errno", None) in FULL or any(text in str(error) for text in FULL_TEXTS):
            raise WorkspaceError(say("errors.disk_full", folder=str(root))) from error
        if isinstance(error, OSError) and error.errno in {errno.EROFS, errno.EACCES}:
            raise WorkspaceError(say("errors.read_only", folder=str(root), why=str(error.strerror))) from error
        raise


@contextlib.contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """A new empty folder, removed at the end if it is still there; its lock says that its process lives."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = folder.with_suffix(".lock")
    with locks.held(lock):
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            lock.unlink(missing_ok=True)


def sweep(place: Path, kept: Container[Path] = ()) -> None:
    """Remove folders in `place` whose process is gone, unless they are to be `kept`."""
    for folder in place.glob("*"):
        lock = folder.with_suffix(".lock")
        if folder.is_dir() and folder not in kept and not locks.taken(lock):
            shutil.rmtree(folder, ignore_errors=True)
            lock.unlink(missing_ok=True)
        elif folder.suffix == ".lock" and _forgotten(folder):
            folder.unlink(missing_ok=True)


def _forgotten(lock: Path) -> bool:
    """Whether a lock was made so long ago that its folder would be there by now, and nobody holds it."""
    with contextlib.suppress(FileNotFoundError):
        old = time.time() - lock.stat().st_mtime > LOCK_SECONDS
        return old and not lock.with_suffix("").exists() and not locks.taken(lock)
    return False


def put(made: Path, target: Path) -> None:
    """Move a file or folder to its place: a reader, or a kill, finds what was there before or the new one, whole.

    Where the system cannot exchange two folders at once, there is none for a moment.
    """
    if not target.is_dir():
        os.replace(made, target)
    elif not _exchanged(made, target):
        before = made.with_name(f"{made.name}.before")
        os.replace(target, before)
        try:
            os.replace(made, target)
        except OSError:
            os.replace(before, target)
            raise


def put_for_good(made: Path, target: Path, aside: Path) -> None:
    """Move a folder to the place of another, which goes `aside`; what is there cannot be made anew, so none is lost.

    Where the system cannot exchange two folders at once, the new one waits beside its place: a kill leaves one of them
    there, or the new one waiting, which then takes its place (`leaving.settle`).
    """
    if _exchanged(made, target):
        os.replace(made, aside)
        return
    waiting = target.with_name(f"{target.name}{NEXT}")
    os.replace(made, waiting)
    os.replace(target, aside)
    os.replace(waiting, target)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange what two paths name, in one step; False where the system or the file system cannot."""
    with contextlib.suppress(AttributeError):
        exchange = ctypes.CDLL(None, use_errno=True).renameat2
        return int(exchange(HERE, os.fsencode(one), HERE, os.fsencode(other), EXCHANGE)) == 0
    return False


def remove(folder: Path) -> None:
    """Remove a folder with all in it; raises `WorkspaceError` with what could not be removed."""
    problems: list[str] = []
    shutil.rmtree(folder, onerror=lambda _, path, why: problems.append(f"{path}: {why[1]}"))
    if folder.exists():
        why = problems[0] if problems else "it was filled again"
        raise WorkspaceError(say("errors.not_removed", folder=str(folder), why=why))


def emptied(database: Path) -> bool:
    """Write an SQLite file anew, so that no byte of what was deleted is left; False while others read it as it was."""
    with contextlib.closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as connection:
        connection.execute("vacuum")
        for _ in range(EMPTYING_TRIES):
            if not connection.execute("pragma wal_checkpoint(truncate)").fetchone()[0]:
                return True
            time.sleep(EMPTYING_PAUSE)
    return False


def unknown(root: Path, versions: dict[str, int], ids: set[str]) -> Iterator[Path]:
    """Data sets, versions, runs and files of jobs that are in none of the rows, outermost folder only."""
    for folder in (root / "data").glob("*"):
        if folder.name not in versions:
            yield folder
            continue
        for version in folder.glob("v*"):
            if int(version.name[1:]) > versions[folder.name]:
                yield version
        yield from (run for run in folder.glob("runs/*") if run.name not in ids)
    yield from (file for file in (root / "jobs").glob("*") if file.stem not in ids)


def size_on_disk(folder: Path) -> int:
    """Bytes of all files below a folder; files that vanish meanwhile count nothing."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            total += path.stat().st_size if path.is_file() else 0
    return total
