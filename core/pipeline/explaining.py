"""Why an item is in a list, whether that can be believed, and what the list would be otherwise."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from core.data import Sequences, schema
from core.errors import InputError, UnknownRunError
from core.phrases import say
from core.pipeline.calling import category_names
from core.pipeline.gate import needs
from core.pipeline.importing import load
from core.pipeline.rankers import model
from core.pipeline.ranking import Query, ranker_of, whose
from core.pipeline.results import Result, frames
from core.progress import Progress
from core.settings import VIEWER, ListSettings, RecommendSettings
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.explain import Counterfactual, Edits, Faithfulness, Reasons, Surrogate
    from core.model import Ranker


Answer = TypeVar("Answer")
CASES = 60
"""Lists on which explanations are tested."""


@dataclass(frozen=True)
class Explanation:
    """Why an item is recommended to a user at a moment."""

    user: str
    item: str
    title: str
    rank: int
    """Place of the item among the items that the user has not had; 1 is best."""
    score: float
    method: str
    events: pd.DataFrame = field(compare=False)
    """A row per past event, in time order: event_index, timestamp, item_id, title, effect, attention.

    `effect` is what the event did for the score by the method; `attention` is its share of the last layer's mean
    attention.
    """
    reasons: "Reasons" = field(compare=False)
    answer: str
    """The reasons in one sentence."""
    surrogate: "Surrogate" = field(compare=False)
    """What of the item itself speaks for it."""


@needs(VIEWER)
def explain(
    workspace: Workspace,
    name: str,
    user: str,
    item: str | None = None,
    query: Query | None = None,
    method: str | None = None,
) -> Explanation:
    """Why `item` (None: the first of the list) is recommended to `user`; `query` gives moment, model and run.

    `method` is one of `core.explain.methods.METHODS`, None for the default one; raises `SettingsError`, and
    `InputError` where the list is empty and no item was named.
    """
    from core.explain import explain_by_attributes, looked_at, methods, reasons_of, sentence
    from core.player import frames

    query, method = query or Query(), method or methods.DEFAULT
    sequences = load(workspace, name)
    histories, place = whose(sequences, user, query)
    trained = model(workspace, name, query.run, sequences)
    chosen = ranker_of(workspace, name, query, sequences, trained)
    target, rank, score = _target(chosen, histories, place, item)
    events = frames.history(histories, place)[[schema.EVENT_INDEX, schema.TIME, schema.ITEM, schema.TITLE]]
    title, effect = (
        str(sequences.catalogue.titles[target]),
        methods.effects_of(method, chosen, histories, place, target),
    )
    found = reasons_of(histories, place, effect)
    return Explanation(
        user, str(sequences.catalogue.items[target]), title, rank, score, method,
        events=events.assign(effect=effect, attention=looked_at(trained, histories, place)),
        reasons=found,
        answer=sentence(found, [str(events[schema.TITLE].iloc[each]) for each in found.events], title),
        surrogate=explain_by_attributes(
            chosen, histories, place, target, named=category_names(workspace, name).name
        ),
    )  # fmt: skip


@needs(VIEWER)
def what_if(
    workspace: Workspace,
    name: str,
    user: str,
    edits: "Edits",
    query: Query | None = None,
    settings: RecommendSettings | None = None,
) -> pd.DataFrame:
    """The list with an edited history, then what left it; see `core.explain.whatif.moves`. Nothing is written."""
    from core.explain import whatif

    rows = _asked(workspace, name, user, query, lambda by, log, who: whatif.moves(by, log, who, edits, settings))
    return category_names(workspace, name).in_rows(rows)


@needs(VIEWER)
def counterfactual(workspace: Workspace, name: str, user: str, query: Query | None = None) -> "Counterfactual":
    """The smallest set of past events, by greedy search, without which another item comes first."""
    from core.explain import whatif

    return _asked(workspace, name, user, query, whatif.counterfactual)


@needs(VIEWER)
def shaped_list(
    workspace: Workspace, name: str, user: str, settings: ListSettings, query: Query | None = None
) -> pd.DataFrame:
    """A list by filters, diversity or calibration: rank, item_id, score, rank_by_score; raises `SettingsError`.

    Categories that are asked for are meant as they are shown, or as the log calls them.
    """
    from core.lists import shaped

    settings = replace(settings, categories=category_names(workspace, name).own(settings.categories))
    return _asked(workspace, name, user, query, lambda by, log, who: shaped.shaped_list(by, log, who, settings))


@needs(VIEWER)
def about_list(workspace: Workspace, name: str, listed: pd.DataFrame) -> dict[str, float]:
    """What a list is like beside being right: see `core.lists.shaped.about`."""
    from core.lists import shaped

    return shaped.about(listed, load(workspace, name))


@needs(VIEWER)
def faithfulness(workspace: Workspace, name: str, run: str | None = None, cases: int = CASES) -> "Result[Faithfulness]":
    """How far each way to explain the lists of a run's blend can be believed; raises `UnknownRunError`."""
    found = workspace.run(name, run)

    def made(curves: pd.DataFrame, summary: pd.DataFrame) -> "Faithfulness":
        from core.explain import Faithfulness

        return Faithfulness(curves, summary)

    def compute(progress: Progress) -> "Faithfulness":
        from core.explain import measure

        sequences = load(workspace, name)
        ranker = ranker_of(workspace, name, Query(run=found.id), sequences)
        return measure(ranker, sequences, cases=cases, progress=progress)

    asked = {"table": "faithfulness", "run": found.id, "version": found.version}
    return Result(workspace, found, "faithful", (cases,), compute, frames(made, "curves", "summary"), asked)


@needs(VIEWER)
def believable(workspace: Workspace, name: str, run: str | None = None) -> dict[str, bool]:
    """Whether each method, and attention alone, has passed its test on a run; empty where it was not made yet."""
    try:
        tested = faithfulness(workspace, name, run)
    except UnknownRunError:
        return {}
    if not tested.ready:
        return {}
    from core.explain import ALONE, METHODS

    found = tested.get()
    orders = set(found.summary["order"])
    return {method: found.believable(method) for method in (*METHODS, ALONE) if method in orders}


def _asked(
    workspace: Workspace,
    name: str,
    user: str,
    query: Query | None,
    ask: "Callable[[Ranker, Sequences, int], Answer]",
) -> Answer:
    """What a question about one user's history and the ranker of a query comes to."""
    query = query or Query()
    sequences = load(workspace, name)
    histories, place = whose(sequences, user, query)
    return ask(ranker_of(workspace, name, query, sequences), histories, place)


def _target(chosen: "Ranker", histories: Sequences, user: int, item: str | None) -> tuple[int, int, float]:
    """Integer id, rank among items that the user has not had, and score of an item; the first one for None."""
    scores = chosen.scores(histories, np.array([user]))[0].astype(float)
    fresh = scores.copy()
    fresh[histories.item[histories.rows_of(user)]] = -np.inf
    if item is None and np.isneginf(fresh).all():
        raise InputError(say("errors.nothing_first"))
    target = int(fresh.argmax()) if item is None else histories.find_item(item)
    return target, int((fresh > scores[target]).sum()) + 1, float(scores[target])
