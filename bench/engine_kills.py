"""Kill -9 amid an import and a drift test by Sail: of the engine, and of the command that asks it.

Right is: the result of an undisturbed run; or one line and exit code 2, and nothing of it there; of a command that was
killed itself, all or nothing, and a workspace that opens. Moments lie within the time that an undisturbed run takes.
"""

import contextlib
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from bench.sail import ROOT, log, sail
from core.data.pieces import as_bytes
from core.workspace import Workspace

ENGINE, COMMAND = "engine", "command"


@dataclass(frozen=True)
class Work:
    """A command, and what it leaves when it is done."""

    name: str
    root: Path
    workspace: Path

    def arguments(self, address: str) -> list[str]:
        """The command line."""
        files = [str(self.root / "events.csv"), "--items", str(self.root / "items.csv"), "--name", "log"]
        told = files if self.name == "import" else ["log", "--out", str(self.root / "out.csv")]
        return [sys.executable, "-m", "core", "--workspace", str(self.workspace), self.name, *told, "--engine", address]

    def left(self) -> bytes | None:
        """What is there of it; None: nothing."""
        folder = self.workspace / "data" / "log" / "v1"
        made = [folder / "events.parquet", folder / "rejects.csv"] if self.name == "import" else [self.root / "out.csv"]
        return b"".join(map(_content, made)) if all(path.exists() for path in made) else None

    def half(self) -> list[str]:
        """What is in the making, or lies where no row knows of it, once the workspace was opened anew."""
        Workspace(self.workspace).tidy()
        return [path.name for path in (self.workspace / "staging").glob("*")]


def _content(path: Path) -> bytes:
    """The rows of a file, however they are packed."""
    return as_bytes(pq.read_table(path).combine_chunks()) if path.suffix == ".parquet" else path.read_bytes()


def kills(times: int, users: int, root: Path) -> Iterator[str]:
    """Rows of a table: what was done, who was killed after which share of the time, and how it ended."""
    rng = random.Random(0)  # noqa: S311, moments to kill at
    log(root, users)
    with contextlib.ExitStack() as served:
        address, server = served.enter_context(sail())
        known = {name: _undisturbed(name, root, address) for name in ("import", "drift")}
        for number in range(times):
            name, whom = ("import", "drift")[number % 2], (ENGINE, COMMAND)[number // 2 % 2]
            wanted, seconds = known[name]
            work, share = _fresh(name, root), rng.uniform(0.05, 0.95)
            child = subprocess.Popen(
                work.arguments(address), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
            time.sleep(share * seconds)
            (server if whom == ENGINE else child).kill()
            said = child.communicate()[1].decode().strip().splitlines()
            yield f"| {name} | {whom} | {share:.2f} | {_outcome(work, child.returncode, said, wanted, whom)} |"
            if whom == ENGINE:
                address, server = served.enter_context(sail())


def _undisturbed(name: str, root: Path, address: str) -> tuple[bytes, float]:
    """What it leaves, and the seconds that it takes."""
    work = _fresh(name, root)
    started = time.perf_counter()
    subprocess.run(work.arguments(address), cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds, left = time.perf_counter() - started, work.left()
    assert left is not None
    if name == "import":
        shutil.copytree(work.workspace, root / "imported")
    return left, seconds


def _fresh(name: str, root: Path) -> Work:
    """A workspace in which it has not been done."""
    workspace = root / "workspace"
    shutil.rmtree(workspace, ignore_errors=True)
    (root / "out.csv").unlink(missing_ok=True)
    if name == "drift":
        shutil.copytree(root / "imported", workspace)
    return Work(name, root, workspace)


def _outcome(work: Work, code: int, said: list[str], wanted: bytes, whom: str) -> str:
    left, half = work.left(), work.half()
    if half:
        return f"WRONG: left in staging: {', '.join(half)}"
    if left is not None:
        return "right result" if left == wanted else "WRONG: another result"
    if whom == COMMAND and code == -9:
        return "nothing there"
    return f"refused: {said[-1]}" if code == 2 else f"WRONG: exit code {code}: {said[-1:]}"
