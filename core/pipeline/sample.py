"""The log that the first start shows."""

from pathlib import Path

from core.data.log_files import LogFiles
from core.errors import UnknownDataSetError, UnknownRunError
from core.pipeline.detecting import drift_table
from core.pipeline.importing import import_log
from core.pipeline.training import new_run, train, unfinished_run
from core.progress import Progress, part, silent
from core.workspace import DataSet, Run, Workspace

SAMPLE = "sample"
"""Name of the data set that the first start makes from `sample_data/`."""
FOLDER = Path(__file__).parents[2] / "sample_data" / "simulated"


def prepare_sample(workspace: Workspace, progress: Progress = silent) -> DataSet:
    """Import the simulated sample, look for drift and train on it; what is done already is not done again."""
    try:
        workspace.data_set(SAMPLE)
    except UnknownDataSetError:
        files = LogFiles(FOLDER / "events.csv.gz", FOLDER / "items.csv", FOLDER / "users.csv")
        import_log(workspace, SAMPLE, files, progress=part(progress, 0, 0.1))
    drift_table(workspace, SAMPLE, progress=part(progress, 0.1, 0.4))
    try:
        workspace.run(SAMPLE)
    except UnknownRunError:
        train(workspace, SAMPLE, _run(workspace), part(progress, 0.4, 1))
    return workspace.data_set(SAMPLE)


def _run(workspace: Workspace) -> Run:
    try:
        return unfinished_run(workspace, SAMPLE)
    except UnknownRunError:
        return new_run(workspace, SAMPLE)
