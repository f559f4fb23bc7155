"""Which column is what: guessed from names first, from values where a file has no header."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.data import schema
from core.data.dialects import NUMBER, Sample, bare, plain, tail
from core.data.names import ITEM_ATTRIBUTES, ITEM_TITLES, TOKENS, USER_ATTRIBUTES, VISITS
from core.data.times import looks_like_time

LOG_COLUMNS = (*schema.EVENT_COLUMNS, schema.TITLE, schema.CATEGORY)
EARLY = 631_152_000
"""Seconds between 1970 and 1990."""
MOST_KINDS = 12
"""Kinds of behaviour that a log without header tells apart."""
BY_NAME, BY_VALUES = 1.0, 0.6
BESIDE_ITEM = (schema.EVENT, schema.RATING, schema.TITLE, schema.CATEGORY)
"""Columns that are found by the part behind a dot only beside the item."""


@dataclass(frozen=True)
class Guess:
    """Which column of a file is which canonical one."""

    columns: dict[str, str]
    """Canonical name -> name in the file."""
    confidence: dict[str, float] = field(default_factory=dict)
    """1 where a name said so, less where values did; by canonical name."""
    item_attributes: tuple[str, ...] = ()
    """Columns of a log that tell about its items."""
    user_attributes: tuple[str, ...] = ()
    """Columns of a log that tell about its users."""
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    """Canonical columns that the log lacks -> those whose column stands for them: titles for items, say."""

    def without_stand_ins(self, told: Mapping[str, str]) -> "Guess":
        """The guess where some columns are told: what stood for one of them is itself again."""
        back = {other: self.columns[missing] for missing, other in self.stand_ins.items()
                if missing in told and told[missing] != self.columns[missing]}  # fmt: skip
        left = {missing: other for missing, other in self.stand_ins.items() if other not in back}
        return replace(self, columns={**self.columns, **back}, stand_ins=left)

    def missing(self, required: Sequence[str] = schema.REQUIRED) -> list[str]:
        """Required columns that were not found."""
        return [column for column in required if column not in self.columns]


def guess_columns(header: Sequence[str], sample: Sequence[Sequence[str]] = (), *, named: bool = True) -> Guess:
    """Which column of a log is which; `named` is false where the file has no header.

    >>> guess_columns(["CustomerID", "StockCode", "InvoiceDate"]).columns["item_id"]
    'StockCode'
    """
    if not named:
        columns = _by_values(header, sample)
        return Guess(columns, dict.fromkeys(columns, BY_VALUES))
    columns = _by_names(header, LOG_COLUMNS)
    _by_tails(columns, header)
    confidence = dict.fromkeys(columns, BY_NAME)
    stand_ins = _stand_ins(columns, _values(header, sample))
    confidence |= {column: BY_VALUES for column in columns if column not in confidence}
    if schema.TIME not in columns:
        times = [name for name in _times(header, sample) if name not in columns.values()]
        if len(times) == 1:
            columns[schema.TIME], confidence[schema.TIME] = times[0], BY_VALUES
    free = [name for name in header if name not in columns.values()]
    return Guess(
        columns,
        confidence,
        tuple(name for name in free if plain(name) in ITEM_ATTRIBUTES),
        tuple(name for name in free if plain(name) in USER_ATTRIBUTES),
        stand_ins,
    )


def guess_items(sample: Sample) -> Guess:
    """Which column of an items file is the id, the title and the category; all others are attributes."""
    header = sample.dialect.names
    if not sample.dialect.header:
        return Guess(_items_by_values(header, sample.rows))
    columns = _by_names(header, schema.ITEM_COLUMNS)
    return Guess(_with_id(columns, header, schema.ITEM))


def guess_users(sample: Sample) -> Guess:
    """Which column of a users file is the id; all others are attributes."""
    header = sample.dialect.names
    columns = _by_names(header, (schema.USER,)) if sample.dialect.header else {schema.USER: header[0]}
    return Guess(_with_id(columns, header, schema.USER))


def _by_names(header: Sequence[str], wanted: Sequence[str]) -> dict[str, str]:
    """For each canonical column the name in the header that says it best."""
    found: dict[str, str] = {}
    for column in wanted:
        exact = [name for name in header if bare(name).lower() == column]
        ranked = sorted(
            (TOKENS[column][plain(name)], place, name)
            for place, name in enumerate(header)
            if plain(name) in TOKENS[column] and name not in found.values()
        )
        if exact or ranked:
            found[column] = exact[0] if exact else ranked[0][2]
    return found


def _by_tails(columns: dict[str, str], header: Sequence[str]) -> None:
    """Fill in columns by what stands behind the last dot of a name: `table.user_id`, `events.aid`.

    What tells about an item, and a bare `type`, must stand where the item does: `device.category` is of a device.
    """
    for column in LOG_COLUMNS:
        beside = prefix(columns.get(schema.ITEM, "")) if column in BESIDE_ITEM else None
        words = {**TOKENS[column], **({"type": len(TOKENS[column])} if column == schema.EVENT else {})}
        ranked = sorted(
            (words[tail(name)], place, name)
            for place, name in enumerate(header)
            if "." in name and tail(name) in words and name not in columns.values() and beside in (None, prefix(name))
        )
        if ranked and column not in columns:
            columns[column] = ranked[0][2]


def prefix(name: str) -> str:
    """What stands before the last dot of a name."""
    return name.rpartition(".")[0]


def _stand_ins(columns: dict[str, str], values: dict[str, list[str]]) -> dict[str, str]:
    """Let titles stand for the items, and sessions for the users, that a log lacks; which stand for which."""
    found = {}
    for missing, other, names in ((schema.ITEM, schema.TITLE, ITEM_TITLES), (schema.USER, schema.SESSION, VISITS)):
        name = columns.get(other, "")
        if missing not in columns and {plain(name), tail(name)} & names and len(set(values[name])) > 1:
            columns[missing] = columns.pop(other)
            found[missing] = other
    return found


def _with_id(columns: dict[str, str], header: Sequence[str], key: str) -> dict[str, str]:
    """An items or users file may call its key just id."""
    if key not in columns:
        ids = [name for name in header if plain(name) == "id"]
        columns = {**columns, **({key: ids[0]} if ids else {})}
    return columns


def _values(header: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """Values of each column that are not empty."""
    rows = [row for row in sample if len(row) == len(header)]
    return {name: [row[place].strip() for row in rows if row[place].strip()] for place, name in enumerate(header)}


def _times(header: Sequence[str], sample: Sequence[Sequence[str]]) -> list[str]:
    """Columns whose values are nearly all times."""
    columns = _values(header, sample)
    return [name for name, cells in columns.items() if cells and sum(map(looks_like_time, cells)) > 0.9 * len(cells)]


def _by_values(header: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, str]:
    """User and item come first, the time looks like one, a rating is a small number, a kind one of a few words."""
    values = _values(header, sample)
    times = sorted(_times(header, sample), key=lambda name: _time_likeness(values[name]))
    columns = {schema.TIME: times[-1]} if times else {}
    free = [name for name in header if name not in times[-1:]]
    for column, fits in ((schema.RATING, _is_rating), (schema.EVENT, _is_kind)):
        found = [name for name in free[2:] if fits(values[name])]
        if found:
            columns[column] = found[0]
            free.remove(found[0])
    if len(free) > 1 and _are_products(values[free[0]]) and not _are_products(values[free[1]]):
        free[:2] = free[1::-1]
    return {**dict(zip((schema.USER, schema.ITEM), free, strict=False)), **columns}


def _time_likeness(cells: list[str]) -> int:
    """Dates as people write them are times for sure; a number of seconds may be an id, most of all before 1990."""
    if not all(NUMBER.match(cell) for cell in cells):
        return 2
    return int(all(float(cell) > EARLY for cell in cells))


def _is_kind(cells: list[str]) -> bool:
    """Whether these are a few words that return again and again: view, cart, purchase."""
    words = set(cells)
    return 1 < len(words) <= MOST_KINDS < len(cells) and all(
        re.fullmatch("[A-Za-z][A-Za-z _-]{1,30}", w) for w in words
    )


def _are_products(cells: list[str]) -> bool:
    """Whether these are all product numbers of Amazon or of books."""
    return bool(cells) and all(re.fullmatch(r"B0[0-9A-Z]{8}|\d{9}[\dX]", cell) for cell in cells)


def _is_rating(cells: list[str]) -> bool:
    numbers = [cell for cell in cells if NUMBER.match(cell)]
    return (
        bool(cells) and len(numbers) == len(cells) and len(set(cells)) <= 21 and all(0 <= float(c) <= 10 for c in cells)
    )


def _items_by_values(header: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, str]:
    """The id comes first; categories hold separators or repeat; the title has the most different texts."""
    values = _values(header, sample)
    texts = {n: c for n, c in values.items() if n != header[0] and c and not all(NUMBER.match(v) for v in c)}
    columns = {schema.ITEM: header[0]}
    listed = [n for n, c in texts.items() if sum(schema.CATEGORY_SEPARATOR in v for v in c) > 0.1 * len(c)]
    repeated = [n for n, c in texts.items() if len(set(c)) < 0.5 * len(c)]
    if category := (listed or repeated)[:1]:
        columns[schema.CATEGORY] = category[0]
        texts.pop(category[0])
    if texts:
        columns[schema.TITLE] = max(texts, key=lambda n: len(set(texts[n])))
    return columns
