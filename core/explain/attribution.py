"""Which past events put an item where it is in a user's list.

Every method gives one number an event, (n_events,), positive where the event speaks for the item. Which of
them can be believed is measured in `core.explain.faithfulness`.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.data import History, Sequences, history_of, stack
from core.model import Ranker, Scores, in_batches, scale

Effects = NDArray[np.float64]
"""What each event of a history did for an item, (n_events,)."""
SHAPLEY_EVENTS = 40
"""Last events of a history among which Shapley values are shared out: bounds the time of one explanation."""
SHAPLEY_WORK = 64_000
"""Events of all variants of a history from which Shapley values are drawn."""


class AttentiveModel(Protocol):
    """The part of the attention model that tells where it looked."""

    def attention(self, sequences: Sequences, user: int) -> NDArray[np.float32]:
        """Attention among the user's last events, (layers, heads, L, L)."""
        ...


def left_out(ranker: Ranker, sequences: Sequences, user: int, item: int) -> Effects:
    """Loss of score when each event is left out, one at a time.

    Exact for any ranker, at the price of one scoring a history without one event, done in batches.
    """
    history = history_of(sequences, user)
    variants = [history, *(history.without(place) for place in range(len(history)))]
    scores = np.concatenate([part[:, item] for part in scored(ranker, sequences, user, variants)]).astype(np.float64)
    loss: Effects = scores[0] - scores[1:]
    return loss


def looked_at(model: AttentiveModel, sequences: Sequences, user: int) -> Effects:
    """Attention of the last state in the last layer, mean over heads: weights that sum to 1, 0 before the window.

    Where the model looked is not yet why.
    """
    if not sequences.lengths[user]:
        return np.zeros(0)
    weights = model.attention(sequences, user)[-1:, :, -1:, :].mean(axis=1).reshape(-1)
    return _last(weights, int(sequences.lengths[user]))


def rollout(model: AttentiveModel, sequences: Sequences, user: int) -> Effects:
    """Attention followed through all layers: the product of (A + I) / 2 (Abnar and Zuidema, ACL 2020), last row."""
    layers = model.attention(sequences, user).mean(axis=1)
    flow = np.eye(layers.shape[-1])
    for layer in layers:
        flow = (layer + np.eye(len(layer))) / 2 @ flow
    return _last(flow[-1:].reshape(-1), int(sequences.lengths[user]))


def shapley(
    ranker: Ranker, sequences: Sequences, user: int, item: int, pairs: int | None = None, seed: int = 0
) -> Effects:
    """Shapley values of the last events for an item's standing, from `pairs` orders and their reverses.

    None: as many as take the same time whatever the length of the history, from 4 for long ones to 12.

    An event's value is what it adds to the standing on average when events come in one by one (Castro et al.,
    2009). The orders are one drawn at random, turned on like a ring, so that every event comes in early, midway and
    late equally often: half as many orders then do as of independent ones. Whatever the orders, values sum to the
    standing after the whole history less that after the events before the last `SHAPLEY_EVENTS`, which are always
    there and have 0.
    """
    history, total = history_of(sequences, user), np.zeros(int(sequences.lengths[user]))
    old = max(0, len(history) - SHAPLEY_EVENTS)
    ring = np.random.default_rng(seed).permutation(np.arange(old, len(history)))
    pairs = pairs or int(np.clip(SHAPLEY_WORK // max(1, 2 * len(ring) * len(history)), 4, 12))
    for turn in range(pairs):
        one = np.roll(ring, turn * len(ring) // pairs)
        orders = (one, one[::-1])
        variants = [
            history.take(np.concatenate((np.arange(old), np.sort(order[:taken]))))
            for order in orders
            for taken in range(len(order) + 1)
        ]
        standing = standings(ranker, sequences, user, item, variants).reshape(2, -1)
        for order, each in zip(orders, standing, strict=True):
            total[order] += np.diff(each)
    return total / (2 * pairs)


def scored(ranker: Ranker, sequences: Sequences, user: int, histories: Sequence[History]) -> list[Scores]:
    """Scores of all items after each variant of a user's history, in batches: (n, n_items) each."""
    variants = stack(sequences, user, histories)
    return [ranker.scores(variants, batch) for batch in in_batches(np.arange(len(histories)), sequences.n_items)]


def standings(
    ranker: Ranker, sequences: Sequences, user: int, item: int, histories: Sequence[History]
) -> NDArray[np.float64]:
    """How close an item is to the top of the list after each variant: 1 if it is first, towards 0 if far below.

    exp(score - best score) for a model's logits, the share of the best score for others; what the user has
    had in the whole history competes in no variant. One scale for all rankers, (len(histories),).
    """
    had = sequences.item[sequences.rows_of(user)]
    candidates = np.setdiff1d(np.arange(sequences.n_items), had)
    candidates = np.append(candidates, item)
    temperature = 1.0 if ranker.name == "attention" else None
    found = [scale(part[:, candidates], temperature)[:, -1] for part in scored(ranker, sequences, user, histories)]
    return np.concatenate([np.empty(0, dtype=np.float32), *found]).astype(np.float64)


def _last(values: NDArray[np.floating], length: int) -> Effects:
    """Values of the last events of a history, 0 before them, (length,)."""
    padded = np.zeros(length)
    padded[length - len(values) :] = values
    return padded
