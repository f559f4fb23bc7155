"""What the loops of the live test stand on, as compiled code takes it: one user's past, everyone, and events."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Small = NDArray[np.float32]
MEMORY = 64
"""Sessions that a watcher remembers of each user: bounds state and time, and old habits fade."""


class Memory(NamedTuple):
    """What is remembered of one user: a row for each of the last sessions."""

    counts: Floats
    """(MEMORY, n_own_categories, 4): what fresh events, repeats of the event before, and returns within the session
    count once the trend is taken out, and the events as they are."""
    pairs: Floats
    """Chances to repeat, and repeats, (MEMORY, 2)."""
    starts: Ints
    """First event, (MEMORY,)."""
    points: Small
    """Sums of what events are as points (`points`), (MEMORY, n); n is 0 where they are none."""


class People(NamedTuple):
    """What is known of everyone."""

    mix: Floats
    """Share of each category, (n_categories,)."""
    stick: Floats
    """Chances that the next event stays in its category, and that a later one of the session comes back, (2,)."""
    tilt: Floats
    """The trend of each category, (n_periods, n_categories)."""
    mean_tilt: Floats
    """Its harmonic mean over everyone's mix, (n_periods,)."""
    places: Floats
    """What places in an item's list of categories tell, (`shares.PLACES`,)."""
    noise: Floats
    """Of sessions as points, see `Points`, (2,)."""
    spread: Floats
    """Variance of people's places in each direction; none where events are no points."""


class Events(NamedTuple):
    """Events of some users, one user after the other."""

    offsets: Ints
    """First event of each user, (n_users + 1,)."""
    session: Ints
    entries: Ints
    """First category of each event, (n_events + 1,)."""
    category: Ints
    period: Ints
    points: Small


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
    points: Small
