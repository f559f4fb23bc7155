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
    def fit(cls, shares: Doubles, came: NDArray[np.bool_]) -> Self | None:
        """From shares and whether that item was the one, (n,); None where no item ever was, or there is nothing."""
        if not came.any():
            return None
        from sklearn.isotonic import IsotonicRegression

        curve = IsotonicRegression(y_min=0.0, y_max=1.0).fit(np.log(np.maximum(shares, LEAST)), came.astype(float))
        return cls(curve.X_thresholds_, curve.y_thresholds_)

    @classmethod
    def of(cls, ranker: Ranker, split: Split) -> Self | None:
        """By the lists of a ranker for validation cases."""
        parts = [(shares[:, :PLACES], items == target[:, None]) for shares, items, target in _lists(ranker, split)]
        if not parts:
            return None
        return cls.fit(*(np.concatenate([part[side].ravel() for part in parts]) for side in (0, 1)))

    def __call__(self, shares: Doubles) -> Doubles:
        """Chances of some shares, any shape."""
        found: Doubles = np.interp(np.log(np.maximum(shares, LEAST)), self.logs, self.chances)
        return found


def shares(ranker: Ranker, scores: Scores) -> Doubles:
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
    return reliability(*(np.concatenate([part[side] for part in parts]) for side in (0, 1))) if parts else _table([])


def reliability(said: Doubles, came: NDArray[np.bool_]) -> pd.DataFrame:
    """What was said beside what came, for lists of chances and of which item it was, (n, k) each.

    A row per bin of equally many cases, for single items and for whole lists (the sum of its chances, and whether the
    item was among them): of, cases, said, came, low, high (95 %, Wilson 1927).
    """
    rows: list[tuple[object, ...]] = []
    whole: NDArray[np.bool_] = came.sum(axis=1) > 0
    for of, chance, hit in ((ITEM, said.ravel(), came.ravel()), (LIST, said.sum(axis=1), whole)):
        order = np.argsort(chance, kind="stable")
        parts = np.array_split(order, min(BINS, len(order))) if len(order) else []
        rows += [
            (of, len(part), chance[part].mean(), hit[part].mean(), *_wilson(hit[part].mean(), len(part)))
            for part in parts
        ]
    return _table(rows)


def calibration_error(table: pd.DataFrame) -> pd.DataFrame:
    """Expected calibration error by what it is of (and model, where named): of, cases, said, came, error."""
    by = [name for name in ("model", "of") if name in table]
    weighted = table.assign(
        error=(table["said"] - table["came"]).abs() * table["cases"],
        said=table["said"] * table["cases"],
        came=table["came"] * table["cases"],
    )
    sums = weighted.groupby(by, sort=False)[["cases", "said", "came", "error"]].sum()
    sums[["said", "came", "error"]] = sums[["said", "came", "error"]].div(sums["cases"], axis=0)
    return sums.reset_index()


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
    return pd.DataFrame(rows, columns=["of", "cases", "said", "came", "low", "high"])


def _wilson(share: float, cases: int) -> tuple[float, float]:
    """Interval of 95 % of a share."""
    z = 1.96
    middle = (share + z**2 / (2 * cases)) / (1 + z**2 / cases)
    half = z / (1 + z**2 / cases) * np.sqrt(share * (1 - share) / cases + z**2 / (4 * cases**2))
    return float(middle - half), float(middle + half)
