"""One person taken out of what was streamed into a data set, or read out of it."""

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from core.data import schema
from core.stream.journal import TABLES
from core.stream.layout import event_id
from core.workspace import Person

OF_USERS = ("events", "states", "flags", "named", "outbox")
"""Tables with a row per event of a user, or per user."""


def without(source: Path, target: Path, person: Person, others: Iterable[tuple[str, int, str]] = ()) -> tuple[int, int]:
    """Write a journal without a person; returns how many events went, and rows of all tables.

    What the person's events are known again by goes too, also that of `others` (item, time, kind), which are in a
    version by now.
    """
    with _copied(source, target) as journal:
        own = journal.execute("select item, time, event from events where user = ?", (person.id,)).fetchall()
        marks = [(_mark(person, item, time, kind or ""),) for item, time, kind in [*own, *others]]
        journal.executemany("delete from seen where id = ?", marks)
        gone = sum(journal.execute(f"delete from {table} where user = ?", (person.id,)).rowcount for table in OF_USERS)
        gone += sum(_dead_without(journal, name.encode()) for name in person.ids)
        for item, known in journal.execute("select item, known from items").fetchall():
            hidden = json.dumps(person.without(json.loads(known)))
            journal.execute("update items set known = ? where item = ?", (hidden, item))
        for path, position in journal.execute("select path, position from sources").fetchall():
            shorter = json.dumps(_shortened(json.loads(position), person))
            journal.execute("update sources set position = ? where path = ?", (shorter, path))
        journal.execute("commit")
        journal.execute("vacuum")
    return len(own), gone


def told(source: Path, person: Person) -> dict[str, list[dict[str, Any]]]:
    """What a journal holds of a person, by table; states as their number of events and numbers."""
    import numpy as np

    with contextlib.closing(sqlite3.connect(source)) as journal:
        journal.row_factory = sqlite3.Row
        there = {row["name"] for row in journal.execute("select name from sqlite_master")}
        found = {
            table: [dict(row) for row in journal.execute(f"select * from {table} where user = ?", (person.id,))]
            for table in OF_USERS
            if table in there
        }
        if "dead" in there:
            dead = [dict(row) for row in journal.execute("select source, place, reason, value from dead")]
            texts = [row | {"value": row["value"].decode("utf-8", "backslashreplace")} for row in dead]
            found["dead"] = [row for row in texts if person.named(row["value"])]
    for row in found.get("states", ()):
        row["state"] = np.frombuffer(row["state"], dtype="<f4").tolist()
    return {table: rows for table, rows in found.items() if rows}


@contextlib.contextmanager
def _copied(source: Path, target: Path) -> Iterator[sqlite3.Connection]:
    """A copy of a journal inside a transaction, as one file."""
    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as journal:
        with contextlib.closing(sqlite3.connect(source, timeout=30)) as original:
            original.backup(journal)
        journal.executescript(TABLES)  # one of an earlier time has fewer of them
        journal.execute("pragma journal_mode=delete")
        journal.execute("pragma secure_delete=on")
        journal.execute("begin immediate")
        yield journal


def _dead_without(journal: sqlite3.Connection, name: bytes) -> int:
    """Take out messages without an event that hold a name; returns how many."""
    return journal.execute("delete from dead where instr(value, ?)", (name,)).rowcount


def _mark(person: Person, item: str, time: int, kind: str) -> bytes:
    return event_id({schema.USER: person.id, schema.ITEM: item, schema.EVENT: kind}, time)


def _shortened(position: dict[str, Any], person: Person) -> dict[str, Any]:
    """A place in a log whose first bytes, by which the log is known again, end before they name the person."""
    head = bytes.fromhex(str(position.get("head", "")))
    places = [place for name in person.ids if (place := head.find(name.encode())) >= 0]
    return position | {"head": head[: min(places)].hex()} if places else position
