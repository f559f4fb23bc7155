"""What lies around a map is true of the log that it was drawn of, and the same every time."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from core import atlas
from core.atlas.flows import flows
from core.atlas.near import Near, nearest
from core.atlas.region_names import region_names
from core.atlas.regions import region_of
from core.atlas.space import item_directions
from core.atlas.terrain import load_terrain, neighbours, save_terrain, survey
from core.atlas.ways import like
from core.settings import AtlasSettings
from tests.atlas.worlds import CATEGORIES, PER_CATEGORY, Following, log

STRAIGHT = AtlasSettings(method="pca", landmarks=400)


def surveyed(events, model):
    """Map and terrain of a log."""
    placed = atlas.fit(model, events, STRAIGHT)
    return placed, survey(model, events, placed, 0)


@pytest.fixture(scope="module")
def calm():
    """A log in which nobody turns, its map and what lies around it."""
    events = log()
    return events, *surveyed(events, Following(events.n_items))


def region_of_categories(events, terrain):
    """Region of each item, by category."""
    return terrain.region[: events.n_items].reshape(CATEGORIES, PER_CATEGORY)


def test_regions_are_the_groups_that_there_are(calm):
    """As many as there are groups of items, each named by its category; every point is in one, most points first."""
    events, placed, terrain = calm
    regions = region_of_categories(events, terrain)
    assert (regions == regions[:, :1]).all()
    assert len(terrain.centres) == CATEGORIES
    sizes = np.bincount(terrain.region)
    assert len(terrain.region) == len(placed.points)
    assert (np.diff(sizes) <= 0).all()
    names = region_names(terrain.region[: events.n_items], events.catalogue, events.census.popularity)
    assert [names[region] for region in regions[:, 0]] == sorted(events.catalogue.categories)


def test_nothing_is_sure_where_nobody_turns(calm):
    """Users move between regions all the time, and as many there as back."""
    terrain = calm[2]
    assert terrain.flows["movers"].sum() > 100
    assert not terrain.flows["sure"].any()
    assert np.abs(terrain.trend).max() < 0.1


@pytest.mark.parametrize("common", ["age", "time"])
def test_what_all_have_in_common_is_no_flow(common):
    """States that lean as histories grow, or that all lean one way with the time, would make flows, and make none."""
    events = log()
    terrain = surveyed(events, Following(events.n_items, **{common: {"age": 0.4, "time": 1.6}[common]}))[1]
    crowd = terrain.crowd
    naive = flows(crowd.stop, region_of(crowd.states, terrain.centres), len(terrain.centres), 0)
    assert naive["sure"].any()
    assert not terrain.flows["sure"].any()
    if common == "time":
        assert np.linalg.norm(terrain.trend.sum(axis=0)) > 0.5


def test_a_mass_that_turns_is_a_flow():
    """Half of those of one category go to another: sure over all time, from the one to the other."""
    events = log(turn=0.5)
    terrain = surveyed(events, Following(events.n_items))[1]
    regions = region_of_categories(events, terrain)[:, 0]
    first = terrain.flows.iloc[0]
    assert first["sure"]
    assert (first["from"], first["to"], first["step"]) == (regions[0], regions[1], -1)
    assert set(zip(terrain.flows["from"][terrain.flows["sure"]], terrain.flows["to"][terrain.flows["sure"]],
                   strict=True)) == {(regions[0], regions[1])}  # fmt: skip


def test_the_crowd_stands_where_its_states_lie(calm):
    """At the end of each step each user stands at the state after the last event by then; nowhere before the first."""
    events, placed, terrain = calm
    crowd, states = terrain.crowd, Following(events.n_items).states(events)
    assert 8 <= len(crowd.steps) <= 24
    where = crowd.xy()
    for user in (0, 50, 119):
        row = events.find_user(terrain.people["user_id"].iloc[user])
        for step in (0, len(crowd.steps) // 2, len(crowd.steps) - 1):
            own = events.rows_of(row)
            known = np.flatnonzero(events.time[own] < crowd.steps[step, 1])
            if not len(known):
                assert np.isnan(where[step, user]).all()
            else:
                truth = atlas.place(placed, states[own][known[-1:]])
                assert np.allclose(where[step, user], truth[0], atol=1e-4)


def test_neighbours_are_the_nearest_items(calm):
    """Of an item and of a state, by cosine, without the item itself; kept or asked for anew they are the same."""
    events, placed, terrain = calm
    items = item_directions(Following(events.n_items))
    item, distance = neighbours(terrain, placed, 3, pytest.fail)
    truth = 1 - items @ items[3]
    truth[3] = np.inf
    assert item.tolist() == np.argsort(truth, kind="stable")[:10].tolist()
    assert np.allclose(distance, np.sort(truth)[:10], atol=1e-5)
    row = len(placed.points) - 1
    kept = neighbours(terrain, placed, row, pytest.fail)
    bare = Near(*(getattr(terrain.near, name)[:5] for name in ("point", "item", "distance")))
    fewer = replace(terrain, near=bare)
    asked = neighbours(fewer, placed, row, lambda: Following(events.n_items))
    assert kept[0].tolist() == asked[0].tolist()
    assert (nearest(items[:1], items[:3], np.array([0]))[0][0] >= 0).sum() == 2


def test_users_of_one_way_are_those_of_the_same_category(calm):
    """Whoever keeps to a category went the way of the others who do; first of all comes the user's own way."""
    events, placed, terrain = calm
    own = atlas.way(Following(events.n_items), events, 0, placed, terrain.crowd.steps)
    names = [str(number) for number in range(CATEGORIES)]
    found = like(terrain, own, names, 20)
    assert found["user_id"].iloc[0] == "u000"
    assert found["distance"].iloc[0] == pytest.approx(0, abs=1e-5)
    assert np.mean([int(user[1:]) % CATEGORIES == 0 for user in found["user_id"]]) > 0.9
    assert (np.diff(found["distance"]) >= 0).all()
    assert found["regions"].iloc[0][0] in names


def test_the_same_twice_and_after_reading(calm, tmp_path):
    """Nothing changes from one time to the next, and what was kept is what was found, but for the last digits."""
    events, placed, terrain = calm
    again = survey(Following(events.n_items), events, placed, 0)
    save_terrain(terrain, tmp_path / "kept")
    read = load_terrain(tmp_path / "kept")
    for other, digits in ((again, 0.0), (read, 2e-3)):
        pd.testing.assert_frame_equal(other.flows, terrain.flows)
        pd.testing.assert_frame_equal(other.people, terrain.people)
        for part in (other, other.crowd, other.near):
            mine = {type(terrain): terrain, type(terrain.crowd): terrain.crowd}.get(type(part), terrain.near)
            for name in (each.name for each in fields(part)):
                if isinstance(value := getattr(part, name), np.ndarray):
                    assert np.allclose(value, getattr(mine, name), atol=digits, rtol=0, equal_nan=True), name


def test_a_log_without_a_clock_has_regions_and_no_crowd():
    """Nobody is followed through a time that is none; neighbours and names are there."""
    events = replace(log(40), ordinal=True)
    terrain = surveyed(events, Following(events.n_items))[1]
    assert (len(terrain.people), len(terrain.flows), len(terrain.trend)) == (0, 0, 0)
    assert terrain.crowd.xy().shape == (0, 0, 2)
    assert len(terrain.near.point)
    assert terrain.region.max() > 0
