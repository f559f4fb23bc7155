"""The drift test over shards: whichever users they hold, however they answer, the table is that of the whole log."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.sequences import build_sequences
from core.drift import sharded
from core.drift.evidence import background, exchange, interests
from core.drift.evidence.background import Everyone
from core.drift.verdict import onsets, rehearsal, stages
from core.drift.verdict.detection import detect
from core.settings import DriftSettings
from tests.drift.test_cutting import with_all_views
from tests.few_histories import taught

LIMITS = [
    (background, "TREND_USERS"), (background, "PRIOR_USERS"), (background, "VIEW_USERS"), (exchange, "USERS"),
    (interests, "GROUPERS"), (onsets, "PEOPLE"), (rehearsal, "MADE"),
]  # fmt: skip
"""How many users are enough to learn from."""
FEW = DriftSettings(permutations=6)
USERS = 130


@pytest.fixture(scope="module", autouse=True)
def _quickly():
    """What is held rests on none of the numbers of shuffles and of made-up histories."""
    with taught():
        yield


@pytest.fixture(scope="module")
def whole(sequences):
    """A log, what is learned of everyone in it with several views, and its drift table."""
    log = replace(sequences.only(np.arange(USERS)), user_attributes=pd.DataFrame(index=range(sequences.n_users)))
    everyone = with_all_views(log)
    return everyone, detect(log, FEW, everyone=everyone)


def cut(log, firsts):
    """How the shards of a log are read: each knows its own users and nobody else's events."""
    ends = [*firsts[1:], log.n_users]

    def read(place, _catalogue):
        first, last = firsts[place], ends[place]
        some = log.only(np.arange(first, last))
        return replace(some, users=log.users[first:last], offsets=some.offsets[first : last + 1])

    return read


def asked_in(order):
    """Every question and answer travels as bytes, and shards answer in some order."""

    def run(ask, tasks, _progress):
        learned = pickle.loads(pickle.dumps(ask.learned))  # noqa: S301, our own
        for place in np.random.default_rng(order).permutation(len(tasks)):
            yield replace(ask, learned=learned)(*tasks[place])

    return run


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(firsts=st.sets(st.integers(1, USERS - 1), max_size=6), chunk=st.integers(7, 160), order=st.integers(0, 9))
def test_any_cut_gives_the_same_table(monkeypatch, whole, firsts, chunk, order):
    """Any shards of users, in chunks of any size and in any order, give the table to the last bit."""
    everyone, table = whole
    monkeypatch.setattr(stages, "CHUNK", chunk)
    bounds = np.array([0, *sorted(firsts)])
    found = sharded.detect_sharded(everyone, bounds, cut(everyone.log, bounds), asked_in(order), FEW)
    pd.testing.assert_frame_equal(found, table)


@pytest.mark.parametrize("kind", ["categories", "none", "order"])
def test_learners_are_enough(monkeypatch, simulation, kind):
    """Whoever knows only the events of the learners learns the same: also groups of items, and without a clock."""
    for module, name in LIMITS:
        monkeypatch.setattr(module, name, 60)
    few = simulation.events[simulation.events.user_id.isin(simulation.users.user_id[:150])]
    log = build_sequences(few, None if kind == "none" else simulation.items, ordinal=kind == "order")
    some = sharded.learners(log.lengths, FEW.seed)
    assert len(some) < log.n_users
    known = replace(log.only(some), whole=log.census)
    bounds = np.array([0, 40, 90])
    found = sharded.detect_sharded(Everyone(known, FEW.seed), bounds, cut(log, bounds), asked_in(1), FEW)
    pd.testing.assert_frame_equal(found, detect(log, FEW))
