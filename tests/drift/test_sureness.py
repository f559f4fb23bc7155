"""Who is named, in which words, and how many changed in all, on p-values whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.drift.overview.sureness import changed_in_all, judged
from core.drift.verdict.certainty import q_values
from core.errors import SettingsError
from core.settings import NamingSettings


def table(q, status="ok"):
    """A drift table of nothing but q-values."""
    return pd.DataFrame({"status": status, "q_value": q})


def test_words_go_by_q():
    """Each word holds up to its bound; without a q-value, or without a judgement, there is none."""
    found = judged(table([0.001, 0.01, 0.02, 0.05, 0.2, 0.21, 1.0, np.nan]))
    words = ["very sure", "very sure", "sure", "sure", "perhaps", "no sign", "no sign", ""]
    assert found["sure"].tolist() == words
    assert found["named"].tolist() == [True] * 4 + [False] * 4
    short = judged(table([0.001], "insufficient"))
    assert (short["named"][0], short["sure"][0]) == (False, "")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=80), st.floats(0.01, 0.2))
def test_the_named_hold_no_more_false_alarms_than_accepted(p, accept):
    """Whatever the p-values, the expected share of false alarms among the named is at most what was accepted."""
    found = judged(table(q_values(np.array(p))), NamingSettings(accept))
    named = found["named"].to_numpy()
    if named.any():
        largest = np.array(p)[named].max()
        assert largest * len(p) / named.sum() <= accept + 1e-9
    assert judged(found, NamingSettings(accept))["named"].tolist() == named.tolist()


@pytest.mark.parametrize("accept", [0.0, 7.0, float("nan"), -0.05, 0.3])
def test_shares_that_cannot_be_accepted_are_refused(accept):
    """One line says what was found and what is possible."""
    with pytest.raises(SettingsError, match=r"must lie between 0\.01 and 0\.2, found"):
        NamingSettings(accept)


@pytest.mark.parametrize(("users", "changed"), [(500, 0), (500, 150), (60, 20), (2000, 1000)])
def test_the_interval_of_all_who_changed_covers_the_truth(users, changed):
    """In 95 of 100 simulated logs, give or take, the number who changed lies within; the estimate lies near it."""
    random = np.random.default_rng(5)
    drawn = [np.concatenate([random.uniform(size=users - changed), random.beta(0.3, 30, changed)]) for _ in range(120)]
    found = np.array([changed_in_all(p) for p in drawn])
    assert np.mean((found[:, 1] <= changed) & (changed <= found[:, 2])) >= 0.91
    assert abs(found[:, 0].mean() - changed) < 0.04 * users


def test_the_lower_end_holds_for_cautious_p_values_and_small_changes():
    """Too large p-values and changes that hardly show lead to too few, never to too many."""
    random = np.random.default_rng(6)
    drawn = [np.concatenate([random.beta(1.4, 1, 300), random.beta(0.4, 2, 100)]) for _ in range(120)]
    assert np.mean([changed_in_all(p)[1] <= 100 for p in drawn]) >= 0.97


@pytest.mark.parametrize("p", [[], [np.nan], [0.001], [0.9], [1e-6] * 40, [1.0] * 40])
def test_any_log_has_an_estimate(p):
    """One user, nobody who can be judged, everybody or nobody changed: the estimate lies in its interval."""
    estimate, low, high = changed_in_all(np.array(p, dtype=float))
    assert 0 <= low <= estimate <= high <= np.isfinite(p).sum()
