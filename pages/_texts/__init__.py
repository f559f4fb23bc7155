"""The words of the dashboard: one catalogue per language, beside this file.

What the engine says has its English beside the engine (`core.phrases`), all other languages here; what a report says
as well stands beside the report (`core.report`).
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from core.phrases import TEXTS, Said, texts_in
from core.phrases import filled as filled
from core.report import words

LANGUAGES: Mapping[str, str] = words.LANGUAGES
"""Code in the link and name in the sidebar."""


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of a language, by `section.name`; `charts` holds English word -> word."""
    own = texts_in(Path(__file__).with_name(f"{language}.toml"))
    return (dict(TEXTS) if language == "en" else {}) | dict(words.catalogue(language)) | own


def told(language: str, said: str) -> str:
    """What the engine said, in a language; text without a code as it is."""
    if not isinstance(said, Said):
        return said
    values = {name: told(language, value) if isinstance(value, str) else value for name, value in said.values.items()}
    return filled(catalogue(language)[said.code], values)


@cache
def chart_words(language: str) -> Mapping[str, str]:
    """Words inside charts, English -> language; empty for English."""
    with Path(__file__).with_name(f"{language}.toml").open("rb") as file:
        words: dict[str, str] = tomllib.load(file).get("charts", {})
    return words


@cache
def model_names(language: str) -> Mapping[str, str]:
    """Plain names of models and baselines, by the names that settings and the command line have for them."""
    return {key.removeprefix("models."): text for key, text in catalogue(language).items() if key.startswith("models.")}
