"""What training minimises: the loss of the next item, and of its category and the kind of event beside it."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.data import Sequences
from core.model.batches import Batch
from core.model.losses import gbce_loss, logit_softmax_loss, softmax_loss
from core.model.network import InterestNetwork
from core.model.noise import Noise
from core.settings import Settings

Ints = NDArray[np.int64]
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
    """The loss of a batch under some settings."""

    def __init__(self, network: InterestNetwork, train: Sequences, settings: Settings) -> None:
        self.network, self.train, self.settings = network, train, settings.training
        self.active = np.unique(train.item).astype(np.int64)
        self.place = np.full(train.n_items, -1, dtype=np.int64)
        sampled = settings.training.loss != "softmax" or settings.model.scorer != "inner"
        self.negatives = self._negatives(settings) if sampled else len(self.active)
        self.id_dropout = settings.model.id_dropout or 0.0

    def _negatives(self, settings: Settings) -> int:
        wanted = settings.training.negatives or MOST_PAIRWISE
        most = MOST_PAIRWISE if settings.model.scorer != "inner" else len(self.active)
        return min(wanted, most, len(self.active))

    def __call__(self, batch: Batch, noise: Noise) -> Tensor:
        """Mean loss of all targets of a batch."""
        target = self.train.item[batch.rows.numpy() + 1].astype(np.int64)
        rows = self._rows(batch.item.numpy(), target, noise)
        vectors = self.network.items(rows.items, self._id_kept(len(rows.items), noise))
        inputs = functional.embedding(rows.inputs, vectors)
        states, _ = self.network(inputs, batch)
        states = states.reshape(-1, states.shape[-1])
        if len(batch.real) < len(states):
            states = states[batch.real]
        return self._next_item(states, vectors, rows) + self._side_tasks(states, target, batch)

    def _rows(self, items: Ints, target: Ints, noise: Noise) -> Rows:
        candidates = self.active
        if self.negatives < len(self.active):
            candidates = self.active[np.unique(noise.random.integers(0, len(self.active), self.negatives))]
        self.place[candidates] = np.arange(len(candidates))
        used = np.concatenate([items.ravel(), target])
        others = np.unique(used[self.place[used] < 0])
        self.place[others] = len(candidates) + np.arange(len(others))
        every = np.concatenate([candidates, others])
        inputs, targets = torch.from_numpy(self.place[items]), torch.from_numpy(self.place[target])
        self.place[every] = -1
        return Rows(torch.from_numpy(every), len(candidates), inputs, targets)

    def _id_kept(self, rows: int, noise: Noise) -> Tensor | None:
        if not self.id_dropout or self.network.items.attributes is None:
            return None
        return torch.from_numpy(
            (noise.random.random((rows, 1), dtype=np.float32) >= self.id_dropout).astype(np.float32)
        )

    def _next_item(self, states: Tensor, vectors: Tensor, rows: Rows) -> Tensor:
        scorer, candidates = self.network.scorer, rows.candidates
        prepared, items = scorer.states(states), scorer.items(vectors)
        correction = float(np.log(len(self.active) / candidates))
        if self.settings.loss != "gbce" and self.network.settings.scorer == "inner":
            return softmax_loss(prepared, items, rows.targets, candidates, correction)
        logits = scorer(prepared, items[:candidates])
        own = scorer.matched(prepared, items[rows.targets])
        if self.settings.loss == "gbce":
            return gbce_loss(logits, own, rows.targets, candidates / max(candidates, len(self.active) - 1))
        return logit_softmax_loss(logits, own, rows.targets, correction)

    def _side_tasks(self, states: Tensor, target: Ints, batch: Batch) -> Tensor:
        loss: Tensor = states.new_zeros(())
        if self.settings.category_task and self.network.next_category is not None:
            shares = torch.from_numpy(self.train.catalogue.shares_of(target))
            logs = torch.log_softmax(self.network.next_category(states), -1)
            loss = loss - self.settings.category_task * (shares * logs).sum(-1).mean()
        if self.settings.kind_task and self.network.next_kind is not None:
            kinds = torch.from_numpy(self.train.kind[batch.rows.numpy() + 1].astype(np.int64))
            loss = loss + self.settings.kind_task * functional.cross_entropy(self.network.next_kind(states), kinds)
        return loss
