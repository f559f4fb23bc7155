"""A log that lies in a database: what a query gives, as a Parquet file. The database is only ever read.

Ibis opens it (DuckDB, SQLite, Postgres where its driver is installed); the query is of the person who imports, and may
read nothing but that database.
"""

import contextlib
import datetime
import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import EventsError
from core.phrases import say

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.backends.sql import SQLBackend

ADDRESS = re.compile(r"^(duckdb|sqlite|postgres(?:ql)?)://(.*)$", re.DOTALL)
STARTS = {b"SQLite format 3": "sqlite", b"DUCK": "duckdb"}
"""What files of databases hold at their start; DuckDB's behind a checksum of 8 bytes."""
BATCH = 50_000


def fetched(address: str, query: str, target: Path) -> Path:
    """Write what a query gives as Parquet; `address` may be the file of a database too; raises `EventsError`."""
    import pyarrow.parquet as pq

    backend = _opened(address)
    try:
        batches = _batches(backend, query)
        with pq.ParquetWriter(target, batches.schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
    except Exception as error:  # each driver has errors of its own, without a common root
        raise EventsError(say("errors.query_failed", why=_first_line(error))) from None
    finally:
        backend.disconnect()
    return target


def _opened(address: str) -> "SQLBackend":
    """A connection that cannot write."""
    import ibis

    kind, rest = _parted(address)
    try:
        if kind == "duckdb":
            backend = ibis.duckdb.connect(rest, read_only=True)
            backend.raw_sql("set enable_external_access = false")
            backend.raw_sql("set lock_configuration = true")
            return backend
        if kind == "sqlite":
            return ibis.sqlite.from_connection(sqlite3.connect(f"{Path(rest).resolve().as_uri()}?mode=ro", uri=True))
        found: Any = ibis.connect(address)
        found.raw_sql("set session characteristics as transaction read only").close()
    except ImportError:
        raise EventsError(say("errors.no_driver", kind=kind)) from None
    except Exception as error:  # as above
        raise EventsError(say("errors.no_database", kind=kind, why=_first_line(error))) from None
    return found


def _batches(backend: "SQLBackend", query: str) -> "pa.RecordBatchReader":
    """The rows of a query, a part at a time; only what can stand for a table is one."""
    query = query.strip().rstrip(";")
    if backend.name == "duckdb":
        return backend.con.sql(f"select * from ({query}\n) as answer").to_arrow_reader(BATCH)
    if backend.name == "postgres":
        return _texts(backend, f"select * from ({query}\n) as answer")
    return backend.sql(query).to_pyarrow_batches(chunk_size=BATCH)


def _texts(backend: "SQLBackend", statement: str) -> "pa.RecordBatchReader":
    """The rows that a Postgres server gives, as texts: to know their types, Ibis would have to write a view there."""
    import pyarrow as pa

    with contextlib.ExitStack() as opening:
        opening.enter_context(backend.con.transaction())
        cursor = opening.enter_context(backend.con.cursor(name="answer"))  # rows stay at the server until asked for
        cursor.execute(statement)
        columns = pa.schema([(column.name, pa.string()) for column in cursor.description])
        end = opening.pop_all()

    def parts() -> "Iterator[pa.RecordBatch]":
        with end:
            while rows := cursor.fetchmany(BATCH):
                cells = [[_text(cell) for cell in column] for column in zip(*rows, strict=True)]
                yield pa.record_batch([pa.array(column, pa.string()) for column in cells], schema=columns)

    return pa.RecordBatchReader.from_batches(columns, parts())


def _text(cell: object) -> str | None:
    """A cell as other tools write it: times as ISO 8601, objects and lists as JSON."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, datetime.datetime | datetime.date):
        return cell.isoformat()
    return json.dumps(cell, default=str) if isinstance(cell, dict | list) else str(cell)


def _parted(address: str) -> tuple[str, str]:
    """Kind and file of a database; raises `EventsError`."""
    match = ADDRESS.match(address)
    if match and match[1].startswith("postgres"):
        return "postgres", match[2]
    path = Path(match[2]) if match else Path(address)
    if match and not path.exists():
        path = Path(match[2].lstrip("/"))  # three slashes lead on from the folder that one is in, four from the root
    if not path.is_file():
        raise EventsError(say("errors.no_file", path=str(path)))
    with path.open("rb") as stream:
        first = stream.read(16)
    kind = next((kind for start, kind in STARTS.items() if first.startswith(start) or first[8:].startswith(start)), "")
    if not kind:
        raise EventsError(say("errors.not_a_database", file=path.name))
    return kind, str(path)


def _first_line(error: Exception) -> str:
    """What a driver says, without the rest of its page and without the address, which may hold a password."""
    line = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return re.sub(r"\w+://\S+", "...", line)[:200]
