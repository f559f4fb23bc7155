"""The loops of the statistic, compiled by numba on first use and kept beside the source.

Here `tables` are `PriorTables`, `names` the categories of one user, and `dense` the counts of each unit in them, in
grains.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray


class PriorTables(NamedTuple):
    """Logarithms of gamma ratios under the prior, for all effective counts that occur; as compiled code takes them."""

    gain: NDArray[np.float64]
    """log Gamma(alpha + n) / Gamma(alpha), (n_categories, n, n_components), n in 1 / GRAIN events."""
    whole: NDArray[np.float64]
    """The same for a state's total count, (m, n_components)."""
    weight: NDArray[np.float64]
    """Log weight of each component, (n_components,)."""


class UnitCounts(NamedTuple):
    """Units of many users, as `Units` holds them; as compiled code takes them."""

    offsets: NDArray[np.int64]
    """User i has the units offsets[i] to offsets[i + 1]."""
    entries: NDArray[np.int64]
    """Unit j has the counts entries[j] to entries[j + 1]."""
    category: NDArray[np.integer]
    amount: NDArray[np.integer]
    """In grains."""


BLOCKS = 40
"""Most blocks of neighbouring units that stretches are made of."""
SINGLE = 0.6
"""Prior weight of single changes, the rest is that of A-B-A."""
LEAN = 40
"""Grains of one mix that the other may begin with: what people turn to is seldom quite new to them."""
LEANING = 0.6
"""Prior chance that it does."""


@njit(cache=True)
def reach_of(tables):
    """Counts in one category, and in all, must stay below these."""
    return tables.gain.shape[1] - LEAN, tables.whole.shape[0] - 2 * LEAN


@njit(cache=True)
def dense_counts(unit_entries, category, amount, reach):
    """Counts of one user's units in the user's own categories, halved until they fit the tables."""
    names = distinct(category)
    dense = np.zeros((len(unit_entries) - 1, len(names)), np.int32)
    first = unit_entries[0]
    for unit in range(len(dense)):
        for e in range(unit_entries[unit] - first, unit_entries[unit + 1] - first):
            dense[unit, place_of(names, len(names), category[e])] += amount[e]
    total = np.zeros(len(names), np.int64)
    while add_up(dense, total) >= reach[1] or largest(total) >= reach[0]:
        for unit in range(len(dense)):
            for c in range(len(names)):
                dense[unit, c] //= 2
    return names, dense


@njit(cache=True)
def distinct(values):
    """Different values in their order; few, of one user."""
    found, count = np.empty(len(values), values.dtype), 0
    for value in values:
        place = place_of(found, count, value)
        if place == count or found[place] != value:
            for later in range(count, place, -1):
                found[later] = found[later - 1]
            found[place] = value
            count += 1
    return found[:count].copy()


@njit(cache=True)
def place_of(names, count, value):
    """Where a value stands among the first `count` names, or belongs."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if names[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True)
def add_up(rows, total):
    """Fill in the sum of rows; returns that of all. Plain loops compile in a fraction of the time of `sum(axis=0)`."""
    whole = 0
    for c in range(len(total)):
        total[c] = 0
        for row in range(len(rows)):
            total[c] += rows[row, c]
        whole += total[c]
    return whole


@njit(cache=True)
def size_of(counts):
    """Sum of counts."""
    whole = 0
    for count in counts:
        whole += count
    return whole


@njit(cache=True)
def largest(counts):
    """Largest count, 0 without."""
    top = 0
    for count in counts:
        top = max(top, count)
    return top


@njit(cache=True)
def best(values, whole):
    """Largest evidence over the components of the prior."""
    top = -np.inf
    for k in range(len(values)):
        top = max(top, values[k] - whole[k])
    return top


@njit(cache=True)
def transfer(row, source, target, state, names, gain):
    """Move one unit's counts from `source` to `target`; `state` holds both sums of gains, (2, k). Returns its size."""
    size = 0
    for c in range(len(row)):
        step = row[c]
        if step:
            g = gain[names[c]]
            have, had = source[c] - step, target[c]
            less, was, more, before = g[have], g[have + step], g[had + step], g[had]
            for k in range(len(less)):
                state[0, k] += less[k] - was[k]
                state[1, k] += more[k] - before[k]
            source[c] = have
            target[c] = had + step
            size += step
    return size


@njit(cache=True)
def gains(counts, names, tables):
    """Log weight and gains of a state's counts for each component, (k,)."""
    out = np.empty(len(tables.weight))
    fill_gains(counts, names, tables, out)
    return out


@njit(cache=True)
def fill_gains(counts, names, tables, out):
    """`gains` in a place that is there: to assign whole rows takes seconds to compile."""
    for k in range(len(out)):
        out[k] = tables.weight[k]
    for c in range(len(counts)):
        for k in range(len(out)):
            out[k] += tables.gain[names[c], counts[c], k]


@njit(cache=True)
def blocks_of(dense, order):
    """Counts of about `BLOCKS` runs of units in the given order."""
    units = len(order)
    blocks = min(units, BLOCKS)
    out = np.zeros((blocks, dense.shape[1]), np.int64)
    for place in range(units):
        block = place * blocks // units
        for c in range(dense.shape[1]):
            out[block, c] += dense[order[place], c]
    return out


@njit(cache=True)
def scan(blocks, total, names, tables, pairs):
    """The statistic; fills `pairs` with the log evidence ratio of each stretch i..j of blocks against the rest."""
    count, mass = len(blocks), size_of(total)
    base, state = gains(total, names, tables), np.empty((2, len(tables.weight)))
    none = best(base, tables.whole[mass])
    least, top = max(24, mass // 12), -np.inf
    rest, inside = np.empty_like(total), np.empty_like(total)
    for i in range(1, count):
        for c in range(len(total)):
            rest[c], inside[c] = total[c], 0
        for k in range(len(base)):
            state[0, k], state[1, k] = base[k], tables.weight[k]
        size = 0
        for j in range(i + 1, count + 1):
            size += transfer(blocks[j - 1], rest, inside, state, names, tables.gain)
            if size < least or mass - size < least:
                pairs[i, j] = -np.inf
                continue
            pairs[i, j] = best(state[0], tables.whole[mass - size]) + best(state[1], tables.whole[size]) - none
            if j == count:
                pairs[i, j] += leaning(rest, inside, state, names, tables)
            top = max(top, pairs[i, j])
    return average(pairs, count, top)


@njit(cache=True)
def leaning(one, other, state, names, tables):
    """What a prior for either mix that leans to the other adds to the log evidence of two mixes unlike each other."""
    first = lean_evidence(one, other, names, tables) - best(state[1], tables.whole[size_of(other)])
    second = lean_evidence(other, one, names, tables) - best(state[0], tables.whole[size_of(one)])
    return math.log(1 - LEANING + LEANING * math.exp(min(300.0, (first + second) / 2)))


@njit(cache=True)
def lean_evidence(given, counts, names, tables):
    """Evidence of counts whose mix has a prior with `LEAN` grains of the given counts' mix added."""
    return best(*leaned(given, counts, names, tables))


@njit(cache=True)
def leaned(given, counts, names, tables):
    """Components of that prior: weights and gains of the counts, and what is lost for there being so many."""
    out, lean, size = tables.weight.copy(), 0, size_of(given)
    for c in range(len(counts)):
        more = (given[c] * LEAN + size // 2) // size
        lean += more
        if counts[c]:
            g = tables.gain[names[c]]
            for k in range(len(out)):
                out[k] += g[more + counts[c], k] - g[more, k]
    return out, tables.whole[lean + size_of(counts)] - tables.whole[lean]


@njit(cache=True)
def average(pairs, blocks, top):
    """Log of the evidence ratio averaged over all stretches; -50 where no stretch is long enough."""
    if top == -np.inf:
        return -50.0
    single, double = 0.0, 0.0
    for i in range(1, blocks):
        single += math.exp(pairs[i, blocks] - top)
        for j in range(i + 1, blocks):
            double += math.exp(pairs[i, j] - top)
    count = max(1, blocks - 1)
    double /= max(1.0, count * (count - 1) / 2)
    return top + math.log(SINGLE * single / count + (1 - SINGLE) * double + 1e-300)


@njit(cache=True)
def shuffle(order, state):
    """Fisher-Yates with xorshift64; returns the generator's next state."""
    for i in range(len(order) - 1, 0, -1):
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
        j = int((state >> np.uint64(11)) % np.uint64(i + 1))
        order[i], order[j] = order[j], order[i]
    return state


@njit(cache=True)
def test_user(dense, names, tables, out, state, places):
    """Fill places of `out`: the statistic of a user's units as they are (place 0), then shuffled.

    Returns the generator's next state.
    """
    pairs = np.zeros((BLOCKS + 1, BLOCKS + 1))
    order, total = np.arange(len(dense)), np.zeros(dense.shape[1], np.int64)
    for unit in range(len(dense)):
        for c in range(len(total)):
            total[c] += dense[unit, c]
    for place in range(places[0], places[1]):
        if place:
            state = shuffle(order, state)
        out[place] = scan(blocks_of(dense, order), total, names, tables, pairs)
    return state


@njit(cache=True)
def test_users(units, tables, out, seeds, users, places):
    """Fill places of rows of `out`, (n_users, 1 + shuffles); `units` are `UnitCounts`.

    `seeds` are left as the generators' next states, for the places that follow.
    """
    reach = reach_of(tables)
    for user in users:
        own = units.entries[units.offsets[user] : units.offsets[user + 1] + 1]
        if len(own) < 3 or own[-1] == own[0]:
            continue
        found = slice(own[0], own[-1])
        names, dense = dense_counts(own, units.category[found], units.amount[found], reach)
        seeds[user] = test_user(dense, names, tables, out[user], seeds[user], places)
