"""What survives kill -9 at random moments: imports, trainings, and what writes a whole workspace (`kills_of_all`).

    python -m bench.ingest kills LOG [--cases 20] [--only SCENARIO]

Every scenario is killed `cases` times while it works, at moments spread at random over the time that it takes.
Afterwards the data set is whole (the same bytes as undisturbed) or not there at all, nothing half-made is left once the
workspace was opened, training goes on to the same weights, and jobs come to their end by themselves.
"""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from bench.kills_of_all import OfAll
from core import jobs
from core.errors import UnknownDataSetError
from core.workspace import Workspace

NAME = "log"
EPOCHS = 4
TRAINING = [f"training.epochs={EPOCHS}", "model.embedding_size=32", "model.blocks=1"]
TOO_LATE = 0.7
"""What the time to kill in is shortened by whenever there was nothing left to kill."""
PATIENCE = 300.0
"""Seconds after which a job that has not ended is given up."""
Counts = dict[str, Any]


def kills(log: Path, folder: Path, cases: int, seed: int, only: str = "") -> Counts:
    """Kill every scenario whose name holds `only`; counts of what was found, `good` where all held."""
    whole = Whole(log, folder / "undisturbed")
    scenarios: dict[str, Callable[[Path, float], str]] = {
        "first import": whole.first_import,
        "import over a data set": whole.second_import,
        "training": whole.training,
        "import as a job": whole.import_job,
        "training as a job": whole.training_job,
    }
    scenarios |= OfAll(whole.root, NAME).scenarios()
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    found: Counts = {name: round(getattr(whole, name), 1) for name in ("import_seconds", "training_seconds")}
    for name, scenario in scenarios.items():
        if only not in name:
            continue
        longest = whole.training_seconds if "training" in name else whole.import_seconds if "import" in name else 1.0
        counts: Counter[str] = Counter()
        while sum(counts.values()) < cases:
            place = folder / f"case{sum(counts.values())}"
            told = scenario(place, rng.uniform(0, longest))
            shutil.rmtree(place, ignore_errors=True)
            if "finished" in told:
                longest *= TOO_LATE  # the machine was slower when the whole was timed
            else:
                counts[told] += 1
        found[name] = {"good": sum(n for kind, n in counts.items() if kind.startswith("good")), **counts}
        sys.stderr.write(f"{name}: {found[name]}\n")
    return found


class Whole:
    """What an undisturbed import and training leave, and scenarios that are held against it."""

    def __init__(self, log: Path, root: Path) -> None:
        """Import and train once."""
        self.log, self.root = log, root
        begun = time.perf_counter()
        subprocess.run(self.importing(root), check=True, capture_output=True)
        self.import_seconds = time.perf_counter() - begun
        begun = time.perf_counter()
        subprocess.run(self.train(root), check=True, capture_output=True)
        self.training_seconds = time.perf_counter() - begun
        workspace = Workspace(root)
        self.files = _bytes(workspace.data_set(NAME).folder)
        self.weights = (workspace.run(NAME).folder / "model.safetensors").read_bytes()

    def importing(self, root: Path) -> list[str]:
        """The command that imports the log."""
        return [*_core(root), "import", str(self.log), "--name", NAME, "--min-events", "1"]

    def train(self, root: Path, *more: str) -> list[str]:
        """The command that trains."""
        return [*_core(root), "train", NAME, *(part for setting in TRAINING for part in ("--set", setting)), *more]

    def first_import(self, root: Path, after: float) -> str:
        """Nothing was there before: afterwards there is all of it, or nothing."""
        finished = _killed(self.importing(root), after)
        if not root.exists():
            return "good: killed before anything was made"
        return self._judged(Workspace(root), finished, versions=(0, 1))

    def second_import(self, root: Path, after: float) -> str:
        """A version was there before: afterwards it is the one before or the next."""
        shutil.copytree(self.root, root)
        finished = _killed(self.importing(root), after)
        return self._judged(Workspace(root), finished, versions=(1, 2))

    def training(self, root: Path, after: float) -> str:
        """The run is marked as stopped, and goes on to the weights that it would have had."""
        _copy_data(self.root, root)
        finished = _killed(self.train(root), after)
        workspace = Workspace(root)
        states = [run.status for run in workspace.runs(NAME)]
        if any(state not in {"stopped", "done"} for state in states):
            return f"bad: run is {states}"
        if "done" not in states:
            subprocess.run(self.train(root, "--resume"), check=True, capture_output=True)
        return self._trained(workspace, "finished" if finished else f"killed, run {' '.join(states) or 'not begun'}")

    def import_job(self, root: Path, after: float) -> str:
        """Worker, job or both are killed: the job comes to its end once a worker is started again."""
        workspace = Workspace(root)
        log = workspace.uploads().new(self.log.name)
        shutil.copy(self.log, log)
        job = jobs.submit(workspace, "import", {"name": NAME, "events": str(log), "settings": {"min_events": 1}})
        what = _disturbed(workspace, job, after)
        return what if what.startswith(("bad", "finished")) else self._judged(workspace, what, versions=(1,))

    def training_job(self, root: Path, after: float) -> str:
        """The same of a training: one run, with the weights that it would have had."""
        _copy_data(self.root, root)
        workspace = Workspace(root)
        settings = {"training": {"epochs": EPOCHS}, "model": {"embedding_size": 32, "blocks": 1}}
        what = _disturbed(workspace, jobs.submit(workspace, "train", {"name": NAME, "settings": settings}), after)
        if len(workspace.runs(NAME)) != 1:
            return f"bad: {len(workspace.runs(NAME))} runs"
        return what if what.startswith("bad") else self._trained(workspace, what)

    def _judged(self, workspace: Workspace, what: str | bool, versions: tuple[int, ...]) -> str:
        workspace.tidy()
        try:
            data_set = workspace.data_set(NAME)
        except UnknownDataSetError:
            left = list(workspace.root.glob("data/*/*"))
            return "bad: rubbish" if left or 0 not in versions else "good: killed, nothing there"
        if data_set.version not in versions or _bytes(data_set.folder) != self.files:
            return "bad: half a data set"
        left = [path for path in workspace.root.glob("staging/*") if path.is_dir()]  # an empty lock goes a while later
        left += workspace.root.glob("uploads/*")
        if left or len(list(data_set.folder.parent.glob("v*"))) != data_set.version:
            return f"bad: rubbish {[path.name for path in left]}"
        told = what if isinstance(what, str) else ("finished" if what else "killed")
        return f"good: {told}, version {data_set.version} whole"

    def _trained(self, workspace: Workspace, what: str) -> str:
        run = workspace.run(NAME)
        if (run.folder / "model.safetensors").read_bytes() != self.weights:
            return "bad: other weights"
        return f"good: {what}"


def _disturbed(workspace: Workspace, job_id: str, after: float) -> str:
    """Kill the worker, the job's process or both; start a worker, as a server does; wait for the job."""
    time.sleep(after)
    if not jobs.get(workspace, job_id).active:
        _end_all(workspace)
        return "finished"
    target = random.Random(after).choice(["worker", "job", "both"])  # noqa: S311 - reproducible, not secret
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if str(workspace.root) in words and (target == "both" or ("--job" in words) == (target == "job")):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
    end = time.monotonic() + PATIENCE
    while jobs.get(workspace, job_id).active and time.monotonic() < end:
        jobs.ensure_worker(workspace)
        time.sleep(0.1)
    job = jobs.get(workspace, job_id)
    _end_all(workspace)
    return f"{target} killed, job {job.status}" if job.status == jobs.DONE else f"bad: job {job.status} {job.error}"


def _end_all(workspace: Workspace) -> None:
    """Kill whoever works on a workspace, and wait until they are gone: a job tidies up after it has ended."""
    for process in psutil.process_iter(["cmdline"]):
        if str(workspace.root) in (process.info["cmdline"] or []):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
                process.wait()


def _killed(command: list[str], after: float) -> bool:
    """Start a command and kill it after a while; whether it had ended by then."""
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    finished = running.poll() is not None
    if not finished:
        os.kill(running.pid, signal.SIGKILL)
    running.wait()
    return finished


def _copy_data(source: Path, root: Path) -> None:
    """A workspace with the data set only."""
    workspace = Workspace(root)
    data_set = Workspace(source).data_set(NAME)
    with workspace.staging() as folder:
        for path in data_set.folder.iterdir():
            if path.is_file():
                shutil.copy(path, folder / path.name)
        workspace.publish(NAME, folder, data_set.summary)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def _core(root: Path) -> list[str]:
    return [sys.executable, "-m", "core", "--workspace", str(root)]
