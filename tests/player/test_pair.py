"""Two sides, packed: their events on the map, their mixes, and how alike they are over time."""

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import build_sequences
from core.errors import UnknownUserError
from core.player.block import unpack
from core.player.pair import GRID, MOVING, Side, duet
from tests.player.test_user import Model, ground

ITEMS = 30


def log(*, ordinal=False, categories=True):
    """Ann and bob turn from c0 to c1 half-way, cat stays with c2 and leaves early; an event an hour, item by item."""
    rows = [(user, 3 * (hour % 10) + (hour >= 50), hour) for user in ("ann", "bob") for hour in range(100)]
    rows += [("cat", 3 * (hour % 10) + 2, hour) for hour in range(40)]
    frame = pd.DataFrame(rows, columns=["user_id", "item", "hour"])
    frame["item_id"] = frame["item"].map("i{:02d}".format)
    frame["timestamp"] = pd.to_datetime(frame["hour"] * (1 if ordinal else 3600), unit="us" if ordinal else "s")
    items = pd.DataFrame({"item_id": [f"i{item:02d}" for item in range(ITEMS)]})
    if categories:
        items["category"] = [f"c{item % 3}" for item in range(ITEMS)]
    return build_sequences(frame.drop(columns=["item", "hour"]), items, None, ordinal=ordinal)


def show(one, other, sequences=None):
    """Values and arrays of a pair."""
    return unpack(duet(Model(ITEMS), sequences or log(), (one, other), ground(ITEMS)).content)


def test_events_lie_on_one_axis_and_one_map():
    """Each member's events with their times and places, one member after the other; changes as times."""
    values, arrays = show(Side("a", ("ann",), (50,)), Side("c", ("cat",)))
    assert arrays["offsets"].tolist() == [0, 100, 140]
    assert arrays["member_side"].tolist() == [0, 1]
    assert arrays["span"].tolist() == [0, 99 * 3_600_000]
    assert arrays["time"][100:].tolist() == [3_600_000 * hour for hour in range(40)]
    assert arrays["xy"][50].tolist() == [1, 0]
    assert values["changes"] == [[50 * 3_600_000], []]
    assert (values["names"], values["users"], values["events"]) == (["a", "c"], [1, 1], [100, 40])


def test_mixes_and_likeness():
    """Alike where both are after the same, not at all where not, untold where one of them has no events."""
    values, arrays = show(Side("a", ("ann",)), Side("b", ("bob",)))
    assert arrays["likeness"] == pytest.approx(np.ones(GRID), abs=1e-6)
    first, second = values["categories"].index("c0"), values["categories"].index("c1")
    assert arrays["mix"][0, GRID // 4, first] == pytest.approx(1)
    assert arrays["mix"][0, -1, second] == pytest.approx(1)
    _, apart = show(Side("a", ("ann",)), Side("c", ("cat",)))
    assert apart["likeness"][:80] == pytest.approx(np.zeros(80), abs=1e-6)
    assert (apart["likeness"][130:] == -1).all()
    assert apart["known"][1, -1] == 0


def test_a_group_counts_as_a_whole():
    """All members are in the mix; the first ones move."""
    values, arrays = show(Side("a", ("ann",)), Side("others", ("bob", "cat")))
    assert (values["users"], values["events"]) == ([1, 2], [100, 140])
    assert arrays["member_side"].tolist() == [0, 1, 1]
    assert arrays["mix"][1, 40, values["categories"].index("c2")] == pytest.approx(0.5, abs=0.02)
    assert MOVING >= 2


def test_odd_logs():
    """No categories: no mix and nothing to compare; no clock: positions for times; one user against itself."""
    values, arrays = show(Side("a", ("ann",)), Side("b", ("bob",)), log(categories=False))
    assert (values["categories"], arrays["mix"].shape, set(arrays["likeness"])) == ([], (2, GRID, 0), {-1})
    _, arrays = show(Side("a", ("ann",)), Side("a", ("ann",)), log(ordinal=True))
    assert arrays["span"].tolist() == [0, 99]
    assert arrays["likeness"].min() == pytest.approx(1)


def test_an_unknown_user():
    """One clear line."""
    with pytest.raises(UnknownUserError, match="No user 'dan'"):
        show(Side("a", ("ann",)), Side("d", ("dan",)))


def test_what_a_side_left_or_found_has_its_own_colour(monkeypatch):
    """However rare it is, and whichever side it is that left it; other rare categories share one."""
    monkeypatch.setattr("core.player.user.NAMED", 1)
    model, sequences = Model(ITEMS), log()
    sides = (Side("a", ("ann",), (50,), frozenset({"c1"})), Side("c", ("cat",)))
    values, arrays = unpack(duet(model, sequences, sides, ground(ITEMS)).content)
    assert set(values["categories"]) == {"c0", "c1", ""}
    assert arrays["mix"].shape[2] == 3
    untold, _ = show(Side("a", ("ann",)), Side("c", ("cat",)))
    assert len(untold["categories"]) == 2
