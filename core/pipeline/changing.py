"""A new version made from the one before: nothing that someone else does to the data set meanwhile is lost."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from core import locks
from core.errors import JobCancelledError, OvertakenError
from core.phrases import say
from core.progress import Progress, silent
from core.workspace import DataSet, Workspace

RECEIPTS = "receipts"
"""Key, in the summary of a version, of the newest `LogFiles.receipt` of all imports that it holds."""
COMMITTED = "committed"
"""Key of the last batch of streamed events that it holds."""
CARRIED = (RECEIPTS, COMMITTED)
"""What holds of a version holds of those that are made from it."""
Change = Callable[[DataSet, Path], dict[str, Any] | None]
"""Writes what follows a version into a folder and returns its summary, None where all may stay as it is."""


def changed(
    workspace: Workspace, name: str, change: Change, progress: Progress = silent, what: str = "changed"
) -> DataSet:
    """Make the next version of a data set from the current one; returns the version that is current then.

    `what` is done so is noted in the audit.

    Those who do so take turns. An import that replaces the data set, or its deletion, waits for nobody: the change is
    then made again of what is there now, or raises `UnknownDataSetError`. So a change must be fit to be made twice.
    """
    while True:
        before = workspace.data_set(name)
        try:
            with locks.waited(before.change_lock, lambda: progress(0.0, say("steps.turn", data_set=name))):
                before = workspace.data_set(name)
                return _followed(workspace, before, change, what, progress)
        except JobCancelledError:
            raise
        except Exception:  # also where the files of a version went while they were read
            if workspace.data_set(name).id == before.id:
                raise
        progress(0.0, say("steps.again", data_set=name))


def _followed(workspace: Workspace, before: DataSet, change: Change, what: str, progress: Progress) -> DataSet:
    """Publish what a change makes of a version; raises `OvertakenError` where that is current no longer."""

    def check(current: DataSet | None) -> None:
        if current is None or current.id != before.id:
            raise OvertakenError(say("errors.overtaken"))

    with workspace.staging() as folder:
        summary = change(before, folder)
        if summary is None:
            return before
        workspace.send(folder, progress)
        carried = {key: before.summary[key] for key in CARRIED if key in before.summary}
        return workspace.publish(before.name, folder, carried | summary, check, what)
