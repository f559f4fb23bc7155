"""The log that the first start shows, and worked logs of other fields."""

from dataclasses import replace
from pathlib import Path

from core.data import LogFiles
from core.errors import UnknownDataSetError
from core.phrases import say
from core.pipeline.importing import import_log, simulate
from core.pipeline.proving import keep_truth
from core.progress import Progress, part, silent
from core.settings import world
from core.workspace import DataSet, Workspace

SAMPLE = "sample"
"""Name of the data set that the first start makes from `sample_data/`."""
WORLD_USERS, WORLD_SEED = 600, 2
"""Of worlds that are loaded by a click."""
FOLDER = Path(__file__).parents[2] / "sample_data" / "simulated"


def import_sample(workspace: Workspace, progress: Progress = silent) -> DataSet:
    """The simulated sample as a data set; imported if it is not there."""
    try:
        return workspace.data_set(SAMPLE)
    except UnknownDataSetError:
        files = LogFiles(FOLDER / "events.csv.gz", FOLDER / "items.csv", FOLDER / "users.csv")
        return _known(workspace, SAMPLE, files, FOLDER / "truth.csv", progress)


def import_world(workspace: Workspace, name: str, field: str, progress: Progress = silent) -> DataSet:
    """A simulated world as data set `name`, with what really happened in it; raises `SettingsError`."""
    settings = replace(world(field), users=WORLD_USERS, seed=WORLD_SEED)
    with workspace.staging() as folder:
        progress(0.0, say("steps.simulating"))
        simulate(folder, settings)
        files = LogFiles(folder / "events.csv", folder / "items.csv", folder / "users.csv")
        return _known(workspace, name, files, folder / "truth.csv", part(progress, 0.2, 1.0))


def _known(workspace: Workspace, name: str, files: LogFiles, truth: Path, progress: Progress) -> DataSet:
    """A made-up log, imported, and its truth beside it."""
    data_set = import_log(workspace, name, files, progress=progress)
    keep_truth(workspace, data_set, truth)
    return data_set
