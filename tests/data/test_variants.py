"""Variants of one history, stacked as sequences."""

import numpy as np
import pandas as pd

from core.data.sequences import Sequences, build_sequences
from core.data.variants import history_of, prefixes, stack


def log() -> Sequences:
    """Two users, one with an attribute."""
    frame = pd.DataFrame({"user_id": list("uuuv"), "item_id": list("abca"), "event": list("xyxx")})
    frame["timestamp"] = pd.to_datetime([0, 1, 2, 0], unit="h")
    return build_sequences(frame, None, pd.DataFrame({"user_id": list("uv"), "age": ["30", "40"]}))


def test_a_stack_of_one_is_the_user():
    """Every column of the only variant is that of the log."""
    sequences = log()
    found = stack(sequences, 0, [history_of(sequences, 0)])
    alone = sequences.only(np.array([0]))
    for column in ("item", "time", "kind", "weight", "session"):
        assert np.array_equal(getattr(found, column), getattr(alone, column))
        assert getattr(found, column).dtype == getattr(sequences, column).dtype
    assert list(found.users) == ["u"]


def test_variants_lie_behind_each_other():
    """Each variant is a user of the stack, with the attributes of the one user; empty ones too."""
    sequences = log()
    history = history_of(sequences, 0)
    found = stack(sequences, 0, [history.without(1), history.take(slice(0, 0)), history.without([0, 2])])
    assert found.offsets.tolist() == [0, 2, 2, 3]
    assert found.item.tolist() == [0, 2, 1]
    assert found.user_attributes["age"].tolist() == ["30"] * 3
    assert found.n_items == sequences.n_items


def test_variants_belong_to_their_user():
    """What is known of the user in the log holds for each variant, also for a variant of a variant."""
    sequences = log()
    found = stack(sequences, 1, [history_of(sequences, 1)] * 2)
    assert found.person(np.array([0, 1])).tolist() == [1, 1]
    assert stack(found, 1, [history_of(found, 1)]).person(np.array([0])).tolist() == [1]
    assert sequences.person(np.array([0, 1])).tolist() == [0, 1]


def test_no_variants_at_all():
    """A stack of none has no users."""
    assert stack(log(), 0, []).n_users == 0


def test_prefixes_end_where_they_should():
    """The prefix of n events holds the first n."""
    found = prefixes(log(), 0, [0, 1, 3])
    assert found.lengths.tolist() == [0, 1, 3]
    assert found.item.tolist() == [0, 0, 1, 2]
