"""The profile of a data set counts what is there and warns of what matters."""

import pandas as pd
import pytest

from core.data import schema
from core.data.profile import profile
from core.workspace import Workspace

HOUR = pd.Timedelta(hours=1)
START = pd.Timestamp("2024-03-04")


def published(tmp_path, events, items=None, **summary):
    """A data set of canonical frames; events may have a session."""
    workspace = Workspace(tmp_path)
    frame = pd.DataFrame(events, columns=[*schema.REQUIRED, schema.SESSION][: len(events[0])])
    items = pd.DataFrame(items or [], columns=[schema.ITEM, schema.CATEGORY])
    with workspace.staging() as folder:
        frame.astype({schema.TIME: "datetime64[us]"}).to_parquet(folder / "events.parquet")
        items.astype("string").to_parquet(folder / "items.parquet")
        return workspace.publish("log", folder, summary)


@pytest.fixture
def small(tmp_path):
    """Two users; a's first two events form one session, its last one and b's only one stand alone."""
    events = [
        ("a", "x", START),
        ("a", "y", START + HOUR / 4),
        ("a", "x", START + 50 * HOUR),
        ("b", "x", START + 60 * HOUR),
    ]
    return profile(published(tmp_path, events, [("x", "tea|cake"), ("y", None)]), tmp_path)


def test_counts_events_by_day(small):
    """A short log is shown by day, and only days with events have a row."""
    assert small.unit == "day"
    assert small.periods.events.tolist() == [2, 2]
    assert small.periods.users.tolist() == [1, 2]


def test_counts_users_and_items_by_size(small):
    """Classes hold every user and item once, and all their events."""
    assert small.lengths.to_dict("list") == {"size": ["1", "3-4"], "users": [1, 1], "events": [1, 3]}
    assert small.popularity.to_dict("list") == {"size": ["1", "3-4"], "items": [1, 1], "events": [1, 3]}


def test_an_event_counts_for_each_category_of_its_item(small):
    """Items with two categories count for both; items without one for none."""
    assert small.categories.to_dict("list") == {"category": ["cake", "tea"], "items": [1, 1], "events": [3, 3]}
    assert small.facts["uncategorised"] == 0.25


@pytest.mark.parametrize("hours", [[3], [1, 2], [5, 1, 1], [1, 9, 2, 2], [4, 4, 1, 7, 30]])
def test_the_median_pause_is_that_of_the_pauses(tmp_path, hours):
    """Of an odd and an even number, some of them equal, in any order; each of these parts two sessions."""
    times = START + pd.to_timedelta([0, *pd.Series(hours).cumsum()], unit="h")
    found = profile(published(tmp_path, [("a", "x", time) for time in times]), tmp_path)
    assert found.facts["median_gap_hours"] == pd.Series(hours).median()
    assert found.facts["sessions"] == found.sessions.sessions.sum() == len(hours) + 1


@pytest.mark.parametrize(("ordinal", "sessions"), [(False, 2), (True, 3)])
def test_sessions_of_the_log_itself_go_before_pauses(tmp_path, ordinal, sessions):
    """Two that the log names, though pauses would make three; in an order without a clock every event is counted."""
    events = [("a", "x", START, "one"), ("a", "x", START + 9 * HOUR, "one"), ("a", "x", START + 99 * HOUR, "two")]
    assert profile(published(tmp_path, events, ordinal=ordinal), tmp_path).facts["sessions"] == sessions


def test_counts_pauses_and_sessions_by_size(small):
    """A pause belongs to the class of the longest that is no shorter; sessions of the log itself go before pauses."""
    assert small.gaps.to_dict("list") == {"gap": [0.5, 168.0], "events": [1, 1]}
    assert small.sessions.to_dict("list") == {"size": ["1", "2"], "sessions": [2, 1], "events": [2, 2]}


def test_facts(small):
    """Sessions are parted by the gap of the data set; the median gap is taken within users."""
    assert small.facts["sessions"] == 3
    assert small.facts["median_gap_hours"] == pytest.approx((0.25 + 49.75) / 2)
    assert small.facts["days"] == 2.5


@pytest.mark.parametrize(
    ("events", "items", "summary", "text"),
    [
        ([("a", "x", START), ("b", "y", START)], None, {}, "No categories"),
        ([("a", "x", START), ("b", "y", START)], None, {}, "one day"),
        ([("a", "x", START), ("a", "y", START)], None, {}, "Only one user"),
        ([("a", "x", START), ("b", "x", START)], None, {}, "Only one item"),
        ([("a", "x", START), ("a", "y", START)], None, {}, "50% of the events have the same time"),
        ([("a", "x", START), ("b", "y", START)], [("x", "tea"), ("y", "tea")], {}, "Only one category"),
        (
            [("a", "x", START), ("b", "y", START), ("b", "z", START)],
            [("x", "tea"), ("z", "cake")],
            {},
            "without a category",
        ),
        ([("a", "x", START), ("b", "y", START)], None, {"ordinal": True}, "no clock"),
    ],
)
def test_warnings(tmp_path, events, items, summary, text):
    """Each thing that spoils models or drift tests is said."""
    assert any(
        text in str(warning) for warning in profile(published(tmp_path, events, items, **summary), tmp_path).warnings
    )


def test_a_log_without_a_clock_has_no_periods(tmp_path):
    """Positions are not dates, so nothing is drawn over time."""
    found = profile(published(tmp_path, [("a", "x", START)], ordinal=True), tmp_path)
    assert found.unit == ""
    assert found.periods.empty
