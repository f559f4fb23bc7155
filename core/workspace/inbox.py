"""A folder of the workspace that people put logs into: any size, nothing is sent through a browser."""

import time
from dataclasses import dataclass
from pathlib import Path

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
    """Files that lie there, newest first; hidden ones and those in folders are passed over."""
    found = []
    for path in folder(workspace).iterdir():
        if path.name.startswith(".") or not path.is_file():
            continue
        about = path.stat()
        changed = max(about.st_mtime, about.st_ctime)  # a copy may bring the time of its original with it
        found.append((-changed, path.name, Waiting(path, about.st_size, time.time() - changed > STEADY_SECONDS)))
    return [waiting for _, _, waiting in sorted(found, key=lambda each: each[:2])]
