"""The command that says whether a server can do its work: for whoever watches over containers."""

import shutil
import urllib.error
import urllib.request
from argparse import ArgumentParser, Namespace
from typing import Any

from core import locks
from core.cli.commands import workspace_of
from core.cli.console import print_report
from core.errors import WorkspaceError
from core.phrases import say as phrase
from core.workspace import Workspace, far, objects

PATIENCE = 5.0
"""Seconds that the server may take for an answer."""
LEAST_FREE_MB = 200
"""A disk with less room takes no log."""


def ready_arguments(parser: ArgumentParser) -> None:
    """Which server is asked."""
    parser.add_argument("--port", type=int, metavar="P", help="also ask the server on this port of this machine")


def ready_command(options: Namespace) -> None:
    """Look, and say; the exit code is 2 where something is not ready."""
    workspace = workspace_of(options)
    told = {"workspace": _is_writable(workspace), "free_mb": _free(workspace), "jobs": _jobs(workspace)}
    if address := far.home(workspace.root):
        objects.names(address)
        told["store"] = "answers"
    if options.port is not None:
        told["server"] = _answers(options.port)
    print_report(told, as_json=options.json)


def _is_writable(workspace: Workspace) -> str:
    """A file can be written, and the database changed."""
    with workspace.staging() as folder:
        (folder / "ready").write_bytes(b"ready")
    with workspace.database() as database:
        database.execute("begin immediate")
    return "writable"


def _free(workspace: Workspace) -> int:
    free = shutil.disk_usage(workspace.root).free >> 20
    if free < LEAST_FREE_MB:
        raise WorkspaceError(phrase("errors.no_room", folder=str(workspace.root), free=free, least=LEAST_FREE_MB))
    return free


def _jobs(workspace: Workspace) -> str:
    """Whether somebody works where something waits; a worker with nothing to do ends by itself."""
    with workspace.database() as database:
        query = "select count(*) as n from jobs where status in ('queued', 'running')"
        waiting = database.execute(query).fetchone()["n"]
    if locks.taken(workspace.worker_lock):
        return "at work"
    if waiting:
        raise WorkspaceError(phrase("errors.no_worker", waiting=waiting, log=str(workspace.worker_log)))
    return "nothing to do"


def _answers(port: int) -> Any:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=PATIENCE) as answer:
            return answer.read(80).decode("ascii", "replace")
    except (urllib.error.URLError, OSError) as error:
        raise WorkspaceError(phrase("errors.no_answer", port=port, why=str(error))) from None
