"""Margins of intervals: what planted changes teach of how far a change lies outside of them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.drift.evidence.background import Everyone
from core.drift.evidence.statistic import Tables
from core.drift.verdict import onsets, what_happened


@given(st.integers(0, 10_000), st.integers(onsets.FEWEST, 300))
def test_a_margin_holds_nine_in_ten_of_like_length(seed, count):
    """Among those it is read from at least `COVERAGE` lie less far outside than the margin."""
    rng = np.random.default_rng(seed)
    margins = onsets.Margins(np.sort(rng.integers(20, 500, count)), rng.normal(0, 0.1, count))
    events = int(rng.integers(10, 600))
    near = np.argsort(np.abs(margins.length - events), kind="stable")[: onsets.NEAR // 2]
    share = margins.of(events) / events
    assert margins.beyond.min() <= share <= margins.beyond.max()
    assert (margins.beyond[near] <= share + 1e-12).mean() >= 0.75
    if count <= onsets.NEAR:
        assert (margins.beyond <= share + 1e-12).mean() >= onsets.COVERAGE


def test_too_few_planted_changes_teach_no_margin(sequences):
    """Without enough of them, or of people, intervals stay as the evidence gives them."""
    few = onsets.Margins(np.arange(onsets.FEWEST - 1), np.ones(onsets.FEWEST - 1))
    assert few.of(50) == 0
    alone = Everyone(sequences.only(np.arange(10)), 0, alone=True)
    assert onsets.learn(alone, Tables.of(alone.background.prior), 0) is onsets.NONE


def test_margins_are_the_same_for_the_same_seed(sequences):
    """Learned twice they agree, of changes in histories of rising length, and are no wider than a history."""
    everyone = Everyone(sequences, 0, alone=True)
    tables = Tables.of(everyone.background.prior)
    one, two = (onsets.learn(everyone, tables, 0) for _ in range(2))
    assert len(one.length) >= onsets.FEWEST
    assert np.array_equal(one.length, two.length)
    assert np.array_equal(one.beyond, two.beyond)
    assert (np.diff(one.length) >= 0).all()
    assert (np.abs(one.beyond) < 1).all()


def test_a_widened_interval_holds_what_is_told():
    """Wider on both sides, narrower where the margin is below 0, never without the change nor beyond the history."""
    assert what_happened.widened((10, 20), 3.5, 15, 100) == (6, 24)
    assert what_happened.widened((10, 20), -7.0, 18, 100) == (17, 18)
    assert what_happened.widened((2, 97), 50.0, 40, 100) == (1, 99)
