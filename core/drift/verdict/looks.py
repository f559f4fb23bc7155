"""How often each user's sessions are shuffled: some times for all, often only where it matters.

The score needs few shuffles, the p-value many. So all users get `FIRST`; a random `SAMPLE`, whose shuffles are the
reference of everyone, and the users whose score is in the upper half are looked at again, until it is plain what comes
of it (Besag and Clifford 1991) or all shuffles are spent. In a log of no more users than the sample that is everybody.
The lower half of a large log is judged by its first shuffles against the same reference: its p-values are as
uniform without drift, only less exact, and they are large anyway.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.drift.evidence.statistic import Tables, kernels
from core.drift.evidence.units import Units

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Chosen = NDArray[np.bool_]
FIRST = 4
"""Shuffles of every user."""
SAMPLE, SAMPLE_SHARE = 4000, 0.05
"""Users whose shuffles are the reference at least, and share of all users in large logs."""


@dataclass(frozen=True, eq=False)
class Looks:
    """Statistics of some users so far: of the history as it is, and of shuffles of its units."""

    statistics: Floats
    """(n_users, 1 + shuffles); NaN where there was no look."""
    seeds: NDArray[np.uint64]
    """State of each user's generator, (n_users,)."""

    @classmethod
    def none(cls, users: int, shuffles: int, seed: int, first: int = 0) -> "Looks":
        """Before the first look.

        `first` is the number of the first user: with the seed it fixes the shuffles, however users are chunked.
        """
        # Odd multipliers (splitmix64) spread neighbouring users over the generator's states; 0 is not one of them.
        number = np.arange(first + 1, first + 1 + users, dtype=np.uint64)
        seeds = number * np.uint64(0xBF58476D1CE4E5B9) + np.uint64((seed * 2 + 1) * 0x9E3779B97F4A7C15 % 2**64)
        return cls(np.full((users, 1 + shuffles), np.nan), np.maximum(seeds, np.uint64(1)))

    @classmethod
    def joined(cls, parts: list["Looks"]) -> "Looks":
        """Users of all parts behind each other."""
        if not parts:
            return cls.none(0, 1, 0)
        return cls(np.concatenate([p.statistics for p in parts]), np.concatenate([p.seeds for p in parts]))

    def only(self, users: Chosen) -> "Looks":
        """Those of some users."""
        return Looks(self.statistics[users], self.seeds[users])

    def first(self, units: Units, tables: Tables) -> None:
        """Fill in the statistic of every user who has units, and of `FIRST` shuffles."""
        users = np.arange(len(self.seeds))
        self._fill(units, tables, users, (0, min(1 + FIRST, self.statistics.shape[1])))

    def again(self, units: Units, tables: Tables, users: Ints) -> None:
        """Fill in the other shuffles of some users, `kernels.EARLY` in all of those of whom it is plain by then."""
        self._fill(units, tables, users, (1 + FIRST, self.statistics.shape[1]))

    def _fill(self, units: Units, tables: Tables, users: Ints, places: tuple[int, int]) -> None:
        arrays = (units.offsets, units.entries, units.category, units.amount)
        kernels.test_users(arrays, tables.arrays, self.statistics, self.seeds, users, places)


def sampled(users: int, seed: int) -> Chosen:
    """The users whose shuffles are the reference of everyone, (n_users,): all of a small log, else drawn at random."""
    size = max(SAMPLE, int(SAMPLE_SHARE * users))
    out = np.zeros(users, bool)
    out[np.random.default_rng([seed, 4]).permutation(users)[:size]] = True
    return out


def worthwhile(score: Floats, sample: Chosen) -> Ints:
    """Users who are looked at again: the sample, and those with a score in the upper half."""
    return np.flatnonzero(sample | (score >= np.median(score))) if len(score) else np.zeros(0, np.int64)
