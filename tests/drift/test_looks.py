"""Who is shuffled how often, and what comes of it."""

import numpy as np
import pandas as pd
import pytest

from core.drift.verdict import certainty
from core.drift.verdict.detection import detect
from core.settings import DriftSettings


def auc(score, drifted):
    """Chance that a drifted user has a larger score than another one."""
    rank = pd.Series(score).rank().to_numpy()
    count = drifted.sum()
    return (rank[drifted].sum() - count * (count + 1) / 2) / (count * (~drifted).sum())


@pytest.fixture(scope="module")
def told(table, simulation):
    """Whether users who can be judged drifted, in the order of the table."""
    return simulation.truth.set_index("user_id").loc[list(table.user_id)].drifted.to_numpy(bool)


def test_a_small_log_is_shuffled_for_everybody():
    """Up to the size of the sample all users are in it, and looked at again."""
    sample = certainty.sampled(certainty.SAMPLE, 0)
    assert sample.all()
    assert len(certainty.worthwhile(np.zeros(certainty.SAMPLE), sample)) == certainty.SAMPLE
    assert certainty.sampled(10 * certainty.SAMPLE, 0).sum() == certainty.SAMPLE


def test_a_large_log_is_shuffled_where_it_matters(monkeypatch, sequences, everyone, table, told):
    """With a small sample almost everybody is judged as before, and false alarms stay where they were."""
    monkeypatch.setattr(certainty, "SAMPLE", 200)
    again = detect(sequences, DriftSettings(), everyone=everyone)
    ok = (table.status == "ok").to_numpy()
    assert (again.status == table.status).all()
    assert (again.drifted == table.drifted)[ok].mean() >= 0.95
    assert again.drifted[ok & ~told].mean() <= 0.06
    assert again.p_value[ok].between(0, 1).all()


def test_scores_and_kinds_come_without_p_values(sequences, everyone, table, told):
    """Then nobody is called drifted, scores rank as well, and kinds are told where the score speaks for a change."""
    alone = detect(sequences, DriftSettings(p_values=False), everyone=everyone)
    ok = (table.status == "ok").to_numpy()
    assert alone.p_value.isna().all()
    assert alone.q_value.isna().all()
    assert not alone.drifted.any()
    assert auc(alone.score[ok], told[ok]) >= auc(table.score[ok], told[ok]) - 0.01
    assert ((alone.kind != "") == (alone.score > 0)).all()


def test_the_second_look_goes_on_where_the_first_ended(sequences):
    """Chunks and order of the second look do not matter: each user has a generator of its own."""
    from core.drift.evidence.background import learn
    from core.drift.evidence.looking import Counted
    from core.drift.evidence.statistic import Tables

    background = learn(sequences, 0)
    tables, users = Tables.of(background.prior), np.flatnonzero(sequences.lengths >= 10)[:30]
    seen = [Counted(background.units(sequences, users), tables)]
    one, two = (certainty.Looks.none(len(users), 12, 5) for _ in range(2))
    for each in (one, two):
        each.first(seen)
    assert np.isnan(one.statistics[:, 1 + certainty.FIRST :]).all()
    one.again(seen, np.arange(30))
    for user in range(29, -1, -1):
        two.again(seen, np.array([user]))
    assert np.array_equal(one.statistics, two.statistics, equal_nan=True)
    assert np.isfinite(one.statistics).all()
