"""The loops of the live test, compiled by numba on first use: one user's events taken in one after the other.

What is taken from a user's own mix, such as how much a repeat tells, comes from the events so far alone, never from
later ones. `memory` is a `Memory`, `people` a `People`, `log` an `Events`, `history` an `OwnEvents`; `tables` as in
`kernels`.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from core.drift.evidence import GRAIN, HEAVIEST, LIGHTEST, PULL, reach_of, shuffle
from core.drift.live.ratios import look, whole_numbers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MEMORY = 64
"""Sessions that a watcher remembers of each user: bounds state and time, and old habits fade."""
TEMPER = 0.7
"""What effective counts are worth: sessions of one person scatter more than fresh choices do."""


class Memory(NamedTuple):
    """What is remembered of one user: a row for each of the last sessions."""

    counts: Floats
    """(MEMORY, n_own_categories, 4): what fresh events, repeats of the event before, and returns within the session
    count once the trend is taken out, and the events as they are."""
    pairs: Floats
    """Chances to repeat, and repeats, (MEMORY, 2)."""
    starts: Ints
    """First event, (MEMORY,)."""


class People(NamedTuple):
    """What is known of everyone."""

    mix: Floats
    """Share of each category, (n_categories,)."""
    stick: Floats
    """Chances that the next event stays in its category, and that a later one of the session comes back, (2,)."""
    tilt: Floats
    """The trend of each category, (n_periods, n_categories)."""
    mean_tilt: Floats
    """Its mean over everyone's mix, (n_periods,)."""
    places: Floats
    """What places in an item's list of categories tell, (`shares.PLACES`,)."""


class Events(NamedTuple):
    """Events of some users, one user after the other."""

    offsets: Ints
    """First event of each user, (n_users + 1,)."""
    session: Ints
    entries: Ints
    """First category of each event, (n_events + 1,)."""
    category: Ints
    period: Ints


class OwnEvents(NamedTuple):
    """Events of one user, numbered from 0."""

    sessions: Ints
    """First event of each session, (n_sessions + 1,)."""
    entries: Ints
    places: Ints
    """Each category as its place in `names`."""
    period: Ints
    names: Ints
    """The user's categories."""


@njit(cache=True)
def next_session(memory, size, event):
    """Make room for a session that begins with `event`, forgetting the oldest if need be; number of sessions."""
    counts, pairs, starts = memory
    if size == len(counts):
        for row in range(size - 1):
            counts[row] = counts[row + 1]
            pairs[row] = pairs[row + 1]
            starts[row] = starts[row + 1]
        counts[-1] = 0
        pairs[-1] = 0
        size -= 1
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
    have, tilt = counts[:size, :, :3].sum(axis=0).sum(axis=1), people.tilt[period][names]
    mean = (2 * people.mean_tilt[period] + (have * tilt).sum()) / (2 + have.sum())
    share = claims(counts[:size, :, 3].sum(axis=0), places, people.mix[names], people.places)
    first = places[share.argmax()]
    kind = 1 if first == previous else (2 if counts[size - 1, first, 3] > 0 else 0)
    for e in range(len(places)):
        weight = min(max(mean / tilt[places[e]], LIGHTEST), HEAVIEST)
        counts[size - 1, places[e], kind] += weight * share[e]
        counts[size - 1, places[e], 3] += share[e]
    pairs[size - 1, 0] += previous >= 0
    pairs[size - 1, 1] += kind == 1
    return first


@njit(cache=True)
def claims(have, places, everyone, told):
    """How much an event was about each of its categories, by the user's past; see `shares`."""
    out = np.empty(len(places))
    for e in range(len(places)):
        out[e] = (have[places[e]] + PULL * everyone[places[e]]) * told[min(e, len(told) - 1)] + 1e-9
    return out / out.sum()


@njit(cache=True)
def weigh(memory, size, names, everyone, stick):
    """Effective counts of the sessions in grains, (size, n_own_categories); see `units` for the weights."""
    counts, pairs = memory.counts, memory.pairs
    whole = counts[:size, :, 3].copy()
    session, total = whole.sum(axis=1), whole.sum(axis=0)
    events = session.sum()
    # Only categories had so far: `names` of a whole history holds later ones too, which nobody can know of yet.
    alike = ((((total + everyone[names]) / (events + 1)) ** 2) * (total > 0)).sum()
    chances, same = pairs[:size, 0].sum(), pairs[:size, 1].sum()
    stay = (same - chances * alike + 20 * stick[0]) / (chances * (1 - alike) + 20)
    stay = min(max(stay, 0.0), 0.95)
    out = np.zeros((size, len(names)))
    for row in range(size):
        for c in range(len(names)):
            if whole[row, c] > 0:
                mine = max((total[c] - whole[row, c] + everyone[names[c]]) / (events - session[row] + 1), 0.02)
                again = (1 - stay) * mine / (stay + (1 - stay) * mine)
                back = (1 - stick[1]) * mine / (stick[1] + (1 - stick[1]) * mine)
                out[row, c] = counts[row, c, 0] + again * counts[row, c, 1] + back * counts[row, c, 2]
    return out * GRAIN * TEMPER


@njit(cache=True)
def judge(memory, size, names, people, tables):
    """The history as it stands: `look` at its evidence, the place told by its first event."""
    if not len(names):
        return -50.0, 0
    weights = weigh(memory, size, names, people.mix, people.stick)
    evidence, place = look(whole_numbers(weights, reach_of(tables)), names, tables)
    return evidence, memory.starts[place]


@njit(cache=True)
def follow(order, history, people, tables, evidence, since):
    """Run through one user's sessions in an order; `history` as of `history_of`.

    Fills in the evidence after each of the last `len(evidence)` events, and the likely first event after the change;
    returns the memory, its sessions, and what `absorb` gave for the last event.
    """
    sessions, entries, places = history.sessions, history.entries, history.places
    period, names = history.period, history.names
    before = len(period) - len(evidence)
    memory = Memory(np.zeros((MEMORY, len(names), 4)), np.zeros((MEMORY, 2)), np.zeros(MEMORY, np.int64))
    size, done, previous = 0, 0, -1
    for session in order:
        size = next_session(memory, size, done)
        previous = -1
        for event in range(sessions[session], sessions[session + 1]):
            own = places[entries[event] : entries[event + 1]]
            previous = absorb(memory, size, own, (previous, period[event]), names, people)
            if done >= before:
                found = judge(memory, size, names, people, tables)
                evidence[done - before], since[done - before] = found
            done += 1
    return memory, size, previous


@njit(cache=True)
def history_of(log, user):
    """One user's part of a log."""
    offsets, session, entries, category = log.offsets, log.session, log.entries, log.category
    lo, hi = offsets[user], offsets[user + 1]
    first, last = entries[lo], entries[hi]
    names = np.unique(category[first:last])
    sizes = np.zeros(session[hi - 1] - session[lo] + 2, np.int64)
    for event in range(lo, hi):
        sizes[session[event] - session[lo] + 1] += 1
    places = np.searchsorted(names, category[first:last])
    return OwnEvents(np.cumsum(sizes), entries[lo : hi + 1] - first, places, log.period[lo:hi], names)


@njit(cache=True)
def highest(log, people, tables, out, seed, least):
    """Largest evidence of each user's sessions as they are, then shuffled, (n_users, 1 + shuffles).

    Looked at from `least` events on; users have at least as many.
    """
    state = np.uint64(seed * 2 + 1) * np.uint64(0x9E3779B97F4A7C15)
    for user in range(len(out)):
        history = history_of(log, user)
        evidence = np.zeros(len(history.period) + 1 - least)
        since = np.zeros(len(evidence), np.int64)
        order = np.arange(len(history.sessions) - 1)
        for place in range(out.shape[1]):
            if place:
                state = shuffle(order, state)
            follow(order, history, people, tables, evidence, since)
            out[user, place] = evidence.max()


@njit(cache=True)
def first_flags(log, people, tables, limit, out, least):
    """Event of each user's first flag (-1: none), likely first event after the change, highest evidence."""
    for user in range(len(out)):
        history = history_of(log, user)
        evidence = np.zeros(len(history.period) + 1 - least)
        since = np.zeros(len(evidence), np.int64)
        follow(np.arange(len(history.sessions) - 1), history, people, tables, evidence, since)
        out[user, 2] = evidence.max()
        for place in range(len(evidence)):
            if evidence[place] > limit:
                out[user, 0], out[user, 1] = place + least - 1, since[place]
                break


@njit(cache=True)
def latest(log, people, tables, evidence, since):
    """`follow` the only user's sessions as they are; returns what it does, and the user's categories."""
    history = history_of(log, 0)
    return follow(np.arange(len(history.sessions) - 1), history, people, tables, evidence, since), history.names
