"""Metrics and hold-outs against cases computed by hand."""

from typing import Self

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import Sequences, build_sequences
from core.model import evaluation
from core.model.baselines.popularity import Popularity
from core.model.ranking import rank_of


def log(histories: dict[str, str]) -> Sequences:
    """One letter an event, a minute apart."""
    rows = [(user, item, minute) for user, items in histories.items() for minute, item in enumerate(items)]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    return build_sequences(frame.assign(timestamp=pd.to_datetime(frame["timestamp"] * 60, unit="s")))


class Alphabet:
    """Ranks items a, b, c ... in this order for everyone."""

    name = "alphabet"

    def fit(self, train, *, seed=0, progress=None) -> Self:  # noqa: ARG002
        """Nothing to learn."""
        return self

    def scores(self, histories, users):
        """The same for everyone."""
        return np.tile(-np.arange(histories.n_items, dtype=np.float32), (len(users), 1))


LOG = {"u": "abcd", "v": "dcb", "w": "a", "x": "bca"}


def test_last_event_is_found_after_those_before_it():
    """Users with nothing before the held-out event take no part."""
    split = evaluation.held_out(log(LOG), 1)
    assert [split.histories.users[user] for user in split.users] == ["u", "v", "x"]
    assert split.targets.tolist() == [3, 1, 0]
    assert split.histories.lengths.tolist() == [3, 2, 0, 2]


def test_validation_events_lie_before_the_test_events():
    """`behind=2` holds out the last but one, and hides the last."""
    split = evaluation.held_out(log(LOG), 2)
    assert split.targets.tolist() == [2, 2, 2]
    assert split.histories.lengths.tolist() == [2, 1, 0, 1]


def test_ranks_hide_what_was_seen():
    """Ranks by hand: u saw a, b, c, so d is first; v saw d, c, so b is second; x saw b, c, so a is first."""
    assert evaluation.ranks(Alphabet(), evaluation.held_out(log(LOG), 1)).tolist() == [1, 2, 1]


def test_repeats_cannot_be_found_when_seen_items_are_hidden():
    """A user whose held-out item was seen before takes part only if seen items stay."""
    repeated = log({"u": "aba", "v": "abc"})
    assert len(evaluation.held_out(repeated, 1).users) == 1
    split = evaluation.held_out(repeated, 1, hide_seen=False)
    assert evaluation.ranks(Alphabet(), split, hide=False).tolist() == [1, 3]


def test_metrics_by_hand():
    """Ranks 1, 2, 11: HR@10 2/3, NDCG@10 (1 + 1/log2 3)/3, MRR@10 (1 + 1/2)/3, MRR (1 + 1/2 + 1/11)/3."""
    found = evaluation.metrics(np.array([1, 2, 11]))
    assert found["hr@10"] == pytest.approx(2 / 3)
    assert found["ndcg@10"] == pytest.approx((1 + 1 / np.log2(3)) / 3)
    assert found["mrr@10"] == pytest.approx((1 + 1 / 2) / 3)
    assert found["mrr"] == pytest.approx((1 + 1 / 2 + 1 / 11) / 3)


def test_metrics_are_those_of_a_public_library():
    """NDCG@10 as scikit-learn reckons it, and MRR as the average precision of one relevant item is."""
    from sklearn.metrics import average_precision_score, ndcg_score

    scores = np.random.default_rng(0).normal(size=(60, 25))
    targets = np.arange(60) % 25
    truth = np.eye(25)[targets]
    worth = evaluation.gains(rank_of(scores.astype(np.float32), targets))
    assert worth["ndcg@10"].mean() == pytest.approx(ndcg_score(truth, scores, k=10))
    precise = [average_precision_score(row, score) for row, score in zip(truth, scores, strict=True)]
    assert worth["mrr"].to_numpy() == pytest.approx(precise)


def test_users_count_once_however_many_events_are_to_be_found():
    """Means and intervals are over users: three events of one and one of another weigh the same."""
    table = pd.DataFrame({"model": "one", "user_id": ["u", "u", "u", "v"], "rank": [1, 1, 20, 20]})
    row = evaluation.summarise(table).iloc[0]
    assert (row["users"], row["hr@10"]) == (2, pytest.approx(1 / 3))
    other = table.assign(model="other", rank=[1, 20, 20, 20])
    ahead = evaluation.paired(pd.concat([table, other]), "one").set_index("metric").loc["hr@10"]
    assert (ahead["users"], ahead["ahead"]) == (2, pytest.approx(1 / 6))


def test_metrics_of_nobody_are_zero():
    """No users, no quality, and no NaN."""
    assert evaluation.metrics(np.empty(0, dtype=np.int64)) == dict.fromkeys(evaluation.METRICS, 0.0)


def test_interval_covers_the_mean_as_theory_says():
    """For a share p of n users the bootstrap interval is near p +- 1.96 sqrt(p (1 - p) / n)."""
    low, high = evaluation.interval(np.repeat([1.0, 0.0], [300, 700]))
    half = 1.96 * np.sqrt(0.3 * 0.7 / 1000)
    assert low == pytest.approx(0.3 - half, abs=0.004)
    assert high == pytest.approx(0.3 + half, abs=0.004)


def measured(rankers, sequences):
    """A row per model: its metrics on each user's last event, with their intervals."""
    return evaluation.summarise(evaluation.user_ranks(rankers, sequences))


def test_metrics_have_a_row_per_model_and_are_reproducible():
    """A row per model; the same call gives the same table."""
    sequences = log(LOG)
    popular = Popularity().fit(sequences.without_last(2))
    table = measured([Alphabet(), popular], sequences).iloc[::-1]
    assert table["model"].tolist() == ["popularity", "alphabet"]
    assert table["users"].tolist() == [3, 3]
    assert table["ndcg@10"].tolist() == pytest.approx([1, (2 + 1 / np.log2(3)) / 3])
    assert (table["ndcg@10_low"] <= table["ndcg@10"]).all()
    assert (table["ndcg@10_high"] >= table["ndcg@10"]).all()
    pd.testing.assert_frame_equal(table, measured([Alphabet(), popular], sequences).iloc[::-1])


def test_quality_by_history_and_by_popularity():
    """Classes part the users: their counts add up, and labels name whole ranges."""
    table = evaluation.user_ranks([Alphabet()], log(LOG | {"y": "bz"}))
    assert table["history_length"].tolist() == [3, 2, 2, 1]
    assert table["item_popularity"].tolist() == [1, 2, 1, 0]
    lengths = evaluation.by_history_length(table)
    assert lengths[["history_length", "users"]].astype(str).to_numpy().tolist() == [["1-4", "4"]]
    popularity = evaluation.by_item_popularity(table)
    assert popularity["item_popularity"].tolist() == ["0", "1-5"]
    assert popularity["users"].tolist() == [1, 3]


def test_a_sample_of_users_depends_on_the_seed_only():
    """`limit` keeps that many users, the same ones for the same seed."""
    sequences = log({f"u{number:02}": "abc" for number in range(50)})
    first, again = (evaluation.held_out(sequences, 1, limit=10, seed=3) for _ in range(2))
    assert len(first.users) == 10
    assert np.array_equal(first.users, again.users)
    assert not np.array_equal(first.users, evaluation.held_out(sequences, 1, limit=10, seed=4).users)


def test_nobody_to_evaluate_is_an_empty_table():
    """A log in which nobody has two events gives a table with columns and no rows."""
    sequences = log({"u": "a", "v": "b"})
    assert measured([Alphabet()], sequences).empty
    assert "ndcg@10_low" in measured([Alphabet()], sequences)


def test_models_are_compared_on_the_same_users():
    """Two models that differ by little on very unlike users: their intervals overlap, and yet one is surely ahead."""
    random = np.random.default_rng(3)
    easy = random.random(600) < 0.4
    ranks = {"one": np.where(easy, 3, 60), "other": np.where(easy, 4, 70)}
    frames = [
        pd.DataFrame({"model": name, "user_id": [f"u{user}" for user in range(600)], "rank": rank})
        for name, rank in ranks.items()
    ]
    table = pd.concat([frames[0], frames[1].sample(frac=1, random_state=0)])
    found = evaluation.summarise(table).set_index("model")
    assert found.loc["one", "ndcg@10_low"] < found.loc["other", "ndcg@10_high"]
    ahead = evaluation.paired(table, "one").set_index("metric").loc["ndcg@10"]
    assert 0 < ahead["low"] < ahead["ahead"] < ahead["high"]
    assert ahead["ahead"] == pytest.approx(found.loc["one", "ndcg@10"] - found.loc["other", "ndcg@10"])
    back = evaluation.paired(table, "other").set_index("metric").loc["ndcg@10"]
    assert back["ahead"] == pytest.approx(-ahead["ahead"])
    assert evaluation.paired(table, "nobody").empty
