"""A workspace whose jobs do made-up steps in real processes."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from core import jobs, locks
from core.workspace import Workspace

PROJECT = Path(__file__).parents[2]
MADE_UP_STEPS = """
import sys

sys.path.insert(0, {project!r})
import os, time
from core.errors import InputError
from core.jobs import steps

def made_up(task):
    wanted = task.arguments
    task.record(before=task.job.result.get("before", 0) + 1)
    if wanted.get("dies") and task.job.attempts < wanted["dies"]:
        os.kill(os.getpid(), 9)
    for place in range(wanted.get("ticks", 0)):
        time.sleep(0.02)
        if not wanted.get("deaf"):
            task.progress(place / wanted["ticks"], f"Tick {{place}}")
    while wanted.get("until") and not os.path.exists(wanted["until"]):
        time.sleep(0.1)
        task.progress(0.5, "Tick until told")
    if wanted.get("fails"):
        raise InputError(wanted["fails"])
    if wanted.get("crashes"):
        raise RuntimeError(wanted["crashes"])
    print("worked with niceness", os.nice(0))
    return {{"before": task.job.result.get("before", 0)}}

steps.STEPS |= {{"drift": made_up, "atlas": made_up, "evaluate": made_up}}
steps.WRITE_EVERY = 0.02
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A new workspace in which the step `drift` is made up; its worker is gone at the end."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(MADE_UP_STEPS.format(project=str(PROJECT)))
    monkeypatch.setenv("PYTHONPATH", str(site))
    for name, seconds in {"IDLE": 5, "POLL": 0.05, "GRACE": 0.5}.items():
        monkeypatch.setenv(f"MEANDER_JOBS__{name}_SECONDS", str(seconds))
    workspace = Workspace(tmp_path / "workspace")
    yield workspace
    for job in jobs.active(workspace) if workspace.exists() else []:
        jobs.cancel(workspace, job.id)
    kill_worker(workspace)


def kill_worker(workspace: Workspace) -> None:
    """Kill the worker of a workspace, as a machine out of memory would."""
    lock = workspace.worker_lock
    for pid in pids_of("core.jobs", str(workspace.root)):
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not locks.taken(lock))


def pids_of(*words: str) -> list[int]:
    """Processes whose command line holds all words."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if all(word in line for word in words) and "--job" not in line:
            found.append(process.pid)
    return found


def wait_for(what: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds; fails if it does not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s in vain; Python {sys.version_info[:2]}")
