"""What a stream takes in, as it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.stream.source import Dead

Floats = NDArray[np.float32]


class Logged(NamedTuple):
    """An event as it is kept."""

    user: str
    item: str
    time: int
    event: str | None = None
    rating: float | None = None
    weight: float | None = None
    session_id: str | None = None


@dataclass(frozen=True)
class Flag:
    """A user whose interests changed, as was told while events came."""

    user: str
    time: int
    """Of the event that told."""
    since: int
    """Time of the likely first event after the change."""
    evidence: float
    """Log evidence ratio."""


@dataclass(frozen=True)
class Named:
    """A user whose change stands out among all users, false alarms kept at the accepted share."""

    user: str
    time: int
    """Of the event that told."""
    e_value: float
    """What a bet on drift that cost 1 was worth by then."""


@dataclass(frozen=True, eq=False)
class Taken:
    """What one step of a stream took in, to be written at once."""

    events: Sequence[Logged] = ()
    ids: Sequence[bytes] = ()
    states: Mapping[str, tuple[int, Floats]] = field(default_factory=dict)
    """By user: events and state."""
    items: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Items that are new, and what is known of them."""
    counts: Mapping[str, int] = field(default_factory=dict)
    read: Mapping[str, Any] = field(default_factory=dict)
    """How far the log was read, by the names of its parts: dataclasses."""
    layout: str = ""
    """Of the log."""
    flags: Sequence[Flag] = ()
    named: Sequence[Named] = ()
    dead: Sequence[Dead] = ()
    """What held no event, of a log that keeps it not for long."""
    changes: Sequence[tuple[str, str]] = ()
    """User and text of changes that are to be published."""
