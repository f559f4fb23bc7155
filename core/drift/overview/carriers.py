"""The items of one user that carry a change: those whose share of the events rose or fell most at it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.data import Sequences, schema
from core.drift.verdict import Change

COLUMNS = (schema.ITEM, schema.TITLE, schema.CATEGORY, "events_before", "events_after", "share_before", "share_after",
           "moved")  # fmt: skip


def carriers(sequences: Sequences, user: int, changes: Sequence[Change]) -> pd.DataFrame:
    """Items around the largest of a user's changes, those that moved most first; `COLUMNS`, no rows without a change.

    Before and after reach to the changes beside it; shares are of the events there, `moved` is after less before.
    """
    if not changes:
        return pd.DataFrame(columns=list(COLUMNS))
    bounds = [0, *(change.event for change in changes), int(sequences.lengths[user])]
    largest = max(range(len(changes)), key=lambda number: changes[number].magnitude) + 1
    items = sequences.item[sequences.rows_of(user)]
    sides = [items[bounds[largest - 1] : bounds[largest]], items[bounds[largest] : bounds[largest + 1]]]
    known = np.unique(np.concatenate(sides))
    counts = [np.bincount(np.searchsorted(known, side), minlength=len(known)) for side in sides]
    before, after = (count / max(1, count.sum()) for count in counts)
    catalogue = sequences.catalogue
    columns = (catalogue.items[known], catalogue.titles[known], catalogue.main_category(known), *counts, before, after,
               after - before)  # fmt: skip
    rows = pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
    order = np.argsort(-np.abs(rows["moved"].to_numpy()), kind="stable")
    return rows.iloc[order].reset_index(drop=True)
