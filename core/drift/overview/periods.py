"""Users in the periods of a log: how many were active in each, and what share of them is meant; group by group."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences, schema, spans

Ints = NDArray[np.int64]
NORMAL_95 = 1.959964
"""Normal quantile of a two-sided 95 % interval."""


def calendar(sequences: Sequences, unit: str) -> pd.DatetimeIndex:
    """Start of each period that a time axis shows, from the first to the last."""
    if not len(sequences):
        return pd.DatetimeIndex([])
    first, last = (pd.Timestamp(int(end), unit="us") for end in spans.axis(sequences.time))
    return pd.period_range(first, last, freq=unit).start_time


def on_axis(sequences: Sequences) -> NDArray[np.bool_]:
    """Events that a time axis shows: all, unless a few stretch it tenfold."""
    if not len(sequences):
        return np.zeros(0, dtype=bool)
    first, last = spans.axis(sequences.time)
    shown: NDArray[np.bool_] = (sequences.time >= first) & (sequences.time <= last)
    return shown


def period_of(starts: pd.DatetimeIndex, times: Ints) -> Ints:
    """Period of each time, as a place in a calendar."""
    return np.searchsorted(starts.to_numpy("datetime64[us]").astype(np.int64), times, side="right") - 1


def active(table: pd.DataFrame, sequences: Sequences, starts: pd.DatetimeIndex) -> tuple[Ints, Ints]:
    """Row of the table and period, for each period that a tested user has events in."""
    tested = np.flatnonzero(table["status"] == "ok")
    users = np.array([sequences.user_position[user] for user in table[schema.USER].iloc[tested]], dtype=np.int64)
    place = np.zeros(sequences.n_users, dtype=np.int64)
    place[users] = tested
    rows = sequences.rows_of_all(users)
    rows = rows[on_axis(sequences)[rows]]
    user, period = sequences.user[rows], period_of(starts, sequences.time[rows])
    first = (np.diff(user, prepend=-1) != 0) | (np.diff(period, prepend=-1) != 0)  # times rise within a user
    return place[user[first]], period[first]


def counts(pairs: tuple[Ints, Ints], group: Ints, periods: int) -> Ints:
    """Users of each group in each period, (n_groups, n_periods)."""
    number, period = group[pairs[0]], pairs[1]
    cells = (number * periods + period)[number >= 0]
    groups = int(group.max(initial=0)) + 1
    return np.bincount(cells, minlength=groups * periods).reshape(groups, periods)


def shares(starts: pd.DatetimeIndex, users: Ints, drifted: Ints) -> pd.DataFrame:
    """What `share_over_time` tells, from users and drifted users in each period."""
    there = users > 0
    there[there] = users[there] >= np.median(users[there]) / 10 if there.any() else False
    users, drifted = users[there], drifted[there]
    low, high = wilson(drifted, users)
    counts = {schema.TIME: starts[there], "users": users, "drifted": drifted}
    return pd.DataFrame({**counts, "share": drifted / users, "low": low, "high": high})


def wilson(successes: NDArray[Any], trials: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Interval of a share, 95 % (Wilson 1927)."""
    share, z2 = successes / trials, NORMAL_95**2
    centre = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = NORMAL_95 / (1 + z2 / trials) * np.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
