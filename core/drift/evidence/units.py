"""Sessions as effective counts of categories: what the drift test stands on.

Inside a session an event often stays in the category of the one before it, so repeats tell less than fresh
choices. With chance rho of staying, a repeat of category c was chosen anew with probability
(1 - rho) m_c / (rho + (1 - rho) m_c), m being the user's mix; that is what it counts. rho is found from the
repeats beyond those that the user's *other* sessions lead to expect.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data import Sequences
from core.drift.evidence.shares import entry_shares
from core.drift.evidence.trend import Trend, mix_of, user_mixes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
GRAIN = 8
"""Effective counts are whole numbers of 1 / GRAIN events, so that logarithms of gamma functions can be looked up."""
LIGHTEST, HEAVIEST = 0.3, 2.5
"""Bounds of what the trend makes an event count."""


@dataclass(frozen=True, eq=False)
class Common:
    """What everyone seeks: learned once, so that users are read alike in whatever company they come."""

    mix: Floats
    """Share of each category, none of them 0, (n_categories,)."""
    first: Floats
    """Share of events by the category that is theirs most of all, first those without one, (1 + n_categories,)."""


@dataclass(frozen=True, eq=False)
class Log:
    """Events of some users as entries (event, category, share); users and sessions numbered from 0."""

    user: Ints
    """User of each event, (n_events,)."""
    session: Ints
    """Session of each event, (n_events,)."""
    time: Ints
    """Microseconds since 1970, (n_events,)."""
    first: Ints
    """Category with the largest share of each event, -1 without one, (n_events,)."""
    entry: Ints
    """Event of each entry, (n_entries,)."""
    category: Ints
    """Category of each entry, (n_entries,)."""
    share: Floats
    """Share of the event that the category has, (n_entries,)."""
    shape: tuple[int, int]
    """Numbers of users and categories."""
    common: Common | None = None
    """What everyone seeks; without it, what these users do."""

    def everyone(self) -> Common:
        """What everyone seeks."""
        if self.common is not None:
            return self.common
        first = np.bincount(self.first + 1, minlength=self.shape[1] + 1) / max(1, len(self.first))
        return Common(mix_of(np.bincount(self.category, self.share, self.shape[1]).astype(np.float64)), first)


@dataclass(frozen=True, eq=False)
class Units:
    """Exchangeable units of each user, sessions as a rule, with effective counts."""

    offsets: Ints
    """First unit of each user, (n_users + 1,)."""
    start: Ints
    """First event of each unit, as an index in its user's history, (n_units,)."""
    entries: Ints
    """First entry of each unit, (n_units + 1,)."""
    category: NDArray[np.int32]
    """Category of each entry."""
    amount: NDArray[np.int32]
    """Effective count of each entry, in 1 / GRAIN events."""

    def only(self, users: NDArray[np.bool_]) -> "Units":
        """The units of some users, numbered anew."""
        count, size = np.diff(self.offsets), np.diff(self.entries)
        unit = np.repeat(users, count)
        entry = np.repeat(unit, size)
        return Units(_sums(count[users]), self.start[unit], _sums(size[unit]), self.category[entry], self.amount[entry])

    def effective(self) -> Floats:
        """Effective events of each user, (n_users,)."""
        running = _sums(self.amount.astype(np.int64))
        return np.asarray(np.diff(running[self.entries[self.offsets]]) / GRAIN)

    def uniform(self) -> NDArray[np.bool_]:
        """Whether all that is known of a user is of one category, (n_users,); everyone must have an entry."""
        if not len(self.category):
            return np.zeros(0, dtype=bool)
        first = self.entries[self.offsets[:-1]]
        same = np.minimum.reduceat(self.category, first) == np.maximum.reduceat(self.category, first)
        return np.asarray(same)

    @classmethod
    def joined(cls, parts: list["Units"]) -> "Units":
        """Users of all parts behind each other."""
        if not parts:
            zero = np.zeros(1, dtype=np.int64)
            return cls(zero, zero[:0], zero, np.zeros(0, np.int32), np.zeros(0, np.int32))
        return cls(
            _sums(np.concatenate([np.diff(part.offsets) for part in parts])),
            np.concatenate([part.start for part in parts]),
            _sums(np.concatenate([np.diff(part.entries) for part in parts])),
            np.concatenate([part.category for part in parts]),
            np.concatenate([part.amount for part in parts]),
        )


def read_log(sequences: Sequences, users: Ints, places: Floats | None = None, common: Common | None = None) -> Log:
    """Events of some users, rising, as entries. In logs without a clock a run of one category is a session.

    `places` says how much the place in an item's list of categories tells; without it the categories share equally.
    """
    rows = sequences.rows_of_all(users)
    catalogue = sequences.catalogue
    item = sequences.item[rows].astype(np.int64)
    user = np.repeat(np.arange(len(users)), sequences.lengths[users])
    count = np.diff(catalogue.category_offsets)[item]
    entry = np.repeat(np.arange(len(rows)), count)
    place = np.arange(len(entry)) - np.repeat(np.cumsum(count) - count, count)
    category = catalogue.category_index[catalogue.category_offsets[item][entry] + place]
    shape = (len(users), len(catalogue.categories))
    share = 1.0 / count[entry]
    if places is not None:
        share = entry_shares(user[entry], category, count, shape, places, None if common is None else common.mix)
    first = _largest(share, category, count)
    session = sequences.session[rows]
    if sequences.ordinal:
        session = np.cumsum((np.diff(first, prepend=-2) != 0) | (np.diff(user, prepend=-1) != 0))
    session = np.cumsum(np.diff(session, prepend=-1) != 0) - 1
    return Log(user, session, sequences.time[rows], first, entry, category, share, shape, common)


def _largest(share: Floats, category: Ints, count: Ints) -> Ints:
    """Category with the largest share of each event, the most popular of equals; -1 without one, (n_events,)."""
    entry = np.repeat(np.arange(len(count)), count)
    order = np.lexsort((category, -share, entry)) if (count > 1).any() else np.arange(len(entry))
    first = np.full(len(count), -1, dtype=np.int64)
    first[count > 0] = category[order[(np.cumsum(count) - count)[count > 0]]]
    return first


@dataclass(frozen=True)
class Stickiness:
    """How much more often than by choice an event repeats a category of its session."""

    next_event: float
    """Chance of staying in the category of the event before."""
    later: float
    """Chance of coming back to an earlier category of the session."""


def expected_repeat(log: Log, event: Ints, earlier: Ints) -> Floats:
    """Share of the category of event `earlier` in the user's other sessions."""
    categories = log.shape[1]
    key = log.session * (categories + 1) + log.first + 1
    _, place, inside = np.unique(key, return_inverse=True, return_counts=True)
    whole = np.bincount(log.user * (categories + 1) + log.first + 1, minlength=log.shape[0] * (categories + 1))
    everyone = log.everyone().first
    session_size, user_size = np.bincount(log.session), np.bincount(log.user)
    other = whole[log.user[event] * (categories + 1) + log.first[earlier] + 1] - inside[place[earlier]]
    size = user_size[log.user[event]] - session_size[log.session[event]]
    return np.asarray((other + everyone[log.first[earlier] + 1]) / (size + 1))


def fit_stickiness(log: Log) -> Stickiness:
    """From the repeats of neighbours, and of events two apart, inside sessions."""
    following = _following(log, 1)
    expected = expected_repeat(log, following, following - 1)
    same = log.first[following] == log.first[following - 1]
    second = _following(log, 2)
    one, two = log.first[second - 1], log.first[second - 2]
    second = second[(one != two) & (log.first[second] != one)]
    back = log.first[second] == log.first[second - 2]
    chance = expected_repeat(log, second, second - 2) / np.maximum(1 - expected_repeat(log, second, second - 1), 0.05)
    return Stickiness(_excess(same, expected), _excess(back, np.minimum(chance, 1)))


def _following(log: Log, lag: int) -> Ints:
    """Events with a category that have an event `lag` before them in their session."""
    event = np.flatnonzero(log.session[lag:] == log.session[: len(log.session) - lag]) + lag
    return np.asarray(event[(log.first[event] >= 0) & (log.first[event - lag] >= 0)])


def _excess(same: NDArray[np.bool_], expected: Floats) -> float:
    return float(np.clip((same.sum() - expected.sum()) / max(1.0, len(same) - expected.sum()), 0.0, 0.95))


def effective_shares(log: Log, stickiness: Stickiness) -> Floats:
    """What each event counts by how fresh its choice was, 0 to 1, (n_events,)."""
    weight = np.ones(len(log.user))
    following = _following(log, 1)
    expected = expected_repeat(log, following, following - 1)
    same = log.first[following] == log.first[following - 1]
    rho = _own_stickiness(log.user[following], same, expected, log.shape[0], stickiness.next_event)
    own = np.maximum(expected[same], 0.02)
    stay = rho[log.user[following[same]]]
    weight[following[same]] = (1 - stay) * own / (stay + (1 - stay) * own)
    back = _returns(log)
    own = np.maximum(expected_repeat(log, back, back), 0.02)
    weight[back] = (1 - stickiness.later) * own / (stickiness.later + (1 - stickiness.later) * own)
    return weight


def _own_stickiness(user: Ints, same: NDArray[np.bool_], expected: Floats, users: int, everyone: float) -> Floats:
    """Each user's chance of staying, drawn to everyone's by 20 chances."""
    above = np.bincount(user, same - expected, users) + 20 * everyone
    below = np.bincount(user, 1 - expected, users) + 20
    return np.asarray(np.clip(above / below, 0.0, 0.95))


def _returns(log: Log) -> Ints:
    """Events that come back to a category of their session after another one."""
    key = log.session * (log.shape[1] + 1) + log.first + 1
    order = np.argsort(key, kind="stable")
    again = order[1:][key[order[1:]] == key[order[:-1]]]
    return np.asarray(again[(log.first[again] >= 0) & (log.first[again] != log.first[again - 1])])


def detrend(log: Log, weight: Floats, trend: Trend) -> Floats:
    """What each entry counts once the trend is taken out, (n_entries,).

    A user's events in category c at time t come with weight H_u(t) / b_c(t), H being the harmonic mean of the tilt over
    the user's mix: then the expected counts of any period are in the proportions of the mix alone, and tell as much as
    so many plain events. With the arithmetic mean they would be as many as the events, but scatter more the stronger
    the tilt, and what scatters more for some weeks looks like a change.
    """
    share = log.share * weight[log.entry]
    if len(trend.tilt) == 1:
        return share
    user, period = log.user[log.entry], trend.period(log.time[log.entry])
    tilt = trend.tilt[period, log.category]
    mixes = user_mixes(user, log.category, share / tilt, log.shape, log.everyone().mix)
    pair, place = np.unique(user * len(trend.tilt) + period, return_inverse=True)
    pair_user, pair_period = np.divmod(pair, len(trend.tilt))
    mean = 1 / np.einsum("pc,pc->p", mixes[pair_user], 1 / trend.tilt[pair_period])
    return np.asarray(share * np.clip(mean[place] / tilt, LIGHTEST, HEAVIEST))


def make_units(log: Log, share: Floats) -> Units:
    """Sum the entries of each session and category to whole numbers of 1 / GRAIN events."""
    sessions = int(log.session[-1]) + 1 if len(log.session) else 0
    first_event = np.flatnonzero(np.diff(log.session, prepend=-1))
    owner = log.user[first_event]
    offsets = np.searchsorted(owner, np.arange(log.shape[0] + 1))
    user_start = np.searchsorted(log.user, np.arange(log.shape[0]))
    key, place = np.unique(log.session[log.entry] * log.shape[1] + log.category, return_inverse=True)
    amount: Floats = np.bincount(place, share, len(key)).astype(np.float64)
    amount = _grains(amount * GRAIN, key // max(1, log.shape[1]), sessions)
    session, category = np.divmod(key[amount > 0], log.shape[1])
    return Units(
        offsets,
        first_event - user_start[owner],
        np.searchsorted(session, np.arange(sessions + 1)),
        category.astype(np.int32),
        amount[amount > 0].astype(np.int32),
    )


def _grains(amount: Floats, session: Ints, sessions: int) -> Floats:
    """Amounts as whole numbers; what is largest in its session counts one at least, so that none is left empty."""
    largest = np.zeros(sessions)
    np.maximum.at(largest, session, amount)
    return np.asarray(np.maximum(np.rint(amount), amount >= largest[session] * 0.999))


def _sums(counts: Ints) -> Ints:
    """Running sums that begin with 0."""
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
