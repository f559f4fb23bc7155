"""Histories cut into windows and put together into batches of like length.

A window of a training history holds up to `window` inputs and as many targets; windows of one user follow each other
without overlap, from a random phase that changes with the epoch, so that all of a history is learned from.

For states, windows lie on a fixed grid of half a window: the state after event t reads events
`max(0, (t // half - 1) * half)` to t. It is therefore the same whether a history is encoded whole or event by event.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.data import Sequences

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Windows:
    """Runs of rows of `Sequences`: window w holds `length[w]` rows from `start[w]` on."""

    start: Ints
    length: Ints
    user: Ints
    """Integer user of each window."""

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, eq=False)
class Batch:
    """Windows of like length, padded at the right; all tensors (windows, longest)."""

    item: Tensor
    kind: Tensor
    weight: Tensor
    time: Tensor
    user: Tensor
    """Integer user of each window, (windows,)."""
    real: Tensor
    """Flat places of what is no padding, (n,)."""
    rows: Tensor
    """Row of `Sequences` behind each real place, (n,)."""

    def to(self, device: torch.device) -> "Batch":
        """The same on a device."""
        if device == self.item.device:
            return self
        return Batch(**{name: tensor.to(device) for name, tensor in vars(self).items()})

    def before(self, wanted: NDArray[np.bool_]) -> "Batch":
        """Only those real places whose next row is wanted, (n_events,)."""
        kept = torch.from_numpy(wanted[self.rows.numpy() + 1])
        return replace(self, real=self.real[kept], rows=self.rows[kept])


def training_windows(offsets: Ints, window: int, random: np.random.Generator) -> Windows:
    """Windows of inputs over whole histories; each event but a user's first is the target after one input."""
    inputs = np.maximum(np.diff(offsets) - 1, 0)
    phase = np.where(inputs > window, random.integers(1, window + 1, len(inputs)), window)
    pieces = np.where(inputs > 0, 1 + np.maximum(0, -(-(inputs - phase) // window)), 0)
    user = np.repeat(np.arange(len(inputs)), pieces)
    number = np.arange(len(user)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    begin = np.where(number > 0, phase[user] + (number - 1) * window, 0)
    end = np.minimum(phase[user] + number * window, inputs[user])
    return Windows(offsets[user] + begin, end - begin, user)


def targets(sequences: Sequences, *, repeats: bool) -> NDArray[np.bool_]:
    """Which events can be foreseen, (n_events,): not a user's first, nor, without `repeats`, an item had before."""
    later = sequences.event_index > 0
    if repeats:
        return later
    pair = sequences.user * sequences.n_items + sequences.item
    first = np.zeros(len(sequences), dtype=bool)
    first[np.unique(pair, return_index=True)[1]] = True
    return later & first


def grid_start(event: Ints, window: int) -> Ints:
    """First event that the state after each event reads."""
    half = max(1, window // 2)
    return np.maximum(0, (event // half - 1) * half)


def state_windows(offsets: Ints, window: int) -> tuple[Windows, Ints]:
    """Windows whose last parts make up all states, and how many of the first places of each are only context."""
    half = max(1, window // 2)
    lengths = np.diff(offsets)
    pieces = np.where(lengths > 2 * half, -(-lengths // half) - 1, (lengths > 0).astype(np.int64))
    user = np.repeat(np.arange(len(lengths)), pieces)
    number = np.arange(len(user)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    begin = number * half
    end = np.minimum(begin + 2 * half, lengths[user])
    return Windows(offsets[user] + begin, end - begin, user), np.where(number > 0, half, 0)


def last_windows(offsets: Ints, users: Ints, window: int) -> Windows:
    """The window that ends with the last event of each user; empty where there is none."""
    lengths = offsets[users + 1] - offsets[users]
    begin = np.where(lengths > 0, grid_start(lengths - 1, window), 0)
    return Windows(offsets[users] + begin, lengths - begin, users)


def grouped(windows: Windows, tokens: int, random: np.random.Generator | None = None) -> Iterator[Ints]:
    """Numbers of windows that go into one batch: like lengths, at most `tokens` places with padding.

    With `random`, windows of the same length and the batches come in a random order.
    """
    if not len(windows):
        return
    tie = random.random(len(windows)) if random else np.zeros(len(windows))
    order = np.lexsort((tie, -windows.length))
    batches = []
    begin = 0
    while begin < len(order):
        count = max(1, tokens // max(1, int(windows.length[order[begin]])))
        batches.append(order[begin : begin + count])
        begin += count
    if random:
        random.shuffle(batches)
    yield from batches


def collate(sequences: Sequences, windows: Windows, chosen: Ints) -> Batch:
    """The tensors of some windows."""
    length = windows.length[chosen]
    longest = max(1, int(length.max()))
    place = np.arange(longest)
    inside = place < length[:, None]
    rows = np.where(inside, windows.start[chosen][:, None] + place, windows.start[chosen][:, None])
    rows = np.minimum(rows, max(0, len(sequences) - 1))
    real = np.flatnonzero(inside)
    return Batch(
        item=torch.from_numpy(sequences.item[rows].astype(np.int64)),
        kind=torch.from_numpy(sequences.kind[rows].astype(np.int64)),
        weight=torch.from_numpy(sequences.weight[rows]),
        time=torch.from_numpy(sequences.time[rows]),
        user=torch.from_numpy(sequences.person(windows.user[chosen])),
        real=torch.from_numpy(real),
        rows=torch.from_numpy(rows.ravel()[real]),
    )
