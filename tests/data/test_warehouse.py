"""Logs that lie in a database: taken out by a query, which can change nothing."""

import contextlib
import sqlite3
from datetime import UTC, datetime
from types import SimpleNamespace

import duckdb
import pytest

from core.data import warehouse
from core.errors import EventsError

ROWS = [("u", "a", "2021-01-01T00:00:00"), ("v", "b", "2021-01-02T00:00:00"), ("v", "c", None)]
TABLE = "create table log (user_id text, item_id text, happened text)"


@pytest.fixture(params=["sqlite", "duckdb"])
def address(request, tmp_path) -> str:
    """A database with a small log."""
    path = tmp_path / "shop.db"
    connection = (sqlite3 if request.param == "sqlite" else duckdb).connect(str(path))
    connection.execute(TABLE)
    connection.executemany("insert into log values (?, ?, ?)", ROWS)
    connection.commit()
    connection.close()
    return f"{request.param}:///{path}"


def test_a_query_is_a_log(ingest, address, tmp_path):
    """Its columns are those of the query, its missing values those of the table."""
    answer = warehouse.fetched(
        address, "select user_id, item_id, happened as time from log", tmp_path / "answer.parquet"
    )
    done = ingest(answer.read_bytes(), "answer.parquet")
    assert done.events[["user_id", "item_id"]].to_numpy().tolist() == [["u", "a"], ["v", "b"]]
    assert done.summary["reasons"] == {"timestamp is missing": 1}


def test_the_file_of_a_database_will_do(address, tmp_path):
    """Which kind it is stands in its first bytes."""
    path = address.partition("///")[2]
    assert warehouse.fetched(path, "select * from log", tmp_path / "answer.parquet").exists()
    with pytest.raises(EventsError, match="is no database of DuckDB or SQLite"):
        warehouse.fetched(str(tmp_path / "answer.parquet"), "select 1", tmp_path / "second.parquet")


@pytest.mark.parametrize(
    "query",
    ["delete from log", "drop table log", "select 1; delete from log", "copy log to 'out.csv'", "attach 'x.db' as x",
     "select * from read_csv('/etc/hostname')", "select * from nothing", "",
     "insert into log values (1, 2, 3) returning *"],
)  # fmt: skip
def test_nothing_but_this_database_is_read(address, tmp_path, query):
    """What would write, or read another file, fails with one line, and the log is as it was."""
    with pytest.raises(EventsError, match="The query cannot be answered") as refused:
        warehouse.fetched(address, query, tmp_path / "answer.parquet")
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "out.csv").exists()
    again = warehouse.fetched(address, "select count(*) as n from log", tmp_path / "count.parquet")
    assert duckdb.sql(f"select n from read_parquet('{again}')").fetchall() == [(3,)]


def test_a_password_is_not_told():
    """Where a database cannot be reached, or no driver is installed, the address stays out of the message."""
    with pytest.raises(EventsError, match="postgres") as refused:
        warehouse.fetched("postgres://ann:secret@127.0.0.1:1/shop", "select 1", warehouse.Path("never"))
    assert "secret" not in str(refused.value)


class Cursor(contextlib.nullcontext):
    """Answers as the driver of a server does: a part of the rows at a time."""

    description = (SimpleNamespace(name="user_id"), SimpleNamespace(name="happened"), SimpleNamespace(name="more"))

    def __init__(self):
        super().__init__(self)
        self.rows = [("u", datetime(2021, 1, 1, tzinfo=UTC), {"a": [1]}), ("v", None, 2.5)]

    def execute(self, statement):
        """Keep what was asked."""
        self.asked = statement

    def fetchmany(self, size):
        """The next rows."""
        found, self.rows = self.rows[:size], self.rows[size:]
        return found


def test_a_server_is_asked_for_texts(tmp_path, monkeypatch):
    """Nothing is written at the server, rows come in parts, and cells are written as other tools write them."""
    cursor, closed = Cursor(), []
    connection = SimpleNamespace(transaction=contextlib.nullcontext, cursor=lambda **_named: cursor)
    server = SimpleNamespace(name="postgres", con=connection, disconnect=lambda: closed.append(True))
    monkeypatch.setattr(warehouse, "_opened", lambda _address: server)
    monkeypatch.setattr(warehouse, "BATCH", 1)
    answer = warehouse.fetched("postgres://shop", "select * from log;", tmp_path / "answer.parquet")
    assert cursor.asked.startswith("select * from (select * from log\n)")
    told = duckdb.sql(f"from read_parquet('{answer}')").fetchall()
    assert told == [("u", "2021-01-01T00:00:00+00:00", '{"a": [1]}'), ("v", None, "2.5")]
    assert closed
