"""Events that lie in an object store: read as if they lay here, gone when they are to go, never read half-written."""

import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from bench.s3 import BUCKET, store
from core import pipeline
from core.data import LogFiles, load_sequences, lookup, pieces
from core.errors import WorkspaceError
from core.workspace import Workspace, far, objects, shared

USERS, EACH = 12, 8
KILLED = """
import os, signal, sys
from core.workspace import Workspace, versions

def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)

versions.move_away = kill
made = Workspace(sys.argv[1])
with made.staging() as folder:
    (folder / "events.parquet").write_bytes(b"half a version")
    made.publish("log", folder, {})
"""


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """The folder behind a bucket, whose store this process knows the way to."""
    folder = tmp_path_factory.mktemp("store")
    with store(folder) as variables, pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield folder / BUCKET


@pytest.fixture
def bucket(there, tmp_path):
    """The folder of a test's own in the bucket."""
    return there / tmp_path.name


@pytest.fixture
def root(bucket, tmp_path, monkeypatch):
    """Where a workspace is to be whose data lies in the bucket."""
    monkeypatch.setenv(shared.VARIABLE, f"s3://{BUCKET}/{bucket.name}")
    return tmp_path / "workspace"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small version that lies here."""
    folder = tmp_path_factory.mktemp("log")
    moments = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(USERS * EACH), unit="h")
    users = [f"person-{place % USERS:02}" for place in range(USERS * EACH)]
    items = [f"i{place % 7}" for place in range(USERS * EACH)]
    pd.DataFrame({"user_id": users, "item_id": items, "timestamp": moments}).to_csv(folder / "log.csv", index=False)
    return pipeline.import_log(Workspace(folder / "here"), "log", LogFiles(folder / "log.csv"))


def publish(root, made, name="log"):
    """The small version, put to where a workspace has its data; its copy is gone from here."""
    workspace = Workspace(root)
    with workspace.staging() as folder:
        shutil.copytree(made.folder, folder, dirs_exist_ok=True)
        found = workspace.publish(name, folder, made.summary)
    (found.folder / "events.parquet").unlink()
    return found


@pytest.fixture
def found(root, made):
    """The small version in the bucket."""
    return publish(root, made)


def objects_in(bucket):
    """What lies there, but for the objects that were tried first."""
    return {path for path in bucket.rglob("*") if path.is_file() and path.name != far.TRIAL}


@pytest.mark.usefixtures("found")
def test_a_version_is_read_where_it_lies_and_brought_once(bucket, root):
    """One user takes parts alone; who reads all brings a copy; an engine's workers ask for the address."""
    data_set = Workspace(root).data_set("log")
    assert {path.name for path in objects_in(bucket)} == {"events.parquet", far.MANIFEST}
    mine = lookup.user_events(data_set, "person-03")
    form = pieces.Form.of(data_set)
    groups = pieces.groups_of(form.path, 4)
    known = pieces.Counted.of([pieces.counted(form.path, part) for part in groups], data_set)
    rows = pd.concat([pieces.rows_of(form, piece).to_pandas() for piece in known.pieces(30)])
    assert not (data_set.folder / "events.parquet").exists()
    assert Workspace(root).size("log") > sum(path.stat().st_size for path in objects_in(bucket))
    pd.testing.assert_frame_equal(rows.reset_index(drop=True), pd.read_parquet(data_set.events).astype(rows.dtypes))
    assert len(mine) == EACH == (rows["user_id"].astype(str) == "person-03").sum()
    assert len(load_sequences(data_set)) == USERS * EACH


@pytest.mark.usefixtures("found")
def test_who_is_forgotten_is_in_no_object(bucket, root, made):
    """Of all versions new objects lie there; and nothing of a data set that was deleted, here or there."""
    publish(root, made)
    workspace = Workspace(root)
    before = objects_in(bucket)
    pipeline.forget(workspace, "log", "person-03")
    after = objects_in(bucket)
    assert not before & after
    kept = [pq.read_table(path)["user_id"].to_pylist() for path in after if path.suffix == ".parquet"]
    assert [len({*users}) for users in kept] == [USERS - 1] * 2
    assert "person-03" not in {user for users in kept for user in users}
    pipeline.delete(workspace, "log")
    assert objects_in(bucket) == set()
    assert not list((root / "data").iterdir())


@pytest.mark.usefixtures("found")
def test_a_backup_takes_the_objects_along(root, tmp_path):
    """What is restored needs no store; what is made there later has an address of its own."""
    workspace = Workspace(root)
    pipeline.backup(workspace, tmp_path / "backup.tar")
    pipeline.restore(tmp_path / "backup.tar", tmp_path / "again")
    pipeline.delete(workspace, "log")
    again = Workspace(tmp_path / "again")
    assert far.home(again.root) not in ("", far.home(root))
    assert not far.is_far(again.data_set("log").folder / "events.parquet")
    assert len(load_sequences(again.data_set("log"))) == USERS * EACH


def test_what_a_kill_leaves_is_never_read_and_goes_with_the_next(bucket, root, made):
    """Killed as all was put and no row written: there is no version, and later no object of it."""
    Workspace(root)
    command = [sys.executable, "-c", KILLED, str(root)]
    assert subprocess.run(command, check=False, cwd=Path(__file__).parents[2]).returncode == -signal.SIGKILL
    left = objects_in(bucket)
    assert "events.parquet" in {path.name for path in left}
    assert Workspace(root).data_sets() == []
    publish(root, made)
    assert not left & objects_in(bucket)
    assert len(load_sequences(Workspace(root).data_set("log"))) == USERS * EACH


def test_copies_go_when_room_is_needed_and_nobody_uses_them(root, found, monkeypatch):
    """With room for nothing: a copy stays as long as its reader, and many readers at once all read it whole."""
    monkeypatch.setenv("MEANDER_STORE__CACHE_MB", "0")
    workspace, read = Workspace(root), []

    def reader():
        for _ in range(3):
            data_set = workspace.data_set("log")
            path = data_set.events
            far.room(root / "data")
            read.append(len(pq.read_table(path)))

    threads = [threading.Thread(target=reader) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == [USERS * EACH] * 12
    far.room(root / "data")
    assert not (found.folder / "events.parquet").exists()
    assert [path.name for path in found.folder.iterdir() if path.suffix in (".part", ".lock")] == []


def test_an_object_that_is_lost_or_changed_is_named(bucket, root, found):
    """Not a row is read of it, whole or in part, and no copy is left."""
    lies = next(path for path in objects_in(bucket) if path.name == "events.parquet")
    data = lies.read_bytes()
    for text, message in (data[:-1], "is not what was put"), (b"?" + data[1:], "is not what was put"):
        lies.write_bytes(text)
        with pytest.raises(WorkspaceError, match=message):
            load_sequences(Workspace(root).data_set("log"))
    with pytest.raises(WorkspaceError, match="is not what was put"):
        lookup.user_events(Workspace(root).data_set("log"), "person-03")
    lies.unlink()
    with pytest.raises(WorkspaceError, match=r"events\.parquet is not there any more"):
        load_sequences(Workspace(root).data_set("log"))
    assert {path.name for path in found.folder.glob("events*")} == set()


@pytest.mark.usefixtures("found")
def test_a_store_that_cannot_be_used_is_one_line(root, made, tmp_path, monkeypatch):
    """No such bucket, a wrong key, nobody there: nothing is begun, and what is here stays."""
    objects.connected.cache_clear()
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "another")
        with pytest.raises(WorkspaceError, match=r"INVALID_ACCESS_KEY_ID.*keys that may read and write"):
            publish(root, made, "other")
        with pytest.raises(WorkspaceError, match="INVALID_ACCESS_KEY_ID"):
            pipeline.delete(Workspace(root), "log")
    objects.connected.cache_clear()
    assert [each.name for each in Workspace(root).data_sets()] == ["log"]
    monkeypatch.setenv(shared.VARIABLE, "s3://no-bucket/data")
    with pytest.raises(WorkspaceError, match=r"no-bucket.* cannot be used"):
        Workspace(tmp_path / "other")
    assert not (tmp_path / "other" / far.HOME).exists()
    with pytest.raises(WorkspaceError, match=r"lies in s3://bucket/.* already"):
        Workspace(root)
