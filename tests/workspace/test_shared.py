"""The data of a workspace may lie where other machines see it, and is found again."""

import shutil

import pytest

from core.errors import WorkspaceError
from core.workspace import Workspace, shared


def test_data_lies_on_the_shared_path(tmp_path, monkeypatch):
    """What is published lies there, what is deleted goes from there, logs of jobs stay here; two get a folder each."""
    monkeypatch.setenv(shared.VARIABLE, str(tmp_path / "share"))
    workspace, other = Workspace(tmp_path / "one"), Workspace(tmp_path / "two")
    with workspace.staging() as folder:
        (folder / "events.parquet").write_bytes(b"events")
        found = workspace.publish("log", folder, {})
    assert found.events.resolve().is_relative_to(tmp_path / "share")
    monkeypatch.delenv(shared.VARIABLE)
    again = Workspace(tmp_path / "one").data_set("log")
    assert again.events.read_bytes() == b"events"
    assert not other.data_sets()
    (workspace.root / "jobs" / "gone.log").write_text("a job")
    workspace.delete("log")
    assert not [path for path in (tmp_path / "share").rglob("*") if path.is_file()]
    assert not list((workspace.root / "jobs").iterdir())
    assert not (workspace.root / "meander.db").is_symlink()


def test_a_place_that_cannot_be_is_refused(tmp_path, monkeypatch):
    """A key in an address, data that lies elsewhere by now, and a share that is not mounted."""
    workspace = Workspace(tmp_path / "one")
    with workspace.staging() as folder:
        workspace.publish("log", folder, {})
    for place, message in {
        "s3://id:key@bucket/data": "holds a key",
        str(tmp_path / "share"): "lies in .* already",
    }.items():
        monkeypatch.setenv(shared.VARIABLE, place)
        with pytest.raises(WorkspaceError, match=message):
            Workspace(tmp_path / "one")
    Workspace(tmp_path / "two")
    shutil.rmtree(tmp_path / "share")
    with pytest.raises(WorkspaceError, match="is not there now"):
        Workspace(tmp_path / "two")
