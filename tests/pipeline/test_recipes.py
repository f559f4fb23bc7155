"""Importing through the pipeline: the next month's log, added or treated alike, and pseudonyms of the workspace."""

from pathlib import Path

from core import pipeline
from core.data import LogFiles
from core.settings import ImportSettings
from core.workspace import Workspace


def write(path: Path, *rows: str, header: str = "who,item_id,timestamp") -> Path:
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def test_adding_makes_a_new_version(tmp_path: Path):
    """The version before stays as it was; the new one holds both logs."""
    workspace = Workspace(tmp_path / "ws")
    files = LogFiles(write(tmp_path / "may.csv", "a,x,1362062838"), columns={"user_id": "who"})
    first = pipeline.import_log(workspace, "log", files, ImportSettings(min_events=1))
    june = LogFiles(write(tmp_path / "june.csv", "a,y,1364062838", "b,y,1364062838"))
    files, settings = pipeline.recipe(workspace, "log", june)
    second = pipeline.import_log(workspace, "log", files, settings, add=True)
    assert (first.version, second.version) == (1, 2)
    assert second.summary["rows_kept"] == 3
    assert len(pipeline.load(workspace, "log")) == 3
    assert first.events.exists()


def test_pseudonyms_are_the_same_in_a_workspace_and_differ_between_two(tmp_path: Path):
    """The key is made once, readable by its owner only, and no id is found in the data set."""
    log = LogFiles(write(tmp_path / "log.csv", "annabel,x,1362062838"), columns={"user_id": "who"})
    settings = ImportSettings(min_events=1, pseudonyms=True)
    names = []
    for folder, name in (("one", "first"), ("one", "second"), ("two", "first")):
        workspace = Workspace(tmp_path / folder)
        data_set = pipeline.import_log(workspace, name, log, settings)
        names.append(pipeline.load(workspace, name).users[0])
        assert not any(b"annabel" in path.read_bytes() for path in data_set.folder.rglob("*") if path.is_file())
    assert names[0] == names[1] != names[2]
    assert (tmp_path / "one" / "secret.key").stat().st_mode & 0o077 == 0
