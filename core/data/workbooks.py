"""Excel workbooks as text: the first sheet with a header and rows, as CSV.

A workbook is a zip of XML. Formulas are not computed, macros not run: what Excel saved last in a cell is its value.
"""

import csv
import datetime
import io
import itertools
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

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


def as_text(path: Path, most: int) -> IO[bytes]:
    """The first sheet that has a header and rows, as CSV in UTF-8; `most`: bytes that it may unpack to.

    Raises `EventsError`.
    """
    from python_calamine import CalamineError, load_workbook

    _check_size(path, min(most, MOST_BYTES))
    try:
        with load_workbook(str(path)) as book:
            text = _first_sheet(book)
    except CalamineError as error:
        raise EventsError(say("errors.damaged_workbook", file=path.name, why=str(error))) from None
    if not text:
        raise EventsError(say("errors.no_sheet", file=path.name))
    return io.BytesIO(text.encode())


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


def _first_sheet(book: "CalamineWorkbook") -> str:
    """The first sheet with known names of columns, else the first with columns at all."""
    sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    tables = [sheet for sheet in sheets if sheet.width >= LEAST_COLUMNS and sheet.height > 1]
    named = (sheet for sheet in tables if any(map(_names_columns, itertools.islice(sheet.iter_rows(), LEAD))))
    chosen = next(named, tables[0] if tables else None)
    return _text(chosen) if chosen else ""


def _names_columns(row: Sequence[object]) -> bool:
    return sum(isinstance(cell, str) and is_known(cell, KNOWN) for cell in row) >= LEAST_COLUMNS


def _text(sheet: "CalamineSheet") -> str:
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerows(cells for row in sheet.iter_rows() if any(cells := [_cell(cell) for cell in row]))
    return out.getvalue()


def _cell(value: object) -> str:
    """A cell as other tools write it: whole numbers without a point, times as ISO 8601."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    return str(value)
