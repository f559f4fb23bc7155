"""Who drifted: computed once per data set and settings; the model's view of it once per run."""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from core.phrases import packed, unpacked
from core.pipeline.importing import load
from core.pipeline.kept import fingerprint, kept, kept_file
from core.pipeline.rankers import model
from core.progress import Progress, silent
from core.settings import DriftSettings
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.data import Sequences
    from core.drift import Everyone, Watcher
    from core.model import InterestModel

VIEW, WATCH = "1", "2"
"""Raised whenever the model's view, or the live test, is made in another way, so that none made so before is read."""


def drift_table(
    workspace: Workspace,
    name: str,
    settings: DriftSettings | None = None,
    progress: Progress = silent,
    everyone: "Callable[[], Everyone] | None" = None,
) -> pd.DataFrame:
    """A row per user with `schema.DRIFT_COLUMNS` and more: read if it is there, else computed and kept.

    `everyone` gives the log and what was learned of it, where others ask for that, too.
    """
    from core.drift import detect

    settings = settings or DriftSettings()
    known = everyone or _everyone(workspace, name, settings)

    def tested() -> pd.DataFrame:
        now = known()
        drift_doubts(workspace, name, settings, known)
        return detect(now.log, settings, progress, now)

    return kept(workspace, _path(workspace, name, settings), tested, progress)


def drift_tables(workspace: Workspace, name: str, settings: DriftSettings, progress: Progress = silent) -> pd.DataFrame:
    """`drift_table`, and `live_table` kept beside it: what both learn of everyone is learned once."""
    everyone = _everyone(workspace, name, settings)
    table = drift_table(workspace, name, settings, progress, everyone)
    live_table(workspace, name, settings, progress, everyone)
    return table


def _everyone(workspace: Workspace, name: str, settings: DriftSettings) -> "Callable[[], Everyone]":
    """The log of a data set, and what is learned of it: read when it is first asked for, and anew for a new version."""
    from core.drift import Everyone

    @lru_cache(maxsize=1)
    def of(version: str) -> Everyone:  # noqa: ARG001, what it is of is the key of the cache
        return Everyone(load(workspace, name), settings.seed)

    def known() -> Everyone:
        return of(workspace.data_set(name).id)

    return known


def drift_doubts(
    workspace: Workspace,
    name: str,
    settings: DriftSettings | None = None,
    everyone: "Callable[[], Everyone] | None" = None,
) -> tuple[str, ...]:
    """What to beware of in the sessions that the drift test stands on: read, or computed and kept.

    Raises `EventsError` where no test can stand on them. `everyone` as in `drift_table`, which keeps them, too.
    """
    settings = settings or DriftSettings()
    known = everyone or _everyone(workspace, name, settings)
    path = workspace.data_set(name).derived / f"doubts-{fingerprint(settings)}.json"

    def save(doubts: tuple[str, ...], file: Path) -> None:
        file.write_text(json.dumps([packed(doubt) for doubt in doubts]), encoding="utf-8")

    def read(file: Path) -> tuple[str, ...]:
        return tuple(unpacked(doubt) for doubt in json.loads(file.read_text(encoding="utf-8")))

    return kept_file(workspace, path, lambda: known().doubts, save, read)


def drift_ready(workspace: Workspace, name: str, settings: DriftSettings | None = None) -> bool:
    """Whether `drift_table` with these settings is only a read."""
    return _path(workspace, name, settings or DriftSettings()).exists()


def live_table(
    workspace: Workspace,
    name: str,
    settings: DriftSettings | None = None,
    progress: Progress = silent,
    everyone: "Callable[[], Everyone] | None" = None,
) -> pd.DataFrame:
    """What a live watcher would have said (`core.drift.live.watcher.Watcher.table`): read, or computed and kept."""
    settings = settings or DriftSettings()
    known = everyone or _everyone(workspace, name, settings)

    def told() -> pd.DataFrame:
        now = known()
        return _watcher(workspace, name, settings, progress, now).table(now.log, progress)

    return kept(workspace, _live_path(workspace, name, settings), told, progress)


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
    from core.drift import Everyone

    settings = settings or DriftSettings()
    log = load(workspace, name) if sequences is None else sequences
    return _watcher(workspace, name, settings, progress, Everyone(log, settings.seed))


def _watcher(
    workspace: Workspace, name: str, settings: DriftSettings, progress: Progress, everyone: "Everyone"
) -> "Watcher":
    from core.drift import watcher as live
    from core.drift import watcher_file

    return kept_file(
        workspace,
        _live_path(workspace, name, settings, "watcher.npz"),
        lambda: live.learn(everyone.log, settings, progress, everyone),
        watcher_file.save,
        lambda path: watcher_file.load(path, everyone.log.catalogue),
        progress,
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
    """Who drifted in the eyes of a run (`core.drift.by_model`): read, or computed and kept beside the run.

    None is the newest finished run; raises `UnknownRunError` if there is none.
    """
    from core.drift import model_view as views

    settings = settings or DriftSettings()

    def compute() -> pd.DataFrame:
        sequences = load(workspace, name)
        trained = model(workspace, name, run, sequences)
        return views.view(sequences, trained.item_vectors, trained.states, settings, progress)

    return kept(workspace, _view_path(workspace, name, settings, run), compute, progress)


def model_view_ready(
    workspace: Workspace, name: str, settings: DriftSettings | None = None, run: str | None = None
) -> bool:
    """Whether `model_view` with these settings is only a read."""
    return _view_path(workspace, name, settings or DriftSettings(), run).exists()


def trail(sequences: "Sequences", user: str, trained: "InterestModel") -> pd.DataFrame:
    """How far a user's states moved beside shuffled sessions, as `core.drift.by_model.trails.trail` tells it."""
    from core.drift import trails

    return trails.trail(sequences, sequences.find_user(user), trained.states, DriftSettings().seed)


def _view_path(workspace: Workspace, name: str, settings: DriftSettings, run: str | None) -> Path:
    return workspace.run(name, run).derived / f"view-{fingerprint(settings, VIEW)}.parquet"


def _path(workspace: Workspace, name: str, settings: DriftSettings) -> Path:
    return workspace.data_set(name).derived / f"drift-{fingerprint(settings)}.parquet"


def _live_path(workspace: Workspace, name: str, settings: DriftSettings, what: str = "live.parquet") -> Path:
    stem, kind = what.split(".")
    return workspace.data_set(name).derived / f"{stem}-{fingerprint(settings, WATCH)}.{kind}"
