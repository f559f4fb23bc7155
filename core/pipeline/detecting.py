"""Who drifted: computed once per data set and settings; the model's view of it once per run."""

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from core.pipeline.importing import load
from core.pipeline.kept import fingerprint, kept, kept_file
from core.pipeline.rankers import model
from core.progress import Progress, silent
from core.settings import DriftSettings
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.data.sequences import Sequences
    from core.drift.live import Watcher
    from core.model.storage import InterestModel
    from core.phrases import Said

VIEW, WATCH = "1", "2"
"""Raised whenever the model's view, or the live test, is made in another way, so that none made so before is read."""


def drift_table(
    workspace: Workspace, name: str, settings: DriftSettings | None = None, progress: Progress = silent
) -> pd.DataFrame:
    """A row per user with `schema.DRIFT_COLUMNS` and more: read if it is there, else computed and kept."""
    from core.drift import detection

    settings = settings or DriftSettings()
    path = _path(workspace, name, settings)
    return kept(workspace, path, lambda: detection.detect(load(workspace, name), settings, progress))


def drift_doubts(workspace: Workspace, name: str, settings: DriftSettings | None = None) -> "tuple[Said, ...]":
    """What to beware of in the sessions that the drift test stands on; raises `EventsError` where it cannot."""
    from core.drift import exchange
    from core.drift.interests import with_interests

    return exchange.check(with_interests(load(workspace, name), (settings or DriftSettings()).seed))


def drift_ready(workspace: Workspace, name: str, settings: DriftSettings | None = None) -> bool:
    """Whether `drift_table` with these settings is only a read."""
    return _path(workspace, name, settings or DriftSettings()).exists()


def live_table(
    workspace: Workspace, name: str, settings: DriftSettings | None = None, progress: Progress = silent
) -> pd.DataFrame:
    """What a live watcher would have said (`core.drift.live.Watcher.table`): read, or computed and kept."""
    settings = settings or DriftSettings()

    def told() -> pd.DataFrame:
        sequences = load(workspace, name)
        return watcher(workspace, name, settings, progress, sequences).table(sequences, progress)

    return kept(workspace, _live_path(workspace, name, settings), told)


def live_ready(workspace: Workspace, name: str, settings: DriftSettings | None = None) -> bool:
    """Whether `live_table` with these settings is only a read."""
    return _live_path(workspace, name, settings or DriftSettings()).exists()


def watcher(
    workspace: Workspace,
    name: str,
    settings: DriftSettings | None = None,
    progress: Progress = silent,
    sequences: "Sequences | None" = None,
) -> "Watcher":
    """Who looks at users as events arrive, learned from the whole log: read, or learned and kept.

    `sequences` is the log, where it is at hand.
    """
    from core.drift import live, watcher_file

    settings = settings or DriftSettings()
    log = load(workspace, name) if sequences is None else sequences
    return kept_file(
        workspace,
        _live_path(workspace, name, settings, "watcher.npz"),
        lambda: live.learn(log, settings, progress),
        watcher_file.save,
        lambda path: watcher_file.load(path, log.catalogue),
    )


def watcher_ready(workspace: Workspace, name: str, settings: DriftSettings | None = None) -> bool:
    """Whether `watcher` with these settings is only a read."""
    return _live_path(workspace, name, settings or DriftSettings(), "watcher.npz").exists()


def model_view(
    workspace: Workspace,
    name: str,
    settings: DriftSettings | None = None,
    run: str | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Who drifted in the eyes of a run (`core.drift.model_view.view`): read, or computed and kept beside the run.

    None is the newest finished run; raises `UnknownRunError` if there is none.
    """
    from core.drift import model_view as views

    settings = settings or DriftSettings()

    def compute() -> pd.DataFrame:
        sequences = load(workspace, name)
        trained = model(workspace, name, run, sequences)
        return views.view(sequences, trained.item_vectors, trained.states, settings, progress)

    return kept(workspace, _view_path(workspace, name, settings, run), compute)


def model_view_ready(
    workspace: Workspace, name: str, settings: DriftSettings | None = None, run: str | None = None
) -> bool:
    """Whether `model_view` with these settings is only a read."""
    return _view_path(workspace, name, settings or DriftSettings(), run).exists()


def trail(sequences: "Sequences", user: str, trained: "InterestModel") -> pd.DataFrame:
    """How far a user's states moved beside shuffled sessions, as `core.drift.trails.trail` tells it."""
    from core.drift import trails

    return trails.trail(sequences, sequences.find_user(user), trained.states, DriftSettings().seed)


def _view_path(workspace: Workspace, name: str, settings: DriftSettings, run: str | None) -> Path:
    return workspace.run(name, run).derived / f"view-{fingerprint(settings, VIEW)}.parquet"


def _path(workspace: Workspace, name: str, settings: DriftSettings) -> Path:
    return workspace.data_set(name).derived / f"drift-{fingerprint(settings)}.parquet"


def _live_path(workspace: Workspace, name: str, settings: DriftSettings, what: str = "live.parquet") -> Path:
    stem, kind = what.split(".")
    return workspace.data_set(name).derived / f"{stem}-{fingerprint(settings, WATCH)}.{kind}"
