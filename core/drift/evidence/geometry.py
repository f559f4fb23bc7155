"""Sessions as points: in which directions people differ lastingly, and how far sessions of one person scatter.

Probabilistic linear discriminant analysis (Ioffe 2006, as it is used to tell speakers apart): a session of n events is
its person's place plus noise with covariance (a + b / n) W; people's places have covariance B. All four are learned
from everyone, and W and B are diagonalised together: then each direction is independent, and what a stretch of history
tells is in two sums, of the sessions' weights and of weight x point. Directions in which sessions of one person differ
as much as those of strangers tell nothing, so neither stickiness nor related categories need a constant.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, eigh, solve_triangular
from scipy.optimize import nnls

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_DIRECTIONS = 40
"""Directions that are kept at most: those beyond tell people apart by chance; bounds memory as well."""
LEAST_SPREAD = 0.003
"""Least variance between people, over that of a session of usual size, of a direction that is worth its cost."""
RIDGE = 1e-3
"""Part of the mean variance within people that every direction has at least."""
ROUNDS = 4
"""Turns in which the population's way and the people's places are told apart."""


@dataclass(frozen=True, eq=False)
class Geometry:
    """How points of sessions are read, learned from everyone."""

    edges: Ints
    """Times between periods of the population's way, (n_periods - 1,)."""
    way: Floats
    """The population's mean point in each period, (n_periods, n_features)."""
    turn: Floats
    """From features to directions of unit noise, (n_features, n_directions)."""
    noise: tuple[float, float]
    """Variance of a session's noise: the first, and the second over its events."""
    spread: Floats
    """Variance of people's places in each direction, falling, (n_directions,)."""

    def weight(self, events: Floats) -> Floats:
        """What a session of so many events tells, 0 for one of none; same shape."""
        fixed, falling = self.noise
        return np.where(events > 0, 1 / (fixed + falling / np.maximum(events, 1e-9)), 0.0)

    def points(self, features: Floats, time: Ints) -> Floats:
        """Points of sessions from their features and their first moments, (n_sessions, n_directions)."""
        return np.asarray((features - self.way[np.searchsorted(self.edges, time, side="right")]) @ self.turn)


def learn_geometry(features: Floats, events: Floats, owner: Ints, time: Ints, edges: Ints) -> Geometry:
    """From sessions of many people: features (n_sessions, n_features), known events, owners rising, first moments."""
    known = events > 0
    features, events, time = features[known], events[known], time[known]
    owner = np.unique(owner[known], return_inverse=True)[1]
    period = np.searchsorted(edges, time, side="right")
    way = _way(features, owner, period, len(edges) + 1)
    centred = features - way[period]
    noise = _noise(centred, events, owner)
    weight = 1 / (noise[0] + noise[1] / events)
    turn = _directions(*_covariances(centred, weight, owner))
    spread = _held_out(centred, weight, owner)
    kept = spread * np.median(weight) > LEAST_SPREAD
    return Geometry(edges, way, turn[:, kept], noise, spread[kept])


def _directions(within: Floats, between: Floats) -> Floats:
    """Directions of unit noise in which people differ most, first the one in which most, (n_features, n)."""
    size = len(within)
    root = cholesky(within + (RIDGE * np.trace(within) / size + 1e-9) * np.eye(size))
    half = solve_triangular(root, solve_triangular(root, between, trans="T").T, trans="T")
    turn = eigh((half + half.T) / 2)[1][:, ::-1][:, :MOST_DIRECTIONS]
    return np.asarray(solve_triangular(root, turn))


def _held_out(points: Floats, weight: Floats, owner: Ints) -> Floats:
    """Variance of people's places in each direction, as people show who did not teach the directions; falling.

    Those who taught them differ more in them than others do, the more so the fewer they are.
    """
    if owner.max(initial=0) < 3:
        return np.zeros(min(points.shape[1], MOST_DIRECTIONS))
    some = owner % 2 == 0
    halves = [
        _covariances(points[half], weight[half], np.unique(owner[half], return_inverse=True)[1])
        for half in (some, ~some)
    ]
    found = []
    for (within, between), taught in zip(halves, halves[::-1], strict=True):
        turn = _directions(*taught)
        noise, spread = (np.einsum("fd,fg,gd->d", turn, covariance, turn) for covariance in (within, between))
        found.append(spread / np.maximum(noise, 1e-9))
    return np.asarray(np.minimum.accumulate(np.maximum(np.mean(found, axis=0), 0.0)))


def _means(rows: Floats, group: Ints, groups: int, weight: Floats | None = None) -> tuple[Floats, Floats]:
    """Weighted mean of the rows of each group, 0 for empty ones, and the weight of each group."""
    from scipy import sparse

    weight = np.ones(len(rows)) if weight is None else weight
    total: Floats = np.bincount(group, weight, groups).astype(np.float64)
    pick = sparse.csr_matrix((weight, (group, np.arange(len(rows)))), (groups, len(rows)))
    return np.asarray(pick @ rows) / np.maximum(total, 1e-12)[:, None], total


def _way(features: Floats, owner: Ints, period: Ints, periods: int) -> Floats:
    """Mean point of the population in each period, who happens to be there taken out (two-way analysis of variance)."""
    people = int(owner.max()) + 1 if len(owner) else 0
    way = np.tile(features.mean(axis=0) if len(features) else 0.0, (periods, 1))
    for _ in range(ROUNDS if periods > 1 else 0):
        places, _ = _means(features - way[period], owner, people)
        way, _ = _means(features - places[owner], period, periods)
    return way


def _noise(points: Floats, events: Floats, owner: Ints) -> tuple[float, float]:
    """Variance of a session's noise as a + b / events, in all directions together (least squares on neighbours)."""
    pair = np.flatnonzero(owner[1:] == owner[:-1])
    if len(pair) < 2:
        return 1.0, 0.0
    square = ((points[pair + 1] - points[pair]) ** 2).sum(axis=1)
    one = np.column_stack((np.full(len(pair), 2.0), 1 / events[pair + 1] + 1 / events[pair]))
    (fixed, falling), _ = nnls(one, square)
    whole = max(fixed + falling, 1e-12)
    return max(fixed / whole, 1e-3), falling / whole


def _covariances(points: Floats, weight: Floats, owner: Ints) -> tuple[Floats, Floats]:
    """Covariance within people, of a session of weight 1, and between them."""
    people = int(owner.max()) + 1
    places, total = _means(points, owner, people, weight)
    off = (points - places[owner]) * np.sqrt(weight)[:, None]
    within = off.T @ off / max(1, len(points) - people)
    trust = total / (total + np.median(total))
    centred = places - np.average(places, axis=0, weights=trust)
    raw = (centred * trust[:, None]).T @ centred / trust.sum()
    return within, raw - within * (trust / total).sum() / trust.sum()
