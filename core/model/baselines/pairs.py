"""A ranker that asks what came after the last two items, and after one of them where nobody had both."""

from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from core.data import Sequences
from core.model.baselines.matrices import Matrix, item_counts, popularity_below
from core.model.ranking import Scores
from core.progress import Progress, silent

Ints = NDArray[np.int64]


class TwoItems:
    """Successors of the last two items; else of the last one, else of the one before it, else what is popular.

    Nothing is learned: with counts c of what came after i, k in this order, after k, and two events after i,

        score(j) = c(i, k, j) / c(i, k) + b c(k, j) / c(k) + b^2 c2(i, j) / c2(i)

    where b < 1 is the back-off, as in n-gram models of language (Brants et al., EMNLP 2007, who stop at the first that
    was seen; here the others break its many ties).
    """

    name = "two-items"

    def __init__(self, back_off: float = 0.4) -> None:
        self._back_off = back_off

    def fit(self, train: Sequences, *, seed: int = 0, progress: Progress = silent) -> Self:  # noqa: ARG002
        """Count what came after single items and after pairs."""
        self._counts, item = item_counts(train), train.item.astype(np.int64)
        third = np.flatnonzero(train.event_index >= 2)
        pair = item[third - 2] * train.n_items + item[third - 1]
        self._pairs, place = np.unique(pair, return_inverse=True)
        self._after_pair = _shares(place, item[third], (max(1, len(self._pairs)), train.n_items))
        second = np.flatnonzero(train.event_index >= 1)
        square = (train.n_items, train.n_items)
        self._after_one = _shares(item[second - 1], item[second], square)
        self._after_next = _shares(item[third - 2], item[third], square)
        return self

    def scores(self, histories: Sequences, users: Ints) -> Scores:
        """Shares of successors; popularity below where there are none."""
        return popularity_below(self.raw(histories, users), self._counts)

    def raw(self, histories: Sequences, users: Ints) -> Scores:
        """Shares of successors alone."""
        lengths, ends = histories.lengths[users], histories.offsets[users + 1]
        one, two = np.flatnonzero(lengths > 0), np.flatnonzero(lengths > 1)
        item = histories.item.astype(np.int64)
        last, before = item[ends[one] - 1], item[ends[two] - 2]
        found = _rows(self._after_one, last, one, len(users)) * self._back_off
        found += _rows(self._after_next, before, two, len(users)) * self._back_off**2
        if len(self._pairs):
            wanted = before * histories.n_items + item[ends[two] - 1]
            place = np.minimum(np.searchsorted(self._pairs, wanted), len(self._pairs) - 1)
            known = self._pairs[place] == wanted
            found += _rows(self._after_pair, place[known], two[known], len(users))
        scores: Scores = found.toarray()
        return scores


def _shares(origin: Ints, item: Ints, shape: tuple[int, int]) -> Matrix:
    """Share of each item among what followed each origin."""
    counts = sp.csr_matrix((np.ones(len(item), dtype=np.float32), (origin, item)), shape=shape)
    totals = np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1.0)
    return sp.csr_matrix(sp.diags(1.0 / totals) @ counts, dtype=np.float32)


def _rows(matrix: Matrix, rows: Ints, users: Ints, count: int) -> Matrix:
    """Some rows, each at the place of its user, (count, n_items)."""
    chosen = sp.csr_matrix((np.ones(len(rows), np.float32), (users, rows)), shape=(count, matrix.shape[0]))
    return sp.csr_matrix(chosen @ matrix, dtype=np.float32)
