"""What an import would keep and reject, told before it is run: exactly for small files, else from the first rows."""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.data import cleaning, unpacking
from core.data import files as packed
from core.data.log_files import LogFiles
from core.settings import ImportSettings

LOOK_AT = 4 << 20
"""Bytes of a text that are looked at: about 100,000 rows, read in a second."""
CHECK_KEY = "check"
"""Pseudonyms of a check are thrown away with it."""
ROWS = 100_000
"""Rows of a Parquet file that are looked at."""


@dataclass(frozen=True)
class Check:
    """What would become of the rows that were looked at."""

    summary: dict[str, Any]
    """As `cleaning.import_files` returns it, of the rows that were looked at."""
    whole: bool
    """All of the file was looked at; else users with few events are not rejected, since more of theirs may follow."""


def check(files: LogFiles, settings: ImportSettings) -> Check:
    """Import the first rows of each file of a log into a folder that is thrown away; raises `EventsError`."""
    with TemporaryDirectory(prefix="meander-check-") as scratch:
        folder = Path(scratch) / "out"
        folder.mkdir()
        found = []
        for place, events in enumerate((files.events, *files.more)):
            (Path(scratch) / str(place)).mkdir()
            found.append(_first_rows(events, Path(scratch) / str(place)))
        whole = all(complete for _, complete in found)
        settings = settings if whole else replace(settings, min_events=1, min_item_events=1)
        (log, _), *more = found
        files = replace(files, events=log, more=tuple(path for path, _ in more))
        return Check(cleaning.import_files(files, folder, settings, key=CHECK_KEY), whole)


def _first_rows(events: Path, scratch: Path) -> tuple[Path, bool]:
    """The file itself if it is small, else one with its first rows; and whether that is all of it."""
    shortened = scratch / events.name
    if packed.is_table(events):
        parquet = pq.ParquetFile(packed.prepare(events, scratch).path)
        if parquet.metadata.num_rows <= ROWS:
            return events, True
        first = next(parquet.iter_batches(batch_size=ROWS))
        pq.write_table(pa.Table.from_batches([first]), shortened)
        return shortened, False
    text = packed.head(events, LOOK_AT)
    if len(packed.head(events, LOOK_AT + unpacking.CHUNK)) == len(text):
        return events, True
    shortened.write_text(text, encoding="utf-8")
    return shortened, False
