"""A group of processes that only make sense together: when one is lost all end, and the group starts again."""

import os
import select
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from core.errors import RankLostError

LOST, GONE = 75, 76
"""Exit codes: of a process that lost another one (and of a group that is given up), and of one nobody waits for."""
ATTEMPTS = 3
"""A group is started again until it was lost so often without getting further."""
LOOK = 0.1
"""Seconds between two looks at who is alive."""


def supervised(size: int, work: Callable[[int, int], int], further: Callable[[], object], pipe: int) -> int:
    """Run `work(start, number)` in `size` forks of this process until all return 0; returns the exit code of the group.

    A process that is killed, or raises `RankLostError`, ends all others at once, and all start again; `further` is
    called before, and returns how far the work is. Another code of one process is that of the group. Nothing is
    written to `pipe`: whoever holds its other end keeps the group alive.

    This process should have no threads at work; what it holds in memory the forks share.
    """
    start, lost, before = 0, 0, None
    while True:
        code = _group(size, partial(work, start), pipe)
        if code >= 0 and code != LOST:
            return code
        now = further()
        lost, before, start = (lost + 1 if now == before else 1), now, start + 1
        if lost >= ATTEMPTS:
            return LOST


def _group(size: int, work: Callable[[int], int], pipe: int) -> int:
    """One start of all: 0 when all returned it, else what the first that did not came to, negative for a signal."""
    alive = [_forked(work, number, pipe) for number in range(size)]
    try:
        while alive:
            if select.select([pipe], [], [], LOOK)[0]:
                return GONE
            for process in list(alive):
                ended, status = os.waitpid(process, os.WNOHANG)
                if ended:
                    alive.remove(process)
                    if code := os.waitstatus_to_exitcode(status):
                        return code
        return 0
    finally:
        for process in alive:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _forked(work: Callable[[int], int], number: int, pipe: int) -> int:
    """Start one process; returns its id."""
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever pressed Ctrl-C ends the group through the pipe
        threading.Thread(target=_end_with, args=(pipe,), name="pipe", daemon=True).start()
        code = work(number)
    except RankLostError:
        code = LOST
    except BaseException:  # a fork must never come back to what its parent was doing
        traceback.print_exc()
    finally:
        with suppress(OSError, ValueError):
            sys.stderr.flush()
        os._exit(code)


def _end_with(pipe: int) -> None:
    """End this process when the other end of a pipe is closed, however that comes."""
    os.read(pipe, 1)
    os._exit(GONE)
