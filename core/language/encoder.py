"""What turns texts into vectors: one interface, whichever model stands behind it."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.phrases import say
from core.progress import Progress, silent

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Bools = NDArray[np.bool_]

BATCH = 256
"""Texts between two looks at whether to stop."""


class Encoder(Protocol):
    """Texts in, unit vectors out; the same text gives the same vector, to the precision that is kept."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages it was trained on (ISO 639), empty where its maker does not say."""

    @property
    def licence(self) -> str:
        """Licence of the weights, empty where its maker does not say."""

    @property
    def fingerprint(self) -> str:
        """Hex digits that no other encoder has: weights, tokens, and how a vector is made of them."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Floats:
        """Unit vectors of some texts, (n, dimension); `query` says that they are looked for, not looked through."""

    def readable(self, texts: Sequence[str]) -> Bools:
        """Whether it knows the letters of each text, (n,); without that a vector means nothing."""


def encode(encoder: Encoder, texts: Sequence[str], progress: Progress = silent) -> Halves:
    """Vectors of many texts as they are kept, in half precision, (n, dimension); zero where one cannot be read.

    Raises what `progress` raises, between two batches.
    """
    found = np.zeros((len(texts), encoder.dimension), dtype=np.float16)
    for start in range(0, len(texts), BATCH):
        progress(start / len(texts), say("steps.words", done=start, texts=len(texts), model=encoder.name))
        batch = texts[start : start + BATCH]
        rows = [row for row, known in enumerate(encoder.readable(batch)) if known]
        if rows:
            found[[start + row for row in rows]] = encoder.encode([batch[row] for row in rows])
    return found


def unit(vectors: NDArray[np.floating[Any]]) -> Floats:
    """Vectors scaled to length 1, (n, d); those that are zero stay so."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Floats = np.divide(vectors, lengths, out=np.zeros(vectors.shape, np.float32), where=lengths > 1e-12)
    return scaled
