"""Flows between regions: none where nobody turns, the planted one where many do, the same each time."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.atlas import flows as module
from core.atlas.flows import COLUMNS, flows, readable, sure

USERS, STEPS, REGIONS = 240, 9, 5


@pytest.fixture(autouse=True)
def fewer_resamples(monkeypatch):
    """Intervals a little rougher than those of the product."""
    monkeypatch.setattr(module, "RESAMPLES", 100)


def world(seed: int, share: float = 0.0, users: int = USERS) -> tuple[np.ndarray, np.ndarray]:
    """Stops and their regions of users with tastes of their own, heard in two of three steps, whom nothing moves.

    From the middle step on a `share` of those who stood in region 0 stand in region 1.
    """
    random = np.random.default_rng(seed)
    taste = random.dirichlet(np.full(REGIONS, 0.4), users)
    region = (random.random((users, STEPS, 1)) > taste.cumsum(axis=1)[:, None, :-1]).sum(axis=2)
    heard = random.random((users, STEPS)) < 2 / 3
    if share:
        region[:, : STEPS // 2] = region[:, :1]
        moved = (region[:, 0] == 0) & (random.random(users) < share)
        region[:, STEPS // 2 :] = np.where(moved, 1, region[:, 0])[:, None]
        heard[:, STEPS // 2 - 1 : STEPS // 2 + 1] = True
    stop = np.where(heard, np.cumsum(heard.ravel()).reshape(heard.shape) - 1, -1).astype(np.int32)
    return np.maximum.accumulate(stop, axis=1), region[heard].astype(np.int16)


def test_where_nobody_moves_one_way_no_flow_is_sure():
    """In at most 5 % of worlds in which each user's steps are in random order any flow is called sure."""
    alarms = [bool(flows(*world(seed, users=120), REGIONS, 0)["sure"].any()) for seed in range(40)]
    assert np.mean(alarms) <= 0.05


def test_a_mass_move_is_found_with_its_share():
    """Direction and step of a planted move are right, and nothing else is sure; its share is in the interval."""
    inside = []
    for seed in range(15):
        stop, region = world(100 + seed, share=0.5)
        found = flows(stop, region, REGIONS, 0)
        certain = found[found["sure"]]
        assert set(certain["step"]) == {-1, STEPS // 2}
        assert set(zip(certain["from"], certain["to"], strict=True)) == {(0, 1)}
        row = certain[certain["step"] == STEPS // 2].iloc[0]
        start = region[stop[:, 0][stop[:, 0] >= 0]]
        truth = 0.5 * (start == 0).sum() / np.isin(start, (0, 1)).sum()
        inside.append(row["low"] <= truth <= row["high"])
    assert np.mean(inside) >= 0.8


def test_the_same_seed_gives_the_same_flows():
    """Also intervals, to the last bit; another seed gives others."""
    stop, region = world(7, share=0.3)
    pd.testing.assert_frame_equal(flows(stop, region, REGIONS, 3), flows(stop, region, REGIONS, 3))
    assert not flows(stop, region, REGIONS, 3)["low"].equals(flows(stop, region, REGIONS, 4)["low"])


def test_a_flow_is_what_its_words_say():
    """Of four who stood in 0 or 1 and were heard again two moved 0 to 1 and one back: a net quarter."""
    stop = np.array([[0, 1], [2, 3], [4, 5], [6, 7], [8, 8], [-1, 9]], dtype=np.int32)
    region = np.array([0, 1, 0, 1, 1, 0, 1, 1, 0, 0], dtype=np.int16)
    found = flows(stop, region, 2, 0)
    assert list(found) == list(COLUMNS)
    step = found[found["step"] == 1].iloc[0]
    assert (step["from"], step["to"], step["net"], step["movers"], step["stood"]) == (0, 1, 0.25, 3, 4)
    assert not step["sure"]
    shown = readable(found, np.array([[0, 10], [10, 20]]) * 86_400_000_000, ["tea", "cake"])
    assert shown[["from_region", "to_region"]].drop_duplicates().to_numpy().tolist() == [["tea", "cake"]]
    whole = shown[found["step"].to_numpy() == -1]
    assert whole["from_time"].isna().all()
    assert str(shown[found["step"].to_numpy() == 1]["to_time"].iloc[0])[:10] == "1970-01-21"


def test_nobody_has_no_flows():
    """No users, no steps, or one step: an empty table with all its columns."""
    for shape in ((0, 0), (0, 8), (3, 1)):
        found = flows(np.zeros(shape, np.int32) - 1, np.zeros(0, np.int16), 3, 0)
        assert (list(found), len(found)) == (list(COLUMNS), 0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=30))
def test_what_is_sure_does_not_hang_on_the_order_or_direction(pairs):
    """Turned round or shuffled the same pairs are sure; one with more moves the same one way is as sure."""
    there, back = np.array(pairs, dtype=float).T
    found = sure(there, back)
    assert sure(back, there).tolist() == found.tolist()
    assert sure(there[::-1], back[::-1]).tolist() == found[::-1].tolist()
    assert not found[there == back].any()
