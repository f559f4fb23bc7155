"""What was streamed becomes a new version of the data set."""

import secrets
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow.parquet as pq

from core.data import LogFiles, schema
from core.errors import InputError
from core.phrases import say
from core.pipeline.changing import COMMITTED, changed
from core.pipeline.gate import needs
from core.pipeline.journals import alone, journal_of
from core.progress import Progress, silent
from core.settings import EDITOR
from core.workspace import DataSet, Workspace

if TYPE_CHECKING:
    from core.stream import Journal


@needs(EDITOR)
def commit(workspace: Workspace, name: str, progress: Progress = silent) -> DataSet:
    """Make what was streamed a new version of the data set, as `import --add` would; raises `InputError` without any.

    The version before stays as it is. What was read stays known, so that the stream can go on where it was.
    """
    found = workspace.data_set(name)
    with alone(found), journal_of(found) as journal:
        # Noted on both sides, so that a kill between the two leaves nothing that is added twice (`streaming.opened`).
        batch = secrets.token_hex(8)
        journal.keep_fact(COMMITTED, batch)

        def change(before: DataSet, folder: Path) -> dict[str, Any]:
            if before.origin != found.origin or not journal.size():
                raise InputError(say("errors.nothing_streamed", data_set=name, version=before.version))
            with workspace.staging() as scratch:
                return _imported(before, _written(journal, scratch), folder, progress) | {COMMITTED: batch}

        published = changed(workspace, name, change, progress, "committed")
        try:
            journal.drop(COMMITTED, batch)
        except sqlite3.OperationalError:
            if found.journal.exists():
                raise  # else it went with the data set
    return published


def _written(journal: "Journal", folder: Path) -> LogFiles:
    """What was streamed, as a log: times in full, so that nothing about them has to be guessed."""
    import pyarrow as pa

    table = pd.DataFrame(list(journal.events())).rename(
        columns={"user": schema.USER, "item": schema.ITEM, "time": schema.TIME}
    )
    moments = pd.to_datetime(table[schema.TIME], unit="us")
    table[schema.TIME] = moments.dt.strftime("%Y-%m-%dT%H:%M:%S.%f")
    texts = table.dropna(axis=1, how="all").astype("string")
    pq.write_table(pa.Table.from_pandas(texts, preserve_index=False), folder / "streamed.parquet")
    known = [{schema.ITEM: item, **told} for item, told in journal.items().items()]
    if known:
        items = pd.DataFrame(known, dtype="string")
        pq.write_table(pa.Table.from_pandas(items, preserve_index=False), folder / "items.parquet")
    columns = {str(column): str(column) for column in texts.columns}
    return LogFiles(folder / "streamed.parquet", folder / "items.parquet" if known else None, columns=columns)


def _imported(found: DataSet, files: LogFiles, folder: Path, progress: Progress) -> dict[str, Any]:
    """Import what was streamed behind the version; how the data set is imported stays as it was."""
    from core.data import Base, import_files, recipe
    from core.data import account as accounts

    _, settings = recipe.replayed(found.summary, files)
    # users have their pseudonyms already
    settings = replace(settings, pseudonyms=False)
    base = Base(found.folder, found.summary)
    summary = import_files(files, folder, settings, base=base, progress=progress)
    for key in accounts.KEPT:
        if key in found.summary:
            summary[key] = found.summary[key]
    return summary
