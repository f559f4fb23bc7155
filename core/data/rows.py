"""Each row typed in expressions: its time, its numbers, and why it cannot be used if it cannot.

Each stage is a view, so that an expression is written (and computed) once however often the next stage uses it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from core.data import attributes, schema, times
from core.data.engine import Engine
from core.data.readers import RawLog
from core.data.times import TimeReading

if TYPE_CHECKING:
    from ibis.expr.types import StringColumn, Table

NO_TIME = f"{schema.TIME} is not a time"
IMPOSSIBLE = f"{schema.TIME} is impossible"
NUMBERS = (schema.RATING, schema.WEIGHT)


@dataclass(frozen=True)
class TypedLog:
    """A log on its way: as read, as typed, and what was decided."""

    raw: RawLog
    reading: TimeReading
    rows: "Table"
    """Columns line, reason (null for a good row), canonical ones, attributes."""


def type_rows(raw: RawLog, engine: Engine, *, day_first: bool | None = None) -> TypedLog:
    """Decide how times are read, and type every row."""
    texts = engine.view("texts", _texts(raw))
    text = texts[schema.TIME]
    numbers = engine.view("numbers", texts.mutate(number=times.numeric(text)))
    column = numbers.select("number", text=numbers[schema.TIME], owner=numbers[schema.USER])
    reading = times.read_column(column, name=raw.guess.columns[schema.TIME], day_first=day_first)
    sized = engine.view("sized", numbers.mutate(micro=times.microseconds(numbers.number, reading)))
    timed = engine.view("timed", sized.mutate(moment=times.moment(sized[schema.TIME], sized.micro, reading)))
    typed = timed.mutate(
        **{column: times.numeric(timed[column]) for column in NUMBERS if column in timed.columns},
        reason=_reason(timed),
        **{schema.TIME: timed.moment},
    )
    return TypedLog(raw, reading, engine.keep("typed", typed.drop("number", "micro", "moment", "problem")))


def _texts(raw: RawLog) -> "Table":
    """Canonical columns and attributes as trimmed texts."""
    columns = {column: raw.text(column) for column in raw.guess.columns}
    extra = raw.guess.item_attributes + raw.guess.user_attributes
    for new, old in zip(attributes.normal_names(extra), extra, strict=True):
        columns.setdefault(new, raw.file.text(old))
    return raw.file.table.select("line", "problem", **columns)


def _reason(timed: "Table") -> "StringColumn":
    """Why a row cannot be used; null if it can."""
    possible = timed.moment.year().between(times.FIRST_YEAR, times.END_YEAR - 1)
    return ibis.cases(
        (timed.problem.notnull(), timed.problem),
        (timed[schema.USER].isnull(), f"{schema.USER} is missing"),
        (timed[schema.ITEM].isnull(), f"{schema.ITEM} is missing"),
        (timed[schema.TIME].isnull(), f"{schema.TIME} is missing"),
        (timed.moment.isnull() & timed.number.isnull(), NO_TIME),
        (timed.moment.isnull() | ~possible, IMPOSSIBLE),
    )
