"""A ranker tested on a log cut at two dates: the rank of each case, what its lists are like, whether chances hold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import schema
from core.model.blend import Blend
from core.model.chances import Chances, Doubles, by_user, no_reliability, reliability, top_shares
from core.model.evaluation import K, gains
from core.model.list_metrics import novelty
from core.model.ranker import Ranker
from core.model.ranking import Scores, rank_of
from core.model.temporal import Cases, Dated
from core.phrases import say
from core.progress import Progress, silent

Ints = NDArray[np.int64]
EXPONENT = 1.25
"""An item with n training events is seen in proportion to n^((gamma + 1) / 2), here with gamma = 1.5."""


@dataclass(frozen=True, eq=False)
class Foretold:
    """What one ranker made of the test."""

    ranks: pd.DataFrame
    """A row per case: model, user_id, item_id, kind, event_index, history_length, item_popularity, age_days, rank."""
    lists: pd.DataFrame
    """One row: model, coverage (share of the items known in the end that some list showed), novelty (bits)."""
    reliability: pd.DataFrame
    """Of chances: model and the columns of `chances.reliability`; empty without chances."""


@dataclass(frozen=True, eq=False)
class _Batch:
    """What one ranker made of some cases."""

    ranks: Ints
    """(n,)."""
    shown: Ints
    """Items of each list, -1 where none is left, (n, k)."""
    shares: Doubles
    """(n, k)."""


def foretell(
    rankers: Sequence[Ranker], dated: Dated, chances: Sequence[Chances | None], progress: Progress = silent
) -> list[Foretold]:
    """Rank every case of the test by rankers that were fitted on the training part, each with the chances it says.

    A blend takes the scores of its parts that stand before it.
    """
    found: list[list[_Batch]] = [[] for _ in rankers]
    done, test = 0, dated.test
    for cases in test.batches():
        given: dict[str, Scores] = {}
        histories = cases.split().histories
        for ranker, batches in zip(rankers, found, strict=True):
            known = {"given": given} if isinstance(ranker, Blend) else {}
            scores = ranker.scores(histories, np.arange(len(cases)), **known)
            given[ranker.name] = scores.copy() if len(rankers) > 1 else scores
            batches.append(_looked_at(ranker, cases, cases.hide(scores, histories, dated.known_since)))
        done += len(cases)
        progress(done / len(test), say("steps.ranking", model=rankers[0].name))
    every = zip(rankers, chances, found, strict=True)
    return [_foretold(ranker.name, dated, chance, batches) for ranker, chance, batches in every]


def _looked_at(ranker: Ranker, cases: Cases, scores: Scores) -> _Batch:
    items, shares = top_shares(ranker, scores, K)
    shown = np.where(np.isneginf(np.take_along_axis(scores, items, axis=1)), -1, items)
    return _Batch(rank_of(scores, cases.targets), shown, shares)


def _foretold(model: str, dated: Dated, chances: Chances | None, batches: list[_Batch]) -> Foretold:
    lists = np.concatenate([batch.shown for batch in batches])
    kept = no_reliability()
    if chances:
        said = chances(np.concatenate([batch.shares for batch in batches]))
        kept = reliability(said, lists == dated.test.targets[:, None], by_user(dated.test.users))
    ranks = np.concatenate([batch.ranks for batch in batches])
    like = pd.DataFrame([_like(lists[lists >= 0], dated)], columns=["coverage", "novelty"])
    return Foretold(*(_named(table, model) for table in (_rows(dated).assign(rank=ranks), like, kept)))


def debiased(table: pd.DataFrame) -> pd.DataFrame:
    """NDCG@10 with each case weighted by the inverse of how often its item is seen at all, a row per model.

    The weight is n^-((gamma + 1) / 2), n the item's training events, and weights sum to 1 (self-normalised inverse
    propensity; Yang et al., Unbiased offline recommender evaluation for missing-not-at-random implicit feedback,
    RecSys 2018, with their gamma = 1.5). An item without any counts as one with one.
    """
    weight = np.maximum(table["item_popularity"].to_numpy(), 1.0) ** -EXPONENT
    weighted = table[["model"]].assign(weight=weight, gain=gains(table["rank"].to_numpy())["ndcg@10"] * weight)
    sums = weighted.groupby("model", sort=False)[["gain", "weight"]].sum()
    return (sums["gain"] / sums["weight"]).rename("ndcg@10_debiased").reset_index()


def _rows(dated: Dated) -> pd.DataFrame:
    """A row per case, but for what a model makes of it."""
    log, test = dated.log, dated.test
    popularity = np.bincount(dated.train.item, minlength=log.n_items)
    return pd.DataFrame({
        schema.USER: log.users[test.users],
        schema.ITEM: log.catalogue.items[test.targets],
        "kind": dated.kinds,
        schema.EVENT_INDEX: log.event_index[test.rows],
        "history_length": test.lengths,
        "item_popularity": popularity[test.targets],
        "age_days": test.ages,
    })  # fmt: skip


def _like(shown: Ints, dated: Dated) -> tuple[float, float]:
    """Coverage and novelty of what was shown."""
    known = int((dated.known_since <= dated.log.time.max()).sum())
    return len(np.unique(shown)) / max(1, known), novelty(shown, dated.train) if len(shown) else 0.0


def _named(table: pd.DataFrame, model: str) -> pd.DataFrame:
    table.insert(0, "model", model)
    return table
