"""Which encoder a setting names."""

from functools import lru_cache

from core.language.encoder import Encoder
from core.language.model_folder import ModelFolder
from core.language.universal import Universal, universal

SUPPORTED = {"Transformer", "Pooling", "Normalize"}
"""Steps of sentence-transformers that are known here."""


def encoder_of(model: str) -> Encoder:
    """The encoder that `language.model` names: auto, or the path of a folder; raises `LanguageError`."""
    if model == "auto":
        return universal()
    folder = ModelFolder.at(model)
    return _loaded(model, tuple(path.stat().st_mtime_ns for path in (folder.path / "config.json", *folder.weights)))


@lru_cache(maxsize=1)
def _loaded(model: str, _written: tuple[int, ...]) -> Encoder:
    """The last one stays loaded while its files stay as they are."""
    folder = ModelFolder.at(model)
    from core.language import bert  # torch is loaded only for a model that needs it

    own = folder.config["model_type"] in bert.PLACES and folder.pooling in bert.POOLINGS
    if own and {kind for kind, _ in folder.modules} <= SUPPORTED:
        return bert.Bert(folder)
    from core.language.borrowed import Borrowed

    return Borrowed(folder)


def known_fingerprint(model: str) -> str | None:
    """The fingerprint of an encoder that cannot be opened, where it is known without it."""
    return Universal.fingerprint if model == "auto" else None
