"""Where a history changes in the eyes of all views together."""

import numpy as np

from core.drift.evidence.looking import Placed
from core.drift.evidence.prior import Prior
from core.drift.evidence.statistic import History, Tables, best_stretch
from core.drift.verdict.joint import Sight, divide, places
from core.drift.verdict.segments import MOST_CHANGES, MOST_LABELS


def sight(centres: list[int], each: int = 12) -> Sight:
    """One user whose sessions lie about one of several places, `each` at a time."""
    rng = np.random.default_rng(1)
    points = np.repeat(np.eye(6)[centres] * 4, each, axis=0) + rng.normal(0, 0.3, (each * len(centres), 6))
    weight = np.ones(len(points), np.float32)
    seen = Placed(np.array([0, len(points)]), weight, points.astype(np.float32), np.full(6, 4.0))
    return Sight([seen], np.ones(1), 0)


def test_one_change_is_found_where_it_is():
    """Bounds, labels, and the most probable place."""
    one = sight([0, 1])
    bounds, labels = divide(one, 24)
    assert bounds.tolist() == [0, 12, 24]
    assert labels.tolist() == [0, 1]
    session, chance = places(one, 0, 24)
    assert session[chance.argmax()] == 12
    assert np.isclose(chance.sum(), 1)


def test_there_and_back_and_a_chain():
    """A state that comes back has its label again; new ones have new labels."""
    assert divide(sight([0, 1, 0]), 36)[1].tolist() == [0, 1, 0]
    assert divide(sight([0, 1, 2]), 36)[1].tolist() == [0, 1, 2]


def test_no_more_changes_and_states_than_are_told_of():
    """Many states come to the most that can be told apart, in order."""
    bounds, labels = divide(sight([0, 1, 2, 3, 4, 5, 0, 2]), 96)
    assert len(labels) <= MOST_CHANGES + 1
    assert labels.max() < MOST_LABELS
    assert (np.diff(bounds) > 0).all()


def test_a_history_without_a_stretch_that_is_long_enough():
    """Where categories know of too little to divide, the middle is taken."""
    tables = Tables.of(Prior(np.ones(1), np.full((1, 2), 0.5)))
    past = History(np.full((3, 1), 8, np.int32), np.zeros(1, np.int32), np.arange(3), 3)
    first, last = best_stretch(past, tables)
    assert 0 < first < last <= 3
