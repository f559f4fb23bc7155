"""What lists are like beside being right: for the cold, for the catalogue, and for users who moved on."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from core.data import Sequences
from core.errors import SettingsError, UnknownRunError
from core.phrases import say
from core.pipeline.detecting import drift_table
from core.pipeline.explaining import faithfulness
from core.pipeline.importing import load
from core.pipeline.kept import fingerprint, kept
from core.pipeline.rankers import ATTENTION, HELD_OUT, TRAINED, check_held_out, model_names, ranker
from core.pipeline.ranking import quality
from core.progress import Progress, part, silent
from core.settings import QUALITY_TABLES, DriftSettings, Settings, from_dict
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.model import Ranker

LAG_MODELS = "blend,attention,sequence-rule,popularity"
"""Models whose adaptation is measured unless others are named."""
AGING_RULE = "tuned-rule"
"""Baseline whose aging is measured beside the model's: it takes seconds to fit."""
AGING_EVENTS, AGING_EPOCHS = 150_000, 8
"""Greatest log for which the model is trained anew to see it age, and epochs of each such training."""
LAG_USERS = 200
"""Drifted users whose lists are replayed, those with the highest score first."""


def quality_table(
    workspace: Workspace, name: str, models: str, table: str, progress: Progress = silent, run: str | None = None
) -> pd.DataFrame:
    """One table of quality by name, as the command line prints it; raises `SettingsError` for one that there is not.

    `run` is the run that it is of, None the newest finished one.
    """
    if table in ("models", "length", "popularity"):
        found = quality(workspace, name, models, run, progress)
        return {"models": found.models, "length": found.by_length, "popularity": found.by_popularity}[table]
    if table == "cold":
        return cold_quality(workspace, name, models, run, progress)
    if table == "lists":
        return list_quality(workspace, name, models, run, progress)
    if table in ("lag", "lags", "pace"):
        from core.explain import lag

        names = LAG_MODELS if models == "all" else models
        lags, pace = adaptation(workspace, name, names, run, progress=progress)
        return pace if table == "pace" else lag.summary(lags) if table == "lag" else lags
    if table in ("aging", "advice"):
        measured = aging(workspace, name, run, progress)
        return measured if table == "aging" else _advice(measured)
    if table in ("faithfulness", "curves"):
        believed = faithfulness(workspace, name, run, progress=progress)
        return believed.summary if table == "faithfulness" else believed.curves
    raise SettingsError(say("errors.no_table", table=table, known=", ".join(QUALITY_TABLES)))


def cold_quality(
    workspace: Workspace, name: str, models: str = "all", run: str | None = None, progress: Progress = silent
) -> pd.DataFrame:
    """Quality for users with 0 to 3 events and items with 0 to 5: who, events, model, users, metrics with intervals."""
    from core.model import cold

    def computed() -> pd.DataFrame:
        sequences = load(workspace, name)
        rankers = _fitted(workspace, name, models, run, sequences, part(progress, 0.0, 0.3))
        return cold(rankers, sequences, holdout=HELD_OUT, progress=part(progress, 0.3, 1.0))

    return _kept(workspace, name, ("cold", models, run), computed, progress)


def list_quality(
    workspace: Workspace, name: str, models: str = "all", run: str | None = None, progress: Progress = silent
) -> pd.DataFrame:
    """Coverage, novelty, popularity bias, diversity and calibration of lists, a row per model."""
    from core.model import list_metrics

    def computed() -> pd.DataFrame:
        sequences = load(workspace, name)
        rankers = _fitted(workspace, name, models, run, sequences, part(progress, 0.0, 0.3))
        histories = sequences.without_last(1)
        return list_metrics.list_quality(rankers, histories, progress=part(progress, 0.3, 1.0))

    return _kept(workspace, name, ("lists", models, run), computed, progress)


def adaptation(
    workspace: Workspace,
    name: str,
    models: str = LAG_MODELS,
    run: str | None = None,
    settings: DriftSettings | None = None,
    progress: Progress = silent,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How many events after a change lists follow, and the pace around it; see `core.explain.lag.adaptation`."""
    from core.explain import lag

    settings, found = settings or DriftSettings(), list[tuple[pd.DataFrame, pd.DataFrame]]()

    def computed() -> tuple[pd.DataFrame, pd.DataFrame]:
        if not found:
            sequences = load(workspace, name)
            drift = drift_table(workspace, name, settings, part(progress, 0.0, 0.2))
            drift = drift.sort_values("score", ascending=False, kind="stable")
            drift = drift[drift["drifted"].astype(bool)].head(LAG_USERS)
            rankers = _fitted(workspace, name, models, run, sequences, part(progress, 0.2, 0.4))
            found.append(
                lag.adaptation(rankers, sequences, lag.change_points(drift), progress=part(progress, 0.4, 1.0))
            )
        return found[0]

    lags, pace = ((f"adaptation-{part}-{fingerprint(settings)}", models, run) for part in ("lags", "pace"))

    def both() -> pd.DataFrame:
        _kept(workspace, name, pace, lambda: computed()[1], progress)  # before anybody else finds it missing
        return computed()[0]

    first = _kept(workspace, name, lags, both, progress)
    return first, _kept(workspace, name, pace, lambda: computed()[1], progress)


def adaptation_ready(workspace: Workspace, name: str, models: str = LAG_MODELS, run: str | None = None) -> bool:
    """Whether `adaptation` with default settings is only a read."""
    try:
        parts = (f"adaptation-{part}-{fingerprint(DriftSettings())}" for part in ("lags", "pace"))
        return all(_path(workspace, name, (part, models, run)).exists() for part in parts)
    except UnknownRunError:
        return False


def aging(workspace: Workspace, name: str, run: str | None = None, progress: Progress = silent) -> pd.DataFrame:
    """How models of a run's settings age; see `core.explain.aging`. At most five short trainings.

    The attention model takes part where the log is small enough to train it anew so often; the sequence rule always.
    """
    from core.explain import aging as ageing

    def computed() -> pd.DataFrame:
        sequences = load(workspace, name)
        fits: dict[str, ageing.Fit] = {AGING_RULE: lambda past: ranker(workspace, None, AGING_RULE, past, past)}
        if len(sequences) <= AGING_EVENTS:
            settings = from_dict(workspace.run(name, run).settings)
            fits = {ATTENTION: lambda past: _short_training(past, settings)} | fits
        return ageing.aging(fits, sequences, progress=progress)

    return _kept(workspace, name, ("aging", ATTENTION, run), computed, progress)


def _advice(aged: pd.DataFrame) -> pd.DataFrame:
    """How often to train anew, a row per model: `core.explain.aging.Advice`."""
    from core.explain import advise

    return pd.DataFrame([asdict(advise(aged, model)) for model in aged["model"].unique()])


def aging_ready(workspace: Workspace, name: str, run: str | None = None) -> bool:
    """Whether `aging` is only a read."""
    try:
        return _path(workspace, name, ("aging", ATTENTION, run)).exists()
    except UnknownRunError:
        return False


def _short_training(past: Sequences, settings: Settings) -> "Ranker":
    """A model of a few epochs, trained on what was known."""
    from core.model import storage, training

    short = replace(settings, training=replace(settings.training, epochs=AGING_EPOCHS, holdout=1))
    with tempfile.TemporaryDirectory() as folder:
        training.train(past, short, Path(folder))
        return storage.load(Path(folder), past)


def _fitted(
    workspace: Workspace, name: str, models: str, run: str | None, sequences: Sequences, progress: Progress
) -> "Sequence[Ranker]":
    """Rankers by name, fitted on nothing that is held out."""
    names = model_names(workspace, name, models)
    trained = workspace.run(name, run) if set(names) & set(TRAINED) else None
    if trained:
        check_held_out(trained)
    train, rankers = sequences.without_last(HELD_OUT), []
    for place, each in enumerate(names):
        progress(place / len(names), say("steps.fitting", model=each))
        rankers.append(ranker(workspace, trained, each, sequences, train))
    return rankers


def _kept(
    workspace: Workspace,
    name: str,
    what: tuple[str, str, str | None],
    compute: Callable[[], pd.DataFrame],
    progress: Progress,
) -> pd.DataFrame:
    """A frame kept beside the run that it was computed with, or beside the data set."""
    return kept(workspace, _path(workspace, name, what), compute, progress)


def _path(workspace: Workspace, name: str, what: tuple[str, str, str | None]) -> Path:
    kind, models, run = what
    names = model_names(workspace, name, models)
    owner = workspace.run(name, run) if set(names) & set(TRAINED) else workspace.data_set(name)
    return owner.derived / f"{kind}-{'-'.join(sorted(names))[:120]}.parquet"
