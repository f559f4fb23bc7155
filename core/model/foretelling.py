"""A ranker tested on a log cut at two dates: the rank of each case, what its lists are like, whether chances hold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import schema
from core.model.blend import Blend
from core.model.chances import PLACES, About, Chances, Doubles, by_user, no_reliability, reliability, top_shares
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
class _Looked:
    """What one ranker made of some cases."""

    ranks: Ints
    """(n,)."""
    shown: Ints
    """Items of each list, -1 where none is left, (n, k)."""
    shares: Doubles
    """(n, k)."""

    @classmethod
    def of(cls, ranker: Ranker, scores: Scores, targets: Ints, places: int) -> "_Looked":
        """From scores, those that may not be shown -inf, (n, n_items)."""
        items, shares = top_shares(ranker, scores, places)
        shown = np.where(np.isneginf(np.take_along_axis(scores, items, axis=1)), -1, items)
        return cls(rank_of(scores, targets), shown, shares)

    @classmethod
    def joined(cls, parts: Sequence["_Looked"]) -> "_Looked":
        """Of several batches."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("ranks", "shown", "shares")))


def foretell(
    rankers: Sequence[Ranker], dated: Dated, chances: Sequence[Chances | None], progress: Progress = silent
) -> list[Foretold]:
    """Rank every case of the test by rankers that have learned what they may, each with the chances it says.

    A blend takes the scores of its parts that stand before it.
    """
    every = zip(rankers, chances, _looked_at(rankers, dated.test, dated, K, progress), strict=True)
    return [_foretold(ranker.name, dated, chance, looked) for ranker, chance, looked in every]


def chances_of(rankers: Sequence[Ranker], dated: Dated, progress: Progress = silent) -> list[Chances | None]:
    """The chances that rankers say, read off their lists for validation events, with how these fall as models age."""
    cases = dated.validation
    if not len(cases):
        return [None] * len(rankers)
    about = About(cases.users, cases.lengths, dated.ages(cases, dated.opens))
    every = _looked_at(rankers, cases, dated, PLACES, progress)
    return [Chances.fit(looked.shares, looked.shown == cases.targets[:, None], about) for looked in every]


def _looked_at(rankers: Sequence[Ranker], cases: Cases, dated: Dated, places: int, progress: Progress) -> list[_Looked]:
    """The first places of lists for some cases, by each ranker."""
    found: list[list[_Looked]] = [[] for _ in rankers]
    done = 0
    for some in cases.batches():
        given: dict[str, Scores] = {}
        split = some.split()
        moments = np.arange(split.histories.n_users)
        for ranker, parts in zip(rankers, found, strict=True):
            known = {"given": given} if isinstance(ranker, Blend) else {}
            given[ranker.name] = ranker.scores(split.histories, moments, **known)
            scores = some.hide(given[ranker.name][split.users], split, dated.known_since)
            parts.append(_Looked.of(ranker, scores, some.targets, places))
        done += len(some)
        progress(done / len(cases), say("steps.ranking", model=rankers[0].name))
    return [_Looked.joined(parts) for parts in found]


def _foretold(model: str, dated: Dated, chances: Chances | None, looked: _Looked) -> Foretold:
    test, kept = dated.test, no_reliability()
    if chances:
        said = chances(looked.shares, test.lengths, dated.ages(test, dated.since))
        kept = reliability(said, looked.shown == test.targets[:, None], by_user(test.users))
    like = pd.DataFrame([_like(looked.shown[looked.shown >= 0], dated)], columns=["coverage", "novelty"])
    return Foretold(*(_named(table, model) for table in (_rows(dated).assign(rank=looked.ranks), like, kept)))


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
    popularity = np.bincount(dated.learned.item, minlength=log.n_items)
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
    return len(np.unique(shown)) / max(1, known), novelty(shown, dated.learned) if len(shown) else 0.0


def _named(table: pd.DataFrame, model: str) -> pd.DataFrame:
    table.insert(0, "model", model)
    return table
