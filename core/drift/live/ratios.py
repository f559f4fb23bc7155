"""The evidence ratio of the live test, compiled by numba: two mixes against one, at any earlier session.

In both the mixture-of-Dirichlets prior is summed over its components (`prior`). What comes after a change is of a mix
of its own or, as people seldom turn to what is quite new to them, of one whose prior leans to the mix before.
"""

import math

import numpy as np
from numba import njit

from core.drift.evidence import LEANING, add_up, best, fill_gains, leaned, transfer

NEGLIGIBLE = -16.0
"""Components of the prior with evidence so far below the best one's, as a logarithm, add nothing."""
LEAST_BEFORE, LEAST_AFTER = 24, 16
"""Grains before and after a change that are needed to speak of one."""


@njit(cache=True)
def whole_numbers(weights, reach):
    """Weights as whole numbers that the tables hold; a session's largest is 1 at least, as long as that fits."""
    column = weights.sum(axis=0)
    if column.max() <= 0:  # no event had a category so far
        return np.zeros(weights.shape, np.int64)
    roomy = column.max() + len(weights) < reach[0] and column.sum() + weights.size < reach[1]
    scale = min(1.0, (reach[0] - 1) / column.max(), (reach[1] - 1) / column.sum())
    out = np.zeros(weights.shape, np.int64)
    for row in range(len(weights)):
        largest = weights[row].max()
        for c in range(weights.shape[1]):
            amount = weights[row, c]
            if amount > 0:
                least = amount >= 0.999 * largest
                out[row, c] = max(int(least), round(amount)) if roomy else int(amount * scale)
    return out


@njit(cache=True)
def look(dense, names, tables):
    """Log of the mean evidence ratio of a change at any earlier session, and the best such session."""
    sessions = len(dense)
    rest, inside = np.zeros(dense.shape[1], np.int64), np.zeros(dense.shape[1], np.int64)
    mass, size = add_up(dense, rest), 0
    state = np.empty((2, len(tables.weight)))
    fill_gains(rest, names, tables, state[0])
    fill_gains(inside, names, tables, state[1])
    none = mixed(state[0], tables.whole[mass])
    top, total, since = -np.inf, 0.0, 0
    for i in range(sessions - 1, 0, -1):
        size += transfer(dense[i], rest, inside, state, names, tables.gain)
        if size < LEAST_AFTER:
            continue
        if mass - size < LEAST_BEFORE:
            break
        ratio = mixed(state[0], tables.whole[mass - size]) - none
        ratio += turned(rest, inside, mixed(state[1], tables.whole[size]), names, tables)
        if ratio > top:
            total = total * math.exp(top - ratio) if total > 0 else 0.0
            top, since = ratio, i
        total += math.exp(ratio - top)
    if total == 0:
        return -50.0, 0
    return top + math.log(total / sessions), since


@njit(cache=True)
def mixed(values, whole):
    """Log evidence of a stretch, summed over the components of the prior."""
    top, total = best(values, whole), 0.0
    for k in range(len(values)):
        below = values[k] - whole[k] - top
        if below > NEGLIGIBLE:
            total += math.exp(below)
    return top + math.log(total)


@njit(cache=True)
def turned(before, after, strange, names, tables):
    """Log evidence of what came after a change: of a mix unlike the one before (`strange`), or that leans to it.

    The mix before does not lean to the later one: nobody knows of that when it comes to be.
    """
    values, whole = leaned(before, after, names, tables)
    kin = mixed(values, whole)
    return strange + math.log(1 - LEANING + LEANING * math.exp(min(300.0, kin - strange)))
