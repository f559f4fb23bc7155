"""Quality of some users beside all others: of each, and by how much it differs, with intervals."""

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import schema
from core.model import evaluation

COHORT, REST, DIFFERENCE = "cohort", "rest", "difference"
COLUMNS = ("model", "who", "users", "value", "low", "high")


def beside_rest(table: pd.DataFrame, users: Collection[str], metric: str = "ndcg@10", *, seed: int = 0) -> pd.DataFrame:
    """Three rows per model, `COLUMNS`: the cohort, the rest, and by how much the cohort is ahead (cohort less rest).

    `table` as `evaluation.user_ranks` gives it. Intervals of 95 % by bootstrap over users; those of the difference
    draw the users of both sides anew, each for itself. Without users on a side its row, and the difference, are NaN.
    """
    worth = evaluation.by_user(table, metric)
    inside = worth[schema.USER].isin(set(users))
    rows: list[tuple[object, ...]] = []
    for model, part in worth.groupby("model", sort=False):
        sides = [part.loc[inside[part.index] == there, metric].to_numpy() for there in (True, False)]
        for who, values in zip((COHORT, REST), sides, strict=True):
            rows.append((model, who, len(values), *_told(values, seed)))
        rows.append((model, DIFFERENCE, len(part), *difference(*sides, seed=seed)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def difference(one: NDArray[np.float64], other: NDArray[np.float64], *, seed: int = 0) -> tuple[float, float, float]:
    """The difference of the means of two groups of users and its interval of 95 %; NaN where one is empty."""
    if not len(one) or not len(other):
        return (float("nan"),) * 3
    drawn = evaluation.means(one, seed=seed) - evaluation.means(other, seed=seed + 1)
    low, high = evaluation.middle(drawn)
    return float(one.mean() - other.mean()), low, high


def _told(values: NDArray[np.float64], seed: int) -> tuple[float, float, float]:
    if not len(values):
        return (float("nan"),) * 3
    return float(values.mean()), *evaluation.middle(evaluation.means(values, seed=seed))
