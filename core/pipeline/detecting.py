"""Who drifted: computed once per data set and settings; the model's view of it once per run."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.data import load_sequences
from core.phrases import packed, unpacked
from core.pipeline import marking
from core.pipeline.calling import category_names
from core.pipeline.gate import needs
from core.pipeline.importing import load
from core.pipeline.rankers import model
from core.pipeline.results import FRAME, Form, Result, changed
from core.progress import Progress, part
from core.settings import VIEWER, DriftSettings
from core.workspace import DataSet, Marker, Workspace

if TYPE_CHECKING:
    from core.data import Sequences
    from core.drift import Everyone, Mark, Watcher
    from core.model import InterestModel


@needs(VIEWER)
def drift(
    workspace: Workspace, name: str, settings: DriftSettings | None = None, engine: str = ""
) -> Result[pd.DataFrame]:
    """A row per user with `schema.DRIFT_COLUMNS` and more: see `core.drift.verdict.detection.detect`.

    `engine`: address of one whose workers test the users; the table is the same.
    """
    if not engine:
        return drift_and_live(workspace, name, settings)[0]
    settings, found = settings or DriftSettings(), workspace.data_set(name)

    def tested(progress: Progress) -> pd.DataFrame:
        from core.pipeline.spreading import drift_by

        def check(everyone: "Everyone") -> None:
            _doubts(workspace, found, settings, lambda: everyone).get(progress)

        return drift_by(found, settings, engine, check, progress)

    return Result(workspace, found, "drift", (settings,), tested, _TABLE, _told(settings))


@needs(VIEWER)
def live_drift(workspace: Workspace, name: str, settings: DriftSettings | None = None) -> Result[pd.DataFrame]:
    """What a live watcher would have said, a row per user: see `core.drift.live.watcher.Watcher.table`."""
    return drift_and_live(workspace, name, settings)[1]


@needs(VIEWER)
def drift_and_live(
    workspace: Workspace, name: str, settings: DriftSettings | None = None
) -> tuple[Result[pd.DataFrame], Result[pd.DataFrame]]:
    """`drift` and `live_drift`: what both learn of everyone is learned once."""
    settings, found = settings or DriftSettings(), workspace.data_set(name)
    known = _everyone(lambda: load_sequences(found), settings)

    def first(progress: Progress) -> pd.DataFrame:
        from core.drift import detect

        _doubts(workspace, found, settings, known).get(progress)
        return detect(known().log, settings, progress, known())

    def tested(progress: Progress) -> pd.DataFrame:
        if not (settings.p_values and (days := _breaks(known().log))):
            return first(progress)
        return _second(once.get(part(progress, 0.0, 0.5)), known().log, days, settings, part(progress, 0.5, 1.0))

    def told(progress: Progress) -> pd.DataFrame:
        who = _watcher(workspace, found, settings, known).get(part(progress, 0.0, 0.5))
        return who.table(known().log, part(progress, 0.5, 1.0))

    asked = _told(settings)
    once = Result(workspace, found, "once", (settings,), first, _TABLE, asked)
    drift = Result(workspace, found, "drift", (settings,), tested, _TABLE, asked)
    if settings.p_values and (marked := marking.of_the_offer(workspace, name)):
        drift = _beside_the_offer((once, drift), name, marked, lambda: known().log, settings)
    return (
        drift,
        Result(workspace, found, "live", (settings,), told, FRAME, asked),
    )


def _beside_the_offer(
    before: tuple[Result[pd.DataFrame], Result[pd.DataFrame]],
    name: str,
    marked: tuple[Marker, ...],
    log: "Callable[[], Sequences]",
    settings: DriftSettings,
) -> Result[pd.DataFrame]:
    """The same table, with verdicts without what appeared at some markers, and on days that were found in the log.

    `before`: the tables without markers, looked at once, and without what appeared on days that were found.
    """
    once, drift = before

    def looked(progress: Progress) -> pd.DataFrame:
        from core.drift import BEFORE

        table = drift.get(part(progress, 0.0, 0.4))
        table = once.get(part(progress, 0.4, 0.5)) if BEFORE in table else table
        marks = marking.marks(drift.workspace, name, marked, log())
        return _second(table, log(), [*marks, *_breaks(log())], settings, part(progress, 0.5, 1.0))

    names = category_names(drift.workspace, name)
    own = {each.category: names.own([each.category]) for each in marked}
    told = {category: category if behind == (category,) else behind for category, behind in own.items()}
    of = (*drift.of, [(each.start, each.end, told[each.category], each.users) for each in marked])
    return replace(drift, kind="offered", of=of, compute=looked)


def _breaks(log: "Sequences") -> "list[Mark]":
    """Days from which on much was new, as if somebody had marked them."""
    from core.drift import as_mark, breaks

    return [as_mark(day) for day in breaks(log)]


def _second(
    table: pd.DataFrame, log: "Sequences", marks: "list[Mark]", settings: DriftSettings, progress: Progress
) -> pd.DataFrame:
    from core.drift import offered

    return offered.second_look(table, log, marks, settings, progress)


@needs(VIEWER)
def watcher(
    workspace: Workspace, name: str, settings: DriftSettings | None = None, sequences: "Sequences | None" = None
) -> "Result[Watcher]":
    """Who looks at users as events arrive, learned from the whole log; give its `sequences` where they are at hand."""
    settings, found = settings or DriftSettings(), workspace.data_set(name)
    known = _everyone(lambda: load_sequences(found) if sequences is None else sequences, settings)
    return _watcher(workspace, found, settings, known)


def _watcher(
    workspace: Workspace, found: DataSet, settings: DriftSettings, known: "Callable[[], Everyone]"
) -> "Result[Watcher]":
    def read(path: Path) -> "Watcher":
        from core.drift import watcher_file

        return watcher_file.load(path, known().log.catalogue)

    def compute(progress: Progress) -> "Watcher":
        from core.drift import watcher as live

        return live.learn(known().log, settings, progress, known())

    def save(made: "Watcher", path: Path) -> None:
        from core.drift import watcher_file

        watcher_file.save(made, path)

    return Result(workspace, found, "watcher", (settings,), compute, Form(".npz", save, read), _told(settings))


def _everyone(log: "Callable[[], Sequences]", settings: DriftSettings) -> "Callable[[], Everyone]":
    """A log and what is learned of it, read when it is first asked for."""

    @cache
    def known() -> "Everyone":
        from core.drift import Everyone

        return Everyone(log(), settings.seed)

    return known


@needs(VIEWER)
def drift_doubts(workspace: Workspace, name: str, settings: DriftSettings | None = None) -> "Result[tuple[str, ...]]":
    """What to beware of in the sessions that the drift test stands on; kept by `drift` as well.

    Raises `EventsError` where no test can stand on them.
    """
    settings, found = settings or DriftSettings(), workspace.data_set(name)
    return _doubts(workspace, found, settings, _everyone(lambda: load_sequences(found), settings))


def _doubts(
    workspace: Workspace, found: DataSet, settings: DriftSettings, known: "Callable[[], Everyone]"
) -> "Result[tuple[str, ...]]":
    def save(doubts: tuple[str, ...], file: Path) -> None:
        file.write_text(json.dumps([packed(doubt) for doubt in doubts]), encoding="utf-8")

    def read(file: Path) -> tuple[str, ...]:
        return tuple(unpacked(doubt) for doubt in json.loads(file.read_text(encoding="utf-8")))

    form = Form(".json", save, read)
    return Result(workspace, found, "doubts", (settings,), lambda _: known().doubts, form, _told(settings))


@needs(VIEWER)
def model_view(
    workspace: Workspace, name: str, settings: DriftSettings | None = None, run: str | None = None
) -> Result[pd.DataFrame]:
    """Who drifted in the eyes of a run: see `core.drift.by_model.model_view.view`.

    None is the newest finished run; raises `UnknownRunError` if there is none.
    """
    settings, found = settings or DriftSettings(), workspace.run(name, run)

    def compute(progress: Progress) -> pd.DataFrame:
        from core.drift import model_view as views

        sequences = load(workspace, name)
        trained = model(workspace, name, found.id, sequences)
        return views.view(sequences, trained.item_vectors, trained.states, settings, progress)

    return Result(workspace, found, "view", (settings,), compute, _TABLE, {"run": found.id, **_told(settings)})


@needs(VIEWER)
def trail(sequences: "Sequences", user: str, trained: "InterestModel") -> pd.DataFrame:
    """How far a user's states moved beside shuffled sessions, as `core.drift.by_model.trails.trail` tells it."""
    from core.drift import trails

    return trails.trail(sequences, sequences.find_user(user), trained.states, DriftSettings().seed)


def _save(table: pd.DataFrame, path: Path) -> None:
    from core.drift import table_file

    table_file.save(table, path)


def _read(path: Path) -> pd.DataFrame:
    from core.drift import table_file

    return table_file.load(path)


_TABLE = Form(".parquet", _save, _read)
"""Tables with lists in their cells."""


def _told(settings: DriftSettings) -> dict[str, Any]:
    """Settings as arguments of a job."""
    return {"settings": different} if (different := changed(settings)) else {}
