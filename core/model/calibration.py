"""How likely newcomers are, by what validation says: which share of its events went to items that were new then.

The model's logits tell newcomers from each other, and which user would take any of them; how likely newcomers are in
all is one number d that their logits are lowered by, the most likely one:

    sum over users of P(newcomer | user; d) = validation events of newcomers,  P = sigmoid(a_u - d),
    a_u = log sum exp of the logits of newcomers - log sum exp of those of all others

Items that are known do not pay for newcomers with more than `MOST_LOST` of their NDCG@10, unless they do so where
nothing is calibrated. For a blend, whose scores are no logits, see `core.model.raising`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.model.checkpoints import write_json
from core.model.evaluation import K, Split, gains
from core.model.interest_model import InterestModel
from core.model.parts import Parts
from core.model.ranker import Ranker
from core.model.ranking import Scores, hide_seen, in_batches, rank_of
from core.model.storage import NEWCOMERS, load

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Doubles = NDArray[np.float64]
USERS = 10_000
"""Users whose validation events decide, at most."""
PLACES = 20
"""First places of a list in which newcomers of a blend get the share that is theirs."""
MOST_LOST = 0.015
"""Share of the NDCG@10 of known items, on validation events, that they may lose to newcomers."""
FARTHEST = 200.0
"""More than a score is ever lowered or raised by."""


def calibrate(folder: Path, parts: Parts) -> None:
    """Find what the logits of newcomers of a trained run are lowered by, and keep it beside the weights.

    Nothing is kept where no validation event went to a newcomer, or all did.
    """
    split = parts.validation(USERS, 0)
    if not len(split.users):
        return
    model = load(folder, parts.train, chosen=True)
    known = split.histories.lengths[split.users] > 0
    found = penalty(model, Split(split.histories, split.users[known], split.targets[known]))
    if found is not None:
        write_json(folder / NEWCOMERS, {"penalty": found})


def penalty(model: InterestModel, split: Split) -> float | None:
    """What the logits of newcomers are lowered by; None where the events cannot tell."""
    new = _new(model.newcomers.described, split)
    events = int(new[split.targets].sum())
    if not 0 < events < len(split.targets):
        return None
    from scipy.optimize import brentq
    from scipy.special import expit

    odds, costs, usual = [], [], model.newcomers.penalty
    for logits, targets in _logits(model, split):
        logits[:, new] += np.float32(usual)
        odds.append(_log_sum(logits[:, new]) - _log_sum(logits[:, ~new]))
        costs.append(_Cost.of(logits, targets, new))
    every = np.concatenate(odds)
    likely = float(brentq(lambda by: float(expit(every - by).sum()) - events, -FARTHEST, FARTHEST))
    return max(likely, min(_Cost.joined(costs).bearable(), usual))


@dataclass(frozen=True, eq=False)
class _Cost:
    """What newcomers cost users whose next event is of a known item that is among the first."""

    rank: Ints
    """Place of the item among known ones, (n,)."""
    ahead: Doubles
    """How far the best newcomers lie above it, (n, at most K)."""

    @classmethod
    def of(cls, scores: Scores, targets: Ints, new: Bools) -> "_Cost":
        """From scores in which newcomers are not lowered, (n, n_items)."""
        known = np.flatnonzero(~new[targets])
        rows, place = scores[known], np.cumsum(~new) - 1
        rank = rank_of(rows[:, ~new], place[targets[known]])
        own = rows[np.arange(len(known)), targets[known]]
        first = (rank > 0) & (rank <= K) & np.isfinite(own)
        return cls(rank[first], (best_of(rows[first][:, new], K) - own[first, None]).astype(np.float64))

    @classmethod
    def joined(cls, costs: list["_Cost"]) -> "_Cost":
        """Of several batches of users."""
        return cls(np.concatenate([cost.rank for cost in costs]), np.concatenate([cost.ahead for cost in costs]))

    def bearable(self) -> float:
        """The least that newcomers can be lowered by so that what the known lose is bearable."""
        steps = np.unique(self.ahead[np.isfinite(self.ahead)])
        low, high = 0, len(steps)  # lowered by the last step, no newcomer is above
        before = gains(self.rank)["ndcg@10"].sum()
        while low < high:
            middle = (low + high) // 2
            after = gains(self.rank + (self.ahead > steps[middle]).sum(1))["ndcg@10"].sum()
            low, high = (low, middle) if after >= (1 - MOST_LOST) * before else (middle + 1, high)
        return float(steps[min(low, len(steps) - 1)]) if len(steps) else -FARTHEST


def _new(newcomers: Ints, split: Split) -> Bools:
    new = np.zeros(split.histories.n_items, dtype=bool)
    new[newcomers] = True
    return new


def _logits(ranker: Ranker, split: Split) -> Iterator[tuple[Scores, Ints]]:
    """Scores of the users of a split, those had before hidden, and their targets, in batches."""
    done = 0
    for users in in_batches(split.users, split.histories.n_items):
        scores = ranker.scores(split.histories, users)
        yield hide_seen(scores, split.histories, users), split.targets[done : done + len(users)]
        done += len(users)


def best_of(scores: Scores, count: int) -> Scores:
    """The best scores of each row, best first, (n_users, at most count)."""
    count = min(count, scores.shape[1])
    best: Scores = -np.sort(np.partition(-scores, count - 1, axis=1)[:, :count], axis=1) if count else scores[:, :0]
    return best


def _log_sum(logits: Scores) -> Doubles:
    """Logarithm of the sum of exponentials of each row."""
    top = logits.max(axis=1, keepdims=True)
    found: Doubles = np.log(np.exp(logits - top, dtype=np.float64).sum(axis=1)) + top[:, 0]
    return found
