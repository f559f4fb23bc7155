"""Where data sets, runs and jobs lie: the only code that knows paths.

    ROOT/meander.db                     SQLite (WAL): data sets, runs, jobs
    ROOT/staging/PID-RANDOM/            a version in the making; swept once its process is gone
    ROOT/uploads/RANDOM/FILE            what a browser sent; gone once imported, swept after a day
    ROOT/data/NAME/vN/                  one immutable version: events, items, users (Parquet), rejects.csv
    ROOT/data/NAME/vN/derived/          what was computed from it: drift, maps ...
    ROOT/data/NAME/runs/RUN/            one trained model: weights, settings, curve, derived/

A version or run exists once its row in the database does; a folder without a row is rubbish.
"""

import contextlib
import json
import os
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import InvalidNameError, UnknownDataSetError, UnknownRunError, WorkspaceError

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""What a data set may be called: it becomes a folder and a part of links."""
VARIABLE = "MEANDER_WORKSPACE"
UPLOAD_DAYS = 1
"""A file that was uploaded and never imported is kept this long."""
TABLES = """
create table if not exists data_sets (
    name text primary key, version integer not null, created text not null, summary text not null);
create table if not exists runs (
    id text primary key, data_set text not null, version integer not null, created text not null,
    status text not null, settings text not null, metrics text not null);
"""


@dataclass(frozen=True)
class DataSet:
    """One version of an imported log; its files never change."""

    name: str
    version: int
    created: str
    """ISO 8601, UTC."""
    summary: dict[str, Any]
    """What `import` reported (rows_read, rows_kept, users, items ...) and facts of the log (ordinal, first, last)."""
    folder: Path

    @property
    def events(self) -> Path:
        """Canonical events, sorted by user, time and file order."""
        return self.folder / "events.parquet"

    @property
    def items(self) -> Path:
        """Canonical items; always there, with at least the ids that have events."""
        return self.folder / "items.parquet"

    @property
    def users(self) -> Path:
        """Canonical users; always there, with at least the ids that have events."""
        return self.folder / "users.parquet"

    @property
    def rejects(self) -> Path:
        """Rows that were left out, with line number and reason."""
        return self.folder / "rejects.csv"

    @property
    def derived(self) -> Path:
        """Folder of what was computed from this version."""
        return _made(self.folder / "derived")


@dataclass(frozen=True)
class Run:
    """One trained model with its settings and metrics."""

    id: str
    data_set: str
    version: int
    created: str
    status: str
    """running, done, stopped (cancelled, or its process is gone) or failed; all but done can be resumed."""
    settings: dict[str, Any]
    metrics: dict[str, Any]
    folder: Path

    @property
    def curve(self) -> Path:
        """Learning curve, a row per epoch; not there before the first epoch ends."""
        return self.folder / "curve.csv"

    @property
    def derived(self) -> Path:
        """Folder of what was computed with this run."""
        return _made(self.folder / "derived")


class Workspace:
    """The folder that holds data sets, runs and jobs."""

    def __init__(self, root: Path | str | None = None) -> None:
        """Open a workspace, made if it is not there: `root`, else the variable, else `.workspace`."""
        self.root = Path(root or os.environ.get(VARIABLE) or ".workspace").absolute()
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with self.database() as database:
                database.execute("pragma journal_mode=wal")
                database.executescript(TABLES)
        except (OSError, sqlite3.Error) as error:
            raise WorkspaceError(f"The workspace {self.root} cannot be written: {error}.") from error
        self._sweep()

    @contextlib.contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end, rolled back on an error."""
        connection = sqlite3.connect(self.root / "meander.db", timeout=30)
        connection.row_factory = sqlite3.Row
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    def data_sets(self) -> list[DataSet]:
        """All data sets in their current version, newest first."""
        with self.database() as database:
            rows = database.execute("select * from data_sets order by created desc").fetchall()
        return [self._data_set(row) for row in rows]

    def data_set(self, name: str) -> DataSet:
        """A data set in its current version; raises `UnknownDataSetError`."""
        with self.database() as database:
            row = database.execute("select * from data_sets where name = ?", (name,)).fetchone()
        if row is None:
            known = ", ".join(data_set.name for data_set in self.data_sets()) or "none yet"
            raise UnknownDataSetError(f"No data set {name!r} in {self.root}. Found: {known}. Import a log first.")
        return self._data_set(row)

    @contextlib.contextmanager
    def staging(self) -> Iterator[Path]:
        """An empty folder for a version in the making, removed at the end unless it was published."""
        folder = _made(self.root / "staging" / f"{os.getpid()}-{secrets.token_hex(4)}")
        try:
            yield folder
        except OSError as error:
            raise WorkspaceError(f"Could not write to {self.root}: {error.strerror or error}.") from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def new_upload(self, file_name: str) -> Path:
        """A path for a file that a browser sends; keeps the ending of its name and what is harmless of the rest."""
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(file_name).name).lstrip(".-")[-80:] or "log"
        return _made(self.root / "uploads" / secrets.token_hex(8)) / stem

    def discard_upload(self, path: Path) -> None:
        """Remove an uploaded file; files that lie elsewhere are the user's own and stay."""
        if path.parent.parent == self.root / "uploads":
            shutil.rmtree(path.parent, ignore_errors=True)

    @contextlib.contextmanager
    def writing(self, target: Path) -> Iterator[Path]:
        """A path to write to that becomes `target`, a file or folder, at once and whole; nothing stays if it fails."""
        with self.staging() as folder:
            yield folder / target.name
            if (folder / target.name).is_dir():
                shutil.rmtree(target, ignore_errors=True)
            os.replace(folder / target.name, target)

    def publish(self, name: str, folder: Path, summary: dict[str, Any]) -> DataSet:
        """Make a staged folder the current version of a data set, at once and whole."""
        check_name(name)
        with self.database() as database:
            database.execute("begin immediate")
            row = database.execute("select version from data_sets where name = ?", (name,)).fetchone()
            version = row["version"] + 1 if row else 1
            target = self._version_folder(name, version)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(target, ignore_errors=True)
            os.replace(folder, target)
            database.execute(
                "insert or replace into data_sets values (?, ?, ?, ?)", (name, version, _now(), json.dumps(summary))
            )
        return self.data_set(name)

    def delete(self, name: str) -> None:
        """Remove a data set and all that was made from it; raises `UnknownDataSetError`."""
        self.data_set(name)
        with self.database() as database:
            database.execute("delete from data_sets where name = ?", (name,))
            database.execute("delete from runs where data_set = ?", (name,))
        shutil.rmtree(self.root / "data" / name)

    def new_run(self, data_set: DataSet, settings: dict[str, Any]) -> Run:
        """Register a run that is about to train."""
        moment = datetime.now(UTC)
        run_id = f"{moment:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        row = (run_id, data_set.name, data_set.version, _now(), "running", json.dumps(settings), "{}")
        with self.database() as database:
            database.execute("insert into runs values (?, ?, ?, ?, ?, ?, ?)", row)
        run = self.run(data_set.name, run_id)
        run.folder.mkdir(parents=True, exist_ok=True)
        return run

    def update_run(self, run: Run, status: str, metrics: dict[str, Any] | None = None) -> Run:
        """Set the status of a run, and its metrics if given."""
        with self.database() as database:
            database.execute(
                "update runs set status = ?, metrics = coalesce(?, metrics) where id = ?",
                (status, None if metrics is None else json.dumps(metrics), run.id),
            )
        return self.run(run.data_set, run.id)

    def runs(self, name: str) -> list[Run]:
        """All runs of a data set, newest first."""
        with self.database() as database:
            rows = database.execute("select * from runs where data_set = ? order by id desc", (name,)).fetchall()
        return [self._run(row) for row in rows]

    def run(self, name: str, run_id: str | None = None) -> Run:
        """A run by id, else the newest finished one of the current version; raises `UnknownRunError`."""
        data_set = self.data_set(name)
        runs = self.runs(name)
        for run in runs:
            if run.id == run_id or (run_id is None and run.status == "done" and run.version == data_set.version):
                return run
        if run_id is None:
            raise UnknownRunError(f"Data set {name!r} has no trained run yet. Train one: python -m core train {name}.")
        known = ", ".join(run.id for run in runs) or "none"
        raise UnknownRunError(f"No run {run_id!r} of data set {name!r}. Found: {known}.")

    def size(self, name: str) -> int:
        """Bytes on disk of a data set with all its versions, runs and what was derived."""
        return size_on_disk(self.root / "data" / name)

    def _data_set(self, row: sqlite3.Row) -> DataSet:
        folder = self._version_folder(row["name"], row["version"])
        return DataSet(row["name"], row["version"], row["created"], json.loads(row["summary"]), folder)

    def _run(self, row: sqlite3.Row) -> Run:
        folder = self.root / "data" / row["data_set"] / "runs" / row["id"]
        settings, metrics = json.loads(row["settings"]), json.loads(row["metrics"])
        return Run(row["id"], row["data_set"], row["version"], row["created"], row["status"], settings, metrics, folder)

    def _version_folder(self, name: str, version: int) -> Path:
        return self.root / "data" / name / f"v{version}"

    def _sweep(self) -> None:
        """Remove staged folders whose process is gone, and uploads that nobody imported."""
        for folder in (self.root / "staging").glob("*-*"):
            if not _alive(int(folder.name.partition("-")[0])):
                shutil.rmtree(folder, ignore_errors=True)
        oldest = datetime.now(UTC).timestamp() - UPLOAD_DAYS * 86_400
        for folder in (self.root / "uploads").glob("*"):
            with contextlib.suppress(FileNotFoundError):
                if folder.stat().st_mtime < oldest:
                    shutil.rmtree(folder, ignore_errors=True)


def size_on_disk(folder: Path) -> int:
    """Bytes of all files below a folder; files that vanish meanwhile count nothing."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            total += path.stat().st_size if path.is_file() else 0
    return total


def check_name(name: str) -> None:
    """Raise `InvalidNameError` unless the name may become a folder."""
    if not NAME.fullmatch(name):
        raise InvalidNameError(
            f"{name[:80]!r} cannot be the name of a data set. Use letters, digits, - and _, at most 64, as in my-log."
        )


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
