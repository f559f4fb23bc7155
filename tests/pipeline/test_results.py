"""What is computed once is kept: by one of many who ask, whole, and only while its method is today's."""

import multiprocessing
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pytest

from core import locks
from core.errors import JobCancelledError, OvertakenError
from core.pipeline import results
from core.pipeline.results import FRAME, KINDS, Kind, Result, changed, fingerprint, frames, lock_of, mark
from core.progress import silent
from core.settings import DriftSettings
from core.workspace import Workspace

ROOT = Path(__file__).parents[2]
TABLE = pd.DataFrame({"a": [1]})
FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, eq=False)
class Pair:
    """Two tables that belong together."""

    left: pd.DataFrame
    right: pd.DataFrame


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with an empty data set."""
    workspace = Workspace(tmp_path / "workspace")
    with workspace.staging() as folder:
        workspace.publish("log", folder, {})
    return workspace


def result(workspace, compute=lambda _progress: TABLE, *of, kind="drift", form=FRAME, **arguments):
    """A result of that data set."""
    return Result(workspace, workspace.data_set("log"), kind, of, compute, form, arguments)


def method(monkeypatch, kind: str, number: int) -> None:
    """Let a kind be made by another method."""
    monkeypatch.setattr(results, "KINDS", {**KINDS, kind: replace(KINDS[kind], method=number)})


def slow(workspace, log: Path, seconds: float):
    """Another process that gets the result, writes each computation to a log, and takes its time."""

    def compute(_progress) -> pd.DataFrame:
        with log.open("a") as file:
            file.write("computing\n")
        time.sleep(seconds)
        return TABLE

    process = FORK.Process(target=lambda: os._exit(not result(workspace, compute).get().equals(TABLE)))
    process.start()
    return process


def wait_for(path: Path) -> None:
    """Until a file is there."""
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_it_is_computed_once_and_read_afterwards(workspace):
    """Settings and names tell one from another; what is kept tells its kind, the mark of its method, and them."""
    computed = []

    def made(number: int) -> Result[pd.DataFrame]:
        return result(workspace, lambda _: computed.append(number) or TABLE, DriftSettings(alpha=number / 10), ["b"])

    assert not made(1).ready
    for number in (1, 1, 2, 1, 2):
        assert made(number).get().equals(TABLE)
        assert made(number).ready
    assert computed == [1, 2]
    assert made(1).path.name.startswith(f"drift-{mark('drift')}-")
    assert [file.suffix for file in made(1).path.parent.iterdir()] == [".parquet"] * 2


def test_a_result_of_an_older_method_is_not_read(workspace, monkeypatch):
    """It is not shown, it is made anew when it is asked for, and the old one goes; nothing else does."""
    path = result(workspace).path
    for name in ("drift-0123456789ab.parquet", "drift.parquet", "live-0123456789ab.parquet", "watcher-1"):
        (path.parent / name).write_text("before there were marks")
    (path.parent / "drift-99-0123456789ab.parquet").write_text("by a server that is ahead")
    result(workspace, lambda _: TABLE, "others").get()
    old = result(workspace)
    assert old.get().equals(TABLE)
    method(monkeypatch, "drift", KINDS["drift"].method + 1)
    anew = result(workspace, lambda _: TABLE * 2)
    assert not anew.ready
    assert anew.get()["a"].tolist() == [2]
    kept = {file.name for file in path.parent.iterdir()}
    ahead = "drift-99-0123456789ab.parquet"
    assert kept == {anew.path.name, ahead, "live-0123456789ab.parquet", "watcher-1"}


def test_a_folder_of_an_older_method_goes_whole(workspace, monkeypatch):
    """As with one file."""
    pair = Pair(TABLE, TABLE)
    first = result(workspace, lambda _: pair, kind="adaptation", form=frames(Pair, "left", "right"))
    first.get()
    before = first.path
    method(monkeypatch, "adaptation", KINDS["adaptation"].method + 1)
    first.get()
    assert not before.exists()
    assert first.ready


def test_what_stands_on_a_kind_follows_its_method(monkeypatch):
    """How lists follow changes is another result once changes are found otherwise; how models age is not."""
    before = {kind: mark(kind) for kind in KINDS}
    method(monkeypatch, "drift", KINDS["drift"].method + 1)
    risen = {kind for kind in KINDS if mark(kind) > before[kind]}
    assert risen == {"drift", "offered", "planted", "view", "adaptation", "temporal"}
    monkeypatch.setattr(results, "KINDS", KINDS | {"view": Kind("view", KINDS["view"].method, ("adaptation",))})
    assert mark("view") == before["view"] - KINDS["drift"].method + mark("adaptation")


def test_tables_that_belong_together_appear_together(workspace):
    """A file each in one folder, and each comes back as it was."""
    pair = result(workspace, lambda _: Pair(TABLE, TABLE * 3), form=frames(Pair, "left", "right")).get()
    assert (pair.left["a"][0], pair.right["a"][0]) == (1, 3)


def test_two_processes_at_once_compute_once(workspace, tmp_path):
    """The second waits for the first and reads what it made; until then it is not there, and no lock is left."""
    log = tmp_path / "log"
    processes = [slow(workspace, log, 0.5) for _ in range(2)]
    wait_for(log)
    assert not result(workspace).ready
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert log.read_text() == "computing\n"
    assert list(result(workspace).path.parent.iterdir()) == [result(workspace).path]


def test_a_killed_holder_lets_go(workspace, tmp_path):
    """Kill -9 of whoever computes: the one who waits hears that it waits, and computes it then."""
    heard, holder = [], slow(workspace, tmp_path / "log", 60)
    wait_for(tmp_path / "log")

    def told(_share: float, message: str) -> None:
        heard.append(message)
        holder.kill()

    assert result(workspace).get(told).equals(TABLE)
    holder.join()
    assert heard[0] == "Waiting: someone else is at it already, and it is made once"
    assert not lock_of(result(workspace).path).exists()


def test_who_waits_can_be_cancelled(workspace):
    """The wait ends with the error of the cancelled job, and nothing is computed."""

    def cancelled(_share: float, _message: str) -> None:
        raise JobCancelledError("Cancelled.")

    asked = result(workspace, lambda _: pytest.fail("computed"))
    with locks.held(lock_of(asked.path)), pytest.raises(JobCancelledError):
        asked.get(cancelled)
    assert not asked.ready


def test_threads_of_one_server_compute_once(workspace):
    """As processes do."""
    computed, found = [], []
    asked = result(workspace, lambda _: computed.append(1) or TABLE)
    threads = [threading.Thread(target=lambda: found.append(asked.get(silent))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert computed == [1]
    assert len(found) == 4


def test_one_who_failed_leaves_it_to_the_next(workspace):
    """An error on the way keeps nothing: neither half a result nor the lock."""
    with pytest.raises(ZeroDivisionError):
        result(workspace, lambda _: 1 / 0).get()
    assert not list(result(workspace).path.parent.iterdir())
    assert result(workspace).get().equals(TABLE)


def test_nothing_is_made_of_what_was_deleted(workspace):
    """A data set that is not there any more gets no folder anew."""
    asked = result(workspace)
    workspace.delete("log")
    with pytest.raises(OvertakenError, match="deleted or replaced"):
        asked.get()
    assert not (workspace.root / "data" / "log").exists()


def test_the_job_is_told_what_differs(workspace):
    """Step and arguments as the queue takes them; settings that are as always are not told."""
    settings = DriftSettings(alpha=0.01)
    step, arguments = result(workspace, kind="view", run="r1", settings=changed(settings)).job
    assert (step, arguments) == ("view", {"name": "log", "run": "r1", "settings": {"alpha": 0.01}})
    assert changed(DriftSettings()) == {}


def test_a_fingerprint_tells_settings_and_names_apart():
    """The same gives the same, in every process; anything else gives another."""
    different = [(DriftSettings(),), (DriftSettings(alpha=0.01),), (DriftSettings(), "a"), (["a", "b"],), (["b"],), ()]
    marks = [fingerprint(*of) for of in different]
    assert len(set(marks)) == len(different)
    assert marks == [fingerprint(*of) for of in different]
    assert fingerprint(1) == "080a9ed42855"


def test_to_ask_whether_it_is_there_loads_nothing_heavy(workspace):
    """Pages ask at every turn: neither torch nor the methods themselves are imported for it."""
    code = """
import sys
from core import pipeline
from core.workspace import Workspace

workspace = Workspace(sys.argv[1])
for made in (pipeline.drift, pipeline.live_drift, pipeline.watcher, pipeline.model_view, pipeline.atlas,
             pipeline.adaptation, pipeline.aging, pipeline.faithfulness):
    assert not made(workspace, "log").ready
print([name for name in ("torch", "sklearn", "umap", "numba", "captum") if name in sys.modules])
"""
    workspace.update_run(workspace.new_run(workspace.data_set("log"), {}), "done")
    command = [sys.executable, "-c", code, str(workspace.root)]
    told = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert told.stdout == "[]\n", told.stderr
