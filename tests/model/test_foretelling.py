"""What rankers make of a test after a date, reckoned by hand; baselines are tuned on validation and on nothing else."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import Sequences, build_sequences
from core.model import foretelling, temporal
from core.model.baselines import fit_tuned, tuning
from core.model.baselines.popularity import Popularity
from core.model.baselines.transitions import Rule
from core.model.blend import Blend, Part, Recipe
from core.model.ranking import rank_of
from core.settings import EvaluationSettings


def log(rows: list[tuple[str, str, int]]) -> Sequences:
    """Users, items, minutes."""
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    return build_sequences(frame.assign(timestamp=pd.to_datetime(frame["timestamp"] * 60, unit="s")))


@pytest.fixture
def dated() -> temporal.Dated:
    """Training: a three times, b twice, c once; from minute 8 u has c and d, then b; v has e, which is new to all."""
    rows = [
        ("w", "a", 0), ("x", "a", 1), ("u", "a", 2), ("w", "b", 3), ("x", "b", 4), ("w", "c", 5), ("x", "d", 6),
        ("u", "c", 8), ("u", "d", 8), ("u", "b", 9), ("v", "e", 9),
    ]  # fmt: skip
    return temporal.cut(log(rows), EvaluationSettings(split_date=8 * 60_000_000, validation_share=0.09))


def test_what_is_known_where_validation_is_not_learned_from(dated):
    """Then d, which came in validation, is an item that nobody has learned of; the cut is the same one."""
    apart = replace(dated, finish=False)
    assert apart.kinds.tolist() == ["warm", "cold item", "warm", "cold both"]
    assert (len(apart.learned), len(dated.learned), apart.parts.known) == (6, 7, None)
    assert apart.fingerprint == dated.fingerprint


def test_ranks_lists_and_chances_by_hand(dated):
    """By popularity b is first of b, c, d; c and d come at once, so neither is in the way of the other."""
    (found,) = foretelling.foretell([Popularity().fit(dated.train)], dated, [None])
    table = found.ranks
    assert table["item_id"].tolist() == ["c", "d", "b", "e"]
    assert table["rank"].tolist() == [2, 2, 1, 5]
    assert table["item_popularity"].tolist() == [1, 1, 2, 0]
    assert table["kind"].tolist() == ["warm", "warm", "warm", "cold both"]
    assert table["history_length"].tolist() == [1, 1, 3, 0]
    assert table["event_index"].tolist() == [1, 2, 3, 0]
    assert table["age_days"].isna().tolist() == [False, False, False, True]
    lists = found.lists.iloc[0]
    assert lists["coverage"] == pytest.approx(1.0)
    assert lists["novelty"] > 0
    assert found.reliability.empty


def test_what_comes_at_once_is_found_after_one_history(dated, monkeypatch):
    """A basket is scored once, and its items get the ranks that each has alone."""
    popular, asked = Popularity().fit(dated.train), []
    real = Popularity.scores
    monkeypatch.setattr(Popularity, "scores", lambda *given: asked.append(len(given[2])) or real(*given))
    (found,) = foretelling.foretell([popular], dated, [None])
    assert asked == [3]  # u at minute 8 with c and d, u at minute 9, v
    test = dated.test
    for place in range(len(test)):
        one = test.take(np.array([place]))
        scores = one.hide(real(popular, one.split().histories, np.arange(1)), one.split(), dated.known_since)
        assert found.ranks["rank"][place] == rank_of(scores, one.targets)[0]


def test_chances_are_read_off_validation_and_age_from_there():
    """An age of 0 where training ends, of 1 where the test begins; what comes in the test changes nothing.

    Who learned from validation too is of no age where the test begins.
    """
    rows = [(f"u{user}", f"i{(user * step) % 9}", step * 10 + user % 3) for user in range(20) for step in range(7)]
    cut = temporal.cut(log(rows), EvaluationSettings(split_date=60 * 60_000_000, validation_share=0.2))
    of_training = [cut.ages(cases, cut.opens) for cases in (cut.validation, cut.test)]
    assert 0 <= of_training[0].min() < of_training[0].max() < 1 <= of_training[1].min()
    assert cut.ages(cut.test, cut.since) == pytest.approx(of_training[1] - 1)
    popular = Popularity().fit(cut.train)
    (told,) = foretelling.chances_of([popular], cut)
    (same,) = foretelling.chances_of([popular], replace(cut, log=cut.log.keep(cut.log.time < cut.tests)))
    assert told is not None
    assert same is not None
    assert told.line == same.line
    (found,) = foretelling.foretell([popular], cut, [told])
    assert found.reliability["said"].between(0, 1).all()


def test_content_knows_what_items_mean_also_where_it_is_tuned():
    """Meanings that are given are read: an item that means the same is found where no word is shared."""
    whole = log([("u", "a", 0), ("v", "b", 1), ("w", "c", 2), ("v", "c", 3), ("w", "b", 4), ("u", "c", 8)])
    parts = temporal.cut(whole, EvaluationSettings(split_date=8 * 60_000_000, validation_share=0.2)).parts
    said = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]], dtype=np.float32)
    (told,) = fit_tuned(["content"], parts, said=said)
    scores = told.scores(whole.keep(whole.time < 60_000_000), np.array([whole.find_user("u")]))
    assert scores[0, 2] > scores[0, 1]


def test_a_blend_takes_the_scores_of_its_parts_that_are_there(dated):
    """What it ranks is the same as where it scores all by itself."""
    popular = Popularity().fit(dated.train)
    blend = Blend(Recipe((Part("popularity", 1.0),), 0, {}), {"popularity": popular}).fit(dated.train)
    together = foretelling.foretell([popular, blend], dated, [None, None])[1]
    (alone,) = foretelling.foretell([blend], dated, [None])
    assert together.ranks.equals(alone.ranks)


def test_rare_items_weigh_more_where_popularity_is_taken_out():
    """An item with 16 events counts 16^-1.25 = 1/32 of one with one; self-normalised."""
    table = pd.DataFrame({"model": "one", "item_popularity": [16, 1], "rank": [1, 20]})
    assert foretelling.debiased(table)["ndcg@10_debiased"].tolist() == pytest.approx([1 / 32 / (1 + 1 / 32)])
    turned = table.assign(rank=[20, 1])
    assert foretelling.debiased(turned)["ndcg@10_debiased"].tolist() == pytest.approx([1 / (1 + 1 / 32)])


def test_baselines_are_tuned_on_validation_alone(monkeypatch):
    """The setting with the best validation NDCG stays; what came after validation changes nothing."""
    rows = [(f"u{user}", f"i{(user + step) % 7}", step * 10 + user % 3) for user in range(20) for step in range(6)]
    whole = log([*rows, *((f"u{user}", "late", 100) for user in range(20))])
    cut = temporal.cut(whole, EvaluationSettings(split_date=100 * 60_000_000, validation_share=0.15))
    seen = []
    real = tuning.ranks
    monkeypatch.setattr(tuning, "ranks", lambda ranker, split: seen.append(split) or real(ranker, split))
    knn, rule = fit_tuned(["item-knn", "tuned-rule"], cut.parts)
    (popular,) = fit_tuned(["popularity"], cut.parts)
    assert popular._counts.sum() == len(cut.learned) == (whole.time < cut.tests).sum()
    assert len(seen) == len(tuning.GRIDS["item-knn"])
    assert all(split.histories.time.max() < cut.tests for split in seen)
    assert knn.name == "item-knn"
    assert rule.rule != Rule()


def test_validation_takes_one_case_of_each_user_before_a_second():
    """Whoever has many events has no more say than others while there are others."""
    users = np.repeat([4, 1, 9], [50, 2, 1])
    first = users[temporal._in_turn(users, 3, 0)]
    assert sorted(first) == [1, 4, 9]
    assert sorted(users[temporal._in_turn(users, 5, 0)]) == [1, 1, 4, 4, 9]
    assert len(temporal._in_turn(users, 1000, 0)) == 53
