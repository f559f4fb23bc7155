"""Each row typed in expressions: its time, its numbers, and why it cannot be used if it cannot.

Each stage is a view, so that an expression is written (and computed) once however often the next stage uses it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt

from core import phrases
from core.data import attributes, schema, times
from core.data.engine import Engine
from core.data.export import MASK
from core.data.readers import RawLog
from core.data.time_columns import Wish, read_column
from core.data.times import TimeReading
from core.settings import ImportSettings

if TYPE_CHECKING:
    from ibis.expr.types import FloatingColumn, StringColumn, Table

CANCELLATION = "cancellation"
"""Kind of an event that takes another back."""
HIDDEN = (schema.USER, schema.SESSION)
"""Ids that pseudonyms take the place of: sessions are known elsewhere too, and may be called after their user."""
NUMBERS = (schema.RATING, schema.WEIGHT)


@dataclass(frozen=True)
class TypedLog:
    """A log on its way: as read, as typed, and what was decided."""

    raw: RawLog
    reading: TimeReading
    rows: "Table"
    """Columns line, reason (null for a good row), canonical ones, attributes."""
    emptied: dict[str, int]
    """Cells of a rating or weight that are no numbers and became empty, by column; no column without any."""


def type_rows(
    raw: RawLog, settings: ImportSettings, engine: Engine, key: str = "", before: TimeReading | None = None
) -> TypedLog:
    """Decide how times are read, and type every row; `key` makes the pseudonyms of users if these are wished.

    `before` says how the log was read that this one is added to, or like.
    """
    texts = engine.view("texts", _texts(raw, settings))
    hidden = {name: pseudonym(texts[name], key) for name in HIDDEN if settings.pseudonyms and name in texts.columns}
    numbers = engine.view("numbers", texts.mutate(number=times.numeric(texts[schema.TIME]), **hidden))
    column = numbers.select("number", text=numbers[schema.TIME], owner=numbers[schema.USER])
    order = {"day": True, "month": False}.get(settings.date_order)
    wish = Wish(order, settings.time_unit, before)
    reading = read_column(column, name=raw.guess.columns[schema.TIME], wish=wish)
    text = numbers[schema.TIME]
    sized = engine.view("sized", numbers.mutate(micro=times.microseconds(text, numbers.number, reading)))
    timed = engine.view("timed", sized.mutate(moment=times.moment(sized[schema.TIME], sized.micro, reading)))
    rows = engine.keep("typed", _typed(timed, reading).drop("number", "micro", "moment", "problem"))
    emptied = {column: cells for column in NUMBERS if column in rows.columns and (cells := _lost(rows, column))}
    rows = rows.drop(*(name for name in map(_mark, NUMBERS) if name in rows.columns))
    return TypedLog(raw, reading, _cancelled(rows, engine) if settings.cancellations else rows, emptied)


def _typed(timed: "Table", reading: TimeReading) -> "Table":
    """Times and numbers in place of their texts, with the reason of each bad row and a mark on each cell lost."""
    numbers = timed.mutate(
        **{f"{column}_read": quantity(timed[column]) for column in NUMBERS if column in timed.columns}
    )
    found = [column for column in NUMBERS if column in timed.columns]
    marks = {_mark(column): numbers[column].notnull() & numbers[f"{column}_read"].isnull() for column in found}
    read = {column: numbers[f"{column}_read"] for column in found}
    typed = numbers.mutate(**marks, **read, reason=_reason(numbers, reading), **{schema.TIME: numbers.moment})
    return typed.drop(*(f"{column}_read" for column in found))


def _mark(column: str) -> str:
    return f"{column}_lost"


def _lost(rows: "Table", column: str) -> int:
    """Cells of a column that held something, but no number."""
    return int(rows.aggregate(lost=rows[_mark(column)].sum().fill_null(0)).execute().iloc[0, 0])


def quantity(text: "StringColumn") -> "FloatingColumn":
    """The number that a text is, also with commas or points of thousands, or a decimal comma: 1,234.5 or 3,5."""
    english = text.re_search(r"^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$").ifelse(text.replace(",", ""), None)
    german = text.re_search(r"^[-+]?(\d+|\d{1,3}(\.\d{3})+),\d+$").ifelse(text.replace(".", "").replace(",", "."), None)
    return ibis.coalesce(times.numeric(text), times.numeric(english), times.numeric(german))


@ibis.udf.scalar.builtin(name="sha256")  # type: ignore[untyped-decorator]
def _sha256(text: dt.String) -> dt.String: ...


def pseudonym(user: "StringColumn", key: str) -> "StringColumn":
    """A keyed hash in place of an id: the same for the same key, and of no use without it."""
    return _sha256(ibis.literal(key) + user).substr(0, MASK)


def _cancelled(rows: "Table", engine: Engine) -> "Table":
    """Events of negative weight as a kind of their own."""
    if schema.WEIGHT not in rows.columns or not engine.count(rows.filter(rows[schema.WEIGHT] < 0)):
        return rows
    kind = rows[schema.EVENT] if schema.EVENT in rows.columns else ibis.literal(schema.EVENT)
    return engine.view("marked", rows.mutate(**{schema.EVENT: (rows[schema.WEIGHT] < 0).ifelse(CANCELLATION, kind)}))


def _texts(raw: RawLog, settings: ImportSettings) -> "Table":
    """Canonical columns and attributes as trimmed texts."""
    unwanted = attributes.unwanted(settings)
    columns = {
        column: raw.text(column)
        for column, name in raw.guess.columns.items()
        if column in schema.REQUIRED or not unwanted & {column, name}
    }
    extra = raw.guess.item_attributes + raw.guess.user_attributes
    for new, old in zip(attributes.normal_names(extra), extra, strict=True):
        if not unwanted & {new, old}:
            columns.setdefault(new, raw.file.text(old))
    return raw.file.table.select("line", "problem", **columns)


def _reason(timed: "Table", reading: TimeReading) -> "StringColumn":
    """Why a row cannot be used; null if it can."""
    return ibis.cases(
        (timed.problem.notnull(), timed.problem),
        (timed[schema.USER].isnull(), phrases.say("reasons.no_user")),
        (timed[schema.ITEM].isnull(), phrases.say("reasons.no_item")),
        (timed[schema.TIME].isnull(), phrases.say("reasons.empty_time")),
        else_=times.reason(timed[schema.TIME], timed.number, timed.moment, reading),
    )
