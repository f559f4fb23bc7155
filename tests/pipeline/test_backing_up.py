"""A workspace is written away while jobs go on and comes back byte by byte; a kill leaves nothing half."""

import io
import json
import multiprocessing
import random
import shutil
import tarfile
import threading
import time

import pytest

from core import locks, pipeline
from core.cli import main
from core.data import LogFiles
from core.errors import InputError, WorkspaceError
from core.settings import ImportSettings
from core.workspace import Workspace, holding, tables
from tests.workspace.people import NAME, rows, write_log

FORK = multiprocessing.get_context("fork")


@pytest.fixture(scope="module")
def made(filled, tmp_path_factory):
    """A copy of the workspace that holds most, to be written away again and again."""
    root = tmp_path_factory.mktemp("backup") / "workspace"
    shutil.copytree(filled, root)
    return root


def but_for_the_audit(found):
    """The same without what each backup adds to it."""
    found["meander.db"] = {name: lines for name, lines in found["meander.db"].items() if name != "audit"}
    return found


def kept(root):
    """Files that a backup keeps: databases as their rows, all others as bytes."""
    found: dict[str, object] = {}
    for path in root.rglob("*"):
        name = str(path.relative_to(root))
        if path.is_file() and (kind := holding(name)) and kind.saved:
            found[name] = rows(path) if path.suffix == ".db" else path.read_bytes()
    return found


def test_what_is_restored_is_what_was_there(made, tmp_path):
    """Every table of every database and every other file is the same, the key of the pseudonyms among them."""
    Workspace(made).secret()
    told = pipeline.backup(Workspace(made), tmp_path / "b.tar")
    root = tmp_path / "again"
    assert pipeline.restore(tmp_path / "b.tar", root) == told
    before, after = kept(made), kept(root)
    *rest, restored = after["meander.db"]["audit"]
    assert restored[5] == "restored"
    after["meander.db"]["audit"] = rest
    assert after == before
    assert len(before) == told["files"] > 10
    assert rows(root / "meander.db")["notes"]
    assert (root / "secret.key").stat().st_mode & 0o777 == 0o600
    assert len(pipeline.load(Workspace(root), NAME)) == 144
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again", "b.tar"]


def test_the_command_line_backs_up_and_restores(made, tmp_path, capsys):
    """Both commands answer in JSON; a place that is not empty is refused."""
    file = str(tmp_path / "b.tar")
    assert main(["backup", file, "--json", "--workspace", str(made)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(["restore", file, "--json", "--workspace", str(tmp_path / "again")]) == 0
    assert json.loads(capsys.readouterr().out) == told
    assert main(["restore", file, "--workspace", str(tmp_path / "again")]) == 2
    assert "is not empty. A backup is restored to where there is nothing" in capsys.readouterr().err


def test_a_backup_is_of_one_moment(made, tmp_path):
    """While versions come, go and are noted on, each backup holds all files of the rows that it holds."""
    root = tmp_path / "workspace"
    shutil.copytree(made, root)
    workspace, log, done = Workspace(root), write_log(tmp_path), threading.Event()

    def busy() -> None:
        for number in range(3):
            pipeline.import_log(workspace, f"more{number}", LogFiles(log), ImportSettings(min_events=1))
            pipeline.delete(workspace, f"more{number - 1}") if number else None
        done.set()

    worker = threading.Thread(target=busy)
    worker.start()
    seen = set()
    while not done.is_set():
        pipeline.backup(workspace, tmp_path / "b.tar")
        again = tmp_path / "again"
        pipeline.restore(tmp_path / "b.tar", again)
        found = Workspace(again).data_sets()
        seen.update(data_set.name for data_set in found)
        for data_set in found:
            assert len(pipeline.load(Workspace(again), data_set.name)) == 144
        assert {path.name for path in (again / "data").iterdir()} == {data_set.name for data_set in found}
        shutil.rmtree(again)
        time.sleep(0.2)
    worker.join()
    assert NAME in seen


def changed(file, target, name, text):
    """A copy of a backup in which one entry says something else, or an entry was added."""
    with tarfile.open(file) as old, tarfile.open(target, "w") as new:
        for member in old:
            stream = old.extractfile(member)
            member.size = len(text) if member.name == name else member.size
            new.addfile(member, io.BytesIO(text) if member.name == name else stream)
        if name not in old.getnames():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            new.addfile(info, io.BytesIO(text))
    return target


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("data/set/v1/rejects.csv", "rejects.csv is not as it was written"),
        ("data/set/v1/derived/more.json", "more.json is not as it was written"),
        ("../evil", "'../evil' does not belong into a backup"),
        ("data/set/v1/derived/../../../../evil", "does not belong into a backup"),
        ("uploads/a/log.csv", "does not belong into a backup"),
    ],
)
def test_a_damaged_backup_is_refused(made, tmp_path, name, why):
    """A changed, added or foreign entry is named, and no workspace is made."""
    pipeline.backup(Workspace(made), tmp_path / "b.tar")
    damaged = changed(tmp_path / "b.tar", tmp_path / "c.tar", name, b"x")
    with pytest.raises(InputError, match=why):
        pipeline.restore(damaged, tmp_path / "again")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar", "c.tar"]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_half_a_backup_is_refused(made, tmp_path, share):
    """A file that breaks off, or is none at all, is no backup."""
    pipeline.backup(Workspace(made), tmp_path / "b.tar")
    whole = (tmp_path / "b.tar").read_bytes()
    (tmp_path / "half.tar").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InputError, match=r"half.tar is no backup, or a damaged one"):
        pipeline.restore(tmp_path / "half.tar", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_backup_of_a_newer_form_is_refused(made, tmp_path):
    """As a newer workspace is."""
    root = tmp_path / "workspace"
    shutil.copytree(made, root)
    workspace = Workspace(root)
    with workspace.database() as database:
        database.execute(f"pragma user_version = {tables.SCHEMA + 1}")
    pipeline.backup(workspace, tmp_path / "b.tar")
    with pytest.raises(WorkspaceError, match=r"was written by a newer Meander"):
        pipeline.restore(tmp_path / "b.tar", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_two_at_once_do_not_mix(made, tmp_path):
    """Who comes second to the same file or place is told so; so is who names no file."""
    with locks.held(tmp_path / ".b.tar.part"), pytest.raises(InputError, match="Another backup is being written to"):
        pipeline.backup(Workspace(made), tmp_path / "b.tar")
    pipeline.backup(Workspace(made), tmp_path / "b.tar")
    with locks.held(tmp_path / ".again.lock"), pytest.raises(InputError, match="is being restored to"):
        pipeline.restore(tmp_path / "b.tar", tmp_path / "again")
    with pytest.raises(InputError, match="Name a file in a folder that is there"):
        pipeline.backup(Workspace(made), tmp_path)


@pytest.mark.parametrize("what", ["backup", "restore"])
def test_killed_halfway_there_is_nothing(made, tmp_path, what):
    """Kill -9 at twenty moments: no file, or a whole one; no workspace, or a whole one. The next try works."""
    rng, file, root, seen = random.Random(2), tmp_path / "b.tar", tmp_path / "again", set()
    before = but_for_the_audit(kept(made))

    def work() -> None:
        if what == "backup":
            pipeline.backup(Workspace(made), file)
        else:
            pipeline.restore(file, root)

    if what == "restore":
        pipeline.backup(Workspace(made), file)
    begun = time.monotonic()
    work()
    took = time.monotonic() - begun
    for _ in range(20):
        shutil.rmtree(root, ignore_errors=True)
        file.unlink() if what == "backup" else None
        process = FORK.Process(target=work)
        process.start()
        time.sleep(rng.uniform(0.0, 1.3) * took)
        process.kill()
        process.join()
        there = file.exists() if what == "backup" else root.exists()
        seen.add(there)
        if not there:
            work()
        if what == "backup":
            pipeline.restore(file, root)
        assert but_for_the_audit(kept(root)) == before
        assert pipeline.verify_audit(Workspace(made))
        assert pipeline.verify_audit(Workspace(root))
        left = {path.name for path in tmp_path.iterdir()} - {".again.lock"}
        assert left == {"b.tar", "again"}
    assert False in seen
