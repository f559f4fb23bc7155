"""How likely what a list shows is what comes next: scores made chances, and whether these can be believed.

A score says only which item is likelier. The share that an item has of all scores of its user (of their exponentials,
where they are logits) also says how much likelier; how likely in all is read off validation events by isotonic
regression (Zadrozny and Elkan, KDD 2002; scikit-learn): the rising curve from share to the share of cases in which such
an item was the one that came. The expected calibration error is the mean distance between what was said and what came,
over bins with equally many cases (Naeini et al., AAAI 2015).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.model.evaluation import K, Split
from core.model.ranker import Ranker, Stateful
from core.model.ranking import Scores, hide_seen, in_batches, top_items

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]
PLACES = 20
"""First places of validation lists that the curve is read off."""
BINS = 10
LEAST = 1e-12
ITEM, LIST = "item", "list"
"""What a chance is of: one shown item, or any of the first ten."""


@dataclass(frozen=True, eq=False)
class Chances:
    """The curve from the logarithm of a share to a chance, by its corners."""

    logs: Doubles
    """Rising, (n,)."""
    chances: Doubles
    """Not falling, (n,)."""

    @classmethod
    def fit(cls, shares: Doubles, came: NDArray[np.bool_], weight: Doubles | None = None) -> Self | None:
        """From shares and whether that item was the one, (n,); None where no item ever was, or there is nothing.

        `weight` of each, (n,); None: all the same.
        """
        if not came.any():
            return None
        from sklearn.isotonic import IsotonicRegression

        curve = IsotonicRegression(y_min=0.0, y_max=1.0).fit(
            np.log(np.maximum(shares, LEAST)), came.astype(float), weight
        )
        return cls(curve.X_thresholds_, curve.y_thresholds_)

    @classmethod
    def of(cls, ranker: Ranker, split: Split) -> Self | None:
        """By the lists of a ranker for validation cases, each user with the same weight."""
        parts = [(shares, items == target[:, None]) for shares, items, target in _lists(ranker, split)]
        if not parts:
            return None
        said, came = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
        weight = np.repeat(by_user(split.histories.person(split.users)), said.shape[1])
        return cls.fit(said.ravel(), came.ravel(), weight)

    def __call__(self, shares: Doubles) -> Doubles:
        """Chances of some shares, any shape."""
        found: Doubles = np.interp(np.log(np.maximum(shares, LEAST)), self.logs, self.chances)
        return found


def shares(ranker: object, scores: Scores) -> Doubles:
    """Share of each item in all that its user is offered, (n, n_items); hidden items (-inf) have none."""
    if isinstance(ranker, Stateful):
        weights = np.exp((scores - scores.max(axis=1, keepdims=True)).astype(np.float64))
    else:
        weights = np.maximum(scores, 0.0).astype(np.float64)
    found: Doubles = weights / np.maximum(weights.sum(axis=1, keepdims=True), LEAST)
    return found


def top_shares(ranker: Ranker, scores: Scores, k: int) -> tuple[Ints, Doubles]:
    """The k best items of each user and their shares, (n, at most k), best first; 0 for a hidden one."""
    items, _ = top_items(scores, k)
    return items, np.take_along_axis(shares(ranker, scores), items, axis=1)


def tested(chances: Chances, ranker: Ranker, split: Split) -> pd.DataFrame:
    """The reliability of lists for cases that were not fitted on: see `reliability`."""
    parts = [
        (chances(shares[:, :K]), items[:, :K] == target[:, None]) for shares, items, target in _lists(ranker, split)
    ]
    if not parts:
        return _table([])
    said, came = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
    return reliability(said, came, by_user(split.histories.person(split.users)))


def by_user(users: Ints) -> Doubles:
    """Weights of cases, so that each of their users has 1 in all, (n,)."""
    _, place, counts = np.unique(users, return_inverse=True, return_counts=True)
    weights: Doubles = 1.0 / counts[place]
    return weights


def reliability(said: Doubles, came: NDArray[np.bool_], weight: Doubles) -> pd.DataFrame:
    """What was said beside what came, for lists of chances and of which item it was, (n, k) each, and their weights.

    A row per bin of equally many cases, for single items and for whole lists (the sum of its chances, and whether the
    item was among them): of, cases, weight, said, came (weighted means), low, high (95 %, Wilson 1927).
    """
    rows: list[tuple[object, ...]] = []
    whole: NDArray[np.bool_] = came.sum(axis=1) > 0
    single = np.repeat(weight, said.shape[1])
    every = ((ITEM, said.ravel(), came.ravel(), single), (LIST, said.sum(axis=1), whole, weight))
    for of, chance, hit, weights in every:
        order = np.argsort(chance, kind="stable")
        parts = np.array_split(order, min(BINS, len(order))) if len(order) else []
        rows += [(of, *_bin(chance[part], hit[part], weights[part])) for part in parts]
    return _table(rows)


def _bin(chance: Doubles, hit: NDArray[np.bool_], weight: Doubles) -> tuple[float, ...]:
    """Cases, their weight, weighted means of what was said and what came, and the interval of the latter."""
    said, came = np.average(chance, weights=weight), np.average(hit, weights=weight)
    alike = float(weight.sum() ** 2 / (weight**2).sum())  # cases of equal weight that would tell as much
    return (len(chance), float(weight.sum()), float(said), float(came), *_wilson(float(came), alike))


def calibration_error(table: pd.DataFrame) -> pd.DataFrame:
    """Expected calibration error by what it is of (and model, where named): of, cases, said, came, error."""
    by = [name for name in ("model", "of") if name in table]
    weighted = table.assign(
        error=(table["said"] - table["came"]).abs() * table["weight"],
        said=table["said"] * table["weight"],
        came=table["came"] * table["weight"],
    )
    sums = weighted.groupby(by, sort=False)[["cases", "weight", "said", "came", "error"]].sum()
    sums[["said", "came", "error"]] = sums[["said", "came", "error"]].div(sums["weight"], axis=0)
    return sums.drop(columns="weight").reset_index()


def no_reliability() -> pd.DataFrame:
    """The table of `reliability` without a row."""
    return _table([])


def _lists(ranker: Ranker, split: Split) -> Iterator[tuple[Doubles, Ints, Ints]]:
    """Shares and items of lists, seen ones hidden, and the items to be found, in batches."""
    done = 0
    for users in in_batches(split.users, split.histories.n_items):
        scores = hide_seen(ranker.scores(split.histories, users), split.histories, users)
        items, found = top_shares(ranker, scores, PLACES)
        yield found, items, split.targets[done : done + len(users)]
        done += len(users)


def _table(rows: Iterable[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["of", "cases", "weight", "said", "came", "low", "high"])


def _wilson(share: float, cases: float) -> tuple[float, float]:
    """Interval of 95 % of a share."""
    z = 1.96
    middle = (share + z**2 / (2 * cases)) / (1 + z**2 / cases)
    half = z / (1 + z**2 / cases) * np.sqrt(share * (1 - share) / cases + z**2 / (4 * cases**2))
    return float(middle - half), float(middle + half)
