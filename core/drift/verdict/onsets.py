"""How far beyond its interval a change may have begun: learned from changes planted in the log's own histories.

Conformalised quantiles (Romano, Patterson and Candes 2019): of planted changes that are noticed it is known how many
events they lie outside the interval that the evidence gives, or inside, which counts below 0; `COVERAGE` of those in
histories of like length lie less far outside than the margin that is added on both sides.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.drift.evidence import Counted, Everyone, Seen, Tables, gathered, history, plant_in_disorder
from core.drift.verdict import what_happened
from core.drift.verdict.certainty import Looks
from core.drift.verdict.joint import Sight, units_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
COVERAGE = 0.9
"""Share of the changes that their intervals are to hold."""
PEOPLE, PLANTED = 1500, 600
"""People in whom changes are planted, and changes."""
ABRUPT = ("whole", "kindred", "back")
"""Kinds whose place is known (a gradual change has none, and of a partial one the first sign may come later), single
changes and others about as often as the test believes in them."""
FEWEST_EVENTS = 10
"""Events of these people, at least."""
SHUFFLES = 19
"""Shuffles that a noticed change must stand above: one in twenty does by chance."""
FEWEST, NEAR = 40, 80
"""Noticed changes that teach a margin, and those nearest in length that it is read from."""


@dataclass(frozen=True, eq=False)
class Margins:
    """What planted changes teach."""

    length: Ints
    """Events of each history in which one was noticed, rising, (n,)."""
    beyond: Floats
    """How far outside its interval it lies, over the events, (n,)."""

    def of(self, events: int) -> float:
        """Events to be added on both sides of an interval, in a history of so many."""
        if len(self.length) < FEWEST:
            return 0.0
        count = min(NEAR, len(self.length))
        first = int(np.searchsorted(self.length, events)) - count // 2
        near = np.sort(self.beyond[np.clip(first, 0, len(self.length) - count) :][:count])
        return float(near[min(count - 1, int(np.ceil(COVERAGE * (count + 1))) - 1)] * events)


NONE = Margins(np.zeros(0, np.int64), np.zeros(0))


def planted_in(lengths: Ints, seed: int) -> Ints:
    """People in whose histories changes are planted, rising; `lengths`: events of each user."""
    able = np.flatnonzero(lengths >= FEWEST_EVENTS)
    return np.sort(np.random.default_rng([seed, 12]).permutation(able)[:PEOPLE])


def learn(everyone: Everyone, tables: Tables, seed: int) -> Margins:
    """From changes planted in some people's histories."""
    lengths = everyone.sequences.census.lengths
    users = planted_in(lengths, seed)
    if len(users) < FEWEST:
        return NONE
    named, people = everyone.seen(everyone.lessons.views, users)
    planted = [one for one in plant_in_disorder(people, PLANTED, seed) if one.kind in ABRUPT]
    if len(planted) < FEWEST:
        return NONE
    sizes = _sizes(people.units.start, people.offsets, lengths[users])
    seen = [gathered(view, [one.sessions for one in planted]) for view in named.values()]
    events = [np.concatenate(([0], np.cumsum(sizes[one.sessions]))) for one in planted]
    seen[0] = _begun(seen[0], events)
    truth = [int(at[one.changes[0]]) for at, one in zip(events, planted, strict=True)]
    return _margins(seen, everyone.lessons.weight, tables, np.array(truth), np.array([at[-1] for at in events]))


def _sizes(start: Ints, offsets: Ints, lengths: Ints) -> Ints:
    """Events of each session."""
    end = np.append(start[1:], 0)
    end[offsets[1:] - 1] = lengths
    return np.asarray(end - start)


def _begun(first: Seen, events: list[Ints]) -> Counted:
    """Sessions with the first events that they have in the planted histories."""
    assert isinstance(first, Counted)
    start = np.concatenate([at[:-1] for at in events])
    return Counted(dataclasses.replace(first.units, start=start), first.tables)


def _margins(seen: list[Seen], weight: Floats, tables: Tables, truth: Ints, events: Ints) -> Margins:
    """From planted histories, their first changes and their lengths."""
    looks = Looks.none(len(truth), SHUFFLES, 0, 0, weight)
    looks.first(seen)
    looks.again(seen, np.arange(len(truth)))
    noticed = np.flatnonzero(
        (looks.statistics[:, :1] > np.nan_to_num(looks.statistics[:, 1:], nan=-np.inf)).all(axis=1)
    )
    noticed = noticed[np.argsort(events[noticed], kind="stable")]
    beyond, units = np.zeros(len(noticed)), units_of(seen)
    for place, user in enumerate(noticed.tolist()):
        past = history(units, user, int(events[user]), tables)
        found = what_happened.segment_by(past, tables, Sight(seen, weight, user), looks.parts[user])
        low, high = what_happened.interval(*found.places[0])
        beyond[place] = max(low - truth[user], truth[user] - high) / events[user]
    return Margins(events[noticed], beyond)
