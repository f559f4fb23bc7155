"""What a server does for many visitors, beyond a single run of a page: turns are taken, what was loaded stays."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore, Event

from core import jobs
from core.workspace import Workspace

SERVED = Event()
"""Set by a server that lives as long as its process; tests and tools that run a page once leave it alone."""
MODULES = 50
"""So many more modules are worth another look at what stays."""
PATIENCE = 4.0
"""Seconds after which a run waits no longer, so that two long ones hold nobody up for good."""
_turns = BoundedSemaphore(2)
"""Python computes one thing at a time; the second run goes on while the first waits for a file."""


def attend(workspace: Workspace) -> None:
    """See to what happens by itself in a workspace (`core.jobs.clock`), where this process is a server."""
    if SERVED.is_set():
        jobs.attend(workspace)


@contextmanager
def turn() -> Iterator[None]:
    """A run of a page while few others run: fifty at once would all end as late as the last of them."""
    mine = _turns.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if mine:
            _turns.release()


def settle() -> None:
    """Let what was loaded stay: Streamlit looks for rubbish after each run, in a fifth of its time for nothing."""
    if SERVED.is_set():
        _settled(len(sys.modules) // MODULES)


@cache
def _settled(_loaded: int) -> None:
    gc.collect()
    gc.freeze()
