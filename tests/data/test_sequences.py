"""Sequences: what integer ids, orders, sessions and categories mean."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.sequences import Sequences, build_sequences, load_sequences
from core.errors import EventsError, UnknownItemError, UnknownUserError
from core.workspace import DataSet


def frame(rows: list[tuple[str, str, int]], **columns: list) -> pd.DataFrame:
    """Events from (user, item, minute)."""
    table = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    table["timestamp"] = pd.to_datetime(table["timestamp"] * 60, unit="s").astype("datetime64[us]")
    return table.assign(**columns)


ROWS = [("a", "x", 0), ("a", "y", 10), ("a", "x", 60), ("b", "z", 5)]


def test_users_own_consecutive_rows():
    """Offsets, items and users say the same as the frame."""
    sequences = build_sequences(frame(ROWS))
    assert list(sequences.users) == ["a", "b"]
    assert list(sequences.offsets) == [0, 3, 4]
    assert [sequences.catalogue.items[item] for item in sequences.item] == ["x", "y", "x", "z"]
    assert list(sequences.event_index) == [0, 1, 2, 0]
    assert sequences.kinds == ("event",)
    assert list(sequences.weight) == [1, 1, 1, 1]


def test_unsorted_frames_are_sorted_and_ties_keep_their_order():
    """Rows of a user are brought together in time order; equal times stay in the order of the frame."""
    sequences = build_sequences(frame([("b", "z", 5), ("a", "y", 9), ("a", "x", 3), ("b", "q", 5), ("a", "w", 9)]))
    assert list(sequences.users) == ["a", "b"]
    assert [sequences.catalogue.items[item] for item in sequences.item] == ["x", "y", "w", "z", "q"]


def test_gap_starts_a_session():
    """More than 30 minutes of pause start a session; session numbers rise over the whole log."""
    assert list(build_sequences(frame(ROWS)).session) == [0, 0, 1, 2]
    assert list(build_sequences(frame(ROWS), session_gap_minutes=5).session) == [0, 1, 2, 3]
    assert list(build_sequences(frame(ROWS), ordinal=True).session) == [0, 1, 2, 3]


def test_session_ids_of_the_log_win():
    """A session column decides, also over long pauses; rows without one fall back on pauses."""
    assert list(build_sequences(frame(ROWS, session_id=["s", "s", "s", "s"])).session) == [0, 0, 0, 1]
    assert list(build_sequences(frame(ROWS, session_id=[None, None, None, "t"])).session) == [0, 0, 1, 2]


def test_categories_are_ranked_by_events_and_shared_equally():
    """The category with most events comes first; an item with two has half of each."""
    items = pd.DataFrame({"item_id": ["x", "y", "z", "new"], "category": ["A|B", "B", None, " C | C "]})
    catalogue = build_sequences(frame(ROWS), items).catalogue
    assert catalogue.categories == ("B", "A", "C")
    assert catalogue.shares.toarray().tolist() == [[0.5, 0.5, 0], [1, 0, 0], [0, 0, 0], [0, 0, 1]]
    assert list(catalogue.first_category) == [0, 0, -1, 2]


def test_items_without_title_show_their_id():
    """Titles fall back on ids, attributes keep their rows, and items unknown to the file come last."""
    items = pd.DataFrame({"item_id": ["x", "y"], "title": ["Ex", None], "price": [1.5, 2.5]})
    catalogue = build_sequences(frame(ROWS), items).catalogue
    assert list(catalogue.items) == ["x", "y", "z"]
    assert list(catalogue.titles) == ["Ex", "y", "z"]
    assert catalogue.attributes["price"].tolist()[:2] == [1.5, 2.5]
    assert list(catalogue.attributes) == ["price"]


def test_user_attributes_follow_the_users_with_events():
    """A row per user with events, in their order."""
    users = pd.DataFrame({"user_id": ["b", "idle", "a"], "age": [3, 4, 5]})
    assert build_sequences(frame(ROWS), users=users).user_attributes["age"].tolist() == [5, 3]


def test_kinds_and_weights():
    """Kinds are ranked by events; a missing weight counts as 1."""
    events = frame(ROWS, event=["view", "buy", "view", None], weight=[2.0, np.nan, 1.0, 0.5])
    sequences = build_sequences(events)
    assert sequences.kinds == ("view", "buy", "event")
    assert list(sequences.kind) == [0, 1, 0, 2]
    assert list(sequences.weight) == [2.0, 1.0, 1.0, 0.5]


def test_a_rating_is_the_weight_where_there_is_no_other():
    """Ratings weigh events, a missing one as the median; a column of weights goes first."""
    rated = frame(ROWS, rating=[5.0, np.nan, 1.0, 4.0])
    assert list(build_sequences(rated).weight) == [5.0, 4.0, 1.0, 4.0]
    assert list(build_sequences(rated.assign(weight=2.0)).weight) == [2.0] * 4


def test_cuts_keep_integer_ids():
    """A hold-out or a moment is again sequences over the same users and items."""
    sequences = build_sequences(frame(ROWS))
    cut = sequences.without_last(1)
    assert list(cut.lengths) == [2, 0]
    assert list(sequences.until(10 * 60 * 1_000_000).item) == [0, 1, 2]
    assert cut.n_users == 2
    assert cut.n_items == 3


def test_missing_column_is_named():
    """The message names what is missing and what was found."""
    with pytest.raises(EventsError, match=r"Missing column\(s\) timestamp\. Found: user_id, item_id"):
        build_sequences(frame(ROWS).drop(columns="timestamp"))


def test_unknown_ids_are_refused():
    """The message shows the id asked for and one that exists."""
    sequences = build_sequences(frame(ROWS))
    with pytest.raises(UnknownUserError, match=r"No user 'q' in this data set of 2 users.*'a'"):
        sequences.find_user("q")
    with pytest.raises(UnknownItemError, match=r"No item 'q' in this data set of 3 items.*'x'"):
        sequences.find_item("q")


def test_load_reads_what_was_written(tmp_path: Path):
    """Sequences from files equal those from the frames."""
    events = frame(ROWS, event=["view", "buy", "view", None], session_id=["s", "s", None, "t"])
    items = pd.DataFrame({"item_id": ["x", "y", "z"], "category": ["A|B", "B", None]})
    users = pd.DataFrame({"user_id": ["a", "b"]})
    for name, table in {"events": events, "items": items, "users": users}.items():
        table.to_parquet(tmp_path / f"{name}.parquet")
    loaded = load_sequences(DataSet("n", 1, "", {"session_gap_minutes": 30, "ordinal": False}, tmp_path))
    assert_same(loaded, build_sequences(events, items, users))


def assert_same(one: Sequences, other: Sequences) -> None:
    for name in ("users", "offsets", "item", "time", "kind", "weight", "session"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert one.kinds == other.kinds
    assert one.catalogue.categories == other.catalogue.categories


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(0, 500)), max_size=40).map(frame),
    st.booleans(),
)
def test_invariants(events: pd.DataFrame, ordinal: bool):
    """Nothing is lost, times rise within a user, sessions rise and never span two users."""
    sequences = build_sequences(events, ordinal=ordinal)
    assert len(sequences) == len(events) == sequences.offsets[-1]
    same_user = np.diff(sequences.user) == 0
    assert (np.diff(sequences.time)[same_user] >= 0).all()
    assert (np.diff(sequences.session) >= 0).all()
    assert (np.diff(sequences.session)[~same_user] == 1).all()
    ids = [
        (sequences.users[u], sequences.catalogue.items[i]) for u, i in zip(sequences.user, sequences.item, strict=True)
    ]
    assert sorted(ids) == sorted(zip(events["user_id"], events["item_id"], strict=True))


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("xyz"), st.integers(0, 500)), max_size=40).map(frame),
    st.lists(st.integers(-2, 8), max_size=12),
)
def test_only_is_what_a_scan_of_all_events_finds(events: pd.DataFrame, users: list[int]):
    """Several users, unsorted, repeated, or not there: the rows that a mask over the whole log would keep."""
    sequences, asked = build_sequences(events), np.array(users, dtype=np.int64)
    scanned = np.isin(sequences.user, asked)
    assert_same(sequences.only(asked), sequences.keep(scanned))
    rows = sequences.rows_of_all(asked)
    assert rows.dtype == np.int64
    assert rows.tolist() == np.flatnonzero(scanned).tolist()
