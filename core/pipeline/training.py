"""Train a run, resume it, and read what it learned."""

import contextlib
from dataclasses import asdict, dataclass, replace

import pandas as pd

from core import locks
from core import settings as configuration
from core.data import schema
from core.errors import JobCancelledError, MeanderError, UnknownDataSetError, UnknownRunError
from core.phrases import packed, say
from core.pipeline.gate import ANYONE, needs
from core.pipeline.importing import load
from core.pipeline.rankers import FINISHED, blend_recipe
from core.pipeline.together import learned
from core.pipeline.words import item_vectors
from core.progress import Progress, part, silent
from core.settings import EDITOR, VIEWER, Settings
from core.workspace import Run, Workspace


@dataclass(frozen=True)
class Trained:
    """What training came to."""

    run: str
    epochs: int
    seconds: float
    targets_per_epoch: int
    targets_per_cpu_second: float
    validation: dict[str, float]
    """hr@10 and ndcg@10 on the validation events, before they were learned from; empty if nothing was held out."""


@needs(EDITOR)
def new_run(
    workspace: Workspace, name: str, settings: Settings | None = None, start: str | None = None, run_id: str = ""
) -> Run:
    """Register a run of the current version; `train` fills it.

    `start` is a finished run, of whatever version, whose weights the new one begins with; `run_id` comes of
    `new_run_id` where the caller must know it beforehand.
    """
    earlier = _finished_run(workspace, name, start) if start else None
    settings = boarded(settings or Settings())
    run = workspace.new_run(workspace.data_set(name), configuration.as_dict(settings), run_id)
    if earlier:
        from core.model import prepare

        prepare(run.folder, earlier.folder)
    return run


@needs(ANYONE)
def boarded(settings: Settings) -> Settings:
    """Settings with the whole path of the folder for TensorBoard, for ranks start elsewhere; raises `SettingsError`."""
    if not settings.training.tensorboard:
        return settings
    from core.model import board

    return replace(
        settings, training=replace(settings.training, tensorboard=board.checked(settings.training.tensorboard))
    )


def _finished_run(workspace: Workspace, name: str, run_id: str) -> Run:
    run = workspace.run(name, run_id)
    if run.status != "done":
        raise UnknownRunError(say("errors.unfinished", run=run.id, data_set=name, status=run.status))
    return run


@needs(EDITOR)
def unfinished_run(workspace: Workspace, name: str) -> Run:
    """The newest run of the current version that can be resumed; raises `UnknownRunError`."""
    version = workspace.data_set(name).version
    for run in workspace.runs(name):
        if run.version == version and run.status != "done":
            return run
    raise UnknownRunError(say("errors.no_unfinished", data_set=name))


@needs(EDITOR)
def train(workspace: Workspace, name: str, run: Run | None = None, progress: Progress = silent) -> Trained:
    """Train a run from where it stands; None makes a new one with default settings."""
    run = run or new_run(workspace, name)
    version = workspace.data_set(name).version
    if run.version != version:
        raise UnknownRunError(
            say("errors.other_version", run=run.id, before=run.version, data_set=name, version=version)
        )
    with locks.held(run.folder / "lock") as mine, workspace.guarded():
        if not mine:
            raise UnknownRunError(say("errors.in_training", run=run.id))
        return _train(workspace, run, progress)


def _train(workspace: Workspace, run: Run, progress: Progress) -> Trained:
    from core.model import keep_meanings

    workspace.update_run(run, "running")
    try:
        sequences, settings = load(workspace, run.data_set), configuration.from_dict(run.settings)
        if settings.model.attributes:
            data_set = workspace.data_set(run.data_set)
            keep_meanings(run.folder, item_vectors(workspace, data_set, settings.language, part(progress, 0.0, 0.1)))
        result = learned(run, sequences, settings, workspace, part(progress, 0.1, 0.9))
    except BaseException as error:
        stopped = isinstance(error, JobCancelledError | KeyboardInterrupt | SystemExit)
        with contextlib.suppress(UnknownDataSetError, UnknownRunError):
            workspace.update_run(run, "stopped" if stopped else "failed", {"error": _told(error)})
        raise
    trained = Trained(
        run.id,
        result.epochs,
        result.seconds,
        result.targets_per_epoch,
        result.targets_per_cpu_second,
        dict(result.validation),
    )
    run = workspace.update_run(run, "done", asdict(trained) | {FINISHED: result.finish_epochs})
    workspace.record("trained", run.data_set, run=run.id, epochs=result.epochs)
    blend_recipe(workspace, run, sequences).get(part(progress, 0.9, 1.0))
    return trained


@needs(VIEWER)
def curve(workspace: Workspace, name: str, run: str) -> pd.DataFrame:
    """Learning curve of a run so far, a row per epoch, columns `schema.CURVE_COLUMNS`; empty before the first."""
    path = workspace.run(name, run).folder / "curve.csv"
    return pd.read_csv(path) if path.exists() else pd.DataFrame(columns=list(schema.CURVE_COLUMNS))


def _told(error: BaseException) -> str:
    """The message of an error as it is kept."""
    return packed(error.said) if isinstance(error, MeanderError) else str(error)[:500]
