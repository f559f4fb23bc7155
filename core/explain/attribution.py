"""Which past events put an item where it is in a user's list."""

from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import schema
from core.data.sequences import Sequences
from core.data.variants import History, history_of, stack
from core.model.ranker import Ranker
from core.model.ranking import batches

Effects = NDArray[np.float64]
"""What each event of a history did for the score of an item, (n_events,)."""


class AttentiveModel(Protocol):
    """The part of the attention model that tells where it looked."""

    def attention(self, sequences: Sequences, user: int) -> NDArray[np.float32]:
        """Attention among the user's last events, (layers, heads, L, L)."""
        ...


def leave_one_out(ranker: Ranker, sequences: Sequences, user: int, item: int) -> pd.DataFrame:
    """Effect of each event on an item: its score after the whole history less that without the event.

    Exact for any ranker, at the price of one scoring a history without one event, done in batches.
    A row per event: event_index, item_id, effect; positive where the event speaks for the item.
    """
    history = history_of(sequences, user)
    whole = _scores_of(ranker, sequences, user, [history], item)[0]
    without = [history.without(place) for place in range(len(history))]
    effect = whole - _scores_of(ranker, sequences, user, without, item)
    return _frame(sequences, user, effect)


def attention_weights(model: AttentiveModel, sequences: Sequences, user: int) -> pd.DataFrame:
    """How the last state of the last layer looked back, as a mean over heads.

    A row per event: event_index, item_id, effect (weights, summing to 1; 0 before the model's window).
    Where the model looked is not yet why: see `core.explain.faithfulness`.
    """
    weights = model.attention(sequences, user)[-1, :, -1, :].mean(axis=0)
    return _frame(sequences, user, _last(weights, int(sequences.lengths[user])))


def _last(values: NDArray[np.float32], length: int) -> Effects:
    """Values of the last events of a history, 0 before them, (length,)."""
    padded = np.zeros(length)
    padded[length - len(values) :] = values
    return padded


def _scores_of(ranker: Ranker, sequences: Sequences, user: int, histories: list[History], item: int) -> Effects:
    """Score of one item after each variant of a user's history, (len(histories),)."""
    variants = stack(sequences, user, histories)
    parts = [ranker.scores(variants, batch)[:, item] for batch in batches(np.arange(len(histories)), sequences.n_items)]
    return np.concatenate([np.empty(0), *parts])


def _frame(sequences: Sequences, user: int, effect: Effects) -> pd.DataFrame:
    items = sequences.catalogue.items[sequences.item[sequences.rows_of(user)]]
    return pd.DataFrame({schema.EVENT_INDEX: np.arange(len(items)), schema.ITEM: items, "effect": effect})
