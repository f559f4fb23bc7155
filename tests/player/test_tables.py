"""Tables of what the player shows agree with what it draws."""

import pandas as pd
import pytest

from core.player import tables as shown
from core.player.user import playback
from tests.player.test_user import Model, ground, make_log


def tables(items, **how):
    """The table of lists of user u, its block and the catalogue."""
    log = make_log(items, **how)
    block = playback(Model(log.n_items), log, log.find_user("u"), ground(log.n_items))
    return shown.lists(block, log.catalogue), block, log.catalogue


def test_rows_of_a_step():
    """Ten rows a step: the event, its list best first, and the true next item marked where it is listed."""
    table, block, catalogue = tables([5, 6, 8])
    rows = shown.list_at(block, catalogue, 0)
    assert len(table) == 30
    assert rows["rank"].tolist() == list(range(1, 11))
    assert rows["item_id"].tolist()[:3] == ["i04", "i06", "i03"]
    assert rows["is_next"].tolist()[:3] == [False, True, False]
    assert rows["event_item_id"].unique() == ["i05"]
    assert rows["event_category"].unique() == ["c2"]
    assert rows["next_rank"].unique() == [2]
    assert table["timestamp"].dt.hour.unique().tolist() == [0, 1, 2]


def test_last_event_has_no_next():
    """After the last event there is no next rank and no item is marked."""
    table, _, _ = tables([5, 6])
    last = table[table["event_index"] == 1]
    assert last["next_rank"].isna().all()
    assert not last["is_next"].any()


def test_short_lists_and_no_clock():
    """Where few items are left the list is shorter; positions stand for times."""
    table, _, _ = tables([0, 1, 2, 3], n_items=4, ordinal=True)
    assert table.groupby("event_index").size().to_dict() == {0: 3, 1: 2, 2: 1}
    assert table["timestamp"].tolist() == [0, 0, 0, 1, 1, 2]


def test_no_categories():
    """Without categories the columns are there and empty."""
    table, _, _ = tables([5, 6], categories=False)
    assert table["category"].isna().all()


@pytest.mark.parametrize(
    ("items", "how"),
    [
        ([5, 6, 8, 5], {}),
        ([0, 1, 2, 3], {"n_items": 4, "ordinal": True}),
        ([5, 6], {"categories": False}),
        ([2], {}),
    ],
)
def test_the_list_of_a_step_is_made_alone(items, how):
    """It is the part of the whole table with that step, to the types of its columns; none before and behind."""
    table, block, catalogue = tables(items, **how)
    for step in range(-1, len(items) + 1):
        expected = table[table["event_index"] == step].reset_index(drop=True)
        pd.testing.assert_frame_equal(shown.list_at(block, catalogue, step), expected)


def test_the_file_says_that_steps_count_from_0():
    """A page counts events from 1; the table that is taken along names its column by what it counts from."""
    table, block, catalogue = tables([5, 6, 8])
    file = shown.taken(block, catalogue)
    assert "event_index" not in file
    assert file["step_from_0"].tolist() == table["event_index"].tolist()
