"""The items that any of several rankers would show: where blends of them are tried cheaply."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.model.blend import scale
from core.model.evaluation import Split, gains
from core.model.ranker import Ranker
from core.model.ranking import Scores, hide_seen, in_batches, rank_of, top_items

TEMPERATURES = (0.7, 1.0, 1.5)
"""Temperatures that a model's logits are scaled with."""
BEST = 100
"""Best items of each ranker that are in the pool: the ten best of a blend lie within."""
SMOOTHING = 4
AT_ONCE = 5
"""Scaled scores of all items that are held for each user at a time, about: one for each scale of each ranker."""
NONE = -1.0
"""Scaled score of a place without an item: below all others."""
Scale: TypeAlias = tuple[str, float | None]
"""Name of a ranker, and the temperature of its logits (None for a baseline)."""
Weights: TypeAlias = dict[Scale, float]


@dataclass(frozen=True, eq=False)
class Pool:
    """Scaled scores of some rankers for each user's pool of items, the item to be found among them."""

    target: NDArray[np.int64]
    """Place of the item to be found, (n_users,)."""
    scaled: dict[Scale, Scores]
    """(n_users, n_pool) for each scale."""

    @classmethod
    def of(cls, rankers: Mapping[str, Ranker], model: str, split: Split) -> Self:
        """Score the users of a split in batches; `model` names the ranker whose scores are logits."""
        parts: list[tuple[NDArray[np.int64], dict[Scale, Scores]]] = []
        done = 0
        for users in in_batches(split.users, AT_ONCE * split.histories.n_items):
            batch = Split(split.histories, users, split.targets[done : done + len(users)])
            parts.append(_pooled(rankers, model, batch))
            done += len(users)
        if not parts:
            return cls(np.empty(0, dtype=np.int64), {})
        width = max(scores.shape[1] for _, scaled in parts for scores in scaled.values())
        scaled = {key: np.concatenate([_padded(part[key], width) for _, part in parts]) for key in parts[0][1]}
        return cls(np.concatenate([target for target, _ in parts]), scaled)

    def blended(self, weights: Weights) -> Scores:
        """Weighted sum of scaled scores, (n_users, n_pool)."""
        total = np.zeros_like(next(iter(self.scaled.values())))
        for key, weight in weights.items():
            total += np.float32(weight) * self.scaled[key]
        return total

    def worth(self, scores: Scores) -> NDArray[np.float64]:
        """1 / (rank + 4) of the item to be found, not cut at 10, ties at their middle, (n_users,).

        A choice by it errs less than one by NDCG@10, in which users whose item just misses the ten best have
        no say, and looks less at the far end of a large catalogue than uncut NDCG does.
        """
        own = scores[np.arange(len(self.target)), self.target][:, None]
        above = np.count_nonzero(scores > own, axis=1)
        equal = np.count_nonzero(scores == own, axis=1)
        worth: NDArray[np.float64] = 1 / (above + (equal + 1) / 2 + SMOOTHING)
        return worth

    def ndcg(self, scores: Scores) -> float:
        """Mean NDCG@10, as `evaluation` reckons it; 0 without users."""
        return float(gains(rank_of(scores, self.target))["ndcg@10"].mean()) if len(self.target) else 0.0


def _pooled(rankers: Mapping[str, Ranker], model: str, split: Split) -> tuple[NDArray[np.int64], dict[Scale, Scores]]:
    """Place of the target and scaled scores within the pool of each user, items rising by id."""
    scaled: dict[Scale, Scores] = {}
    best = [split.targets[:, None]]
    for name, ranker in rankers.items():
        scores = ranker.scores(split.histories, split.users)
        for temperature in TEMPERATURES if name == model else (None,):
            scaled[name, temperature] = scale(scores, temperature)
        best.append(top_items(hide_seen(scores, split.histories, split.users), BEST)[0])
    items = np.sort(np.concatenate(best, axis=1), axis=1)
    hidden = hide_seen(np.zeros_like(scores), split.histories, split.users)
    left_out = np.isneginf(np.take_along_axis(hidden, items, axis=1))
    left_out[:, 1:] |= items[:, 1:] == items[:, :-1]
    pooled = {key: np.take_along_axis(scores, items, axis=1) for key, scores in scaled.items()}
    for scores in pooled.values():
        scores[left_out] = NONE
    return (items == split.targets[:, None]).argmax(axis=1), pooled


def _padded(scores: Scores, width: int) -> Scores:
    return np.pad(scores, ((0, 0), (0, width - scores.shape[1])), constant_values=NONE)
