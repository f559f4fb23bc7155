"""Changes as a row of the drift table tells them."""

import json

import pandas as pd
import pytest

from core.drift.verdict.changes import Change, changes_of


def test_each_change_with_its_own_interval_and_categories():
    """Where the table tells each change by itself, so it is read; names may hold any sign."""
    told = [
        {"event": 12, "low": 9, "high": 15, "magnitude": 0.5, "from": ["a;b"], "to": ["c|d", "é"]},
        {"event": 40, "low": 38, "high": 44, "magnitude": 0.25, "from": [], "to": []},
    ]
    row = {"change_events": "12;40", "changes": json.dumps(told)}
    assert changes_of(row) == (Change(12, 9, 15, ("a;b",), ("c|d", "é"), 0.5), Change(40, 38, 44, (), (), 0.25))


def test_a_table_without_them():
    """The first change has its interval, a later one is its own; categories belong to an only one."""
    row = pd.Series({"change_events": "12", "from_categories": "jazz", "to_categories": "folk;rock", "magnitude": 0.4})
    assert changes_of(row) == (Change(12, 12, 12, ("jazz",), ("folk", "rock"), 0.4),)
    row["change_events"], row["onset_low"], row["onset_high"] = "12;40", 10.0, 15.0
    assert [(change.low, change.high, change.left) for change in changes_of(row)] == [(10, 15, ()), (40, 40, ())]


@pytest.mark.parametrize("cell", ["", None, float("nan")])
def test_no_changes(cell):
    """A user without change points has none."""
    assert changes_of(pd.Series({"change_events": cell, "changes": cell})) == ()
