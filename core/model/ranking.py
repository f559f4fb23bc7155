"""From scores to ranks: what is hidden, the best k, the place of one item.

Equal scores are ranked by integer id of the item, here and everywhere, so that a list, a metric and a
page always agree.
"""

import numpy as np
from numpy.typing import NDArray

from core.data import Sequences

Scores = NDArray[np.float32]
"""Scores of all items for some users, (n_users, n_items); hidden items have -inf."""
BATCH_SCORES = 4_000_000
"""Scores that are held at once: 16 MB, so that a batch stays near the processor's cache."""


def in_batches(users: NDArray[np.int64], n_items: int) -> list[NDArray[np.int64]]:
    """Users in batches whose scores take a bounded amount of memory."""
    size = max(8, BATCH_SCORES // max(n_items, 1))
    return [users[start : start + size] for start in range(0, len(users), size)]


def events_of(histories: Sequences, users: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Place in `users` and row in `histories` of every event of these users, (n,) each."""
    if len(users) == 1:
        first, last = histories.offsets[users[0] : users[0] + 2]
        return np.zeros(last - first, dtype=np.int64), np.arange(first, last)
    lengths = histories.lengths[users]
    place = np.repeat(np.arange(len(users)), lengths)
    start = np.repeat(histories.offsets[users] - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return place, np.arange(len(place)) + start


def hide_seen(scores: Scores, histories: Sequences, users: NDArray[np.int64]) -> Scores:
    """Scores with -inf for what each user has in the history; the scores given are changed in place."""
    place, rows = events_of(histories, users)
    scores[place, histories.item[rows]] = -np.inf
    return scores


def rank_of(scores: Scores, targets: NDArray[np.int64]) -> NDArray[np.int64]:
    """1-based rank of one item a user, (n_users,); 0 if it is hidden.

    >>> rank_of(np.array([[0.3, 0.9, 0.5, 0.9]], dtype=np.float32), np.array([3]))
    array([2])
    """
    own = scores[np.arange(len(targets)), targets][:, None]
    above = (scores > own).sum(axis=1)
    ties = scores == own
    ties &= np.arange(scores.shape[1]) < targets[:, None]
    return np.where(np.isneginf(own[:, 0]), 0, 1 + above + ties.sum(axis=1))


def top_items(scores: Scores, k: int) -> tuple[NDArray[np.int64], Scores]:
    """The k best items of each user and their scores, best first, (n_users, min(k, n_items)) each.

    The best k lie within the k strips of items with the best maxima, which one vectorised pass finds;
    only they are sorted. Where the last place is tied the whole row is.

    >>> top_items(np.array([[0.3, 0.9, 0.5, 0.9]], dtype=np.float32), 2)[0]
    array([[1, 3]])
    """
    n_users, n_items = scores.shape
    k = min(k, n_items)
    if n_users == 1 and k:
        return _best_of_one(scores, k)
    strips = max(1, n_items // 64)
    if strips <= 2 * k:
        return _sorted_best(scores, np.broadcast_to(np.arange(n_items), scores.shape), k)
    whole = n_items - n_items % strips
    maxima = scores[:, :whole].reshape(n_users, -1, strips).max(axis=1)
    best = np.argpartition(maxima, strips - k, axis=1)[:, strips - k :]
    inside = best[:, :, None] + np.arange(0, whole, strips)
    rest = np.broadcast_to(np.arange(whole, n_items), (n_users, n_items - whole))
    candidates = np.sort(np.concatenate((inside.reshape(n_users, -1), rest), axis=1), axis=1)
    items, values = _sorted_best(np.take_along_axis(scores, candidates, axis=1), candidates, k)
    tied = np.flatnonzero((scores >= values[:, -1:]).sum(axis=1) > k)
    if len(tied):
        every = np.broadcast_to(np.arange(n_items), (len(tied), n_items))
        items[tied], values[tied] = _sorted_best(scores[tied], every, k)
    return items, values


def _best_of_one(scores: Scores, k: int) -> tuple[NDArray[np.int64], Scores]:
    """The same for one user, by a partition, in a tenth of the time."""
    row = scores[0]
    candidates = np.flatnonzero(row >= np.partition(row, len(row) - k)[len(row) - k])
    best = candidates[np.argsort(-row[candidates], kind="stable")[:k]]
    return best[None], row[best][None]


def _sorted_best(scores: Scores, items: NDArray[np.int64], k: int) -> tuple[NDArray[np.int64], Scores]:
    """The k best of some candidates, whose items rise within a row: a stable sort keeps ties by id."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(items, order, axis=1).astype(np.int64), np.take_along_axis(scores, order, axis=1)
