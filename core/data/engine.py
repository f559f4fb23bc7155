"""The engine under the Ibis expressions: the only code that knows it is DuckDB.

Opening, loading and writing are here; everything between is expressions that another engine could run.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import ibis
import pyarrow as pa
from ibis.expr.operations import DatabaseTable

from core import phrases
from core.data import connections
from core.data.connections import MEMORY_MB
from core.errors import EventsError

if TYPE_CHECKING:
    from ibis.expr.schema import Schema
    from ibis.expr.types import Table

    from core.data.statements import Remembering

ROW_GROUP = 50_000
"""Rows that are read to find one user's events."""
POLL = 0.25
"""Seconds between two looks at how far a long statement is."""
LONGEST_LINE = 4 << 20
SMALL = 100_000
"""Rows of the largest table of an engine whose connection waits for the next."""


class Engine:
    """One DuckDB in memory with a scratch folder of its own."""

    def __init__(self, scratch: Path) -> None:
        """Open it."""
        self.scratch = scratch
        self.watch: Callable[[float], None] = lambda _share: None
        self.defined: dict[str, Table] = {}
        """What the views of expressions stand for, by name."""
        # Engines that are connected alike are equal, and so are expressions on their tables.
        self.backend: Remembering = connections.connected()
        self.backend.con.execute(f"set temp_directory = {literal(str(self._spill))}")
        self._sizes: dict[str, int] = {}
        """Rows of the tables that are kept."""
        self._aside = ThreadPoolExecutor(1)
        self._again = True

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of a statement of our own."""
        try:
            rows: list[tuple[Any, ...]] = self.backend.raw_sql(statement).fetchall()
        except duckdb.OutOfMemoryException:
            self._again = False
            raise EventsError(phrases.say("errors.no_memory", megabytes=MEMORY_MB)) from None
        return rows

    def long(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement that may take long: `watch` hears of it meanwhile, and stops it by raising."""
        running = self._aside.submit(self.sql, statement)
        try:
            while not wait([running], timeout=POLL).done:
                self.watch(max(0.0, self.backend.con.query_progress()) / 100)
        except BaseException:
            self.backend.con.interrupt()
            wait([running])
            raise
        return running.result()

    def count(self, rows: "Table") -> int:
        """Number of rows."""
        if isinstance(kept := rows.op(), DatabaseTable) and kept.name in self._sizes:
            return self._sizes[kept.name]
        return int(self.sql(self.backend.compile(rows.count()))[0][0])

    def view(self, name: str, query: "str | Table", columns: "Mapping[str, str] | None" = None) -> "Table":
        """A named query, run anew by each reader; the engine is asked for the `columns` of a text, with their types."""
        self._sizes.pop(name, None)
        if isinstance(query, str) and columns is None:
            self.sql(f"create or replace view {name} as {query}")
            return self.backend.table(name)
        self.backend.define(name, query)
        if isinstance(query, str):
            return self._named(name, ibis.schema(columns))
        self.defined[name] = query
        return self._named(name, query.schema())

    def keep(self, name: str, expression: "Table") -> "Table":
        """The result of an expression, computed once."""
        self.backend.views.known.pop(name, None)
        made = self.long(f"create or replace table {name} as {self.backend.compile(expression)}")
        self._sizes[name] = int(made[0][0])
        return self._named(name, expression.schema())

    def parquet(self, name: str, path: Path) -> "Table":
        """Rows of a Parquet file of ours."""
        return self.view(name, f"from read_parquet({literal(str(path))})")

    def drop(self, *names: str) -> None:
        """Free tables that no later step reads."""
        for name in names:
            if self._sizes.pop(name, None) is not None:
                self.sql(f"drop table if exists {name}")

    def write_parquet(self, expression: "Table", path: Path) -> None:
        """Write rows in their order, in groups small enough to look one user up."""
        self._copy(expression, path, f"format parquet, compression zstd, row_group_size {ROW_GROUP}")

    def write_scratch(self, expression: "Table", path: Path) -> None:
        """Write rows that are read a few times and then gone: quickly rather than small."""
        self._copy(expression, path, "format parquet, compression snappy, dictionary_size_limit 1")

    def write_csv(self, expression: "Table", path: Path) -> None:
        """Write rows in their order, with a header."""
        self._copy(expression, path, "format csv, header true")

    def close(self, *, again: bool = False) -> None:
        """Let go of memory and spilled tables; what was small and went well may be used `again`."""
        self._aside.shutdown()
        small = max(self._sizes.values(), default=0) <= SMALL and not self._spill.exists()
        connections.left(self.backend, again=again and self._again and small)

    @property
    def _spill(self) -> Path:
        return self.scratch / "spill"

    def _named(self, name: str, columns: "Schema") -> "Table":
        """What a query was stored as: its columns are known, and the engine need not be asked for them."""
        table: Table = DatabaseTable(name, schema=columns, source=self.backend).to_expr()
        return table

    def _copy(self, expression: "Table", path: Path, options: str) -> None:
        self.long(f"copy ({self.backend.compile(expression)}) to {literal(str(path))} ({options})")


@contextlib.contextmanager
def open_engine(folder: Path | None = None) -> Iterator[Engine]:
    """An engine whose scratch folder (in `folder`, else in the system's) goes with it."""
    scratch = Path(tempfile.mkdtemp(prefix="scratch-", dir=folder))
    engine, again = Engine(scratch), True
    try:
        yield engine
    except BaseException as error:
        again = isinstance(error, EventsError)
        raise
    finally:
        engine.close(again=again)
        shutil.rmtree(scratch, ignore_errors=True)


class Texts:
    """An expression on single texts, compiled once: for what comes a few at a time."""

    def __init__(self, expression: "Callable[[Table], Table]") -> None:
        """`expression` makes rows of a table with the column `text`."""
        backend = connections.beside()
        self._con = backend.con.cursor()
        table = ibis.table({"text": "string"}, name="texts")
        self._query = backend.compile(expression(table))

    def read(self, texts: list[str]) -> list[tuple[Any, ...]]:
        """The rows that the expression makes of some texts."""
        self._con.register("texts", pa.table({"text": pa.array(texts, pa.string())}))
        rows: list[tuple[Any, ...]] = self._con.execute(self._query).fetchall()
        self._con.unregister("texts")
        return rows


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def csv_query(path: Path, columns: list[str], *, separator: str, quoted: bool, skip: int, escape: str = '"') -> str:
    """Read a CSV file strictly but for its first lines, everything as text; short rows are filled with nulls."""
    escaped = literal(escape) if quoted else "''"
    types = ", ".join(f"{literal(column)}: 'varchar'" for column in columns)
    quote = "'\"'" if quoted else "''"
    return (
        f"read_csv({literal(str(path))}, auto_detect = false, delim = {literal(separator)}, quote = {quote}, "
        f"escape = {escaped}, header = false, skip = {skip}, columns = {{{types}}}, null_padding = true, "
        f"strict_mode = true, max_line_size = {LONGEST_LINE})"
    )


def lines_query(path: Path) -> str:
    """Read a text as its lines, in the column c0."""
    return csv_query(path, ["c0"], separator="\x01", quoted=False, skip=0)


def json_query(lines: str, pointers: list[str]) -> str:
    """Take JSON objects apart, everything as text in c0, c1 ...; a line that is none is a problem.

    `lines` is a query for the columns line, problem and c0.
    """
    wanted = ", ".join(map(literal, pointers))
    texts = [f"values[{place + 1}] as c{place}" for place in range(len(pointers))]
    return (
        f"select line, problem, {', '.join(texts)} from (select line, "
        f"coalesce(problem, case when j is null then {literal(phrases.say('reasons.not_json'))} end) as problem, "
        f"json_extract_string(j, [{wanted}]) as values from (select line, problem, "
        f"case when json_valid(c0) and json_type(c0) = 'OBJECT' then c0 end as j, c0 from ({lines})) "
        "where c0 is not null and trim(c0) != '')"
    )
