"""The statistic: how much better two mixes explain a history than one.

For effective counts n of a stretch of history the evidence under the mixture-of-Dirichlets prior is
max_k w_k DM(n | alpha_k), DM being the Dirichlet-multinomial with n real (Mosimann 1962). The statistic is the
logarithm of the evidence ratio, averaged over all stretches i..j that may differ from the rest: those that
reach to the end are single changes, the others A-B-A with both A's pooled. For single changes the prior of either
mix may also lean to the other one: what people turn to is seldom quite new to them.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from core.drift.evidence import kernels
from core.drift.evidence.prior import Prior
from core.drift.evidence.units import GRAIN, Units

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tables:
    """What evidence is read from, under one prior."""

    prior: Prior
    arrays: kernels.PriorTables

    def __reduce__(self) -> tuple[Any, tuple[Prior]]:
        """What travels is the prior, a small part of the tables."""
        return Tables.of, (self.prior,)

    @property
    def reach(self) -> tuple[int, int]:
        """Counts in one category, and in all, must stay below these."""
        top, whole = kernels.reach_of(self.arrays)
        return int(top), int(whole)

    @classmethod
    def of(cls, prior: Prior) -> "Tables":
        """Tables for a prior; the reach is shorter where there are many categories, for the memory's sake."""
        reach = GRAIN * (256 if prior.alpha.shape[1] <= 64 else 64)
        counts, totals = (
            np.arange(reach + kernels.LEAN + 1) / GRAIN,
            np.arange(4 * reach + 2 * kernels.LEAN + 1)[:, None] / GRAIN,
        )
        alpha, mass = prior.alpha.T[:, None, :], prior.alpha.sum(axis=1)
        gain = gammaln(alpha + counts[None, :, None]) - gammaln(alpha)
        whole = gammaln(mass + totals) - gammaln(mass)
        return cls(prior, kernels.PriorTables(np.ascontiguousarray(gain), whole, np.log(prior.weight)))


@dataclass(frozen=True, eq=False)
class History:
    """One user's units as dense counts in the categories that the user has."""

    dense: NDArray[np.int32]
    """Effective counts in 1 / GRAIN events, (n_units, n_own_categories)."""
    names: NDArray[np.int32]
    """Category of each column."""
    start: Ints
    """First event of each unit."""
    events: int


def history(units: Units, user: int, events: int, tables: Tables) -> History:
    """The units of one user; `events` is the length of the history."""
    a, b = units.offsets[user], units.offsets[user + 1]
    own = units.entries[a : b + 1]
    entries = slice(own[0], own[-1])
    names, dense = kernels.dense_counts(own, units.category[entries], units.amount[entries], tables.reach)
    return History(dense, names, units.start[a:b], events)


def best_stretch(past: History, tables: Tables) -> tuple[int, int]:
    """First unit of the stretch that differs most from the rest, and the one after its last."""
    units = len(past.dense)
    blocks = kernels.blocks_of(past.dense, np.arange(units))
    pairs = np.full((kernels.BLOCKS + 1, kernels.BLOCKS + 1), -np.inf)
    kernels.scan(blocks, blocks.sum(axis=0), past.names, tables.arrays, pairs)
    count = len(blocks)
    if not np.isfinite(pairs[:count, : count + 1]).any():  # no stretch is long enough: another view told of a change
        return max(1, units // 2), units
    # An A-B-A has more places to choose from than a single change: the same price as in the statistic.
    pairs[:, :count] -= math.log(max(1.0, (count - 1) / 2) * kernels.SINGLE / (1 - kernels.SINGLE))
    i, j = np.unravel_index(int(np.argmax(pairs[:count, : count + 1])), (count, count + 1))
    return max(1, -(-int(i) * units // count)), -(-int(j) * units // count)
