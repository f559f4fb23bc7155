"""An engine of others over Spark Connect (Apache Spark 4, Databricks, Sail): it reads and cleans logs block by block.

Its workers read blocks by the code that reads files here (`blocks`), so every row is judged alike; the rules of
cleaning are the same Ibis expressions, run by that engine. What passes between lies as Parquet in the scratch folder,
which its workers and this machine must see under the same path, or at an address; events are never held here. DuckDB
at hand sorts and writes them.
"""

import contextlib
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr.operations import DatabaseTable

from core.data import blocks, formats, schema
from core.data.blocks import Block, How
from core.data.engine import Engine, literal
from core.data.log_files import LogFiles
from core.data.meeting import Meeting
from core.data.raw import RawLog
from core.data.readers import open_log
from core.data.rows import TypedLog, measured, numbered, reading_of
from core.data.rules import Cleaned, clean
from core.data.spark_session import asked, each, session
from core.data.times import TimeReading
from core.errors import EventsError
from core.phrases import say, unpacked
from core.settings import ImportSettings

if TYPE_CHECKING:
    from ibis.expr.types import Table

T = TypeVar("T")
HEAD_BYTES, HEAD_ROWS = 8 << 20, 200_000
"""How much of a log is read here to tell which column is what."""
TABLE = "table:"
"""Before the name of a table of the engine's catalogue."""
PACKED = {b"\x1f\x8b": "gzip", b"PK": "zip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
"""Files that no worker could begin to read in the middle."""
TYPED = "typed"


class SparkEngine(Engine):
    """A session of the engine, beside DuckDB at hand."""

    def __init__(self, address: str, here: Engine, session: Any, meeting: str = "") -> None:
        """`here` decides what few rows tell, and writes."""
        import ibis

        self.address, self.here, self.session = address, here, session
        self.scratch = here.scratch.resolve() / "elsewhere"
        self.scratch.mkdir()
        self.meeting = Meeting(self.scratch, meeting)
        self._stopped = self.scratch / "stopped"
        self.defined, self._at = {}, dict[str, str]()
        self._share: Callable[[], float] = lambda: 0.0
        self.backend = ibis.pyspark.connect(session)
        self._names = map("{:04}".format, itertools.count())

    @classmethod
    @contextlib.contextmanager
    def connected(cls, address: str, here: Engine, meeting: str = "") -> Iterator["SparkEngine"]:
        """The engine at an address, for as long; `meeting`: as `LogFiles.meeting`. Raises `EventsError`."""
        if not address.startswith("sc://"):
            raise EventsError(say("errors.engine_address", engine=address))
        with session(address) as made:
            engine = cls(address, here, made, meeting)
            try:
                yield engine
            finally:
                engine.meeting.close()

    def typed(self, files: LogFiles, settings: ImportSettings, key: str, before: TimeReading | None) -> TypedLog:
        """A log as `type_rows` gives it, its rows in Parquet; raises `EventsError`."""
        paths = blocks.files_at(self._address(files.address))
        raw = self._head(paths[0], files, quiet=bool(key))
        parquet = raw.file.source.parquet
        found = blocks.parquet_blocks(paths) if parquet else self._counted(paths, raw)
        if not found:
            raise EventsError(say("errors.no_rows", file=paths[0]))
        (self.scratch / TYPED).mkdir()
        numbers = numbered(raw, settings, self.here, key)
        reading = reading_of(numbers, raw, settings, self.here, before)
        how = How(raw.file.source, raw.file.sample, raw.guess, settings, key, reading, False, self.meeting.there(TYPED))
        met = self._blocks(found, how)
        united = blocks.merged(reading, map(TimeReading.of, met), raw.guess.columns[schema.TIME])
        if any(TimeReading.of(each) != united for each in met):
            self._blocks(found, replace(how, reading=united, settled=True))
        return self._log(raw, united, settings)

    def _log(self, raw: RawLog, reading: TimeReading, settings: ImportSettings) -> TypedLog:
        """The typed rows as a view here, and the cells of the file beside them."""
        cells = [f"c{place}" for place in range(len(raw.file.names))]
        files = f"read_parquet({literal(str(self.meeting.all_brought(TYPED)))})"
        table = self.here.view("log_cells", f"select line, problem, {', '.join(cells)} from {files}")
        rows = self.here.view(TYPED, f"select * exclude ({', '.join(['problem', *cells])}) from {files}")
        raw = replace(raw, file=replace(raw.file, table=table))
        return measured(raw, reading, rows, settings, self.here)

    def cleaned(self, rows: "Table", settings: ImportSettings) -> Cleaned:
        """What the rules leave of typed rows, and what they take: `rows` is a view here, and the engine's is one, too.

        The engine finds which lines go. Those that stay are not written once more: they are read here without them.
        """
        self._read(TYPED, TYPED)
        done = clean(self.view(rows.get_name(), self._there(rows)), settings, self)
        return replace(done, rows=self._back(done.rows), taken=self._back(done.taken))

    def count(self, rows: "Table") -> int:
        """Number of rows."""
        return int(self._asked(lambda: self.session.sql(self.backend.compile(rows.count())).toPandas().iloc[0, 0]))

    def view(self, name: str, query: "str | Table", columns: "Mapping[str, str] | None" = None) -> "Table":
        """A named query, run anew by each reader."""
        assert not isinstance(query, str)
        assert columns is None
        self._asked(lambda: self.session.sql(self.backend.compile(query)).createOrReplaceTempView(name))
        return self._named(name, query.schema())

    def keep(self, name: str, expression: "Table") -> "Table":
        """The result of an expression, computed once and written by the workers."""
        folder = f"{name}-{next(self._names)}"
        frame, target = self.session.sql(self.backend.compile(expression)), self.meeting.told(folder)
        self._asked(lambda: frame.write.option("compression", "zstd").parquet(target))
        if self.meeting.address:
            (self.scratch / folder).mkdir()
        elif not (self.scratch / folder).is_dir():
            raise EventsError(say("errors.engine_blind", engine=self.address, folder=target))
        # an engine that has nothing to write may write no file at all
        pq.write_table(expression.schema().to_pyarrow().empty_table(), self.scratch / folder / "none.parquet")
        self.meeting.put(f"{folder}/none.parquet")
        self._read(name, folder)
        return self._named(name, expression.schema())

    def close(self, *, again: bool = False) -> None:
        """The session ends with `session`."""

    def _read(self, name: str, folder: str) -> None:
        self._at[name] = folder
        self._asked(lambda: self.session.read.parquet(self.meeting.told(folder)).createOrReplaceTempView(name))

    def _asked(self, ask: Callable[[], T]) -> T:
        """What the engine answers; `watch` hears of it meanwhile, and stops it by raising."""
        return asked(self.session, ask, lambda: self.here.watch(self._share()), self._stopped)

    def _there(self, rows: "Table") -> "Table":
        """An expression on tables here as one on those of the engine: views by what they stand for."""

        def moved(node: Any, parts: Any) -> Any:
            node = node.__recreate__(parts) if parts else node
            if not isinstance(node, DatabaseTable):
                return node
            if node.name in self.here.defined:
                return self._there(self.here.defined[node.name]).op()
            if node.name != TYPED:
                file = f"{node.name}.parquet"
                self.here.write_parquet(node.to_expr(), self.scratch / file)
                self.meeting.put(file)
                self._read(node.name, file)
            return DatabaseTable(node.name, schema=node.schema, source=self.backend)

        return rows.op().replace(moved).to_expr()

    def _back(self, rows: "Table") -> "Table":
        """An expression on tables of the engine as one on those here: what it kept lies in Parquet."""

        def moved(node: Any, parts: Any) -> Any:
            node = node.__recreate__(parts) if parts else node
            if not isinstance(node, DatabaseTable):
                return node
            if node.name in self._at:
                self.here.parquet(node.name, self.meeting.all_brought(self._at[node.name]))
            return DatabaseTable(node.name, schema=node.schema, source=self.here.backend)

        return rows.op().replace(moved).to_expr()

    def _address(self, address: str) -> str:
        """Where the files are; a table of the catalogue is written down first, so that its rows have places."""
        if not address.startswith(TABLE):
            return address
        folder = "source"
        self.session.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")  # else of nanoseconds
        frame = self.session.table(address.removeprefix(TABLE))
        self._asked(lambda: frame.write.parquet(self.meeting.told(folder)))
        return self.meeting.there(folder)

    def _head(self, path: str, files: LogFiles, *, quiet: bool) -> RawLog:
        """The first rows as a log; raises `EventsError` for what the workers could not read."""
        target = self.scratch / (path.rstrip("/").rpartition("/")[2] or "log")
        with blocks.opened(path) as stream:
            first = bytes(stream.read(HEAD_BYTES))
        kind = formats.table_kind(first)
        found = next((name for magic, name in PACKED.items() if first.startswith(magic)), kind)
        if found and found != "Parquet":
            raise self._unread(path, found)
        if kind:
            with blocks.opened(path) as stream:
                rows = next(pq.ParquetFile(stream).iter_batches(HEAD_ROWS), None)
            pq.write_table(pa.table({}) if rows is None else pa.Table.from_batches([rows]), target)
        else:
            target.write_bytes(first[: first.rfind(b"\n") + 1] or first)
        raw = open_log(replace(files, events=target, more=()), self.here, quiet=quiet)
        source = raw.file.source
        if source.encoding != "utf-8":
            raise self._unread(path, source.encoding)
        if source.notes or not (kind or raw.file.sample.dialect.separator):
            raise self._unread(path, "JSON, or has lists of events")
        if raw.guess.columns[schema.TIME] == schema.ROW_ORDER:
            raise EventsError(say("errors.engine_order"))
        return raw

    def _unread(self, path: str, found: str) -> EventsError:
        return EventsError(say("errors.engine_kind", file=path, found=found))

    def _counted(self, paths: list[str], raw: RawLog) -> list[Block]:
        """Blocks of texts that know their first lines; raises `EventsError` where cells may hold lines."""
        found, quoted = blocks.text_blocks(paths), raw.file.sample.dialect.quoted

        def look(number: int) -> tuple[int, int]:
            return blocks.counted(found[number], quoted=quoted)

        answers = self._each(len(found), look, "lines long, odd long")
        odd = sum(answers["odd"])
        if odd:
            raise EventsError(say("errors.engine_quotes", lines=odd, file=paths[0]))
        return blocks.numbered_on(found, dict(zip(answers["number"], answers["lines"], strict=True)))

    def _blocks(self, found: list[Block], how: How) -> list[dict[str, Any]]:
        """Type all blocks; how each was read. Raises `EventsError` for the first that could not be."""

        def work(number: int) -> tuple[int, str, str]:
            return blocks.typed(found[number], how)

        self._share = lambda: len(self._written()) / len(found)
        answers = self._each(len(found), work, "rows long, reading string, wrong string")
        self._share = lambda: 0.0
        for wrong in filter(None, answers["wrong"]):
            raise EventsError(unpacked(wrong))
        if len(self._written()) < sum(map(bool, answers["reading"])):
            raise EventsError(say("errors.engine_blind", engine=self.address, folder=self.meeting.told(TYPED)))
        return [json.loads(text) for text in dict.fromkeys(answers["reading"]) if text]

    def _written(self) -> list[str]:
        """Files of typed rows so far."""
        return self.meeting.names(TYPED)

    def _each(self, count: int, work: Callable[[int], tuple[Any, ...]], columns: str) -> dict[str, list[Any]]:
        """What the workers answer for the numbers below `count`, in columns, by number."""
        made = each(self.session, count, work, columns, self._stopped)
        table = self._asked(made.toArrow).sort_by("number")
        return {name: table.column(name).to_pylist() for name in table.column_names}
