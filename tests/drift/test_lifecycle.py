"""Who came, turned, stayed and left: counted by hand, and found where it was planted."""

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import build_sequences
from core.drift.overview import lifecycle, staying

DAY = pd.Timedelta(1, "D")
START = pd.Timestamp("2024-01-01")


def log(days, items=None, categories="tea"):
    """Events of users on days, all of one item unless `items` says otherwise."""
    rows = [
        (user, (items or {}).get((user, day), "a"), START + day * DAY) for user, some in days.items() for day in some
    ]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    known = sorted(set(frame["item_id"]))
    names = {item: categories if item == "a" else "cake" for item in known}
    return build_sequences(frame, pd.DataFrame({"item_id": known, "category": [names[item] for item in known]}))


def verdicts(sequences, changed=()):
    """A judged drift table: some users changed at an event."""
    rows = [
        {"user_id": user, "status": "ok", "named": user in dict(changed), "change_events": (dict(changed)[user],)
         if user in dict(changed) else ()}
        for user in sequences.users
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_silence_is_learned_from_who_came_back():
    """The longest pause of nearly everybody who came back; whoever was silent for longer at the end is gone."""
    days = {f"u{n}": range(0, 60, 2) for n in range(10)} | {"left": [0, 2, 4], "late": [0, 2, 57]}
    found = staying.lives(log(days))
    assert found.silence / staying.DAY == pytest.approx(2 + 0.45 * 53, abs=30)
    assert dict(zip(log(days).users, found.gone, strict=True))["left"]
    assert found.gone.sum() == 1


def test_the_curve_counts_who_could_be_seen_to_leave():
    """Half leave on day ten; those who came too late take no part; the ends of the interval hold the share."""
    days = {f"s{n}": range(0, 80, 2) for n in range(20)} | {f"g{n}": range(0, 12, 2) for n in range(20)}
    days |= {f"n{n}": [79] for n in range(5)}
    sequences = log(days)
    found = staying.lives(sequences)
    curve = staying.stay_of(found, found.there)
    assert curve[["days", "at_risk", "gone"]].to_numpy().tolist() == [[10, 40, 20]]
    (row,) = curve.to_dict("records")
    assert row["stay"] == 0.5
    assert 0.3 < row["low"] < 0.5 < row["high"] < 0.7


def test_periods_hold_who_came_came_back_turned_and_left():
    """Each active user of a period is new or returning; a change counts in its period; leaving is told once known."""
    days = {f"s{n}": range(0, 50, 1) for n in range(12)} | {"new": range(20, 50)} | {"gone": range(10)}
    sequences = log(days)
    told = lifecycle.life(verdicts(sequences, {"s1": 25}.items()), sequences)
    counts = told.periods.pivot_table(index="timestamp", columns="kind", values="users")
    assert told.unit == "D"
    assert counts["new"].iloc[[0, 1, 20]].tolist() == [13, 0, 1]
    assert counts["returning"].iloc[[0, 1, 12]].tolist() == [0, 13, 12]
    assert counts["drifted"].iloc[[24, 25, 26]].tolist() == [0, 1, 0]
    assert counts["gone"].iloc[[8, 9]].tolist() == [0, 1]
    assert counts["gone"].isna().sum() == 1 + int(told.silence)
    row = told.periods[(told.periods["kind"] == "drifted") & (told.periods["users"] == 1)].iloc[0]
    assert row["low"] < row["share"] == 1 / 13 < row["high"]


def test_what_they_did_before_they_left():
    """Leavers took to cake in their last days and changed before; those who stayed did not: both are seen."""
    rng, days, items, changed = np.random.default_rng(1), {}, {}, {}
    for n in range(60):
        days[f"s{n}"] = sorted(rng.choice(90, 60, replace=False))
    for n in range(30):
        end = int(rng.integers(30, 50))
        days[f"g{n}"] = list(range(end))
        items |= {(f"g{n}", day): "b" for day in range(end - 6, end)}
        changed[f"g{n}"] = end - 3
    sequences = log(days, items)
    before = lifecycle.life(verdicts(sequences, changed.items()), sequences).before.set_index("what")
    assert before.loc["cake", "difference"] == pytest.approx(1.0, abs=0.05)
    assert before.loc["tea", "high"] < 0
    assert before.index[0] == "drifted"
    same = log(days)
    calm = lifecycle.life(verdicts(same), same).before.set_index("what")
    assert calm.loc["drifted", "difference"] == 0
    assert calm.loc["tea", "difference"] == pytest.approx(0, abs=1e-6)


def test_without_a_clock_there_is_no_life():
    """An order has no days."""
    frame = pd.DataFrame({"user_id": "u", "item_id": list("ab"), "timestamp": [0, 1]})
    sequences = build_sequences(frame, ordinal=True)
    assert lifecycle.life(verdicts(sequences), sequences) is None
