"""Users whose interests change while their events come."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from core.data.growing import Growing, NewEvent
from core.data.sequences import build_sequences
from core.data.simulate import simulate
from core.drift.live.e_values import e_values_of, judged_live
from core.drift.live.watcher import learn
from core.settings import DriftSettings, SimulationSettings
from core.stream import alarm as alarm_module
from core.stream.alarm import Alarm, Bets
from core.stream.journal import Flag, Journal, Named, Taken


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
    assert {user: replace(flag, evidence=pytest.approx(flag.evidence)) for user, flag in small.items()} == large
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


def test_whoever_is_named_among_all_is_what_whole_histories_say(world):
    """Step by step and in one go those are named whose largest evidence by then is worth it among everyone's."""
    whole, first, events, watcher = world
    before, after = (judged_live(watcher.table(log)) for log in (first, whole))
    known = set(before.user_id[before.flagged])
    told = set(before.user_id[before.named])
    found = []
    for at_once in (7, 5000):
        bets = Bets(e_values_of(before), told)
        histories, alarm, named = Growing(first), Alarm(watcher, known, bets), set()
        for start in range(0, len(events), at_once):
            for event in events[start : start + at_once]:
                histories.append(event)
            alarm.heard(histories, events[start : start + at_once])
            named |= {each.user for each in alarm.newly_named()}
        found.append(named)
    assert found[0] >= found[1] >= set(after.user_id[after.named]) - told
    assert found[1]
    assert not found[0] & told


def test_many_users_are_judged_together():
    """With more users who show nothing it takes more to be named; who was named is not named again."""
    for others, expected in ((1, ["ann"]), (1000, [])):
        bets = Bets({f"other {number}": 0.0 for number in range(others)}, ())
        bets.raised("ann", 5, 45.0)
        bets.raised("ann", 6, 3.0)
        assert [(each.user, each.time, each.e_value) for each in bets.newly()] == [(u, 5, 45.0) for u in expected]
        bets.raised("ann", 7, 50.0)
        assert bets.newly() == []


@pytest.fixture(scope="module", params=[False, True], ids=["clock", "positions"])
def listeners(request, world):
    """A log with or without a clock, its watcher, and events of which some come late and some are on unknown items."""
    whole, first, events, watcher = world
    rng = np.random.default_rng(5)
    order = np.argsort(np.arange(len(events)) + rng.exponential(8, len(events)) * (rng.random(len(events)) < 0.1))
    events = [events[place] for place in order]
    unknown = rng.random(len(events)) < 0.05
    events = [replace(e, item=whole.n_items) if odd else e for e, odd in zip(events, unknown, strict=True)]
    return replace(first, ordinal=request.param), replace(watcher, ordinal=request.param), events[:1500]


@pytest.mark.parametrize("remembered", [3, 4000])
def test_what_is_remembered_says_what_whole_histories_say(listeners, remembered, monkeypatch):
    """Late events, unknown items, forgotten users: flags are those of a look at whole histories, step by step."""
    first, watcher, events = listeners
    monkeypatch.setattr(alarm_module, "REMEMBERED", remembered)
    histories, alarm, known, told = Growing(first), Alarm(watcher, ()), set(), 0
    for start in range(0, len(events), 20):
        step = events[start : start + 20]
        for event in step:
            histories.append(event)
        flags = {flag.user: flag for flag in alarm.heard(histories, step)}
        expected = {}
        for user, new in Counter(event.user for event in step).items():
            alone = histories.sequences(user)
            evidence, since = watcher.heard(alone, new)
            if user not in known and (evidence > watcher.limit).any():
                at = int(np.argmax(evidence > watcher.limit))
                times = alone.time[[len(alone) - len(evidence) + at, since[at]]]
                expected[user] = Flag(user, int(times[0]), int(times[1]), pytest.approx(float(evidence[at])))
        assert flags == expected
        known |= set(flags)
        told += len(flags)
    assert told > 5


def test_an_event_costs_the_same_after_a_long_history(world, monkeypatch):
    """Once a user is remembered, the history is not read again, however long it is."""
    _, first, _, watcher = world
    user = str(first.users[int(np.argmax(first.lengths))])
    histories, alarm = Growing(first), Alarm(replace(watcher, limit=np.inf), ())
    last = int(first.time.max())
    reads = []
    monkeypatch.setattr(
        Growing, "sequences", lambda self, who, whole=Growing.sequences: reads.append(who) or whole(self, who)
    )
    for event in [NewEvent(user, place % 7, last + 60_000_000 * place) for place in range(300)]:
        histories.append(event)
        alarm.heard(histories, [event])
    assert reads == [user]


def test_flags_are_kept_once(tmp_path):
    """The journal holds the first flag of each user, newest first."""
    journal = Journal(tmp_path / "stream.db")
    journal.write(Taken(flags=[Flag("ann", 5, 2, 3.0), Flag("bob", 9, 4, 2.5)]))
    journal.write(Taken(flags=[Flag("ann", 12, 11, 4.0)]))
    journal.keep_fact("batch", "one")
    journal.drop("batch", "one")
    assert journal.flags() == [Flag("bob", 9, 4, 2.5), Flag("ann", 5, 2, 3.0)]
    journal.write(Taken(named=[Named("ann", 12, 80.0)]))
    journal.write(Taken(named=[Named("ann", 14, 90.0), Named("bob", 15, 70.0)]))
    assert journal.named() == [Named("bob", 15, 70.0), Named("ann", 12, 80.0)]
    journal.close()
