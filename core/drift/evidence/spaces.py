"""The loops of the geometry's evidence, compiled by numba: see `geometry` for what it stands on.

A stretch whose sessions have weights w and points z holds the sums P = sum w and Q = sum w z; the logarithm of its
evidence is, up to what all divisions of a history share, sum over directions of
(spread Q^2 / (1 + spread P) - log(1 + spread P)) / 2.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from core.drift.evidence.kernels import BLOCKS, average, shuffle


class SessionPoints(NamedTuple):
    """Sessions of many users as points, as `Placed` holds them; as compiled code takes them."""

    offsets: NDArray[np.int64]
    """User i has the sessions offsets[i] to offsets[i + 1]."""
    weight: NDArray[np.float32]
    points: NDArray[np.float32]
    """Weight x point."""
    spread: NDArray[np.float64]


KIN = 0.7
"""Correlation of what people are before and after a change, where the two are akin."""
LEAST = 1 / 14
"""Part of a history's weight that a stretch holds at least."""
FINE = 22
"""Blocks up to which all stretches are tried."""


@njit(cache=True)
def value(mass, sums, spread):
    """Log evidence of a stretch: see above."""
    total, product = 0.0, 1.0
    for d in range(len(spread)):
        grown = 1.0 + spread[d] * mass
        total += spread[d] * sums[d] * sums[d] / grown
        product *= grown
        if product > 1e200:
            total -= math.log(product)
            product = 1.0
    return 0.5 * (total - math.log(product))


@njit(cache=True)
def kin_value(one, first, other, second, spread):
    """Log evidence of two stretches whose places correlate by `KIN`."""
    total, product = 0.0, 1.0
    free = 1.0 - KIN * KIN
    for d in range(len(spread)):
        s = spread[d]
        det = 1.0 + s * (one + other) + s * s * free * one * other
        a = s + s * s * free * other
        b = s + s * s * free * one
        total += (a * first[d] * first[d] + b * second[d] * second[d] + 2 * KIN * s * first[d] * second[d]) / det
        product *= det
        if product > 1e200:
            total -= math.log(product)
            product = 1.0
    return 0.5 * (total - math.log(product))


@njit(cache=True)
def space_blocks(order, weight, points):
    """Sums of weight, and of weight x point, of about `BLOCKS` runs of sessions in the given order."""
    count = min(len(order), BLOCKS)
    mass, sums = np.zeros(count), np.zeros((count, points.shape[1]))
    for place in range(len(order)):
        block = place * count // len(order)
        mass[block] += weight[order[place]]
        for d in range(points.shape[1]):
            sums[block, d] += points[order[place], d]
    return mass, sums


@njit(cache=True)
def space_scan(mass, sums, spread, pairs):
    """The statistic; fills `pairs` with the log evidence ratio of each stretch i..j of blocks against the rest.

    In long histories every second place is tried for stretches that do not reach to the end.
    """
    count, whole, total = len(mass), 0.0, np.zeros(len(spread))
    for b in range(count):
        whole += mass[b]
        for d in range(len(spread)):
            total[d] += sums[b, d]
    none, least, stride = value(whole, total, spread), whole * LEAST, 1 + count // FINE
    inside, rest, top = np.empty(len(spread)), np.empty(len(spread)), -np.inf
    for i in range(1, count):
        size = 0.0
        for d in range(len(spread)):
            inside[d], rest[d] = 0.0, total[d]
        for j in range(i + 1, count + 1):
            size += mass[j - 1]
            for d in range(len(spread)):
                inside[d] += sums[j - 1, d]
                rest[d] -= sums[j - 1, d]
            pairs[i, j] = -np.inf
            if size < least or whole - size < least or (j < count and (i % stride or j % stride)):
                continue
            pairs[i, j] = value(size, inside, spread) + value(whole - size, rest, spread) - none
            if j == count:
                kin = kin_value(size, inside, whole - size, rest, spread) - none
                high = max(pairs[i, j], kin)
                pairs[i, j] = high + math.log(0.5 * math.exp(pairs[i, j] - high) + 0.5 * math.exp(kin - high))
            else:
                pairs[i, j] += 2 * math.log(stride)
            top = max(top, pairs[i, j])
    return average(pairs, count, top)


@njit(cache=True)
def test_points(sessions, out, seeds, users, places):
    """As `kernels.test_users`, for sessions as points (`SessionPoints`)."""
    pairs = np.zeros((BLOCKS + 1, BLOCKS + 1))
    for user in users:
        first, last = sessions.offsets[user], sessions.offsets[user + 1]
        if last - first < 2:
            continue
        state, order = seeds[user], np.arange(last - first)
        for place in range(places[0], places[1]):
            if place:
                state = shuffle(order, state)
            mass, sums = space_blocks(order, sessions.weight[first:last], sessions.points[first:last])
            out[user, place] = space_scan(mass, sums, sessions.spread, pairs)
        seeds[user] = state
