"""Which cell of a record is what: by the header, by how the data set was imported, else by a guess."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, Self

from core.data import dialects, recipe, schema
from core.data.dialects import Dialect, bare
from core.data.guessing import guess_columns
from core.data.names import KNOWN
from core.errors import EventsError
from core.phrases import say

MISSING = frozenset(("", "nan", "null", "none", "\\n", "<na>", "nat"))
"""What programs write for a cell without a value."""
FORMAT, ENCODING = say("reasons.not_json"), say("reasons.encoding")


@dataclass(frozen=True)
class Layout:
    """Separator, columns, and the place of each column in a record."""

    dialect: Dialect
    columns: Mapping[str, str]
    """Canonical name, or that of an attribute, to the name in the file."""

    @classmethod
    def of(cls, text: str, name: str, summary: dict[str, Any], told: Mapping[str, str] | None = None) -> Self:
        """From the first lines of a file; `summary` says how the data set was imported; raises `EventsError`."""
        sample = dialects.sniff(text, name, KNOWN | {"eventid"})
        names = sample.dialect.names
        guess = guess_columns(names, sample.rows, named=sample.dialect.header)
        columns = dict(guess.columns)
        if sample.dialect.header:
            columns |= {bare(each).lower(): each for each in guess.item_attributes}
            columns |= {bare(each).lower(): each for each in names if bare(each).lower() == schema.EVENT_ID}
        before = summary.get(recipe.RECIPE, {}).get("columns", {})
        columns |= {
            column: each for column, each in before.items() if each in names or schema.is_constant(column, each)
        }
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
        return cls(sample.dialect, columns)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """As `text` wrote it."""
        values = json.loads(text)
        parts: dict[str, Any] = {
            name: tuple(part) if isinstance(part, list) else part for name, part in values["dialect"].items()
        }
        return cls(Dialect(**parts), values["columns"])

    def text(self) -> str:
        """As JSON."""
        return json.dumps({"dialect": asdict(self.dialect), "columns": dict(self.columns)})

    def again(self, record: str) -> "Layout | None":
        """The layout of a file that begins with a header of the same columns, in whatever order; None without."""
        first = [""] * self.dialect.row_names
        names = () if self.dialect.json else dialects.unique([*first, *self.cells(record)])
        if {name for column, name in self.columns.items() if column not in self._constants} <= set(names):
            return Layout(replace(self.dialect, header=True, names=names, lead=0), self.columns)
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
        found = dict(self._constants)
        for column, place in self._places:
            cell = cells[place].strip() if place < len(cells) else ""
            if cell.lower() not in MISSING:
                found[column] = cell
        return found

    @cached_property
    def _places(self) -> list[tuple[str, int]]:
        names = self.dialect.names
        return [(column, names.index(name)) for column, name in self.columns.items() if name in names]

    @cached_property
    def _constants(self) -> dict[str, str]:
        """Values that are named in place of a column."""
        return {column: name.removeprefix(schema.CONSTANT) for column, name in self.columns.items()
                if name not in self.dialect.names}  # fmt: skip

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
    raise EventsError(say("errors.no_column", name=name, column=column, found=", ".join(names)))
