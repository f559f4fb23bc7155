"""Sail beside this machine alone: an import and the drift test, equal to the row, and what each costs; and kills.

`python -m bench.sail table --users 5000`: a simulated log with rows of every fate, imported and tested by DuckDB here
and by the workers of Sail (a process of its own); CPU and peak memory of both processes. `python -m bench.sail kills`:
the server is killed amid an import; it must be right, or refused with one line and nothing left of it.
"""

import argparse
import contextlib
import os
import random
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
FILES = ("events.parquet", "items.parquet", "users.parquet", "rejects.csv")


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def sail() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a server, whose workers know this code, and its process."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("sail")), "spark", "server", "--ip", "127.0.0.1", "--port", str(port)]
    known = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "RUST_LOG": "error"}
    with subprocess.Popen(command, env=known, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _listens(port, server)
            yield f"sc://127.0.0.1:{port}", server
        finally:
            server.kill()


def _listens(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
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


def run(root: Path, *arguments: str, server: "subprocess.Popen[bytes] | None" = None) -> Cost:
    """Run a command of the product; CPU seconds and peak MB, the server's part since before."""
    before = _served(server)[0]
    command = [sys.executable, "-m", "core", "--workspace", str(root / "workspace"), *arguments]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert child.stderr is not None
    said = child.stderr.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(said[-2000:])
    seconds, megabytes = _served(server)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, seconds - before, megabytes)


def _served(server: "subprocess.Popen[bytes] | None") -> tuple[float, float]:
    """CPU seconds and peak MB of a server so far."""
    if server is None:
        return 0.0, 0.0
    ticks = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    peak = next(line for line in Path(f"/proc/{server.pid}/status").read_text().splitlines() if "VmHWM" in line)
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"), int(peak.split()[1]) / 1024


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


def table(users: int) -> None:
    """Print what both take."""
    with tempfile.TemporaryDirectory(prefix="sail-") as name, sail() as (address, server):
        root = Path(name)
        rows = log(root, users)
        files = [str(root / "events.csv"), "--items", str(root / "items.csv")]
        print(f"{rows:,} rows, {users:,} users\n")
        print("| | CPU-s | peak MB | server CPU-s | server peak MB |\n|---|---|---|---|---|", flush=True)
        there = ("--engine", address)
        print(run(root, "import", *files, "--name", "here").row("import, DuckDB"), flush=True)
        cost = run(root, "import", *files, "--name", "there", *there, server=server)
        print(cost.row("import, Sail"), flush=True)
        print(run(root, "drift", "here", "--out", str(root / "a.csv")).row("drift, here"), flush=True)
        cost = run(root, "drift", "there", *there, "--out", str(root / "b.csv"), server=server)
        print(cost.row("drift, Sail"), flush=True)
        versions = [root / "workspace" / "data" / name / "v1" for name in ("here", "there")]
        same = all((versions[0] / file).read_bytes() == (versions[1] / file).read_bytes() for file in FILES)
        print(f"\nfiles of the version the same byte for byte: {same}")
        print(f"drift tables the same byte for byte: {(root / 'a.csv').read_bytes() == (root / 'b.csv').read_bytes()}")


def kills(times: int, users: int) -> None:
    """Kill the server amid imports."""
    with tempfile.TemporaryDirectory(prefix="sail-") as name:
        root, rng = Path(name), random.Random(0)  # noqa: S311, moments to kill at
        log(root, users)
        outcomes = []
        for _ in range(times):
            with sail() as (address, server):
                command = [sys.executable, "-m", "core", "--workspace", str(root / "workspace"), "import",
                           str(root / "events.csv"), "--name", "log", "--engine", address]  # fmt: skip
                with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as child:
                    time.sleep(rng.uniform(2, 8))
                    server.kill()
                    _, said = child.communicate()
                last = said.decode().strip().splitlines()[-1:]
                left = [path.name for path in (root / "workspace" / "staging").glob("*")]
                made = (root / "workspace" / "data" / "log").exists()
                outcomes.append((child.returncode, made, left, *last))
                shutil.rmtree(root / "workspace", ignore_errors=True)
        for outcome in outcomes:
            print(*outcome, sep=" | ")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("table", "kills"))
    parser.add_argument("--users", type=int, default=5000)
    parser.add_argument("--times", type=int, default=10)
    options = parser.parse_args()
    if options.what == "table":
        table(options.users)
    else:
        kills(options.times, options.users)
