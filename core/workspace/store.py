"""Where data sets, runs and jobs lie: the only code that knows paths.

    ROOT/meander.db                     SQLite (WAL): data sets, runs, jobs, notes
    ROOT/secret.key                     makes pseudonyms of user ids; only where these were wished
    ROOT/queue.db                       SQLite: ids of jobs that wait
    ROOT/worker.lock, worker.log        held while a worker lives; what workers print
    ROOT/jobs/JOB.lock, JOB.log         held while the process of a job lives; what it prints
    ROOT/staging/RANDOM/                something in the making; swept once its process is gone
    ROOT/uploads/RANDOM/FILE            what a browser sent; gone once imported, or once whoever sent it has left
    ROOT/inbox/FILE                     logs that people put there
    ROOT/data/NAME/vN/                  one immutable version: events, items, users (Parquet), rejects.csv
    ROOT/data/NAME/vN/derived/          what was computed from it: drift, maps ...
    ROOT/data/NAME/stream.db            SQLite (WAL): events that were followed, states, and how far it was read
    ROOT/data/NAME/runs/RUN/            one trained model: weights, settings, curve, derived/

A version or run exists once its row in the database does; a folder without a row is rubbish. What is made is made
in staging and moved to its place whole, so that a process may be killed at any moment.
"""

import contextlib
import json
import os
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core import locks
from core.errors import InvalidNameError, UnknownDataSetError, UnknownRunError, WorkspaceError, WorkspaceRemovedError
from core.phrases import say
from core.workspace import disk, secret, tables, uploads
from core.workspace.records import DataSet, Run, new_run_id

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""What a data set may be called: it becomes a folder and a part of links."""
VARIABLE = "MEANDER_WORKSPACE"


class Workspace:
    """The folder that holds data sets, runs and jobs."""

    def __init__(self, root: Path | str | None = None) -> None:
        """Open a workspace, made if it is not there: `root`, else the variable, else `.workspace`."""
        self.root = Path(root or os.environ.get(VARIABLE) or ".workspace").absolute()
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            (self.root / "jobs").mkdir(exist_ok=True)
            self._database.touch()
            tables.make(self.database)
        except (OSError, sqlite3.Error) as error:
            raise WorkspaceError(say("errors.unwritable", folder=str(self.root), why=str(error))) from error
        self._sweep()

    @property
    def _database(self) -> Path:
        return self.root / "meander.db"

    @property
    def _uploads(self) -> Path:
        return self.root / "uploads"

    @property
    def inbox(self) -> Path:
        """Folder that people put logs into."""
        return self.root / "inbox"

    @property
    def queue(self) -> Path:
        """The database of waiting jobs."""
        return self.root / "queue.db"

    @property
    def worker_lock(self) -> Path:
        """Locked while a worker of this workspace lives."""
        return self.root / "worker.lock"

    @property
    def worker_log(self) -> Path:
        """What workers print."""
        return self.root / "worker.log"

    def job_file(self, job_id: str, ending: str) -> Path:
        """The log or lock of a job; raises `InvalidNameError`."""
        check_name(job_id)
        return self.root / "jobs" / f"{job_id}.{ending}"

    def first_time(self, what: str) -> bool:
        """Whether nobody has asked this about this workspace before."""
        with self.database() as database:
            return database.execute("insert or ignore into once values (?)", (what,)).rowcount == 1

    def exists(self) -> bool:
        """Whether nobody has removed the workspace's folder."""
        return self._database.exists()

    @contextlib.contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end, rolled back on an error."""
        if not self.exists():
            raise WorkspaceRemovedError(say("errors.removed", folder=str(self.root)))
        with disk.guarded(self.root), contextlib.closing(sqlite3.connect(self._database, timeout=30)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("pragma secure_delete=on")  # what is deleted is overwritten
            with connection:
                yield connection

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
            raise UnknownDataSetError(say("errors.no_data_set", data_set=name, folder=str(self.root), known=known))
        return self._data_set(row)

    def guarded(self) -> contextlib.AbstractContextManager[None]:
        """A block in which a full disk becomes one clear `WorkspaceError`, whichever library meets it."""
        return disk.guarded(self.root)

    @contextlib.contextmanager
    def staging(self) -> Iterator[Path]:
        """An empty folder for something in the making, removed at the end unless it was moved to its place."""
        with disk.guarded(self.root), disk.staged(self.root / "staging" / secrets.token_hex(8)) as folder:
            yield folder

    def uploads(self) -> uploads.Uploads:
        """Where the files of one visitor go."""
        return uploads.Uploads(self._uploads, self._awaited)

    def discard_upload(self, path: Path) -> None:
        """Remove an uploaded file; files that lie elsewhere are the user's own and stay."""
        uploads.discard(self._uploads, path)

    def _awaited(self) -> set[Path]:
        with self.database() as database:
            return uploads.awaited(database, self._uploads)

    @contextlib.contextmanager
    def writing(self, target: Path) -> Iterator[Path]:
        """A path to write to that becomes `target`, a file or folder, at once and whole; nothing stays if it fails."""
        with self.staging() as folder:
            yield folder / target.name
            if (folder / target.name).is_dir():
                shutil.rmtree(target, ignore_errors=True)
            os.replace(folder / target.name, target)

    def secret(self) -> str:
        """The key of the pseudonyms of this workspace, made when first wished; it stays here and is never exported."""
        return secret.kept(self.root)

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
        """Remove a data set and all that was made from it or for it; raises `UnknownDataSetError`."""
        self.data_set(name)
        with self.database() as database:
            jobs = database.execute("select id, arguments from jobs where data_set = ?", (name,)).fetchall()
            for table, column in (("data_sets", "name"), *((part, "data_set") for part in ("runs", "jobs", "notes"))):
                database.execute(f"delete from {table} where {column} = ?", (name,))
        for path in (path for job in jobs for path in uploads.named(job["arguments"])):
            self.discard_upload(path)
            if path.parent == self.inbox:
                path.unlink(missing_ok=True)
        self.tidy()
        with self.database() as database:
            database.execute("pragma wal_checkpoint(truncate)")

    def forget_versions(self, name: str) -> None:
        """Remove all versions of a data set but the current one, and what was computed with their runs."""
        version = self.data_set(name).version
        stale = [run.folder / "derived" for run in self.runs(name) if run.version < version]
        folders = (self.root / "data" / name).glob("v*")
        for folder in (*stale, *(path for path in folders if int(path.name[1:]) < version)):
            shutil.rmtree(folder, ignore_errors=True)

    def tidy(self) -> None:
        """Remove what no row knows of: what a killed process or a deleted data set left behind."""
        self._sweep()
        with self.database() as database:
            if not self._rubbish(database):
                return  # a look costs nothing, and leaves nothing if its process is killed
        with self.staging() as rubbish, self.database() as database:
            database.execute("begin immediate")  # nobody publishes meanwhile
            for path in self._rubbish(database):
                os.replace(path, rubbish / secrets.token_hex(8))

    def _sweep(self) -> None:
        """Remove what killed processes had in the making, and files of visitors who left."""
        disk.sweep(self.root / "staging")
        if any(self._uploads.glob("*")):
            disk.sweep(self._uploads, self._awaited())

    def _rubbish(self, database: sqlite3.Connection) -> list[Path]:
        """What no row knows of."""
        versions = {row["name"]: row["version"] for row in database.execute("select name, version from data_sets")}
        ids = {row["id"] for row in database.execute("select id from runs union select id from jobs")}
        return list(disk.unknown(self.root, versions, ids))

    def new_run(self, data_set: DataSet, settings: dict[str, Any], run_id: str = "") -> Run:
        """Register a run that is about to train, under an id of `new_run_id` if the caller has one."""
        run_id = run_id or new_run_id()
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

    def set_run_settings(self, run: Run, settings: dict[str, Any]) -> Run:
        """Change the settings that an unfinished run goes on with."""
        with self.database() as database:
            database.execute("update runs set settings = ? where id = ?", (json.dumps(settings), run.id))
        return self.run(run.data_set, run.id)

    def runs(self, name: str) -> list[Run]:
        """All runs of a data set, newest first."""
        with self.database() as database:
            query = "select * from runs where data_set = ? order by created desc, rowid desc"
            rows = database.execute(query, (name,)).fetchall()
        return [self._run(row) for row in rows]

    def run(self, name: str, run_id: str | None = None) -> Run:
        """A run by id, else the newest finished one of the current version; raises `UnknownRunError`."""
        data_set = self.data_set(name)
        runs = self.runs(name)
        for run in runs:
            if run.id == run_id or (run_id is None and run.status == "done" and run.version == data_set.version):
                return run
        if run_id is None:
            raise UnknownRunError(say("errors.no_run_yet", data_set=name))
        known = ", ".join(run.id for run in runs) or "none"
        raise UnknownRunError(say("errors.no_run", run=run_id, data_set=name, known=known))

    def size(self, name: str) -> int:
        """Bytes on disk of a data set with all its versions, runs and what was derived."""
        return disk.size_on_disk(self.root / "data" / name)

    def _data_set(self, row: sqlite3.Row) -> DataSet:
        folder = self._version_folder(row["name"], row["version"])
        return DataSet(row["name"], row["version"], row["created"], json.loads(row["summary"]), folder)

    def _run(self, row: sqlite3.Row) -> Run:
        folder = self.root / "data" / row["data_set"] / "runs" / row["id"]
        settings, metrics = json.loads(row["settings"]), json.loads(row["metrics"])
        status = row["status"]
        if status == "running" and not locks.taken(folder / "lock"):
            status = "stopped"
        return Run(row["id"], row["data_set"], row["version"], row["created"], status, settings, metrics, folder)

    def _version_folder(self, name: str, version: int) -> Path:
        return self.root / "data" / name / f"v{version}"


def check_name(name: str) -> None:
    """Raise `InvalidNameError` unless the name may become a folder."""
    if not NAME.fullmatch(name):
        raise InvalidNameError(say("errors.bad_name", name=name[:80]))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
