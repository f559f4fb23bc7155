"""The live test's evidence of points, compiled by numba: two places against one, at any earlier session.

The evidence of a stretch is that of `spaces`. What comes after a change is at a place of its own or, as people seldom
turn to what is quite new to them, at one akin to that before.
"""

import math

import numpy as np
from numba import njit

from core.drift.evidence import kin_value, value

BEFORE, AFTER = 3.0, 2.0
"""Events before and after a change that are needed to speak of one."""


@njit(cache=True)
def look_at_points(points, size, noise, spread):
    """Log of the mean evidence ratio of a change at any earlier session, and the best such session.

    `points` has a row for each session: sums of its events' points, and in the last column their number.
    """
    n = len(spread)
    weight, rest, inside = np.zeros(size), np.zeros(n), np.zeros(n)
    mass, have, events, late = 0.0, 0.0, 0.0, 0.0
    for row in range(size):
        if points[row, n] > 0:
            weight[row] = 1 / (noise[0] * points[row, n] + noise[1])  # over the events: rows are sums, not means
            mass += weight[row] * points[row, n]
            events += points[row, n]
            for d in range(n):
                rest[d] += weight[row] * points[row, d]
    none, top, total, since = value(mass, rest, spread), -np.inf, 0.0, 0
    for row in range(size - 1, 0, -1):
        late += points[row, n]
        have += weight[row] * points[row, n]
        for d in range(n):
            step = weight[row] * points[row, d]
            inside[d] += step
            rest[d] -= step
        if late < AFTER:
            continue
        if events - late < BEFORE:
            break
        ratio = gone(have, inside, mass - have, rest, spread) - none
        if ratio > top:
            total = total * math.exp(top - ratio) if total > 0 else 0.0
            top, since = ratio, row
        total += math.exp(ratio - top)
    if total == 0:
        return -50.0, 0
    return top + math.log(total / size), since


@njit(cache=True)
def gone(late, after, early, before, spread):
    """Log evidence of two stretches of such weights and sums, whose places are akin or not."""
    apart = value(late, after, spread) + value(early, before, spread)
    akin = kin_value(late, after, early, before, spread)
    high = max(apart, akin)
    return high + math.log(0.5 * math.exp(apart - high) + 0.5 * math.exp(akin - high))
