"""Lists inside of rows, taken apart into a row for each element: sessions with their events, orders with their items.

A list of objects is unrolled where it has the item or the time that the row itself lacks, and no other list has;
lists of plain values are unrolled together where one has the items and all are of one length.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.data import schema
from core.data.allowed import bomb, most_bytes
from core.data.dialects import SAMPLE_LINES, found_at, pointers, steps, tail
from core.data.lines import bounded, json_object
from core.data.names import TOKENS
from core.phrases import Said, say

NEEDED = (schema.ITEM, schema.TIME)


@dataclass(frozen=True)
class Lists:
    """What is known of the lists of a table, by name or place."""

    plain: frozenset[str]
    """Columns that are no lists."""
    objects: Mapping[str, frozenset[str]]
    """Lists of objects, and the names in these."""
    values: Mapping[str, tuple[int, ...]]
    """Lists of plain values, and their lengths in the first rows."""

    def together(self) -> tuple[str, ...]:
        """The lists that are unrolled, each element a row."""
        lacking = [column for column in NEEDED if not any(map(_says(column), self.plain))]
        telling = [name for name, inner in self.objects.items()
                   if any(_says(column)(part) for column in lacking for part in inner)]  # fmt: skip
        if len(telling) == 1:
            return tuple(telling)
        items = [name for name in self.values if schema.ITEM in lacking and _says(schema.ITEM)(name)]
        if telling or len({self.values[name] for name in items}) != 1:
            return ()
        return tuple(name for name, lengths in self.values.items() if lengths == self.values[items[0]])


def lists_of(lines: Iterable[str]) -> tuple[str, ...]:
    """JSON pointers of the lists that are unrolled in a text of JSON lines."""
    rows = [row for line in lines if (row := json_object(line)) is not None][:SAMPLE_LINES]
    found: dict[str, list[Any]] = {}
    for row in rows:
        for pointer in pointers(row):
            found.setdefault(pointer, []).append(found_at(row, pointer))
    lists = {at: cells for at, cells in found.items() if all(isinstance(cell, list) for cell in cells)}
    objects = {at: [part for cell in cells for part in cell] for at, cells in lists.items()}
    objects = {at: parts for at, parts in objects.items() if parts and all(isinstance(part, dict) for part in parts)}
    values = {at: cells for at, cells in lists.items() if at not in objects and _are_plain(cells)}
    return Lists(
        frozenset(_name(at) for at in found.keys() - lists.keys()),
        {at: frozenset(_name(inner) for part in parts for inner in pointers(part)) for at, parts in objects.items()},
        {at: tuple(map(len, cells)) for at, cells in values.items() if len(cells) == len(rows)},
    ).together()  # fmt: skip


def as_rows(lines: Iterable[str], lists: Sequence[str]) -> Iterator[str]:
    """A line of JSON for each element; a row whose lists are empty stays one, and so do lines that are no objects."""
    for line in lines:
        row = json_object(line)
        if row is None:
            yield line.rstrip("\n")
            continue
        parts = [part if isinstance(part := found_at(row, at), list) else [] for at in lists]
        for place in range(max(1, *map(len, parts))):
            for at, part in zip(lists, parts, strict=True):
                row = _with(row, steps(at), part[place] if place < len(part) else None)
            yield json.dumps(row, ensure_ascii=False)


def rewritten(path: Path, lists: Sequence[str], target: Path, name: str) -> tuple[Path, Said]:
    """A copy of JSON lines with an element a line, and what is said of it; raises `EventsError`."""
    most, size, rows = most_bytes(path), 0, 0
    with path.open(encoding="utf-8", errors="replace") as stream, target.open("w", encoding="utf-8") as out:
        for line in as_rows(bounded(stream), lists):
            size += out.write(line + "\n")
            rows += 1
            if size > most:
                raise bomb(path, name)
    return target, said_of(map(_name, lists), rows)


def said_of(names: Iterable[str], rows: int) -> Said:
    """What is said of lists that were unrolled."""
    return say("decided.unrolled", lists=", ".join(names), rows=rows)


def _says(column: str) -> Any:
    def says(name: str) -> bool:
        return tail(name.replace("/", ".")) in TOKENS[column]

    return says


def _name(pointer: str) -> str:
    return ".".join(steps(pointer))


def _are_plain(cells: list[list[Any]]) -> bool:
    return all(not isinstance(part, dict | list) for cell in cells for part in cell)


def _with(row: dict[str, Any], place: Sequence[str], value: Any) -> dict[str, Any]:
    """A copy of an object with another value at a place."""
    first, *rest = place
    return {**row, first: _with(row[first] if isinstance(row.get(first), dict) else {}, rest, value) if rest else value}
