"""Attributions against a ranker whose reasons are known."""

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import Sequences, build_sequences
from core.explain.attribution import attention_weights, leave_one_out

WEIGHT = np.array([[0.0, 2.0, -1.0], [0.5, 0.0, 0.0], [0.0, 0.0, 3.0]], dtype=np.float32)
"""What an event of item i adds to the score of item j."""


class Additive:
    """Scores that are sums over events: the effect of each event is known exactly."""

    name = "additive"

    def scores(self, histories, users):
        """Sum of the rows of WEIGHT over the history."""
        return np.stack([WEIGHT[histories.item[histories.rows_of(user)]].sum(axis=0) for user in users])

    def attention(self, sequences, user):
        """Two layers, one head; the last event looks half at itself and half at the one before it."""
        length = min(2, int(sequences.lengths[user]))
        return np.full((2, 1, length, length), 1 / length, dtype=np.float32)


def log(items: str) -> Sequences:
    """One user with these items and another, a minute apart."""
    frame = pd.DataFrame({"user_id": ["u"] * len(items) + ["v"] * 3, "item_id": list(items) + list("abc")})
    frame["timestamp"] = pd.to_datetime([*list(range(len(items))), 0, 1, 2], unit="m")
    return build_sequences(frame)


def test_effects_of_an_additive_ranker_are_its_weights():
    """Leaving an event out takes away exactly what it added."""
    found = leave_one_out(Additive(), log("aabc"), 0, 1)
    assert found["event_index"].tolist() == [0, 1, 2, 3]
    assert found["item_id"].tolist() == list("aabc")
    assert found["effect"].tolist() == pytest.approx([2, 2, 0, 0])


def test_effects_of_an_additive_ranker_sum_to_the_score():
    """Nothing is lost: the effects add up to the score."""
    sequences = log("abcab")
    for item in range(3):
        total = leave_one_out(Additive(), sequences, 0, item)["effect"].sum()
        assert total == pytest.approx(Additive().scores(sequences, np.array([0]))[0, item])


def test_attention_is_of_the_last_event_and_padded():
    """Events before the model's window have weight 0, the rest sums to 1."""
    found = attention_weights(Additive(), log("abca"), 0)
    assert found["effect"].tolist() == pytest.approx([0, 0, 0.5, 0.5])


def test_a_history_without_events_has_no_effects():
    """Nothing to leave out."""
    empty = log("ab").keep(np.zeros(5, dtype=bool))
    assert leave_one_out(Additive(), empty, 0, 0).empty
