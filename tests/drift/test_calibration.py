"""P-values, q-values and what they promise."""

import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.drift.verdict import certainty
from core.drift.verdict.detection import detect
from core.settings import DriftSettings


def shuffled(sequences, seed):
    """The same log, each user's sessions in random order and then dated as before."""
    rng = np.random.default_rng(seed)
    key = rng.random(int(sequences.session.max()) + 1)[sequences.session]
    order = np.lexsort((np.arange(len(sequences)), sequences.session, key, sequences.user))
    first = np.diff(sequences.session[order], prepend=-1) != 0
    return dataclasses.replace(sequences, item=sequences.item[order], session=np.cumsum(first))


def test_uniform_without_drift(sequences):
    """On shuffled sessions p-values are nominal: no drift can be left."""
    log = dataclasses.replace(shuffled(sequences.only(np.arange(300)), 1), ordinal=False)
    p = detect(log, DriftSettings(permutations=30)).p_value.dropna().to_numpy()
    assert (p <= 0.05).mean() <= 0.08
    assert 0.4 < p.mean() < 0.62


def test_false_discoveries_are_controlled(table, simulation):
    """Among users with q <= .1 at most a tenth has no drift, give or take."""
    truth = simulation.truth.set_index("user_id").loc[list(table.user_id)]
    found = (table.q_value <= 0.1).to_numpy()
    assert found.sum() > 50
    assert (~truth.drifted.to_numpy(bool)[found]).mean() <= 0.12


@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=50))
def test_q_values_are_monotone_and_no_smaller_than_p(p):
    """Q rises with p, stays within 0..1 and never falls below p."""
    q = certainty.q_values(np.array(p))
    assert (q >= np.array(p) - 1e-12).all()
    assert (q <= 1).all()
    assert (np.diff(q[np.argsort(p)]) >= -1e-12).all()


@given(st.integers(0, 10_000))
def test_p_values_of_exchangeable_statistics_are_uniform(seed):
    """When the observed statistic is one among the shuffles, p is uniform: the mean is near a half."""
    rng = np.random.default_rng(seed)
    statistics = rng.normal(size=(400, 21)) * rng.uniform(0.5, 2, (400, 1))
    p = certainty.p_values(statistics, rng.integers(4, 50, 400))
    assert ((p > 0) & (p <= 1)).all()
    assert 0.42 < p.mean() < 0.58


def test_one_user_is_judged_by_its_own_shuffles():
    """With a single user the p-value is the rank among the shuffles."""
    statistics = np.array([[5.0, 1.0, 2.0, 6.0, 3.0]])
    assert certainty.p_values(statistics, np.array([8])).tolist() == [0.4]


def test_shuffles_that_were_not_needed_are_left_out():
    """NaN behind the first shuffles changes no p-value of a lone user."""
    statistics = np.array([[1.5, 1.0, 2.0, 6.0, 3.0, np.nan, np.nan]])
    assert certainty.p_values(statistics, np.array([8])).tolist() == [0.8]
