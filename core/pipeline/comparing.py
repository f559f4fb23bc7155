"""Runs beside each other: settings that differ, curves, and quality on the same users."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from core.data import schema
from core.pipeline.gate import needs
from core.pipeline.rankers import BLEND
from core.pipeline.ranking import ranks
from core.pipeline.training import curve
from core.settings import AUTO, VIEWER, as_dict, differing, from_dict
from core.workspace import Run, Workspace

APART = ("run", "users", "value", "ahead", "low", "high")
METRIC = "ndcg@10"
TRAINED_BY = ("model", "training")
"""Sections of settings that a run is made by."""
NONE = (0, float("nan"))
"""Users and mean of a run without any."""


@needs(VIEWER)
def run_table(workspace: Workspace, name: str) -> pd.DataFrame:
    """All runs of a data set, newest first: run, created, status, version, epochs, hr@10 and ndcg@10 of validation."""
    workspace.data_set(name)
    rows = [_row(run) for run in workspace.runs(name)]
    columns = ["run", "created", "status", "version", "epochs", "hr@10", METRIC]
    return pd.DataFrame(rows, columns=columns).astype({"epochs": "Int64"})


@needs(VIEWER)
def run_settings(workspace: Workspace, name: str, runs: Sequence[str]) -> pd.DataFrame:
    """Settings that are not the same in all of some runs: setting, and a column per run, as text.

    Raises `UnknownRunError`.
    """
    known = [as_dict(from_dict(workspace.run(name, run).settings)) for run in runs]
    told = differing([{section: each[section] for section in TRAINED_BY} for each in known])
    rows = [(path, *(AUTO if value is None else str(value) for value in values)) for path, values in told.items()]
    return pd.DataFrame(rows, columns=["setting", *runs])


@needs(VIEWER)
def run_curves(workspace: Workspace, name: str, runs: Sequence[str]) -> pd.DataFrame:
    """Learning curves of some runs under each other: run and `schema.CURVE_COLUMNS`; raises `UnknownRunError`."""
    curves = [curve(workspace, name, run).assign(run=run) for run in runs]
    there = [each for each in curves if len(each)]
    return pd.concat(there, ignore_index=True) if there else pd.DataFrame(columns=[*schema.CURVE_COLUMNS, "run"])


@needs(VIEWER)
def comparable_runs(workspace: Workspace, name: str, runs: Sequence[str]) -> list[str]:
    """Those of some runs that are done and of the current version: they have the same events to find."""
    version = workspace.data_set(name).version
    found = [workspace.run(name, run) for run in runs]
    return [run.id for run in found if run.status == "done" and run.version == version]


@needs(VIEWER)
def runs_apart(
    workspace: Workspace, name: str, runs: Sequence[str], users: Collection[str] | None = None, model: str = BLEND
) -> pd.DataFrame:
    """Quality of runs whose ranks were measured, and by how much each is ahead of the first, `APART`.

    On the events that all of them were to find, of all users or of some; intervals of 95 % by drawing these users anew,
    for all runs together. Of a run that was trained on another version, or not measured, there is no row.
    """
    from core.model import evaluation

    alike = comparable_runs(workspace, name, runs)
    tables = {run: _ranks(workspace, name, run, model) for run in alike if ranks(workspace, name, run=run).ready}
    if not tables:
        return pd.DataFrame(columns=list(APART))
    shared = _shared(list(tables.values()), users)
    both = pd.concat([table.merge(shared).assign(model=run) for run, table in tables.items()], ignore_index=True)
    first, *others = tables
    worth = evaluation.by_user(both, METRIC).groupby("model", sort=False)[METRIC]
    means = {str(run): (len(part), float(part.mean())) for run, part in worth}
    # How far each is ahead of the first is by how far the first is behind it.
    told = evaluation.paired(both, first)
    behind = {row["other"]: row for row in told[told["metric"] == METRIC].to_dict("records")}
    rows: list[tuple[Any, ...]] = [(first, *means.get(first, NONE), 0.0, 0.0, 0.0)]
    rows += [(run, *means.get(run, NONE), *_turned(behind[run])) for run in others if run in behind]
    return pd.DataFrame(rows, columns=list(APART))


def _ranks(workspace: Workspace, name: str, run: str, model: str) -> pd.DataFrame:
    table = ranks(workspace, name, run=run).get()
    return table.loc[table["model"] == model, [schema.USER, schema.ITEM, "rank"]]


def _shared(tables: list[pd.DataFrame], users: Collection[str] | None) -> pd.DataFrame:
    """User and item of the events that all tables have, of some users."""
    keys = [schema.USER, schema.ITEM]
    shared = tables[0][keys]
    for table in tables[1:]:
        shared = shared.merge(table[keys])
    return shared if users is None else shared[shared[schema.USER].isin(set(users))]


def _turned(row: Mapping[Any, Any]) -> tuple[float, float, float]:
    return -float(row["ahead"]), -float(row["high"]), -float(row["low"])


def _row(run: Run) -> tuple[Any, ...]:
    found = run.metrics.get("validation") or {}
    epochs = run.metrics.get("epochs")
    return run.id, run.created, run.status, run.version, epochs, found.get("hr@10"), found.get(METRIC)
