"""The space that maps are fitted in, flows are counted in and ways are compared in: directions beside what is common.

What all states have in common (popularity, mostly) and what all items have in common changes no ranking, but would
tear a map into one cloud of items and one of states: so each kind is taken relative to its own mean direction.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.data import Sequences

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


class Mapped(Protocol):
    """A model whose items and states lie in one space."""

    @property
    def item_vectors(self) -> Floats:
        """Vector of each item, (n_items, d)."""
        ...

    def states(self, sequences: Sequences) -> Floats:
        """State after each event, (n_events, d)."""
        ...


def unit(vectors: Floats) -> Floats:
    """Vectors of length 1, so that near means the same direction; zeros stay."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Floats = (vectors / np.maximum(length, 1e-12)).astype(np.float32)
    return scaled


def item_directions(model: Mapped) -> Floats:
    """Items relative to what all items have in common, of length 1, (n_items, d)."""
    items = unit(model.item_vectors)
    return unit(items - items.mean(axis=0))


def state_directions(states: Floats, middle: Floats) -> Floats:
    """States relative to the mean direction of sampled ones, of length 1, (n, d)."""
    return unit(unit(states) - middle)


def frequent(sequences: Sequences, most: int) -> Ints:
    """The items with most events, all of them if there is room, in the order of their integer ids."""
    counts = np.bincount(sequences.item, minlength=sequences.n_items)
    return np.sort(np.argsort(-counts, kind="stable")[:most])


def placed_between(vectors: Floats, landmarks: Floats, places: Floats, count: int) -> Floats:
    """Places (n, 2) between the nearest landmarks, weighted by inverse squared distance."""
    from sklearn.neighbors import NearestNeighbors

    near = NearestNeighbors(n_neighbors=min(count, len(landmarks))).fit(landmarks.astype(np.float64))
    distance, index = near.kneighbors(vectors.astype(np.float64))
    weight = 1.0 / np.maximum(distance, 1e-6) ** 2
    weight /= weight.sum(axis=1, keepdims=True)
    placed: Floats = np.einsum("nk,nkc->nc", weight, places[index]).astype(np.float32)
    return placed
