"""Vectors of texts in a folder, by the hash of each text: what was encoded once is read from then on."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.language.encoder import Bools, Halves

Hashes = NDArray[np.uint64]

KEYS, VECTORS, ABOUT = "keys.npy", "vectors.npy", "about.json"


def hashes(texts: Iterable[str]) -> Hashes:
    """What a text is known by: 64 bits of BLAKE2, (n,)."""
    digests = [hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest() for text in texts]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


@dataclass(frozen=True, eq=False)
class Kept:
    """Vectors by hash."""

    keys: Hashes
    """Hashes, each once and rising, (n,)."""
    vectors: Halves
    """A vector each; zero for a text that could not be read, (n, d). Read from a folder, it stays on the disk."""

    def __len__(self) -> int:
        """Number of texts."""
        return len(self.keys)

    def has(self, wanted: Hashes) -> Bools:
        """Which texts are there, (m,)."""
        there: Bools = np.isin(wanted, self.keys)
        return there

    def rows(self, wanted: Hashes) -> NDArray[np.int64]:
        """The row of each text, which must be there, (m,)."""
        return np.searchsorted(self.keys, wanted)

    def with_more(self, keys: Hashes, vectors: Halves) -> "Kept":
        """These and others, each text once."""
        if not len(self):
            order = np.argsort(keys)
            return Kept(keys[order], vectors[order])
        together = np.concatenate([self.keys, keys])
        found, first = np.unique(together, return_index=True)
        return Kept(found, np.concatenate([self.vectors, vectors])[first])

    def unread(self, texts: Sequence[str]) -> list[str]:
        """Those of some texts that are there and could not be read."""
        keys = hashes(texts)
        there = np.flatnonzero(self.has(keys))
        blank = ~self.vectors[self.rows(keys[there])].any(1)
        return [texts[place] for place in there[blank]]

    def only(self, wanted: Hashes) -> "Kept":
        """Those of some texts."""
        kept = np.isin(self.keys, wanted)
        return Kept(self.keys[kept], self.vectors[kept])

    def save(self, folder: Path, about: dict[str, Any]) -> None:
        """Write a new folder."""
        folder.mkdir()
        np.save(folder / KEYS, self.keys)
        np.save(folder / VECTORS, self.vectors)
        (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")


def nothing(dimension: int) -> Kept:
    """Vectors of no text."""
    return Kept(np.zeros(0, dtype=np.uint64), np.zeros((0, dimension), dtype=np.float16))


def read(folder: Path) -> Kept:
    """What a folder holds; nothing where it is not there or damaged."""
    try:
        keys = np.load(folder / KEYS, allow_pickle=False)
        vectors = np.load(folder / VECTORS, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError):
        return nothing(0)
    fits = vectors.ndim == 2 and len(vectors) == len(keys) and vectors.dtype == np.float16
    return Kept(keys, vectors) if fits else nothing(0)


def about(folder: Path) -> dict[str, Any]:
    """What was written down with a folder; empty where that cannot be read."""
    try:
        found = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
