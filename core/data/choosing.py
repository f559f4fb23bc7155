"""Which of the columns that are called alike is meant: names propose, values decide."""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.data import belonging, schema
from core.data.day_cells import day_number, is_day
from core.data.dialects import NUMBER, SAMPLE_LINES, bare, plain, tails
from core.data.missing import is_missing
from core.data.names import PEOPLE, TOKENS
from core.data.time_numbers import may_be_time
from core.data.time_texts import looks_like_time

BESIDE_ITEM = (schema.EVENT, schema.RATING, schema.TITLE, schema.CATEGORY)
"""Columns that are found by the part behind a dot only beside the item."""
ROW_IDS = frozenset(["eventid"])
"""Names of items that may as well be those of rows."""
RECORDS = frozenset(["createdat", "created", "datecreated", "dateadded", "addedat", "updatedat"])
"""Names of times at which records were written, perhaps all at once."""
ID = re.compile(r"(^|[\W_])(?i:id)s?$|[a-z0-9]I[Dd]s?$")
"""How names of ids end: large ones that hold a moment (of Twitter, Discord, Instagram) look like nanoseconds."""
OF_ENGINE = frozenset(["_id", "_index", "_type", "_score", "_version", "_routing"])
"""What a search engine adds to each row that it finds: how well it fits is no rating."""
SIZES = frozenset(["count", "total", "size", "length"])
"""What a list, or the answer that holds it, may call its length."""
UUID = re.compile(r"(?i)[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
FEWEST = 20
"""Rows from which values overrule a name."""
NEARLY = 0.9


@dataclass(frozen=True)
class Values:
    """The first rows of a file, by column; missing cells are empty."""

    header: Sequence[str]
    sample: Sequence[Sequence[str]]

    @cached_property
    def cells(self) -> dict[str, list[str]]:
        """Cells of each column, a row behind the other; rows of another width are left out."""
        rows = [[_told(cell) for cell in row] for row in self.sample if len(row) == len(self.header)]
        return {name: [row[place] for row in rows] for place, name in enumerate(self.header)}

    @cached_property
    def filled(self) -> dict[str, list[str]]:
        """Cells of each column that are not missing."""
        return {name: [cell for cell in cells if cell] for name, cells in self.cells.items()}

    @cached_property
    def times(self) -> list[str]:
        """Columns whose values are nearly all times."""
        found = [name for name, cells in self.filled.items() if cells and _share(is_time, cells) > NEARLY]
        return [name for name in found if not ID.search(bare(name))]

    @property
    def whole(self) -> bool:
        """Whether these are all rows of a short file."""
        return 0 < len(self.sample) < NEARLY * SAMPLE_LINES

    def names_rows(self, name: str) -> bool:
        """Whether each row has another value, so that a user, or an item of people, it cannot be."""
        cells = self.filled[name]
        return len(cells) >= FEWEST and len(set(cells)) == len(cells)

    def is_constant(self, name: str, user: str | None) -> bool:
        """Whether a column is the same in all rows, as the day of an export, or never changes within a user."""
        if len(self.filled[name]) >= FEWEST and len(set(self.filled[name])) == 1:
            return True
        if user is None or user not in self.cells:
            return False
        pairs = [pair for pair in zip(self.cells[user], self.cells[name], strict=True) if all(pair)]
        rows, different = len(pairs), len(set(pairs))
        users = len({owner for owner, _ in pairs})
        return rows >= FEWEST and 1 < users == different <= rows / 2 and len({cell for _, cell in pairs}) > 1

    def tells_about(self, name: str, user: str, item: str) -> str:
        """What a column tells about, as `belonging.verdict` says."""
        events = belonging.frame(self.cells[user], self.cells[item], self.cells[name])
        return belonging.verdict(events, events)


def is_time(cell: str) -> bool:
    """Whether a cell is a time for sure."""
    return may_be_time(cell) if NUMBER.match(cell) else looks_like_time(cell)


def _told(cell: str) -> str:
    text = cell.strip()
    return "" if is_missing(text) else text


def _share(test: Callable[[str], bool], cells: Sequence[str]) -> float:
    return sum(map(test, cells)) / len(cells)


def by_names(values: Values, wanted: Sequence[str]) -> dict[str, str]:
    """For each canonical column the name in the header that says it best, unless its values speak against it."""
    found: dict[str, str] = {}
    header = [name for name in values.header if name.rpartition(".")[2] not in OF_ENGINE]
    for column in wanted:
        names = [name for name in _called(header, column, found) if name not in found.values()]
        name = _chosen(column, names, values, found)
        if name is not None:
            found[column] = name
    return found


def _called(header: Sequence[str], column: str, found: Mapping[str, str]) -> list[str]:
    """Columns that are called so, the likeliest first; those by the part behind their last dot come last."""
    exact = [name for name in header if bare(name).lower() == column]
    ranked = sorted(
        (TOKENS[column][plain(name)], place, name)
        for place, name in enumerate(header)
        if plain(name) in TOKENS[column] and name not in exact
    )
    names = [*exact, *(name for _, _, name in ranked)]
    names += [name for name in _by_tail(header, column, found) if name not in names]
    return sorted(names, key=lambda name: column == schema.USER and plain(name) in PEOPLE)


def _by_tail(header: Sequence[str], column: str, found: Mapping[str, str]) -> list[str]:
    """Columns that are called so behind the last dot of their name: `table.user_id`, `events.aid`.

    What tells about an item, and a bare `type`, must stand where the item does: `device.category` is of a device.
    """
    beside = prefix(found.get(schema.ITEM, "")) if column in BESIDE_ITEM else None
    words = {**TOKENS[column], **({"type": len(TOKENS[column])} if column == schema.EVENT else {})}
    ranked = sorted(
        (words[each], place, name)
        for place, name in enumerate(header)
        for each in tails(name)
        if each in words and beside in (None, prefix(name))
    )
    return [name for _, _, name in ranked]


def prefix(name: str) -> str:
    """What stands before the last dot of a name."""
    return name.rpartition(".")[0]


def _chosen(column: str, names: list[str], values: Values, found: Mapping[str, str]) -> str | None:
    """The first of some names that its values do not speak against."""
    if not values.sample or not (names or column == schema.TIME):
        return next(iter(names), None)
    filled = [name for name in names if values.filled[name]]
    if not filled and not (values.whole and (column not in schema.REQUIRED or _others(values, found))):
        filled = names[:1]
    if column == schema.TIME:
        return _time(filled, values, found)
    if column == schema.ITEM:
        return _item(filled, values)
    fits = _FITS.get(column)
    fitting = [name for name in filled if fits is None or fits(name, values, found)]
    if column == schema.USER:
        fitting.sort(key=lambda name: plain(name) in PEOPLE and _share(_is_name, values.filled[name]) > NEARLY)
    return next(iter(fitting if fitting or column in _STRICT else filled), None)


def _others(values: Values, found: Mapping[str, str]) -> bool:
    """Whether columns with values are left that could be meant."""
    return any(cells and name not in found.values() for name, cells in values.filled.items())


def _is_of_items(name: str, values: Values, found: Mapping[str, str]) -> bool:
    """Whether a column may tell about items."""
    if not {schema.USER, schema.ITEM} <= set(found):
        return True
    return values.tells_about(name, found[schema.USER], found[schema.ITEM]) not in (belonging.USER, belonging.ROW)


def _may_be_session(name: str, values: Values, _found: Mapping[str, str]) -> bool:
    return len(values.filled[name]) > NEARLY * len(values.cells[name]) and not values.names_rows(name)


def _is_kind(name: str, values: Values, _found: Mapping[str, str]) -> bool:
    """Whether these are not too many different texts for kinds of behaviour, and not what came with an event."""
    cells = values.filled[name]
    if cells and _share(_is_payload, cells) > 1 - NEARLY:
        return False
    return len(cells) < 2 * FEWEST or len(set(cells)) <= len(cells) / 2


def _is_payload(cell: str) -> bool:
    """Whether a cell is an object or a list of JSON."""
    return cell[0] + cell[-1] in ("{}", "[]")


def _is_title(name: str, values: Values, found: Mapping[str, str]) -> bool:
    """Whether items are called so: all alike they are called after what was done with them."""
    items = values.filled.get(found.get(schema.ITEM, ""), [])
    alike = len(values.filled[name]) >= FEWEST and len(set(values.filled[name])) == 1 < len(set(items))
    return not alike and _is_of_items(name, values, found)


def _is_weight(name: str, values: Values, found: Mapping[str, str]) -> bool:
    """Whether a number is of the event, not the length of the list that its item stands in."""
    if plain(name.rpartition(".")[2]) not in SIZES or prefix(name) == prefix(found.get(schema.ITEM, "")):
        return True
    runs = [(cell, len(list(rows))) for cell, rows in itertools.groupby(values.cells[name])]
    whole = [cell.isdecimal() and int(cell) > 0 and rows % int(cell) == 0 for cell, rows in runs[:-1]]
    return not all(whole)


_FITS: Mapping[str, Callable[[str, Values, Mapping[str, str]], bool]] = {
    schema.USER: lambda name, values, _found: not values.names_rows(name),
    schema.SESSION: _may_be_session,
    schema.WEIGHT: _is_weight,
    schema.EVENT: _is_kind,
    schema.TITLE: _is_title,
    schema.CATEGORY: _is_of_items,
}
"""What the values of a column must be like."""
_STRICT = (schema.EVENT, schema.WEIGHT, schema.TITLE, schema.CATEGORY)
"""Columns that are left away rather than filled with something else."""


def _item(names: list[str], values: Values) -> str | None:
    """The first that does not name the row; where all do, one that is not called as rows are."""
    recurring = [name for name in names if not _is_row_id(name, values)]
    recurring.sort(key=lambda name: values.is_constant(name, None))  # the name of a shop is no item of it
    if names and bare(names[0]).lower() == schema.ITEM and all(map(values.names_rows, recurring)):
        return names[0]
    return next(iter(recurring), next((name for name in names if not _is_called_row(name)), None))


def _is_called_row(name: str) -> bool:
    return bool({plain(name), *tails(name)} & ROW_IDS)


def _is_row_id(name: str, values: Values) -> bool:
    """Whether a column holds another value in each row, made as ids of rows are: rising, or at random."""
    cells = values.filled[name]
    if len(cells) >= FEWEST and _is_called_row(name) and len(set(cells)) > NEARLY * len(cells):
        return True  # a few lines may be there twice
    if not values.names_rows(name):
        return False
    numbers = [int(cell) for cell in cells] if all(map(str.isdecimal, cells)) else cells
    rising = numbers == sorted(numbers)
    return rising or all(map(UUID.fullmatch, cells))


def _time(named: list[str], values: Values, found: Mapping[str, str]) -> str | None:
    """The time by its name; one that never changes, or not within a user, loses, and a day to the moment on it."""
    elsewhere = {name for column, names in TOKENS.items() if column != schema.TIME for name in names}
    free = [name for name in values.times if name not in found.values() and plain(name) not in elsewhere]
    others = list(dict.fromkeys([*(name for name in named if name in free), *free]))
    user, item = found.get(schema.USER), found.get(schema.ITEM)
    moving = [name for name in dict.fromkeys([*others, *named]) if not values.is_constant(name, user)]
    # when an item came out is no time of events, unless all that there is goes with the items
    moving = [name for name in moving if not values.is_constant(name, item)] or moving
    if not named:
        return moving[0] if len(moving) == 1 else None
    best = named[0]
    if best not in moving:
        known = [name for name in moving if name in named] or (moving if len(moving) == 1 else [])
        of_users = not values.is_constant(best, None)
        return next(iter(known), None if moving or of_users or _is_of_export(best, values) else best)
    if _share(is_day, values.filled[best] or [""]) > NEARLY:
        finer = [name for name in others if name != best and _refines(name, best, values)]
        return next(iter(finer), best)
    return best


def _is_of_export(name: str, values: Values) -> bool:
    """Whether a column says when records were written, and all rows of a file were at one moment."""
    return (
        plain(name) in RECORDS
        and values.whole
        and values.is_constant(name, None)
        and _share(is_day, values.filled[name]) < NEARLY
    )


def _is_name(cell: str) -> bool:
    """Whether these are several words, as the names of people are."""
    return " " in cell


def _refines(name: str, day: str, values: Values) -> bool:
    """Whether a column tells the moments on the days of another one; zones may move them by a day."""
    cells = [pair for pair in zip(values.cells[name], values.cells[day], strict=True) if all(pair)]
    if not cells or _share(is_day, [fine for fine, _ in cells]) > NEARLY:
        return False
    days = [(day_number(fine), day_number(coarse)) for fine, coarse in cells]
    return sum(a is not None and b is not None and abs(a - b) <= 1 for a, b in days) > NEARLY * len(days)
