"""What is computed once is computed once, also when two want it at the same moment."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest

from core import locks
from core.errors import JobCancelledError, OvertakenError
from core.pipeline.kept import kept
from core.progress import silent
from core.workspace import Workspace

HOLDING = """
import sys, time
from pathlib import Path
from core import locks
with locks.waited(Path(sys.argv[1]), lambda: None):
    print("held", flush=True)
    time.sleep(60)
"""
FRAME = pd.DataFrame({"a": [1]})


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "workspace")
    with workspace.staging() as folder:
        workspace.publish("log", folder, {})
    return workspace


@pytest.fixture
def path(workspace: Workspace) -> Path:
    return workspace.data_set("log").derived / "table.parquet"


def test_the_second_waits_and_reads(workspace, path):
    """Two ask at once: one computes, the other is told that it waits and gets the same; no lock is left."""
    begun, go, computed, heard, found = threading.Event(), threading.Event(), [], [], []

    def compute() -> pd.DataFrame:
        computed.append(1)
        begun.set()
        assert go.wait(20)
        return FRAME

    def told(_share: float, message: str) -> None:
        heard.append(message)
        go.set()

    first = threading.Thread(target=lambda: found.append(kept(workspace, path, compute)))
    first.start()
    assert begun.wait(20)
    found.append(kept(workspace, path, compute, told))
    first.join()
    assert len(computed) == 1
    assert found[0].equals(found[1])
    assert heard[0] == "Waiting: someone else is at it already, and it is made once"
    assert [file.name for file in path.parent.iterdir()] == ["table.parquet"]


def test_who_waits_can_be_cancelled(workspace, path):
    """The wait ends with the error of the cancelled job, and nothing is computed."""

    def cancelled(_share: float, _message: str) -> None:
        raise JobCancelledError("Cancelled.")

    with locks.held(path.with_name("table.parquet.lock")), pytest.raises(JobCancelledError):
        kept(workspace, path, lambda: pytest.fail("computed"), cancelled)


def test_a_killed_holder_lets_go(workspace, path):
    """Kill -9 of whoever computes: the one who waits computes it then."""
    lock = path.with_name("table.parquet.lock")
    holder = subprocess.Popen([sys.executable, "-c", HOLDING, str(lock)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    found = kept(workspace, path, lambda: FRAME, lambda *_: holder.kill())
    holder.wait()
    holder.stdout.close()
    assert found.equals(FRAME)
    assert not lock.exists()


def test_one_who_failed_leaves_it_to_the_next(workspace, path):
    """An error on the way keeps nothing: neither half a result nor the lock."""
    with pytest.raises(ZeroDivisionError):
        kept(workspace, path, lambda: 1 / 0)
    assert not list(path.parent.iterdir())
    assert kept(workspace, path, lambda: FRAME, silent).equals(FRAME)


def test_nothing_is_made_of_what_was_deleted(workspace, path):
    """A data set that is not there any more gets no folder anew."""
    workspace.delete("log")
    with pytest.raises(OvertakenError, match="deleted or replaced"):
        kept(workspace, path, lambda: FRAME)
    assert not (workspace.root / "data" / "log").exists()


def test_a_lock_is_handed_on_one_by_one(tmp_path):
    """Many wait for one lock whose file comes and goes: never two hold it at once."""
    inside, most, lock = [], [], tmp_path / "lock"

    def work() -> None:
        for _ in range(5):
            with locks.waited(lock, lambda: None):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.001)
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 30
    assert not lock.exists()
