"""How far newcomers are raised in a blend, by what validation says of their true share.

What a blend says of an item that nobody has had is multiplied by the most that gives newcomers no more of the first
places of lists than they have of events, and that costs known items no more than `MOST_LOST` of their NDCG@10, unless
they lose that where nothing is multiplied. That is the whole score, or what content says alone: other parts are silent
about such an item, or guess. Which of the two finds newcomers better differs by log (`core.model.blend_choice`).

What they lose is expected, not counted, for of some hundred users two who lose a place would decide it: how often the
item to be found is the r-th known one is taken from all users, how many newcomers come before that from all lists.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.data import Sequences
from core.model.calibration import MOST_LOST, PLACES, best_of
from core.model.evaluation import K, Split, gains
from core.model.ranking import Scores, hide_seen, in_batches, rank_of

Ints = NDArray[np.int64]
FARTHEST = 1000.0
"""The most that anything is multiplied or divided by."""
STEPS = 24
"""Halvings of the range in which a factor is looked for."""
CELLS = 1 << 24
"""Scores of newcomers that are held: users are left out where there are more."""


class Halved(Protocol):
    """A ranker that tells what of a score is multiplied for newcomers."""

    def halves(self, histories: Sequences, users: Ints) -> tuple[Scores, Scores]:
        """What stays and what is multiplied, (len(users), n_items) each; a score is their sum."""
        ...


def raised(ranker: Halved, newcomers: Ints, split: Split) -> float:
    """What is multiplied with; 1 where no event of the split went to a newcomer, or all did."""
    new = np.zeros(split.histories.n_items, dtype=bool)
    new[newcomers] = True
    events = new[split.targets]
    if events.all() or not events.any():
        return 1.0
    step = -(-len(split.users) * len(newcomers) // CELLS)
    looks = _looks(ranker, new, Split(split.histories, split.users[::step], split.targets[::step]))
    places = min(PLACES, int((~new).sum()))
    due = events.mean() * places * sum(len(look.stays) for look in looks)
    found = np.bincount(np.concatenate([look.rank for look in looks]), minlength=K + 1)[1:].astype(np.float64)
    least = (1 - MOST_LOST) * sum(look.worth(0.0, found) for look in looks)
    share = _most(lambda factor: sum(look.entered(factor, places) for look in looks) <= due)
    bearable = _most(lambda factor: sum(look.worth(factor, found) for look in looks) >= least)
    return min(share, max(bearable, 1.0))


@dataclass(frozen=True, eq=False)
class _Look:
    """Some users, their newcomers, and the known items that these may displace."""

    stays: Scores
    """What is not multiplied, of newcomers, (n_users, n_new); -inf where one is hidden."""
    moves: Scores
    others: Scores
    """The best known items, best first, (n_users, PLACES at most)."""
    rank: Ints
    """Place of the item to be found among known ones; 0 where it is a newcomer, or beyond what counts, (n_users,)."""

    @classmethod
    def of(cls, halves: tuple[Scores, Scores], new: NDArray[np.bool_], targets: Ints) -> "_Look":
        """From both halves of all scores, (n_users, n_items)."""
        stays, moves = halves
        whole, place = (stays + moves)[:, ~new], np.cumsum(~new) - 1
        known = ~new[targets]
        rank = np.zeros(len(targets), dtype=np.int64)
        rank[known] = rank_of(whole[known], place[targets[known]])
        return cls(stays[:, new], moves[:, new], best_of(whole, PLACES), np.where(rank > K, 0, rank))

    def entered(self, factor: float, places: int) -> int:
        """How many newcomers are among the first places."""
        found = best_of(self.stays + np.float32(factor) * self.moves, places)
        passed = self.others[:, :places][:, ::-1][:, : found.shape[1]]
        return int((found > passed).sum())

    def worth(self, factor: float, found: NDArray[np.float64]) -> float:
        """NDCG@10 to be expected of known items, summed, where `found` says how often each place has it, (K,).

        At 0 as if there were no newcomers.
        """
        known = self.others[:, :K]
        rank = np.broadcast_to(np.arange(1, known.shape[1] + 1), known.shape)
        if factor:
            best = best_of(self.stays + np.float32(factor) * self.moves, K)
            rank = rank + (best[:, :, None] > known[:, None]).sum(1)
        worth = gains(rank.ravel())["ndcg@10"].to_numpy().reshape(known.shape)
        return float((worth @ found[: known.shape[1]]).sum())


def _looks(ranker: Halved, new: NDArray[np.bool_], split: Split) -> list[_Look]:
    done, looks = 0, []
    for users in in_batches(split.users, split.histories.n_items):
        stays, moves = ranker.halves(split.histories, users)
        looks.append(
            _Look.of((hide_seen(stays, split.histories, users), moves), new, split.targets[done : done + len(users)])
        )
        done += len(users)
    return looks


def _most(holds: Callable[[float], Any]) -> float:
    """The largest factor for which something holds that holds for none above another."""
    low, high = -np.log(FARTHEST), np.log(FARTHEST)
    if holds(float(np.exp(high))):
        return float(np.exp(high))
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(float(np.exp(middle))) else (low, middle)
    return float(np.exp(low))
