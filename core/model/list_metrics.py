"""What lists are like beside being right: coverage, novelty, popularity bias, diversity, calibration."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences
from core.model.ranker import Ranker
from core.model.ranking import hide_seen, in_batches, top_items
from core.phrases import say
from core.progress import Progress, silent

USERS = 2000
"""Users whose lists are looked at, at most."""
COLUMNS = ("model", "users", "coverage", "gini", "novelty", "popularity_lift", "diversity", "calibration")
Floats = NDArray[np.float64]


def list_quality(
    rankers: Sequence[Ranker],
    sequences: Sequences,
    *,
    k: int = 10,
    seed: int = 0,
    progress: Progress = silent,
) -> pd.DataFrame:
    """A row per fitted ranker, on lists of k after whole histories; columns `COLUMNS`.

    Coverage: share of the catalogue in some list; gini: inequality of how often items are shown, 0 equal, 1 one item;
    novelty: mean -log2 of the share of users who had an item, in bits; popularity_lift: mean popularity in lists over
    that in histories, 1 for no bias; diversity: mean 1 - cosine of categories of two items of a list; calibration:
    mean total variation between the mix of a list and that of the history, 0 if the same.
    """
    users = np.flatnonzero(sequences.lengths > 0)
    if len(users) > USERS:
        users = np.sort(np.random.default_rng(seed).choice(users, USERS, replace=False))
    rows = []
    for place, ranker in enumerate(rankers):
        progress(place / max(1, len(rankers)), say("steps.lists_of", model=ranker.name))
        rows.append((ranker.name, len(users), *_qualities(_lists(ranker, sequences, users, k), sequences, users)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def gini(counts: NDArray[np.int64]) -> float:
    """Gini coefficient of some counts.

    >>> gini(np.array([1, 1, 1, 1])), gini(np.array([0, 0, 0, 4]))
    (0.0, 0.75)
    """
    ordered, n = np.sort(counts).astype(np.float64), len(counts)
    if not ordered.sum():
        return 0.0
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * ordered.sum()))


def novelty(shown: NDArray[np.int64], log: Sequences) -> float:
    """Mean -log2 of the share of users who had each shown item, in bits; of one that nobody had, as if one more had."""
    pairs = np.unique(log.user * log.n_items + log.item)
    had = np.bincount(pairs % log.n_items, minlength=log.n_items) / log.n_users
    return float(-np.log2(np.maximum(had[shown], 1 / (log.n_users + 1))).mean())


def _lists(ranker: Ranker, sequences: Sequences, users: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """Items of each list, (n_users, k); -1 where fewer are left."""
    found = [np.empty((0, min(k, sequences.n_items)), dtype=np.int64)]
    for batch in in_batches(users, sequences.n_items):
        items, scores = top_items(hide_seen(ranker.scores(sequences, batch), sequences, batch), k)
        found.append(np.where(np.isneginf(scores), -1, items))
    return np.concatenate(found)


def _qualities(lists: NDArray[np.int64], sequences: Sequences, users: NDArray[np.int64]) -> tuple[float, ...]:
    shown = lists[lists >= 0]
    if not len(shown):
        return (0.0,) * (len(COLUMNS) - 2)
    counts = np.bincount(sequences.item, minlength=sequences.n_items)
    frequency = np.bincount(shown, minlength=sequences.n_items)
    in_histories = counts[sequences.item[sequences.rows_of_all(users)]].mean()
    mixes = [_mixes(items[items >= 0], user, sequences) for items, user in zip(lists, users, strict=True)]
    diversity, calibration = (float(np.nanmean(values)) for values in zip(*mixes, strict=True))
    lift = float(counts[shown].mean() / in_histories)
    return float((frequency > 0).mean()), gini(frequency), novelty(shown, sequences), lift, diversity, calibration


def _mixes(items: NDArray[np.int64], user: int, sequences: Sequences) -> tuple[float, float]:
    """Diversity of one list, and how far its mix is from that of the history."""
    listed = sequences.catalogue.shares_of(items).astype(np.float64)
    if not len(items) or not listed.any():
        return 0.0, 0.0
    norm = np.sqrt((listed**2).sum(axis=1, keepdims=True))
    unit = listed / np.where(norm > 0, norm, 1)
    likeness = (unit @ unit.T)[np.triu_indices(len(items), 1)]
    own = sequences.item[sequences.rows_of(user)]
    history = sequences.catalogue.shares[own].sum(axis=0) / max(1, len(own))
    away = 0.5 * np.abs(listed.mean(axis=0) - history).sum()
    return float(1 - likeness.mean()) if len(likeness) else 0.0, float(away)
