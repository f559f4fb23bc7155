"""What new events move: a user's list before and after, and how far the state went. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import replay
from core.data import schema
from core.data.growing import NewEvent
from core.data.sequences import Sequences
from core.serving import Listed, Server

USUAL = 20
"""Events back from the last one whose steps are what is usual."""


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


def movement(server: Server, user: str, events: Sequence[NewEvent]) -> Movement:
    """Append events to a server and compare; the server keeps them."""
    before, start = server.top(user), server.state(user)
    server.extend(events)
    after, end = server.top(user), server.state(user)
    history = server.histories.sequences(user)
    return Movement(_lists(server, before, after), _distance(start, end), _usual(server, history, len(events)), history)


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
            schema.CATEGORY: replay.category_names(catalogue)[items],
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
