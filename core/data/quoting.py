"""Quotes in the cells of a text: where a cell ends, whether one is still open, and which quotes are only letters."""

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Self

MOST_LINES = 100
"""Lines that one quoted cell may span."""
MOST_CHARACTERS = 2 << 20
"""Characters that lines which one quoted cell spans may have; all of them are looked at again with each."""
SAMPLE_LINES = 1000
DOUBLED, BACKSLASH = '"', "\\"
"""How a quote inside a quoted cell is written: twice, or behind a backslash."""
NUMBER = re.compile(r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$")
DATE = re.compile(r"^\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}")
INSIDE = {DOUBLED: r'"(?:[^"]|"")*"', BACKSLASH: r'"(?:[^"\\]|\\.)*"'}


def split(line: str, separator: str, *, quoted: bool, escape: str = DOUBLED) -> list[str]:
    r"""The cells of one record.

    >>> split(r'a,"b \"c\", d",e', ",", quoted=True, escape=BACKSLASH)
    ['a', 'b "c", d', 'e']
    """
    if not quoted or '"' not in line:
        return line.split(separator)
    if escape == BACKSLASH:
        cells = [match.group(1) for match in _cell(separator).finditer(line)]
        return [re.sub(r'\\(["\\])', r"\1", cell[1:-1]) if _is_quoted(cell) else cell for cell in cells]
    csv.field_size_limit(1 << 30)
    return next(csv.reader(io.StringIO(line, newline=""), delimiter=separator))


def is_open(text: str, separator: str, escape: str = DOUBLED) -> bool:
    """Whether a quoted cell is not closed at the end of the text; quotes inside of bare cells mean nothing.

    >>> is_open('a,"b', ","), is_open('5" disc,"b"', ",")
    (True, False)
    """
    if '"' not in text:
        return False
    edge = re.escape(separator)
    closed = re.sub(rf"(^|{edge}){INSIDE[escape]}(?={edge}|$)", r"\1", text, flags=re.DOTALL)
    return bool(re.search(rf'(^|{edge})"', closed))


def is_whole(text: str, separator: str, escape: str = DOUBLED) -> bool:
    """Whether each cell that begins with a quote ends with its own.

    >>> is_whole('a,"b"', ","), is_whole('a,"b" c', ",")
    (True, False)
    """
    return '"' not in text or bool(_whole(separator, escape).fullmatch(text))


def escape_of(lines: Iterable[str], separator: str) -> str:
    """How quotes inside of quoted cells are written, by the lines in which a backslash stands before one."""
    telling = [line for line in lines if '\\"' in line]
    doubled, backslash = (sum(is_whole(line, separator, escape) for line in telling) for escape in INSIDE)
    return BACKSLASH if backslash > doubled else DOUBLED


@dataclass(frozen=True)
class Shape:
    """What a line looks like that is a record of its own."""

    separator: str
    width: int
    """Cells; 0 where no line is without quotes, so that nobody knows."""
    kinds: tuple[tuple[int, re.Pattern[str]], ...]
    """Places where numbers or dates stand."""

    @classmethod
    def of(cls, lines: Sequence[str], separator: str) -> Self:
        """From the first lines of a text, by those without quotes."""
        rows = [line.split(separator) for line in lines if '"' not in line]
        width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
        rows = [row for row in rows if len(row) == width]
        kinds = tuple(
            (place, kind)
            for place in range(width)
            for kind in (NUMBER, DATE)
            if sum(bool(kind.match(row[place].strip())) for row in rows) > 0.9 * len(rows)
        )
        return cls(separator, width, kinds)

    def fits(self, line: str) -> bool:
        """Whether a line is a record if its quotes mean nothing."""
        cells = line.split(self.separator)
        return len(cells) == self.width > 1 and all(kind.match(cells[at].strip(' "')) for at, kind in self.kinds)


def records(lines: Iterable[str], shape: Shape, escape: str = DOUBLED) -> Iterator[tuple[list[str], bool]]:
    """Lines that belong together, and whether they are one record; else their open quote is a letter like others.

    A quote is a letter where the lines that it would take in are records themselves, or nothing closes it.
    """
    coming, waiting, held = deque[str](), list[str](), 0
    source = iter(lines)
    while True:
        line = coming.popleft() if coming else next(source, None)
        if line is None:
            break
        if waiting and '"' not in line and len(waiting) == 1 and shape.fits(line):
            yield waiting, False
            waiting = []
        waiting.append(line)
        held = held + len(line) if len(waiting) > 1 else len(line)
        if held > MOST_CHARACTERS:
            yield waiting, False
            waiting = []
        elif not is_open("\n".join(waiting), shape.separator, escape):
            lone = len(waiting) == 2 and all(map(shape.fits, waiting))
            yield waiting, not lone
            waiting = []
        elif len(waiting) > MOST_LINES:
            yield waiting, False
            waiting = []
    if waiting:
        yield waiting, False


def _is_quoted(cell: str) -> bool:
    return len(cell) > 1 and cell.startswith('"') and cell.endswith('"')


@cache
def _cell(separator: str) -> re.Pattern[str]:
    edge = re.escape(separator)
    return re.compile(rf"(?:^|(?<={edge}))({INSIDE[BACKSLASH]}(?={edge}|$)|(?:(?!{edge}).)*)(?:{edge}|$)", re.DOTALL)


@cache
def _whole(separator: str, escape: str) -> re.Pattern[str]:
    edge = re.escape(separator)
    cell = rf'(?:{INSIDE[escape]}|(?!")(?:(?!{edge}).)*)'
    return re.compile(rf"{cell}(?:{edge}{cell})*", re.DOTALL)
