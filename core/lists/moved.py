"""What new events move: a user's list, how far the state went, and what is said of drift. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import NewEvent, Sequences, schema
from core.drift import UNJUDGED, Watcher, moments
from core.lists.server import Listed, Server

USUAL = 20
"""Events back from the last one whose steps are what is usual."""


@dataclass(frozen=True)
class Evidence:
    """What the live test says of a user before and after some events: logarithms of evidence ratios."""

    before: float
    after: float
    limit: float
    """Above it the user counts as drifted."""
    since: int
    """Likely first event after the change, in the user's order; -1 where nothing is to be told."""
    since_time: str = ""
    """Its time, the position where the log has no clock."""

    @property
    def known(self) -> bool:
        """Whether the history was long enough to be judged."""
        return self.after > UNJUDGED

    @property
    def before_known(self) -> bool:
        """Whether it was long enough without the events."""
        return self.before > UNJUDGED

    @property
    def flagged(self) -> bool:
        """Whether the user stands above the limit now."""
        return self.after > self.limit


@dataclass(frozen=True, eq=False)
class Movement:
    """A user before and after some events."""

    lists: pd.DataFrame
    """item_id, title, category, rank, rank_before (places in the list, missing: not in it), change.

    `change` is same, up, down, new or left.
    """
    distance: float
    """Cosine distance between the states before and after, 0 to 2; NaN where there is none."""
    usual: float
    """Median cosine distance between states one event apart, over the user's last events; NaN without two."""
    histories: Sequences
    """The whole history after the events, of user 0."""
    drift: Evidence | None = None
    """What the live test makes of them; None where nobody was asked."""


def movement(server: Server, user: str, events: Sequence[NewEvent], watcher: Watcher | None = None) -> Movement:
    """Append events to a server and compare; the server keeps them. `watcher` is asked about drift."""
    before, start = server.top(user), server.state(user)
    server.extend(events)
    after, end = server.top(user), server.state(user)
    history = server.histories.sequences(user)
    moved, usual = _distance(start, end), _usual(server, history, len(events))
    drift = evidence(watcher, history, len(events)) if watcher else None
    return Movement(_lists(server, before, after), moved, usual, history, drift)


def evidence(watcher: Watcher, history: Sequences, events: int) -> Evidence:
    """What a watcher says of the only user of a log, before and after the last events."""
    found, since = watcher.heard(history, events + 1)
    if not len(found):
        return Evidence(UNJUDGED, UNJUDGED, watcher.limit, -1)
    before = float(found[0]) if len(found) > events else UNJUDGED
    after = float(found[-1])
    if after <= watcher.limit:
        return Evidence(before, after, watcher.limit, -1)
    return Evidence(before, after, watcher.limit, int(since[-1]), str(moments(history, since[-1:])[0]))


def _lists(server: Server, before: Sequence[Listed], after: Sequence[Listed]) -> pd.DataFrame:
    """The new list, best first, and behind it what left."""
    old, new = ({each.item: place for place, each in enumerate(listed, 1)} for listed in (before, after))
    names = [*new, *(item for item in old if item not in new)]
    catalogue = server.sequences.catalogue
    items = np.array([catalogue.item_position[item] for item in names], dtype=np.int64)
    return pd.DataFrame(
        {
            schema.ITEM: names,
            schema.TITLE: catalogue.titles[items],
            schema.CATEGORY: catalogue.main_category(items),
            "rank": pd.array([new.get(item) for item in names], dtype="Int64"),
            "rank_before": pd.array([old.get(item) for item in names], dtype="Int64"),
            "change": [_change(new.get(item, 0), old.get(item, 0)) for item in names],
        }
    )


def _change(now: int, was: int) -> str:
    if not now or not was:
        return "new" if now else "left"
    return "same" if now == was else "up" if now < was else "down"


def _distance(start: NDArray[np.float32] | None, end: NDArray[np.float32] | None) -> float:
    if start is None or end is None:
        return float("nan")
    norms = float(np.linalg.norm(start) * np.linalg.norm(end))
    return 1 - float(start @ end) / norms if norms else float("nan")


def _usual(server: Server, history: Sequences, added: int) -> float:
    model = server.model
    states = model.states(history)[: len(history) - added][-USUAL:] if model else np.zeros((0, 1), np.float32)
    if len(states) < 2:
        return float("nan")
    units = states / np.maximum(np.linalg.norm(states, axis=1, keepdims=True), 1e-12)
    return float(np.median(1 - (units[1:] * units[:-1]).sum(axis=1)))
