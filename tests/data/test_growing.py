"""A log that grows says the same as one that was there from the start."""

import numpy as np
import pandas as pd
import pytest

from core.data.growing import NEW, Growing, NewEvent
from core.data.sequences import build_sequences

START = np.datetime64("2024-01-01T00:00", "us")
HOUR = 3_600_000_000


def log():
    """Ann has events at hours 0, 1, 2; Bob at 0."""
    rows = [("ann", "a", 0), ("ann", "b", 1), ("ann", "c", 2), ("bob", "a", 0)]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "hour"])
    return build_sequences(frame.assign(timestamp=START + pd.to_timedelta(frame["hour"], unit="h")))


def at(hour: float) -> int:
    return int(START.astype(int) + hour * HOUR)


@pytest.fixture
def growing() -> Growing:
    return Growing(log())


def times(growing, user) -> list[float]:
    return [(time - at(0)) / HOUR for time in growing.column("time", growing.rows(user))]


def test_events_in_order_are_put_behind(growing):
    """Also for a user whom nobody knows."""
    assert growing.append(NewEvent("ann", 1, at(3)))
    assert growing.append(NewEvent("cleo", 2, at(1)))
    assert times(growing, "ann") == [0, 1, 2, 3]
    assert (growing.length("ann"), growing.length("bob"), growing.length("cleo")) == (4, 1, 1)
    assert growing.person("cleo") == NEW
    assert list(growing.changed) == ["ann", "cleo"]
    assert growing.log.lengths.sum() == 4


def test_late_events_are_put_where_they_belong(growing):
    """Behind those of the same time, among old and new ones."""
    assert growing.append(NewEvent("ann", 0, at(5)))
    assert not growing.append(NewEvent("ann", 1, at(1)))
    assert not growing.append(NewEvent("ann", 2, at(4)))
    assert not growing.append(NewEvent("ann", 2, at(-1)))
    assert times(growing, "ann") == [-1, 0, 1, 1, 2, 4, 5]
    assert growing.column("item", growing.rows("ann"))[2:4].tolist() == [1, 1]
    assert growing.append(NewEvent("ann", 2, at(5)))


def test_rows_from_an_event_on(growing):
    """Wherever the old ones end."""
    for hour in (3, 4, 5):
        growing.append(NewEvent("ann", 0, at(hour)))
    for first in range(7):
        assert len(growing.rows("ann", first)) == 6 - first
        assert growing.rows("ann", first).tolist() == growing.rows("ann")[first:].tolist()


def test_what_is_there_is_known(growing):
    """By user, item, time and kind, old and new apart."""
    old, new = NewEvent("ann", 1, at(1)), NewEvent("ann", 1, at(3))
    assert growing.in_log(old)
    assert not growing.in_new(old)
    growing.append(new)
    assert growing.in_new(new)
    assert not growing.in_log(new)
    assert not growing.in_log(NewEvent("ann", 2, at(1)))
    assert not growing.in_new(NewEvent("ann", 1, at(3), kind=1))
    assert not growing.in_log(NewEvent("nobody", 1, at(1)))


def test_sessions_of_new_events_begin_after_a_pause(growing):
    """As in the log: more than half an hour."""
    growing.append(NewEvent("ann", 1, at(2.3)))
    growing.append(NewEvent("ann", 1, at(4)))
    session = growing.sequences("ann").session
    assert (session - session[0]).tolist() == [0, 1, 2, 2, 3]


def test_many_events_outgrow_the_first_rows(growing):
    """Nothing is lost when columns grow."""
    for count in range(3000):
        growing.append(NewEvent("bob", count % 3, at(1 + count)))
    assert growing.length("bob") == 3001
    assert growing.column("item", growing.rows("bob")[1:]).tolist() == [count % 3 for count in range(3000)]
