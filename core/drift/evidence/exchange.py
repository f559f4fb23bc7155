"""Whether sessions are exchangeable in this log: what the drift test rests on, checked before it says anything.

Pieces of one visit follow each other closely and stay with its subject. If units that follow each other closely are
more alike than the user's other units lead to expect, and more than units that lie apart, then what is called a
session is a piece of one, and steady users would be called drifted. Drift itself makes neighbours alike whether they
are close or not, so it is not mistaken for that.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data import Sequences
from core.drift.evidence.units import Log, read_log
from core.errors import EventsError
from core.phrases import Said, say

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CLOSE = 30 * 60 * 1_000_000
"""Microseconds between two units that may be pieces of one visit."""
USERS = 5_000
"""Users who are looked at."""
LEAST_CLOSE, FEWEST = 0.1, 100
"""Share of the units, and number of them, that must follow closely before their likeness matters."""
BROKEN, ODD = 0.12, 0.04
"""Likeness beyond what is expected from which the test refuses, or only warns."""
SURE = 3.0
"""Standard errors that it must lie above."""
MOST = 0.5
"""Share of users with a single unit, or of units of one event, from which it is said."""


@dataclass(frozen=True)
class Likeness:
    """What the boundaries between units of one user say."""

    close: float
    """Share of the boundaries with no pause to speak of."""
    excess: float
    """How much more alike the units at them are than by the user's other units, less the same of all others."""
    error: float
    """Its standard error."""


def check(sequences: Sequences) -> tuple[Said, ...]:
    """What to beware of in the sessions of a log; raises `EventsError` where they would make p-values worthless."""
    log = read_log(sequences, looked_at(sequences.census.lengths))
    remarks = _counted(log)
    if sequences.ordinal:
        return tuple(remarks)
    found = likeness(log)
    beyond = found.excess - SURE * found.error
    percent = round(100 * found.close)
    if beyond > BROKEN:
        raise EventsError(say("errors.not_exchangeable", percent=percent))
    if beyond > ODD:
        remarks.append(say("doubts.alike", percent=percent))
    return tuple(remarks)


def likeness(log: Log) -> Likeness:
    """How alike units of one user are that follow each other closely, beyond those that lie apart."""
    event = np.flatnonzero((np.diff(log.session) > 0) & (np.diff(log.user) == 0)) + 1
    event = event[(log.first[event] >= 0) & (log.first[event - 1] >= 0)]
    near = log.time[event] - log.time[event - 1] <= CLOSE
    share = float(near.mean()) if len(event) else 0.0
    if share < LEAST_CLOSE or near.sum() < FEWEST:
        return Likeness(share, 0.0, 0.0)
    close, error = _excess(log, event[near])
    apart, other = _excess(log, event[~near]) if (~near).sum() >= FEWEST else (0.0, 0.0)
    return Likeness(share, close - max(0.0, apart), float(np.hypot(error, other)))


def _excess(log: Log, event: Ints) -> tuple[float, float]:
    """Repeats across boundaries beyond what the user's other units lead to expect, of 1 possible; standard error."""
    expected = _expected(log, event)
    same = log.first[event] == log.first[event - 1]
    room = max(1.0, float((1 - expected).sum()))
    return float((same.sum() - expected.sum()) / room), float(np.sqrt((expected * (1 - expected)).sum()) / room)


def _expected(log: Log, event: Ints) -> Floats:
    """Share of the category before a boundary in the user's units but the two that it parts, a little to everyone's."""
    categories = log.shape[1] + 1
    first, before = log.first + 1, log.first[event - 1] + 1
    whole = np.bincount(log.user * categories + first, minlength=log.shape[0] * categories)
    everyone = np.bincount(first, minlength=categories) / max(1, len(first))
    key, inside = np.unique(log.session * categories + first, return_counts=True)
    other = whole[log.user[event] * categories + before].astype(np.float64)
    size = np.bincount(log.user)[log.user[event]].astype(np.float64)
    sizes = np.bincount(log.session)
    for session in (log.session[event], log.session[event - 1]):
        wanted = session * categories + before
        place = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
        other -= np.where(key[place] == wanted, inside[place], 0)
        size -= sizes[session]
    return np.asarray((other + everyone[before]) / (size + 1))


def _counted(log: Log) -> list[Said]:
    """Whether most users have a single unit, and whether most units are of one event though visits hold several."""
    if not len(log.user):
        return []
    owner = log.user[np.flatnonzero(np.diff(log.session, prepend=-1))]
    single = float((np.bincount(owner, minlength=log.shape[0]) == 1).mean())
    return [say("doubts.one_unit", percent=round(100 * single))] if single > MOST else []


def looked_at(lengths: Ints) -> Ints:
    """Users with several events, evenly drawn if they are many, rising."""
    users = np.flatnonzero(lengths > 1)
    return users[:: -(-len(users) // USERS)] if len(users) > USERS else users
