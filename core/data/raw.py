"""A log as texts with line numbers, before anything is typed: cells by column, trimmed, null where they say nothing."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from core.data import missing, schema
from core.data.dialects import Sample
from core.data.files import Source
from core.data.guessing import Guess
from core.data.pairing import parts_of
from core.data.remembering import remembered
from core.data.schema import ROW_ORDER
from core.phrases import Said

if TYPE_CHECKING:
    from ibis.expr.types import StringColumn, Table

MISSING = rf"^(?i:{missing.PATTERN})?$"
"""A cell without a value."""
NO_ID = MISSING.replace("|".join(missing.WORDS) + "|", "")
"""An id that is missing, where ids are words."""
ODD = rf"^\s|\s$|{MISSING}"
"""A cell that has space around it or no value."""


@dataclass(frozen=True)
class RawFile:
    """A file as texts: columns `line`, `problem` (what the parser had against the row) and c0, c1 ..."""

    table: "Table"
    source: Source
    sample: Sample
    rows: int = 0
    """About how many rows there are, for progress; 0 where nobody knows."""
    inside: int = 0
    """Lines inside of quoted cells, which are no rows of their own."""
    few: bool = False
    """Its rows are surely so few that they may be held in memory."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, as in the file."""
        return self.sample.dialect.names

    def text(self, name: str, *, key: bool = False) -> "StringColumn":
        """A column by its name in the file, trimmed, null where it is empty or says that it is.

        In a `key` a word that says so may be an id, where ids are words; and 7.0 is 7, where ids are numbers.
        """
        place = self.names.index(name)
        return _text(self.table, f"c{place}", self.ids(name) if key else "")

    def ids(self, name: str) -> str:
        """What ids a column has, as `missing.kind_of_ids` says of the first rows."""
        return missing.kind_of_ids(self.first(name))

    def first(self, name: str) -> list[str]:
        """Cells of a column in the first rows; none of one that the file does not hold, as a constant."""
        place = self.names.index(name) if name in self.names else len(self.names)
        return [row[place] for row in self.sample.rows if place < len(row)]


@remembered
def _text(table: "Table", column: str, ids: str) -> "StringColumn":
    """A cell trimmed, null where it says nothing; `ids` are the kind of a key, as `missing.kind_of_ids` says."""
    cell = table[column]
    trimmed = cell.strip()
    nothing = NO_ID if ids == missing.WORDED else MISSING
    # nearly all cells pass one quick search, and only the others are taken apart
    text = cell.re_search(ODD).ifelse(trimmed.re_search(nothing).ifelse(None, trimmed), cell)
    if ids != missing.NUMBERED:
        return text
    # the cell is asked, not the text: that would be taken apart once more for each row
    return cell.contains(".").ifelse(text.re_replace(r"^(\d+)\.0+$", r"\1"), text)


@dataclass(frozen=True)
class RawLog:
    """A log as texts, and which column is which."""

    file: RawFile
    guess: Guess
    notes: tuple[Said, ...] = ()
    """What was done so that each event is a row, and what stands for a column that the log lacks."""

    def text(self, column: str) -> "StringColumn":
        """A canonical column, as text; a time that is only the order of the rows counts from 0 for each user."""
        name = self.guess.columns[column]
        if name == ROW_ORDER:
            owner = None if self.is_constant(schema.USER) else self.text(schema.USER)
            return ibis.row_number().over(group_by=owner, order_by=self.file.table.line).cast("string")
        if self.is_constant(column):
            return ibis.literal(name.removeprefix(schema.CONSTANT))
        key = column in (schema.USER, schema.ITEM)
        joint, *texts = (self.file.text(part, key=key) for part in parts_of(name, self.file.names))
        for text in texts:
            joint = joint + " " + text
        return joint

    def is_constant(self, column: str) -> bool:
        """Whether a canonical column is one value for all rows, which the file does not hold."""
        name = self.guess.columns[column]
        return name.startswith(schema.CONSTANT) and name not in self.file.names
