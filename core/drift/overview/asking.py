"""How much of what is asked for each session of a user holds: what a question to a history stands on.

An event counts by how far its item is what is asked for. The population's trend is taken out, else the season of
something would be everyone's turn to it. A session tells less than as many single events would: the variance of its
share, m (1 - m) (a + b / n) for n events of a user with the share m, gives the events that it is worth.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.data import Sequences
from core.drift.evidence import HEAVIEST, LIGHTEST, WIDEST, periods

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROUNDS, CALM = 3, 20.0
"""Steps between the trend and the users' shares, and asked events of the usual share that a period begins with."""
FEWEST_SESSIONS = 4
"""Sessions of users whom the worth of a session is learned from."""
LEAST_NOISE = 0.02
"""Least variance of a single event, in m (1 - m): items may be more or less what is asked for."""
LEAST_BETWEEN, MOST_BETWEEN = 0.02, 0.7
"""Bounds of the variance of shares between users, in m (1 - m)."""


@dataclass(frozen=True, eq=False)
class Asked:
    """Sessions of all users, by what is asked for."""

    row: Ints
    """First event of each session, (n_sessions,)."""
    user: Ints
    """Its user."""
    events: Floats
    """Its events, less the trend."""
    found: Floats
    """Those of them that are what is asked for, each as far as it is."""
    users: int

    @cached_property
    def offsets(self) -> Ints:
        """First session of each user, (users + 1,)."""
        return np.searchsorted(self.user, np.arange(self.users + 1))

    @cached_property
    def share(self) -> Floats:
        """Share of its user's events that are what is asked for, (n_sessions,)."""
        events, found = (np.bincount(self.user, values, self.users) for values in (self.events, self.found))
        return np.asarray((found / np.maximum(events, 1e-9))[self.user])

    @cached_property
    def worth(self) -> Floats:
        """Single events that each session tells as much as."""
        lasting, single = _noise(self)
        return np.asarray(1 / (lasting + single / self.events))

    @cached_property
    def told(self) -> Floats:
        """Those of them that are what is asked for."""
        return np.asarray(self.found / self.events * self.worth)

    @cached_property
    def usual(self) -> tuple[float, float]:
        """Beta distribution of the users' shares, by the method of moments."""
        worth, told = (np.bincount(self.user, values, self.users) for values in (self.worth, self.told))
        there = worth > 0
        mean = float(np.clip(told.sum() / max(worth.sum(), 1e-9), 1e-6, 1 - 1e-6))
        off = told[there] / worth[there] - mean
        spread = ((worth[there] * off**2).sum() - there.sum() * mean * (1 - mean)) / max(worth.sum(), 1e-9)
        between = float(np.clip(spread / (mean * (1 - mean)), LEAST_BETWEEN, MOST_BETWEEN))
        return mean * (1 / between - 1), (1 - mean) * (1 / between - 1)


def asked_of(log: Sequences, relevance: NDArray[np.float32]) -> Asked:
    """Sessions of a log by how far each item is what is asked for, 0 to 1, (n_items,).

    Where the log has no clock, a run of events that are it, or are not, is a session.
    """
    amount = relevance[log.item].astype(np.float64)
    part = np.asarray(amount >= 0.5).astype(np.int64) if log.ordinal else log.session
    row = np.flatnonzero((np.diff(part, prepend=-1) != 0) | (np.diff(log.user, prepend=-1) != 0))
    if not len(row):
        return Asked(row, row, np.zeros(0), np.zeros(0), log.n_users)
    events = np.diff(np.append(row, len(log))).astype(np.float64)
    found = Asked(row, log.user[row], events, np.add.reduceat(amount, row), log.n_users)
    return found if log.ordinal else _calm(found, log.time[row])


def _calm(asked: Asked, time: Ints) -> Asked:
    """The same less the trend: one tilt b of the odds in each period, an event counting Z / b or Z, as in `trend`.

    Z, the mean tilt of the user's events, makes the expected shares of any period those of the user.
    """
    period = np.searchsorted(periods(time), time, side="right")
    tilt, calm = np.ones(int(period.max()) + 1), asked
    for _ in range(ROUNDS):
        share, own = calm.share, tilt[period]
        mean = 1 - share + share * own
        expected = np.bincount(period, asked.events * share * own / mean)
        tilt = tilt * (np.bincount(period, asked.found) + CALM) / (expected + CALM)
        tilt = np.clip(tilt / np.average(tilt, weights=np.bincount(period)), 1 / WIDEST, WIDEST)
        own = tilt[period]
        mean = 1 - share + share * own
        found = asked.found * np.clip(mean / own, LIGHTEST, HEAVIEST)
        others = (asked.events - asked.found) * np.clip(mean, LIGHTEST, HEAVIEST)
        calm = replace(asked, events=found + others, found=found)
    return calm


def _noise(asked: Asked) -> tuple[float, float]:
    """Variance of a session's share that stays however long it is, and that of a single event, in m (1 - m)."""
    whole = np.bincount(asked.user, asked.events, asked.users)[asked.user]
    count = np.bincount(asked.user, minlength=asked.users)[asked.user]
    chosen = (count >= FEWEST_SESSIONS) & (asked.share > 0) & (asked.share < 1)
    own, size = asked.share[chosen], asked.events[chosen]
    room = own * (1 - own)
    square = (asked.found[chosen] / size - own) ** 2 / np.maximum(1 - size / whole[chosen], 0.1)
    parts = np.stack([np.ones(len(size)), 1 / size], axis=1)
    weight = (room * size)[:, None] * parts
    left, right = weight.T @ parts, (size[:, None] * parts).T @ square
    if not len(size) or np.linalg.matrix_rank(left) < 2:
        return 0.0, 1.0
    lasting, single = np.linalg.solve(left, right)
    if lasting < 0:
        lasting, single = 0.0, right[1] / left[1, 1]
    return float(lasting), float(max(single, LEAST_NOISE))
