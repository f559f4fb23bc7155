"""What was computed once is kept under a name that holds the settings."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from core.workspace import Workspace

T = TypeVar("T")


def kept(workspace: Workspace, path: Path, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """The frame in `path`; computed and written whole if it is not there."""
    if not path.exists():
        frame = compute()
        with workspace.writing(path) as temporary:
            frame.to_parquet(temporary, index=False)
    return pd.read_parquet(path)


def kept_file(
    workspace: Workspace,
    path: Path,
    compute: Callable[[], T],
    save: Callable[[T, Path], None],
    load: Callable[[Path], T],
) -> T:
    """As `kept`, for what is no frame."""
    if path.exists():
        return load(path)
    made = compute()
    with workspace.writing(path) as temporary:
        save(made, temporary)
    return made


def fingerprint(settings: Any, *more: str) -> str:
    """Twelve hex digits that tell these settings (a dataclass) from others."""
    text = json.dumps([asdict(settings), *more], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
