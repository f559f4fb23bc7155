"""Users whose interests change while their events come: each is told of once.

What the test remembers of a user is kept from step to step, so that an event costs the same after ten events and after
ten thousand. Only who has not been heard of for long, or gets an event out of order, has the whole history read again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.data import Growing, NewEvent
from core.drift import Watch, Watcher
from core.stream.journal import Flag

REMEMBERED = 4000
"""Users of whom it is remembered what the test needs, those last heard of: some 20 kB each."""


@dataclass
class _Heard:
    """A user up to the last event that was taken in."""

    watch: Watch
    events: int
    """Events taken in, those on unknown items among them."""
    last: int
    """Time of the last of them: an event before it comes out of order."""


class Alarm:
    """The live drift test on a stream."""

    def __init__(self, watcher: Watcher, known: Iterable[str]) -> None:
        """`known` are users who were told of before, by the log or by this stream."""
        self.watcher, self._known = watcher, set(known)
        self._heard: dict[str, _Heard] = {}

    def heard(self, histories: Growing, events: Sequence[NewEvent]) -> list[Flag]:
        """Flags of a step, after its events were put into the histories; a late event is judged where it lies now."""
        came: dict[str, list[int]] = {}
        for event in events:
            came.setdefault(event.user, []).append(event.time)
        found = []
        for user, times in came.items():
            if user in self._known or histories.length(user) < self.watcher.least:
                continue
            flag = self._flag(histories, user, times)
            if flag:
                found.append(flag)
                self._known.add(user)
                del self._heard[user]
        return found

    def _flag(self, histories: Growing, user: str, times: list[int]) -> Flag | None:
        """The flag that a user's new events bring, if they do."""
        heard = self._heard.pop(user, None)
        if heard is None or min(times) < heard.last:
            return self._read(histories, user, len(times))
        self._keep(user, heard)
        items, moments, opens = histories.newest(user, heard.events)
        heard.events, heard.last = histories.length(user), max(times)
        for item, time, begins in zip(items.tolist(), moments.tolist(), opens.tolist(), strict=True):
            if self.watcher.update(heard.watch, item, time, opens=begins):
                since = histories.sequences(user).time[heard.watch.since]
                return Flag(user, time, int(since), heard.watch.evidence)
        return None

    def _read(self, histories: Growing, user: str, new: int) -> Flag | None:
        """As `_flag`, from the whole history."""
        alone = histories.sequences(user)
        evidence, since, watch = self.watcher.followed(alone, new)
        last = histories.column("time", histories.rows(user, histories.length(user) - 1))
        self._keep(user, _Heard(watch, histories.length(user), int(last[0])))
        above = np.flatnonzero(evidence > self.watcher.limit)
        if not len(above):
            return None
        first = int(above[0])
        times = alone.time[[len(alone) - len(evidence) + first, since[first]]]
        return Flag(user, int(times[0]), int(times[1]), float(evidence[first]))

    def _keep(self, user: str, heard: _Heard) -> None:
        """Remember a user as the last one heard of, and forget who was not heard of for longest."""
        self._heard[user] = heard
        if len(self._heard) > REMEMBERED:
            del self._heard[next(iter(self._heard))]
