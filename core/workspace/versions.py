"""Which version of a data set is the current one, and what lies in the way of the next: asked inside a transaction."""

import secrets
import shutil
import sqlite3
from collections.abc import Iterable
from pathlib import Path


def row(database: sqlite3.Connection, name: str) -> sqlite3.Row | None:
    """The row of a data set, None where there is none."""
    found: sqlite3.Row | None = database.execute("select * from data_sets where name = ?", (name,)).fetchone()
    return found


def names(database: sqlite3.Connection) -> list[str]:
    """Names of all data sets, newest first."""
    return [row["name"] for row in database.execute("select name from data_sets order by created desc, rowid desc")]


def origin(database: sqlite3.Connection, name: str) -> str | None:
    """What all versions of a data set share, and none of another that has its name; None where there is none."""
    found = row(database, name)
    return str(found["origin"]) if found else None


def owner(data: Path, target: Path) -> str:
    """The name of the data set that a path below `data` belongs to; empty for any other path."""
    return target.relative_to(data).parts[0] if target.is_relative_to(data) else ""


def before(data_set: Path, version: int, runs: Iterable[Path] = ()) -> list[Path]:
    """Folders of earlier versions of a data set, and what was computed with its earlier `runs`."""
    earlier = [path for path in data_set.glob("v*") if int(path.name[1:]) < version]
    return [*earlier, *(path for run in runs if (path := run / "derived").exists())]


def move_away(paths: Iterable[Path], rubbish: Path) -> None:
    """Move what is there to a folder that is about to be removed, where nobody finds it."""
    for path in paths:
        if path.exists():
            shutil.move(path, rubbish / secrets.token_hex(8))  # logs of jobs may lie on another disk
