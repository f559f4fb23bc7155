"""What survives kill -9 of what writes a workspace as a whole: backup, restore, forget, and the upgrade of older forms.

Part of `python -m bench.ingest kills LOG`. Each is done once undisturbed, and then killed at moments spread at random
over the time that this took, in a process that has everything loaded: afterwards all of it was done, or nothing of it
was begun, and the next try does it.
"""

import multiprocessing
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from core import pipeline
from core.errors import MeanderError
from core.workspace import Workspace, holding, tables, upgrades

OLDER = sorted((Path(__file__).parents[1] / "tests" / "workspace" / "written_by").glob("*.zip"))
"""Workspaces as earlier versions left them."""
FORK = multiprocessing.get_context("fork")


class OfAll:
    """A workspace with a log and a run, and scenarios that are held against it."""

    def __init__(self, root: Path, name: str) -> None:
        """Write it away, and remember what it holds."""
        self.root, self.name = root, name
        self.took: dict[str, float] = {}
        """Seconds of each undisturbed."""
        sequences = pipeline.load(Workspace(root), name)
        self.user, self.theirs, self.events = str(sequences.users[0]), int(sequences.offsets[1]), len(sequences)
        self.file = root.parent / "undisturbed.tar"
        pipeline.backup(Workspace(root), self.file)
        self.before = _kept(root)

    def scenarios(self) -> dict[str, Callable[[Path, float], str]]:
        """By name."""
        return {"backup": self.backup, "restore": self.restore, "forget": self.forget, "upgrade": self.upgrade}

    def backup(self, root: Path, moment: float) -> str:
        """No file, or one that comes back as what was there."""
        root.mkdir()
        file = root / "b.tar"
        finished = self._killed("backup", moment, lambda: pipeline.backup(Workspace(self.root), file))
        if not file.exists():
            told = "no file"
            pipeline.backup(Workspace(self.root), file)
        else:
            told = "finished" if finished else "a whole file"
        pipeline.restore(file, root / "again")
        if _kept(root / "again") != self.before:
            return "bad: another workspace comes back"
        left = {path.name for path in root.iterdir()} - {"b.tar", "again", ".again.lock"}
        return f"bad: rubbish {left}" if left else f"good: {told}"

    def restore(self, root: Path, moment: float) -> str:
        """No workspace, or a whole one; the next try works."""
        root.mkdir()
        again = root / "again"
        finished = self._killed("restore", moment, lambda: pipeline.restore(self.file, again))
        told = "finished" if finished else "a whole workspace" if again.exists() else "no workspace"
        if not again.exists():
            pipeline.restore(self.file, again)
        if _kept(again) != self.before:
            return "bad: half a workspace"
        left = {path.name for path in root.iterdir()} - {"again", ".again.lock"}
        return f"bad: rubbish {left}" if left else f"good: {told}"

    def forget(self, root: Path, moment: float) -> str:
        """All of the person is there, or nothing, once the workspace was opened; everybody else is."""
        shutil.copytree(self.root, root)
        finished = self._killed("forget", moment, lambda: pipeline.forget(Workspace(root), self.name, self.user))
        workspace = Workspace(root)
        held = pipeline.is_held(workspace, self.name, self.user)
        if held:
            if _kept(root) != self.before:
                return "bad: half of the person"
            pipeline.forget(workspace, self.name, self.user)
        if pipeline.is_held(workspace, self.name, self.user) or self.user in _users(workspace, self.name):
            return "bad: not forgotten"
        left = self.events - len(pipeline.load(workspace, self.name))
        if left != self.theirs:
            return f"bad: {left} events went"
        return f"good: {'not begun' if held else 'finished' if finished else 'forgotten'}"

    def upgrade(self, root: Path, moment: float) -> str:
        """The old form or the new one, with all rows; the next start ends it."""
        older = OLDER[int(moment * 1e6) % len(OLDER)]
        with zipfile.ZipFile(older) as packed:
            packed.extractall(root)
        before = _rows(root / "meander.db")
        finished = self._killed("upgrade", moment, lambda: Workspace(root))
        form = upgrades.mark(root / "meander.db")[0]
        try:
            Workspace(root)
        except MeanderError as error:
            return f"bad: {error}"
        found = _rows(root / "meander.db")
        if any([row[: len(lines[0])] for row in found[name]] != lines for name, lines in before.items() if lines):
            return "bad: rows lost"
        return f"good: {'finished' if finished else 'new form' if form == tables.SCHEMA else 'old form'}"

    def _killed(self, what: str, moment: float, act: Callable[[], object]) -> bool:
        """Do it in a process that is killed at a share of its time; whether it had ended by then.

        The first of each ends undisturbed, and is timed.
        """
        process, begun = FORK.Process(target=act), time.perf_counter()
        process.start()
        process.join(None if what not in self.took else moment * self.took[what])
        finished = process.exitcode is not None
        process.kill()
        process.join()
        self.took.setdefault(what, time.perf_counter() - begun)
        return finished


def _users(workspace: Workspace, name: str) -> set[str]:
    return set(map(str, pipeline.load(workspace, name).users))


def _kept(root: Path) -> dict[str, object]:
    """Files that a backup keeps: databases as their rows less the audit's, which each command adds to."""
    found: dict[str, object] = {}
    for path in root.rglob("*"):
        name = str(path.relative_to(root))
        if path.is_file() and (kind := holding(name)) and kind.saved:
            found[name] = _rows(path) if path.suffix == ".db" else path.read_bytes()
    return found


def _rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as database:
        names = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        return {
            name: database.execute(f'select * from "{name}"').fetchall()
            for name in names
            if name not in {"audit", "about"}
        }
