"""Whether explanations tell the truth: what happens to a list when the events they name are taken away.

For the first item of a user's list, events are put in the order in which a method says that they speak
for it. Comprehensiveness: how far the item falls when the first of them are removed (more is better).
Sufficiency: how far it falls when only they are kept (less is better). Both are measured on
`attribution.standings`, 1 for the first of the list, as in ERASER (DeYoung et al., ACL 2020), and stand
beside a random order, the newest events first, and an oracle: at each share the best that a greedy search, which
tries every event at each step, or any of the other orders comes to.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import spearmanr

from core.data import Sequences, history_of
from core.explain.attribution import Effects, left_out, looked_at, standings
from core.explain.gradients import randomised
from core.explain.methods import METHODS, effects, effects_of
from core.model import Blend, InterestModel, Ranker, hide_seen
from core.phrases import say
from core.progress import Progress, silent

SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
"""Shares of the history that are removed, or kept; at least one event."""
ALONE = "attention alone"
"""Order by what the attention chart shows, whatever else has a say in the list."""
ORDERS = ("random", "recency", "oracle")
"""Orders that methods are compared with."""
SHORTEST, LONGEST = 8, 60
"""Histories that take part; of longer ones the last events do."""
MEASURES = ("comprehensiveness", "sufficiency", "over_recency")
"""What the summary has with intervals."""
GREEDY = 15
"""Events that the oracle removes by trying all; behind them it goes by single removals."""


@dataclass(frozen=True, eq=False)
class Faithfulness:
    """How far methods can be believed for one run."""

    curves: pd.DataFrame
    """order, share, comprehensiveness, sufficiency: means over cases."""
    summary: pd.DataFrame
    """A row per order: order, cases, comprehensiveness and sufficiency (areas: means over shares) with `_low` and
    `_high` (95 %), over_recency (comprehensiveness less that of the newest first, on the same cases) likewise,
    sign_errors (share of strong events that a method gets the wrong way round), randomised (rank correlation of the
    method on the model with that on shuffled weights; near 0 is right)."""

    def believable(self, method: str) -> bool:
        """Whether a method's comprehensiveness is surely above that of the newest events first, case by case."""
        return float(self.summary.set_index("order")["over_recency_low"][method]) > 0


def measure(
    ranker: Ranker, sequences: Sequences, *, cases: int = 60, seed: int = 0, progress: Progress = silent
) -> Faithfulness:
    """Measure all methods on the first items of some users' lists, drawn by `seed`; `ranker` is a model or a blend."""
    chosen, model = _cases(sequences, cases, seed), _model_of(ranker)
    shuffled = randomised(model, seed) if model else None
    rows, traits = [], []
    for place, user in enumerate(chosen):
        progress(place / len(chosen), say("steps.explanations", user=place + 1, users=len(chosen)))
        item = _first_item(ranker, sequences, user)
        found = {method: effects_of(method, ranker, sequences, user, item) for method in METHODS}
        single = left_out(ranker, sequences, user, item)
        for method, effect in found.items():
            moved = _moved(method, (model, shuffled), sequences, user, item)
            traits.append((method, _sign_errors(effect, single), moved))
        if model:
            found[ALONE] = looked_at(model, sequences, user)
        orders = {method: np.argsort(-effect, kind="stable") for method, effect in found.items()}
        orders |= _reference_orders(ranker, sequences, user, item, np.random.default_rng([seed, user]))
        rows += [(order, user, *values) for order, values in _fallen(ranker, sequences, user, item, orders)]
    table = _with_oracle(pd.DataFrame(rows, columns=["order", "user", "share", "comprehensiveness", "sufficiency"]))
    return Faithfulness(_curves(table), _summary(table, traits, seed))


def _model_of(ranker: Ranker) -> InterestModel | None:
    """The trained model of a ranker, or in it."""
    parts = [ranker, *(each for _, each in ranker.parts)] if isinstance(ranker, Blend) else [ranker]
    return next((each for each in parts if isinstance(each, InterestModel)), None)


def _moved(
    method: str, models: tuple[InterestModel | None, InterestModel | None], sequences: Sequences, user: int, item: int
) -> float:
    """Rank correlation of a method's effects by a model and by the same with shuffled weights; NaN without one."""
    model, shuffled = models
    if not model or not shuffled:
        return float("nan")
    return _correlation(*(effects(method, each, sequences, user, item) for each in (model, shuffled)))


def _with_oracle(table: pd.DataFrame) -> pd.DataFrame:
    """Where any order does better than the greedy search, the oracle does as well as that."""
    by_case = table.groupby(["user", "share"], sort=False)
    greedy = table["order"] == "oracle"
    most, least = by_case["comprehensiveness"].transform("max"), by_case["sufficiency"].transform("min")
    return table.assign(
        comprehensiveness=table["comprehensiveness"].where(~greedy, most),
        sufficiency=table["sufficiency"].where(~greedy, least),
    )


def fallen(
    model: Ranker, sequences: Sequences, user: int, item: int, order: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Comprehensiveness and sufficiency of one order of events, a number per share each, (n_shares,)."""
    values = [values for _, values in _fallen(model, sequences, user, item, {"": order})]
    return np.array([value[1] for value in values]), np.array([value[2] for value in values])


def _fallen(
    model: Ranker, sequences: Sequences, user: int, item: int, orders: dict[str, NDArray[np.int64]]
) -> list[tuple[str, tuple[float, float, float]]]:
    """How far an item falls when the first events of each order are removed, and when only they are kept."""
    history = history_of(sequences, user)
    variants = [history]
    for order in orders.values():
        for share in SHARES:
            first = order[: max(1, round(share * len(history)))]
            variants += [history.without(first), history.take(np.sort(first))]
    standing = standings(model, sequences, user, item, variants)
    fall = (standing[0] - standing[1:]).reshape(len(orders), len(SHARES), 2)
    return [
        (order, (share, float(fall[i, j, 0]), float(fall[i, j, 1])))
        for i, order in enumerate(orders)
        for j, share in enumerate(SHARES)
    ]


def _reference_orders(
    model: Ranker, sequences: Sequences, user: int, item: int, random: np.random.Generator
) -> dict[str, NDArray[np.int64]]:
    history = history_of(sequences, user)
    left = np.arange(len(history))
    oracle: list[int] = []
    for _ in range(min(GREEDY, len(history) - 1)):
        variants = [history.without([*oracle, int(place)]) for place in left]
        standing = standings(model, sequences, user, item, variants)
        oracle.append(int(left[standing.argmin()]))
        left = np.delete(left, standing.argmin())
    variants = [history.without([*oracle, int(place)]) for place in left]
    rest = left[np.argsort(standings(model, sequences, user, item, variants), kind="stable")]
    return {
        "random": random.permutation(len(history)),
        "recency": np.arange(len(history))[::-1].copy(),
        "oracle": np.concatenate((np.array(oracle, dtype=np.int64), rest)),
    }


def _cases(sequences: Sequences, cases: int, seed: int) -> NDArray[np.int64]:
    fit = np.flatnonzero((sequences.lengths >= SHORTEST) & (sequences.lengths <= LONGEST))
    fit = np.array([user for user in fit if not _had_all(sequences, int(user))], dtype=np.int64)
    if len(fit) > cases:
        fit = np.random.default_rng(seed).choice(fit, cases, replace=False)
    return np.sort(fit)


def _had_all(sequences: Sequences, user: int) -> bool:
    """Whether nothing is left to list, and so to explain."""
    enough = sequences.lengths[user] >= sequences.n_items
    return bool(enough) and len(np.unique(sequences.item[sequences.rows_of(user)])) == sequences.n_items


def _first_item(model: Ranker, sequences: Sequences, user: int) -> int:
    users = np.array([user])
    return int(hide_seen(model.scores(sequences, users), sequences, users).argmax())


def _sign_errors(effect: Effects, single: Effects) -> float:
    """Among the quarter of events with the strongest single removals: the share with another sign."""
    strong = np.argsort(-np.abs(single), kind="stable")[: max(1, len(single) // 4)]
    return float(np.mean(np.sign(effect[strong]) * np.sign(single[strong]) < 0))


def _correlation(effect: Effects, other: Effects) -> float:
    if np.ptp(effect) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(spearmanr(effect, other).statistic)


def _curves(table: pd.DataFrame) -> pd.DataFrame:
    means = table.groupby(["order", "share"], sort=False)[["comprehensiveness", "sufficiency"]].mean()
    return means.reset_index()


def _summary(table: pd.DataFrame, traits: Sequence[tuple[str, float, float]], seed: int) -> pd.DataFrame:
    areas = table.groupby(["order", "user"], sort=False)[["comprehensiveness", "sufficiency"]].mean()
    known = pd.DataFrame(traits, columns=["order", "sign_errors", "randomised"]).groupby("order").mean()
    rows = []
    areas["over_recency"] = (
        areas["comprehensiveness"]
        - areas["comprehensiveness"]["recency"].reindex(areas.index.get_level_values("user")).to_numpy()
    )
    for order, group in areas.groupby("order", sort=False):
        row: dict[str, object] = {"order": order, "cases": len(group)}
        for name in MEASURES:
            low, high = _interval(group[name].to_numpy(), seed)
            row |= {name: group[name].mean(), f"{name}_low": low, f"{name}_high": high}
        rows.append(row)
    columns = ["order", "cases"] + [f"{name}{end}" for name in MEASURES for end in _ENDS]
    return pd.DataFrame(rows, columns=columns).merge(known, how="left", left_on="order", right_index=True)


_ENDS = ("", "_low", "_high")


def _interval(values: NDArray[np.float64], seed: int) -> tuple[float, float]:
    """95 % bootstrap interval of a mean over users."""
    drawn = np.random.default_rng(seed).choice(values, (1000, len(values)))
    low, high = np.quantile(drawn.mean(axis=1), [0.025, 0.975])
    return float(low), float(high)
