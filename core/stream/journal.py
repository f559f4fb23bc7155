"""What a stream has taken in, in one SQLite file: events, their ids, states, counts, and how far the log was read.

All of it is written in one transaction, so that a kill at any moment loses nothing and counts nothing twice: what was
read but not committed is read again. SQLite in WAL mode lets the dashboard read meanwhile. Ids of users are those of
the data set: pseudonyms where these were wished.
"""

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

import numpy as np

from core.stream.rows import Flag, Floats, Logged, Named, Taken
from core.stream.source import Dead

ASKED_AT_ONCE = 500
PATIENCE = 300
"""Seconds that a turn of another process is waited for."""
MOST_DEAD = 100_000
"""Dead letters that are kept, the newest; all are counted."""
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
create table if not exists dead (
    number integer primary key, source text not null, place text not null, reason text not null,
    value blob not null);
create table if not exists outbox (
    number integer primary key autoincrement, user text not null, line text not null);
create table if not exists facts (name text primary key, value text not null) without rowid;
"""


PART = "#"
"""Between the name of a log and that of a part of it."""


class Journal:
    """One data set's stream on disk."""

    def __init__(self, path: Path) -> None:
        """Open it, made if it is not there."""
        self.path = path
        self._database = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
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
                taken.events,
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
            rows = [(path, json.dumps(asdict(place)), taken.layout) for path, place in taken.read.items()]
            database.executemany("insert or replace into sources values (?, ?, ?)", rows)
            database.executemany("insert into outbox (user, line) values (?, ?)", taken.changes)
            if taken.dead:
                _bury(database, next(iter(taken.read)), taken.dead)

    def known(self, ids: Sequence[bytes]) -> set[bytes]:
        """Those of the ids that were taken in before."""
        found: set[bytes] = set()
        for start in range(0, len(ids), ASKED_AT_ONCE):
            some = ids[start : start + ASKED_AT_ONCE]
            query = f"select id from seen where id in ({','.join('?' * len(some))})"
            found.update(row[0] for row in self._database.execute(query, some))
        return found

    def read(self, path: str) -> dict[str, tuple[dict[str, Any], str]]:
        """How far a log was read and its layout, by the names of its parts: itself, or `PATH#PART`; empty if never."""
        rows = self._database.execute("select path, position, layout from sources order by path").fetchall()
        own = [row for row in rows if row[0] == path or row[0].startswith(f"{path}{PART}")]
        return {name: (json.loads(place), layout) for name, place, layout in own}

    def lag(self) -> dict[str, int]:
        """Messages that were not read yet when last looked, by part of a log; empty where no log counts its own."""
        rows = self._database.execute("select path, position from sources order by path").fetchall()
        places = {path: json.loads(place) for path, place in rows}
        return {path: max(0, at["end"] - at["offset"]) for path, at in places.items() if "end" in at}

    def dead(self) -> Iterator[tuple[str, str, str, bytes]]:
        """Source, place, reason and value of what held no event, oldest first."""
        return self._database.execute("select source, place, reason, value from dead order by number")

    def waiting(self, most: int) -> list[tuple[int, str, str]]:
        """Number, user and text of changes that nobody has published yet, oldest first."""
        query = "select number, user, line from outbox order by number limit ?"
        return self._database.execute(query, (most,)).fetchall()

    def published(self, until: int, name: str = "", value: str = "") -> None:
        """Forget changes up to a number; a fact may be kept at once."""
        with self._transaction() as database:
            database.execute("delete from outbox where number <= ?", (until,))
            if name:
                self.keep_fact(name, value)

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

    def since(self, number: int) -> list[Logged]:
        """Events behind one, by its number, in the order in which they came."""
        query = (
            "select user, item, time, event, rating, weight, session_id from events where number > ? order by number"
        )
        return [Logged(*row) for row in self._database.execute(query, (number,))]

    def last(self) -> int:
        """Number of the last event."""
        return int(self._database.execute("select coalesce(max(number), 0) from events").fetchone()[0])

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
    def turn(self) -> Iterator[None]:
        """While nobody else writes: what is written inside is written at once, or not at all."""
        with self._transaction():
            yield

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        if self._database.in_transaction:  # a part of a turn
            yield self._database
            return
        self._database.execute("begin immediate")
        try:
            yield self._database
            self._database.execute("commit")
        except BaseException:
            self._database.rollback()
            raise


def _bury(database: sqlite3.Connection, part: str, dead: Sequence[Dead]) -> None:
    """Keep what held no event, and forget the oldest where there is too much of it."""
    rows = [(part.partition(PART)[0], each.place, each.reason, each.value) for each in dead]
    database.executemany("insert into dead (source, place, reason, value) values (?, ?, ?, ?)", rows)
    oldest = "select coalesce(max(number), 0) - ? from dead"
    database.execute(f"delete from dead where number <= ({oldest})", (MOST_DEAD,))
