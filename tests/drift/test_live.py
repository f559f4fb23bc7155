"""Drift as events arrive."""

import numpy as np
import pytest

from core.drift.live import watch
from core.settings import DriftSettings


@pytest.fixture(scope="module")
def watched(sequences):
    return watch(sequences, DriftSettings())


def test_few_are_ever_flagged_without_drift(watched, simulation):
    """Over whole histories at most 5 % of the users without drift are ever flagged."""
    truth = simulation.truth.set_index("user_id").loc[list(watched.user_id)]
    calm = ((truth.n_events >= 20) & ~truth.drifted.astype(bool)).to_numpy()
    assert watched.flagged[calm].mean() <= 0.05


def test_clear_changes_are_flagged_soon(watched, simulation):
    """Half of the large abrupt changes are seen within 18 events."""
    truth = simulation.truth.set_index("user_id").loc[list(watched.user_id)]
    clear = ((truth.kind == "abrupt") & (truth.states == "A;B")).to_numpy()
    clear[clear] = truth.magnitude[clear].astype(float) >= 0.6
    delay = watched.flag_event[clear].to_numpy() - truth.change_events[clear].astype(int).to_numpy()
    found = watched.flagged[clear].to_numpy() & (delay >= 0)
    assert found.mean() >= 0.6
    assert np.median(delay[found]) <= 18


def test_a_watcher_does_not_see_the_future(sequences, watched):
    """Cutting each history behind its flag changes no flag, given the same threshold."""
    again = watch(sequences, DriftSettings())
    assert again.equals(watched)
    flagged = watched[watched.flagged]
    assert (flagged.since_event <= flagged.flag_event).all()
    assert (watched.flag_event[~watched.flagged] == -1).all()
