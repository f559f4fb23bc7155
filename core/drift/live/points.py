"""Events as points, for the live test: what an item's vector tells of its person, learned once from the log.

Directions in which people differ, how sessions of one person scatter, and what everyone sought at a time are those of
the whole-history test (`geometry`, `fads`). A point is linear in its events, so that one more event of the last session
costs a sum. What people of like taste went on to (`following`) is left in: it is read from all of a person's sessions.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from core.drift.evidence import ItemView

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Small = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Points:
    """How events become points."""

    kind: Ints
    """Kind of each item, by which fads are told, (n_items,)."""
    place: Small
    """Of each item in directions of unit noise, and 1 for one of which something is known, (n_items, 1 + n)."""
    edges: Ints
    """Times between periods, (n_periods - 1,)."""
    taken: Small
    """What everyone sought, (n_kinds * n_periods, 1 + n), the last column 0."""
    noise: Floats
    """Variance of a session's noise: the first, and the second over its events, (2,)."""
    spread: Floats
    """Variance of people's places in each direction, (n,)."""

    def of(self, item: Ints, time: Ints) -> Small:
        """What each event adds to its session: a point and 1, all 0 where nothing is known, (n_events, 1 + n)."""
        if not len(self.spread):
            return np.zeros((len(item), 0), np.float32)
        cell = self.kind[item] * (len(self.edges) + 1) + np.searchsorted(self.edges, time, side="right")
        found = self.place[item]
        return np.asarray((found - self.taken[cell]) * found[:, -1:])


_NONE = np.zeros((0, 0), np.float32)
POINTLESS = Points(np.zeros(0, np.int64), _NONE, np.zeros(0, np.int64), _NONE, np.ones(2), np.zeros(0))
"""Where points tell no more than categories do: an event is none."""


def points_of(view: "ItemView") -> Points:
    """Points by a view of the whole-history test."""
    geometry, fads = view.geometry, view.fads
    kinds = int(fads.kind.max(initial=0)) + 1
    # The way is told for whole sessions there; periods are the same ones.
    begin = np.searchsorted(geometry.edges, fads.edges, side="right")
    way = geometry.way[np.concatenate(([0], begin))]
    taken = fads.off + np.tile(way, (kinds, 1))
    known = np.any(view.vectors != 0, axis=1)
    return Points(
        fads.kind,
        _turned(view.vectors, geometry.turn, known),
        fads.edges,
        _turned(taken, geometry.turn, np.zeros(len(taken))),
        np.array(geometry.noise),
        geometry.spread,
    )


def _turned(rows: Floats, turn: Floats, last: NDArray[np.generic]) -> Small:
    return np.column_stack((rows @ turn, last)).astype(np.float32)
