"""Apache Spark itself, a master and two workers: imports and drift tests come out as here, whatever dies meanwhile."""

import contextlib
import time
from dataclasses import replace

import pandas as pd
import psutil
import pytest
from pyspark.sql import SparkSession

from bench.cluster import cluster
from core import pipeline
from core.data import LogFiles, blocks, simulate, spark_session
from core.drift.verdict import detection, onsets, rehearsal
from core.errors import EventsError, JobCancelledError
from core.pipeline import spreading
from core.settings import (
    DriftSettings,
    ImportSettings,
    RecommendSettings,
    Settings,
    SimulationSettings,
    override,
)
from core.workspace import Workspace
from tests.data.elsewhere import STRICT, assert_same, files_of, rows_of_every_fate
from tests.wires import Wire

SETTLED = 60
"""Seconds in which a cluster has its executors again, and has let go of a job."""


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    with cluster(tmp_path_factory.mktemp("spark")) as found:
        yield found


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace with a small log of known drift."""
    folder = tmp_path_factory.mktemp("workspace")
    simulate.write(simulate.simulate(SimulationSettings(users=45, seed=3)), folder)
    made = Workspace(folder / "workspace")
    pipeline.import_log(made, "log", LogFiles(folder / "events.csv", folder / "items.csv"))
    return made


@pytest.fixture(autouse=True)
def _many_tasks(monkeypatch):
    """Blocks and pieces so small that something is at work whenever something dies."""
    monkeypatch.setattr(blocks, "BYTES", 20_000)
    monkeypatch.setattr(spreading, "EVENTS", 900)
    monkeypatch.setattr(spreading, "SENT", 3000)
    for module, name in ((detection, "REFERENCE"), (onsets, "PLANTED"), (rehearsal, "MADE")):
        monkeypatch.setattr(module, name, 120)


class Once:
    """A progress that does something to a cluster once, while a job of it runs."""

    def __init__(self, spark, what):
        """`what` is called with the cluster."""
        self.spark, self.what, self.done = spark, what, False

    def __call__(self, *_told):
        """Look, and do it."""
        if not self.done and self.spark.jobs():
            self.done = True
            self.what(self.spark)


def executors(spark):
    """Those that live."""
    alive, found = [psutil.Process(worker.pid) for worker in spark.workers if worker.poll() is None], []
    for each in (child for worker in alive for child in worker.children()):
        with contextlib.suppress(psutil.NoSuchProcess):
            found += [each] if "CoarseGrainedExecutorBackend" in " ".join(each.cmdline()) else []
    return found


def executor_dies(spark):
    """Kill one of them."""
    executors(spark)[0].kill()


def settled(holds):
    """Wait until something holds."""
    for _ in range(SETTLED * 4):
        if holds():
            return
        time.sleep(0.25)
    pytest.fail("it never came to hold")


def settings(number: int) -> DriftSettings:
    """Settings of their own, so that no table is there yet."""
    return DriftSettings(permutations=number, p_values=False)


def assert_same_drift(workspace, address, how, progress=None):
    """The table by an engine is the one of this machine."""
    there = pipeline.drift(workspace, "log", how, address)
    found = there.get(progress) if progress else there.get()
    there.path.unlink()
    pd.testing.assert_frame_equal(found, pipeline.drift(workspace, "log", how).get())


def test_csv_is_imported_as_here(tmp_path, spark):
    """Counts, reasons, line numbers, rejects, events, items and users, under all rules, under another time zone."""
    path = tmp_path / "log.csv"
    rows_of_every_fate().to_csv(path, index=False)
    here = files_of(tmp_path / "here", STRICT, LogFiles(path))
    there = files_of(tmp_path / "there", STRICT, LogFiles(path, engine=spark.address, address=str(path)))
    assert_same(here, there)
    assert here.summary["rows_rejected"] > 20


@pytest.mark.parametrize("kind", ["timestamp", "timestamp_ntz"])
def test_a_table_of_the_catalogue_is_imported_as_its_rows_are(tmp_path, spark, kind):
    """Times of a table are moments, whatever zone the cluster stands in; ids, numbers and nulls are what they are."""
    rows = rows_of_every_fate(600).assign(rating=lambda frame: frame["rating"].str.replace(",", "").astype(float))
    rows["timestamp"] = pd.to_datetime(rows["timestamp"], format="%Y-%m-%d %H:%M:%S", errors="coerce")
    path, name = tmp_path / "log.parquet", f"db.events_{kind}"
    rows.to_parquet(path, index=False, coerce_timestamps="us")
    made = SparkSession.builder.remote(spark.address).create()
    made.conf.set("spark.sql.session.timeZone", "UTC")
    made.sql("create database if not exists db").collect()
    frame = made.read.parquet(str(path)).coalesce(1)
    frame.withColumn("timestamp", frame["timestamp"].cast(kind)).write.saveAsTable(name)
    made.stop()
    here = files_of(tmp_path / "here", ImportSettings(), LogFiles(path))
    files = LogFiles(tmp_path, engine=spark.address, address=f"table:{name}")
    there = files_of(tmp_path / "there", ImportSettings(), files)
    assert_same(here, replace(there, rejects=there.rejects.replace("+00,", ",")))  # a moment is shown as one
    assert here.summary["rows_kept"] > 300


def test_drift_is_the_same_table(workspace, spark):
    """Every cell of it."""
    assert_same_drift(workspace, spark.address, settings(6))


def test_states_and_lists_are_the_same(tmp_path, workspace, spark):
    """By workers that each hold the model, one of whom fits the blend; numbers are the same but for rounding."""
    small = ["training.epochs=1", "model.embedding_size=8", "model.blocks=1", "language.model=none"]
    pipeline.train(workspace, "log", pipeline.new_run(workspace, "log", override(Settings(), small)))
    query, lists = pipeline.Query(), RecommendSettings()
    here, there = tmp_path / "here.parquet", tmp_path / "there.parquet"
    pipeline.export_states(workspace, "log", here)
    assert pipeline.export_states_by(workspace, "log", there, spark.address) > 900
    pd.testing.assert_frame_equal(pd.read_parquet(here), pd.read_parquet(there), atol=1e-5)
    with pipeline.recommend_by(workspace, "log", query, lists, spark.address) as parts:
        found = pd.concat(parts, ignore_index=True)
    pd.testing.assert_frame_equal(found, pipeline.recommend(workspace, "log", query, lists), atol=1e-5)


def test_an_executor_that_dies_changes_nothing(tmp_path, workspace, spark):
    """Killed amid an import and amid a drift test: another does its part, and the result is the one of this machine."""
    path, made, killed = tmp_path / "log.csv", Workspace(tmp_path / "workspace"), Once(spark, executor_dies)
    rows_of_every_fate().to_csv(path, index=False)
    files = LogFiles(path, engine=spark.address, address=str(path))
    there = pipeline.import_log(made, "log", files, STRICT, killed)
    here = pipeline.import_log(made, "here", LogFiles(path), STRICT)
    assert killed.done
    pd.testing.assert_frame_equal(pd.read_parquet(there.events), pd.read_parquet(here.events))
    settled(lambda: len(executors(spark)) == 2)
    killed = Once(spark, executor_dies)
    assert_same_drift(workspace, spark.address, settings(7), killed)
    assert killed.done


def test_who_cancels_stops_the_job(tmp_path, spark):
    """The cluster is idle a moment later, and nothing of the import is left."""
    path, made = tmp_path / "log.csv", Workspace(tmp_path / "workspace")
    rows_of_every_fate(6000).to_csv(path, index=False)

    def cancel(_spark):
        raise JobCancelledError

    files = LogFiles(path, engine=spark.address, address=str(path))
    with pytest.raises(JobCancelledError):
        pipeline.import_log(made, "log", files, progress=Once(spark, cancel))
    settled(lambda: spark.jobs() == 0)
    assert not made.data_sets()
    assert not list((made.root / "staging").iterdir())


def test_a_cable_that_is_pulled_leaves_nothing_half_written(monkeypatch, workspace, spark):
    """Amid a drift test: one line and no table, and with the cable back the table of this machine."""
    for name, value in {"QUIET": 1.0, "LOST": 1.0, "RETRIES": 2}.items():
        monkeypatch.setattr(spark_session, name, value)
    with Wire(spark.address.removeprefix("sc://")) as wire:
        pulled, address = Once(spark, lambda _: wire.pull()), f"sc://{wire.server}"
        with pytest.raises(EventsError, match=r"failed: .+Nothing was written"):
            pipeline.drift(workspace, "log", settings(10), address).get(pulled)
        assert pulled.done
        assert not list((workspace.root / "staging").iterdir())
        wire.plug()
        assert_same_drift(workspace, address, settings(10))


def test_a_worker_that_dies_changes_nothing(workspace, spark):
    """Killed with its executor amid a drift test: the other one does all of it."""
    killed = Once(spark, lambda spark: spark.workers[0].kill())
    assert_same_drift(workspace, spark.address, settings(8), killed)
    assert killed.done
    assert len(executors(spark)) == 1


def test_a_server_that_dies_leaves_nothing_half_written(workspace, spark):
    """One line, and no table."""
    killed = Once(spark, lambda spark: spark.server.kill())
    with pytest.raises(EventsError, match=r"failed|does not answer"):
        pipeline.drift(workspace, "log", settings(9), spark.address).get(killed)
    assert killed.done
    assert not pipeline.drift(workspace, "log", settings(9)).ready
    assert not list((workspace.root / "staging").iterdir())
