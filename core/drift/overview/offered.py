"""A change of what was on offer told apart from a change of interests: what first appeared then is left out.

Around a marker (a release, a redesign) items and categories appear that nobody could seek before. Whoever takes them up
changes their mix without any change of interests. So the histories are tested once more without all that first
appeared then, and whoever took some of it is judged by what is left: whoever was named and shows no change in it moved
with what was on offer. What is there all along and only shown more or less is the trend, which the test takes out
anyhow. The same is done where nobody has marked the day, if much that was new appeared at once and stayed (`breaks`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences, schema, spans
from core.drift.evidence import for_charts
from core.drift.overview.sureness import BEFORE
from core.drift.verdict import CHANGES, detect, q_values
from core.errors import EventsError
from core.progress import Progress, silent
from core.settings import DriftSettings

Bools = NDArray[np.bool_]
DAY = 86_400_000_000
PART, LONGEST = 26, 14 * DAY
"""What appears within this part of a log after a marker, within 14 days at most, came with it."""
MOST = 0.8
"""Where more of what the users concerned did afterwards would be left out, nothing can be told."""
KEPT = (schema.USER, "n_events", "status")
"""Columns of the drift table that are of the whole history."""
PLACES = ("change_events", CHANGES, "onset_low", "onset_high")
"""Columns that name events by their place in a history."""
ENOUGH = 0.05
"""So much of a log lies before a marker that what appears then can be told from what is always there."""


@dataclass(frozen=True)
class Mark:
    """When something may have changed what is on offer."""

    start: int
    """Microseconds since 1970 UTC."""
    end: int
    users: frozenset[str] | None = None
    """Whom it concerned; None for everybody."""


def reach(log: Sequences) -> int:
    """For how long after a marker what appears came with it, microseconds."""
    first, last = spans.usual(log.time)
    return int(np.clip((last - first) // PART, DAY, LONGEST))


def appeared(log: Sequences, mark: Mark) -> Bools:
    """Items that nobody had before a marker and that are there soon after it, or whose category is so, (n_items,)."""
    none = np.zeros(log.n_items, dtype=bool)
    if not len(log) or log.ordinal:
        return none
    first, last = spans.usual(log.time)
    if mark.start - first < ENOUGH * (last - first) or mark.start >= last:
        return none
    # A day is marked in whatever zone, so what appears within the day before belongs to it.
    since, until = mark.start - DAY, mark.end + reach(log)
    seen = np.full(log.n_items, np.iinfo(np.int64).max)
    np.minimum.at(seen, log.item, log.time)
    fresh = (seen >= since) & (seen < until)
    held = log.catalogue.shares[log.item]
    entries = held.tocoo()
    known = np.full(len(log.catalogue.categories), np.iinfo(np.int64).max)
    np.minimum.at(known, entries.col, log.time[entries.row])
    newly = (known >= since) & (known < until)
    # Where every category is new the log has no before in them: that says nothing.
    if newly.any() and not newly.all():
        fresh |= np.asarray(log.catalogue.shares @ newly.astype(np.float64)).ravel() > 0.5
    return fresh


def taken(log: Sequences, marks: Sequence[Mark]) -> Bools:
    """Events of what appeared at any of some markers, by users whom it concerned, (n_events,)."""
    found = np.zeros(len(log), dtype=bool)
    for mark in marks:
        events = appeared(log, mark)[log.item] & (log.time >= mark.start - DAY)
        if mark.users is not None:
            events &= np.isin(log.users.astype(str), list(mark.users))[log.user]
        later = log.time >= mark.start
        if events.sum() <= MOST * max(1, later.sum()):
            found |= events
    return found


def second_look(
    table: pd.DataFrame, log: Sequences, marks: Sequence[Mark], settings: DriftSettings, progress: Progress = silent
) -> pd.DataFrame:
    """The drift table with verdicts without what appeared at some markers.

    Whoever took some of it is judged by what is left of the history, which also tells what happened, if anything did;
    places of events are counted in the whole. p is 1 where too little is left. Everybody's q-value follows; `BEFORE`
    holds what it was.
    """
    events, found = taken(log, marks), table.copy()
    p = table["p_value"].to_numpy(np.float64).copy()
    if events.any():
        rows = np.array([log.user_position[user] for user in table[schema.USER]], dtype=np.int64)
        took = (np.bincount(log.user[events], minlength=log.n_users) > 0)[rows] & np.isfinite(p)
        again = _again(log, ~events, settings, progress).iloc[rows].set_axis(table.index)
        told = took & (again["status"] == "ok").to_numpy()
        p[took] = 1.0
        p[told] = again["p_value"].to_numpy(np.float64)[told]
        # What cannot be told of what is left stays what it looked like: how many moved then is counted of that.
        tells = told & (again["change_events"].map(len) > 0).to_numpy() if told.any() else told
        columns = [name for name in table if name not in KEPT]
        if tells.any():
            found.loc[tells, columns] = again.loc[tells, columns]
    q, there = np.full(len(p), np.nan), np.isfinite(p)
    q[there] = q_values(p[there])
    drifted = np.where(there, p, 1.0) <= settings.alpha
    found = found.assign(p_value=p, q_value=q, drifted=drifted)
    found[BEFORE] = table["q_value"]
    return found


def _again(log: Sequences, left: Bools, settings: DriftSettings, progress: Progress) -> pd.DataFrame:
    """The drift table of what is left of a log, in its groups, places of events counted in the whole."""
    try:
        found = detect(for_charts(log, settings.seed).keep(left), settings, progress)
    except EventsError:  # too little is left to tell of anybody
        return pd.DataFrame({"status": "", "p_value": np.nan}, index=np.arange(log.n_users))
    return _in_whole(found, log, left)


def _in_whole(found: pd.DataFrame, log: Sequences, left: Bools) -> pd.DataFrame:
    """The drift table of what is left of a log with the places of events in the whole."""
    cells: dict[str, list[Any]] = {name: list(found[name]) for name in PLACES}
    for row in np.flatnonzero(found["change_events"].map(len).to_numpy() > 0).tolist():
        place = np.flatnonzero(left[log.rows_of(row)]).tolist()
        cells["change_events"][row] = tuple(place[event] for event in cells["change_events"][row])
        cells[CHANGES][row] = tuple(
            replace(each, event=place[each.event], low=place[each.low], high=place[each.high])
            for each in cells[CHANGES][row]
        )
        for end in ("onset_low", "onset_high"):
            if np.isfinite(cells[end][row]):
                cells[end][row] = float(place[int(cells[end][row])])
    lists = {name: pd.Series(cells[name], index=found.index, dtype=object) for name in PLACES[:2]}
    return found.assign(**lists, onset_low=cells["onset_low"], onset_high=cells["onset_high"])
