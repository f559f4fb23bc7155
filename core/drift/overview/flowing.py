"""Flows from category to category as a share of those who were at the start, before and after a date."""

import numpy as np
import pandas as pd
from scipy import sparse

from core.data import Sequences, schema
from core.drift.overview import periods
from core.drift.overview.cohorts import RECURRING
from core.drift.overview.sureness import NAMED

HAD = 0.1
"""Share of a user's events, up to the first change, from which on a category counts as one that they were after."""


def started(table: pd.DataFrame, log: Sequences) -> "pd.Series[int]":
    """How many of the users who can be judged were after each category before any change, by category."""
    tested = np.flatnonzero((table["status"] == "ok").to_numpy())
    users = np.array([log.user_position[user] for user in table[schema.USER].iloc[tested]], dtype=np.int64)
    lengths = log.lengths[users].copy()
    for place, row in enumerate(tested):
        if table[NAMED].iloc[row] and len(events := table["change_events"].iloc[row]):
            lengths[place] = max(1, min(int(events[0]), int(lengths[place])))
    order = np.argsort(users)
    rows = np.concatenate([np.arange(0), *(log.offsets[users[at]] + np.arange(lengths[at]) for at in order)])
    held = log.catalogue.shares[log.item[rows.astype(np.int64)]]
    ends = np.concatenate(([0], np.cumsum(lengths[order]))).astype(np.int64)
    owner = np.repeat(np.arange(len(order)), np.diff(ends))
    mixes = sparse.csr_array((np.ones(len(owner)), (owner, np.arange(len(owner)))), (len(order), len(owner))) @ held
    counts = (mixes.toarray() >= HAD * np.diff(ends)[:, None]).sum(axis=0) if len(order) else 0
    return pd.Series(counts, index=list(log.catalogue.categories), dtype=np.int64)


def flows(table: pd.DataFrame, log: Sequences, when: pd.Timestamp | None = None) -> pd.DataFrame:
    """Users by the category that they left and the one that they turned to, as `population.flows` has them, and more.

    from_category, to_category, users; `start`: users who were after the first before any change, or turned from it;
    share of these, low, high (Wilson, 95 %); with `when` users whose first change came `before` it and `after`.
    """
    gone = table[table[NAMED] & (table["kind"] != RECURRING)]
    first = (
        cells.map(lambda cell: cell[0] if cell else "") for cells in (gone["from_categories"], gone["to_categories"])
    )
    ends = pd.DataFrame(dict(zip(("from_category", "to_category"), first, strict=True)))
    if when is not None:
        at = pd.to_datetime(gone["change_times"].map(lambda cell: cell[0] if cell else None), errors="coerce")
        ends["before"], ends["after"] = (at < when).astype(np.int64), (at >= when).astype(np.int64)
    ends = ends[(ends["from_category"] != "") & (ends["to_category"] != "")].assign(users=1)
    groups = ends.groupby(["from_category", "to_category"], sort=False).sum()
    found = groups.reset_index().sort_values(
        ["users", "from_category", "to_category"], ascending=[False, True, True], ignore_index=True
    )
    left = found.groupby("from_category")["users"].transform("sum")
    start = np.maximum(found["from_category"].map(started(table, log)).fillna(0).to_numpy(np.int64), left)
    low, high = periods.wilson(found["users"].to_numpy(np.float64), np.maximum(start, 1))
    return found.assign(start=start, share=found["users"] / np.maximum(start, 1), low=low, high=high)
