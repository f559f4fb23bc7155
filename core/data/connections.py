"""Connections to DuckDB: one that was used for little is kept, and handed on empty to whoever needs the next.

To open DuckDB and to let go of it costs more than all statements of the import of a small log.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from core.data.statements import Remembering

MEMORY_MB = 1500
"""Beyond this, tables go to the scratch folder."""
WORK = "work"
"""The database in memory that all tables of one engine lie in, and go with."""
_idle: dict[int, "Remembering"] = {}
"""The connection that waits in a process, by the number of the process: one that was forked has none of its threads."""
_beside: dict[int, "Remembering"] = {}
"""The connection for single texts, likewise."""


def connected() -> "Remembering":
    """The connection that waits, else a new one, with no table in it."""
    backend = _idle.pop(os.getpid(), None) or _opened()
    backend.views.known.clear()
    backend.con.execute(f"attach ':memory:' as {WORK}")
    backend.con.execute(f"use {WORK}")
    return backend


def left(backend: "Remembering", *, again: bool) -> None:
    """Close a connection, or let it wait for the next, without its tables, if it may be used `again`."""
    if again:
        with contextlib.suppress(duckdb.Error):
            backend.con.execute("use memory")
            backend.con.execute(f"detach {WORK}")
            if _idle.setdefault(os.getpid(), backend) is backend:
                return
    backend.disconnect()


@contextlib.contextmanager
def spilling(folder: Path) -> Iterator["Remembering"]:
    """A connection for questions to a log of any size: what is more than `MEMORY_MB` lies in a folder meanwhile."""
    backend = _opened(temp_directory=str(folder))
    try:
        yield backend
    finally:
        backend.disconnect()


def beside() -> "Remembering":
    """The connection of this process for what is no table: each who asks takes a cursor of it."""
    found = _beside.get(os.getpid())
    return found or _beside.setdefault(os.getpid(), _opened(threads=1))


def _opened(threads: int = 2, **settings: str) -> "Remembering":
    from core.data.statements import Remembering

    backend: Remembering = Remembering().connect(threads=threads, memory_limit=f"{MEMORY_MB}MB", **settings)
    for setting in ("global timezone = 'UTC'", "enable_progress_bar = true", "enable_progress_bar_print = false"):
        backend.con.execute(f"set {setting}")
    return backend
