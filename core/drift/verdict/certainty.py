"""How sure: p-values from shuffled sessions, and false discoveries over all users.

Sessions, not events, are exchangeable without drift. Each user's sessions are shuffled some dozens of times; the
statistics of the shuffles of the users nearest in length are the reference of each of them, so that a user with
eight sessions, who alone could never be significant, is still judged: by how rarely such evidence comes up among
shuffles of users like that one. Own mean and spread, the history as it is among its shuffles, are mostly taken out,
for users of one length differ in their habits. Shuffles of drifted users are too wild a reference, so users whose own
p-value is small stay out of it, and the others count by how likely it is that they have not changed (`steady`):
without drift that p-value says nothing about the size of the shuffles' statistics.

How often each user's sessions are shuffled: some times for all, often only where it matters.

The score needs few shuffles, the p-value many. So all users get `FIRST`; a random `SAMPLE`, whose shuffles are the
reference of everyone, and the half of users that stand out most from their shuffles are looked at again, until it is
plain what comes of it (Besag and Clifford 1991) or all shuffles are spent. In a log of no more users than the sample
that is everybody.
The lower half of a large log is judged by its first shuffles against the same reference: its p-values are as
uniform without drift, only less exact, and they are large anyway.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.drift.evidence import Seen, own_scaled, row_blocks, weighed
from core.drift.verdict.steady import nearby, steadiness

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CENTRE, SPREAD = 0.5, 0.5
"""How much of a user's own mean and spread under shuffling is taken out of a score."""
NEIGHBOURS, FEWEST_NEIGHBOURS = 120.0, 25.0
"""Users nearest in length whose shuffles are a reference, each counted by how likely no change is; fewer where that
were more than a fifth of all."""
STRIDE = 5
"""Of those, how many change from one reference to the next."""
EARLY, COMMON, CLEAR = 24, 6, 8.0
"""Shuffles after which users are let go of whom it is plain by then: `COMMON` shuffles or more show as much as the
history does (Besag and Clifford 1991), or it stands `CLEAR` standard deviations above them."""


Chosen = NDArray[np.bool_]
FIRST = 4
"""Shuffles of every user."""
SAMPLE, SAMPLE_SHARE = 4000, 0.05
"""Users whose shuffles are the reference at least, and share of all users in large logs."""


def length_of(sessions: Ints, events: Floats) -> Floats:
    """What makes histories alike in length: ranks by sessions and by events, added, (n_users,)."""
    return np.asarray(pd.Series(sessions).rank() + pd.Series(events).rank())


@dataclass(frozen=True, eq=False)
class Evidence:
    """What all looks at users come to: of most what their shuffles are like, of those who are a reference each one.

    So a million users take a tenth of the memory of all their looks.
    """

    observed: Floats
    """Statistic of the history as it is, (n_users,)."""
    mean: Floats
    """Of a user's own shuffles, (n_users,)."""
    spread: Floats
    """The same, (n_users,)."""
    scaled: Floats
    """The observed, less most of what is the user's own, (n_users,)."""
    sample: Ints
    """Users whose shuffles are a reference, rising."""
    looks: Floats
    """Theirs, (n_sample, 1 + shuffles), NaN where a shuffle was not needed."""

    @classmethod
    def none(cls, sample: Chosen, shuffles: int) -> "Evidence":
        """Before any look; `sample`: who may be a reference, (n_users,)."""
        few = np.flatnonzero(sample)
        observed, mean, spread, scaled = (np.full(len(sample), np.nan) for _ in range(4))
        return cls(observed, mean, spread, scaled, few, np.full((len(few), 1 + shuffles), np.nan))

    @classmethod
    def of(cls, statistics: Floats, sample: Chosen | None = None) -> "Evidence":
        """Of (observed, shuffles ...) statistics; without a sample all are a reference."""
        made = cls.none(np.ones(len(statistics), bool) if sample is None else sample, statistics.shape[1] - 1)
        made.take(np.arange(len(statistics)), statistics)
        return made

    def take(self, users: Ints, statistics: Floats) -> None:
        """Know looks at some users, (observed, the first shuffles ...), in place of those before."""
        for some in row_blocks(len(users)):
            wide = np.full((len(users[some]), self.looks.shape[1]), np.nan)
            wide[:, : statistics.shape[1]] = statistics[some]
            self.observed[users[some]], self.scaled[users[some]] = wide[:, 0], own_scaled(wide)[:, 0]
            self.mean[users[some]] = np.nanmean(wide[:, 1:], axis=1)
            self.spread[users[some]] = np.nanstd(wide[:, 1:], axis=1)
            inside = np.isin(users[some], self.sample, assume_unique=True)
            self.looks[np.searchsorted(self.sample, users[some][inside])] = wide[inside]

    def scores(self, length: Floats) -> Floats:
        """By which users are ranked, (n_users,); above 0 for a change.

        Half of the own mean under shuffling is taken off, and the spread of histories of like length, all over a part
        of the own spread: the longer a history, the higher it comes by chance.
        """
        above = self.observed - CENTRE * self.mean - nearby(self.spread, length)
        return np.asarray(above / (1 + SPREAD * self.spread))

    def p_values(self, length: Floats | Ints) -> Floats:
        """P-value of each user among the shuffles of users nearest in length, (n_users,)."""
        steady = steadiness(self.looks, length[self.sample])
        others = np.flatnonzero(steady > 0)
        others = others[np.argsort(length[self.sample][others], kind="stable")]
        running = np.concatenate(([0.0], np.cumsum(steady[others])))
        near = float(np.clip(running[-1] / 5, FEWEST_NEIGHBOURS, NEIGHBOURS))
        middle = running[np.searchsorted(length[self.sample][others], length)]
        first = np.searchsorted(running, np.clip(middle - near / 2, 0.0, max(0.0, running[-1] - near)), "right") - 1
        first //= STRIDE
        scaled, p = own_scaled(self.looks), np.ones(len(length))
        for start in np.unique(first):
            last = np.searchsorted(running, running[start * STRIDE] + near)
            beside = others[start * STRIDE : last + STRIDE]
            p[first == start] = _share_above(self.scaled[first == start], scaled[beside, 1:], steady[beside])
        return p


def p_values(statistics: Floats, length: Floats | Ints, sample: Chosen | None = None) -> Floats:
    """P-value of each user from (observed, shuffles ...) statistics; see `Evidence`."""
    return Evidence.of(statistics, sample).p_values(length)


def _share_above(observed: Floats, shuffles: Floats, weight: Floats) -> Floats:
    """Share of others' shuffles, (n_others, shuffles), weighed, that lie as high; the history counts among them."""
    known = np.isfinite(shuffles)
    values, weights = shuffles[known], np.broadcast_to(weight[:, None], shuffles.shape)[known]
    order = np.argsort(values)
    running = np.concatenate(([0.0], np.cumsum(weights[order])))
    above = 1 - running[np.searchsorted(values[order], observed - 1e-9)] / running[-1]
    return np.asarray((1 + above * len(values)) / (1 + len(values)))


def q_values(p: Floats) -> Floats:
    """Share of false discoveries if all users with a p-value this small are called drifted.

    Benjamini and Hochberg (1995), made monotone.

    >>> [float(q) for q in q_values(np.array([0.01, 0.5, 0.02]))]
    [0.03, 0.5, 0.03]
    """
    order = np.argsort(p)
    raw = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum(1, np.minimum.accumulate(raw[::-1])[::-1])
    return q


@dataclass(frozen=True, eq=False)
class Looks:
    """Statistics of some users so far: of the history as it is, and of shuffles of its units."""

    statistics: Floats
    """(n_users, 1 + shuffles); NaN where there was no look."""
    parts: Floats
    """What each view has above its shuffles, weighed, (n_users, n_views)."""
    seeds: NDArray[np.uint64]
    """State of each user's generator, (n_users,)."""
    weight: Floats
    """What the views are worth, (n_views,)."""

    @classmethod
    def none(cls, users: int, shuffles: int, seed: int, first: int | Ints = 0, weight: Floats | None = None) -> "Looks":
        """Before the first look.

        `first` is the number of the first user, or that of each: with the seed it fixes the shuffles, however users are
        chunked.
        """
        # Odd multipliers (splitmix64) spread neighbouring users over the generator's states; 0 is not one of them.
        number = (np.asarray(first) + 1 + (np.arange(users) if isinstance(first, int) else 0)).astype(np.uint64)
        seeds = number * np.uint64(0xBF58476D1CE4E5B9) + np.uint64((seed * 2 + 1) * 0x9E3779B97F4A7C15 % 2**64)
        weight = np.ones(1) if weight is None else weight
        blank = np.full((users, 1 + shuffles), np.nan), np.zeros((users, len(weight)))
        return cls(*blank, np.maximum(seeds, np.uint64(1)), weight)

    @classmethod
    def joined(cls, parts: list["Looks"]) -> "Looks":
        """Users of all parts behind each other."""
        if not parts:
            return cls.none(0, 1, 0)
        statistics, views, seeds = zip(*((part.statistics, part.parts, part.seeds) for part in parts), strict=True)
        return cls(np.concatenate(statistics), np.concatenate(views), np.concatenate(seeds), parts[0].weight)

    def only(self, users: Chosen) -> "Looks":
        """Those of some users."""
        return Looks(self.statistics[users], self.parts[users], self.seeds[users], self.weight)

    def first(self, seen: list[Seen]) -> None:
        """Fill in the statistic of every user who has units, and of `FIRST` shuffles."""
        self.parts[:] = self._fill(seen, np.arange(len(self.seeds)), (0, min(1 + FIRST, self.statistics.shape[1])))

    def again(self, seen: list[Seen], users: Ints) -> None:
        """Fill in the other shuffles of some users, `EARLY` in all of those of whom it is plain by then."""
        last = self.statistics.shape[1]
        early = min(1 + EARLY, last)
        self._fill(seen, users, (min(1 + FIRST, last), early))
        self._fill(seen, users[~plain(self.statistics[users, :early])], (early, last))

    def _fill(self, seen: list[Seen], users: Ints, places: tuple[int, int]) -> Floats:
        if places[0] >= places[1] or not len(users):
            return np.zeros((len(users), len(seen)))
        found, parts, after = weighed(seen, self.weight, self.seeds, users, places)
        self.statistics[users, places[0] : places[1]] = found
        self.seeds[users] = after[users]
        return parts


def plain(statistics: Floats) -> Chosen:
    """Of whom the shuffles so far, (n_users, 1 + shuffles), tell enough."""
    above = (statistics[:, 1:] >= statistics[:, :1]).sum(axis=1)
    far = statistics[:, 0] > statistics[:, 1:].mean(axis=1) + CLEAR * statistics[:, 1:].std(axis=1)
    return np.asarray((above >= COMMON) | ((above == 0) & far))


def sampled(users: int, seed: int) -> Chosen:
    """The users whose shuffles are the reference of everyone, (n_users,): all of a small log, else drawn at random."""
    size = max(SAMPLE, int(SAMPLE_SHARE * users))
    out = np.zeros(users, bool)
    out[np.random.default_rng([seed, 4]).permutation(users)[:size]] = True
    return out


def worthwhile(scaled: Floats, sample: Chosen) -> Ints:
    """Users who are looked at again: the sample, and the half whose histories stand out most from their shuffles."""
    return np.flatnonzero(sample | (scaled >= np.median(scaled))) if len(scaled) else np.zeros(0, np.int64)
