"""Names and colours that people gave to categories: for what is shown of a log, never for what is computed of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from core.data import schema
from core.data.catalogue import Catalogue
from core.data.sequences import Sequences

SIDES = ("from_categories", "to_categories")


@dataclass(frozen=True)
class CategoryNames:
    """How the categories of a data set are shown."""

    shown: Mapping[str, str] = field(default_factory=dict)
    """Name by the log's own category; several under one name are one for the eye."""
    colors: Mapping[str, str] = field(default_factory=dict)
    """Colour by the name that is shown, as #rrggbb."""

    def name(self, category: str) -> str:
        """What a category is called."""
        return self.shown.get(category, category)

    def names(self, categories: Iterable[str]) -> tuple[str, ...]:
        """What some categories are called, each name once.

        >>> CategoryNames({"tea": "drinks", "coffee": "drinks"}).names(["coffee", "cake", "tea"])
        ('drinks', 'cake')
        """
        return tuple(dict.fromkeys(map(self.name, categories)))

    def own(self, names: Iterable[str]) -> tuple[str, ...]:
        """The log's own categories behind some names; of a name that nobody gave the category itself.

        >>> CategoryNames({"tea": "drinks", "coffee": "drinks"}).own(["drinks", "cake"])
        ('tea', 'coffee', 'cake')
        """
        behind = {name: [own for own, shown in self.shown.items() if shown == name] for name in names}
        return tuple(dict.fromkeys(each for name, own in behind.items() for each in (own or [name])))

    @property
    def merged(self) -> dict[str, tuple[str, ...]]:
        """Names that stand for more than one category, with these."""
        behind: dict[str, list[str]] = {}
        for category, name in self.shown.items():
            behind.setdefault(name, []).append(category)
        return {name: tuple(own) for name, own in behind.items() if len(own) > 1}

    def on(self, sequences: Sequences) -> Sequences:
        """The log with its categories as they are shown; an item of several that are one has that one once."""
        catalogue = sequences.catalogue
        if not (self.shown or self.colors):
            return sequences
        return replace(sequences, catalogue=self.catalogue(catalogue))

    def catalogue(self, catalogue: Catalogue) -> Catalogue:
        """A catalogue with the names that are shown, in the order of their largest category."""
        names = self.names(catalogue.categories)
        place = {name: number for number, name in enumerate(names)}
        number = np.array([place[self.name(name)] for name in catalogue.categories], dtype=np.int64)
        rows = np.repeat(np.arange(len(catalogue.items)), np.diff(catalogue.category_offsets))
        pairs = np.unique(rows * max(len(names), 1) + number[catalogue.category_index])
        counts = np.bincount(pairs // max(len(names), 1), minlength=len(catalogue.items))
        colors = tuple((name, color) for name, color in self.colors.items() if name in place)
        return replace(
            catalogue,
            categories=names,
            category_offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
            category_index=(pairs % max(len(names), 1)).astype(np.int64),
            colors=colors,
        )

    def in_rows(self, rows: pd.DataFrame) -> pd.DataFrame:
        """A table with a row per item or event, its column `category` with the names that are shown."""
        if not self.shown or schema.CATEGORY not in rows:
            return rows
        named = [self.shown.get(category, category) for category in rows[schema.CATEGORY]]
        return rows.assign(**{schema.CATEGORY: pd.Series(named, index=rows.index, dtype=object)})

    def in_counts(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Counts by category, those under one name added up, the largest first; all columns but `category` are counts.

        An item of two categories that are one for the eye counts twice, as it does in the rows.
        """
        if not self.shown:
            return rows
        sums = self.in_rows(rows).groupby(schema.CATEGORY, sort=False).sum().reset_index()
        return sums.sort_values("events", ascending=False, kind="stable").reset_index(drop=True)

    def in_table(self, table: pd.DataFrame) -> pd.DataFrame:
        """A drift table with the names that are shown on both sides of changes; a turn within one name is none."""
        if not self.shown:
            return table
        pairs = [self._sides(*cells) for cells in zip(*(table[name] for name in SIDES), strict=True)]
        told: dict[str, Any] = {name: pd.Series([pair[at] for pair in pairs], index=table.index, dtype=object)
                                for at, name in enumerate(SIDES)}  # fmt: skip
        return table.assign(**told)

    def _sides(self, left: Iterable[str], found: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        lost, won = self.names(left), self.names(found)
        same = set(lost) & set(won)
        return tuple(name for name in lost if name not in same), tuple(name for name in won if name not in same)
