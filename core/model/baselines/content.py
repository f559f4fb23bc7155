"""A ranker that knows items only by what they are: words of the title, categories, attributes."""

import re
from itertools import pairwise
from typing import Self

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from core.data import Catalogue, Sequences, schema
from core.model.baselines.matrices import item_counts, popularity_below, recent_matrix
from core.model.ranking import Scores
from core.progress import Progress, silent

WORD = re.compile(r"\w{2,}")
BINS = 10
"""A numeric attribute becomes a word for each tenth of the items."""
LAST, DECAY = 50, 0.9
"""The profile: as many last events at most, each weighted this much less than the one after it."""


class Content:
    """Cosine of TF-IDF vectors of items to the decayed sum of those of the user's last events (scikit-learn)."""

    name = "content"

    def fit(self, train: Sequences, *, seed: int = 0, progress: Progress = silent) -> Self:  # noqa: ARG002
        """TF-IDF over words of all items of the catalogue, also those without events."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._counts = item_counts(train)
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
        profile = recent_matrix(histories, users, LAST, DECAY) @ self._vectors
        found: Scores = np.ascontiguousarray((self._vectors @ profile.T.toarray()).T, dtype=np.float32)
        return found


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
