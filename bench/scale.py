"""What a large log takes by Sail beside this machine alone, and what whoever asks has to hold.

`python -m bench.scale drift --users 100000`: the log of `bench.drift scale` (a hundred events a user) imported once,
its drift test here and by Sail: CPU and peak memory of both processes, and whether the tables are the same.
`python -m bench.scale lists --users 2000`: states and everyone's lists of a small model trained on such a log, here and
by Sail. `--engine spark` asks Apache Spark itself (`bench.cluster`).
"""

import argparse
import shutil
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from bench.drift_scale import made
from bench.sail import engine, heading, run


def write_log(folder: Path, users: int) -> int:
    """The events and items of a log of so many users; number of its events."""
    folder.mkdir(parents=True, exist_ok=True)
    log = made(users, 1)
    owner = pa.DictionaryArray.from_arrays(pa.array(log.user.astype("int32")), pa.array(log.users, pa.string()))
    item = pa.DictionaryArray.from_arrays(pa.array(log.item), pa.array(log.catalogue.items, pa.string()))
    table = pa.table({"user_id": owner, "item_id": item, "timestamp": pa.array(log.time, pa.timestamp("us"))})
    pq.write_table(table, folder / "events.parquet", row_group_size=250_000)
    named = log.catalogue.first_category
    category = [log.catalogue.categories[place] for place in named]
    pa.csv.write_csv(pa.table({"item_id": log.catalogue.items, "category": category}), folder / "items.csv")
    return len(log)


def drift(root: Path, users: int, kind: str) -> None:
    """Print what the drift test of one version takes, here and by an engine."""
    events = write_log(root, users)
    heading(f"{events:,} rows, {users:,} users")
    source = ("import", str(root / "events.parquet"), "--items", str(root / "items.csv"), "--name", "log")
    print(run(root, *source).row("import, DuckDB"), flush=True)
    print(run(root, "drift", "log", "--out", str(root / "a.csv")).row("drift, here"), flush=True)
    shutil.rmtree(root / "workspace" / "data" / "log" / "v1" / "derived")
    with engine(kind, root / "engine") as (address, served):
        there = ("drift", "log", "--engine", address, "--out", str(root / "b.csv"))
        print(run(root, *there, served=served).row(f"drift, {kind}"), flush=True)
    print(f"\ndrift tables the same byte for byte: {(root / 'a.csv').read_bytes() == (root / 'b.csv').read_bytes()}")


def lists(root: Path, users: int, kind: str) -> None:
    """Print what states and everyone's lists take, here and by an engine."""
    events = write_log(root, users)
    heading(f"{events:,} rows, {users:,} users")
    run(root, "import", str(root / "events.parquet"), "--items", str(root / "items.csv"), "--name", "log")
    run(root, "train", "log", "--epochs", "1", "--set", "model.embedding_size=32", "--set", "model.blocks=1")
    asked = {"states": ("states", "log"), "lists": ("recommend", "log", "--all")}
    same = []
    with engine(kind, root / "engine") as (address, served):
        for name, command in asked.items():
            ends = "parquet" if name == "states" else "csv"
            here, there = (root / f"{name}-{place}.{ends}" for place in ("here", kind))
            print(run(root, *command, "--out", str(here)).row(f"{name}, here"), flush=True)
            by = ("--engine", address, "--out", str(there))
            print(run(root, *command, *by, served=served).row(f"{name}, {kind}"), flush=True)
            same.append(here.read_bytes() == there.read_bytes())
    print(f"\nfiles the same byte for byte: {same}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("drift", "lists"))
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--engine", choices=("sail", "spark"), default="sail", help="spark: that at SPARK_HOME")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="scale-") as scratch:
        {"drift": drift, "lists": lists}[options.what](Path(scratch), options.users, options.engine)
