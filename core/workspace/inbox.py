"""A folder of the workspace that people put logs into: any size, nothing is sent through a browser."""

from pathlib import Path

from core.workspace.store import Workspace


def folder(workspace: Workspace) -> Path:
    """Where to put files; made when first asked for."""
    path = workspace.root / "inbox"
    path.mkdir(exist_ok=True)
    return path


def files(workspace: Workspace) -> list[Path]:
    """Files that lie there, newest first; hidden ones and those in folders are passed over."""
    found = [path for path in folder(workspace).iterdir() if path.is_file() and not path.name.startswith(".")]
    return sorted(found, key=lambda path: (-path.stat().st_mtime, path.name))
