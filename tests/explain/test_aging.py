"""How models age: planted decay is read, none is read where there is none, and what cannot be seen is refused."""

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import build_sequences
from core.errors import InputError
from core.explain.aging import advise, aging

DAYS, USERS, ITEMS = 200, 80, 150


@pytest.fixture(scope="module")
def moving():
    """What all want moves on by an item every other day; a third of the events are of any item."""
    random, rows = np.random.default_rng(0), []
    for user in range(USERS):
        for day in range(0, DAYS, 4):
            wanted = day // 2 + random.integers(30)
            item = wanted if random.random() < 0.67 else random.integers(ITEMS)
            rows.append((f"u{user:02}", f"i{item:03}", pd.Timestamp("2024-01-01") + pd.Timedelta(days=day)))
    return build_sequences(pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]))


class Remembers:
    """Ranks by events in the last ten days that it has learned from."""

    name = "remembers"

    def __init__(self, train):
        late = train.item[train.time > train.time.max() - 10 * 86_400_000_000]
        self.worth = np.bincount(late, minlength=train.n_items).astype(np.float32)

    def scores(self, _histories, users):
        """The same for everyone."""
        return np.repeat(self.worth[None], len(users), axis=0)


class Ageless(Remembers):
    """Learns nothing, so that it cannot grow old."""

    def __init__(self, train):
        self.worth = np.linspace(1, 0, train.n_items, dtype=np.float32)


def test_what_remembers_the_last_days_grows_old(moving):
    """Relative quality is 1 when fresh and falls; the advice is to train often, with an interval."""
    found = aging({"remembers": Remembers, "ageless": Ageless}, moving)
    assert found.groupby("model")["relative"].first().tolist() == [1, 1]
    old = found[found["model"] == "remembers"]
    assert old["relative"].iloc[-1] < 0.6
    assert old["decay_low"].iloc[0] > 0
    advice = advise(found, "remembers")
    assert 0 < advice.soonest <= advice.days <= advice.latest < 30


def test_what_learns_nothing_does_not(moving):
    """No decay is measured: there is no day on which it should be trained anew."""
    found = aging({"ageless": Ageless}, moving)
    assert found["relative"].tolist() == pytest.approx([1] * len(found))
    assert advise(found, "ageless").days == np.inf


def test_each_model_is_fitted_once_a_span(moving):
    """Trainings are bounded, and none knows what came after its span began."""
    known = []

    def fit(train):
        known.append(train.time.max())
        return Ageless(train)

    aging({"ageless": fit}, moving, spans=3)
    assert len(known) == 3
    assert known == sorted(known)
    assert known[0] <= moving.time.min() + (moving.time.max() - moving.time.min()) / 2


def test_without_a_clock_nothing_ages():
    """The line says what to do."""
    order = pd.DataFrame({"user_id": ["u", "u"], "item_id": ["a", "b"], "timestamp": pd.to_datetime([0, 1], unit="us")})
    with pytest.raises(InputError, match="no clock"):
        aging({"ageless": Ageless}, build_sequences(order, ordinal=True))


def test_too_few_users_say_nothing(moving):
    """Ten users are not enough."""
    with pytest.raises(InputError, match="Fewer than 30 users"):
        aging({"ageless": Ageless}, moving.only(np.arange(10)))
