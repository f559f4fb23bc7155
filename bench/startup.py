"""What a newcomer waits for: help, import, training, drift, and the first start with the sample.

    python -m bench.startup [FOLDER]

FOLDER holds `interactions.csv.gz` and `items.csv`; without it a log of that size is simulated (600 users). Every row
is a process of its own; CPU seconds are its user and system time, which other work on the machine disturbs least.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
FIRST_START = """
import sys, time
from core import jobs
from core.workspace import Workspace
workspace = Workspace(sys.argv[1])
jobs.ensure_sample(workspace)
while jobs.active(workspace):
    time.sleep(0.1)
"""

FIRST_PAGE = """
import logging, os, sys
os.environ["MEANDER_WORKSPACE"] = sys.argv[1]
logging.disable(logging.WARNING)
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("app.py", default_timeout=600).run()
assert any("can be named as changed" in heading.value for heading in app.subheader)
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        workspace = ["--workspace", f"{scratch}/workspace"]
        events, items = _log(Path(scratch))
        print("| what | wall s | CPU s |\n|---|---|---|")
        _row("python -m core --help", "-m", "core", "--help")
        _row(f"import {events.name}", "-m", "core", "import", events, "--items", items, "--name", "log", *workspace)
        _row("drift", "-m", "core", "drift", "log", "--out", f"{scratch}/drift.csv", *workspace)
        _row("train", "-m", "core", "train", "log", *workspace)
        lists = ["--all", "--split", "test", "--out", f"{scratch}/lists.csv"]
        _row("recommend --all --split test", "-m", "core", "recommend", "log", *lists, *workspace)
        _row("first start: the sample with all that comes with it", "-c", FIRST_START, f"{scratch}/first")
        _row("second start", "-c", FIRST_START, f"{scratch}/first")
        _row("a new workspace: overview with people in it", "-c", FIRST_PAGE, f"{scratch}/page")


def _log(scratch: Path) -> tuple[Path, Path]:
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        return folder / "interactions.csv.gz", folder / "items.csv"
    command = [sys.executable, "-m", "core", "simulate", "--users", "600", "--out", str(scratch / "log")]
    subprocess.run(command, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    return scratch / "log" / "events.csv", scratch / "log" / "items.csv"


def _row(what: str, *arguments: object) -> None:
    """Run Python with some arguments, and print how long it took."""
    before, start = os.times(), time.perf_counter()
    command = [sys.executable, *map(str, arguments)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    print(f"| {what} | {wall:.1f} | {cpu:.1f} |", flush=True)


if __name__ == "__main__":
    main()
