"""The detached worker of a workspace: takes jobs out of the queue, each into a process of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core import locks
from core.errors import WorkspaceRemovedError
from core.jobs import table, turns
from core.phrases import packed, say
from core.settings import JobSettings
from core.workspace import Workspace

PROJECT = Path(__file__).parents[2]
QUIET = {"OMP_WAIT_POLICY": "PASSIVE"}
"""Threads of a job that wait for each other sleep: spinning, at low priority, costs ten times the work itself."""


def ensure_worker(workspace: Workspace) -> None:
    """Start a worker unless one runs; it outlives this process and ends by itself when there is nothing to do."""
    if not locks.taken(workspace.worker_lock):
        process = spawn(workspace.worker_log, str(workspace.root))
        # Whoever started it must hear that it ended: else it stays behind as a zombie as long as this process lives.
        threading.Thread(target=process.wait, name="worker's end", daemon=True).start()


def work(workspace: Workspace, settings: JobSettings) -> None:
    """Run jobs until there has been nothing to do for a while; returns at once if another worker is at it."""
    while True:
        with locks.held(workspace.worker_lock) as mine, contextlib.suppress(WorkspaceRemovedError):
            if not mine:
                return
            workspace.tidy()
            _find_lost(workspace)
            _loop(workspace, settings)
        # Whoever queued a job while the lock was still held saw a worker, and started none.
        if not workspace.exists() or not table.huey(workspace).storage.queue_size():
            return


def spawn(log: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """Start `python -m core.jobs` in a session of its own, so that no signal to this one reaches it."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "core.jobs", *arguments],
            cwd=PROJECT,
            env=os.environ | QUIET,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _loop(workspace: Workspace, settings: JobSettings) -> None:
    storage = table.huey(workspace).storage
    processes: list[tuple[subprocess.Popen[bytes], str]] = []
    cancelled: dict[str, float] = {}
    busy_at = time.monotonic()
    while workspace.exists() and time.monotonic() - busy_at < settings.idle_seconds:
        processes = [(process, step) for process, step in processes if process.poll() is None]
        # A process that has just been started does not say yet that it runs.
        running = max(_attend(workspace, settings, cancelled), [step for _, step in processes], key=len)
        job = _take(workspace, storage, running, settings)
        if job:
            process = spawn(workspace.job_file(job.id, "log"), str(workspace.root), "--job", job.id)
            processes.append((process, job.step))
        if job or running:
            busy_at = time.monotonic()
        if not job:
            time.sleep(settings.poll_seconds)


def _take(workspace: Workspace, storage: Any, running: list[str], settings: JobSettings) -> table.Job | None:
    """The job whose turn it is, of those that may start now; those cancelled or deleted meanwhile are passed over."""
    if not (found := table.messages(storage)):
        return None
    jobs = {job.id: job for job in table.active(workspace)}
    waiting = []
    for message, rank in found:
        job = jobs.get(ids([message])[0])
        if job and job.status == table.QUEUED:
            waiting.append((message, rank, job))
        else:
            table.take(storage, message)
    for _, _, job in waiting:
        jobs.pop(job.id, None)
    busy = [table.person(job.asked_by) for job in jobs.values()]  # at work, or taken a moment ago
    whose = [(table.person(job.asked_by), rank) for _, rank, job in waiting]
    for place in turns.fair(whose, busy, table.served(workspace)):
        message, _, job = waiting[place]
        if turns.may_start(job.step, running, settings):
            table.take(storage, message)
            return job
    return None


def ids(messages: Iterable[bytes]) -> list[str]:
    """Ids of the jobs of some messages."""
    return [str(json.loads(message)[0]) for message in messages]


def _attend(workspace: Workspace, settings: JobSettings, cancelled: dict[str, float]) -> list[str]:
    """See to the jobs that run: requeue the dead, end those that do not stop by themselves; steps of those alive."""
    alive = []
    for job in table.active(workspace):
        if job.status != table.RUNNING:
            continue
        if not locks.taken(workspace.job_file(job.id, "lock")):
            _bury(workspace, job, settings)
            continue
        alive.append(job.step)
        if job.cancelling:
            pressed = cancelled.setdefault(job.id, time.monotonic())
            if job.pid and time.monotonic() - pressed > settings.grace_seconds:
                os.kill(job.pid, signal.SIGKILL)
    return alive


def _bury(workspace: Workspace, job: table.Job, settings: JobSettings) -> None:
    """A process ended without a word: its job is cancelled if that was wished, else queued again, up to a limit."""
    if job.cancelling:
        table.move(workspace, job, table.CANCELLED, message=packed(say("steps.cancelled")), ended=table.now())
    elif job.attempts >= settings.attempts:
        error = packed(say("errors.died", times=job.attempts))
        table.move(workspace, job, table.FAILED, error=error, ended=table.now())
    elif table.move(workspace, job, table.QUEUED, message=packed(say("steps.died"))):
        table.put(workspace, job.id)


def _find_lost(workspace: Workspace) -> None:
    """Queue jobs again that wait, but that the queue does not hold: the worker died with them in its hand."""
    waiting = set(ids(table.huey(workspace).storage.enqueued_items()))
    for job in table.active(workspace):
        if job.status == table.QUEUED and job.id not in waiting:
            table.put(workspace, job.id)
