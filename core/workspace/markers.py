"""Markers of a data set: what happened on the owner's side and when. Rows in the database, gone with their data set."""

import json
import sqlite3
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from core.errors import MarkerError
from core.phrases import say
from core.workspace import audit
from core.workspace.store import Workspace

KINDS = ("release", "campaign", "redesign", "other")
LONGEST, MOST, MOST_USERS = 200, 500, 20_000
"""Characters of a note or the name of a category; markers of a data set; users that one is told to be of."""


@dataclass(frozen=True)
class Marker:
    """Something that happened."""

    kind: str
    """One of `KINDS`."""
    start: int
    """Microseconds since 1970 UTC."""
    end: int
    """The last moment of it, not before `start`; the same where it is of one moment."""
    note: str = ""
    category: str = ""
    """Whom it concerned: users of this category; empty for users of any."""
    users: tuple[str, ...] = ()
    """Whom it concerned: these users; none means everybody."""
    id: int = 0
    """0 while it is not kept."""


def read(workspace: Workspace, data_set: str) -> list[Marker]:
    """Markers of a data set, the earliest first."""
    with workspace.database() as database:
        query = 'select * from markers where data_set = ? order by "start", id'
        return [_marker(row) for row in database.execute(query, (data_set,))]


def state(workspace: Workspace, data_set: str) -> str:
    """What is another whenever the markers of a data set are others; empty without any."""
    found = read(workspace, data_set)
    return f"{zlib.crc32(repr(found).encode()):08x}" if found else ""


def naming(workspace: Workspace, data_set: str, user: str) -> list[Marker]:
    """Markers that concern a user by id."""
    return [marker for marker in read(workspace, data_set) if user in marker.users]


def add(workspace: Workspace, data_set: str, markers: Sequence[Marker]) -> list[int]:
    """Keep markers, all or none; those that are there already stay once. Returns the ids of the new ones.

    Raises `MarkerError` for one that cannot be, or where there would be too many.
    """
    told = [checked(marker) for marker in markers]
    with workspace.database() as database:
        # Under the same lock as a deletion, so that none stays behind for a data set that has just gone.
        database.execute("begin immediate")
        if database.execute("select 1 from data_sets where name = ?", (data_set,)).fetchone() is None:
            raise MarkerError(say("errors.marker_without", data_set=data_set))
        rows = database.execute("select * from markers where data_set = ?", (data_set,)).fetchall()
        there = {replace(_marker(row), id=0) for row in rows}
        fresh = [marker for marker in dict.fromkeys(told) if marker not in there]
        if len(there) + len(fresh) > MOST:
            raise MarkerError(say("errors.many_markers", found=len(there) + len(fresh), most=MOST))
        ids = [_insert(database, data_set, marker) for marker in fresh]
        if ids:
            audit.record(database, "marked", data_set, markers=len(ids))
    return ids


def remove(workspace: Workspace, data_set: str, marker: int) -> None:
    """Delete a marker; raises `MarkerError` if it is gone."""
    with workspace.database() as database:
        database.execute("begin immediate")
        query = "delete from markers where id = ? and data_set = ?"
        if not database.execute(query, (marker, data_set)).rowcount:
            raise MarkerError(say("errors.no_marker", data_set=data_set, marker=marker))
        audit.record(database, "unmarked", data_set, marker=marker)


def checked(marker: Marker) -> Marker:
    """A marker as it is kept; raises `MarkerError` for one that cannot be."""
    if marker.kind not in KINDS:
        raise MarkerError(say("errors.marker_kind", found=marker.kind[:40], known=", ".join(KINDS)))
    if marker.end < marker.start:
        raise MarkerError(say("errors.marker_ends"))
    if len(marker.note) > LONGEST or len(marker.category) > LONGEST:
        found = max(len(marker.note), len(marker.category))
        raise MarkerError(say("errors.long_marker", characters=found, most=LONGEST))
    if len(marker.users) > MOST_USERS:
        raise MarkerError(say("errors.marker_users", found=len(marker.users), most=MOST_USERS))
    if marker.category and marker.users:
        raise MarkerError(say("errors.marker_whom"))
    return replace(marker, id=0, users=tuple(sorted(set(marker.users))))


def _insert(database: sqlite3.Connection, data_set: str, marker: Marker) -> int:
    row = (data_set, marker.kind, marker.start, marker.end, marker.note, marker.category, json.dumps(marker.users))
    query = 'insert into markers (data_set, kind, "start", "end", note, category, users, made) values (?,?,?,?,?,?,?,?)'
    return int(database.execute(query, (*row, datetime.now(UTC).isoformat(timespec="seconds"))).lastrowid or 0)


def _marker(row: sqlite3.Row) -> Marker:
    users = tuple(json.loads(row["users"]))
    return Marker(row["kind"], row["start"], row["end"], row["note"], row["category"], users, row["id"])
