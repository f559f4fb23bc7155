"""Users whose interests change while their events come: each is told of once."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from core.data import Growing, NewEvent
from core.drift import Watcher
from core.stream.journal import Flag


class Alarm:
    """The live drift test on a stream."""

    def __init__(self, watcher: Watcher, known: Iterable[str]) -> None:
        """`known` are users who were told of before, by the log or by this stream."""
        self.watcher, self._known = watcher, set(known)

    def heard(self, histories: Growing, events: Sequence[NewEvent]) -> list[Flag]:
        """Flags of a step, after its events were put into the histories; a late event is judged where it lies now."""
        found = []
        for user, new in Counter(event.user for event in events).items():
            if user in self._known or histories.length(user) < self.watcher.least:
                continue
            alone = histories.sequences(user)
            evidence, since = self.watcher.heard(alone, new)
            above = np.flatnonzero(evidence > self.watcher.limit)
            if len(above):
                first, start = int(above[0]), len(alone) - len(evidence)
                times = (int(alone.time[start + first]), int(alone.time[since[first]]))
                found.append(Flag(user, *times, float(evidence[first])))
                self._known.add(user)
        return found
