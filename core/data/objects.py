"""JSON that is not one object a line, turned into lines: arrays, objects over several lines, Python's dictionaries."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from core.data.lines import LONGEST, bounded
from core.errors import EventsError
from core.phrases import say

CHUNK = 1 << 20
ARRAY = re.compile(r"\s*\[\s*\{")
DICTIONARY = re.compile(r"\s*\{u?'")
"""How a line begins that Python printed, as old data sets of reviews have them."""
PRETTY = re.compile(r"\s*\{[ \t]*\r?\n")
"""How a text begins whose objects go over several lines."""
MOST_BRACKETS = 5000
"""Brackets, or signs, of one kind in a line that Python printed; a deep one has no more."""
BLANK = " \t\r\n,"


def are_objects(text: str) -> bool:
    """Whether a text begins as one of these kinds."""
    return any(kind.match(text) for kind in (ARRAY, PRETTY, DICTIONARY))


def rewritten(path: Path, target: Path, name: str) -> Path:
    """A copy of a UTF-8 text as JSON lines; raises `EventsError` where an array breaks off."""
    with path.open(encoding="utf-8", errors="replace") as stream, target.open("w", encoding="utf-8") as out:
        for line in as_lines(stream, name):
            out.write(line + "\n")
    return target


def as_lines(stream: TextIO, name: str, *, whole: bool = True) -> Iterator[str]:
    """An object of JSON for each object of the text; `whole`: an array that is not closed is an error."""
    first = stream.read(CHUNK)
    if ARRAY.match(first) or PRETTY.match(first):
        yield from _of_array(first, stream, name, whole=whole)
    else:
        stream.seek(0)
        yield from map(_of_python, bounded(stream))


def _of_array(text: str, stream: TextIO, name: str, *, whole: bool) -> Iterator[str]:
    decoder = json.JSONDecoder()
    text, closed = text.lstrip(), not text.lstrip().startswith("[")
    place, count = int(not closed), 0
    while True:
        while place < len(text) and text[place] in BLANK:
            place += 1
        if text.startswith("]", place):
            return
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            more = stream.read(CHUNK) if len(text) - place < LONGEST else ""
            if more:
                text, place = text[place:] + more, 0
                continue
            if whole and not (closed and place >= len(text)):
                raise EventsError(say("errors.torn_array", file=name, count=count)) from None
            return
        count += 1
        yield _written(value)


def _is_shallow(text: str) -> bool:
    """Whether Python's parser may be given a text: one too deep ends the process."""
    return max(text.count("{"), text.count("["), text.count("("), text.count("-")) < MOST_BRACKETS


def _written(value: object) -> str:
    """A value on one line; one that lies too deep is written as none, and counted as no object."""
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except RecursionError:
        return "null"


def _of_python(line: str) -> str:
    """A dictionary as JSON; other lines as they are, to be counted as none. Nothing is run: only literals are read."""
    text = line.strip()
    try:
        return _written(ast.literal_eval(text)) if text.startswith("{") and _is_shallow(text) else text
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return text
