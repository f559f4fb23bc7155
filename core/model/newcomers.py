"""Items that were never trained on: scored by what they are, but less likely than one that has proven itself.

An item with attributes alone is scored like an average item of its kind. Having had none of the log's events, it is
expected to get fewer: with a Gamma(1, m) prior on an item's events, m their mean, one without any expects m / (1 + m)
against m on average; its logit is lowered by log(1 + m). An item of which nothing is known comes behind all others.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
UNKNOWN = 100.0
"""More than any two logits are apart."""


@dataclass(frozen=True, eq=False)
class Newcomers:
    """Which items are new, and what that means for their scores."""

    described: Ints
    """Items without history, but with attributes."""
    unknown: Ints
    """Items without either."""
    penalty: float
    """Taken from the logits of the described."""

    @classmethod
    def of(cls, vectors: torch.Tensor, popularity: Ints) -> "Newcomers":
        """From raw item vectors (n_items, size), zero where nothing is known, and training events (n_items,)."""
        new, known = popularity == 0, vectors.any(1).cpu().numpy()
        mean = float(popularity.sum() / max(1, (~new).sum()))
        return cls(np.flatnonzero(new & known), np.flatnonzero(new & ~known), float(np.log1p(mean)))

    def lower(self, scores: Floats) -> Floats:
        """Logits of all items, (n, n_items), changed in place."""
        if len(self.described):
            scores[:, self.described] -= np.float32(self.penalty)
        if len(self.unknown):
            scores[:, self.unknown] = scores.min(1, keepdims=True) - 1
        return scores

    def lowered(self, scores: torch.Tensor) -> torch.Tensor:
        """The same on the device that the scores are on."""
        described, unknown = (torch.from_numpy(rows).to(scores.device) for rows in (self.described, self.unknown))
        if len(described):
            scores[:, described] -= self.penalty
        if len(unknown):
            scores[:, unknown] = scores.amin(1, keepdim=True) - 1
        return scores

    def offsets(self, n_items: int) -> Floats:
        """What is added to the logit of each item, (n_items, 1): the same for an index, which knows no other way."""
        added = np.zeros((n_items, 1), dtype=np.float32)
        added[self.described] = -self.penalty
        added[self.unknown] = -UNKNOWN
        return added
