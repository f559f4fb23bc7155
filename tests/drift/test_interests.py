"""Interests where a log names none."""

import pandas as pd

from core.data.sequences import build_sequences
from core.drift.evidence.interests import for_charts, on_points


def test_charts_draw_the_interests_that_the_table_names(simulation):
    """Without categories charts get groups of items, named; events and items stay as they are."""
    log = build_sequences(simulation.events, simulation.items.drop(columns="category"))
    shown = for_charts(log, 0)
    assert shown.catalogue.categories
    assert all(" · " in name for name in shown.catalogue.categories)
    assert shown.item is log.item
    assert (shown.catalogue.items == log.catalogue.items).all()


def test_a_log_with_categories_is_left_alone(sequences):
    """The log's own categories need no help."""
    assert for_charts(sequences, 0) is sequences


def test_too_little_to_group_is_no_error_for_charts(simulation):
    """Where there is nothing to group, charts do without interests; the drift test says why."""
    one = simulation.events[simulation.events.user_id == simulation.events.user_id.iloc[0]].head(5)
    log = build_sequences(one)
    assert for_charts(log, 0) is log


def test_points_of_a_map_take_the_interest_of_their_item(simulation):
    """Each point has the group of its item, whatever the order of the points."""
    shown = for_charts(build_sequences(simulation.events, simulation.items.drop(columns="category")), 0)
    points = pd.DataFrame({"item_id": shown.catalogue.items[[5, 0]], "category": [None, None]})
    names = on_points(points, shown).category
    assert list(names) == [shown.catalogue.categories[shown.catalogue.first_category[item]] for item in (5, 0)]
