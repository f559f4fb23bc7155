"""A log that an engine of others reads and cleans comes out as a local import has it, to the row."""

import gzip
import os
import threading
import time

import pytest

from bench.s3 import BUCKET, store
from bench.sail import free_port, sail
from core.data import blocks, spark_session
from core.data.log_files import LogFiles
from core.errors import EventsError
from core.settings import ImportSettings
from core.workspace import objects
from tests.data.elsewhere import STRICT, assert_same, files_of, rows_of_every_fate
from tests.wires import Wire


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """An engine that knows the way to a bucket, as this process does."""
    with store(tmp_path_factory.mktemp("store")) as variables, pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        with sail() as (address, _server):
            yield address


@pytest.fixture(scope="module")
def log():
    return rows_of_every_fate()


@pytest.fixture(scope="module")
def imported(log, tmp_path_factory):
    """The log as a CSV, and what an import here makes of it under all rules."""
    path = tmp_path_factory.mktemp("log") / "log.csv"
    log.to_csv(path, index=False)
    return path, files_of(path.parent / "here", STRICT, LogFiles(path))


def test_csv_in_blocks_is_imported_as_here(tmp_path, monkeypatch, engine, imported):
    """Counts, reasons, line numbers, rejects, events, items and users, under all rules."""
    monkeypatch.setattr(blocks, "BYTES", 50_000)
    path, here = imported
    there = files_of(tmp_path / "there", STRICT, LogFiles(path, engine=engine, address=str(path)))
    assert_same(here, there)
    assert here.summary["rows_rejected"] > 20
    assert here.summary["duplicates"] > 5


def test_a_log_in_a_bucket_is_imported_as_here(tmp_path, engine, imported):
    """What passes between lies in the bucket as well, and is gone from there at the end."""
    path, here = imported
    objects.put(path, f"s3://{BUCKET}/logs/log.csv")
    place = f"s3://{BUCKET}/between"
    files = LogFiles(path, engine=engine, address=f"s3://{BUCKET}/logs", meeting=place)
    assert_same(here, files_of(tmp_path / "there", STRICT, files))
    assert objects.names(place) == []


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


def slow(made, seconds):
    """Ask for a number that takes so long; what is answered."""
    frame = spark_session.each(made, 1, lambda number: (time.sleep(seconds) or number + 7,), "found long")
    return spark_session.asked(made, frame.toArrow, lambda: None).column("found").to_pylist()


@pytest.fixture
def wire(engine):
    with Wire(engine.removeprefix("sc://")) as found:
        yield found


def test_a_cable_that_is_pulled_for_a_moment(monkeypatch, wire):
    """The answer comes as if nothing had been."""
    monkeypatch.setattr(spark_session, "QUIET", 0.3)
    with spark_session.session(f"sc://{wire.server}") as made:
        threading.Timer(0.2, wire.pull).start()
        threading.Timer(0.8, wire.plug).start()
        assert slow(made, 0.5) == [7]


def test_an_engine_that_fell_silent(monkeypatch, wire):
    """One line soon, though nobody says good-bye; the cable back, it answers."""
    with monkeypatch.context() as patch:
        for name, value in {
            "QUIET": 0.3,
            "LOST": 1.0,
            "RETRIES": 2,
        }.items():  # a busy machine may take so long to answer
            patch.setattr(spark_session, name, value)
        with pytest.raises(EventsError, match=r"failed: .+Nothing was written"):
            cut_off(wire)
    wire.plug()
    with spark_session.session(f"sc://{wire.server}") as made:
        assert slow(made, 0) == [7]


def cut_off(wire):
    """Ask, and pull the cable."""
    with spark_session.session(f"sc://{wire.server}") as made:
        threading.Timer(0.2, wire.pull).start()
        slow(made, 30)


def test_no_more_tasks_work_at_once_than_there_are_cores(engine):
    """All tasks of a job begin together in one process: whoever has no core yet holds nothing."""

    def work(_number):
        begun = time.monotonic()
        time.sleep(0.02)
        return begun, time.monotonic()

    cores = os.cpu_count() or 1
    with spark_session.session(engine) as made:
        spans = spark_session.each(made, 4 * cores, work, "begun double, done double").toArrow().to_pylist()
    assert len(spans) == 4 * cores
    for span in spans:
        assert sum(other["begun"] <= span["begun"] < other["done"] for other in spans) <= cores


def test_who_stops_a_job_does_not_wait_for_all_of_it(tmp_path, engine):
    """Tasks that no core was free for do not begin any more, on an engine that would let them run, too."""

    def work(number):
        (tmp_path / str(number)).touch()
        time.sleep(0.05)
        return (number,)

    def stop():
        if any(tmp_path.iterdir()):
            raise KeyboardInterrupt

    count, stopped = 40 * (os.cpu_count() or 1), tmp_path / "stopped"
    with spark_session.session(engine) as made, pytest.raises(KeyboardInterrupt):
        spark_session.asked(made, spark_session.each(made, count, work, "same long", stopped).toArrow, stop, stopped)
    assert len(list(tmp_path.iterdir())) < count // 2
