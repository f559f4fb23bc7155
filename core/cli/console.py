"""How commands talk: progress and remarks to stderr, results to stdout or whole to a file."""

import contextlib
import json
import math
import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import InputError
from core.phrases import harmless
from core.workspace import disk

if TYPE_CHECKING:
    import pandas as pd

LINE_EVERY, REDRAW_EVERY = 2.0, 0.1
"""Seconds between two notes of progress: in a file, on a terminal."""

CSV_ROWS = 50_000
"""Rows that are made into text at a time."""
PARQUET = ".parquet"
"""How the name of a file ends that is written as Parquet."""
ALWAYS_TOLD = {"steps.plan", "steps.ranks_again"}
"""Steps that are told on a line of their own, however short they are."""
TAKES_ID = ("--user", "--item", "--add", "--follow", "--category")
"""Options whose value may begin with a dash, as ids of Yelp and YouTube do."""


class Progress:
    """Progress on stderr: one line that is redrawn on a terminal, a line every two seconds elsewhere."""

    def __init__(self) -> None:
        """Nothing was told yet."""
        self._told, self._share = time.monotonic(), 0.0
        self._terminal = sys.stderr.isatty()

    def __call__(self, share: float, message: str) -> None:
        """Tell how far a step is, unless it was told a moment ago."""
        if getattr(message, "code", "") in ALWAYS_TOLD:
            say(message)
            return
        if time.monotonic() - self._told < (REDRAW_EVERY if self._terminal else LINE_EVERY):
            return
        self._told, self._share = time.monotonic(), max(self._share, share)
        line = f"{self._share:4.0%} {harmless(message)}"
        sys.stderr.write(f"\r\033[K{line[:100]}" if self._terminal else f"{line}\n")
        sys.stderr.flush()


def say(remark: str) -> None:
    """A remark on stderr, on a line of its own."""
    remark = harmless(remark)
    sys.stderr.write(f"\r\033[K{remark}\n" if sys.stderr.isatty() else f"{remark}\n")


def print_report(report: dict[str, Any], *, as_json: bool) -> None:
    """A result on stdout, as one JSON object or as lines to read."""
    if as_json:
        print(json.dumps(without_nan(report)))
        return
    for key, value in report.items():
        shown = ", ".join(f"{name}: {part}" for name, part in value.items()) if isinstance(value, dict) else value
        print(harmless(f"{key.replace('_', ' ')}: {shown}"))


def print_account(found: dict[str, Any], *, as_json: bool) -> None:
    """What an import came to: one JSON object, or counts and then a line for each decision and caution."""
    if as_json:
        print_report(found, as_json=True)
        return
    counts = (
        "rows_read",
        "rows_kept",
        "rows_rejected",
        "reasons",
        "duplicates",
        "users",
        "items",
        "rejects_file",
        "taken_for",
    )
    print_report({key: found[key] for key in counts if key in found}, as_json=False)
    for line in found["decided"]:
        print(harmless(line))
    for caution in found["cautions"]:
        print(harmless(f"caution: {caution}"))


def without_nan(value: Any) -> Any:
    """The value with null where JSON has no number for it.

    >>> without_nan({"ndcg@10": float("nan"), "hr@10": 0.5})
    {'ndcg@10': None, 'hr@10': 0.5}
    """
    if isinstance(value, dict):
        return {key: without_nan(part) for key, part in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_table(frame: "pd.DataFrame", out: Path | None, *, exact: bool = False, key: str = "") -> None:
    """A frame as CSV to stdout, or whole to a file, as Parquet by its ending; user ids are masked where `key` is given.

    In CSV texts that a spreadsheet would run get an apostrophe before them unless they are wished exactly as they are;
    in Parquet everything is as it is, and lists are lists.
    """
    parquet = out is not None and out.suffix.lower() == PARQUET
    cuts = [0] if parquet else range(0, max(1, len(frame)), CSV_ROWS)
    write_parts((frame if parquet else frame[cut : cut + CSV_ROWS] for cut in cuts), out, exact=exact, key=key)


def write_parts(parts: "Iterable[pd.DataFrame]", out: Path | None, *, exact: bool = False, key: str = "") -> None:
    """The same of a table that comes in parts, of which one is held at a time."""
    from core.data import export

    parts, rows = (export.masked(frame, key) if key else frame for frame in _filled(parts)), 0
    if out is None:
        for number, frame in enumerate(parts):
            _write_csv(frame, _Shown() if sys.stdout.isatty() else sys.stdout, number, exact=exact)
        sys.stdout.flush()
        return
    with whole(out) as temporary:
        if out.suffix.lower() == PARQUET:
            rows = _write_parquet(parts, temporary)
        else:
            with temporary.open("w", encoding="utf-8", newline="") as file:
                for number, frame in enumerate(parts):
                    _write_csv(frame, file, number, exact=exact)
                    rows += len(frame)
    say(f"{rows:,} rows in {out}")


def _filled(parts: "Iterable[pd.DataFrame]") -> "Iterator[pd.DataFrame]":
    """Parts with rows, for only these tell what their columns hold; one without where there is no other."""
    some, empty = False, None
    for frame in parts:
        if len(frame):
            some = True
            yield frame
        else:
            empty = frame
    if empty is not None and not some:
        yield empty


def _write_parquet(parts: "Iterable[pd.DataFrame]", path: Path) -> int:
    """Write the parts of a table; the number of its rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = (pa.Table.from_pandas(frame, preserve_index=False) for frame in parts)
    first = next(tables)
    rows = len(first)
    with pq.ParquetWriter(path, first.schema) as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(table.cast(first.schema))
            rows += len(table)
    return rows


def _write_csv(frame: "pd.DataFrame", file: Any, number: int, *, exact: bool) -> None:
    """A part of a table as CSV, the first with the names of columns."""
    from core.data import export

    frame = export.in_text(frame)
    (frame if exact else export.safe_frame(frame)).to_csv(file, index=False, header=not number)


class _Shown:
    """A terminal that texts cannot command."""

    def write(self, text: str) -> int:
        """Show it."""
        return sys.stdout.write(harmless(text))


@contextlib.contextmanager
def whole(out: Path) -> Iterator[Path]:
    """A path to write to that becomes `out`, a file or a folder's files, if the block succeeds; else nothing stays."""
    if out.exists() and not out.is_file() and not out.is_dir():
        yield out  # a pipe or a device
        return
    if not out.absolute().parent.is_dir():
        raise InputError(f"No folder {str(out.absolute().parent)!r} to write {out.name!r} to. Make it first.")
    temporary = out.absolute().with_name(f".{out.name}.{os.getpid()}.tmp")
    with disk.guarded(out.absolute().parent):
        try:
            yield temporary
            _move(temporary, out)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _move(temporary: Path, out: Path) -> None:
    if temporary.is_file():
        if out.is_dir():
            raise InputError(f"{str(out)!r} is a folder. Give the name of a file to write.")
        os.replace(temporary, out)
        return
    if out.is_file():
        raise InputError(f"{str(out)!r} is a file. Give the name of a folder to write to.")
    out.mkdir(exist_ok=True)
    for file in temporary.iterdir():
        os.replace(file, out / file.name)


def joined(arguments: Sequence[str]) -> list[str]:
    """The arguments with ids that begin with a dash tied to their option, so that they are not taken for one.

    >>> joined(["recommend", "n", "--user", "-1BSu", "-k", "1"])
    ['recommend', 'n', '--user=-1BSu', '-k', '1']
    """
    out: list[str] = []
    for word in arguments:
        option = out[-1] if out else ""
        is_id = option in TAKES_ID and word.startswith("-") and not word.startswith("--") and word != "-k"
        out[-1:] = [f"{option}={word}"] if is_id else [*out[-1:], word]
    return out
