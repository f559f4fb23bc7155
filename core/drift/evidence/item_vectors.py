"""What items have in common, as vectors: who has them, and the words that describe them.

Both views of an item are truncated singular value decompositions, of who had what (by inverse user frequency) and of
TF-IDF of its texts; each direction is scaled by the square root of its strength, and both views weigh the same.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from core.data import Sequences

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SIZE = 64
"""Directions of each view."""
MOST_WORDS = 20_000
"""Words at most, the commonest: bounds memory."""


def item_vectors(sequences: Sequences, seed: int, brought: Floats | None = None) -> Floats:
    """A vector of each item, 0 for those of which nothing is known, (n_items, n).

    `brought`, (n_items, m), stands for the words of items, 0 where an item has none.
    """
    words = _words(sequences, seed) if brought is None else _unit(brought)
    parts = [_together(sequences, seed), words]
    return np.concatenate([part for part in parts if part is not None], axis=1)


def _together(sequences: Sequences, seed: int) -> Floats:
    """From who had what; users whose events are not at hand take no part, nor memory."""
    some = np.cumsum(sequences.lengths > 0) - 1
    shape = (sequences.n_items, int(some[-1]) + 1 if len(some) else 0)
    have = sparse.csr_matrix((np.ones(len(sequences)), (sequences.item, some[sequences.user])), shape)
    have.data = np.log1p(have.data)
    rarity = np.log((1 + shape[0]) / (1 + have.getnnz(axis=0)))
    return _directions(have @ sparse.diags(rarity), seed)


def _words(sequences: Sequences, seed: int) -> Floats | None:
    """From titles and text columns; None where there are no words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    catalogue = sequences.catalogue
    texts = [str(title) if title != item else "" for title, item in zip(catalogue.titles, catalogue.items, strict=True)]
    for name in catalogue.attributes:
        column = catalogue.attributes[name]
        if column.dtype == object:
            texts = [
                f"{text} {more}" if isinstance(more, str) else text for text, more in zip(texts, column, strict=True)
            ]
    try:
        counts = TfidfVectorizer(min_df=2, max_df=0.3, max_features=MOST_WORDS, sublinear_tf=True).fit_transform(texts)
    except ValueError:  # no word is left
        return None
    return _directions(counts, seed)


def _directions(rows: "sparse.csr_matrix", seed: int) -> Floats:
    """Rows of unit length in the directions that tell them apart, (n, SIZE or fewer)."""
    from sklearn.utils.extmath import randomized_svd

    size = max(1, min(SIZE, min(rows.shape) - 1))
    left, strength, _ = randomized_svd(rows, size, random_state=seed)
    return _unit(left * np.sqrt(np.maximum(strength, 1e-12)))


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))
