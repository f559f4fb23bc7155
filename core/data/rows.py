"""Each row typed in expressions: its time, its numbers, and why it cannot be used if it cannot.

Each stage is a view, so that an expression is written (and computed) once however often the next stage uses it.
"""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt

from core import phrases
from core.data import amounts, attributes, missing, schema, times
from core.data.engine import Engine
from core.data.export import MASK
from core.data.raw import RawLog
from core.data.remembering import remembered
from core.data.time_columns import Wish, read_column
from core.data.times import TimeReading
from core.phrases import Said
from core.settings import ImportSettings

if TYPE_CHECKING:
    from ibis.expr.types import FloatingColumn, StringColumn, Table

STAGES = ("number", "micro", "moment")
"""What a time becomes on its way."""
HIDDEN = (schema.USER, schema.SESSION)
"""Ids that pseudonyms take the place of: sessions are known elsewhere too, and may be called after their user."""


@dataclass(frozen=True)
class TypedLog:
    """A log on its way: as read, as typed, and what was decided."""

    raw: RawLog
    reading: TimeReading
    rows: "Table"
    """Columns line, reason (null for a good row), canonical ones, attributes."""
    notes: tuple[Said, ...] = ()
    """What else was decided, and what became of cells."""
    unmeasured: tuple[str, ...] = ()
    """Columns in which a value below 0 is none."""


def type_rows(
    raw: RawLog, settings: ImportSettings, engine: Engine, key: str = "", before: TimeReading | None = None
) -> TypedLog:
    """Decide how times are read, and type every row; `key` makes the pseudonyms of users if these are wished.

    `before` says how the log was read that this one is added to, or like.
    """
    read = numbered(raw, settings, engine, key)
    reading = reading_of(read, raw, settings, engine, before)
    rows = engine.keep("typed", typed_by(reading, read, engine).drop("problem"))
    return measured(raw, reading, rows, settings, engine)


def numbered(raw: RawLog, settings: ImportSettings, engine: Engine, key: str = "", cells: int = 0) -> "Table":
    """Every row as texts, and the number that its time may be; so many `cells` of the file stay beside."""
    texts = engine.view("texts", _texts(raw, settings, cells))
    hidden = {name: pseudonym(texts[name], key) for name in HIDDEN if settings.pseudonyms and name in texts.columns}
    # a small file is read once; a large one again by whoever looks at it, as its rows would fill the memory
    make = engine.keep if raw.file.few else engine.view
    return make("numbers", texts.mutate(number=_number(texts), **hidden))


@remembered
def _number(texts: "Table") -> "FloatingColumn":
    return times.numeric(texts[schema.TIME])


def reading_of(
    read: "Table", raw: RawLog, settings: ImportSettings, engine: Engine, before: TimeReading | None = None
) -> TimeReading:
    """How the times of numbered rows are read; `before` as `type_rows`."""
    column = engine.view("clock", read.select("number", text=read[schema.TIME], owner=read[schema.USER]))
    wish = Wish(settings.date_order, settings.time_unit, before)
    reading = read_column(
        column, name=raw.guess.columns[schema.TIME], wish=wish, keep=partial(engine.keep, "other_times")
    )
    engine.drop("other_times")
    return reading


def typed_by(reading: TimeReading, read: "Table", engine: Engine) -> "Table":
    """Numbered rows typed, with what is against each of them."""
    sized = engine.view("sized", _sized(read, reading))
    return _typed(engine.view("timed", _timed(sized, reading)), reading)


@remembered
def _sized(read: "Table", reading: TimeReading) -> "Table":
    micro = times.microseconds(read[schema.TIME], read.number, reading)
    return read.mutate(micro=micro, **amounts.plain_numbers(read))


@remembered
def _timed(sized: "Table", reading: TimeReading) -> "Table":
    moment = times.moment(sized[schema.TIME], sized.micro, reading)
    return sized.mutate(moment=moment, **amounts.other_numbers(sized))


@remembered
def _typed(timed: "Table", reading: TimeReading) -> "Table":
    typed = {**amounts.typed(timed), "reason": _reason(timed, reading), schema.TIME: timed.moment}
    stages = (*STAGES, *(name for name in timed.columns if name.startswith((amounts.PLAIN, amounts.OTHER))))
    columns = {name: typed.pop(name, timed[name]) for name in timed.columns if name not in stages}
    return timed.select(**columns, **typed)


def measured(raw: RawLog, reading: TimeReading, rows: "Table", settings: ImportSettings, engine: Engine) -> TypedLog:
    """Typed rows, their ratings and weights without what nobody measured, and what takes an event back marked."""
    names, found = dict(raw.guess.columns), amounts.facts(rows)
    lost, marks = amounts.lost(found, names), [name for name in rows.columns if name.startswith(amounts.LOST)]
    rows = engine.view("unmarked", rows.drop(*marks)) if marks else rows
    rows, unmeasured, empty = amounts.without_unmeasured(rows, found, names, engine)
    if settings.cancellations and schema.WEIGHT not in unmeasured and found.get(f"below_{schema.WEIGHT}"):
        rows = amounts.cancelled(rows, engine)
    return TypedLog(raw, reading, rows, (*raw.notes, *lost, *empty), unmeasured)


@ibis.udf.scalar.builtin(name="sha256")  # type: ignore[untyped-decorator]
def _sha256(text: dt.String) -> dt.String: ...


def pseudonym(user: "StringColumn", key: str) -> "StringColumn":
    """A keyed hash in place of an id: the same for the same key, and of no use without it."""
    return _sha256(ibis.literal(key) + user).substr(0, MASK)


def _texts(raw: RawLog, settings: ImportSettings, cells: int = 0) -> "Table":
    """Canonical columns and attributes as trimmed texts, and the first `cells` as the file has them."""
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
    beside = {f"c{place}": raw.file.table[f"c{place}"] for place in range(cells)}
    return raw.file.table.select("line", problem=_problem(raw), **beside, **columns)


def _problem(raw: RawLog) -> "StringColumn":
    """What the parser had against a row, or that it is the header once more, as in files put behind each other."""
    file, names = raw.file, raw.file.names
    user, item = raw.guess.columns[schema.USER], raw.guess.columns[schema.ITEM]
    totals = user in names and file.ids(user) != missing.WORDED  # ids that are words may well be so
    again = file.sample.dialect.separator and file.sample.dialect.header
    header = {f"c{names.index(name)}": name for name in (user, item) if name in names} if again else {}
    return _against(file.table, f"c{names.index(user)}" if totals else "", tuple(header.items()))


@remembered
def _against(table: "Table", user: str, header: tuple[tuple[str, str], ...]) -> "StringColumn":
    """The problem of a row; that it holds a total where the id of its user should be; that it is the header again."""
    found = [table.problem]
    if user:
        # ids of digits, which many logs have, are not held against every word
        total = (table[user] > "9").ifelse(table[user].isin(missing.TOTALS), False)
        found.append(total.ifelse(phrases.say("reasons.total"), None))
    if header:
        again = ibis.and_(*(table[cell] == name for cell, name in header))
        found.append(again.ifelse(phrases.say("reasons.header_again"), None))
    return ibis.coalesce(*found)


def _reason(timed: "Table", reading: TimeReading) -> "StringColumn":
    """Why a row cannot be used; null if it can."""
    return ibis.cases(
        (timed.problem.notnull(), timed.problem),
        (timed[schema.USER].isnull(), phrases.say("reasons.no_user")),
        (timed[schema.ITEM].isnull(), phrases.say("reasons.no_item")),
        (timed[schema.TIME].isnull(), phrases.say("reasons.empty_time")),
        else_=times.reason(timed[schema.TIME], timed.number, timed.moment, reading),
    )
