"""States after new events without encoding a history anew: keys and values of the events before are kept.

The state after event t reads the events of its window (`core.model.batches`), each of which looks only back. So
a new event asks for one new row of each block: its query meets the keys that are there. Where the window moves on
(every half window), the half that stays is encoded afresh, as it is when histories are encoded whole; what comes out
is the same but for the rounding of sums. Encoders without attention encode the window.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.data import Growing
from core.model.batches import Batch, grid_start
from core.model.items import described
from core.model.layers import FUTURE, AttentionEncoder, Block, PairBias, position_bucket, time_bucket
from core.model.network import InterestNetwork
from core.settings import HEADS

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
MEMORY = 512 << 20
"""Bytes of keys and values that are kept; whoever was not heard of for longest is encoded anew when heard of again."""
FIRST_NEW = 64
"""New items that there is room for before more is made, twice as much each time."""
TOKENS, PAIRS = 6400, 1 << 20
"""New events, and pairs of a new event with one before, that are encoded at a time."""


@dataclass(frozen=True)
class _Piece:
    """What is to be encoded for one user."""

    place: int
    """Where in the answer the state goes."""
    user: str
    slot: int
    have: int
    """Events of the window whose keys and values are kept."""
    rows: Ints
    """The other events of the window, with the one before them in front where there is one."""

    @property
    def fresh(self) -> int:
        return len(self.rows) - (self.have > 0)

    @property
    def total(self) -> int:
        return self.have + self.fresh


class ItemVectors:
    """Vectors of all items, (n_items, size), and behind them those of items that came since; none is ever copied."""

    def __init__(self, known: Tensor) -> None:
        self._known, self._new, self._count = known, known.new_empty(FIRST_NEW, known.shape[1]), 0

    def __len__(self) -> int:
        """Number of items, old and new."""
        return len(self._known) + self._count

    def append(self, vector: Tensor) -> None:
        """One more item, (size,)."""
        if self._count == len(self._new):
            self._new = torch.cat((self._new, torch.empty_like(self._new)))
        self._new[self._count] = vector
        self._count += 1

    def __getitem__(self, items: Tensor) -> Tensor:
        """Vectors of some items, (*items.shape, size)."""
        if not self._count:
            return self._known[items]
        place = items - len(self._known)
        found = self._known[items.where(place < 0, 0)]
        found[place >= 0] = self._new[place[place >= 0]]
        return found


class Follower:
    """States of users whose histories grow; not safe to use from several threads at once."""

    def __init__(self, network: InterestNetwork, vectors: Tensor, memory: int = MEMORY) -> None:
        """A network to serve from and the raw vectors of its items, (n_items, size)."""
        self.network, self.vectors = network, ItemVectors(vectors)
        self.window = 2 * max(1, (network.settings.window or 1) // 2)
        self._cached = isinstance(network.encoder, AttentionEncoder)
        self._size = size = vectors.shape[1]
        heads, blocks = network.settings.heads or HEADS, network.settings.blocks or 1
        slots = max(64, memory // (8 * size * blocks * self.window)) if self._cached else 1
        shape = (blocks, slots, heads, self.window, size // heads) if self._cached else (0,)
        # numpy's zeros take memory only as they are filled, torch's at once
        self._keys, self._values = (torch.from_numpy(np.zeros(shape, dtype=np.float32)) for _ in range(2))
        self._times = torch.zeros(slots, self.window, dtype=torch.int64)
        self._known: OrderedDict[str, tuple[int, int, int]] = OrderedDict()  # slot, first event, events
        self._free = list(range(slots))
        self._at_once = slots
        self._by_distance = self._of_distances() if self._cached else torch.empty(0)

    def forget(self, user: str) -> None:
        """Let a user be encoded anew: their history changed before its end."""
        known = self._known.pop(user, None)
        if known:
            self._free.append(known[0])

    @torch.no_grad()
    def add_item(self, known: Mapping[str, str], beside: Floats | None = None) -> None:
        """One more item behind the others, as what is known of it says: text by column, and what that means, (size,).

        See `core.model.interest_model.InterestModel.beside`.
        """
        vector = described(self.network.items, self.network.shape.items.bags, known)
        self.vectors.append(vector if beside is None else vector + torch.from_numpy(beside))

    @torch.no_grad()
    def states(self, histories: Growing, users: Sequence[str]) -> Floats:
        """Prepared state after the whole history of each user, (len(users), size); zero where it is empty."""
        states = torch.zeros(len(users), self._size)
        for begin in range(0, len(users), self._at_once):
            pieces = [
                self._piece(histories, user, begin + place)
                for place, user in enumerate(users[begin : begin + self._at_once])
            ]
            for group in _grouped([piece for piece in pieces if piece.total]):
                last = self._extended(histories, group) if self._cached else self._whole(histories, group)
                states[torch.tensor([piece.place for piece in group])] = last
        prepared: Floats = self.network.scorer.states(states).numpy()
        return prepared

    def _piece(self, histories: Growing, user: str, place: int) -> _Piece:
        length = histories.length(user)
        first = int(grid_start(np.array(max(0, length - 1)), self.window))
        slot, begin, have = self._slot(user)
        if begin != first or not self._cached:
            have = 0
        have = min(have, length - first - 1) if length else 0  # the last one is asked for in any case
        if self._cached:
            self._known[user] = (slot, first, length - first)
        return _Piece(place, user, slot, have, histories.rows(user, first + have - (have > 0)))

    def _slot(self, user: str) -> tuple[int, int, int]:
        """Slot, first event and events that are kept of a user; the slot of another one if none is free."""
        if user in self._known:
            self._known.move_to_end(user)
            return self._known[user]
        if not self._free and self._cached:
            self._free.append(self._known.popitem(last=False)[1][0])
        return (self._free.pop() if self._cached else 0), 0, 0

    def _extended(self, histories: Growing, group: list[_Piece]) -> Tensor:
        """States after each piece, (len(group), size), before the scorer; its keys and values are kept."""
        hidden, time = self._behaviour(histories, group)
        slots = torch.tensor([piece.slot for piece in group])
        have = torch.tensor([piece.have for piece in group])
        last = torch.tensor([piece.fresh - 1 for piece in group])
        total = max(piece.total for piece in group)
        place = torch.arange(hidden.shape[1])
        real = place <= last[:, None]
        target = (slots[:, None].expand_as(real)[real], (have[:, None] + place)[real])
        self._times[target] = time[real]
        bias = self._bias(have[:, None] + place, time, self._times[slots, :total])
        encoder = self.network.encoder
        assert isinstance(encoder, AttentionEncoder)
        for number, block in enumerate(encoder.blocks):
            assert isinstance(block, Block)
            ends = last if number + 1 == len(encoder.blocks) else None
            hidden = self._refined((number, block), hidden, bias, (slots, target, real, ends))
        normed: Tensor = encoder.norm(hidden[:, 0])
        return normed

    def _refined(
        self,
        layer: tuple[int, Block],
        hidden: Tensor,
        bias: Tensor,
        where: tuple[Tensor, tuple[Tensor, Tensor], Tensor, Tensor | None],
    ) -> Tensor:
        """One block over the new events, (batch, new, size); where `ends` is given over these places alone."""
        (number, block), (slots, target, real, ends) = layer, where
        batch, new, size = hidden.shape
        heads = block.attention.heads
        parts = block.attention.project(block.norms[0](hidden)).view(batch, new, 3, heads, size // heads)
        self._keys[number][target[0], :, target[1]] = parts[:, :, 1][real]
        self._values[number][target[0], :, target[1]] = parts[:, :, 2][real]
        query, total = parts[:, :, 0], bias.shape[-1]
        if ends is not None:
            rows = torch.arange(batch)
            query, hidden, bias = (
                query[rows, ends][:, None],
                hidden[rows, ends][:, None],
                bias[rows, :, ends][:, :, None],
            )
        keys, values = self._keys[number][slots, :, :total], self._values[number][slots, :, :total]
        logits = query.transpose(1, 2) @ keys.transpose(2, 3) * (size // heads) ** -0.5 + bias
        mixed = (torch.softmax(logits, -1) @ values).transpose(1, 2).reshape(batch, -1, size)
        hidden = hidden + block.attention.out(mixed)
        gate, value = block.inner(block.norms[1](hidden)).chunk(2, -1)
        refined: Tensor = hidden + block.outer(functional.silu(gate) * value)
        return refined

    def _bias(self, place: Tensor, time: Tensor, before: Tensor) -> Tensor:
        """Bias of new events, at `place` and `time` (batch, new), on those at times `before` (batch, total)."""
        tables = self.network.encoder.bias
        assert isinstance(tables, PairBias)
        distance = place[:, :, None] - torch.arange(before.shape[1])
        bias = self._by_distance[:, distance + self.window]
        if tables.by_time is not None:
            gaps = (time[:, :, None] - before[:, None]).clamp_(min=0)
            bias += tables.by_time[:, time_bucket(gaps)]
        return bias.transpose(0, 1)

    @torch.no_grad()
    def _of_distances(self) -> Tensor:
        """What distances from -window on say, (heads, 3 windows), the future masked; padding lies up to two away."""
        tables, distance = self.network.encoder.bias, torch.arange(-self.window, 2 * self.window)
        assert isinstance(tables, PairBias)
        by_distance = tables.by_position[:, position_bucket(distance.clamp(min=0))]
        return by_distance.masked_fill(distance < 0, FUTURE)

    def _behaviour(self, histories: Growing, group: list[_Piece]) -> tuple[Tensor, Tensor]:
        """Behaviour vectors (batch, new, size) and times (batch, new) of new events, padded at the right."""
        longest = max(piece.fresh for piece in group)
        rows = np.empty((len(group), longest + 1), dtype=np.int64)
        for place, piece in enumerate(group):
            own = piece.rows if piece.have else np.concatenate((piece.rows[:1], piece.rows))
            rows[place, : len(own)], rows[place, len(own) :] = own, own[-1]
        batch = self._batch(histories, rows, group)
        hidden = self.network.behaviour(self.vectors[batch.item], batch)
        return hidden[:, 1:], batch.time[:, 1:]

    def _whole(self, histories: Growing, group: list[_Piece]) -> Tensor:
        """The same for encoders whose windows are encoded whole."""
        longest = max(piece.fresh for piece in group)
        rows = np.stack([np.pad(piece.rows, (0, longest - piece.fresh), mode="edge") for piece in group])
        batch = self._batch(histories, rows, group)
        return self.network.at(self.vectors[batch.item], batch, torch.tensor([piece.fresh - 1 for piece in group]))

    def _batch(self, histories: Growing, rows: Ints, group: list[_Piece]) -> Batch:
        flat = rows.ravel()
        item, kind, weight, time = (
            torch.from_numpy(histories.column(name, flat).reshape(rows.shape))
            for name in ("item", "kind", "weight", "time")
        )
        user = torch.tensor([histories.person(piece.user) for piece in group])
        none = torch.empty(0, dtype=torch.int64)
        return Batch(item.long(), kind.long(), weight, time, user, none, none)


def _grouped(pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    """Pieces of like size together, so that little is padded."""
    order = sorted(pieces, key=lambda piece: (-piece.fresh.bit_length(), -piece.total))
    group: list[_Piece] = []
    for piece in order:
        if group and not _fits(piece, group):
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _fits(piece: _Piece, group: list[_Piece]) -> bool:
    bits, total, count = group[0].fresh.bit_length(), group[0].total, len(group) + 1  # the most, as they are sorted
    alike, fresh = piece.fresh.bit_length() == bits and 2 * piece.total >= total, (1 << bits) - 1
    return alike and count * fresh <= TOKENS and count * fresh * total <= PAIRS
