"""Drift as events arrive: a test that may be looked at after every event.

After each event the evidence for a change at any earlier session is averaged over those places, and compared with
the evidence for none. A user is flagged the first time this passes a limit that the *largest* value over a whole
history passes in at most `alpha` of histories without drift. The limit comes from histories with shuffled
sessions, so it holds at any time, up to the lengths that the log has; users whose whole history speaks for drift
are no reference, for shuffles of two mixes are wilder than any history of one. Whatever is said after an event rests
on the events up to it and on what was learned from everyone, never on the user's later events: a stream that calls
`Watcher.update` hears the same as `Watcher.table` tells of the whole log.

    watcher = learn(sequences, DriftSettings())           # once, from the log so far
    _, _, watch = watcher.followed(history, 1)            # what is remembered of one user, some kilobytes
    watcher.update(watch, item, time, opens=True)         # after each event
    watch.evidence > watcher.limit, watch.since
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Catalogue, Sequences, schema
from core.drift.evidence import Everyone, Prior, Tables, Trend, read_log
from core.drift.live import loops
from core.drift.live.e_values import E_VALUE, UNLEARNED, Reference
from core.drift.live.followed import followed
from core.drift.live.memory import MEMORY, Events, Memory, People
from core.drift.live.points import POINTLESS, Points
from core.drift.live.watch import Watch
from core.drift.verdict import p_values_of
from core.phrases import say
from core.progress import Progress, silent
from core.settings import DriftSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SHUFFLES, FEWEST_SHUFFLED = 7, 400
"""Shuffles of each reference user, and of all of them at least: where people are few, each is shuffled more often."""
REFERENCE_USERS, REFERENCE_EVENTS = 1500, 250_000
"""Most users that the limit comes from, and most events that they have in all."""
DRIFTING = 0.1
"""Users with a p-value up to this, by their whole history, are no reference."""
LEAST_REFERENCE = 50
"""Fewer users than these are no reference without the others."""
CHUNK = 4000
"""Users looked at a time: bounds the memory and paces the progress."""
UNJUDGED = -50.0
"""Evidence of a history that is too short to be judged."""


@dataclass(frozen=True, eq=False)
class Watcher:
    """Looks at users event by event; made by `learn`."""

    catalogue: Catalogue
    """Items with the categories (or groups of items) that are followed."""
    people: People
    trend: Trend
    prior: Prior
    least: int
    """Events before which nobody is flagged."""
    ordinal: bool
    """Without a clock a run of one category is a session."""
    limit: float = float("inf")
    """Log evidence ratio above which a user is flagged."""
    reference: Reference = UNLEARNED
    """What evidence without drift comes to."""
    points: Points = POINTLESS
    """How events are points, where these tell more than categories do."""

    @cached_property
    def tables(self) -> Tables:
        """What evidence is read from."""
        return Tables.of(self.prior)

    def update(self, watch: Watch, item: int, time: int, *, opens: bool) -> bool:
        """Take in one user's next event; whether the evidence is above the limit.

        `item` is an integer item of the catalogue, `time` microseconds since 1970; `opens` says that it begins a
        session (without a clock it does not matter). What it costs does not depend on the length of the history.
        """
        categories = self._categories(item)
        places = np.array([watch.place(int(category)) for category in categories], np.int64)
        if self.ordinal:
            lane = _lane(categories)
            opens, watch.lane = lane != watch.lane, lane
        memory = Memory(watch.counts, watch.pairs, watch.starts, watch.points)
        if watch.sessions == 0 or opens:
            watch.sessions = loops.next_session(memory, watch.sessions, watch.events)
            watch.previous = -1
        now = (watch.previous, int(self.trend.period(np.array([time]))[0]))
        watch.previous = int(loops.absorb(memory, watch.sessions, places, now, watch.names, self.people))
        loops.place(memory, watch.sessions, self.points.of(np.array([item]), np.array([time]))[0])
        found = loops.judge(memory, watch.sessions, watch.names, self.people, self.tables.arrays)
        watch.evidence, watch.since, watch.events = float(found[0]), int(found[1]), watch.events + 1
        return watch.events >= self.least and watch.evidence > self.limit

    def table(self, sequences: Sequences, progress: Progress = silent) -> pd.DataFrame:
        """What would have been said of a log's users, a row each.

        Columns: user_id, n_events, flagged, flag_event, flag_time, since_event, since_time, evidence, e_value.
        `flag_event` is the last event before the flag (-1 without one), `since_event` the likely first event after
        the change, `evidence` the largest log evidence ratio reached, NaN for users with too few events, and `e_value`
        what that is worth: see `e_values`.
        """
        rows = np.full((sequences.n_users, 3), -1.0)
        rows[:, 2] = np.nan
        users = np.flatnonzero(sequences.lengths >= self.least)
        for start in range(0, len(users), CHUNK):
            progress(start / len(users), say("steps.watching", first=start, last=start + CHUNK))
            chunk = users[start : start + CHUNK]
            rows[chunk] = self._first_flags(self._events(sequences, chunk))
        progress(1.0, say("steps.flagged", flagged=int((rows[:, 0] >= 0).sum()), users=len(users)))
        return _frame(sequences, rows).assign(**{E_VALUE: self.reference.e_values(rows[:, 2])})

    def heard(self, alone: Sequences, last: int) -> tuple[Floats, Ints]:
        """Evidence after each of the `last` events of a log's only user, and the likely first event after a change.

        Both (last,), or shorter for a shorter history; `UNJUDGED` where the history is too short.
        """
        evidence, since, _ = self.followed(alone, last)
        return evidence, since

    def followed(self, alone: Sequences, last: int) -> tuple[Floats, Ints, Watch]:
        """As `heard`, and what is remembered of the user, so that later events can be taken in one by one."""
        events = len(alone)
        evidence, since = np.full(min(last, events), UNJUDGED), np.zeros(min(last, events), np.int64)
        if not len(evidence):
            return evidence, since, Watch(points=np.zeros((MEMORY, self.points.place.shape[1]), np.float32))
        log = self._events(alone, np.zeros(1, np.int64))
        history = loops.history_of(log, 0)
        order = np.arange(len(history.sessions) - 1)
        memory, sessions, previous = loops.follow(order, history, self.people, self.tables.arrays, evidence, since)
        lane = _lane(self._categories(int(alone.item[-1])))
        watch = Watch(
            history.names,
            memory.counts,
            memory.pairs,
            memory.starts,
            memory.points,
            sessions,
            events,
            previous,
            lane,
            int(since[-1]),
            float(evidence[-1]),
        )
        evidence[np.arange(events - len(evidence), events) < self.least - 1] = UNJUDGED
        return evidence, since, watch

    def maxima(self, sequences: Sequences, users: Ints, seed: int) -> Floats:
        """Largest evidence of some users, then of `SHUFFLES` or more shuffles of their sessions, (n_users, 1 + n)."""
        shuffles = max(SHUFFLES, -(-FEWEST_SHUFFLED // max(1, len(users))))
        return self._told(self._events(sequences, users), 1 + shuffles, seed)[1]

    def _first_flags(self, log: Events) -> Floats:
        """Event of each user's first flag (-1: none), likely first event after the change, highest evidence."""
        (offsets, evidence, since), tops = self._told(log, 1)
        out = np.full((len(tops), 3), -1.0)
        out[:, 2] = tops[:, 0]
        above = np.flatnonzero(evidence > self.limit)
        users, first = np.unique(np.searchsorted(offsets, above, side="right") - 1, return_index=True)
        out[users, 0], out[users, 1] = above[first] - offsets[users] + self.least - 1, since[above[first]]
        return out

    def _told(self, log: Events, runs: int, seed: int = 0) -> tuple[tuple[Ints, Floats, Ints], Floats]:
        """What `loops.follow_all` tells of users with `least` events or more, from that event on."""
        offsets = np.concatenate(([0], np.cumsum(np.diff(log.offsets) + 1 - self.least)))
        told = offsets, np.zeros(offsets[-1]), np.zeros(offsets[-1], np.int64)
        tops = np.empty((len(log.offsets) - 1, runs))
        loops.follow_all(log, self.people, self.tables.arrays, told, tops, seed)
        return told, tops

    def _events(self, sequences: Sequences, users: Ints) -> Events:
        """Events of some users, in the categories that are followed."""
        log = read_log(replace(sequences, catalogue=self.catalogue), users)
        entries = np.searchsorted(log.entry, np.arange(len(log.user) + 1))
        offsets = np.searchsorted(log.user, np.arange(len(users) + 1))
        rows = sequences.rows_of_all(users)
        points = self.points.of(sequences.item[rows].astype(np.int64), log.time)
        return Events(offsets, log.session, entries, log.category, self.trend.period(log.time), points)

    def _categories(self, item: int) -> Ints:
        offsets = self.catalogue.category_offsets
        return self.catalogue.category_index[offsets[item] : offsets[item + 1]]


def learn(
    sequences: Sequences, settings: DriftSettings, progress: Progress = silent, everyone: Everyone | None = None
) -> Watcher:
    """A watcher for a log: everyone's habits and trend, and the limit; raises `EventsError` as `detect` does.

    `everyone`: of this log and seed, where others learn from it, too.
    """
    progress(0.0, say("steps.habits"))
    everyone = everyone or Everyone(sequences, settings.seed)
    _ = everyone.doubts
    everyone, points = followed(everyone)
    sequences, background = everyone.sequences, everyone.background
    catalogue, tilt = sequences.catalogue, background.trend.tilt
    usual = _everyone(sequences)
    stick = np.array([background.stickiness.next_event, background.stickiness.later])
    watcher = Watcher(
        catalogue,
        People(
            usual,
            stick,
            np.ascontiguousarray(tilt),
            1 / np.maximum((1 / tilt) @ usual, 1e-9),
            background.places,
            points.noise,
            points.spread,
        ),
        background.trend,
        everyone.timeless,
        max(2, settings.min_events),
        sequences.ordinal,
        points=points,
    )
    progress(0.3, say("steps.limit"))
    users = _reference(sequences, watcher.least, settings)
    calm = ~(p_values_of(sequences, users, (background, watcher.tables), settings) <= DRIFTING)
    reference = _without_drift(watcher.maxima(sequences, users, settings.seed + 1), calm)
    return replace(watcher, limit=reference.limit(settings.alpha), reference=reference)


def watch(sequences: Sequences, settings: DriftSettings, progress: Progress = silent) -> pd.DataFrame:
    """What a watcher would have said of each user of a log; see `Watcher.table`."""
    return learn(sequences, settings, progress).table(sequences, progress)


def _everyone(sequences: Sequences) -> Floats:
    """Share of each category in all events, (n_categories,)."""
    catalogue = sequences.catalogue
    held = np.diff(catalogue.category_offsets)
    events = np.bincount(sequences.item, minlength=sequences.n_items) / np.maximum(1, held)
    counts = np.bincount(catalogue.category_index, np.repeat(events, held), len(catalogue.categories))
    return np.asarray(counts / max(1.0, counts.sum()))


def _without_drift(maxima: Floats, calm: NDArray[np.bool_]) -> Reference:
    """What the shuffles of users who have not drifted come to; those of all where too few have not."""
    return Reference(np.sort(maxima[calm if calm.sum() >= LEAST_REFERENCE else slice(None), 1:].ravel()))


def _reference(sequences: Sequences, least: int, settings: DriftSettings) -> Ints:
    """Users whose shuffles tell the limit: drawn at random, four sessions or more, as many as there is time for."""
    users = np.flatnonzero(sequences.lengths >= least)
    first, last = sequences.offsets[users], sequences.offsets[users + 1] - 1
    if not sequences.ordinal:
        users = users[sequences.session[last] - sequences.session[first] + 1 >= settings.min_sessions]
    users = np.random.default_rng([settings.seed, 3]).permutation(users)[:REFERENCE_USERS]
    fits = np.cumsum(sequences.lengths[users]) <= REFERENCE_EVENTS
    fits[:LEAST_REFERENCE] = True
    return np.sort(users[fits])


def _lane(categories: Ints) -> int:
    """Which run of events an item belongs to where the log has no clock: its most popular category, -1 without."""
    return int(categories.min()) if len(categories) else -1


def _frame(sequences: Sequences, rows: Floats) -> pd.DataFrame:
    """From rows of (flag event, first event after the change, evidence) to the table."""
    frame = {schema.USER: sequences.users, "n_events": sequences.lengths, "flagged": rows[:, 0] >= 0}
    for name, column in (("flag", rows[:, 0]), ("since", rows[:, 1])):
        event = column.astype(np.int64)
        told = event >= 0
        texts = np.full(len(event), "", dtype=object)
        texts[told] = moments(sequences, sequences.offsets[:-1][told] + event[told])
        frame[f"{name}_event"], frame[f"{name}_time"] = event, texts
    return pd.DataFrame(frame | {"evidence": rows[:, 2]})


def moments(sequences: Sequences, rows: Ints) -> NDArray[np.str_]:
    """Times of events as text, the position where the log has no clock."""
    times = sequences.time[rows]
    if sequences.ordinal:
        return times.astype(str)
    return np.datetime_as_string(times.astype("datetime64[us]"), unit="s")
