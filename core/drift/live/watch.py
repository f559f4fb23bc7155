"""What a live watcher remembers of one user: to JSON and back."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.drift.live import loops

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PLAIN = ("events", "previous", "lane", "flag_event", "since_event", "evidence")
"""Plain numbers of a `Watch`."""


@dataclass(eq=False)
class Watch:
    """What is remembered of one user; grows with the user's categories, not with the history."""

    names: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """Categories that the user has had, in the order of arrival."""
    counts: Floats = field(default_factory=lambda: np.zeros((loops.MEMORY, 0, 4)))
    pairs: Floats = field(default_factory=lambda: np.zeros((loops.MEMORY, 2)))
    starts: Ints = field(default_factory=lambda: np.zeros(loops.MEMORY, np.int64))
    sessions: int = 0
    """Sessions in memory."""
    events: int = 0
    previous: int = -1
    """Place in `names` of the category of the last event, -1 without."""
    lane: int = -2
    """Most popular category of the last event, where the log has no clock."""
    flag_event: int = -1
    """Event after which the user was flagged, -1 if never."""
    since_event: int = -1
    """Likely first event after the change, as told at the flag."""
    evidence: float = -50.0
    """Log evidence ratio after the last event."""

    def plain(self) -> dict[str, Any]:
        """As plain values for JSON; only the entries that are not 0."""
        at = np.nonzero(self.counts)
        return {
            "names": self.names.tolist(),
            "counts": [*(axis.tolist() for axis in at), self.counts[at].tolist()],
            "pairs": self.pairs[: self.sessions].tolist(),
            "starts": self.starts[: self.sessions].tolist(),
            **{key: getattr(self, key) for key in PLAIN},
        }

    @classmethod
    def of(cls, plain: dict[str, Any]) -> "Watch":
        """From what `plain` gave."""
        watch = cls(**{key: plain[key] for key in PLAIN})
        watch.names = np.array(plain["names"], np.int64)
        watch.counts = np.zeros((loops.MEMORY, len(watch.names), 4))
        *at, values = plain["counts"]
        watch.counts[tuple(np.array(axis, np.int64) for axis in at)] = values
        watch.sessions = len(plain["starts"])
        watch.pairs[: watch.sessions] = np.array(plain["pairs"]).reshape(-1, 2)
        watch.starts[: watch.sessions] = plain["starts"]
        return watch
