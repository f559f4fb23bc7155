"""Days on which much that is new appears at once, and stays: perhaps a release or redesign that nobody has marked."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences, spans
from core.drift.overview.offered import Mark, reach, taken

Ints = NDArray[np.int64]
DAY = 86_400_000_000
MORE, DEVIATIONS = 0.15, 2.0
"""By how much the share of events of what has just appeared leaps, and by how many deviations it is above the usual."""
LASTING = 0.1
"""Share of all events after the day that are of what appeared then. What is less changes nobody's mix by much, as where
a contest brings its entries every year."""
BUSY = 0.25
"""Steps with a smaller part of the usual events, as at the ends of a log, say nothing."""
EARLY, LATE = 0.15, 0.15
"""In so much of a log at its beginning all is new; of what appears in its last part nobody knows whether it stays."""
TOOK = 50
"""Users who take up what appeared; of fewer it cannot be said that they did so because it was put before all."""
FEWEST = 12
"""Steps of a log from which on something can be called unusual."""


def breaks(log: Sequences) -> list[pd.Timestamp]:
    """Days from which on an unusual share of events is, and stays, of items or categories that appeared then, in order.

    None in logs without a clock, in short ones, and where new items come all the time.
    """
    if not len(log) or log.ordinal:
        return []
    first, last = spans.usual(log.time)
    step = reach(log)
    place = np.clip((log.time - first) // step, 0, None)
    count = int(place.max()) + 1
    if count < FEWEST:
        return []
    born = _born(log)[log.item]
    fresh = (place - (born - first) // step <= 1) & (born >= first + EARLY * (last - first))
    events = np.bincount(place, minlength=count)
    share = np.bincount(place[fresh], minlength=count) / np.maximum(events, 1)
    usual = np.median(share)
    noise = 1.4826 * np.median(np.abs(share - usual))
    busy = events >= BUSY * np.median(events)
    leap = np.diff(share, prepend=share[:1])
    found = np.flatnonzero((leap > MORE) & (share - usual > DEVIATIONS * noise) & busy)
    # What appears late in a step is most used in the next one.
    begins = found[np.diff(found, prepend=-2) > 1]
    days = [_day(fresh & (np.abs(place - each) <= 1), born) for each in begins]
    return [day for day in days if _lasts(log, day)]


def as_mark(day: pd.Timestamp) -> Mark:
    """A day that was found, as if somebody had marked it for everybody."""
    moment = int(day.value // 1000)
    return Mark(moment, moment)


def _lasts(log: Sequences, day: pd.Timestamp) -> bool:
    mark, (first, last) = as_mark(day), spans.usual(log.time)
    if mark.start > last - LATE * (last - first):
        return False
    events, later = taken(log, [mark]), log.time >= mark.start
    return bool(events.sum() >= LASTING * later.sum() and len(np.unique(log.user[events])) >= TOOK)


def _born(log: Sequences) -> Ints:
    """When each item appeared, (n_items,)."""
    seen = np.full(log.n_items, np.iinfo(np.int64).max)
    np.minimum.at(seen, log.item, log.time)
    return seen


def _day(events: NDArray[np.bool_], born: Ints) -> pd.Timestamp:
    """The day on which most of what these events are of appeared."""
    days = born[events] // DAY
    values, counts = np.unique(days, return_counts=True)
    return pd.Timestamp(int(values[counts.argmax()]), unit="D")
