"""Columns of the atlas's side panel: what is known of each point, as few names, numbers or times."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences, schema

NAMES, NUMBER, TIME = "names", "number", "time"
MOST_VALUES, MOST_COLUMNS = 30, 8
"""Names of a column; a column with more tells nothing apart. Columns of the log itself at most."""
MOST_CATEGORIES = 60
NUMBERS = 0.95
"""Share of the values of a column that must be numbers for it to be one of numbers."""
MILLI = 1000
"""Microseconds of a millisecond."""


@dataclass(frozen=True, eq=False)
class Column:
    """One histogram."""

    name: str
    kind: str
    values: list[str] | None
    """Names by their codes."""
    array: NDArray[Any]
    """Codes (int16, -1 none), numbers (float32) or milliseconds since 1970 (float64), NaN without, (n_points,)."""

    @property
    def about(self) -> dict[str, Any]:
        """The column without its array: name, kind, values, range."""
        there = self.array[np.isfinite(self.array)] if self.values is None else self.array[:0]
        ends = [float(there.min()), float(there.max())] if len(there) else [0.0, 0.0]
        return {"name": self.name, "kind": self.kind, "values": self.values, "range": None if self.values else ends}


def columns(
    points: pd.DataFrame, log: Sequences, named: Mapping[str, bool] | None, words: Mapping[str, str]
) -> list[Column]:
    """Of points: category, time, popularity, whether their user is named, then columns of items and of users.

    `points` with kind, item_id, category, user_id, event_index; `named`: whether each user is, None where that is not
    known; `words` for category, time, popularity, drifted, named, not_named, items.
    """
    item = np.array([log.catalogue.item_position[each] for each in points[schema.ITEM]], dtype=np.int64)
    user = pd.Index(log.users).get_indexer(pd.Index(points[schema.USER]))
    found = [] if points[schema.CATEGORY].isna().all() else [_categories(points[schema.CATEGORY], words["category"])]
    if not log.ordinal:
        found.append(Column(words["time"], TIME, None, _times(points, log, item, user)))
    counts = np.bincount(log.item, minlength=log.n_items)[item]
    popular = np.where(counts > 0, counts, np.nan).astype(np.float32)
    found.append(Column(words["popularity"], NUMBER, None, popular))
    if named is not None:
        verdict = [named.get(each, False) for each in points[schema.USER]]
        codes = np.where(user < 0, 2, np.where(verdict, 0, 1)).astype(np.int16)
        found.append(Column(words["drifted"], NAMES, [words["named"], words["not_named"], words["items"]], codes))
    return [*found, *list(_attributes(log, item, user))[:MOST_COLUMNS]]


def membership(points: pd.DataFrame, members: frozenset[str], names: tuple[str, str]) -> Column:
    """Whether the user of each state is one of some: their name, and that of all others; items are neither."""
    inside = points[schema.USER].isin(members)
    codes = np.where(points[schema.USER].isna(), -1, np.where(inside, 0, 1)).astype(np.int16)
    return Column(names[0], NAMES, list(names), codes)


def _categories(category: "pd.Series[Any]", name: str) -> Column:
    """The categories of most points; the rest have none."""
    values = [str(each) for each in category.value_counts().index[:MOST_CATEGORIES]]
    return Column(name, NAMES, values, pd.Index(values).get_indexer(pd.Index(category)).astype(np.int16))


def _times(points: pd.DataFrame, log: Sequences, item: NDArray[np.int64], user: NDArray[np.int64]) -> NDArray[Any]:
    """Of a state the time of its event, of an item that of its first event; NaN of an item that nobody had."""
    first = np.full(log.n_items, np.inf)
    np.minimum.at(first, log.item, log.time)
    rows = log.offsets[np.maximum(user, 0)] + np.maximum(points[schema.EVENT_INDEX].to_numpy(np.int64), 0)
    found = np.where(user < 0, first[item], log.time[np.minimum(rows, len(log) - 1)])
    return np.where(np.isfinite(found), found, np.nan) / MILLI


def _attributes(log: Sequences, item: NDArray[np.int64], user: NDArray[np.int64]) -> Iterator[Column]:
    """Columns that the data set carries, of items and then of users."""
    for frame, rows in ((log.catalogue.attributes, item), (log.user_attributes, user)):
        for name in frame.columns:
            column = _column(str(name), frame[name])
            if column is not None:
                none = np.int16(-1) if column.values is not None else np.float32(np.nan)
                yield Column(column.name, column.kind, column.values, np.append(column.array, none)[rows])


def _column(name: str, series: "pd.Series[Any]") -> Column | None:
    """A column as numbers where nearly all of it is, else as names where these are few; None for any other."""
    text = series[series.notna()].astype(str)
    if text.nunique() < 2:
        return None
    number = pd.to_numeric(series, errors="coerce")
    if number.notna().sum() >= NUMBERS * len(text) and text.nunique() > MOST_VALUES // 3:
        return Column(name, NUMBER, None, number.to_numpy(np.float32))
    values: Sequence[str] = list(text.value_counts().index)
    if len(values) > MOST_VALUES or len(values) > len(text) / 2:
        return None
    codes = pd.Index(values).get_indexer(pd.Index(series.astype(str).where(series.notna()))).astype(np.int16)
    return Column(name, NAMES, list(values), codes)
