"""Files that a browser sends: they stay while whoever sent them is there, or while a job needs them.

ROOT/uploads/RANDOM/FILE is kept by a lock on ROOT/uploads/RANDOM.lock, which the system lets go of when the server
ends; a file that nobody holds and no job waits for is swept by whoever opens or tidies the workspace next.
"""

import contextlib
import json
import re
import secrets
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core import locks

LONGEST_NAME = 80
"""Characters that are kept of the name of a file."""


class Uploads:
    """The files of one visitor of the pages."""

    def __init__(self, folder: Path, awaited: Callable[[], set[Path]]) -> None:
        """Files go into `folder`; `awaited` tells which folders of files jobs still need."""
        self._folder, self._awaited = folder, awaited
        self._held: dict[Path, contextlib.ExitStack] = {}

    def new(self, file_name: str) -> Path:
        """A path for a file; keeps the ending of its name and what is harmless of the rest."""
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(file_name).name).lstrip(".-")[-LONGEST_NAME:] or "log"
        self._folder.mkdir(parents=True, exist_ok=True)
        place = self._folder / secrets.token_hex(8)
        self._held[place] = contextlib.ExitStack()
        self._held[place].enter_context(locks.held(place.with_suffix(".lock")))
        place.mkdir()
        return place / stem

    def discard(self, path: Path) -> None:
        """Remove a file that was sent; one that lies elsewhere is not ours."""
        discard(self._folder, path)
        self.release(path)

    def release(self, path: Path) -> None:
        """Leave a file to the job that imports it."""
        if held := self._held.pop(path.parent, None):
            held.close()

    def close(self) -> None:
        """The visitor has left: what no job waits for goes."""
        awaited = self._awaited()
        for place in list(self._held):
            (self.release if place in awaited else self.discard)(place / "file")


def discard(folder: Path, path: Path) -> None:
    """Remove `path` if it was sent to `folder`, with the folder and the lock that are its own."""
    if path.parent.parent == folder:
        shutil.rmtree(path.parent, ignore_errors=True)
        path.parent.with_suffix(".lock").unlink(missing_ok=True)


def awaited(database: sqlite3.Connection, folder: Path) -> set[Path]:
    """Folders of the files that jobs wait to read, or may be told to read again within a day."""
    day_ago = datetime.now(UTC) - timedelta(days=1)  # as jobs write it, so that texts are in the order of time
    rows = database.execute(
        "select arguments from jobs where status in ('queued', 'running') or (status = 'failed' and ended > ?)",
        (day_ago.isoformat(timespec="milliseconds"),),
    )
    return {path.parent for row in rows for path in named(row["arguments"]) if path.parent.parent == folder}


def named(arguments: str) -> list[Path]:
    """Whatever in the arguments of a job may be a path."""
    values = json.loads(arguments).values()
    return [Path(text) for value in values for text in (value if isinstance(value, list) else [value])
            if isinstance(text, str)]  # fmt: skip
