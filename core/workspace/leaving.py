"""A data set takes the place of itself, without one person: all of its folder at once, then the rows of the database.

The folder that lacks the person holds a note of what is to be done in the database. It takes its place in one step;
from then on the person is on the way out, and whoever opens the workspace after a kill ends it by the note. Before that
step nothing was begun: what was prepared lies in staging, and is swept.
"""

import contextlib
import json
import os
import secrets
import sqlite3
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from core.workspace import audit, disk, off_lists, uploads, versions
from core.workspace.person import Person

NOTE = "forgetting.json"
DRAFTS = ".leaving"
"""How files end that take the place of others in a moment."""
FORGOTTEN = "forgotten"
"""Key, among the metrics of a run, of marks of those who were forgotten that it learned from; and what is done so."""
PLAIN = ("arguments", "result")
"""Columns of a job that hold JSON."""
TRUTH = "truth-"
"""What is known of a made-up log, which nothing can make anew."""


@dataclass(frozen=True)
class Leaving:
    """What the database is to learn once a person's data set has been rewritten."""

    user: str
    other: str
    """The id behind a pseudonym, empty where it is not known."""
    name: str
    version: int
    """That the rewritten folder adds."""
    before: str
    """Origin of the data set until now."""
    summary: dict[str, Any]
    """Of the new version."""
    origin: str = field(default_factory=lambda: secrets.token_hex(8))
    """Of the data set from now on, so that nothing in the making, or kept in memory, is taken for it."""
    marked: tuple[str, ...] = ()
    """Runs that are to say that they learned from somebody who was forgotten."""
    dropped: tuple[str, ...] = ()
    """Runs that go."""
    files: tuple[str, ...] = ()
    """Logs that were imported into the data set and lie in the workspace still."""

    @property
    def person(self) -> Person:
        """Who leaves."""
        return Person(self.user, self.other)

    def write(self, folder: Path) -> None:
        """Put the note into the folder that lacks the person."""
        (folder / NOTE).write_text(json.dumps(asdict(self)), encoding="utf-8")


def notes_of(data: Path) -> list[Path]:
    """Notes of those who are on their way out."""
    return sorted(data.glob(f"*/{NOTE}"))


def read(note: Path) -> Leaving | None:
    """A note; None where it is gone, for someone else has ended it."""
    with contextlib.suppress(FileNotFoundError):
        found = json.loads(note.read_text(encoding="utf-8"))
        return Leaving(**found | {name: tuple(found[name]) for name in ("marked", "dropped", "files")})
    return None


def change_rows(database: sqlite3.Connection, leaving: Leaving) -> bool:
    """Bring the rows of the database up to the folder, inside a transaction; whether that had not been done yet."""
    fresh = _change_data_set(database, leaving)
    person, name = leaving.person, (leaving.name,)
    database.execute("delete from notes where data_set = ? and user_id = ?", (leaving.name, leaving.user))
    for row in database.execute("select id, text from notes where data_set = ?", name).fetchall():
        if person.named(row["text"]):
            database.execute("update notes set text = ? where id = ?", (person.hidden(row["text"]), row["id"]))
    off_lists.forget(database, leaving.name, person)
    _change_markers(database, leaving.name, person)
    _change_alerts(database, leaving.name, person)
    database.executemany("delete from runs where id = ?", [(run,) for run in leaving.dropped])
    for row in database.execute("select id, metrics from runs where data_set = ?", name).fetchall():
        metrics = person.without(json.loads(row["metrics"]))
        if row["id"] in leaving.marked:
            metrics[FORGOTTEN] = sorted({*metrics.get(FORGOTTEN, []), leaving.origin})
        database.execute("update runs set metrics = ? where id = ?", (json.dumps(metrics), row["id"]))
    _change_jobs(database, leaving)
    if fresh:
        audit.record(database, FORGOTTEN, leaving.name, version=leaving.version)
    audit.forget(database, leaving.name, leaving.user)
    return fresh


def _change_data_set(database: sqlite3.Connection, leaving: Leaving) -> bool:
    found = versions.row(database, leaving.name)
    if found is None or found["origin"] != leaving.before:
        return False
    # Where another log was imported meanwhile, its version stays the current one.
    newer = found["version"] >= leaving.version
    summary = leaving.person.without(json.loads(found["summary"])) if newer else leaving.summary
    database.execute(
        "update data_sets set version = ?, summary = ?, origin = ? where name = ?",
        (max(found["version"], leaving.version), json.dumps(summary), leaving.origin, leaving.name),
    )
    return True


def _change_markers(database: sqlite3.Connection, name: str, person: Person) -> None:
    """Take the person out of lists of whom markers concern; one of nobody else goes."""
    for row in database.execute("select * from markers where data_set = ?", (name,)).fetchall():
        users = json.loads(row["users"])
        left = [user for user in users if user not in person.ids]
        if users and not left:
            database.execute("delete from markers where id = ?", (row["id"],))
            continue
        values = json.dumps(left), person.hidden(row["note"]), person.hidden(row["category"]), row["id"]
        database.execute("update markers set users = ?, note = ?, category = ? where id = ?", values)


def _change_alerts(database: sqlite3.Connection, name: str, person: Person) -> None:
    """Hide the person in what was found as the data set was watched, and in how it is watched."""
    for row in database.execute("select id, said from alerts where data_set = ?", (name,)).fetchall():
        database.execute("update alerts set said = ? where id = ?", (_told(row["said"], person), row["id"]))
    for row in database.execute("select plan, state from watches where data_set = ?", (name,)).fetchall():
        plan, state = (json.dumps(person.without(json.loads(row[part]))) for part in ("plan", "state"))
        database.execute("update watches set plan = ?, state = ? where data_set = ?", (plan, state, name))


def _change_jobs(database: sqlite3.Connection, leaving: Leaving) -> None:
    """Hide the person in rows of jobs; imports that did not end go, for their logs do."""
    over = "delete from jobs where data_set = ? and step = 'import' and status in ('failed', 'cancelled')"
    database.execute(over, (leaving.name,))
    for row in database.execute("select * from jobs where data_set = ?", (leaving.name,)).fetchall():
        arguments, result = (json.dumps(leaving.person.without(json.loads(row[name]))) for name in PLAIN)
        said = (_told(row[name], leaving.person) for name in ("message", "error"))
        query = "update jobs set arguments = ?, result = ?, message = ?, error = ? where id = ?"
        database.execute(query, (arguments, result, *said, row["id"]))


def _told(text: str, person: Person) -> str:
    """A text without the person; it may be packed as JSON (`core.phrases`)."""
    with contextlib.suppress(ValueError):
        return json.dumps(person.without(json.loads(text)))
    return person.hidden(text)


def imports(database: sqlite3.Connection, name: str) -> tuple[str, ...]:
    """Paths of logs that were imported into a data set by jobs."""
    rows = database.execute("select arguments from jobs where data_set = ? and step = 'import'", (name,)).fetchall()
    return tuple(str(path) for row in rows for path in uploads.named(row["arguments"]))


def drop_made(data_set: Path) -> None:
    """Remove what was computed and laid into the folder while the person was on the way out."""
    for path in [*data_set.glob("v*/derived/*"), *data_set.glob("runs/*/derived/*")]:
        if not path.name.startswith(TRUTH):
            disk.remove(path) if path.is_dir() else path.unlink(missing_ok=True)


def hide_in(path: Path, person: Person) -> None:
    """Leave the lines of a log of ours out that name a person."""
    if not path.exists():
        return
    text = path.read_text(encoding="utf-8", errors="replace")
    if any(name in text for name in person.ids):
        draft = path.with_name(path.name + DRAFTS)
        kept = [line for line in text.splitlines(keepends=True) if not _in_line(line, person)]
        draft.write_text("".join(kept), encoding="utf-8")
        os.replace(draft, path)


def _in_line(line: str, person: Person) -> bool:
    return person.named(line) or any(name in line for name in person.distinct)


def settle(data: Path) -> None:
    """End an exchange of folders that was killed where the system cannot exchange them in one step."""
    for waiting in data.glob(f"*{disk.NEXT}"):
        target = waiting.with_name(waiting.name.removesuffix(disk.NEXT))
        if target.exists():
            disk.remove(waiting)
        else:
            os.replace(waiting, target)
