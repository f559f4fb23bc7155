"""Batches of a log for a device: gathered by numpy for the processor, on a GPU from a copy of the log that lies there.

Which windows make up a batch is decided in one way for all.
"""

from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.data import Sequences
from core.model import devices
from core.model.batches import Batch, Windows, collate

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
EVEN = 8
"""Batches of a GPU are padded to a multiple of so many events, which its attention asks for."""


class Feed(Protocol):
    """Where a training takes its batches from."""

    def batch(self, windows: Windows, chosen: Ints, wanted: Bools) -> Batch:
        """Some windows as a batch; real are those places whose next event is wanted, (n_events,)."""
        ...

    def following(self, column: str, batch: Batch) -> Tensor:
        """What the event after each real place has in a column of whole numbers, (n,)."""
        ...


class HostFeed:
    """Batches by numpy."""

    def __init__(self, train: Sequences) -> None:
        self.train = train

    def batch(self, windows: Windows, chosen: Ints, wanted: Bools) -> Batch:
        """Some windows as a batch."""
        return collate(self.train, windows, chosen).before(wanted)

    def following(self, column: str, batch: Batch) -> Tensor:
        """A column of the events after the real places."""
        values: NDArray[np.int16 | np.int32] = getattr(self.train, column)
        return torch.from_numpy(values[batch.rows.numpy() + 1].astype(np.int64))


class DeviceFeed:
    """Batches gathered on a device: of each batch only places and lengths travel, without waiting for anything."""

    def __init__(self, train: Sequences, device: torch.device) -> None:
        self.train, self.device = train, device
        self.columns = {
            name: torch.from_numpy(getattr(train, name)).to(device) for name in ("item", "kind", "weight", "time")
        }

    def batch(self, windows: Windows, chosen: Ints, wanted: Bools) -> Batch:
        """Some windows as a batch."""
        length, begin = windows.length[chosen], windows.start[chosen]
        longest = -(-max(1, int(length.max())) // EVEN) * EVEN
        place = np.arange(longest)
        real = np.flatnonzero(place < length[:, None])
        row = (begin[:, None] + place).ravel()[real]
        kept = wanted[row + 1]
        parts = (begin, length, self.train.person(windows.user[chosen]), real[kept], row[kept])
        start, lengths, user, real_there, rows = self._sent(parts)
        places = torch.arange(longest, device=self.device)
        every = start[:, None] + torch.where(places < lengths[:, None], places, 0)
        columns = {name: values[every] for name, values in self.columns.items()}
        return Batch(
            item=columns["item"].long(),
            kind=columns["kind"].long(),
            weight=columns["weight"],
            time=columns["time"],
            user=user,
            real=real_there,
            rows=rows,
        )

    def following(self, column: str, batch: Batch) -> Tensor:
        """A column of the events after the real places."""
        return self.columns[column][batch.rows + 1].long()

    def _sent(self, parts: tuple[Ints, ...]) -> tuple[Tensor, ...]:
        """Arrays on the device, in one transfer that nothing waits for."""
        whole = torch.from_numpy(np.concatenate(parts))
        if self.device.type == "cuda":
            whole = whole.pin_memory()
        return torch.split(whole.to(self.device, non_blocking=True), [len(part) for part in parts])


def feed_of(train: Sequences, device: torch.device) -> Feed:
    """The feed of a device."""
    return HostFeed(train) if devices.on_host(device) else DeviceFeed(train, device)
