"""What programs write for a cell without a value: words that are nobody's id, unless ids are words too."""

import re
from collections.abc import Iterable, Sequence

PATTERN = r"nan|null|none|nat|na|undefined|n/a|#n/?a|<na>|\\n|\(not set\)"
"""All of them, as a regular expression without case."""
WORDS = ("nan", "null", "none", "nat", "na", "undefined")
"""Those that may be somebody's name."""
NOBODY = (
    *WORDS, "unknown", "anonymous", "anonym", "guest", "nobody", "no user", "test", "-", "--", "?", "0", "-1", "0.0",
    "-1.0", "00000000-0000-0000-0000-000000000000", "未知", "匿名", "неизвестно", "desconocido", "inconnu", "unbekannt",
    "gast",
)  # fmt: skip
"""Ids that may mean that nobody was known; they stay, and the largest of a log is named."""
TOTALS = tuple(
    form
    for word in (
        "total",
        "totals",
        "grand total",
        "subtotal",
        "sum",
        "summe",
        "gesamt",
        "totale",
        "totaal",
        "合计",
        "总计",
    )
    for form in dict.fromkeys((word, word.capitalize(), word.title(), word.upper()))
)
"""What the last row of a table may begin with, in place of an id."""
WORDED, NUMBERED, OTHER = "words", "numbers", ""
"""What the ids of a column are."""
_MISSING = re.compile(rf"(?i)({PATTERN})?")
_LONGEST = len("undefined")


def is_missing(cell: str, *, words_are_ids: bool = False) -> bool:
    """Whether a trimmed cell has no value; where ids are words, only what cannot be one is none.

    >>> is_missing("N/A"), is_missing("Null"), is_missing("Null", words_are_ids=True)
    (True, True, False)
    """
    return len(cell) <= _LONGEST and bool(_MISSING.fullmatch(cell)) and not (words_are_ids and cell.lower() in WORDS)


def words_are_ids(cells: Iterable[str]) -> bool:
    """Whether the ids of a column are words themselves, so that one of `WORDS` may well be somebody.

    >>> words_are_ids(["Null", "Anna", "Bo"]), words_are_ids(["NA", "17", "18"])
    (True, False)
    """
    others = {cell for cell in map(str.strip, cells) if not is_missing(cell)}
    return sum(bool(re.fullmatch(r"[^\W\d_]{2,}", cell)) for cell in others) * 2 > len(others)


def are_numbers(cells: Iterable[str]) -> bool:
    """Whether all ids are whole numbers, some perhaps written with a final .0, as data frames do.

    >>> are_numbers(["7", "8.0"]), are_numbers(["1.0", "1.1"]), are_numbers([])
    (True, False, False)
    """
    found = [cell for cell in map(str.strip, cells) if not is_missing(cell)]
    return bool(found) and all(re.fullmatch(r"\d+(\.0+)?", cell) for cell in found)


def kind_of_ids(cells: Sequence[str]) -> str:
    """`WORDED`, `NUMBERED` or `OTHER`: what the ids of a column are."""
    return NUMBERED if are_numbers(cells) else WORDED if words_are_ids(cells) else OTHER


def id_of(cell: str, kind: str) -> str:
    """A trimmed id as an import keeps it, empty where it is missing; `kind` as `kind_of_ids` says.

    >>> id_of("7.0", "numbers"), id_of("NA", "words"), id_of("NA", "")
    ('7', 'NA', '')
    """
    if is_missing(cell, words_are_ids=kind == WORDED):
        return ""
    return re.sub(r"^(\d+)\.0+$", r"\1", cell) if kind == NUMBERED else cell
