"""How much a file may hold that comes in, by `core.settings.IntakeSettings`; what is more is refused with one line."""

import os
from pathlib import Path

from core.errors import EventsError
from core.phrases import say
from core.settings import intake

BLOCK = 512
"""Bytes that systems count the place of a file on disk in."""


def most_bytes(path: Path, name: str = "") -> int:
    """Bytes that a file may unpack to; raises `EventsError` for one of holes, which is packed as it lies there."""
    limits, size = intake(), path.stat().st_size
    most = min(max(limits.unpacked_free_mb << 20, limits.unpacked_times * size), limits.unpacked_most_mb << 20)
    if size > max(limits.unpacked_free_mb << 20, limits.unpacked_times * on_disk(path)):
        raise bomb(path, name)
    return most


def on_disk(path: Path) -> int:
    """Bytes that a file takes on its disk, where it has holes; else its size."""
    about = path.stat()
    taken = getattr(about, "st_blocks", about.st_size) * BLOCK
    return taken if taken < about.st_size and _has_holes(path, about.st_size) else about.st_size


def _has_holes(path: Path, size: int) -> bool:
    """Whether the system knows of a hole; some tell of blocks only seconds after a file was written."""
    if not hasattr(os, "SEEK_HOLE"):
        return True
    with path.open("rb") as stream:
        return os.lseek(stream.fileno(), 0, os.SEEK_HOLE) < size


def bomb(path: Path, name: str = "") -> EventsError:
    """What is said of a file that unpacks to more than it may."""
    limits, size = intake(), on_disk(path)
    if max(limits.unpacked_free_mb << 20, limits.unpacked_times * size) > limits.unpacked_most_mb << 20:
        return EventsError(say("errors.huge", file=name or path.name, megabytes=limits.unpacked_most_mb))
    return EventsError(say("errors.bomb", file=name or path.name, times=limits.unpacked_times, bytes=size))


def check_columns(count: int, name: str) -> None:
    """Raise `EventsError` for more columns than a table may have."""
    if count > intake().columns:
        raise EventsError(say("errors.many_columns", file=name, found=count, most=intake().columns))
