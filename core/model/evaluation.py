"""How well rankers find each user's held-out event among all items.

Leave-one-out: the last event of a user is to be found after all those before it (test), or the last but
one (validation). Every item of the catalogue is ranked, less those that the user had before; a held-out
item that the user had before cannot be found then, so that such users take no part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences, schema
from core.model.ranker import Ranker
from core.model.ranking import events_of, hide_seen, in_batches, rank_of
from core.phrases import say
from core.progress import Progress, silent

K = 10
"""Length of the list that HR and NDCG look at."""
RESAMPLES, AT_ONCE = 1000, 100
"""Bootstrap samples of users behind an interval, and how many are drawn at a time."""
FEW = 100
"""Distinct values up to which samples are drawn by their counts."""
LEVEL = 0.95
"""Share of bootstrap samples within an interval."""
METRICS = ("hr@10", "ndcg@10", "mrr@10", "mrr")
LENGTHS = (1, 5, 10, 20, 50, 100)
"""Lower edges of the classes of history length."""
AGES = {"under an hour": 0.0, "a day": 1 / 24, "a week": 1.0, "a month": 7.0, "a year": 30.0, "longer": 365.0}
"""Classes of the age of a user's event before, each up to so long, with its lower edge in days."""
POPULARITIES = (0, 1, 6, 20, 50, 100, 200)
"""Lower edges of the classes of item popularity, in training events."""


USER_EVENTS = (0, 1, 2, 3)
"""Events that a cold user has."""
ITEM_EVENTS = ((0, 0), (1, 2), (3, 5))
"""Classes of training events of a cold item, both ends within."""
USERS = 2000
"""Users that cold ones are made from, at most."""


@dataclass(frozen=True, eq=False)
class Split:
    """Held-out events and the histories before them."""

    histories: Sequences
    users: NDArray[np.int64]
    """Integer ids of the users who take part, (n,)."""
    targets: NDArray[np.int64]
    """Integer ids of the items to be found, (n,)."""


def held_out(
    sequences: Sequences, behind: int, *, hide_seen: bool = True, limit: int | None = None, seed: int = 0
) -> Split:
    """Each user's event `behind` places from the end (1 is the last), found after those before it.

    `limit` keeps a random sample of users, so that choices on large logs stay cheap.
    """
    histories = sequences.without_last(behind)
    users = np.flatnonzero(sequences.lengths > behind)
    if limit is not None and len(users) > limit:
        users = np.sort(np.random.default_rng(seed).choice(users, limit, replace=False))
    targets = sequences.item[sequences.offsets[users + 1] - behind].astype(np.int64)
    if hide_seen:
        place, rows = events_of(histories, users)
        seen = np.unique(place[histories.item[rows] == targets[place]])
        users, targets = np.delete(users, seen), np.delete(targets, seen)
    return Split(histories, users, targets)


def ranks(ranker: Ranker, split: Split, *, hide: bool = True, progress: Progress = silent) -> NDArray[np.int64]:
    """1-based rank of each target among all items, seen ones hidden, (n,)."""
    found = [np.empty(0, dtype=np.int64)]
    done = 0
    for users in in_batches(split.users, split.histories.n_items):
        scores = ranker.scores(split.histories, users)
        if hide:
            scores = hide_seen(scores, split.histories, users)
        found.append(rank_of(scores, split.targets[done : done + len(users)]))
        done += len(users)
        progress(done / len(split.users), say("steps.ranking", model=ranker.name))
    return np.concatenate(found)


def gains(rank: NDArray[np.int64]) -> pd.DataFrame:
    """What each rank is worth, a row per rank: hit within 10, 1 / log2(rank + 1) and 1 / rank within 10, 1 / rank.

    With one item to be found the ideal DCG is 1, so that the discount is the NDCG.

    >>> gains(np.array([1, 3, 11])).round(3).to_numpy().tolist()
    [[1.0, 1.0, 1.0, 1.0], [1.0, 0.5, 0.333, 0.333], [0.0, 0.0, 0.0, 0.091]]
    """
    shown = rank > 0
    hit = shown & (rank <= K)
    safe = np.maximum(rank, 1)
    reciprocal = np.where(shown, 1 / safe, 0.0)
    columns = (hit, np.where(hit, 1 / np.log2(safe + 1), 0.0), np.where(hit, reciprocal, 0.0), reciprocal)
    return pd.DataFrame({name: np.asarray(column, dtype=float) for name, column in zip(METRICS, columns, strict=True)})


def metrics(rank: NDArray[np.int64]) -> dict[str, float]:
    """Mean HR@10, NDCG@10, MRR@10 and MRR of some ranks; 0 for none.

    >>> metrics(np.array([1, 11]))["hr@10"]
    0.5
    """
    means = gains(rank).mean().fillna(0.0)
    return {name: float(means[name]) for name in METRICS}


def user_ranks(
    rankers: Sequence[Ranker],
    sequences: Sequences,
    *,
    holdout: int = 2,
    behind: int = 1,
    hide: bool = True,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Rank of every user's held-out item by each fitted ranker: what all tables of quality are made of.

    A row per model and user: model, user_id, item_id, history_length (events before the held-out one),
    item_popularity (events of the item among those not held out), rank.
    """
    split = held_out(sequences, behind, hide_seen=hide)
    counts = np.bincount(sequences.without_last(holdout).item, minlength=sequences.n_items)
    frames = []
    for place, ranker in enumerate(rankers):
        progress(place / len(rankers), say("steps.ranking", model=ranker.name))
        frame = pd.DataFrame({"model": ranker.name, schema.USER: sequences.users[split.users]})
        frame[schema.ITEM] = sequences.catalogue.items[split.targets]
        frame["history_length"] = split.histories.lengths[split.users]
        frame["item_popularity"] = counts[split.targets]
        frame["rank"] = ranks(ranker, split, hide=hide)
        frames.append(frame)
    progress(1.0, say("steps.ranked"))
    return pd.concat(frames, ignore_index=True)


def summarise(table: pd.DataFrame, by: Sequence[str] = ("model",), *, seed: int = 0) -> pd.DataFrame:
    """Mean of each metric with a bootstrap interval over users, a row per group, in order of appearance.

    Each user counts once, with the mean over their events to be found. Columns: those of `by`, users, then per metric
    its mean, `_low` and `_high` (95 %).
    """
    rows = []
    for key, group in table.groupby(list(by), sort=False, observed=True):
        worth = _by_user(group)
        row: dict[str, object] = dict(zip(by, key, strict=True)) | {"users": len(worth)}
        for name in METRICS:
            low, high = interval(worth[name].to_numpy(), seed=seed)
            row |= {name: worth[name].mean(), f"{name}_low": low, f"{name}_high": high}
        rows.append(row)
    columns = [f"{name}{end}" for name in METRICS for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=[*by, "users", *columns])


def by_user(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """What each user's events were worth by each model, as a mean over them: model, user_id and the metric."""
    worth = gains(table["rank"].to_numpy())[metric]
    rows = pd.DataFrame({"model": table["model"].to_numpy(), schema.USER: table[schema.USER].to_numpy(), metric: worth})
    return rows.groupby(["model", schema.USER], sort=False, observed=True)[metric].mean().reset_index()


def _by_user(table: pd.DataFrame) -> pd.DataFrame:
    """Mean of each metric over the rows of each user; each row for itself where no user is named."""
    worth = gains(table["rank"].to_numpy())
    return worth.groupby(table[schema.USER].to_numpy(), sort=False).mean() if schema.USER in table else worth


def interval(values: NDArray[np.float64], *, seed: int = 0) -> tuple[float, float]:
    """Percentile bootstrap interval of a mean (Efron 1979); by counts of distinct values where these are few."""
    return middle(means(values, seed=seed)) if len(values) else (0.0, 0.0)


def means(values: NDArray[np.float64], *, seed: int = 0) -> NDArray[np.float64]:
    """Means of bootstrap samples of some values, at least one, (RESAMPLES,)."""
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) <= FEW:
        drawn = np.random.default_rng(seed).multinomial(len(values), counts / len(values), size=RESAMPLES)
        sums = drawn @ distinct
    else:
        sums = np.concatenate([_drawn(len(values), seed, part) @ values for part in range(RESAMPLES // AT_ONCE)])
    found: NDArray[np.float64] = sums / len(values)
    return found


def middle(drawn: NDArray[np.float64]) -> tuple[float, float]:
    """The ends that hold `LEVEL` of what was drawn."""
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


@lru_cache(maxsize=10)
def _drawn(users: int, seed: int, part: int) -> NDArray[np.float64]:
    """How often each of some users is in each of `AT_ONCE` bootstrap samples, (AT_ONCE, users)."""
    who = np.random.default_rng([seed, part]).integers(0, users, (AT_ONCE, users)) + users * np.arange(AT_ONCE)[:, None]
    counts = np.bincount(who.ravel(), minlength=AT_ONCE * users).reshape(AT_ONCE, users)
    return counts.astype(np.float64)


def paired(table: pd.DataFrame, one: str, *, seed: int = 0) -> pd.DataFrame:
    """By how much a model is ahead of each other one on the same users: model, other, metric, users, ahead, low, high.

    Users are drawn anew (bootstrap), both models' ranks together: an interval of 95 % that is much narrower than those
    of the two means, for most of what users differ in is the same for both.
    """
    worth = {str(name): _by_user(group) for name, group in table.groupby("model", sort=False)}
    rows = []
    for other in (name for name in worth if name != one and one in worth):
        both = worth[one] - worth[other]
        for metric in METRICS:
            difference = both[metric].dropna().to_numpy()
            low, high = interval(difference, seed=seed)
            rows.append((one, other, metric, len(difference), float(difference.mean()), low, high))
    found = pd.DataFrame(rows, columns=["model", "other", "metric", "users", "ahead", "low", "high"])
    return found.astype({"users": np.int64} | dict.fromkeys(("ahead", "low", "high"), np.float64))


def by_history_length(table: pd.DataFrame) -> pd.DataFrame:
    """Quality by length of history: `summarise` per model and class of length."""
    return _by_class(table, "history_length", LENGTHS)


def by_age(table: pd.DataFrame) -> pd.DataFrame:
    """Quality by days since the user's event before: `summarise` per model and class of age; first events apart."""
    days = table["age_days"].to_numpy(dtype=float)
    place = np.where(np.isnan(days), len(AGES), np.searchsorted(list(AGES.values()), days, side="right") - 1)
    return _in_order(table, "age_days", place, [*AGES, "first event"])


def by_item_popularity(table: pd.DataFrame) -> pd.DataFrame:
    """Quality by popularity of the item to be found: `summarise` per model and class of popularity."""
    return _by_class(table, "item_popularity", POPULARITIES)


def _by_class(table: pd.DataFrame, column: str, edges: Sequence[int]) -> pd.DataFrame:
    place = np.clip(np.searchsorted(edges, table[column].to_numpy(), side="right") - 1, 0, None)
    labels = [_label(low, high) for low, high in zip(edges, (*edges[1:], None), strict=True)]
    return _in_order(table, column, place, labels)


def _in_order(table: pd.DataFrame, column: str, place: NDArray[np.int64], labels: list[str]) -> pd.DataFrame:
    classes = pd.Categorical.from_codes(place.tolist(), pd.Index(labels), ordered=True)
    ordered = table.assign(**{column: classes}).sort_values(column, kind="stable")
    return summarise(ordered, ("model", column))


def _label(low: int, high: int | None) -> str:
    if high is None:
        return f"{low}+"
    return str(low) if high == low + 1 else f"{low}-{high - 1}"


def cold(
    rankers: Sequence[Ranker], sequences: Sequences, *, holdout: int = 2, seed: int = 0, progress: Progress = silent
) -> pd.DataFrame:
    """Quality for cold users and items by fitted rankers: who (user or item), events, model, users, metrics.

    Metrics and their intervals are those of `evaluation.summarise`; a class without cases has no rows.
    """
    split = held_out(sequences, 1, limit=USERS, seed=seed)
    counts = np.bincount(sequences.without_last(holdout).item, minlength=sequences.n_items)
    whole = held_out(sequences, 1)
    rare = Split(whole.histories, *_only(whole, counts[whole.targets] <= ITEM_EVENTS[-1][1]))
    tables = [_table("", "", "", np.empty(0, dtype=np.int64))]
    for place, ranker in enumerate(rankers):
        progress(place / len(rankers), say("steps.cold", model=ranker.name))
        for events in USER_EVENTS:
            found = ranks(ranker, Split(last_events(split.histories, events), split.users, split.targets))
            tables.append(_table("user", str(events), ranker.name, found))
        found = ranks(ranker, rare)
        for low, high in ITEM_EVENTS:
            seen = counts[rare.targets]
            label = str(low) if low == high else f"{low}-{high}"
            tables.append(_table("item", label, ranker.name, found[(seen >= low) & (seen <= high)]))
    return summarise(pd.concat(tables), ("who", "events", "model"))


def last_events(histories: Sequences, events: int) -> Sequences:
    """Only the last so many events of each user."""
    from_end = np.repeat(histories.lengths, histories.lengths) - histories.event_index
    return histories.keep(from_end <= events)


def _only(split: Split, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return split.users[mask], split.targets[mask]


def _table(who: str, events: str, model: str, rank: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"who": who, "events": events, "model": model, "rank": rank})
