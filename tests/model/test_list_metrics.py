"""Metrics of lists against cases computed by hand."""

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import build_sequences
from core.model.list_metrics import COLUMNS, list_quality


class Fixed:
    """Everyone gets the items in the order of their ids."""

    name = "fixed"

    def scores(self, histories, users):
        """Falling with the id."""
        return np.tile(-np.arange(histories.n_items, dtype=np.float32), (len(users), 1))


def test_by_hand():
    """Users u (a, b) and v (a): lists of two are c, d and b, c; see the comments."""
    items = pd.DataFrame({"item_id": list("abcd"), "category": ["x", "x", "y", "y"]})
    events = pd.DataFrame({"user_id": ["u", "u", "v"], "item_id": ["a", "b", "a"]})
    sequences = build_sequences(events.assign(timestamp=pd.to_datetime([0, 1, 0], unit="h")), items)
    row = list_quality([Fixed()], sequences, k=2).iloc[0]
    assert row["coverage"] == pytest.approx(3 / 4)  # b, c, d of four
    assert row["gini"] == pytest.approx((-3 * 0 + -1 * 1 + 1 * 1 + 3 * 2) / (4 * 4))  # shown 0, 1, 2, 1 times
    assert row["novelty"] == pytest.approx(-np.log2([1 / 3, 1 / 3, 1 / 2, 1 / 3]).mean())  # c, d, b, c; nobody: 1/3
    assert row["popularity_lift"] == pytest.approx((1 / 4) / ((2 + 1 + 2) / 3))  # b once; histories: a 2, b 1, a 2
    assert row["diversity"] == pytest.approx((0 + 1) / 2)  # c, d alike; b, c not
    assert row["calibration"] == pytest.approx((1 + 0.5) / 2)  # y for x; half x for x


def test_nobody():
    """No events: a row of zeros, not NaN."""
    events = pd.DataFrame({"user_id": ["u"], "item_id": ["a"], "timestamp": pd.to_datetime([0])})
    sequences = build_sequences(events)
    row = list_quality([Fixed()], sequences.without_last(1)).iloc[0]
    assert row[list(COLUMNS[1:])].astype(float).tolist() == [0] * (len(COLUMNS) - 1)
