"""Tables with types whose columns hold structs or lists: taken apart like objects of JSON, everything as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.data.allowed import check_columns
from core.data.dialects import NESTED, SAMPLE_LINES
from core.data.engine import Engine, literal
from core.data.unrolling import Lists, said_of
from core.phrases import Said

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = "rows_of_file"


@dataclass(frozen=True)
class Column:
    """A column of a table, or a part of one."""

    name: str
    """With the names of the structs that it lies in before it."""
    sql: str
    kind: "pa.DataType"


def text_query(engine: Engine, path: Path) -> tuple[list[str], str, tuple[str, ...]]:
    """Names of the columns, a query for line, problem and c0, c1 ..., and the lists that it unrolls."""
    import pyarrow.parquet as pq

    columns = [part for field in pq.read_schema(path) for part in _parts(field.name, _quoted(field.name), field.type)]
    table = f"read_parquet({literal(str(path))})"
    lists = _lists(engine, table, columns).together()
    if lists:
        table, columns = _unrolled(table, columns, lists)
    check_columns(len(columns), path.name)
    texts = ", ".join(f"{_as_text(column)} as c{place}" for place, column in enumerate(columns))
    query = f"select row_number() over () as line, null::varchar as problem, {texts} from {table}"
    return [column.name for column in columns], query, lists


def note(engine: Engine, query: str, lists: Sequence[str]) -> tuple[Said, ...]:
    """What is said of lists that were unrolled."""
    return (said_of(lists, int(engine.sql(f"select count(*) from ({query})")[0][0])),) if lists else ()


def _parts(name: str, sql: str, kind: "pa.DataType", depth: int = NESTED) -> list[Column]:
    """The column itself, or the fields of a struct."""
    import pyarrow as pa

    if not pa.types.is_struct(kind) or not depth or not kind.num_fields:
        return [Column(name, sql, kind)]
    return [
        part
        for field in kind
        for part in _parts(
            f"{name}.{field.name}", f"struct_extract({sql}, {literal(field.name)})", field.type, depth - 1
        )
    ]


def _lists(engine: Engine, table: str, columns: list[Column]) -> Lists:
    """What lists there are, by name."""
    import pyarrow as pa

    inner = {column.name: column.kind.value_type for column in columns if _is_list(column.kind)}
    objects = {name: kind for name, kind in inner.items() if pa.types.is_struct(kind)}
    values = [column for column in columns if column.name in inner and not pa.types.is_nested(inner[column.name])]
    sizes: list[tuple[int, ...]] = []
    if values:
        lengths = ", ".join(f"coalesce(len({column.sql}), 0)" for column in values)
        sizes = engine.sql(f"select {lengths} from {table} limit {SAMPLE_LINES}")
    return Lists(
        frozenset(column.name for column in columns if column.name not in inner),
        {name: frozenset(part.name for part in _parts("", "", kind)) for name, kind in objects.items()},
        {column.name: tuple(size[place] for size in sizes) for place, column in enumerate(values)},
    )


def _unrolled(table: str, columns: list[Column], lists: Sequence[str]) -> tuple[str, list[Column]]:
    """A table with a row for each element of some lists; a row whose lists are empty stays one."""
    cells, found = [], []
    for place, column in enumerate(columns):
        if column.name in lists:
            cells.append(f"unnest(case when len({column.sql}) > 0 then {column.sql} else [null] end) as k{place}")
            found += _parts(column.name, f"k{place}", column.kind.value_type)
        else:
            cells.append(f"{column.sql} as k{place}")
            found.append(Column(column.name, f"k{place}", column.kind))
    return f"(select {', '.join(cells)} from {table})", found


def _is_list(kind: "pa.DataType") -> bool:
    import pyarrow as pa

    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def _as_text(column: Column) -> str:
    """A cell as text; lists of texts are joined by `|`."""
    import pyarrow as pa

    texts = (pa.string(), pa.large_string())
    if _is_list(column.kind) and column.kind.value_type in texts:
        return f"array_to_string({column.sql}, '|')"
    return f"cast({column.sql} as varchar)"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
