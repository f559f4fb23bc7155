"""The layers that turn a row of behaviour vectors into states: attention, GRU and average pooling."""

from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.model import devices
from core.model.noise import Dropout

POSITION_BUCKETS = 32
TIME_BUCKETS = 48
"""Buckets of log2(1 + seconds) in halves: the last holds everything over 97 days."""
FUTURE = -1e9
"""Added to the attention on what has not happened yet."""
PAIRS = 1 << 21
"""Pairs of places whose buckets a GPU sums at a time."""


class BucketBias(torch.autograd.Function):
    """Bias of each pair of places by the bucket of their distance, (batch, heads, time, time).

    A plain lookup's gradient scatters into a tiny table element by element; counting with weights is ten times faster.
    """

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, table: Tensor, buckets: Tensor) -> Tensor:
        """Look up `table` (heads, buckets) at `buckets` (batch, time, time)."""
        ctx.save_for_backward(buckets)
        ctx.size = table.shape[1]  # type: ignore[attr-defined]
        return torch.stack([row[buckets] for row in table], 1)

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, *grads: Tensor) -> tuple[Tensor, None]:
        """Sum the gradient of each bucket."""
        (buckets,) = ctx.saved_tensors  # type: ignore[attr-defined]
        flat, size = buckets.reshape(-1), ctx.size  # type: ignore[attr-defined]
        if not devices.on_host(flat.device):
            return _summed(grads[0].flatten(2), buckets.flatten(1), size), None
        heads = [torch.bincount(flat, head.reshape(-1), size) for head in grads[0].unbind(1)]
        return torch.stack(heads).to(grads[0].dtype), None


def _summed(grad: Tensor, buckets: Tensor, size: int) -> Tensor:
    """Gradient of a table (heads, size) from that of pairs (batch, heads, pairs) and their buckets (batch, pairs).

    A product with ones in place of buckets adds up in a fixed order, which counting on a GPU does not.
    """
    total = torch.zeros(grad.shape[1], size, device=grad.device)
    numbers = torch.arange(size, device=grad.device)
    step = max(1, PAIRS // buckets.shape[1])
    for begin in range(0, len(buckets), step):
        ones = (buckets[begin : begin + step, :, None] == numbers).float()
        total += torch.bmm(grad[begin : begin + step].float(), ones).sum(0)
    return total.to(grad.dtype)


def _looked_up(table: Tensor, buckets: Tensor) -> Tensor:
    if not torch.is_grad_enabled():
        return table[:, buckets].transpose(0, 1).contiguous()
    bias: Tensor = BucketBias.apply(table, buckets)  # type: ignore[no-untyped-call]
    return bias


class PairBias(nn.Module):
    """How much any event draws the attention of a later one by how long ago it was: in events and in time."""

    def __init__(self, heads: int, *, times: bool) -> None:
        super().__init__()
        self.heads = heads
        self.by_position = nn.Parameter(torch.zeros(heads, POSITION_BUCKETS))
        self.by_time = nn.Parameter(torch.zeros(heads, TIME_BUCKETS)) if times else None
        self.kept: Tensor | None = None

    @torch.no_grad()
    def keep(self, length: int) -> None:
        """Look up once what the places of so many events say, to serve from."""
        self.kept = self._of_places(length, self.by_position.device, torch.float32).contiguous()

    def forward(self, time: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """Bias from the time stamps (batch, time) in microseconds; (batch, heads, time, time), future masked."""
        batch, length = time.shape
        if self.kept is not None and length <= self.kept.shape[-1]:
            bias = self.kept[..., :length, :length]
        else:
            bias = self._of_places(length, time.device, dtype)
        if self.by_time is None:
            return bias.expand(batch, -1, -1, -1)
        gaps = (time[:, :, None] - time[:, None, :]).clamp(min=0)
        return bias + _looked_up(self.by_time.to(dtype), time_bucket(gaps))

    def _of_places(self, length: int, device: torch.device, dtype: torch.dtype) -> Tensor:
        """What is said by places alone, (1, heads, time, time), future masked."""
        distances = _distances(1 << (length - 1).bit_length(), device)
        near, future = (table[..., :length, :length] for table in distances)
        return _looked_up(self.by_position.to(dtype), near).masked_fill(future, FUTURE)


@lru_cache(maxsize=8)
@torch.inference_mode(mode=False)  # kept from a call that only serves, it must also do for one that learns
def _distances(length: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Bucket of the distance of each pair of places (1, time, time), and which lie in the future (time, time)."""
    place = torch.arange(length)
    distance = place[:, None] - place
    near = position_bucket(distance.clamp(min=0)).unsqueeze(0)  # by one logarithm for all devices
    return near.to(device), (distance < 0).to(device)


def position_bucket(distance: Tensor) -> Tensor:
    """Exact up to 15 events, then log-spaced."""
    far = 16 + (3 * torch.log2((distance.clamp(min=16)).float() / 16)).long()
    return torch.where(distance < 16, distance, far).clamp(max=POSITION_BUCKETS - 1)


def time_bucket(gap: Tensor) -> Tensor:
    """Log-spaced bucket of a gap in microseconds."""
    seconds = gap.float().mul_(1e-6)  # in its place from here on: there are as many as pairs of events
    return seconds.add_(1).log2_().mul_(2).long().clamp_(max=TIME_BUCKETS - 1)


class Attention(nn.Module):
    """Causal multi-head self-attention with a bias by distance."""

    def __init__(self, size: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.project = nn.Linear(size, 3 * size, bias=False)
        self.out = nn.Linear(size, size, bias=False)

    def forward(self, hidden: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        """Mixed vectors (batch, time, size) and the weights (batch, heads, time, time)."""
        batch, length, size = hidden.shape
        each = size // self.heads
        parts = self.project(hidden).view(batch, length, 3, self.heads, each).permute(2, 0, 3, 1, 4)
        query, key, value = parts.reshape(3, batch * self.heads, length, each).unbind(0)
        pairs = bias.reshape(batch * self.heads, length, length)
        weights = torch.softmax(torch.baddbmm(pairs, query, key.transpose(1, 2), alpha=each**-0.5), -1)
        mixed = torch.bmm(weights, value).view(batch, self.heads, length, each).transpose(1, 2)
        return self.out(mixed.reshape(batch, length, size)), weights.view(batch, self.heads, length, length)

    def fused(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """Mixed vectors (batch, time, size) by the device's own attention, which holds no weights of all pairs."""
        batch, length, size = hidden.shape
        parts = self.project(hidden).view(batch, length, 3, self.heads, size // self.heads).permute(2, 0, 3, 1, 4)
        query, key, value = parts.unbind(0)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        out: Tensor = self.out(mixed.transpose(1, 2).reshape(batch, length, size))
        return out

    def at(self, hidden: Tensor, bias: Tensor, places: Tensor) -> Tensor:
        """Mixed vectors of one place of each row alone, (batch, size)."""
        batch, length, size = hidden.shape
        each, rows = size // self.heads, torch.arange(batch, device=hidden.device)
        query, others = torch.split(self.project.weight, [size, 2 * size])
        query = functional.linear(hidden[rows, places], query).view(batch * self.heads, 1, each)
        parts = functional.linear(hidden, others).view(batch, length, 2, self.heads, each).permute(2, 0, 3, 1, 4)
        key, value = parts.reshape(2, batch * self.heads, length, each).unbind(0)
        pairs = bias[rows, :, places].reshape(batch * self.heads, 1, length)
        weights = torch.softmax(torch.baddbmm(pairs, query, key.transpose(1, 2), alpha=each**-0.5), -1)
        out: Tensor = self.out(torch.bmm(weights, value).view(batch, size))
        return out


class Block(nn.Module):
    """Pre-norm attention and SwiGLU. Gates on the residuals gave nothing when measured: `bench/RESULTS.md`."""

    def __init__(self, size: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.attention = Attention(size, heads)
        self.norms = nn.ModuleList([nn.LayerNorm(size), nn.LayerNorm(size)])
        self.inner = nn.Linear(size, 4 * size, bias=False)
        self.outer = nn.Linear(2 * size, size, bias=False)
        self.dropout = Dropout(dropout)

    def at(self, hidden: Tensor, bias: Tensor, places: Tensor) -> Tensor:
        """Refined vectors of one place of each row alone, (batch, size), at a fraction of the cost."""
        rows = torch.arange(len(hidden), device=hidden.device)
        refined = hidden[rows, places] + self.attention.at(self.norms[0](hidden), bias, places)
        gate, value = self.inner(self.norms[1](refined)).chunk(2, -1)
        outer: Tensor = self.outer(functional.silu(gate) * value)
        return refined + outer

    def forward(self, hidden: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        """Refined vectors (batch, time, size) and attention (batch, heads, time, time)."""
        mixed, weights = self.attention(self.norms[0](hidden), bias)
        return self._refined(hidden, mixed), weights

    def fused(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """Refined vectors alone."""
        return self._refined(hidden, self.attention.fused(self.norms[0](hidden), bias))

    def _refined(self, hidden: Tensor, mixed: Tensor) -> Tensor:
        hidden = hidden + self.dropout(mixed)
        gate, value = self.inner(self.norms[1](hidden)).chunk(2, -1)
        refined: Tensor = hidden + self.dropout(self.outer(functional.silu(gate) * value))
        return refined


class AttentionEncoder(nn.Module):
    """Blocks of self-attention over the history."""

    def __init__(self, size: int, heads: int, blocks: int, dropout: float, *, times: bool) -> None:
        super().__init__()
        self.bias = PairBias(heads, times=times)
        self.blocks = nn.ModuleList([Block(size, heads, dropout) for _ in range(blocks)])
        self.norm = nn.LayerNorm(size)

    def forward(self, hidden: Tensor, time: Tensor) -> tuple[Tensor, list[Tensor]]:
        """States (batch, time, size) and each block's attention, which a GPU keeps to itself."""
        if not devices.on_host(hidden.device):
            return self.norm(self._fused(hidden, self.blocks, self._bias(time))), []
        bias = self.bias(time)
        attention = []
        for block in self.blocks:
            hidden, weights = block(hidden, bias)
            attention.append(weights)
        return self.norm(hidden), attention

    def at(self, hidden: Tensor, time: Tensor, places: Tensor) -> Tensor:
        """States at one place of each row, (batch, size); the last block then works on these alone."""
        bias = self._bias(time)
        if devices.on_host(hidden.device):
            for block in self.blocks[:-1]:
                hidden, _ = block(hidden, bias)
        else:
            hidden = self._fused(hidden, self.blocks[:-1], bias)
        last: Tensor = self.norm(self.blocks[-1].at(hidden, bias, places))  # type: ignore[operator]
        return last

    def _bias(self, time: Tensor) -> Tensor:
        """Bias in the numbers that products are made in."""
        bias: Tensor = self.bias(time, devices.numbers(time.device))
        return bias

    def _fused(self, hidden: Tensor, blocks: nn.ModuleList, bias: Tensor) -> Tensor:
        for block in blocks:
            hidden = block.fused(hidden, bias)  # type: ignore[operator]
        return hidden


class GruEncoder(nn.Module):
    """A gated recurrent network over the history (GRU4Rec); its "attention" shows the last event alone."""

    def __init__(self, size: int, blocks: int, dropout: float) -> None:
        super().__init__()
        self.gru = nn.GRU(size, size, blocks, batch_first=True)
        self.dropout = Dropout(dropout)
        self.norm = nn.LayerNorm(size)

    def forward(self, hidden: Tensor, _time: Tensor) -> tuple[Tensor, list[Tensor]]:
        """States (batch, time, size) and weights on the event itself."""
        weights = torch.eye(hidden.shape[1], device=hidden.device).expand(len(hidden), 1, -1, -1)
        return self.norm(hidden + self.dropout(self.gru(hidden)[0])), [weights]


class AverageEncoder(nn.Module):
    """The mean of the history through an MLP, as in the YouTube candidate model; its attention is even."""

    def __init__(self, size: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2 * size, 2 * size), nn.ReLU(), nn.Linear(2 * size, size))
        self.dropout = Dropout(dropout)
        self.norm = nn.LayerNorm(size)

    def forward(self, hidden: Tensor, _time: Tensor) -> tuple[Tensor, list[Tensor]]:
        """States (batch, time, size) and even weights."""
        length = hidden.shape[1]
        places = torch.arange(1, length + 1, device=hidden.device)
        even = torch.ones(length, length, device=hidden.device).tril() / places[:, None]
        mean = even @ hidden
        states = self.layers(torch.cat([mean, hidden], -1))
        weights = even.expand(len(hidden), 1, length, length)
        return self.norm(mean + self.dropout(states)), [weights]
