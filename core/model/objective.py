"""What training minimises: the loss of the next item, and of its category and the kind of event beside it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.data import Sequences
from core.model import devices
from core.model.batches import Batch
from core.model.feeding import Feed
from core.model.losses import gbce_loss, logit_softmax_loss, softmax_loss
from core.model.network import InterestNetwork
from core.model.noise import Noise
from core.settings import Settings

MOST_PAIRWISE = 256
"""Negatives for a scorer that is a network of its own: its hidden layer sees every pair."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Items whose vectors a batch needs: candidates first, then its other inputs and targets."""

    items: Tensor
    candidates: int
    inputs: Tensor
    """Place of each input in `items`, (batch, time)."""
    targets: Tensor
    """Place of each target in `items`, (n,)."""


class Objective:
    """The loss of a batch under some settings, on the device that the network is on."""

    def __init__(self, network: InterestNetwork, train: Sequences, settings: Settings, feed: Feed) -> None:
        self.network, self.train, self.settings, self.feed = network, train, settings.training, feed
        self.device = network.device
        self.active = torch.from_numpy(np.unique(train.item).astype(np.int64)).to(self.device)
        self.place = torch.full((train.n_items,), -1, dtype=torch.int64, device=self.device)
        sampled = settings.training.loss != "softmax" or settings.model.scorer != "inner"
        self.negatives = self._negatives(settings) if sampled else len(self.active)
        self.id_dropout = settings.model.id_dropout or 0.0
        self.touch: Callable[[Tensor], None] = lambda _rows: None
        """Told of the rows of the item table before a batch reads them."""
        self.tasks: dict[str, Tensor] = {}
        """Mean loss of the last batch by task, each without its weight; empty where there is but one task."""

    def _negatives(self, settings: Settings) -> int:
        wanted = settings.training.negatives or MOST_PAIRWISE
        most = MOST_PAIRWISE if settings.model.scorer != "inner" else len(self.active)
        return min(wanted, most, len(self.active))

    def __call__(self, batch: Batch, noise: Noise) -> Tensor:
        """Mean loss of all targets of a batch."""
        aims = self.feed.aims(batch, self.settings.ahead or 0.0, noise)
        target = self.feed.values("item", aims)
        rows = self._rows(batch.item, target, noise)
        self.touch(rows.items)
        vectors = self.network.items(rows.items, self._id_kept(len(rows.items), noise))
        with devices.autocast(self.device, self.settings.precision):
            states, _ = self.network(functional.embedding(rows.inputs, vectors), batch)
        states = states.reshape(-1, states.shape[-1])
        if len(batch.real) < len(states):
            states = states[batch.real]
        following, sides = self._next_item(states, vectors, rows), self._side_tasks(states, target, aims)
        if not sides:
            return following
        self.tasks = {"item": following.detach()} | {name: loss.detach() for name, (_, loss) in sides.items()}
        beside: Tensor = sum((weight * loss for weight, loss in sides.values()), start=states.new_zeros(()))
        return following + beside

    def _rows(self, items: Tensor, target: Tensor, noise: Noise) -> Rows:
        every = candidates = self.active
        if self.negatives < len(self.active):
            candidates = self.active[noise.sample(self.negatives, len(self.active))]
        self.place[candidates] = torch.arange(len(candidates), device=self.device)
        if len(candidates) < len(self.active):  # else there are no others, and nobody need count them
            used = torch.cat([items.flatten(), target])
            others = torch.unique(used[self.place[used] < 0])
            self.place[others] = len(candidates) + torch.arange(len(others), device=self.device)
            every = torch.cat([candidates, others])
        rows = Rows(every, len(candidates), self.place[items], self.place[target])
        self.place[every] = -1
        return rows

    def _id_kept(self, rows: int, noise: Noise) -> Tensor | None:
        if not self.id_dropout or not self.network.items.described:
            return None
        return noise.kept(rows, self.id_dropout)

    def _next_item(self, states: Tensor, vectors: Tensor, rows: Rows) -> Tensor:
        scorer, candidates = self.network.scorer, rows.candidates
        prepared, items = scorer.states(states), scorer.items(vectors)
        correction, smoothing = float(np.log(len(self.active) / candidates)), self.settings.smoothing or 0.0
        if self.settings.loss != "gbce" and self.network.settings.scorer == "inner":
            return softmax_loss(prepared, items, rows.targets, candidates, correction, smoothing)
        logits = scorer(prepared, items[:candidates])
        own = scorer.matched(prepared, items[rows.targets])
        if self.settings.loss == "gbce":
            return gbce_loss(logits, own, rows.targets, candidates / max(candidates, len(self.active) - 1))
        return logit_softmax_loss(logits, own, rows.targets, correction, smoothing)

    def _side_tasks(self, states: Tensor, target: Tensor, aims: Tensor) -> dict[str, tuple[float, Tensor]]:
        """Weight and mean loss of each task that is learned beside the next item, by its name."""
        found: dict[str, tuple[float, Tensor]] = {}
        if self.settings.category_task and self.network.next_category is not None:
            shares = torch.from_numpy(self.train.catalogue.shares_of(target.cpu().numpy())).to(self.device)
            logs = torch.log_softmax(self.network.next_category(states), -1)
            found["category"] = self.settings.category_task, -(shares * logs).sum(-1).mean()
        if self.settings.kind_task and self.network.next_kind is not None:
            kinds = self.feed.values("kind", aims)
            loss = functional.cross_entropy(self.network.next_kind(states), kinds)
            found["kind"] = self.settings.kind_task, loss
        return found
