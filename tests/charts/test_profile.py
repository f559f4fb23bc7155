"""Charts of a data set show every count that they are given."""

import pandas as pd
import pytest

from core.charts import profile as charts
from core.charts.theme import LIGHT, Look


@pytest.fixture
def look():
    """A light look with two categories."""
    return Look(("tea", "cake"))


def test_periods_draws_a_bar_per_period(look):
    """Each period has its events as height and its users to read off."""
    frame = pd.DataFrame({"start": pd.to_datetime(["2024-01-01", "2024-01-08"]), "events": [3, 5], "users": [1, 2]})
    bar = charts.periods(frame, look).data[0]
    assert list(bar.y) == [3, 5]
    assert list(bar.customdata) == [1, 2]


def test_sizes_keeps_the_order_of_the_classes(look):
    """Classes stand as given, not sorted as text."""
    frame = pd.DataFrame({"size": ["1", "2", "10-19"], "users": [4, 2, 1], "events": [4, 4, 12]})
    figure = charts.sizes(frame, "users", look)
    assert list(figure.data[0].x) == ["1", "2", "10-19"]
    assert figure.layout.xaxis.type == "category"


def test_categories_are_drawn_most_events_at_the_top_in_their_own_colours(look):
    """A category has the colour that it has everywhere, and markup in its name is text."""
    frame = pd.DataFrame({"category": ["tea", "<b>cake</b>"], "items": [1, 1], "events": [9, 2]})
    bar = charts.categories(frame, look).data[0]
    assert list(bar.y) == ["&lt;b&gt;cake&lt;/b&gt;", "tea"]
    assert bar.marker.color[1] == LIGHT[0]


def test_categories_are_cut_at_twenty(look):
    """A log with hundreds of categories stays readable."""
    frame = pd.DataFrame({"category": [f"c{i}" for i in range(50)], "items": 1, "events": range(50, 0, -1)})
    assert len(charts.categories(frame, look).data[0].x) == charts.MOST_BARS


def test_pauses_that_part_sessions_have_a_colour_of_their_own(look):
    """Classes are named by their longest pause, in a unit that fits."""
    frame = pd.DataFrame({"gap": [0.0, 1 / 60, 0.5, 6.0, 168.0, float("inf")], "events": range(1, 7)})
    bar = charts.gaps(frame, 30.0, look).data[0]
    assert list(bar.x) == ["none", "≤ 1 min", "≤ 30 min", "≤ 6 h", "≤ 7 d", "longer"]
    assert len(set(bar.marker.color[:3])) == 1 == len(set(bar.marker.color[3:]))
    assert bar.marker.color[0] != bar.marker.color[5]
