"""Points of the atlas as the browser gets them."""

import base64

import numpy as np
import pandas as pd
import pytest

from core.player.block import unpack
from core.player.points import MOST_POINTS, picked_rows, sampled, scatter


def points():
    """Two items and two states of users; the second item has no category of its own colour."""
    return pd.DataFrame(
        {
            "kind": ["item", "item", "state", "state"],
            "title": ["<b>Tea", "Cake", "<b>Tea", "Cake"],
            "category": ["drinks", None, "drinks", "rare"],
            "user_id": [None, None, "ann", "bob"],
            "event_index": [-1, -1, 4, 0],
            "x": [0.0, 1.0, 2.0, 3.0],
            "y": [0.0, -1.0, -2.0, -3.0],
            "score": [np.nan, np.nan, 2.0, 6.0],
        }
    )


def test_points_in_their_order():
    """Places, titles and users come in the order of the rows, titles and users once each."""
    values, arrays = unpack(scatter(points(), ["food", "drinks"]).content)
    assert arrays["xy"].tolist() == [[0, 0], [1, -1], [2, -2], [3, -3]]
    assert arrays["state"].tolist() == [0, 0, 1, 1]
    assert [values["titles"][at] for at in arrays["title"]] == ["<b>Tea", "Cake", "<b>Tea", "Cake"]
    assert [values["users"][at] if at >= 0 else None for at in arrays["user"]] == [None, None, "ann", "bob"]
    assert arrays["category"].tolist() == [1, -1, 1, -1]
    assert values["range"] is None


@pytest.mark.parametrize(("scores", "scaled", "span"), [
    ([np.nan, np.nan, 2.0, 6.0], [-1, -1, 0, 1], [2.0, 6.0]),
    ([3.0] * 4, [0] * 4, [3.0, 3.0]),
    ([np.nan] * 4, [-1] * 4, [0.0, 1.0]),
])  # fmt: skip
def test_numbers_become_a_scale(scores, scaled, span):
    """The lowest is 0, the highest 1, none -1; one number, or none at all, is no trouble."""
    values, arrays = unpack(scatter(points().assign(score=scores), ["drinks"], "score").content)
    assert arrays["value"].tolist() == scaled
    assert values["range"] == span


def test_a_million_at_most():
    """More are sampled, the same ones each time."""
    many = pd.DataFrame({"x": np.arange(MOST_POINTS + 5)})
    assert len(sampled(many)) == MOST_POINTS
    assert sampled(many).equals(sampled(many))
    assert sampled(points()).equals(points())


def test_many_picked_points_are_told_as_bits():
    """A bit for each point, the first the lowest of the first byte, as the browser packs them; few come by number."""
    picked = np.zeros(120_001, dtype=bool)
    picked[[0, 7, 8, 120_000]] = True
    bits = base64.b64encode(np.packbits(picked, bitorder="little").tobytes()).decode()
    assert picked_rows({"bits": bits}) == (0, 7, 8, 120_000)
    assert picked_rows({"rows": [4, 2]}) == (4, 2)
    assert picked_rows({}) == ()
