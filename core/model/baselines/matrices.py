"""Histories as sparse matrices: what all baselines are fitted on."""

from typing import Any, TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from core.data import Floats, Sequences
from core.model.ranking import Scores, events_of

Matrix: TypeAlias = Any
"""A scipy.sparse.csr_matrix of float32; scipy has no types of its own."""


def item_counts(sequences: Sequences) -> NDArray[np.int64]:
    """Events of each item, (n_items,)."""
    return np.bincount(sequences.item, minlength=sequences.n_items)


def history_matrix(histories: Sequences, users: NDArray[np.int64]) -> Matrix:
    """1 where a user has had an item, however often, (len(users), n_items)."""
    _, rows = events_of(histories, users)
    matrix = _rows_of(histories, rows, np.ones(len(rows), dtype=np.float32), histories.lengths[users])
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return matrix


def by_history(histories: Sequences, users: NDArray[np.int64], matrix: Matrix) -> Scores:
    """Sum of the rows of a sparse matrix (n_items, n) over the items of each history, (len(users), n)."""
    if len(users) == 1:
        items = items_of(histories, int(users[0]))
        return _summed(matrix, items, np.ones(len(items), dtype=np.float32))
    found: Scores = (history_matrix(histories, users) @ matrix).toarray()
    return found


def by_recent(histories: Sequences, users: NDArray[np.int64], last: int, decay: float, matrix: Matrix) -> Scores:
    """The same over the last events of each history, weighted as in `recent_matrix`, (len(users), n)."""
    if len(users) == 1:
        first, end = histories.offsets[users[0] : users[0] + 2]
        items = histories.item[max(first, end - last) : end][::-1]
        return _summed(matrix, items, (decay ** np.arange(len(items))).astype(np.float32))
    found: Scores = (recent_matrix(histories, users, last, decay) @ matrix).toarray()
    return found


def items_of(histories: Sequences, user: int) -> NDArray[np.int32]:
    """Items that a user has had, rising, each once."""
    return np.unique(histories.item[histories.rows_of(user)])


def _summed(matrix: Matrix, rows: NDArray[np.int32], weights: NDArray[np.float32]) -> Scores:
    """Weighted sum of some rows, (1, n): for one user a product of matrices would cost ten times as much."""
    place, counts = entries_of(matrix, rows)
    values = matrix.data[place] * np.repeat(weights, counts)
    return np.bincount(matrix.indices[place], values, matrix.shape[1]).astype(np.float32)[None]


def entries_of(matrix: Matrix, rows: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the entries of some rows lie, row by row, (n,), and how many each row has; no matrix is made of them."""
    ends = matrix.indptr[rows + 1]
    counts = ends - matrix.indptr[rows]
    return np.arange(counts.sum()) + np.repeat(ends - np.cumsum(counts), counts), counts


def recent_matrix(histories: Sequences, users: NDArray[np.int64], last: int, decay: float) -> Matrix:
    """Sum of decay^k over a user's last events, k = 0 for the newest, by item, (len(users), n_items)."""
    taken = np.minimum(histories.lengths[users], last)
    back = np.arange(int(taken.sum())) - np.repeat(np.cumsum(taken) - taken, taken)
    rows = np.repeat(histories.offsets[users + 1] - 1, taken) - back
    return _rows_of(histories, rows, (decay**back).astype(np.float32), taken)


def _rows_of(
    histories: Sequences, rows: NDArray[np.int64], weights: NDArray[np.float32], lengths: NDArray[np.int64]
) -> Matrix:
    """A matrix whose row u holds the next `lengths[u]` of the events in `rows`; items may come twice."""
    starts = np.concatenate(([0], np.cumsum(lengths)))
    return sp.csr_matrix((weights, histories.item[rows], starts), shape=(len(lengths), histories.n_items))


def transition_matrix(sequences: Sequences, gaps: int, power: float = 1.0) -> Matrix:
    """How often item j came g <= gaps events after item i, each time counted g^-power, (n_items, n_items)."""
    shape = (sequences.n_items, sequences.n_items)
    total = sp.csr_matrix(shape, dtype=np.float32)
    for gap in range(1, gaps + 1):
        within = np.flatnonzero(sequences.user[gap:] == sequences.user[:-gap])
        values = np.full(len(within), gap**-power, dtype=np.float32)
        total = total + sp.csr_matrix((values, (sequences.item[within], sequences.item[within + gap])), shape=shape)
    return total


def popularity_below(scores: Scores, counts: NDArray[np.int64]) -> Scores:
    """Scores in which items that had 0 are ranked by popularity below all items with a positive score."""
    unscored: Floats = (counts / max(int(counts.max(initial=0)), 1) - 1.0).astype(np.float32)
    filled: Scores = np.where(scores == 0.0, unscored, scores)
    return filled
