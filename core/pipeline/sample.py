"""The log that the first start shows."""

from pathlib import Path

from core.data import LogFiles
from core.errors import UnknownDataSetError
from core.pipeline.importing import import_log
from core.progress import Progress, silent
from core.workspace import DataSet, Workspace

SAMPLE = "sample"
"""Name of the data set that the first start makes from `sample_data/`."""
FOLDER = Path(__file__).parents[2] / "sample_data" / "simulated"


def import_sample(workspace: Workspace, progress: Progress = silent) -> DataSet:
    """The simulated sample as a data set; imported if it is not there."""
    try:
        return workspace.data_set(SAMPLE)
    except UnknownDataSetError:
        files = LogFiles(FOLDER / "events.csv.gz", FOLDER / "items.csv", FOLDER / "users.csv")
        return import_log(workspace, SAMPLE, files, progress=progress)
