"""Dropout from a pool of ready masks: PyTorch's own costs several times the matrix product that it follows."""

import numpy as np
import torch
from torch import Tensor

POOL = 1 << 22
"""Random numbers in the pool; masks are slices of it from a random place."""


class Noise:
    """Randomness of one epoch, a function of its seed alone, so that a resumed run draws the same."""

    def __init__(self, seed: int, epoch: int) -> None:
        self.random = np.random.Generator(np.random.SFC64([seed, epoch]))
        self._uniform = self.random.random(POOL, dtype=np.float32)
        self._pools: dict[float, Tensor] = {}

    def mask(self, shape: torch.Size, rate: float) -> Tensor:
        """Zeros at a share `rate` of places, 1 / (1 - rate) at the others."""
        size = shape.numel()
        if rate not in self._pools:
            kept = (self._uniform >= rate).astype(np.float32) / np.float32(1 - rate)
            self._pools[rate] = torch.from_numpy(kept)
        pool = self._pools[rate]
        if size > POOL // 2:
            return pool.repeat(size // POOL + 1)[:size].view(shape)
        start = int(self.random.integers(0, POOL - size))
        return pool[start : start + size].view(shape)


class Dropout(torch.nn.Module):
    """Drops activations while the network has noise; without it nothing is dropped."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate
        self.noise: Noise | None = None

    def forward(self, values: Tensor) -> Tensor:
        """Values, some of them zeroed, the others scaled up."""
        if self.noise is None or not self.rate:
            return values
        return values * self.noise.mask(values.shape, self.rate)


def set_noise(module: torch.nn.Module, noise: Noise | None) -> None:
    """Turn dropout on for an epoch, or off."""
    for part in module.modules():
        if isinstance(part, Dropout):
            part.noise = noise
