"""Attributions against a ranker whose reasons are known, and identities on the real model."""

import numpy as np
import pytest

from core.data.variants import history_of
from core.explain.attribution import (
    left_out,
    looked_at,
    rollout,
    shapley,
    standings,
)
from tests.explain.fakes import WEIGHT, Additive, log


def test_effects_of_an_additive_ranker_are_its_weights():
    """Leaving an event out takes away exactly what it added."""
    found = left_out(Additive(), log("aabc"), 0, 1)
    assert found.tolist() == pytest.approx([2, 2, 0, 0], abs=1e-6)


def test_effects_of_an_additive_ranker_sum_to_the_score():
    """Nothing is lost: the effects add up to what the history made of the score."""
    sequences = log("abcab")
    nothing = Additive().scores(sequences.keep(np.zeros(len(sequences), dtype=bool)), np.array([0]))[0]
    for item in range(5):
        total = left_out(Additive(), sequences, 0, item).sum()
        assert total == pytest.approx(Additive().scores(sequences, np.array([0]))[0, item] - nothing[item], abs=1e-5)


def test_an_event_without_weight_has_no_effect():
    """Items d lead to nothing: to remove one changes nothing."""
    assert left_out(Additive(), log("adbd"), 0, 1)[[1, 3]] == pytest.approx([0, 0])


def test_shapley_values_sum_to_the_difference():
    """Whatever the orders drawn, they share out the standing after the whole history less that after none."""
    sequences = log("abcdab")
    history = history_of(sequences, 0)
    ends = standings(Additive(), sequences, 0, 1, [history, history.take(slice(0, 0))])
    for pairs in (1, 3):
        total = shapley(Additive(), sequences, 0, 1, pairs).sum()
        assert total == pytest.approx(ends[0] - ends[1], abs=1e-6)


def test_shapley_values_beyond_the_bound_are_zero():
    """Of a long history the last events share out what they added to the older ones."""
    sequences = log("ab" * 25)
    history = history_of(sequences, 0)
    found = shapley(Additive(), sequences, 0, 2, pairs=1)
    ends = standings(Additive(), sequences, 0, 2, [history, history.take(slice(0, 10))])
    assert not found[:10].any()
    assert found.sum() == pytest.approx(ends[0] - ends[1], abs=1e-6)


def test_standing_is_one_for_the_first_and_ignores_what_was_had():
    """Items of the history do not compete, in no variant."""
    sequences = log("aab")
    history = history_of(sequences, 0)
    scores = Additive().scores(sequences, np.array([0]))[0]
    assert scores.argmax() == 1  # had already
    first = max((2, 3, 4), key=lambda item: scores[item])
    assert standings(Additive(), sequences, 0, first, [history]).tolist() == [1.0]
    assert standings(Additive(), sequences, 0, 4, [history])[0] < 1


def test_attention_is_of_the_last_event_and_padded():
    """Events before the model's window have weight 0, the rest sums to 1."""
    found = looked_at(Additive(), log("abca"), 0)
    assert found.tolist() == pytest.approx([0, 0, 0.5, 0.5])


def test_rollout_by_hand():
    """Two layers that look half and half: (A + I) / 2 twice, last row, summing to 1."""
    step = np.array([[0.75, 0.25], [0.25, 0.75]])
    found = rollout(Additive(), log("abca"), 0)
    assert found.tolist() == pytest.approx([0, 0, *(step @ step)[-1]])


def test_a_history_without_events_has_no_effects():
    """Nothing to leave out."""
    sequences = log("ab")
    empty = sequences.keep(np.zeros(len(sequences), dtype=bool))
    assert len(left_out(Additive(), empty, 0, 0)) == 0
    assert len(rollout(Additive(), empty, 0)) == 0
    assert len(shapley(Additive(), empty, 0, 0)) == 0


def test_weights_of_the_fake_are_as_wide_as_its_log():
    """The fake knows all five items."""
    assert WEIGHT.shape == (log("a").n_items,) * 2
