"""Times in any dress, read by what was decided for their column: numbers of any unit, ISO with zones, and dates.

How the times of a log are read is a `TimeReading`: data that is kept with the version, so that a log that is added, a
stream or a moment that someone types is read as the import read it, by the same expressions.
"""

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Self

import ibis
import ibis.expr.datatypes as dt

from core import phrases
from core.data.time_texts import AFTER_START, NET, ZONE_NAMES, tidied_column
from core.data.zones import NAMED, ZONES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ibis.expr.types import FloatingColumn, IntegerColumn, StringColumn, TimestampColumn

FIRST_YEAR, END_YEAR = 1900, 2100
"""A time outside of these years is impossible."""
EXPECTED = "seconds, milliseconds or microseconds since 1970, or dates as 2024-02-28 14:47:18"
SECOND, DAY = 1_000_000, 86_400_000_000
LEAST_EPOCH = 10**8
"""Seconds since 1970 of no log are fewer; in a column with larger numbers, smaller ones mean that there is no time."""
SIZES = ((1e11, 1e6), (1e14, 1e3), (1e17, 1.0))
"""Below which size a number counts how many microseconds; larger ones are nanoseconds."""
ALWAYS = -(10**18)
ENGINE_WORDS = ("epoch", "infinity", "-infinity", "+infinity")
"""What the engine takes for a time whatever format it is asked for."""
NO_TIME = phrases.say("reasons.no_time")
IMPOSSIBLE = phrases.say("reasons.impossible_time")


@dataclass(frozen=True)
class Unit:
    """What numbers count, and from when."""

    microseconds: int
    parts: int = 1
    """A number counts `microseconds` / `parts`."""
    offset: int = 0
    """The number that 1970-01-01 has."""
    lowest: int = ALWAYS
    """Microseconds since 1970 before which there is no time: a 0 among real times."""


UNITS = {
    "seconds": Unit(SECOND),
    "milliseconds": Unit(1000),
    "microseconds": Unit(1),
    "nanoseconds": Unit(1, 1000),
    "minutes": Unit(60 * SECOND),
    "hours": Unit(3600 * SECOND),
    "days": Unit(DAY),
    "spreadsheet": Unit(DAY, offset=25_569),
    "ticks": Unit(1, 10, 621_355_968_000_000_000, 0),
    "filetime": Unit(1, 10, 116_444_736_000_000_000, 0),
    "webkit": Unit(1, offset=11_644_473_600_000_000, lowest=0),
    "cocoa": Unit(SECOND, offset=-978_307_200, lowest=978_307_200 * SECOND + LEAST_EPOCH * SECOND),
}
"""By name, as `data.time_unit` has it: `spreadsheet` days are counted from 1899-12-30, `ticks` (.NET) from year 1,
`filetime` (Windows) and `webkit` (Chrome) from 1601, `cocoa` (Apple) from 2001."""


@ibis.udf.scalar.builtin(name="try_strptime")  # type: ignore[untyped-decorator]
def _local(text: dt.String, pattern: dt.String) -> dt.Timestamp(scale=6): ...  # type: ignore[valid-type]


@ibis.udf.scalar.builtin(name="try_strptime")  # type: ignore[untyped-decorator]
def _zoned(text: dt.String, pattern: dt.String) -> dt.Timestamp(timezone="UTC", scale=6): ...  # type: ignore[valid-type]


@ibis.udf.scalar.builtin(name="make_timestamp")  # type: ignore[untyped-decorator]
def _moment(microseconds: dt.Int64) -> dt.Timestamp(scale=6): ...  # type: ignore[valid-type]


@ibis.udf.scalar.builtin(name="epoch_us")  # type: ignore[untyped-decorator]
def _since(moment: dt.Timestamp(scale=6)) -> dt.Int64: ...  # type: ignore[valid-type]


@dataclass(frozen=True)
class TimeReading:
    """How the times of one column are to be read."""

    formats: tuple[str, ...] = ()
    """Tried in order on texts that are neither numbers nor ISO."""
    digits: tuple[str, ...] = ()
    """Formats of numbers that are dates without separators: 20240228."""
    unit: str = ""
    """A name of `UNITS`; empty: seconds, milliseconds, microseconds or nanoseconds by size."""
    ordinal: bool = False
    """Numbers are positions in a history: 0, 1, 2 ..."""
    lowest: int = ALWAYS
    """Microseconds since 1970; numbers that say less are impossible: a 0 or -1 among real times means that there is
    none."""
    numbers: bool = False
    """The column has numbers, so that what they count is decided."""
    tidy: tuple[str, ...] = ()
    """Rules by which texts are tidied before their format is tried."""
    bare: int = 0
    """Digits of a time of day without anything between them, behind a date."""
    day_first: bool | None = None
    """Order of day and month; None where the column has no date that could be read both ways."""
    year_first: bool = False
    """Dates of three short numbers begin with the year."""
    notes: tuple[str, ...] = ()
    """What was decided, in words."""

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def of(cls, plain: "Mapping[str, Any]") -> Self:
        """What `plain` wrote; fields that are not known (any more) are passed over."""
        known = {field.name for field in fields(cls)}
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()
        }
        return cls(**{name: value for name, value in values.items() if name in known})


def parsed(text: "StringColumn", pattern: str) -> "TimestampColumn":
    """A text by one format, in UTC; null where it has another."""
    if pattern == NET:
        return _moment(text.re_extract(r"^@(-?\d{1,15})ms$", 1).try_cast("int64") * 1000)
    if pattern == AFTER_START:
        start, since = (text.re_extract(r"^(\d{9,10}) (\d{1,8})$", place).try_cast("int64") for place in (1, 2))
        return _moment(start * SECOND + since * 1000)
    if "%z" in pattern:
        return _zoned(text, pattern).cast(dt.Timestamp(scale=6))
    return _local(text, pattern)


def microseconds(text: "StringColumn", number: "FloatingColumn", reading: TimeReading) -> "FloatingColumn":
    """Microseconds since 1970 that a number says."""
    if reading.ordinal:
        return number
    if not reading.unit:
        size = number.abs()
        cases = ((size < limit, number * factor) for limit, factor in SIZES)
        return ibis.cases(*cases, else_=number / 1e3)
    unit = UNITS[reading.unit]
    if unit.parts > 1 or unit.offset > 1 << 53:
        # ticks have more digits than a float
        return (text.try_cast("int64") - unit.offset).cast("float64") * unit.microseconds / unit.parts
    return (number - unit.offset) * unit.microseconds


def cleaned(text: "StringColumn", reading: TimeReading) -> "StringColumn":
    """A text tidied but for the names of zones: what `tidy` and `reason` go on from."""
    return tidied_column(text, [rule for rule in reading.tidy if rule != ZONE_NAMES])


def tidy(text: "StringColumn", clean: "StringColumn", reading: TimeReading) -> "StringColumn":
    """What the formats of a reading are tried on, from a text and what is `cleaned` of it."""
    dated = text.lower().isin(ENGINE_WORDS).ifelse(None, clean)
    return clocked(tidied_column(dated, [rule for rule in reading.tidy if rule == ZONE_NAMES]), reading.bare)


def moment(
    text: "StringColumn", micro: "FloatingColumn", reading: TimeReading, tidied: "StringColumn | None" = None
) -> "TimestampColumn":
    """The time of each text, in UTC, null where it is none; which years are possible is not judged here.

    `tidied` is what `tidy` says of the texts, where that was a stage of its own: each format repeats it else.
    """
    if reading.digits:
        found = [parsed(_padded(text, pattern), pattern) for pattern in reading.digits]
    else:
        possible = (micro.abs() < 5e15) & (micro >= float(reading.lowest))
        found = [_moment(possible.ifelse(micro, None).round().try_cast("int64"))]
    if not reading.formats:
        return ibis.coalesce(*found, iso(text))
    tried = tidy(text, cleaned(text, reading), reading) if tidied is None else tidied
    return ibis.coalesce(*found, iso(text), *(parsed(tried, pattern) for pattern in reading.formats))


def clocked(tidy: "StringColumn", bare: int) -> "StringColumn":
    """Times of day without anything between their digits as wide as the widest: 845 as 0845."""
    if not bare:
        return tidy
    digits = tidy.re_extract(r" (\d{1,6})$", 1)
    wide = tidy.re_replace(r"\d{1,6}$", "") + digits.lpad(bare, "0")
    return (digits.length() > 0).ifelse(wide, tidy)


def reason(
    clean: "StringColumn", number: "FloatingColumn", moment: "TimestampColumn", reading: TimeReading
) -> "StringColumn":
    """Why a text, of which `clean` is what is `cleaned`, is no time that can be used; null if it is one."""
    possible = moment.year().between(FIRST_YEAR, END_YEAR - 1)
    zone = clean.re_extract(NAMED, 1)
    before, after = phrases.say("reasons.no_zone", zone="\0").split("\0")
    nowhere = (zone != "") & zone.notin(list(ZONES))
    none = moment.isnull() & number.isnull()
    if reading.ordinal:
        return ibis.cases((none, NO_TIME), (moment.isnull(), IMPOSSIBLE))
    return ibis.cases(
        (none & nowhere, ibis.literal(before) + zone + after),
        (none, NO_TIME),
        (moment.isnull() | ~possible, IMPOSSIBLE),
    )


def numeric(text: "StringColumn") -> "FloatingColumn":
    """The number that a text is, null for other texts, NaN and infinities; 44986,8196 has a decimal comma.

    A comma with three digits before and behind it may as well part thousands, and makes no number.
    """
    number = text.contains("_").ifelse(None, text).try_cast("float64")
    comma = text.contains(",").ifelse(text.re_extract(r"^-?\d{4,},\d+$", 0).replace(",", "."), None)
    number = ibis.coalesce(number, comma.try_cast("float64"))
    return (number.abs() < 1e20).ifelse(number, None)


def iso(text: "StringColumn") -> "TimestampColumn":
    """ISO 8601 and its like, zones turned to UTC; null for other texts and for years that no log has.

    The engine knows many names of zones, and reads some otherwise than most people mean them: of these only UTC and
    GMT are taken, and places as Europe/Berlin.
    """
    plain = (text.right(1) <= "9") | text.re_search(r"\d(Z| ?UTC| ?GMT)$|[a-z]/[A-Za-z_/]+$")
    time = plain.ifelse(text, None).try_cast(dt.Timestamp(timezone="UTC", scale=6)).cast(dt.Timestamp(scale=6))
    return time.year().between(FIRST_YEAR, END_YEAR).ifelse(time, None)


def position(moment: "TimestampColumn") -> "IntegerColumn":
    """The position that `at_position` keeps."""
    return _since(moment)


def at_position(place: "IntegerColumn") -> "TimestampColumn":
    """How an order without a clock keeps a position."""
    return _moment(place)


def _padded(text: "StringColumn", pattern: str) -> "StringColumn":
    """The digits of a whole number, with the zeros before it that a table may have lost."""
    whole: IntegerColumn = text.try_cast("int64")
    digits = whole.cast("string")
    return (digits.length() > width(pattern)).ifelse(None, digits.lpad(width(pattern), "0"))


def width(pattern: str) -> int:
    """Digits that a format without separators has.

    >>> width("%Y%m%d%H")
    10
    """
    return sum({"Y": 4, "g": 3}.get(part, 2) for part in pattern.split("%")[1:])
