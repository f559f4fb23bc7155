"""Where sampled users stand at the end of each step of time: their latest state, in the space and on the map."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.atlas.maps import Atlas, placed
from core.atlas.space import Floats, Ints, Mapped, state_directions
from core.atlas.steps import steps
from core.data import Sequences, schema
from core.phrases import say
from core.progress import Progress, silent

MOST_USERS = 5000
"""Users in a crowd at most: a seeded sample."""
MOST_EVENTS = 2_000_000
"""Events of theirs at most: fewer users of long histories."""
SLICE = 250
"""Users whose states are held in memory at once."""
Cells = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Crowd:
    """Sampled users over time; a stop is the state of one at the end of a step in which they had events."""

    steps: Ints = field(repr=False)
    """As `core.atlas.steps` gives them, (steps, 2)."""
    stop: Cells = field(repr=False)
    """The latest stop of each user at the end of each step, -1 before the first, (users, steps)."""
    states: Floats = field(repr=False)
    """Direction at each stop, (stops, d)."""
    events: Cells = field(repr=False)
    """Events of the user up to each stop, (stops,)."""
    places: Floats = field(repr=False)
    """Where each stop lies on the map, (stops, 2)."""

    def xy(self) -> Floats:
        """Where each user stands on the map at the end of each step, NaN before the first event, (steps, users, 2)."""
        padded = np.concatenate([self.places, np.full((1, 2), np.nan, np.float32)])
        found: Floats = padded[self.stop].transpose(1, 0, 2)
        return found


def gather(
    model: Mapped, log: Sequences, atlas: Atlas, seed: int, progress: Progress = silent
) -> tuple[pd.DataFrame, Crowd, Floats]:
    """Who is in the crowd of a log on a map (user_id), the crowd, and its states as the model gives them, (stops, d).

    Nobody where the log has no clock.
    """
    taken = steps(log)
    users = sampled_users(log, seed) if len(taken) else np.zeros(0, dtype=np.int64)
    stop = np.full((len(users), len(taken)), -1, dtype=np.int32)
    states, events, count = [], [], 0
    for start, rows, step in _stops(log, users, taken):
        progress(start / max(1, len(users)), say("steps.states", done=start, users=len(users)))
        part = users[start : start + SLICE]
        found = model.states(log.only(part))[np.searchsorted(log.rows_of_all(part), rows)]
        states.append(found)
        events.append((log.event_index[rows] + 1).astype(np.int32))
        stop[np.searchsorted(users, log.user[rows]), step] = count + np.arange(len(rows))
        count += len(rows)
    size = atlas.landmarks.shape[1]
    plain = np.concatenate(states) if count else np.zeros((0, size), np.float32)
    directions = state_directions(plain, atlas.middle)
    crowd = Crowd(
        taken,
        np.maximum.accumulate(stop, axis=1),
        directions,
        np.concatenate(events) if count else np.zeros(0, np.int32),
        placed(atlas, directions),
    )
    return pd.DataFrame({schema.USER: log.users[users]}), crowd, plain


def sampled_users(log: Sequences, seed: int) -> Ints:
    """Users with events, rising, as many as a crowd holds."""
    order = np.random.default_rng([seed, 21]).permutation(np.flatnonzero(log.lengths > 0))[:MOST_USERS]
    return np.sort(order[np.cumsum(log.lengths[order]) <= max(MOST_EVENTS, int(log.lengths.max(initial=0)))])


def _stops(log: Sequences, users: Ints, taken: Ints) -> Iterator[tuple[int, Ints, Ints]]:
    """Slices of users: number of the first, rows of the last event in each step that they have events in, the steps."""
    for start in range(0, len(users), SLICE):
        rows = log.rows_of_all(users[start : start + SLICE])
        step = np.searchsorted(taken[:, 0], log.time[rows], side="right") - 1
        inside = (step >= 0) & (log.time[rows] < taken[-1, 1])
        rows, step = rows[inside], step[inside]
        last = (np.diff(log.user[rows], append=-1) != 0) | (np.diff(step, append=-1) != 0)
        yield start, rows[last], step[last]


def way(model: Mapped, log: Sequences, user: int, atlas: Atlas, taken: Ints) -> Floats:
    """The states of one user at the ends of the steps in which they had events, as in a crowd, (stops, d)."""
    users = np.array([user], dtype=np.int64)
    ((_, rows, _),) = _stops(log, users, taken)
    states = model.states(log.only(users))[rows - log.offsets[user]]
    return state_directions(states, atlas.middle)
