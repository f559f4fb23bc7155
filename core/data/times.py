"""Times in any dress: numbers in any unit, ISO with zones, and dates as people write them.

The shape of a text is the text with every digit made 0 and every letter a: `12/1/10 8:26` has the shape
`00/0/00 0:00`. A column has few shapes, so the whole column is read by looking at its shapes, and whether days or
months come first is decided from all its values.
"""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt

from core import phrases
from core.data.dialects import NUMBER

if TYPE_CHECKING:
    import pandas as pd
    from ibis.expr.types import FloatingColumn, StringColumn, Table, TimestampColumn

FIRST_YEAR, END_YEAR = 1900, 2100
"""A time outside of these years is impossible."""
EXPECTED = "seconds, milliseconds or microseconds since 1970, or dates as 2024-02-28 14:47:18"
DIGITS, LETTERS = "123456789", "bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_SHAPES = 300
DAY = 86_400_000_000
LEAST_EPOCH = 10**8
"""Seconds since 1970 of no log are fewer; in a column with larger numbers, smaller ones mean that there is no time."""
EXCEL_EPOCH = 25_569
"""Days between 1899-12-30, day 0 of a spreadsheet, and 1970."""
CLOCKS = {"": "", "0:00": "%H:%M", "0:00:00": "%H:%M:%S", "0:00:00.0": "%H:%M:%S.%f", "0:00:00,0": "%H:%M:%S,%f",
          "0:00 a": "%I:%M %p", "0:00a": "%I:%M%p", "0:00:00 a": "%I:%M:%S %p", "0:00:00a": "%I:%M:%S%p"}  # fmt: skip
DAYS = {
    r"00?([/.-])00?\1(00)": ("{a}{s}{b}{s}%y", True),
    r"00?([/.-])00?\1(0000)": ("{a}{s}{b}{s}%Y", True),
    r"0000([/.-])00?\1(00?)": ("%Y{s}%m{s}%d", False),
    r"00?( )00?, (0000)": ("{a} {b}, %Y", True),
    r"a{3,}( )00?,? (0000)": ("%b %d{c} %Y", False),
    r"00?([ -])a{3,}[ -](0000)": ("%d{s}%b{s}%Y", False),
    r"0000(年)00?月00?日": ("%Y年%m月%d日", False),
    r"00?([ -])a{3,}[ -](00)": ("%d{s}%b{s}%y", False),
}
"""Shapes of dates; a and b are day and month in either order, s the separator, c a comma if there is one."""
FIXED = {
    "aaa, 00 aaa 0000 00:00:00 +0000": "%a, %d %b %Y %H:%M:%S %z",
    "aaa, 00 aaa 0000 00:00:00 -0000": "%a, %d %b %Y %H:%M:%S %z",
    "aaa aaa 00 00:00:00 +0000 0000": "%a %b %d %H:%M:%S %z %Y",
    "aaa aaa 00 00:00:00 0000": "%a %b %d %H:%M:%S %Y",
    "aaa, 00 aaa 0000 00:00:00 aaa": "%a, %d %b %Y %H:%M:%S GMT",
    "00000000a000000a": "%Y%m%dT%H%M%SZ",
    "00000000a000000": "%Y%m%dT%H%M%S",
    "[00/aaa/0000:00:00:00 +0000]": "[%d/%b/%Y:%H:%M:%S %z]",
    "[00/aaa/0000:00:00:00 -0000]": "[%d/%b/%Y:%H:%M:%S %z]",
    "00/aaa/0000:00:00:00 +0000": "%d/%b/%Y:%H:%M:%S %z",
    "00/aaa/0000:00:00:00 -0000": "%d/%b/%Y:%H:%M:%S %z",
}


@ibis.udf.scalar.builtin(name="try_strptime")  # type: ignore[untyped-decorator]
def _local(text: dt.String, pattern: dt.String) -> dt.Timestamp(scale=6): ...  # type: ignore[valid-type]


@ibis.udf.scalar.builtin(name="try_strptime")  # type: ignore[untyped-decorator]
def _zoned(text: dt.String, pattern: dt.String) -> dt.Timestamp(timezone="UTC", scale=6): ...  # type: ignore[valid-type]


@ibis.udf.scalar.builtin(name="make_timestamp")  # type: ignore[untyped-decorator]
def _moment(microseconds: dt.Int64) -> dt.Timestamp(scale=6): ...  # type: ignore[valid-type]


@ibis.udf.scalar.builtin(name="translate")  # type: ignore[untyped-decorator]
def _translated(text: dt.String, old: dt.String, new: dt.String) -> dt.String: ...


@dataclass(frozen=True)
class TimeReading:
    """How the times of one column are to be read."""

    formats: tuple[str, ...] = ()
    """Tried in order on texts that are neither numbers nor ISO."""
    unit: int | None = None
    """Microseconds of one unit of a number; None: seconds, milliseconds, microseconds or nanoseconds by size."""
    offset: int = 0
    """Taken off a number before its unit counts."""
    compact: bool = False
    """Numbers are dates without separators: 20240228."""
    ordinal: bool = False
    """Numbers are positions in a history: 0, 1, 2 ..."""
    lowest: int = -(10**18)
    """Numbers below are impossible: a 0 or -1 among real times means that there is none."""
    notes: tuple[str, ...] = ()
    """What was decided, in words."""


def shape(text: str) -> str:
    """Digits become 0 and letters a.

    >>> shape("Feb 28, 2014")
    'aaa 00, 0000'
    """
    return re.sub(r"[1-9]", "0", re.sub(r"[b-zA-Z]", "a", text))


def formats_of(form: str, *, day_first: bool) -> str | None:
    """The strptime format of a shape, None if it is none of a date.

    >>> formats_of("00/0/00 0:00", day_first=False)
    '%m/%d/%y %H:%M'
    """
    if form in FIXED:
        return FIXED[form]
    for pattern, (template, _) in DAYS.items():
        match = re.match(pattern, form)
        if match and (clock := _clock(form[match.end() :])) is not None:
            first, second = ("%d", "%m") if day_first else ("%m", "%d")
            comma = "," if "," in match.group() else ""
            month = template.replace("%b", "%B") if re.search("a{4,}", match.group()) else template
            return month.format(a=first, b=second, s=match.group(1), c=comma) + clock
    return None


def is_swappable(form: str) -> bool:
    """Whether day and month of a shape can stand in either order."""
    swapped = any(swap and re.match(pattern, form) for pattern, (_, swap) in DAYS.items())
    return swapped and formats_of(form, day_first=False) is not None


def looks_like_time(text: str) -> bool:
    """Whether a single text is a time for sure: a number of today's size, or a date."""
    if NUMBER.match(text):
        return 1e8 < float(text) < 5e9 or 1e11 < float(text) < 5e12 or 1e14 < float(text) < 5e15
    form = shape(text.strip())
    return bool(re.match(r"0000-00?-00?([ a]0|$)", form)) or formats_of(form, day_first=False) is not None


def _parsed(text: "StringColumn", pattern: str) -> "TimestampColumn":
    if "%z" in pattern:
        return _zoned(text, pattern).cast(dt.Timestamp(scale=6))
    return _local(text, pattern)


def _clock(rest: str) -> str | None:
    """Format of the time of day behind a date, with what parts the two."""
    lead = re.match(r",? ?a?(?=0)|,? ", rest)
    gap = lead.group() if lead else ""
    text = re.sub(r"^00:", "0:", rest[len(gap) :])
    text = re.sub(r"([.,])0+", r"\g<1>0", re.sub(r" ?aa$", lambda m: m.group()[:-1], text))
    if text not in CLOCKS or ("a" in gap) or bool(text) != bool(gap):
        return None
    return gap + CLOCKS[text]


def read_column(rows: "Table", *, name: str, day_first: bool | None = None) -> TimeReading:
    """Decide from the whole column how its times are read; `day_first` overrules what the column says.

    `rows` has the columns `text`, `number` (the text as `numeric` sees it) and `owner` (the user); `name` is the
    column's name in the file.
    """
    other = (rows.number.notnull() | rows.text.isnull()).ifelse(False, iso(rows.text).isnull())
    counts = (
        rows.aggregate(
            numbers=rows.number.count(),
            low=rows.number.min(),
            high=rows.number.max(),
            recent=(rows.number > LEAST_EPOCH).sum(),
            other=other.sum(),
        )
        .execute()
        .iloc[0]
    )
    reading = TimeReading()
    if counts["numbers"]:
        reading = _numbers(counts, rows, name)
    if counts["other"]:
        return _with_formats(reading, rows.filter(other).select("text"), day_first)
    return reading


def microseconds(number: "FloatingColumn", reading: TimeReading) -> "FloatingColumn":
    """Microseconds since 1970 that a number says."""
    if reading.ordinal:
        return number
    if reading.unit is not None:
        return (number - reading.offset) * reading.unit
    size = number.abs()
    return ibis.cases(
        (size < 1e11, number * 1e6), (size < 1e14, number * 1e3), (size < 1e17, number), else_=number / 1e3
    )


def moment(text: "StringColumn", micro: "FloatingColumn", reading: TimeReading) -> "TimestampColumn":
    """The time of each text, in UTC, null where it is none; which years are possible is not judged here."""
    if reading.compact:
        digits = numeric(text).try_cast("int64").cast("string")
        return ibis.coalesce(_parsed(digits, "%Y%m%d"), _parsed(digits, "%Y%m%d%H%M%S"), iso(text))
    lowest = float(reading.lowest) * 1e6
    possible = (micro.abs() < 5e15) & (micro >= lowest)
    from_number = _moment(possible.ifelse(micro, None).round().try_cast("int64"))
    others = [_parsed(text, pattern) for pattern in reading.formats]
    return ibis.coalesce(from_number, iso(text), *others)


def numeric(text: "StringColumn") -> "FloatingColumn":
    """The number that a text is, null for other texts, NaN and infinities."""
    number = text.try_cast("float64")
    return (number.abs() < 1e20).ifelse(number, None)


def iso(text: "StringColumn") -> "TimestampColumn":
    """ISO 8601 and its like, zones turned to UTC; null for other texts and for years that no log has."""
    time = text.try_cast(dt.Timestamp(timezone="UTC", scale=6)).cast(dt.Timestamp(scale=6))
    return time.year().between(FIRST_YEAR, END_YEAR).ifelse(time, None)


def _numbers(counts: "pd.Series", rows: "Table", name: str) -> TimeReading:
    """Which numbers these are: epochs, dates without separators, day numbers or positions."""
    low, high = float(counts["low"]), float(counts["high"])
    if low >= 19_000_101 and high <= 21_001_231 and _are_dates(rows, "%Y%m%d"):
        return TimeReading(compact=True, notes=(phrases.say("times.dates"),))
    if low >= 19_000_101e6 and high <= 21_001_231_235_959 and _are_dates(rows, "%Y%m%d%H%M%S"):
        return TimeReading(compact=True, notes=(phrases.say("times.moments"),))
    if counts["recent"] > 0.1 * counts["numbers"]:
        return TimeReading(lowest=LEAST_EPOCH)
    if low in (0, 1) and _are_positions(rows):
        return TimeReading(ordinal=True, notes=(phrases.say("times.positions"),))
    if high < 100_000 and ("day" in name.lower() or (low >= 10_000 and high <= 60_000)):
        return TimeReading(unit=DAY, offset=EXCEL_EPOCH if high > 30_000 else 0, notes=(phrases.say("times.days"),))
    return TimeReading(notes=(phrases.say("times.small"),))


def _are_positions(rows: "Table") -> bool:
    """Whether the numbers of nearly every user are just 0, 1, 2 ... or 1, 2, 3 ..."""
    good = rows.filter(rows.number.notnull() & rows.owner.notnull())
    number = good.number
    users = good.group_by("owner").aggregate(
        n=number.count(), different=number.nunique(), low=number.min(), high=number.max()
    )
    straight = users.low.isin([0, 1]) & (users.high - users.low + 1 == users.n) & (users.different == users.n)
    found = users.aggregate(users=users.count(), straight=straight.sum().fill_null(0)).execute().iloc[0]
    return bool(found["straight"] > 0.95 * found["users"])


def _are_dates(rows: "Table", pattern: str) -> bool:
    digits = rows.number.try_cast("int64").cast("string")
    wrong = (_parsed(digits, pattern).isnull() & rows.number.notnull()).sum()
    return int(rows.aggregate(wrong=wrong).execute().iloc[0, 0] or 0) == 0


def _with_formats(reading: TimeReading, texts: "Table", day_first: bool | None) -> TimeReading:
    """Add the formats of all shapes that a column of texts has."""
    form = _translated(texts.text, DIGITS + LETTERS, "0" * len(DIGITS) + "a" * len(LETTERS))
    shapes = texts.group_by(form=form).aggregate(n=texts.count()).order_by(ibis.desc("n"), "form").limit(MOST_SHAPES)
    forms = [str(value) for value in shapes.execute()["form"]]
    notes = list(reading.notes)
    if any(map(is_swappable, forms)):
        day_first, note = _day_first(texts, forms, day_first)
        notes.append(note)
    formats = [formats_of(value, day_first=bool(day_first)) for value in forms]
    known = tuple(dict.fromkeys(value for value in formats if value))
    return replace(reading, formats=known, notes=tuple(notes))


def _day_first(texts: "Table", forms: list[str], wish: bool | None) -> tuple[bool, str]:
    """Which order reads more of the column; a dot between the parts breaks a tie for the day."""
    if wish is not None:
        return wish, phrases.say(f"times.{'day' if wish else 'month'}_told")
    swappable = [form for form in forms if is_swappable(form)]
    counts = []
    for first in (False, True):
        patterns = {pattern for form in swappable if (pattern := formats_of(form, day_first=first))}
        parsed = ibis.coalesce(*(_parsed(texts.text, pattern) for pattern in sorted(patterns)))
        counts.append(int(texts.aggregate(n=parsed.count()).execute().iloc[0, 0]))
    if counts[0] == counts[1]:
        dotted = "." in swappable[0]
        return dotted, phrases.say(f"times.{'day' if dotted else 'month'}_assumed")
    first = counts[1] > counts[0]
    return first, phrases.say(f"times.{'day' if first else 'month'}_seen", dates=abs(counts[1] - counts[0]))
