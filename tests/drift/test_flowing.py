"""Flows beside those who were at the start."""

import pandas as pd

from core.data.sequences import build_sequences
from core.drift import flowing, judged


def test_flows_are_shares_of_the_start_and_part_at_a_date():
    """Two of four who were after tea went to cups, one before the date, one after; who came back is in no flow."""
    rows = [
        (user, f"{'cups' if turned is not None and day >= turned else 'tea'}{day % 2}", f"2024-01-{1 + day:02d}")
        for user, turned in (("a", 4), ("b", 8), ("c", None), ("d", None))
        for day in range(12)
    ]
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]).assign(
        timestamp=lambda frame: pd.to_datetime(frame["timestamp"])
    )
    items = pd.DataFrame({"item_id": ["tea0", "tea1", "cups0", "cups1"], "category": ["tea", "tea", "cups", "cups"]})
    log = build_sequences(events, items)
    changed = {"a": 4, "b": 8}
    table = pd.DataFrame({"user_id": list("abcd"), "status": "ok", "kind": "abrupt"})
    table["q_value"] = table["user_id"].map(lambda user: 0.01 if user in changed else 0.9)
    for column, cell in (("change_events", changed.get), ("from_categories", {**dict.fromkeys("ab", "tea")}.get),
                         ("to_categories", dict.fromkeys("ab", "cups").get)):  # fmt: skip
        table[column] = [() if (found := cell(user)) is None else (found,) for user in table["user_id"]]
    table["change_times"] = [("2024-01-05T00:00:00",), ("2024-01-09T00:00:00",), (), ()]
    (row,) = flowing.flows(judged(table), log, pd.Timestamp("2024-01-06")).to_dict("records")
    assert (row["users"], row["start"], row["share"], row["before"], row["after"]) == (2, 4, 0.5, 1, 1)
    assert 0.1 < row["low"] < 0.5 < row["high"] < 0.9
    assert flowing.flows(judged(table.assign(kind="recurring")), log).empty
