"""What lies around the points of the atlas, as the browser gets it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core import atlas
from core.atlas.terrain import survey
from core.player.around import Around
from core.player.block import unpack
from core.player.columns import columns, membership
from core.player.points import scatter
from core.settings import AtlasSettings
from tests.atlas.worlds import CATEGORIES, Following, log

WORDS = {name: name for name in ("category", "time", "popularity", "drifted", "named", "not_named", "items")}
MARKER = {"name": "redesign", "from": 1, "to": 2}


@pytest.fixture(scope="module")
def world():
    """A log in which some turn, the points of its map, and what lies around."""
    events = log(60, turn=0.5)
    model = Following(events.n_items)
    placed = atlas.fit(model, events, AtlasSettings(method="pca", landmarks=300))
    return events, placed.points, survey(model, events, placed, 0)


def packed(world, points, **more):
    """Values and arrays of some points."""
    events, whole, terrain = world
    shown = columns(points, events, {"u000": True}, WORDS)
    around = Around(terrain, [f"r{number}" for number in range(CATEGORIES)], shown, [MARKER], **more)
    return unpack(scatter(points, events.catalogue.categories, "category", around, whole).content)


def test_everything_has_its_place(world):
    """Names and arrays fit each other: steps, trend, crowd, flows by region, columns, one marker."""
    _, whole, terrain = world
    values, arrays = packed(world, whole)
    steps, people = len(values["periods"]), len(terrain.people)
    assert len(values["trend"]) == steps == len(terrain.crowd.steps)
    assert arrays["crowd_xy"].reshape(steps, people, 2).shape[1] == len(arrays["crowd_user"])
    assert {values["users"][at] for at in arrays["crowd_user"]} == set(terrain.people["user_id"])
    assert values["markers"] == [MARKER]
    assert [each["size"] for each in values["clusters"]] == np.bincount(arrays["cluster"]).tolist()
    assert values["flows"][0] | {"period": None, "sure": True} == values["flows"][0]
    assert all(0 <= flow["low"] <= flow["net"] <= flow["high"] for flow in values["flows"])
    assert values["periods"][0]["from"] < values["periods"][0]["to"] == values["periods"][1]["from"]


def test_neighbours_are_rows_of_what_is_shown(world):
    """Each row leads to shown items; what is not shown is nobody's neighbour, and a point without has none."""
    _, whole, terrain = world
    some = whole[(np.arange(len(whole)) % 3) > 0]
    values, arrays = packed(world, some)
    near = arrays["near"].reshape(-1, values["near_k"])
    assert len(near) == len(arrays["near_distance"]) / values["near_k"] == (arrays["near_row"] >= 0).sum()
    row = 7
    truth = [item for item in terrain.near.item[some.index[row]] if item in some.index]
    found = near[arrays["near_row"][row]]
    assert some.iloc[found[found >= 0]].index.tolist() == truth
    assert (some["kind"].to_numpy()[near[near >= 0]] == "item").all()


def test_a_cohort_has_its_own_crowd(world):
    """Only its members are followed; as a column they are told from all others, and items are neither."""
    events, whole, _ = world
    members = frozenset({"u001", "u002", "nobody"})
    values, arrays = packed(world, whole, members=members)
    assert [values["users"][at] for at in arrays["crowd_user"]] == ["u001", "u002"]
    column = membership(whole, members, ("Mine", "others"))
    mine = whole["user_id"].isin(members).to_numpy()
    assert (column.array == np.where(whole["kind"] == "item", -1, np.where(mine, 0, 1))).all()
    assert events.n_items == (column.array == -1).sum()


def test_columns_tell_what_is_known(world):
    """In their order, with codes or numbers a point; numbers of many values are numbers, few values are names."""
    events, whole, _ = world
    found = {each.name: each for each in columns(whole, events, {"u000": True}, WORDS)}
    assert list(found) == ["category", "time", "popularity", "drifted", "price", "brand", "country"]
    assert [each.kind for each in found.values()] == ["names", "time", "number", "names", "number", "names", "names"]
    state = len(whole) - 1
    user, event = whole["user_id"].iloc[state], int(whole["event_index"].iloc[state])
    row = events.offsets[events.find_user(user)] + event
    assert found["time"].array[state] * 1000 == events.time[row]
    assert found["time"].array[0] * 1000 == events.time[events.item == 0].min()
    assert found["popularity"].array[0] == (events.item == 0).sum()
    assert found["price"].array[state] == events.item[row] / 2
    assert found["country"].values[found["country"].array[state]] in {"north", "south"}
    assert found["country"].array[0] == -1
    verdict = found["drifted"]
    assert verdict.values[verdict.array[0]] == "items"
    assert {verdict.values[at] for at in verdict.array[(whole["user_id"] == "u000").to_numpy()]} <= {"named"}
    about = found["time"].about
    assert about["range"] == [np.nanmin(found["time"].array), np.nanmax(found["time"].array)]


@pytest.mark.parametrize("values", [["x"] * 60, [f"text {number}" for number in range(60)], [None] * 60])
def test_what_tells_nothing_apart_is_no_column(world, values):
    """One value for all, another for each, or none at all."""
    events, whole, _ = world
    one = events.catalogue
    other = type(one)(one.items, one.titles, one.categories, one.category_offsets, one.category_index,
                      pd.DataFrame({"odd": values}))  # fmt: skip
    found = columns(whole, replace(events, catalogue=other), None, WORDS)
    assert [each.name for each in found] == ["category", "time", "popularity", "country"]
