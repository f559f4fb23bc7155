"""A ranker that knows items only by what they are: words of the title, categories, attributes, and what they mean.

Where vectors of what items say (or others) are there, likeness of meaning and of words have the same say, each as a
share of the best item of a user:

    score of i = sum over last events e of .9^age [ tfidf_e . tfidf_i / best + max(0, cosine_ei)^4 / best ]

Cosines are of whitened vectors, whose small values are noise: the power leaves the near ones.
"""

import re
from itertools import pairwise
from typing import Self

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from core.data import Catalogue, Floats, Sequences, schema
from core.model.baselines.matrices import Matrix, by_recent, item_counts, popularity_below
from core.model.ranking import Scores
from core.progress import Progress, silent

WORD = re.compile(r"\w{2,}")
BINS = 10
"""A numeric attribute becomes a word for each tenth of the items."""
LAST, DECAY = 50, 0.9
"""The profile: as many last events at most, each weighted this much less than the one after it."""
NEAREST, SHARPNESS = 100, 4
"""Items that mean most nearly the same are kept of each, and the power of their cosine."""
CELLS = 1 << 24
"""Cosines held at a time."""


class Content:
    """Cosine of TF-IDF vectors of items to the decayed sum of those of the user's last events (scikit-learn)."""

    name = "content"

    def __init__(self, said: Floats | None = None) -> None:
        """`said` are unit vectors of what items mean, zero where nothing is known, (n_items, size)."""
        self._said = said

    def fit(self, train: Sequences, *, seed: int = 0, progress: Progress = silent) -> Self:  # noqa: ARG002
        """TF-IDF over words of all items of the catalogue, also those without events."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._counts = item_counts(train)
        self._meanings = None if self._said is None or not self._said.any() else likeness(self._said)
        words = item_words(train.catalogue)
        if not any(words):
            self._vectors = sp.csr_matrix((train.n_items, 1), dtype=np.float32)
            return self
        vectorizer = TfidfVectorizer(analyzer=_unchanged, min_df=2 if len(words) > 2 else 1, dtype=np.float32)
        try:
            self._vectors = sp.csr_matrix(vectorizer.fit_transform(words))
        except ValueError:  # no word that two items share
            self._vectors = sp.csr_matrix((train.n_items, 1), dtype=np.float32)
        return self

    def scores(self, histories: Sequences, users: NDArray[np.int64]) -> Scores:
        """Likeness to the profile; popularity below where nothing is alike."""
        return popularity_below(self.raw(histories, users), self._counts)

    def raw(self, histories: Sequences, users: NDArray[np.int64]) -> Scores:
        """Likeness alone, 0 where nothing is alike."""
        profile = by_recent(histories, users, LAST, DECAY, self._vectors)
        found: Scores = np.ascontiguousarray((self._vectors @ profile.T).T, dtype=np.float32)
        if self._meanings is None:
            return found
        both: Scores = _share(found) + _share(by_recent(histories, users, LAST, DECAY, self._meanings))
        return both


def likeness(said: Floats) -> Matrix:
    """Sharpened cosines of each item to those nearest in meaning, itself among them, sparse (n_items, n_items)."""
    known, n_items = np.flatnonzero(said.any(1)), len(said)
    kept, values, near = min(NEAREST, len(known)), [], []
    for rows in np.split(known, range(step := max(1, CELLS // len(known)), len(known), step)):
        cosines = said[rows] @ said[known].T
        place = np.argpartition(-cosines, kept - 1, axis=1)[:, :kept]
        values.append(np.maximum(np.take_along_axis(cosines, place, axis=1), 0.0) ** SHARPNESS)
        near.append(known[place])
    lengths = np.where(said.any(1), kept, 0)
    cells = (np.concatenate(values).ravel(), np.concatenate(near).ravel(), np.concatenate(([0], np.cumsum(lengths))))
    return sp.csr_matrix(cells, shape=(n_items, n_items), dtype=np.float32)


def _share(scores: Scores) -> Scores:
    """Scores as shares of the best of each row, (n, n_items)."""
    best = scores.max(axis=1, keepdims=True)
    shares: Scores = np.divide(scores, best, out=np.zeros_like(scores), where=best > 0)
    return shares


def item_words(catalogue: Catalogue) -> list[list[str]]:
    """What is known of each item as words; those of a column carry its name.

    A title that is only the id says nothing of the item and is left out.
    """
    words = [
        [] if title == item else [word.lower() for word in WORD.findall(str(title))]
        for title, item in zip(catalogue.titles, catalogue.items, strict=True)
    ]
    for item, (start, end) in enumerate(pairwise(catalogue.category_offsets)):
        words[item] += [f"{schema.CATEGORY}={catalogue.categories[c]}" for c in catalogue.category_index[start:end]]
    for column in catalogue.attributes.columns:
        for item, values in enumerate(_column_words(catalogue.attributes[column])):
            words[item] += [f"{column}={value}" for value in values]
    return words


def _column_words(column: pd.Series) -> list[list[str]]:
    """Values of one attribute as words: tenths for numbers, words for long text, else the values."""
    numbers = pd.to_numeric(column, errors="coerce")
    known = column.notna() & (column.astype(str) != "")
    if known.any() and numbers[known].notna().all() and numbers.nunique() > BINS:
        tenths = (numbers.rank(pct=True) * BINS).round()
        return [[] if np.isnan(tenth) else [str(int(tenth))] for tenth in tenths]
    texts = column.where(known, "").astype(str)
    if texts.str.len().mean() > 40:
        return [[word.lower() for word in WORD.findall(text)] for text in texts]
    return [[value for value in text.split(schema.CATEGORY_SEPARATOR) if value] for text in texts]


def _unchanged(words: list[str]) -> list[str]:
    return words
