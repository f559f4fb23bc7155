"""What was computed once is kept under a name that holds the settings."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from core import locks
from core.errors import OvertakenError
from core.phrases import say
from core.progress import Progress, silent
from core.workspace import Workspace

T = TypeVar("T")


@contextlib.contextmanager
def made_once(workspace: Workspace, path: Path, progress: Progress = silent) -> Iterator[Path | None]:
    """Where to write what becomes `path` at the end of the block, while nobody else makes it; None if it is there.

    Whoever comes second waits, and can be cancelled by `progress`, until the first is through or dead. Compute inside
    the block: what is made of a data set that is deleted meanwhile is dropped with `OvertakenError`.
    """
    if path.exists():
        yield None
        return
    if not path.parent.exists():
        raise OvertakenError(say("errors.overtaken"))
    lock = path.with_name(f"{path.name}.lock")
    with locks.waited(lock, lambda: progress(0.0, say("steps.made_elsewhere"))):
        if path.exists():
            yield None
            return
        with workspace.writing(path) as temporary:
            yield temporary


def kept(
    workspace: Workspace, path: Path, compute: Callable[[], pd.DataFrame], progress: Progress = silent
) -> pd.DataFrame:
    """The frame in `path`; computed and written whole if it is not there."""
    with made_once(workspace, path, progress) as temporary:
        if temporary:
            compute().to_parquet(temporary, index=False)
    return pd.read_parquet(path)


def kept_file(
    workspace: Workspace,
    path: Path,
    compute: Callable[[], T],
    save: Callable[[T, Path], None],
    load: Callable[[Path], T],
    progress: Progress = silent,
) -> T:
    """As `kept`, for what is no frame."""
    with made_once(workspace, path, progress) as temporary:
        if temporary:
            made = compute()
            save(made, temporary)
            return made
    return load(path)


def fingerprint(settings: Any, *more: str) -> str:
    """Twelve hex digits that tell these settings (a dataclass) from others."""
    text = json.dumps([asdict(settings), *more], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
