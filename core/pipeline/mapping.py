"""States of a run: as a table, on a map, and what lies around that."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.data import Sequences, export, schema
from core.phrases import say
from core.pipeline.gate import needs
from core.pipeline.importing import load
from core.pipeline.rankers import model
from core.pipeline.results import Form, Result, changed
from core.progress import Progress, part, silent
from core.settings import EDITOR, VIEWER, AtlasSettings
from core.workspace import Run, Workspace

if TYPE_CHECKING:
    from core.atlas import Atlas, Terrain

SLICE = 500
"""Users whose states are held in memory at once."""


@needs(VIEWER)
def atlas(
    workspace: Workspace, name: str, settings: AtlasSettings | None = None, run: str | None = None
) -> "Result[Atlas]":
    """The map of items and sampled states of a run; None is the newest finished one."""
    settings, found = settings or AtlasSettings(), workspace.run(name, run)

    def compute(progress: Progress) -> "Atlas":
        from core.atlas import fit

        sequences = load(workspace, name)
        return fit(model(workspace, name, found.id, sequences), sequences, settings, progress)

    form = Form("", _save_map, _read_map)
    told, quick = _asked(found, settings), settings.method == "pca"
    return Result(workspace, found, "atlas", (settings,), compute, form, told, in_passing=quick)


@needs(VIEWER)
def terrain(
    workspace: Workspace, name: str, settings: AtlasSettings | None = None, run: str | None = None
) -> "Result[Terrain]":
    """What lies around the map of these settings: regions, crowd, flows, nearest items; the job of the map makes it."""
    settings, found = settings or AtlasSettings(), workspace.run(name, run)

    def compute(progress: Progress) -> "Terrain":
        from core.atlas import survey

        placed = atlas(workspace, name, settings, found.id).get(part(progress, 0.0, 0.5))
        sequences = load(workspace, name)
        trained = model(workspace, name, found.id, sequences)
        return survey(trained, sequences, placed, settings.seed, part(progress, 0.5, 1.0))

    form = Form("", _save_terrain, _read_terrain)
    told, quick = _asked(found, settings), settings.method == "pca"
    return Result(workspace, found, "terrain", (settings,), compute, form, told, in_passing=quick)


def _asked(run: Run, settings: AtlasSettings) -> dict[str, Any]:
    """Arguments of the job that draws a map and looks around it."""
    return {"run": run.id, **({"settings": different} if (different := changed(settings)) else {})}


def _save_map(made: "Atlas", folder: Path) -> None:
    from core.atlas import save

    save(made, folder)


def _read_map(folder: Path) -> "Atlas":
    from core.atlas import load as read

    return read(folder)


def _save_terrain(made: "Terrain", folder: Path) -> None:
    from core.atlas import save_terrain

    save_terrain(made, folder)


def _read_terrain(folder: Path) -> "Terrain":
    from core.atlas import load_terrain

    return load_terrain(folder)


@needs(EDITOR)
def export_states(
    workspace: Workspace,
    name: str,
    out: Path,
    run: str | None = None,
    progress: Progress = silent,
    *,
    mask: bool = False,
) -> int:
    """Write user_id, event_index, timestamp, item_id, s0..sd as Parquet, a row per event; returns their number.

    With `mask` user ids are keyed hashes.
    """
    key = workspace.secret() if mask else ""
    sequences = load(workspace, name)
    trained = model(workspace, name, run, sequences)
    writer, rows = None, 0
    try:
        for start in range(0, sequences.n_users, SLICE):
            progress(start / sequences.n_users, say("steps.states", done=start, users=sequences.n_users))
            some = sequences.only(np.arange(start, min(start + SLICE, sequences.n_users)))
            table = state_table(some, trained.states(some), key)
            writer = writer or pq.ParquetWriter(out, table.schema)
            writer.write_table(table)
            rows += len(table)
    finally:
        if writer:
            writer.close()
    return rows


@needs(VIEWER)
def user_states(workspace: Workspace, name: str, user: str, run: str | None = None) -> pd.DataFrame:
    """The rows of `export_states` of one user; raises `UnknownUserError`, `UnknownRunError`."""
    sequences = load(workspace, name)
    trained = model(workspace, name, run, sequences)
    one = sequences.only(np.array([sequences.find_user(user)]))
    found: pd.DataFrame = state_table(one, trained.states(one), "").to_pandas()
    return found


def state_table(sequences: Sequences, states: np.ndarray, key: str) -> pa.Table:
    """States as rows; ids of users are hashed with the key where there is one."""
    present = np.flatnonzero(sequences.lengths)
    users = [export.mask(str(user), key) if key else user for user in sequences.users[present]]
    names = np.array(users, dtype=object).repeat(sequences.lengths[present])
    columns = {
        schema.USER: pa.array(names, pa.string()),
        schema.EVENT_INDEX: pa.array(sequences.event_index),
        schema.TIME: pa.array(sequences.time, pa.timestamp("us")),
        schema.ITEM: pa.array(sequences.catalogue.items[sequences.item], pa.string()),
    }
    columns |= {f"s{place}": pa.array(states[:, place]) for place in range(states.shape[1])}
    return pa.table(columns)
