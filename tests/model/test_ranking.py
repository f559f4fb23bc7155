"""From scores to ranks: hand-made rows, and the same answer as a plain sort on random ones."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.sequences import Sequences, build_sequences
from core.model.ranking import events_of, hide_seen, in_batches, rank_of, top_items


def log(histories: dict[str, str]) -> Sequences:
    """One letter an event, a minute apart."""
    rows = [(user, item, minute) for user, items in histories.items() for minute, item in enumerate(items)]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    return build_sequences(frame.assign(timestamp=pd.to_datetime(frame["timestamp"] * 60, unit="s")))


@given(st.integers(1, 700), st.integers(1, 40), st.integers(0, 1000), st.sampled_from([2, 5, 1000]))
def test_top_items_equal_a_full_sort(n_items, k, seed, levels):
    """The strips find exactly what sorting the whole row finds, ties by id, however many ties there are."""
    scores = np.random.default_rng(seed).integers(0, levels, (5, n_items)).astype(np.float32)
    items, values = top_items(scores, k)
    expected = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    assert np.array_equal(items, expected)
    assert np.array_equal(values, np.take_along_axis(scores, expected, axis=1))


def test_rank_agrees_with_the_list():
    """The item in place r of a list has rank r, also among ties."""
    scores = np.random.default_rng(0).integers(0, 7, (20, 300)).astype(np.float32)
    items, _ = top_items(scores, 10)
    for place in range(10):
        assert (rank_of(scores, items[:, place]) == place + 1).all()


def test_hidden_items_have_no_rank_and_come_last():
    """What a user has had is hidden for that user only."""
    sequences = log({"a": "xy", "b": "z"})
    scores = hide_seen(np.ones((2, 3), dtype=np.float32), sequences, np.array([1, 0]))
    assert np.isneginf(scores).tolist() == [[False, False, True], [True, True, False]]
    assert rank_of(scores, np.array([2, 2])).tolist() == [0, 1]


def test_events_of_users_in_any_order():
    """Rows come in the order of the users asked for."""
    place, rows = events_of(log({"a": "xy", "b": "z", "c": "xz"}), np.array([2, 0]))
    assert place.tolist() == [0, 0, 1, 1]
    assert rows.tolist() == [3, 4, 0, 1]


@pytest.mark.parametrize(("n_users", "n_items"), [(0, 10), (1, 10_000_000), (1000, 100_000)])
def test_batches_hold_every_user_once(n_users, n_items):
    """Batches are a partition, of bounded size."""
    found = in_batches(np.arange(n_users), n_items)
    assert [user for batch in found for user in batch] == list(range(n_users))
    assert all(len(batch) * n_items <= 80_000_000 for batch in found)
