"""Dropout from a pool of ready masks: PyTorch's own costs several times the matrix product that it follows.

That holds for a processor. A GPU draws its numbers itself, from a generator of its own with the same seed.
"""

from collections import Counter
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.model import devices

POOL = 1 << 22
"""Random numbers in the pool; masks are slices of it from a random place."""
Whole = NDArray[np.uint32]


class Noise(Protocol):
    """Randomness of one epoch, a function of its seed alone, so that a resumed run draws the same."""

    random: np.random.Generator
    """Which windows there are, and in which order they come: the same for all ranks."""

    def dropped(self, values: Tensor, rate: float) -> Tensor:
        """Values, a share `rate` of them zeroed, the others scaled up."""
        ...

    def kept(self, rows: int, rate: float) -> Tensor:
        """Zero at a share `rate` of rows, one at the others, (rows, 1)."""
        ...

    def sample(self, wanted: int, total: int) -> Tensor:
        """Some of the numbers below `total`, rising, each once, about or exactly `wanted` of them."""
        ...


class HostNoise:
    """Noise of the processor, by numpy; of one of several ranks (`core.model.distributed`) its own."""

    def __init__(self, seed: int, epoch: int, rank: int | None = None) -> None:
        self.random, self._own = _generators(seed, epoch, rank)
        self._drawn: Whole = self.random.bit_generator.random_raw(POOL // 2).view(np.uint32)
        self._pools: dict[float, Tensor] = {}
        self._asked: Counter[float] = Counter()

    def dropped(self, values: Tensor, rate: float) -> Tensor:
        """Values, a share `rate` of them zeroed, the others scaled up."""
        return values * self.mask(values.shape, rate)

    def mask(self, shape: torch.Size, rate: float) -> Tensor:
        """Zeros at a share `rate` of places, 1 / (1 - rate) at the others."""
        size = shape.numel()
        if size > POOL // 2:
            return self._pool(rate).repeat(size // POOL + 1)[:size].view(shape)
        start = int(self._own.integers(0, POOL - size))
        self._asked[rate] += size
        if self._asked[rate] < POOL:  # an epoch of a small log asks for little of what there is
            return _mask(self._drawn[start : start + size], rate).view(shape)
        return self._pool(rate)[start : start + size].view(shape)

    def _pool(self, rate: float) -> Tensor:
        if rate not in self._pools:
            self._pools[rate] = _mask(self._drawn, rate)
        return self._pools[rate]

    def kept(self, rows: int, rate: float) -> Tensor:
        """Zero at a share `rate` of rows, one at the others, (rows, 1)."""
        return torch.from_numpy((self._own.random((rows, 1), dtype=np.float32) >= rate).astype(np.float32))

    def sample(self, wanted: int, total: int) -> Tensor:
        """About `wanted` numbers below `total`, rising: drawn with replacement, and each kept once."""
        return torch.from_numpy(np.unique(self._own.integers(0, total, wanted)))


def _mask(drawn: Whole, rate: float) -> Tensor:
    """Numbers as drawn are read as numpy's generators read them for `random(dtype=np.float32)`."""
    uniform = (drawn >> np.uint32(8)).astype(np.float32) * np.float32(2**-24)
    return torch.from_numpy((uniform >= rate).astype(np.float32) / np.float32(1 - rate))


class DeviceNoise:
    """Noise of a GPU, drawn on it."""

    def __init__(self, seed: int, epoch: int, device: torch.device, rank: int | None = None) -> None:
        self.random, own = _generators(seed, epoch, rank)
        self.device = device
        self.generator = torch.Generator(device).manual_seed(int(own.integers(1 << 62)))

    def dropped(self, values: Tensor, rate: float) -> Tensor:
        """Values, a share `rate` of them zeroed, the others scaled up."""
        mask = torch.empty_like(values).bernoulli_(1 - rate, generator=self.generator)
        return values * mask.mul_(1 / (1 - rate))

    def kept(self, rows: int, rate: float) -> Tensor:
        """Zero at a share `rate` of rows, one at the others, (rows, 1)."""
        return torch.empty(rows, 1, device=self.device).bernoulli_(1 - rate, generator=self.generator)

    def sample(self, wanted: int, total: int) -> Tensor:
        """`wanted` numbers below `total`, rising: one from each of as many even parts, with no look at what came."""
        edges = torch.arange(wanted + 1, device=self.device) * total // wanted
        share = torch.rand(wanted, generator=self.generator, device=self.device)
        sizes = torch.diff(edges)
        return edges[:-1] + torch.minimum((share * sizes).long(), sizes - 1)


def noise_of(seed: int, epoch: int, device: torch.device, rank: int | None = None) -> Noise:
    """The noise of an epoch on a device, or of one of several ranks."""
    return HostNoise(seed, epoch, rank) if devices.on_host(device) else DeviceNoise(seed, epoch, device, rank)


def _generators(seed: int, epoch: int, rank: int | None) -> tuple[np.random.Generator, np.random.Generator]:
    """What all ranks draw alike, and what each draws for itself: one and the same where there is one process."""
    shared = np.random.Generator(np.random.SFC64([seed, epoch]))
    return shared, shared if rank is None else np.random.Generator(np.random.SFC64([seed, epoch, 1 + rank]))


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
        return self.noise.dropped(values, self.rate)


def set_noise(module: torch.nn.Module, noise: Noise | None) -> None:
    """Turn dropout on for an epoch, or off."""
    for part in module.modules():
        if isinstance(part, Dropout):
            part.noise = noise
