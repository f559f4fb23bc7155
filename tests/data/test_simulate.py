"""The simulated log: its habits, its changes, its truth."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from core.data.simulate import Simulation, simulate, write
from core.data.simulate.names import category_names
from core.errors import SettingsError
from core.settings import SimulationSettings

SMALL = SimulationSettings(users=400, seed=3)


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    return simulate(SMALL)


def test_same_seed_same_log(simulation):
    """The same settings give the same log to the last cell, another seed another one."""
    again = simulate(SMALL)
    pd.testing.assert_frame_equal(simulation.events, again.events)
    pd.testing.assert_frame_equal(simulation.truth, again.truth)
    assert not simulation.events.equals(simulate(dataclasses.replace(SMALL, seed=4)).events)


def test_events_are_in_order_and_sessions_are_apart(simulation):
    """Times rise within a user, and gaps over 30 minutes exist beside short ones: sessions can be told."""
    gap = simulation.events.groupby("user_id").timestamp.diff().dropna().dt.total_seconds()
    assert gap.min() >= 0
    assert 0.2 < (gap > 1800).mean() < 0.4
    assert not gap.between(25 * 60, 44 * 60).any()


def test_truth_agrees_with_the_log(simulation):
    """Counts, change events and their times in the truth are those of the log."""
    sizes = simulation.events.groupby("user_id").size()
    assert (simulation.truth.set_index("user_id").n_events == sizes).all()
    row = simulation.truth[simulation.truth.drifted].iloc[0]
    times = simulation.events.loc[simulation.events.user_id == row.user_id, "timestamp"].reset_index(drop=True)
    expected = [times[int(event)].strftime("%Y-%m-%dT%H:%M:%S") for event in row.change_events.split(";")]
    assert row.change_times.split(";") == expected


def test_every_kind_and_direction_occurs(simulation):
    """Abrupt, gradual, recurring; shift, broaden, narrow; chains; and users without drift."""
    drifted = simulation.truth[simulation.truth.drifted]
    assert set(drifted.kind) == {"abrupt", "gradual", "recurring"}
    assert set(drifted.direction) == {"shift", "broaden", "narrow"}
    assert drifted.states.str.contains("C").any()
    assert 0.2 < simulation.truth.drifted.mean() < 0.5
    assert (drifted.n_events >= 20).all()


def test_sessions_are_sticky(simulation):
    """Neighbours in a session share a category far more often than neighbours across sessions."""
    events = simulation.events.merge(simulation.items, on="item_id")
    events = events.sort_values(["user_id", "timestamp"], kind="stable")
    same = (events.category == events.category.shift()) & (events.user_id == events.user_id.shift())
    inside = events.groupby("user_id").timestamp.diff().dt.total_seconds() < 1800
    assert same[inside].mean() > same[~inside].mean() + 0.2


def test_items_are_bought_after_their_launch(simulation):
    """No event comes before the day on which its item came out."""
    events = simulation.events.merge(simulation.items, on="item_id")
    assert (events.timestamp >= pd.to_datetime(events.launched)).all()


def test_no_drift_no_changes():
    """With a drift share of 0 nobody changes."""
    truth = simulate(SimulationSettings(users=50, drift=0.0)).truth
    assert not truth.drifted.any()
    assert (truth.change_events == "").all()


@pytest.mark.parametrize(
    "change",
    [
        {"categories": 60},
        {"categories": 3},
        {"stickiness": 0.0},
        {"stickiness": 1.0},
        {"trend": 0.0},
        {"second_category": 0.5},
        {"users": 1},
    ],
)
def test_other_habits(change):
    """Any sensible settings give a log whose items all have a category."""
    simulation = simulate(dataclasses.replace(SMALL, **{"users": 60, **change}))
    assert simulation.items.category.str.len().min() > 0
    assert np.allclose(simulation.mixes.sum(axis=2), 1)


@pytest.mark.parametrize("change", [{"users": 0}, {"categories": 1}, {"drift": 1.5}, {"days": 3}])
def test_impossible_settings_are_refused(change):
    """A setting out of range is named, with the value found."""
    name = next(iter(change))
    with pytest.raises(SettingsError, match=f"simulation {name} must .*found {change[name]}"):
        simulate(SimulationSettings(**change))


def test_written_files(simulation, tmp_path):
    """The four files carry the frames, times as ISO text."""
    write(simulation, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"events.csv", "items.csv", "users.csv", "truth.csv"}
    events = pd.read_csv(tmp_path / "events.csv")
    assert list(events.columns) == ["user_id", "item_id", "timestamp", "event"]
    assert len(events) == len(simulation.events)
    assert events.timestamp.str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d").all()


def test_category_names_are_distinct():
    """However many categories: no name twice."""
    assert len(set(category_names(100))) == 100


def test_a_redesign_shows_everybody_something_new_and_changes_nobody():
    """From the middle on a fifth of the categories are there that were not, sought by most; the truth stays as it is."""
    settings = SimulationSettings(users=80, seed=4, days=100, categories=10)
    plain, other = simulate(settings), simulate(dataclasses.replace(settings, redesign=1.0))
    assert (plain.truth["drifted"] == other.truth["drifted"]).all()
    assert (plain.truth["change_events"] == other.truth["change_events"]).all()
    events = other.events.merge(other.items, on="item_id")
    begins = events.groupby("category")["timestamp"].min()
    new = begins[begins >= pd.Timestamp("2024-02-20")]
    assert len(new) == 2
    assert events[events["category"].isin(new.index)]["user_id"].nunique() > 40
    assert begins.drop(new.index).max() < pd.Timestamp("2024-01-20")
