"""What everyone sought at a time among items of one kind: launches and fads, to be taken off what one person sought."""

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from core.data import Sequences
from core.drift.evidence.trend import periods

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STEADY = 5.0
"""Events of a kind and period that weigh as much as the belief that nothing is different about it then."""


@dataclass(frozen=True, eq=False)
class Fads:
    """How what is sought among items of one kind differs from time to time."""

    kind: Ints
    """Kind of each item, (n_items,)."""
    edges: Ints
    """Times between periods, (n_periods - 1,)."""
    off: Floats
    """Difference of the mean vector from that of all times, (n_kinds * n_periods, n_features)."""

    def cell(self, item: Ints, time: Ints) -> Ints:
        """Row of `off` of events."""
        return np.asarray(self.kind[item] * (len(self.edges) + 1) + np.searchsorted(self.edges, time, side="right"))


def learn_fads(log: Sequences, users: Ints, vectors: Floats, kind: Ints) -> Fads:
    """From all events of some users; items without a kind are of one kind."""
    rows = log.rows_of_all(users)
    item, time = log.item[rows].astype(np.int64), log.time[rows]
    kind = np.where(kind < 0, kind.max(initial=-1) + 1, kind)
    fads = Fads(kind, periods(time), np.zeros((0, 0)))
    count = len(fads.edges) + 1
    cell = fads.cell(item, time)
    cells = (int(kind.max(initial=0)) + 1) * count
    events = np.bincount(cell, minlength=cells)
    pick = sparse.csr_matrix((np.ones(len(cell)), (cell, item)), (cells, len(vectors)))
    total = np.asarray(pick @ vectors).reshape(-1, count, vectors.shape[1])
    by_kind = total.sum(axis=1) / np.maximum(events.reshape(-1, count).sum(axis=1), 1)[:, None]
    off = total.reshape(cells, -1) - events[:, None] * np.repeat(by_kind, count, axis=0)
    return dataclasses.replace(fads, off=off / (events + STEADY)[:, None] if count > 1 else off * 0.0)
