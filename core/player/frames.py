"""One user's history as frames: what happened, where the states lie on the map, what they looked back on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences, schema

Floats = NDArray[np.float32]


class Traced(Protocol):
    """A model that has a state after each event and says what it looked back on."""

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
    """As `way` gives it."""
    attention: Floats
    """Row: step, column: past event, both counted from `first`; mean over heads of the last layer, (L, L)."""
    first: int
    """Event index of the first row of `attention`: the model looks back on a window only."""

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
            schema.CATEGORY: sequences.catalogue.main_category(items),
            "session": session - (session[0] if len(session) else 0),
        }
    )


def prepare(model: Traced, sequences: Sequences, user: int, place: Callable[[Floats], Floats]) -> Replay:
    """All steps of one user at once; `place` puts states on the map, (n, d) -> (n, 2)."""
    events = way(model, sequences, user, place)
    attention = _last_layer(model.attention(sequences, user))
    return Replay(events, attention, len(events) - len(attention))


def way(model: Traced, sequences: Sequences, user: int, place: Callable[[Floats], Floats]) -> pd.DataFrame:
    """`history` with x and y: where the state after each event lies on the map."""
    places = place(model.states(sequences.only(np.array([user]))))
    return history(sequences, user).assign(x=places[:, 0], y=places[:, 1])


def _last_layer(attention: Floats) -> Floats:
    """Mean over the heads of the last layer, (L, L); zeros for a model without layers of attention."""
    layers: Floats = attention.mean(axis=1)
    return layers[-1] if len(layers) else np.zeros(layers.shape[1:], np.float32)
