"""Events in an object store: what reading them there costs, and what is left where a publishing process is killed.

`python -m bench.store costs --rows 1000000`: import, all events, one user, with the data here and behind S3 on the
loopback; CPU seconds of the command alone. `python -m bench.store kills --times 20`: `core import` killed at random
moments while two more import beside it; every version is whole or not there, and no object is left of those killed.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.ingest import generate
from bench.s3 import BUCKET, store
from core.data import load_sequences
from core.workspace import Workspace, far, shared

ROOT = Path(__file__).parents[1]
TIMES = 5
"""How often each is asked; the quickest counts."""
QUESTIONS = (
    ("one", "one user"),
    ("all", "all events"),
    ("one", "one user, copy here"),
    ("all", "all events, copy here"),
)
ASKED = """
import sys, time
from core.data import load_sequences, lookup
from core.workspace import Workspace
found = Workspace(sys.argv[1]).data_set("log")
import numpy, pandas, pyarrow.parquet, pyarrow.fs
pandas.read_parquet(found.users)
before, wall = time.process_time(), time.perf_counter()
lookup.user_events(found, sys.argv[3]) if sys.argv[2] == "one" else load_sequences(found)
print(time.process_time() - before, time.perf_counter() - wall)
"""


def costs(folder: Path, rows: int) -> None:
    """Print what each costs here and there."""
    generate(folder / "log.csv", rows, 0)
    print(f"{rows:,} rows\n\n| | CPU-s | s |\n|---|---|---|")
    for place, address in (("here", ""), ("S3", f"s3://{BUCKET}/data")):
        root = folder / place
        known = os.environ | ({shared.VARIABLE: address} if address else {})
        before, wall = os.times(), time.perf_counter()
        _import(root, folder / "log.csv", "log", known).wait()
        after = os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        print(f"| import, {place} | {cpu:.2f} | {time.perf_counter() - wall:.1f} |", flush=True)
        copy = Workspace(root).data_set("log").folder / "events.parquet"
        one = str(load_sequences(Workspace(root).data_set("log")).users[500])
        for what, said in QUESTIONS[: None if address else 2]:
            told = []
            for _ in range(TIMES):
                if address and "copy" not in said:
                    copy.unlink(missing_ok=True)
                told.append(_asked(root, what, one, known))
            print(f"| {said}, {place} | {min(told)[0]:.3f} | {min(told)[1]:.3f} |", flush=True)
    print(f"\n{(folder / 'here' / 'data' / 'log' / 'v1' / 'events.parquet').stat().st_size:,} bytes")


def kills(folder: Path, times: int, rows: int) -> None:
    """Print what became of imports that were killed."""
    generate(folder / "log.csv", rows, 0)
    generate(folder / "small.csv", rows // 10, 1)
    root, known = folder / "workspace", os.environ | {shared.VARIABLE: f"s3://{BUCKET}/data"}
    wall = time.perf_counter()
    _import(root, folder / "log.csv", "log", known).wait()
    wall, published, refused = time.perf_counter() - wall, 0, 0
    chance = np.random.default_rng(0)
    for turn in range(times):
        before = Workspace(root).data_set("log").version
        beside = [_import(root, folder / "small.csv", f"beside{place}", known) for place in range(turn % 3)]
        made = _import(root, folder / "log.csv", "log", known)
        time.sleep(chance.uniform(0.3, 1.1) * wall)
        made.send_signal(signal.SIGKILL)
        made.wait()
        assert not any(each.wait() for each in beside)
        found = Workspace(root).data_set("log")
        (found.folder / "events.parquet").unlink(missing_ok=True)
        assert len(load_sequences(found)) == found.summary["rows_kept"]
        published, refused = published + (found.version > before), refused + (found.version == before)
    assert not _import(root, folder / "small.csv", "last", known).wait()
    lie = {path.name for path in (folder / "store" / BUCKET / "data").glob("*/*/")}
    named = {told.address.rpartition("/")[2] for name in (root / "data").iterdir() for told in
             map(far.listed, name.glob("v*")) if told}  # fmt: skip
    print(f"killed {times}: {published} had published, {refused} had not; objects that nothing names: {lie - named}")
    assert lie == named


def _asked(root: Path, what: str, user: str, known: dict[str, str]) -> tuple[float, float]:
    """CPU seconds, and seconds, of a question in a process of its own."""
    command = [sys.executable, "-c", ASKED, str(root), what, user]
    told = subprocess.run(command, env=known, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    return float(told[0]), float(told[1])


def _import(root: Path, log: Path, name: str, known: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "core", "--workspace", str(root), "import", str(log), "--name", name]
    return subprocess.Popen(command, env=known, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("costs", "kills"))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="store-") as scratch, store(Path(scratch, "store")) as variables:
        os.environ.update(variables)
        if options.what == "costs":
            costs(Path(scratch), options.rows)
        else:
            kills(Path(scratch), options.times, options.rows)
