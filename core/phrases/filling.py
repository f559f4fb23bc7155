"""Texts from catalogues filled in, and other people's text made fit to stand in them."""

import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from unicodedata import bidirectional

ISOLATE, END = "\u2068", "\u2069"
"""Around text of its own direction."""
LEFTWARD: Final = {"R", "AL", "RLE", "RLO", "RLI"}
"""Kinds of letters that turn the direction of what stands beside them."""
CONTROLS: Final = re.compile("[\\x00-\\x08\\x0e-\\x1b\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff]")
"""What moves a terminal's cursor, ends a line where nobody sees one, or is half of a letter."""


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


def foreign(text: object, longest: int = 80) -> str:
    """Other people's text on one line, not endless; from right to left it is set apart.

    Else the words around it would change places with it.

    >>> foreign("a long  name" + chr(10), 8)
    'a long …'
    """
    line = " ".join(CONTROLS.sub("", str(text)).split())
    line = line if len(line) <= longest else line[: longest - 1] + "…"
    return f"{ISOLATE}{line}{END}" if any(bidirectional(letter) in LEFTWARD for letter in line) else line


def harmless(text: str) -> str:
    r"""A text for a terminal, with nothing in it that the terminal would obey.

    >>> harmless("a" + chr(27) + "[2J" + chr(10) + "b")
    'a[2J\nb'
    """
    return CONTROLS.sub("", text)


def texts_in(file: Path) -> dict[str, str]:
    """All texts of a catalogue in TOML, by `section.name`."""
    return dict(_flat(tomllib.loads(file.read_text("utf-8"))))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value.strip()
