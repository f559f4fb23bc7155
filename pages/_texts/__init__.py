"""The words of the dashboard: one catalogue per language, beside this file.

What the engine says has its English beside the engine (`core.phrases`), all other languages here.
"""

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from core.phrases import TEXTS, Said

LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "简体中文"}
"""Code in the link and name in the sidebar."""


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of a language, by `section.name`; `charts` holds English word -> word."""
    with Path(__file__).with_name(f"{language}.toml").open("rb") as file:
        return (dict(TEXTS) if language == "en" else {}) | dict(_flat(tomllib.load(file)))


def told(language: str, said: str) -> str:
    """What the engine said, in a language; text without a code as it is."""
    if not isinstance(said, Said):
        return said
    values = {name: told(language, value) if isinstance(value, str) else value for name, value in said.values.items()}
    return filled(catalogue(language)[said.code], values)


class _Filler(string.Formatter):
    """Fills in values; `{n:?user|users}` is the word that goes with a number."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """The value, or the word for one or for several of it."""
        if not format_spec.startswith("?"):
            return str(super().format_field(value, format_spec))
        one, several = format_spec[1:].split("|")
        return one if f"{value:.0f}" == "1" else several


def filled(text: str, values: Mapping[str, object]) -> str:
    """A text with values filled in.

    >>> filled("{n:,} {n:?user|users}", {"n": 1}), filled("{n:,} {n:?user|users}", {"n": 2000})
    ('1 user', '2,000 users')
    """
    return _Filler().vformat(text, (), values)


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


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            pairs += _flat(value, f"{prefix}{key}.")
        else:
            pairs.append((prefix + key, value.strip()))
    return pairs
