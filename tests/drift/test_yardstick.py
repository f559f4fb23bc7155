"""What made-up histories teach: magnitudes that cover, ramps that are believed where ramps show."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.drift.evidence.background import Everyone
from core.drift.evidence.statistic import Tables
from core.drift.verdict import practice, rehearsal, yardstick
from core.drift.verdict.yardstick import Yardstick, figures_of


def of(told, truth, gradual=yardstick.GRADUAL):
    """A yardstick from magnitudes told, with intervals of one width, and true ones."""
    figures = [figures_of((size, size - 0.1, size + 0.1), 100, 1) for size in told]
    return Yardstick(np.array(figures), told, truth, gradual)


@given(st.integers(0, 10_000), st.floats(-0.2, 0.2), st.floats(0.02, 0.15))
def test_intervals_hold_nine_in_ten_whatever_is_told(seed, bias, noise):
    """Magnitudes told too large or too small are told right in the middle, and held as often as is said."""
    rng = np.random.default_rng(seed)
    truth = rng.uniform(0.05, 1.0, 600)
    told = truth + bias + rng.normal(0, noise, 600)
    taught = of(told[:400], truth[:400])
    found = np.array([taught.magnitude((size, size - 0.1, size + 0.1), 100, 1) for size in told[400:]])
    held = (truth[400:] >= found[:, 1]) & (truth[400:] <= found[:, 2])
    assert 0.8 <= held.mean() <= 0.99
    assert abs((found[:, 0] - truth[400:]).mean()) < 0.03 + noise / 4
    assert ((found >= 0) & (found <= 1)).all()
    assert (found[:, 1] <= found[:, 0] + 1e-12).all()
    assert (found[:, 0] <= found[:, 2] + 1e-12).all()


def test_too_little_teaches_nothing(sequences):
    """Without enough noticed histories magnitudes stay as the evidence gives them."""
    few = yardstick.FEWEST - 1
    assert of(np.full(few, 0.5), np.full(few, 0.9)).magnitude((0.5, 0.4, 0.6), 100, 1) == (0.5, 0.4, 0.6)
    alone = Everyone(sequences.only(np.arange(3)), 0, alone=True)
    assert practice.learn(alone, Tables.of(alone.background.prior), 1.0, 0) is yardstick.UNTAUGHT


@pytest.fixture(scope="module")
def everyone(sequences):
    return Everyone(sequences, 0, alone=True)


def test_made_up_histories_are_like_the_logs(everyone):
    """As long as people's, of every kind, changes of every size, as sticky; the same for the same seed."""
    one, two = (rehearsal.rehearse(everyone, 1.0, 3) for _ in range(2))
    assert np.array_equal(one.units.amount, two.units.amount)
    assert np.array_equal(one.magnitude, two.magnitude)
    assert set(one.kind) == set(rehearsal.KINDS)
    assert set(one.events) <= set(everyone.sequences.lengths)
    assert one.events.min() >= rehearsal.FEWEST_EVENTS
    assert np.quantile(one.magnitude, 0.1) < 0.5 < np.quantile(one.magnitude, 0.9)
    users = np.flatnonzero(everyone.sequences.lengths >= rehearsal.FEWEST_EVENTS)
    real = everyone.background.units(everyone.sequences, users).effective() / everyone.sequences.lengths[users]
    assert abs((one.units.effective() / one.events).mean() - real.mean()) < 0.1


def test_practice_teaches_sizes(everyone):
    """What was told of noticed histories goes with the truth; learned twice it is the same."""
    tables = Tables.of(everyone.background.prior)
    one, two = (practice.learn(everyone, tables, 1.0, 3) for _ in range(2))
    assert len(one.truth) >= yardstick.FEWEST
    assert np.array_equal(one.told, two.told)
    assert one.gradual == two.gradual
    assert np.corrcoef(one.told, one.truth)[0, 1] > 0.6


def test_a_ramp_is_believed_where_ramps_show():
    """Where ratios tell kinds apart the threshold lies between them; where they do not, no ratio is enough."""
    rng = np.random.default_rng(0)
    gradual = np.arange(300) % 2 == 0
    apart = practice._threshold(np.where(gradual, 4.0, -1.0) + rng.normal(0, 0.5, 300), gradual)
    assert 0 < apart < 3.5
    assert practice._threshold(rng.normal(0, 1, 300), gradual) > 3
    assert practice._threshold(np.where(gradual, -1.0, 4.0), gradual) == float("inf")
    assert practice._threshold(np.full(300, np.nan), gradual) == yardstick.GRADUAL


def test_magnitudes_hold_the_truth(table, simulation):
    """Of users who changed and are called drifted most have their true magnitude inside the interval."""
    both = table.merge(simulation.truth, on="user_id", suffixes=("", "_true"))
    both = both[both["drifted"] & both["drifted_true"]]
    truth = both["magnitude_true"].astype(float)
    assert 0.8 <= truth.between(both["magnitude_low"], both["magnitude_high"]).mean() <= 0.99
    assert abs((both["magnitude"].astype(float) - truth).mean()) < 0.12
