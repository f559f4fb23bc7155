"""When simulated users come: sessions in bursts, on the weekdays and at the hours that each prefers."""

import numpy as np
from numpy.typing import NDArray

from core.settings import SimulationSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DAY, MINUTE = 86_400.0, 60.0
PAUSE = 45 * MINUTE
"""Least seconds between two sessions of a user: longer than the gap that splits sessions."""

HOURS = (8.0, 12.5, 19.0, 21.0)
"""Around which people come."""


def draw_sessions(user: Ints, settings: SimulationSettings, rng: np.random.Generator) -> Ints:
    """Number of the session of each event, rising over all users; lengths are geometric, as habits are."""
    mean = np.maximum(1.0, settings.session_events * np.exp(rng.normal(0, 0.25, user.max() + 1)))
    starts = rng.random(len(user)) < 1.0 / mean[user]
    starts[0] = True
    starts[1:] |= user[1:] != user[:-1]
    return np.asarray(np.cumsum(starts) - 1)


def draw_times(user: Ints, session: Ints, settings: SimulationSettings, rng: np.random.Generator) -> Floats:
    """Seconds since the start of the log for each event, rising within a user, (n_events,)."""
    first = np.flatnonzero(np.diff(session, prepend=-1))
    owner = user[first]
    start = _days(owner, settings, rng) * DAY + _hours(owner, settings, rng)
    gap = np.minimum(rng.exponential(2.5 * MINUTE, len(user)), 20 * MINUTE)
    gap[first] = 0
    inside = np.cumsum(gap) - np.repeat(np.cumsum(gap)[first], np.diff(np.append(first, len(user))))
    last = np.append(first[1:], len(user)) - 1
    return np.asarray(_apart(start, inside[last] + PAUSE, owner)[session] + inside)


def _days(owner: Ints, settings: SimulationSettings, rng: np.random.Generator) -> Floats:
    """Day of each session: heavy-tailed gaps make bursts and lulls; most fall on a user's own weekdays."""
    users = owner.max() + 1
    length = settings.days * rng.uniform(0.35, 1.0, users)
    begin = rng.random(users) * (settings.days - length)
    gaps = np.exp(rng.normal(0, settings.bursts, len(owner)))
    total = np.bincount(owner, gaps, users)
    position = np.cumsum(gaps) - np.concatenate(([0], np.cumsum(total)[:-1]))[owner] - gaps / 2
    day = np.floor(begin[owner] + position / total[owner] * length[owner])
    favourite = rng.integers(0, 7, users)[owner]
    moved = day - (day - favourite) % 7
    use = (rng.random(len(owner)) < 0.35) & (moved >= 0)
    return np.asarray(np.where(use, moved, day))


def _hours(owner: Ints, settings: SimulationSettings, rng: np.random.Generator) -> Floats:
    hour = rng.choice(HOURS, size=owner.max() + 1, p=(0.2, 0.2, 0.35, 0.25))[owner]
    if settings.moods:  # people who come at all parts of the day
        hour = rng.choice(HOURS, size=len(owner))
    return np.asarray(np.clip(hour + rng.normal(0, 1.2, len(owner)), 0, 23.5) * 3600)


def _apart(start: Floats, duration: Floats, owner: Ints) -> Floats:
    """Sorted starts of sessions, put off where the one before has not ended (running maximum per user)."""
    order = np.lexsort((start, owner))
    start = start[order]
    far = (start.max() + duration.sum() + 1) * owner
    before = np.cumsum(duration) - duration
    return np.asarray(np.maximum.accumulate(start - before + far) + before - far)
