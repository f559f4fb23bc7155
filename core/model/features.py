"""What is known of items and users, as tokens and text vectors that a network can learn from.

Every column becomes either tokens (categories, names, numbers cut at their quantiles) or, where its cells are
sentences, one vector by TF-IDF and a truncated SVD. Columns that say nothing (empty, constant) are left out.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Catalogue, schema

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

QUANTILES = 10
"""Bins of a column of numbers."""
TEXT_SIZE = 32
"""Length of a text vector."""
MOST_TOKENS = 20_000
"""Tokens kept of a column, most frequent first."""
RARE = 2
"""A token in fewer rows teaches nothing about others, and is left out."""


@dataclass(frozen=True, eq=False)
class Bag:
    """Tokens of each row of one column: row i has `index[offsets[i]:offsets[i + 1]]`."""

    name: str
    offsets: Ints
    index: Ints
    tokens: tuple[str, ...]
    """Text of each token: how a later run knows it again."""

    @cached_property
    def numbers(self) -> dict[str, list[int]]:
        """Tokens by their text in any case, in the order of their numbers."""
        found: dict[str, list[int]] = {}
        for number, token in enumerate(self.tokens):
            found.setdefault(token.casefold(), []).append(number)
        return found


@dataclass(frozen=True, eq=False)
class Features:
    """All that is known of the rows of one table."""

    rows: int
    bags: tuple[Bag, ...]
    texts: Floats
    """Unit vectors of what is written about each row, (rows, 0 or TEXT_SIZE)."""
    said: Floats | None = None
    """Whitened unit vectors of what each row means, zero where nothing is known, (rows, size)."""


def item_features(catalogue: Catalogue, *, use: bool = True) -> Features:
    """Categories, attribute columns and titles of items; nothing but their number unless `use`."""
    rows = len(catalogue.items)
    if not use:
        return Features(rows, (), np.zeros((rows, 0), dtype=np.float32))
    bags = [_bag_of_categories(catalogue)] if catalogue.categories else []
    written: list[pd.Series] = []
    if (catalogue.titles != catalogue.items).mean() > 0.5:
        written.append(pd.Series(catalogue.titles, dtype=object))
    return _features(rows, bags, written, catalogue.attributes)


def user_features(attributes: pd.DataFrame, rows: int) -> Features:
    """Attribute columns of users."""
    return _features(rows, [], [], attributes)


def _features(rows: int, bags: list[Bag], written: list[pd.Series], attributes: pd.DataFrame) -> Features:
    for name in attributes.columns:
        column = attributes[name].reset_index(drop=True)
        numbers = pd.to_numeric(column, errors="coerce")
        if column.isna().all():
            continue
        if np.isfinite(numbers).mean() >= 0.9 * column.notna().mean():
            bags.append(_bag_of_numbers(str(name), numbers))
        elif _is_text(column):
            written.append(column)
        else:
            bags.append(_bag_of_names(str(name), column))
    kept = tuple(bag for bag in bags if len(bag.tokens) > 1)
    return Features(rows, kept, _text_vectors(rows, written))


def _is_text(column: pd.Series) -> bool:
    cells = column.dropna().astype(str)
    return bool(cells.str.count(r"\S+").mean() > 4 and cells.nunique() > 0.5 * len(cells))


def _bag_of_categories(catalogue: Catalogue) -> Bag:
    return Bag(schema.CATEGORY, catalogue.category_offsets, catalogue.category_index, catalogue.categories)


def _bag_of_numbers(name: str, numbers: pd.Series) -> Bag:
    """A number is the token of its quantile; what is not a finite number has none."""
    values = numbers.to_numpy(dtype=np.float64)
    finite = np.isfinite(values)
    edges = np.unique(np.quantile(values[finite], np.linspace(0, 1, QUANTILES + 1)[1:-1]))
    index = np.searchsorted(edges, values[finite], side="right")
    offsets = np.concatenate(([0], np.cumsum(finite)))
    return Bag(name, offsets, index.astype(np.int64), tuple(f"quantile {place}" for place in range(len(edges) + 1)))


def _bag_of_names(name: str, column: pd.Series) -> Bag:
    single = column.dropna().astype(str).str.split(r"[|,;]").explode().str.strip().str.casefold()
    single = single[single != ""]
    counts = single.value_counts()
    known = counts[counts >= RARE].sort_index().sort_values(ascending=False, kind="stable").index[:MOST_TOKENS]
    pairs = pd.DataFrame({"row": single.index, "token": known.get_indexer(pd.Index(single))})
    pairs = pairs[pairs["token"] >= 0].drop_duplicates()
    counted = np.bincount(pairs["row"], minlength=len(column))
    index = pairs["token"].to_numpy(dtype=np.int64)
    return Bag(name, np.concatenate(([0], np.cumsum(counted))), index, tuple(known))


def _text_vectors(rows: int, written: list[pd.Series]) -> Floats:
    """TF-IDF of words, projected on the leading directions; rows without text are zero."""
    if not written or rows < 50:
        return np.zeros((rows, 0), dtype=np.float32)
    from sklearn.decomposition import TruncatedSVD  # slow to import, rarely needed
    from sklearn.feature_extraction.text import TfidfVectorizer

    joined = pd.concat([column.fillna("").astype(str) for column in written], axis=1).agg(" ".join, axis=1)
    try:
        weights = TfidfVectorizer(min_df=RARE, max_df=0.3, max_features=MOST_TOKENS, sublinear_tf=True)
        matrix = weights.fit_transform(joined)
    except ValueError:  # no word occurs in two rows
        return np.zeros((rows, 0), dtype=np.float32)
    size = min(TEXT_SIZE, matrix.shape[1] - 1)
    if size < 1:
        return np.zeros((rows, 0), dtype=np.float32)
    vectors = TruncatedSVD(size, random_state=0).fit_transform(matrix)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Floats = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 1e-6).astype(np.float32)
    return units
