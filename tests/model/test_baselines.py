"""A contract that every baseline keeps, and what each one ranks on logs small enough to reckon by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.sequences import Sequences, build_sequences
from core.data.simulate import simulate
from core.errors import SettingsError
from core.model import evaluation
from core.model.baselines import BASELINES, content, fit_baselines
from core.model.baselines.content import Content, item_words, likeness
from core.model.baselines.matrices import history_matrix, recent_matrix, transition_matrix
from core.model.baselines.neighbours import Ease
from core.model.baselines.pairs import TwoItems
from core.model.baselines.popularity import RecentPopularity
from core.model.baselines.sparse import SparseEase
from core.model.baselines.transitions import Rule, SequenceRule, TunedRule
from core.settings import SimulationSettings


def log(histories: dict[str, str], items: pd.DataFrame | None = None, hours: float = 1.0) -> Sequences:
    """One letter an event, an hour apart unless said otherwise."""
    rows = [(user, item, step) for user, items in histories.items() for step, item in enumerate(items)]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    time = pd.to_datetime(frame["timestamp"] * 3600 * hours, unit="s")
    return build_sequences(frame.assign(timestamp=time), items)


def best(ranker, sequences: Sequences, user: str) -> str:
    """The item ranked first after a user's history, seen ones hidden."""
    split = evaluation.Split(sequences, np.array([sequences.find_user(user)]), np.array([0]))
    scores = ranker.scores(sequences, split.users)[0]
    scores[sequences.item[sequences.rows_of(int(split.users[0]))]] = -np.inf
    return str(sequences.catalogue.items[scores.argmax()])


@pytest.fixture(scope="module")
def simulated() -> Sequences:
    """A log with sessions, categories and trends."""
    simulation = simulate(SimulationSettings(users=150, seed=3))
    return build_sequences(
        simulation.events.sort_values(["user_id", "timestamp"], kind="stable", ignore_index=True), simulation.items
    )


@pytest.mark.parametrize("name", BASELINES)
def test_contract(name, simulated):
    """Finite float32 scores of all items, the same for the same fit, of a user alone as of many at once."""
    train = simulated.without_last(2)
    ranker, again = (BASELINES[name]().fit(train, seed=1) for _ in range(2))
    users = np.arange(0, simulated.n_users, 7)
    scores = ranker.scores(train, users)
    assert ranker.name == name
    assert scores.shape == (len(users), simulated.n_items)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert np.array_equal(scores, again.scores(train, users))
    assert np.allclose(ranker.scores(train, users[2:3]), scores[2:3], atol=1e-5)


@pytest.mark.parametrize("name", [name for name, kind in BASELINES.items() if hasattr(kind, "raw")])
def test_popularity_fills_only_what_has_no_score(name, simulated):
    """Where `raw` is not 0 both are the same; elsewhere popularity ranks, never above 0."""
    train = simulated.without_last(2)
    ranker, users = BASELINES[name]().fit(train), np.arange(9)
    raw, scores = ranker.raw(train, users), ranker.scores(train, users)
    assert np.array_equal(scores[raw != 0], raw[raw != 0])
    assert (scores[raw == 0] <= 0).all()


@pytest.mark.parametrize("name", BASELINES)
def test_users_without_events_get_popular_items(name, simulated):
    """A cold user's list is that of popularity, except where the moment or the taste of all says more."""
    train = simulated.without_last(2)
    empty = train.keep(np.zeros(len(train), dtype=bool))
    scores = BASELINES[name]().fit(train).scores(empty, np.array([0]))[0]
    counts = np.bincount(train.item, minlength=train.n_items)
    assert counts[scores.argmax()] >= np.quantile(counts, 0.8)


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize("histories", [{"u": "a"}, {"u": "aaaa", "v": "a"}, {"u": "ab"}, {"u": "a", "v": "b"}])
def test_tiny_logs_are_ranked(name, histories):
    """One user, one item, one event: scores all the same."""
    sequences = log(histories)
    ranker = BASELINES[name]().fit(sequences)
    assert np.isfinite(ranker.scores(sequences, np.arange(sequences.n_users))).all()


@pytest.mark.parametrize("name", BASELINES)
def test_a_log_without_events_in_this_cut_is_ranked(name):
    """Nothing to learn from is no error: a hold-out may leave nothing."""
    empty = log({"u": "ab"}).without_last(2)
    assert np.isfinite(BASELINES[name]().fit(empty).scores(empty, np.array([0]))).all()


def test_learned_baselines_beat_popularity_where_users_differ(simulated):
    """In a simulated log with tastes, what reads histories ranks better than what does not."""
    rankers = fit_baselines(["popularity", "item-knn", "als", "content"], simulated.without_last(2))
    table = evaluation.summarise(evaluation.user_ranks(rankers, simulated)).set_index("model")["mrr"]
    assert (table.drop("popularity") > table["popularity"]).all()


def test_unknown_names_are_refused():
    """The line names what there is."""
    with pytest.raises(SettingsError, match=r"No baseline 'magic'. Choose from popularity, .*sequence-rule"):
        fit_baselines(["magic"], log({"u": "ab"}))


def test_history_matrix_counts_an_item_once():
    """Repeats do not weigh more."""
    assert history_matrix(log({"u": "aab", "v": "b"}), np.array([1, 0])).toarray().tolist() == [[0, 1], [1, 1]]


def test_recent_matrix_decays_from_the_end():
    """The newest event weighs 1, the one before it `decay`, and so on for `last` events."""
    found = recent_matrix(log({"u": "abcb"}), np.array([0]), last=3, decay=0.5).toarray()
    assert found.tolist() == [[0, 1 + 0.25, 0.5]]


def test_transitions_by_hand():
    """In abc, b follows a at gap 1 and c at gap 2, which counts half; nothing crosses users."""
    found = transition_matrix(log({"u": "abc", "v": "ca"}), gaps=2).toarray()
    assert found.tolist() == [[0, 1, 0.5], [0, 0, 1], [1, 0, 0]]


def test_markov_follows_the_last_item_only():
    """After b comes c, whatever came before."""
    sequences = log({"u": "abc", "v": "bc", "w": "ad", "x": "db"})
    assert best(BASELINES["markov"]().fit(sequences), sequences, "x") == "c"


def test_sequence_rule_by_hand():
    """Score of c after ab, from the formula: 0.7 * T[a, c] + T[b, c], over the root of the count of c."""
    sequences = log({"u": "abc", "v": "abc", "w": "ab"})
    ranker = SequenceRule().fit(sequences)
    found = ranker.scores(sequences, np.array([2]))[0, 2]
    assert found == pytest.approx((0.7 * 2 * 0.5 + 2) / np.sqrt(2), rel=1e-5)


def test_backward_transitions_count_when_asked():
    """With `backward` an item also leads to what came before it."""
    sequences = log({"u": "ab", "v": "b"})
    assert SequenceRule(Rule(backward=0.5)).fit(sequences).scores(sequences, np.array([1]))[0, 0] > 0


def test_tuned_rule_chooses_from_training_events_only(simulated):
    """The chosen shape does not change with events after the cut, and ranks at least about as well."""
    cut = simulated.without_last(2)
    tuned, fixed = TunedRule().fit(cut), SequenceRule().fit(cut)
    assert tuned.rule != Rule()
    table = evaluation.summarise(evaluation.user_ranks([tuned, fixed], simulated)).set_index("model")["mrr"]
    assert table["tuned-rule"] > 0.9 * table["sequence-rule"]


def test_recent_popularity_sees_no_future():
    """A user whose history ended early is shown what was popular then, one at the end what is popular now."""
    histories = {f"o{n}": "ab" for n in range(20)} | {f"n{n}": "-" * 1 + "c" for n in range(20)}
    frame = pd.DataFrame(
        [
            (user, item, (500 if user[0] == "n" else 0) + step)
            for user, s in histories.items()
            for step, item in enumerate(s)
        ],
        columns=["user_id", "item_id", "timestamp"],
    )
    sequences = build_sequences(frame.assign(timestamp=pd.to_datetime(frame["timestamp"], unit="h")))
    scores = (
        RecentPopularity()
        .fit(sequences)
        .scores(sequences, np.array([sequences.find_user("o0"), sequences.find_user("n0")]))
    )
    names = list(sequences.catalogue.items)
    assert scores[0, names.index("c")] == 0
    assert scores[1, names.index("c")] > scores[1, names.index("a")] * 100


def test_recent_popularity_without_a_clock_is_popularity():
    """Positions are no times."""
    frame = pd.DataFrame(
        {"user_id": list("uuv"), "item_id": list("aba"), "timestamp": pd.to_datetime([0, 1, 0], unit="us")}
    )
    sequences = build_sequences(frame, ordinal=True)
    assert RecentPopularity().fit(sequences).scores(sequences, np.array([0])).tolist() == [[2, 1]]


def test_ease_by_hand():
    """Two items always had together predict each other with -P_ij / P_jj, and nothing predicts itself."""
    sequences = log({"u": "ab", "v": "ab", "w": "c"})
    ranker = Ease(regularisation=1.0).fit(sequences)
    inverse = np.linalg.inv(np.array([[2.0, 2, 0], [2, 2, 0], [0, 0, 1]]) + np.eye(3))
    expected = -inverse / np.diag(inverse)
    np.fill_diagonal(expected, 0)
    scores = ranker.scores(sequences, np.array([0]))[0]
    assert scores[:2] == pytest.approx((np.array([1, 1, 0]) @ expected)[:2], rel=1e-4)


def test_ease_says_when_it_leaves_items_out():
    """In a catalogue above its bound EASE keeps the most popular items, and tells so."""
    lines = []
    sequences = log({"u": "abc", "v": "ab", "w": "ad"})
    ranker = Ease(most=2).fit(sequences, progress=lambda _, line: lines.append(line))
    assert lines == ["EASE takes part with the 2 most popular of 4 items."]
    assert np.isfinite(ranker.scores(sequences, np.array([0]))).all()


ITEMS = pd.DataFrame(
    {
        "item_id": list("abcd"),
        "title": ["Red shoes", "Red hat", "Blue sea", None],
        "category": ["wear", "wear|head", "nature", None],
        "brand": ["Acme", "Acme", None, ""],
    }
)


def test_item_words_name_their_column():
    """Words of titles as they are, values of columns with the column's name, nothing for what is missing."""
    words = item_words(log({"u": "abcd"}, ITEMS).catalogue)
    assert words == [
        ["red", "shoes", "category=wear", "brand=Acme"],
        ["red", "hat", "category=wear", "category=head", "brand=Acme"],
        ["blue", "sea", "category=nature"],
        [],
    ]


def test_numbers_become_tenths():
    """A numeric column says in which tenth of the items a value lies."""
    items = pd.DataFrame({"item_id": [f"i{n:02}" for n in range(20)], "price": [str(n) for n in range(20)]})
    frame = pd.DataFrame({"user_id": "u", "item_id": items["item_id"], "timestamp": pd.to_datetime(0, unit="us")})
    words = item_words(build_sequences(frame, items).catalogue)
    assert words[0] == ["price=0"]
    assert words[-1] == ["price=10"]


def test_content_reads_what_items_mean():
    """Boots share no word with shoes, only a meaning, and nobody had them; without vectors what others had is next."""
    items = pd.DataFrame({"item_id": list("abc"), "title": ["red shoes", "blue sea", "winter boots"]})
    sequences = log({"u": "a", "v": "ab"}, items)
    said = np.array([[1, 0], [0, 1], [1, 0]], dtype=np.float32)
    assert best(Content(said).fit(sequences), sequences, "u") == "c"
    assert best(fit_baselines(["content"], sequences, said=said)[0], sequences, "u") == "c"
    assert best(Content().fit(sequences), sequences, "u") == "b"


def test_content_without_vectors_is_content_by_words(simulated):
    """Vectors that say nothing of any item change no score."""
    users, nothing = np.arange(20), np.zeros((simulated.n_items, 3), dtype=np.float32)
    plain, mute = Content().fit(simulated), Content(nothing).fit(simulated)
    assert np.array_equal(plain.scores(simulated, users), mute.scores(simulated, users))


@given(size=st.integers(1, 5), known=st.lists(st.booleans(), min_size=12, max_size=12), seed=st.integers(0, 99))
def test_likeness_is_that_of_the_nearest(size: int, known: list[bool], seed: int):
    """By the formula, whatever is known of which items; an item of which nothing is known is like none."""
    vectors = np.random.default_rng(seed).normal(size=(12, size)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[~np.array(known)] = 0
    if any(known):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(content, "CELLS", 24)
            found = likeness(vectors).toarray()
        assert np.allclose(found, np.maximum(vectors @ vectors.T, 0) ** 4, atol=1e-5)


def test_content_ranks_what_is_alike_also_without_events():
    """After red shoes comes the red hat, though nobody had it."""
    sequences = log({"u": "a", "v": "c", "w": "cd"}, ITEMS)
    assert best(Content().fit(sequences), sequences, "u") == "b"


def test_two_items_back_off_by_hand():
    """After a, b comes c in one of two histories and d in the other; whoever has b alone is told by b alone."""
    found = TwoItems(back_off=0.5).fit(log({"u": "abc", "v": "abd", "w": "xbc", "y": "e"}))
    sequences = log({"p": "ab", "q": "b", "r": "cb", "s": ""} | {"u": "abcdex"})
    scores = found.raw(sequences, np.arange(3))
    named = {item: place for place, item in enumerate(sequences.catalogue.items)}
    after_b = {"c": 2 / 3, "d": 1 / 3}
    assert scores[0, named["c"]] == pytest.approx(1 / 2 + 0.5 * after_b["c"] + 0.25 * 1 / 2)
    assert scores[0, named["d"]] == pytest.approx(1 / 2 + 0.5 * after_b["d"] + 0.25 * 1 / 2)
    assert scores[1, named["c"]] == pytest.approx(0.5 * after_b["c"])
    assert scores[2, named["c"]] == pytest.approx(0.5 * after_b["c"])


def test_sparse_ease_is_ease_where_every_item_is_a_neighbour():
    """Where all items meet, the ridge of each on all others is EASE's closed form; on fewer it is another."""
    train = log({"u": "abc", "v": "bcd", "w": "cda", "x": "dab", "y": "abce", "z": "de"})
    users = np.arange(train.n_users)
    dense = Ease(regularisation=2.0).fit(train).raw(train, users)
    assert np.allclose(SparseEase(2.0, neighbours=4).fit(train).raw(train, users), dense, atol=1e-5)
    assert not np.allclose(SparseEase(2.0, neighbours=1).fit(train).raw(train, users), dense, atol=1e-2)
