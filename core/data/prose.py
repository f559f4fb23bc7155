"""Whether a column of a log holds words that somebody wrote, and which words these are."""

import re
from collections.abc import Sequence

from core.data.missing import is_missing

FEWEST = 10
"""Different texts from which on it is words that people chose, not a list of kinds; most rows may have none."""
UNSPACED = r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f]"
"""Letters of scripts without spaces: each counts as a word."""
WORD = re.compile(rf"{UNSPACED}|[^\W\d_]+")
PIECE = re.compile(r"[\s,;.!?，。；！？]+")
NO_WORDS = re.compile(r"://|^www\.|\S@\S+\.\S|^[\[{]")
"""Addresses and JSON."""


def is_prose(cells: Sequence[str], *, several: bool) -> bool:
    """Whether some of the cells of a column are texts of words, `several` words each; not codes, numbers, addresses.

    >>> queries = [f"{colour} {thing}" for colour in ("red", "blue") for thing in "mug tent lamp bag pot".split()]
    >>> is_prose(queries, several=True), is_prose([f"SKU {n}" for n in range(20)], several=True)
    (True, False)
    """
    texts = list(dict.fromkeys(cell for cell in map(str.strip, cells) if not is_missing(cell)))
    if len(texts) < FEWEST:
        return False
    pieces = [piece for text in texts for piece in PIECE.split(text) if piece]
    lettered = sum(not any(map(str.isdigit, piece)) for piece in pieces)
    if lettered <= 0.6 * len(pieces) or sum(bool(NO_WORDS.search(text)) for text in texts) > 0.1 * len(texts):
        return False
    return not several or sum(len(WORD.findall(text)) > 1 for text in texts) > 0.5 * len(texts)


def words_of(text: str) -> frozenset[str]:
    """Words of a text in small letters.

    >>> sorted(words_of("A red Mug, 杯子 2"))
    ['a', 'mug', 'red', '子', '杯']
    """
    return frozenset(WORD.findall(text.casefold()))
