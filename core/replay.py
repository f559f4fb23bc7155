"""Everything that is shown while one user's history is replayed, prepared once for all steps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import recommend
from core.data import schema
from core.data.sequences import Catalogue, Sequences
from core.model.ranker import Ranker

Floats = NDArray[np.float32]


class Traced(Ranker, Protocol):
    """A ranker that has a state after each event and says what it looked back on."""

    def states(self, sequences: Sequences) -> Floats:
        """A state after each event, (n_events, d)."""
        ...

    def attention(self, sequences: Sequences, user: int) -> Floats:
        """Weights of the last L events on those before, (layers, heads, L, L)."""
        ...


@dataclass(frozen=True, eq=False)
class Replay:
    """One user's history with what the model made of it at each step; a step is an event index."""

    events: pd.DataFrame
    """As `history` gives it, with x and y: the place of the state after the event on the map."""
    lists: pd.DataFrame
    """event_index, rank, item_id, title, category, score, is_next, next_rank: the list after each event."""
    attention: Floats
    """Row: step, column: past event, both counted from `first`; mean over heads of the last layer, (L, L)."""
    first: int
    """Event index of the first row of `attention`: the model looks back on a window only."""

    def list_at(self, step: int) -> pd.DataFrame:
        """The list after one event, best first."""
        return self.lists[self.lists[schema.EVENT_INDEX] == step]

    def attention_at(self, step: int) -> tuple[pd.DataFrame, Floats]:
        """Events that the state after `step` may look back on, and their weights; empty before the window."""
        row = step - self.first
        if row < 0:
            return self.events.iloc[:0], np.zeros(0, np.float32)
        return self.events.iloc[self.first : step + 1], self.attention[row, : row + 1]


def history(sequences: Sequences, user: int) -> pd.DataFrame:
    """One user's events: event_index, timestamp, item_id, title, category (None without), session (from 0)."""
    rows = sequences.rows_of(user)
    items = sequences.item[rows]
    times: Any = sequences.time[rows]
    session = sequences.session[rows]
    return pd.DataFrame(
        {
            schema.EVENT_INDEX: np.arange(len(items)),
            schema.TIME: times if sequences.ordinal else times.astype("datetime64[us]"),
            schema.ITEM: sequences.catalogue.items[items],
            schema.TITLE: sequences.catalogue.titles[items],
            schema.CATEGORY: category_names(sequences.catalogue)[items],
            "session": session - (session[0] if len(session) else 0),
        }
    )


def prepare(model: Traced, sequences: Sequences, user: int, place: Callable[[Floats], Floats], k: int = 10) -> Replay:
    """All steps of one user at once; `place` puts states on the map, (n, d) -> (n, 2)."""
    events = history(sequences, user)
    places = place(model.states(sequences.only(np.array([user]))))
    attention = _last_layer(model.attention(sequences, user))
    lists = _titled(recommend.lists_per_step(model, sequences, user, k), sequences.catalogue)
    return Replay(events.assign(x=places[:, 0], y=places[:, 1]), lists, attention, len(events) - len(attention))


def category_names(catalogue: Catalogue) -> NDArray[np.object_]:
    """Name of the most popular category of each item, None where it has none, (n_items,)."""
    return np.array([*catalogue.categories, None], dtype=object)[catalogue.first_category]


def _last_layer(attention: Floats) -> Floats:
    """Mean over the heads of the last layer, (L, L); zeros for a model without layers of attention."""
    layers: Floats = attention.mean(axis=1)
    return layers[-1] if len(layers) else np.zeros(layers.shape[1:], np.float32)


def _titled(lists: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Lists with titles and categories, and whether an item is the true next one."""
    positions = [catalogue.item_position[item] for item in lists[schema.ITEM]]
    return lists.assign(
        title=catalogue.titles[positions],
        category=category_names(catalogue)[positions],
        is_next=lists[schema.ITEM] == lists["next_item_id"],
    )
