"""How the text of a log is laid out: separator, quotes, header, JSON lines."""

import functools
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.data.allowed import check_columns
from core.data.lines import json_object
from core.data.quoting import (
    DATE,
    DOUBLED,
    NUMBER,
    SAMPLE_LINES,
    Shape,
    escape_of,
    is_open,
    is_whole,
    records,
    split,
)
from core.errors import EventsError
from core.phrases import say

__all__ = ["DATE", "NUMBER", "SAMPLE_LINES", "Dialect", "Sample", "is_open", "sniff", "split"]
SEPARATORS = ("::", "\t", ";", ",", "|", "^", "~", "\x01", " ")
"""In the order in which they are believed; a space only where nothing else parts every line."""
NESTED = 2
"""Objects in objects of JSON that are taken apart; deeper ones stay text."""
LEAD = 20
"""Lines that may stand before a header: a title, comments, `sep=;`."""
UNCUT = 0.05
"""What a separator that does not cut the first line as all others loses against one that does."""
TYPES = frozenset(["$oid", "$date", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal", "$uuid"])
"""Keys of objects in JSON that hold one value and its type."""
TYPED = re.compile(r"^(.+):(token|token_seq|float|float_seq)$")
"""A header cell of RecBole: name and type."""


@dataclass(frozen=True)
class Dialect:
    """Layout of a text file."""

    separator: str
    """Empty for JSON lines."""
    quoted: bool
    """Double quotes may hold separators and line breaks."""
    header: bool
    names: tuple[str, ...]
    """Names of the columns, unique whatever their case; column_1 ... where the file has no header."""
    keys: tuple[str, ...] = ()
    """Where JSON objects have the columns: `/user/id` is the value of id in the object user."""
    lead: int = 0
    """Records before the header that belong to no row."""
    escape: str = DOUBLED
    """What stands before a quote inside a quoted cell: another quote, or a backslash."""
    row_names: bool = False
    """The header is one cell shorter than the rows, whose first cell names the row."""

    @property
    def json(self) -> bool:
        """One JSON object a line."""
        return not self.separator


@dataclass(frozen=True)
class Sample:
    """The first rows of a file, as text."""

    dialect: Dialect
    rows: list[list[str]]


def sniff(text: str, name: str, known_names: frozenset[str]) -> Sample:
    """Layout and first rows of a text; `known_names` betray a header; raises `EventsError`."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        raise EventsError(say("errors.blank_file", file=name))
    if lines[0].lstrip().startswith("{"):
        return _json_lines(lines, name)
    lines = lines[:SAMPLE_LINES]
    separator = _separator(lines, name)
    escape = escape_of(lines, separator)
    check_columns(min(map(len, (line.split(separator) for line in lines))), name)
    parts = list(records(lines, Shape.of(lines, separator), escape))
    quoted = _quotes_count(parts, separator, escape)
    return _table([cells for part in parts for cells in _cells(part, separator, escape, quoted=quoted)],
                  Dialect(separator, quoted, header=False, names=(), escape=escape), known_names)  # fmt: skip


def _quotes_count(parts: list[tuple[list[str], bool]], separator: str, escape: str) -> bool:
    """Whether quotes hold cells together; between tabs and spaces they do so only where all of them do."""
    if separator in ("::", " ", "\t"):
        whole = all(one and is_whole("\n".join(lines), separator, escape) for lines, one in parts)
        return whole and (separator == "\t" or (separator == " " and any('"' in line for line in parts[0][0])))
    return True


def _cells(part: tuple[list[str], bool], separator: str, escape: str, *, quoted: bool) -> list[list[str]]:
    """The cells of lines that are one record, or of each line for itself."""
    lines, one = part
    if quoted and one:
        return [split("\n".join(lines), separator, quoted=True, escape=escape)]
    return [split(line, separator, quoted=quoted and not is_open(line, separator, escape)) for line in lines]


def _table(rows: list[list[str]], dialect: Dialect, known_names: frozenset[str]) -> Sample:
    """The dialect with the names of its columns, and the rows."""
    width = Counter(map(len, rows)).most_common(1)[0][0]
    lead = _lead(rows, width, known_names)
    rows = rows[lead:]
    header = bool(lead) or _has_header(rows, known_names)
    names = rows[0] if header else [f"column_{place}" for place in range(1, width + 1)]
    row_names = header and _are_row_names(rows, width)
    if header and len(names) == width - 1:
        names = ["", *names] if row_names else [*names, *_nameless(rows, width)]
    dialect = replace(dialect, header=header, names=unique(names), lead=lead, row_names=row_names)
    return Sample(dialect, rows[1:] if header else rows)


def _nameless(rows: list[list[str]], width: int) -> list[str]:
    """A name for a last cell that is always empty, as where each line but the header ends with a separator."""
    return [""] * all(not row[-1].strip() for row in rows[1:] if len(row) == width)


def _are_row_names(rows: list[list[str]], width: int) -> bool:
    """Whether the header lacks a cell and the rows begin with a name of their own, as R writes tables."""
    full = [row for row in rows[1:] if len(row) == width]
    if len(rows[0]) != width - 1 or all(not row[-1].strip() for row in full):
        return False
    return len({row[0] for row in full}) == len(full)


def told_names(names: Iterable[str]) -> frozenset[str]:
    """Names of columns that were told, as `sniff` knows names; neither numbers of columns nor constants.

    >>> sorted(told_names(["Wann+Uhr", "3", "@me", "#"]))
    ['uhr', 'wann']
    """
    parts = (part for name in names if not name.startswith("@") for part in name.split("+"))
    return frozenset(plain(part) for part in parts if plain(part) and not part.strip().isdigit())


def bare(name: str) -> str:
    """A header cell without its type: user_id for user_id:token."""
    match = TYPED.match(name.strip())
    return (match.group(1) if match else name).strip()


def _separator(lines: list[str], name: str) -> str:
    """The separator that cuts most lines into the same number of cells, best if the first line too."""
    best, found = 0.0, ""
    for separator in SEPARATORS:
        bare_lines = [re.sub(r'"[^"]*"', "", line) for line in lines]
        cells = [line.count(separator) for line in bare_lines]
        usual, times = Counter(cells).most_common(1)[0]
        short = cells[0] == usual - 1 > 0  # a header without the name of the row names
        share = (times + short) / len(cells) - UNCUT * (cells[0] != usual and not short) if usual else 0.0
        if share > best + 0.02 and (separator != " " or (not best and share > 0.95)):
            best, found = share, separator
    if not found:
        raise EventsError(say("errors.one_column", file=name, line=lines[0][:80]))
    return found


def _lead(records: list[list[str]], width: int, known_names: frozenset[str]) -> int:
    """How many records stand before a header that names known columns; none if they could be rows themselves."""
    for place, record in enumerate(records[: LEAD + 1]):
        named = sum(is_known(cell, known_names) or bool(TYPED.match(cell.strip())) for cell in record)
        if named > 1 and len(record) >= width - 1 and not any(NUMBER.match(cell) for cell in record):
            return place
        if len(record) >= width and not record[0].startswith("#"):
            break
    return 0


def _has_header(records: list[list[str]], known_names: frozenset[str]) -> bool:
    """Whether the first record names columns: known or typed names, or words above numbers or dates."""
    first = records[0]
    if any(TYPED.match(cell.strip()) for cell in first):
        return True
    if any(NUMBER.match(cell) or DATE.match(cell.strip()) for cell in first):
        return False
    if any(is_known(cell, known_names) for cell in first):
        return True
    rest = records[1:]
    return bool(rest) and any(
        sum(bool(kind.match(row[place].strip())) for row in rest if place < len(row)) > 0.9 * len(rest)
        for place in range(len(first))
        for kind in (NUMBER, DATE)
    )


def is_known(name: str, known_names: Container[str]) -> bool:
    """Whether a name is known, or the part of it behind the last dot, as in `table.user_id`."""
    return plain(name) in known_names or any(each in known_names for each in tails(name))


def tail(name: str) -> str:
    """The part of a name behind its last dot, as it is compared.

    >>> tail("export.user_id")
    'userid'
    """
    return plain(bare(name).rsplit(".", 1)[-1])


def tails(name: str) -> tuple[str, ...]:
    """What a name with dots may be called: the part behind its last dot, and that with the part before.

    >>> tails("data.user.id"), tails("id")
    (('id', 'userid'), ())
    """
    parts = bare(name).split(".")
    return (plain(parts[-1]), plain("".join(parts[-2:]))) if len(parts) > 1 else ()


def plain(name: str) -> str:
    """A header cell as it is compared: no type, case or punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", bare(name)).lower())


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Stripped names; one that is empty, or repeated but for its case, is called after its place.

    >>> unique(["id", "ID ", ""])
    ('id', 'column_2', 'column_3')
    """
    taken: dict[str, str] = {}
    for place, name in enumerate(names, start=1):
        cell = name.replace("\0", "").strip().strip('"').strip()
        while not cell or cell.lower() in taken:
            cell = f"column_{place}" if f"column_{place}" not in taken else f"{cell}_{place}"
        taken[cell.lower()] = cell
    return tuple(taken.values())


def _json_lines(lines: list[str], name: str) -> Sample:
    """Keys in the order in which they appear, and values as text: half from the start, half from all that is there.

    In a stream of events those of the first minutes may all be of one kind, and lack the keys of the others.
    """
    objects = [found for found in map(json_object, lines) if found is not None]
    if not objects:
        raise EventsError(say("errors.not_json_lines", file=name))
    keys = tuple(dict.fromkeys(pointer for value in objects for pointer in pointers(value)))
    check_columns(len(keys), name)
    half = SAMPLE_LINES // 2
    some = objects[:half] + objects[half :: max(1, -(-(len(objects) - half) // half))]
    rows = [[value_at(value, pointer) for pointer in keys] for value in some]
    names = [".".join(_named_steps(pointer)) for pointer in keys]
    return Sample(Dialect("", quoted=False, header=True, names=unique(names), keys=keys), rows)


def _named_steps(pointer: str) -> list[str]:
    """The keys on the way to a value less those behind the first that only tell its type, as databases write them."""
    found = steps(pointer)
    return [step for place, step in enumerate(found) if not place or step not in TYPES]


def pointers(value: dict[str, Any], depth: int = NESTED) -> Iterator[str]:
    """Where the values of an object are; objects in it are taken apart as well."""
    for key, inner in value.items():
        step = "/" + key.replace("~", "~0").replace("/", "~1")
        if isinstance(inner, dict) and inner and depth:
            yield from (step + rest for rest in pointers(inner, depth - 1))
        else:
            yield step


@functools.lru_cache(maxsize=4096)
def steps(pointer: str) -> tuple[str, ...]:
    """The keys on the way to a value."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def found_at(value: object, pointer: str) -> Any:
    """What lies at a JSON pointer, None if there is nothing."""
    for step in steps(pointer):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def value_at(value: object, pointer: str) -> str:
    """The text of what lies at a JSON pointer, empty if there is nothing.

    >>> value_at({"user": {"id": 7}}, "/user/id")
    '7'
    """
    found = found_at(value, pointer)
    return "" if found is None else found if isinstance(found, str) else json.dumps(found)
