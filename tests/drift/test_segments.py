"""Segmentations, evidence and mixes on hand-made counts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.drift.evidence import statistic
from core.drift.evidence.prior import Prior, fit_prior
from core.drift.evidence.units import GRAIN
from core.drift.verdict import mixes, what_happened

PRIOR = Prior(np.array([0.6, 0.4]), np.array([[1.0, 1.0, 1.0], [3.0, 0.5, 0.5]]))
TABLES = statistic.Tables.of(PRIOR)


def past_of(counts):
    """A history whose units have these counts of events, (n_units, n_categories)."""
    counts = np.asarray(counts)
    start = np.concatenate(([0], np.cumsum(counts.sum(axis=1))[:-1])).astype(np.int64)
    names = np.arange(counts.shape[1], dtype=np.int32)
    return statistic.History((counts * GRAIN).astype(np.int32), names, start, int(counts.sum()))


def test_pooled_states_tell_a_return_from_a_third_taste():
    """A-B-A is one state that comes back; A-B-C is three."""
    a, b, c = [3, 0, 0], [0, 3, 0], [0, 0, 3]
    back = what_happened.segment(past_of([a] * 8 + [b] * 8 + [a] * 8), TABLES)
    assert back.labels.tolist() == [0, 1, 0]
    assert back.bounds.tolist() == [0, 8, 16, 24]
    chain = what_happened.segment(past_of([a] * 8 + [b] * 8 + [c] * 8), TABLES)
    assert chain.labels.tolist() == [0, 1, 2]


@settings(deadline=None)  # the first example compiles the loops
@given(st.integers(0, 10_000), st.integers(6, 30))
def test_segmentations_are_sound(seed, units):
    """Whatever the counts: bounds rise, neighbours differ, chances sum to 1, intervals hold together."""
    rng = np.random.default_rng(seed)
    past = past_of(rng.integers(0, 4, (units, 3)) + np.eye(3, dtype=int)[rng.integers(0, 3, units)])
    found = what_happened.segment(past, TABLES)
    assert (np.diff(found.bounds) > 0).all()
    assert (np.diff(found.labels) != 0).all()
    assert all(chance.sum() == pytest.approx(1) for _, chance in found.places)
    counts = what_happened.state_counts(past, found)
    drift = what_happened.describe(past, found, mixes.posterior(counts, counts, PRIOR, 1.0, rng), PRIOR)
    assert 0 <= drift.magnitude_interval[0] <= drift.magnitude <= drift.magnitude_interval[1] <= 1
    assert 0 < drift.change_events[0] < past.events
    assert drift.onset[0] <= drift.onset[1]
    wider = what_happened.describe(past, found, mixes.posterior(counts, counts, PRIOR, 1.0, rng), PRIOR, 2.0)
    assert 0 <= wider.onset[0] <= drift.onset[0] <= drift.onset[1] <= wider.onset[1] < past.events


@given(st.integers(0, 10_000))
def test_total_variation_is_a_distance(seed):
    """Symmetric, 0 for the same mix, within 0..1."""
    one, other = np.random.default_rng(seed).dirichlet(np.ones(5), 2)
    assert mixes.total_variation(one, other) == pytest.approx(float(mixes.total_variation(other, one)))
    assert mixes.total_variation(one, one) == 0
    assert 0 <= mixes.total_variation(one, other) <= 1


@given(st.integers(0, 500))
def test_the_order_of_time_does_not_matter_to_the_statistic(seed):
    """A history backwards has the same evidence ratios for its single changes; nothing is NaN."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, 4, (12, 3))
    forth, back = past_of(counts), past_of(counts[::-1])
    i, j = statistic.best_stretch(forth, TABLES)
    assert 0 < i < j <= 12
    assert statistic.best_stretch(back, TABLES)[0] > 0


def test_a_ramp_is_told_from_a_step():
    """A slow turn over half of a long history is gradual, a sudden one abrupt."""
    rng = np.random.default_rng(0)
    level = np.clip((np.arange(90) - 30) / 30, 0, 1)
    slow = past_of([rng.multinomial(5, [1 - x, x, 0]) for x in level])
    sudden = past_of([rng.multinomial(5, [1.0, 0, 0] if x < 0.5 else [0, 1.0, 0]) for x in level])
    told = [what_happened.kind_of(past, what_happened.segment(past, TABLES), PRIOR) for past in (slow, sudden)]
    assert told[1] == "abrupt"
    assert told[0] in {"gradual", "abrupt"}
    found = what_happened.Segmentation(np.array([0, 45, 90]), np.array([0, 1]), [])
    assert what_happened.kind_of(slow, found, PRIOR) == "gradual"


def test_the_prior_learns_the_tastes():
    """With two kinds of people the mixture has components near both."""
    rng = np.random.default_rng(1)
    tastes = np.array([[0.9, 0.05, 0.05], [0.05, 0.05, 0.9]])
    counts = np.array([rng.multinomial(20, tastes[i % 2]) for i in range(400)])
    document, category = np.nonzero(counts)
    prior = fit_prior(document, category, counts[document, category].astype(float), 3, seed=0)
    means = prior.alpha / prior.alpha.sum(axis=1, keepdims=True)
    for taste in tastes:
        assert np.abs(means - taste).sum(axis=1).min() < 0.2


def test_an_odd_last_session_is_no_state():
    """A change in the middle and one strange session at the end: one change, where it is."""
    a, b, c = [3, 0, 0], [0, 3, 0], [0, 0, 3]
    found = what_happened.segment(past_of([a] * 20 + [b] * 20 + [c]), TABLES)
    assert found.bounds.tolist() == [0, 20, 41]


def test_few_categories_are_named_and_the_first_always():
    """Small shifts have no name but that of the category that changed most; at most three are named."""
    assert what_happened._named(np.array([0.05, 0.02, 0.04])).tolist() == [0]
    assert what_happened._named(np.array([0.2, 0.12, 0.02, 0.3, 0.11])).tolist() == [3, 0, 1]
    assert what_happened._named(np.array([0.01, -0.4])).tolist() == []


def test_the_lean_is_that_of_the_people_in_the_log():
    """States of one person that are alike teach a long lean, states like those of strangers none; nobody, the usual."""
    rng, names = np.random.default_rng(4), np.arange(6, dtype=np.int32)
    prior = Prior(np.ones(1), np.full((1, 6), 0.5))
    one, other = (rng.dirichlet(np.full(6, 0.5), 200) for _ in range(2))
    for share, low, high in ((1.0, 0.0, 0.5), (0.3, 2.0, 9.0)):
        mixed = (1 - share) * one + share * other
        pairs = [np.stack([rng.multinomial(40, a), rng.multinomial(40, b)]) for a, b in zip(one, mixed, strict=True)]
        evidence = [mixes.lean_evidence(mixes.States(names, pair.astype(float)), prior) for pair in pairs]
        assert low <= mixes.learn_lean(np.array(evidence)) <= high
    assert mixes.learn_lean(np.zeros((0, len(mixes.LEANS)))) == mixes.LEAN


def test_shares_come_from_all_events_and_their_worth_from_fresh_ones():
    """A category in which one stays for long keeps its share, but counts no more than its fresh choices."""
    fresh, plain = past_of([[1, 1, 0]] * 4 + [[0, 1, 1]] * 4), past_of([[6, 2, 0]] * 4 + [[0, 2, 2]] * 4)
    found = what_happened.Segmentation(np.array([0, 4, 8]), np.array([0, 1]), [])
    counts = what_happened.state_counts(plain, found, fresh).counts
    assert counts.tolist() == [[6, 2, 0], [0, 4, 4]]
