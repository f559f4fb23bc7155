"""Text that a strict parser refuses: read record by record, so that no line is lost and each keeps its number.

A quote that is never closed is taken literally after `MOST_LINES` lines, instead of eating the rest of the file.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core import phrases
from core.data.dialects import Dialect, is_open, split

MOST_LINES = 100
"""Lines that one quoted cell may span."""
BATCH = 50_000
LONGEST = 1 << 20
"""Characters of a line beyond which it is no record."""
TOO_LONG = phrases.say("reasons.long_row", characters=LONGEST)


def repair(path: Path, dialect: Dialect, target: Path) -> None:
    """Write Parquet with the columns line, problem and the cells as c0, c1 ...; a line of JSON is one cell."""
    width = 1 if dialect.json else len(dialect.names)
    cells = [(f"c{place}", pa.string()) for place in range(width)]
    columns = pa.schema([("line", pa.int64()), ("problem", pa.string()), *cells])
    records = _records(path, dialect)
    if dialect.header and not dialect.json:
        records = itertools.islice(records, dialect.lead + 1, None)
    rows = (_row(line, text, dialect, width) for line, text in records)
    with pq.ParquetWriter(target, columns) as writer:
        while batch := list(itertools.islice(rows, BATCH)):
            writer.write_batch(pa.record_batch(list(zip(*batch, strict=True)), schema=columns))


def _row(line: int, text: str, dialect: Dialect, width: int) -> list[int | str | None]:
    if len(text) > LONGEST:
        return [line, TOO_LONG, text[:1000], *[None] * (width - 1)]
    if dialect.json:
        return [line, None, text]
    quoted = dialect.quoted and not is_open(text, dialect.separator)
    cells = split(text, dialect.separator, quoted=quoted)
    if len(cells) <= width:
        return [line, None, *cells, *[None] * (width - len(cells))]
    rest = dialect.separator.join(cells[width - 1 :])
    return [line, phrases.say("reasons.many_cells", cells=width), *cells[: width - 1], rest]


def _records(path: Path, dialect: Dialect) -> Iterator[tuple[int, str]]:
    """Number of the first line, and text of each record that is not blank."""
    waiting: list[str] = []
    start, number = 1, 0
    for number, line in enumerate(_lines(path), start=1):
        if not waiting:
            start = number
        waiting.append(line)
        whole = not (dialect.quoted and is_open("\n".join(waiting), dialect.separator))
        if whole or len(waiting) > MOST_LINES:
            yield from _given(waiting, start, whole=whole)
            waiting = []
    yield from _given(waiting, start, whole=False)


def _given(lines: list[str], start: int, *, whole: bool) -> Iterator[tuple[int, str]]:
    """One record of whole lines, else each line for itself."""
    parts = [(start, "\n".join(lines))] if whole else list(enumerate(lines, start=start))
    yield from ((number, text) for number, text in parts if text.strip())


def _lines(path: Path) -> Iterator[str]:
    """Lines without their ends, whatever these are; zero bytes are left out."""
    with path.open(encoding="utf-8", errors="replace") as stream:
        for line in stream:
            yield line.removesuffix("\n").replace("\0", "")
