"""Ratings and weights as numbers: which cells are none, which say that nobody measured, which take an event back."""

from typing import TYPE_CHECKING

import ibis

from core.data import schema, times
from core.data.answers import row_of
from core.data.dialects import plain, tail
from core.data.engine import Engine
from core.data.remembering import remembered
from core.phrases import Said, say

if TYPE_CHECKING:
    from ibis.expr.types import BooleanColumn, FloatingColumn, IntegerScalar, StringColumn, Table

NUMBERS = (schema.RATING, schema.WEIGHT)
PLAIN, OTHER = "\x1fplain ", "\x1fother "
"""Before the name of a column while it is read: its plain numbers, and what becomes one of its other texts."""
LOST = "\x1flost "
"""Before the name of a column: whether a cell of it holds a text that is no number."""
CANCELLATION = "cancellation"
"""Kind of an event that takes another back."""
QUANTITIES = frozenset(["quantity", "qty", "units", "numbersold", "salesvalue", "menge", "anzahl", "数量"])
"""Weights of which a negative one is something given back."""
MEASURES = frozenset(
    [
        "hours",
        "playtime",
        "playtimeforever",
        "dwelltime",
        "duration",
        "watchratio",
        "msplayed",
        "plays",
        "playcount",
        "listencount",
    ]
)
"""Weights that are never below 0 but where nobody measured."""


def plain_numbers(rows: "Table") -> dict[str, "FloatingColumn"]:
    """What is a number as it stands among the texts of ratings and weights: the first stage of three."""
    return {PLAIN + column: times.numeric(rows[column]) for column in NUMBERS if column in rows.columns}


def other_numbers(rows: "Table") -> dict[str, "StringColumn"]:
    """The others with commas or points of thousands, or a decimal comma, as plain texts: 1,234.5 or 3,5."""
    return {
        OTHER + column: _plain(rows[PLAIN + column].isnull().ifelse(rows[column], None))  # few are searched
        for column in NUMBERS
        if column in rows.columns
    }


def _plain(text: "StringColumn") -> "StringColumn":
    english = text.re_search(r"^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$").ifelse(text.replace(",", ""), None)
    german = text.re_search(r"^[-+]?(\d+|\d{1,3}(\.\d{3})+),\d+$").ifelse(text.replace(".", "").replace(",", "."), None)
    return ibis.coalesce(english, german)


def typed(timed: "Table") -> dict[str, "FloatingColumn | BooleanColumn"]:
    """Ratings and weights as numbers, and which cells were lost by that, from what both stages found."""
    columns: dict[str, FloatingColumn | BooleanColumn] = {}
    for column in NUMBERS:
        if column in timed.columns:
            columns[column] = ibis.coalesce(timed[PLAIN + column], times.numeric(timed[OTHER + column]))
            columns[LOST + column] = timed[column].notnull() & columns[column].isnull()
    return columns


def facts(rows: "Table") -> dict[str, int]:
    """How many cells of ratings and weights are numbers, lost, below 0, -1, or no whole number above 0: one look."""
    if not set(NUMBERS) & set(rows.columns):
        return {}
    return {name: int(count or 0) for name, count in row_of(_facts(rows)).items()}


@remembered
def _facts(rows: "Table") -> "Table":
    asked: dict[str, IntegerScalar] = {}
    for column in NUMBERS:
        if column in rows.columns:
            value = rows[column]
            asked |= {f"n_{column}": value.count(), f"below_{column}": (value < 0).sum()}
            asked[f"minus_one_{column}"] = (value == -1).sum()
            asked[f"odd_{column}"] = ((value == 0) | (value != value.floor())).sum()
        if LOST + column in rows.columns:
            asked[f"lost_{column}"] = rows[LOST + column].sum()
    return rows.aggregate(**asked)


def lost(found: dict[str, int], names: dict[str, str]) -> tuple[Said, ...]:
    """What is said of cells that are no numbers, by `facts`; `names`: those of the file."""
    return tuple(
        say("decided.lost", column=names[column], cells=cells, all=cells + found[f"n_{column}"])
        for column in NUMBERS if (cells := found.get(f"lost_{column}", 0))
    )  # fmt: skip


def unmeasured(found: dict[str, int], names: dict[str, str]) -> tuple[str, ...]:
    """Columns in which a value below 0 says that nobody measured: ratings where it is -1, weights that are no quantity.

    A weight under an unknown name is a quantity where all of it is whole and nothing 0.
    """
    return tuple(
        column for column in NUMBERS if found.get(f"below_{column}") and _says_missing(column, names[column], found)
    )


def _says_missing(column: str, name: str, found: dict[str, int]) -> bool:
    if column == schema.RATING:
        return found[f"below_{column}"] == found[f"minus_one_{column}"]
    known = {plain(name), tail(name)}
    return bool(known & MEASURES) or bool(not known & QUANTITIES and found[f"odd_{column}"])


def without_unmeasured(
    rows: "Table", found: dict[str, int], names: dict[str, str], engine: Engine
) -> tuple["Table", tuple[str, ...], tuple[Said, ...]]:
    """Rows in which what nobody measured is empty, the columns where that is so, and what is said of it."""
    columns = unmeasured(found, names)
    if not columns:
        return rows, (), ()
    notes = tuple(say("decided.unmeasured", column=names[column], cells=found[f"below_{column}"]) for column in columns)
    changes = {column: (rows[column] < 0).ifelse(None, rows[column]) for column in columns}
    return engine.view("measured", rows.mutate(**changes)), columns, notes


def cancelled(rows: "Table", engine: Engine) -> "Table":
    """Events of negative weight as a kind of their own."""
    kind = rows[schema.EVENT] if schema.EVENT in rows.columns else ibis.literal(schema.EVENT)
    return engine.view("marked", rows.mutate(**{schema.EVENT: (rows[schema.WEIGHT] < 0).ifelse(CANCELLATION, kind)}))
