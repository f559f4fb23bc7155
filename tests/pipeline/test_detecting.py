"""Drift tables of a data set: what two of them stand on is learned once, and never of another version."""

import numpy as np
import pandas as pd
import pytest

from core import pipeline
from core.data.simulate import simulate
from core.drift.evidence import background
from core.pipeline import detecting
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
    table = pipeline.drift_tables(together, "log", SURE)
    live = pipeline.live_table(together, "log", SURE)
    assert learned == [50]
    pd.testing.assert_frame_equal(table, pipeline.drift_table(apart, "log", SURE))
    pd.testing.assert_frame_equal(live, pipeline.live_table(apart, "log", SURE))
    assert learned == [50] * 3
    assert np.isfinite(live["evidence"]).any()
    pipeline.drift_tables(together, "log", SURE)
    assert len(learned) == 3, "what is there is only read"


def test_a_version_that_comes_between_is_learned_anew(tmp_path):
    """A table of a new version never stands on the log of the one before."""
    workspace = Workspace(tmp_path)
    publish(workspace, 12)
    everyone = detecting._everyone(workspace, "log", SURE)
    first = everyone()
    assert everyone() is first
    publish(workspace, 14)
    assert [first.log.n_users, everyone().log.n_users] == [12, 14]
