"""How the times of a whole column are read, decided from all its values: once, at the first import of a log."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt

from core import phrases
from core.data import time_numbers
from core.data.time_texts import bare_clock, formats_of, is_swappable, merged, rules_for, shape, tidied, tidied_column
from core.data.times import LEAST_EPOCH, SECOND, TimeReading, clocked, iso, parsed
from core.errors import EventsError

if TYPE_CHECKING:
    from ibis.expr.types import StringColumn, Table

DIGITS, LETTERS = "123456789", "bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_SHAPES = 300
MANY = 0.5
"""Share of the texts of a column that must be numbers before what they count is decided."""


@dataclass(frozen=True)
class Wish:
    """What is known of a column before it is looked at."""

    day_first: bool | None = None
    """Overrules what the column says."""
    unit: str = "auto"
    """What its numbers count, a name of `data.time_unit`."""
    before: TimeReading | None = None
    """How the log was read that this one is added to, or like: what was decided stays."""


NOTHING = Wish()


@ibis.udf.scalar.builtin(name="translate")  # type: ignore[untyped-decorator]
def _translated(text: dt.String, old: dt.String, new: dt.String) -> dt.String: ...


def read_column(rows: "Table", *, name: str, wish: Wish = NOTHING) -> TimeReading:
    """Decide from the whole column how its times are read; raises `EventsError` where only a person can tell.

    `rows` has the columns `text`, `number` (the text as `numeric` sees it) and `owner` (the user); `name` is the
    column's name in the file.
    """
    other = (rows.number.notnull() | rows.text.isnull()).ifelse(False, iso(rows.text).isnull())
    counts = rows.aggregate(
        texts=rows.text.count(), numbers=rows.number.count(), other=other.sum(), **time_numbers.sums(rows.number)
    )
    found = counts.fill_null(0).execute().iloc[0]
    reading = wish.before or TimeReading()
    if found["numbers"] and wish.unit != "auto":
        reading = _counted_by(reading, time_numbers.told(wish.unit))
    elif found["numbers"] > MANY * found["texts"] and not reading.numbers:
        reading = _counted_by(reading, time_numbers.decided(rows.filter(rows.number.notnull()), found, name))
    elif found["numbers"] and not reading.numbers:
        # a few numbers among texts decide nothing: those of today's size are read, the others are no times
        reading = replace(reading, lowest=LEAST_EPOCH * SECOND)
    elif reading.ordinal and found["recent"] > MANY * found["numbers"]:
        raise EventsError(phrases.say("errors.other_clock", column=name))
    if found["other"]:
        return _with_formats(reading, rows.filter(other).select("text"), wish.day_first)
    return reading


def _counted_by(reading: TimeReading, numbers: TimeReading) -> TimeReading:
    """The texts of one reading and the numbers of another."""
    return replace(
        numbers, formats=reading.formats, bare=reading.bare, day_first=reading.day_first,
        notes=tuple(dict.fromkeys((*reading.notes, *numbers.notes))),
    )  # fmt: skip


def _with_formats(reading: TimeReading, texts: "Table", day_first: bool | None) -> TimeReading:
    """Add the formats of all shapes that a column of texts has."""
    form = _translated(texts.text, DIGITS + LETTERS, "0" * len(DIGITS) + "a" * len(LETTERS))
    shapes = texts.group_by(form=form).aggregate(n=texts.count(), some=texts.text.min())
    found = shapes.order_by(ibis.desc("n"), "form").limit(MOST_SHAPES).execute()
    reading = replace(reading, tidy=merged(reading.tidy, rules_for(found["some"])))
    forms = [shape(tidied(text, any_zone=True)) for text in found["some"]]
    bare = reading.bare or bare_clock(forms)
    tidy = tidied_column(texts.text, reading.tidy)
    swappable = [form for form in forms if is_swappable(form, bare)]
    if swappable and day_first is not None and day_first != reading.day_first:
        order = "day" if day_first else "month"
        reading = replace(reading, formats=(), day_first=day_first, notes=(phrases.say(f"times.{order}_told"),))
    elif swappable and reading.day_first is None:
        first, note = _day_first(clocked(tidy, bare), texts, swappable, bare)
        reading = replace(reading, day_first=first, notes=(*reading.notes, note))
    formats = [formats_of(value, day_first=bool(reading.day_first), bare=bare) for value in forms]
    known = tuple(dict.fromkeys((*reading.formats, *(value for value in formats if value))))
    return replace(reading, formats=known, bare=bare)


def _day_first(tidy: "StringColumn", texts: "Table", forms: list[str], bare: int) -> tuple[bool, str]:
    """Which order reads more of the column; a dot between the parts breaks a tie for the day."""
    counts = []
    for first in (False, True):
        patterns = {pattern for form in forms if (pattern := formats_of(form, day_first=first, bare=bare))}
        found = ibis.coalesce(*(parsed(tidy, pattern) for pattern in sorted(patterns)))
        counts.append(int(texts.aggregate(n=found.count()).execute().iloc[0, 0]))
    if counts[0] == counts[1]:
        dotted = "." in forms[0]
        return dotted, phrases.say(f"times.{'day' if dotted else 'month'}_assumed")
    first = counts[1] > counts[0]
    return first, phrases.say(f"times.{'day' if first else 'month'}_seen", dates=abs(counts[1] - counts[0]))
