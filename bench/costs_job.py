"""Measures of `bench.costs` that need a workspace or a network."""

import os
import tempfile
import time
from types import SimpleNamespace
from unittest import mock

import numpy as np
import pandas as pd

from core.data.sequences import Sequences, build_sequences, load_sequences
from core.data.simulate import simulate
from core.settings import Settings, SimulationSettings, override
from core.workspace import VARIABLE, Workspace

USERS, CATEGORIES = 1000, 40
STEPS = 5


def network(categories: int) -> tuple[object, Sequences]:
    """An untrained network that knows as many categories, and the log that it was built on."""
    from core.model.auto import resolve
    from core.model.storage import build

    ids = np.array([f"i{number}" for number in range(2 * categories)])
    moments = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(len(ids)), "min")
    events = pd.DataFrame({"user_id": "u", "item_id": ids, "timestamp": moments.astype("datetime64[us]")})
    items = pd.DataFrame({"item_id": ids, "category": [f"c{number // 2}" for number in range(len(ids))]})
    log = build_sequences(events, items)
    settings = override(Settings(), ["model.embedding_size=64", "model.blocks=2", "model.window=32"])
    return build(log, resolve(settings, log)), log


def job(_: Sequences) -> dict[str, object]:
    """How often the drift job of 1,000 simulated users learns what everyone does, and what that costs each time."""
    from core.drift.evidence import background
    from core.jobs.steps import STEPS as WORK

    with tempfile.TemporaryDirectory() as root:
        workspace = _workspace(root)
        task = SimpleNamespace(workspace=workspace, name="log", arguments={}, progress=lambda *_: None)
        with mock.patch.object(background, "fit_prior", wraps=background.fit_prior) as fitted:
            WORK["drift"](task)
        log = load_sequences(workspace.data_set("log"))
    start = time.process_time()
    background.learn(log, 0)
    return {"times learned": fitted.call_count, "ms each": round(1000 * (time.process_time() - start))}


def slider(_: Sequences) -> dict[str, object]:
    """What is asked at each step of a user: whether explanations passed their test."""
    from pages import _session
    from pages.explore import _why as why

    with tempfile.TemporaryDirectory() as root:
        os.environ[VARIABLE] = root
        workspace = _workspace(root, users=50)
        run = workspace.update_run(workspace.new_run(workspace.data_set("log"), {}), "done")
        summary = pd.DataFrame({"order": ["shapley", "attention"], "over_recency_low": [0.1, -0.1]})
        for part in ("curves", "summary"):
            summary.to_parquet(run.derived / f"faithful-blend-{part}-60.parquet")
        selection = _session.Selection("log", 1, run.id, root=root)
        why.beside_attention(selection)
        with mock.patch.object(pd, "read_parquet", wraps=pd.read_parquet) as read:
            start = time.process_time()
            for _step in range(STEPS):
                why.beside_attention(selection)
            spent = time.process_time() - start
    return {"ms": round(1000 * spent / STEPS, 2), "files read": read.call_count / STEPS}


def _workspace(root: str, users: int = USERS) -> Workspace:
    workspace = Workspace(root)
    made = simulate(SimulationSettings(users=users, categories=CATEGORIES))
    with workspace.staging() as folder:
        for part in ("events", "items", "users"):
            getattr(made, part).to_parquet(folder / f"{part}.parquet")
        workspace.publish("log", folder, {"users": users, "rows_kept": len(made.events), "ordinal": False})
    return workspace
