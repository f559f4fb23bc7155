"""The evidence ratio of the live test."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaln, logsumexp

from core.drift.evidence import GRAIN, LEANING, Prior, Tables, reach_of
from core.drift.evidence.kernels import LEAN
from core.drift.live.loops import mean_tilt
from core.drift.live.memory import People
from core.drift.live.ratios import LEAST_AFTER, LEAST_BEFORE, look, whole_numbers

PRIOR = Prior(np.array([0.3, 0.7]), np.array([[2.0, 0.5, 0.2], [0.3, 0.4, 3.0]]))
TABLES = Tables.of(PRIOR).arrays
NAMES = np.arange(3)


def evidence(counts, lean=None):
    """Log evidence of counts in grains, by the formula; `lean` is added to the prior, in grains."""
    counts, alpha = counts / GRAIN, PRIOR.alpha + (0 if lean is None else lean / GRAIN)
    parts = gammaln(alpha + counts) - gammaln(alpha)
    whole = gammaln(alpha.sum(axis=1)) - gammaln(alpha.sum(axis=1) + counts.sum())
    return logsumexp(np.log(PRIOR.weight) + parts.sum(axis=1) + whole)


def ratio(before, after):
    """Log evidence ratio of a change between counts, by the formulas."""
    none = evidence(before + after)
    lean = (before * LEAN + before.sum() // 2) // before.sum()
    # What leans is weighed as a new event of a mix seen before would be: given the lean alone, under the same weights.
    alpha, more = PRIOR.alpha, lean / GRAIN
    parts = gammaln(alpha + more + after / GRAIN) - gammaln(alpha + more)
    mass = alpha.sum(axis=1) + more.sum()
    kin = logsumexp(np.log(PRIOR.weight) + parts.sum(axis=1) + gammaln(mass) - gammaln(mass + after.sum() / GRAIN))
    return evidence(before) - none + np.logaddexp(np.log(1 - LEANING) + evidence(after), np.log(LEANING) + kin)


@given(st.lists(st.tuples(*[st.integers(0, 40)] * 3).filter(any), min_size=2, max_size=9))
def test_evidence_is_what_the_formulas_say(sessions):
    """The mean ratio of all places with enough on both sides, both mixes summed over the prior's components."""
    dense = np.array(sessions, np.int64)
    places = [
        place
        for place in range(1, len(dense))
        if dense[place:].sum() >= LEAST_AFTER and dense[:place].sum() >= LEAST_BEFORE
    ]
    found, since = look(dense, NAMES, TABLES)
    if not places:
        assert (found, since) == (-50.0, 0)
        return
    ratios = np.array([ratio(dense[:place].sum(axis=0), dense[place:].sum(axis=0)) for place in places])
    assert found == pytest.approx(logsumexp(ratios) - np.log(len(dense)), abs=1e-6)
    assert ratios[places.index(since)] == pytest.approx(ratios.max(), abs=1e-6)


@given(st.lists(st.tuples(*[st.floats(0, 60)] * 3).filter(any), min_size=1, max_size=9))
def test_whole_numbers_keep_every_session_and_add_nothing(sessions):
    """Each session keeps what it is most about; what tells next to nothing becomes nothing, so none weighs more."""
    weights = np.array(sessions)
    counts = whole_numbers(weights, reach_of(TABLES))
    assert (counts.max(axis=1) >= 1).all()
    assert (np.abs(counts - weights)[counts > 1] <= 0.5).all()
    assert not counts[(weights < 0.5) & (weights < 0.99 * weights.max(axis=1, keepdims=True))].any()


def test_events_without_a_category_tell_nothing():
    """A history that begins with them is borne: there is no evidence yet."""
    counts = whole_numbers(np.zeros((2, 3)), reach_of(TABLES))
    assert not counts.any()
    assert look(counts, NAMES, TABLES) == (-50.0, 0)


def test_counts_scatter_as_they_did_before_the_trend_was_taken_out():
    """What events of a tilted mix count has their variance for its mean: they tell as much as so many plain events."""
    mix, tilt = np.array([0.6, 0.3, 0.1]), np.array([[0.4, 1.5, 3.0]])
    counts = np.zeros((1, 3, 4))
    counts[0, :, 0] = 1e6 * mix
    people = People(mix, np.zeros(2), tilt, 1 / ((1 / tilt) @ mix), np.ones(1), np.ones(2), np.zeros(0))
    weight = mean_tilt(counts, 1, NAMES, people, 0) / tilt[0]
    chance = mix * tilt[0] / (mix * tilt[0]).sum()
    assert chance @ weight**2 == pytest.approx(chance @ weight)
    assert chance * weight == pytest.approx(mix * (chance @ weight))
