"""By which weights rankers make the best blend for some validation events.

Parts join one at a time, best first, and all weights are looked at again after each. One more part must
gain more than half the standard error of its gain, so that a small log does not choose by chance.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.model.pool import Pool, Scale, Weights

WEIGHTS = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5)
"""Weights that a part is tried with, relative to the sum of those before it."""
STEPS = (0.5, 0.7, 1.4, 2.0)
"""Factors that a weight is tried with again once another part has joined."""
MOST_PARTS = 4
ERRORS = 0.5
"""Standard errors that one more part must gain."""
Chosen: TypeAlias = tuple[Weights, NDArray[np.float64]]
"""Weights of a blend and what it is worth to each user."""


def grown(pool: Pool, start: Weights, others: Sequence[Scale]) -> Chosen:
    """Add the part that helps most, then look at all weights again, as long as it helps surely."""
    best: Chosen = (start, pool.worth(pool.blended(start)))
    while len(best[0]) < MOST_PARTS:
        weights, quality = best
        total, whole = pool.blended(weights), sum(weights.values())
        tried = [
            (weights | {key: weight * whole}, pool.worth(total + np.float32(weight * whole) * pool.scaled[key]))
            for key in others
            if key not in weights
            for weight in WEIGHTS
        ]
        more = max(tried, key=mean, default=best)
        if not surely(more[1] - quality, ERRORS):
            break
        best = refined(pool, more)
    return best


def refined(pool: Pool, chosen: Chosen) -> Chosen:
    """Each weight in turn moved to where the blend is worth most."""
    for key in list(chosen[0]):
        moved = [chosen[0] | {key: chosen[0][key] * step} for step in STEPS]
        chosen = max([chosen, *((weights, pool.worth(pool.blended(weights))) for weights in moved)], key=mean)
    return chosen


def mean(chosen: Chosen) -> float:
    """What weights are worth to a user, on average."""
    return float(chosen[1].mean())


def surely(gain: NDArray[np.float64], errors: float) -> bool:
    """Whether a gain (users,) is more than so many of its standard errors."""
    return bool(gain.mean() > max(errors * gain.std() / np.sqrt(len(gain)), 1e-9))


def shares(weights: Weights) -> Weights:
    """The same weights, their sum 1."""
    whole = sum(weights.values())
    return {key: weight / whole for key, weight in weights.items()}
