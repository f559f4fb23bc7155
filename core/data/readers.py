"""Any log, items or users file as a table of texts with line numbers, and a guess which column is which."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from core.data import dialects, nested, schema, words_in
from core.data.dialects import Dialect, Sample
from core.data.engine import (
    Engine,
    csv_query,
    json_query,
    lines_query,
    literal,
    open_engine,
)
from core.data.files import Source, head, is_table, prepare
from core.data.guessing import Guess, guess_columns, guess_items, guess_users
from core.data.log_files import LogFiles
from core.data.names import KNOWN
from core.data.pairing import JOINT, parts_of
from core.data.raw import RawFile, RawLog
from core.data.repair import repair
from core.data.schema import ROW_ORDER
from core.errors import EventsError
from core.phrases import Said, say

if TYPE_CHECKING:
    from ibis.expr.types import Table

PREVIEW_ROWS = 100
FEW_BYTES, FEW_ROWS = 4 << 20, 50_000
"""Text, and rows of a table, that may be held in memory."""
LONGEST_NAME = 60
"""Letters of a name that are shown, the last ones, as those before the last dot may be the same for all columns."""


@dataclass(frozen=True)
class Preview:
    """The first rows of a log as understood."""

    frame: pd.DataFrame
    """At most 100 rows, all text, columns named as in the file."""
    guess: Guess
    separator: str
    header: bool


def preview(path: Path) -> Preview:
    """The first rows and the guessed columns, without reading the file; raises `EventsError`."""
    sample = read_sample(path)
    names = sample.dialect.names
    rows = [[*row, *[""] * len(names)][: len(names)] for row in sample.rows[:PREVIEW_ROWS]]
    guess = guess_columns(names, sample.rows, named=sample.dialect.header)
    return Preview(
        pd.DataFrame(rows, columns=list(names), dtype=str), guess, sample.dialect.separator, sample.dialect.header
    )


def read_sample(path: Path) -> Sample:
    """Layout and first rows of a file; raises `EventsError`."""
    if not is_table(path):
        return dialects.sniff(head(path), path.name, KNOWN)
    with open_engine() as engine:
        source = prepare(path, engine.scratch)
        return _table_sample(engine, source)[0]


def open_log(files: LogFiles, engine: Engine, *, quiet: bool = False) -> RawLog:
    """Open the events of a log; columns that were named overrule the guess; raises `EventsError`.

    Its message tells of cells of the file unless it is to be `quiet` about them.
    """
    told = dialects.told_names((files.columns or {}).values())
    parts = [open_file(path, engine, f"log{place}", told) for place, path in enumerate((files.events, *files.more))]
    for part in parts[1:]:
        if part.names != parts[0].names:
            raise EventsError(
                say(
                    "errors.other_columns",
                    file=part.source.name,
                    columns=_listed(part.names),
                    first=parts[0].source.name,
                    first_columns=_listed(parts[0].names),
                )
            )
    if len(parts) > 1:
        rows = sum(part.rows for part in parts) if all(part.rows for part in parts) else 0
        inside, few = sum(part.inside for part in parts), all(part.few for part in parts)
        parts[0] = replace(parts[0], table=_together(parts), rows=rows, inside=inside, few=few)
    file = parts[0]
    sample = file.sample
    guess = guess_columns(file.names, sample.rows, named=sample.dialect.header, told=files.columns or ())
    guess = _overruled(guess, files.columns or {}, file.names, schema.EVENT_COLUMNS + schema.ITEM_COLUMNS)
    missing = guess.missing()
    if missing:
        raise EventsError(_missing_message(file, missing, quiet=quiet))
    return RawLog(file, guess, (*(note for part in parts for note in part.source.notes), *_stand_ins(guess)))


def _stand_ins(guess: Guess) -> list[Said]:
    """What is said of columns that stand for others."""
    codes = {schema.ITEM: "decided.title_is_item", schema.USER: "decided.session_is_user"}
    return [say(codes[missing], column=guess.columns[missing]) for missing in guess.stand_ins]


def _together(parts: list[RawFile]) -> "Table":
    """The rows of all files behind each other."""
    tables = [part.table.mutate(line=part.table.line + place * schema.FILE_STEP) for place, part in enumerate(parts)]
    return tables[0].union(*tables[1:])


def open_items(path: Path, engine: Engine) -> RawLog:
    """Open an items file; raises `EventsError`."""
    return _open_table(path, engine, schema.ITEM)


def open_users(path: Path, engine: Engine) -> RawLog:
    """Open a users file; raises `EventsError`."""
    return _open_table(path, engine, schema.USER)


def open_file(path: Path, engine: Engine, label: str, told: frozenset[str] = frozenset()) -> RawFile:
    """Load any file as texts; `told` are names of columns that its header has; raises `EventsError`."""
    scratch = engine.scratch / label
    scratch.mkdir()
    source = prepare(path, scratch)
    if source.parquet:
        sample, query, notes = _table_sample(engine, source)
        few = not notes and pq.read_metadata(source.path).num_rows <= FEW_ROWS
        table = _rows(engine, label, query, len(sample.dialect.names))
        return RawFile(table, replace(source, notes=notes), sample, few=few)
    sample = dialects.sniff(head(source.path, name=source.name), source.name, KNOWN | told)
    table, inside = _text_table(engine, source, sample.dialect, label)
    few = source.path.stat().st_size <= FEW_BYTES
    return RawFile(table, source, sample, source.lines or 0, inside, few)


def _open_table(path: Path, engine: Engine, key: str) -> RawLog:
    label = "items_file" if key == schema.ITEM else "users_file"
    file = open_file(path, engine, label)
    guess = guess_items(file.sample) if key == schema.ITEM else guess_users(file.sample)
    if key not in guess.columns:
        raise EventsError(say("errors.no_key", key=key, file=path.name, found=_listed(file.names)))
    return RawLog(file, guess)


def _text_table(engine: Engine, source: Source, dialect: Dialect, label: str) -> tuple["Table", int]:
    """The text as DuckDB parses it if every line is one record, else as `repair` does; and lines in quoted cells."""
    query, inside = _parsed(engine, source, dialect), 0
    if not query:
        clean = engine.scratch / label / "clean.parquet"
        inside = repair(source.path, dialect, clean)
        query = f"from read_parquet({literal(str(clean))})"
    query = json_query(query, list(dialect.keys)) if dialect.json else query
    return _rows(engine, label, query, len(dialect.names)), inside


def _rows(engine: Engine, label: str, query: str, width: int) -> "Table":
    """Rows of a file: their line, what is against them, and their cells as texts."""
    columns = {"line": "int64", "problem": "string", **{f"c{place}": "string" for place in range(width)}}
    return engine.view(label, query, columns)


def open_part(part: Path, whole: RawFile, engine: Engine, *, first: bool) -> tuple["Table", int]:
    """Rows of a part of a file as those of the `whole` are, lines counted from 1, and lines in quoted cells.

    The `first` part begins with the header. Raises `EventsError`.
    """
    source = prepare(part, engine.scratch)
    if source.parquet:
        return _rows(engine, "part", _table_sample(engine, source)[1], len(whole.names)), 0
    dialect = whole.sample.dialect
    dialect = dialect if first else replace(dialect, lead=0, header=False)
    (engine.scratch / "part").mkdir()
    return _text_table(engine, source, dialect, "part")


def _parsed(engine: Engine, source: Source, dialect: Dialect) -> str:
    """A query for line, problem and cells as DuckDB parses them; empty if it loses or joins a line."""
    if source.lines is None:
        return ""
    columns = [f"c{place}" for place in range(len(dialect.names))]
    skip = 0 if dialect.json else dialect.lead + dialect.header
    text = lines_query(source.path)
    if not dialect.json:
        text = csv_query(source.path, columns, separator=dialect.separator, quoted=dialect.quoted, skip=skip,
                         escape=dialect.escape)  # fmt: skip
    if _records(engine, text) != source.lines - skip:
        return ""
    return f"select row_number() over () + {skip} as line, null::varchar as problem, * from {text}"


def _records(engine: Engine, text: str) -> int | None:
    """Number of records of a CSV, None if it does not parse."""
    try:
        return int(engine.sql(f"select count(*), count(c0) from {text}")[0][0])
    except duckdb.Error:
        return None


def _table_sample(engine: Engine, source: Source) -> tuple[Sample, str, tuple[Said, ...]]:
    """First rows of a table with types, a query for all of it as texts, and what was unrolled."""
    try:
        names, query, lists = nested.text_query(engine, source.path)
        words_in.check(engine, source.path, source.name)
        notes = nested.note(engine, query, lists)
        rows = [["" if cell is None else cell for cell in row[2:]]
                for row in engine.sql(f"{query} limit {dialects.SAMPLE_LINES}")]  # fmt: skip
    except (duckdb.Error, OSError, ValueError) as error:
        why = str(error).splitlines()[0]
        raise EventsError(say("errors.damaged_parquet", file=source.name, why=why)) from None
    return Sample(Dialect("", quoted=False, header=True, names=dialects.unique(names)), rows), query, notes


def _overruled(guess: Guess, columns: Mapping[str, str], names: tuple[str, ...], allowed: tuple[str, ...]) -> Guess:
    """The guess with some columns named by the user, each once."""
    told = {column: _named(column, name, names) for column, name in columns.items()}
    unknown = [column for column in told if column not in allowed]
    if unknown:
        raise EventsError(say("errors.no_target", column=unknown[0], known=", ".join(dict.fromkeys(allowed))))
    named = [name for column, name in told.items() if column in schema.REQUIRED]
    if twice := next((name for name in named if named.count(name) > 1), None):
        raise EventsError(say("errors.column_twice", column=twice, known=", ".join(schema.REQUIRED)))
    guess = guess.without_stand_ins(told)
    parts = {part for name in told.values() for part in (name, *parts_of(name, names))}
    kept = {
        column: name
        for column, name in guess.columns.items()
        if column not in told and not parts & {name, *parts_of(name, names)}
    }
    return replace(
        guess,
        columns={**kept, **told},
        confidence={**guess.confidence, **dict.fromkeys(told, 1.0)},
        item_attributes=tuple(name for name in guess.item_attributes if name not in parts),
        user_attributes=tuple(name for name in guess.user_attributes if name not in parts),
    )


def _named(column: str, name: str, names: tuple[str, ...]) -> str:
    """A column of the file by its name, its name without type, or its 1-based number."""
    if column == schema.TIME and name == ROW_ORDER:
        return ROW_ORDER
    if schema.is_constant(column, name) and name not in names:
        return name
    for known in names:
        if name in (known, dialects.bare(known)):
            return known
    if name.isdigit() and 1 <= int(name) <= len(names):
        return names[int(name) - 1]
    if column in (schema.TIME, schema.USER) and JOINT in name.strip(JOINT):
        return JOINT.join(_named("", part.strip(), names) for part in name.split(JOINT))
    raise EventsError(say("errors.no_column", name=name, column=column, found=_listed(names)))


def _missing_message(file: RawFile, missing: list[str], *, quiet: bool) -> str:
    order = f"; {schema.TIME}={ROW_ORDER} takes the order of the rows" if schema.TIME in missing else ""
    person = f"; {schema.USER}={schema.CONSTANT}me if it is the log of one person" if schema.USER in missing else ""
    common = {"missing": ", ".join(missing), "wish": ",".join(f"{column}=.." for column in missing) + order + person}
    if file.sample.dialect.header:
        return say("errors.which_columns", found=_listed(file.names), **common)
    if quiet:
        return say("errors.which_hidden", file=file.source.name, **common)
    first = ", ".join(cell[:40] for cell in file.sample.rows[0][:8])
    return say("errors.which_unnamed", file=file.source.name, first=first, **common)


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(name if len(name) <= LONGEST_NAME else f"...{name[-LONGEST_NAME:]}" for name in names[:20])
    return shown + (f" and {len(names) - 20} more" if len(names) > 20 else "")
