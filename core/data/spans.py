"""When a log takes place: the days on which nearly all of it lies, and rows so far off that their times are doubtful.

A clock that was wrong gives a row of 1970 or of 2093. Such rows stay, and are told of by their numbers, but what asks
for the end of a log ("lately"), or cuts it into parts of equal length, asks for its usual days. All is counted by day.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core import phrases
from core.data import schema
from core.data.answers import row_of, rows_of
from core.data.remembering import remembered

if TYPE_CHECKING:
    from ibis.expr.types import Table

Ints = NDArray[np.int64]
DAY = 86_400_000_000
"""Microseconds of a day; not taken from where times are read, so that who trains a model loads no engine for tables."""
FEW, SHARE = 3, 0.01
"""So many rows at either end, or this share if it is more, may be strays."""
LEAST = 20
"""In a log with fewer events none is a stray."""
SLACK = 0.5
"""A stray lies further from the others than this share of the time that they span."""
TENFOLD = 10
"""Rows that stretch the time axis so much are told of."""
NAMED = 5
"""Rows that are told of by number."""
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001, times without a zone are UTC
EARLY = datetime(1995, 1, 1)  # noqa: DTZ001, times without a zone are UTC


@dataclass(frozen=True)
class Days:
    """Events by day: `day` counts from 1970 and rises, `events` are more than 0."""

    day: Ints
    events: Ints

    @classmethod
    def of(cls, time: Ints) -> "Days":
        """Of times in microseconds since 1970, in any order."""
        day = time // DAY
        counts = np.bincount(day - day.min()) if len(day) else np.zeros(0, np.int64)
        found = np.flatnonzero(counts)
        return cls(found + (day.min() if len(day) else 0), counts[found])

    def usual(self, slack: float | None = None) -> tuple[int, int]:
        """First and last day without strays; `slack` are days that an event may lie off, else a share of the span."""
        low, high = self._core()
        off = max(1.0, SLACK * (high - low + 1)) if slack is None else slack
        inside = self.day[(self.day >= low - off) & (self.day <= high + off)]
        return int(inside[0]), int(inside[-1])

    def axis(self) -> tuple[int, int]:
        """First and last day of a time axis: all, unless a few events stretch it tenfold."""
        low, high = self.usual()
        whole = int(self.day[-1] - self.day[0] + 1)
        return (low, high) if whole > TENFOLD * (high - low + 1) else (int(self.day[0]), int(self.day[-1]))

    def _core(self) -> tuple[int, int]:
        """Days between which all but those lie that may be strays."""
        before = np.cumsum(self.events)
        total = int(before[-1])
        strays = max(FEW, int(SHARE * total)) if total >= LEAST else 0
        low, high = np.searchsorted(before, (strays, total - 1 - strays), side="right")
        return int(self.day[low]), int(self.day[high])


def usual(time: Ints) -> tuple[int, int]:
    """First and last moment of times without strays, microseconds; raises `ValueError` without any."""
    return _moments(time, Days.of(time).usual())


def axis(time: Ints) -> tuple[int, int]:
    """First and last moment of a time axis, microseconds; raises `ValueError` without any."""
    return _moments(time, Days.of(time).axis())


def by_day(rows: "Table") -> Days:
    """Events of a table by day."""
    return span(rows)[0]


def span(rows: "Table") -> tuple[Days, datetime, datetime]:
    """Events of a table by day, the first moment and the last."""
    found = rows_of(_counted(rows))
    day = np.array([row["day"] for row in found], "datetime64[D]").astype(np.int64)
    events = np.array([row["events"] for row in found], np.int64)
    return Days(day, events), min(row["first"] for row in found), max(row["last"] for row in found)


@remembered
def _counted(rows: "Table") -> "Table":
    time = rows[schema.TIME]
    counted = rows.group_by(day=time.truncate("D")).aggregate(events=rows.count(), first=time.min(), last=time.max())
    return counted.order_by("day")


def doubts(rows: "Table", days: Days, first: datetime, last: datetime, now: datetime | None = None) -> list[str]:
    """What is odd about the times of rows (`line` and canonical columns), as texts fit to be written down."""
    soon = (now or datetime.now(UTC)).replace(tzinfo=None) + timedelta(days=1)
    low, high = (EPOCH + timedelta(days=day) for day in days.axis())
    time, found = rows[schema.TIME], []
    if last > soon:
        found.append(_told("future", rows.filter(time > soon), last))
    if first < EARLY:
        found.append(_told("early", rows.filter(time < EARLY), first))
    stretched = rows.filter((time < low) | (time >= high + timedelta(days=1)))
    if (low, high) != tuple(EPOCH + timedelta(days=int(days.day[place])) for place in (0, -1)):
        found.append(_told("stretched", stretched, high))
    if last - first < timedelta(hours=1) and int(days.events.sum()) > 1:
        found.append(phrases.packed(phrases.say("cautions.one_hour")))
    return found


def _told(name: str, rows: "Table", moment: datetime) -> str:
    """A caution with the number of rows and which they are; rows of an earlier log have no number any more."""
    count = int(row_of(rows.aggregate(n=rows.count()))["n"])
    lines = rows_of(rows.filter(rows.line >= 0).order_by("line").limit(NAMED).select("line"))
    named = ", ".join(_line(int(row["line"])) for row in lines) + (", .." if count > len(lines) else "")
    return phrases.packed(phrases.say(f"cautions.{name}", rows=count, lines=named, day=str(moment)[:10]))


def _line(line: int) -> str:
    file, place = divmod(line, schema.FILE_STEP)
    return f"{place} (file {file + 1})" if file else str(place)


def _moments(time: Ints, days: tuple[int, int]) -> tuple[int, int]:
    inside = time[(time >= days[0] * DAY) & (time < (days[1] + 1) * DAY)]
    return int(inside.min()), int(inside.max())
