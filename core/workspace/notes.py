"""Notes of readers on a user, or on one event of a user: rows in the workspace's database, gone with their data set."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from core.errors import NoteError
from core.phrases import say
from core.workspace.store import Workspace

LONGEST = 2000
"""Characters of a note."""


@dataclass(frozen=True)
class Anchor:
    """The event that a note is on: where it stood, and what it was, so that it is found when events are added."""

    step: int
    """Index among the user's events, from 0."""
    item: str
    time: int
    """Microseconds since 1970 UTC, or the position in a log without a clock."""


@dataclass(frozen=True)
class Note:
    """What a reader wrote."""

    id: int
    data_set: str
    user: str
    anchor: Anchor | None
    """None for a note on the user as a whole."""
    text: str
    changed: str
    """When it was last written, ISO 8601, UTC."""


def read(workspace: Workspace, data_set: str, user: str | None = None) -> list[Note]:
    """Notes of a data set, or of one of its users: on the user first, then by event, oldest first."""
    query = "select * from notes where data_set = ? and (? is null or user_id = ?) order by user_id, step, id"
    with workspace.database() as database:
        rows = database.execute(query, (data_set, user, user)).fetchall()
    return [_note(row) for row in rows]


def add(workspace: Workspace, data_set: str, user: str, anchor: Anchor | None, text: str) -> int:
    """Keep a note; returns its id. Raises `NoteError` for an empty or endless text."""
    at = (anchor.step, anchor.item, anchor.time) if anchor else (None, None, None)
    with workspace.database() as database:
        # Under the same lock as a deletion, so that none stays behind for a data set that has just gone.
        database.execute("begin immediate")
        if database.execute("select 1 from data_sets where name = ?", (data_set,)).fetchone() is None:
            raise NoteError(say("errors.note_without", data_set=data_set))
        found = database.execute(
            "insert into notes (data_set, user_id, step, item_id, time, text, changed) values (?, ?, ?, ?, ?, ?, ?)",
            (data_set, user, *at, _checked(text), _now()),
        )
        return int(found.lastrowid or 0)


def change(workspace: Workspace, data_set: str, note: int, text: str) -> None:
    """Write a note anew; raises `NoteError` if it is gone, or for an empty or endless text."""
    query = "update notes set text = ?, changed = ? where id = ? and data_set = ?"
    with workspace.database() as database:
        if not database.execute(query, (_checked(text), _now(), note, data_set)).rowcount:
            raise _gone(data_set, note)


def remove(workspace: Workspace, data_set: str, note: int) -> None:
    """Delete a note; raises `NoteError` if it is gone."""
    with workspace.database() as database:
        if not database.execute("delete from notes where id = ? and data_set = ?", (note, data_set)).rowcount:
            raise _gone(data_set, note)


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise NoteError(say("errors.empty_note"))
    if len(text) > LONGEST:
        raise NoteError(say("errors.long_note", characters=len(text), most=LONGEST))
    return text


def _gone(data_set: str, note: int) -> NoteError:
    return NoteError(say("errors.no_note", data_set=data_set, note=note))


def _note(row: sqlite3.Row) -> Note:
    anchor = None if row["step"] is None else Anchor(row["step"], row["item_id"], row["time"])
    return Note(row["id"], row["data_set"], row["user_id"], anchor, row["text"], row["changed"])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
