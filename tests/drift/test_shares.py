"""Which of an item's categories an event was about."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.drift.evidence import shares


def listed(first_matters: bool, events: int = 3000, users: int = 100, categories: int = 8):
    """Users who each like one category; every item has a second one that means nothing, behind or anywhere."""
    rng = np.random.default_rng(5)
    user = np.sort(rng.integers(0, users, events))
    liked = user % categories
    other = (liked + rng.integers(1, categories, events)) % categories
    turned = np.zeros(events, bool) if first_matters else rng.random(events) < 0.5
    pairs = np.where(turned[:, None], np.stack((other, liked), axis=1), np.stack((liked, other), axis=1))
    return np.repeat(user, 2), pairs.ravel(), np.full(events, 2), (users, categories), np.repeat(liked, 2)


def test_the_category_that_a_user_seeks_elsewhere_gets_the_event():
    """Without any help from the order of the list, events go to what the user likes."""
    user, category, count, shape, liked = listed(first_matters=False)
    share = shares.entry_shares(user, category, count, shape, np.ones(shares.PLACES))
    assert share[category == liked].mean() > 0.9


def test_the_order_of_lists_is_learned():
    """Where the first category is what counts, the first place tells more; where order is chance, all tell the same."""
    *log, _ = listed(first_matters=True)
    first, second = shares.learn_places(*log)[:2]
    assert first > 5 * second
    *log, _ = listed(first_matters=False)
    first, second = shares.learn_places(*log)[:2]
    assert 0.8 < first / second < 1.25


@given(st.integers(0, 10_000))
def test_shares_of_an_event_sum_to_one(seed):
    """Whatever the lists, also empty ones: positive shares, 1 in all for each event with categories."""
    rng = np.random.default_rng(seed)
    count = rng.integers(0, 6, 40)
    category = np.concatenate([rng.choice(7, size, replace=False) for size in count])
    user = np.repeat(rng.integers(0, 5, 40), count)
    told = shares.learn_places(user, category, count, (5, 7))
    share = shares.entry_shares(user, category, count, (5, 7), told)
    assert (share > 0).all()
    sums = np.bincount(np.repeat(np.arange(40), count), share, 40)
    np.testing.assert_allclose(sums[count > 0], 1)
