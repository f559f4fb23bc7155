"""Runs steps of the pipeline outside the page's process: progress, cancel, retry, resume.

A job is a row that every page sees. It waits in a Huey queue on SQLite; one detached worker per workspace takes it
out and runs it in a process of its own, so that training outlives a reload of the page and a restart of the server,
a step that hangs can be ended, and its memory is given back. Whoever is alive holds a file lock, which the system
lets go of however a process ends: so a job whose process is gone is seen, queued again, and resumed.
"""

from core.jobs.clock import attend
from core.jobs.requests import cancel, retry, submit
from core.jobs.sample import ensure_sample
from core.jobs.table import (
    CANCELLED,
    DONE,
    FAILED,
    QUEUED,
    RUNNING,
    Job,
    active,
    all,  # noqa: A004
    get,
    log,
)
from core.jobs.watching import look
from core.jobs.worker import ensure_worker

__all__ = [
    "CANCELLED",
    "DONE",
    "FAILED",
    "QUEUED",
    "RUNNING",
    "Job",
    "active",
    "all",
    "attend",
    "cancel",
    "ensure_sample",
    "ensure_worker",
    "get",
    "log",
    "look",
    "retry",
    "submit",
]
