"""The network: behaviour and item encoders, fusion, a causal encoder of histories, a scorer, and side tasks.

item id, attributes -> ItemEncoder -> item vector -+
kind, weight, time gap, user attributes -----------+-> BehaviourEncoder -> encoder -> state -> scorer -> scores
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.model import devices
from core.model.batches import Batch
from core.model.features import Features
from core.model.items import AttributeFusion, ItemEncoder
from core.model.layers import TIME_BUCKETS, AttentionEncoder, AverageEncoder, GruEncoder, time_bucket
from core.model.noise import Dropout
from core.model.scorers import SCORERS
from core.settings import HEADS, ModelSettings


@dataclass(frozen=True, eq=False)
class Shape:
    """What of a log the network is built on."""

    items: Features
    users: Features
    kinds: int
    categories: int
    weight_edges: tuple[float, ...]
    """Cuts between the levels of event weights; empty where all weigh the same."""
    clock: bool
    """Time stamps are times, not places in an order."""
    eras: tuple[int, ...]
    """Moments, microseconds, between which the vector of the time of the log is interpolated; none: not used."""


class EraVector(nn.Module):
    """What all users were after at that time: a vector interpolated between moments of the log.

    Popularity moves through a log (premieres, seasons); with it in the state, ids need not average over all times.
    """

    moments: Tensor

    def __init__(self, eras: tuple[int, ...], size: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.zeros(len(eras), size))
        self.register_buffer("moments", torch.tensor(eras, dtype=torch.float64), persistent=False)

    def forward(self, time: Tensor) -> Tensor:
        """Vectors (batch, time, size); before the first moment and after the last they stand still."""
        moments = self.moments
        inside = time.to(moments.dtype).clamp(moments[0], moments[-1])
        right = torch.bucketize(inside, moments).clamp(min=1)
        share = ((inside - moments[right - 1]) / (moments[right] - moments[right - 1])).float()
        return _spread(right.unsqueeze(-1), share.unsqueeze(-1), len(moments)) @ self.table


def _spread(right: Tensor, share: Tensor, size: int) -> Tensor:
    """Weights (batch, time, size) that are `share` (batch, time, 1) at `right`, and the rest just before it."""
    if devices.on_host(right.device):
        weights = torch.zeros(*right.shape[:-1], size)
        return weights.scatter_(-1, right - 1, 1 - share).scatter_(-1, right, share)
    places = torch.arange(size, device=right.device)  # a GPU sorts what it scatters in a fixed order
    return (places == right - 1) * (1 - share) + (places == right) * share


class BehaviourEncoder(nn.Module):
    """One vector for each event: the item's, and what was done with it, how strongly and how long after the last."""

    edges: Tensor

    def __init__(self, shape: Shape, settings: ModelSettings) -> None:
        super().__init__()
        size = _known(settings.embedding_size)
        self.kinds = nn.Parameter(torch.zeros(shape.kinds, size)) if shape.kinds > 1 else None
        known_weights = shape.weight_edges and settings.weights
        self.weights = nn.Parameter(torch.zeros(len(shape.weight_edges) + 1, size)) if known_weights else None
        self.gaps = nn.Parameter(torch.zeros(TIME_BUCKETS, size)) if shape.clock and settings.times else None
        self.eras = EraVector(shape.eras, size) if shape.eras and settings.times else None
        known = settings.attributes and (shape.users.bags or shape.users.texts.shape[1])
        self.users = AttributeFusion(shape.users, size) if known else None
        self.register_buffer("edges", torch.tensor(shape.weight_edges), persistent=False)
        self.user_vectors: Tensor | None = None
        self.dropout = Dropout(settings.dropout or 0.0)
        self.hidden = settings.event_dropout or 0.0

    @torch.no_grad()
    def keep_user_vectors(self, users: int) -> None:
        """Compute what is known of each user once, to serve from; behind them a user who is not known, the mean."""
        if self.users is not None:
            known = self.users(torch.arange(users))
            self.user_vectors = torch.cat((known, known.mean(dim=0, keepdim=True)))

    def forward(self, vectors: Tensor, batch: Batch) -> Tensor:
        """Behaviour vectors (batch, time, size) from those of the items."""
        hidden = vectors * vectors.shape[-1] ** 0.5
        noise = self.dropout.noise
        if noise is not None and self.hidden:
            hidden = hidden * noise.kept(hidden.shape[0] * hidden.shape[1], self.hidden).view(*hidden.shape[:2], 1)
        if self.kinds is not None:
            hidden = hidden + functional.embedding(batch.kind, self.kinds)
        if self.weights is not None:
            hidden = hidden + functional.embedding(torch.bucketize(batch.weight, self.edges, right=True), self.weights)
        if self.gaps is not None:
            gap = torch.diff(batch.time, dim=1, prepend=batch.time[:, :1]).clamp(min=0)
            hidden = hidden + functional.embedding(time_bucket(gap), self.gaps)
        if self.eras is not None:
            hidden = hidden + self.eras(batch.time)
        if self.users is not None:
            known = self.users(batch.user) if self.user_vectors is None else self.user_vectors[batch.user]
            hidden = hidden + known.unsqueeze(1)
        dropped: Tensor = self.dropout(hidden)
        return dropped


class InterestNetwork(nn.Module):
    """The whole model; see the head of this module."""

    def __init__(self, shape: Shape, settings: ModelSettings) -> None:
        super().__init__()
        size = _known(settings.embedding_size)
        self.shape, self.settings = shape, settings
        self.items = ItemEncoder(shape.items, size, attributes=settings.attributes)
        self.behaviour = BehaviourEncoder(shape, settings)
        self.encoder = _encoder(settings, times=shape.clock and settings.times)
        self.scorer = SCORERS[settings.scorer](size)
        self.next_category = nn.Linear(size, shape.categories) if shape.categories > 1 else None
        self.next_kind = nn.Linear(size, shape.kinds) if shape.kinds > 1 else None

    def forward(self, vectors: Tensor, batch: Batch) -> tuple[Tensor, list[Tensor]]:
        """States (batch, time, size), and the attention of each block (batch, heads, time, time)."""
        encoded: tuple[Tensor, list[Tensor]] = self.encoder(self.behaviour(vectors, batch), batch.time)
        return encoded

    @property
    def device(self) -> torch.device:
        """Where the network is."""
        return self.items.table.device

    def at(self, vectors: Tensor, batch: Batch, places: Tensor) -> Tensor:
        """States at one place of each window, (batch, size), without dropout."""
        hidden = self.behaviour(vectors, batch)
        if isinstance(self.encoder, AttentionEncoder):
            return self.encoder.at(hidden, batch.time, places)
        states: Tensor = self.encoder(hidden, batch.time)[0][torch.arange(len(hidden), device=hidden.device), places]
        return states


def _encoder(settings: ModelSettings, *, times: bool) -> nn.Module:
    size, blocks, dropout = _known(settings.embedding_size), _known(settings.blocks), settings.dropout or 0.0
    if settings.encoder == "gru":
        return GruEncoder(size, blocks, dropout)
    if settings.encoder == "average":
        return AverageEncoder(size, dropout)
    return AttentionEncoder(size, settings.heads or HEADS, blocks, dropout, times=times)


def _known(value: int | None) -> int:
    assert value is not None, "settings are resolved before a network is built"
    return value
