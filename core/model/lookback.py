"""What each state of a user looks back on: the events with the most attention, over the whole history."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.data.sequences import Sequences
from core.model.batches import collate, state_windows
from core.model.network import InterestNetwork

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
WINDOWS = 16
"""Windows whose attention is held at once."""


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
    return (settings.blocks or 0, settings.heads) if settings.encoder == "attention" else (1, 1)


def _strongest(heads: Tensor, k: int) -> tuple[Ints, Floats]:
    """The k largest of each row of the mean and of each head, (1 + heads, rows, at most k) each."""
    views = torch.cat([heads.mean(dim=0, keepdim=True), heads])
    weights, best = views.topk(min(k, views.shape[-1]), dim=-1)
    return best.numpy(), weights.numpy()
