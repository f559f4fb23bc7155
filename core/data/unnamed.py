"""Files without a header: which column is what, told by values alone."""

import re
from collections import Counter
from collections.abc import Sequence

from core.data import schema
from core.data.choosing import FEWEST, Values
from core.data.day_cells import CLOCKLESS
from core.data.dialects import NUMBER
from core.errors import EventsError
from core.phrases import say

EARLY = 631_152_000
"""Seconds between 1970 and 1990."""
MOST_KINDS = 12
"""Kinds of behaviour that a log without header tells apart."""
BLOCK = re.compile(r"\d+:")
"""A line that opens a block of rows of one item."""
SHOWN = re.compile(r"\S+-[01]( \S+-[01])*")
"""Items that were shown at once, each with whether it was chosen."""
REQUEST = re.compile(r"(?:GET|POST|PUT|HEAD|DELETE|OPTIONS|PATCH|CONNECT|TRACE) \S+ HTTP/")
"""What a web server was asked, as its log has it."""
SEVERAL = re.compile(r"[\w.-]+([ ,;|][\w.-]+)+")
"""Ids behind each other in one cell."""
NEARLY = 0.9
ENOUGH = 0.3
"""Share of the rows whose value must come back before it tells what follows from it."""
SLACK = 0.02
"""Share of the values that may tell two things."""


def refuse_lists(header: Sequence[str], sample: Sequence[Sequence[str]], *, named: bool) -> None:
    """Raise `EventsError` where rows are no events: blocks under their item, lists of what was shown, requests."""
    rows = [header, *sample] if named else sample
    blocks = [row[0] for row in rows if len(row) == 1 and BLOCK.fullmatch(row[0].strip())]
    if blocks:
        raise EventsError(say("errors.blocks", line=blocks[0].strip()))
    if named:
        return
    for name, cells in Values(header, sample).filled.items():
        if sum(bool(REQUEST.match(cell)) for cell in cells) > 0.5 * len(cells):
            raise EventsError(say("errors.access_log"))
        lists = [cell for cell in cells if " " in cell]
        if lists and len(lists) > 0.5 * len(cells) and all(map(SHOWN.fullmatch, lists)):
            raise EventsError(say("errors.impressions", column=name))


def by_values(values: Values) -> dict[str, str]:
    """User and item come first, the time looks like one, a rating is a small number, a kind one of a few words."""
    filled = values.filled
    times = sorted(values.times, key=lambda name: _time_likeness(filled[name]))
    columns = {schema.TIME: times[-1]} if times else {}
    free = [name for name in values.header if name not in times[-1:] and not _is_measure(filled[name])]
    ids = _ids(free, values)
    for column, fits in ((schema.RATING, _is_rating), (schema.EVENT, _is_kind)):
        found = [name for name in free if name not in ids[:2] and fits(filled[name])]
        found = [name for name in found if column == schema.RATING or not _follows(name, ids[1:2], values)]
        if found:
            columns[column] = found[0]
            free.remove(found[0])
            ids = [name for name in ids if name != found[0]]
    if len(ids) > 1 and _are_products(filled[ids[0]]) and not _are_products(filled[ids[1]]):
        ids[:2] = ids[1::-1]
    return {**_who_and_what(ids, values), **columns}


def _who_and_what(ids: Sequence[str], values: Values) -> dict[str, str]:
    """The user comes first; the item next, or the finer one that tells it, as a song tells who sings it.

    Nobody is named where each item has one user: then the first column is of the item, as a singer is of a song.
    """
    user, *others = ids or [""]
    items = [name for name in others if not values.is_constant(name, user)]
    if not items:
        return {schema.USER: user} if user else {}
    item = items[0]
    for name in items[1:]:
        if _follows(item, [name], values) and not _follows(name, [item], values):
            item = name
    if _follows(user, [item], values) and not _follows(item, [user], values):
        return {schema.ITEM: item}
    return {schema.USER: user, schema.ITEM: item}


def _follows(name: str, of: Sequence[str], values: Values) -> bool:
    """Whether a column has one value for each value of another one, which is filled and comes back often enough."""
    rows = [pair for other in of for pair in zip(values.cells[other], values.cells[name], strict=True) if all(pair)]
    often = Counter(key for key, _ in rows)
    again = [pair for pair in rows if often[pair[0]] > 1]
    if len(again) < FEWEST or len(again) < ENOUGH * len(values.cells[name]):
        return False
    return len(set(again)) <= (1 + SLACK) * len({key for key, _ in again})


def _ids(free: list[str], values: Values) -> list[str]:
    """Columns that may hold ids, likeliest first: no numbers of the row, no ratings, no lists, nothing empty."""
    filled = values.filled
    ids = [name for name in free if filled[name] and not _is_list(filled[name])]
    ids = [name for name in ids if len(filled[name]) < FEWEST or not _is_small(filled[name])]
    if len(ids) > 2 and values.names_rows(ids[0]):
        ids = ids[1:]
    return ids


def _is_small(cells: list[str]) -> bool:
    """Whether these are grades of a few steps, 1 to 5, or one and the same value throughout."""
    return len(set(cells)) == 1 or (
        all(re.fullmatch(r"[0-5](\.[05]0*)?", cell) for cell in cells) and len(set(cells)) <= 6
    )


def _is_measure(cells: list[str]) -> bool:
    """Whether these are numbers with decimals, as coordinates, prices and hours are."""
    numbers = [cell for cell in cells if NUMBER.match(cell)]
    uneven = [cell for cell in numbers if re.search(r"\.\d*[1-9]", cell)]
    return (
        bool(cells) and len(numbers) > NEARLY * len(cells) and len(uneven) > 0.5 * len(cells) and not _is_rating(cells)
    )


def _is_list(cells: list[str]) -> bool:
    """Whether most cells hold several ids."""
    several = [cell for cell in cells if SEVERAL.fullmatch(cell) and re.search(r"\d", cell)]
    return len(several) > NEARLY * len(cells) and len({len(re.split("[ ,;|]", cell)) for cell in several}) > 1


def _time_likeness(cells: list[str]) -> int:
    """Dates as people write them are times for sure; a number of seconds may be an id, most of all before 1990."""
    if not all(NUMBER.match(cell) and not CLOCKLESS.fullmatch(cell) for cell in cells):
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
        bool(cells)
        and len(numbers) == len(cells)
        and len(set(cells)) <= 21
        and all(0 <= float(c) <= 10 and not re.match("0[0-9]", c) for c in cells)
    )
