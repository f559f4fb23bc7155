"""Named cohorts of a data set: users by a rule or by their ids, as rows of the workspace's database.

They hold over versions and go with their data set; whoever is forgotten, or purged, leaves those that are lists of ids.
"""

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.errors import CohortError
from core.phrases import say
from core.workspace import audit
from core.workspace.store import Workspace

LONGEST = 80
"""Characters of a name."""
MOST = 200
"""Cohorts of a data set."""
Rule = Mapping[str, Any]


@dataclass(frozen=True)
class SavedCohort:
    """A cohort as it was saved."""

    data_set: str
    name: str
    rule: Rule | None
    """Which users, as plain values of JSON; None where they were listed by their ids."""
    users: int
    """Ids that were listed; 0 for a rule."""
    changed: str
    """When it was last written, ISO 8601, UTC."""


def read(workspace: Workspace, data_set: str) -> list[SavedCohort]:
    """The cohorts of a data set by name."""
    query = (
        "select *, (select count(*) from cohort_people as people where people.data_set = cohorts.data_set "
        "and people.cohort = cohorts.name) as users from cohorts where data_set = ? order by name collate nocase, name"
    )
    with workspace.database() as database:
        rows = database.execute(query, (data_set,)).fetchall()
    return [_cohort(row) for row in rows]


def find(workspace: Workspace, data_set: str, name: str) -> SavedCohort:
    """One cohort; raises `CohortError` where there is none of the name."""
    found = read(workspace, data_set)
    for cohort in found:
        if cohort.name == name:
            return cohort
    known = ", ".join(repr(cohort.name) for cohort in found) or "none yet"
    raise CohortError(say("errors.no_cohort", data_set=data_set, cohort=name[:LONGEST], known=known))


def people(workspace: Workspace, data_set: str, name: str) -> frozenset[str]:
    """Ids that a cohort lists; nobody's for a rule."""
    with workspace.database() as database:
        query = "select user_id from cohort_people where data_set = ? and cohort = ?"
        return frozenset(str(row["user_id"]) for row in database.execute(query, (data_set, name)))


def of_person(workspace: Workspace, data_set: str, user: str) -> list[str]:
    """Names of the cohorts that list a user."""
    with workspace.database() as database:
        query = "select cohort from cohort_people where data_set = ? and user_id = ? order by cohort"
        return [str(row["cohort"]) for row in database.execute(query, (data_set, user))]


def save(workspace: Workspace, data_set: str, name: str, rule: Rule | None, users: Collection[str] = ()) -> None:
    """Keep a cohort under a name, in the place of the one that had it; `users` where there is no rule.

    Raises `CohortError` for a name that cannot be, for nobody, and where the data set is gone.
    """
    name = _checked(name)
    if rule is None and not users:
        raise CohortError(say("errors.empty_cohort"))
    with workspace.guarded(), workspace.database() as database:
        # Under the same lock as a deletion, so that none stays behind for a data set that has just gone.
        database.execute("begin immediate")
        _check_room(database, data_set, name)
        _remove(database, data_set, name)
        written = None if rule is None else json.dumps(rule, ensure_ascii=False, sort_keys=True)
        database.execute("insert into cohorts values (?, ?, ?, ?)", (data_set, name, written, _now()))
        listed = [(data_set, name, user) for user in sorted(users)] if rule is None else []
        database.executemany("insert into cohort_people values (?, ?, ?)", listed)
        audit.record(database, "cohort_saved", data_set, users=len(listed))


def remove(workspace: Workspace, data_set: str, name: str) -> None:
    """Delete a cohort; raises `CohortError` where it is gone."""
    find(workspace, data_set, name)
    with workspace.database() as database:
        database.execute("begin immediate")
        _remove(database, data_set, name)
        audit.record(database, "cohort_deleted", data_set)


def keep_only(workspace: Workspace, data_set: str, users: Collection[str]) -> None:
    """Take everybody else off the lists of a data set."""
    with workspace.database() as database:
        database.execute("begin immediate")
        database.execute("create temp table staying (user_id text primary key)")
        database.executemany("insert or ignore into staying values (?)", ((user,) for user in users))
        query = "delete from cohort_people where data_set = ? and user_id not in (select user_id from staying)"
        database.execute(query, (data_set,))
        database.execute("drop table staying")


def _check_room(database: sqlite3.Connection, data_set: str, name: str) -> None:
    if database.execute("select 1 from data_sets where name = ?", (data_set,)).fetchone() is None:
        raise CohortError(say("errors.cohort_without", data_set=data_set))
    query = "select count(*) from cohorts where data_set = ? and name != ?"
    if database.execute(query, (data_set, name)).fetchone()[0] >= MOST:
        raise CohortError(say("errors.many_cohorts", data_set=data_set, most=MOST))


def _remove(database: sqlite3.Connection, data_set: str, name: str) -> None:
    for table, column in (("cohorts", "name"), ("cohort_people", "cohort")):
        database.execute(f"delete from {table} where data_set = ? and {column} = ?", (data_set, name))


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise CohortError(say("errors.nameless_cohort", cohort=name[:LONGEST]))
    if len(name) > LONGEST:
        raise CohortError(say("errors.long_cohort", characters=len(name), most=LONGEST))
    return name


def _cohort(row: sqlite3.Row) -> SavedCohort:
    rule = None if row["rule"] is None else json.loads(row["rule"])
    return SavedCohort(row["data_set"], row["name"], rule, row["users"], row["changed"])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
