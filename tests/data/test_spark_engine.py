"""A log that an engine of others reads and cleans comes out as a local import has it, to the row."""

import gzip
import json
import re

import numpy as np
import pandas as pd
import pytest

from bench.sail import free_port, sail
from core.data import blocks
from core.data.cleaning import import_files
from core.data.log_files import LogFiles
from core.errors import EventsError
from core.settings import ImportSettings

STRICT = ImportSettings(min_events=4, min_item_events=2, max_age_days=250, leave_out_kinds="shown", most_per_hour=6)
FILES = ("events.parquet", "items.parquet", "users.parquet", "waiting.parquet")


@pytest.fixture(scope="module")
def engine():
    with sail() as (address, _server):
        yield address


@pytest.fixture(scope="module")
def log():
    """Rows of every fate: ties, repeats, odd times of several formats, odd numbers, fast users, rare items, no ids."""
    rng = np.random.default_rng(5)
    rows = 1500
    moments = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300 * 24, rows), unit="h")
    frame = pd.DataFrame({
        "user_id": [f"u{each}" for each in rng.integers(0, 120, rows)],
        "item_id": [f"i{each}" for each in rng.zipf(1.4, rows) % 400],
        "timestamp": moments.strftime("%Y-%m-%d %H:%M:%S"),
        "event": rng.choice(["view", "buy", "shown"], rows),
        "rating": [f"{each:,}" for each in rng.integers(1, 3000, rows)],
        "shop": rng.choice(["a shop", 'the "best" one', "one, two"], rows),
    })  # fmt: skip
    frame.loc[::97, "timestamp"] = "yesterday"
    frame.loc[::89, "timestamp"] = "17/03/2024 10:00"
    frame.loc[::83, "user_id"] = ""
    frame.loc[400:420, ["user_id", "timestamp"]] = ["fast", "2024-05-05 05:05:05"]
    return pd.concat([frame, frame.iloc[::40].assign(rating="7")], ignore_index=True)


def files_of(folder, settings, files):
    """What an import writes: summary, tables, rejects."""
    folder.mkdir()
    summary = import_files(files, folder, settings, key="k")
    tables = [pd.read_parquet(folder / name) for name in FILES if (folder / name).exists()]
    return summary, tables, (folder / "rejects.csv").read_text()


def assert_same(here, there):
    """Every file and every count is the same; how many dates told their order is counted in the first rows alone."""
    told = re.compile(r"day first: \d+ dates")
    one, other = (told.sub("day first", json.dumps(found[0], default=str)) for found in (here, there))
    assert one == other
    for one, other in zip(here[1], there[1], strict=True):
        pd.testing.assert_frame_equal(one, other)
    assert there[2] == here[2]


def test_csv_in_blocks_is_imported_as_here(tmp_path, monkeypatch, engine, log):
    """Counts, reasons, line numbers, rejects, events, items and users, under all rules."""
    monkeypatch.setattr(blocks, "BYTES", 50_000)
    path = tmp_path / "log.csv"
    log.to_csv(path, index=False)
    here = files_of(tmp_path / "here", STRICT, LogFiles(path))
    there = files_of(tmp_path / "there", STRICT, LogFiles(path, engine=engine, address=str(path)))
    assert_same(here, there)
    assert here[0]["rows_rejected"] > 20
    assert here[0]["duplicates"] > 5


def test_parquet_in_a_folder_is_imported_as_here(tmp_path, monkeypatch, engine, log):
    """Files of a folder by name, row group by row group, numbered as several files of one log are; with pseudonyms."""
    monkeypatch.setattr(blocks, "ROWS", 600)
    folder = tmp_path / "log"
    folder.mkdir()
    halves = [folder / "a.parquet", folder / "b.parquet"]
    for path, part in zip(halves, (log[:900], log[900:]), strict=True):
        part.to_parquet(path, index=False, row_group_size=200)
    hidden = ImportSettings(pseudonyms=True)
    here = files_of(tmp_path / "here", hidden, LogFiles(halves[0], more=(halves[1],)))
    there = files_of(tmp_path / "there", hidden, LogFiles(halves[0], engine=engine, address=str(folder)))
    assert_same(here, there)


REFUSED = {
    "log.csv.gz": (lambda text: gzip.compress(text.encode()), "is gzip, which an engine of others does not read"),
    "latin.csv": (lambda text: text.replace("a shop", "caf\xe9").encode("latin-1"), "cp1252"),
    "lines.csv": (lambda text: text.replace("a shop", '"two\nlines"').encode(), "unpaired quote"),
    "log.jsonl": (lambda _: b'{"user_id": 1, "item_id": 2, "timestamp": 1700000000}\n' * 9, "is JSON"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_engine_does_is_refused_by_name(tmp_path, engine, log, name):
    """Packing, re-encoding, cells over several lines, JSON: one line says what, and what to do."""
    make, message = REFUSED[name]
    path = tmp_path / name
    path.write_bytes(make(log[:80].to_csv(index=False)))
    with pytest.raises(EventsError, match=message):
        files_of(tmp_path / "there", ImportSettings(), LogFiles(path, engine=engine, address=str(path)))


def test_who_does_not_answer_is_named(tmp_path):
    """An address that is none, and an engine that is not there."""
    (tmp_path / "log.csv").write_text("user_id,item_id,timestamp\n1,2,3\n")
    for address, message in {"http://x": "no address of an engine", f"sc://127.0.0.1:{free_port()}": "answer"}.items():
        with pytest.raises(EventsError, match=message):
            files_of(tmp_path / message[:3], ImportSettings(), LogFiles(tmp_path / "log.csv", engine=address))
