"""Views as they are looked at: the same shuffles of the same sessions in each.

A user's generator starts alike in all views, and sessions are as many, so shuffle k is one order in all of them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.drift.evidence import kernels, spaces
from core.drift.evidence.statistic import Tables
from core.drift.evidence.units import Units

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Seeds = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Counted:
    """Sessions of some users as counts."""

    units: Units
    tables: Tables

    @property
    def offsets(self) -> Ints:
        """First session of each user, (n_users + 1,)."""
        return self.units.offsets


@dataclass(frozen=True, eq=False)
class Placed:
    """Sessions of some users as points of unit noise."""

    offsets: Ints
    """First session of each user, (n_users + 1,)."""
    weight: NDArray[np.float32]
    """What each session tells, (n_sessions,)."""
    points: NDArray[np.float32]
    """Weight x point of each session, (n_sessions, n_directions)."""
    spread: Floats
    """Variance of people's places, (n_directions,)."""


Seen = Counted | Placed
LEAST = -10.0
"""Statistics do not fall below this, as where no stretch is long enough."""


def weighed(
    seen: list[Seen], weight: Floats, seeds: Seeds, users: Ints, places: tuple[int, int]
) -> tuple[Floats, Floats, Seeds]:
    """Weighed sums over views of the statistics of some users' places, (n, places), and the views' own parts.

    The parts are what the history has above its shuffles' mean, weighed, (n, n_views); 0 where place 0 is not asked
    for. A view that knows nothing of a user adds nothing, except that the first then makes the sum NaN.
    """
    after, parts = seeds, np.zeros((len(users), len(seen)))
    total = np.zeros((len(users), places[1] - places[0]))
    for number, (view, worth) in enumerate(zip(seen, weight, strict=True)):
        out = np.full((len(seeds), places[1]), np.nan)
        after = fill(view, out, seeds, users, places)
        found = worth * np.maximum(out[users, places[0] :], LEAST)
        known = found if number == 0 else np.nan_to_num(found)
        total += known
        if places[0] == 0 and places[1] > 1:
            parts[:, number] = np.nan_to_num(found[:, 0] - found[:, 1:].mean(axis=1))
    return total, parts, after


def fill(seen: Seen, out: Floats, seeds: Seeds, users: Ints, places: tuple[int, int]) -> Seeds:
    """Fill places of some rows of `out`, (n_users, 1 + shuffles): place 0 is the history as it is, others shuffles.

    Takes the generators' states, and returns those for the places that follow.
    """
    seeds = seeds.copy()
    if isinstance(seen, Counted):
        units = seen.units
        arrays = kernels.UnitCounts(units.offsets, units.entries, units.category, units.amount)
        kernels.test_users(arrays, seen.tables.arrays, out, seeds, users, places)
    else:
        sessions = spaces.SessionPoints(seen.offsets, seen.weight, seen.points, seen.spread)
        spaces.test_points(sessions, out, seeds, users, places)
    return seeds


def only(seen: Seen, users: NDArray[np.bool_]) -> Seen:
    """Sessions of some users, numbered anew."""
    if isinstance(seen, Counted):
        return Counted(seen.units.only(users), seen.tables)
    count = np.diff(seen.offsets)
    session = np.repeat(users, count)
    return Placed(_sums(count[users]), seen.weight[session], seen.points[session], seen.spread)


def joined(parts: list[Seen]) -> Seen:
    """Users of all parts of one view behind each other; one part at least."""
    first = parts[0]
    if isinstance(first, Counted):
        return Counted(Units.joined([part.units for part in parts if isinstance(part, Counted)]), first.tables)
    places = [part for part in parts if isinstance(part, Placed)]
    offsets = _sums(np.concatenate([np.diff(part.offsets) for part in places]))
    weight, points = (np.concatenate([getattr(part, name) for part in places]) for name in ("weight", "points"))
    return Placed(offsets, weight, points, first.spread)


def gathered(seen: Seen, users: list[Ints]) -> Seen:
    """New users made of given sessions, by their numbers among all; `users` holds those of each."""
    offsets, pick = _sums(np.array([len(own) for own in users], dtype=np.int64)), np.concatenate(users)
    if isinstance(seen, Placed):
        return Placed(offsets, seen.weight[pick], seen.points[pick], seen.spread)
    return Counted(_picked(seen.units, offsets, pick), seen.tables)


def in_disorder(units: Units, seed: int) -> Units:
    """The units of each user in random order."""
    owner = np.repeat(np.arange(len(units.offsets) - 1), np.diff(units.offsets))
    return _picked(units, units.offsets, np.lexsort((np.random.default_rng([seed, 13]).random(len(owner)), owner)))


def _picked(units: Units, offsets: Ints, pick: Ints) -> Units:
    size = np.diff(units.entries)[pick]
    entries = _sums(size)
    entry = np.arange(entries[-1]) - np.repeat(entries[:-1], size) + np.repeat(units.entries[pick], size)
    return Units(offsets, units.start[pick], entries, units.category[entry], units.amount[entry])


def _sums(counts: Ints) -> Ints:
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
