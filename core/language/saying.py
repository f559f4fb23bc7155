"""What an item says: its title, its categories, and further columns that hold words, as one text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Catalogue, schema
from core.errors import LanguageError
from core.phrases import say
from core.settings import AUTO, NONE, LanguageSettings

NAMES = {"tags", "tag", "keywords", "keyword", "brand", "maker", "manufacturer", "description", "summary", "abstract"}
NAMES |= {
    "overview",
    "subtitle",
    "genre",
    "genres",
    "topic",
    "topics",
    "标签",
    "品牌",
    "描述",
    "简介",
    "关键词",
    "类型",
}
"""Words in the name of a column that say that it holds words about an item."""
PROSE = 4
"""Words in a cell, on average, from which on a column is prose."""
LISTED = 0.3
"""Share of cells with a separator from which on a column holds lists."""
SEPARATOR = re.compile(r"[,;、，；]")
SHORT = 0.9
"""Share of the pieces of a list that are shorter than prose."""
LOOKED_AT = 2000
"""Different cells that are looked at to tell what a column holds."""
LETTERS = re.compile(r"[^\W\d_]+")
ADDRESS = re.compile(r"://|^www\.|\S@\S+\.\S")


@dataclass(frozen=True, eq=False)
class Sayings:
    """What each item of a catalogue says."""

    texts: NDArray[np.object_]
    """One text an item, empty where it says nothing, (n_items,)."""
    columns: tuple[str, ...]
    """Columns that were read, in the order of the text."""
    cut: int
    """Items whose text was longer than is read."""
    listed: tuple[NDArray[np.object_], ...] = ()
    """Cells of those of the columns that hold categories or lists, (n_items,) each."""

    def pieces(self, most: int) -> "Pieces":
        """What the lists hold, each different piece once, at most so many: a long text hides each of them."""
        place: dict[str, int] = {}
        links = []
        for column in self.listed:
            for item, cell in enumerate(column):
                parts = filter(None, map(str.strip, SEPARATOR.split(cell)))
                links += [(item, place.setdefault(part, len(place))) for part in parts
                          if part in place or len(place) < most]  # fmt: skip
        pairs = np.unique(np.array(links, dtype=np.int64).reshape(-1, 2), axis=0)
        return Pieces(tuple(place), pairs[:, 0], pairs[:, 1])


@dataclass(frozen=True, eq=False)
class Pieces:
    """Categories and tags of items."""

    texts: tuple[str, ...]
    """Each once."""
    item: NDArray[np.int64]
    """Item of each link, rising, (n_links,)."""
    piece: NDArray[np.int64]
    """Its piece, (n_links,)."""


def sayings(
    catalogue: Catalogue, settings: LanguageSettings, on_events: Mapping[str, Sequence[str]] | None = None
) -> Sayings:
    """What items say, and what people said of them `on_events`, by item, behind it.

    Raises `LanguageError` where a column is named that there is not.
    """
    columns = _columns(catalogue)
    if settings.columns == AUTO:
        chosen = {name: column for name, column in columns.items() if _holds_words(name, column)}
    else:
        names = [name.strip() for name in settings.columns.split(",") if name.strip()]
        unknown = [name for name in names if name not in columns]
        if unknown:
            raise LanguageError(say("errors.no_words_column", name=unknown[0], known=", ".join(columns)))
        chosen = {name: columns[name] for name in names}
    texts = np.full(len(catalogue.items), "", dtype=object)
    for column in chosen.values():
        joint = np.where((texts != "") & (column != ""), ". ", "")
        texts = texts + joint + column
    longer = np.array([len(text) > settings.characters for text in texts], dtype=bool)
    texts[longer] = [_cut(text, settings.characters) for text in texts[longer]]
    if on_events and settings.event_texts != NONE:
        said = [_within(on_events.get(item, ()), settings.event_characters) for item in catalogue.items]
        texts = np.array([". ".join(filter(None, both)) for both in zip(texts, said, strict=True)], dtype=object)
    listed = tuple(column for name, column in chosen.items() if name == schema.CATEGORY
                   or (name != schema.TITLE and _lists(column)))  # fmt: skip
    return Sayings(texts, tuple(chosen), int(longer.sum()), listed)


def said_by(known: Mapping[str, object], columns: Sequence[str], characters: int) -> str:
    """What one item says of which these cells are `known` by column, as `sayings` has it of those of a catalogue."""
    cells = [_plain(known.get(name)) for name in columns]
    text = ". ".join(cell for cell in cells if cell)
    return _cut(text, characters) if len(text) > characters else text


def _columns(catalogue: Catalogue) -> dict[str, NDArray[np.object_]]:
    """Cells of all columns by name as text, empty where missing; lists of words with commas between."""
    titles = np.where(catalogue.titles == catalogue.items, "", catalogue.titles)
    found = {schema.TITLE: titles, schema.CATEGORY: _categories(catalogue)}
    found |= {str(name): catalogue.attributes[name].to_numpy(dtype=object) for name in catalogue.attributes}
    return {name: np.array([_plain(cell) for cell in column], dtype=object) for name, column in found.items()}


def _categories(catalogue: Catalogue) -> NDArray[np.object_]:
    names = [catalogue.categories[index] for index in catalogue.category_index]
    ends = catalogue.category_offsets
    return np.array([", ".join(names[ends[row] : ends[row + 1]]) for row in range(len(ends) - 1)], dtype=object)


def _plain(cell: object) -> str:
    """A cell as text in one line; empty for what is missing."""
    if cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    return " ".join(str(cell).replace(schema.CATEGORY_SEPARATOR, ", ").split())


def _cut(text: str, most: int) -> str:
    """The beginning of a text, up to the end of a word where there is one in its second half."""
    space = text.rfind(" ", most // 2, most + 1)
    return text[: space if space > 0 else most]


def _within(texts: Sequence[str], most: int) -> str:
    """As many of some texts as fit into so many characters, the first of them cut where it is longer."""
    taken, left = list[str](), most
    for text in map(_plain, texts):
        if len(text) <= left or not taken:
            taken.append(_cut(text, most) if len(text) > most else text)
            left -= len(text) + 2
    return ". ".join(taken)


def _holds_words(name: str, column: NDArray[np.object_]) -> bool:
    """Whether a column says in words what an item is, and holds no codes, numbers, dates, addresses or names of one."""
    cells = _cells(column)
    if not cells:
        return False
    pieces = [piece for cell in cells for piece in re.split(r"[\s,;/.]+", cell) if piece]
    worded = sum(LETTERS.sub("", piece) == "" or not any(map(str.isdigit, piece)) for piece in pieces) / len(pieces)
    addresses = sum(bool(ADDRESS.search(cell)) for cell in cells) / len(cells)
    if worded < 0.5 or addresses > 0.1:
        return False
    if name in (schema.TITLE, schema.CATEGORY) or NAMES & set(re.split(r"[\W_]+", name.casefold())):
        return True
    prose = sum(len(cell.split()) for cell in cells) > PROSE * len(cells)
    return prose or _separated(cells)


def _cells(column: NDArray[np.object_]) -> list[str]:
    """Some different cells of a column."""
    return list(dict.fromkeys(cell for cell in column if cell))[:LOOKED_AT]


def _separated(cells: list[str]) -> bool:
    return sum(bool(SEPARATOR.search(cell)) for cell in cells) >= LISTED * len(cells)


def _lists(column: NDArray[np.object_]) -> bool:
    """Whether a column holds lists of words: most of what its separators part is no longer than a name."""
    cells = _cells(column)
    pieces = [piece for cell in cells for piece in SEPARATOR.split(cell)]
    short = sum(len(piece.split()) < PROSE for piece in pieces)
    return bool(cells) and _separated(cells) and short >= SHORT * len(pieces)
