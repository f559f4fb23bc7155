"""How far states moved, beside the same sessions in random order."""

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import Sequences, build_sequences
from core.data.variants import history_of
from core.drift.by_model import trails


def log_of(items: list[str], per_session: int = 3) -> Sequences:
    """One user with these items, sessions of a few minutes a day apart."""
    start = pd.Timestamp("2024-01-01")
    times = [
        start + pd.Timedelta(n // per_session, "D") + pd.Timedelta(n % per_session, "min") for n in range(len(items))
    ]
    return build_sequences(pd.DataFrame({"user_id": "u", "item_id": items, "timestamp": times}))


def last_item(log: Sequences) -> np.ndarray:
    """States that know nothing but the last event: all recency."""
    return np.eye(log.n_items, dtype=np.float32)[log.item]


def test_shuffled_sessions_stay_whole_and_in_the_same_span():
    """Sessions keep their items, order and pace; the first and the last moment and all pauses stay."""
    history = history_of(log_of([f"i{n:02d}" for n in range(20)]), 0)
    mixed = trails.shuffled(history, np.random.default_rng(4))
    assert sorted(mixed.item) == sorted(history.item)
    assert (mixed.item != history.item).any()
    assert (np.diff(mixed.time) >= 0).all()
    assert mixed.time[0] == history.time[0]
    assert mixed.time[-1] == history.time[-1]
    whole = {tuple(history.item[history.session == number]) for number in np.unique(history.session)}
    assert {tuple(mixed.item[mixed.session == number]) for number in np.unique(mixed.session)} == whole


def test_one_session_stays_as_it_is():
    """A history of a single session has no other order, and no trail."""
    log = log_of(list("abcdefghijkl"), per_session=12)
    history = history_of(log, 0)
    mixed = trails.shuffled(history, np.random.default_rng(0))
    assert (mixed.item == history.item).all()
    assert (mixed.time == history.time).all()
    assert trails.trail(log, 0, last_item, 0).empty


def test_recency_alone_stays_inside_the_band():
    """States that follow each event, in a history whose mix stands still, move no further than shuffled ones."""
    rng = np.random.default_rng(0)
    found = trails.trail(log_of(list(rng.choice(list("abcdef"), 150))), 0, last_item, 0)
    inside = found["distance"].between(found["low"] - 1e-9, found["high"] + 1e-9)
    assert inside.mean() > 0.8


def test_a_turn_goes_beyond_the_band():
    """Where the items change for good the states before and after lie further apart than in any other order."""
    rng = np.random.default_rng(1)
    items = [*rng.choice(list("abc"), 60), *rng.choice(list("def"), 60)]
    found = trails.trail(log_of(items), 0, last_item, 0).set_index("event_index")
    assert found["distance"].idxmax() == 60
    assert found.loc[60, "distance"] == pytest.approx(1)
    assert found.loc[60, "high"] < 0.5


@pytest.mark.parametrize("events", [0, 1, 9])
def test_histories_that_are_too_short_have_no_trail(events):
    """There is nothing to average on both sides."""
    log = log_of(list("abcdefghij"))
    short = log.keep(log.event_index < events)
    assert trails.trail(short, 0, last_item, 0).empty


def test_equal_stamps_and_long_gaps_do_not_matter():
    """All events at one moment are one session; ten years between two sessions change nothing but the clock."""
    events = pd.DataFrame({"user_id": "u", "item_id": list("aabbccddeeff"), "timestamp": pd.Timestamp("2024-01-01")})
    assert trails.trail(build_sequences(events), 0, last_item, 0).empty
    events["timestamp"] += pd.to_timedelta([0] * 6 + [3650] * 6, unit="D")
    assert len(trails.trail(build_sequences(events), 0, last_item, 0)) == 3
