"""What is known of items: titles, categories and attributes, in the order of the integer ids."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import schema
from core.workspace import DataSet

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """What is known of items: titles, categories in equal shares, and attribute columns."""

    items: NDArray[np.object_]
    """Item ids, (n_items,)."""
    titles: NDArray[np.object_]
    """Title of each item, its id where there is none, (n_items,)."""
    categories: tuple[str, ...]
    """Names of the categories, most events first; empty where the log has none."""
    category_offsets: Ints
    """Item i has the categories `category_index[category_offsets[i]:category_offsets[i + 1]]`."""
    category_index: Ints
    attributes: pd.DataFrame
    """Further columns of the items file, a row per item in the same order."""
    colors: tuple[tuple[str, str], ...] = ()
    """Categories that somebody gave a colour, as #rrggbb; all others have that of their place."""

    @cached_property
    def shares(self) -> Any:
        """Share of each category in each item; rows sum to 1, or 0 without category.

        A sparse matrix of 32-bit numbers (`scipy.sparse.csr_array`), (n_items, n_categories), categories of an item
        rising: whole, a million items of thousands of categories would take many gigabytes.
        """
        from scipy import sparse

        counts = np.diff(self.category_offsets)
        shares = np.repeat((1.0 / np.maximum(counts, 1)).astype(np.float32), counts)
        shape = (len(self.items), len(self.categories))
        found = sparse.csr_array((shares, self.category_index, self.category_offsets), shape, copy=True)
        found.sort_indices()
        return found

    def shares_of(self, items: NDArray[np.integer[Any]]) -> Floats:
        """Share of each category in some items, for as many as a list holds, (n, n_categories)."""
        found: Floats = self.shares[items].toarray()
        return found

    def bare(self) -> "Catalogue":
        """The same without what is only read: titles and attributes."""
        return replace(self, titles=self.items, attributes=pd.DataFrame(index=range(len(self.items))))

    @cached_property
    def first_category(self) -> Ints:
        """Index of each item's most popular category, -1 where it has none, (n_items,)."""
        first = np.full(len(self.items), -1, dtype=np.int64)
        rows = np.repeat(np.arange(len(self.items)), np.diff(self.category_offsets))
        order = np.lexsort((self.category_index, rows))
        present, start = np.unique(rows[order], return_index=True)
        first[present] = self.category_index[order][start]
        return first

    def main_category(self, items: NDArray[np.integer[Any]]) -> NDArray[np.object_]:
        """Name of the most popular category of some items, None where one has none; same shape."""
        names: NDArray[np.object_] = np.array([*self.categories, None], dtype=object)[self.first_category[items]]
        return names

    @cached_property
    def item_position(self) -> dict[str, int]:
        """Integer id of each item id."""
        return {item: position for position, item in enumerate(self.items)}


def load_catalogue(data_set: DataSet) -> Catalogue:
    """Items of the current version in the order of their integer ids, without a look at the events.

    So the order of the categories is not that of a whole log's catalogue.
    """
    items = pd.read_parquet(data_set.items)
    ids = items[schema.ITEM].drop_duplicates().to_numpy(dtype=object)
    return build_catalogue(ids, np.zeros(len(ids), dtype=np.int64), items)


def load_event_texts(data_set: DataSet) -> dict[str, list[str]]:
    """What was said of each item on its events, the newest first, each text once; empty where nothing was taken."""
    if not data_set.texts.exists():
        return {}
    rows = pd.read_parquet(data_set.texts, columns=[schema.ITEM, schema.TIME, schema.TEXT])
    newest = rows.sort_values(schema.TIME, ascending=False, kind="stable")
    folded = newest.assign(same=newest[schema.TEXT].str.casefold()).drop_duplicates([schema.ITEM, "same"])
    return {str(item): list(texts) for item, texts in folded.groupby(schema.ITEM, sort=False)[schema.TEXT]}


def build_catalogue(ids: NDArray[np.object_], popularity: Ints, items: pd.DataFrame | None) -> Catalogue:
    """From the items frame to a catalogue in the order of `ids`; `popularity` counts the events of each, (n_items,)."""
    known = pd.DataFrame({schema.ITEM: ids}) if items is None else items.drop_duplicates(schema.ITEM)
    frame = known.set_index(schema.ITEM).reindex(pd.Index(ids, name=schema.ITEM))
    names, offsets, index = _categories(frame, popularity)
    return Catalogue(
        items=ids,
        titles=_titles(frame, ids),
        categories=names,
        category_offsets=offsets,
        category_index=index,
        attributes=frame.drop(columns=[schema.TITLE, schema.CATEGORY], errors="ignore").reset_index(drop=True),
    )


def _titles(frame: pd.DataFrame, ids: NDArray[np.object_]) -> NDArray[np.object_]:
    if schema.TITLE not in frame:
        return ids
    titles = frame[schema.TITLE].to_numpy(dtype=object)
    missing = pd.isna(titles) | (titles == "")
    return np.where(missing, ids, titles)


def _categories(frame: pd.DataFrame, popularity: Ints) -> tuple[tuple[str, ...], Ints, Ints]:
    """Names (most events first, then by name), offsets and indices of the categories of each item."""
    if schema.CATEGORY not in frame:
        return (), np.zeros(len(frame) + 1, dtype=np.int64), np.zeros(0, dtype=np.int64)
    texts = frame[schema.CATEGORY].astype("string").reset_index(drop=True)
    single = texts.str.split(schema.CATEGORY_SEPARATOR, regex=False).explode().str.strip()
    single = single[single.notna() & (single != "")]
    pairs = pd.DataFrame({"row": single.index, "name": single.to_numpy(dtype=object)}).drop_duplicates()
    events = pd.Series(popularity[pairs["row"]], dtype=np.int64).groupby(pairs["name"].to_numpy()).sum()
    ranked = events.sort_index().sort_values(ascending=False, kind="stable").index
    counts = np.bincount(pairs["row"], minlength=len(frame))
    index = ranked.get_indexer(pd.Index(pairs["name"]))
    return tuple(ranked), np.concatenate(([0], np.cumsum(counts))), index.astype(np.int64)
