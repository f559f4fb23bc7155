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
from core.model.noise import Noise

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
EVEN = 8
"""Batches of a GPU are padded to a multiple of so many events, which its attention asks for."""


class Feed(Protocol):
    """Where a training takes its batches from."""

    def batch(self, windows: Windows, chosen: Ints, wanted: Bools) -> Batch:
        """Some windows as a batch; real are those places whose next event is wanted, (n_events,)."""
        ...

    def aims(self, batch: Batch, ahead: float, noise: Noise) -> Tensor:
        """Row of the event that each real place is to foresee, (n,): the next, or the one after it; see `aimed`."""
        ...

    def values(self, column: str, rows: Tensor) -> Tensor:
        """What some rows have in a column of whole numbers, (n,)."""
        ...


def aimed(batch: Batch, later: Tensor, ahead: float, noise: Noise) -> Tensor:
    """Row of the event after each real place, (n,); of a share `ahead` of them the one after that, where it is wanted.

    What comes a little later tells as well what a user is after, and is not known by heart as soon. `later` says of
    each row whether the one behind it is wanted, (n_events,).
    """
    rows = batch.rows + 1
    return rows + (later[rows] & (noise.kept(len(rows), ahead)[:, 0] == 0)) if ahead else rows


class HostFeed:
    """Batches by numpy."""

    def __init__(self, train: Sequences, wanted: Bools) -> None:
        """`wanted`: events that can be foreseen, (n_events,)."""
        self.train, self.later = train, torch.from_numpy(_shifted(wanted))

    def batch(self, windows: Windows, chosen: Ints, wanted: Bools) -> Batch:
        """Some windows as a batch."""
        return collate(self.train, windows, chosen).before(wanted)

    def aims(self, batch: Batch, ahead: float, noise: Noise) -> Tensor:
        """Rows to be foreseen."""
        return aimed(batch, self.later, ahead, noise)

    def values(self, column: str, rows: Tensor) -> Tensor:
        """A column of some rows."""
        values: NDArray[np.int16 | np.int32] = getattr(self.train, column)
        return torch.from_numpy(values[rows.numpy()].astype(np.int64))


class DeviceFeed:
    """Batches gathered on a device: of each batch only places and lengths travel, without waiting for anything."""

    def __init__(self, train: Sequences, wanted: Bools, device: torch.device) -> None:
        """`wanted`: events that can be foreseen, (n_events,)."""
        self.train, self.device = train, device
        self.later = torch.from_numpy(_shifted(wanted)).to(device)
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

    def aims(self, batch: Batch, ahead: float, noise: Noise) -> Tensor:
        """Rows to be foreseen."""
        return aimed(batch, self.later, ahead, noise)

    def values(self, column: str, rows: Tensor) -> Tensor:
        """A column of some rows."""
        return self.columns[column][rows].long()

    def _sent(self, parts: tuple[Ints, ...]) -> tuple[Tensor, ...]:
        """Arrays on the device, in one transfer that nothing waits for."""
        whole = torch.from_numpy(np.concatenate(parts))
        if self.device.type == "cuda":
            whole = whole.pin_memory()
        return torch.split(whole.to(self.device, non_blocking=True), [len(part) for part in parts])


def feed_of(train: Sequences, wanted: Bools, device: torch.device) -> Feed:
    """The feed of a device; `wanted` are events that can be foreseen, (n_events,)."""
    return HostFeed(train, wanted) if devices.on_host(device) else DeviceFeed(train, wanted, device)


def _shifted(wanted: Bools) -> Bools:
    """Of each row whether the one behind it is wanted: never another user's first, which nobody can foresee."""
    return np.append(wanted[1:], False)
