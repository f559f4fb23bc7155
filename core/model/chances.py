"""How likely what a list shows is what comes next: scores made chances, and whether these can be believed.

A score says only which item is likelier. The share that an item has of all scores of its user (of their exponentials,
where they are logits) also says how much likelier; how likely in all is read off validation events by isotonic
regression (Zadrozny and Elkan, KDD 2002; scikit-learn): the rising curve from share to the share of cases in which such
an item was the one that came. That is no more than a first guess, for a list's items share what is right and wrong with
it: how likely the first ten are together is a line of its own (`core.model.odds`), and an item's chance is its part of
that. The expected calibration error is the mean distance between what was said and what came,
over bins with equally many cases (Naeini et al., AAAI 2015).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.model.evaluation import K, Split
from core.model.odds import Line
from core.model.ranker import Ranker, Stateful
from core.model.ranking import Scores, hide_seen, in_batches, top_items

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]
PLACES = 20
"""First places of validation lists that the curve is read off."""
BINS = 10
LEAST = 1e-12
Z, MEAN_DISTANCE = 1.96, 0.798
"""Standard errors to either end of an interval of 95 %, and those that a normal variable is off on average."""
ITEM, LIST = "item", "list"
"""What a chance is of: one shown item, or any of the first ten."""


@dataclass(frozen=True, eq=False)
class Chances:
    """From the shares of a list to chances: a curve for its items beside each other, a line for all of them."""

    logs: Doubles
    """Logarithms of shares, rising: corners of the curve, (n,)."""
    chances: Doubles
    """Not falling, (n,)."""
    line: Line

    @classmethod
    def fit(cls, said: Doubles, came: NDArray[np.bool_], about: "About") -> Self | None:
        """From shares of lists and whether an item was the one, (n, k); None where none ever was, or there is nothing.

        The lists are `about` users of whom each has the same weight.
        """
        if not came.any():
            return None
        from sklearn.isotonic import IsotonicRegression

        weight = np.repeat(by_user(about.users), said.shape[1])
        curve = IsotonicRegression(y_min=0.0, y_max=1.0).fit(_logs(said).ravel(), came.ravel().astype(float), weight)
        found = cls(curve.X_thresholds_, curve.y_thresholds_, Line())
        sums = found.alone(said)[:, :K].sum(axis=1)
        return replace(found, line=Line.fit(sums, came[:, :K].any(axis=1), about.users, about.events, about.ages))

    @classmethod
    def of(cls, ranker: Ranker, split: Split) -> Self | None:
        """By the lists of a ranker for validation cases."""
        lists = _lists(ranker, split)
        return cls.fit(*lists, About.of(split)) if lists else None

    def alone(self, shares: Doubles) -> Doubles:
        """What the curve says of each item, any shape."""
        found: Doubles = np.interp(_logs(shares), self.logs, self.chances)
        return found

    def __call__(self, shares: Doubles, events: Ints, ages: Doubles | None = None) -> Doubles:
        """Chances of items of lists, best first, (n, k), after so many events each, (n,); ages (n,), None: of none."""
        alone = self.alone(shares)
        sums = alone[:, :K].sum(axis=1)
        whole = self.line(sums, events, np.zeros(len(sums)) if ages is None else ages)
        found: Doubles = alone * (whole / np.maximum(sums, LEAST))[:, None]
        return found


@dataclass(frozen=True, eq=False)
class About:
    """Whose lists these are, and when."""

    users: Ints
    """(n,)."""
    events: Ints
    """Before each, (n,)."""
    ages: Doubles
    """Of the model at each, in lengths of validation; 0 where training did not end before it, (n,)."""

    @classmethod
    def of(cls, split: Split) -> Self:
        """Of cases of a split by each user's last events."""
        users = split.users
        return cls(split.histories.person(users), split.histories.lengths[users], np.zeros(len(users)))


def _logs(shares: Doubles) -> Doubles:
    found: Doubles = np.log(np.maximum(shares, LEAST))
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
    lists, about = _lists(ranker, split), About.of(split)
    if not lists:
        return _table([])
    said, came = (part[:, :K] for part in lists)
    return reliability(chances(said, about.events), came, by_user(about.users))


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
    """Expected calibration error by what it is of (and model, where named): of, cases, said, came, error, by_chance.

    `by_chance` is the error that true chances would show with so few cases, from the intervals of what came.
    """
    by = [name for name in ("model", "of") if name in table]
    weighted = table.assign(
        error=(table["said"] - table["came"]).abs() * table["weight"],
        by_chance=(table["high"] - table["low"]) / 2 / Z * MEAN_DISTANCE * table["weight"],
        said=table["said"] * table["weight"],
        came=table["came"] * table["weight"],
    )
    means = ["said", "came", "error", "by_chance"]
    sums = weighted.groupby(by, sort=False)[["cases", "weight", *means]].sum()
    sums[means] = sums[means].div(sums["weight"], axis=0)
    return sums.drop(columns="weight").reset_index()


def no_reliability() -> pd.DataFrame:
    """The table of `reliability` without a row."""
    return _table([])


def _lists(ranker: Ranker, split: Split) -> tuple[Doubles, NDArray[np.bool_]] | None:
    """Shares of the first places of lists, seen items hidden, and whether each is what came; None without cases."""
    parts, done = [], 0
    for users in in_batches(split.users, split.histories.n_items):
        some, place = np.unique(users, return_inverse=True)
        scores = hide_seen(ranker.scores(split.histories, some)[place], split.histories, users)
        items, found = top_shares(ranker, scores, PLACES)
        parts.append((found, items == split.targets[done : done + len(users), None]))
        done += len(users)
    return (np.concatenate([each for each, _ in parts]), np.concatenate([each for _, each in parts])) if parts else None


def _table(rows: Iterable[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["of", "cases", "weight", "said", "came", "low", "high"])


def _wilson(share: float, cases: float) -> tuple[float, float]:
    """Interval of 95 % of a share."""
    middle = (share + Z**2 / (2 * cases)) / (1 + Z**2 / cases)
    half = Z / (1 + Z**2 / cases) * np.sqrt(share * (1 - share) / cases + Z**2 / (4 * cases**2))
    return float(middle - half), float(middle + half)
