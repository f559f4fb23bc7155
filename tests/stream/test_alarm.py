"""Users whose interests change while their events come."""

from dataclasses import replace

import numpy as np
import pytest

from core.data.growing import Growing, NewEvent
from core.data.sequences import build_sequences
from core.data.simulate import simulate
from core.drift.live.watcher import learn
from core.settings import DriftSettings, SimulationSettings
from core.stream.alarm import Alarm
from core.stream.journal import Flag, Journal, Taken


@pytest.fixture(scope="module")
def world():
    """A log, the part of it that was there first, what came then, and a watcher that is soon convinced."""
    made = simulate(SimulationSettings(users=150, seed=3))
    whole = build_sequences(made.events, made.items)
    old = whole.time < np.quantile(whole.time, 0.6)
    first = whole.keep(old)
    order = np.flatnonzero(~old)[np.argsort(whole.time[~old], kind="stable")]
    events = [NewEvent(str(whole.users[whole.user[r]]), int(whole.item[r]), int(whole.time[r])) for r in order]
    watcher = learn(first, replace(DriftSettings(), permutations=10))
    return whole, first, events, replace(watcher, limit=1.0)


def flags_of(world, at_once, known=()):
    """What an alarm tells of the events, so many at once."""
    _, first, events, watcher = world
    histories, alarm, found = Growing(first), Alarm(watcher, known), []
    for start in range(0, len(events), at_once):
        step = events[start : start + at_once]
        for event in step:
            histories.append(event)
        found += alarm.heard(histories, step)
    return {flag.user: flag for flag in found}


def test_a_stream_is_told_what_the_log_would_tell(world):
    """Whatever the size of the steps, the flags are those of a watch over the whole log, once for each user."""
    whole, first, _, watcher = world
    before = watcher.table(first)
    known = set(before.user_id[before.flagged])
    table = watcher.table(whole).set_index("user_id")
    expected = {user for user in table.index[table.flagged] if user not in known}
    small, large = flags_of(world, 7, known), flags_of(world, 5000, known)
    assert small == large
    assert set(small) == expected
    for user, flag in small.items():
        row = whole.offsets[whole.find_user(user)] + table.flag_event[user]
        assert flag.time == whole.time[row]
        assert flag.since <= flag.time
        assert flag.evidence > watcher.limit


def test_whoever_is_known_is_not_told_of_again(world):
    """Users who were told of before stay quiet."""
    told = flags_of(world, 500)
    assert told
    assert not flags_of(world, 500, set(told))


def test_flags_are_kept_once(tmp_path):
    """The journal holds the first flag of each user, newest first."""
    journal = Journal(tmp_path / "stream.db")
    journal.write(Taken(flags=[Flag("ann", 5, 2, 3.0), Flag("bob", 9, 4, 2.5)]))
    journal.write(Taken(flags=[Flag("ann", 12, 11, 4.0)]))
    journal.drop()
    assert journal.flags() == [Flag("bob", 9, 4, 2.5), Flag("ann", 5, 2, 3.0)]
    journal.close()
