"""Items by what somebody asks for in words: by meaning, by the words themselves, and by what the first answers mean.

What the first answers have in common says more than a question of three words: Rocchio, Relevance Feedback in
Information Retrieval, 1971; without anybody's judgement, as in Buckley and others, TREC-3, 1994.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.language.encoder import Encoder, Floats, unit
from core.language.item_vectors import ItemVectors
from core.language.terms import Terms

WORDS = 0.5
"""What the words themselves count beside their meaning (`bench.search`)."""
FIRST, SHARE = 10, 20
"""Answers that are looked at for what they have in common, and of so many items one at most."""
ECHO = 0.5
"""What is near to the first answers counts beside the answers themselves (`bench.search`)."""
LONGEST = 1000
"""Characters of a question that are read."""
NOISE = 1.5
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
    named: "Named | None" = None
    """Categories and tags of the items, if they have any."""

    def reads(self, text: str) -> bool:
        """Whether the encoder knows the letters of a question."""
        return self.encoder is not None and bool(self.encoder.readable([text[:LONGEST]])[0])

    def scores(self, text: str) -> Floats:
        """How well each item answers a question, (n_items,).

        The cosine of meanings, that of the nearest of its categories and tags, and .5 x that of words; all of it
        together with how near the item is to what the first answers mean.
        """
        text = text[:LONGEST]
        found: Floats = WORDS * self.terms.scores(text)
        if self.vectors is not None and self.encoder is not None and self.reads(text):
            asked = self.encoder.encode([text], query=True)[0]
            found += self.vectors @ asked
            if self.named is not None:
                found += self.named.nearest(asked, len(found))
            return self._echoed(found, self.vectors)
        return found

    @staticmethod
    def _echoed(found: Floats, vectors: Floats) -> Floats:
        """Scores beside how near items are to the mean of the first, brought to the same height; (n_items,)."""
        first = best(found, min(FIRST, -(-len(found) // SHARE)))
        if not len(first):
            return found
        near = vectors @ unit((found[first] @ vectors[first])[None])[0]
        height, echo = found[first].mean(), near[first].mean()
        mixed: Floats = (found + ECHO * near * (height / echo)) / (1 + ECHO) if echo > 0 else found
        return mixed.astype(np.float32)


@dataclass(frozen=True, eq=False)
class Named:
    """Categories and tags as vectors: in a long text each of them is hidden by the others."""

    vectors: Floats
    """Unit vectors of the different pieces, less what they have in common, (n_pieces, d)."""
    item: NDArray[np.int64]
    """Item of each link, rising, (n_links,)."""
    piece: NDArray[np.int64]
    """Its piece, (n_links,)."""

    @classmethod
    def of(cls, vectors: Floats, item: NDArray[np.int64], piece: NDArray[np.int64]) -> "Named | None":
        """From unit vectors of the pieces, zero where one was not read; None where no item has a piece."""
        read = vectors[piece].any(1)
        item, piece = item[read], piece[read]
        if not len(item):
            return None
        often = np.bincount(piece, minlength=len(vectors)).astype(np.float32)
        return cls(unit(vectors - often @ vectors / often.sum()), item, piece)

    def nearest(self, asked: Floats, items: int) -> Floats:
        """Cosine of the nearest piece of each item, 0 without one, (items,)."""
        found = np.zeros(items, dtype=np.float32)
        start = np.flatnonzero(np.diff(self.item, prepend=-1))
        found[self.item[start]] = np.maximum.reduceat((self.vectors @ asked)[self.piece], start)
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
    median distance from it) tell what stands out: 0 up to `NOISE` deviations, 1 from half of the usual
    height of those on that stand out at least half as far as the best.
    """
    if not len(scores):
        return np.zeros(0, dtype=np.float32)
    middle = np.median(scores)
    spread = max(1.4826 * np.median(np.abs(scores - middle)), FLAT * np.abs(scores).max(), 1e-12)
    off = (scores - middle) / spread - NOISE
    height = off[off >= off.max() / 2].mean() if off.max() > 0 else 1.0
    found: Floats = np.clip(2 * off / height, 0.0, 1.0).astype(np.float32)
    return found
