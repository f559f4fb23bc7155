"""Which cell of a record is what: by the header, by how the data set was imported, else by a guess."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, Self

from core.data import (
    COLUMN,
    JOINT,
    KNOWN,
    Dialect,
    bare,
    dialects,
    guess_columns,
    missing,
    parts_of,
    recipe,
    schema,
    unrolling,
)
from core.errors import EventsError
from core.phrases import say

_PLAIN = (*schema.REQUIRED, schema.RATING, schema.WEIGHT, schema.SESSION, schema.EVENT_ID)
"""Columns that a stream may take from a log whatever its import did."""
FORMAT, ENCODING = say("reasons.not_json"), say("reasons.encoding")


@dataclass(frozen=True)
class Layout:
    """Separator, columns, and the place of each column in a record."""

    dialect: Dialect
    columns: Mapping[str, str]
    """Canonical name, or that of an attribute, to the name in the file."""
    ids: Mapping[str, str] = field(default_factory=dict)
    """What the ids of users and items are (`missing.kind_of_ids`), as the import saw them."""
    lists: tuple[str, ...] = ()
    """Lists in objects of JSON of which each element is an event (`unrolling.lists_of`)."""

    @classmethod
    def of(cls, text: str, name: str, summary: dict[str, Any], told: Mapping[str, str] | None = None) -> Self:
        """From the first lines of a file; `summary` says how the data set was imported; raises `EventsError`."""
        lists = unrolling.lists_of(text.splitlines()) if text.lstrip().startswith("{") else ()
        text = "\n".join(unrolling.as_rows(text.splitlines(), lists)) if lists else text
        sample = dialects.sniff(text, name, KNOWN | {"eventid"} | dialects.told_names((told or {}).values()))
        names = sample.dialect.names
        guess = guess_columns(names, sample.rows, named=sample.dialect.header)
        columns = dict(guess.columns)
        if sample.dialect.header:
            columns |= {bare(each).lower(): each for each in guess.item_attributes}
            columns |= {bare(each).lower(): each for each in names if bare(each).lower() == schema.EVENT_ID}
        columns = _believed(columns, summary)
        before = summary.get(recipe.RECIPE, {}).get("columns", {})
        columns |= {
            column: each
            for column, each in before.items()
            if set(parts_of(each, names)) <= set(names) or schema.is_constant(column, each)
        }
        if before.get(schema.TIME) == schema.ROW_ORDER:
            columns.pop(schema.TIME, None)  # no time of the file goes on from the order of rows
        columns |= {column: _named(column, each, names) for column, each in (told or {}).items()}
        missing = [column for column in schema.REQUIRED if column not in columns]
        if missing:
            raise EventsError(
                say(
                    "errors.missing_in",
                    missing=", ".join(missing),
                    file=name,
                    found=", ".join(names),
                    wish=",".join(f"{column}=.." for column in missing),
                )
            )
        return cls(sample.dialect, columns, summary.get(recipe.RECIPE, {}).get("ids", {}), lists)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """As `text` wrote it."""
        values = json.loads(text)
        parts: dict[str, Any] = {
            name: tuple(part) if isinstance(part, list) else part for name, part in values["dialect"].items()
        }
        return cls(Dialect(**parts), values["columns"], values.get("ids", {}), tuple(values.get("lists", ())))

    def text(self) -> str:
        """As JSON."""
        return json.dumps(
            {
                "dialect": asdict(self.dialect),
                "columns": dict(self.columns),
                "ids": dict(self.ids),
                "lists": self.lists,
            }
        )

    def unrolled(self, records: Sequence[str | None]) -> Sequence[str | None]:
        """Records as an import has them: one for each event of those that hold lists of events."""
        if not self.lists:
            return records
        return [row for text in records for row in ([text] if text is None else unrolling.as_rows([text], self.lists))]

    def again(self, record: str) -> "Layout | None":
        """The layout of a file that begins with a header of the same columns, in whatever order; None without."""
        first = [""] * self.dialect.row_names
        names = () if self.dialect.json else dialects.unique([*first, *self.cells(record)])
        told = [name for column, name in self.columns.items() if column not in self._constants]
        if {part for name in told for part in parts_of(name, self.dialect.names)} <= set(names):
            return Layout(replace(self.dialect, header=True, names=names, lead=0), self.columns, self.ids)
        return None

    def is_open(self, text: str) -> bool:
        """Whether a quoted cell goes on in the next line."""
        return self.dialect.quoted and dialects.is_open(text, self.dialect.separator, self.dialect.escape)

    def cells(self, record: str) -> Sequence[str]:
        """The cells of a record, in the order of the names; raises `ValueError` with a reason."""
        if self.dialect.json:
            return self._json(record)
        dialect = self.dialect
        return dialects.split(record, dialect.separator, quoted=dialect.quoted, escape=dialect.escape)

    def read(self, record: str) -> dict[str, str]:
        """Texts by canonical name, those without a value left out; raises `ValueError` with a reason."""
        cells, width = self.cells(record), len(self.dialect.names)
        if len(cells) > width:
            raise ValueError(say("reasons.many_cells", cells=width))
        if len(cells) < width:
            cells = [*cells, *[""] * (width - len(cells))]
        found = dict(self._constants)
        for column, places, kind in self._places:
            if len(places) == 1:  # as nearly all are
                text = missing.id_of(cells[places[0]].strip(), kind)
            else:
                parts = [missing.id_of(cells[place].strip(), kind) for place in places]
                text = " ".join(parts) if all(parts) else ""
            if text:
                found[column] = text
        return found

    @cached_property
    def _places(self) -> list[tuple[str, list[int], str]]:
        """Column, the cells that it comes from, and what its ids are."""
        names = self.dialect.names
        return [
            (column, [names.index(part) for part in parts_of(name, names)], self.ids.get(column, missing.OTHER))
            for column, name in self.columns.items()
            if column not in self._constants
        ]

    @cached_property
    def _constants(self) -> dict[str, str]:
        """Values that are named in place of a column."""
        return {
            column: name.removeprefix(schema.CONSTANT)
            for column, name in self.columns.items()
            if name not in self.dialect.names and schema.is_constant(column, name)
        }

    def _json(self, record: str) -> list[str]:
        try:
            value = json.loads(record)
        except ValueError:
            raise ValueError(FORMAT) from None
        if not isinstance(value, dict):
            raise ValueError(FORMAT)
        return [dialects.value_at(value, pointer) for pointer in self.dialect.keys]


def event_id(row: Mapping[str, str], time: int) -> bytes:
    """What an event is known again by, 16 bytes: its id if the log has one, else user, item, time and kind."""
    own = row.get(schema.EVENT_ID)
    parts = [own] if own is not None else [row[schema.USER], row[schema.ITEM], str(time), row.get(schema.EVENT, "")]
    return hashlib.blake2b(
        "\x1f".join(parts).encode(), digest_size=16, person=b"id" if own is not None else b""
    ).digest()


def _named(column: str, name: str, names: Sequence[str]) -> str:
    """A column of the file by its name or its 1-based number."""
    if name in names or schema.is_constant(column, name):
        return name
    if name.isdigit() and 1 <= int(name) <= len(names):
        return names[int(name) - 1]
    if column in (schema.TIME, schema.USER) and JOINT in name.strip(JOINT):
        return JOINT.join(_named("", part.strip(), names) for part in name.split(JOINT))
    raise EventsError(say("errors.no_column", name=name, column=column, found=", ".join(names)))


def _believed(columns: dict[str, str], summary: Mapping[str, Any]) -> dict[str, str]:
    """Columns less those that the import did not believe, or left out to hide who users are."""
    made = summary.get(recipe.RECIPE, {})
    gone = {schema.SESSION} if summary.get("sessions", COLUMN) != COLUMN else set()
    if made.get("settings", {}).get("pseudonyms"):
        known = {*made.get("columns", {}).values(), *made.get("item_attributes", ())}
        gone |= {column for column, name in columns.items() if column not in _PLAIN and name not in known}
    return {column: name for column, name in columns.items() if column not in gone}
