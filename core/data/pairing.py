"""A moment that stands in several columns: a date and a time of day, or year, month and day.

Such columns are named together, `date+time`; their cells, with a blank between, are read as one text.
"""

import re
from collections.abc import Collection, Mapping, Sequence

from core.data import schema
from core.data.dialects import NUMBER, plain, tails
from core.data.time_texts import CLOCK_ONLY, formats_of, looks_like_time, shape, tidied

JOINT = "+"
PARTS = ("year", "month", "day", "hour", "minute", "second")
"""Names of the parts of a date, the larger first; three of them make one."""
CLOCKS = ("time", "hour", "hhmm", "clock", "zeit", "uhr", "heure", "hora", "tijd", "czas", "saat", "时间", "時刻",
          "시간", "время")  # fmt: skip
"""What names of columns with a time of day have."""
LENGTHS = ("duration", "length", "watch", "play", "dwell", "spent", "zone")
"""Names with these are no times of day."""
STARTS = ("visitstarttime", "sessionstarttime", "visitstart", "sessionstart")
"""Names of the moment when a visit began, in seconds since 1970."""
SINCE = ("hitstime", "hittime", "hitoffset", "hitoffsetms", "offsetms", "timeoffsetms", "mssincestart", "elapsedms")
"""Names of milliseconds since then."""
LONGEST = 7 * 86_400_000
"""Milliseconds that no visit lasts."""
OFFSET = re.compile(r"^[+-]\d{2}:?\d{2}\]?$")


def parts_of(name: str, names: Sequence[str]) -> tuple[str, ...]:
    """The columns of a file that a name stands for.

    >>> parts_of("date+time", ["date", "time"]), parts_of("a+b", ["a+b"])
    (('date', 'time'), ('a+b',))
    """
    return (name,) if name in names else tuple(part.strip() for part in name.split(JOINT))


def joined(
    columns: Mapping[str, str], values: Mapping[str, list[str]], *, named: bool, still: Collection[str] = ()
) -> str:
    """The columns that the time of a log stands in together, or one that has it whole and finer; empty for neither.

    `columns` are those that were found so far, `values` some cells of every column, none empty; `still` are those that
    never change within a user: a bare number beside the day of signing up is no hour.
    """
    time = columns.get(schema.TIME)
    taken = {name for column, name in columns.items() if column in (schema.USER, schema.ITEM)}
    free = [name for name in values if name not in taken and values[name]]
    if dated := _calendar(time, free, values) or _since_start(time, free, values):
        return dated
    days = [name for name in free if _all(values[name], _is_day)]
    clocks = [name for name in free if _is_clock(name, values[name], named=named) and name not in days]
    days = [name for name in days if name not in still] or days
    if set(days) <= set(still):
        clocks = [name for name in clocks if not _all(values[name], _is_bare_clock)]
    if days and clocks and (time is None or time in days or time in clocks):
        whole = [
            name
            for name in free
            if any(word in plain(name) for word in CLOCKS) and name not in (*days, *clocks, *still)
        ]
        if finer := [name for name in whole if _all(values[name], looks_like_time)]:
            return finer[0]
        day = time if time in days else _nearest(time or clocks[0], days, free)
        return JOINT.join((day, time if time in clocks else _nearest(day, clocks, free)))
    behind = free[free.index(time) + 1 : free.index(time) + 2] if time in free else []
    if named and time and behind and _all(values[behind[0]], lambda cell: bool(OFFSET.match(cell))):
        return JOINT.join((time, behind[0]))
    return ""


def _calendar(time: str | None, free: Sequence[str], values: Mapping[str, list[str]]) -> str:
    """Year, month and day, with whatever smaller parts there are."""
    called = {plain(name): name for name in free if _all(values[name], lambda cell: bool(NUMBER.match(cell)))}
    parts = [called[part] for part in PARTS if part in called]
    if not {"year", "month", "day"} <= set(called) or (time and time not in parts):
        return ""
    return JOINT.join(parts)


def _since_start(time: str | None, free: Sequence[str], values: Mapping[str, list[str]]) -> str:
    """When a visit began, and how long after that each of its events was."""
    starts = [name for name in free if {plain(name), *tails(name)} & set(STARTS) and _all(values[name], _is_epoch)]
    since = [name for name in free if {plain(name), *tails(name)} & set(SINCE) and _all(values[name], _is_since)]
    if not starts or not since or time not in (None, *starts, *since):
        return ""
    return JOINT.join((starts[0], since[0]))


def _is_epoch(cell: str) -> bool:
    return bool(re.fullmatch(r"\d{9,10}", cell))


def _is_since(cell: str) -> bool:
    return cell.isdecimal() and int(cell) < LONGEST


def _all(cells: Sequence[str], fits: "object") -> bool:
    """Whether nearly all cells fit; the first of many that do not are enough to know."""
    assert callable(fits)
    left = len(cells)
    for cell in cells:
        left -= not fits(cell)
        if left <= 0.9 * len(cells):
            return False
    return left > 0


def _is_day(cell: str) -> bool:
    """Whether a cell is a date without a time of day, or with midnight for one."""
    text = re.sub(r" 00:00(:00(\.0+)?)?( \+00:?00)?$", "", tidied(cell))
    if NUMBER.match(text):
        return bool(re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", text))
    found = formats_of(shape(text), day_first=False)
    return found is not None and "%d" in found and not re.search("%[HI]", found)


def _is_clock(name: str, cells: Sequence[str], *, named: bool) -> bool:
    """Whether a column holds times of day: 8:15, or 815 where the name says so."""
    called = plain(name)
    if named and (not any(word in called for word in CLOCKS) or any(word in called for word in LENGTHS)):
        return False
    if _all(cells, lambda cell: bool(CLOCK_ONLY.match(shape(tidied(cell))))):
        return True
    return named and _all(cells, _is_bare_clock)


def _is_bare_clock(cell: str) -> bool:
    """An hour, or hours and minutes without anything between."""
    return bool(re.fullmatch(r"([01]?\d|2[0-3])([0-5]\d){0,2}|[0-5]?\d", cell))


def _nearest(name: str, names: Sequence[str], order: Sequence[str]) -> str:
    return min(names, key=lambda other: (abs(order.index(other) - order.index(name)), order.index(other)))
