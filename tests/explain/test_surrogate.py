"""Attributes of an item as reasons: exact in a model that is additive, honest about one that is not."""

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import build_sequences
from core.data.variants import prefixes
from core.explain.surrogate import explain_by_attributes


@pytest.fixture(scope="module")
def shop():
    """400 items of four categories, with brand and price; ten users."""
    random = np.random.default_rng(0)
    items = pd.DataFrame({"item_id": [f"i{n:03}" for n in range(400)]})
    items["category"] = [f"c{n % 4}" for n in range(400)]
    items["brand"] = random.choice(["north", "south", "west"], 400)
    items["price"] = random.integers(1, 100, 400)
    events = pd.DataFrame({"user_id": np.repeat([f"u{n}" for n in range(10)], 80)})
    events["item_id"] = random.choice(items["item_id"], len(events))
    events["timestamp"] = pd.to_datetime(np.arange(len(events)), unit="h")
    return build_sequences(events, items)


class Brand:
    """Scores that follow the brand and nothing else."""

    name = "attention"

    def scores(self, histories, users):
        """2 for north, 1 for south."""
        value = histories.catalogue.attributes["brand"].map({"north": 2.0, "south": 1.0, "west": 0.0})
        return np.repeat(value.to_numpy(np.float32)[None], len(users), axis=0)


class Dice:
    """Scores that follow nothing."""

    name = "attention"

    def scores(self, histories, users):
        """The same throw for everyone."""
        return np.repeat(np.random.default_rng(1).random((1, histories.n_items), np.float32), len(users), axis=0)


def test_what_decides_is_named(shop):
    """The brand has the whole difference to a usual item; the regression follows nearly perfectly."""
    item = int(np.flatnonzero(shop.catalogue.attributes["brand"] == "north")[0])
    found = explain_by_attributes(Brand(), shop, 0, item)
    first = found.parts.iloc[0]
    usual = Brand().scores(shop, np.array([0])).mean()
    assert (first["attribute"], first["value"]) == ("brand", "north")
    assert first["effect"] == pytest.approx(2 - usual, abs=0.1)
    assert found.parts["effect"].iloc[1:].abs().max() < 0.1
    assert found.fidelity > 0.95
    assert found.believable


def test_parts_sum_to_the_prediction(shop):
    """Over all items the parts of each attribute have mean 0: what is shared out is the difference to a usual item."""
    total = [explain_by_attributes(Brand(), shop, 0, item).parts["effect"].sum() for item in range(0, 400, 20)]
    assert np.mean(total) == pytest.approx(0, abs=0.4)


def test_chance_is_not_believed(shop):
    """Where scores follow no attribute, fidelity says so."""
    found = explain_by_attributes(Dice(), shop, 0, 3)
    assert found.fidelity < 0.2
    assert not found.believable


def test_everyone_counts_for_popularity(shop):
    """A log of one user explains as the whole log does, if it is told who everyone is."""
    alone = prefixes(shop, 2, [80])
    whole = explain_by_attributes(Brand(), shop, 2, 5).parts
    told = explain_by_attributes(Brand(), alone, 0, 5, everyone=shop).parts
    pd.testing.assert_frame_equal(whole, told)
