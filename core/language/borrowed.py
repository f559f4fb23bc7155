"""Language models of other architectures, through the package `sentence-transformers` where somebody installed it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.errors import LanguageError
from core.language.encoder import Bools, Floats, unit
from core.language.model_folder import ModelFolder
from core.phrases import say


class Borrowed:
    """A model as `sentence-transformers` runs it: from its folder alone, from safetensors, without code of its own."""

    def __init__(self, folder: ModelFolder) -> None:
        """Load it; raises `LanguageError` where the package is missing or cannot load it."""
        kind, path = str(folder.config["model_type"]), str(folder.path)
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError:
            raise LanguageError(say("errors.other_architecture", path=path, kind=kind)) from None
        try:
            self._model: Any = SentenceTransformer(
                path, local_files_only=True, trust_remote_code=False, model_kwargs={"use_safetensors": True}
            )
        except Exception as error:  # whatever that package and those under it raise
            raise LanguageError(say("errors.unloadable_model", path=path, kind=kind, why=str(error)[:200])) from error
        self.folder = folder
        self.dimension = int(self._model.get_sentence_embedding_dimension())
        self.name = folder.path.resolve().name
        self.languages = tuple(folder.card.get("language", []))
        self.licence = " ".join(folder.card.get("license", []))
        self.fingerprint = folder.fingerprint

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Floats:
        """Unit vectors, (n, dimension)."""
        before = self.folder.prompt(query=query)
        found = self._model.encode([before + text for text in texts], show_progress_bar=False, convert_to_numpy=True)
        return unit(np.asarray(found, dtype=np.float32))

    def readable(self, texts: Sequence[str]) -> Bools:
        """All are taken to be: such models know bytes, not letters, (n,)."""
        return np.ones(len(texts), dtype=bool)
