"""The loops of the live test, compiled by numba on first use: one user's events taken in one after the other.

What is taken from a user's own mix, such as how much a repeat tells, comes from the events so far alone, never from
later ones. `memory` is a `Memory`, `people` a `People`, `log` an `Events`, `history` an `OwnEvents`; `tables` as in
`kernels`.
"""

import numpy as np
from numba import njit

from core.drift.evidence import GRAIN, HEAVIEST, LIGHTEST, PULL, distinct, place_of, reach_of, shuffle
from core.drift.live.memory import MEMORY, Events, Memory, OwnEvents, People  # noqa: F401 (older caches look here)
from core.drift.live.point_ratios import look_at_points
from core.drift.live.ratios import look, whole_numbers

TEMPER = 0.7
"""What effective counts are worth: sessions of one person scatter more than fresh choices do."""


@njit(cache=True)
def next_session(memory, size, event):
    """Make room for a session that begins with `event`, forgetting the oldest if need be; number of sessions."""
    counts, pairs, starts, points = memory
    if size == len(counts):
        size -= 1
        for row in range(size + 1):
            last = row == size
            for c in range(counts.shape[1]):
                for kind in range(4):
                    counts[row, c, kind] = 0 if last else counts[row + 1, c, kind]
            for kind in range(2):
                pairs[row, kind] = 0 if last else pairs[row + 1, kind]
            for d in range(points.shape[1]):
                points[row, d] = 0 if last else points[row + 1, d]
            starts[row] = event if last else starts[row + 1]
    starts[size] = event
    return size + 1


@njit(cache=True)
def absorb(memory, size, places, now, names, people):
    """Take one event into the last session; returns the place of the category it was most about, -1 without.

    `places` are its categories in `names`, in the order of the item's list; `now` is what this function gave for
    the event before in the session, -1 without one, and the period.
    """
    counts, pairs, (previous, period) = memory.counts, memory.pairs, now
    if not len(places):
        return -1
    mean = mean_tilt(counts, size, names, people, period)
    share, most = claims(counts, size, places, names, people)
    first = places[most]
    kind = 1 if first == previous else (2 if counts[size - 1, first, 3] > 0 else 0)
    for e in range(len(places)):
        weight = min(max(mean / people.tilt[period, names[places[e]]], LIGHTEST), HEAVIEST)
        counts[size - 1, places[e], kind] += weight * share[e]
        counts[size - 1, places[e], 3] += share[e]
    pairs[size - 1, 0] += previous >= 0
    pairs[size - 1, 1] += kind == 1
    return first


@njit(cache=True)
def place(memory, size, point):
    """Add what one event is as a point to the last session."""
    for d in range(len(point)):
        memory.points[size - 1, d] += point[d]


@njit(cache=True)
def mean_tilt(counts, size, names, people, period):
    """Harmonic mean of a period's trend over what the user had so far, and everyone: see `units.detrend` for why."""
    total, lifted = 2.0, 2 / people.mean_tilt[period]
    for c in range(len(names)):
        have = 0.0
        for kind in range(3):
            part = 0.0
            for row in range(size):
                part += counts[row, c, kind]
            have += part
        total += have
        lifted += have / people.tilt[period, names[c]]
    return total / lifted


@njit(cache=True)
def claims(counts, size, places, names, people):
    """How much an event was about each of its categories, by the user's past, and which is first; see `shares`."""
    out, total, most = np.empty(len(places)), 0.0, 0
    for e in range(len(places)):
        have, told = 0.0, people.places[min(e, len(people.places) - 1)]
        for row in range(size):
            have += counts[row, places[e], 3]
        out[e] = (have + PULL * people.mix[names[places[e]]]) * told + 1e-9
        total += out[e]
    for e in range(len(places)):
        out[e] /= total
        if out[e] > out[most]:
            most = e
    return out, most


@njit(cache=True)
def weigh(memory, size, names, everyone, stick):
    """Effective counts of the sessions in grains, (size, n_own_categories); see `units` for the weights."""
    counts = memory.counts
    session, total, events = np.zeros(size), np.zeros(len(names)), 0.0
    for row in range(size):
        for c in range(len(names)):
            session[row] += counts[row, c, 3]
            total[c] += counts[row, c, 3]
        events += session[row]
    stay = staying(memory, size, (total, events), names, everyone, stick[0])
    out = np.zeros((size, len(names)))
    for row in range(size):
        for c in range(len(names)):
            whole = counts[row, c, 3]
            if whole > 0:
                mine = max((total[c] - whole + everyone[names[c]]) / (events - session[row] + 1), 0.02)
                again = (1 - stay) * mine / (stay + (1 - stay) * mine)
                back = (1 - stick[1]) * mine / (stick[1] + (1 - stick[1]) * mine)
                amount = counts[row, c, 0] + again * counts[row, c, 1] + back * counts[row, c, 2]
                out[row, c] = GRAIN * TEMPER * amount
    return out


@njit(cache=True)
def staying(memory, size, had, names, everyone, usual):
    """Chance that the user's next event stays in its category, by the events so far; `had` by category, and in all."""
    pairs, (total, events) = memory.pairs, had
    chances, same, alike = 0.0, 0.0, 0.0
    for row in range(size):
        chances += pairs[row, 0]
        same += pairs[row, 1]
    # Only categories had so far: `names` of a whole history holds later ones too, which nobody can know of yet.
    for c in range(len(names)):
        if total[c] > 0:
            share = (total[c] + everyone[names[c]]) / (events + 1)
            alike += share * share
    stay = (same - chances * alike + 20 * usual) / (chances * (1 - alike) + 20)
    return min(max(stay, 0.0), 0.95)


@njit(cache=True)
def judge(memory, size, names, people, tables):
    """The history as it stands: `look` at its evidence, the place told by its first event.

    Where events are points, too, the evidence is the sum of both, and the place that of the stronger one.
    """
    if not len(names):
        return -50.0, 0
    weights = weigh(memory, size, names, people.mix, people.stick)
    evidence, best = look(whole_numbers(weights, reach_of(tables)), names, tables)
    if len(people.spread):
        more, other = look_at_points(memory.points, size, people.noise, people.spread)
        best = other if more > evidence else best
        evidence = max(-50.0, evidence + more)
    return evidence, memory.starts[best]


@njit(cache=True)
def follow(order, history, people, tables, evidence, since):
    """Run through one user's sessions in an order; `history` as of `history_of`.

    Fills in the evidence after each of the last `len(evidence)` events, and the likely first event after the change;
    returns the memory, its sessions, and what `absorb` gave for the last event.
    """
    sessions, entries, places = history.sessions, history.entries, history.places
    period, names = history.period, history.names
    before = len(period) - len(evidence)
    memory = Memory(
        np.zeros((MEMORY, len(names), 4)),
        np.zeros((MEMORY, 2)),
        np.zeros(MEMORY, np.int64),
        np.zeros((MEMORY, history.points.shape[1]), np.float32),
    )
    nothing = np.int64(-1)  # typed, so that what takes it is compiled once
    size, done, previous = 0, 0, nothing
    for session in order:
        size = next_session(memory, size, done)
        previous = nothing
        for event in range(sessions[session], sessions[session + 1]):
            own = places[entries[event] : entries[event + 1]]
            previous = absorb(memory, size, own, (previous, period[event]), names, people)
            place(memory, size, history.points[event])
            if done >= before:
                found = judge(memory, size, names, people, tables)
                evidence[done - before], since[done - before] = found
            done += 1
    return memory, size, previous


@njit(cache=True)
def history_of(log, user):
    """One user's part of a log."""
    lo, hi = log.offsets[user], log.offsets[user + 1]
    first, last, opening = log.entries[lo], log.entries[hi], log.session[lo]
    names = distinct(log.category[first:last])
    sessions = np.zeros(log.session[hi - 1] - opening + 2, np.int64)
    entries, places = np.empty(hi - lo + 1, np.int64), np.empty(last - first, np.int64)
    for event in range(lo, hi):
        sessions[log.session[event] - opening + 1] += 1
        entries[event - lo] = log.entries[event] - first
    entries[hi - lo] = last - first
    for session in range(1, len(sessions)):
        sessions[session] += sessions[session - 1]
    for entry in range(first, last):
        places[entry - first] = place_of(names, len(names), log.category[entry])
    return OwnEvents(sessions, entries, places, log.period[lo:hi], names, log.points[lo:hi])


@njit(cache=True)
def follow_all(log, people, tables, told, tops, seed):
    """Run through each user's sessions as they are, then shuffled: one compiled loop for all who ask.

    `told` are offsets, evidence and since: user i has the places offsets[i] to offsets[i + 1], one for each of the
    last events, and finds there what the last run came to. `tops` takes the largest evidence of each run, (n_users,
    1 + shuffles).
    """
    offsets, evidence, since = told
    state = np.uint64(seed * 2 + 1) * np.uint64(0x9E3779B97F4A7C15)
    for user in range(len(tops)):
        history, inside = history_of(log, user), slice(offsets[user], offsets[user + 1])
        order = np.arange(len(history.sessions) - 1)
        for run in range(tops.shape[1]):
            if run:
                state = shuffle(order, state)
            follow(order, history, people, tables, evidence[inside], since[inside])
            top = -np.inf
            for value in evidence[inside]:
                top = max(top, value)
            tops[user, run] = top
