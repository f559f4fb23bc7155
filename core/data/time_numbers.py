"""Which times the numbers of a column are: counted from some moment, dates without separators, or an order.

What cannot be told from the numbers and the name of their column is asked about, never assumed.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import ibis

from core import phrases
from core.data.answers import row_of
from core.data.dialects import plain
from core.data.times import DAY, END_YEAR, FIRST_YEAR, LEAST_EPOCH, SECOND, UNITS, TimeReading, moment, width
from core.errors import EventsError

if TYPE_CHECKING:
    from ibis.expr.types import FloatingColumn, IntegerColumn, Table

Counts = dict[str, Any]
"""How many numbers of a column lie where, as `sums` counts them."""
DIGITS = {
    "%Y%m%d": (19000101, 21001231),
    "%Y%m%d%H%M%S": (19000101000000, 21001231235959),
    "%Y%m%d%H%M": (190001010000, 210012312359),
    "%Y%m%d%H": (1900010100, 2100123123),
    "%Y%m%d%H%M%S%g": (19000101000000000, 21001231235959999),
    "%Y%m": (190001, 210012),
    "%y%m%d": (101, 991231),
    "%y%m%d%H": (10100, 99123123),
    "%y%m%d%H%M": (1010000, 9912312359),
    "%y%m%d%H%M%S": (101000000, 991231235959),
}
"""Dates without separators, the likelier first, with the least and the greatest number of each. Those with two digits
of the year must have all their digits and lie between 1995 and today: other numbers look like them."""
NEARLY = 0.95
"""Share of the numbers that must be what all are taken for; the others are rejected, and counted."""
LOOKED_AT = 1000
"""Rows that are looked at before a whole column is."""
EARLIEST = datetime(1995, 1, 1)  # noqa: DTZ001, times without a zone are UTC
"""Before this, hardly any log of today begins."""
COUNTED = ("days", "spreadsheet", "hours", "minutes")
"""Units that a name or the range of numbers may tell."""
RANGES = ("ticks", "filetime", "webkit")
"""Clocks that are known by the range of their numbers: as nanoseconds they would all lie before 1991, or after 2300.
So is Apple's, where all of it would lie before 1996 as seconds since 1970."""
ORDERS = ("order", "position", "rank", "step", "seq", "turn", "index", "number")
"""What names of columns have that hold an order, not times."""
DATES, MOST_COURSE = ("date", "datum", "fecha", "data"), 1000
"""Names of days, and below how many they are counted from the start of a course or a study, before it too."""
YEAR = 366 * DAY / SECOND
LONG, SHORT = 20 * YEAR, YEAR / 366 / 24
"""Seconds that hardly any log spans; and fewer than any that is worth a look."""
MOST_DAYS, MOST_DAYS_SINCE_1970 = 100_000, 30_000
"""Numbers of a column of days; more than so many since 1970 lie after 2052, and are those of a spreadsheet."""
EPOCH, EXAMPLE = datetime(1970, 1, 1), datetime(2024, 2, 28, 14, 47, 18)  # noqa: DTZ001, times are UTC


@dataclass(frozen=True)
class Span:
    """From the earliest moment of a log of today to tomorrow, as numbers of a unit."""

    low: float
    high: float

    @classmethod
    def of(cls, unit: str) -> "Span":
        """Of a unit of `UNITS`."""
        how = UNITS[unit]
        ends = (EARLIEST, tomorrow())
        low, high = ((end - EPOCH) / timedelta(microseconds=1) * how.parts / how.microseconds for end in ends)
        return cls(low + how.offset, high + how.offset)


def may_be_time(text: str) -> bool:
    """Whether a number alone may be a time of today's logs: counted by a clock that its range tells, or a date.

    >>> [may_be_time(text) for text in ("1709131638", "20240228", "4006381333931", "638447284380000000")]
    [True, True, False, True]
    """
    number = float(text)
    if any(span.low <= number <= span.high for span in _clocks(tomorrow().date())):
        return True
    return text.isdecimal() and any(
        len(text) == width(pattern) and _is_recent(text, pattern) for pattern in DIGITS if pattern.startswith("%Y%m%d")
    )


@cache
def _clocks(day: date) -> tuple[Span, ...]:  # noqa: ARG001, they end with the day, which is the key of the cache
    return tuple(map(Span.of, (*RANGES, "seconds", "milliseconds", "microseconds", "nanoseconds")))


def _is_recent(text: str, pattern: str) -> bool:
    return _is_date(int(text), pattern) and EARLIEST.year <= int(text[:4]) <= tomorrow().year


def tomorrow() -> datetime:
    """The midnight that follows a day from now, UTC without zone: a clock may go fast, or lie east.

    It is the same for a whole day, and so are the expressions that hold it.
    """
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return today + timedelta(days=2)


def sums(number: "FloatingColumn") -> "dict[str, IntegerColumn | FloatingColumn]":
    """What is to be counted of a column of numbers."""
    return {"numbers": number.count(), "n": (number > 0).sum(), "low": number.min(), "high": number.max()}


def inside(rows: "Table", counts: Counts) -> Counts:
    """How many numbers of a column lie in which span; they are counted where their `sums` leave it open."""
    low, high = counts["low"], counts["high"]
    found, open_ = dict[str, Any](), {}
    for name, span in _spans().items():
        if not counts["numbers"] or high < span.low or low > span.high:
            found[name] = 0
        elif span.low <= low and high <= span.high:
            found[name] = counts["numbers"]
        else:
            open_[name] = rows.number.between(span.low, span.high).sum()
    return found | (row_of(rows.aggregate(**open_)) if open_ else {})


def _spans() -> dict[str, Span]:
    """Where numbers of each kind lie; named so that the engine, which knows no capitals, tells them apart."""
    apple = Span(LEAST_EPOCH, min(Span.of("cocoa").high, (EARLIEST - EPOCH).total_seconds() + YEAR))
    spans = {_called(pattern): Span(*ends) for pattern, ends in DIGITS.items()}
    spans |= {unit: Span.of(unit) for unit in (*RANGES, *COUNTED)}
    return spans | {"cocoa": apple, "years": Span(FIRST_YEAR, END_YEAR), "recent": Span(LEAST_EPOCH, 1e20)}


def _called(pattern: str) -> str:
    return ("short" if "y" in pattern else "long") + str(width(pattern))


def decided(rows: "Table", counts: Counts, name: str) -> TimeReading:
    """How the numbers of a column (`text`, `number`, `owner`) are read, `counts` as `sums` has them.

    Raises `EventsError` where it cannot tell.
    """
    for pattern in DIGITS:
        if _nearly(counts, _called(pattern)) and _are_dates(rows, pattern, counts):
            return TimeReading(digits=(pattern,), numbers=True, notes=(_note(pattern),))
    for unit in (*RANGES, "cocoa"):
        if _nearly(counts, unit):
            return told(unit)
    if _is_relative(rows, counts):
        return replace(told("milliseconds"), notes=(phrases.say("times.relative"),))
    if counts["recent"] > 0.1 * counts["n"]:
        return TimeReading(numbers=True, lowest=LEAST_EPOCH * SECOND)
    return _small(rows, name, counts)


def told(unit: str) -> TimeReading:
    """As `data.time_unit` says."""
    if unit == "order":
        return TimeReading(ordinal=True, numbers=True, notes=(phrases.say("times.positions"),))
    if unit == "years":
        return TimeReading(digits=("%Y",), numbers=True, notes=(phrases.say("times.years"),))
    return TimeReading(unit=unit, numbers=True, lowest=UNITS[unit].lowest, notes=(phrases.say(f"times.{unit}"),))


def _is_relative(rows: "Table", counts: Counts) -> bool:
    """Whether numbers rise evenly from nearly 0, so high that they count milliseconds: as seconds they span decades."""
    low, high = float(counts["low"]), float(counts["high"])
    if not (0 <= low < 0.1 * high and LONG < high < 1000 * LONG and high / 1000 > SHORT):
        return False
    positive = rows.filter(rows.number > 0)
    found = row_of(positive.aggregate(n=positive.count(), early=(positive.number < high / 2).sum().fill_null(0)))
    return bool(0.1 * found["n"] < found["early"] < 0.9 * found["n"])


def _nearly(counts: Counts, span: str) -> bool:
    """Whether nearly all numbers above 0 lie in a span."""
    return bool(counts[span] >= NEARLY * counts["n"] > 0)


def _small(rows: "Table", name: str, counts: Counts) -> TimeReading:
    """Numbers too small for seconds of today: what the name or their range says, an order, else nobody knows."""
    low, high, called = float(counts["low"]), float(counts["high"]), plain(name)
    for unit in COUNTED:
        if _nearly(counts, unit) and (unit in ("days", "spreadsheet") or unit[:-1] in called):
            return replace(told(unit), lowest=LEAST_EPOCH * SECOND)
    if "year" in called and _nearly(counts, "years"):
        return told("years")
    if ("day" in called and high < MOST_DAYS) or (called in DATES and low > -MOST_COURSE and high < MOST_COURSE):
        # days of a clock of their own: the order and the pauses are right, the year is not
        return told("spreadsheet" if high > MOST_DAYS_SINCE_1970 else "days")
    if any(word in called for word in ORDERS) or (low in (0, 1) and _are_positions(rows)):
        return told("order")
    raise EventsError(phrases.say("errors.which_unit", column=name, low=f"{low:g}", high=f"{high:g}"))


def _note(pattern: str) -> str:
    """What is said of a format, by an example."""
    if pattern in ("%Y%m%d", "%Y%m%d%H%M%S"):
        return phrases.say("times.dates" if pattern == "%Y%m%d" else "times.moments")
    return phrases.say("times.as_number", example=EXAMPLE.strftime(pattern.replace("%g", "123")))


def _are_dates(rows: "Table", pattern: str, counts: Counts) -> bool:
    """Whether nearly all numbers are dates of a format: the first ones, and then the whole column."""
    first = rows.filter(rows.number > 0).limit(LOOKED_AT)
    rival = pattern in ("%y%m%d%H%M", "%y%m%d%H%M%S") and counts["low"] < 2e9
    if rival and counts["high"] - counts["low"] < DAY / SECOND:
        return False  # a few seconds or milliseconds of one day may look like minutes of a date
    if not any(_is_date(int(counts[end]), pattern) for end in ("low", "high")):
        return False  # saves a look at the column, which most columns of seconds would get
    return _share(first, pattern) >= NEARLY and _share(rows.filter(rows.number > 0), pattern) >= NEARLY


def _is_date(number: int, pattern: str) -> bool:
    """Whether a number is a date of a format."""
    try:
        datetime.strptime(str(number).zfill(width(pattern)), pattern.replace("%g", "%f"))  # noqa: DTZ007, only whether
    except ValueError:
        return False
    return True


def _share(rows: "Table", pattern: str) -> float:
    time = moment(rows.text, rows.number, TimeReading(digits=(pattern,)))
    if "%y" in pattern or pattern == "%Y%m":
        sure = time.between(ibis.literal(EARLIEST), ibis.literal(tomorrow()))
        sure &= rows.text.re_extract(r"^\d+", 0).length() == width(pattern)
        time = sure.ifelse(time, None)
    found = row_of(rows.aggregate(n=rows.count(), good=time.count()))
    return float(found["good"] / max(1, found["n"]))


def _are_positions(rows: "Table") -> bool:
    """Whether the numbers of nearly every user are just 0, 1, 2 ... or 1, 2, 3 ..., each once or more often."""
    good = rows.filter(rows.number.notnull() & rows.owner.notnull())
    number = good.number
    users = good.group_by("owner").aggregate(
        n=number.count(), different=number.nunique(), low=number.min(), high=number.max(),
        broken=(number != number.floor()).sum(),
    )  # fmt: skip
    straight = users.low.isin([0, 1]) & (users.high - users.low + 1 == users.different) & (users.broken == 0)
    moving: IntegerColumn = ((users.n > 1) & (users.different > 1)).sum()
    counts = {"users": users.count(), "straight": straight.sum(), "several": (users.n > 1).sum(), "moving": moving}
    found = {name: value or 0 for name, value in row_of(users.aggregate(**counts)).items()}
    return bool(found["straight"] > NEARLY * found["users"] and found["moving"] >= 0.5 * found["several"])
