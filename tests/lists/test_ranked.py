"""Lists: the same from every door, seen items hidden, ranks as evaluated."""

import numpy as np
import pandas as pd
import pytest

from core.data import schema
from core.data.sequences import Sequences, build_sequences
from core.data.simulate import simulate
from core.lists import ranked
from core.model import evaluation
from core.model.baselines.transitions import SequenceRule
from core.settings import RecommendSettings, SimulationSettings


@pytest.fixture(scope="module")
def simulated() -> Sequences:
    """A log in which every user has some history."""
    simulation = simulate(SimulationSettings(users=60, seed=5))
    events = simulation.events.sort_values(["user_id", "timestamp"], kind="stable", ignore_index=True)
    return build_sequences(events, simulation.items)


@pytest.fixture(scope="module")
def ranker(simulated):
    """A ranker that reads histories."""
    return SequenceRule().fit(simulated.without_last(2))


def test_columns_and_ranks(simulated, ranker):
    """K rows a user, ranks from 1, scores falling, ids as in the log."""
    found = ranked.top_k(ranker, simulated, np.array([4, 2]), RecommendSettings(k=7))
    assert tuple(found.columns) == schema.RECOMMENDATION_COLUMNS
    assert found[schema.USER].unique().tolist() == [simulated.users[4], simulated.users[2]]
    assert found["rank"].tolist() == list(range(1, 8)) * 2
    assert found.groupby(schema.USER)["score"].apply(lambda scores: scores.is_monotonic_decreasing).all()


def test_seen_items_are_hidden_unless_asked(simulated, ranker):
    """Nothing of the history is in the list; with `hide_seen` off the history may come back."""
    user = int(simulated.lengths.argmax())
    had = set(simulated.catalogue.items[simulated.item[simulated.rows_of(user)]])
    hidden = ranked.top_k(ranker, simulated, np.array([user]), RecommendSettings(k=50))
    shown = ranked.top_k(ranker, simulated, np.array([user]), RecommendSettings(k=50, hide_seen=False))
    assert not had & set(hidden[schema.ITEM])
    assert had & set(shown[schema.ITEM])


def test_a_list_ends_where_items_do(simulated, ranker):
    """Whoever asks for more than there is gets all unseen items once."""
    found = ranked.top_k(ranker, simulated, np.array([0]), RecommendSettings(k=10**6))
    had = np.unique(simulated.item[simulated.rows_of(0)])
    assert len(found) == simulated.n_items - len(had)
    assert found[schema.ITEM].is_unique


def test_nobody_gets_nothing(simulated, ranker):
    """No users: an empty frame with the right columns."""
    found = ranked.top_k(ranker, simulated, np.array([], dtype=np.int64), RecommendSettings())
    assert found.empty
    assert tuple(found.columns) == schema.RECOMMENDATION_COLUMNS


def test_metric_of_the_lists_is_the_metric_of_the_table(simulated, ranker):
    """NDCG@10 reckoned from the rows of `top_k` equals that of `evaluate`: one ranking everywhere."""
    split = evaluation.held_out(simulated, 1)
    lists = ranked.top_k(ranker, split.histories, split.users, RecommendSettings())
    truth = dict(zip(simulated.users[split.users], simulated.catalogue.items[split.targets], strict=True))
    hits = lists[lists[schema.ITEM] == lists[schema.USER].map(truth)]
    expected = (1 / np.log2(hits["rank"] + 1)).sum() / len(split.users)
    assert evaluation.summarise(evaluation.user_ranks([ranker], simulated))["ndcg@10"][0] == pytest.approx(expected)


def test_list_after_a_step_is_the_list_of_the_history_cut_there(simulated, ranker):
    """Replaying a user shows what would have been recommended at each moment."""
    user = 3
    steps = ranked.lists_per_step(ranker, simulated, user, k=5)
    assert steps[schema.EVENT_INDEX].nunique() == simulated.lengths[user]
    for step in (0, 2, int(simulated.lengths[user]) - 1):
        cut = simulated.keep(simulated.event_index <= step)
        expected = ranked.top_k(ranker, cut, np.array([user]), RecommendSettings(k=5))
        found = steps[steps[schema.EVENT_INDEX] == step]
        assert found[schema.ITEM].tolist() == expected[schema.ITEM].tolist()


def test_true_next_item_and_its_rank(simulated, ranker):
    """Each step names the event that came and its rank; the last step has none."""
    user = 3
    steps = ranked.lists_per_step(ranker, simulated, user, k=10)
    first = steps.drop_duplicates(schema.EVENT_INDEX).set_index(schema.EVENT_INDEX)
    items = simulated.catalogue.items[simulated.item[simulated.rows_of(user)]]
    assert first["next_item_id"].iloc[:-1].tolist() == items[1:].tolist()
    assert first["next_item_id"].isna().tolist() == [False] * (len(items) - 1) + [True]
    for step, rank in first["next_rank"].iloc[:-1].items():
        listed = steps[(steps[schema.EVENT_INDEX] == step) & (steps[schema.ITEM] == items[step + 1])]
        assert listed["rank"].tolist() == ([rank] if 1 <= rank <= 10 else [])


def test_a_user_without_events_has_no_steps(simulated, ranker):
    """Nothing to replay is an empty frame with columns."""
    empty = simulated.keep(np.zeros(len(simulated), dtype=bool))
    found = ranked.lists_per_step(ranker, empty, 0)
    assert found.empty
    assert "next_rank" in found


def test_frames_are_plain(simulated, ranker):
    """Ids stay the user's own text."""
    found = ranked.top_k(ranker, simulated, np.array([0]), RecommendSettings(k=3))
    assert isinstance(found, pd.DataFrame)
    assert all(isinstance(item, str) for item in found[schema.ITEM])
