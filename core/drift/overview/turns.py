"""What a user's events were about before and after each change, as pictures draw it: plain shares of events.

The drift test compares visits, takes out what everyone shares, and leans on what mixes usually look like; a picture
shows none of that. So that words agree with the picture beside them, pages name what lost and gained most in it, and
say where the test sees another turn.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from core.data import Sequences, schema
from core.drift.verdict import CHANGES, Change, no_entries

Floats = NDArray[np.float64]
FROM, TO = "from_categories", "to_categories"
TESTED_FROM, TESTED_TO = "tested_from", "tested_to"
"""What the test names, beside what the picture shows."""
MOST, ALSO = 3, 0.1
"""Categories that are named at most, and the least change of a share that is worth a second name."""


def mixes(sequences: Sequences, user: int, events: Sequence[int]) -> Floats:
    """Share of each category among a user's events in each stretch between changes, (n_changes + 1, n_categories)."""
    first, last = int(sequences.offsets[user]), int(sequences.offsets[user + 1])
    bounds = np.array([0, *events, last - first])
    return np.asarray(_mixes(sequences, np.arange(first, last), np.diff(bounds)).toarray())


def drawn(table: pd.DataFrame, sequences: Sequences) -> pd.DataFrame:
    """The drift table with what lost and gained most in the events themselves in place of what the test names.

    That is `from_categories` and `to_categories` (of the change with the largest magnitude), and each of `changes`,
    largest first. What the test names is in `TESTED_FROM` and `TESTED_TO`. The table keeps its order and its index.
    """
    told = table.assign(**{TESTED_FROM: table[FROM], TESTED_TO: table[TO]})
    place = np.array([sequences.user_position[user] for user in table[schema.USER]], dtype=np.int64)
    rows = np.flatnonzero(table[CHANGES].map(len).to_numpy() > 0)
    rows = rows[np.argsort(place[rows], kind="stable")]
    cells = {name: no_entries(len(table)) for name in (FROM, TO, CHANGES)}
    found = _turned(sequences, place[rows], [table[CHANGES].iloc[row] for row in rows])
    for row, turned in zip(rows, found, strict=True):
        largest = max(turned, key=lambda change: change.magnitude)
        cells[CHANGES][row], cells[FROM][row], cells[TO][row] = turned, largest.left, largest.found
    return told.assign(**cells)


def _turned(
    sequences: Sequences, users: NDArray[np.int64], changes: list[tuple[Change, ...]]
) -> list[tuple[Change, ...]]:
    """The changes of some users, rising, with the categories that lost and gained most in the events around each."""
    sizes = [
        np.diff([0, *(change.event for change in found), sequences.lengths[user]])
        for user, found in zip(users, changes, strict=True)
    ]
    shares = _mixes(sequences, sequences.rows_of_all(users), np.concatenate([*sizes, np.zeros(0, np.int64)]))
    gain = (shares[1:] - shares[:-1]).tocsr() if len(users) else shares
    names, at, out = sequences.catalogue.categories, 0, []
    for found in changes:
        sides = [_named(gain, at + number, names) for number in range(len(found))]
        out.append(tuple(replace(one, left=left, found=won) for one, (left, won) in zip(found, sides, strict=True)))
        at += len(found) + 1
    return out


def _mixes(sequences: Sequences, rows: NDArray[np.int64], sizes: NDArray[np.int64]) -> sparse.csr_array:
    """Shares of categories among the events of each stretch, given how many of the rows each holds."""
    stretch = np.repeat(np.arange(len(sizes)), sizes)
    cells = (np.ones(len(rows)), (stretch, sequences.item[rows]))
    held = sparse.csr_array(cells, (len(sizes), sequences.n_items)) @ sequences.catalogue.shares
    total = np.asarray(held.sum(axis=1)).ravel()
    scaled = sparse.diags_array(1 / np.where(total > 0, total, 1)) @ held
    return sparse.csr_array(scaled)


def _named(gain: sparse.csr_array, row: int, names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Categories that lost and that gained most from one stretch to the next."""
    inside = slice(gain.indptr[row], gain.indptr[row + 1])
    order = np.argsort(gain.indices[inside])
    category, by = gain.indices[inside][order], gain.data[inside][order]
    return _largest(-by, category, names), _largest(by, category, names)


def _largest(gain: Floats, category: NDArray[np.int32], names: tuple[str, ...]) -> tuple[str, ...]:
    order = np.argsort(-gain, kind="stable")[:MOST]
    least = np.array([0.0, ALSO, ALSO])[: len(order)]
    return tuple(names[category[place]] for place in order[gain[order] > least])
