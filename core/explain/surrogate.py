"""What of an item itself speaks for it: a small additive model of one user's scores, shared out exactly.

A ridge regression predicts the log of the model's scores of items for this user from their attributes: categories,
attribute columns, popularity, age, and how much of the user's history is of their categories. It adds up what each
attribute says, so its Shapley values are exact without sampling (Lundberg and Lee, NeurIPS 2017, corollary 1): an
attribute's part of the prediction less its mean over items. They explain the model only as far as the regression
follows it, which R2 on items left out tells.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from core.data import Sequences, schema
from core.model import Ranker, item_features

Floats = NDArray[np.float64]
Logs = tuple[Sequences, Sequences]
"""Where the user's history stands, and the log of all."""
BELIEVABLE = 0.5
"""R2 on items left out below which the regression does not follow the model well enough to be believed."""
TOP, OTHERS = 500, 1500
"""Items that the regression learns from: the best, and some of the others."""
FOLDS, RIDGE = 4, 1.0
LEAST = 3
"""Items of those learned from that must have a token."""
LATEST = 10
"""Last events that tell what a user is after now."""
SEED = 0
"""Of which other items are learned from."""
POPULARITY, NEWNESS, HABIT, NOW = "popularity", "newness", "own history", "last events"
"""Attributes that every log has; the others have the names of its columns."""


@dataclass(frozen=True, eq=False)
class Surrogate:
    """Why an item, by its attributes."""

    parts: pd.DataFrame
    """A row per attribute, strongest first: attribute, value (of the item, as text), effect on the log of the score
    beside a usual item."""
    fidelity: float
    """R2 of the regression on items that it has not learned from; 1 follows the model perfectly."""

    @property
    def believable(self) -> bool:
        """Whether the regression follows the model well enough."""
        return self.fidelity >= BELIEVABLE


def explain_by_attributes(
    ranker: Ranker,
    sequences: Sequences,
    user: int,
    item: int,
    *,
    everyone: Sequences | None = None,
    named: Callable[[str], str] = str,
) -> Surrogate:
    """Shapley values of an item's attributes in a regression on the scores of one user after the whole history.

    `everyone`: the log that popularity and age are counted in, where `sequences` holds this user alone; `named` says
    what a category is called where it is shown.
    """
    everyone = sequences if everyone is None else everyone
    scores = ranker.scores(sequences, np.array([user]))[0].astype(np.float64)
    target = scores if ranker.name == "attention" else np.log(np.maximum(scores, 0) + 1e-3 * max(scores.max(), 1e-12))
    rows = _rows(scores, item, SEED)
    columns, owner, names = _design((sequences, everyone), user, rows)
    found = _fit(columns, target[rows])
    part = (columns[rows == item][0] - columns.mean(axis=0)) * found
    effects = [float(part[owner == place].sum()) for place in range(len(names))]
    values = [_value((sequences, everyone), user, item, name, named) for name in names]
    frame = pd.DataFrame({"attribute": names, "value": values, "effect": effects})
    order = frame["effect"].abs().sort_values(ascending=False, kind="stable").index
    return Surrogate(frame.loc[order].reset_index(drop=True), _fidelity(columns, target[rows], SEED))


def _rows(scores: Floats, item: int, seed: int) -> NDArray[np.int64]:
    """The best items, some others, and the item itself."""
    order = np.argsort(-scores, kind="stable")
    rest = order[TOP:]
    if len(rest) > OTHERS:
        rest = np.random.default_rng(seed).choice(rest, OTHERS, replace=False)
    return np.unique(np.concatenate((order[:TOP], rest, [item]))).astype(np.int64)


def _design(logs: Logs, user: int, rows: NDArray[np.int64]) -> tuple[Floats, NDArray[np.int64], list[str]]:
    """Columns of the regression (n_rows, n_columns), which attribute each belongs to, and their names."""
    (sequences, everyone), blocks = logs, dict[str, Floats]()
    catalogue = sequences.catalogue
    for bag in item_features(replace(catalogue, titles=catalogue.items)).bags:  # titles are no attribute
        block = _tokens(bag.offsets, bag.index, len(bag.tokens), rows)
        blocks[bag.name] = block[:, block.sum(axis=0) >= LEAST].toarray()
    habit, now = _tastes(sequences, user)
    for name, values in ((POPULARITY, _popularity(everyone)), (NEWNESS, _first_seen(everyone))):
        blocks[name] = _binned(values[rows].astype(np.float64))
    for name, mix in ((HABIT, habit), (NOW, now)):
        share = sequences.catalogue.shares[rows] @ mix
        blocks[name] = np.stack((share, np.sqrt(share)), axis=1)
    blocks = {name: block for name, block in blocks.items() if block.size and np.ptp(block, axis=0).any()}
    owner = np.repeat(np.arange(len(blocks)), [block.shape[1] for block in blocks.values()])
    return np.concatenate([np.zeros((len(rows), 0)), *blocks.values()], axis=1), owner, list(blocks)


def _tokens(offsets: NDArray[np.int64], index: NDArray[np.int64], count: int, rows: NDArray[np.int64]) -> Any:
    """Tokens of some rows in equal shares, a sparse matrix (n_rows, count): most columns hardly have any."""
    tokens = [index[offsets[row] : offsets[row + 1]] for row in rows]
    lengths = np.array([len(own) for own in tokens])
    share = np.repeat(1 / np.maximum(lengths, 1), lengths)
    ends = np.concatenate(([0], np.cumsum(lengths)))
    return sparse.csr_array((share, np.concatenate(tokens), ends), (len(rows), count))


def _binned(values: Floats, bins: int = 10) -> Floats:
    """One column per quantile bin, (n, bins)."""
    edges = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1]))
    return np.eye(len(edges) + 1)[np.searchsorted(edges, values, side="right")]


def _popularity(sequences: Sequences) -> NDArray[np.int64]:
    return np.bincount(sequences.item, minlength=sequences.n_items)


def _first_seen(sequences: Sequences) -> NDArray[np.int64]:
    """Moment of each item's first event, the end of the log for those without."""
    first = np.full(sequences.n_items, sequences.time.max(initial=0), dtype=np.int64)
    np.minimum.at(first, sequences.item, sequences.time)
    return first


def _tastes(sequences: Sequences, user: int) -> tuple[Floats, Floats]:
    """Mix of categories of the user's whole history, and of its last events."""
    shares = sequences.catalogue.shares[sequences.item[sequences.rows_of(user)]].astype(np.float64)
    whole, latest = (some.sum(axis=0) / max(1, some.shape[0]) for some in (shares, shares[-LATEST:]))
    return whole, latest


def _fit(columns: Floats, target: Floats) -> Floats:
    """Weights of a ridge regression with a free mean, (n_columns,)."""
    centred = columns - columns.mean(axis=0)
    gram = centred.T @ centred + RIDGE * np.eye(columns.shape[1])
    weights: Floats = np.linalg.solve(gram, centred.T @ (target - target.mean()))
    return weights


def _fidelity(columns: Floats, target: Floats, seed: int) -> float:
    """R2 over items that were left out in turn."""
    if len(target) < 2 * FOLDS or not np.ptp(target):
        return 0.0
    fold = np.random.default_rng(seed).permutation(len(target)) % FOLDS
    predicted = np.empty(len(target))
    for each in range(FOLDS):
        learn, test = fold != each, fold == each
        weights = _fit(columns[learn], target[learn])
        predicted[test] = target[learn].mean() + (columns[test] - columns[learn].mean(axis=0)) @ weights
    return float(1 - ((target - predicted) ** 2).sum() / ((target - target.mean()) ** 2).sum())


def _value(logs: Logs, user: int, item: int, name: str, named: Callable[[str], str]) -> str:
    """What the item has of an attribute."""
    sequences, everyone = logs
    catalogue = sequences.catalogue
    if name == POPULARITY:
        return f"{_popularity(everyone)[item]:,}"
    if name == NEWNESS:
        first = _first_seen(everyone)[item]
        return f"{first:,}" if sequences.ordinal else str(np.datetime64(int(first), "us").astype("datetime64[D]"))
    if name in (HABIT, NOW):
        mix = _tastes(sequences, user)[name == NOW]
        return f"{catalogue.shares_of(np.array([item]))[0].astype(np.float64) @ mix:.0%}"
    if name == schema.CATEGORY:
        own = catalogue.category_index[catalogue.category_offsets[item] : catalogue.category_offsets[item + 1]]
        return ", ".join(dict.fromkeys(named(catalogue.categories[place]) for place in own))
    return str(catalogue.attributes[name].iloc[item])
