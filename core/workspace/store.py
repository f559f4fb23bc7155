"""Where data sets, runs and jobs lie: the only code that knows paths.

    ROOT/meander.db                     SQLite (WAL): data sets, runs, jobs, notes, markers, audit; which form it has
    ROOT/secret.key                     makes pseudonyms of user ids; only where these were wished
    ROOT/queue.db                       SQLite: ids of jobs that wait
    ROOT/worker.lock, worker.log        held while a worker lives; what workers print
    ROOT/jobs/JOB.lock, JOB.log         held while the process of a job lives; what it prints
    ROOT/staging/RANDOM/                something in the making; swept once its process is gone
    ROOT/uploads/RANDOM/FILE            what a browser sent; gone once imported, or once whoever sent it has left
    ROOT/inbox/FILE                     logs that people put there
    ROOT/store.json                     where events lie as objects, if not here (`far`)
    ROOT/data/NAME/vN/                  one immutable version: events, items, users, texts (Parquet), rejects.csv
    ROOT/data/NAME/vN/derived/          what was computed from it: drift, maps ...
    ROOT/data/NAME/stream.db            SQLite (WAL): events that were followed, states, and how far it was read
    ROOT/data/NAME/language/            vectors of what its items say, and those that were brought, of all versions
    ROOT/data/NAME/runs/RUN/            one trained model: weights, settings, curve, derived/

What each file may hold of a person stands in `core.workspace.holdings`.

A version or run exists once its row in the database does; a folder without a row is rubbish. What is made is made
in staging and moved to its place whole, so that a process may be killed at any moment.
"""

import json
import os
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from core import locks
from core.errors import OvertakenError, UnknownDataSetError, UnknownRunError, WorkspaceError, WorkspaceRemovedError
from core.phrases import say
from core.progress import silent
from core.workspace import audit, disk, far, leaving, uploads, versions
from core.workspace.leaving import Leaving
from core.workspace.place import Place, check_name
from core.workspace.records import DataSet, Run, new_run_id

OWNED = ("runs", "jobs", "notes", "cohorts", "cohort_people", "category_names", "markers", "watches", "alerts")
"""Tables whose rows go with their data set."""
Check = Callable[[DataSet | None], None]
"""Is given the version that is current when another is about to follow it, None without; raises if it must not."""


class Workspace(Place):
    """Data sets with their versions, runs, and all that was made from them."""

    def data_sets(self) -> list[DataSet]:
        """All data sets in their current version, newest first."""
        with self.database() as database:
            rows = database.execute("select * from data_sets order by created desc, rowid desc").fetchall()
        return [self._data_set(row) for row in rows]

    def data_set(self, name: str) -> DataSet:
        """A data set in its current version; raises `UnknownDataSetError`."""
        with self.database() as database:
            return self._current(database, name)

    def _current(self, database: sqlite3.Connection, name: str) -> DataSet:
        found = versions.row(database, name)
        if found is None:
            known = ", ".join(versions.names(database)) or "none yet"
            raise UnknownDataSetError(say("errors.no_data_set", data_set=name, folder=str(self.root), known=known))
        return self._data_set(found)

    def publish(
        self, name: str, folder: Path, summary: dict[str, Any], check: Check | None = None, what: str = "imported"
    ) -> DataSet:
        """Make a staged folder the current version of a data set, at once and whole, if `check` lets it.

        `what` is done so is noted in the audit.
        """
        check_name(name)
        if not far.listed(folder):
            self.send(folder, silent)
        with self.staging() as rubbish, self.database() as database:
            database.execute("begin immediate")  # nobody publishes or deletes meanwhile
            found = versions.row(database, name)
            if check:
                check(self._data_set(found) if found else None)
            version, origin = (found["version"] + 1, found["origin"]) if found else (1, secrets.token_hex(8))
            target = self._version_folder(name, version)
            # What lies there was left by a kill, or by a data set that was deleted: nothing of it may be found again.
            versions.move_away([target if found else target.parent], rubbish)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(folder, target)
            made = (name, version, _now(), json.dumps(summary), origin)
            database.execute("insert or replace into data_sets values (?, ?, ?, ?, ?)", made)
            audit.record(database, what, name, version=version)
            published = self._data_set(cast("sqlite3.Row", versions.row(database, name)))
        far.room(self.root / "data")
        return published

    def delete(self, name: str) -> None:
        """Remove a data set and all that was made from it or for it.

        Raises `UnknownDataSetError`, and `WorkspaceError` where something cannot be removed.
        """
        self.clear_away()  # where nobody answers, nothing is begun
        with self.database() as database:
            database.execute("begin immediate")
            self._current(database, name)
            jobs = database.execute("select id, arguments from jobs where data_set = ?", (name,)).fetchall()
            for table, column in (("data_sets", "name"), *((part, "data_set") for part in OWNED)):
                database.execute(f"delete from {table} where {column} = ?", (name,))
            audit.record(database, "deleted", name)
            audit.forget(database, name)
        for path in (path for job in jobs for path in uploads.named(job["arguments"])):
            self.discard_upload(path)
            if path.parent == self.inbox:
                path.unlink(missing_ok=True)
        self._remove_rubbish()
        with self.database() as database:
            database.execute("pragma wal_checkpoint(truncate)")
        self.clear_away(name)

    def importing(self, name: str) -> bool:
        """Whether a job that brings a log into a data set waits or runs."""
        with self.database() as database:
            query = "select 1 from jobs where data_set = ? and step = 'import' and status in ('queued', 'running')"
            return database.execute(query, (name,)).fetchone() is not None

    def take_out(self, data_set: DataSet, draft: Path, told: Leaving, check: Callable[[], None]) -> None:
        """Let a staged folder without a person take the place of a data set's own, and all rows follow.

        `check` raises where the draft is not of what lies there now. Raises `OvertakenError` where there is another
        version by now.
        """
        with self.staging() as rubbish:
            with self.database() as database:
                database.execute("begin immediate")  # nobody publishes, writes results or deletes meanwhile
                found = versions.row(database, data_set.name)
                if found is None or self._data_set(found).id != data_set.id:
                    raise OvertakenError(say("errors.overtaken"))
                check()
                told = replace(told, files=leaving.imports(database, data_set.name))
                told.write(draft)
                disk.put_for_good(draft, self.root / "data" / data_set.name, rubbish / "before")
                leaving.change_rows(database, told)
            disk.remove(rubbish)
            self.end_leavings()
        self.clear_away(data_set.name)

    def languages(self) -> list[Path]:
        """The folders `DataSet.language` of all data sets that have one."""
        return sorted((self.root / "data").glob("*/language"))

    def earlier_versions(self, data_set: DataSet) -> list[Path]:
        """Folders of the versions before this one that are there still."""
        return versions.before(data_set.folder.parent, data_set.version)

    def forget_versions(self, data_set: DataSet, through: int) -> None:
        """Remove the versions of a data set up to one, this one never, and what was computed with their runs.

        Raises `WorkspaceError` where something cannot be removed.
        """
        with self.staging() as rubbish:
            with self.database() as database:
                database.execute("begin immediate")  # nobody deletes meanwhile
                if versions.origin(database, data_set.name) != data_set.origin:
                    return
                stays = min(through + 1, data_set.version)
                query = "select id from runs where data_set = ? and version < ?"
                runs = database.execute(query, (data_set.name, stays)).fetchall()
                folder = data_set.folder.parent
                earlier = versions.before(folder, stays, [folder / "runs" / run["id"] for run in runs])
                versions.move_away(earlier, rubbish)
            disk.remove(rubbish)
        self.clear_away(data_set.name)

    def tidy(self) -> None:
        """Remove what no row knows of: what a killed process or a deleted data set left behind.

        What cannot be removed is left to the next time.
        """
        try:
            self._remove_rubbish()
            self.clear_away()
        except WorkspaceRemovedError:
            raise
        except WorkspaceError:
            return

    def _remove_rubbish(self) -> None:
        """As `tidy`; raises `WorkspaceError` where something cannot be removed."""
        self._sweep()
        with self.database() as database:
            if not self._rubbish(database):
                return  # a look costs nothing, and leaves nothing if its process is killed
        with self.staging() as rubbish:
            with self.database() as database:
                database.execute("begin immediate")  # nobody publishes meanwhile
                versions.move_away(self._rubbish(database), rubbish)
            disk.remove(rubbish)

    def _rubbish(self, database: sqlite3.Connection) -> list[Path]:
        """What no row knows of."""
        current = {row["name"]: row["version"] for row in database.execute("select name, version from data_sets")}
        ids = {row["id"] for row in database.execute("select id from runs union select id from jobs")}
        return list(disk.unknown(self.root, current, ids))

    def new_run(self, data_set: DataSet, settings: dict[str, Any], run_id: str = "") -> Run:
        """Register a run that is about to train, under an id of `new_run_id` if the caller has one.

        Raises `OvertakenError` where the data set was deleted since.
        """
        run_id = run_id or new_run_id()
        row = (run_id, data_set.name, data_set.version, _now(), "running", json.dumps(settings), "{}")
        with self.database() as database:
            database.execute("begin immediate")
            if versions.origin(database, data_set.name) != data_set.origin:
                raise OvertakenError(say("errors.overtaken"))
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
        """Bytes on disk, and at an address, of a data set with all its versions, runs and what was derived."""
        folder = self.root / "data" / name
        return disk.size_on_disk(folder) + far.size(folder)

    def _data_set(self, row: sqlite3.Row) -> DataSet:
        folder = self._version_folder(row["name"], row["version"])
        summary = json.loads(row["summary"])
        return DataSet(row["name"], row["version"], row["created"], summary, folder, row["origin"])

    def _run(self, row: sqlite3.Row) -> Run:
        folder = self.root / "data" / row["data_set"] / "runs" / row["id"]
        settings, metrics = json.loads(row["settings"]), json.loads(row["metrics"])
        status = row["status"]
        if status == "running" and not locks.taken(folder / "lock"):
            status = "stopped"
        return Run(row["id"], row["data_set"], row["version"], row["created"], status, settings, metrics, folder)

    def _version_folder(self, name: str, version: int) -> Path:
        return self.root / "data" / name / f"v{version}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
