"""Optimisers, and the running mean of the weights that ranks better than the last weights do."""

import contextlib
import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from core.model import uncompiled
from core.model.lazy import LEAST_ROWS, LazyAdam
from core.model.network import InterestNetwork
from core.settings import TrainingSettings

BETAS = (0.9, 0.98)
"""How much of the moments of Adam is kept at each step."""


def make_optimiser(network: InterestNetwork, settings: TrainingSettings) -> torch.optim.Optimizer:
    """Adam, AdamW (both in one fused pass) or RMSprop; Adam lets the rows of a large item table wait."""
    weights, rate, decay = list(network.parameters()), known(settings.learning_rate), settings.weight_decay
    if settings.optimiser == "rmsprop":
        return uncompiled.RMSprop(weights, rate, weight_decay=decay)
    if settings.optimiser == "adam" and not decay and len(network.items.table) >= LEAST_ROWS:
        network.items.sparse = True
        return LazyAdam(weights, network.items.table, rate, BETAS)
    kind = uncompiled.AdamW if settings.optimiser == "adamw" else uncompiled.Adam
    return kind(weights, rate, betas=BETAS, weight_decay=decay, fused=True)


def known(rate: float | None) -> float:
    """The learning rate, which stands in settings that are resolved; 0 learns nothing."""
    assert rate is not None, "settings are resolved before anything is trained"
    return rate


EVERY = 4
"""Steps between updates of the mean, which would otherwise cost as much as the optimiser on a large catalogue."""


class Average:
    """Exponential running mean of the weights, quick at the start: share kept = min(share, (1 + n) / (10 + n)).

    The rows of a table that waits (`LazyAdam`) are taken in when they are read, as if they had stood there since.
    """

    def __init__(self, network: nn.Module, share: float, lazy: nn.Parameter | None = None) -> None:
        self.share, self.updates = share, 0
        self.weights = list(network.parameters())
        self.names = [name for name, _ in network.named_parameters()]
        self.mean = [weight.detach().clone() for weight in self.weights] if share else []
        self.waiting = next((place for place, weight in enumerate(self.weights) if weight is lazy), None)
        self.faded = 0.0
        """Sum of the logarithms of all shares kept."""
        self.taken = torch.zeros(0 if lazy is None else len(lazy), device=self.weights[0].device)
        """What `faded` was when each row was taken in."""

    @torch.no_grad()
    def update(self) -> None:
        """Take in the weights after a step."""
        self.updates += 1
        if self.share and (self.updates % EVERY == 0 or self.updates < EVERY):
            kept = min(self.share, (1 + self.updates) / (10 + self.updates)) ** EVERY
            self.faded += math.log(kept)
            now = [place for place in range(len(self.mean)) if place != self.waiting]
            weights = [self.weights[place].detach() for place in now]
            torch._foreach_lerp_([self.mean[place] for place in now], weights, 1 - kept)

    @torch.no_grad()
    def catch_up(self, rows: Tensor | slice) -> None:
        """Take in rows of the table that waits, which `LazyAdam` has caught up with."""
        if self.waiting is None or not self.share:
            return
        mean, weight = self.mean[self.waiting], self.weights[self.waiting].detach()[rows]
        kept = torch.exp(self.faded - self.taken[rows])
        mean[rows] = torch.lerp(weight, mean[rows], kept[:, None])
        self.taken[rows] = self.faded

    @contextlib.contextmanager
    def swapped(self) -> Iterator[None]:
        """The network holds the mean inside, the trained weights again after."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    def state(self) -> dict[str, Tensor]:
        """What a checkpoint must hold, once every row was taken in."""
        return dict(zip(self.names, self.mean, strict=False)) | {"updates": torch.tensor(self.updates)}

    def load(self, state: dict[str, Tensor]) -> None:
        """Take it back from a checkpoint."""
        self.updates = int(state["updates"])
        for name, mean in zip(self.names, self.mean, strict=False):
            mean.copy_(state[name])

    def _swap(self) -> None:
        for weight, number in zip(self.weights, range(len(self.mean)), strict=False):
            weight.data, self.mean[number] = self.mean[number], weight.data
