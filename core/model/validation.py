"""Validation events, ranked on the device that trains."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.model import devices, distributed
from core.model.evaluation import metrics
from core.model.network import InterestNetwork
from core.model.newcomers import Newcomers
from core.model.parts import Parts
from core.model.ranking import events_of, hide_seen, rank_of
from core.model.states import all_scores, item_vectors, last_states

Ints = NDArray[np.int64]
MOST_USERS = 10_000
"""Users that validation looks at, the same each time."""
SCORES = 1 << 23
"""Scores held at a time; a GPU holds more."""
DEVICE_SCORES = 1 << 27


class Validation:
    """Validation events of users with a history, ranked after what came before."""

    def __init__(self, parts: Parts, seed: int) -> None:
        split = parts.validation(MOST_USERS, seed)
        known = split.histories.lengths[split.users] > 0
        self.histories = split.histories
        self.users: Ints = split.users[known]
        self.target: Ints = split.targets[known]
        self.popularity = np.bincount(parts.train.item, minlength=parts.train.n_items)

    @torch.no_grad()
    def __call__(self, network: InterestNetwork) -> tuple[float, float]:
        """Hit rate and NDCG at 10; not a number where there is no user to look at."""
        if not len(self.users):
            return float("nan"), float("nan")
        vectors = item_vectors(network, self.popularity > 0)
        items = network.scorer.items(vectors)
        newcomers, group = Newcomers.of(vectors, self.popularity), distributed.present()
        mine, aims, ranks = group.part(self.users), group.part(self.target), [np.zeros(0, dtype=np.int64)]
        host = devices.on_host(network.device)
        step = max(1, (SCORES if host else DEVICE_SCORES) // len(items))
        for begin in range(0, len(mine), step):
            users, target = mine[begin : begin + step], aims[begin : begin + step]
            states = last_states(network, vectors, self.histories, users)
            if host:
                scores = hide_seen(all_scores(network, states, items, newcomers), self.histories, users)
                ranks.append(rank_of(scores, target))
            else:
                ranks.append(self._ranked(newcomers.lowered(network.scorer(states, items)), users, target))
        found = metrics(group.gathered(np.concatenate(ranks)))
        return found["hr@10"], found["ndcg@10"]

    def _ranked(self, scores: Tensor, users: Ints, target: Ints) -> Ints:
        """What `hide_seen` and `rank_of` say, by the device that has the scores (n, n_items)."""
        place, rows = events_of(self.histories, users)
        seen = torch.from_numpy(np.stack([place, self.histories.item[rows]])).to(scores.device)
        scores[seen[0], seen[1]] = -torch.inf
        aim = torch.from_numpy(target).to(scores.device)[:, None]
        own = scores.gather(1, aim)
        before = torch.arange(scores.shape[1], device=scores.device) < aim
        above = ((scores > own) | ((scores == own) & before)).sum(1) + 1
        found: Ints = torch.where(own[:, 0].isneginf(), 0, above).cpu().numpy()
        return found
