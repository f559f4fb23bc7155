"""Whose shuffles are a reference for others."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.drift.verdict import certainty, steady

SHUFFLES = 30


def statistics(users: int, changed: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Statistics (observed, shuffles ...), lengths, and who changed: with wild shuffles, and histories above them."""
    rng = np.random.default_rng(seed)
    turned = rng.random(users) < changed
    found = rng.normal(size=(users, 1 + SHUFFLES)) * (rng.uniform(0.7, 1.3, users) + turned)[:, None]
    found[turned, 0] += 1 + rng.exponential(3, turned.sum())
    return found, rng.integers(4, 60, users), turned


def test_who_changed_counts_less():
    """Changed users are seldom a reference, others mostly, and the p-values of these are uniform."""
    found, length, turned = statistics(1500, 0.4, 1)
    weight = steady.steadiness(found, length)
    calm = weight > 0
    assert weight[calm & turned].sum() < 0.1 * weight.sum()
    assert weight[calm & ~turned].mean() > 0.6
    p = certainty.p_values(found, length)
    assert 0.03 < (p[~turned] <= 0.05).mean() < 0.07


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 400))
def test_where_nobody_changed_everyone_counts_alike(seed, users):
    """Without changes wild users count as calm ones do, as far as so few can tell, and nobody is named."""
    found, length, _ = statistics(users, 0.0, seed)
    weight = steady.steadiness(found, length)
    assert ((weight >= 0) & (weight <= 1)).all()
    assert weight.sum() > 0
    wild = found[:, 1:].std(axis=1)
    both = [weight[(weight > 0) & side] for side in (wild > np.median(wild), wild <= np.median(wild))]
    if users > 300:
        assert abs(both[0].mean() - both[1].mean()) < 0.35
    assert (certainty.p_values(found, length) > 0).all()


def test_in_a_small_log_all_count_by_how_likely_they_are():
    """Too few calm users to know the tail of: changed users weigh little, instead of as much as the others."""
    found, length, turned = statistics(50, 0.5, 3)
    weight = steady.steadiness(found, length)
    assert (weight > 0).all()
    assert weight[turned].mean() < 0.5 * weight[~turned].mean()
