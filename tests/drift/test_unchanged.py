"""People who did not change, made of a log's own, and what is learned of them where shuffles are no fair comparison."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.drift.evidence import Everyone, lessons
from core.drift.evidence.following import Pieces, learn_following
from core.drift.evidence.trend import Trend
from core.drift.evidence.unchanged import draw_unchanged
from core.drift.evidence.units import read_log
from core.drift.verdict import evening
from core.drift.verdict.evening import EVEN, SHUFFLES, Evening, fitted, learn

PERIODS = 10


def walked(speed, users=120, sessions=20, seed=0):
    """Sessions of people of either of two tastes, which part (or do not) as time goes on; one kind of item."""
    rng = np.random.default_rng(seed)
    taste = np.repeat(rng.choice([-1.0, 1.0], users), sessions)
    period = np.tile(np.arange(sessions) * PERIODS // sessions, users)
    features = rng.normal(0, 1, (users * sessions, 3))
    features[:, 0] += 2 * taste
    features[:, 1] += speed * taste * (period / PERIODS - 0.5)
    count = np.full(len(taste), 4.0)
    offsets = np.arange(users + 1) * sessions
    rows = np.arange(len(taste))
    return Pieces(offsets, period, rows, 0 * rows, count, 4 * features), taste * (period / PERIODS - 0.5)


def test_what_people_of_like_taste_go_on_to_is_taken_off():
    """Of a movement that both tastes make in their own direction little is left, and places stay where they are."""
    pieces, moved = walked(4.0)
    left = learn_following(pieces, 1, PERIODS).left(pieces) / 4
    before, after = (abs(np.corrcoef(sums[:, 1], moved)[0, 1]) for sums in (pieces.total, left))
    assert before > 0.6
    assert after < 0.3 * before
    assert np.corrcoef(left[:, 0], pieces.total[:, 0])[0, 1] > 0.99


def test_where_nobody_follows_anything_sessions_stay():
    """Without a movement hardly anything is taken off, and without a clock nothing."""
    pieces, _ = walked(0.0)
    off = learn_following(pieces, 1, PERIODS).left(pieces) - pieces.total
    assert off.std() < 0.03 * pieces.total.std()
    assert (learn_following(pieces, 1, 1).left(pieces) == pieces.total).all()


def test_the_unchanged_follow_a_trend_and_nothing_else(sequences):
    """A category that a trend makes nine times likelier late comes oftener late; users keep their events and times."""
    log = sequences.only(np.arange(400))
    users = np.flatnonzero(log.lengths > 0)
    middle = np.median(log.time).astype(np.int64)
    tilt = np.ones((2, len(log.catalogue.categories)))
    tilt[:, 0] = 1 / 3, 3
    drawn = draw_unchanged(log, read_log(log, users), users, Trend(np.array([middle]), tilt), 1)
    assert (drawn.log.lengths == log.lengths).all()
    assert (np.sort(drawn.source) == np.arange(len(drawn.source))).all()
    first, late = log.catalogue.first_category[drawn.log.item] == 0, drawn.log.time > middle
    was = log.catalogue.first_category[log.item] == 0
    assert first[late].mean() > 1.2 * was.mean() > 1.44 * first[~late].mean()


def test_people_who_did_not_change_show_it(sequences, monkeypatch):
    """In a log with a mild trend their p-values are about uniform as they are, and again for the same seed."""
    monkeypatch.setattr(evening, "ASKED", 400)
    everyone = Everyone(sequences, 0, alone=True)
    found = learn(everyone)
    assert abs(found.level) < 0.2
    assert learn(everyone) == found


def test_without_a_clock_p_values_stay(sequences):
    """Where no time is known nothing is shared, and nothing is learned."""
    log = dataclasses.replace(sequences.only(np.arange(60)), ordinal=True)
    assert learn(Everyone(log, 0, alone=True)) == EVEN


@pytest.mark.parametrize("power", [0.7, 1.0])
def test_the_power_is_found_again(power):
    """From how many shuffles lie higher than histories whose p-values are uniform to a power."""
    rng = np.random.default_rng(4)
    p, sessions = rng.random(4000) ** (1 / power), rng.integers(5, 80, 4000)
    even = fitted(rng.binomial(SHUFFLES, p), sessions)
    assert abs(np.exp(even.level) - power) < 0.06
    assert abs(even.slope) < 0.06
    assert stats.kstest(even.of(p, sessions), "uniform").statistic < 0.03


@settings(max_examples=30, deadline=None)
@given(level=st.floats(-1, 1), slope=st.floats(-1, 1), p=st.floats(1e-6, 1), sessions=st.integers(1, 10_000))
def test_no_p_value_becomes_smaller(level, slope, p, sessions):
    """Whatever is learned, p-values rise or stay, and stay p-values."""
    even = Evening(level, slope, 3.0, 0.7).of(np.array([p]), np.array([sessions]))
    assert p * (1 - 1e-12) <= even[0] <= 1


def test_a_view_in_which_the_unchanged_seem_to_change_gets_no_weight():
    """It is taken where planted changes alone are asked, and left where it takes calm people for changed."""
    rng = np.random.default_rng(7)
    looks, still = rng.normal(size=(2, 600, 13)), rng.normal(size=(2, 600, 13))
    looks[:, :, 0] += np.array([1.0, 1.8])[:, None]
    assert lessons._weights(looks, still)[1] > 0
    still[1, :, 0] += 1.5
    assert lessons._weights(looks, still).tolist() == [1, 0]
