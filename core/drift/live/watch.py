"""What a live watcher remembers of one user, so that the next event costs no look at the history."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.drift.live.memory import MEMORY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Small = NDArray[np.float32]


@dataclass(eq=False)
class Watch:
    """What is remembered of one user; grows with the user's categories, not with the history."""

    names: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """Categories that the user has had."""
    counts: Floats = field(default_factory=lambda: np.zeros((MEMORY, 0, 4)))
    pairs: Floats = field(default_factory=lambda: np.zeros((MEMORY, 2)))
    starts: Ints = field(default_factory=lambda: np.zeros(MEMORY, np.int64))
    points: Small = field(default_factory=lambda: np.zeros((MEMORY, 0), np.float32))
    sessions: int = 0
    """Sessions in memory."""
    events: int = 0
    previous: int = -1
    """Place in `names` of the category of the last event, -1 without."""
    lane: int = -2
    """Most popular category of the last event, where the log has no clock."""
    since: int = 0
    """Likely first event after a change, if there was one."""
    evidence: float = -50.0
    """Log evidence ratio after the last event."""

    def place(self, category: int) -> int:
        """Place of a category among the user's own, made if need be."""
        found = np.flatnonzero(self.names == category)
        if len(found):
            return int(found[0])
        self.names = np.append(self.names, category)
        self.counts = np.concatenate((self.counts, np.zeros((MEMORY, 1, 4))), axis=1)
        return len(self.names) - 1
