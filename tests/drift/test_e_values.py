"""What live evidence is worth as a bet, and who is named among many."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.drift.live.e_values import Reference, e_values_of, judged_live, worth_naming
from core.settings import NamingSettings


def maxima(seed, size):
    """Largest evidence as it comes without drift: a tail that falls as that of evidence ratios does."""
    rng = np.random.default_rng(seed)
    return rng.normal(-1.0, 1.0, size) + rng.exponential(1.0, size)


@given(st.integers(0, 10_000), st.sampled_from([30, 300, 3000]))
def test_a_bet_wins_nothing_without_drift(seed, size):
    """On histories that taught it as on others of their kind, e-values are 1 on average at most, chance aside."""
    reference = Reference(np.sort(maxima(seed, size)))
    assert reference.e_values(reference.maxima).mean() <= 1 + 1e-9
    fresh = reference.e_values(maxima(seed + 1, 20_000))
    assert fresh.mean() <= (1.1 if size > 30 else 2.0)


@given(st.integers(0, 10_000), st.floats(-5, 40), st.floats(0, 10))
def test_more_evidence_is_worth_more(seed, evidence, more):
    """P-values fall and e-values rise with evidence, beyond the largest that was seen as well."""
    reference = Reference(np.sort(maxima(seed, 200)))
    both = np.array([evidence, evidence + more])
    p, e = reference.p_values(both), reference.e_values(both)
    assert p[1] <= p[0] * (1 + 1e-12)
    assert e[1] >= e[0] * (1 - 1e-12)
    assert ((p > 0) & (p <= 1)).all()


def test_the_limit_is_where_evidence_becomes_rare():
    """At most `alpha` of histories without drift ever pass the limit; without any, nothing passes."""
    reference = Reference(np.sort(maxima(1, 5000)))
    assert (maxima(2, 20_000) > reference.limit(0.05)).mean() <= 0.05
    assert Reference(np.zeros(0)).limit(0.05) == np.inf
    assert (Reference(np.zeros(0)).e_values(np.array([0.0, 30.0])) <= 1).all()


@pytest.mark.parametrize(("share", "accept"), [(0.0, 0.05), (0.1, 0.05), (0.4, 0.1), (0.02, 0.2)])
def test_false_alarms_among_the_named_stay_at_the_accepted_share(share, accept):
    """Over many mixes of users with and without drift, however strongly they depend on each other."""
    wrong, found = [], []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        drifted = rng.random(400) < share
        evidence = maxima(seed + 1000, 400)
        if seed % 2:  # users who share one fate: a whole party has the same evidence
            evidence = np.repeat(evidence[::20], 20)
        evidence = evidence + drifted * rng.exponential(12.0, 400)
        e_values = Reference(np.sort(maxima(seed + 5000, 2000))).e_values(evidence)
        named = worth_naming(e_values, accept)
        wrong.append((named & ~drifted).sum() / max(1, named.sum()))
        found.append(named[drifted].mean() if drifted.any() else 0.0)
    assert np.mean(wrong) <= accept
    assert np.mean(found) > 0.2 or share < 0.1


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40), st.sampled_from([0.01, 0.05, 0.2]))
def test_those_named_are_worth_it_together(values, accept):
    """As many users are named as can be: k only with k e-values of n / (accept k) or more, the largest such k."""
    e = np.array(values)
    named = worth_naming(e, accept)
    count = int(named.sum())
    if count:
        assert e[named].min() * count * accept >= len(e) * (1 - 1e-12)
        assert e[named].min() > e[~named].max(initial=-1.0)
    for more in range(count + 1, len(e) + 1):
        assert np.sort(e)[-more] * more * accept < len(e)


def test_a_live_table_names_users_with_events_enough():
    """Who has too few events is neither named nor one of those among whom others are."""
    table = pd.DataFrame({"user_id": ["a", "b", "c"], "evidence": [np.nan, 9.0, 0.0], "e_value": [0.0, 50.0, 0.5]})
    assert judged_live(table, NamingSettings(0.05)).named.tolist() == [False, True, False]
    assert judged_live(table, NamingSettings(0.01)).named.tolist() == [False, False, False]
    assert e_values_of(table) == {"b": 50.0, "c": 0.5}
