"""Which data sets are watched, and the log of alerts: rows in the database, gone with their data set."""

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from core.errors import InputError
from core.phrases import packed, say, unpacked
from core.workspace import actors, audit
from core.workspace.store import Workspace

KEPT = 2000
"""Alerts of a data set that are kept, the newest."""
SENT, GIVEN_UP = "sent", "failed"
"""How an alert may have fared on a way."""
WRONG = "failed"
"""The rule of what went wrong in a look: an error may name somebody."""


@dataclass(frozen=True)
class Watch:
    """A data set that is watched."""

    data_set: str
    plan: dict[str, Any]
    """Fields of `core.settings.WatchSettings`."""
    state: dict[str, Any]
    """What was seen so far: files, measures, which rules speak."""
    due: str
    """When it is to be looked at next, ISO 8601, UTC."""


@dataclass(frozen=True)
class Alert:
    """Something that a rule said."""

    id: int
    data_set: str
    time: str
    """ISO 8601, UTC."""
    rule: str
    said: str
    """What there is to say, with its code (`core.phrases`)."""
    seen: bool
    ways: dict[str, Any] = field(default_factory=dict)
    """By each way that it leaves the server by: sent, failed, or how often that was tried."""
    next_try: str = ""
    """When the next try is due; empty where none is."""


def read(workspace: Workspace, data_set: str) -> Watch | None:
    """How a data set is watched; None where it is not."""
    with workspace.database() as database:
        row = database.execute("select * from watches where data_set = ?", (data_set,)).fetchone()
    return _watch(row) if row else None


def all_of(workspace: Workspace) -> list[Watch]:
    """All data sets that are watched."""
    with workspace.database() as database:
        return [_watch(row) for row in database.execute("select * from watches order by data_set")]


def put(workspace: Workspace, data_set: str, plan: dict[str, Any]) -> None:
    """Watch a data set from now on by a plan; what was seen so far stays known while the source is the same."""
    with workspace.database() as database:
        database.execute("begin immediate")
        if database.execute("select 1 from data_sets where name = ?", (data_set,)).fetchone() is None:
            raise InputError(say("errors.watch_without", data_set=data_set))
        before = database.execute("select * from watches where data_set = ?", (data_set,)).fetchone()
        same = before and all(json.loads(before["plan"]).get(part) == plan[part] for part in ("way", "source"))
        row = (data_set, json.dumps(plan), before["state"] if same else "{}", _now(), actors.actor().who)
        database.execute("insert or replace into watches values (?, ?, ?, ?, ?)", row)
        audit.record(database, "watched", data_set)


def end(workspace: Workspace, data_set: str) -> None:
    """Watch a data set no longer; raises `InputError` where it is not watched."""
    with workspace.database() as database:
        database.execute("begin immediate")
        if not database.execute("delete from watches where data_set = ?", (data_set,)).rowcount:
            raise InputError(say("errors.not_watched", data_set=data_set))
        audit.record(database, "unwatched", data_set)


def keep_state(workspace: Workspace, data_set: str, state: dict[str, Any]) -> None:
    """Note what was seen of a data set."""
    with workspace.database() as database:
        database.execute("update watches set state = ? where data_set = ?", (json.dumps(state), data_set))


def claim(workspace: Workspace, watch: Watch) -> bool:
    """Put the next look off by the rhythm; whether nobody else has done so for this one."""
    later = (datetime.now(UTC) + timedelta(seconds=int(watch.plan["every"]))).isoformat(timespec="seconds")
    with workspace.database() as database:
        query = "update watches set due = ? where data_set = ? and due = ?"
        return database.execute(query, (later, watch.data_set, watch.due)).rowcount == 1


def raise_alert(workspace: Workspace, data_set: str, rule: str, said: str, ways: tuple[str, ...]) -> None:
    """Add to the log of alerts; by each of `ways` it is to be sent."""
    row = (data_set, _now(), rule, packed(said), json.dumps(dict.fromkeys(ways, 0)), _now() if ways else "")
    with workspace.database() as database:
        database.execute("begin immediate")
        if database.execute("select 1 from data_sets where name = ?", (data_set,)).fetchone() is None:
            return
        query = "insert into alerts (data_set, time, rule, said, ways, next_try) values (?, ?, ?, ?, ?, ?)"
        database.execute(query, row)
        old = "delete from alerts where data_set = ? and id <= (select max(id) from alerts) - ?"
        database.execute(old, (data_set, KEPT))


def alerts(workspace: Workspace, data_set: str | None = None, *, unseen: bool = False, most: int = 200) -> list[Alert]:
    """The newest alerts, of one data set or of all."""
    query = "select * from alerts where (? is null or data_set = ?) and (not ? or not seen) order by id desc limit ?"
    with workspace.database() as database:
        rows = database.execute(query, (data_set, data_set, unseen, most)).fetchall()
    return [_alert(row) for row in rows]


def count(workspace: Workspace) -> int:
    """How many alerts nobody has seen."""
    with workspace.database() as database:
        return int(database.execute("select count(*) from alerts where not seen").fetchone()[0])


def see(workspace: Workspace, data_set: str | None = None) -> None:
    """Note that the alerts of a data set, or all, were seen."""
    with workspace.database() as database:
        database.execute("update alerts set seen = 1 where ? is null or data_set = ?", (data_set, data_set))


def unsent(workspace: Workspace) -> list[Alert]:
    """Alerts whose next try to be sent is due, the oldest first."""
    with workspace.database() as database:
        query = "select * from alerts where next_try != '' and next_try <= ? order by id limit 50"
        return [_alert(row) for row in database.execute(query, (_now(),))]


def tried(workspace: Workspace, alert: Alert, ways: dict[str, Any], next_try: str) -> None:
    """Note how an alert fared on its ways."""
    with workspace.database() as database:
        query = "update alerts set ways = ?, next_try = ? where id = ?"
        database.execute(query, (json.dumps(ways), next_try, alert.id))


def hold(workspace: Workspace, alert: Alert, until: str) -> bool:
    """Put the next try off while one is made; whether nobody else is at it."""
    with workspace.database() as database:
        query = "update alerts set next_try = ? where id = ? and next_try = ?"
        return database.execute(query, (until, alert.id, alert.next_try)).rowcount == 1


def _watch(row: sqlite3.Row) -> Watch:
    plan, state = json.loads(row["plan"]), json.loads(row["state"])
    return Watch(row["data_set"], plan, state, row["due"])


def _alert(row: sqlite3.Row) -> Alert:
    told = row["id"], row["data_set"], row["time"], row["rule"], unpacked(row["said"]), bool(row["seen"])
    return Alert(*told, json.loads(row["ways"]), row["next_try"])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
