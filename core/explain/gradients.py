"""Integrated gradients through the attention model, and a model with randomised weights to test methods on."""

import copy
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from core.data import Sequences
from core.explain.attribution import Effects
from core.model import InterestModel, collate, last_windows

STEPS = 32
"""Points of the path at which gradients are taken."""


def integrated_gradients(
    model: InterestModel, sequences: Sequences, user: int, item: int, steps: int = STEPS
) -> Effects:
    """Integrated gradients of an item's score with respect to the item vector of each event (Captum).

    The path leads from a history of average items, with the same times and kinds, to the real one
    (Sundararajan et al., ICML 2017); effects sum to the difference of the two scores. 0 before the
    model's window, (n_events,).
    """
    from captum.attr import IntegratedGradients

    effects = np.zeros(int(sequences.lengths[user]))
    vectors = _vectors(model, sequences, user)
    length = vectors.shape[1]
    if length:
        method = IntegratedGradients(_score_of(model, sequences, user, item))
        baseline = model._raw.mean(dim=0).expand_as(vectors)
        found = method.attribute(vectors, baseline, n_steps=steps, method="gausslegendre", internal_batch_size=steps)
        effects[len(effects) - length :] = found.sum(dim=-1)[0].detach().numpy()
    return effects


def path_ends(model: InterestModel, sequences: Sequences, user: int, item: int) -> tuple[float, float]:
    """Score after the history of average items, and after the real one: what the effects must sum to."""
    vectors = _vectors(model, sequences, user)
    score = _score_of(model, sequences, user, item)
    with torch.no_grad():
        return float(score(model._raw.mean(dim=0).expand_as(vectors))), float(score(vectors))


def randomised(model: InterestModel, seed: int = 0) -> InterestModel:
    """The same model with the entries of every weight shuffled: no method should explain it in the same way."""
    network = copy.deepcopy(model.network)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in network.parameters():
            flat = weight.flatten()
            weight.copy_(flat[torch.randperm(len(flat), generator=generator)].view_as(weight))
    return InterestModel(network, model.popularity, model.settings)


def _vectors(model: InterestModel, sequences: Sequences, user: int) -> Tensor:
    """Item vectors of the user's last window, (1, L, size)."""
    windows = last_windows(sequences.offsets, np.array([user]), model.network.settings.window or 1)
    items = sequences.item[windows.start[0] : windows.start[0] + windows.length[0]].astype(np.int64)
    return model._raw[torch.from_numpy(items)][None]


def _score_of(model: InterestModel, sequences: Sequences, user: int, item: int) -> Callable[[Tensor], Tensor]:
    """A differentiable function from item vectors (n, L, size) to the score of one item (n,)."""
    windows = last_windows(sequences.offsets, np.array([user]), model.network.settings.window or 1)
    target = model._items[item : item + 1]

    def score(vectors: Tensor) -> Tensor:
        batch = collate(sequences, windows, np.zeros(len(vectors), dtype=np.int64))
        hidden, _ = model.network(vectors, batch)
        scores: Tensor = model.network.scorer(model.network.scorer.states(hidden[:, -1]), target)
        return scores[:, 0]

    return score
