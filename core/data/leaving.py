"""One person taken out of the files of a version, or read out of them; nobody else's rows change."""

import csv
import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.data import schema
from core.data.engine import ROW_GROUP
from core.data.lookup import groups_of
from core.workspace import Person

IDS = {schema.USER, schema.ITEM}
"""Columns whose texts are ids: an item that is called as somebody stays an item."""


def without(source: Path, target: Path, person: Person) -> pa.Table | None:
    """Write a Parquet file without a person's rows, the id hidden in the texts of all others; returns their rows.

    None, and nothing is written, where the file does not know the person.
    """
    gone, changed = [], False
    with pq.ParquetFile(source) as file:
        groups = (_plain(file.read_row_group(group)) for group in range(file.num_row_groups))
        with pq.ParquetWriter(target, _plain(file.schema_arrow.empty_table()).schema, compression="zstd") as writer:
            for table in groups:
                others, mine = _parted(table, person)
                hidden = _hidden(others, person)
                changed |= hidden is not others or mine is not None
                gone += [mine] if mine is not None else []
                writer.write_table(hidden, row_group_size=ROW_GROUP)
    if not changed:
        target.unlink()
        return None
    return pa.concat_tables(gone) if gone else pa.table({})


def rows_of(source: Any, person: Person) -> pa.Table | None:
    """A person's rows in a Parquet file, which may be open; None where it has no column of users, or no such row."""
    with pq.ParquetFile(source) as file:
        if schema.USER not in file.schema_arrow.names:
            return None
        text = _is_text(file.schema_arrow.field(schema.USER).type)
        found = []
        for group in groups_of(file, person.id) if text else range(file.num_row_groups):
            mine = _parted(_plain(file.read_row_group(group)), person)[1]
            found += [mine] if mine is not None else []
    return pa.concat_tables(found) if found else None


def lines_without(source: Path, target: Path, person: Person) -> int | None:
    """Write a CSV without the rows that name a person; returns how many there were, None if it was left as it is."""
    if not mentions(source, person):
        return None
    gone = 0
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for row in _rows(source):
            gone += (named := _names(row, person))
            if not named:
                writer.writerow(row)
    return gone


def lines_of(source: Path, person: Person) -> list[list[str]]:
    """The header of a CSV and its rows that name a person; empty where there are none."""
    if not mentions(source, person):
        return []
    rows = _rows(source)
    header = next(rows, [])
    found = [row for row in rows if _names(row, person)]
    return [header, *found] if found else []


def mentions(path: Path, person: Person) -> bool:
    """Whether the bytes of a file hold one of the ids at all."""
    if not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        return any(whole.find(name.encode()) >= 0 for name in person.ids)


def _rows(source: Path) -> Iterator[list[str]]:
    csv.field_size_limit(2**31 - 1)
    with source.open(encoding="utf-8", errors="replace", newline="") as file:
        yield from csv.reader(file)


def _names(row: list[str], person: Person) -> bool:
    return any(cell in person.ids or any(name in cell for name in person.distinct) for cell in row)


def _parted(table: pa.Table, person: Person) -> tuple[pa.Table, pa.Table | None]:
    """Rows of others, and those of the person if there are any."""
    if schema.USER not in table.column_names:
        return table, None
    own = pc.fill_null(pc.equal(table[schema.USER].cast(pa.string()), person.id), False)
    if not pc.any(own, min_count=0).as_py():
        return table, None
    return table.filter(pc.invert(own)), table.filter(own)


def _hidden(table: pa.Table, person: Person) -> pa.Table:
    """The same table where no text names the person."""
    for place, field in enumerate(table.schema):
        if field.name in IDS or not _is_text(field.type):
            continue
        column = table.column(place)
        if any(_is_in(name, column) for name in person.distinct):
            texts = [None if text is None else person.hidden(text) for text in column.to_pylist()]
            table = table.set_column(place, field, pa.chunked_array([texts], field.type))
    return table


def _is_in(name: str, column: pa.ChunkedArray) -> bool:
    return bool(pc.any(pc.fill_null(pc.match_substring(column, name), False), min_count=0).as_py())


def _plain(table: pa.Table) -> pa.Table:
    """The table with texts in place of dictionaries of them."""
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            plain = table.column(place).cast(field.type.value_type)
            table = table.set_column(place, field.with_type(field.type.value_type), plain)
    return table


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
