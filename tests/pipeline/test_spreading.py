"""Drift, lists and states by the workers of an engine of others, and what is left where such an engine dies."""

import io
import os
import shutil

import numpy as np
import pandas as pd
import pytest

from bench.s3 import BUCKET, store
from bench.sail import sail
from core import pipeline
from core.cli import main
from core.data import LogFiles, load_sequences, pieces, simulate, spark_session
from core.drift.verdict import detection, onsets, rehearsal, trial
from core.errors import EventsError, InputError, JobCancelledError
from core.model import ranking
from core.pipeline import mapping, proving, spreading
from core.settings import DriftSettings, ImportSettings, Settings, SimulationSettings, override
from core.workspace import Workspace, far, objects
from tests.data.elsewhere import rows_of_every_fate

CHEAP = ["training.epochs=1", "model.embedding_size=8", "model.blocks=1", "model.window=20", "language.model=none"]

MADE = (detection, "REFERENCE"), (onsets, "PLANTED"), (rehearsal, "MADE")
QUICK = DriftSettings(permutations=6, p_values=False)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """An engine that knows the way to a bucket, as this process does."""
    with store(tmp_path_factory.mktemp("store")) as variables, pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        with sail() as found:
            yield found


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace with a small log of known drift."""
    folder = tmp_path_factory.mktemp("spreading")
    simulate.write(simulate.simulate(SimulationSettings(users=45, seed=3)), folder)
    made = Workspace(folder / "workspace")
    pipeline.import_log(made, "log", LogFiles(*(folder / f"{name}.csv" for name in ("events", "items", "users"))))
    return made


def test_the_table_is_the_same_by_an_engine(monkeypatch, workspace, engine):
    """Users in pieces of a few hundred events, each tested by a worker that reads it: every cell is the same."""
    monkeypatch.setattr(spreading, "EVENTS", 900)
    monkeypatch.setattr(spreading, "SENT", 3000)
    for module, name in MADE:
        monkeypatch.setattr(module, name, 120)
    there = pipeline.drift(workspace, "log", QUICK, engine[0])
    found = there.get()
    there.path.unlink()
    pd.testing.assert_frame_equal(found, pipeline.drift(workspace, "log", QUICK).get())


@pytest.fixture
def run(monkeypatch, workspace, engine, capsys):
    """Run a command here and by the engine, in pieces of ten users; both outputs."""
    if not workspace.runs("log"):
        pipeline.train(workspace, "log", pipeline.new_run(workspace, "log", override(Settings(), CHEAP)))
    monkeypatch.setattr(spreading, "EVENTS", 300)  # fewer than ten users have
    monkeypatch.setattr(mapping, "SLICE", 10)
    monkeypatch.setattr("core.pipeline.by_engine.SLICE", 10)
    monkeypatch.setattr(ranking, "BATCH_SCORES", 1)

    def both(*arguments, out=""):
        found = []
        for place, more in enumerate(([], ["--engine", engine[0]])):
            path = workspace.root.parent / f"{place}-{out}"
            target = ["--out", str(path)] if out else []
            assert main([*arguments, *more, *target, "--workspace", str(workspace.root)]) == 0
            told = capsys.readouterr().out
            found.append(path.read_bytes() if out else told)
        return found

    return both


def test_states_are_the_same_file_by_an_engine(run):
    """Byte for byte, masked or not."""
    for more in ([], ["--mask"]):
        here, there = run("states", "log", *more, out="states.parquet")
        assert here == there


@pytest.mark.parametrize("more", [[], ["--split", "test", "--mask"], ["--model", "markov", "--at", "2024-03-01"]])
def test_lists_of_everyone_are_the_same_by_an_engine(run, more):
    """The blend, whose baselines one worker fits; histories that are cut; a baseline without a run."""
    here, there = run("recommend", "log", "--all", "-k", "3", *more)
    assert here == there
    assert here.count("\n") > 100


def test_lists_by_the_model_alone_are_the_same_table(run):
    """As Parquet, in parts; nothing is fitted."""
    here, there = run("recommend", "log", "--all", "--model", "attention", out="lists.parquet")
    pd.testing.assert_frame_equal(*(pd.read_parquet(io.BytesIO(found)) for found in (here, there)))


def test_pieces_know_kinds_and_ratings_of_the_whole_log(tmp_path):
    """Kinds have the numbers that they have in all of the log, and a missing rating is the usual one of all."""
    rows = rows_of_every_fate(400)
    rows["rating"] = rows["rating"].where(np.arange(len(rows)) % 3 > 0, "")
    rows.to_csv(tmp_path / "log.csv", index=False)
    found = pipeline.import_log(Workspace(tmp_path / "workspace"), "log", LogFiles(tmp_path / "log.csv"))
    form, groups = pieces.Form.of(found), pieces.groups_of(found.source, 4)
    kinds = pieces.kinds_of_all(pieces.kinds_counted(form.path, part) for part in groups)
    assert pieces.lacks_ratings(form.path)
    form = pieces.Form(form.path, form.gap_minutes, form.ordinal, kinds, pieces.usual_rating(form.path))
    known = pieces.Counted.of([pieces.counted(form.path, part) for part in groups], found)
    reader, log = pieces.Reader(form, tuple(known.pieces(30, 4))), load_sequences(found)
    parts = [reader.people(place, log.catalogue) for place in range(len(reader.pieces))]
    assert len(parts) > 3
    assert {part.kinds for part in parts} == {log.kinds}
    for name in ("item", "kind", "weight", "time"):
        assert np.array_equal(np.concatenate([getattr(part, name) for part in parts]), getattr(log, name))
    assert np.concatenate([part.people for part in parts]).tolist() == list(range(log.n_users))


def test_what_is_planted_is_the_same_by_an_engine(monkeypatch, workspace, engine):
    """Of a log with many users a few are drawn, and only they and those who teach are brought here."""
    assert proving.LARGE == trial.LENDERS
    monkeypatch.setattr(spreading, "EVENTS", 900)
    for module, name, few in ((trial, "LENDERS", 40), (trial, "EACH", 1), *((part, name, 120) for part, name in MADE)):
        monkeypatch.setattr(module, name, few)
    assert trial.lenders(np.full(45, 30), 24, 1).shape == (40,)
    there = pipeline.planted(workspace, "log", 24, QUICK, engine=engine[0])
    found = there.get()
    there.path.unlink()
    pd.testing.assert_frame_equal(found, pipeline.planted(workspace, "log", 24, QUICK).get())


@pytest.mark.usefixtures("run")
def test_a_log_in_a_bucket_is_worked_on_where_it_lies(workspace, engine, tmp_path, monkeypatch):
    """Workers read its events there, and leave there what they made; no event is brought here."""
    monkeypatch.setenv("MEANDER_DATA", f"s3://{BUCKET}/data")
    with workspace.staging() as folder:
        shutil.copytree(workspace.root, folder / "copy", ignore=shutil.ignore_patterns("staging", "v1"))
        shutil.copytree(workspace.data_set("log").folder, folder / "v1")
        os.replace(folder / "copy", tmp_path / "workspace")
        other = Workspace(tmp_path / "workspace")
        with other.staging() as staged:
            shutil.copytree(folder / "v1", staged, dirs_exist_ok=True)
            far.sent(other.root, staged)
            os.replace(staged, other.root / "data" / "log" / "v1")
    events, here, there = other.data_set("log").folder / "events.parquet", tmp_path / "here", tmp_path / "there"
    events.unlink()
    pipeline.export_states(workspace, "log", here)
    pipeline.export_states_by(other, "log", there, engine[0])
    assert here.read_bytes() == there.read_bytes()
    assert not events.exists()
    assert len(objects.names(far.home(other.root))) == 2


@pytest.mark.usefixtures("run")
def test_who_cancels_lists_leaves_nothing(workspace, engine):
    """Neither a file nor what lay between."""

    def cancel(_share, _text):
        raise JobCancelledError

    out = workspace.root.parent / "cancelled.parquet"
    with pytest.raises(JobCancelledError):
        pipeline.export_states_by(workspace, "log", out, engine[0], cancel)
    assert not out.exists()
    assert not list((workspace.root / "staging").iterdir())


def test_an_engine_makes_anew_and_adds_to_nothing(workspace):
    """A log that is to be added is refused before anything is asked."""
    files = LogFiles(workspace.root, engine="sc://127.0.0.1:1", address="x")
    with pytest.raises(InputError, match="without --add"):
        pipeline.import_log(workspace, "log", files, ImportSettings(), add=True)


def test_a_killed_engine_leaves_nothing_half_written(monkeypatch, workspace, engine):
    """Killed amid an import, it is one line and no data set; asked for drift or states then, one line and no table."""
    monkeypatch.setattr(spark_session, "RETRIES", 2)
    address, server = engine
    source = workspace.root.parent / "events.csv"
    heard = []

    def kill(share, message):
        heard.append(message)
        if share > 0 or len(heard) > 1:
            server.kill()

    with pytest.raises(EventsError, match=r"failed|does not answer"):
        pipeline.import_log(workspace, "gone", LogFiles(source, engine=address, address=str(source)), progress=kill)
    assert [found.name for found in workspace.data_sets()] == ["log"]
    assert not list((workspace.root / "staging").iterdir())
    other = DriftSettings(permutations=7)
    with pytest.raises(EventsError, match="does not answer"):
        pipeline.drift(workspace, "log", other, address).get()
    assert not pipeline.drift(workspace, "log", other).ready
    out = workspace.root.parent / "gone.parquet"
    assert main(["states", "log", "--engine", address, "--out", str(out), "--workspace", str(workspace.root)]) == 2
    assert not out.exists()
    assert not list((workspace.root / "staging").iterdir())
