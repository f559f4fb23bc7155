"""Whose shuffles are a reference for others: how likely it is that a user has not changed.

The sessions of a user who changed are of several mixes, so their shuffles are wilder than those of one mix: a reference
that holds such users hides others' changes. Two things tell them apart. The rank of a history among its own shuffles is
uniform without a change, however wild these are, and mostly small with one (beta distributed, 0 at its end). And wild
shuffles make a change likelier, how much so the ranks of all users tell: a mixture of two groups, the chance of the
second by the likelihood of a logistic regression on length and wildness (false discovery rate regression, Scott et al.
2015). Where nobody changed, ranks do not hang on wildness, and everyone counts alike.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import beta, expit, psi

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LIKE = 150
"""Users nearest in length whose mean and spread under shuffling tell what length does."""
OWN = 0.7
"""Users with a smaller share of higher shuffles are no reference: they may have changed, whatever is believed of the
shape of changed users' ranks."""
FALL = 1.5
"""Ranks x of changed users have the density of x^(a - 1) (1 - x)^FALL; a is learned. Of 1 and 1.5 the first comes
nearer to uniform in short histories, the second keeps false alarms of all worlds about .05."""
FEWEST = 25
"""Of fewer than so many above it too little would be known of the tail; then all count, by how likely they are."""
WILDEST = 3.0
"""Standard deviations of wildness beyond which it says no more."""
NARROWEST = 1e-3
"""Ranks are kept so far from 0 and 1."""
FIRST_GUESS = np.array([-1.0, 0.0, 0.0, 0.0, -0.5, -0.5])
"""Before the log is asked: coefficients of the chance of a change (in all; by mean and spread of the shuffles; by
length), and of a (in all; by length)."""
PULL = np.array([0.4, 2.0, 2.0, 2.0, 1.0, 1.0])
"""How firmly each is held there."""


def steadiness(statistics: Floats, length: Floats | Ints) -> Floats:
    """What each user's shuffles count as a reference, 0 to 1, from (observed, shuffles ...) statistics, (n_users,)."""
    rank = ranks(statistics)
    weight = _unchanged(rank, statistics, length)
    return np.where(rank > OWN, weight, 0.0) if (rank > OWN).sum() >= FEWEST else weight


def ranks(statistics: Floats) -> Floats:
    """Share of a user's shuffles that lie higher than the history, (n_users,); equals count by chance. NaN: no look.

    A short history has few orders and many equals: counted as higher, they would make it calm whatever its order is,
    and a reference of such histories knows too little of others' ups.
    """
    above = (statistics[:, 1:] > statistics[:, :1] + 1e-9).sum(axis=1)
    equal = (np.abs(statistics[:, 1:] - statistics[:, :1]) <= 1e-9).sum(axis=1)
    chance = np.random.default_rng(len(statistics)).random(len(statistics))
    return np.asarray((above + chance * (1 + equal)) / np.isfinite(statistics).sum(axis=1))


def nearby(values: Floats, length: Floats | Ints) -> Floats:
    """Mean value of the users nearest in length; same shape."""
    order, count = np.argsort(length, kind="stable"), min(LIKE, len(values))
    running = np.concatenate(([0.0], np.cumsum(values[order])))
    first = np.clip(np.arange(len(values)) - count // 2, 0, len(values) - count)
    out = np.empty(len(values))
    out[order] = (running[first + count] - running[first]) / max(1, count)
    return out


def _unchanged(rank: Floats, statistics: Floats, length: Floats | Ints) -> Floats:
    """Chance that a user has not changed, by rank, wildness and length, (n_users,)."""
    place = 2 * (pd.Series(length).rank().to_numpy() - 0.5) / max(1, len(length)) - 1
    wild = [_beside(f(statistics[:, 1:], axis=1), length) for f in (np.nanmean, np.nanstd)]
    chance, shape = np.stack([np.ones_like(place), *wild, place]), np.stack([np.ones_like(place), place])
    rank = np.clip(rank, NARROWEST, 1 - NARROWEST)

    def groups(guess: Floats) -> tuple[Floats, Floats, Floats]:
        changed, a = expit(guess[:4] @ chance), expit(guess[4:] @ shape)
        return changed, a, changed * rank ** (a - 1) * (1 - rank) ** FALL / beta(a, 1 + FALL)

    def loss(guess: Floats) -> tuple[float, Floats]:
        changed, a, likely = groups(guess)
        belief = likely / (1 - changed + likely)
        slope = belief * (np.log(rank) + psi(a + 1 + FALL) - psi(a)) * a * (1 - a)
        off = guess - FIRST_GUESS
        rise = np.concatenate((chance @ (belief - changed), shape @ slope))
        return float(PULL @ off**2 - np.log(1 - changed + likely).sum()), 2 * PULL * off - rise

    changed, _, likely = groups(minimize(loss, FIRST_GUESS, jac=True, method="L-BFGS-B").x)
    return np.asarray((1 - changed) / (1 - changed + likely))


def _beside(values: Floats, length: Floats | Ints) -> Floats:
    """Standard deviations above the mean of the users nearest in length; same shape."""
    off = values - nearby(values, length)
    spread = np.sqrt(nearby(off**2, length))
    return np.clip(off / np.maximum(spread, 1e-9), -WILDEST, WILDEST)
