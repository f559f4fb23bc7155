"""Items that were never trained on: scored by what they are, and as likely as validation says that such items are.

An item with attributes alone is scored like an average item of its kind. Where vectors of its words, or others, are
there, the part of its vector that its id would have learned is that of the items nearest in meaning:

    id part of j = sum over the nearest i of w_ij id_i,  w_ij ~ exp(cosine_ij / .15) log(1 + events of i)

What logits of newcomers are lowered by is found on validation events (`core.model.calibration`). Without such events,
or without vectors: having had none of the log's events, an item is expected to get fewer: with a Gamma(1, m) prior on
an item's events, m their mean, one without any expects m / (1 + m) against m on average; its logit is lowered by
log(1 + m). An item of which nothing is known comes behind all others.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
UNKNOWN = 100.0
"""More than any two logits are apart."""
NEAREST, SOFTNESS = 100, 0.15
"""Trained items that say what a newcomer's id would have learned, and how fast their say falls with the cosine."""
CELLS = 1 << 23
"""Cosines held at a time."""


@dataclass(frozen=True, eq=False)
class Newcomers:
    """Which items are new, and what that means for their scores."""

    described: Ints
    """Items without history, of which something is known."""
    unknown: Ints
    """Items of which nothing is."""
    penalty: float
    """Taken from the logits of the described."""

    @classmethod
    def of(cls, vectors: torch.Tensor, popularity: Ints, penalty: float | None = None) -> "Newcomers":
        """From raw item vectors (n_items, size), zero where nothing is known, and training events (n_items,)."""
        new, known = popularity == 0, vectors.any(1).cpu().numpy()
        mean = float(popularity.sum() / max(1, (~new).sum()))
        usual = float(np.log1p(mean)) if penalty is None else penalty
        return cls(np.flatnonzero(new & known), np.flatnonzero(new & ~known), usual)

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


def likely_ids(table: Tensor, popularity: Ints, meanings: Floats) -> Tensor:
    """What the ids of newcomers would have learned, by the trained items nearest in meaning, (n_items, size).

    `table` holds the vectors of ids, (n_items, size); `meanings` unit vectors, zero where nothing is known. Zero for
    trained items, and for newcomers that say nothing.
    """
    found, said = torch.zeros_like(table), meanings.any(1)
    new, old = np.flatnonzero((popularity == 0) & said), np.flatnonzero((popularity > 0) & said)
    if len(old):
        step = max(1, CELLS // max(len(old), NEAREST * table.shape[1]))
        for rows in np.split(new, range(step, len(new), step)):
            found[torch.from_numpy(rows)] = said_by(meanings[rows], table, popularity, (meanings, old))
    return found


def said_by(vectors: Floats, table: Tensor, popularity: Ints, among: tuple[Floats, Ints]) -> Tensor:
    """Mean of the rows of a table for the items nearest to some unit vectors, (n, size).

    `among` are the vectors of all items and the integer ids of those that may be near.
    """
    meanings, old = among
    cosines = vectors @ meanings[old].T
    count = min(NEAREST, len(old))
    place = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
    near, items = np.take_along_axis(cosines, place, axis=1), old[place]
    weights = np.exp((near - near.max(axis=1, keepdims=True)) / SOFTNESS) * np.log1p(popularity[items])
    shares = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return (torch.from_numpy(shares)[:, None] @ table[torch.from_numpy(items)])[:, 0]
