"""Workspaces of earlier versions are brought up whole, newer ones are refused, and a kill leaves what was there."""

import multiprocessing
import os
import random
import signal
import sqlite3
import threading
import time
import tomllib
import zipfile
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from core import pipeline
from core.errors import WorkspaceError
from core.pipeline.results import mark as method
from core.workspace import Workspace, notes, tables, upgrades

WRITTEN_BY = sorted((Path(__file__).parent / "written_by").glob("*.zip"))
ROOT = Path(__file__).parents[2]
FORMS = {"marked": (1, "0.1.0"), "sealed": (2, "0.1.0")}
"""Number of the form and product of those that bear a mark."""
FORK = multiprocessing.get_context("fork")


def unpacked(written_by: Path, folder: Path) -> Path:
    """A workspace as an earlier version left it."""
    with zipfile.ZipFile(written_by) as file:
        file.extractall(folder)
    return folder


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of a database by table, but for what marks its form and what is new."""
    with closing(sqlite3.connect(path)) as database:
        names = [row[0] for row in database.execute("select name from sqlite_master where type = 'table'")]
        found = {name: database.execute(f"select * from {name} order by 1").fetchall() for name in names}
    return {name: lines for name, lines in found.items() if name != "about" and lines}


@pytest.mark.parametrize("written_by", WRITTEN_BY, ids=lambda path: path.stem)
def test_what_earlier_versions_wrote_is_brought_up(written_by, tmp_path):
    """Every row, version, run and note is there, the mark is today's, and the log reads as ever."""
    root = unpacked(written_by, tmp_path / "w")
    before = rows(root / "meander.db")
    assert upgrades.mark(root / "meander.db") == FORMS.get(written_by.stem, (0, ""))
    workspace = Workspace(root)
    assert upgrades.mark(root / "meander.db") == (tables.SCHEMA, upgrades.PRODUCT)
    after = rows(root / "meander.db")
    assert {name: [row[: len(lines[0])] for row in after[name]] for name, lines in before.items()} == before
    tea = workspace.data_set("tea")
    assert (tea.version, len(pipeline.load(workspace, "tea"))) == (2, 72)
    assert [note.text for note in notes.read(workspace, "tea")] == (["turned"] if "notes" in before else [])
    assert not list((root / "staging").glob("*"))
    assert not (root / "upgrade.lock").exists()
    journal = pipeline.streamed(workspace, "tea")
    assert (journal is not None) == (root / "data/tea/stream.db").exists()
    if journal:
        with closing(journal):
            assert (journal.size(), journal.flags(), journal.named()) == (2, [], [])


@pytest.mark.parametrize("written_by", WRITTEN_BY, ids=lambda path: path.stem)
def test_results_of_an_earlier_method_are_made_anew(written_by, tmp_path):
    """A drift table that an older product left under another mark is not read as today's, and goes."""
    workspace = Workspace(unpacked(written_by, tmp_path / "w"))
    derived = workspace.data_set("tea").derived
    for path in derived.glob("drift-*"):
        path.rename(derived / f"drift-{method('drift') - 1}-{path.name.rpartition('-')[2]}")
    stale = pd.DataFrame({"user_id": ["of an older method"]})
    stale.to_parquet(derived / f"drift-{method('drift') - 1}-0123456789ab.parquet")
    drift = pipeline.drift(workspace, "tea")
    assert not drift.ready
    assert sorted(drift.get()["user_id"]) == ["ann", "ben", "cem", "dora", "eva", "finn"]
    assert [path.name for path in derived.glob("drift-*.parquet")] == [drift.path.name]


def test_there_are_workspaces_of_each_form():
    """From the first form that could import a log on; the newest form is written by this product itself."""
    assert {path.stem for path in WRITTEN_BY} >= {"jobs", "once", "notes", "flags", "origin", "marked"}


def test_a_newer_workspace_is_refused_and_left_alone(tmp_path):
    """One line names both products and forms; not a byte is changed."""
    root = Workspace(tmp_path / "w").root
    with closing(sqlite3.connect(root / "meander.db")) as database:
        database.execute(f"pragma user_version = {tables.SCHEMA + 1}")
        database.execute("update about set value = '9.9.9'")
        database.commit()
    before = (root / "meander.db").read_bytes()
    form = rf"newer Meander \(9\.9\.9, form {tables.SCHEMA + 1}\); this is Meander {upgrades.PRODUCT}"
    with pytest.raises(WorkspaceError, match=form):
        Workspace(root)
    assert (root / "meander.db").read_bytes() == before


def test_the_product_says_its_own_version():
    """What a workspace is marked with is the version that is installed."""
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == upgrades.PRODUCT


def test_a_step_that_fails_leaves_the_workspace_as_it_was(tmp_path, monkeypatch):
    """An upgrade works on a copy: the original has its rows and form, and the next start tries again."""
    root = unpacked(WRITTEN_BY[0], tmp_path / "w")
    before = rows(root / "meander.db")

    def broken(database: sqlite3.Connection) -> None:
        database.execute("delete from data_sets")
        raise sqlite3.DatabaseError("this step is broken")

    with monkeypatch.context() as patch:
        patch.setattr(tables, "STEPS", (broken,))
        with pytest.raises(WorkspaceError, match="this step is broken"):
            Workspace(root)
    assert rows(root / "meander.db") == before
    assert upgrades.mark(root / "meander.db") == (0, "")
    assert Workspace(root).data_set("tea").version == 2


def test_what_is_written_during_an_upgrade_is_not_lost(tmp_path, monkeypatch):
    """A row that another process adds while the copy is brought up makes the copy be made again."""
    root = unpacked(WRITTEN_BY[0], tmp_path / "w")
    taken, steps = [], tables.STEPS

    def late(database: sqlite3.Connection) -> None:
        if not taken:
            taken.append(1)
            with closing(sqlite3.connect(root / "meander.db")) as other:
                other.execute("insert into runs values ('late', 'tea', 2, '2026', 'done', '{}', '{}')")
                other.commit()
        steps[0](database)

    monkeypatch.setattr(tables, "STEPS", (late, *steps[1:]))
    assert "late" in [run.id for run in Workspace(root).runs("tea")]


def test_many_may_open_an_old_workspace_at_once(tmp_path):
    """One of them brings it up; all see it whole."""
    root = unpacked(WRITTEN_BY[0], tmp_path / "w")
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(Workspace(root).data_set("tea").version)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2] * 8


def open_until(root: Path, dying: str, *, after: bool) -> None:
    """Open a workspace; die where a step of the upgrade is taken, before or after it."""
    step = getattr(upgrades, dying, None)

    def dies(*arguments: object) -> None:
        if after and step:
            step(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)

    if step:
        setattr(upgrades, dying, dies)
    Workspace(root)


@pytest.mark.parametrize(
    ("dying", "after", "form"),
    [("_stepped", False, 0), ("_stepped", True, 0), ("_swapped", False, 0), ("_swapped", True, tables.SCHEMA)],
)
def test_an_upgrade_that_is_killed_is_not_begun_or_done(tmp_path, dying, after, form):
    """Kill -9 at each step: the old form until the copy has taken the place, then the new one."""
    root = unpacked(WRITTEN_BY[0], tmp_path / "w")
    process = FORK.Process(target=open_until, args=(root, dying), kwargs={"after": after})
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert upgrades.mark(root / "meander.db")[0] == form
    assert len(pipeline.load(Workspace(root), "tea")) == 72


def test_killed_upgrades_leave_one_form_or_the_other(tmp_path):
    """Kill -9 at twenty moments: all rows are there, in the old form or in the new; the next start ends it."""
    rng, took = random.Random(5), 0.0
    for place in range(21):
        root = unpacked(WRITTEN_BY[place % len(WRITTEN_BY)], tmp_path / str(place))
        before, begun = rows(root / "meander.db"), time.monotonic()
        process = FORK.Process(target=open_until, args=(root, "nowhere"), kwargs={"after": False})
        process.start()
        if place:
            time.sleep(rng.uniform(0.0, took))
            process.kill()
        process.join()
        took = took or time.monotonic() - begun
        assert upgrades.mark(root / "meander.db") in {(0, ""), *FORMS.values(), (tables.SCHEMA, upgrades.PRODUCT)}
        Workspace(root)
        after = rows(root / "meander.db")
        assert {name: [row[: len(lines[0])] for row in after[name]] for name, lines in before.items()} == before
        assert not [path for path in (root / "staging").glob("*") if path.is_dir()]
