"""The engine as notebooks ask it: a log read once, and what can be asked of it; see `core`.

Everything lies in a workspace, as with the command line, so what was computed once is read afterwards, also by the
dashboard: `python -m core --workspace DIR serve` shows what a notebook made.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core import pipeline
from core.data import LogFiles, Sequences
from core.pipeline import BLEND, Explanation, Query, Trained
from core.progress import Progress, silent
from core.settings import (
    DriftSettings,
    ImportSettings,
    NamingSettings,
    RecommendSettings,
    Settings,
)
from core.workspace import DataSet, Workspace

Table = str | Path | pd.DataFrame


@dataclass(frozen=True)
class Log:
    """An interaction log that was read: one version of a data set of a workspace. Stability: kept."""

    workspace: Workspace
    data_set: DataSet

    @property
    def name(self) -> str:
        """Name of the data set."""
        return self.data_set.name

    @property
    def events(self) -> pd.DataFrame:
        """Events with the canonical columns, a user's events in time order."""
        return pd.read_parquet(self.data_set.events)

    @property
    def sequences(self) -> Sequences:
        """The log as arrays of integer ids, as models and tests read it."""
        return pipeline.load(self.workspace, self.name)


def read(
    events: Table,
    items: Table | None = None,
    *,
    name: str = "notebook",
    columns: dict[str, str] | None = None,
    workspace: Workspace | str | Path | None = None,
    settings: ImportSettings | None = None,
) -> Log:
    """Read a log: files in any layout, or frames; which column is what is guessed unless `columns` says so.

    `columns` maps canonical names to those of the log. `items` brings titles, categories and attributes. A data set of
    this `name` gets a new version; `workspace` is a folder, else MEANDER_WORKSPACE, else `.workspace`. Raises
    `EventsError` with one line that says what was found and what to do. Stability: kept.

    >>> log = read(sample.events, sample.items, name="shop", workspace=folder)
    >>> sorted(log.events.columns)[:3], log.data_set.summary["users"]
    (['event', 'item_id', 'timestamp'], 40)
    """
    home = _home(workspace)
    with home.staging() as folder:
        files = LogFiles(_file(events, folder / "events.parquet"), columns=columns)
        if items is not None:
            files = LogFiles(files.events, _file(items, folder / "items.parquet"), columns=columns)
        return Log(home, pipeline.import_log(home, name, files, settings))


def open_log(name: str, workspace: Workspace | str | Path | None = None) -> Log:
    """A data set that is there already, in its current version; raises `UnknownDataSetError`. Stability: kept.

    >>> open_log("examples", folder).name
    'examples'
    """
    home = _home(workspace)
    return Log(home, home.data_set(name))


def data_sets(workspace: Workspace | str | Path | None = None) -> pd.DataFrame:
    """Which data sets there are, newest first: name, version, users, items, events. Stability: kept.

    >>> "examples" in set(data_sets(folder)["name"])
    True
    """
    found = _home(workspace).data_sets()
    rows = [
        (each.name, each.version, *(each.summary[key] for key in ("users", "items", "rows_kept"))) for each in found
    ]
    return pd.DataFrame(rows, columns=["name", "version", "users", "items", "events"])


def sample(workspace: Workspace | str | Path | None = None) -> Log:
    """The log that comes with Meander, with its model and all that is computed of it. Stability: kept."""
    home = _home(workspace)
    return Log(home, pipeline.import_sample(home))


def drift(
    log: Log, settings: DriftSettings | None = None, progress: Progress = silent, *, accept: float = 0.05
) -> pd.DataFrame:
    """Who drifted, when, from what to what and how sure that is: a row per user, `schema.DRIFT_COLUMNS` and more.

    Needs no trained model. `named` are those who changed when a share of false alarms is accepted, `accept`; `sure` is
    how sure it is in words. Stability: kept; columns may be added.

    >>> table = drift(log)
    >>> len(table), sorted(table["status"].unique()), {"named", "sure"} <= set(table)
    (40, ['insufficient', 'ok'], True)
    """
    from core.drift import judged

    return judged(pipeline.drift(log.workspace, log.name, settings).get(progress), NamingSettings(accept))


def train(log: Log, settings: Settings | None = None, progress: Progress = silent) -> Trained:
    """Train the model of interests on a log; what is asked of the log afterwards is answered by the newest run.

    Returns the run's id, epochs, seconds and quality on held-out events. Stability: kept.

    >>> trained = train(log, quick)
    >>> trained.epochs, sorted(trained.validation)
    (1, ['hr@10', 'ndcg@10'])
    """
    return pipeline.train(log.workspace, log.name, pipeline.new_run(log.workspace, log.name, settings), progress)


def recommend(log: Log, user: str | None = None, k: int = 10, model: str = BLEND) -> pd.DataFrame:
    """The best `k` items for a user, or for everyone: user_id, rank, item_id, score.

    `model` is blend, attention or a baseline; needs a trained run unless a baseline is named. Raises
    `UnknownRunError`, `UnknownUserError`. Stability: kept.

    >>> recommend(log, user, k=3, model="popularity")["rank"].tolist()
    [1, 2, 3]
    """
    query = Query(user=user, model=model)
    return pipeline.recommend(log.workspace, log.name, query, RecommendSettings(k=k))


def explain(log: Log, user: str, item: str | None = None) -> Explanation:
    """Why an item (None: the first of the list) is recommended to a user: the answer, and each past event's effect.

    Needs a trained run. Stability: the fields `answer` and `events` are kept.

    >>> found = explain(log, user)
    >>> found.rank, set(found.events.columns) >= {"item_id", "effect", "attention"}
    (1, True)
    """
    return pipeline.explain(log.workspace, log.name, user, item)


def _home(workspace: Workspace | str | Path | None) -> Workspace:
    return workspace if isinstance(workspace, Workspace) else Workspace(workspace)


def _file(table: Table, target: Path) -> Path:
    """A table as a file: its own, or a frame written to `target`."""
    if not isinstance(table, pd.DataFrame):
        return Path(table)
    table.to_parquet(target, index=False)
    return target
