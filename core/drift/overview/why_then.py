"""Whether more users changed around a marker than elsewhere in the log, by how much, and how unusual that is.

Expected is the rate of changes over the rest of the log, by those who were active in the window. The interval of how
many more is that of a rate ratio, given the sum of both counts (Clopper and Pearson 1934). Beside it stands how many
dates of the same log, taken for placebos, show as much: that holds also where changes come in waves.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaincinv

from core.data import Sequences, schema, spans
from core.drift.overview.offered import Mark, reach, taken
from core.drift.overview.population import changes
from core.drift.overview.sureness import NAMED, OFFERED

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
COLUMNS = ("marker", "changed", "expected", "more", "low", "high", "p_value", "offered", "took", "active", "days")
STEPS = 4
"""Steps of the calendar that a window reaches beyond a marker; half as many before it, for effects come after."""
NARROWEST, WIDEST = 1 / 50, 1 / 24
"""How far a window reaches beyond a marker, as a part of the log: as far as the moment of a change is uncertain."""
DAY = 86_400_000_000
COVERAGE = 0.95


@dataclass(frozen=True, eq=False)
class Calendar:
    """Changes and active users of each step of time."""

    first: int
    step: int
    changed: Floats
    """Users who changed, (n_steps,)."""
    active: Floats
    """Tested users with events, (n_steps,)."""

    def window(self, mark: Mark) -> tuple[int, int]:
        """First step of the window around a marker, and the one after the last, within the log."""
        reach = STEPS * self.step
        ends = ((moment - self.first) // self.step for moment in (mark.start - reach // 2, mark.end + reach))
        low, high = (int(np.clip(end, 0, len(self.active) - 1)) for end in ends)
        return low, high + 1

    def beside(self, length: int) -> tuple[Floats, Floats, Floats]:
        """Of each window of so many steps: changes, changes expected, and how far they lie apart in deviations."""
        inside, exposed = (_sums(each, length) for each in (self.changed, self.active))
        rest = self.active.sum() - exposed
        expected = (self.changed.sum() - inside) / np.maximum(rest, 1.0) * exposed
        return inside, expected, (inside - expected) / np.sqrt(np.maximum(expected, 0.5))


def around(table: pd.DataFrame, log: Sequences, marks: Sequence[Mark]) -> pd.DataFrame:
    """A row of `COLUMNS` per marker that lies in the log: what changed around it, beside what was expected.

    `table` as `sureness.judged` gives it; `changed` counts those who moved with what was on offer, too (`offered` of
    them). `p_value`: share of placebo dates with as much, times the markers where there are several (Holm 1979).
    `took`: users who had any of what appeared then; `days`: length of the window.
    """
    told = [_row(number, *_narrowed(table, log, mark), mark) for number, mark in enumerate(marks)]
    found = pd.DataFrame([row for row in told if row], columns=list(COLUMNS))
    p = found["p_value"].to_numpy(np.float64)
    order = np.argsort(p, kind="stable")
    adjusted = np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p))))
    found.loc[found.index[order], "p_value"] = np.minimum(1.0, adjusted)
    return found


def calendar(table: pd.DataFrame, log: Sequences) -> tuple[Calendar, pd.DataFrame]:
    """A log in steps of time, and its changes: user_id, event_index, timestamp."""
    first, last = spans.usual(log.time)
    found = changes(table, log)
    step = max(1, int(_reach(table, log, last - first)) // STEPS)
    count = (last - first) // step + 1
    tested = np.zeros(log.n_users, dtype=bool)
    tested[[log.user_position[user] for user in table.loc[table["status"] == "ok", schema.USER]]] = True
    rows = np.flatnonzero(tested[log.user] & (log.time >= first) & (log.time <= last))
    pairs = np.unique(log.user[rows] * count + (log.time[rows] - first) // step)
    place = (found[schema.TIME].to_numpy("datetime64[us]").astype(np.int64) - first) // step
    changed = np.bincount(place[(place >= 0) & (place < count)], minlength=count)
    active = np.bincount(pairs % count, minlength=count)
    return Calendar(first, step, changed.astype(np.float64), active.astype(np.float64)), found


def more(inside: float, outside: float, exposed: float, rest: float) -> tuple[float, float, float]:
    """How many more changes there were in a window than expected, and the ends of the interval of 95 %.

    `exposed` and `rest` are what counts in the window and outside would be in proportion to without an effect.

    >>> [round(value, 1) for value in more(30, 100, 10, 100)]
    [20.0, 9.3, 35.5]
    """
    expected = outside / rest * exposed
    tail, total = (1 - COVERAGE) / 2, inside + outside
    low = betaincinv(inside, outside + 1, tail) if inside else 0.0
    high = betaincinv(inside + 1, outside, 1 - tail) if outside else 1.0
    if not outside or not total:
        return inside, 0.0, inside
    ratios = (share / max(1e-12, 1 - share) * rest / exposed for share in (low, high))
    return (inside - expected, *(float(expected * (ratio - 1)) for ratio in ratios))  # type: ignore[return-value]


def _row(number: int, table: pd.DataFrame, log: Sequences, mark: Mark) -> tuple[object, ...] | None:
    if not len(log) or log.ordinal or table.empty:
        return None
    first, last = spans.usual(log.time)
    if mark.end < first or mark.start > last:
        return None
    offered = table[OFFERED] if OFFERED in table else pd.Series(data=False, index=table.index)
    days, found = calendar(table.assign(**{NAMED: table[NAMED] | offered}), log)
    low, high = days.window(mark)
    inside, expected, apart = days.beside(high - low)
    changed, exposed = inside[low], days.active[low:high].sum()
    rest = days.active.sum() - exposed
    if not exposed or not rest:
        return None
    extra = more(float(changed), float(days.changed.sum() - changed), float(exposed), float(rest))
    begin, end = (days.first + days.step * place for place in (low, high))
    at = found[schema.TIME].to_numpy("datetime64[us]").astype(np.int64)
    there = set(found.loc[(at >= begin) & (at < end), schema.USER])
    moved = len(there & set(table.loc[offered, schema.USER]))
    took = len(np.unique(log.user[taken(log, [mark])]))
    active = len(np.unique(log.user[(log.time >= begin) & (log.time < end)]))
    placebo = float((apart >= apart[low] - 1e-9).mean())
    return (number, int(changed), float(expected[low]), *extra, placebo, moved, took, active, (end - begin) / DAY)


def _narrowed(table: pd.DataFrame, log: Sequences, mark: Mark) -> tuple[pd.DataFrame, Sequences]:
    """The users whom a marker concerns, and their events."""
    if mark.users is None:
        return table, log
    meant = np.isin(log.users.astype(str), list(mark.users))
    return table[table[schema.USER].isin(mark.users)], log.keep(meant[log.user])


def _reach(table: pd.DataFrame, log: Sequences, span: int) -> float:
    """How far a window reaches: as long as the moment of a usual change is uncertain, microseconds."""
    rows = table[table[NAMED] & np.isfinite(table["onset_low"].astype(np.float64))]
    if rows.empty:
        return float(np.clip(reach(log), span * NARROWEST, span * WIDEST))
    user = np.array([log.user_position[name] for name in rows[schema.USER]])
    last = log.lengths[user] - 1
    low, high = (
        log.time[log.offsets[user] + np.clip(rows[name].to_numpy(np.int64), 0, last)]
        for name in ("onset_low", "onset_high")
    )
    return float(np.clip(np.median(high - low) / 2, span * NARROWEST, span * WIDEST))


def _sums(values: Floats, length: int) -> Floats:
    """Sum of each run of so many neighbours, (n - length + 1,)."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    return np.asarray(total[length:] - total[:-length])
