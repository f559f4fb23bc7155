"""Where a history changes: stretches of units, each in one of a few states, states pooled.

A segmentation has boundaries between units (`bounds`, from 0 to the number of units) and a label for each
stretch; stretches of one label share one mix, so that A-B-A costs two mixes, not three. Its score is the
evidence of each label's counts (see `evidence`) and a prior on the number of changes. Found by greedy search:
add, drop, move a boundary, relabel a stretch, until nothing gains. Compiled by numba, as `kernels`.
"""

import math

import numpy as np
from numba import njit

from core.drift.evidence import LEANING, add_up, best, fill_gains, gains, largest, lean_evidence, size_of, transfer

MOST_CHANGES = 4
"""Changes of a history at most: more have not been told apart on simulated worlds."""
MOST_LABELS = 4
"""States of a history at most."""
SHORTEST = 24
"""Grains that a stretch holds at least: three effective events."""
STARTS = 24
"""Starts that an excursion is tried from in each stretch, about."""
NOVEL = 1.5
"""What leaning to the other states is worth to a new one, about; candidates are then weighed exactly."""
CHANGE_PRIOR = np.log(np.array([1.0, 0.55, 0.3, 0.1, 0.05]))
"""Log prior of 0 (not used) to 4 changes; places are uniform given their number."""

FORWARDS, BACKWARDS, NONE = np.bool_(0), np.bool_(1), np.int64(0)
"""Typed, so that what takes them is compiled once."""


@njit(cache=True)
def label_counts(dense, bounds, labels):
    """Counts of each label, (MOST_LABELS, n_categories)."""
    out = np.zeros((MOST_LABELS, dense.shape[1]), np.int64)
    for r in range(len(labels)):
        for unit in range(bounds[r], bounds[r + 1]):
            for c in range(dense.shape[1]):
                out[labels[r], c] += dense[unit, c]
    return out


@njit(cache=True)
def label_values(counts, names, tables):
    """Evidence of each label's counts, 0 where it has none, (MOST_LABELS,)."""
    out = np.zeros(MOST_LABELS)
    for x in range(MOST_LABELS):
        size = size_of(counts[x])
        if size:
            out[x] = best(gains(counts[x], names, tables), tables.whole[size])
    return out


@njit(cache=True)
def mass_of(dense, lo, hi):
    """Grains of units lo to hi."""
    mass = 0
    for unit in range(lo, hi):
        mass += size_of(dense[unit])
    return mass


@njit(cache=True)
def log_prior(changes, units):
    """Log prior of a number of changes and of each set of their places."""
    value = CHANGE_PRIOR[changes]
    for i in range(changes):
        value -= math.log(max(1, units - 1 - i)) - math.log(i + 1.0)
    return value


@njit(cache=True)
def base_of(values, changes, units):
    """Log posterior of labels with these values, but for what leaning adds."""
    whole = 0.0
    for value in values:
        whole += value
    return log_prior(changes, units) + whole


@njit(cache=True)
def score_of(dense, bounds, labels, names, tables):
    """Log posterior of a segmentation, up to a constant."""
    counts = label_counts(dense, bounds, labels)
    values = label_values(counts, names, tables)
    score = base_of(values, len(labels) - 1, len(dense))
    others = np.empty(counts.shape[1], np.int64)
    for x in range(1, largest(labels) + 1):
        add_up(counts, others)
        for c in range(len(others)):
            others[c] -= counts[x, c]
        gain = lean_evidence(others, counts[x], names, tables) - values[x]
        score += math.log(1 - LEANING + LEANING * math.exp(min(300.0, gain)))
    return score


@njit(cache=True)
def move_units(dense, span, source, target, names, tables):
    """Evidence of both states after each unit of a span (first, behind the last, backwards) has moved, (n,)."""
    lo, hi, backwards = span
    source, target = source.copy(), target.copy()
    state, out = np.empty((2, len(tables.weight))), np.empty(hi - lo)
    fill_gains(source, names, tables, state[0])
    fill_gains(target, names, tables, state[1])
    left, right = size_of(source), size_of(target)
    for place in range(hi - lo):
        unit = hi - 1 - place if backwards else lo + place
        size = transfer(dense[unit], source, target, state, names, tables.gain)
        left -= size
        right += size
        out[place] = 0.0
        if left:
            out[place] += best(state[0], tables.whole[left])
        if right:
            out[place] += best(state[1], tables.whole[right])
    return out


@njit(cache=True)
def boundary_profile(dense, bounds, labels, r, names, tables):
    """Evidence of the two states around boundary r for each of its places bounds[r-1]+1 .. bounds[r+1]-1."""
    counts = label_counts(dense, bounds, labels)
    lo, hi = bounds[r - 1], bounds[r + 1]
    left, right = counts[labels[r - 1]], counts[labels[r]]
    for unit in range(lo, bounds[r]):
        for c in range(dense.shape[1]):
            left[c] -= dense[unit, c]
            right[c] += dense[unit, c]
    return move_units(dense, (lo, hi - 1, FORWARDS), right, left, names, tables)


@njit(cache=True)
def split(bounds, labels, r, at, part, label):
    """Split stretch r at a unit; one part, r or r + 1, gets the label."""
    new_bounds, new_labels = np.empty(len(bounds) + 1, np.int64), np.empty(len(labels) + 1, np.int64)
    for place in range(len(new_bounds)):
        new_bounds[place] = bounds[place if place <= r else place - 1]
    for place in range(len(new_labels)):
        new_labels[place] = labels[place if place <= r else place - 1]
    new_bounds[r + 1] = at
    new_labels[part] = label
    return new_bounds, new_labels


@njit(cache=True)
def tidy(bounds, labels):
    """Neighbours of one label joined, labels numbered in order of appearance."""
    new_bounds, new_labels = bounds.copy(), labels.copy()
    number = np.full(MOST_LABELS + 1, -1)
    used, kept = 0, 0
    for r in range(len(labels)):
        if number[labels[r]] < 0:
            number[labels[r]] = used
            used += 1
        label = number[labels[r]]
        if kept and label == new_labels[kept - 1]:
            new_bounds[kept] = bounds[r + 1]
            continue
        new_labels[kept] = label
        kept += 1
        new_bounds[kept] = bounds[r + 1]
    return new_bounds[: kept + 1].copy(), new_labels[:kept].copy()


@njit(cache=True)
def best_place(profile, dense, span, room, least):
    """The best place of `move_units` with `least` moved, and unmoved of the `room`; its evidence, -inf without any."""
    lo, hi, backwards = span
    moved, at, top = 0, 0, -np.inf
    for place in range(hi - lo):
        moved += size_of(dense[hi - 1 - place if backwards else lo + place])
        if moved >= least and room - moved >= least and profile[place] > top:
            at, top = place, profile[place]
    return at, top


@njit(cache=True)
def best_split(dense, bounds, labels, names, tables):
    """The best segmentation with one boundary more, and its score."""
    counts = label_counts(dense, bounds, labels)
    values = label_values(counts, names, tables)
    base, used = base_of(values, len(labels), len(dense)), largest(labels) + 1
    least = max(SHORTEST, mass_of(dense, 0, len(dense)) // 14)
    top, place, kind = -np.inf, (NONE, NONE), (NONE, False)
    for r in range(len(labels)):
        a, lo, hi = labels[r], bounds[r], bounds[r + 1]
        room = mass_of(dense, lo, hi)
        for x in range(min(used + 1, MOST_LABELS)):
            if x == a or hi - lo < 2:
                continue
            for before in (True, False):
                span = (lo, hi - 1, FORWARDS) if before else (lo + 1, hi, BACKWARDS)
                profile = move_units(dense, span, counts[a], counts[x], names, tables)
                at, found = best_place(profile, dense, span, room, least)
                value = base - values[a] - values[x] + found + (NOVEL if x >= used else 0.0)
                if value > top:
                    top, kind = value, (x, before)
                    place = (r, lo + at + 1 if before else hi - 1 - at)
    if top == -np.inf:
        return top, bounds, labels
    r, part = place[0], place[0] if kind[1] else place[0] + 1
    new_bounds, new_labels = split(bounds, labels, r, place[1], part, kind[0])
    return top, new_bounds, new_labels


@njit(cache=True)
def best_excursion(dense, bounds, labels, names, tables):
    """The best segmentation with one stretch interrupted by another label (two boundaries more), and its score."""
    counts = label_counts(dense, bounds, labels)
    values = label_values(counts, names, tables)
    base, used = base_of(values, len(labels) + 1, len(dense)), largest(labels) + 1
    least = max(SHORTEST, mass_of(dense, 0, len(dense)) // 14)
    top, place = -np.inf, (NONE, NONE, NONE, NONE)
    for r in range(len(labels)):
        a, lo, hi = labels[r], bounds[r], bounds[r + 1]
        # Long stretches are tried at some starts only; moving the boundaries afterwards finds the rest.
        stride = 1 + (hi - lo) // STARTS
        for x in range(min(used + 1, MOST_LABELS)):
            if x == a:
                continue
            for i in range(lo + 1, hi - 2, stride):
                if mass_of(dense, lo, i) < least:
                    continue
                profile = move_units(dense, (i, hi - 1, FORWARDS), counts[a], counts[x], names, tables)
                at, found = best_place(profile, dense, (i, hi - 1, FORWARDS), mass_of(dense, i, hi), least)
                value = base - values[a] - values[x] + found
                if value > top:
                    top, place = value, (r, x, i, i + at + 1)
    if top == -np.inf:
        return top, bounds, labels
    r, x, i, j = place
    new_bounds, new_labels = split(bounds, labels, r, j, r + 1, labels[r])
    new_bounds, new_labels = split(new_bounds, new_labels, r, i, r + 1, x)
    return top, new_bounds, new_labels


@njit(cache=True)
def best_relabelled(dense, bounds, labels, names, tables):
    """The best segmentation with one stretch relabelled, which may join it to a neighbour, and its score."""
    top, out_bounds, out_labels = -np.inf, bounds, labels
    for r in range(len(labels)):
        for x in range(largest(labels) + 1):
            if x == labels[r]:
                continue
            new_labels = labels.copy()
            new_labels[r] = x
            new_bounds, new_labels = tidy(bounds, new_labels)
            if len(new_labels) < 2:
                continue
            value = score_of(dense, new_bounds, new_labels, names, tables)
            if value > top:
                top, out_bounds, out_labels = value, new_bounds, new_labels
    return top, out_bounds, out_labels


@njit(cache=True)
def settle(dense, bounds, labels, names, tables):
    """Move each boundary to its best place that leaves no stretch too short."""
    least = max(SHORTEST, mass_of(dense, 0, len(dense)) // 14)
    for r in range(1, len(labels)):
        lo, hi = bounds[r - 1], bounds[r + 1]
        profile = boundary_profile(dense, bounds, labels, r, names, tables)
        at, found = best_place(profile, dense, (lo, hi - 1, FORWARDS), mass_of(dense, lo, hi), least)
        if found > -np.inf:
            bounds[r] = lo + 1 + at


@njit(cache=True)
def search(dense, stretch, names, tables):
    """The segmentation found from one differing stretch (first unit, unit behind it): bounds, labels, score."""
    bounds, labels = np.array([0, stretch[0], stretch[1], len(dense)]), np.array([0, 1, 0])
    if stretch[1] >= len(dense):
        bounds, labels = np.array([0, stretch[0], len(dense)]), np.array([0, 1])
    score = score_of(dense, bounds, labels, names, tables)
    for _ in range(12):
        before = score
        for move in range(2):
            if score > before + 1e-9 or len(labels) + move > MOST_CHANGES:
                continue
            if move:
                _, new_bounds, new_labels = best_excursion(dense, bounds, labels, names, tables)
            else:
                _, new_bounds, new_labels = best_split(dense, bounds, labels, names, tables)
            new_bounds, new_labels = tidy(new_bounds, new_labels)
            settle(dense, new_bounds, new_labels, names, tables)
            value = score_of(dense, new_bounds, new_labels, names, tables)
            if value > score + 1e-9:
                bounds, labels, score = new_bounds, new_labels, value
        value, new_bounds, new_labels = best_relabelled(dense, bounds, labels, names, tables)
        if value > score + 1e-9:
            bounds, labels, score = new_bounds, new_labels, value
        settle(dense, bounds, labels, names, tables)
        score = score_of(dense, bounds, labels, names, tables)
        if score <= before + 1e-9:
            break
    return bounds, labels, score
