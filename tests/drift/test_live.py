"""Drift as events arrive."""

import json

import numpy as np
import pytest

from core.drift.live.watcher import Watch, learn
from core.settings import DriftSettings


@pytest.fixture(scope="module")
def watcher(sequences):
    return learn(sequences, DriftSettings())


@pytest.fixture(scope="module")
def watched(watcher, sequences):
    return watcher.table(sequences)


def test_few_are_ever_flagged_without_drift(watched, simulation):
    """Over whole histories at most 5 % of the users without drift are ever flagged."""
    truth = simulation.truth.set_index("user_id").loc[list(watched.user_id)]
    calm = ((truth.n_events >= 20) & ~truth.drifted.astype(bool)).to_numpy()
    assert watched.flagged[calm].mean() <= 0.05


def test_clear_changes_are_flagged_soon(watched, simulation):
    """Half of the large abrupt changes are seen within 18 events."""
    truth = simulation.truth.set_index("user_id").loc[list(watched.user_id)]
    clear = ((truth.kind == "abrupt") & (truth.states == "A;B")).to_numpy()
    clear[clear] = truth.magnitude[clear].astype(float) >= 0.6
    delay = watched.flag_event[clear].to_numpy() - truth.change_events[clear].astype(int).to_numpy()
    found = watched.flagged[clear].to_numpy() & (delay >= 0)
    assert found.mean() >= 0.6
    assert np.median(delay[found]) <= 18


def test_a_stream_hears_what_the_log_tells(watcher, sequences, watched):
    """Event by event, with the state sent through JSON after each session, the flags are those of the whole log."""
    users = np.flatnonzero(sequences.lengths >= 10)[:40]
    for user in users:
        rows = sequences.rows_of(user)
        state = Watch()
        for session in np.unique(sequences.session[rows]):
            at = np.flatnonzero(sequences.session[rows] == session) + rows.start
            watcher.update(state, sequences.item[at[:1]], sequences.time[at[:1]], opens=True)
            watcher.update(state, sequences.item[at[1:]], sequences.time[at[1:]], opens=False)
            state = Watch.of(json.loads(json.dumps(state.plain())))
        told = watched.iloc[user]
        assert (state.flag_event, state.since_event) == (told.flag_event, told.since_event)
        assert len(json.dumps(state.plain())) < 64_000


def test_a_watcher_does_not_see_the_future(watcher, sequences, watched):
    """Cutting each history behind its flag changes no flag, and one event earlier there was none."""
    flag = watched.flag_event.to_numpy()
    ends = np.where(flag < 0, sequences.lengths, flag + 1)
    mask = sequences.event_index < np.repeat(ends, sequences.lengths)
    again = watcher.table(sequences.keep(mask))
    assert (again.flag_event == watched.flag_event).all()
    before = watcher.table(sequences.keep(mask & (sequences.event_index != np.repeat(flag, sequences.lengths))))
    assert not before.flagged.any()


def test_flags_tell_event_and_time(sequences, watched):
    """A flag comes after the change that it tells; without one there is neither event nor time."""
    flagged = watched[watched.flagged]
    assert (flagged.since_event <= flagged.flag_event).all()
    assert (watched.flag_event[~watched.flagged] == -1).all()
    assert (watched.flag_time[~watched.flagged] == "").all()
    row = flagged.iloc[0]
    user = sequences.find_user(row.user_id)
    assert row.flag_time == str(
        np.datetime64(int(sequences.time[sequences.offsets[user] + row.flag_event]), "us").astype("datetime64[s]")
    )


def test_odd_items_and_logs_are_borne(watcher, sequences):
    """Items that the catalogue lacks count as events of no category; an empty log has no flags."""
    state = Watch()
    assert not watcher.update(state, np.array([-1, -1]), np.array([0, 1]), opens=True)
    assert state.events == 2
    none = watcher.table(sequences.keep(np.zeros(len(sequences), bool)))
    assert not none.flagged.any()
