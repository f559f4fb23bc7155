"""Chances say how often what they are said of comes, and it is told where they do not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import chances
from core.model.baselines.popularity import Popularity
from core.model.evaluation import Split
from core.model.training import train
from tests.model.logs import cycles, small


def drawn(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Shares of lists of ten, and which item came, if any: each truly at half of its share."""
    random = np.random.default_rng(seed)
    share = random.uniform(0.01, 0.9, (count, 10)) / 5
    place = (np.cumsum(share / 2, axis=1) < random.random(count)[:, None]).sum(axis=1)
    return share, np.arange(10) == place[:, None]


def test_a_share_that_says_too_much_is_read_off_as_what_comes():
    """Items came at half of their share: the curve says half, and on fresh cases its error is small."""
    curve = chances.Chances.fit(*(part.ravel() for part in drawn(4000, 1)))
    assert curve is not None
    assert curve(np.array([0.05, 0.1, 0.15])) == pytest.approx([0.025, 0.05, 0.075], abs=0.01)
    share, came = drawn(4000, 2)
    believed, raw = (
        chances.calibration_error(chances.reliability(said, came, np.ones(len(said)))).set_index("of")["error"]
        for said in (curve(share), share)
    )
    assert believed["item"] < 0.01 < raw["item"]
    assert believed["list"] < 0.03 < raw["list"]


def test_reliability_by_hand():
    """Two lists of two: what was said and what came, for items and for whole lists; the error is the mean distance."""
    said = np.array([[0.4, 0.1], [0.2, 0.0]])
    table = chances.reliability(said, np.array([[True, False], [False, False]]), np.ones(2))
    items = table[table["of"] == "item"]
    assert items["said"].tolist() == [0.0, 0.1, 0.2, 0.4]
    assert items["came"].tolist() == [0, 0, 0, 1]
    lists = table[table["of"] == "list"]
    assert lists["said"].tolist() == pytest.approx([0.2, 0.5])
    assert lists["came"].tolist() == [0, 1]
    errors = chances.calibration_error(table).set_index("of")["error"]
    assert errors.to_dict() == pytest.approx({"item": (0.1 + 0.2 + 0.6) / 4, "list": (0.2 + 0.5) / 2})
    assert (table["low"] <= table["came"] + 1e-12).all()
    assert (table["came"] <= table["high"] + 1e-12).all()


def test_each_user_has_the_same_say():
    """Ninety cases of one user weigh as much as one of another, in the curve and in what is told of it."""
    users = np.repeat([7, 3], [90, 1])
    weight = chances.by_user(users)
    assert weight.sum() == pytest.approx(2)
    came = np.repeat([[True], [False]], [90, 1], axis=0)
    curve = chances.Chances.fit(np.full(91, 0.1), came.ravel(), weight)
    assert curve is not None
    assert curve(np.array([0.1])) == pytest.approx(0.5)
    said = np.full((91, 1), 0.5)
    errors = chances.calibration_error(chances.reliability(said, came, weight))
    assert errors["came"].tolist() == pytest.approx([0.5, 0.5])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_an_item_before_another_is_never_less_likely(seed):
    """The curve never falls, so that chances stand in the order of the list, between 0 and 1."""
    share, came = drawn(50, seed)
    curve = chances.Chances.fit(share.ravel(), came.ravel())
    if curve is not None:
        found = curve(np.sort(share, axis=1))
        assert (np.diff(found, axis=1) >= 0).all()
        assert found.min() >= 0
        assert found.max() <= 1


def test_shares_of_logits_and_of_scores(tmp_path):
    """A trained model's shares are its softmax, a baseline's go by the score; hidden items have none."""
    log = cycles()
    train(log, small("training.epochs=1"), tmp_path)
    from core.model.storage import load

    model, users = load(tmp_path, log), np.arange(3)
    scores = model.scores(log, users)
    scores[:, 0] = -np.inf
    found = chances.shares(model, scores)
    assert found.sum(axis=1) == pytest.approx(np.ones(3))
    assert found[:, 0].tolist() == [0, 0, 0]
    assert np.log(found[0, 1] / found[0, 2]) == pytest.approx(scores[0, 1] - scores[0, 2], abs=1e-4)
    popular = chances.shares(Popularity(), np.array([[3.0, 1.0, -np.inf]], dtype=np.float32))
    assert popular.tolist() == [[0.75, 0.25, 0.0]]


def test_nothing_to_read_off_gives_no_chances():
    """Without cases, or where no shown item ever was the one, nothing is said."""
    log = cycles()
    nobody = np.zeros(0, dtype=np.int64)
    assert chances.Chances.of(Popularity().fit(log), Split(log, nobody, nobody)) is None
    assert chances.Chances.fit(np.full(5, 0.1), np.zeros(5, dtype=bool)) is None
    assert chances.no_reliability().empty
