"""How well a network in training ranks the validation event, all items in the running but those seen."""

import numpy as np
import torch
from numpy.typing import NDArray

from core.data.sequences import Sequences
from core.model.network import InterestNetwork
from core.model.states import item_vectors, last_states

Ints = NDArray[np.int64]
MOST_USERS = 10_000
"""Users that validation looks at, the same each time."""
STEP = 512
CUT = 10


class Validation:
    """The first held-out event of each user, ranked after what was trained on."""

    def __init__(self, sequences: Sequences, holdout: int, seed: int) -> None:
        self.train = sequences.without_last(holdout)
        users = np.flatnonzero((self.train.lengths > 0) & (sequences.lengths >= max(1, holdout)))
        if not holdout:
            users = users[:0]
        if len(users) > MOST_USERS:
            users = np.sort(np.random.default_rng(seed).choice(users, MOST_USERS, replace=False))
        self.users: Ints = users
        self.target: Ints = (
            sequences.item[sequences.offsets[users + 1] - holdout].astype(np.int64) if holdout else users
        )
        self.trained = np.bincount(self.train.item, minlength=sequences.n_items) > 0

    @torch.no_grad()
    def __call__(self, network: InterestNetwork) -> tuple[float, float]:
        """Hit rate and NDCG at 10; not a number where there is no user to look at."""
        if not len(self.users):
            return float("nan"), float("nan")
        vectors = item_vectors(network, self.trained)
        items = network.scorer.items(vectors)
        ranks = []
        for begin in range(0, len(self.users), STEP):
            users, target = self.users[begin : begin + STEP], self.target[begin : begin + STEP]
            states = last_states(network, vectors, self.train, users)
            ranks.append(self._ranks(network.scorer(states, items).numpy(), users, target))
        rank = np.concatenate(ranks)
        return float((rank < CUT).mean()), float(np.where(rank < CUT, 1 / np.log2(rank + 2), 0).mean())

    def _ranks(self, scores: NDArray[np.float32], users: Ints, target: Ints) -> Ints:
        """0-based rank of each target among what the user has not seen; ties count against it."""
        own = scores[np.arange(len(users)), target].copy()
        starts, lengths = self.train.offsets[users], self.train.lengths[users]
        row = np.repeat(np.arange(len(users)), lengths)
        behind = np.arange(len(row)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        scores[row, self.train.item[np.repeat(starts, lengths) + behind]] = -np.inf
        scores[np.arange(len(users)), target] = -np.inf
        rank: Ints = (scores >= own[:, None]).sum(1)
        return rank
