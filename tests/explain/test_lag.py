"""Adaptation lag of recommenders that follow after a known number of events."""

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import Sequences, build_sequences
from core.explain.lag import adaptation, change_points, positions, step_place, summary

TURN = 30


@pytest.fixture(scope="module")
def turned() -> Sequences:
    """40 users who have items of category x for 30 events, then of y for 30, with one event in five of z."""
    random = np.random.default_rng(0)
    rows = []
    for user in range(40):
        for event in range(60):
            category = "z" if random.random() < 0.2 else ("x" if event < TURN else "y")
            rows.append((f"u{user:02}", f"{category}{random.integers(200):03}", event))
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    items = pd.DataFrame({"item_id": [f"{category}{n:03}" for category in "xyz" for n in range(200)]})
    items["category"] = items["item_id"].str[0]
    return build_sequences(events.assign(timestamp=pd.to_datetime(events["timestamp"], unit="h")), items)


class Follower:
    """Recommends the old interest until it has seen `after` events since the turn, then the new one."""

    def __init__(self, after: int, noise: float = 0.0) -> None:
        self.name, self.after, self.noise = f"after-{after}", after, noise

    def scores(self, histories, users):
        """1 for items of the category that is served, and noise."""
        letters = np.array([str(item)[0] for item in histories.catalogue.items])
        served = np.where(histories.lengths[users] >= TURN + self.after, "y", "x")
        random = np.random.default_rng(int(histories.item.sum()))
        odd = random.random((len(users), 1)) < self.noise
        found = (letters == served[:, None]) ^ (odd & (letters != "z"))
        return (found + 0.1 * random.random(found.shape)).astype(np.float32)


CHANGES = pd.DataFrame({"user_id": [f"u{user:02}" for user in range(40)], "change_event": TURN})


@pytest.mark.parametrize("after", [0, 3, 10, 20])
def test_planted_lag_is_read_exactly(after, turned):
    """A recommender that follows after exactly n events reads n, for every user."""
    lags, _ = adaptation([Follower(after)], turned, CHANGES)
    assert lags["followed"].all()
    assert lags["lag"].tolist() == [after] * 40
    assert (lags["old_share_end"] < 0.2).all()


def test_odd_lists_hardly_move_the_lag(turned):
    """One list in ten on the wrong side: the median still reads 10 give or take 2."""
    lags, _ = adaptation([Follower(10, noise=0.1)], turned, CHANGES)
    assert lags["lag"].median() == pytest.approx(10, abs=2)


class Drifter(Follower):
    """Goes over gradually: one more place of ten for the new interest with each event, half of them after `after`."""

    def scores(self, histories, users):
        """Ten items stand out, so many of the new interest."""
        letters = np.array([str(item)[0] for item in histories.catalogue.items])
        found = np.random.default_rng(0).random((len(users), len(letters))).astype(np.float32)
        for row, seen in enumerate(histories.lengths[users] - TURN - self.after + 5):
            new = int(np.clip(seen, 0, 10))
            found[row, np.flatnonzero(letters == "y")[:new]] += 2
            found[row, np.flatnonzero(letters == "x")[: 10 - new]] += 2
        return found


@pytest.mark.parametrize("after", [6, 10, 15])
def test_lists_that_go_over_gradually_are_read_at_the_middle(after, turned):
    """Half of the list is the moment that counts."""
    lags, _ = adaptation([Drifter(after)], turned, CHANGES)
    assert lags["followed"].all()
    assert lags["lag"].median() == pytest.approx(after, abs=2)


def test_who_never_follows_has_no_lag(turned):
    """It is told apart from a long lag, and the list still serves the old interest."""
    lags, _ = adaptation([Follower(1000)], turned, CHANGES)
    assert not lags["followed"].any()
    assert lags["lag"].isna().all()
    assert (lags["old_share_end"] > 0.8).all()


def test_who_was_there_before_has_not_followed(turned):
    """A list that served the new interest all along did not move: it has no lag of 0."""
    lags, _ = adaptation([Follower(-1000)], turned, CHANGES)
    assert lags["already"].all()
    assert not lags["followed"].any()
    assert lags["lag"].isna().all()
    assert (lags["old_share_end"] < 0.2).all()


def test_pace_shows_when_lists_turn(turned):
    """Mean positions are old up to the lag, new from it on; by events since the change, for each model."""
    _, pace = adaptation([Follower(5), Follower(12)], turned, CHANGES)
    for model, group in pace.groupby("model"):
        after = int(model.split("-")[1])
        assert (group.loc[group["events_since"] < after, "position"] < 0.5).all()
        assert (group.loc[group["events_since"] >= after, "position"] > 0.5).all()
    assert pace["mrr"].dropna().between(0, 1).all()


def test_change_points_of_a_drift_table():
    """One row a change point; users without any have none."""
    drift = pd.DataFrame({"user_id": list("abc"), "change_events": [(3, 9), (), (7,)]})
    assert change_points(drift).to_numpy().tolist() == [["a", 3], ["a", 9], ["c", 7]]


def test_no_drift_no_lags(turned):
    """Nobody drifted: empty frames with their columns."""
    lags, pace = adaptation([Follower(1)], turned, CHANGES.iloc[:0])
    assert lags.empty
    assert pace.empty
    assert "old_share_10" in lags


def test_changes_too_small_to_follow_are_left_out():
    """Where both mixes are the same there is nothing to follow."""
    events = pd.DataFrame(
        {"user_id": "u00", "item_id": list("abab" * 5), "timestamp": pd.to_datetime(range(20), unit="h")}
    )
    items = pd.DataFrame({"item_id": list("ab"), "category": list("xy")})
    lags, _ = adaptation([Follower(1)], build_sequences(events, items), CHANGES.iloc[:1].assign(change_event=10))
    assert lags.empty


def test_positions_beyond_both_ends():
    """A list may be more extreme than the mix of the user."""
    before, after = np.array([0.8, 0.2]), np.array([0.2, 0.8])
    found = positions(np.array([[0.8, 0.2], [0.2, 0.8], [1.0, 0.0]]), before, after)
    assert found == pytest.approx([0, 1, -1 / 3])


def test_place_of_a_step():
    """All old: none; all new: at once; one odd list is passed over."""
    assert step_place(np.zeros(5)) is None
    assert step_place(np.ones(5)) == 0
    assert step_place(np.array([0, 0, 1, 0, 0, 1, 1, 1.0])) == 5


def test_summary_counts_who_has_not_followed_as_late(turned):
    """The median is that of all who were not there before; where most have not followed it is not known."""
    lags, _ = adaptation([Follower(10), Follower(1000)], turned, CHANGES)
    quick, never = (summary(lags[lags["lag"].notna() == known]).iloc[0] for known in (True, False))
    assert (quick["followed"], quick["lag"], quick["lag_low"], quick["lag_high"]) == (1, 10, 10, 10)
    assert never["followed"] == 0
    assert np.isnan(never["lag"])
    mixed = lags.assign(model="mixed", lag=[10.0] * (len(lags) // 4) + [np.nan] * (len(lags) - len(lags) // 4))
    assert np.isnan(summary(mixed).iloc[0]["lag"])
