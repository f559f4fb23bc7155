"""The log that the first start shows."""

from pathlib import Path

from core.data.log_files import LogFiles
from core.errors import UnknownDataSetError, UnknownRunError
from core.pipeline.detecting import drift_ready, drift_table
from core.pipeline.importing import import_log
from core.pipeline.training import new_run, train
from core.progress import Progress, silent
from core.workspace import DataSet, Workspace

SAMPLE = "sample"
"""Name of the data set that the first start makes from `sample_data/`."""
FOLDER = Path(__file__).parents[2] / "sample_data" / "simulated"


def sample_ready(workspace: Workspace) -> bool:
    """Whether `prepare_sample` has nothing left to do."""
    try:
        workspace.run(SAMPLE)
        return drift_ready(workspace, SAMPLE)
    except (UnknownDataSetError, UnknownRunError):
        return False


def prepare_sample(workspace: Workspace, progress: Progress = silent) -> DataSet:
    """Import the simulated sample, look for drift and train on it; what is done already is not done again."""
    try:
        workspace.data_set(SAMPLE)
    except UnknownDataSetError:
        files = LogFiles(FOLDER / "events.csv.gz", FOLDER / "items.csv.gz")
        import_log(workspace, SAMPLE, files, progress=part(progress, 0, 0.1))
    drift_table(workspace, SAMPLE, progress=part(progress, 0.1, 0.4))
    try:
        workspace.run(SAMPLE)
    except UnknownRunError:
        train(workspace, SAMPLE, new_run(workspace, SAMPLE), part(progress, 0.4, 1))
    return workspace.data_set(SAMPLE)


def part(progress: Progress, start: float, end: float) -> Progress:
    """The progress of a step that is a part of a longer one."""
    return lambda share, message: progress(start + share * (end - start), message)
