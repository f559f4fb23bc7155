"""Rankers that look for items had by the same users: item-kNN and EASE."""

import warnings
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.linalg.lapack import spotrf, spotri

from core.data import Sequences
from core.model.baselines.matrices import by_history, history_matrix, item_counts, items_of, popularity_below
from core.model.ranking import Scores
from core.phrases import say
from core.progress import Progress, silent

EASE_ITEMS = 5000
"""EASE inverts a dense matrix of items by items; in a larger catalogue it ranks the most popular ones."""
BLOCK = 500
"""Rows that are mirrored at a time."""


class ItemKnn:
    """Sum of cosine similarities to the items of the history, each item with its nearest neighbours (implicit)."""

    name = "item-knn"

    def __init__(self, neighbours: int = 100) -> None:
        self._neighbours = neighbours

    def fit(self, train: Sequences, *, seed: int = 0, progress: Progress = silent) -> Self:  # noqa: ARG002
        """Similarities of all items by their users; one thread, so that the order of sums is fixed."""
        from implicit.nearest_neighbours import CosineRecommender

        self._counts = item_counts(train)
        matrix = history_matrix(train, np.arange(train.n_users))
        library = CosineRecommender(K=self._neighbours, num_threads=1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library converts its own matrix, and says so
            library.fit(matrix, show_progress=False)
        self._similarity = sp.csr_matrix(library.similarity, dtype=np.float32)
        return self

    def scores(self, histories: Sequences, users: NDArray[np.int64]) -> Scores:
        """Similarity to the whole history; popularity below where there is none."""
        return popularity_below(self.raw(histories, users), self._counts)

    def raw(self, histories: Sequences, users: NDArray[np.int64]) -> Scores:
        """Similarity alone, 0 where there is none."""
        return by_history(histories, users, self._similarity)


class Ease:
    """Closed-form linear model of items on items without self-weights (Steck, WWW 2019, equation 8)."""

    name = "ease"

    def __init__(self, regularisation: float = 300.0, most: int = EASE_ITEMS) -> None:
        self._regularisation = regularisation
        self._most = most

    def fit(self, train: Sequences, *, seed: int = 0, progress: Progress = silent) -> Self:  # noqa: ARG002
        """B = I - P / diag(P) with P = (X'X + regularisation)^-1, over at most `most` items."""
        self._counts = item_counts(train)
        self._items = np.sort(np.argsort(-self._counts, kind="stable")[: self._most])
        self._place = np.full(train.n_items, -1)
        self._place[self._items] = np.arange(len(self._items))
        if len(self._items) < train.n_items:
            progress(0.0, say("steps.ease", most=self._most, items=train.n_items))
        matrix = history_matrix(train, np.arange(train.n_users))[:, self._items]
        gram = (matrix.T @ matrix).toarray().astype(np.float32, copy=False)
        gram[np.diag_indices_from(gram)] += self._regularisation
        self._weights = _inverse(gram)
        self._weights /= -np.diag(self._weights).copy()
        self._weights[np.diag_indices_from(self._weights)] = 0.0
        return self

    def scores(self, histories: Sequences, users: NDArray[np.int64]) -> Scores:
        """Linear prediction of the history; popularity where an item or a history takes no part."""
        return popularity_below(self.raw(histories, users), self._counts)

    def raw(self, histories: Sequences, users: NDArray[np.int64]) -> Scores:
        """Linear prediction alone, 0 for items that take no part."""
        scores = np.zeros((len(users), histories.n_items), dtype=np.float32)
        if len(users) == 1:  # rows picked by hand: a product of matrices would cost ten times as much
            had = self._place[items_of(histories, int(users[0]))]
            scores[0, self._items] = self._weights[had[had >= 0]].sum(axis=0)
            return scores
        scores[:, self._items] = history_matrix(histories, users)[:, self._items] @ self._weights
        return scores


def _inverse(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Inverse of a positive definite matrix in its own memory: half the time of `inv`, a fifth of its memory."""
    factor, _ = spotrf(matrix.T, lower=True, overwrite_a=True)
    inverse: NDArray[np.float32] = spotri(factor, lower=True, overwrite_c=True)[0]
    for begin in range(0, len(inverse), BLOCK):  # above the diagonal it has zeros so far
        end = begin + BLOCK
        inverse[begin:end, begin:end] += np.tril(inverse[begin:end, begin:end], -1).T
        inverse[begin:end, end:] = inverse[end:, begin:end].T
    return inverse.T
