"""What an import says of itself: the same lines for the command line and the pages."""

from core.data import account
from core.data.cleaning import import_files
from core.data.log_files import LogFiles
from core.phrases import Said, packed, say

from .importing import ALL, log


def summary(tmp_path, text, columns=None):
    """What an import of a text wrote down."""
    path, folder = tmp_path / "log.csv", tmp_path / "out"
    path.write_text(text)
    folder.mkdir()
    return import_files(LogFiles(path, columns=columns), folder, ALL)


def test_positions_are_visits(tmp_path):
    """A log without a clock has no span; each event is a visit, and the line on times says why."""
    found = summary(tmp_path, log(*(f"u{user},i{place},{place}" for user in range(3) for place in range(5))))
    report, lines = account.report(found), account.decided(found)
    assert (report["ordinal"], report["first"], report["sessions"]) == (True, None, "visits")
    assert "how times were read: positions in a history, not times" in lines
    assert "each event counts as a session of its own: the log has no clock" in lines


def test_columns_that_were_told_are_said_to_be(tmp_path):
    """The owner's word is told from a guess; the order of the rows is no column."""
    found = summary(
        tmp_path, "client,film,rating\nu,a,3\nu,b,4\n", {"user_id": "client", "item_id": "film", "timestamp": "#"}
    )
    assert account.decided(found)[:3] == [
        "user_id is the column client, as told",
        "item_id is the column film, as told",
        "timestamp is the order of the rows, as told",
    ]


def test_only_cells_that_held_something_became_empty(tmp_path):
    """Empty cells are no numbers lost; numbers with commas are numbers."""
    rows = ("u,a,2020-01-01,5,1", "u,b,2020-01-02,,two", 'u,c,2020-01-03,good,"1,000"', "v,a,2020-01-04,4,")
    found = summary(tmp_path, log(*rows, header="user_id,item_id,timestamp,rating,quantity"))
    assert account.decided(found)[-2:] == [
        "1 of 3 cells of rating are no numbers and became empty",
        "1 of 3 cells of quantity are no numbers and became empty",
    ]


def test_summaries_of_other_versions_are_told_as_far_as_they_go():
    """Nothing that a version did not note is missed, and what a later one notes is said."""
    assert account.report({})["sessions"] == "pauses"
    assert account.decided({}) == ["a pause of more than 30 minutes starts a new session"]
    later = {
        "sessions": "column",
        "recipe": {"columns": {"session_id": "visit"}},
        "lines_in_cells": 4,
        "notes": [packed(say("decided.title_is_item", column="Film"))],
    }
    lines = account.decided(later)
    assert all(isinstance(line, Said) for line in lines)
    assert lines == [
        "session_id is the column visit, by its name",
        "sessions are those of the column visit",
        "no column names the items: their title Film does",
        "4 lines stand inside of quoted cells",
    ]
