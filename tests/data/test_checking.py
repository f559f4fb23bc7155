"""What an import would do is told exactly for small logs, and from the first rows of large ones."""

import pandas as pd
import pytest

from core.data import checking, cleaning
from core.data.log_files import LogFiles
from core.errors import EventsError
from core.settings import ImportSettings


def write(path, users=6, events=20):
    """A log with one row whose time cannot be read."""
    rows = [f"u{user},i{event},{1_700_000_000 + event}" for user in range(users) for event in range(events)]
    path.write_text("\n".join(["user_id,item_id,timestamp", *rows, "u0,i1,never"]) + "\n")
    return path


def test_a_small_log_is_told_exactly(tmp_path):
    """The forecast is what the import comes to, and nothing is left behind."""
    log = write(tmp_path / "log.csv")
    found = checking.check(LogFiles(log), ImportSettings())
    out = tmp_path / "out"
    out.mkdir()
    assert found.whole
    assert found.summary == cleaning.import_files(LogFiles(log), out, ImportSettings())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.csv", "out"]


def test_a_large_log_is_told_from_its_first_rows(tmp_path, monkeypatch):
    """Only whole lines count, and users are not rejected for events that were not looked at."""
    monkeypatch.setattr(checking, "LOOK_AT", 300)
    monkeypatch.setattr(checking.packed, "CHUNK", 300)
    found = checking.check(LogFiles(write(tmp_path / "log.csv")), ImportSettings(min_events=20))
    assert not found.whole
    assert 10 < found.summary["rows_read"] == found.summary["rows_kept"] < 20


def test_a_large_parquet_file_is_told_from_its_first_rows(tmp_path, monkeypatch):
    """Parquet is read by rows, not by bytes."""
    monkeypatch.setattr(checking, "ROWS", 50)
    pd.read_csv(write(tmp_path / "log.csv"), dtype=str).to_parquet(tmp_path / "log.parquet")
    found = checking.check(LogFiles(tmp_path / "log.parquet"), ImportSettings())
    assert not found.whole
    assert found.summary["rows_read"] == 50


def test_ids_of_an_items_file_are_matched(tmp_path):
    """The report of ids without a match is there before the import."""
    (tmp_path / "items.csv").write_text("item_id,category\n" + "".join(f"i{n},tea\n" for n in range(15, 30)))
    found = checking.check(LogFiles(write(tmp_path / "log.csv"), tmp_path / "items.csv"), ImportSettings())
    assert found.summary["items_without_row"] == 15
    assert found.summary["items_without_events"] == 10


def test_a_log_of_which_nothing_would_be_kept_says_why(tmp_path):
    """The line is that of the import."""
    with pytest.raises(EventsError, match="No user has 30 events"):
        checking.check(LogFiles(write(tmp_path / "log.csv")), ImportSettings(min_events=30))


def test_all_files_of_a_log_are_looked_at(tmp_path):
    """Several files are one log, and each must have the same columns."""
    first, second = write(tmp_path / "log.csv"), write(tmp_path / "next.csv", users=9)
    found = checking.check(LogFiles(first, more=(second,)), ImportSettings())
    assert found.whole
    assert found.summary["users"] == 9
    assert found.summary["rows_read"] == 6 * 20 + 1 + 9 * 20 + 1
    second.write_text("user_id,item_id,timestamp,stars\na,b,1700000000,1\n")
    with pytest.raises(EventsError, match=r"next\.csv has the columns"):
        checking.check(LogFiles(first, more=(second,)), ImportSettings())
