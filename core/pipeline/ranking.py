"""What to recommend, how good it is, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from core.data import Sequences, lookup, newcomer, schema
from core.errors import InputError, UnknownUserError
from core.lists import Basis, near
from core.phrases import say
from core.pipeline.gate import ANYONE, key, meant, needs
from core.pipeline.importing import load
from core.pipeline.rankers import (
    BLEND,
    CONTENT,
    HELD_OUT,
    TRAINED,
    check_held_out,
    kept_out,
    log_of,
    model_names,
    owner,
    ranker,
    said,
)
from core.pipeline.results import FRAME, Result
from core.progress import Progress, part, silent
from core.settings import VIEWER, RecommendSettings
from core.workspace import DataSet, Run, Workspace

if TYPE_CHECKING:
    from core.model import InterestModel, Ranker


RECENT = "recent-popularity"
VERDICTS = ("is better than", "is worse than", "cannot be told apart from")


@dataclass(frozen=True)
class Query:
    """For whom, when and by which model."""

    user: str | None = None
    """One user; None for all."""
    at: int | None = None
    """Only events up to this moment, microseconds since 1970 UTC (or the position, if the log has no clock)."""
    split: str | None = None
    """`test`: each user's history less the last event."""
    model: str = BLEND
    run: str | None = None
    """Run of the trained model; None for the newest finished one."""


@dataclass(frozen=True, eq=False)
class Quality:
    """Leave-one-out quality; each frame has users, hr@10, ndcg@10, mrr, and their 95 % intervals in _low and _high."""

    models: pd.DataFrame
    """A row per model, best NDCG@10 first: model ..."""
    by_length: pd.DataFrame
    """By events before the held-out one: model, size ..."""
    by_popularity: pd.DataFrame
    """By training events of the held-out item: model, size ..."""
    ahead: pd.DataFrame
    """By how much each trained model is ahead of the others on the same users: see `evaluation.paired`."""

    @property
    def told(self) -> pd.DataFrame:
        """`ahead` in a word: verdict (is better than, is worse than, cannot be told apart from), best (of baselines).

        Better and worse stand only where the interval of the difference leaves 0 out.
        """
        means = self.models.set_index("model")["ndcg@10"]
        others = means[~means.index.isin(TRAINED)]
        verdict = np.select([self.ahead["low"] > 0, self.ahead["high"] < 0], VERDICTS[:2], VERDICTS[2])
        best = self.ahead["other"] == (str(others.idxmax()) if len(others) else None)
        return self.ahead.assign(verdict=verdict, best=best)

    @classmethod
    def of(cls, table: pd.DataFrame) -> Self:
        """What the table of `ranks` comes to."""
        from core.model import evaluation

        models = evaluation.summarise(table).sort_values("ndcg@10", ascending=False, kind="stable", ignore_index=True)
        return cls(
            models,
            by_length=evaluation.by_history_length(table).rename(columns={"history_length": "size"}),
            by_popularity=evaluation.by_item_popularity(table).rename(columns={"item_popularity": "size"}),
            ahead=pd.concat([evaluation.paired(table, name) for name in TRAINED]),
        )


@dataclass(frozen=True, eq=False)
class CohortQuality:
    """How good models are for some users."""

    beside: pd.DataFrame
    """Of the cohort, the rest, and the difference of the two: see `core.model.by_cohort.beside_rest`."""
    ahead: pd.DataFrame
    """By how much each trained model is ahead of the others on the users of the cohort: see `evaluation.paired`."""


@needs(VIEWER)
def recommend(
    workspace: Workspace,
    name: str,
    query: Query,
    settings: RecommendSettings | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Ranked lists: user_id, rank, item_id, score; raises `UnknownRunError`, `SettingsError`.

    A user whom the log does not know gets the list for someone new; `basis` tells what a list rests on.
    """
    from core.lists import top_k

    sequences = load(workspace, name)
    histories, users = histories_of(sequences, query), np.arange(sequences.n_users)
    if query.user is not None:
        histories, user = whose(sequences, query.user, query)
        users = np.array([user])
    ranker = ranker_of(workspace, name, query, sequences)
    return top_k(ranker, histories, users, settings or RecommendSettings(), progress)


@needs(VIEWER)
def basis(workspace: Workspace, name: str, user: str, query: Query) -> Basis:
    """What a user's list rests on; reads that user's events alone."""
    data_set = workspace.data_set(name)
    lately = query.model in (BLEND, RECENT) and not data_set.summary.get("ordinal")
    try:
        events = lookup.user_events(data_set, meant(workspace, name, user))
        time = events[schema.TIME].to_numpy("datetime64[us]").astype(np.int64)
    except UnknownUserError:
        alike = near(lookup.all_users(data_set), user) if not key(workspace) else ()
        return Basis(user, known=False, events=0, near=alike, lately=lately)
    time = time[:-1] if query.split else time
    count = len(time) if query.at is None else int((time <= query.at).sum())
    return Basis(user, known=True, events=count, lately=lately)


@needs(VIEWER)
def evaluate(
    workspace: Workspace, name: str, models: str = "all", run: str | None = None, progress: Progress = silent
) -> pd.DataFrame:
    """Leave-one-out quality, a row per model, best first: model, users, hr@10, ndcg@10, mrr and their intervals.

    `models` is `all` or names with commas between; with `all` the trained model takes part if there is a run.
    """
    return quality(workspace, name, models, run, progress).models


@needs(VIEWER)
def quality(
    workspace: Workspace, name: str, models: str = "all", run: str | None = None, progress: Progress = silent
) -> Quality:
    """Leave-one-out quality of models, in all and by class of users and items; takes what `evaluate` takes."""
    return Quality.of(ranks(workspace, name, models, run).get(progress))


@needs(ANYONE)
def quality_of(table: pd.DataFrame, users: Collection[str], metric: str = "ndcg@10") -> CohortQuality:
    """How good models are for some users, beside the rest, from a table of ranks."""
    from core.model import by_cohort, evaluation

    theirs = table[table[schema.USER].isin(set(users))]
    ahead = pd.concat([evaluation.paired(theirs, name) for name in TRAINED])
    return CohortQuality(by_cohort.beside_rest(table, users, metric), ahead[ahead["metric"] == metric])


@needs(VIEWER)
def last_event_print(workspace: Workspace, name: str) -> str:
    """A hash of the cut of a data set by each user's last event."""
    from core.model import fingerprints

    return fingerprints.last_event_fingerprint(load(workspace, name))


@needs(VIEWER)
def learned_validation(workspace: Workspace, name: str, models: str = "all", run: str | None = None) -> bool:
    """Whether models that are tested on last events learned from validation events too, and baselines beside them."""
    return kept_out(owner(workspace, name, model_names(workspace, name, models, run), run)) < HELD_OUT


@needs(VIEWER)
def ranks(workspace: Workspace, name: str, models: str = "all", run: str | None = None) -> Result[pd.DataFrame]:
    """Rank of each user's last item by each model: all that `evaluate` and `quality` have to compute."""
    names = model_names(workspace, name, models, run)
    found = owner(workspace, name, names, run)
    asked = ({"run": found.id} if isinstance(found, Run) else {}) | ({"models": models} if models != "all" else {})
    return Result(
        workspace, found, "ranks", (sorted(names),),
        lambda progress: _ranks(workspace, found, names, progress), FRAME, asked,
    )  # fmt: skip


def histories_of(sequences: Sequences, query: Query) -> Sequences:
    """What a query's lists may know: the whole log, or each history less its last event, up to a moment."""
    if query.split not in {None, "test"}:
        raise InputError(say("errors.no_split", split=query.split))
    histories = sequences.without_last(1) if query.split else sequences
    return histories if query.at is None else histories.until(query.at)


def whose(sequences: Sequences, user: str, query: Query) -> tuple[Sequences, int]:
    """Histories that hold a user's up to a query's moment, and the integer id in them; of someone new an empty one."""
    if user not in sequences.user_position:
        return newcomer(sequences, user), 0
    return histories_of(sequences, query), sequences.find_user(user)


def ranker_of(
    workspace: Workspace, name: str, query: Query, sequences: Sequences, trained: "InterestModel | None" = None
) -> "Ranker":
    """The model of a query, fitted on nothing that lies after its histories."""
    found = owner(workspace, name, [query.model], query.run)
    return ranker(workspace, found, query.model, sequences, past_of(sequences, query, kept_out(found)), trained)


def past_of(sequences: Sequences, query: Query, kept_out: int) -> Sequences:
    """What a model may learn from whose lists are for a query; `kept_out`: last events that its run never learns."""
    past = sequences.without_last(kept_out) if query.split else sequences
    return past if query.at is None else past.until(query.at)


def _ranks(workspace: Workspace, found: DataSet | Run, names: list[str], progress: Progress) -> pd.DataFrame:
    """Rank of each user's last item by each model, fitted on nothing that is held out."""
    from core.model import evaluation, fit_baselines

    sequences = log_of(workspace, found)
    train = sequences.without_last(kept_out(found))
    rankers: list[Ranker] = []
    if isinstance(found, Run):
        check_held_out(found)
        rankers += [ranker(workspace, found, each, sequences, train) for each in names if each in TRAINED]
    baselines = [each for each in names if each not in TRAINED]
    meant = said(workspace, found, sequences) if CONTENT in baselines else None
    rankers += fit_baselines(baselines, train, said=meant, progress=part(progress, 0.0, 0.5))
    return evaluation.user_ranks(rankers, sequences, holdout=kept_out(found), progress=part(progress, 0.5, 1.0))
