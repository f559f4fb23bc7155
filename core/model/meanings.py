"""What language models, or whoever brought vectors, say of the items of a run.

Centre and axes of each source belong to the run and lie beside its weights: items that come later, and texts that
somebody asks for, go through the same ones, so that likeness means the same as when the run was trained.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.language import ItemVectors, Whitening, unit
from core.model.checkpoints import FORMAT, read_tensors, write_tensors
from core.model.ranker import Discerning

Floats = NDArray[np.float32]
MEANINGS, START_MEANINGS = "meanings.safetensors", "start_meanings.safetensors"
PARTS = ("vectors", "centre", "axes")


@dataclass(frozen=True, eq=False)
class Meaning:
    """Vectors of all items from one source, made alike."""

    name: str
    """Of the source."""
    fingerprint: str
    """What no other source has."""
    vectors: Floats
    """Whitened unit vectors, zero where the source says nothing, (n_items, size)."""
    whitening: Whitening


def meanings_of(sources: Iterable[ItemVectors], earlier: Iterable[Meaning] = ()) -> tuple[Meaning, ...]:
    """Each source whitened, by the centre and axes of an `earlier` run where it is the same source.

    A source whose vectors are all the same tells no item from another, and is left out.
    """
    before = {meaning.fingerprint: meaning.whitening for meaning in earlier}
    found = []
    for source in sources:
        if source.known.any():
            whitening = before.get(source.fingerprint) or Whitening.of(source)
            found.append(Meaning(source.name, source.fingerprint, whitening.apply(source), whitening))
    return tuple(meaning for meaning in found if meaning.vectors.any())


def side_by_side(meanings: Iterable[Meaning], n_items: int) -> Floats:
    """One unit vector of each item from all sources that know it, each with the same say, (n_items, sum of sizes)."""
    vectors = np.concatenate([np.zeros((n_items, 0), dtype=np.float32), *(each.vectors for each in meanings)], axis=1)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: Floats = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
    return found


def placed(meanings: Sequence[Meaning], fingerprint: str, vector: Floats) -> Floats | None:
    """A vector of one source (1, d) among all, as `side_by_side` has those of items; None where the run lacks it."""
    parts = [
        each.whitening.apply_to(vector) if each.fingerprint == fingerprint else np.zeros_like(each.vectors[:1])
        for each in meanings
    ]
    there = any(each.fingerprint == fingerprint for each in meanings)
    return unit(np.concatenate(parts, axis=1)) if there else None


def said_of(rankers: Iterable[object]) -> Floats | None:
    """What the first of some rankers that knows what items mean knows, as `side_by_side`; None where none does."""
    known = next((each for each in rankers if isinstance(each, Discerning) and each.meanings), None)
    return None if known is None else side_by_side(known.meanings, len(known.meanings[0].vectors))


def keep_meanings(folder: Path, sources: Iterable[ItemVectors]) -> None:
    """Lay what sources say of the items into the folder of a run, before it is trained; what lies there stays."""
    if (folder / MEANINGS).exists():
        return
    tensors: dict[str, torch.Tensor] = {}
    known: list[list[str]] = []
    for place, each in enumerate(meanings_of(sources, read_meanings(folder / START_MEANINGS))):
        known.append([each.name, each.fingerprint])
        values = (each.vectors, each.whitening.centre, each.whitening.axes)
        tensors |= {f"{place}.{part}": torch.from_numpy(value) for part, value in zip(PARTS, values, strict=True)}
    if tensors:
        write_tensors(folder / MEANINGS, tensors, {"format": FORMAT, "sources": known})


def kept_meanings(folder: Path) -> tuple[Meaning, ...]:
    """What lies in the folder of a run."""
    return read_meanings(folder / MEANINGS)


def read_meanings(path: Path) -> tuple[Meaning, ...]:
    """What lies beside the weights of a run; nothing where it was trained without."""
    if not path.exists():
        return ()
    tensors, about = read_tensors(path)
    found = []
    for place, (name, fingerprint) in enumerate(about["sources"]):
        vectors, centre, axes = (tensors[f"{place}.{part}"].numpy() for part in PARTS)
        found.append(Meaning(name, fingerprint, vectors, Whitening(centre, axes)))
    return tuple(found)
