"""Statistics of histories of different habits on one scale: most of a user's own mean and spread is taken out."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
CENTRE, SPREAD, COMMON = 0.8, 0.8, 0.3
"""How much of the own mean and of the own spread is taken out, and a spread that all have.

Of five choices between half and all of both, the one that found most in three real logs with planted changes while
p-values stayed even in each quarter of length; with all of both, large evidence counts no more than small."""


def own_scaled(statistics: Floats) -> Floats:
    """Statistics (observed, shuffles ...) less most of their own mean, over most of their own spread; same shape.

    The history counts among its shuffles, so that without drift it is but one of them. NaN: no look.
    """
    mean, spread = (f(statistics, axis=1, keepdims=True) for f in (np.nanmean, np.nanstd))
    return np.asarray((statistics - CENTRE * mean) / (COMMON + SPREAD * spread))
