"""Drift tables of a data set: what two of them stand on is learned once, and never of another version."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core import pipeline
from core.data.simulate import simulate
from core.drift import BEFORE, Mark
from core.drift.evidence import background
from core.errors import OvertakenError
from core.settings import DriftSettings, SimulationSettings
from core.workspace import Workspace

SURE = DriftSettings(permutations=20)


def publish(workspace: Workspace, users: int) -> None:
    """A version of the data set, items without categories."""
    simulation = simulate(SimulationSettings(users=users, categories=5, items_per_category=6))
    with workspace.staging() as folder:
        simulation.events.sort_values(["user_id", "timestamp"]).to_parquet(folder / "events.parquet")
        simulation.items[["item_id", "title"]].to_parquet(folder / "items.parquet")
        simulation.users.to_parquet(folder / "users.parquet")
        workspace.publish("log", folder, {"rows_kept": len(simulation.events)})


@pytest.fixture
def learned(monkeypatch) -> list[int]:
    """Users that anything was learned of, a number each time."""
    found: list[int] = []
    learn = background.learn
    monkeypatch.setattr(
        background, "learn", lambda sequences, seed: found.append(sequences.n_users) or learn(sequences, seed)
    )
    return found


def test_both_tables_are_the_same_as_each_alone(tmp_path, learned):
    """The job of both learns once what it learns twice where each is asked for by itself."""
    together, apart = Workspace(tmp_path / "together"), Workspace(tmp_path / "apart")
    for workspace in (together, apart):
        publish(workspace, 50)
    table, live = (made.get() for made in pipeline.drift_and_live(together, "log", SURE))
    together_learned = len(learned)
    pd.testing.assert_frame_equal(table, pipeline.drift(apart, "log", SURE).get())
    pd.testing.assert_frame_equal(live, pipeline.live_drift(apart, "log", SURE).get())
    assert set(learned) == {50}
    assert len(learned) > 2 * together_learned, "each alone learns again"
    before = len(learned)
    assert np.isfinite(live["evidence"]).any()
    for made in pipeline.drift_and_live(together, "log", SURE):
        made.get()
    assert len(learned) == before, "what is there is only read"


def test_a_version_that_comes_between_is_learned_anew(tmp_path):
    """What was asked for of a version is of that version, and of the next one is learned from its own log."""
    workspace = Workspace(tmp_path)
    publish(workspace, 12)
    first, live = pipeline.drift_and_live(workspace, "log", SURE)
    assert len(first.get()) == 12
    publish(workspace, 14)
    assert [len(live.get()), len(pipeline.live_drift(workspace, "log", SURE).get())] == [12, 14]


def test_a_day_that_is_found_counts_without_a_marker_and_beside_one(tmp_path, monkeypatch):
    """Who drifted is judged without what came that day; a marker elsewhere does not take that back."""
    workspace = Workspace(tmp_path)
    publish(workspace, 14)
    log, seen = pipeline.load(workspace, "log"), []
    day, plain = Mark(int(log.time.max()), int(log.time.max())), pipeline.drift(workspace, "log", SURE).get()
    monkeypatch.setattr("core.pipeline.detecting._breaks", lambda _log: [day])
    monkeypatch.setattr(
        "core.drift.offered.second_look",
        lambda table, _log, marks, *_of: seen.append(list(marks)) or table.assign(**{BEFORE: table["q_value"]}),
    )
    again = replace(SURE, seed=1)
    looked = pipeline.drift(workspace, "log", again).get()
    assert (BEFORE in looked, BEFORE in plain) == (True, False)
    assert seen == [[day]]
    pipeline.add_marker(workspace, "log", {"kind": "release", "from": "2024-06-01"})
    marked = pipeline.drift(workspace, "log", again)
    assert not marked.ready
    marked.get()
    assert [len(marks) for marks in seen] == [1, 2]
    assert day in seen[1]
    assert pipeline.drift(workspace, "log", again).ready


def test_nothing_of_a_deleted_log_is_kept_with_another_of_its_name(tmp_path):
    """Deleted and imported again between two tables of one job: the second is not made of the log that is gone."""
    workspace = Workspace(tmp_path)
    publish(workspace, 12)
    first, live = pipeline.drift_and_live(workspace, "log", SURE)
    first.get()
    workspace.delete("log")
    publish(workspace, 14)
    with pytest.raises(OvertakenError):
        live.get()
    assert not pipeline.live_drift(workspace, "log", SURE).ready
