"""Ratings and weights as numbers: which cells are none, which say that nobody measured, which take an event back."""

from typing import TYPE_CHECKING

import ibis

from core.data import schema, times
from core.data.dialects import plain, tail
from core.data.engine import Engine
from core.phrases import Said, say

if TYPE_CHECKING:
    from ibis.expr.types import BooleanColumn, FloatingColumn, StringColumn, Table

NUMBERS = (schema.RATING, schema.WEIGHT)
LOST = "lost_"
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


def typed(timed: "Table") -> dict[str, "FloatingColumn | BooleanColumn"]:
    """Ratings and weights of texts as numbers, and which cells were lost by that."""
    columns: dict[str, FloatingColumn | BooleanColumn] = {}
    for column in NUMBERS:
        if column in timed.columns:
            columns[column] = quantity(timed[column])
            columns[LOST + column] = timed[column].notnull() & columns[column].isnull()
    return columns


def quantity(text: "StringColumn") -> "FloatingColumn":
    """The number that a text is, also with commas or points of thousands, or a decimal comma: 1,234.5 or 3,5."""
    number = times.numeric(text)
    odd = number.isnull().ifelse(text, None)  # nearly all are plain, and are not searched
    english = odd.re_search(r"^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$").ifelse(odd.replace(",", ""), None)
    german = odd.re_search(r"^[-+]?(\d+|\d{1,3}(\.\d{3})+),\d+$").ifelse(odd.replace(".", "").replace(",", "."), None)
    return ibis.coalesce(number, times.numeric(english), times.numeric(german))


def lost(rows: "Table", names: dict[str, str]) -> tuple["Table", tuple[Said, ...]]:
    """Rows without the marks of lost cells, and what is said of these; `names`: those of the file."""
    marks = [name for name in rows.columns if name.startswith(LOST)]
    if not marks:
        return rows, ()
    counts = {name: rows[name].sum().fill_null(0) for name in marks}
    counts |= {f"n{name}": rows[name.removeprefix(LOST)].count() for name in marks}
    found = rows.aggregate(**counts).execute().iloc[0]
    notes = tuple(
        say("decided.lost", column=names[name.removeprefix(LOST)], cells=int(found[name]),
            all=int(found[name] + found[f"n{name}"]))
        for name in marks if found[name]
    )  # fmt: skip
    return rows.drop(*marks), notes


def unmeasured(rows: "Table", names: dict[str, str]) -> tuple[str, ...]:
    """Columns in which a value below 0 says that nobody measured: ratings where it is -1, weights that are no quantity.

    A weight under an unknown name is a quantity where all of it is whole and nothing 0.
    """
    columns = [column for column in NUMBERS if column in rows.columns]
    facts: dict[str, object] = {}
    for column in columns:
        value = rows[column]
        facts |= {f"below_{column}": (value < 0).sum(), f"minus_one_{column}": (value == -1).sum()}
        facts[f"odd_{column}"] = ((value == 0) | (value != value.floor())).sum()
    found = rows.aggregate(**facts).fill_null(0).execute().iloc[0] if columns else {}
    return tuple(
        column for column in columns if found[f"below_{column}"] and _says_missing(column, names[column], found)
    )


def _says_missing(column: str, name: str, found: object) -> bool:
    if column == schema.RATING:
        return bool(found[f"below_{column}"] == found[f"minus_one_{column}"])  # type: ignore[index]
    known = {plain(name), tail(name)}
    return bool(known & MEASURES) or bool(not known & QUANTITIES and found[f"odd_{column}"])  # type: ignore[index]


def without_unmeasured(
    rows: "Table", names: dict[str, str], engine: Engine
) -> tuple["Table", tuple[str, ...], tuple[Said, ...]]:
    """Rows in which what nobody measured is empty, the columns where that is so, and what is said of it."""
    columns = unmeasured(rows, names)
    if not columns:
        return rows, (), ()
    found = rows.aggregate(**{column: (rows[column] < 0).sum() for column in columns}).execute().iloc[0]
    notes = tuple(say("decided.unmeasured", column=names[column], cells=int(found[column])) for column in columns)
    changes = {column: (rows[column] < 0).ifelse(None, rows[column]) for column in columns}
    return engine.view("measured", rows.mutate(**changes)), columns, notes


def cancelled(rows: "Table", engine: Engine) -> "Table":
    """Events of negative weight as a kind of their own."""
    if schema.WEIGHT not in rows.columns or not engine.count(rows.filter(rows[schema.WEIGHT] < 0)):
        return rows
    kind = rows[schema.EVENT] if schema.EVENT in rows.columns else ibis.literal(schema.EVENT)
    return engine.view("marked", rows.mutate(**{schema.EVENT: (rows[schema.WEIGHT] < 0).ifelse(CANCELLATION, kind)}))
