"""The engine as notebooks ask it: a log read once, and what can be asked of it; see `core`.

Everything lies in a workspace, as with the command line, so what was computed once is read afterwards, also by the
dashboard: `python -m core --workspace DIR serve` shows what a notebook made.
"""

from dataclasses import dataclass
from html import escape
from pathlib import Path

import pandas as pd

from core.data import LogFiles, Sequences
from core.pipeline.detecting import drift as drift_result
from core.pipeline.explaining import Explanation
from core.pipeline.explaining import explain as explain_item
from core.pipeline.importing import import_log, load
from core.pipeline.mapping import atlas
from core.pipeline.rankers import BLEND, blend, model
from core.pipeline.ranking import Query
from core.pipeline.ranking import recommend as recommend_items
from core.pipeline.training import Trained, new_run
from core.pipeline.training import train as train_run
from core.progress import Progress, silent
from core.settings import (
    AtlasSettings,
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
        return load(self.workspace, self.name)


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
    home = workspace if isinstance(workspace, Workspace) else Workspace(workspace)
    with home.staging() as folder:
        files = LogFiles(_file(events, folder / "events.parquet"), columns=columns)
        if items is not None:
            files = LogFiles(files.events, _file(items, folder / "items.parquet"), columns=columns)
        return Log(home, import_log(home, name, files, settings))


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

    return judged(drift_result(log.workspace, log.name, settings).get(progress), NamingSettings(accept))


def train(log: Log, settings: Settings | None = None, progress: Progress = silent) -> Trained:
    """Train the model of interests on a log; what is asked of the log afterwards is answered by the newest run.

    Returns the run's id, epochs, seconds and quality on held-out events. Stability: kept.

    >>> trained = train(log, quick)
    >>> trained.epochs, sorted(trained.validation)
    (1, ['hr@10', 'ndcg@10'])
    """
    return train_run(log.workspace, log.name, new_run(log.workspace, log.name, settings), progress)


def recommend(log: Log, user: str | None = None, k: int = 10, model: str = BLEND) -> pd.DataFrame:
    """The best `k` items for a user, or for everyone: user_id, rank, item_id, score.

    `model` is blend, attention or a baseline; needs a trained run unless a baseline is named. Raises
    `UnknownRunError`, `UnknownUserError`. Stability: kept.

    >>> recommend(log, user, k=3, model="popularity")["rank"].tolist()
    [1, 2, 3]
    """
    query = Query(user=user, model=model)
    return recommend_items(log.workspace, log.name, query, RecommendSettings(k=k))


def explain(log: Log, user: str, item: str | None = None) -> Explanation:
    """Why an item (None: the first of the list) is recommended to a user: the answer, and each past event's effect.

    Needs a trained run. Stability: the fields `answer` and `events` are kept.

    >>> found = explain(log, user)
    >>> found.rank, set(found.events.columns) >= {"item_id", "effect", "attention"}
    (1, True)
    """
    return explain_item(log.workspace, log.name, user, item)


@dataclass(frozen=True)
class Played:
    """A user's history, played in the notebook or as a file. Stability: `html` and `save` are kept."""

    html: str
    """One page that plays without a server and asks no host for anything."""
    steps: int
    """Events of the history."""

    def save(self, path: str | Path) -> Path:
        """Write the page."""
        Path(path).write_text(self.html, encoding="utf-8")
        return Path(path)

    def _repr_html_(self) -> str:
        return f'<iframe srcdoc="{escape(self.html)}" style="width: 100%; height: 860px; border: 0"></iframe>'


def play(log: Log, user: str, progress: Progress = silent) -> Played:
    """A user's history as the dashboard replays it: timeline, way over the map, attention and lists at each step.

    Needs a trained run; changes are marked. Raises `UnknownRunError`, `UnknownUserError`. Stability: kept.

    >>> played = play(log, user)
    >>> played.steps == (log.events["user_id"] == user).sum(), played.html.startswith("<!doctype html>")
    (np.True_, True)
    """
    from core.charts import palettes
    from core.drift import for_charts, sureness, turns
    from core.player import PlayerPayload, assets, standalone
    from core.player import user as playing

    sequences = log.sequences
    number = sequences.find_user(user)
    shown = for_charts(sequences, DriftSettings().seed)
    (row,) = turns.drawn(drift(log, progress=progress).iloc[[number]], shown).to_dict("records")
    told = row["changes"] if row["sure"] != sureness.NO_SIGN else ()
    trained = model(log.workspace, log.name, None, sequences)
    ground = playing.ground_of(atlas(log.workspace, log.name, AtlasSettings(method="pca")).get(progress))
    listing = blend(log.workspace, log.workspace.run(log.name), trained, sequences, sequences)
    block = playing.playback(trained, shown, number, ground, told, listing)
    backdrop = playing.backdrop(ground, shown.catalogue)
    payload = PlayerPayload(block, backdrop, palettes(shown.catalogue.categories), assets.words("en"))
    return Played(standalone(payload, step=0, title=f"{log.name}: {user}"), int(sequences.lengths[number]))


def _file(table: Table, target: Path) -> Path:
    """A table as a file: its own, or a frame written to `target`."""
    if not isinstance(table, pd.DataFrame):
        return Path(table)
    table.to_parquet(target, index=False)
    return target
