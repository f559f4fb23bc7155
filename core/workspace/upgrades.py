"""From version to version: a workspace says which form it has and which product gave it that form.

A newer form is refused. An older one is brought up on a copy of the database, which then takes the place of the
original within one transaction of SQLite: whoever is killed on the way leaves what was there before, and whoever has
the database open sees the one or the other. A change that someone else makes meanwhile is not lost: the copy is made
again.
"""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, TypeAlias

from core import locks
from core.errors import WorkspaceError
from core.phrases import say
from core.workspace import tables

PRODUCT: Final = "0.1.0"
"""The version of this product; that of pyproject.toml, held by a test."""
PATIENCE = 30
"""Seconds to wait for another process's transaction."""
ATTEMPTS, PAUSE = 100, 0.05
"""What SQLite does not wait for by itself is tried again this often, with a pause in seconds."""
Aside: TypeAlias = Callable[[], AbstractContextManager[Path]]


class _ChangedError(Exception):
    """Someone has written to the original since it was copied."""


def opened(path: Path, aside: Aside) -> None:
    """Make a workspace's database, or bring it to today's form; the copy is made in a folder that `aside` gives.

    Raises `WorkspaceError` for one of a newer form, which is left as it is.
    """
    if _checked(path) == tables.SCHEMA:
        return
    with locks.waited(path.with_name("upgrade.lock"), lambda: None):
        attempts = 0
        while _checked(path) != tables.SCHEMA:
            attempts += 1
            try:
                _bring_up(path, aside)
            except _ChangedError:
                continue
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or attempts == ATTEMPTS:
                    raise
                time.sleep(PAUSE)


def mark(path: Path) -> tuple[int, str]:
    """The number of a database's form, and the product that gave it that form; empty where none is named."""
    with _connected(path) as database:
        number = int(database.execute("pragma user_version").fetchone()[0])
        with contextlib.suppress(sqlite3.OperationalError):
            found = database.execute("select value from about where name = 'product'").fetchone()
            return number, str(found[0]) if found else ""
    return number, ""


def check(path: Path, folder: Path) -> int:
    """The number of a database's form; raises `WorkspaceError` where it is newer than any that this product knows."""
    number, product = mark(path)
    if number > tables.SCHEMA:
        raise WorkspaceError(
            say(
                "errors.newer_workspace", folder=str(folder), product=product, form=number, mine=PRODUCT,
                known=tables.SCHEMA,
            )
        )  # fmt: skip
    return number


def _checked(path: Path) -> int:
    return check(path, path.parent)


def _bring_up(path: Path, aside: Aside) -> None:
    with _connected(path) as original:
        if not original.execute("select count(*) from sqlite_master").fetchone()[0]:
            original.execute("pragma journal_mode=wal")
            _stepped(original)
            return
    with aside() as folder:
        _swapped(path, folder / path.name)


def _swapped(path: Path, copy: Path) -> None:
    """Bring a copy up, and put it in the place of the original unless that has changed by then."""
    with _connected(path) as original:
        seen = _version(original)
        with _connected(copy) as draft:
            original.backup(draft)
            _stepped(draft)
            if (found := draft.execute("pragma integrity_check").fetchone()[0]) != "ok":
                raise WorkspaceError(say("errors.broken_workspace", folder=str(path.parent), why=str(found)))

            def look(_status: int, left: int, pages: int) -> None:
                # The first page has been written: from here on nobody else can write.
                if left == pages - 1 and _version(original) != seen:
                    raise _ChangedError

            with _connected(path) as target:
                draft.backup(target, pages=1, progress=look)


def _stepped(database: sqlite3.Connection) -> None:
    """Take all steps from the form that a database has to today's, at once or not at all."""
    database.execute("begin immediate")
    number = int(database.execute("pragma user_version").fetchone()[0])
    for step in tables.STEPS[number:]:
        step(database)
    database.execute(f"pragma user_version = {tables.SCHEMA}")
    database.execute("insert or replace into about values ('product', ?)", (PRODUCT,))
    database.execute("commit")


def _version(database: sqlite3.Connection) -> int:
    """What changes whenever someone else has written."""
    return int(database.execute("pragma data_version").fetchone()[0])


@contextlib.contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as database:
        yield database
