"""A workspace stays whole: through kills, full disks, many processes and deletion."""

import contextlib
import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core import locks, pipeline
from core.data import LogFiles
from core.errors import InvalidNameError, UnknownDataSetError, UnknownRunError, WorkspaceError, WorkspaceRemovedError
from core.settings import ImportSettings, Settings, as_dict
from core.workspace import Workspace, check_name, disk, uploads, versions

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def log(tmp_path):
    """A log of 2,000 users and 30,000 events."""
    path = tmp_path / "log.csv"
    rows = (f"user{row % 2000},item{row * 7 % 311},{1_600_000_000 + row * 61}" for row in range(30_000))
    path.write_text("\n".join(["user_id,item_id,timestamp", *rows]))
    return path


def publish(workspace, name="a", content="events"):
    with workspace.staging() as folder:
        (folder / "events.parquet").write_text(content)
        return workspace.publish(name, folder, {"users": 1})


def write_and_fail(place, error):
    """Write half of something, then meet an error."""
    with place as path:
        (path / "half" if path.is_dir() else path).write_text("half")
        raise error


def files(root):
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_a_new_version_takes_the_place_of_the_old_and_both_stay(workspace):
    """Importing again makes version 2; whoever still reads version 1 can."""
    first, second = publish(workspace, content="one"), publish(workspace, content="two")
    assert (first.version, second.version, workspace.data_set("a")) == (1, 2, second)
    assert (first.events.read_text(), second.events.read_text()) == ("one", "two")


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "x" * 65, "tab\t", "naïve", "-a"])
def test_names_that_may_not_become_folders_are_refused(name):
    """The message says what a name is made of."""
    with pytest.raises(InvalidNameError, match=r"cannot be the name of a data set. Use letters, digits, - and _"):
        check_name(name)


def test_what_is_not_there_is_named(workspace):
    """Unknown data sets and runs are answered with those that there are."""
    publish(workspace, "shop")
    with pytest.raises(UnknownDataSetError, match=r"No data set 'shap' in .*Found: shop"):
        workspace.data_set("shap")
    with pytest.raises(UnknownRunError, match=r"has no trained run yet. Train one: python -m core train shop"):
        workspace.run("shop")
    with pytest.raises(UnknownRunError, match=r"No run 'r1' of data set 'shop'. Found: none"):
        workspace.run("shop", "r1")


def test_staging_leaves_nothing_when_a_step_fails(workspace):
    """An error on the way removes what was made; nothing is published."""
    with pytest.raises(ValueError, match="half-way"):
        write_and_fail(workspace.staging(), ValueError("half-way"))
    assert not list((workspace.root / "staging").glob("*"))
    assert not workspace.data_sets()


@pytest.mark.parametrize("full", [OSError(errno.ENOSPC, "x"), RuntimeError("IO Error: No space left on device")])
def test_a_full_disk_is_one_clear_line(workspace, full):
    """Whichever library meets the full disk, the user reads the same."""
    with pytest.raises(WorkspaceError, match=r"The disk that holds .* is full; nothing half-written was kept"):
        write_and_fail(workspace.staging(), full)
    assert not list((workspace.root / "staging").glob("*"))


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 600 kB; where it cannot be mounted, none."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        yield None
        return
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_an_import_onto_a_full_disk_leaves_no_half_data_set(small_disk, log):
    """A real full disk: one line, and the workspace works again once there is room."""
    if small_disk is None:
        return  # made-up errors stand in for it above
    workspace = Workspace(small_disk / "workspace")
    space = os.statvfs(small_disk)
    (small_disk / "ballast").write_bytes(bytes(space.f_bavail * space.f_frsize - 65_536))
    with pytest.raises(WorkspaceError, match=r"is full; nothing half-written was kept. Free some space"):
        pipeline.import_log(workspace, "a", LogFiles(log))
    assert not Workspace(workspace.root).data_sets()
    (small_disk / "ballast").unlink()
    assert not list((workspace.root / "staging").glob("*"))


def test_killed_imports_leave_no_half_data_set(tmp_path, log):
    """Kill -9 at any moment: the data set is there whole or not at all, and nothing is left in staging."""
    root = tmp_path / "workspace"
    command = [sys.executable, "-m", "core", "import", str(log), "--name", "a", "--workspace", str(root)]
    for moment in (0.3, 0.7, 1.0, 1.3, 1.6):
        process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
        workspace = Workspace(root)
        assert not list((root / "staging").glob("*"))
        for data_set in workspace.data_sets():
            assert len(pipeline.load(workspace, data_set.name)) == 30_000
    workspace.tidy()
    pipeline.import_log(workspace, "a", LogFiles(log), ImportSettings(min_events=1))
    newest = workspace.data_set("a").version
    assert {path.name for path in (root / "data" / "a").glob("v*")} == {f"v{number + 1}" for number in range(newest)}


def test_what_a_killed_process_left_in_staging_goes(workspace):
    """Folders that nobody holds any more, and locks that never got a folder; what is held, or new, stays."""
    staging = workspace.root / "staging"
    (staging / "dead").mkdir(parents=True)
    for name, age in (("dead.lock", 0), ("old.lock", 3600), ("new.lock", 0)):
        (staging / name).touch()
        os.utime(staging / name, (time.time() - age,) * 2)
    with workspace.staging() as mine:
        workspace.tidy()
        assert {path.name for path in staging.glob("*")} == {mine.name, f"{mine.name}.lock", "new.lock"}


def test_an_upload_stays_while_its_visitor_or_a_job_needs_it(workspace):
    """It goes when the visitor leaves, unless a job waits for it; what a dead server held goes at the next start."""
    uploads = workspace.uploads()
    kept, gone, dead = (uploads.new("log.csv") for _ in range(3))
    for path in (kept, gone, dead):
        path.write_text("x")
    uploads.release(dead)
    add_job(workspace, "j1", "queued", kept)
    Workspace(workspace.root)
    assert (kept.exists(), gone.exists(), dead.exists()) == (True, True, False)
    uploads.close()
    assert (kept.exists(), gone.exists()) == (True, False)
    workspace.tidy()
    assert kept.exists()
    with workspace.database() as database:
        database.execute("update jobs set status = 'cancelled'")
    workspace.tidy()
    assert not list(workspace.root.glob("uploads/*"))


def add_job(workspace, job_id, status, events):
    """A row of an import."""
    with workspace.database() as database:
        columns = "id, step, data_set, arguments, status, created"
        values = (job_id, "import", "secret-shop", json.dumps({"events": str(events)}), status, "2026-01-01")
        database.execute(f"insert into jobs ({columns}) values (?, ?, ?, ?, ?, ?)", values)


def test_data_sets_are_newest_first(workspace):
    """Also of one second, which is all that their times tell apart."""
    for name in ("b", "a", "c", "b"):
        publish(workspace, name)
    assert [data_set.name for data_set in workspace.data_sets()] == ["b", "c", "a"]
    with workspace.database() as database:
        assert versions.names(database) == ["b", "c", "a"]


def test_delete_removes_every_trace(workspace, log):
    """Versions, runs, what was derived, jobs, their logs and uploads: no file and no row names the data set."""
    upload = workspace.uploads().new("secret-shop.csv")
    shutil.copy(log, upload)
    pipeline.import_log(workspace, "secret-shop", LogFiles(upload))
    run = workspace.new_run(workspace.data_set("secret-shop"), as_dict(Settings()))
    (run.folder / "model.safetensors").write_text("weights")
    (workspace.data_set("secret-shop").derived / "drift.parquet").write_text("x")
    publish(workspace, "other")
    add_job(workspace, "j1", "done", upload)
    workspace.job_file("j1", "log").write_text("secret-shop")
    workspace.delete("secret-shop")
    assert [data_set.name for data_set in workspace.data_sets()] == ["other"]
    for path in workspace.root.rglob("*"):
        assert "secret-shop" not in str(path.relative_to(workspace.root))
        assert not path.is_file() or b"secret-shop" not in path.read_bytes(), path
    assert "data/other/v1/events.parquet" in files(workspace.root)


def test_what_no_row_knows_of_is_tidied_away(workspace):
    """Folders that a kill left between moving and noting them are removed; what is known stays."""
    publish(workspace, "a")
    run = workspace.new_run(workspace.data_set("a"), {})
    (run.folder / "curve.csv").write_text("epoch")
    before = files(workspace.root)
    for lost in ("data/b/v1", "data/a/v2", "data/a/runs/lost"):
        (workspace.root / lost).mkdir(parents=True)
        (workspace.root / lost / "half").write_text("x")
    workspace.tidy()
    assert files(workspace.root) == before


def test_a_run_whose_process_is_gone_is_stopped(workspace):
    """A run is running while someone holds its lock; afterwards it is stopped, and can be resumed."""
    run = workspace.new_run(publish(workspace), {})
    with locks.held(run.folder / "lock"):
        assert workspace.run("a", run.id).status == "running"
    assert workspace.run("a", run.id).status == "stopped"
    assert pipeline.unfinished_run(workspace, "a").id == run.id
    workspace.update_run(run, "done")
    with pytest.raises(UnknownRunError, match="has no unfinished run"):
        pipeline.unfinished_run(workspace, "a")


def test_many_may_open_a_new_workspace_at_once(tmp_path):
    """Pages, jobs and commands that start together do not trip over each other."""
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: Workspace(tmp_path / "w").data_sets(), range(24)))
    assert opened == [[]] * 24


def test_readers_do_not_see_half_of_what_is_written(workspace):
    """A target appears whole, or, if writing fails, not at all."""
    target = publish(workspace).derived / "table"
    with pytest.raises(ValueError, match="stop"):
        write_and_fail(workspace.writing(target), ValueError("stop"))
    assert not target.exists()
    with workspace.writing(target) as path:
        path.write_text("whole")
        assert not target.exists()
    assert target.read_text() == "whole"


def test_a_folder_is_exchanged_whole(workspace):
    """Whoever reads while a folder is written anew, over and over, finds the one before or the new one."""
    target = publish(workspace).derived / "map"
    with workspace.writing(target) as folder:
        write_both(folder, 0)
    missing, done = [], threading.Event()

    def read() -> None:
        while not done.is_set():
            missing.extend(path for path in (target, target / "part") if not path.exists())

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 100):
        with workspace.writing(target) as folder:
            write_both(folder, number)
    done.set()
    reader.join()
    assert missing == []
    assert {path.read_text() for path in target.iterdir()} == {"99"}
    assert not list((workspace.root / "staging").glob("*"))


def write_both(folder, number):
    """A folder of two files."""
    folder.mkdir()
    for name in ("part", "other"):
        (folder / name).write_text(str(number))


@pytest.mark.parametrize("fails", [False, True])
def test_without_an_exchange_a_folder_is_put_aside(workspace, monkeypatch, fails):
    """Where the system cannot exchange two folders the new one takes the place, or the old one is put back."""
    target = publish(workspace).derived / "map"
    with workspace.writing(target) as folder:
        write_both(folder, 0)
    monkeypatch.setattr(disk, "_exchanged", lambda *_: False)
    moved = os.replace

    def replace(source, place):
        if fails and place == target and not str(source).endswith(".before"):
            raise OSError(errno.EIO, "broken disk")
        moved(source, place)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(OSError, match="broken disk") if fails else contextlib.nullcontext():
        overwrite(workspace, target)
    assert (target / "part").read_text() == ("0" if fails else "1")


def overwrite(workspace, target):
    """Write a folder anew."""
    with workspace.writing(target) as folder:
        write_both(folder, 1)


def test_a_name_that_is_used_again_is_of_another_data_set(workspace):
    """Versions of one data set share their origin; after a deletion the same name and number have another id."""
    first, second = publish(workspace), publish(workspace)
    assert first.origin == second.origin
    workspace.delete("a")
    again = publish(workspace)
    assert again.version == first.version
    assert len({first.id, second.id, again.id}) == 3


def test_nothing_of_a_half_deleted_data_set_is_found_again(workspace):
    """A deletion that was killed when the row was gone: its stream and runs do not come back with the name."""
    old = publish(workspace)
    old.journal.write_text("events of others")
    (old.folder.parent / "runs" / "r1").mkdir(parents=True)
    with workspace.database() as database:
        database.execute("delete from data_sets")
    new = publish(workspace)
    assert sorted(path.name for path in new.folder.parent.iterdir()) == ["v1"]
    assert not new.journal.exists()


def test_a_workspace_of_before_is_brought_up(workspace):
    """A database without the newest column gets it; what lies there is found as it was."""
    publish(workspace, "old")
    with workspace.database() as database:
        database.execute("alter table data_sets drop column origin")
        database.execute("alter table jobs drop column asked_by")
        later = ("audit", "audit_people", "cohorts", "cohort_people", "category_names", "markers", "watches", "alerts")
        for table in later:
            database.execute(f"drop table {table}")
        database.execute("pragma user_version = 0")
    again = Workspace(workspace.root)
    old = again.data_set("old")
    assert (old.version, old.origin) == (1, "")
    assert publish(again, "old").id != old.id
    again.delete("old")
    assert publish(again, "old").id != old.id


@pytest.mark.parametrize(("hours", "kept"), [(25, False), (23, True)])
def test_the_file_of_a_failed_import_stays_for_a_day(workspace, hours, kept):
    """To the minute, whatever the time of day: it may be told to try again until then."""
    upload = workspace.uploads().new("log.csv")
    upload.write_text("x")
    add_job(workspace, "j1", "failed", upload)
    ended = (datetime.now(UTC) - timedelta(hours=hours)).isoformat(timespec="milliseconds")
    with workspace.database() as database:
        database.execute("update jobs set ended = ?", (ended,))
        assert uploads.awaited(database, workspace.root / "uploads") == ({upload.parent} if kept else set())


def test_a_workspace_that_was_removed_says_so(workspace):
    """Nothing is made anew behind the user's back."""
    shutil.rmtree(workspace.root)
    with pytest.raises(WorkspaceRemovedError, match=re.escape(f"{workspace.root} was removed")):
        workspace.data_sets()
    assert not workspace.root.exists()


def test_a_workspace_that_cannot_be_written_says_so(tmp_path):
    """A file in the way is named."""
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match=r"The workspace .*file.* cannot be written"):
        Workspace(tmp_path / "file" / "workspace")
