"""The engine under the Ibis expressions: the only code that knows it is DuckDB.

Opening, loading and writing are here; everything between is expressions that another engine could run.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import ibis
import pyarrow as pa
from ibis.expr.operations import DatabaseTable

from core import phrases
from core.errors import EventsError

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Expr, Table

MEMORY_MB = 1500
"""Beyond this, tables go to the scratch folder."""
ROW_GROUP = 50_000
"""Rows that are read to find one user's events."""
POLL = 0.25
"""Seconds between two looks at how far a long statement is."""
LONGEST_LINE = 4 << 20


class Engine:
    """One DuckDB in memory with a scratch folder of its own."""

    def __init__(self, scratch: Path) -> None:
        """Open it."""
        self.scratch = scratch
        self.watch: Callable[[float], None] = lambda _share: None
        self.defined: dict[str, Table] = {}
        """What the views of expressions stand for, by name."""
        # Engines that are connected alike are equal, and so are expressions on their tables.
        self.backend: Backend = _remembering()().connect(threads=2, memory_limit=f"{MEMORY_MB}MB")
        spill = f"temp_directory = {literal(str(scratch / 'spill'))}"
        for setting in (spill, "timezone = 'UTC'", "enable_progress_bar = true", "enable_progress_bar_print = false"):
            self.backend.raw_sql(f"set {setting}")

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of a statement of our own."""
        try:
            rows: list[tuple[Any, ...]] = self.backend.raw_sql(statement).fetchall()
        except duckdb.OutOfMemoryException:
            raise EventsError(phrases.say("errors.no_memory", megabytes=MEMORY_MB)) from None
        return rows

    def long(self, statement: str) -> None:
        """Run a statement that may take long: `watch` hears of it meanwhile, and stops it by raising."""
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(self.sql, statement)
            try:
                while not running.done():
                    wait([running], timeout=POLL)
                    self.watch(max(0.0, self.backend.con.query_progress()) / 100)
            except BaseException:
                self.backend.con.interrupt()
                wait([running])
                raise
        running.result()

    def count(self, rows: "Table") -> int:
        """Number of rows."""
        return int(self.sql(self.backend.compile(rows.count()))[0][0])

    def view(self, name: str, query: "str | Table") -> "Table":
        """A named query, run anew by each reader."""
        if isinstance(query, str):
            self.sql(f"create or replace view {name} as {query}")
            return self.backend.table(name)
        self.defined[name] = query
        self.sql(f"create or replace view {name} as {self.backend.compile(query)}")
        return self._named(name, query)

    def keep(self, name: str, expression: "Table") -> "Table":
        """The result of an expression, computed once."""
        self.long(f"create or replace table {name} as {self.backend.compile(expression)}")
        return self._named(name, expression)

    def parquet(self, name: str, path: Path) -> "Table":
        """Rows of a Parquet file of ours."""
        return self.view(name, f"from read_parquet({literal(str(path))})")

    def drop(self, *names: str) -> None:
        """Free tables that no later step reads."""
        for name in names:
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

    def close(self) -> None:
        """Let go of memory and spilled tables."""
        self.backend.disconnect()

    def _named(self, name: str, expression: "Table") -> "Table":
        """What an expression was stored as: its columns are known, and the engine need not be asked for them."""
        table: Table = DatabaseTable(name, schema=expression.schema(), source=self.backend).to_expr()
        return table

    def _copy(self, expression: "Table", path: Path, options: str) -> None:
        self.long(f"copy ({self.backend.compile(expression)}) to {literal(str(path))} ({options})")


@contextlib.contextmanager
def open_engine(folder: Path | None = None) -> Iterator[Engine]:
    """An engine whose scratch folder (in `folder`, else in the system's) goes with it."""
    scratch = Path(tempfile.mkdtemp(prefix="scratch-", dir=folder))
    engine = Engine(scratch)
    try:
        yield engine
    finally:
        engine.close()
        shutil.rmtree(scratch, ignore_errors=True)


@lru_cache(maxsize=1)
def _remembering() -> "type[Backend]":
    """An engine that puts an expression into SQL once: of the next log with the same columns most are the same."""
    from ibis.backends.duckdb import Backend  # a fifth of a second, for whoever imports

    @lru_cache(maxsize=1024)
    def compiled(backend: Backend, operation: Any, limit: str | None) -> str:
        return str(Backend.compile(backend, operation.to_expr(), limit=limit))

    class Remembering(Backend):  # type: ignore[misc]
        def compile(self, expr: "Expr", /, *, limit: str | None = None, params: None = None) -> str:
            assert params is None
            return compiled(self, expr.op(), limit)

    return Remembering


class Texts:
    """An expression on single texts, compiled once: for what comes a few at a time."""

    def __init__(self, expression: "Callable[[Table], Table]") -> None:
        """`expression` makes rows of a table with the column `text`."""
        self._backend = _remembering()().connect(threads=1)
        self._backend.raw_sql("set timezone = 'UTC'")
        table = ibis.table({"text": "string"}, name="texts")
        self._query = self._backend.compile(expression(table))

    def read(self, texts: list[str]) -> list[tuple[Any, ...]]:
        """The rows that the expression makes of some texts."""
        self._backend.con.register("texts", pa.table({"text": pa.array(texts, pa.string())}))
        rows: list[tuple[Any, ...]] = self._backend.raw_sql(self._query).fetchall()
        self._backend.con.unregister("texts")
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
