"""One result however a log is cut, and p-values that are even at every length, with several views at work."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from core.data.sequences import build_sequences
from core.drift.evidence.background import Everyone
from core.drift.evidence.lessons import Lessons, scaled
from core.drift.evidence.looking import Counted, only
from core.drift.evidence.statistic import Tables
from core.drift.verdict import certainty, detection, stages
from core.settings import DriftSettings
from tests.drift.test_turns import SAMPLES
from tests.few_histories import taught

FEW = DriftSettings(permutations=6, p_values=False)
QUARTERS = 4
TRIES = 20


@pytest.fixture(scope="module", autouse=True)
def _quickly():
    """What is held rests on none of the numbers of made-up histories."""
    with taught():
        yield


def with_all_views(log, seed=0):
    """What is learned of everyone in a log, every view being worth the same."""
    everyone = Everyone(log, seed)
    users = np.random.default_rng(1).permutation(np.flatnonzero(log.lengths >= 10))
    views = everyone._views(users[::2], users[1::2])
    seen, people = everyone.seen(views, np.sort(users))
    weight = scaled(np.ones(len(seen)), list(seen.values()), people, seed)
    everyone.__dict__["lessons"] = Lessons(views, weight)  # where a cached property keeps its value
    return everyone


def sample(name, users):
    """Some users of a sample log, drawn at random."""
    folder = SAMPLES / name
    events = pd.read_csv(folder / "events.csv.gz", parse_dates=["timestamp"])
    names = np.random.default_rng(3).permutation(events.user_id.unique())[:users]
    return build_sequences(events[events.user_id.isin(names)], pd.read_csv(folder / "items.csv"))


@pytest.fixture(scope="module")
def whole(sequences):
    """A log of some users, what is learned of everyone in it, and its drift table."""
    log = sequences.only(np.arange(60))
    everyone = with_all_views(log)
    return log, everyone, detection.detect(log, FEW, everyone=everyone)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chunk=st.integers(1, 65))
def test_the_same_table_however_users_are_cut(monkeypatch, whole, chunk):
    """Every chunking gives the table to the last digit: what is learned from everyone is learned once."""
    log, everyone, table = whole
    monkeypatch.setattr(stages, "CHUNK", chunk)
    pd.testing.assert_frame_equal(detection.detect(log, FEW, everyone=everyone), table)


def test_each_user_is_read_alike_in_whatever_company(whole):
    """Sessions of one user alone are those among all others, in every view."""
    log, everyone, _ = whole
    users = np.flatnonzero(log.lengths >= 10)
    together, _ = everyone.seen(everyone.lessons.views, users)
    for place in (0, 7, len(users) - 1):
        alone, _ = everyone.seen(everyone.lessons.views, users[place : place + 1])
        for name, seen in alone.items():
            same = only(together[name], np.arange(len(users)) == place)
            arrays = ("category", "amount") if isinstance(seen, Counted) else ("weight", "points")
            pair = (seen.units, same.units) if isinstance(seen, Counted) else (seen, same)
            for array in arrays:
                np.testing.assert_array_equal(getattr(pair[0], array), getattr(pair[1], array))


@pytest.mark.parametrize("name", ["simulated", "groceries"])
def test_p_values_are_even_in_each_quarter_of_length(name):
    """Where one of a user's shuffles stands for the history, about .05 are up to .05, short histories as well as long.

    Of both samples, by several views at once; twenty shuffles stand for the history in turn, so that the share is
    known to about a hundredth.
    """
    log = sample(name, 400)
    everyone = with_all_views(log)
    users = np.flatnonzero(log.lengths >= 10)
    units = everyone.background.units(everyone.sequences, users)
    seen = [Counted(units, Tables.of(everyone.background.prior))]
    seen += [view.of(users) for view in everyone.lessons.views]
    assert len(seen) > 3
    looks = certainty.Looks.none(len(users), 30, 0, 0, everyone.lessons.weight)
    looks.first(seen)
    looks._fill(seen, np.arange(len(users)), (1 + certainty.FIRST, 31))
    known = np.isfinite(looks.statistics[:, 0]) & (np.diff(seen[0].offsets) >= 4)
    statistics, units = looks.statistics[known, 1:], units.only(known)
    length = certainty.length_of(np.diff(units.offsets), units.effective())
    quarter = (rankdata(log.lengths[users][known], "ordinal") - 1) * QUARTERS // known.sum()
    small = np.array([certainty.p_values(np.roll(statistics, -k, axis=1), length) <= 0.05 for k in range(TRIES)])
    shares = [small[:, quarter == q].mean() for q in range(QUARTERS)]
    assert all(0.03 <= share <= 0.07 for share in shares), shares


def test_seeds_are_kept_when_a_log_is_sharded(whole):
    """Looks of users from a number on are those of the same users among all."""
    log, everyone, _ = whole
    users = np.flatnonzero(log.lengths >= 10)[:40]
    together, _ = everyone.seen(everyone.lessons.views, users)
    whole_looks = certainty.Looks.none(40, 6, 0, 0, everyone.lessons.weight)
    whole_looks.first(list(together.values()))
    late, _ = everyone.seen(everyone.lessons.views, users[25:])
    shard = certainty.Looks.none(15, 6, 0, 25, everyone.lessons.weight)
    shard.first(list(late.values()))
    np.testing.assert_array_equal(shard.statistics, whole_looks.statistics[25:])
    np.testing.assert_array_equal(shard.parts, whole_looks.parts[25:])
