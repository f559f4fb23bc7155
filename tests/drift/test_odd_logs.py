"""Logs in which nothing can be learned, or next to nothing: judged all the same, or refused in one line."""

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import build_sequences
from core.drift.evidence.background import Everyone
from core.drift.verdict import detect
from core.errors import EventsError
from core.settings import DriftSettings

FEW = DriftSettings(permutations=10)


def log_of(users, sessions, items, rng):
    """Users with sessions of three events, a day apart, on `items` items of four categories, three words each."""
    rows = [
        (f"u{user}", f"i{rng.integers(items)}", pd.Timestamp("2024-01-01") + pd.Timedelta(days=day, minutes=event))
        for user in range(users)
        for day in range(sessions)
        for event in range(3)
    ]
    names = [f"i{item}" for item in range(items)]
    about = pd.DataFrame({"item_id": names, "title": [f"red thing {name}" for name in names]})
    about["category"] = [f"c{item % 4}" for item in range(items)]
    return build_sequences(pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]), about)


def learned(log, vectors=None):
    """A drift table, and what was learned for it."""
    everyone = Everyone(log, 0, vectors=vectors)
    return detect(log, FEW, everyone=everyone), everyone.lessons


@pytest.mark.parametrize("users", [1, 10])
def test_few_people_are_judged_by_categories_alone(users):
    """With one or ten people nothing can be planted: they are judged, and no other view has a word."""
    table, lessons = learned(log_of(users, 12, 40, np.random.default_rng(1)))
    assert (table.status == "ok").all()
    assert table.p_value.between(0, 1).all()
    assert lessons.names == ("categories",)


def test_sessions_that_are_all_alike():
    """Where every session holds the same, nobody changes, whatever is planted, and nobody is named."""
    rng = np.random.default_rng(2)
    log = log_of(80, 8, 40, rng)
    log.item[:] = np.tile([0, 1, 2], len(log.item) // 3)
    table, lessons = learned(log)
    assert lessons.names == ("categories",)
    assert not table.drifted.any()
    assert table.p_value[table.status == "ok"].between(0, 1).all()


def test_vectors_of_half_of_the_items():
    """Items without a vector of words are known by who has them; the table is whole, and the same twice."""
    log = log_of(80, 8, 60, np.random.default_rng(3))
    vectors = np.random.default_rng(4).normal(size=(log.n_items, 16))
    vectors[::2] = 0
    table, _ = learned(log, vectors)
    assert table.p_value[table.status == "ok"].between(0, 1).all()
    pd.testing.assert_frame_equal(table, learned(log, vectors)[0])


def test_vectors_that_are_all_the_same():
    """They tell nothing, and do no harm: as if there were none."""
    log = log_of(80, 8, 60, np.random.default_rng(5))
    table, lessons = learned(log, np.ones((log.n_items, 16)))
    assert lessons.names == ("categories",)
    assert table.p_value[table.status == "ok"].between(0, 1).all()


@pytest.mark.parametrize("shape", [(3, 16), (60,)])
def test_vectors_that_do_not_fit_are_refused(shape):
    """A vector for each item in their order, or a line that says so."""
    with pytest.raises(EventsError, match="a row for each of the 60 items"):
        learned(log_of(80, 8, 60, np.random.default_rng(6)), np.ones(shape))


def test_vectors_with_gaps_are_refused():
    """Numbers that are none are named as such."""
    vectors = np.ones((60, 4))
    vectors[3, 2] = np.nan
    with pytest.raises(EventsError, match="not a number"):
        learned(log_of(80, 8, 60, np.random.default_rng(6)), vectors)
