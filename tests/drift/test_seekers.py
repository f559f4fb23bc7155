"""Users are found by what they are after now, turned to, and turned from, with the moment."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from core.data.sequences import build_sequences
from core.drift import seekers

TENTS = np.array([1.0, 1.0, 0.0, 0.0, 0.0], dtype=np.float32)
"""Items i0 and i1 are tents."""


def log():
    """Ann turned to tents at event 10, Bob from them, Cat always had them, Dan never, Eve turned there and back."""
    tents, others = ["i0", "i1"] * 5, ["i2", "i3"] * 5
    histories = {"ann": others + tents, "bob": tents + others, "cat": tents + tents, "dan": others + others,
                 "eve": others + tents + others}  # fmt: skip
    rows = [(user, item, pd.Timestamp("2024-01-01") + pd.Timedelta(days=day))
            for user, items in histories.items() for day, item in enumerate(items)]  # fmt: skip
    items = pd.DataFrame({"item_id": [f"i{n}" for n in range(5)]})
    return build_sequences(pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]), items)


def table(**changes):
    """A drift table with changes at these events."""
    users = ["ann", "bob", "cat", "dan", "eve"]
    turns = [tuple(SimpleNamespace(event=event) for event in changes.get(user, ())) for user in users]
    sure = ["sure" if changes.get(user) else "no sign" for user in users]
    return pd.DataFrame({"user_id": users, "changes": turns, "sure": sure, "named": [s == "sure" for s in sure]})


def found(how, frame):
    return frame[frame["how"] == how].set_index("user_id")


def test_who_is_after_it_now_turned_to_it_and_from_it():
    """With the first event after the change, its time, the shares beside it and how sure the change is."""
    answer = seekers(log(), table(ann=[10], bob=[10], eve=[10, 20]), TENTS)
    now, to, off = (found(how, answer) for how in ("now", "to", "from"))
    assert set(now.index) == {"ann", "cat"}
    assert now.loc["ann", "when"] == "2024-01-20T00:00:00"
    assert to.index.tolist() == ["ann", "eve"]
    assert (to["event"] == 10).all()
    assert to.loc["ann", "when"] == "2024-01-11T00:00:00"
    assert to.loc["ann", "share_after"] > 0.8
    assert to.loc["ann", "share_before"] < 0.2
    assert set(off.index) == {"bob", "eve"}
    assert off.loc["eve", "event"] == 20
    assert off.loc["eve", "when"] == "2024-01-21T00:00:00"
    assert (to["sure"] == "sure").all()
    assert to["named"].all()
    assert now.loc["cat", "sure"] == "no sign"


def test_so_many_of_each_and_no_more():
    """The highest scores first; who is not after it at all is not listed."""
    answer = seekers(log(), table(ann=[10], eve=[10, 20]), TENTS, k=1)
    assert answer["how"].tolist() == ["now", "to", "from"]
    assert (answer["score"] > 0).all()
    assert "dan" not in set(seekers(log(), table(), TENTS)["user_id"])


def test_without_changes_or_answers_nobody_turned():
    """Columns are the same."""
    answer = seekers(log(), table(), TENTS)
    assert set(answer["how"]) == {"now"}
    nothing = seekers(log(), table(ann=[10]), np.zeros(5, dtype=np.float32))
    assert len(nothing) == 0
    assert list(nothing.columns) == list(answer.columns)
