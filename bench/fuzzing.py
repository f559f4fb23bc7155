"""Logs with random injuries, and whether an import loses anything of them; run by `python -m bench.ingest fuzz`."""

import gzip
import random
import tempfile
from pathlib import Path
from typing import Any

JUNK = (
    b'"',
    b",",
    b"\t",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\xff",
    b"::",
    b";",
    b"NaN",
    b"\xe9",
    b"1e999",
    b"\n\n",
    b"'",
    b"\\",
)


def fuzz(files: list[Path], folder: Path, cases: int, seed: int) -> dict[str, Any]:
    """Import mutations of logs: each is kept, counted or refused with one line."""
    from core.data.cleaning import import_files
    from core.data.log_files import LogFiles
    from core.errors import EventsError
    from core.settings import ImportSettings

    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    counts: dict[str, Any] = {"imported": 0, "refused": {}, "failed": []}
    heads = {file: _head(file) for file in files}
    for case in range(cases):
        file = files[case % len(files)]
        path, out = folder / f"case{file.suffix if file.suffix != '.gz' else '.csv'}", folder / "out"
        path.write_bytes(mutated(heads[file], rng))
        out.mkdir(exist_ok=True)
        try:
            summary = import_files(LogFiles(path), out, ImportSettings(min_events=1))
            total = summary["rows_kept"] + summary["rows_rejected"] + summary["duplicates"]
            if summary["rows_read"] != total or not _all_lines(path, summary["rows_read"]):
                raise AssertionError(f"rows lost: {summary}")
            counts["imported"] += 1
        except EventsError as error:
            message = str(error)
            assert "\n" not in message, message
            kind = " ".join(message.split()[:6])
            counts["refused"][kind] = counts["refused"].get(kind, 0) + 1
        except Exception as error:
            kept = Path(tempfile.gettempdir()) / f"fuzz-{seed}-{case}{path.suffix}"
            kept.write_bytes(path.read_bytes())
            counts["failed"].append(f"{kept}: {type(error).__name__}: {str(error).splitlines()[0][:200]}")
    return counts


def _head(file: Path) -> bytes:
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rb") as stream:
        return b"".join(stream.readlines()[:400])


def _all_lines(path: Path, rows: int) -> bool:
    """Whether a text without quotes has as many rows as lines that are not blank, but for the header and its lead."""
    from core.data import dialects
    from core.data.files import head
    from core.data.names import KNOWN

    data = path.read_bytes()
    if b'"' in data or b"\0" in data or any(byte > 127 for byte in data):
        return True
    lines = sum(1 for line in data.replace(b"\r", b"\n").split(b"\n") if line.strip())
    return lines - 1 - dialects.sniff(head(path), path.name, KNOWN).dialect.lead <= rows <= lines


def mutated(data: bytes, rng: random.Random) -> bytes:
    """A few random injuries: bytes changed, cut or doubled, lines torn, quotes and separators strewn in."""
    for _ in range(rng.randint(1, 12)):
        place = rng.randrange(len(data) + 1)
        end = min(len(data), place + rng.randint(1, 60))
        kind = rng.randrange(5)
        if kind == 0:
            data = data[:place] + rng.choice(JUNK) + data[place:]
        elif kind == 1:
            data = data[:place] + data[end:]
        elif kind == 2:
            data = data[:place] + data[place:end] * 2 + data[end:]
        elif kind == 3:
            data = data[:place] + bytes([rng.randrange(256)]) + data[place + 1 :]
        else:
            data = data.replace(rng.choice([b",", b"\n", b"::", b"\t"]), rng.choice(JUNK), rng.randint(1, 3))
    return data
