"""Ranked lists for any model or baseline, behind one interface."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences, prefixes, schema
from core.model import LARGE_CATALOGUE, Indexed, Ranker, Scores, hide_seen, in_batches, rank_of, top_items
from core.phrases import say
from core.progress import Progress, silent
from core.settings import RecommendSettings


def top_k(
    ranker: Ranker,
    histories: Sequences,
    users: NDArray[np.int64],
    settings: RecommendSettings,
    progress: Progress = silent,
) -> pd.DataFrame:
    """The best items for each user after the whole history: user_id, rank (from 1), item_id, score.

    Lists come in the order of `users`; one is shorter than `settings.k` only where no more items are left.
    """
    items, scores = [], []
    done = 0
    for batch in in_batches(users, histories.n_items):
        best, values = best_items(ranker, histories, batch, settings)
        items.append(best)
        scores.append(values)
        done += len(batch)
        progress(done / len(users), say("steps.lists", done=done, users=len(users)))
    if not items:
        return pd.DataFrame(columns=list(schema.RECOMMENDATION_COLUMNS))
    return _frame(histories, users, np.concatenate(items), np.concatenate(scores))


def lists_per_step(
    ranker: Ranker, sequences: Sequences, user: int, k: int = 10, *, hide_seen: bool = True
) -> pd.DataFrame:
    """What one user would have been shown after each event, and where the true next event stood.

    A row per step and place in the list: event_index (the last event that the list knows), rank, item_id,
    score, next_item_id and next_rank (the event that came, its rank among all items; 0 if it was hidden
    as seen before, missing after the last event).
    """
    length = int(sequences.lengths[user])
    steps = np.arange(1, length + 1)
    rows, following = [], []
    for batch in in_batches(steps, sequences.n_items):
        cut = prefixes(sequences, user, batch.tolist())
        shown = _shown(ranker, cut, np.arange(len(batch)), hide_seen)
        items, scores = top_items(shown, k)
        rows.append(_frame(cut, np.arange(len(batch)), items, scores, batch - 1))
        inner = batch[batch < length]
        targets = sequences.item[sequences.rows_of(user)][inner].astype(np.int64)
        following.append(_following(sequences, inner - 1, targets, rank_of(shown[: len(inner)], targets)))
    if not rows:
        columns = [schema.EVENT_INDEX, "rank", schema.ITEM, "score", "next_item_id", "next_rank"]
        return pd.DataFrame(columns=columns)
    lists = pd.concat(rows, ignore_index=True).drop(columns=schema.USER)
    return lists.merge(pd.concat(following), on=schema.EVENT_INDEX, how="left")


def best_items(
    ranker: Ranker, histories: Sequences, users: NDArray[np.int64], settings: RecommendSettings
) -> tuple[NDArray[np.int64], Scores]:
    """The best items of each user and their scores, best first, (len(users), k); a large catalogue by its index."""
    if histories.n_items > LARGE_CATALOGUE and isinstance(ranker, Indexed):
        return ranker.nearest(histories, users, settings.k, hide_seen=settings.hide_seen)
    return top_items(_shown(ranker, histories, users, settings.hide_seen), settings.k)


def _shown(ranker: Ranker, histories: Sequences, users: NDArray[np.int64], hide: bool) -> Scores:
    scores = ranker.scores(histories, users)
    return hide_seen(scores, histories, users) if hide else scores


def _frame(
    histories: Sequences,
    users: NDArray[np.int64],
    items: NDArray[np.int64],
    scores: Scores,
    step: NDArray[np.int64] | None = None,
) -> pd.DataFrame:
    """Lists as rows, without the places that only hidden items were left for."""
    shown = ~np.isneginf(scores)
    length = items.shape[1]
    frame = pd.DataFrame(
        {
            schema.USER: np.repeat(histories.users[users], length)[shown.ravel()],
            "rank": np.tile(np.arange(1, length + 1), len(users))[shown.ravel()],
            schema.ITEM: histories.catalogue.items[items[shown]],
            "score": scores[shown],
        },
        copy=False,  # nobody else has these arrays, and half of what a frame of ten rows costs is copying them
    )
    if step is not None:
        frame.insert(0, schema.EVENT_INDEX, np.repeat(step, length)[shown.ravel()])
    return frame


def _following(
    sequences: Sequences, step: NDArray[np.int64], targets: NDArray[np.int64], rank: NDArray[np.int64]
) -> pd.DataFrame:
    items = sequences.catalogue.items[targets]
    return pd.DataFrame({schema.EVENT_INDEX: step, "next_item_id": items, "next_rank": rank})
