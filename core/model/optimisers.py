"""Optimisers, and the running mean of the weights that ranks better than the last weights do."""

import contextlib
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from core.settings import TrainingSettings


def make_optimiser(network: nn.Module, settings: TrainingSettings) -> torch.optim.Optimizer:
    """Adam, AdamW (both in one fused pass) or RMSprop over all weights."""
    weights, rate, decay = list(network.parameters()), settings.learning_rate, settings.weight_decay
    if settings.optimiser == "rmsprop":
        return torch.optim.RMSprop(weights, rate, weight_decay=decay)
    kind = torch.optim.AdamW if settings.optimiser == "adamw" else torch.optim.Adam
    return kind(weights, rate, betas=(0.9, 0.98), weight_decay=decay, fused=True)


EVERY = 4
"""Steps between updates of the mean, which would otherwise cost as much as the optimiser on a large catalogue."""


class Average:
    """Exponential running mean of the weights, quick at the start: share kept = min(share, (1 + n) / (10 + n))."""

    def __init__(self, network: nn.Module, share: float) -> None:
        self.share, self.updates = share, 0
        self.weights = list(network.parameters())
        self.names = [name for name, _ in network.named_parameters()]
        self.mean = [weight.detach().clone() for weight in self.weights] if share else []

    @torch.no_grad()
    def update(self) -> None:
        """Take in the weights after a step."""
        self.updates += 1
        if self.share and (self.updates % EVERY == 0 or self.updates < EVERY):
            kept = min(self.share, (1 + self.updates) / (10 + self.updates)) ** EVERY
            torch._foreach_lerp_(self.mean, [weight.detach() for weight in self.weights], 1 - kept)

    @contextlib.contextmanager
    def swapped(self) -> Iterator[None]:
        """The network holds the mean inside, the trained weights again after."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    def state(self) -> dict[str, Tensor]:
        """What a checkpoint must hold."""
        return dict(zip(self.names, self.mean, strict=False)) | {"updates": torch.tensor(self.updates)}

    def load(self, state: dict[str, Tensor]) -> None:
        """Take it back from a checkpoint."""
        self.updates = int(state["updates"])
        for name, mean in zip(self.names, self.mean, strict=False):
            mean.copy_(state[name])

    def _swap(self) -> None:
        for weight, number in zip(self.weights, range(len(self.mean)), strict=False):
            weight.data, self.mean[number] = self.mean[number], weight.data
