"""Kill -9 amid an import, a drift test, states and lists by Sail: of the engine, and of the command that asks it.

Right is: the result of an undisturbed run; or one line and exit code 2, and nothing of it there; of a command that was
killed itself, all or nothing, and a workspace that opens. Moments lie within the time that an undisturbed run takes.
Pieces are so small that many tasks are at work.
"""

import contextlib
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from bench.sail import ROOT, log, sail
from core.data.pieces import as_bytes
from core.workspace import Workspace

ENGINE, COMMAND = "engine", "command"
IMPORT, LISTS = "import", "recommend"
NAMES = (IMPORT, "drift", "states", LISTS)
"""Commands that may be disturbed."""
CHEAP = ("training.epochs=1", "model.embedding_size=8", "model.blocks=1", "model.window=20", "language.model=none")
SMALL = """
import sys
from core.cli import main
from core.data import blocks
from core.model import ranking
from core.pipeline import by_engine, spreading
blocks.BYTES, spreading.EVENTS, by_engine.SLICE, ranking.BATCH_SCORES = 50_000, 1000, 10, 1
sys.exit(main(sys.argv[1:]))
"""


@dataclass(frozen=True)
class Work:
    """A command, and what it leaves when it is done."""

    name: str
    root: Path
    workspace: Path

    def arguments(self, address: str) -> list[str]:
        """The command line."""
        files = [str(self.root / "events.csv"), "--items", str(self.root / "items.csv"), "--name", "log"]
        told = files if self.name == IMPORT else ["log", "--out", str(self.out)]
        told += ["--all"] if self.name == LISTS else []
        where = ["--workspace", str(self.workspace)]
        return [sys.executable, "-c", SMALL, *where, self.name, *told, "--engine", address]

    @property
    def out(self) -> Path:
        """The file that it writes, of an import none."""
        return self.root / f"out.{'parquet' if self.name == 'states' else 'csv'}"

    def left(self) -> bytes | None:
        """What is there of it; None: nothing."""
        folder = self.workspace / "data" / "log" / "v1"
        made = [folder / "events.parquet", folder / "rejects.csv"] if self.name == IMPORT else [self.out]
        return b"".join(map(_content, made)) if all(path.exists() for path in made) else None

    def half(self) -> list[str]:
        """What is in the making, or lies where no row knows of it, once the workspace was opened anew."""
        Workspace(self.workspace).tidy()
        return [path.name for path in (self.workspace / "staging").glob("*")]


def _content(path: Path) -> bytes:
    """The rows of a file, however they are packed."""
    return as_bytes(pq.read_table(path).combine_chunks()) if path.suffix == ".parquet" else path.read_bytes()


def kills(times: int, users: int, root: Path, names: Sequence[str] = NAMES) -> Iterator[str]:
    """Rows of a table: what was done, who was killed after which share of the time, and how it ended."""
    rng = random.Random(0)  # noqa: S311, moments to kill at
    log(root, users)
    with contextlib.ExitStack() as served:
        address, server = served.enter_context(sail())
        known = undisturbed(root, address, names)
        for number in range(times):
            name, whom = names[number % len(names)], (ENGINE, COMMAND)[number // len(names) % 2]
            wanted, seconds = known[name]
            work, share = fresh(name, root), rng.uniform(0.05, 0.95)
            child = started(work, address)
            time.sleep(share * seconds)
            (server if whom == ENGINE else child).kill()
            yield f"| {name} | {whom} | {share:.2f} | {outcome(work, child, wanted, whom)} |"
            if whom == ENGINE:
                address, server = served.enter_context(sail())


def undisturbed(root: Path, address: str, names: Sequence[str]) -> dict[str, tuple[bytes, float]]:
    """What each command leaves, and the seconds that it takes; after an import its workspace is kept, with a run."""
    known = {IMPORT: _alone(IMPORT, root, address)}
    command = [sys.executable, "-m", "core", "--workspace", str(root / "imported"), "train", "log"]
    settings = [part for setting in CHEAP for part in ("--set", setting)]
    subprocess.run([*command, *settings], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return known | {name: _alone(name, root, address) for name in names if name != IMPORT}


def _alone(name: str, root: Path, address: str) -> tuple[bytes, float]:
    for _ in range(2):  # the first one waits for what is loaded and compiled
        work, began = fresh(name, root), time.perf_counter()
        child = started(work, address)
        said = child.communicate()[1].decode()
        assert child.returncode == 0, said[-2000:]
        seconds, left = time.perf_counter() - began, work.left()
        assert left is not None
    if name == IMPORT:
        shutil.copytree(work.workspace, root / "imported")
    return left, seconds


def started(work: Work, address: str) -> "subprocess.Popen[bytes]":
    """A command at work."""
    return subprocess.Popen(work.arguments(address), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def fresh(name: str, root: Path) -> Work:
    """A workspace in which it has not been done."""
    work = Work(name, root, root / "workspace")
    shutil.rmtree(work.workspace, ignore_errors=True)
    work.out.unlink(missing_ok=True)
    if name != IMPORT:
        shutil.copytree(root / "imported", work.workspace)
    return work


def outcome(work: Work, child: "subprocess.Popen[bytes]", wanted: bytes, whom: str) -> str:
    """How a command ended, once it has."""
    said = child.communicate()[1].decode().strip().splitlines()
    code, left, half = child.returncode, work.left(), work.half()
    if half:
        return f"WRONG: left in staging: {', '.join(half)}"
    if left is not None:
        return "right result" if left == wanted else "WRONG: another result"
    if whom == COMMAND and code == -9:
        return "nothing there"
    return f"refused: {said[-1]}" if code == 2 else f"WRONG: exit code {code}: {said[-1:]}"
