"""Several processes that train one model: each learns from a part of every batch, and all hold the same weights.

Each is a rank. Which windows make up a batch all draw from one generator, and each takes every `size`-th of them;
dropout, hidden ids and negatives are its own. A loss is a mean over targets, so the gradient of the whole batch is

    sum over ranks of n_rank / n times the gradient of the rank's loss,   n = sum of all n_rank

which ranks add up before each of them makes the same step. Of the item table travel only rows that some rank reads,
and all ranks know of them before: a row that waits (`core.model.lazy`) must catch up everywhere. PyTorch's
DistributedDataParallel costs no less for weights that are dense (`bench.ranks sums`) and does not know of rows.
"""

import contextlib
import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import ParamSpec, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, distributed, nn

from core.errors import RankLostError, SettingsError
from core.model import uncompiled
from core.model.batches import Batch, Windows
from core.model.network import InterestNetwork
from core.phrases import say

Ints = NDArray[np.int64]
P = ParamSpec("P")
T = TypeVar("T")
WAIT = timedelta(minutes=30)
"""How long a rank waits for one that is silent; of one that ended it hears at once."""
FEW = 4
"""Rows of the item table travel by themselves where all ranks together read less than one in so many of them: what the
rows take to be told and sorted is about what the whole gradient takes, where it is half of the table."""
BUCKET = 1 << 20
"""Numbers of a gradient from which it travels by itself; smaller ones go together, as many as that."""
LONGEST = 256
"""Bytes of a text that one rank tells the others."""


class Alone:
    """The only process of a training: nothing to share."""

    number: int | None = None
    """Which rank this is."""
    size: int = 1
    """How many there are."""

    @property
    def leads(self) -> bool:
        """Whether this one writes files and tells how far training is."""
        return not self.number

    def begin(self, network: InterestNetwork, means: list[Tensor], mark: str) -> None:
        """Start from the weights (and their running means) of rank 0; `mark` says what all ranks must begin from."""

    def slices(self, batches: Iterable[Ints], _windows: Windows, _wanted: NDArray[np.bool_]) -> Iterable[Ints]:
        """Of each batch the windows that this rank learns from; `wanted` are events that are targets, (n_events,)."""
        return batches

    def targets(self, batch: Batch) -> int:
        """How many targets of a batch count, of those that were cut by `slices` last."""
        return len(batch.real)

    def weighed(self, loss: Tensor) -> Tensor:
        """The mean loss of this rank's targets as its part in that of all."""
        return loss

    def union(self, rows: Tensor | slice) -> Tensor | slice:
        """Rows of the item table that any rank reads in this step, each once, of those that this one reads."""
        return rows

    def add_up(self, weights: Iterable[nn.Parameter]) -> None:
        """Add up the gradients of all ranks."""

    def part(self, values: Ints) -> Ints:
        """This rank's share of some rows."""
        return values

    def gathered(self, values: Ints) -> Ints:
        """The values of all ranks, one after the other, (n,)."""
        return values

    def summed(self, *values: float) -> tuple[float, ...]:
        """Numbers added up over all ranks."""
        return values

    def told(self, text: str) -> str:
        """What rank 0 says, a short text; the others need say nothing."""
        return text

    def wait(self) -> None:
        """Go on when all ranks have come so far."""


def _heard(work: Callable[P, T]) -> Callable[P, T]:
    """What ranks do together, raising `RankLostError` where one is gone."""

    def hearing(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return work(*args, **kwargs)
        except RuntimeError as error:
            raise RankLostError(say("errors.rank_lost", why=_reason(str(error)))) from error

    return hearing


def _reason(text: str) -> str:
    """What went wrong, without the place in the library's code before it and its advice behind it.

    >>> _reason("[/build/pair.cc:537] Read error [10.0.0.7]:39134: Connection reset by peer. This is typically ..")
    'Read error [10.0.0.7]:39134: Connection reset by peer'
    """
    return re.sub(r"^\[[^]]*\] ", "", text.partition("\n")[0]).partition(". ")[0].rstrip(".")


class Group(Alone):
    """One of several ranks. All must call the same methods in the same order."""

    def __init__(self, number: int, size: int) -> None:
        self.number, self.size = number, size
        self.table: nn.Parameter | None = None
        self.waits = False
        """Whether rows of the item table wait until they are read, so that its gradient always comes by rows."""
        self.share, self.mine = 1.0, 0
        """Of the batch at hand: the share of its targets that is this rank's, and how many they are."""
        self.own: Tensor | None = None
        """Rows of the item table that this rank reads in this step; None where the whole gradient travels."""
        self.counts: list[int] = []
        self.rows = self.place = torch.zeros(0, dtype=torch.int64)
        """Rows that any rank reads, and where in them each row of each rank stands."""

    def begin(self, network: InterestNetwork, means: list[Tensor], mark: str) -> None:
        """Start from the weights of rank 0; raises `SettingsError` where ranks do not begin from the same."""
        self._check_device(network.device)
        self.table, self.waits = network.items.table, network.items.sparse
        number = int.from_bytes(hashlib.sha256(mark.encode()).digest()[:7])
        marks = torch.cat(self._every(torch.tensor([number]))).tolist()
        other = [rank for rank, found in enumerate(marks) if found != marks[0]]
        if other:
            raise SettingsError(say("errors.ranks_differ", rank=other[0]))
        for tensor in (*network.state_dict().values(), *means):
            self._from_first(tensor)

    def slices(self, batches: Iterable[Ints], windows: Windows, wanted: NDArray[np.bool_]) -> Iterator[Ints]:
        """Every `size`-th window; all of them, which then do not count, where no target is in those."""
        before = np.concatenate(([0], np.cumsum(wanted)))
        targets = before[windows.start + windows.length + 1] - before[windows.start + 1]
        for chosen in batches:
            whole, own = int(targets[chosen].sum()), self.part(chosen)
            if whole:
                self.mine = int(targets[own].sum())
                self.share = self.mine / whole
                yield own if self.mine else chosen

    def targets(self, _batch: Batch) -> int:
        """How many of the batch at hand are this rank's."""
        return self.mine

    def weighed(self, loss: Tensor) -> Tensor:
        """The mean loss of this rank's targets times their share."""
        return loss * self.share

    def union(self, rows: Tensor | slice) -> Tensor | slice:
        """Rows that any rank reads, rising."""
        if isinstance(rows, slice):
            return rows
        assert self.table is not None, "a group begins before it learns"
        self.counts = [int(count) for count in self._every(torch.tensor([len(rows)]))]
        self.own = rows if self.waits or FEW * sum(self.counts) < len(self.table) else None
        if self.own is None:
            return rows
        self.rows, self.place = torch.unique(torch.cat(self._uneven(rows, self.counts)), return_inverse=True)
        return self.rows

    def add_up(self, weights: Iterable[nn.Parameter]) -> None:
        """Add up the gradients of all ranks: of the item table by rows, where `union` found few."""
        few = self.table if self.own is not None else None
        self._add([weight.grad for weight in weights if weight.grad is not None and weight is not few])
        if few is not None and few.grad is not None:
            few.grad = self._added_rows(few.grad)

    def part(self, values: Ints) -> Ints:
        """Every `size`-th row."""
        return values[self.number :: self.size]

    def gathered(self, values: Ints) -> Ints:
        """The values of all ranks."""
        counts = [int(count) for count in self._every(torch.tensor([len(values)]))]
        found: Ints = torch.cat(self._uneven(torch.from_numpy(np.ascontiguousarray(values)), counts)).numpy()
        return found

    def summed(self, *values: float) -> tuple[float, ...]:
        """Numbers added up over all ranks."""
        return tuple(torch.stack(self._every(torch.tensor(values, dtype=torch.float64))).sum(0).tolist())

    def told(self, text: str) -> str:
        """What rank 0 says."""
        said = text.encode().ljust(LONGEST, b"\0")
        letters = torch.tensor(list(said[:LONGEST]), dtype=torch.uint8)
        self._from_first(letters)
        return bytes(letters.tolist()).rstrip(b"\0").decode()

    def wait(self) -> None:
        """Go on when all ranks have come so far."""
        self.summed(0.0)

    def _check_device(self, device: torch.device) -> None:
        """Raise `SettingsError` where there is no device for each rank of this machine."""
        there, here = torch.cuda.device_count(), int(os.environ.get("LOCAL_WORLD_SIZE", self.size))
        if device.type == "mps" or (device.type == "cuda" and here > there):
            raise SettingsError(say("errors.ranks_device", ranks=here, device=device.type, there=there))

    def _added_rows(self, gradient: Tensor) -> Tensor:
        """The gradient of the item table with what all ranks have of the rows that any of them reads."""
        values = gradient._values() if gradient.is_sparse else gradient[self.own]
        every = torch.cat(self._uneven(values, self.counts))
        total = values.new_zeros(len(self.rows), values.shape[1]).index_add_(0, self.place, every)
        if gradient.is_sparse:
            return torch.sparse_coo_tensor(self.rows[None], total, gradient.shape, check_invariants=False)
        gradient[self.rows] = total
        return gradient

    @_heard
    def _add(self, gradients: list[Tensor]) -> None:
        """Add up dense gradients in their place: large ones under way by themselves while small ones go in buckets."""
        small = [gradient for gradient in gradients if gradient.numel() < BUCKET]
        under_way = [distributed.all_reduce(each, async_op=True) for each in gradients if each.numel() >= BUCKET]
        while small:
            ends = np.cumsum([gradient.numel() for gradient in small])
            bucket = small[: max(1, int(np.searchsorted(ends, BUCKET)))]
            flat = torch.cat([gradient.reshape(-1) for gradient in bucket])
            distributed.all_reduce(flat)
            for gradient, part in zip(bucket, torch.split(flat, [each.numel() for each in bucket]), strict=True):
                gradient.copy_(part.view_as(gradient))
            small = small[len(bucket) :]
        for work in under_way:
            work.wait()

    @_heard
    def _every(self, values: Tensor) -> list[Tensor]:
        """What each rank has, of the same shape, by rank."""
        every = [torch.empty_like(values) for _ in range(self.size)]
        distributed.all_gather(every, values)
        return every

    def _uneven(self, values: Tensor, counts: list[int]) -> list[Tensor]:
        """What each rank has, of as many rows as `counts` says, by rank."""
        padded = values.new_zeros(max(counts), *values.shape[1:])
        padded[: len(values)] = values
        return [found[:count] for found, count in zip(self._every(padded), counts, strict=True)]

    @_heard
    def _from_first(self, tensor: Tensor) -> None:
        """Fill a tensor with what rank 0 has in it."""
        distributed.broadcast(tensor, 0)


def present() -> Alone:
    """The group that this process is in, if it is in any."""
    if not (distributed.is_available() and distributed.is_initialized()):
        return Alone()
    return Group(distributed.get_rank(), distributed.get_world_size())


def ready() -> None:
    """Load what training would load late: processes that are forked from this one share it."""
    uncompiled.Adam([nn.Parameter(torch.zeros(1))])


@contextlib.contextmanager
def joined(number: int, size: int, meet: str, local: int) -> Iterator[Alone]:
    """Be rank `number` of `size` inside; `meet` says where all meet: `env://` (torchrun) or `file://PATH` here.

    Gloo carries what lies in memory, NCCL what lies on GPUs, of which the rank takes number `local`. Raises
    `RankLostError` where the others do not come.
    """
    on_gpu = torch.cuda.is_available() and distributed.is_nccl_available()
    if on_gpu and local < torch.cuda.device_count():
        torch.cuda.set_device(local)
    if meet.startswith("file:"):
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo0" if sys.platform == "darwin" else "lo")  # nobody else listens
    kind = "cpu:gloo,cuda:nccl" if on_gpu else "gloo"
    _heard(distributed.init_process_group)(kind, init_method=meet, rank=number, world_size=size, timeout=WAIT)
    try:
        yield present()
    finally:
        distributed.destroy_process_group()
