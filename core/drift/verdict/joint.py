"""Where a history changes in the eyes of all views together: their evidence is added, each for what it is worth.

The best stretch that differs from the rest is sought first, then the best within each stretch that is left, as long as
evidence, averaged over all places, speaks for one more (binary segmentation; the price of a place is in the average).
Places are those between blocks of sessions, forty of them in the whole history at most.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.drift.evidence import Counted, Placed, Seen, Units, kernels, space_blocks, space_scan
from core.drift.verdict.segments import MOST_CHANGES, MOST_LABELS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MORE = 2.0
"""Evidence, averaged over places, that one more change takes."""
FEWEST = 4
"""Sessions that are divided at least."""


@dataclass(frozen=True, eq=False)
class Sight:
    """One user's sessions in every view, and what the views are worth."""

    seen: list[Seen]
    weight: Floats
    user: int

    def pairs(self, sessions: Ints) -> Floats:
        """Evidence of each stretch i..j of blocks of these sessions against the rest, (n, n + 1) blocks."""
        count = min(len(sessions), kernels.BLOCKS)
        total = np.zeros((count, count + 1))
        for view, worth in zip(self.seen, self.weight, strict=True):
            if worth:
                found = np.full((kernels.BLOCKS + 1, kernels.BLOCKS + 1), -np.inf)
                if isinstance(view, Counted):
                    _count_pairs(view, self.user, sessions, found)
                else:
                    _point_pairs(view, self.user, sessions, found)
                total += worth * np.nan_to_num(found[:count, : count + 1], nan=0.0, neginf=-1e6)
        return total


def units_of(seen: list[Seen]) -> Units:
    """Sessions as counts of categories: the first view."""
    first = seen[0]
    assert isinstance(first, Counted)
    return first.units


def _count_pairs(view: Counted, user: int, sessions: Ints, pairs: Floats) -> None:
    units, arrays = view.units, view.tables.arrays
    own = units.entries[units.offsets[user] : units.offsets[user + 1] + 1]
    inside = slice(own[0], own[-1])
    names, dense = kernels.dense_counts(own, units.category[inside], units.amount[inside], view.tables.reach)
    blocks = kernels.blocks_of(dense, sessions)
    if not blocks.any():
        pairs[:] = 0.0
        return
    kernels.scan(blocks, blocks.sum(axis=0), names, arrays, pairs)


def _point_pairs(view: Placed, user: int, sessions: Ints, pairs: Floats) -> None:
    own = slice(view.offsets[user], view.offsets[user + 1])
    mass, sums = space_blocks(sessions, view.weight[own], view.points[own])
    if not mass.any():
        pairs[:] = 0.0
        return
    space_scan(mass, sums, view.spread, pairs)


def divide(sight: Sight, sessions: int) -> tuple[Ints, Ints]:
    """Bounds (0, first session of each further stretch, number of sessions) and a label of each stretch."""
    bounds, labels = [0, sessions], [0]
    open_stretches = [(0, sessions)]
    while open_stretches and len(labels) <= MOST_CHANGES and max(labels) + 1 < MOST_LABELS:
        first, last = open_stretches.pop(0)
        cuts, gain = _best(sight, first, last)
        if (len(labels) > 1 and gain < MORE) or len(labels) + len(cuts) > MOST_CHANGES + 1:
            continue
        place = bounds.index(first)
        label, new = labels[place], max(labels) + 1
        bounds[place + 1 : place + 1] = cuts
        back = len(cuts) == 1 or new + 1 == MOST_LABELS or _comes_back(sight, (first, *cuts, last))
        again = label if back else new + 1
        labels[place : place + 1] = [label, new] if len(cuts) == 1 else [label, new, again]
        ends = [first, *cuts, last]
        open_stretches += [(a, b) for a, b in itertools.pairwise(ends) if b - a >= FEWEST]
    return np.array(bounds), np.array(labels)


def _comes_back(sight: Sight, ends: tuple[int, ...]) -> bool:
    """Whether what comes behind the second cut is what was before the first."""
    first, start, end, last = ends
    pairs = sight.pairs(np.concatenate((np.arange(first, start), np.arange(end, last))))
    count = len(pairs)
    cut = round((start - first) * count / (start - first + last - end))
    return bool(pairs[min(max(cut, 1), count - 1), count] < MORE) if count > 1 else True


def _best(sight: Sight, first: int, last: int) -> tuple[list[int], float]:
    """Cuts of the stretch that differs most from the rest, one or two, and the evidence averaged over stretches."""
    pairs = sight.pairs(np.arange(first, last))
    count = len(pairs)
    padded = np.full((kernels.BLOCKS + 1, kernels.BLOCKS + 1), -np.inf)
    padded[1:count, : count + 1] = np.where(np.triu(np.ones_like(pairs), 1) > 0, pairs, -np.inf)[1:]
    gain = kernels.average(padded, count, padded.max(initial=-np.inf))
    # An A-B-A has more places to choose from than a single change: the same price as in the statistic.
    padded[:, :count] -= math.log(max(1.0, (count - 1) / 2) * kernels.SINGLE / (1 - kernels.SINGLE))
    i, j = divmod(int(np.argmax(padded)), padded.shape[1])
    cuts = [first - (-place * (last - first) // count) for place in (max(1, i), j) if place < count]
    return cuts, float(gain)


def places(sight: Sight, first: int, last: int) -> tuple[Ints, Floats]:
    """Sessions before which the one change within first..last may lie, and their chances."""
    pairs = sight.pairs(np.arange(first, last))
    count = len(pairs)
    profile = pairs[1:count, count]
    chance = np.exp(profile - profile.max())
    return first - (-np.arange(1, count) * (last - first) // count), chance / chance.sum()
