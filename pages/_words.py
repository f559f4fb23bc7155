"""How pages write sizes, times, and text that is not their own."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.phrases import foreign
from pages import _session as session

COMMANDS = re.compile(r" ?[(（](?:command line|命令行)[:：] ?[^()（）]*[)）]")
"""What is said to those at a command line."""
UNITS = ("B", "kB", "MB", "GB", "TB")


def size(number: float) -> str:
    """Bytes in a unit that fits: `1.4 MB`."""
    place = 0
    while number >= 1000 and place < len(UNITS) - 1:
        number, place = number / 1000, place + 1
    return f"{number:.1f} {UNITS[place]}" if number < 10 and place else f"{number:.0f} {UNITS[place]}"


def items(summary: Mapping[str, Any]) -> int:
    """Items of a data set, those of the items file that nobody had as well: as many as lists are made of.

    >>> items({"items": 767, "items_without_events": 33})
    800
    """
    return int(summary["items"]) + int(summary.get("items_without_events", 0))


def moment(iso: str | None) -> str:
    """Day and minute of an ISO time: `2024-03-04 14:05`."""
    return (iso or "")[:16].replace("T", " ")


def span(seconds: float) -> str:
    """How long something took: `48 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def between(start: str | None, end: str | None) -> float | None:
    """Seconds from one ISO time to another; None while one of them is missing."""
    if not start or not end:
        return None
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def plain(text: str, longest: int = 80) -> str:
    """Other people's text, fit for Markdown: nothing in it is read as a sign, and it is not endless.

    Text from right to left is set apart, else the words around it would change places with it.
    """
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~<>$:&])", r"\\\1", foreign(text, longest))


def unmarked(text: str) -> str:
    r"""Text for Markdown as plain text.

    >>> unmarked(r"**Sure**: 3\.5 \*")
    'Sure: 3.5 *'
    """
    return re.sub(r"\\(\W)", r"\1", re.sub(r"(?<!\\)\*\*", "", text))


def told(said: str | BaseException, longest: int = 600) -> str:
    r"""What the engine said, or its error, in the reader's language, less what it says to those at a command line.

    >>> told("Lower the minimum to 3 (command line: --min-events 3).")
    'Lower the minimum to 3\\.'
    """
    return plain(COMMANDS.sub("", session.told(said)), longest)


def file_name(text: str) -> str:
    """Other people's text as the name of a file: letters, digits and dashes, not endless.

    >>> file_name("../Zoë <zoe@example.org>")
    'Zoë-zoe-example-org'
    """
    return re.sub(r"\W+", "-", text).strip("-")[:60] or "user"
