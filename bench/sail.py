"""Sail or Spark beside this machine alone: an import and the drift test, equal to the row, and what each costs; kills.

`python -m bench.sail table --users 5000`: a simulated log with rows of every fate, imported and tested by DuckDB here
and by the workers of Sail (a process of its own); CPU and peak memory of both processes. `python -m bench.sail rows
--rows 10000000`: the import of a log of that many rows alone. `python -m bench.sail kills --users 100 --times 20`: the
engine, or the command itself, is killed amid imports, drift tests, states and lists (`engine_kills`). With
`--engine spark` the first two ask Apache Spark itself, a master and two workers (`bench.cluster`).
"""

import argparse
import contextlib
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

ROOT = Path(__file__).parents[1]
Served = Callable[[], tuple[float, float]]
"""CPU seconds and peak MB of an engine so far."""
FILES = ("events.parquet", "items.parquet", "users.parquet")
POOL = {"SAIL_RUNTIME__MEMORY_POOL__TYPE": "fair", "SAIL_RUNTIME__MEMORY_POOL__FAIR__MAX_SIZE": str(1_500_000_000)}
"""Settings with which Sail, too, goes to disk beyond 1.5 GB (docs/scale.md)."""


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def sail(host: str = "127.0.0.1", within: Sequence[str] = ()) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a server, whose workers know this code, and its process; `within`: a command that runs it."""
    port = free_port()
    served = [str(Path(sys.executable).with_name("sail")), "spark", "server", "--ip", host, "--port", str(port)]
    known = os.environ | POOL | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "RUST_LOG": "error"}
    with subprocess.Popen(
        [*within, *served], env=known, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _listens(host, port, server)
            yield f"sc://{host}:{port}", server
        finally:
            server.kill()


def _listens(host: str, port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            return
        assert server.poll() is None, "the engine did not start"
        time.sleep(0.1)
    raise TimeoutError("the engine does not listen")


@dataclass(frozen=True)
class Cost:
    """What a command took, and the server beside it."""

    seconds: float
    megabytes: float
    server_seconds: float = 0.0
    server_megabytes: float = 0.0

    def row(self, name: str) -> str:
        """A row of the table."""
        served = f"{self.server_seconds:.1f} | {self.server_megabytes:.0f}" if self.server_seconds else "- | -"
        return f"| {name} | {self.seconds:.1f} | {self.megabytes:.0f} | {served} |"


def run(root: Path, *arguments: str, served: Served = lambda: (0.0, 0.0)) -> Cost:
    """Run a command of the product; CPU seconds and peak MB, the engine's part since before."""
    before = served()[0]
    command = [sys.executable, "-m", "core", "--workspace", str(root / "workspace"), *arguments]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert child.stderr is not None
    said = child.stderr.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(said[-2000:])
    seconds, megabytes = served()
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, seconds - before, megabytes)


def cost_of(process: int) -> tuple[float, float]:
    """CPU seconds of a process so far, with those of its children that ended, and its peak MB."""
    ticks = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:15]
    found = [line for line in Path(f"/proc/{process}/status").read_text().splitlines() if "VmHWM" in line]
    peak = int(found[0].split()[1]) / 1024 if found else 0.0
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"), peak


@contextlib.contextmanager
def engine(kind: str, folder: Path) -> Iterator[tuple[str, Served]]:
    """The address of Sail, or of Spark itself (`bench.cluster`), and what it has cost so far."""
    if kind == "sail":
        with sail() as (address, server):
            yield address, lambda: cost_of(server.pid)
    else:
        from bench.cluster import cluster

        folder.mkdir()
        with cluster(folder) as found:
            yield found.address, found.cost


def log(folder: Path, users: int) -> int:
    """A simulated log of which a few rows are repeated or have no time; its rows."""
    command = [sys.executable, "-m", "core", "simulate", "--users", str(users), "--seed", "1", "--out", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    events = pd.read_csv(folder / "events.csv", dtype=str)
    rng = np.random.default_rng(0)
    again = events.sample(len(events) // 50, random_state=1)
    events.loc[rng.random(len(events)) < 0.01, "timestamp"] = "yesterday"
    events = pd.concat([events, again], ignore_index=True)
    events.to_csv(folder / "events.csv", index=False)
    return len(events)


def table(root: Path, users: int, kind: str) -> None:
    """Print what an import and the drift test of a simulated log take."""
    rows = log(root, users)
    with engine(kind, root / "engine") as (address, served):
        heading(f"{rows:,} rows, {users:,} users")
        imports(root, ["--items", str(root / "items.csv")], kind, address, served)
        print(run(root, "drift", "here", "--out", str(root / "a.csv")).row("drift, here"), flush=True)
        there = ("drift", "there", "--engine", address, "--out", str(root / "b.csv"))
        print(run(root, *there, served=served).row(f"drift, {kind}"), flush=True)
    print(f"\ndrift tables the same byte for byte: {(root / 'a.csv').read_bytes() == (root / 'b.csv').read_bytes()}")


def rows(root: Path, count: int, kind: str) -> None:
    """Print what an import of so many rows takes: 5 columns, bad rows, repeats, a long tail of users and items."""
    from bench.ingest import generate

    generate(root / "events.csv", count, 0)
    with engine(kind, root / "engine") as (address, served):
        heading(f"{count:,} rows")
        imports(root, [], kind, address, served)


def heading(said: str) -> None:
    """Print what is measured, and the head of the table."""
    print(f"{said}\n\n| | CPU-s | peak MB | engine CPU-s | engine peak MB |\n|---|---|---|---|---|", flush=True)


def imports(root: Path, beside: list[str], kind: str, address: str, served: Served) -> None:
    """Print what an import takes here and there, and whether both made the same."""
    files = [str(root / "events.csv"), *beside]
    print(run(root, "import", *files, "--name", "here").row("import, DuckDB"), flush=True)
    cost = run(root, "import", *files, "--name", "there", "--engine", address, served=served)
    print(cost.row(f"import, {kind}"), flush=True)
    versions = [root / "workspace" / "data" / name / "v1" for name in ("here", "there")]
    same = all(_same(*(version / file for version in versions)) for file in FILES)
    same &= len({(version / "rejects.csv").read_bytes() for version in versions}) == 1
    print(f"\nrows of the versions the same: {same}", flush=True)


def _same(one: Path, other: Path) -> bool:
    """Whether two Parquet files hold the same rows, a part of them at a time."""
    here, there = (pq.ParquetFile(path).iter_batches(200_000) for path in (one, other))
    return all(mine.to_pandas().equals(theirs.to_pandas()) for mine, theirs in zip(here, there, strict=True))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("table", "rows", "kills"))
    parser.add_argument("--users", type=int, default=5000)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--of", nargs="+", metavar="COMMAND", help="kills: amid import, drift, states, recommend")
    parser.add_argument("--engine", choices=("sail", "spark"), default="sail", help="spark: that at SPARK_HOME")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sail-") as scratch:
        if options.what == "table":
            table(Path(scratch), options.users, options.engine)
        elif options.what == "rows":
            rows(Path(scratch), options.rows, options.engine)
        else:
            from bench.engine_kills import NAMES, kills

            for row in kills(options.times, options.users, Path(scratch), options.of or NAMES):
                print(row, flush=True)
