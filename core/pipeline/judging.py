"""What lists are like beside being right: for the cold, for the catalogue, and for users who moved on."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import pandas as pd

from core.data import Sequences, schema
from core.errors import SettingsError
from core.phrases import say
from core.pipeline.chance import ListChances, list_chances
from core.pipeline.detecting import drift
from core.pipeline.explaining import faithfulness
from core.pipeline.gate import needs
from core.pipeline.rankers import ATTENTION, check_held_out, kept_out, log_of, model_names, owner, ranker
from core.pipeline.ranking import Quality, ranks
from core.pipeline.results import FRAME, Result, frames
from core.progress import Progress, part, silent
from core.settings import MOST_ACCEPTED, VIEWER, DriftSettings, NamingSettings, Settings, from_dict
from core.workspace import DataSet, Run, Workspace

if TYPE_CHECKING:
    from core.explain import Faithfulness
    from core.model import Ranker

LAG_MODELS = "blend,attention,sequence-rule,popularity"
"""Models whose adaptation is measured unless others are named."""
AGING_RULE = "tuned-rule"
"""Baseline whose aging is measured beside the model's: it takes seconds to fit."""
AGING_EVENTS, AGING_EPOCHS = 150_000, 8
"""Greatest log for which the model is trained anew to see it age, and epochs of each such training."""
LAG_USERS = 200
"""Users whose lists are replayed, those who changed most surely first."""


@dataclass(frozen=True, eq=False)
class Adaptation:
    """How lists follow changes: see `core.explain.lag.adaptation`."""

    lags: pd.DataFrame
    """How many events after a change lists follow; with the q_value of its user."""
    around: pd.DataFrame
    """Where lists stand around each change; with the q_value of its user."""

    def named(self, naming: NamingSettings | None = None) -> Self:
        """Of those alone who are named at a share of false alarms."""
        accept = (naming or NamingSettings()).accept
        return type(self)(*(part[part["q_value"] <= accept] for part in (self.lags, self.around)))

    def of(self, users: "pd.Series[Any]") -> Self:
        """Of some users alone."""
        return type(self)(*(part[part[schema.USER].isin(users)] for part in (self.lags, self.around)))

    @property
    def pace(self) -> pd.DataFrame:
        """Where lists stand around changes, as means over them."""
        from core.explain import lag

        return lag.pace(self.around)


@needs(VIEWER)
def quality_table(
    workspace: Workspace, name: str, models: str, table: str, progress: Progress = silent, run: str | None = None
) -> pd.DataFrame:
    """One table of quality by name, as the command line prints it; raises `SettingsError` for one that there is not.

    `run` is the run that it is of, None the newest finished one.
    """
    made = measured(workspace, name, table, models, run).get(progress)
    return TABLES[table].shown(made)


@needs(VIEWER)
def measured(workspace: Workspace, name: str, table: str, models: str = "all", run: str | None = None) -> Result[Any]:
    """What has to be computed for a table of quality; several tables stand on one result."""
    if table not in TABLES:
        raise SettingsError(say("errors.no_table", table=table, known=", ".join(TABLES)))
    return TABLES[table].result(workspace, name, models, run)


def cold_quality(workspace: Workspace, name: str, models: str = "all", run: str | None = None) -> Result[pd.DataFrame]:
    """Quality for users with 0 to 3 events and items with 0 to 5: who, events, model, users, metrics with intervals."""
    fitted = _Models.of(workspace, name, models, run)

    def compute(progress: Progress) -> pd.DataFrame:
        from core.model import cold

        sequences = log_of(workspace, fitted.owner)
        rankers = fitted.fit(workspace, sequences, part(progress, 0.0, 0.3))
        return cold(rankers, sequences, holdout=kept_out(fitted.owner), progress=part(progress, 0.3, 1.0))

    return Result(workspace, fitted.owner, "cold", fitted.of_them, compute, FRAME, fitted.asked("cold"))


def list_quality(workspace: Workspace, name: str, models: str = "all", run: str | None = None) -> Result[pd.DataFrame]:
    """Coverage, novelty, popularity bias, diversity and calibration of lists, a row per model."""
    fitted = _Models.of(workspace, name, models, run)

    def compute(progress: Progress) -> pd.DataFrame:
        from core.model import list_metrics

        sequences = log_of(workspace, fitted.owner)
        rankers = fitted.fit(workspace, sequences, part(progress, 0.0, 0.3))
        return list_metrics.list_quality(rankers, sequences.without_last(1), progress=part(progress, 0.3, 1.0))

    return Result(workspace, fitted.owner, "lists", fitted.of_them, compute, FRAME, fitted.asked("lists"))


@needs(VIEWER)
def adaptation(
    workspace: Workspace,
    name: str,
    models: str = "all",
    run: str | None = None,
    settings: DriftSettings | None = None,
) -> Result[Adaptation]:
    """How many events after a change lists follow, and the pace around it; `all` are those of `LAG_MODELS`.

    Of all who may be named, at any share of false alarms that can be accepted: see `Adaptation.named`.
    """
    settings = settings or DriftSettings()
    fitted = _Models.of(workspace, name, models, run, every=LAG_MODELS)

    def compute(progress: Progress) -> Adaptation:
        from core.drift import cohorts
        from core.explain import lag

        sequences = log_of(workspace, fitted.owner)
        table = drift(workspace, name, settings).get(part(progress, 0.0, 0.2))
        table = cohorts.surest(table[table["q_value"] <= MOST_ACCEPTED]).head(LAG_USERS)
        rankers = fitted.fit(workspace, sequences, part(progress, 0.2, 0.4))
        points, sure = lag.change_points(table), table.set_index(schema.USER)["q_value"]
        found = lag.adaptation(rankers, sequences, points, progress=part(progress, 0.4, 1.0))
        return Adaptation(*(each.assign(q_value=each[schema.USER].map(sure)) for each in found))

    of = (*fitted.of_them, settings)
    return Result(
        workspace, fitted.owner, "adaptation", of, compute, frames(Adaptation, "lags", "around"), fitted.asked("lag")
    )


@needs(VIEWER)
def aging(workspace: Workspace, name: str, run: str | None = None) -> Result[pd.DataFrame]:
    """How models of a run's settings age; see `core.explain.aging`. At most five short trainings.

    The attention model takes part where the log is small enough to train it anew so often; the sequence rule always.
    """
    fitted = _Models.of(workspace, name, "all", run, every=ATTENTION)

    def compute(progress: Progress) -> pd.DataFrame:
        from core.explain import aging as ageing

        sequences = log_of(workspace, fitted.owner)
        fits: dict[str, ageing.Fit] = {AGING_RULE: lambda past: ranker(workspace, None, AGING_RULE, past, past)}
        if fitted.run and len(sequences) <= AGING_EVENTS:
            settings = from_dict(fitted.run.settings)
            fits = {ATTENTION: lambda past: _short_training(past, settings)} | fits
        return ageing.aging(fits, sequences, progress=progress)

    return Result(workspace, fitted.owner, "aging", fitted.of_them, compute, FRAME, fitted.asked("aging"))


def _advice(aged: pd.DataFrame) -> pd.DataFrame:
    """How often to train anew, a row per model: `core.explain.aging.Advice`."""
    from core.explain import advise

    return pd.DataFrame([asdict(advise(aged, model)) for model in aged["model"].unique()])


def _summary(made: Adaptation) -> pd.DataFrame:
    from core.explain import lag

    return lag.summary(made.named().lags)


def _short_training(past: Sequences, settings: Settings) -> "Ranker":
    """A model of a few epochs, trained on what was known."""
    from core.model import storage, training

    short = replace(settings, training=replace(settings.training, epochs=AGING_EPOCHS, holdout=1, tensorboard=""))
    with tempfile.TemporaryDirectory() as folder:
        training.train(past, short, Path(folder))
        return storage.load(Path(folder), past)


@dataclass(frozen=True)
class _Models:
    """Models that are measured, and what stands behind them."""

    names: tuple[str, ...]
    owner: DataSet | Run
    wished: str
    """The names as they were asked for."""

    @classmethod
    def of(cls, workspace: Workspace, name: str, models: str, run: str | None, every: str = "all") -> Self:
        """Those by name; `all` means `every`."""
        names = model_names(workspace, name, every if models == "all" else models, run)
        return cls(tuple(names), owner(workspace, name, names, run), models)

    @property
    def run(self) -> Run | None:
        """The run that the trained ones are of."""
        return self.owner if isinstance(self.owner, Run) else None

    @property
    def of_them(self) -> tuple[list[str]]:
        """What tells results with these models from others."""
        return (sorted(self.names),)

    def asked(self, table: str) -> dict[str, Any]:
        """Arguments of the job that makes a table; run and version tell it from those of earlier ones."""
        told = {"table": table, "run": self.run and self.run.id, "version": self.owner.version}
        return told if self.wished == "all" else told | {"models": self.wished}

    def fit(self, workspace: Workspace, sequences: Sequences, progress: Progress) -> "Sequence[Ranker]":
        """Rankers fitted on nothing that is held out."""
        if self.run:
            check_held_out(self.run)
        train, rankers = sequences.without_last(kept_out(self.owner)), []
        for place, each in enumerate(self.names):
            progress(place / len(self.names), say("steps.fitting", model=each))
            rankers.append(ranker(workspace, self.owner, each, sequences, train))
        return rankers


@dataclass(frozen=True)
class _Table:
    """A table of quality: what it stands on, and how it is read from that."""

    result: Callable[[Workspace, str, str, str | None], Result[Any]]
    """Of a data set by name, models and run."""
    shown: Callable[[Any], pd.DataFrame]


def _as_it_is(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


def _chances(workspace: Workspace, name: str, _models: str, run: str | None) -> Result[ListChances]:
    return list_chances(workspace, name, run)


def _aging(workspace: Workspace, name: str, _models: str, run: str | None) -> Result[pd.DataFrame]:
    return aging(workspace, name, run)


def _faithfulness(workspace: Workspace, name: str, _models: str, run: str | None) -> "Result[Faithfulness]":
    return faithfulness(workspace, name, run)


TABLES: Final = {
    "models": _Table(ranks, lambda table: Quality.of(table).models),
    "length": _Table(ranks, lambda table: Quality.of(table).by_length),
    "popularity": _Table(ranks, lambda table: Quality.of(table).by_popularity),
    "cold": _Table(cold_quality, _as_it_is),
    "lists": _Table(list_quality, _as_it_is),
    "chances": _Table(_chances, lambda made: made.reliability),
    "lag": _Table(adaptation, _summary),
    "lags": _Table(adaptation, lambda made: made.named().lags),
    "pace": _Table(adaptation, lambda made: made.named().pace),
    "aging": _Table(_aging, _as_it_is),
    "advice": _Table(_aging, _advice),
    "faithfulness": _Table(_faithfulness, lambda believed: believed.summary),
    "curves": _Table(_faithfulness, lambda believed: believed.curves),
}
"""What is measured, by the names of `core.settings.QUALITY_TABLES`."""
