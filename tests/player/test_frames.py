"""One user's steps, prepared at once."""

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import build_sequences
from core.player import frames

ITEMS = pd.DataFrame(
    {
        "item_id": ["a", "b", "c", "d", "e"],
        "title": ["A", "B", "C", "D", None],
        "category": ["jazz", "jazz", "folk", "folk", None],
    }
)


def log(ordinal=False):
    moments = pd.date_range("2024-01-01", periods=5, freq="20min").astype("datetime64[us]")
    events = pd.DataFrame({"user_id": ["v", "u", "u", "u", "u"], "item_id": list("baced"), "timestamp": moments})
    return build_sequences(events, ITEMS, ordinal=ordinal)


U = log().find_user("u")


class FakeModel:
    """Looks back on the last `window` events alike."""

    def __init__(self, window=3, layers=2):
        self.window, self.layers = window, layers

    def states(self, sequences):
        """Place in the history and item."""
        return np.stack([sequences.event_index, sequences.item], axis=1).astype(np.float32)

    def attention(self, sequences, user):
        """Equal weights."""
        length = min(self.window, sequences.lengths[user])
        lower = np.tril(np.ones((length, length), np.float32))
        return np.broadcast_to(lower / lower.sum(1, keepdims=True), (self.layers, 2, length, length))


def test_history_says_what_happened():
    """Ids, titles, categories, times and sessions of one user, in order."""
    events = frames.history(log(), U)
    assert events["item_id"].tolist() == ["a", "c", "e", "d"]
    assert events["title"].tolist() == ["A", "C", "e", "D"]
    assert events["category"].tolist() == ["jazz", "folk", None, "folk"]
    assert events["session"].tolist() == [0, 0, 0, 0]
    assert events["timestamp"].iloc[0] == pd.Timestamp("2024-01-01 00:20")


def test_history_of_a_log_without_a_clock():
    """Times are positions where the log has only an order."""
    assert not pd.api.types.is_datetime64_any_dtype(frames.history(log(ordinal=True), U)["timestamp"])


def test_way_over_the_map():
    """Each event has the place of the state after it."""
    way = frames.way(FakeModel(), log(), U, lambda states: states * 10)
    assert way["x"].tolist() == [0, 10, 20, 30]
    assert way["item_id"].tolist() == ["a", "c", "e", "d"]


def test_attention_counts_from_the_window():
    """Weights belong to the events of the window and sum to one; steps before it have none."""
    found = frames.prepare(FakeModel(), log(), U, lambda states: states)
    assert found.first == 1
    events, weights = found.attention_at(2)
    assert events["event_index"].tolist() == [1, 2]
    assert weights == pytest.approx([0.5, 0.5])
    events, weights = found.attention_at(0)
    assert len(events) == len(weights) == 0


def test_model_without_attention():
    """A model without layers of attention has weights of zero."""
    found = frames.prepare(FakeModel(layers=0), log(), U, lambda states: states)
    assert found.attention.shape == (3, 3)
    assert not found.attention.any()
