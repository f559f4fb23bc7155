"""Text that a strict parser refuses: read record by record, so that no line is lost and each keeps its number.

A quote that is only a letter, or never closed, is taken literally instead of eating the rest of the file.
"""

import itertools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core import phrases
from core.data.dialects import Dialect
from core.data.lines import bounded
from core.data.quoting import SAMPLE_LINES, Shape, is_open, records, split
from core.settings import intake

BATCH = 50_000
INSIDE = "lines in quoted cells"


def repair(path: Path, dialect: Dialect, target: Path) -> int:
    """Write Parquet with the columns line, problem and the cells as c0, c1 ...; a line of JSON is one cell.

    Returns how many lines lie inside of quoted cells, so that they are no record of their own.
    """
    width = 1 if dialect.json else len(dialect.names)
    cells = [(f"c{place}", pa.string()) for place in range(width)]
    columns = pa.schema([("line", pa.int64()), ("problem", pa.string()), *cells])
    inside = Counter[str]()
    found = _records(path, dialect, inside)
    if dialect.header and not dialect.json:
        found = itertools.islice(found, dialect.lead + 1, None)
    rows = (_row(line, text, dialect, width) for line, text in found)
    with pq.ParquetWriter(target, columns) as writer:
        while batch := list(itertools.islice(rows, BATCH)):
            writer.write_batch(pa.record_batch(list(zip(*batch, strict=True)), schema=columns))
    return inside[INSIDE]


def _row(line: int, text: str, dialect: Dialect, width: int) -> list[int | str | None]:
    most = intake().line_characters
    if len(text) > most:
        return [line, phrases.say("reasons.long_row", characters=most), text[:1000], *[None] * (width - 1)]
    if dialect.json:
        return [line, None, text]
    quoted = dialect.quoted and not is_open(text, dialect.separator, dialect.escape)
    cells = split(text, dialect.separator, quoted=quoted, escape=dialect.escape)
    if len(cells) <= width:
        return [line, None, *cells, *[None] * (width - len(cells))]
    rest = dialect.separator.join(cells[width - 1 :])
    return [line, phrases.say("reasons.many_cells", cells=width), *cells[: width - 1], rest]


def _records(path: Path, dialect: Dialect, inside: Counter[str]) -> Iterator[tuple[int, str]]:
    """Number of the first line, and text of each record that is not blank; `inside` counts lines in quoted cells."""
    if not dialect.quoted:
        yield from ((number, text) for number, text in enumerate(_lines(path), start=1) if text.strip())
        return
    shape = Shape.of([line for line in itertools.islice(_lines(path), SAMPLE_LINES) if line.strip()], dialect.separator)
    start = 1
    for lines, one in records(_lines(path), shape, dialect.escape):
        parts = [(start, "\n".join(lines))] if one else list(enumerate(lines, start=start))
        yield from ((number, text) for number, text in parts if text.strip())
        inside[INSIDE] += (len(lines) - 1) * one
        start += len(lines)


def _lines(path: Path) -> Iterator[str]:
    """Lines without their ends, whatever these are; zero bytes are left out."""
    with path.open(encoding="utf-8", errors="replace") as stream:
        for line in bounded(stream, intake().line_characters):
            yield line.removesuffix("\n").replace("\0", "")
