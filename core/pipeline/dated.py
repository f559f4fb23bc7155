"""Quality on a log cut at two dates: models are trained anew on what lay before the first, and tested after the second.

A run that pages show has learned from the whole log but for each user's last events, so that it cannot be tested on
what came after a date. What is tested is a model of that run's settings, trained on the training part alone, then on
what validation has decided by, as runs are; it is not kept, its ranks are. Each seed is kept by itself, so that a
second question of the same cut trains nothing again.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from core import settings as configuration
from core.data import schema
from core.errors import EventsError
from core.pipeline.detecting import drift
from core.pipeline.gate import needs
from core.pipeline.rankers import CONTENT, TRAINED, log_of, model_names, owner, said
from core.pipeline.ranking import Quality
from core.pipeline.results import Result, frames
from core.pipeline.words import item_vectors
from core.progress import Progress, part
from core.settings import VIEWER, EvaluationSettings, NamingSettings, Settings, TrainingSettings
from core.workspace import DataSet, Run, Workspace

if TYPE_CHECKING:
    from core.model import Dated, Foretold

FOLLOWED = 10
"""Events after a named change that the quality just after it is about."""
TESTED = ("ranks", "lists", "reliability")
_SINCE = "events_since"


@dataclass(frozen=True, eq=False)
class Tested:
    """What some models made of the test: see `core.model.foretelling.Foretold`, with the seed of their training."""

    ranks: pd.DataFrame
    lists: pd.DataFrame
    reliability: pd.DataFrame

    @classmethod
    def joined(cls, parts: "list[Foretold] | list[Tested]", **more: Any) -> "Tested":
        """Those of several models behind each other, with further columns."""
        return cls(*(_behind([getattr(each, name) for each in parts]).assign(**more) for name in TESTED))


@dataclass(frozen=True, eq=False)
class Temporal:
    """Quality after a date, of models that know what was before another one; each user counts once."""

    ranks: pd.DataFrame
    """A row per model, seed and case: `core.model.foretelling.Foretold.ranks`, seed, events_since a named change."""
    lists: pd.DataFrame
    reliability: pd.DataFrame
    about: pd.DataFrame
    """One row: fingerprint, opens, tests (dates), targets, seeds, events of each part, users, users new at the date.

    And learned_validation: whether models and baselines went on to learn from validation events.
    """

    @cached_property
    def quality(self) -> Quality:
        """By model, and by class of users and items."""
        return Quality.of(self.ranks)

    @cached_property
    def kinds(self) -> pd.DataFrame:
        """Where training knows user and item (warm), not the user, not the item, neither: model, kind, metrics."""
        from core.model import evaluation

        return evaluation.summarise(self.ranks.sort_values("kind", kind="stable"), ("model", "kind"))

    @cached_property
    def by_age(self) -> pd.DataFrame:
        """By time since the user's event before: model, age_days, metrics."""
        from core.model import evaluation

        return evaluation.by_age(self.ranks)

    @cached_property
    def after_change(self) -> pd.DataFrame:
        """In the ten events before a named change, and from it on: model, when, metrics; no row without such cases."""
        from core.model import evaluation

        return evaluation.summarise(_around(self.ranks), ("model", "when"))

    @cached_property
    def ahead_after_change(self) -> pd.DataFrame:
        """By how much trained models are ahead in the ten events from a named change on: see `evaluation.paired`."""
        from core.model import evaluation

        table = _around(self.ranks)
        return pd.concat([evaluation.paired(table[table["when"] == "after"], name) for name in TRAINED])

    @cached_property
    def beside(self) -> pd.DataFrame:
        """A row per model: ndcg@10_debiased (see `foretelling.debiased`), coverage, novelty, spread over seeds."""
        from core.model import foretelling

        means = self.lists.groupby("model", sort=False)[["coverage", "novelty"]].mean().reset_index()
        return foretelling.debiased(self.ranks).merge(means, on="model").merge(self.seeds, on="model")

    @cached_property
    def seeds(self) -> pd.DataFrame:
        """Mean NDCG@10 of each seed's training, a row per model: seeds, seed_mean, seed_spread (standard deviation)."""
        from core.model import evaluation

        each = evaluation.summarise(self.ranks, ("model", "seed")).groupby("model", sort=False)["ndcg@10"]
        return each.agg(seeds="size", seed_mean="mean", seed_spread="std").reset_index()

    @property
    def calibration(self) -> pd.DataFrame:
        """Expected calibration error of the chances that trained models say, of the first seed: model, of, error."""
        from core.model import chances

        return chances.calibration_error(self.reliability)


@needs(VIEWER)
def temporal(
    workspace: Workspace,
    name: str,
    models: str = "all",
    run: str | None = None,
    settings: EvaluationSettings | None = None,
    seeds: int = 1,
) -> Result[Temporal]:
    """Quality by a global temporal split, trained models `seeds` times; see `core.model.temporal`.

    `models` is `all` or names with commas between; trained ones stand for their settings in the run, and with `all`
    take part if there is a run. Raises `InputError` where the log has no clock, or a date leaves nobody to test.
    """
    settings, names = settings or EvaluationSettings(), model_names(workspace, name, models, run)
    found = owner(workspace, name, names, run)

    def compute(progress: Progress) -> Temporal:
        from core.model import temporal as splits

        dated = splits.cut(log_of(workspace, found), settings, finish=_training_of(found).finish)
        tests = _tests(workspace, found, names, dated, (settings, seeds))
        step = 0.9 / len(tests)
        parts = [test.get(part(progress, step * place, step * (place + 1))) for place, test in enumerate(tests)]
        tested = Tested.joined(parts)
        ranks = tested.ranks[tested.ranks["model"].isin(names)]
        ranks = _since(ranks, _changes(workspace, name, part(progress, 0.9, 1.0)))
        return Temporal(ranks, tested.lists, tested.reliability, _about(dated, seeds))

    told = {name: value for name, value in asdict(settings).items() if value != getattr(EvaluationSettings(), name)}
    asked = {"protocol": configuration.TEMPORAL, "seeds": seeds, "settings": told, "version": found.version}
    asked |= ({"run": found.id} if isinstance(found, Run) else {}) | ({"models": models} if models != "all" else {})
    form = frames(Temporal, *TESTED, "about")
    return Result(workspace, found, "temporal", (sorted(names), settings, seeds), compute, form, asked)


def _tests(
    workspace: Workspace, found: DataSet | Run, names: list[str], dated: "Dated", how: tuple[EvaluationSettings, int]
) -> list[Result[Tested]]:
    """What is kept by itself: the trained models of each seed, and each baseline."""
    settings, seeds = how
    form, data_set = frames(Tested, *TESTED), workspace.data_set(_name(found))
    tests = []
    if isinstance(found, Run) and set(names) & set(TRAINED):
        tests += [
            Result(workspace, found, "dated", (settings, seed), _training(workspace, found, dated, seed), form, {})
            for seed in range(seeds)
        ]
    tests += [
        Result(
            workspace,
            data_set,
            "dated",
            (settings, each, dated.finish),
            _baseline(workspace, data_set, each, dated),
            form,
            {},
        )
        for each in names
        if each not in TRAINED
    ]
    return tests


def _behind(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables behind each other; those without a row, whose columns have no types, only where all are so."""
    return pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)


def _name(found: DataSet | Run) -> str:
    return found.name if isinstance(found, DataSet) else found.data_set


def _baseline(workspace: Workspace, data_set: DataSet, name: str, dated: "Dated") -> "Any":
    """What items mean is known beforehand, as it is for the model: it is no event."""

    def compute(progress: Progress) -> Tested:
        from core.model import fit_tuned, foretelling

        meant = said(workspace, data_set, dated.log) if name == CONTENT else None
        (ranker,) = fit_tuned([name], dated.parts, said=meant, progress=part(progress, 0.0, 0.5))
        return Tested.joined(foretelling.foretell([ranker], dated, [None], part(progress, 0.5, 1.0)), seed=0)

    return compute


def _training(workspace: Workspace, run: Run, dated: "Dated", seed: int) -> "Any":
    """The choice of the blend and the chances are those of the model that has not learned from validation events."""

    def compute(progress: Progress) -> Tested:
        from core.model import Blend, choose, foretelling, keep_meanings, storage, training

        settings = _seeded(run, seed)
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            if settings.model.attributes:
                data_set = workspace.data_set(run.data_set)
                keep_meanings(folder, item_vectors(workspace, data_set, settings.language, part(progress, 0.0, 0.1)))
            training.train(dated.parts, settings, folder, progress=part(progress, 0.1, 0.7))
            decided, model = (storage.load(folder, dated.log, chosen=chosen) for chosen in (True, False))
        blend = choose(decided, dated.parts, progress=part(progress, 0.7, 0.8))
        chances = foretelling.chances_of((decided, blend), dated, part(progress, 0.8, 0.9))
        rankers = (model, Blend(blend.recipe, {model.name: model}).fit(dated.learned))
        return Tested.joined(foretelling.foretell(rankers, dated, chances, part(progress, 0.9, 1.0)), seed=seed)

    return compute


def _training_of(found: DataSet | Run) -> TrainingSettings:
    """How models are trained, and with them what baselines may learn from."""
    return (configuration.from_dict(found.settings) if isinstance(found, Run) else Settings()).training


def _seeded(run: Run, seed: int) -> Settings:
    settings = configuration.from_dict(run.settings)
    training = replace(settings.training, seed=settings.training.seed + seed, tensorboard="")
    return replace(settings, training=training)


def _about(dated: "Dated", seeds: int) -> pd.DataFrame:
    """What was cut, in one row."""
    import numpy as np

    test = dated.test
    users = np.unique(test.users)
    return pd.DataFrame([{
        "protocol": configuration.TEMPORAL,
        "fingerprint": dated.fingerprint,
        "opens": pd.Timestamp(dated.opens, unit="us"),
        "tests": pd.Timestamp(dated.tests, unit="us"),
        "targets": dated.targets,
        "seeds": seeds,
        **dated.counts(),
        "users": len(users),
        "new_users": int((dated.learned.lengths[users] == 0).sum()),
        "learned_validation": dated.finish,
    }])  # fmt: skip


def _changes(workspace: Workspace, name: str, progress: Progress) -> Mapping[str, list[int]]:
    """First event after each change of the users who are named; nobody where drift cannot be told on this log."""
    try:
        table = drift(workspace, name).get(progress)
    except EventsError:
        return {}
    named = table[table["q_value"] <= NamingSettings().accept]
    return {user: sorted(events) for user, events in zip(named[schema.USER], named["change_events"], strict=True)}


def _since(ranks: pd.DataFrame, changes: Mapping[str, list[int]]) -> pd.DataFrame:
    """With events_since: how far behind the nearest named change of its user a case lies, from -10 to 9, else NaN."""

    def nearest(user: str, index: int) -> float:
        since = [index - event for event in changes.get(user, ()) if -FOLLOWED <= index - event < FOLLOWED]
        return min(since, key=lambda each: (each < 0, abs(each)), default=float("nan"))

    pairs = zip(ranks[schema.USER], ranks[schema.EVENT_INDEX], strict=True)
    return ranks.assign(
        **{_SINCE: [nearest(user, index) if user in changes else float("nan") for user, index in pairs]}
    )


def _around(ranks: pd.DataFrame) -> pd.DataFrame:
    """Cases near a named change, with `when`: before or after it."""
    near = ranks[ranks[_SINCE].notna()]
    return near.assign(when=(near[_SINCE] < 0).map({True: "before", False: "after"}))
