"""What it costs to take one person out of a large data set, and to write the workspace away and bring it back.

    python -m bench.forgetting [--rows 1000000] [--users 50000]

A data set is written as an import would leave it, with sessions that name their user, in two versions; one person of it
is forgotten, then the workspace is backed up and restored. Prints one line of JSON: CPU seconds and seconds on the
clock of each, the largest memory of the process, and in how many files the person's id is found afterwards.
"""

import argparse
import json
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core import pipeline
from core.workspace import Workspace

NAME = "large"
SECOND = 1_000_000
"""In microseconds."""


def publish(workspace: Workspace, rows: int, users: int) -> str:
    """A version of a data set of so many events; returns somebody in the middle of it."""
    rng = np.random.default_rng(0)
    who = np.sort(rng.integers(0, users, rows))
    names = pa.array([f"person-{number:07d}@example.org" for number in range(users)])
    user = names.take(pa.array(who))
    items = pa.array([f"i{number}" for number in range(20_000)])
    times = np.cumsum(rng.integers(1, 600, rows)).astype("int64") * SECOND + 1_600_000_000 * SECOND
    events = {
        "user_id": user,
        "item_id": items.take(pa.array(rng.integers(0, len(items), rows))),
        "timestamp": pa.array(times).cast(pa.timestamp("us")),
        "session_id": names.take(pa.array(who)),
    }
    summary = {"rows_read": rows, "rows_kept": rows, "rows_rejected": 0, "reasons": {}, "duplicates": 0,
               "users": users, "items": len(items), "ordinal": False}  # fmt: skip
    with workspace.staging() as folder:
        pq.write_table(pa.table(events), folder / "events.parquet", compression="zstd", row_group_size=50_000)
        pq.write_table(pa.table({"user_id": names}), folder / "users.parquet")
        pq.write_table(pa.table({"item_id": items}), folder / "items.parquet")
        (folder / "rejects.csv").write_text("line,reason\n", encoding="utf-8")
        workspace.publish(NAME, folder, summary)
    return str(names[users // 2])


def timed(does: Callable[[], Any]) -> dict[str, float]:
    """CPU seconds and seconds on the clock."""
    cpu, clock = time.process_time(), time.perf_counter()
    does()
    return {"cpu_s": round(time.process_time() - cpu, 2), "s": round(time.perf_counter() - clock, 2)}


def found(root: Path, person: str) -> int:
    """Files of the workspace that hold the id, Parquet unpacked."""
    count = 0
    for path in root.rglob("*"):
        if path.suffix == ".parquet":
            with pq.ParquetFile(path) as file:
                groups = (file.read_row_group(group) for group in range(file.num_row_groups))
                texts = (column for table in groups for column in table.columns if pa.types.is_string(column.type))
                count += any(pc.any(pc.match_substring(column, person)).as_py() for column in texts)
        elif path.is_file():
            count += person.encode() in path.read_bytes()
    return count


def main() -> None:
    """Measure all of it in a folder that goes afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--users", type=int, default=50_000)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="forgetting-"))
    try:
        workspace = Workspace(folder / "workspace")
        for _ in range(2):
            person = publish(workspace, options.rows, options.users)
        size = workspace.size(NAME)
        told = {"rows": options.rows, "versions": 2, "mb": round(size / 1e6)}
        told["forget"] = timed(lambda: pipeline.forget(workspace, NAME, person))
        told["files_with_the_id"] = found(workspace.root, person)
        told["backup"] = timed(lambda: pipeline.backup(workspace, folder / "b.tar"))
        told["restore"] = timed(lambda: pipeline.restore(folder / "b.tar", folder / "again"))
        told["memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        print(json.dumps(told))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
