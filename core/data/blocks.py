"""A log in blocks: each is read by itself, wherever a worker is, by the code that reads whole files here.

A block of a text is a range of bytes that ends with a line; of Parquet it is some row groups. Line numbers go on from
block to block, so a row has the number that it has in a local import.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from core.data import schema
from core.data.dialects import Sample
from core.data.engine import open_engine
from core.data.files import Source
from core.data.guessing import Guess
from core.data.meeting import draft
from core.data.raw import RawFile, RawLog
from core.data.readers import open_part
from core.data.rows import numbered, reading_of, typed_by
from core.data.times import TimeReading
from core.errors import EventsError
from core.phrases import packed, say
from core.settings import ImportSettings
from core.workspace import objects

BYTES = 32 << 20
"""Bytes of a block of text."""
ROWS = 1_000_000
"""Rows of a block of Parquet, about."""


@dataclass(frozen=True)
class Block:
    """Part of a file."""

    number: int
    path: str
    """A path that every worker sees, or a URI."""
    span: tuple[int, int]
    """First byte and the one behind the last, or row groups."""
    parquet: bool
    before: int = 0
    """Lines before it, those of other files in steps of `schema.FILE_STEP`."""


@dataclass(frozen=True, eq=False)
class How:
    """How every block is read and typed."""

    source: Source
    sample: Sample
    guess: Guess
    settings: ImportSettings
    key: str
    reading: TimeReading
    """How times are read, as the first rows say; a block may add formats, unless `settled`."""
    settled: bool
    target: str
    """Folder of the typed rows, or their address."""


def files_at(address: str) -> list[str]:
    """The file at an address, or those of a folder, by name; raises `EventsError`."""
    system, path = _system(address)
    with objects.one_line(address):
        found = system.get_file_info(path)
        inside = [] if found.is_file else system.get_file_info(pafs.FileSelector(path, True, True))
    if found.type == pafs.FileType.NotFound:
        raise EventsError(say("errors.no_file", path=address))
    if found.is_file:
        return [address]
    place, mark, way = address.partition("?") if objects.is_address(address) else (path, "", "")
    start = place.rstrip("/").removesuffix(path)
    names = [each.path for each in inside if each.type == pafs.FileType.File and each.base_name[:1] not in "._"]
    if not names:
        raise EventsError(say("errors.no_file", path=address))
    return [start + name + mark + way for name in sorted(names)]


def opened(path: str) -> Any:
    """A file to read."""
    system, inner = _system(path)
    with objects.one_line(path):
        return system.open_input_file(inner)


def _system(address: str) -> tuple[Any, str]:
    if objects.is_address(address):
        return objects.system(address)
    return pafs.LocalFileSystem(), str(Path(address).absolute())


def text_blocks(files: list[str]) -> list[Block]:
    """Blocks of texts, lines not yet counted."""
    found: list[Block] = []
    for path in files:
        with opened(path) as stream:
            size = stream.size()
        for start in range(0, max(1, size), BYTES):
            found.append(Block(len(found), path, (start, min(size, start + BYTES)), parquet=False))
    return found


def parquet_blocks(files: list[str]) -> list[Block]:
    """Blocks of Parquet files."""
    found: list[Block] = []
    for place, path in enumerate(files):
        with opened(path) as stream:
            about = pq.ParquetFile(stream).metadata
            rows = np.cumsum([0, *(about.row_group(group).num_rows for group in range(about.num_row_groups))])
        cuts = np.unique(np.append(np.searchsorted(rows, np.arange(0, rows[-1], ROWS)), len(rows) - 1)).tolist()
        for first, last in pairwise(cuts):
            before = int(rows[first]) + place * schema.FILE_STEP
            found.append(Block(len(found), path, (first, last), parquet=True, before=before))
    return found


def numbered_on(blocks: list[Block], lines: Mapping[int, int]) -> list[Block]:
    """Blocks that know the lines before them, from the lines of each."""
    before: Counter[str] = Counter()
    places = {path: place for place, path in enumerate(dict.fromkeys(block.path for block in blocks))}
    found = []
    for block in blocks:
        found.append(replace(block, before=before[block.path] + places[block.path] * schema.FILE_STEP))
        before[block.path] += lines[block.number]
    return found


def text_of(block: Block) -> bytes:
    """Whole lines: those that begin in the block."""
    start, end = block.span
    with opened(block.path) as stream:
        size = stream.size()
        stream.seek(max(0, start - 1))
        data = bytes(stream.read(end - max(0, start - 1)))
        if start:
            data = data[data.find(b"\n") + 1 :] if b"\n" in data else b""
        parts = [data]
        while data and not parts[-1].endswith(b"\n") and stream.tell() < size:
            more = bytes(stream.read(1 << 16))
            parts.append(more[: more.find(b"\n") + 1] if b"\n" in more else more)
    return b"".join(parts)


def counted(block: Block, *, quoted: bool) -> tuple[int, int]:
    """Lines of a block of text, and how many of them hold an odd number of quotes, if cells may be quoted."""
    text = text_of(block)
    lines = text.count(b"\n") + int(bool(text) and not text.endswith(b"\n"))
    if not quoted or b'"' not in text:
        return lines, 0
    # an engine may count many blocks at once: only the places of what is looked for are held
    data = np.frombuffer(text, np.uint8)
    starts = np.flatnonzero(data == ord("\n")) + 1
    before = np.searchsorted(np.flatnonzero(data == ord('"')), np.concatenate(([0], starts, [len(data)])))
    return lines, int((np.diff(before) % 2).sum())


def typed(block: Block, how: How) -> tuple[int, str, str]:
    """Write the typed rows of a block; returns their number, how it read times (JSON), and what was wrong with it."""
    try:
        return _typed(block, how)
    except EventsError as error:
        return 0, "", packed(error.args[0])


def _typed(block: Block, how: How) -> tuple[int, str, str]:
    with open_engine() as engine:
        part = engine.scratch / "block"
        if not _brought(block, part):
            return 0, "", ""
        whole = RawFile(None, how.source, how.sample)  # its rows are elsewhere
        table, inside = open_part(part, whole, engine, first=not block.span[0])
        if inside:
            raise EventsError(say("errors.engine_quotes", lines=inside, file=block.path))
        raw = RawLog(replace(whole, table=table.mutate(line=table.line + block.before)), how.guess)
        read = numbered(raw, how.settings, engine, how.key, cells=len(raw.file.names))
        reading = how.reading if how.settled else reading_of(read, raw, how.settings, engine, how.reading)
        rows = engine.view("typed", typed_by(reading, read, engine))
        with draft(how.target, f"{block.number:06}.parquet") as path:
            engine.write_scratch(rows, path)
            kept = int(pq.ParquetFile(path).metadata.num_rows)
        return kept, json.dumps(reading.plain()), ""


def _brought(block: Block, part: Path) -> bool:
    """Whether there is anything in the block, which then lies in a file here."""
    if not block.parquet:
        data = text_of(block)
        part.write_bytes(data)
        return bool(data)
    with opened(block.path) as stream:
        table = pq.ParquetFile(stream).read_row_groups(list(range(*block.span)))
    pq.write_table(table, part, compression="lz4")
    return True


def merged(first: TimeReading, found: Iterator[TimeReading], column: str) -> TimeReading:
    """One reading for all blocks, each of which may have met formats of its own; raises `EventsError`."""
    for other in found:
        orders, kinds = zip(*((each.day_first, _kind(each)) for each in (first, other)), strict=True)
        if len(set(kinds)) > 1 or (None not in orders and len(set(orders)) > 1):
            raise EventsError(say("errors.engine_times", column=column))
        first = replace(
            first,
            formats=tuple(dict.fromkeys((*first.formats, *other.formats))),
            tidy=tuple(dict.fromkeys((*first.tidy, *other.tidy))),
            notes=tuple(dict.fromkeys((*first.notes, *other.notes))),
            bare=max(first.bare, other.bare),
            day_first=first.day_first if other.day_first is None else other.day_first,
            year_first=first.year_first or other.year_first,
            lowest=max(first.lowest, other.lowest),
        )
    return first


def _kind(reading: TimeReading) -> tuple[Any, ...]:
    """What numbers are, which all blocks must agree on."""
    return reading.unit, reading.digits, reading.ordinal, reading.numbers
