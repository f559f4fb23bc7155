"""Letters of a text: which scripts they belong to, and how many words they make."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1 << 16)
def script(letter: str) -> str:
    """The script of a letter, by the first word of its name; empty for what is no letter.

    >>> script("a"), script("猫"), script("я"), script("7")
    ('LATIN', 'CJK', 'CYRILLIC', '')
    """
    return unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""


def share_in(text: str, scripts: frozenset[str]) -> float:
    """Share of a text's letters that belong to some scripts; 0 for a text without letters.

    >>> share_in("tent שלום", frozenset({"LATIN"}))
    0.5
    """
    found = [script(letter) for letter in text if letter.isalpha()]
    return sum(name in scripts for name in found) / len(found) if found else 0.0


def words(texts: Iterable[str]) -> int:
    """Number of words, runs of letters, in some texts.

    >>> words(["red tent", "2 mugs"])
    3
    """
    return sum(len(WORD.findall(text)) for text in texts)
