"""Whether a recommender keeps up with users who moved on.

At a change point the mix of a user's interests turns from `before` to `after`, both shares of categories.
The list after each event has a mix too: the mean of its items' shares. Where it stands between the two is

    position = (list - before) . (after - before) / |after - before|^2      0: all old, 1: all new

The adaptation lag is the number of events after the change that the recommender had seen when its lists
turned: the place where a step from old to new fits the positions best (least squares), so that one odd list
does not count. Lists that never come to the new side have no lag: they have not followed. Neither have those
that were there before the user turned, such as popular items: they are told apart as `already`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences, schema
from core.lists import lists_per_step
from core.model import Ranker
from core.phrases import say
from core.progress import Progress, silent

BEFORE, AFTER = 20, 40
"""Events around a change point that are looked at."""
SMALLEST = 0.1
"""Squared distance of the two mixes below which there is nothing to follow."""
LAG_COLUMNS = (
    "model",
    schema.USER,
    "change_event",
    "events_after",
    "already",
    "followed",
    "lag",
    "old_share_10",
    "old_share_end",
)
SUMMARY_COLUMNS = ("model", "changes", "already", "followed", "lag", "lag_low", "lag_high", "old_share_10",
                   "old_share_end")  # fmt: skip
PACE_COLUMNS = ("model", "events_since", "users", "position", "mrr")
Floats = NDArray[np.float64]


def change_points(drift: pd.DataFrame) -> pd.DataFrame:
    """A row per change point in some rows of a drift table: user_id, change_event."""
    rows = drift[[schema.USER]].assign(change_event=drift["change_events"]).explode("change_event")
    return rows.dropna(subset="change_event").astype({"change_event": np.int64}).reset_index(drop=True)


def adaptation(
    rankers: Sequence[Ranker],
    sequences: Sequences,
    changes: pd.DataFrame,
    *,
    k: int = 10,
    progress: Progress = silent,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lag of each ranker at each change point, and the pace around it.

    `changes` as `change_points` gives them. First frame: `LAG_COLUMNS`; `lag` is missing where a list has not
    followed within the events there are; `old_share_10` and `old_share_end` tell how much of the list still
    served the old interest ten events after the change and at the end. Second frame: model, user_id, events_since
    (the change), position (where the list stood) and mrr (reciprocal rank of the next event), which `pace` sums up.
    """
    lags, paces = [], []
    for place, (user_id, group) in enumerate(changes.groupby(schema.USER, sort=False)):
        progress(place / max(1, changes[schema.USER].nunique()), say("steps.adaptation", user=str(user_id)))
        user = sequences.find_user(str(user_id))
        points = sorted(group["change_event"])
        for ranker in rankers:
            mixes, gain = _lists(ranker, sequences, user, k)
            for start, point, end in _segments(points, int(sequences.lengths[user])):
                found = _turned(sequences, user, (start, point, end), mixes)
                if found is not None:
                    steps, position = found
                    lags.append((ranker.name, str(user_id), point, end - point, *_lag(steps - point + 1, position)))
                    around = {"model": ranker.name, schema.USER: str(user_id), "events_since": steps - point + 1}
                    paces.append(pd.DataFrame({**around, "position": position, "mrr": gain[steps]}))
    columns = ["model", schema.USER, "events_since", "position", "mrr"]
    paced = pd.concat(paces, ignore_index=True) if paces else pd.DataFrame(columns=columns)
    return pd.DataFrame(lags, columns=list(LAG_COLUMNS)), paced


def pace(around: pd.DataFrame) -> pd.DataFrame:
    """Means over changes of what `adaptation` tells of each, by model and events since: `PACE_COLUMNS`."""
    grouped = around.groupby(["model", "events_since"], sort=False)
    means = grouped[["position", "mrr"]].mean().assign(users=grouped.size()).reset_index()
    return means[list(PACE_COLUMNS)]


def summary(lags: pd.DataFrame) -> pd.DataFrame:
    """What lags come to, a row per model: `SUMMARY_COLUMNS`.

    `already` is the share of changes where lists were on the new side before, `followed` that of the others; lag is
    the median with its quartiles. A list that has not followed yet counts as later than all that have, so a quartile
    may be missing: it is not known.
    """
    rows = []
    for model, group in lags.groupby("model", sort=False):
        left = group[~group["already"].astype(bool)]
        waits = left["lag"].fillna(np.inf)
        quartiles = np.quantile(waits, [0.25, 0.5, 0.75], method="higher") if len(left) else np.full(3, np.inf)
        low, middle, high = np.where(np.isinf(quartiles), np.nan, quartiles)
        shares = group["already"].mean(), left["followed"].mean() if len(left) else np.nan
        rows.append((model, len(group), *shares, middle, low, high, *group[["old_share_10", "old_share_end"]].mean()))
    return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))


def positions(mixes: Floats, before: Floats, after: Floats) -> Floats:
    """Where mixes (n, n_categories) stand between two: 0 at `before`, 1 at `after`, (n,).

    >>> positions(np.array([[0.5, 0.5]]), np.array([1.0, 0.0]), np.array([0.0, 1.0])).tolist()
    [0.5]
    """
    turn = after - before
    found: Floats = (mixes - before) @ turn / (turn @ turn)
    return found


def step_place(position: Floats) -> int | None:
    """Where a step from 0 to 1 fits best: how many of the positions lie before it; None if the end is on the old side.

    >>> step_place(np.array([0.0, 0.1, 0.7, 0.2, 0.9, 1.0, 0.8]))
    4
    """
    lean = position - 0.5
    left = np.concatenate(([0.0], np.cumsum(lean)))
    best = int(np.argmin(left))
    return None if best == len(position) else best


def _lists(ranker: Ranker, sequences: Sequences, user: int, k: int) -> tuple[Floats, Floats]:
    """Mix of the list after each event (n, n_categories), and the reciprocal rank of the event after it (n,)."""
    lists = lists_per_step(ranker, sequences, user, k)
    places = sequences.catalogue.item_position
    shares = sequences.catalogue.shares[np.array([places[item] for item in lists[schema.ITEM]], dtype=np.int64)]
    steps = np.arange(int(sequences.lengths[user]))
    means = _means(shares, lists[schema.EVENT_INDEX].to_numpy(np.int64), len(steps))
    mixes = pd.DataFrame(means).ffill().fillna(0.0).to_numpy()  # nothing left to show: as before
    ranks = lists.drop_duplicates(schema.EVENT_INDEX).set_index(schema.EVENT_INDEX)["next_rank"]
    first = ranks.reindex(steps).to_numpy(dtype=np.float64)
    with np.errstate(divide="ignore"):
        gain = np.where(first > 0, 1 / first, np.where(np.isnan(first), np.nan, 0.0))
    return mixes, gain


def _means(shares: Any, group: NDArray[np.int64], groups: int) -> Floats:
    """Mean of the rows (sparse, as `Catalogue.shares`) of each group, (groups, n_categories); NaN without any."""
    entries, sums = shares.tocoo(), np.zeros((groups, shares.shape[1]))
    np.add.at(sums, (group[entries.row], entries.col), entries.data)
    count = np.bincount(group, minlength=groups)
    means: Floats = sums / np.where(count, count, np.nan)[:, None]
    return means


def _segments(points: list[int], length: int) -> list[tuple[int, int, int]]:
    """Start of the old mix, change point, end of the new mix, for each change point."""
    edges = [0, *points, length]
    return [
        (edges[i], edges[i + 1], edges[i + 2]) for i in range(len(points)) if edges[i] < edges[i + 1] < edges[i + 2]
    ]


def _turned(
    sequences: Sequences, user: int, segment: tuple[int, int, int], mixes: Floats
) -> tuple[NDArray[np.int64], Floats] | None:
    """Steps around a change and the positions of the lists there; None where the mixes hardly differ."""
    start, point, end = segment
    shares = sequences.catalogue.shares[sequences.item[sequences.rows_of(user)][start:end]]
    side = np.repeat([0, 1], [point - start, end - point])
    before, after = _means(shares, side, 2)
    if ((after - before) ** 2).sum() < SMALLEST:
        return None
    steps = np.arange(max(start, point - BEFORE, 0), min(end, point + AFTER))
    return steps, positions(mixes[steps], before, after)


def _lag(since: NDArray[np.int64], position: Floats) -> tuple[bool, bool, float, float, float]:
    """On the new side already, followed or not, lag, share of the old interest ten events later and at the end.

    `since` counts the events of the new interest that a list knows; 0 is the last list before the change.
    """
    after = since >= 0
    already = bool(position[since <= 0].mean() > 0.5)
    lag = None if already else step_place(position[after])
    old = np.clip(1 - position, 0, 1)
    ten = old[since == 10]
    at_ten = float(ten[0]) if len(ten) else np.nan
    end = float(old[-3:].mean())
    return already, lag is not None, float(since[after][lag]) if lag is not None else np.nan, at_ten, end
