"""What is new where a data set is watched: files of a folder, rows of a query, the end of a growing log."""

import hashlib
import os
import stat
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.data import LogFiles
from core.errors import InputError
from core.phrases import say
from core.pipeline.committing import commit
from core.pipeline.gate import needs
from core.pipeline.importing import Like, import_log, imported, queried
from core.pipeline.streaming import Feed, stream, streamed
from core.progress import Progress, silent
from core.settings import ADMIN, StreamSettings, WatchSettings, watching
from core.workspace import Workspace

STEADY_SECONDS = 3.0
"""A file that has not changed for so long is taken to be whole."""
MOST_FILES = 200
"""Files that are read in one look; more wait for the next."""


@needs(ADMIN)
def bring(
    workspace: Workspace, name: str, plan: WatchSettings, state: dict[str, Any], progress: Progress = silent
) -> dict[str, Any]:
    """Add what has come since `state` to a data set, through the ways that any log takes; returns the state by then.

    `brought` in it says how many events are new. Raises `InputError` where there is nothing to look at.
    """
    before = int(workspace.data_set(name).summary["rows_kept"])
    if plan.way == watching.FOLDER:
        state = state | {"files": _folder(workspace, name, Path(plan.source), state.get("files", {}), progress)}
    elif plan.way == watching.QUERY:
        _query(workspace, name, plan, progress)
    else:
        _stream(workspace, name, plan, progress)
    return state | {"brought": int(workspace.data_set(name).summary["rows_kept"]) - before}


def fresh(folder: Path, known: dict[str, list[int]]) -> dict[str, list[int]]:
    """Files of a folder that are new or other than they were and have stopped growing, by name: size and time.

    Hidden ones, links and folders are passed over: a link leads to what whoever put it there need not be allowed to
    read. Raises `InputError` where there is no such folder.
    """
    if not folder.is_dir():
        raise InputError(say("errors.watch_folder", path=str(folder)))
    found = {}
    for entry in sorted(os.scandir(folder), key=lambda each: each.name):
        about = entry.stat(follow_symlinks=False)
        steady = time.time() - max(about.st_mtime, about.st_ctime) > STEADY_SECONDS
        mark = [about.st_size, about.st_mtime_ns]
        if not entry.name.startswith(".") and stat.S_ISREG(about.st_mode) and steady and known.get(entry.name) != mark:
            found[entry.name] = mark
    return dict(list(found.items())[:MOST_FILES])


def _folder(
    workspace: Workspace, name: str, folder: Path, known: dict[str, list[int]], progress: Progress
) -> dict[str, list[int]]:
    found = fresh(folder, known)
    if not found:
        return known
    # A process that was killed when all was published, but before that was noted, finds its receipt here.
    receipt = "watch-" + hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest()[:16]
    if imported(workspace, name, receipt) is None:
        first, *more = (folder / each for each in found)
        files = replace(LogFiles(first, more=tuple(more)), receipt=receipt)
        import_log(workspace, name, files, Like(name), progress, add=True)
    return known | found


def _query(workspace: Workspace, name: str, plan: WatchSettings, progress: Progress) -> None:
    last = str(workspace.data_set(name).summary.get("last") or "1970-01-01T00:00:00")
    # What stands in for `{last}` is a moment that an import wrote, never text of anyone.
    with queried(workspace, plan.source, plan.query.replace(watching.LAST, last)) as answer:
        import pyarrow.parquet as pq

        if pq.read_metadata(answer).num_rows:
            import_log(workspace, name, LogFiles(answer), Like(name), progress, add=True)


def _stream(workspace: Workspace, name: str, plan: WatchSettings, progress: Progress) -> None:
    source: Any = plan.source if "://" in plan.source else Path(plan.source)
    stream(workspace, name, Feed(source, model="popularity"), StreamSettings(once=True))
    journal = streamed(workspace, name)
    waiting = journal.size() if journal else 0
    if journal:
        journal.close()
    if waiting:
        commit(workspace, name, progress)
