"""Users are found by what they are after now, turned to, and turned from, with the moment."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from core.data.sequences import build_sequences
from core.drift import seekers
from core.drift.overview.asking import Asked
from core.drift.overview.shuffling import p_value

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
    p_values = [0.001 if changes.get(user) else 0.5 for user in users]
    return pd.DataFrame({"user_id": users, "changes": turns, "p_value": p_values})


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
    assert (to["sure"] == "very sure").all()
    assert to["named"].all()
    assert to["score"].between(0.5, 1).all()
    assert now.loc["cat", "sure"] == ""


def test_so_many_of_each_and_no_more():
    """The highest scores first; who is not after it at all is not listed."""
    answer = seekers(log(), table(ann=[10], eve=[10, 20]), TENTS, k=1)
    assert answer["how"].tolist() == ["now", "to", "from"]
    assert (answer["score"] > 0).all()
    assert "dan" not in set(seekers(log(), table(), TENTS)["user_id"])


def test_who_turned_is_found_without_a_change_in_the_drift_table():
    """By the sessions alone, at the same moment, and no surer than shuffles of them are."""
    answer = seekers(log(), table(), TENTS)
    to, off = found("to", answer), found("from", answer)
    assert to.loc["ann", "event"] == 10
    assert off.loc["bob", "event"] == 10
    assert to.loc["ann", "p_value"] < 0.01
    assert "cat" not in to.index


def test_without_answers_nobody_turned():
    """Columns are the same, also where the drift table has no p-values."""
    answer = seekers(log(), table(), TENTS)
    nothing = seekers(log(), table(ann=[10]), np.zeros(5, dtype=np.float32))
    assert len(nothing) == 0
    assert list(nothing.columns) == list(answer.columns)
    untested = seekers(log(), table().assign(p_value=np.nan), TENTS)
    assert found("to", untested).loc["ann", "q_value"] < 0.05


def test_p_values_pay_for_the_choice_of_the_moment():
    """Of steady histories as few have a p-value up to .05 or .2 as chance says, whatever their length."""
    rng = np.random.default_rng(1)
    users = 400
    sessions = rng.integers(6, 40, users)
    user = np.repeat(np.arange(users), sessions)
    events = rng.integers(1, 9, len(user)).astype(float)
    share = rng.beta(0.5, 2, users)[user]
    asked = Asked(np.arange(len(user)), user, events, rng.binomial(events.astype(int), share).astype(float), users)
    p = np.array([p_value(asked, place, 1) for place in range(users)])
    assert (p <= 0.05).mean() < 0.08
    assert (p <= 0.2).mean() < 0.26


def test_a_season_is_nobodys_turn():
    """What everyone takes up at the same time is the trend, and is taken out; who takes it up alone is told."""
    rng = np.random.default_rng(2)
    start, rows = pd.Timestamp("2024-01-01"), []
    for user in range(300):
        for day in range(60):
            share = 0.9 if user == 0 and day >= 20 else 0.1 if day < 40 else 0.4
            rows.append((f"u{user}", f"i{0 if rng.random() < share else 2}", start + pd.Timedelta(days=day)))
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    season = build_sequences(events, pd.DataFrame({"item_id": [f"i{n}" for n in range(5)]}))
    p_values = np.where(season.users == "u0", 1e-5, 0.5)
    drift = pd.DataFrame({"user_id": season.users, "changes": [()] * 300, "p_value": p_values})
    to = found("to", seekers(season, drift, TENTS))
    assert to.index.tolist() == ["u0"]
    assert to["named"].all()
    assert abs(to.loc["u0", "event"] - 20) <= 2
