"""From files to a data set, from a data set to sequences, and away with it."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from core.data import age
from core.data.log_files import LogFiles
from core.data.sequences import Sequences, load_sequences
from core.errors import InputError
from core.phrases import say
from core.progress import Progress, silent
from core.settings import ImportSettings, SimulationSettings
from core.workspace import DataSet, Workspace, check_name

RECEIPT = "receipt"
"""Key of `LogFiles.receipt` in the summary of a data set."""


def import_log(
    workspace: Workspace,
    name: str,
    files: LogFiles,
    settings: ImportSettings | None = None,
    progress: Progress = silent,
    *,
    add: bool = False,
) -> DataSet:
    """Read, check and publish a log as the next version of data set `name`; raises `EventsError`.

    With `add` the log is added to the events of the version before; else it replaces them.
    """
    from core.data import cleaning

    check_name(name)
    settings = settings or ImportSettings()
    before = workspace.data_set(name) if add else None
    _check_pseudonyms(workspace, name, settings)
    base = cleaning.Base(before.folder, before.summary) if before else None
    key = workspace.secret() if settings.pseudonyms else ""
    with workspace.staging() as folder:
        summary = cleaning.import_files(files, folder, settings, base=base, key=key, progress=progress)
        return workspace.publish(name, folder, summary | {RECEIPT: files.receipt})


@contextlib.contextmanager
def queried(workspace: Workspace, address: str, query: str) -> Iterator[Path]:
    """What a query of a database gives, as a file that lies in the workspace for as long; raises `EventsError`."""
    from core.data import warehouse

    with workspace.staging() as folder:
        yield warehouse.fetched(address, query, folder / "query.parquet")


def sorted_out(files: LogFiles) -> LogFiles:
    """Files that were given as one log, items and users among them in their place where that is certain."""
    from core.data import parts

    together = (files.events, *files.more)
    found = None if files.items or files.users or not files.more else parts.told_apart(together)
    if found is None:
        return files
    return replace(files, events=found.log[0], more=found.log[1:], items=found.items, users=found.users)


def imported(workspace: Workspace, name: str, receipt: str) -> DataSet | None:
    """The current version of data set `name` if it was imported with this receipt, else None."""
    found = (data_set for data_set in workspace.data_sets() if data_set.name == name)
    return next((data_set for data_set in found if receipt and data_set.summary.get(RECEIPT) == receipt), None)


def _check_pseudonyms(workspace: Workspace, name: str, settings: ImportSettings) -> None:
    """Raise `InputError` where a version with the ids themselves would lie beside one with pseudonyms."""
    for data_set in workspace.data_sets():
        before = data_set.summary.get("recipe", {}).get("settings", {}).get("pseudonyms", False)
        if data_set.name == name and bool(before) != settings.pseudonyms:
            raise InputError(say("errors.has_pseudonyms" if before else "errors.has_ids", data_set=name))


def purge(workspace: Workspace, name: str, progress: Progress = silent) -> int:
    """Remove events that are older than the data set keeps them, with all that was made from them; their number.

    Earlier versions go as well, and what was derived from them; raises `UnknownDataSetError`, `EventsError`.
    """
    data_set = workspace.data_set(name)
    if not age.overdue(data_set.summary):
        return 0
    from core.data import retention

    progress(0.0, say("steps.removing", data_set=name))
    with workspace.staging() as folder:
        summary = retention.without_old(data_set.folder, folder, data_set.summary)
        workspace.publish(name, folder, summary)
    workspace.forget_versions(name)
    return int(data_set.summary["rows_kept"] - summary["rows_kept"])


def recipe(workspace: Workspace, name: str, files: LogFiles) -> tuple[LogFiles, ImportSettings]:
    """Files and settings as data set `name` was imported with; raises `UnknownDataSetError`."""
    from core.data import recipe as recipes

    return recipes.replayed(workspace.data_set(name).summary, files)


def load(workspace: Workspace, name: str) -> Sequences:
    """Sequences of the current version of a data set; raises `UnknownDataSetError`."""
    return load_sequences(workspace.data_set(name))


def moment(text: str, *, ordinal: bool = False) -> int:
    """Microseconds since 1970 UTC from ISO 8601 or whole seconds; a position if the log has no clock.

    >>> moment("1970-01-01T00:00:01Z"), moment("1")
    (1000000, 1000000)
    """
    try:
        return int(text) * (1 if ordinal else 1_000_000)
    except ValueError:
        pass
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(say("errors.no_moment", text=text[:80])) from None
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    return int(time.timestamp()) * 1_000_000 + time.microsecond


def simulate(folder: Path, settings: SimulationSettings | None = None) -> dict[str, int]:
    """Write events.csv, items.csv, users.csv and truth.csv of a simulated log; returns the number of rows of each."""
    from core.data import simulate as simulator

    simulation = simulator.simulate(settings or SimulationSettings())
    simulator.write(simulation, folder)
    return {part: len(getattr(simulation, part)) for part in ("events", "items", "users", "truth")}


def delete(workspace: Workspace, name: str) -> None:
    """Remove a data set and all that was made from it; raises `UnknownDataSetError`."""
    workspace.delete(name)
