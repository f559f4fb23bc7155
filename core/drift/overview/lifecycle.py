"""Who came, came back, turned and left, in each period of a log; how long people stay; what they did before they left.

All of it needs a clock. Who left is known until some time before the end of the log only: see `staying`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from core.data import Sequences, schema
from core.drift.overview import periods, population, staying
from core.drift.overview.periods import NORMAL_95, wilson

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
NEW, RETURNING, DRIFTED, GONE = "new", "returning", "drifted", "gone"
KINDS = (NEW, RETURNING, DRIFTED, GONE)
PERIODS = (schema.TIME, "kind", "users", "of", "share", "low", "high")
BEFORE = ("what", "kind", "leaving", "others", "difference", "low", "high")
FEWEST = 5
"""Users who leave, and others, in a period that are held against each other."""
GROUPS = 6
"""Periods of arrival that have a curve of their own, at most."""


@dataclass(frozen=True, eq=False)
class Life:
    """The users of a log over time."""

    periods: pd.DataFrame
    """`PERIODS`: of how many (`of`: active; of the drifted: active who could be judged) each kind is what share."""
    stay: pd.DataFrame
    """`staying.STAY` and group: everybody (empty), then whoever came in a period, by its first day."""
    before: pd.DataFrame
    """`BEFORE`: what whoever left did in their last period, beside others in the same one."""
    silence: float
    """Days without an event after which somebody is taken for gone."""
    known: pd.Timestamp
    """Until when it is known who has gone."""
    unit: str


def life(table: pd.DataFrame, sequences: Sequences, everyone: Sequences | None = None) -> Life | None:
    """All of it, of a judged drift table and the log of its users; None without a clock or events.

    `everyone`: the whole log where that is one of some users, which silence and periods are then learned from.
    """
    whole = sequences if everyone is None else everyone
    unit = population.period_unit(whole)
    if not unit or not len(sequences):
        return None
    found, starts = staying.lives(sequences, whole), periods.calendar(whole, unit)
    cells = _cells(sequences, starts)
    turned = _turned(table, sequences, starts)
    return Life(
        _by_period(table, sequences, starts, (found, cells, turned)),
        _curves(found, whole, population.COARSER[unit]),
        _before(sequences, (found, cells, turned), starts),
        found.silence / staying.DAY,
        pd.Timestamp(found.known, unit="us"),
        unit,
    )


def beside(found: Life, name: str, everybody: "Life | None") -> pd.DataFrame:
    """The curve of some users under a name, and that of everybody: as `Life.stay`."""
    parts = [found.stay[found.stay["group"] == ""].assign(group=name)]
    parts += [everybody.stay[everybody.stay["group"] == ""]] if everybody is not None else []
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def _cells(sequences: Sequences, starts: pd.DatetimeIndex) -> Ints:
    """User and period (user * n_periods + period) of each pair that has events, rising."""
    shown = periods.on_axis(sequences)
    period = periods.period_of(starts, sequences.time[shown])
    return np.unique(sequences.user[shown] * len(starts) + period)


def _turned(table: pd.DataFrame, sequences: Sequences, starts: pd.DatetimeIndex) -> Ints:
    """The cells in which users who are named changed, rising."""
    found = population.changes(table, sequences)
    user = np.array([sequences.user_position[each] for each in found[schema.USER]], dtype=np.int64)
    period = periods.period_of(starts, found[schema.TIME].to_numpy("datetime64[us]").astype(np.int64))
    return np.unique(user * len(starts) + period)


Parts = tuple[staying.Lives, Ints, Ints]


def _by_period(table: pd.DataFrame, sequences: Sequences, starts: pd.DatetimeIndex, parts: Parts) -> pd.DataFrame:
    found, cells, turned = parts
    user, period = cells // len(starts), cells % len(starts)
    arrived = periods.period_of(starts, found.first)
    left = periods.period_of(starts, found.last)
    tested = np.zeros(sequences.n_users, dtype=bool)
    tested[[sequences.user_position[each] for each in table.loc[table["status"] == "ok", schema.USER]]] = True
    kinds = {
        NEW: (arrived[user] == period, np.ones(len(user), dtype=bool)),
        RETURNING: (arrived[user] < period, np.ones(len(user), dtype=bool)),
        DRIFTED: (np.isin(cells, turned), tested[user]),
        GONE: ((left[user] == period) & found.gone[user], np.ones(len(user), dtype=bool)),
    }
    ends = np.append(starts.to_numpy("datetime64[us]").astype(np.int64)[1:], np.iinfo(np.int64).max)
    rows = [_shares(starts, period, kind, *masks) for kind, masks in kinds.items()]
    told = pd.concat(rows, ignore_index=True)
    # Who leaves in a period is known once all of it lies before that moment.
    unknown = (told["kind"] == GONE) & told[schema.TIME].map(dict(zip(starts, ends > found.known, strict=True)))
    return told[~unknown].reset_index(drop=True)


def _shares(
    starts: pd.DatetimeIndex, period: Ints, kind: str, meant: NDArray[np.bool_], among: NDArray[np.bool_]
) -> pd.DataFrame:
    """One kind in all periods in which anybody could be of it, with the interval of its share (Wilson 1927)."""
    of = np.bincount(period[among], minlength=len(starts))
    users = np.bincount(period[meant & among], minlength=len(starts))
    there = of > 0
    low, high = wilson(users[there], of[there])
    columns = (starts[there], kind, users[there], of[there], users[there] / of[there], low, high)
    return pd.DataFrame(dict(zip(PERIODS, columns, strict=True)))


def _curves(found: staying.Lives, everyone: Sequences, unit: str) -> pd.DataFrame:
    """The curve of all, and of those who came in each of the largest periods of arrival but the first.

    Whoever was there as the log began may have come long before.
    """
    starts = periods.calendar(everyone, unit)
    arrived = np.where(found.joined, periods.period_of(starts, found.first), -1)
    counts = np.bincount(arrived[arrived > 0], minlength=len(starts))
    largest = np.sort(np.argsort(-counts, kind="stable")[:GROUPS])
    curves = [staying.stay_of(found, found.there).assign(group="")]
    curves += [
        staying.stay_of(found, arrived == place).assign(group=f"{starts[place]:%Y-%m-%d}")
        for place in largest
        if counts[place] >= FEWEST
    ]
    return pd.concat([each for each in curves if len(each)] or curves[:1], ignore_index=True)


def _before(sequences: Sequences, parts: Parts, starts: pd.DatetimeIndex) -> pd.DataFrame:
    """What was done in a period by whoever left in it, beside others in the same one; each user counts once.

    Shares of categories among the events of the period, and whether a named change lies in it or in the one before.
    """
    found, cells, turned = parts
    chosen = _one_each(found, cells, starts)
    user, period = chosen // len(starts), chosen % len(starts)
    drifted = np.isin(chosen, turned) | (np.isin(chosen - 1, turned) & (period > 0))
    values = sparse.hstack([sparse.csr_array(drifted[:, None].astype(np.float64)), _mixes(sequences, chosen, starts)])
    told = _apart(sparse.csr_array(values), found.gone[user], period)
    if told is None:
        return pd.DataFrame(columns=list(BEFORE))
    names = [(DRIFTED, DRIFTED), *((name, schema.CATEGORY) for name in sequences.catalogue.categories)]
    rows = pd.DataFrame(names, columns=list(BEFORE[:2])).assign(**dict(zip(BEFORE[2:], told, strict=True)))
    order = (rows["difference"].abs() * (rows["kind"] == schema.CATEGORY)).sort_values(ascending=False, kind="stable")
    drift_first = [0, *(place for place in order.index if place)]
    return rows.loc[drift_first].reset_index(drop=True)


def _one_each(found: staying.Lives, cells: Ints, starts: pd.DatetimeIndex) -> Ints:
    """One cell of each user, in a period that is over when it is known who left: the last of those who did.

    Of anyone else one that chance chooses, the same each time.
    """
    ends = np.append(starts.to_numpy("datetime64[us]").astype(np.int64)[1:], np.iinfo(np.int64).max)
    user, period = cells // len(starts), cells % len(starts)
    last = periods.period_of(starts, found.last)
    fits = (ends[period] <= found.known) & (~found.gone[user] | (last[user] == period))
    cells, user = cells[fits], user[fits]
    first = np.flatnonzero(np.diff(user, prepend=-1))
    sizes = np.diff(np.append(first, len(user)))
    drawn = np.random.default_rng(0).random(len(found.there))[user[first]]
    chosen: Ints = cells[first + (drawn * sizes).astype(np.int64)]
    return chosen


def _mixes(sequences: Sequences, chosen: Ints, starts: pd.DatetimeIndex) -> sparse.csr_array:
    """Shares of categories among the events of each chosen cell, (n, n_categories)."""
    shown = periods.on_axis(sequences)
    cell = sequences.user[shown] * len(starts) + periods.period_of(starts, sequences.time[shown])
    place = np.searchsorted(chosen, cell)
    inside = (place < len(chosen)) & (chosen[np.minimum(place, len(chosen) - 1)] == cell) if len(chosen) else cell < 0
    pairs = place[inside], sequences.item[shown][inside]
    held = sparse.csr_array((np.ones(int(inside.sum())), pairs), (len(chosen), sequences.n_items))
    shares = held @ sequences.catalogue.shares
    total = np.asarray(shares.sum(axis=1)).ravel()
    return sparse.csr_array(sparse.diags_array(1 / np.where(total > 0, total, 1)) @ shares)


def _apart(values: sparse.csr_array, leaving: NDArray[np.bool_], period: Ints) -> tuple[Floats, ...] | None:
    """Mean of those who left, of the others, the difference of the two and its interval of 95 %, (n_columns,) each.

    Periods with enough of both are weighed as Mantel and Haenszel (1959) do; the variance is that within periods. None
    where there is no such period.
    """
    sides = [_moments(values, period, mask) for mask in (leaving, ~leaving)]
    (one, first, ones), (other, second, others) = sides
    enough = (ones >= FEWEST) & (others >= FEWEST)
    if not enough.any():
        return None
    weight = np.where(enough, ones * others / np.maximum(ones + others, 1), 0.0)
    weight /= weight.sum()
    left, stayed = weight @ one, weight @ other
    half = NORMAL_95 * np.sqrt(weight**2 @ (first + second))
    difference = left - stayed
    return left, stayed, difference, difference - half, difference + half


def _moments(values: sparse.csr_array, period: Ints, mask: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Mean of each column in each period over some rows, the variance of that mean, and how many rows there are."""
    count = int(period.max(initial=0)) + 1
    rows = np.flatnonzero(mask)
    group = sparse.csr_array((np.ones(len(rows)), (period[rows], rows)), (count, len(mask)))
    number = np.asarray(group.sum(axis=1)).ravel()
    some = np.maximum(number, 1)[:, None]
    mean = (group @ values).toarray() / some
    square = (group @ values.power(2)).toarray() / some
    return mean, np.maximum(square - mean**2, 0) / np.maximum(some - 1, 1), number
