"""What the import of ten rows costs, by kind of file: `python -m bench.ingest small`."""

import gzip
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.hostile_packs import rows_of_sheet, workbook

ROWS = [(f"u{row % 3}", f"i{row % 4}", row) for row in range(10)]
REPEATS = 7


def measure(folder: Path) -> dict[str, dict[str, float]]:
    """CPU seconds of a first import of each kind in this process, and of the cheapest of those that follow."""
    found = {}
    for kind, name, content in kinds():
        seconds = [_once(folder, f"{kind}{place}", name, content) for place in range(REPEATS)]
        found[kind] = {"first": round(seconds[0], 3), "warm": round(min(seconds[1:]), 3)}
    return found


def _once(folder: Path, label: str, name: str, content: dict[str, bytes]) -> float:
    from core.data import LogFiles, import_files
    from core.data.checking import check
    from core.settings import ImportSettings

    place = folder / label.replace(" ", "-")
    (place / "out").mkdir(parents=True)
    for file, data in content.items():
        (place / file).write_bytes(data)
    items = place / "items.csv" if "items.csv" in content else None
    files, settings = LogFiles(place / name, items=items), ImportSettings(min_events=1, pseudonyms="hidden" in label)
    started = time.process_time()
    if label.startswith("check"):
        check(files, settings)
    else:
        import_files(files, place / "out", settings, key="key" if settings.pseudonyms else "")
    return time.process_time() - started


def kinds() -> Iterator[tuple[str, str, dict[str, bytes]]]:
    """Name of each kind, the name of its log, and all files."""
    import pandas as pd

    plain = _csv("user_id,item_id,timestamp", lambda row: str(1_700_000_000 + 1000 * row))
    dated = _csv("user_id,item_id,timestamp,event,rating", lambda row: f"2024-01-{row + 1:02}T10:00:00,view,{row % 5}")
    titled = _csv("user_id,item_id,timestamp,title,category", lambda row: f"{row + 1}.1.2024 10:00,a b {row % 4},x|y")
    objects = [{"user": {"id": user}, "item": {"id": item}, "ts": 1_700_000_000 + row} for user, item, row in ROWS]
    frame = pd.DataFrame([dict(zip(("user_id", "item_id", "timestamp"), row, strict=True)) for row in ROWS])
    table = io.BytesIO()
    cells = "".join(
        f'<row r="{row + 3}"><c r="A{row + 3}"><v>{user[1:]}</v></c><c r="B{row + 3}"><v>{item[1:]}</v></c>'
        f'<c r="C{row + 3}"><v>{1_700_000_000 + row}</v></c></row>'
        for user, item, row in ROWS
    )
    frame.assign(timestamp=frame["timestamp"] + 1_700_000_000).to_parquet(table)
    yield "numbers", "log.csv", {"log.csv": plain.encode()}
    yield "dates, kinds, ratings", "log.csv", {"log.csv": dated.encode()}
    yield "dates of people, titles", "log.csv", {"log.csv": titled.encode()}
    yield "rejects", "log.csv", {"log.csv": f"{plain}u1,i1,never\n,i1,5\n".encode()}
    yield "hidden", "log.csv", {"log.csv": plain.encode()}
    yield "items file", "log.csv", {"log.csv": plain.encode(), "items.csv": b"item_id,title\ni0,a\ni1,b\n"}
    yield "UTF-16", "log.csv", {"log.csv": plain.encode("utf-16")}
    yield "odd quotes", "log.csv", {"log.csv": f'{plain}u1,"i"1,1700000000\n'.encode()}
    yield "gzip", "log.csv.gz", {"log.csv.gz": gzip.compress(plain.encode())}
    yield "JSON lines", "log.jsonl", {"log.jsonl": "".join(json.dumps(each) + "\n" for each in objects).encode()}
    yield "JSON", "log.json", {"log.json": json.dumps({"events": objects}).encode()}
    yield "workbook", "log.xlsx", {"log.xlsx": workbook(rows_of_sheet(cells))}
    yield "Parquet", "log.parquet", {"log.parquet": table.getvalue()}
    yield "check", "log.csv", {"log.csv": plain.encode()}


def _csv(header: str, rest: Any) -> str:
    return "\n".join([header, *(f"{user},{item},{rest(row)}" for user, item, row in ROWS)]) + "\n"
