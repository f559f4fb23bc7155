"""EASE for large catalogues: each item is predicted from the items nearest to it alone."""

from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from core.data import Sequences
from core.model.baselines.matrices import Matrix, by_history, entries_of, history_matrix, item_counts, popularity_below
from core.model.ranking import Scores
from core.phrases import say
from core.progress import Progress, silent

BLOCK = 128
"""Items whose weights are solved at a time."""


class SparseEase:
    """Ridge regression of each item on the items nearest to it, without itself; memory grows with items, not squares.

    With the counts G = X'X of users who had both, and N the `neighbours` of item j by cosine,

        w = (G_NN + regularisation)^-1 G_Nj

    which is EASE (Steck, WWW 2019) where N is every other item, and SLIM (Ning and Karypis, ICDM 2011) without its
    bound at 0, its features chosen by likeness (fsSLIM there).
    """

    name = "sparse-ease"

    def __init__(self, regularisation: float = 10.0, neighbours: int = 60) -> None:
        self._regularisation, self._neighbours = regularisation, neighbours

    def fit(self, train: Sequences, *, seed: int = 0, progress: Progress = silent) -> Self:  # noqa: ARG002
        """Weights of all items that somebody had."""
        self._counts = item_counts(train)
        had = history_matrix(train, np.arange(train.n_users))
        gram = sp.csr_matrix(had.T @ had, dtype=np.float32)
        near, items = _nearest(gram, self._neighbours)
        weights = np.zeros(near.shape, dtype=np.float32)
        for begin in range(0, len(items), BLOCK):
            progress(begin / len(items), say("steps.fitting", model=self.name))
            some = slice(begin, begin + BLOCK)
            weights[some] = _solved(gram, items[some], near[some], self._regularisation)
        places = near.ravel() >= 0
        shape = (train.n_items, train.n_items)
        target = np.repeat(items, near.shape[1])[places]
        self._weights = sp.csr_matrix((weights.ravel()[places], (near.ravel()[places], target)), shape=shape)
        return self

    def scores(self, histories: Sequences, users: NDArray[np.int64]) -> Scores:
        """Linear prediction of the history; popularity below where it says nothing."""
        return popularity_below(self.raw(histories, users), self._counts)

    def raw(self, histories: Sequences, users: NDArray[np.int64]) -> Scores:
        """Linear prediction alone, 0 for items that take no part."""
        return by_history(histories, users, self._weights)


def _nearest(gram: Matrix, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Nearest other items by cosine, (n, at most count), -1 where there are fewer, and whose they are, (n,)."""
    norm = np.sqrt(np.maximum(gram.diagonal(), 1e-12))
    items = np.flatnonzero(gram.diagonal() > 0)
    near = np.full((len(items), count), -1, dtype=np.int64)
    for place, item in enumerate(items):
        begin, end = gram.indptr[item : item + 2]
        others, both = gram.indices[begin:end], gram.data[begin:end]
        likeness = np.where(others == item, -1.0, both / norm[others])
        order = np.lexsort((others, -likeness))[: min(count, int((likeness > 0).sum()))]
        near[place, : len(order)] = others[order]
    return near, items


def _solved(
    gram: Matrix, items: NDArray[np.int64], near: NDArray[np.int64], regularisation: float
) -> NDArray[np.float32]:
    """Weights of the neighbours of some items, (n, count); 0 where there is none."""
    count = near.shape[1]
    inner, right = np.zeros((len(items), count, count), np.float32), np.zeros((len(items), count), np.float32)
    place = np.zeros(gram.shape[0], dtype=np.int64)
    for row, item in enumerate(items):
        chosen = near[row][near[row] >= 0]
        place[:] = -1
        place[chosen] = np.arange(len(chosen))
        entries, counts = entries_of(gram, chosen)
        column = place[gram.indices[entries]]
        inside = column >= 0
        lines = np.repeat(np.arange(len(chosen)), counts)
        inner[row, lines[inside], column[inside]] = gram.data[entries[inside]]
        begin, end = gram.indptr[item : item + 2]
        own = place[gram.indices[begin:end]]
        right[row, own[own >= 0]] = gram.data[begin:end][own >= 0]
    inner[:, np.arange(count), np.arange(count)] += np.float32(regularisation)
    solved: NDArray[np.float32] = np.linalg.solve(inner, right[:, :, None])[:, :, 0]
    return solved
