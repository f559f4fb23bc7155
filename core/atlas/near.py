"""The items nearest to points of a map in the space that it was drawn of, where distances do not bend."""

from dataclasses import dataclass, field

import numpy as np

from core.atlas.space import Floats, Ints

NEAREST_ITEMS = 10
"""Items that are told of a point."""
MOST_POINTS, MOST_PAIRS = 20_000, 400_000_000
"""Points whose nearest items are kept, and distances that are measured for it at most."""
AT_ONCE = 500


@dataclass(frozen=True, eq=False)
class Near:
    """Nearest items of some points."""

    point: Ints = field(repr=False)
    """Rows of the points of a map, rising, (n,)."""
    item: Ints = field(repr=False)
    """The nearest items, nearest first, -1 where there are no more, (n, `NEAREST_ITEMS`)."""
    distance: Floats = field(repr=False)
    """1 less the cosine, NaN where there are no more."""


def near_points(vectors: Floats, items: Floats, weight: Ints) -> Near:
    """Nearest items of the points of a map, an item's own left out; of too many points those that count most.

    `vectors` of all points, of which the first are the `items`; `weight`: how much each point counts, (n_points,).
    """
    room = min(MOST_POINTS, MOST_PAIRS // max(1, len(items)))
    point = np.sort(np.argsort(-weight, kind="stable")[:room])
    item, distance = nearest(vectors[point], items, np.where(point < len(items), point, -1))
    return Near(point, item, distance)


def nearest(vectors: Floats, items: Floats, own: Ints) -> tuple[Ints, Floats]:
    """Nearest items and 1 less the cosine, (n, `NEAREST_ITEMS`) each; `own`: an item to leave out, or -1, (n,)."""
    count = min(NEAREST_ITEMS, len(items))
    item = np.full((len(vectors), NEAREST_ITEMS), -1, dtype=np.int64)
    distance = np.full((len(vectors), NEAREST_ITEMS), np.nan, dtype=np.float32)
    for start in range(0, len(vectors), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        near = vectors[part] @ items.T
        mine = np.flatnonzero(own[part] >= 0)
        near[mine, own[part][mine]] = -np.inf
        best = np.argpartition(-near, count - 1, axis=1)[:, :count]
        close = np.take_along_axis(near, best, axis=1)
        order = np.lexsort((best, -close), axis=1)
        best, close = np.take_along_axis(best, order, axis=1), np.take_along_axis(close, order, axis=1)
        there = np.isfinite(close)
        item[part, :count] = np.where(there, best, -1)
        distance[part, :count] = np.where(there, 1.0 - close, np.nan)
    return item, distance
