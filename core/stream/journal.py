"""What a stream has taken in, in one SQLite file: events, their ids, states, counts, and how far the log was read.

All of it is written in one transaction, so that a kill at any moment loses nothing and counts nothing twice: what was
read but not committed is read again. SQLite in WAL mode lets the dashboard read meanwhile. Ids of users are those of
the data set: pseudonyms where these were wished.
"""

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.stream.source import Position

Floats = NDArray[np.float32]
ASKED_AT_ONCE = 500
TABLES = """
create table if not exists events (
    number integer primary key, user text not null, item text not null, time integer not null, event text,
    rating real, weight real, session_id text);
create index if not exists events_of_user on events (user);
create table if not exists seen (id blob primary key) without rowid;
create table if not exists states (user text primary key, events integer not null, state blob not null) without rowid;
create table if not exists items (item text primary key, known text not null) without rowid;
create table if not exists counts (name text primary key, n integer not null) without rowid;
create table if not exists sources (path text primary key, position text not null, layout text not null) without rowid;
create table if not exists flags (
    user text primary key, time integer not null, since integer not null, evidence real not null) without rowid;
create table if not exists named (
    user text primary key, time integer not null, e_value real not null) without rowid;
create table if not exists facts (name text primary key, value text not null) without rowid;
"""


@dataclass(frozen=True)
class Logged:
    """An event as it is kept."""

    user: str
    item: str
    time: int
    event: str | None = None
    rating: float | None = None
    weight: float | None = None
    session_id: str | None = None


@dataclass(frozen=True)
class Flag:
    """A user whose interests changed, as was told while events came."""

    user: str
    time: int
    """Of the event that told."""
    since: int
    """Time of the likely first event after the change."""
    evidence: float
    """Log evidence ratio."""


@dataclass(frozen=True)
class Named:
    """A user whose change stands out among all users, false alarms kept at the accepted share."""

    user: str
    time: int
    """Of the event that told."""
    e_value: float
    """What a bet on drift that cost 1 was worth by then."""


@dataclass(frozen=True, eq=False)
class Taken:
    """What one step of a stream took in, to be written at once."""

    events: Sequence[Logged] = ()
    ids: Sequence[bytes] = ()
    states: Mapping[str, tuple[int, Floats]] = field(default_factory=dict)
    """By user: events and state."""
    items: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Items that are new, and what is known of them."""
    counts: Mapping[str, int] = field(default_factory=dict)
    source: tuple[str, Position, str] | None = None
    """Path, place and layout of the log that it came from."""
    flags: Sequence[Flag] = ()
    named: Sequence[Named] = ()


class Journal:
    """One data set's stream on disk."""

    def __init__(self, path: Path) -> None:
        """Open it, made if it is not there."""
        self.path = path
        self._database = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._database.execute("pragma journal_mode=wal")
        self._database.execute("pragma synchronous=normal")
        self._database.executescript(TABLES)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def write(self, taken: Taken) -> None:
        """All of it or nothing."""
        with self._transaction() as database:
            database.executemany(
                "insert into events (user, item, time, event, rating, weight, session_id) values (?, ?, ?, ?, ?, ?, ?)",
                [(e.user, e.item, e.time, e.event, e.rating, e.weight, e.session_id) for e in taken.events],
            )
            database.executemany("insert or ignore into seen values (?)", [(each,) for each in taken.ids])
            states = [(user, n, state.astype("<f4").tobytes()) for user, (n, state) in taken.states.items()]
            database.executemany("insert or replace into states values (?, ?, ?)", states)
            items = [(item, json.dumps(dict(known))) for item, known in taken.items.items()]
            database.executemany("insert or ignore into items values (?, ?)", items)
            count = "insert into counts values (?, ?) on conflict do update set n = n + excluded.n"
            database.executemany(count, list(taken.counts.items()))
            flags = [astuple(flag) for flag in taken.flags]
            database.executemany("insert or ignore into flags values (?, ?, ?, ?)", flags)
            named = [astuple(each) for each in taken.named]
            database.executemany("insert or ignore into named values (?, ?, ?)", named)
            if taken.source:
                path, position, layout = taken.source
                row = (path, json.dumps(asdict(position)), layout)
                database.execute("insert or replace into sources values (?, ?, ?)", row)

    def known(self, ids: Sequence[bytes]) -> set[bytes]:
        """Those of the ids that were taken in before."""
        found: set[bytes] = set()
        for start in range(0, len(ids), ASKED_AT_ONCE):
            some = ids[start : start + ASKED_AT_ONCE]
            query = f"select id from seen where id in ({','.join('?' * len(some))})"
            found.update(row[0] for row in self._database.execute(query, some))
        return found

    def source(self, path: str) -> tuple[Position, str] | None:
        """How far a log was read, and its layout; None for one that was not."""
        row = self._database.execute("select position, layout from sources where path = ?", (path,)).fetchone()
        return (Position(**json.loads(row[0])), row[1]) if row else None

    def counts(self) -> dict[str, int]:
        """All counts."""
        return dict(self._database.execute("select name, n from counts order by name").fetchall())

    def fact(self, name: str) -> str | None:
        """A fact that was kept with `keep_fact`."""
        row = self._database.execute("select value from facts where name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def keep_fact(self, name: str, value: str) -> None:
        """Keep a fact, such as the version and run that states belong to."""
        self._database.execute("insert or replace into facts values (?, ?)", (name, value))

    def events(self, user: str | None = None) -> Iterator[Logged]:
        """Events in the order in which they came, of all users or one."""
        query = "select user, item, time, event, rating, weight, session_id from events"
        rows = (
            self._database.execute(f"{query} order by number")
            if user is None
            else self._database.execute(f"{query} where user = ? order by number", (user,))
        )
        return (Logged(*row) for row in rows)

    def newest(self, count: int) -> list[Logged]:
        """The newest events, newest first."""
        query = "select user, item, time, event, rating, weight, session_id from events order by number desc limit ?"
        return [Logged(*row) for row in self._database.execute(query, (count,))]

    def users(self) -> dict[str, int]:
        """Events of each user that are in no version yet."""
        return dict(self._database.execute("select user, count(*) from events group by user").fetchall())

    def flags(self) -> list[Flag]:
        """Users who were told of as drifted, newest first; also those whose events are in a version by now."""
        rows = self._database.execute("select user, time, since, evidence from flags order by time desc, user")
        return [Flag(*row) for row in rows]

    def named(self) -> list[Named]:
        """Users who were named among all, newest first."""
        rows = self._database.execute("select user, time, e_value from named order by time desc, user")
        return [Named(*row) for row in rows]

    def size(self) -> int:
        """Events that are in no version yet."""
        return int(self._database.execute("select count(*) from events").fetchone()[0])

    def items(self) -> dict[str, dict[str, str]]:
        """Items that are new to the data set, and what is known of them."""
        rows = self._database.execute("select item, known from items").fetchall()
        return {item: json.loads(known) for item, known in rows}

    def states(self) -> dict[str, tuple[int, Floats]]:
        """Events and state of every user who was heard of."""
        rows = self._database.execute("select user, events, state from states")
        return {user: (n, np.frombuffer(state, dtype="<f4")) for user, n, state in rows}

    def replace_states(self, states: Mapping[str, tuple[int, Floats]]) -> None:
        """Forget all states for others: those of another version or run."""
        with self._transaction() as database:
            database.execute("delete from states")
            rows = [(user, n, state.astype("<f4").tobytes()) for user, (n, state) in states.items()]
            database.executemany("insert into states values (?, ?, ?)", rows)

    def drop(self, name: str, value: str) -> None:
        """Forget events that are in a version now, states and new items with them; ids and places stay.

        Only while the fact `name` has that value, which goes as well: nothing that came later is lost.
        """
        with self._transaction() as database:
            if self.fact(name) != value:
                return
            database.execute("delete from facts where name = ?", (name,))
            database.execute("insert into counts select 'committed', count(*) from events where true "
                             "on conflict do update set n = n + excluded.n")  # fmt: skip
            for table in ("events", "states", "items"):
                database.execute(f"delete from {table}")

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._database.execute("begin immediate")
        try:
            yield self._database
            self._database.execute("commit")
        except BaseException:
            self._database.rollback()
            raise
