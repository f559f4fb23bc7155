"""Drift by the workers of an engine of others, and what is left where such an engine dies."""

import pandas as pd
import pytest

from bench.sail import sail
from core import pipeline
from core.data import LogFiles, simulate, spark_session
from core.drift.verdict import detection, onsets, rehearsal
from core.errors import EventsError, InputError
from core.pipeline import spreading
from core.settings import DriftSettings, ImportSettings, SimulationSettings
from core.workspace import Workspace

QUICK = DriftSettings(permutations=6, p_values=False)


@pytest.fixture(scope="module")
def engine():
    with sail() as found:
        yield found


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace with a small log of known drift."""
    folder = tmp_path_factory.mktemp("spreading")
    simulate.write(simulate.simulate(SimulationSettings(users=45, seed=3)), folder)
    made = Workspace(folder / "workspace")
    pipeline.import_log(made, "log", LogFiles(folder / "events.csv", folder / "items.csv"))
    return made


def test_the_table_is_the_same_by_an_engine(monkeypatch, workspace, engine):
    """Users in pieces of a few hundred events, each tested by a worker that reads it: every cell is the same."""
    monkeypatch.setattr(spreading, "EVENTS", 900)
    monkeypatch.setattr(spreading, "SENT", 3000)
    for module, name in ((detection, "REFERENCE"), (onsets, "PLANTED"), (rehearsal, "MADE")):
        monkeypatch.setattr(module, name, 120)
    there = pipeline.drift(workspace, "log", QUICK, engine[0])
    found = there.get()
    there.path.unlink()
    pd.testing.assert_frame_equal(found, pipeline.drift(workspace, "log", QUICK).get())


def test_an_engine_makes_anew_and_adds_to_nothing(workspace):
    """A log that is to be added is refused before anything is asked."""
    files = LogFiles(workspace.root, engine="sc://127.0.0.1:1", address="x")
    with pytest.raises(InputError, match="without --add"):
        pipeline.import_log(workspace, "log", files, ImportSettings(), add=True)


def test_a_killed_engine_leaves_nothing_half_written(monkeypatch, workspace, engine):
    """Killed amid an import, it is one line and no data set; asked for drift then, one line and no table."""
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
