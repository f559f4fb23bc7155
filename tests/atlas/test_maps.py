"""The map keeps neighbours together, stays where it is, and is the same every time."""

import numpy as np
import pandas as pd
import pytest

from core import atlas
from core.atlas.space import unit
from core.data.sequences import build_sequences
from core.errors import EventsError, SettingsError
from core.settings import AtlasSettings

CLUSTERS, PER_CLUSTER, SIZE = 4, 30, 16


class Clustered:
    """A made-up model: items of a category lie together; the state after an event is near its item."""

    def __init__(self, n_items: int) -> None:
        random = np.random.default_rng(5)
        centres = np.eye(CLUSTERS, SIZE, dtype=np.float32)
        noise = random.normal(0, 0.08, (n_items, SIZE)).astype(np.float32)
        self.item_vectors = unit(centres[np.arange(n_items) * CLUSTERS // max(n_items, 1)] + noise)

    def states(self, sequences):
        """Near the item of the event, but of another length; no two are the same."""
        noise = np.random.default_rng(3).normal(0, 0.1, (len(sequences), SIZE)).astype(np.float32)
        return 3 * self.item_vectors[sequences.item] + noise


@pytest.fixture(scope="module")
def log():
    """Sixty users who each stay in one of four categories."""
    items = [f"i{number:03d}" for number in range(CLUSTERS * PER_CLUSTER)]
    random = np.random.default_rng(1)
    rows = [
        (f"u{user}", items[user % CLUSTERS * PER_CLUSTER + int(random.integers(PER_CLUSTER))], 1_000_000_000 + step)
        for user in range(60)
        for step in range(12)
    ]
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    events["timestamp"] = pd.to_datetime(events["timestamp"], unit="s")
    catalogue = pd.DataFrame({"item_id": items, "title": items})
    catalogue["category"] = [f"c{number // PER_CLUSTER}" for number in range(len(items))]
    return build_sequences(events, catalogue)


@pytest.fixture(scope="module", params=["umap", "pca"])
def settings(request):
    return AtlasSettings(method=request.param, landmarks=400)


@pytest.fixture(scope="module")
def fitted(log, settings):
    return atlas.fit(Clustered(log.n_items), log, settings)


def test_every_item_and_the_sampled_states_have_a_place(log, fitted):
    """A row per item with its own id, and states that name user, event and category; all within the frame."""
    points = fitted.points
    items, states = points[points["kind"] == "item"], points[points["kind"] == "state"]
    assert list(items["item_id"]) == list(log.catalogue.items)
    assert len(states) == 400 - log.n_items
    assert (items["event_index"] == -1).all()
    assert states["user_id"].isin(log.users).all()
    assert states["event_index"].between(0, 11).all()
    assert points[["x", "y"]].abs().max().max() <= 1.001
    assert set(points["category"]) == {"c0", "c1", "c2", "c3"}


def test_categories_that_lie_together_stay_together(fitted):
    """Clusters in space are clusters on the map, and trustworthiness says so."""
    items = fitted.points[fitted.points["kind"] == "item"]
    centres = items.groupby("category")[["x", "y"]].mean()
    own = items[["x", "y"]].to_numpy() - centres.loc[items["category"]].to_numpy()
    apart = np.linalg.norm(centres.to_numpy()[:, None] - centres.to_numpy()[None], axis=2)
    assert np.linalg.norm(own, axis=1).mean() < 0.5 * apart[np.triu_indices(CLUSTERS, 1)].mean()
    assert fitted.trustworthiness > (0.85 if fitted.method == "umap" else 0.6)


def test_a_landmark_lies_where_it_was_put(log, fitted):
    """Placing the sampled states again changes nothing; their length does not matter."""
    sampled = fitted.points[fitted.points["kind"] == "state"]
    rows = log.offsets[[log.user_position[user] for user in sampled["user_id"]]] + sampled["event_index"].to_numpy()
    states = Clustered(log.n_items).states(log)[rows.astype(int)]
    assert np.allclose(atlas.place(fitted, 7 * states), sampled[["x", "y"]].to_numpy(), atol=1e-3)


class Torn(Clustered):
    """A model whose states all lean one way, as trained states lean to what is popular."""

    def states(self, sequences):
        """Far from all items, all in the same direction."""
        lean = np.zeros(SIZE, np.float32)
        lean[-1] = 9.0
        return super().states(sequences) + lean


def test_what_all_states_share_does_not_tear_the_map(log, settings):
    """Items and states of a category lie together, whatever all states have in common."""
    points = atlas.fit(Torn(log.n_items), log, settings).points
    centres = points.groupby(["kind", "category"])[["x", "y"]].mean()
    own = np.linalg.norm(centres.loc["item"].to_numpy() - centres.loc["state"].to_numpy(), axis=1)
    items = centres.loc["item"].to_numpy()
    apart = np.linalg.norm(items[:, None] - items[None], axis=2)[np.triu_indices(CLUSTERS, 1)]
    assert own.mean() < 0.5 * apart.mean()


def test_the_same_settings_give_the_same_map(log, settings, fitted):
    """Fitting twice gives the same places to the last bit."""
    again = atlas.fit(Clustered(log.n_items), log, settings)
    pd.testing.assert_frame_equal(again.points, fitted.points)


def test_a_map_is_read_as_it_was_written(fitted, tmp_path):
    """A saved map places new vectors where the first one did."""
    atlas.save(fitted, tmp_path / "map")
    read = atlas.load(tmp_path / "map")
    vectors = np.random.default_rng(0).normal(size=(20, SIZE)).astype(np.float32)
    assert np.array_equal(atlas.place(read, vectors), atlas.place(fitted, vectors))
    assert (read.method, read.trustworthiness) == (fitted.method, fitted.trustworthiness)
    pd.testing.assert_frame_equal(read.points, fitted.points)


def test_no_vectors_have_no_places(fitted):
    """A user without events has an empty trajectory."""
    assert atlas.place(fitted, np.zeros((0, SIZE), np.float32)).shape == (0, 2)


def test_a_tiny_log_still_has_a_map(settings):
    """Two users and two items are enough to draw something; less is refused with a reason."""
    events = pd.DataFrame({"user_id": ["a", "a", "b"], "item_id": ["x", "y", "x"]})
    events["timestamp"] = pd.to_datetime([1, 2, 3], unit="s")
    log = build_sequences(events)
    assert len(atlas.fit(Clustered(2), log, settings).points) == 5
    one = build_sequences(events[:1])
    with pytest.raises(EventsError, match=r"needs at least 4 items and states, found 2"):
        atlas.fit(Clustered(1), one, settings)


def test_of_both_kinds_the_more_trustworthy_is_kept(log, fitted):
    """The map is that of the better method to the last bit, and says how far each can be trusted."""
    both = atlas.fit(Clustered(log.n_items), log, AtlasSettings(landmarks=400))
    assert set(both.tried) == {"pca", "umap"}
    assert both.trustworthiness == max(both.tried.values()) == both.tried[both.method]
    assert both.tried[fitted.method] == fitted.trustworthiness
    if both.method == fitted.method:
        pd.testing.assert_frame_equal(both.points, fitted.points)


def test_unknown_methods_are_refused():
    """The message lists the valid ones."""
    with pytest.raises(SettingsError, match=r"atlas.method is 'tsne'\. Choose from auto, umap, pca\."):
        AtlasSettings(method="tsne")
