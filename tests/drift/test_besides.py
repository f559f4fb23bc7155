"""A cohort beside the rest: counts, shares with intervals, and mixes in which each user counts once."""

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import build_sequences
from core.drift.overview import besides


def test_sides_are_counted_apart():
    """Who is named, judged and there, on either side; a side without anybody who could be judged has no share."""
    table = pd.DataFrame(
        {"user_id": list("abcdef"), "status": ["ok", "ok", "ok", "ok", "insufficient", "ok"], "n_events": range(6),
         "named": [True, False, True, True, False, False], "magnitude": [0.4, np.nan, 0.6, 0.8, np.nan, np.nan]}
    )  # fmt: skip
    one, rest = besides.sides(table, ["a", "b", "e"]).to_dict("records")
    assert (one["users"], one["tested"], one["named"], one["share"]) == (3, 2, 1, 0.5)
    assert (rest["users"], rest["tested"], rest["named"]) == (3, 3, 2)
    assert rest["magnitude"] == pytest.approx(0.7)
    assert np.isnan(besides.sides(table, ["e"])["share"].iloc[0])


def test_mixes_count_each_user_once():
    """A user with many events weighs as one; the difference lies inside its interval, the surest first."""
    items = pd.DataFrame({"item_id": ["t", "c"], "category": ["tea", "cake"]})
    rows = [("a", "t")] * 9 + [("b", "c")] + [("x", "c")] * 3 + [("y", "c"), ("y", "t")]
    events = pd.DataFrame(rows, columns=["user_id", "item_id"])
    events["timestamp"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(range(len(rows)), unit="h")
    found = besides.mixes(build_sequences(events, items), ["a", "b"]).set_index("category")
    assert found.loc["tea", ["cohort", "rest", "difference"]].tolist() == pytest.approx([0.5, 0.25, 0.25])
    assert found.loc["cake", "difference"] == pytest.approx(-0.25)
    assert (found["low"] <= found["difference"]).all()
    assert (found["high"] >= found["difference"]).all()
    assert besides.mixes(build_sequences(events, items), list("abxy")).empty
