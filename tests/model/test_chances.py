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


def about(count: int, ages: np.ndarray | None = None) -> chances.About:
    """Users with one list each, after long histories."""
    return chances.About(np.arange(count), np.full(count, 1000), np.zeros(count) if ages is None else ages)


def test_a_share_that_says_too_much_is_read_off_as_what_comes():
    """Items came at half of their share: so it is said, and on fresh cases the error is small."""
    told = about(4000)
    curve = chances.Chances.fit(*drawn(4000, 1), told)
    assert curve is not None
    assert curve.alone(np.array([0.05, 0.1, 0.15])) == pytest.approx([0.025, 0.05, 0.075], abs=0.01)
    share, came = drawn(4000, 2)
    believed, raw = (
        chances.calibration_error(chances.reliability(said, came, np.ones(len(said)))).set_index("of")
        for said in (curve(share, told.events), share)
    )
    assert believed["error"]["item"] < 0.01 < raw["error"]["item"]
    assert believed["error"]["list"] < 0.03 < raw["error"]["list"]
    assert believed["error"]["list"] < 2 * believed["by_chance"]["list"]


def test_lists_of_an_older_model_hold_less():
    """Half as much comes one validation later: learned within validation, it is said of the time after it."""
    random, count = np.random.default_rng(5), 6000
    ages = random.uniform(0, 1, count)
    share, came = drawn(count, 3)
    came &= (random.random(count) < 1 / (1 + ages / 0.25))[:, None]
    found = chances.Chances.fit(share, came, about(count, ages))
    assert found is not None
    assert found.line.fall == pytest.approx(1.0, abs=0.25)
    later, events = np.full(count, 1.75), np.full(count, 1000)
    fresh, hits = drawn(count, 4)
    hits &= (random.random(count) < 1 / 8)[:, None]
    said = found(fresh, events, later).sum(axis=1)
    assert said.mean() == pytest.approx(hits.any(axis=1).mean(), rel=0.25)
    assert found(fresh, events).sum(axis=1).mean() > 4 * said.mean()


def test_a_fall_that_users_do_not_agree_on_is_not_believed():
    """Where nothing falls, a trend by chance is mostly left out; one user with many cases makes none."""
    ages = np.random.default_rng(6).uniform(0, 1, 300)
    found = chances.Chances.fit(*drawn(300, 7), about(300, ages))
    assert found is not None
    assert abs(found.line.fall) < 0.15
    share, came = drawn(300, 8)
    came[150:] &= (ages[150:] < 0.5)[:, None]
    one = chances.About(np.minimum(np.arange(300), 150), np.full(300, 1000), ages)
    loud = chances.Chances.fit(share, came, one)
    assert loud is not None
    assert abs(loud.line.fall) < 0.15


def test_lists_after_no_event_are_told_apart():
    """Scores that look sure where nothing is known of a user do not count as sure."""
    share, came = drawn(3000, 9)
    events = np.where(np.arange(3000) % 3 == 0, 0, 1000)
    share[events == 0] = np.sort(share[events == 0])[:, ::-1] * 2
    found = chances.Chances.fit(share, came, chances.About(np.arange(3000), events, np.zeros(3000)))
    assert found is not None
    said = found(share, events).sum(axis=1)
    for own in (events == 0, events > 0):
        assert said[own].mean() == pytest.approx(came[own].any(axis=1).mean(), abs=0.03)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 200))
def test_the_first_ten_sum_to_what_is_said_of_them(seed, events):
    """Items of a list have their parts of its chance, which is one between 0 and 1, also for scores never seen."""
    found = chances.Chances.fit(*drawn(60, seed), about(60))
    if found is not None:
        random = np.random.default_rng(seed)
        share = -np.sort(-random.uniform(0, 0.3, (5, 10)), axis=1)
        said = found(share, np.full(5, events))
        whole = found.line(found.alone(share).sum(axis=1), np.full(5, events), np.zeros(5))
        assert said.sum(axis=1) == pytest.approx(whole)
        assert (np.diff(said, axis=1) <= 1e-12).all()
        assert said.min() >= 0
        assert said.max() <= 1


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
    found = chances.calibration_error(table).set_index("of")
    assert found["error"].to_dict() == pytest.approx({"item": (0.1 + 0.2 + 0.6) / 4, "list": (0.2 + 0.5) / 2})
    halves = (table["high"] - table["low"])[table["of"] == "list"] / 2
    assert found["by_chance"]["list"] == pytest.approx(halves.mean() / 1.96 * 0.798)
    assert (table["low"] <= table["came"] + 1e-12).all()
    assert (table["came"] <= table["high"] + 1e-12).all()


def test_each_user_has_the_same_say():
    """Ninety cases of one user weigh as much as one of another, in the curve and in what is told of it."""
    users = np.repeat([7, 3], [90, 1])
    weight = chances.by_user(users)
    assert weight.sum() == pytest.approx(2)
    came = np.repeat([[True], [False]], [90, 1], axis=0)
    curve = chances.Chances.fit(np.full((91, 1), 0.1), came, chances.About(users, np.full(91, 9), np.zeros(91)))
    assert curve is not None
    assert curve.alone(np.array([0.1])) == pytest.approx(0.5)
    said = np.full((91, 1), 0.5)
    errors = chances.calibration_error(chances.reliability(said, came, weight))
    assert errors["came"].tolist() == pytest.approx([0.5, 0.5])


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
    assert chances.Chances.fit(np.full((5, 1), 0.1), np.zeros((5, 1), dtype=bool), about(5)) is None
    assert chances.no_reliability().empty
