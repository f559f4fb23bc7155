"""The words of a report: one catalogue per language beside this file, which pages read as well."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.phrases import TEXTS, Said, filled, foreign, texts_in

LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({"en": "English", "zh": "简体中文"})
"""Code and own name of each language."""


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of a language, by `section.name`."""
    return texts_in(Path(__file__).with_name(f"{language}.toml"))


class Words:
    """What is said in one language, as plain text: whoever writes it into a file escapes it there."""

    def __init__(self, language: str = "en") -> None:
        """One of `LANGUAGES`."""
        self.language, self._texts = language, {**(TEXTS if language == "en" else {}), **catalogue(language)}

    def say(self, key: str, **values: object) -> str:
        """A text with values filled in; bold marks of pages are taken out, and no value is endless."""
        plain = {name: foreign(value) if isinstance(value, str) else value for name, value in values.items()}
        return filled(self._texts[key].replace("**", ""), plain)

    def told(self, said: str, *, hidden: bool = False) -> str:
        """What the engine said; with `hidden` without values that may be somebody's id."""
        if not isinstance(said, Said) or said.code not in self._texts:
            return foreign(said, 600)
        values = {name: "…" if hidden and name in ("user", "some") else value for name, value in said.values.items()}
        return filled(
            self._texts[said.code],
            {name: foreign(value, 300) if isinstance(value, str) else value for name, value in values.items()},
        )

    def model(self, name: str) -> str:
        """The plain name of a model; its own where there is none."""
        return self._texts.get(f"models.{name}", name)
