"""Filters, MMR and calibration do what their formulas say."""

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import Sequences, build_sequences
from core.errors import SettingsError
from core.lists import ranked, shaped
from core.settings import ListSettings, RecommendSettings


class Fixed:
    """Scores that fall with the integer id: the same for everyone."""

    name = "fixed"

    def scores(self, histories, users):
        """1, 0.99, 0.98 ..."""
        return np.tile(1 - np.arange(histories.n_items, dtype=np.float32) / 100, (len(users), 1))


@pytest.fixture(scope="module")
def log() -> Sequences:
    """One user with 8 events of x and 2 of y; items x00 to x19 rank before y00 to y19."""
    items = pd.DataFrame({"item_id": [f"{category}{n:02}" for category in "xy" for n in range(20)]})
    items["category"] = items["item_id"].str[0]
    had = [f"x{n:02}" for n in range(8)] + ["y00", "y01"]
    events = pd.DataFrame({"user_id": "u", "item_id": had, "timestamp": pd.to_datetime(range(10), unit="h")})
    return build_sequences(events, items)


def listed(log, **settings) -> list[str]:
    return shaped.shaped_list(Fixed(), log, 0, ListSettings(**settings))["item_id"].tolist()


def test_without_wishes_it_is_the_list(log):
    """The same items, order and scores as `recommend.top_k`."""
    found = shaped.shaped_list(Fixed(), log, 0, ListSettings())
    expected = ranked.top_k(Fixed(), log, np.array([0]), RecommendSettings())
    assert found["item_id"].tolist() == expected["item_id"].tolist()
    assert found["score"].tolist() == expected["score"].tolist()
    assert found["rank_by_score"].tolist() == found["rank"].tolist()


def test_filters(log):
    """Categories, seen items, and items that came up in the last tenth of the log."""
    assert {item[0] for item in listed(log, categories=("y",))} == {"y"}
    assert listed(log, hide_seen=False)[0] == "x00"
    assert listed(log, hide_seen=False, new_only=True, categories=("y",))[:2] == ["y01", "y02"]


def test_calibration_brings_the_list_to_the_mix(log):
    """Eight of ten events were x: so are eight of ten items, where by score all would be."""
    assert sum(item[0] == "x" for item in listed(log)) == 10
    assert sum(item[0] == "x" for item in listed(log, calibration=0.9)) == 8


def test_diversity_alternates(log):
    """With likeness as heavy as the score, the second item is of the other category."""
    assert [item[0] for item in listed(log, diversity=0.5)][:2] == ["x", "y"]
    assert listed(log, diversity=0.5)[0] == listed(log)[0]


def test_mmr_by_hand():
    """Candidates 1.0, 0.9, 0.8; the second is like the first: at 0.5 the third comes before it."""
    likeness = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1.0]])
    assert shaped.mmr(np.array([1.0, 0.9, 0.8]), likeness, 3, 0.5).tolist() == [0, 2, 1]
    assert shaped.mmr(np.array([1.0, 0.9, 0.8]), likeness, 2, 0.0).tolist() == [0, 1]


def test_divergence_by_hand():
    """KL of (1/2, 1/2) from (1, 0) with a hundredth of the wanted mix in it; 0 from itself."""
    wanted = np.array([0.5, 0.5])
    expected = 0.5 * np.log(0.5 / 0.995) + 0.5 * np.log(0.5 / 0.005)
    assert shaped.divergence(wanted, np.array([[1.0, 0.0], [0.5, 0.5]])) == pytest.approx([expected, 0])


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"diversity": 1.5}, r"diversity must lie between 0 and 1, found 1\.5"),
        ({"diversity": 0.5, "calibration": 0.5}, "Choose either diversity or calibration"),
        ({"k": 0}, "k must be at least 1, found 0"),
        ({"categories": ("q",)}, r"No category 'q'\. Choose from x, y"),
    ],
)
def test_wishes_that_make_no_sense_are_refused(log, settings, text):
    """The line says what may be chosen."""
    with pytest.raises(SettingsError, match=text):
        listed(log, **settings)


def test_a_log_without_categories_can_be_listed():
    """Diversity and calibration then change nothing."""
    events = pd.DataFrame({"user_id": "u", "item_id": list("abc"), "timestamp": pd.to_datetime(range(3), unit="h")})
    plain = build_sequences(pd.concat([events, events.assign(user_id="v", item_id=list("def"))], ignore_index=True))
    assert listed(plain, diversity=0.5) == listed(plain) == listed(plain, calibration=0.5)


def test_order_by_distance_needs_a_space(log):
    """A ranker without vectors says so; an unknown order is refused."""
    with pytest.raises(SettingsError, match="no space in which items lie near a user"):
        shaped.shaped_list(Fixed(), log, 0, ListSettings(order="distance"))
    with pytest.raises(SettingsError, match="order must be one of score, distance"):
        ListSettings(order="size")


class Spaced(Fixed):
    """Items on a circle; the state after an event lies behind its item."""

    item_vectors = np.stack([np.cos(np.arange(99)), np.sin(np.arange(99))], axis=1).astype(np.float32)

    def states(self, sequences):
        """After each event the place of its item, farther out."""
        return 3 * self.item_vectors[sequences.item]


def test_order_by_distance_puts_neighbours_first(log):
    """The nearest items that the user has not had, whatever they score; distances grow down the list."""
    ranker = Spaced()
    ranker.item_vectors = ranker.item_vectors[: log.n_items]
    found = shaped.shaped_list(ranker, log, 0, ListSettings(order="distance"))
    apart = np.linalg.norm(ranker.item_vectors - ranker.item_vectors[log.item[log.rows_of(0)][-1]], axis=1)
    places = [log.catalogue.item_position[item] for item in found["item_id"]]
    assert found["score"].to_numpy() == pytest.approx(-apart[places], abs=1e-5)
    assert (np.diff(found["score"]) <= 0).all()


def test_about_a_list(log):
    """Rare items are novel; popularity is beside a usual item."""
    listed = shaped.shaped_list(Fixed(), log, 0, ListSettings())
    found = shaped.about(listed, log)
    assert found["novelty"] > 0
    assert found["categories"] >= 1
    assert shaped.about(listed.iloc[:0], log) == {"novelty": 0.0, "popularity": 0.0, "categories": 0}
