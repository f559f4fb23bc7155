"""What items say that come by a stream: read as they come, with the model and the columns of their data set.

What was read is kept with what the other items said, so that it is read once. Where the language model is gone, what
was kept stays, and items that are new are counted.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.language import encode, kept, said_by
from core.pipeline.words import Reader, language_settings, reader_of, said_of
from core.settings import NONE
from core.workspace import DataSet, Workspace

if TYPE_CHECKING:
    from core.data import Floats
    from core.model import InterestModel

AT_ONCE = 256
"""Texts that wait at most until they are kept: to keep some rewrites all of them."""


class Hearing:
    """Reads items of one stream, for one model; what it read is kept by `close`, or once it is much."""

    def __init__(self, reader: Reader, columns: tuple[str, ...], model: "InterestModel") -> None:
        self._reader, self._columns, self._model = reader, columns, model
        self._known = kept.read(reader.folder) if reader.folder else kept.nothing(0)
        self._new: dict[str, NDArray[np.float16]] = {}
        self.unread = 0
        """Items that say something which nobody could read."""

    def __call__(self, known: Mapping[str, str]) -> "Floats | None":
        """What the words of an item add to its vector, (size,), from text by column; None where they add nothing."""
        text = said_by(known, self._columns, self._reader.settings.characters)
        if not text:
            return None
        vector = self._read(text)
        if vector is None or not vector.any():
            self.unread += 1
            return None
        return self._model.beside(self._reader.fingerprint, vector)

    def _read(self, text: str) -> "Floats | None":
        keys = kept.hashes([text])
        if self._known.has(keys).all():
            return np.asarray(self._known.vectors[self._known.rows(keys)], dtype=np.float32)
        if text not in self._new and self._reader.encoder is not None:
            self._new[text] = encode(self._reader.encoder, [text])
            if len(self._new) >= AT_ONCE:
                self.close()
                return self._read(text)
        found = self._new.get(text)
        return None if found is None else found.astype(np.float32)

    def close(self) -> None:
        """Keep what was read."""
        if self._new:
            self._known = self._reader.keep(list(self._new), np.concatenate(list(self._new.values())))
            self._new = {}


def hearing_of(workspace: Workspace, found: DataSet, model: object) -> Hearing | None:
    """Who reads new items of a version for a model; None where words are not read, or the model knows none."""
    chosen = language_settings(found)
    if chosen.model == NONE or not getattr(model, "meanings", ()):
        return None
    from core.model import InterestModel

    if not isinstance(model, InterestModel):
        return None
    reader = reader_of(workspace, found, chosen)
    if all(each.fingerprint != reader.fingerprint for each in model.meanings):
        return None
    return Hearing(reader, said_of(found, chosen).columns, model)
