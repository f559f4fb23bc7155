"""Who drifted: computed once per data set and settings."""

from pathlib import Path

import pandas as pd

from core.pipeline.importing import load
from core.pipeline.kept import fingerprint, kept
from core.progress import Progress, silent
from core.settings import DriftSettings
from core.workspace import Workspace


def drift_table(
    workspace: Workspace, name: str, settings: DriftSettings | None = None, progress: Progress = silent
) -> pd.DataFrame:
    """A row per user with `schema.DRIFT_COLUMNS` and more: read if it is there, else computed and kept."""
    from core.drift import detection

    settings = settings or DriftSettings()
    path = _path(workspace, name, settings)
    return kept(workspace, path, lambda: detection.detect(load(workspace, name), settings, progress))


def drift_ready(workspace: Workspace, name: str, settings: DriftSettings | None = None) -> bool:
    """Whether `drift_table` with these settings is only a read."""
    return _path(workspace, name, settings or DriftSettings()).exists()


def live_table(
    workspace: Workspace, name: str, settings: DriftSettings | None = None, progress: Progress = silent
) -> pd.DataFrame:
    """What a live watcher would have said (`core.drift.live.Watcher.table`): read, or computed and kept."""
    from core.drift import live

    settings = settings or DriftSettings()
    path = _path(workspace, name, settings, "live")
    return kept(workspace, path, lambda: live.watch(load(workspace, name), settings, progress))


def live_ready(workspace: Workspace, name: str, settings: DriftSettings | None = None) -> bool:
    """Whether `live_table` with these settings is only a read."""
    return _path(workspace, name, settings or DriftSettings(), "live").exists()


def _path(workspace: Workspace, name: str, settings: DriftSettings, what: str = "drift") -> Path:
    return workspace.data_set(name).derived / f"{what}-{fingerprint(settings)}.parquet"
