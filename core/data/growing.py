"""A log that grows: the events of a data set as they lie there, and behind them those that came since.

Nothing of the log is copied. A user who gets new events has an order of their own: a run of rows in the log, then
rows among the new ones; an event that comes late is put where it belongs, behind those of the same time.
"""

from array import array
from bisect import bisect_right
from collections.abc import KeysView
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.sequences import Ints, Sequences
from core.data.variants import NEW, History, history_of, newcomer, stack

FIRST_ROWS = 1024


@dataclass(frozen=True)
class NewEvent:
    """An event that came after the log was read."""

    user: str
    item: int
    """Integer id; from the number of items on, items that the log does not know."""
    time: int
    """Microseconds since 1970 UTC, or a position where the log has no clock."""
    kind: int = 0
    weight: float = 1.0


class _Own:
    """Whose rows: `start` to `stop` of the log, then `rows`, where new events are numbered behind those of the log."""

    __slots__ = ("last", "rows", "start", "stop", "user")

    def __init__(self, user: int, start: int, stop: int, last: int) -> None:
        self.user, self.start, self.stop, self.last = user, start, stop, last
        self.rows = array("q")

    def __len__(self) -> int:
        return self.stop - self.start + len(self.rows)


class Growing:
    """Histories that get longer; not safe to use from several threads at once."""

    def __init__(self, log: Sequences, session_gap_minutes: float = 30.0) -> None:
        """`session_gap_minutes`: a longer pause before a new event starts a session."""
        self.log, self._gap = log, int(session_gap_minutes * 60e6)
        self._own: dict[str, _Own] = {}
        self._columns: dict[str, NDArray[Any]] = {
            name: np.empty(FIRST_ROWS, dtype=getattr(log, name).dtype) for name in ("item", "time", "kind", "weight")
        }
        self.added = 0
        """Events that came since."""

    @property
    def changed(self) -> KeysView[str]:
        """Users with new events."""
        return self._own.keys()

    def append(self, event: NewEvent) -> bool:
        """Add an event to a user's history, known or new; False if it came late and lies before the user's last."""
        row = self._written(event)
        own = self._own.get(event.user) or self._begun(event.user)
        if event.time >= own.last:
            own.rows.append(row)
            own.last = event.time
            return True
        if own.stop > own.start and event.time < self.log.time[own.stop - 1]:
            own.rows = array("q", range(own.start, own.stop)) + own.rows
            own.stop = own.start
        own.rows.insert(bisect_right(own.rows, event.time, key=self._time_of), row)
        return False

    def length(self, user: str) -> int:
        """Events of a user, old and new."""
        own = self._own.get(user)
        return len(own) if own else len(range(*self._range(user)))

    def person(self, user: str) -> int:
        """Integer id of a user in the log, `NEW` for one whom it does not know."""
        return self.log.user_position.get(user, NEW)

    def rows(self, user: str, first: int = 0) -> Ints:
        """Rows of a user's events from the `first` on, in time order; for `column`."""
        own = self._own.get(user) or _Own(NEW, *self._range(user), 0)
        start = min(own.start + first, own.stop)
        new = np.frombuffer(own.rows, dtype=np.int64)[max(0, first - (own.stop - own.start)) :]
        return np.concatenate((np.arange(start, own.stop), new)) if own.rows else np.arange(start, own.stop)

    def column(self, name: str, rows: Ints) -> NDArray[Any]:
        """`item`, `time`, `kind` or `weight` of some rows."""
        old, new = getattr(self.log, name), self._columns[name]
        recent = rows >= len(old)
        if recent.all():
            return np.asarray(new[rows - len(old)])
        found = old[np.where(recent, 0, rows)]
        found[recent] = new[rows[recent] - len(old)]
        return np.asarray(found)

    def newest(self, user: str, first: int) -> tuple[Ints, Ints, NDArray[np.bool_]]:
        """Items and times of a user's events from the `first` on, all of them new, and which of them open a session.

        Events on items that are not known are left out, as in `sequences`.
        """
        before = first
        while before and self.column("item", self.rows(user, before - 1)[:1])[0] >= self.log.n_items:
            before -= 1  # a session begins or goes on after the last event that counts
        rows = self.rows(user, max(0, before - 1))
        rows = rows[self.column("item", rows) < self.log.n_items]
        time = self.column("time", rows)
        opens = np.diff(self._sessions(rows, time), prepend=-1) != 0
        new = slice(min(before, 1), None)
        return self.column("item", rows)[new], time[new], opens[new]

    def in_log(self, event: NewEvent) -> bool:
        """Whether the log holds an event of the same user, item, time and kind."""
        start, stop = self._range(event.user)
        if start == stop or event.time > self.log.time[stop - 1]:  # as of nearly all
            return False
        return self._same(event, np.arange(start, stop), self.log.time[start:stop])

    def in_new(self, event: NewEvent) -> bool:
        """Whether such an event came since."""
        own = self._own.get(event.user)
        if own is None or event.time > own.last:
            return False
        rows = np.frombuffer(own.rows, dtype=np.int64)
        rows = rows[rows >= len(self.log)]
        return self._same(event, rows, self.column("time", rows))

    def sequences(self, user: str) -> Sequences:
        """A user's whole history as a log of its own, in which they are user 0; items that are not known left out."""
        place, own = self.person(user), self._own.get(user)
        base, place = (self.log, place) if place != NEW else (newcomer(self.log, user), 0)
        return stack(base, place, [self._history(user) if own and len(own.rows) else history_of(base, place)])

    def _history(self, user: str) -> History:
        rows = self.rows(user)
        rows = rows[self.column("item", rows) < self.log.n_items]
        time = self.column("time", rows)
        return History(
            item=self.column("item", rows),
            time=time,
            kind=self.column("kind", rows),
            weight=self.column("weight", rows),
            session=self._sessions(rows, time),
        )

    def _sessions(self, rows: Ints, time: Ints) -> Ints:
        """Sessions of the log where it has them, by pauses about new events."""
        old = rows < len(self.log)
        session = np.zeros(len(rows), dtype=np.int64)
        session[old] = self.log.session[rows[old]]
        both = old[1:] & old[:-1]
        gap = -1 if self.log.ordinal else self._gap
        starts = np.where(both, np.diff(session) != 0, np.diff(time) > gap)
        return np.concatenate(([0], np.cumsum(starts)))[: len(rows)].astype(np.int64)

    def _same(self, event: NewEvent, rows: Ints, time: Ints) -> bool:
        low, high = (int(np.searchsorted(time, event.time, side=side)) for side in ("left", "right"))
        if low == high:
            return False
        rows = rows[low:high]
        same = (self.column("item", rows) == event.item) & (self.column("kind", rows) == event.kind)
        return bool(same.any())

    def _range(self, user: str) -> tuple[int, int]:
        place = self.person(user)
        return (0, 0) if place == NEW else (int(self.log.offsets[place]), int(self.log.offsets[place + 1]))

    def _begun(self, user: str) -> _Own:
        start, stop = self._range(user)
        last = int(self.log.time[stop - 1]) if stop > start else np.iinfo(np.int64).min
        self._own[user] = own = _Own(self.person(user), start, stop, last)
        return own

    def _written(self, event: NewEvent) -> int:
        for name, column in self._columns.items():
            if self.added == len(column):
                self._columns[name] = column = np.concatenate((column, np.empty_like(column)))  # noqa: PLW2901
            column[self.added] = getattr(event, name)
        self.added += 1
        return len(self.log) + self.added - 1

    def _time_of(self, row: int) -> int:
        old = len(self.log)
        return int(self.log.time[row] if row < old else self._columns["time"][row - old])
