"""From files to a data set, from a data set to sequences, and away with it."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.data import LogFiles, Sequences, age, load_sequences
from core.errors import InputError
from core.phrases import say, unpacked
from core.pipeline.changing import RECEIPTS, changed
from core.pipeline.cohorting import leave_cohorts
from core.pipeline.gate import needs, seen
from core.pipeline.words import keep_only, language_settings
from core.progress import Progress, silent
from core.settings import ADMIN, AUTO, EDITOR, NONE, VIEWER, ImportSettings, SimulationSettings
from core.workspace import DataSet, Workspace, actors, check_name

RECEIPTS_KEPT = 50
"""Imports whose receipts a version keeps."""


@dataclass(frozen=True)
class Like:
    """Columns and settings as a data set was imported with; of one that is added to, those of the version before."""

    name: str
    change: Callable[[ImportSettings], ImportSettings] = lambda settings: settings
    """What is to be otherwise."""


@needs(EDITOR)
def import_log(
    workspace: Workspace,
    name: str,
    files: LogFiles,
    settings: ImportSettings | Like | None = None,
    progress: Progress = silent,
    *,
    add: bool = False,
) -> DataSet:
    """Read, check and publish a log as the next version of data set `name`; raises `EventsError`.

    With `add` the log is added to the events of the version before; else it replaces them.
    """
    check_name(name)
    if add and files.engine:
        raise InputError(say("errors.engine_add", engine=files.engine))

    def made(before: DataSet | None, folder: Path) -> tuple[dict[str, Any], ImportSettings]:
        log, chosen = _chosen(workspace, files, settings)
        for known in workspace.data_sets():
            if known.name == name:
                _check_pseudonyms(known, chosen)
                log = log if log.words else _like_before(log, known)
        return _written(workspace, folder, (log, chosen), before, progress), chosen

    if add:
        return changed(workspace, name, lambda before, folder: made(before, folder)[0], progress, "added")
    with workspace.staging() as folder:
        summary, chosen = made(None, folder)
        workspace.send(folder, progress)
        return workspace.publish(name, folder, summary, lambda current: _check_pseudonyms(current, chosen))


def _chosen(
    workspace: Workspace, files: LogFiles, settings: ImportSettings | Like | None
) -> tuple[LogFiles, ImportSettings]:
    if not isinstance(settings, Like):
        return files, settings or ImportSettings()
    files, found = recipe(workspace, settings.name, files)
    return files, settings.change(found)


def _like_before(files: LogFiles, known: DataSet) -> LogFiles:
    """Files whose texts on events are taken as before: columns that were named then may be missing now."""
    words, before = language_settings(known), known.summary.get("event_texts", [])
    if words.event_texts in (AUTO, NONE):
        return replace(files, words=words, texts=tuple(before))
    named = map(str.strip, words.event_texts.split(","))
    return replace(files, words=replace(words, event_texts=AUTO), texts=tuple(dict.fromkeys([*before, *named])))


def _written(
    workspace: Workspace,
    folder: Path,
    log: tuple[LogFiles, ImportSettings],
    before: DataSet | None,
    progress: Progress,
) -> dict[str, Any]:
    """Write a log, behind the version `before` where there is one, into a folder; returns the summary."""
    from core.data import Base, import_files

    files, settings = log
    base = Base(before.folder, before.summary) if before else None
    key = workspace.secret() if settings.pseudonyms else ""
    if files.engine:
        files = replace(files, meeting=workspace.meeting(folder))
    summary = import_files(files, folder, settings, base=base, key=key, progress=progress)
    known = before.summary.get(RECEIPTS, []) if before else []
    return summary | {RECEIPTS: [*known, *filter(None, [files.receipt])][-RECEIPTS_KEPT:]}


@needs(VIEWER)
def account(workspace: Workspace, data_set: DataSet) -> dict[str, Any]:
    """What an import came to, fit for JSON: counts, columns, span, sessions, what was decided, what to beware of.

    The last two may name ids as examples: whoever must not see ids is not told of them.
    """
    from core.data import account as accounts
    from core.data import profile

    if actors.actor().masked:
        return {**accounts.report(data_set.summary), "decided": [], "cautions": []}

    noted = [unpacked(caution) for caution in data_set.summary.get("cautions", [])]
    with workspace.staging() as scratch:
        found = profile.cautions(data_set, scratch)
    return {
        **accounts.report(data_set.summary),
        "decided": [str(line) for line in accounts.decided(data_set.summary)],
        "cautions": list(dict.fromkeys([*noted, *map(str, found)])),
    }


@needs(EDITOR)
@contextlib.contextmanager
def queried(workspace: Workspace, address: str, query: str) -> Iterator[Path]:
    """What a query of a database gives, as a file that lies in the workspace for as long; raises `EventsError`."""
    from core.data import fetched

    with workspace.staging() as folder:
        yield fetched(address, query, folder / "query.parquet")


@needs(EDITOR)
def sorted_out(files: LogFiles) -> LogFiles:
    """Files that were given as one log, items and users among them in their place where that is certain."""
    from core.data import told_apart

    together = (files.events, *files.more)
    if files.items or files.users or not files.more:
        return files
    found = told_apart(together)
    if found.log is None or found.left:
        return files
    return replace(files, events=found.log, more=found.more, items=found.items, users=found.users)


@needs(VIEWER)
def imported(workspace: Workspace, name: str, receipt: str) -> DataSet | None:
    """The current version of data set `name` if what was imported with this receipt is in it, else None."""
    found = (data_set for data_set in workspace.data_sets() if data_set.name == name)
    return next((data_set for data_set in found if receipt in data_set.summary.get(RECEIPTS, [])), None)


def _check_pseudonyms(current: DataSet | None, settings: ImportSettings) -> None:
    """Raise `InputError` where a version with the ids themselves would lie beside one with pseudonyms."""
    summary = current.summary if current else {}
    before = summary.get("recipe", {}).get("settings", {}).get("pseudonyms", False)
    if current and bool(before) != settings.pseudonyms:
        raise InputError(say("errors.has_pseudonyms" if before else "errors.has_ids", data_set=current.name))


@needs(ADMIN)
def purge(workspace: Workspace, name: str, progress: Progress = silent) -> int:
    """Remove events that are older than the data set keeps them, with all that was made from them; their number.

    Earlier versions that hold such events go as well, and what was derived from them.

    Raises `UnknownDataSetError`, `EventsError`, and `WorkspaceError` where something cannot be removed.
    """
    removed = [0]

    def without_old(before: DataSet, folder: Path) -> dict[str, Any] | None:
        removed[0] = 0
        if not age.overdue(before.summary):
            return None
        from core.data import retention

        progress(0.0, say("steps.removing", data_set=name))
        summary = retention.without_old(before.folder, folder, before.summary)
        removed[0] = before.summary["rows_kept"] - summary["rows_kept"]
        return summary

    now = changed(workspace, name, without_old, progress, "purged")
    if through := _newest_overdue(workspace, now):
        workspace.forget_versions(now, through)
        keep_only(workspace, now)
        leave_cohorts(workspace, now)
    return removed[0]


@needs(VIEWER)
def overdue(workspace: Workspace, data_set: DataSet) -> bool:
    """Whether this version or one before it holds events that are older than the data set keeps them."""
    return age.overdue(data_set.summary) > 0 or _newest_overdue(workspace, data_set) > 0


def _newest_overdue(workspace: Workspace, data_set: DataSet) -> int:
    """The newest version before this one that holds events older than the data set keeps them; 0: none does."""
    days = age.kept_for(data_set.summary)
    if not days:
        return 0
    from core.data import retention

    found = ((int(folder.name[1:]), retention.first(folder)) for folder in workspace.earlier_versions(data_set))
    return max((version for version, first in found if first and first < age.oldest(days)), default=0)


@needs(VIEWER)
def recipe(workspace: Workspace, name: str, files: LogFiles) -> tuple[LogFiles, ImportSettings]:
    """Files and settings as data set `name` was imported with; raises `UnknownDataSetError`."""
    from core.data import recipe as recipes

    return recipes.replayed(workspace.data_set(name).summary, files)


@needs(VIEWER)
def load(workspace: Workspace, name: str) -> Sequences:
    """Sequences of the current version of a data set, as whoever asks may see it; raises `UnknownDataSetError`."""
    return seen(workspace, load_sequences(workspace.data_set(name)))


@needs(VIEWER)
def moment(data_set: DataSet, text: str) -> int:
    """Microseconds since 1970 UTC, or a position, from ISO 8601 or a time as the log of a data set has them.

    Raises `InputError`.
    """
    from core.data import Clock

    try:
        return Clock.of(data_set.summary).read(text.strip())
    except ValueError:
        raise InputError(say("errors.no_moment", text=text[:80])) from None


@needs(EDITOR)
def simulate(folder: Path, settings: SimulationSettings | None = None) -> dict[str, int]:
    """Write events.csv, items.csv, users.csv and truth.csv of a simulated log; returns the number of rows of each."""
    from core.data import simulate as simulator

    simulation = simulator.simulate(settings or SimulationSettings())
    simulator.write(simulation, folder)
    return {part: len(getattr(simulation, part)) for part in ("events", "items", "users", "truth")}


@needs(ADMIN)
def delete(workspace: Workspace, name: str) -> None:
    """Remove a data set and all that was made from it; raises `UnknownDataSetError`."""
    workspace.delete(name)
