"""Items by what somebody asks for in words: by meaning, and by the words themselves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.language.encoder import Encoder, Floats, unit
from core.language.item_vectors import ItemVectors
from core.language.terms import Terms

WORDS = 0.5
"""What the words themselves count beside their meaning (`bench.search`)."""
LONGEST = 1000
"""Characters of a question that are read."""
NOISE = 2.0
"""Deviations that an item must stand out by to count at all."""
FLAT = 0.01
"""Share of the highest score that is taken for noise where most items have the same."""


@dataclass(frozen=True, eq=False)
class Index:
    """What items say, ready to be asked."""

    vectors: Floats | None
    """Unit vectors, `centred`, zero where nothing is known; None without an encoder, (n_items, d)."""
    encoder: Encoder | None
    terms: Terms

    def reads(self, text: str) -> bool:
        """Whether the encoder knows the letters of a question."""
        return self.encoder is not None and bool(self.encoder.readable([text[:LONGEST]])[0])

    def scores(self, text: str) -> Floats:
        """How well each item answers a question, (n_items,): cosine of meanings + .5 x cosine of words."""
        text = text[:LONGEST]
        found: Floats = WORDS * self.terms.scores(text)
        if self.vectors is not None and self.encoder is not None and self.reads(text):
            found += self.vectors @ self.encoder.encode([text], query=True)[0]
        return found


def centred(vectors: ItemVectors) -> Floats:
    """Unit vectors less what all items have in common, which is near to every question; zero where nothing is known."""
    common = vectors.values[vectors.known].mean(0) if vectors.known.any() else np.float32(0)
    off: Floats = np.where(vectors.known[:, None], vectors.values - common, np.float32(0))
    return unit(off)


def best(scores: Floats, k: int) -> NDArray[np.int64]:
    """Places of the k highest scores above 0, the highest first, equal ones in their order."""
    k = min(k, len(scores))
    if k < len(scores):
        least = np.partition(scores, len(scores) - k)[len(scores) - k]
        places = np.flatnonzero(scores >= least)
    else:
        places = np.arange(len(scores))
    order = places[np.argsort(-scores[places], kind="stable")][:k]
    return order[scores[order] > 0]


def relevance(scores: Floats) -> Floats:
    """How far each item is what was asked for, 0 to 1: by how far it stands out from all, (n_items,).

    Most items have nothing to do with a question; their scores are its noise, whose middle and spread (median, and
    median distance from it) tell what stands out: 0 up to `NOISE` deviations, 1 from the usual height of those on that
    stand out at least half as far as the best.
    """
    if not len(scores):
        return np.zeros(0, dtype=np.float32)
    middle = np.median(scores)
    spread = max(1.4826 * np.median(np.abs(scores - middle)), FLAT * np.abs(scores).max(), 1e-12)
    off = (scores - middle) / spread - NOISE
    height = off[off >= off.max() / 2].mean() if off.max() > 0 else 1.0
    found: Floats = np.clip(off / height, 0.0, 1.0).astype(np.float32)
    return found
