"""Letters of a text: which scripts they belong to, and how many words they make."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

WORD = re.compile(r"[^\W\d_]+")
PIECES, SIGNS = 100, 3000
"""Pieces of two letters or more, or single ones where each is a word, by which a vocabulary knows a script."""
BYTES = "Ġ"
"""A space in vocabularies of bytes, which know no letters."""


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


def scripts_of(vocabulary: Iterable[str]) -> frozenset[str]:
    """Scripts in which a vocabulary of pieces has words, and not just some letters; empty where that cannot be told.

    That of most pieces always counts. A model of English knows many Chinese letters by sight, and says nothing by them.
    """
    pieces, single = Counter[str](), Counter[str]()
    for token in vocabulary:
        if token.startswith(BYTES):
            return frozenset()
        letters = WORD.findall(token)
        if letters:
            (pieces if len(letters[0]) > 1 else single)[script(letters[0][0])] += 1
    most = {name for name, _ in (pieces or single).most_common(1)}
    return frozenset(most | {name for name in pieces if pieces[name] >= PIECES}
                     | {name for name in single if single[name] >= SIGNS})  # fmt: skip


def words(texts: Iterable[str]) -> int:
    """Number of words, runs of letters, in some texts.

    >>> words(["red tent", "2 mugs"])
    3
    """
    return sum(len(WORD.findall(text)) for text in texts)
