"""Vectors of items from one source, and how they are made alike: centred, whitened, of unit length.

Whitening: Zhang and others, Are ID Embeddings Necessary? Whitening Pre-trained Text Embeddings, 2024.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.language.encoder import Bools, Floats, unit

SIZE = 64
"""Numbers that a whitened vector has at most."""
LEAST = 1e-6
"""Share of the largest variance below which a direction is noise."""
BLOCK = 20_000
"""Items in one product."""


@dataclass(frozen=True, eq=False)
class ItemVectors:
    """What one source says of items, in the order of their integer ids."""

    name: str
    """Of the source: words, relations, or as whoever brought it calls it."""
    values: Floats
    """Unit vectors of words and relations, others as they were brought; zero where nothing is known, (n_items, d)."""
    known: Bools
    """Whether the source says anything of an item, (n_items,)."""
    fingerprint: str
    """What no other source has: encoder, columns, or the contents of the file that was brought."""


@dataclass(frozen=True, eq=False)
class Whitening:
    """Centre and axes of a source, learned from the items that it knows; they belong to whatever was made with them."""

    centre: Floats
    """Mean, (d,)."""
    axes: Floats
    """Directions of most variance, each divided by its deviation, (d, size)."""

    @classmethod
    def of(cls, source: ItemVectors, size: int = SIZE) -> "Whitening":
        """Learned from the known items; fewer directions where they do not span so many."""
        rows = np.flatnonzero(source.known)
        centre = _mean(source.values, rows)
        spread = np.zeros((source.values.shape[1],) * 2)
        for block in _blocks(rows):
            off = source.values[block] - centre
            spread += (off.T @ off).astype(np.float64)
        variances, axes = np.linalg.eigh(spread / max(1, len(rows)))
        order = [place for place in np.argsort(-variances, kind="stable")[:size] if variances[place] > 0
                 and variances[place] > LEAST * variances.max()]  # fmt: skip
        axes = axes[:, order] * np.sign(axes[np.abs(axes[:, order]).argmax(0), order] + 1e-30)
        scaled = axes / np.sqrt(variances[order])
        return cls(centre.astype(np.float32), scaled.astype(np.float32))

    def apply(self, source: ItemVectors) -> Floats:
        """Whitened unit vectors, zero where the source says nothing, (n_items, size)."""
        found = np.zeros((len(source.values), self.axes.shape[1]), dtype=np.float32)
        for block in _blocks(np.flatnonzero(source.known)):
            found[block] = unit((source.values[block] - self.centre) @ self.axes)
        return found

    def apply_to(self, vectors: NDArray[np.floating[Any]]) -> Floats:
        """The same of other vectors of the source, as of a text that somebody asks for, (n, size)."""
        return unit((vectors - self.centre) @ self.axes)


def _blocks(rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]


def _mean(values: Floats, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    total = np.zeros(values.shape[1])
    for block in _blocks(rows):
        total += values[block].sum(0, dtype=np.float64)
    return total / max(1, len(rows))
