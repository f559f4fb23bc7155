"""A short hash that tells one cut of a log from any other, and is the same wherever the same cut is made.

Each event is hashed with its part; the hashes of a part are sorted before they are hashed together, so that neither the
order of rows nor integer ids, which depend on it, can be seen.
"""

import hashlib
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences
from core.settings import LAST_EVENT

Numbers = NDArray[np.uint64]
DIGITS = 16


def fingerprint(log: Sequences, part: NDArray[np.int64], told: Iterable[str] = ()) -> str:
    """Sixteen hex digits of a log whose events lie in parts, (n_events,), and of words that say how they are used."""
    users, items = (pd.util.hash_array(np.asarray(ids, dtype=object), categorize=False) for ids in _ids(log))
    event = _mixed(_mixed(users[log.user]) + items[log.item])
    event = np.sort(_mixed(_mixed(event + log.time.astype(np.uint64)) + part.astype(np.uint64)))
    digest = hashlib.sha256("\0".join(told).encode())
    digest.update(event.astype("<u8").tobytes())
    return digest.hexdigest()[:DIGITS]


def last_event_fingerprint(log: Sequences) -> str:
    """That of the cut by each user's last event (test) and the one before it (validation).

    Where a user's last events have one time stamp, which is the last is the order of the file: it shows then.
    """
    from_end = np.repeat(log.lengths, log.lengths) - log.event_index
    return fingerprint(log, np.clip(3 - from_end, 0, None), (LAST_EVENT,))


def _ids(log: Sequences) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    return log.users, log.catalogue.items


def _mixed(numbers: Numbers) -> Numbers:
    """Numbers whose bits all depend on each other (the last step of SplitMix64, Steele et al. 2014)."""
    mixed = numbers.astype(np.uint64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
