"""A cohort beside the rest: how many of each are named, and what they are after, with intervals of the differences."""

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from core.data import Sequences, schema
from core.drift.overview.periods import NORMAL_95, wilson
from core.drift.overview.sureness import NAMED

COHORT, REST = "cohort", "rest"
SIDES = ("side", "users", "tested", NAMED, "share", "low", "high", "events", "magnitude")
MIX = (schema.CATEGORY, COHORT, REST, "difference", "low", "high")
Floats = NDArray[np.float64]


def sides(table: pd.DataFrame, users: Collection[str]) -> pd.DataFrame:
    """Two rows, `SIDES`: the cohort and the rest of a judged drift table.

    The share is that of the named among those who could be judged, with its interval (Wilson 1927); events and
    magnitude are medians, the latter of the named.
    """
    inside = table[schema.USER].isin(set(users))
    rows = []
    for side, part in ((COHORT, table[inside]), (REST, table[~inside])):
        tested, named = int((part["status"] == "ok").sum()), part[part[NAMED]]
        low, high = wilson(np.array([len(named)]), np.array([max(tested, 1)]))
        share = len(named) / tested if tested else float("nan")
        ends = (float(low[0]), float(high[0])) if tested else (float("nan"), float("nan"))
        middles = (float(part["n_events"].median()), float(named["magnitude"].median()))
        rows.append((side, len(part), tested, len(named), share, *ends, *middles))
    return pd.DataFrame(rows, columns=list(SIDES))


def apart(found: pd.DataFrame) -> tuple[float, float, float]:
    """By how much the share of the cohort is above that of the rest, with its interval of 95 %; NaN without either.

    `found` as `sides` gives it; the interval is made of the two of Wilson (Newcombe 1998, method 10).

    >>> two = pd.DataFrame({"share": [56 / 70, 48 / 80], "low": [0.69183, 0.49045], "high": [0.87695, 0.70038]})
    >>> [round(each, 3) for each in apart(two)]
    [0.2, 0.052, 0.334]
    """
    (one, low, high), (other, below, above) = found[["share", "low", "high"]].to_numpy(np.float64)
    difference = one - other
    return (
        float(difference),
        float(difference - np.hypot(one - low, above - other)),
        float(difference + np.hypot(high - one, other - below)),
    )


def mixes(sequences: Sequences, users: Collection[str]) -> pd.DataFrame:
    """What the cohort and the rest are after, `MIX`, the largest differences first: mean shares, each user counts once.

    Intervals of 95 % by the spread between users (normal); no rows without categories or without one of the sides.
    """
    shares = _shares(sequences)
    there = np.flatnonzero(np.asarray(shares.sum(axis=1)).ravel() > 0)
    inside = np.isin(sequences.users[there].astype(str), list(users))
    if not sequences.catalogue.categories or inside.all() or not inside.any():
        return pd.DataFrame(columns=list(MIX))
    (one, first), (other, second) = (_mean(shares[there[side]]) for side in (inside, ~inside))
    difference, half = one - other, NORMAL_95 * np.sqrt(first + second)
    columns = (sequences.catalogue.categories, one, other, difference, difference - half, difference + half)
    rows = pd.DataFrame(dict(zip(MIX, columns, strict=True)))
    order = rows["difference"].abs().sort_values(ascending=False, kind="stable").index
    return rows.loc[order].reset_index(drop=True)


def _shares(sequences: Sequences) -> sparse.csr_array:
    """Share of each category in the events of each user, (n_users, n_categories)."""
    cells = (np.ones(len(sequences)), (sequences.user, sequences.item))
    held = sparse.csr_array(cells, (sequences.n_users, sequences.n_items)) @ sequences.catalogue.shares
    total = np.asarray(held.sum(axis=1)).ravel()
    return sparse.csr_array(sparse.diags_array(1 / np.where(total > 0, total, 1)) @ held)


def _mean(shares: sparse.csr_array) -> tuple[Floats, Floats]:
    """Mean of each column, and the variance of that mean."""
    count = shares.shape[0]
    mean = np.asarray(shares.sum(axis=0)).ravel() / count
    square = np.asarray(shares.power(2).sum(axis=0)).ravel() / count
    return mean, np.maximum(square - mean**2, 0) / max(count - 1, 1)
