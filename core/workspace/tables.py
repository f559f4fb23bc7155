"""The tables of a workspace's database."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

OPEN_ATTEMPTS = 100
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
"""


def make(database: Callable[[], AbstractContextManager[sqlite3.Connection]]) -> None:
    """Make what is not there yet; several processes may open a new workspace at once."""
    for attempt in range(OPEN_ATTEMPTS):
        try:
            with database() as connection:
                connection.execute("pragma journal_mode=wal")
                connection.executescript(TABLES)
                _bring_up(connection)
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or attempt + 1 == OPEN_ATTEMPTS:
                raise
            time.sleep(0.05)


def _bring_up(connection: sqlite3.Connection) -> None:
    """Give the tables of an older workspace the columns that came since."""
    connection.execute("begin immediate")
    columns = {row[1] for row in connection.execute("pragma table_info(data_sets)")}
    if "origin" not in columns:
        connection.execute("alter table data_sets add column origin text not null default ''")
