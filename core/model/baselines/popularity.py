"""Rankers that ask only what others had: over all time, or lately."""

from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.data import Sequences, spans
from core.model.baselines.matrices import item_counts
from core.model.ranking import Scores
from core.progress import Progress, silent


class Popularity:
    """Items by their number of events."""

    name = "popularity"

    def fit(self, train: Sequences, *, seed: int = 0, progress: Progress = silent) -> Self:  # noqa: ARG002
        """Count the events of each item."""
        self._counts = item_counts(train).astype(np.float32)
        return self

    def scores(self, histories: Sequences, users: NDArray[np.int64]) -> Scores:  # noqa: ARG002
        """The same counts for everyone, (len(users), n_items)."""
        return np.tile(self._counts, (len(users), 1))


class RecentPopularity:
    """Items by their events up to the user's last one, each counted half as much a half-life further back.

    Counts are kept at `moments` moments between which equally many events lie; a user sees those of the
    latest moment not after the last event, so that nothing is learned from a user's future. A log
    without a clock has no recency: there it is plain popularity.
    """

    name = "recent-popularity"

    def __init__(self, share: float = 0.05, moments: int = 100) -> None:
        self._share = share
        self._moments = moments

    def fit(self, train: Sequences, *, seed: int = 0, progress: Progress = silent) -> Self:  # noqa: ARG002
        """Decayed counts at each moment; the half-life is a share of the time that the log spans.

        Strays are left out, or one row of a wrong clock would be all that is new.
        """
        counts = item_counts(train).astype(np.float64)
        self._times = np.zeros(1, dtype=np.int64)
        self._counts = counts[None].astype(np.float32)
        if len(train) == 0 or train.ordinal:
            return self
        order = np.argsort(train.time, kind="stable")
        first, last = spans.usual(train.time)
        order = order[(train.time[order] >= first) & (train.time[order] <= last)]
        times, items = train.time[order], train.item[order]
        if times[0] == times[-1]:
            return self
        self._times = np.unique(np.quantile(times, np.linspace(0, 1, self._moments + 1)[1:]).astype(np.int64))
        self._counts = _decayed(times, items, self._times, self._share * float(times[-1] - times[0]), train.n_items)
        return self

    def scores(self, histories: Sequences, users: NDArray[np.int64]) -> Scores:
        """Counts at each user's last event; at the end of the log for a user without events."""
        last = np.full(len(users), self._times[-1])
        some = histories.lengths[users] > 0
        last[some] = histories.time[histories.offsets[users[some] + 1] - 1]
        moment = np.clip(np.searchsorted(self._times, last, side="right") - 1, 0, None)
        return np.take(self._counts, moment, axis=0)


def _decayed(
    times: NDArray[np.int64], items: NDArray[np.int32], moments: NDArray[np.int64], half_life: float, n_items: int
) -> NDArray[np.float32]:
    """Decayed counts of each item at each moment, (n_moments, n_items)."""
    counts = np.zeros((len(moments), n_items), dtype=np.float32)
    total, before, start = np.zeros(n_items), moments[0], 0
    for place, moment in enumerate(moments):
        end = int(np.searchsorted(times, moment, side="right"))
        weights = 0.5 ** ((moment - times[start:end]) / half_life)
        total = total * 0.5 ** ((moment - before) / half_life)
        total += np.bincount(items[start:end], weights=weights, minlength=n_items)
        counts[place], before, start = total, moment, end
    return counts
