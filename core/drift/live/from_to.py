"""From what to what a user who was flagged turned, by the events up to the flag alone."""

import numpy as np
from numpy.typing import NDArray

from core.data import Catalogue
from core.drift.verdict import moved

Ints = NDArray[np.int64]
Names = tuple[str, ...]


def from_to(catalogue: Catalogue, items: Ints, since: int) -> tuple[Names, Names]:
    """Categories that lost and gained most from a user's events before `since` to those after, three at most each.

    `items`: integer items of the catalogue in order of time; shares are counted as they are, an item's categories in
    equal parts. Which changes are worth a name is as in the verdict on whole histories.
    """
    names = np.array(catalogue.categories, dtype=object)
    before, after = (catalogue.shares_of(part).sum(axis=0) for part in (items[:since], items[since:]))
    lost, gained = moved(after / max(1.0, after.sum()) - before / max(1.0, before.sum()))
    return tuple(names[lost]), tuple(names[gained])
