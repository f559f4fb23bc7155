"""What the player is sent: lists, ranks, mixes and change points against cases reckoned by hand."""

import hypothesis.strategies as st
import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays
from scipy.spatial import ConvexHull, QhullError

from core.data.sequences import build_sequences
from core.drift import Change
from core.lists import ranks as stepped
from core.lists.ranks import ranked_steps
from core.player.block import unpack
from core.player.user import Ground, _outline, among, backdrop, mix_so_far, own_categories, playback, untrained


class Model:
    """States are the number of the item last had; items near to it score high."""

    name = "made up"
    attention_shape = (1, 1)

    def __init__(self, n_items):
        self.item_vectors = np.arange(n_items, dtype=np.float32)[:, None]

    def states(self, sequences):
        """The number of the item."""
        return sequences.item.astype(np.float32)[:, None]

    def score_states(self, states):
        """Minus the distance."""
        return -np.abs(states - self.item_vectors.T)

    def lookback(self, sequences, user, k):
        """Each step looks at itself."""
        length = sequences.lengths[user]
        index = np.full((2, length, k), -1)
        share = np.zeros((2, length, k), np.float32)
        index[:, :, 0], share[:, :, 0] = np.arange(length), 1
        return index, share


def ground(n_items):
    """A map on which items and states lie on a line, by number."""
    return Ground(line, line(np.arange(n_items, dtype=np.float32)[:, None]))


def line(vectors):
    """Places along the horizontal axis."""
    return np.column_stack([vectors[:, 0], np.zeros(len(vectors), np.float32)])


def make_log(items, n_items=30, *, categories=True, ordinal=False):
    """User u has these items, user other all items; item i has category c(i % 3), every tenth none."""
    rows = [("u", item) for item in items] + [("other", item) for item in range(n_items)]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id"]).assign(item_id=lambda f: f.item_id.map("i{:02d}".format))
    hours = frame.groupby("user_id").cumcount()
    frame["timestamp"] = pd.to_datetime(hours if ordinal else hours * 3600, unit="us" if ordinal else "s")
    names = [f"i{item:02d}" for item in range(n_items)]
    table = pd.DataFrame({"item_id": names, "title": [f"<b>{name}" for name in names]})
    if categories:
        table["category"] = [None if item % 10 == 9 else f"c{item % 3}" for item in range(n_items)]
    return build_sequences(frame.sort_values(["user_id", "timestamp"], kind="stable"), table, None, ordinal=ordinal)


def show(items, **how):
    """Header and arrays of the playback of user u."""
    log = make_log(items, **how)
    return unpack(playback(Model(log.n_items), log, log.find_user("u"), ground(log.n_items)).content)


def test_lists_hide_what_was_seen():
    """After items 5 and 6 the list holds their neighbours, nearest first, without the two."""
    values, arrays = show([5, 6, 8])
    lists = [[values["ids"][item] for item in row] for row in arrays["list_item"]]
    assert lists[0][:4] == ["i04", "i06", "i03", "i07"]
    assert lists[1][:4] == ["i07", "i04", "i08", "i03"]
    assert arrays["list_score"][1][:2].tolist() == [-1, -2]
    assert "i05" not in lists[2]
    assert "i06" not in lists[2]


def test_next_rank_is_that_of_the_true_next():
    """Item 6 was second after 5; 8 third after 6; the last event has no next."""
    _, arrays = show([5, 6, 8])
    assert arrays["next_rank"].tolist() == [2, 3, 0]
    assert arrays["next_score"][:2].tolist() == [-1, -2]


def test_next_seen_before_has_no_rank():
    """An item that comes again is left out of the list, so it has no rank."""
    _, arrays = show([5, 6, 5])
    assert arrays["next_rank"].tolist() == [2, 0, 0]


def test_nearest_items_may_have_been_seen():
    """The map shows what is near, also the item just had."""
    values, arrays = show([5, 6])
    assert values["ids"][arrays["near_item"][1][0]] == "i06"


def test_batches_of_steps_agree_with_all_at_once(monkeypatch):
    """Scoring a few steps at a time gives the same lists and ranks."""
    items = np.array([3, 9, 3, 20, 21, 5, 9, 9])
    model = Model(30)
    states = items.astype(np.float32)[:, None]
    whole = ranked_steps(model, states, items, lambda scores, _: scores)
    monkeypatch.setattr(stepped, "CELLS", 60)
    parts = ranked_steps(model, states, items, lambda scores, _: scores)
    assert np.array_equal(whole.listed, parts.listed)
    assert np.array_equal(whole.next_rank, parts.next_rank)


def test_fewer_items_than_a_list_holds():
    """Where all items are seen the list is empty, marked by -1."""
    _, arrays = show([0, 1, 2, 3], n_items=4)
    assert (arrays["list_item"][3] == -1).all()
    assert (arrays["list_item"][0] >= 0).sum() == 3


class Backwards:
    """Ranks lists by the model's scores upside down, and by what the history was."""

    def scores(self, histories, users, given):
        """Minus those of the model, less a little for each event of the history."""
        return -given["made up"] - histories.lengths[users][:, None].astype(np.float32)


def test_lists_of_another_ranker(monkeypatch):
    """Lists and ranks are those of the listing, with the history up to each step; what is near stays the model's."""
    monkeypatch.setattr(stepped, "CELLS", 60)
    log = make_log([5, 6, 8])
    user = log.find_user("u")
    block = playback(Model(30), log, user, ground(30), listing=Backwards())
    values, arrays = unpack(block.content)
    assert values["ids"][arrays["list_item"][0][0]] == "i29"
    assert arrays["list_score"][:, 0].tolist() == [24 - 1, 23 - 2, 21 - 3]
    assert values["ids"][arrays["near_item"][1][0]] == "i06"


def test_times_sessions_and_text():
    """Times are milliseconds, sessions count from 0, titles travel as they are."""
    values, arrays = show([5, 6, 8])
    assert arrays["time"].tolist() == [0, 3_600_000, 7_200_000]
    assert arrays["session"].tolist() == [0, 1, 2]
    assert values["titles"][arrays["item"][0]] == "<b>i05"
    assert values["user"] == "u"
    assert values["steps"] == 3


def test_order_without_a_clock():
    """A log with positions instead of times says so and keeps them."""
    values, arrays = show([5, 6, 8], ordinal=True)
    assert values["ordinal"] is True
    assert arrays["time"].tolist() == [0, 1, 2]


def test_one_event():
    """A user with one event has one step."""
    values, arrays = show([7])
    assert values["steps"] == 1
    assert arrays["list_item"].shape == (1, 10)
    assert arrays["next_rank"].tolist() == [0]


def test_no_categories():
    """Without categories there are no lanes, no mix, and every item has -1."""
    values, arrays = show([5, 6], categories=False)
    assert values["categories"] == []
    assert arrays["mix"].shape == (2, 0)
    assert (arrays["item_category"] == -1).all()


def test_own_categories_and_the_rest():
    """The user's own categories come first, others share the last place, items without one have -1."""
    log = make_log([3, 6, 4])
    names, local = own_categories(log.catalogue, np.array([3, 6, 4]))
    assert names == ["c0", "c1", None]
    assert [names[local[log.catalogue.categories.index(name)]] for name in ("c0", "c1", "c2")] == ["c0", "c1", None]
    _, arrays = show([3, 9])
    assert arrays["item_category"][arrays["item"][1]] == -1


def test_mix_sums_to_one_and_follows():
    """Shares sum to 1 and move to the category of the latest events."""
    mix = mix_so_far(np.repeat(np.eye(2, dtype=np.float32), 20, axis=0), half_life=5)
    assert np.allclose(mix.sum(axis=1), 1)
    assert mix[19, 0] == 1
    assert mix[39, 1] > 0.9


def test_size_of_500_events():
    """A history of 500 events takes less than a megabyte."""
    log = make_log(np.random.default_rng(0).integers(0, 900, 500).tolist(), n_items=900)
    assert len(playback(Model(900), log, log.find_user("u"), ground(log.n_items)).content) < 1_000_000


def test_map_and_backdrop():
    """States and items lie where the map puts them; the backdrop has all items with their categories."""
    values, arrays = show([5, 6])
    assert arrays["xy"].tolist() == [[5, 0], [6, 0]]
    assert all(arrays["item_xy"][at][0] == int(name[1:]) for at, name in enumerate(values["ids"]))
    log = make_log([5, 6])
    values, arrays = unpack(backdrop(ground(log.n_items), log.catalogue).content)
    assert arrays["xy"].shape == (30, 2)
    assert arrays["category"][9] == -1
    assert values["categories"][arrays["category"][4]] == "c1"


SPOTS = arrays(np.float32, st.tuples(st.integers(0, 12), st.just(2)), elements=st.floats(-2, 2, width=32))


@settings(max_examples=60, deadline=None)
@given(SPOTS, SPOTS)
def test_a_path_stays_among_the_items(items, states):
    """No place lies beyond the outline of the items; what lies within it stays, also where they are few or in line."""
    placed = among(states, _outline(items))
    assert placed.shape == states.shape
    assert np.isfinite(placed).all()
    try:
        edges = ConvexHull(items.astype(np.float64)).equations
    except (QhullError, ValueError):
        assert np.allclose(placed, states, atol=1e-6), "without an outline nothing is moved"
        return
    beyond = states @ edges[:, :2].T + edges[:, 2]
    within = (beyond <= 0).all(axis=1)
    assert ((placed @ edges[:, :2].T + edges[:, 2]) <= 1e-4).all()
    assert np.allclose(placed[within], states[within], atol=1e-5)


def test_a_user_is_played_without_a_model():
    """Lanes, mix and changes are those of the same user with a model; there is no map, list or attention."""
    log = make_log([0, 1, 2, 3, 4, 5, 6, 7])
    turn = (Change(4, 3, 5, ("c0",), ("c1",)),)
    about, arrays = unpack(untrained(log, log.find_user("u"), turn).content)
    full, known = unpack(playback(Model(30), log, log.find_user("u"), ground(30), turn).content)
    for name in ("categories", "changes", "steps", "user", "rest"):
        assert about[name] == full[name]
    for name in ("time", "session", "mix", "change_mix"):
        np.testing.assert_array_equal(arrays[name], known[name])
    titles = [about["titles"][item] for item in arrays["item"]]
    assert titles == [full["titles"][item] for item in known["item"]]
    assert arrays["list_item"].shape == arrays["near_item"].shape == (8, 0)
    assert set(arrays) == set(known)


def test_chances_of_listed_items_where_the_listing_tells_them():
    """The share of an item in all that is offered goes through the curve; without a curve nothing is said."""
    log = make_log([5, 6, 8])
    user, listing = log.find_user("u"), Upright()
    listing.chances = lambda share, _events: share / 2
    _, arrays = unpack(playback(Model(30), log, user, ground(30), listing=listing).content)
    scores = np.delete(np.arange(30.0), 5)  # after the first event item 5 is hidden
    assert np.isclose(arrays["list_chance"][0, 0], 29 / scores.sum() / 2)
    assert (np.diff(arrays["list_chance"], axis=1) <= 0).all()
    _, unknown = unpack(playback(Model(30), log, user, ground(30), listing=Backwards()).content)
    assert np.isnan(unknown["list_chance"]).all()


class Upright:
    """Scores every item by its number."""

    def scores(self, histories, users, given):  # noqa: ARG002
        """The same after every history."""
        return np.tile(np.arange(histories.n_items, dtype=np.float32), (len(users), 1))
