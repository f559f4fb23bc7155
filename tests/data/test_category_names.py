"""Categories under other names: merged for the eye, counted once an item, colours kept, and back in a click."""

import numpy as np
import pandas as pd
import pytest

from core.charts import Look, palettes
from core.data import CategoryNames
from core.data.sequences import build_sequences

NAMES = CategoryNames({"tea": "drinks", "coffee": "drinks", "cake": "Cakes"}, {"drinks": "#123456"})


@pytest.fixture(scope="module")
def log():
    """Items of one category, of two that become one, and of none."""
    items = pd.DataFrame({"item_id": list("abcd"), "category": ["tea", "tea|coffee|cake", "bread", None]})
    events = pd.DataFrame({"user_id": "u", "item_id": list("aabbcd")})
    events["timestamp"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(range(6), unit="h")
    return build_sequences(events, items)


def test_an_item_of_two_that_are_one_has_that_once(log):
    """Shares are equal among the names that are shown; what has none stays without; events are the same."""
    shown = NAMES.on(log)
    assert set(shown.catalogue.categories) == {"drinks", "Cakes", "bread"}
    place = {name: at for at, name in enumerate(shown.catalogue.categories)}
    shares = shown.catalogue.shares.toarray()
    assert shares[1, place["drinks"]] == shares[1, place["Cakes"]] == 0.5
    assert shares.sum(axis=1).tolist() == [1, 1, 1, 0]
    assert shown.catalogue.main_category(np.array([0, 3])).tolist() == ["drinks", None]
    assert (shown.item == log.item).all()
    assert CategoryNames().on(log) is log


def test_names_lead_back_to_the_logs_own(log):
    """Own categories of a shown name and what is merged; a name that nobody gave is the category itself."""
    assert NAMES.merged == {"drinks": ("tea", "coffee")}
    assert set(NAMES.own(NAMES.names(log.catalogue.categories))) == set(log.catalogue.categories)


def test_a_turn_within_one_name_is_none():
    """Both sides of a drift table are renamed; what stands on both by then goes from both."""
    table = pd.DataFrame({"from_categories": [("tea", "bread"), ()], "to_categories": [("coffee", "cake"), ()]})
    told = NAMES.in_table(table)
    assert told["from_categories"].tolist() == [("bread",), ()]
    assert told["to_categories"].tolist() == [("Cakes",), ()]


def test_a_chosen_colour_holds_in_light_and_dark(log):
    """Charts and the player draw the colour; all others keep that of their place."""
    shown = NAMES.on(log).catalogue
    for mode, dark in (("light", False), ("dark", True)):
        look = Look(shown.categories, dark, shown.colors)
        assert look.category("drinks") == palettes(shown.categories, shown.colors)[mode]["drinks"] == "#123456"
        plain = Look(shown.categories, dark)
        assert look.category("bread") == plain.category("bread") != "#123456"
