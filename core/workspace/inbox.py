"""A folder of the workspace that people put logs into: any size, nothing is sent through a browser."""

import stat
import time
from dataclasses import dataclass
from pathlib import Path

from core.errors import InputError
from core.phrases import say
from core.workspace.store import Workspace

STEADY_SECONDS = 3.0
"""A file that has not changed for so long is taken to be whole: whoever copies it writes all the time."""


@dataclass(frozen=True)
class Waiting:
    """A file that lies in the inbox."""

    path: Path
    size: int
    """Bytes so far."""
    whole: bool
    """It has stopped growing."""


def folder(workspace: Workspace) -> Path:
    """Where to put files; made when first asked for."""
    workspace.inbox.mkdir(exist_ok=True)
    return workspace.inbox


def files(workspace: Workspace) -> list[Waiting]:
    """Files that lie there, newest first; hidden ones, links, and those in folders are passed over.

    A link leads to what whoever put it there need not be allowed to read, but this server is.
    """
    found = []
    for path in folder(workspace).iterdir():
        about = path.lstat()
        if path.name.startswith(".") or not stat.S_ISREG(about.st_mode):
            continue
        changed = max(about.st_mtime, about.st_ctime)  # a copy may bring the time of its original with it
        found.append((-changed, path.name, Waiting(path, about.st_size, time.time() - changed > STEADY_SECONDS)))
    return [waiting for _, _, waiting in sorted(found, key=lambda each: each[:2])]


def refuse_link(workspace: Workspace, path: Path) -> None:
    """Raise `InputError` for a link in the inbox: it may have taken the place of a file since that was chosen."""
    if path.parent == workspace.inbox and path.is_symlink():
        raise InputError(say("errors.is_link", file=path.name))
