"""Columns become tokens or text vectors, or are left out where they say nothing."""

import numpy as np
import pandas as pd

from core.data.sequences import build_sequences
from core.model.features import item_features, user_features
from tests.model.logs import frame


def catalogue(items: pd.DataFrame):
    return build_sequences(frame({"u": list(items["item_id"])}), items).catalogue


def tokens(bag, row: int) -> set[str]:
    return {bag.tokens[index] for index in bag.index[bag.offsets[row] : bag.offsets[row + 1]]}


def test_each_kind_of_column():
    """Several categories, names in lists, and numbers by their quantile."""
    table = pd.DataFrame({"item_id": [f"i{n}" for n in range(20)], "category": ["x|y", "y"] * 10})
    table["brand"] = ["Acme, Bolt", "acme"] * 10
    table["price"] = [*range(18), np.nan, np.inf]
    table["empty"] = None
    features = item_features(catalogue(table))
    bags = {bag.name: bag for bag in features.bags}
    assert set(bags) == {"category", "brand", "price"}
    assert tokens(bags["category"], 0) == {"x", "y"}
    assert tokens(bags["brand"], 0) == {"acme", "bolt"}
    assert tokens(bags["price"], 0) == {"quantile 0"}
    assert tokens(bags["price"], 17) == {"quantile 9"}
    assert tokens(bags["price"], 18) == tokens(bags["price"], 19) == set()


def test_texts_become_unit_vectors():
    """Titles that share words lie near each other; a row without text is zero."""
    pairs = [("red", "house"), ("blue", "boat"), ("green", "tree"), ("old", "road")] * 20
    titles = [f"the {first} {second} no {number}" for number, (first, second) in enumerate(pairs)]
    titles[5] = ""
    vectors = item_features(catalogue(pd.DataFrame({"item_id": [f"i{n}" for n in range(80)], "title": titles}))).texts
    assert np.allclose(np.linalg.norm(vectors[:5], axis=1), 1, atol=1e-5)
    assert not vectors[5].any()
    assert vectors[0] @ vectors[4] > 0.9
    assert vectors[0] @ vectors[1] < 0.5


def test_nothing_known():
    """Without columns there are no tokens; with the switch off, none either."""
    bare = catalogue(pd.DataFrame({"item_id": ["a", "b"]}))
    assert item_features(bare).bags == ()
    assert user_features(pd.DataFrame(index=range(3)), 3).bags == ()
    assert item_features(catalogue(pd.DataFrame({"item_id": ["a", "b"], "category": ["x", "y"]})), use=False).bags == ()
