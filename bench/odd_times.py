"""How logs write their times: shapes of which the truth is known, for `python -m bench.ingest odd`."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

SECOND, MINUTE, HOUR, DAY = 10**6, 60 * 10**6, 3600 * 10**6, 86_400 * 10**6
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ZONES = {"UTC": 0, "GMT": 0, "Z": 0, "CET": 60, "CEST": 120, "EST": -300, "PDT": -420, "BST": 60}
"""Minutes that a zone is ahead of UTC."""
Cell = str | int | float


@dataclass(frozen=True)
class Shape:
    """One way to write a moment."""

    name: str
    step: int
    """Microseconds that it tells apart; truth is rounded down to them."""
    write: Callable[[int, random.Random], tuple[Cell, ...]]
    """Microseconds since 1970 to cells; for positions a place in a history to its cell."""
    headers: tuple[str, ...] = ()
    """Names of its columns that tell the unit, or the two columns; empty: any name of a time."""
    doubt: bool = False
    """Whether a careful person would have to ask what it means."""
    ordinal: bool = False
    """Whether it is an order without a clock."""
    bare: bool = False
    """Whether its numbers are known for times only by the name of their column."""
    relative: bool = False
    """Whether it counts from the first event of the log."""


def _at(micro: int, minutes: int = 0) -> datetime:
    return (EPOCH + timedelta(microseconds=micro)).astimezone(timezone(timedelta(minutes=minutes)))


def _text(name: str, pattern: str, step: int = SECOND, *, bare: bool = False) -> Shape:
    """A strftime pattern in UTC; `bare` takes the zeros off days, months and hours, as people do."""

    def write(micro: int, _: random.Random) -> tuple[Cell, ...]:
        text = _at(micro).strftime(pattern)
        return (text.replace("/0", "/").replace(" 0", " ").removeprefix("0") if bare else text,)

    return Shape(name, step, write)


def _zoned(name: str, pattern: str, *, one: bool = False, colon: bool = False) -> Shape:
    """Local times with their offset; `one`: the same for all rows."""

    def write(micro: int, rng: random.Random) -> tuple[Cell, ...]:
        text = _at(micro, 60 if one else rng.choice([60, 120, -300, 330])).strftime(pattern)
        return (f"{text[:-2]}:{text[-2:]}" if colon else text,)

    return Shape(name, SECOND, write)


def _abbreviated(micro: int, rng: random.Random) -> tuple[Cell, ...]:
    zone = rng.choice(list(ZONES))
    return (f"{_at(micro, ZONES[zone]):%Y-%m-%d %H:%M:%S} {zone}".replace(" Z", "Z"),)


def _number(
    name: str, unit: int, since: datetime = EPOCH, headers: tuple[str, ...] = (), *, doubt: bool = False
) -> Shape:
    """Whole units since a day."""
    start = round((since - EPOCH).total_seconds()) * SECOND
    return Shape(name, max(unit, 1), lambda micro, _: ((micro - start) // unit,), headers, doubt)


def _digits(name: str, pattern: str, step: int, *, doubt: bool = False) -> Shape:
    return Shape(name, step, lambda micro, _: (int(_at(micro).strftime(pattern)),), doubt=doubt)


def _two(name: str, first: str, second: str, step: int, headers: tuple[str, str]) -> Shape:
    """A date and a time of day in two columns."""
    return Shape(name, step, lambda micro, _: (_at(micro).strftime(first), _at(micro).strftime(second)), headers)


SHAPES = (
    _number("epoch s", SECOND),
    _number("epoch ms", 1000),
    _number("epoch us", 1),
    Shape("epoch ns", 1, lambda micro, _: (micro * 1000,)),
    Shape("epoch s as float", SECOND, lambda micro, _: (float(micro // SECOND),)),
    Shape("epoch s with fraction", 1000, lambda micro, _: (f"{micro // 1000 / 1000:.3f}",)),
    _text("iso with space", "%Y-%m-%d %H:%M:%S"),
    _text("iso with T", "%Y-%m-%dT%H:%M:%S"),
    _text("iso with Z", "%Y-%m-%dT%H:%M:%SZ"),
    Shape("iso with milliseconds", 1000, lambda micro, _: (_at(micro).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",)),
    _text("iso with microseconds", "%Y-%m-%d %H:%M:%S.%f", 1),
    _text("iso minutes", "%Y-%m-%d %H:%M", MINUTE),
    _text("iso date", "%Y-%m-%d", DAY),
    _text("iso with UTC", "%Y-%m-%d %H:%M:%S UTC"),
    _zoned("iso +02:00", "%Y-%m-%dT%H:%M:%S%z", colon=True),
    _zoned("iso +0200", "%Y-%m-%dT%H:%M:%S%z", one=True),
    _zoned("iso +0200 after a space", "%Y-%m-%d %H:%M:%S %z"),
    Shape("zone names", SECOND, _abbreviated),
    _text("d/m/Y H:M", "%d/%m/%Y %H:%M", MINUTE),
    _text("m/d/Y H:M", "%m/%d/%Y %H:%M", MINUTE),
    _text("m/d/y H:M bare", "%m/%d/%y %H:%M", MINUTE, bare=True),
    _text("d.m.Y H:M:S", "%d.%m.%Y %H:%M:%S"),
    _text("d-m-Y", "%d-%m-%Y", DAY),
    _text("m/d/Y", "%m/%d/%Y", DAY),
    _text("Y/m/d H:M:S", "%Y/%m/%d %H:%M:%S"),
    _text("m/d/Y with AM/PM", "%m/%d/%Y %I:%M:%S %p"),
    _text("iso with AM/PM", "%Y-%m-%d %I:%M:%S %p"),
    _text("Feb 28, 2014", "%b %d, %Y", DAY),
    _text("Feb 28, 2014 2:47 PM", "%b %d, %Y %I:%M %p", MINUTE, bare=True),
    _text("28-Feb-14", "%d-%b-%y", DAY),
    _text("28 February 2014", "%d %B %Y", DAY),
    _text("年月日", "%Y年%m月%d日 %H:%M:%S"),
    _text("mail", "%a, %d %b %Y %H:%M:%S +0000"),
    _text("http", "%a, %d %b %Y %H:%M:%S GMT"),
    _text("ctime", "%a %b %d %H:%M:%S %Y"),
    _zoned("twitter", "%a %b %d %H:%M:%S %z %Y"),
    _zoned("apache", "[%d/%b/%Y:%H:%M:%S %z]"),
    _digits("20240228", "%Y%m%d", DAY),
    _digits("20240228144718", "%Y%m%d%H%M%S", SECOND),
    _digits("202402281447", "%Y%m%d%H%M", MINUTE),
    _digits("2024022814", "%Y%m%d%H", HOUR),
    _digits("240228", "%y%m%d", DAY, doubt=True),
    _text("20240228T144718Z", "%Y%m%dT%H%M%SZ"),
    _text("2024-02-28 14", "%Y-%m-%d %H", HOUR),
    Shape("excel days", MINUTE, lambda micro, _: (round(micro // MINUTE / 1440 + 25_569, 8),), bare=True),
    _number("excel whole days", DAY, datetime(1899, 12, 30, tzinfo=UTC), ("date",)),
    _number("days since 1970", DAY, headers=("day",)),
    _number("hours since 1970", HOUR, headers=("hour",), doubt=True),
    _number("minutes since 1970", MINUTE, headers=("minutes",), doubt=True),
    Shape("ticks of .NET", SECOND, lambda micro, _: (micro // SECOND * 10**7 + 621_355_968_000_000_000,)),
    Shape("FILETIME", SECOND, lambda micro, _: (micro // SECOND * 10**7 + 116_444_736_000_000_000,)),
    _number("webkit", 1, datetime(1601, 1, 1, tzinfo=UTC)),
    _number("cocoa", SECOND, datetime(2001, 1, 1, tzinfo=UTC), doubt=True),
    replace(_number("seconds of the log", SECOND), doubt=True, relative=True),
    _digits("year", "%Y", 366 * DAY, doubt=True),
    _two("date + time", "%Y-%m-%d", "%H:%M:%S", SECOND, ("date", "time")),
    _two("d/m/Y + H:M", "%d/%m/%Y", "%H:%M", MINUTE, ("Date", "Time")),
    _two("20240228 + 1447", "%Y%m%d", "%H%M", MINUTE, ("date", "hhmm")),
    Shape("positions from 0", 1, lambda place, _: (place,), ("position",), ordinal=True),
    Shape("positions from 1", 1, lambda place, _: (place + 1,), ("timestamp",), ordinal=True),
    Shape("order number", 1, lambda place, _: (place + 1,), ("order_number",), ordinal=True),
)
