"""The steps that a time slider takes over a log: 8 to 24 of equal length, as long as its span suits."""

import numpy as np
from numpy.typing import NDArray

from core.data import Sequences, spans

Ints = NDArray[np.int64]
HOUR = 3_600_000_000
"""Microseconds."""
DAY = 24
WIDTHS = tuple(hours * HOUR for hours in (
    1, 3, 6, 12, DAY, 2 * DAY, 4 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 56 * DAY, 91 * DAY, 182 * DAY, 364 * DAY,
    728 * DAY, 1820 * DAY,
))  # fmt: skip
"""Lengths of a step; none is more than three times the one before."""
FEWEST = 8


def steps(log: Sequences) -> Ints:
    """First moment of each step and the one that it ends before, microseconds, (steps, 2); none without a clock.

    Events of a clock that was wrong lie before the first or after the last.
    """
    if log.ordinal or not len(log):
        return np.zeros((0, 2), dtype=np.int64)
    first, last = spans.axis(log.time)
    width = max((width for width in WIDTHS if _count(first, last, width) >= FEWEST), default=0)
    if not width:
        edges = np.linspace(first, last + 1, FEWEST + 1).astype(np.int64)
    else:
        start = first - first % min(width, DAY * HOUR)
        edges = start + width * np.arange(_count(first, last, width) + 1)
    edges = np.unique(edges)
    return np.stack([edges[:-1], edges[1:]], axis=1)


def _count(first: int, last: int, width: int) -> int:
    start = first - first % min(width, DAY * HOUR)
    return -(-(last + 1 - start) // width)
