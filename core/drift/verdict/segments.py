"""Where a history changes: stretches of units, each in one of a few states, states pooled.

A segmentation has boundaries between units (`bounds`, from 0 to the number of units) and a label for each
stretch; stretches of one label share one mix, so that A-B-A costs two mixes, not three. Its score is the
evidence of each label's counts (see `evidence`) and a prior on the number of changes. Found by greedy search:
add, drop, move a boundary, relabel a stretch, until nothing gains. Compiled by numba, as `kernels`.
"""

import math

import numpy as np
from numba import njit

from core.drift.evidence import LEANING, best, gains, lean_evidence, transfer

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
        size = counts[x].sum()
        if size:
            out[x] = best(gains(counts[x], names, tables), tables.whole[size])
    return out


@njit(cache=True)
def log_prior(changes, units):
    """Log prior of a number of changes and of each set of their places."""
    value = CHANGE_PRIOR[changes]
    for i in range(changes):
        value -= math.log(max(1, units - 1 - i)) - math.log(i + 1.0)
    return value


@njit(cache=True)
def score_of(dense, bounds, labels, names, tables):
    """Log posterior of a segmentation, up to a constant."""
    counts = label_counts(dense, bounds, labels)
    values = label_values(counts, names, tables)
    score = log_prior(len(labels) - 1, len(dense)) + values.sum()
    for x in range(1, labels.max() + 1):
        others = counts.sum(axis=0) - counts[x]
        gain = lean_evidence(others, counts[x], names, tables) - values[x]
        score += math.log(1 - LEANING + LEANING * math.exp(min(300.0, gain)))
    return score


@njit(cache=True)
def move_units(rows, source, target, names, tables):
    """Evidence of both states after each of `rows` has moved from one's counts to the other's, (n,)."""
    source, target = source.copy(), target.copy()
    state = np.empty((2, len(tables.weight)))
    state[0] = gains(source, names, tables)
    state[1] = gains(target, names, tables)
    left, right = source.sum(), target.sum()
    out = np.empty(len(rows))
    for place in range(len(rows)):
        size = transfer(rows[place], source, target, state, names, tables.gain)
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
    return move_units(dense[lo : hi - 1], right, left, names, tables)


@njit(cache=True)
def split(bounds, labels, r, at, label, before):
    """Split stretch r at a unit; the part before (or behind) gets the label."""
    new_bounds = np.zeros(len(bounds) + 1, np.int64)
    new_labels = np.zeros(len(labels) + 1, np.int64)
    new_bounds[: r + 1] = bounds[: r + 1]
    new_bounds[r + 1] = at
    new_bounds[r + 2 :] = bounds[r + 1 :]
    new_labels[: r + 1] = labels[: r + 1]
    new_labels[r + 1 :] = labels[r:]
    new_labels[r if before else r + 1] = label
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
def forbid_short(profile, rows, room, least):
    """Places that leave less than `least` moved, or less than that of the `room` unmoved, cannot be chosen."""
    moved = 0
    for place in range(len(rows)):
        moved += rows[place].sum()
        if moved < least or room - moved < least:
            profile[place] = -np.inf


@njit(cache=True)
def best_split(dense, bounds, labels, names, tables):
    """The best segmentation with one boundary more, and its score."""
    counts = label_counts(dense, bounds, labels)
    values = label_values(counts, names, tables)
    base = log_prior(len(labels), len(dense)) + values.sum()
    least = max(SHORTEST, dense.sum() // 14)
    top, place, kind = -np.inf, (0, 0), (0, 0)
    for r in range(len(labels)):
        a, lo, hi = labels[r], bounds[r], bounds[r + 1]
        for x in range(min(labels.max() + 2, MOST_LABELS)):
            if x == a or hi - lo < 2:
                continue
            for before in range(2):
                rows = dense[lo : hi - 1] if before else dense[lo + 1 : hi][::-1]
                profile = move_units(rows, counts[a], counts[x], names, tables)
                forbid_short(profile, rows, dense[lo:hi].sum(), least)
                at = profile.argmax()
                value = base - values[a] - values[x] + profile[at] + (NOVEL if x > labels.max() else 0.0)
                if value > top:
                    top, kind = value, (x, before)
                    place = (r, lo + at + 1 if before else hi - 1 - at)
    if top == -np.inf:
        return top, bounds, labels
    new_bounds, new_labels = split(bounds, labels, place[0], place[1], kind[0], kind[1] == 1)
    return top, new_bounds, new_labels


@njit(cache=True)
def best_excursion(dense, bounds, labels, names, tables):
    """The best segmentation with one stretch interrupted by another label (two boundaries more), and its score."""
    counts = label_counts(dense, bounds, labels)
    values = label_values(counts, names, tables)
    base = log_prior(len(labels) + 1, len(dense)) + values.sum()
    least = max(SHORTEST, dense.sum() // 14)
    top, place = -np.inf, (0, 0, 0, 0)
    for r in range(len(labels)):
        a, lo, hi = labels[r], bounds[r], bounds[r + 1]
        # Long stretches are tried at some starts only; moving the boundaries afterwards finds the rest.
        stride = 1 + (hi - lo) // STARTS
        for x in range(min(labels.max() + 2, MOST_LABELS)):
            if x == a:
                continue
            for i in range(lo + 1, hi - 2, stride):
                if dense[lo:i].sum() < least:
                    continue
                profile = move_units(dense[i : hi - 1], counts[a], counts[x], names, tables)
                forbid_short(profile, dense[i : hi - 1], dense[i:hi].sum(), least)
                at = profile.argmax()
                value = base - values[a] - values[x] + profile[at]
                if value > top:
                    top, place = value, (r, x, i, i + at + 1)
    if top == -np.inf:
        return top, bounds, labels
    r, x, i, j = place
    new_bounds, new_labels = split(bounds, labels, r, j, labels[r], False)
    new_bounds, new_labels = split(new_bounds, new_labels, r, i, x, False)
    return top, new_bounds, new_labels


@njit(cache=True)
def best_relabelled(dense, bounds, labels, names, tables):
    """The best segmentation with one stretch relabelled, which may join it to a neighbour, and its score."""
    top, out_bounds, out_labels = -np.inf, bounds, labels
    for r in range(len(labels)):
        for x in range(labels.max() + 1):
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
    least = max(SHORTEST, dense.sum() // 14)
    for r in range(1, len(labels)):
        lo, hi = bounds[r - 1], bounds[r + 1]
        profile = boundary_profile(dense, bounds, labels, r, names, tables)
        forbid_short(profile, dense[lo : hi - 1], dense[lo:hi].sum(), least)
        if profile.max() > -np.inf:
            bounds[r] = lo + 1 + profile.argmax()


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
