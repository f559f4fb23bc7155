"""What was done in a workspace, by whom and when: rows that are only ever added, each sealed with the one before.

A row's seal is a SHA-256 over the seal before it and over all that it says, so that a row that was changed, taken out
or put in is found (`broken`). The oldest rows go once there are too many: that is a row of its own, and the seal of the
last one that went is kept, so that the rest can still be verified. Whoever notes the newest seal elsewhere can tell
later whether rows are missing at the end.

Data sets are told of by a mark, made with a key of the workspace from their names, so that no name stays when a data
set is deleted and whoever knows the name finds what was done to it. People are told of by a random mark: what it stands
for lies beside the rows, and goes with the person.
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from core.settings import auditing
from core.workspace import actors

COLUMNS = ("number", "time", "who", "door", "place", "what", "data_set", "person", "detail", "seal")
KEY, START = "audit key", "audit start"
"""Names of what lies among the facts of a workspace: the key of marks; number and seal of the last row that went."""
FIRST = (0, "")
TRIMMED = "trimmed"
SLACK = 1.1
"""How far the rows may outgrow the limit before the oldest go."""
MARK = 12
"""Hexadecimal digits of a mark."""

BY_OR_OF = (
    "(who = ? collate nocase or '#' || person = ? or person in (select mark from audit_people where user_id = ?) or "
    "case when json_valid(detail) then "
    "? collate nocase in (json_extract(detail, '$.to'), json_extract(detail, '$.of')) end)"
)
"""By somebody, or of them: a user of a data set, the mark of one who was forgotten, or whom a role was given to."""


@dataclass(frozen=True)
class Sought:
    """Which rows somebody asks for; what is empty leaves none out."""

    what: str = ""
    person: str = ""
    """Whoever did it, or whom it was done to; a mark with # before it too."""
    data_set: str = ""
    since: str = ""
    """The first moment, ISO, UTC."""
    until: str = ""
    """The first moment that is too late."""


def record(
    database: sqlite3.Connection, what: str, data_set: str = "", person: str = "", **detail: str | int | bool
) -> None:
    """Add a row, inside a transaction that has begun as a writer."""
    number, seal = _last(database)
    doer = actors.actor()
    said = (
        number + 1, datetime.now(UTC).isoformat(timespec="milliseconds"), doer.who, doer.door, doer.place, what,
        mark(database, data_set), _person(database, data_set, person), json.dumps(detail, sort_keys=True),
    )  # fmt: skip
    database.execute(f"insert into audit values ({', '.join('?' * len(COLUMNS))})", (*said, _sealed(seal, said)))
    _trim(database, number + 1)


def mark(database: sqlite3.Connection, data_set: str) -> str:
    """What stands for the name of a data set; empty for none."""
    if not data_set:
        return ""
    database.execute("insert or ignore into about values (?, ?)", (KEY, secrets.token_hex(16)))
    return hashlib.sha256(f"{_fact(database, KEY)} {data_set}".encode()).hexdigest()[:MARK]


def forget(database: sqlite3.Connection, data_set: str, person: str | None = None) -> None:
    """Let nobody know any more whom the marks of a person, or of all people, of a data set stand for."""
    query = "delete from audit_people where data_set = ? and (? is null or user_id = ?)"
    database.execute(query, (mark(database, data_set), person, person))


def rows(database: sqlite3.Connection) -> Iterator[sqlite3.Row]:
    """All rows, oldest first, in `COLUMNS`, as they are sealed."""
    yield from database.execute("select * from audit order by number")


def found(
    database: sqlite3.Connection, sought: Sought, most: int = -1, after: int = 0
) -> tuple[list[sqlite3.Row], int]:
    """Rows that are sought, newest first, `most` of them after the first so many; and how many there are of them."""
    told = {
        "what = ?": sought.what,
        "data_set = ?": mark(database, sought.data_set),
        "time >= ?": sought.since,
        "time < ?": sought.until,
        BY_OR_OF: sought.person,
    }
    where = " and ".join(["true", *(test for test, value in told.items() if value)])
    values = [value for test, value in told.items() if value for _ in range(test.count("?"))]
    (count,) = database.execute(f"select count(*) from audit where {where}", values).fetchone()
    query = f"select * from audit where {where} order by number desc limit ? offset ?"
    return database.execute(query, (*values, most, after)).fetchall(), int(count)


def kinds(database: sqlite3.Connection) -> list[str]:
    """All that was done, each once, by name."""
    return [row["what"] for row in database.execute("select distinct what from audit order by what")]


def people(database: sqlite3.Connection) -> dict[str, str]:
    """Whom the marks of people stand for, as far as that is known still."""
    return {row["mark"]: row["user_id"] for row in database.execute("select mark, user_id from audit_people")}


def broken(database: sqlite3.Connection) -> int | None:
    """The number of the first row that is not as it was written, or that is missing; None where all is well."""
    number, seal = start = _start(database)
    trimmed: tuple[int, str] = FIRST
    for row in rows(database):
        number += 1
        said = tuple(row)[:-1]
        if row["number"] != number or row["seal"] != _sealed(seal, said):
            return number
        seal = row["seal"]
        if row["what"] == TRIMMED:
            gone = json.loads(row["detail"])
            trimmed = (int(gone["until"]), str(gone["seal"]))
    return None if trimmed == start else start[0] + 1


def _last(database: sqlite3.Connection) -> tuple[int, str]:
    found = database.execute("select number, seal from audit order by number desc limit 1").fetchone()
    return (found["number"], found["seal"]) if found else _start(database)


def _start(database: sqlite3.Connection) -> tuple[int, str]:
    found = _fact(database, START)
    return tuple(json.loads(found)) if found else FIRST


def _fact(database: sqlite3.Connection, name: str) -> str:
    found = database.execute("select value from about where name = ?", (name,)).fetchone()
    return str(found[0]) if found else ""


def _sealed(before: str, said: tuple[object, ...]) -> str:
    return hashlib.sha256(json.dumps([before, *said]).encode()).hexdigest()


def _person(database: sqlite3.Connection, data_set: str, person: str) -> str:
    """The random mark of a person; empty for nobody."""
    if not person:
        return ""
    of, fresh = mark(database, data_set), secrets.token_hex(MARK // 2)
    database.execute("insert or ignore into audit_people values (?, ?, ?)", (fresh, of, person))
    query = "select mark from audit_people where data_set = ? and user_id = ?"
    return str(database.execute(query, (of, person)).fetchone()["mark"])


def _trim(database: sqlite3.Connection, newest: int) -> None:
    """Let the oldest rows go where there are too many, and say so."""
    most, (first, _) = auditing().rows, _start(database)
    if newest - first <= most * SLACK:
        return
    until = newest - most + 1
    seal = database.execute("select seal from audit where number = ?", (until,)).fetchone()["seal"]
    database.execute("delete from audit where number <= ?", (until,))
    database.execute("insert or replace into about values (?, ?)", (START, json.dumps([until, seal])))
    record(database, TRIMMED, until=until, seal=seal)
