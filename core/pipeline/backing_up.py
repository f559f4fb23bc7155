"""A workspace as one file, and back: what is there is there whole, and every byte is checked.

The file is a plain tar, so that other programs can read it too; its last entry lists all others with their SHA-256.
Left out is what waits to be imported (uploads, the inbox), and what can be made anew (locks, the queue of jobs).
"""

import contextlib
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from core import locks
from core.errors import InputError
from core.phrases import say
from core.pipeline.gate import needs
from core.progress import Progress, silent
from core.settings import ADMIN
from core.workspace import Workspace, disk, holding, snapshots, upgrades

MANIFEST: Final = "manifest.json"
BLOCK = 1 << 20
LARGEST_MANIFEST = 256 << 20
"""Bytes that a list of files may have."""
Files = dict[str, dict[str, Any]]


@needs(ADMIN)
def backup(workspace: Workspace, out: Path, progress: Progress = silent) -> dict[str, Any]:
    """Write a workspace as it is at this moment to a file, while jobs go on; returns how many files and bytes.

    The file appears whole or not at all. Raises `InputError` where it cannot be written to, or while somebody else
    writes it, and `WorkspaceError` for a file in the workspace that nothing of ours writes.
    """
    if out.is_dir() or not out.absolute().parent.is_dir():
        raise InputError(say("errors.no_backup_place", file=str(out)))
    draft = out.absolute().with_name(f".{out.name}.part")
    with locks.held(draft) as mine, disk.guarded(out.absolute().parent), workspace.staging() as folder:
        if not mine:
            raise InputError(say("errors.backup_under_way", file=str(out)))
        try:
            workspace.record("backed up")
            snapshots.taken(workspace, folder / "workspace")
            files = _written(folder / "workspace", draft, progress)
            os.replace(draft, out)
        finally:
            draft.unlink(missing_ok=True)
    return {"files": len(files), "bytes": sum(about["bytes"] for about in files.values())}


@needs(ADMIN)
def restore(file: Path, root: Path, progress: Progress = silent) -> dict[str, Any]:
    """Make a workspace of a backup in a place where there is nothing; returns how many files and bytes.

    It appears whole, checked and brought to today's form, or not at all. Raises `InputError` for a place that is not
    empty and a file that is no backup or damaged, and `WorkspaceError` for a backup of a newer form.
    """
    root = root.absolute()
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise InputError(say("errors.not_empty", folder=str(root)))
    root.parent.mkdir(parents=True, exist_ok=True)
    draft = root.with_name(f".{root.name}.restoring")
    lock = draft.with_suffix(".lock")
    with locks.held(lock) as mine, disk.guarded(root.parent):
        if not mine:
            raise InputError(say("errors.restore_under_way", folder=str(root)))
        shutil.rmtree(draft, ignore_errors=True)
        try:
            files = _read(file, draft, progress)
            _check_databases(file, draft)
            (draft / "jobs").mkdir(exist_ok=True)
            os.replace(draft, root)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            lock.unlink(missing_ok=True)
    Workspace(root).record("restored")
    return {"files": len(files), "bytes": sum(about["bytes"] for about in files.values())}


class _Counted:
    """A file that is read, and the hash of what was read of it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.hash = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Some bytes."""
        block = self._file.read(size)
        self.hash.update(block)
        return block


def _written(folder: Path, draft: Path, progress: Progress) -> Files:
    """Write all files of a folder as a tar, with their list at its end."""
    files: Files = {}
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    with draft.open("wb") as out, _tar(out) as tar:
        os.fchmod(out.fileno(), 0o600)
        for place, path in enumerate(paths):
            progress(place / len(paths), say("steps.backing_up", done=place, files=len(paths)))
            name = str(path.relative_to(folder))
            with path.open("rb") as file:
                info = tar.gettarinfo(arcname=name, fileobj=file)
                info.size = path.stat().st_size
                counted = _Counted(file)
                tar.addfile(info, counted)
            files[name] = {"sha256": counted.hash.hexdigest(), "bytes": info.size}
        form, product = upgrades.mark(folder / "meander.db")
        made = datetime.now(UTC).isoformat(timespec="seconds")
        text = json.dumps({"product": product, "form": form, "made": made, "files": files}).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(text)
        tar.addfile(info, io.BytesIO(text))
    with draft.open("rb") as done:
        os.fsync(done.fileno())
    return files


def _tar(out: BinaryIO) -> tarfile.TarFile:
    """A tar to be written, in which files that are linked are files of their own."""
    return tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT, dereference=True)


def _read(file: Path, draft: Path, progress: Progress) -> Files:
    """Take a backup apart into a folder; raises `InputError` unless each file is there as it was written."""
    if not file.is_file():
        raise InputError(say("errors.no_file", path=str(file)))
    found: dict[str, str] = {}
    manifest: dict[str, Any] = {}
    whole = file.stat().st_size
    try:
        with tarfile.open(file, "r:") as tar:
            for member in tar:
                progress(member.offset / whole, say("steps.restoring", done=len(found)))
                if member.name == MANIFEST:
                    manifest = _manifest(tar, member)
                else:
                    found[member.name] = _extracted(tar, member, draft)
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise InputError(say("errors.damaged_backup", file=str(file), why=str(error)[:200])) from error
    files: Files = manifest.get("files", {})
    wrong = sorted(set(files) ^ set(found)) or [name for name in files if files[name]["sha256"] != found[name]]
    if wrong or "meander.db" not in files:
        why = f"{wrong[0]} is not as it was written" if wrong else "it has no meander.db"
        raise InputError(say("errors.damaged_backup", file=str(file), why=why))
    return files


def _manifest(tar: tarfile.TarFile, member: tarfile.TarInfo) -> dict[str, Any]:
    stream = tar.extractfile(member)
    if stream is None or member.size > LARGEST_MANIFEST:
        raise ValueError(MANIFEST)
    found = json.loads(stream.read())
    return found if isinstance(found, dict) and isinstance(found.get("files"), dict) else {}


def _extracted(tar: tarfile.TarFile, member: tarfile.TarInfo, draft: Path) -> str:
    """Write one file; returns its hash. Raises `ValueError` for what a backup of ours does not hold."""
    kind = holding(member.name)
    stream = tar.extractfile(member) if member.isreg() else None
    if stream is None or kind is None or not kind.saved or ".." in Path(member.name).parts:
        raise ValueError(f"{member.name[:80]!r} does not belong into a backup")
    target = draft / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    counted = _Counted(stream)  # type: ignore[arg-type]
    with target.open("xb") as out:
        os.fchmod(out.fileno(), member.mode & 0o666 | 0o600)
        while block := counted.read(BLOCK):
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    return counted.hash.hexdigest()


def _check_databases(file: Path, draft: Path) -> None:
    """Raise where a database is none, or of a newer form."""
    for path in sorted(draft.rglob("*.db")):
        with contextlib.closing(sqlite3.connect(path)) as database:
            try:
                why = str(database.execute("pragma integrity_check").fetchone()[0])
            except sqlite3.DatabaseError as error:
                why = str(error)
        if why != "ok":
            raise InputError(say("errors.damaged_backup", file=str(file), why=f"{path.name}: {why[:200]}"))
    upgrades.check(draft / "meander.db", file)
