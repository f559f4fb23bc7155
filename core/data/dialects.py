"""How the text of a log is laid out: separator, quotes, header, JSON lines."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import EventsError
from core.phrases import say

SEPARATORS = ("::", "\t", ";", ",", "|", " ")
"""In the order in which they are believed; a space only where nothing else parts every line."""
SAMPLE_LINES = 1000
TYPED = re.compile(r"^(.+):(token|token_seq|float|float_seq)$")
"""A header cell of RecBole: name and type."""
NUMBER = re.compile(r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$")


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
    """What JSON objects call the columns."""

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
    lines = [line for line in text.split("\n") if line.strip()][:SAMPLE_LINES]
    if not lines:
        raise EventsError(say("errors.blank_file", file=name))
    if lines[0].lstrip().startswith("{"):
        return _json_lines(lines, name)
    separator = _separator(lines, name)
    quoted = separator not in ("::", " ")
    records = [split(line, separator, quoted=quoted) for line in (_joined(lines, separator) if quoted else lines)]
    header = _has_header(records, known_names)
    width = Counter(map(len, records)).most_common(1)[0][0]
    names = records[0] if header else [f"column_{place}" for place in range(1, width + 1)]
    dialect = Dialect(separator, quoted, header, unique(names))
    return Sample(dialect, records[1:] if header else records)


def split(line: str, separator: str, *, quoted: bool) -> list[str]:
    """The cells of one record."""
    if not quoted or '"' not in line:
        return line.split(separator)
    csv.field_size_limit(1 << 30)
    return next(csv.reader(io.StringIO(line, newline=""), delimiter=separator))


def is_open(text: str, separator: str) -> bool:
    """Whether a quoted cell is not closed at the end of the text; quotes inside of bare cells mean nothing.

    >>> is_open('a,"b', ","), is_open('5" disc,"b"', ",")
    (True, False)
    """
    edge = re.escape(separator)
    closed = re.sub(rf'(^|{edge})"(?:[^"]|"")*"(?={edge}|$)', r"\1", text) if '"' in text else ""
    return bool(re.search(rf'(^|{edge})"', closed))


def bare(name: str) -> str:
    """A header cell without its type: user_id for user_id:token."""
    match = TYPED.match(name.strip())
    return (match.group(1) if match else name).strip()


def _joined(lines: list[str], separator: str) -> list[str]:
    """Lines with those that a quoted line break cut put together again."""
    joined: list[str] = []
    pending = ""
    for line in lines:
        pending = f"{pending}\n{line}" if pending else line
        if not is_open(pending, separator):
            joined.append(pending)
            pending = ""
    return joined or lines


def _separator(lines: list[str], name: str) -> str:
    """The separator that cuts most lines into the same number of cells, best if the first line too."""
    best, found = 0.0, ""
    for separator in SEPARATORS:
        bare_lines = [re.sub(r'"[^"]*"', "", line) for line in lines]
        cells = [line.count(separator) for line in bare_lines]
        usual, times = Counter(cells).most_common(1)[0]
        share = (times - 0.3 * (cells[0] != usual)) / len(cells) if usual else 0.0
        if share > best + 0.02 and (separator != " " or (not best and share > 0.95)):
            best, found = share, separator
    if not found:
        raise EventsError(say("errors.one_column", file=name, line=lines[0][:80]))
    return found


def _has_header(records: list[list[str]], known_names: frozenset[str]) -> bool:
    """Whether the first record names columns: known or typed names, or words above numbers."""
    first = records[0]
    if any(TYPED.match(cell.strip()) for cell in first):
        return True
    if any(NUMBER.match(cell) for cell in first):
        return False
    if any(plain(cell) in known_names for cell in first):
        return True
    rest = records[1:]
    return bool(rest) and any(
        sum(bool(NUMBER.match(row[place])) for row in rest if place < len(row)) > 0.9 * len(rest)
        for place in range(len(first))
    )


def plain(name: str) -> str:
    """A header cell as it is compared: no type, case or punctuation."""
    return re.sub(r"[\W_]+", "", bare(name).lower())


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
    """Keys in the order in which they appear, and values as text."""
    objects = []
    for line in lines:
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            objects.append(value)
    if not objects:
        raise EventsError(say("errors.not_json_lines", file=name))
    keys = tuple(dict.fromkeys(key for value in objects for key in value))
    rows = [["" if value.get(key) is None else _text(value[key]) for key in keys] for value in objects]
    return Sample(Dialect("", quoted=False, header=True, names=unique(keys), keys=keys), rows)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
