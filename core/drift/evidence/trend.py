"""What all users share: the population's trend, taken out so that it is not read as everyone's drift.

Model: user u takes category c at time t with chance m_uc b_c(t) / sum_c' m_uc' b_c'(t). The tilt b is one for
all users; it is found by iterative proportional fitting (Deming and Stephan 1940): observed over expected
counts of each category in each period, the users' mixes m being estimated from detrended counts. In time the
logarithm of b is a random walk, seen through noise (a local level model, Harvey 1989): how far it walks, and how
noisy counts are, is told by its differences over one and over two periods.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import solveh_banded

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
EVENTS_PER_PERIOD = 1500
"""Events that a period holds at least on average, so that a tilt is more than chance."""
MOST_PERIODS = 90
"""Periods at most: of a year about four days each. In finer ones people are taken for a trend by their own events."""
STEPS = 12
"""Steps between mixes and tilts: they settle in fewer."""
PULL = 0.3
"""Events of the population's mix that a user's mix begins with."""
CALM = 2e-3
"""Least variance of a tilt's step from period to period."""
WIDEST = 8.0
"""Tilts stay between 1 / WIDEST and WIDEST."""


@dataclass(frozen=True, eq=False)
class Trend:
    """The tilt of each category in each period."""

    edges: Ints
    """Times between the periods, rising, (n_periods - 1,)."""
    tilt: Floats
    """Above 1 where a category was sought more than usual, (n_periods, n_categories)."""

    def period(self, time: Ints) -> Ints:
        """Period of each time."""
        return np.asarray(np.searchsorted(self.edges, time, side="right"))


def no_trend(categories: int) -> Trend:
    """For logs without a common clock."""
    return Trend(np.zeros(0, dtype=np.int64), np.ones((1, categories)))


def periods(time: Ints) -> Ints:
    """Edges of periods with about equally many events."""
    count = int(np.clip(len(time) // EVENTS_PER_PERIOD, 1, MOST_PERIODS))
    return np.unique(np.quantile(time, np.arange(1, count) / count).astype(np.int64)) if count > 1 else time[:0]


def fit_trend(user: Ints, time: Ints, category: Ints, share: Floats, shape: tuple[int, int]) -> Trend:
    """The tilt from entries (user, time, category, share of an event); `shape` is (users, categories)."""
    edges = periods(time)
    trend = Trend(edges, np.ones((len(edges) + 1, shape[1])))
    if not len(edges):
        return trend
    period = trend.period(time)
    pair, pair_of_entry = np.unique(user * len(trend.tilt) + period, return_inverse=True)
    pair_user, pair_period = np.divmod(pair, len(trend.tilt))
    pair_events: Floats = np.bincount(pair_of_entry, share).astype(np.float64)
    counts: Floats = np.bincount(period * shape[1] + category, share, trend.tilt.size).astype(np.float64)
    observed = counts.reshape(trend.tilt.shape)
    tilt = trend.tilt
    normaliser = np.ones(len(pair))
    for _ in range(STEPS):
        amount = share * normaliser[pair_of_entry] / tilt[period, category]
        mixes = user_mixes(user, category, amount, shape)
        normaliser = np.einsum("pc,pc->p", mixes[pair_user], tilt[pair_period])
        exposure = sparse.csr_matrix((pair_events / normaliser, (pair_period, pair_user)), (len(tilt), shape[0]))
        tilt = _tilt(tilt, observed, exposure @ mixes)
    return Trend(edges, tilt)


def user_mixes(
    user: Ints, category: Ints, amount: Floats, shape: tuple[int, int], everyone: Floats | None = None
) -> Floats:
    """Share of each category for each user, drawn to the population's by `PULL` events, (n_users, n_categories).

    `everyone`: the population's mix, (n_categories,); without it that of these users.
    """
    counts = np.bincount(user * shape[1] + category, amount, shape[0] * shape[1]).reshape(shape)
    everyone = mix_of(counts.sum(axis=0)) if everyone is None else everyone
    return np.asarray((counts + PULL * everyone) / (counts.sum(axis=1, keepdims=True) + PULL))


def mix_of(counts: Floats) -> Floats:
    """Shares of counts, none of them 0; same shape."""
    return np.asarray((counts + 0.5) / (counts + 0.5).sum())


def _tilt(tilt: Floats, observed: Floats, exposure: Floats) -> Floats:
    """One step of Poisson regression with smoothing; `exposure` holds the counts expected without a tilt.

    The mean logarithm of each category is 0, for its level belongs to the mixes.
    """
    expected = exposure * tilt + 0.5
    response = np.log(tilt) + (observed - exposure * tilt) / expected
    walk, noise = _variances(response, expected)
    columns = zip(response.T, expected.T / noise, strict=True)
    smooth = np.stack([_level(column, weight, walk) for column, weight in columns], axis=1)
    smooth -= (smooth * exposure).sum(axis=0) / np.maximum(exposure.sum(axis=0), 1e-9)
    return np.asarray(np.exp(np.clip(smooth, -np.log(WIDEST), np.log(WIDEST))))


def _variances(response: Floats, expected: Floats) -> tuple[float, float]:
    """Variance of a step of the walk, and of the counts' noise over their mean, by the method of moments."""
    one, weight = _differences(response, expected, 1)
    two, _ = _differences(response, expected, 2) if len(response) > 2 else (one, weight)
    return max(CALM, two - one), max(0.5, (2 * one - two) * weight)


def _differences(response: Floats, expected: Floats, lag: int) -> tuple[float, float]:
    """Weighted mean square of differences over `lag` periods, and the mean weight."""
    weight = 1 / (1 / expected[lag:] + 1 / expected[:-lag])
    square = (response[lag:] - response[:-lag]) ** 2
    return float((weight * square).sum() / weight.sum()), float(weight.mean())


def _level(response: Floats, weight: Floats, walk: float) -> Floats:
    """The walk that fits a weighted response best: penalised least squares, a tridiagonal system."""
    band = np.zeros((2, len(response)))
    band[1] = weight + 1e-9
    band[1, :-1] += 1 / walk
    band[1, 1:] += 1 / walk
    band[0, 1:] = -1 / walk
    return np.asarray(solveh_banded(band, weight * response))
