"""How the times of a whole column are read, decided from all its values: once, at the first import of a log."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt

from core import phrases
from core.data import time_numbers
from core.data.answers import row_of, rows_of
from core.data.date_order import decided_order, patterns_of
from core.data.month_names import MONTH
from core.data.remembering import remembered
from core.data.time_texts import MONTH_NAMES, bare_clock, is_swappable, merged, rules_for, shape, tidied, tidied_column
from core.data.times import LEAST_EPOCH, SECOND, TimeReading, clocked, iso
from core.errors import EventsError

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Table

    from core.data.time_numbers import Counts

DIGITS, LETTERS = "123456789", "bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_SHAPES = 300
FIRST_ROWS = 200_000
"""Rows by which a long log is judged, where they leave no doubt."""
PLAIN = TimeReading(numbers=True, lowest=LEAST_EPOCH * SECOND)
"""Numbers since 1970 in seconds or a finer unit, by their size."""
ORDERS = {True: "day", False: "month"}
FEW = 0.1
"""Share of the rows up to which texts of other shapes are kept in memory while they are judged."""
MANY = 0.5
"""Share of the texts of a column that must be numbers before what they count is decided."""


@dataclass(frozen=True)
class Wish:
    """What is known of a column before it is looked at."""

    order: str = "auto"
    """What dates begin with, day, month or year; overrules what the column says."""
    unit: str = "auto"
    """What its numbers count, a name of `data.time_unit`."""
    before: TimeReading | None = None
    """How the log was read that this one is added to, or like: what was decided stays."""


NOTHING = Wish()


@ibis.udf.scalar.builtin(name="translate")  # type: ignore[untyped-decorator]
def _translated(text: dt.String, old: dt.String, new: dt.String) -> dt.String: ...


def read_column(
    rows: "Table", *, name: str, wish: Wish = NOTHING, keep: "Callable[[Table], Table] | None" = None
) -> TimeReading:
    """Decide from the whole column how its times are read; raises `EventsError` where only a person can tell.

    `rows` has the columns `text`, `number` (the text as `numeric` sees it) and `owner` (the user); `name` is the
    column's name in the file; `keep` computes a table once.
    """
    found, plain = _counts(rows, name) if wish == NOTHING else (_count(rows), False)
    reading = wish.before or TimeReading()
    if found["numbers"] and wish.unit != "auto":
        reading = _counted_by(reading, time_numbers.told(wish.unit))
    elif found["numbers"] > MANY * found["texts"] and not reading.numbers:
        numbers = PLAIN if plain else time_numbers.decided(rows.filter(rows.number.notnull()), found, name)
        reading = _counted_by(reading, numbers)
    elif found["numbers"] and not reading.numbers:
        # a few numbers among texts decide nothing: those of today's size are read, the others are no times
        reading = replace(reading, lowest=LEAST_EPOCH * SECOND)
    elif reading.ordinal and found["recent"] > MANY * found["numbers"]:
        raise EventsError(phrases.say("errors.other_clock", column=name))
    if not found["other"]:
        return reading
    others = rows.filter(_is_other(rows)).select("text")
    if keep and found["other"] < FEW * found["rows"]:
        others = keep(others)  # the file is searched once for a few among many, which are looked at again and again
    return _with_formats(reading, others, wish.order, name)


def _is_other(rows: "Table") -> "BooleanValue":
    """Whether a text is neither a number nor an ISO time."""
    return (rows.number.notnull() | rows.text.isnull()).ifelse(False, iso(rows.text).isnull())


def _count(rows: "Table", *, spans: bool = True) -> "Counts":
    """What is decided by: texts, numbers, other texts; and how many numbers lie in which of the `spans`."""
    found = {name: value or 0 for name, value in row_of(_counted(rows)).items()}
    return found | time_numbers.inside(rows, found) if spans else found


@remembered
def _counted(rows: "Table") -> "Table":
    return rows.aggregate(
        rows=rows.count(), texts=rows.text.count(), other=_is_other(rows).sum(), **time_numbers.sums(rows.number)
    )


def _counts(rows: "Table", name: str) -> "tuple[Counts, bool]":
    """`_count` of a column, and whether its first rows are sure to count from 1970, as nearly all logs do.

    Then no other clock is looked for in the rest of a long log, which saves a comparison with each span for each row.
    """
    first = rows.limit(FIRST_ROWS)
    found = _count(first)
    if found["rows"] < FIRST_ROWS:
        return found, False
    try:
        decided = time_numbers.decided(first.filter(first.number.notnull()), found, name)
    except EventsError:
        decided = None
    plain = decided == PLAIN and found["recent"] >= time_numbers.NEARLY * found["texts"]
    return _count(rows, spans=not plain), plain


def _counted_by(reading: TimeReading, numbers: TimeReading) -> TimeReading:
    """The texts of one reading and the numbers of another."""
    return replace(
        numbers, formats=reading.formats, bare=reading.bare, day_first=reading.day_first,
        notes=tuple(dict.fromkeys((*reading.notes, *numbers.notes))),
    )  # fmt: skip


def _with_formats(reading: TimeReading, texts: "Table", order: str, name: str) -> TimeReading:
    """Add the formats of all shapes that a column of texts has."""
    form = _translated(texts.text, DIGITS + LETTERS, "0" * len(DIGITS) + "a" * len(LETTERS))
    shapes = texts.group_by(form=form).aggregate(n=texts.count(), some=texts.text.min())
    found = rows_of(shapes.order_by(ibis.desc("n"), "form").limit(MOST_SHAPES))
    some = [row["some"] for row in found]
    reading = replace(
        reading, tidy=merged((*reading.tidy, *_months(texts, [row["form"] for row in found])), rules_for(some))
    )
    forms = [shape(tidied(text, any_zone=True)) for text in some]
    bare = reading.bare or bare_clock(forms)
    tidy = tidied_column(texts.text, reading.tidy)
    swappable = [form for form in forms if is_swappable(form, bare)]
    before = "" if reading.day_first is None else "year" if reading.year_first else ORDERS[reading.day_first]
    if swappable and order not in ("auto", before):
        reading = _ordered(replace(reading, formats=()), order, phrases.say(f"times.{order}_told"))
        reading = replace(reading, notes=reading.notes[-1:])
    elif swappable and not before:
        reading = _ordered(reading, *decided_order(clocked(tidy, bare), texts, swappable, bare, name))
    formats = patterns_of(forms, "year" if reading.year_first else ORDERS[bool(reading.day_first)], bare)
    if MONTH_NAMES in reading.tidy:  # one shape may hold months that became short, and those that were English
        formats += [pattern.replace("%B", "%b") for pattern in formats]
    return replace(reading, formats=tuple(dict.fromkeys((*reading.formats, *formats))), bare=bare)


def _months(texts: "Table", forms: Iterable[str]) -> tuple[str, ...]:
    """The rule for names of months that are not English, where a column has any."""
    if not any("aaa" in re.sub(r"[^\W\d_]", "a", form) for form in forms):
        return ()
    return (MONTH_NAMES,) * bool(rows_of(texts.filter(texts.text.re_search(MONTH)).limit(1)))


def _ordered(reading: TimeReading, order: str, note: phrases.Said) -> TimeReading:
    return replace(
        reading, day_first=order == "day", year_first=order == "year", notes=(*reading.notes, note)
    )  # fmt: skip
