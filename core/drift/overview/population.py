"""Drift of all users together: how many, when, from what to what; and users by what happened to them.

Everything is made from the drift table as `sureness.judged` has read it (a row per user, with `named`) and the log that
it was made from. Who drifted are here those who are named; whoever came back to where they were is in no flow.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from core.data import Sequences, schema, spans
from core.drift.overview import periods
from core.drift.overview.cohorts import RECURRING, attributes
from core.drift.overview.headline import Summary, summary
from core.drift.overview.sureness import NAMED

UNITS = (("D", 60), ("W", 70 * 7), ("M", 70 * 30), ("Q", 10**9))
"""Code of a period and the longest span in days that it is taken for."""
DAY = pd.Timedelta(1, "D")
COARSER = {"": "", "D": "W", "W": "M", "M": "Q", "Q": "Y"}
"""Groups are smaller than the whole, so their periods are longer."""
MOVED = 0.01
"""Least change of a category's share that is told as the trend."""
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Population:
    """All that is shown of a data set as a whole."""

    summary: Summary
    changes: pd.DataFrame
    """As `changes` gives it."""
    shares: pd.DataFrame
    """As `share_over_time` gives it."""
    categories: pd.DataFrame
    """As `category_shares` gives it."""
    flows: pd.DataFrame
    """As `flows` gives it."""
    together: pd.DataFrame
    """As `together` gives it."""
    attributes: pd.DataFrame
    """user_id and the attributes of users that have few values, as text."""
    unit: str
    """As `period_unit` gives it."""


def look_at(table: pd.DataFrame, sequences: Sequences) -> Population:
    """Everything at once, so that it can be kept."""
    found, unit = changes(table, sequences), period_unit(sequences)
    return Population(
        summary(table, sequences),
        found,
        share_over_time(table, sequences),
        category_shares(sequences),
        flows(table),
        together(table, found, unit),
        attributes(sequences),
        unit,
    )


def on_map(points: pd.DataFrame, sequences: Sequences, table: pd.DataFrame | None) -> pd.DataFrame:
    """Points of a map with progress (place in the user's history, 0 to 1) and, from a drift table, score and magnitude.

    Items have none of these. `points`: user_id, event_index and more.
    """
    users = points[schema.USER].map(sequences.user_position)
    lengths = sequences.lengths[users.fillna(0).astype(np.int64)]
    known = points.assign(progress=((points[schema.EVENT_INDEX] + 1) / lengths).where(users.notna()))
    if table is None:
        return known
    by_user = table.set_index(schema.USER)
    return known.assign(
        score=points[schema.USER].map(by_user["score"]),
        magnitude=points[schema.USER].map(by_user["magnitude"].fillna(0.0)),
    )


def changes(table: pd.DataFrame, sequences: Sequences) -> pd.DataFrame:
    """A row per change point: user_id, event_index, timestamp (NaT in a log without a clock)."""
    drifted = table[table[NAMED]]
    rows = drifted[[schema.USER]].assign(**{schema.EVENT_INDEX: drifted["change_events"]}).explode(schema.EVENT_INDEX)
    rows = rows.dropna(subset=schema.EVENT_INDEX).astype({schema.EVENT_INDEX: np.int64})
    first = sequences.offsets[[sequences.user_position[user] for user in rows[schema.USER]]]
    times = sequences.time[first + rows[schema.EVENT_INDEX].to_numpy()].astype("datetime64[us]")
    rows[schema.TIME] = pd.NaT if sequences.ordinal else times
    return rows.reset_index(drop=True)


def share_over_time(table: pd.DataFrame, sequences: Sequences, unit: str | None = None) -> pd.DataFrame:
    """Users with a change in each period, of the tested users with events in it.

    timestamp, drifted, users, share, and its interval low, high (Wilson, 95 %). Periods with hardly any users (less
    than a tenth of the median), as at the ends of a log, are left out. No rows for a log without a clock.
    """
    unit = period_unit(sequences) if unit is None else unit
    if not unit:
        return pd.DataFrame(columns=[schema.TIME, "drifted", "users", "share", "low", "high"])
    everyone = np.zeros(len(table), dtype=np.int64)
    return _told(table, sequences, unit, (everyone, everyone))[0]


def worst_period(shares: pd.DataFrame) -> pd.Timestamp | None:
    """Start of the period with the highest share that is beyond doubt: the highest lower end of the interval."""
    if shares.empty or not shares["drifted"].any():
        return None
    worst: pd.Timestamp = shares[schema.TIME].iloc[int(shares["low"].to_numpy().argmax())]
    return worst


def category_shares(sequences: Sequences, unit: str | None = None) -> pd.DataFrame:
    """What all users were after in each period: timestamp, category, share of its events; no rows without a clock."""
    unit = period_unit(sequences) if unit is None else unit
    catalogue = sequences.catalogue
    if not unit or not catalogue.categories:
        return pd.DataFrame(columns=[schema.TIME, schema.CATEGORY, "share"])
    starts, shown = periods.calendar(sequences, unit), periods.on_axis(sequences)
    cells = periods.period_of(starts, sequences.time[shown]), sequences.item[shown]
    held = sparse.csr_array((np.ones(int(shown.sum())), cells), (len(starts), sequences.n_items))
    there = np.diff(held.indptr) > 0
    starts, held = starts[there], held[there]
    shares = (held @ catalogue.shares).toarray()
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1e-9)
    return pd.DataFrame(
        {
            schema.TIME: np.repeat(np.asarray(starts), len(catalogue.categories)),
            schema.CATEGORY: np.tile(np.array(catalogue.categories, dtype=object), len(starts)),
            "share": shares.ravel().astype(np.float32),
        }
    )


def movers(shares: pd.DataFrame) -> "pd.Series[Any]":
    """By how much the share of each category grew from the first quarter of a log to the last, largest first.

    `shares` as `category_shares` gives it; the result has categories as its index.
    """
    wide = shares.pivot_table(index=schema.TIME, columns=schema.CATEGORY, values="share", observed=True)
    quarter = max(1, len(wide) // 4)
    grown: pd.Series[Any] = wide.tail(quarter).mean() - wide.head(quarter).mean()
    return grown.sort_values(ascending=False)


def moved(grown: "pd.Series[Any]", most: int) -> tuple["pd.Series[Any]", "pd.Series[Any]"]:
    """What rose and what fell enough to be told of, as `movers` gives it; at most so many each, the largest first."""
    return grown[grown >= MOVED].head(most), grown[grown <= -MOVED].tail(most)[::-1]


def flows(table: pd.DataFrame) -> pd.DataFrame:
    """From which category to which: from_category, to_category, users; each drifted user counts once.

    A user with several categories on a side counts for the first, the one that changed most.
    """
    drifted = _gone(table)
    ends = pd.DataFrame({f"{end}_category": _first(drifted[f"{end}_categories"]) for end in ("from", "to")})
    ends = ends[(ends["from_category"] != "") & (ends["to_category"] != "")]
    return ends.value_counts().rename("users").reset_index().astype({"users": np.int64})


def together(table: pd.DataFrame, found: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Users who turned from and to the same category in the same period: timestamp, from_category, to_category, users.

    `found` as `changes` gives it; the first change of a user counts. Most users first, groups of two or more only.
    """
    columns = [schema.TIME, "from_category", "to_category"]
    if not unit:
        return pd.DataFrame(columns=[*columns, "users"])
    first = found.drop_duplicates(schema.USER).set_index(schema.USER)[schema.TIME]
    drifted = _gone(table)
    ends = pd.DataFrame({f"{end}_category": _first(drifted[f"{end}_categories"]) for end in ("from", "to")})
    ends[schema.TIME] = _starts(drifted[schema.USER].map(first), unit)
    ends = ends[(ends["from_category"] != "") & (ends["to_category"] != "")].dropna()
    groups = ends.value_counts(columns).rename("users").reset_index()
    return groups[groups["users"] >= 2].reset_index(drop=True)


def share_by_target(table: pd.DataFrame, sequences: Sequences) -> pd.DataFrame:
    """Share of users in each period who drifted to a category, for each category found: group, timestamp, share."""
    targets = _first(table["to_categories"]).where(table.index.isin(_gone(table).index), "")
    names = targets[targets != ""].value_counts().index
    everyone = np.zeros(len(table), dtype=np.int64)
    return _side_by_side(table, sequences, names, (everyone, names.get_indexer(pd.Index(targets))))


def share_by_attribute(table: pd.DataFrame, sequences: Sequences, attribute: str) -> pd.DataFrame:
    """`share_by_group` by the values of a user attribute."""
    known = attributes(sequences).set_index(schema.USER)[attribute]
    return share_by_group(table, sequences, known.reindex(table[schema.USER]).reset_index(drop=True))


def share_by_group(table: pd.DataFrame, sequences: Sequences, groups: "pd.Series[Any]") -> pd.DataFrame:
    """`share_over_time` for each group of users, largest first, with its `group`; `groups`: a value per table row."""
    names = groups.value_counts().index
    numbers = names.get_indexer(pd.Index(groups))
    return _side_by_side(table, sequences, names, (numbers, numbers))


def _side_by_side(
    table: pd.DataFrame, sequences: Sequences, names: "pd.Index[Any]", groups: tuple[Ints, Ints]
) -> pd.DataFrame:
    """As `_told`, each part with the name of its `group`."""
    unit = COARSER[period_unit(sequences)]
    if not unit or names.empty:
        return pd.DataFrame(columns=["group", schema.TIME, "share"])
    parts = zip(_told(table, sequences, unit, groups), names, strict=True)
    return pd.concat([part.assign(group=str(name)) for part, name in parts], ignore_index=True)


def _told(table: pd.DataFrame, sequences: Sequences, unit: str, groups: tuple[Ints, Ints]) -> list[pd.DataFrame]:
    """`share_over_time` of several groups from one look at the log.

    `groups`: number of the group that each row of the table belongs to, as one of its users and as one who may have
    drifted in it, -1 for none, (n_rows,) each.
    """
    starts = periods.calendar(sequences, unit)
    users = periods.counts(periods.active(table, sequences, starts), groups[0], len(starts))
    drifted = periods.counts(_turned(table, sequences, starts), groups[1], len(starts))
    return [periods.shares(starts, *pair) for pair in zip(np.broadcast_to(users, drifted.shape), drifted, strict=True)]


def _turned(table: pd.DataFrame, sequences: Sequences, starts: pd.DatetimeIndex) -> tuple[Ints, Ints]:
    """Row of the table and period, for each period that a user drifted in."""
    found = changes(table, sequences)
    row = pd.Index(table[schema.USER]).get_indexer(found[schema.USER])
    period = periods.period_of(starts, found[schema.TIME].to_numpy("datetime64[us]").astype(np.int64))
    once = np.unique(row * len(starts) + period)
    return once // len(starts), once % len(starts)


def period_unit(sequences: Sequences) -> str:
    """Code of the period that suits the span of a log: D, W, M or Q; empty without a clock."""
    if sequences.ordinal or not len(sequences):
        return ""
    first, last = spans.axis(sequences.time)
    days = (last - first) / 86_400_000_000
    return next(code for code, longest in UNITS if days <= longest)


def moment(text: str) -> pd.Timestamp:
    """A moment from text, as charts give it back."""
    return pd.Timestamp(text)


def period_end(start: pd.Timestamp, unit: str) -> pd.Timestamp:
    """The moment that a period ends before."""
    end: pd.Timestamp = pd.Period(start, freq=unit).end_time.floor("us") + pd.Timedelta(1, "us")
    return end


def _starts(times: "pd.Series[Any]", unit: str) -> "pd.Series[Any]":
    starts: pd.Series[Any] = times.dt.to_period(unit).dt.start_time
    return starts


def _gone(table: pd.DataFrame) -> pd.DataFrame:
    """Users who are named and did not come back."""
    return table[table[NAMED] & (table["kind"] != RECURRING)]


def _first(cells: "pd.Series[Any]") -> "pd.Series[Any]":
    """First entry of each list; empty where there is none."""
    return cells.map(lambda cell: cell[0] if cell else "")
