"""Excel workbooks as text: the first sheet with a header and rows, as CSV.

A workbook is a zip of XML. Formulas are not computed, macros not run: what Excel saved last in a cell is its value.
"""

import csv
import datetime
import itertools
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, TextIO

from core.data import apart
from core.data.allowed import most_bytes
from core.data.dialects import LEAD, is_known
from core.data.names import KNOWN
from core.errors import EventsError
from core.phrases import say

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

MOST_BYTES = 600 << 20
"""A workbook whose parts unpack to more is not opened: its reader holds a sheet in memory."""
LEAST_COLUMNS = 2
CHUNK = 1 << 20


def as_text(path: Path) -> IO[bytes]:
    """The first sheet that has a header and rows, as CSV in UTF-8, from a process of its own; raises `EventsError`."""
    return apart.stream(apart.WORKBOOK, path)


def read_apart(_kind: str, path: Path, _target: Path, name: str) -> None:
    """Write that sheet to standard output; `name` is what messages call the workbook. Raises `EventsError`."""
    from python_calamine import CalamineError, load_workbook

    _check_size(path, min(most_bytes(path), MOST_BYTES))
    try:
        with load_workbook(str(path)) as book:
            sheet = _first_sheet(book)
            if sheet is None:
                raise EventsError(say("errors.no_sheet", file=name))
            _write(sheet, sys.stdout)
    except CalamineError as error:
        raise EventsError(say("errors.damaged_workbook", file=name, why=str(error))) from None


def _check_size(path: Path, most: int) -> None:
    """Unpack all parts once and count: what an archive says of itself need not be true."""
    size = 0
    with zipfile.ZipFile(path) as archive:
        for part in archive.infolist():
            with archive.open(part) as stream:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    if size > most:
                        raise EventsError(say("errors.large_workbook", file=path.name, megabytes=most >> 20))


def _first_sheet(book: "CalamineWorkbook") -> "CalamineSheet | None":
    """The first sheet with known names of columns, else the first with columns at all."""
    sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    tables = [sheet for sheet in sheets if sheet.width >= LEAST_COLUMNS and sheet.height > 1]
    named = (sheet for sheet in tables if any(map(_names_columns, itertools.islice(sheet.iter_rows(), LEAD))))
    return next(named, tables[0] if tables else None)


def _names_columns(row: Sequence[object]) -> bool:
    return sum(isinstance(cell, str) and is_known(cell, KNOWN) for cell in row) >= LEAST_COLUMNS


def _write(sheet: "CalamineSheet", out: TextIO) -> None:
    write = csv.writer(out, lineterminator="\n")
    write.writerows(cells for row in sheet.iter_rows() if any(cells := [_cell(cell) for cell in row]))
    out.flush()


def _cell(value: object) -> str:
    """A cell as other tools write it: whole numbers without a point, times as ISO 8601."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    return str(value)
