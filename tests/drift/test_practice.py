"""What made-up histories teach: ramps are believed where ramps show."""

import numpy as np
import pytest

from core.drift.evidence.background import Everyone
from core.drift.evidence.statistic import Tables
from core.drift.verdict import practice, rehearsal, what_happened


@pytest.fixture(scope="module")
def everyone(sequences):
    return Everyone(sequences, 0, alone=True)


def test_made_up_histories_are_like_the_logs(everyone):
    """As long as people's, of every kind, as sticky; the same for the same seed."""
    one, two = (rehearsal.rehearse(everyone, 1.0, 3) for _ in range(2))
    assert np.array_equal(one.units.amount, two.units.amount)
    assert set(one.kind) == set(rehearsal.KINDS)
    assert set(one.events) <= set(everyone.sequences.lengths)
    assert one.events.min() >= rehearsal.FEWEST_EVENTS
    users = np.flatnonzero(everyone.sequences.lengths >= rehearsal.FEWEST_EVENTS)
    real = everyone.background.units(everyone.sequences, users).effective() / everyone.sequences.lengths[users]
    assert abs((one.units.effective() / one.events).mean() - real.mean()) < 0.1


def test_a_threshold_is_learned_again(everyone):
    """Learned twice from this log it is the same, and it is the log's own."""
    tables = Tables.of(everyone.background.prior)
    one, two = (practice.learn(everyone, tables, 1.0, 3) for _ in range(2))
    assert one == two
    assert one > 0
    assert one != what_happened.GRADUAL


def test_too_little_teaches_nothing(sequences):
    """In a log of three people the threshold is the one that needs no teaching, also where nobody is long enough."""
    few = Everyone(sequences.only(np.arange(3)), 0, alone=True)
    assert practice.learn(few, Tables.of(few.background.prior), 1.0, 0) == what_happened.GRADUAL
    short = Everyone(sequences.only(np.flatnonzero(sequences.lengths < rehearsal.FEWEST_EVENTS)), 0, alone=True)
    assert rehearsal.rehearse(short, 1.0, 0) is None


def test_a_ramp_is_believed_where_ramps_show():
    """Where ratios tell kinds apart the threshold lies between them; where they do not, hardly any ratio is enough."""
    rng = np.random.default_rng(0)
    gradual = np.arange(300) % 2 == 0
    apart = practice.threshold(np.where(gradual, 4.0, -1.0) + rng.normal(0, 0.5, 300), gradual)
    assert 0 < apart < 3.5
    assert practice.threshold(rng.normal(0, 1, 300), gradual) > 3
    assert practice.threshold(np.where(gradual, -1.0, 4.0), gradual) == float("inf")
    assert practice.threshold(np.full(300, np.nan), gradual) == what_happened.GRADUAL
