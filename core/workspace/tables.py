"""The tables of a workspace's database, and the number of their form."""

import sqlite3
from collections.abc import Callable, Sequence

TABLES = """
create table if not exists data_sets (
    name text primary key, version integer not null, created text not null, summary text not null,
    origin text not null default '');
create table if not exists runs (
    id text primary key, data_set text not null, version integer not null, created text not null,
    status text not null, settings text not null, metrics text not null);
create table if not exists notes (
    id integer primary key autoincrement, data_set text not null, user_id text not null, step integer, item_id text,
    time integer, text text not null, changed text not null);
create index if not exists notes_of_users on notes (data_set, user_id);
create table if not exists once (what text primary key);
create table if not exists jobs (
    id text primary key, step text not null, data_set text not null, arguments text not null, status text not null,
    share real not null default 0, message text not null default '', error text not null default '',
    result text not null default '{}', pid integer, attempts integer not null default 0,
    cancelling integer not null default 0, created text not null, started text, ended text);
create table if not exists about (name text primary key, value text not null);
"""


def make(connection: sqlite3.Connection) -> None:
    """Make the tables that are not there, inside a transaction of the caller."""
    for statement in filter(str.strip, TABLES.split(";")):
        connection.execute(statement)


def _marked(connection: sqlite3.Connection) -> None:
    """From a workspace of before there were marks, 0: the tables that came since, and the column that did."""
    make(connection)
    columns = {row[1] for row in connection.execute("pragma table_info(data_sets)")}
    if "origin" not in columns:
        connection.execute("alter table data_sets add column origin text not null default ''")


def _audited(connection: sqlite3.Connection) -> None:
    """What was done is written down, and who asked for a job."""
    connection.execute(
        "create table audit (number integer primary key, time text not null, who text not null, door text not null, "
        "place text not null, what text not null, data_set text not null, person text not null, detail text not null, "
        "seal text not null)"
    )
    connection.execute(
        "create table audit_people (mark text primary key, data_set text not null, user_id text not null, "
        "unique (data_set, user_id))"
    )
    connection.execute("alter table jobs add column asked_by text not null default ''")


def _grouped(connection: sqlite3.Connection) -> None:
    """Cohorts that people named, and names and colours that they gave to categories."""
    connection.execute(
        "create table cohorts (data_set text not null, name text not null, rule text, changed text not null, "
        "primary key (data_set, name))"
    )
    connection.execute(
        "create table cohort_people (data_set text not null, cohort text not null, user_id text not null, "
        "primary key (data_set, cohort, user_id)) without rowid"
    )
    connection.execute(
        "create table category_names (data_set text not null, category text not null, shown text not null, "
        "color text not null, primary key (data_set, category))"
    )


def _watched(connection: sqlite3.Connection) -> None:
    """What happened on the owner's side, which data sets are watched, and what was found as they were."""
    connection.execute(
        "create table markers (id integer primary key autoincrement, data_set text not null, kind text not null, "
        '"start" integer not null, "end" integer not null, note text not null, category text not null, '
        "users text not null, made text not null)"
    )
    connection.execute("create index markers_of on markers (data_set)")
    connection.execute(
        "create table watches (data_set text primary key, plan text not null, state text not null, due text not null, "
        "asked_by text not null)"
    )
    connection.execute(
        "create table alerts (id integer primary key autoincrement, data_set text not null, time text not null, "
        "rule text not null, said text not null, seen integer not null default 0, ways text not null default '{}', "
        "next_try text not null default '')"
    )
    connection.execute("create index alerts_of on alerts (data_set)")


# One function for each number, from the number before; what stands here is never changed again, for workspaces of that
# number lie on people's disks. A new one at the end comes with a workspace of the number before: see
# `scripts/keep_workspace.py`.
STEPS: Sequence[Callable[[sqlite3.Connection], None]] = (_marked, _audited, _grouped, _watched)
SCHEMA = len(STEPS)
"""The number that this product writes."""
