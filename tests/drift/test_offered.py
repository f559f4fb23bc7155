"""What was on offer told apart from what people wanted, and whether more changed at a marker than elsewhere."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import build_sequences
from core.data.simulate import simulate
from core.drift import BEFORE, NAMED, OFFERED, Mark, breaks, detect, judged, offered, why_then
from core.settings import DriftSettings, NamingSettings, SimulationSettings

DAY = 86_400_000_000
MIDDLE = int(np.datetime64("2024-01-01", "us").astype(np.int64)) + 90 * DAY


@pytest.fixture(scope="module")
def world():
    """Users of half a year in whose middle there was a redesign, and what the test says of them."""
    made = simulate(SimulationSettings(users=250, seed=2, days=180, redesign=1.0, drift=0.5, cold=0.0, categories=10))
    log = build_sequences(made.events, made.items, made.users)
    table = detect(log, DriftSettings())
    marks = [Mark(MIDDLE, MIDDLE)]
    looked = offered.second_look(table, log, marks, DriftSettings())
    return SimpleNamespace(log=log, table=table, looked=looked, marks=marks, truth=made.truth.set_index("user_id"))


def test_users_are_not_called_drifted_because_of_a_redesign(world):
    """Of those whose interests stayed some are named without the marker, at most one in twenty with it."""
    steady = ~world.table["user_id"].map(world.truth["drifted"]).to_numpy(bool)
    before, after = judged(world.table), judged(world.looked)
    tested = steady & (world.table["status"] == "ok").to_numpy()
    assert (before[NAMED] & tested).sum() > 0.08 * tested.sum()
    assert (after[NAMED] & tested).sum() <= 0.05 * tested.sum()
    assert (after[NAMED] | after[OFFERED])[before[NAMED]].all()
    assert not (after[NAMED] & after[OFFERED]).any()


def test_who_changed_otherwise_stays_named(world):
    """A change that is plain without the new items stays one, or becomes one; without a marker all stays as it was."""
    after = judged(world.looked)
    really = world.table["user_id"].map(world.truth["drifted"]).to_numpy(bool)
    assert (after[NAMED] & really).sum() >= 0.7 * (judged(world.table)[NAMED] & really).sum()
    untouched = offered.second_look(world.table, world.log, [], DriftSettings())
    assert not judged(untouched)[OFFERED].any()
    pd.testing.assert_frame_equal(untouched.drop(columns=BEFORE), world.table)


def test_places_of_events_are_those_of_the_whole_history(world):
    """What is told of somebody by what is left of the history names events of all of it, and what was there before."""
    told = world.looked[world.looked["change_events"].map(len) > 0]
    first = world.log.catalogue.first_category[world.log.item]
    new = set(np.array(world.log.catalogue.categories)[np.setdiff1d(first, first[world.log.time < MIDDLE - DAY])])
    assert new
    took = set(world.log.users[world.log.user[offered.taken(world.log, world.marks)]])
    assert len(told[told["user_id"].isin(took)]) > 20
    for row in told.to_dict("records"):
        first = world.log.offsets[world.log.user_position[row["user_id"]]]
        moments = world.log.time[first + np.array(row["change_events"])].astype("datetime64[us]")
        assert list(pd.to_datetime(row["change_times"]).as_unit("us").to_numpy()) == list(moments)
        assert row["onset_low"] <= row["change_events"][0] <= row["onset_high"]
        assert [change.event for change in row["changes"]] == list(row["change_events"])
        if row["user_id"] in took and row["drifted"]:
            assert not new & {*row["from_categories"], *row["to_categories"]}


def test_what_comes_and_goes_is_no_break():
    """A contest that brings new entries once, which are soon forgotten, is no day to be marked."""
    rng = np.random.default_rng(4)
    days = np.sort(rng.integers(0, 360, 20_000))
    contest = (days >= 200) & (days < 214) & (rng.random(len(days)) < 0.7)
    item = np.where(contest, 500 + rng.integers(0, 30, len(days)), rng.integers(0, 60, len(days)))
    frame = pd.DataFrame({"user_id": [f"u{place % 200}" for place in range(len(days))], "item_id": item.astype(str)})
    frame["timestamp"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(days, unit="D")
    log = build_sequences(frame)
    assert breaks(log) == []
    stays = item.copy()
    stays[days >= 214] = np.where(rng.random((days >= 214).sum()) < 0.5, 510, stays[days >= 214])
    (day,) = breaks(build_sequences(frame.assign(item_id=stays.astype(str))))
    assert abs((day - pd.Timestamp("2024-07-19")).days) <= 1


def test_the_redesign_is_found_and_more_changed_then(world):
    """Its day is offered as a marker; changes around it are beyond what dates elsewhere show."""
    assert [abs(day - pd.Timestamp(MIDDLE, unit="us")).days <= 2 for day in breaks(world.log)] == [True]
    assert breaks(world.log.keep(world.log.time < MIDDLE)) == []
    (row,) = why_then.around(judged(world.looked, NamingSettings(0.2)), world.log, world.marks).to_dict("records")
    assert row["low"] > 0
    assert row["p_value"] <= 0.15  # a tenth of all dates lie near the middle
    assert 0 < row["offered"] <= row["changed"]
    assert row["took"] > 100
    assert world.log.n_users >= row["active"]


def test_a_marker_outside_of_the_log_or_of_nobody_says_nothing(world):
    """No row for a marker before or after the log; nothing is left out for users whom it did not concern."""
    late = Mark(MIDDLE + 300 * DAY, MIDDLE + 300 * DAY)
    table = judged(world.table)
    assert why_then.around(table, world.log, [late]).empty
    assert not offered.taken(world.log, [late]).any()
    assert not offered.taken(world.log, [Mark(MIDDLE, MIDDLE, frozenset({"nobody"}))]).any()
    assert why_then.around(table, world.log, [Mark(MIDDLE, MIDDLE, frozenset({"nobody"}))]).empty


def test_a_rate_that_is_the_same_everywhere_is_within_its_interval():
    """Counts drawn at one rate: about 19 of 20 intervals hold no excess (property of the interval, over many draws)."""
    rng = np.random.default_rng(3)
    drawn = [why_then.more(float(rng.poisson(8)), float(rng.poisson(80)), 10, 100) for _ in range(400)]
    assert np.mean([low <= 0 <= high for _, low, high in drawn]) >= 0.93
