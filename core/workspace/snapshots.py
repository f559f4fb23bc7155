"""A workspace as it is at one moment, to be written away at leisure while jobs go on."""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from core.workspace import far
from core.workspace.holdings import Holding
from core.workspace.place import Place

WHOLE: Final = (".parquet", ".safetensors", ".npy", ".npz")
"""Files that are never written to once they have their name: another name for them is a copy."""


def taken(place: Place, folder: Path) -> None:
    """Lay all of a workspace that a backup keeps into a folder: databases copied, what never changes linked.

    Nobody publishes, deletes or keeps a result meanwhile, which takes as long as it takes to link all files. What lies
    at an address is fetched then: its list in that folder holds it fast. Raises `WorkspaceError` for a file that
    nothing of ours writes.
    """
    with place.database() as database:
        database.execute("begin immediate")
        for path, kind in _files(place):
            target = folder / path.relative_to(place.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            if kind.saved:
                _copy(path, target)
    far.completed(folder)


def _files(place: Place) -> Iterator[tuple[Path, Holding]]:
    for base in (place.root.glob("*"), place.root.glob("jobs/*"), place.root.glob("data/**/*")):
        for path in base:
            if path.is_file():
                yield path, place.holding(str(path.relative_to(place.root)))


def _copy(path: Path, target: Path) -> None:
    with contextlib.suppress(FileNotFoundError):  # a draft that has its name by now, which is met as well
        if path.suffix == ".db":
            source, copy = sqlite3.connect(path, timeout=30), sqlite3.connect(target)
            with contextlib.closing(source), contextlib.closing(copy):
                source.backup(copy)
                copy.execute("pragma journal_mode=delete")
        elif path.suffix in WHOLE:
            _link(path, target)
        else:
            shutil.copy2(path, target)


def _link(path: Path, target: Path) -> None:
    """Another name for a file; a copy where the disk has no links."""
    try:
        os.link(path, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copy2(path, target)
