"""The folder of a workspace: its paths, its database, and what is in the making there."""

import contextlib
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from core.errors import InvalidNameError, OvertakenError, WorkspaceError, WorkspaceRemovedError
from core.phrases import say
from core.progress import Progress
from core.settings import RULES, VIEWER
from core.workspace import actors, audit, disk, far, leaving, objects, secret, shared, upgrades, uploads, versions
from core.workspace.holdings import Holding, holding
from core.workspace.rules import FILE

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""What a data set may be called: it becomes a folder and a part of links."""
VARIABLE = "MEANDER_WORKSPACE"


class Place:
    """The folder that holds data sets, runs and jobs."""

    def __init__(self, root: Path | str | None = None) -> None:
        """Open a workspace, made if it is not there: `root`, else the variable, else `.workspace`."""
        self.root = chosen_root(root)
        self.check_actor()
        self._open: list[sqlite3.Connection] = []
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            shared.settled(self.root)
            (self.root / "jobs").mkdir(exist_ok=True)
            upgrades.opened(self._database, self.staging)
        except (OSError, sqlite3.Error) as error:
            raise WorkspaceError(say("errors.unwritable", folder=str(self.root), why=str(error))) from error
        self._sweep()

    def check_actor(self) -> None:
        """Raise `ForbiddenError` for whoever has no role; to those of another group this workspace is not there."""
        if not actors.need(VIEWER).inside(self.root):
            raise WorkspaceRemovedError(say("errors.removed", folder=self.root.name))

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
        self.check_actor()
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
        self.check_actor()
        if not self.exists():
            raise WorkspaceRemovedError(say("errors.removed", folder=str(self.root)))
        with disk.guarded(self.root), contextlib.closing(sqlite3.connect(self._database, timeout=30)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("pragma secure_delete=on")  # what is deleted is overwritten
            with connection:
                yield connection

    def stay(self) -> None:
        """Keep the database open while this process lives.

        Else each transaction, as the last that has it open, writes all back at its end: five times its own cost.
        """
        connection = sqlite3.connect(self._database, check_same_thread=False)
        connection.execute("select count(*) from sqlite_master").fetchone()
        self._open.append(connection)

    def record(self, what: str, data_set: str = "", person: str = "", **detail: str | int | bool) -> None:
        """Note in the audit what was done, to which data set and of whom."""
        with self.database() as database:
            database.execute("pragma synchronous=normal")  # a kill loses nothing; a power cut the last rows
            database.execute("begin immediate")
            audit.record(database, what, data_set, person, **detail)

    def guarded(self) -> contextlib.AbstractContextManager[None]:
        """A block in which a full disk becomes one clear `WorkspaceError`, whichever library meets it."""
        return disk.guarded(self.root)

    @contextlib.contextmanager
    def staging(self) -> Iterator[Path]:
        """An empty folder for something in the making, removed at the end unless it was moved to its place."""
        with disk.guarded(self.root), disk.staged(self.root / "staging" / secrets.token_hex(8)) as folder:
            yield folder

    def meeting(self, staged: Path) -> str:
        """An address where an engine and this machine meet while a staged folder is in the making; empty: in there."""
        return far.below_home(self.root, staged)

    def send(self, staged: Path, progress: Progress) -> None:
        """Put what of a staged version lies at an address there, before it is published; raises `WorkspaceError`.

        A version that was not sent is sent as it is published.
        """
        self.clear_away()
        far.sent(self.root, staged, progress)

    def clear_away(self, gone: str = "") -> None:
        """Remove what lies at the address of this workspace and nothing here knows of; raises `WorkspaceError`.

        `gone`: the data set that something was taken out of just now.
        """
        try:
            far.swept(self.root, self.database)
        except WorkspaceRemovedError:
            raise
        except WorkspaceError as error:
            if not gone:
                raise
            address = objects.plain(far.home(self.root))
            left = say("errors.store_left", data_set=gone, address=address, why=str(error))
            raise WorkspaceError(left) from error

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
        """A path to write to that becomes `target`, a file or folder, at once and whole; nothing stays if it fails.

        What belongs to a data set is dropped where that was deleted meanwhile: begin this before anything of the data
        set is read. Raises `OvertakenError`.
        """
        name = versions.owner(self.root / "data", target)
        with self.database() as database:
            origin = versions.origin(database, name)
        with self.staging() as folder:
            yield folder / target.name
            with self.database() as database:
                database.execute("begin immediate")  # nobody deletes meanwhile
                if versions.origin(database, name) != origin or not target.parent.exists():
                    raise OvertakenError(say("errors.overtaken"))
                disk.put(folder / target.name, target)

    def secret(self) -> str:
        """The key of the pseudonyms of this workspace, made when first wished; it stays here and is never exported."""
        self.check_actor()
        return secret.kept(self.root)

    def holding(self, name: str) -> Holding:
        """The kind of a file by its path in here; raises `WorkspaceError` for one that nothing of ours writes."""
        found = holding(name)
        if found is None:
            raise WorkspaceError(say("errors.unknown_file", file=str(self.root / name)))
        return found

    def end_leavings(self) -> None:
        """Bring the database and its files up to folders that lack a person, and let go of the notes that say so."""
        for note in leaving.notes_of(self.root / "data"):
            with self.database() as database:
                database.execute("begin immediate")
                if (told := leaving.read(note)) is None:
                    continue
                if leaving.change_rows(database, told):
                    leaving.drop_made(note.parent)
                query = "select id from jobs where data_set != ?"
                others = {row["id"] for row in database.execute(query, (told.name,))}
            logs = [log for log in (self.root / "jobs").glob("*.log") if log.stem not in others]
            for log in (self.worker_log, *logs):
                leaving.hide_in(log, told.person)
            for path in map(Path, told.files):
                self.discard_upload(path)
                if path.parent == self.inbox:
                    path.unlink(missing_ok=True)
            with contextlib.suppress(WorkspaceError):  # as long as nobody answers at the address, the note stays
                self.clear_away(told.name)
                if disk.emptied(self._database):
                    note.unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Remove what killed processes had in the making, and files of visitors who left; end what they had begun."""
        if any((self.root / "data").glob(f"*{disk.NEXT}")):
            with self.database() as database:
                database.execute("begin immediate")
                leaving.settle(self.root / "data")
        self.end_leavings()
        disk.sweep(self.root / "staging")
        if any(self._uploads.glob("*")):
            disk.sweep(self._uploads, self._awaited())


def chosen_root(root: Path | str | None = None) -> Path:
    """The folder of a workspace: `root`, else what the variable says, else `.workspace`."""
    return Path(root or os.environ.get(VARIABLE) or ".workspace").absolute()


def rules_file(root: Path) -> Path:
    """Where the rules of access lie: where the variable says, else in the server's own workspace."""
    return Path(os.environ.get(RULES) or root / FILE).absolute()


def check_name(name: str) -> None:
    """Raise `InvalidNameError` unless the name may become a folder."""
    if not NAME.fullmatch(name):
        raise InvalidNameError(say("errors.bad_name", name=name[:80]))
