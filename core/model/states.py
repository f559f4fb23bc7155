"""Running a trained network over histories: states, what they look back on, item vectors; no gradients."""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.data import Sequences
from core.model.batches import Batch, Windows, collate, grouped, last_windows, state_windows
from core.model.network import InterestNetwork
from core.model.newcomers import Newcomers
from core.settings import HEADS

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
TOKENS = 6400
"""Events encoded at a time."""


WINDOWS = 16
"""Windows whose attention is held at once."""


@torch.no_grad()
def item_vectors(network: InterestNetwork, trained: NDArray[np.bool_], step: int = 8192) -> Tensor:
    """Raw vectors of all items, (n_items, size): of one never trained on only what its attributes say, else zero."""
    kept = torch.from_numpy(trained.astype(np.float32))[:, None].to(network.device)
    rows = torch.arange(len(trained), device=network.device)
    parts = [network.items(rows[at : at + step], kept[at : at + step]) for at in range(0, len(rows), step)]
    return torch.cat(parts)


@torch.inference_mode()
def all_scores(network: InterestNetwork, prepared: Tensor, items: Tensor, newcomers: Newcomers) -> Floats:
    """Logits of all items (n_items, size) for some states, (n, n_items)."""
    return newcomers.lower(network.scorer(prepared, items).numpy())


@torch.inference_mode()
def last_states(network: InterestNetwork, vectors: Tensor, sequences: Sequences, users: Ints) -> Tensor:
    """Prepared states after the whole history of each user, (len(users), size); zero where it is empty."""
    windows = last_windows(sequences.offsets, users, network.settings.window or 1)
    if (
        len(users) == 1 and windows.length[0] and vectors.is_cpu
    ):  # what a live service asks for: each line here costs a tenth of it
        batch = collate(sequences, windows, np.zeros(1, dtype=np.int64))
        last = network.at(functional.embedding(batch.item, vectors), batch, torch.from_numpy(windows.length - 1))
        return network.scorer.states(last)
    device = network.device
    states = torch.zeros(len(users), vectors.shape[1], device=device)
    filled = np.flatnonzero(windows.length > 0)
    if len(filled) < len(users):
        windows = Windows(windows.start[filled], windows.length[filled], windows.user[filled])
    for chosen in grouped(windows, TOKENS) if len(filled) > 1 else [np.arange(len(filled))][: len(filled)]:
        batch = collate(sequences, windows, chosen).to(device)
        last = network.at(vectors[batch.item], batch, torch.from_numpy(windows.length[chosen] - 1).to(device))
        states[torch.from_numpy(filled[chosen]).to(device)] = last
    return network.scorer.states(states)


@torch.no_grad()
def all_states(network: InterestNetwork, vectors: Tensor, sequences: Sequences) -> Floats:
    """Prepared states after each event, (n_events, size)."""
    windows, context = state_windows(sequences.offsets, network.settings.window or 1)
    states = np.zeros((len(sequences), vectors.shape[1]), dtype=np.float32)
    for chosen, hidden, batch in _encoded(network, vectors, sequences, windows):
        place = np.arange(hidden.shape[1])
        wanted = (place >= context[chosen][:, None]) & (place < windows.length[chosen][:, None])
        rows = (windows.start[chosen][:, None] + place)[wanted]
        states[rows] = network.scorer.states(hidden).numpy()[wanted]
        del batch
    return states


@torch.no_grad()
def attention(network: InterestNetwork, vectors: Tensor, sequences: Sequences, user: int) -> Floats:
    """What each state of a user's last window attended to, (layers, heads, L, L); rows sum to 1."""
    windows = last_windows(sequences.offsets, np.array([user]), network.settings.window or 1)
    if not windows.length[0]:
        return np.zeros((network.settings.blocks or 1, network.settings.heads or HEADS, 0, 0), dtype=np.float32)
    batch = collate(sequences, windows, np.array([0]))
    _, weights = network(vectors[batch.item], batch)
    return torch.stack([layer[0] for layer in weights]).numpy()


def _encoded(
    network: InterestNetwork, vectors: Tensor, sequences: Sequences, windows: Windows
) -> Iterator[tuple[Ints, Tensor, Batch]]:
    """Numbers of the windows of a batch, their states (batch, time, size), and the batch."""
    filled = np.flatnonzero(windows.length > 0)
    some = Windows(windows.start[filled], windows.length[filled], windows.user[filled])
    for chosen in grouped(some, TOKENS):
        batch = collate(sequences, some, chosen)
        hidden, _ = network(vectors[batch.item], batch)
        yield filled[chosen], hidden, batch


@torch.no_grad()
def lookback(network: InterestNetwork, vectors: Tensor, sequences: Sequences, user: int, k: int) -> tuple[Ints, Floats]:
    """Indices of the events with the most attention at each step, strongest first, and their shares.

    Both are (1 + layers * heads, n, k): first the mean of all heads, then each head of each layer. Where there are
    fewer than k events, indices are -1 and shares 0.
    """
    own = sequences.only(np.array([user]))
    windows, context = state_windows(own.offsets, network.settings.window or 1)
    views, length = 1 + np.prod(attention_shape(network), dtype=int), len(own)
    index = np.full((views, length, k), -1, dtype=np.int64)
    share = np.zeros((views, length, k), dtype=np.float32)
    for at in range(0, len(windows.start), WINDOWS):
        chosen = np.arange(at, min(at + WINDOWS, len(windows.start)))
        batch = collate(own, windows, chosen)
        _, layers = network(vectors[batch.item], batch)
        for place, window in enumerate(chosen):
            heads = torch.cat([layer[place] for layer in layers])  # (layers * heads, time, time)
            first, last = int(context[window]), int(windows.length[window])
            rows = slice(windows.start[window] + first, windows.start[window] + last)
            best, weights = _strongest(heads[:, first:last, :last], k)
            index[:, rows, : best.shape[2]] = np.where(weights > 0, best + windows.start[window], -1)
            share[:, rows, : best.shape[2]] = weights
    return index, share


def attention_shape(network: InterestNetwork) -> tuple[int, int]:
    """Layers and heads of attention; encoders without any tell what stands for it in one head of one layer."""
    settings = network.settings
    return (settings.blocks or 0, settings.heads or HEADS) if settings.encoder == "attention" else (1, 1)


def _strongest(heads: Tensor, k: int) -> tuple[Ints, Floats]:
    """The k largest of each row of the mean and of each head, (1 + heads, rows, at most k) each."""
    views = torch.cat([heads.mean(dim=0, keepdim=True), heads])
    weights, best = views.topk(min(k, views.shape[-1]), dim=-1)
    return best.numpy(), weights.numpy()
