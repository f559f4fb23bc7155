"""The log that the first start shows, and worked logs of other fields."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from core.data import LogFiles
from core.errors import UnknownDataSetError
from core.phrases import say
from core.pipeline import shipped
from core.pipeline.detecting import drift_and_live, drift_doubts, model_view
from core.pipeline.explaining import faithfulness
from core.pipeline.gate import needs
from core.pipeline.importing import import_log, simulate
from core.pipeline.judging import adaptation, aging
from core.pipeline.mapping import atlas, terrain
from core.pipeline.proving import keep_truth, planted
from core.pipeline.ranking import ranks
from core.pipeline.results import Result
from core.progress import Progress, part, silent
from core.settings import EDITOR, VIEWER, AtlasSettings, world
from core.workspace import DataSet, Workspace

SAMPLE = "sample"
"""Name of the data set that the first start makes from `sample_data/`."""
WORLD_USERS, WORLD_SEED = 600, 2
"""Of worlds that are loaded by a click."""
FOLDER = Path(__file__).parents[2] / "sample_data" / "simulated"


@needs(EDITOR)
def import_sample(workspace: Workspace, progress: Progress = silent) -> DataSet:
    """The simulated sample as a data set, with what comes with it; imported if it is not there."""
    try:
        return workspace.data_set(SAMPLE)
    except UnknownDataSetError:
        taken, said = shipped.take_over(workspace, SAMPLE)
        if taken:
            return taken
        made = import_anew(workspace, progress)
        shipped.note(made, said)
        return made


def import_anew(workspace: Workspace, progress: Progress = silent) -> DataSet:
    """The sample from its files, with nothing of what comes with it but the truth."""
    files = LogFiles(FOLDER / "events.csv.gz", FOLDER / "items.csv", FOLDER / "users.csv")
    return _known(workspace, SAMPLE, files, FOLDER / "truth.csv", progress)


@needs(EDITOR)
def sample_at_once(workspace: Workspace) -> DataSet | None:
    """The sample as it comes, without an import; None where it has to be made anew."""
    return shipped.take_over(workspace, SAMPLE)[0]


@needs(VIEWER)
def sample_results(workspace: Workspace) -> list[Result[Any]]:
    """All that is computed of the sample, in the order in which pages want it; those of its model if it has one."""
    name = SAMPLE
    found: list[Result[Any]] = [
        *drift_and_live(workspace, name),
        drift_doubts(workspace, name),
        planted(workspace, name),
    ]
    if any(run.status == "done" for run in workspace.runs(name)):
        measured_ = (model_view, ranks, adaptation, aging, faithfulness)
        found += [made(workspace, name) for made in measured_]
        found += [atlas(workspace, name, AtlasSettings(method="pca")), atlas(workspace, name), terrain(workspace, name)]
    return found


@needs(EDITOR)
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
