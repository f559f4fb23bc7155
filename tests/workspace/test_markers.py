"""Markers: typed in or loaded, kept once, masked, forgotten with a person, gone with their data set."""

import pandas as pd
import pytest

from core import pipeline
from core.cli import main
from core.data import LogFiles
from core.data.sequences import build_sequences
from core.errors import MarkerError
from core.workspace import Marker, Workspace, markers

HEAD = "user_id,item_id,timestamp"


@pytest.fixture
def workspace(tmp_path):
    """A workspace with two users of six events each, a day apart."""
    opened = Workspace(tmp_path / "workspace")
    rows = [f"{user},i{day},2024-05-0{1 + day}T10:00:00" for user in ("ann-1@x", "bob-2@x") for day in range(6)]
    (tmp_path / "log.csv").write_text("\n".join([HEAD, *rows]))
    pipeline.import_log(opened, "log", LogFiles(tmp_path / "log.csv"))
    return opened


def listed(workspace):
    """Rows of the table without their ids."""
    return pipeline.marker_table(workspace, "log").drop(columns="id").to_numpy().tolist()


def test_markers_are_kept_once_in_their_order(workspace, tmp_path, capsys):
    """A file and typed ones come together, the earliest first; the same one twice is one; gone is gone."""
    file = tmp_path / "marks.csv"
    file.write_text("kind,from,to,whom,note\nredesign,2024-05-04,,,New look\ncampaign,2024-05-02,2024-05-03,,\n")
    assert pipeline.load_markers(workspace, "log", file) == 2
    assert pipeline.load_markers(workspace, "log", file) == 0
    pipeline.add_marker(workspace, "log", {"kind": "release", "from": "2024-05-01", "whom": "ann-1@x"})
    assert listed(workspace) == [
        ["release", "2024-05-01", "2024-05-01", "ann-1@x", ""],
        ["campaign", "2024-05-02", "2024-05-03T23:59:59", "all", ""],
        ["redesign", "2024-05-04", "2024-05-04", "all", "New look"],
    ]
    first = pipeline.markers(workspace, "log")[0]
    assert main(["marker", "log", "delete", str(first.id), "--workspace", str(workspace.root)]) == 0
    assert capsys.readouterr().out.splitlines()[1].endswith("campaign,2024-05-02,2024-05-03T23:59:59,all,")
    with pytest.raises(MarkerError, match="no marker"):
        pipeline.remove_marker(workspace, "log", first.id)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"kind": "party", "from": "2024-05-01"}, "No kind of marker 'party'"),
        ({"kind": "release"}, "needs the moment"),
        ({"from": "2024-05-02", "to": "2024-05-01"}, "ends before it begins"),
        ({"from": "2024-05-02", "note": "x" * 201}, "201 characters"),
        ({"from": "yesterday"}, "not a moment"),
    ],
)
def test_what_cannot_be_is_refused(workspace, tmp_path, cells, said):
    """Each says what is wrong; in a file with the line, and then none of the file is kept."""
    with pytest.raises(Exception, match=said):
        pipeline.add_marker(workspace, "log", cells)
    file = tmp_path / "marks.csv"
    columns = ("kind", "from", "to", "whom", "note")
    rows = ["release,2024-05-01,,,", ",".join(cells.get(name, "") for name in columns)]
    file.write_text("\n".join([",".join(columns), *rows]))
    with pytest.raises(MarkerError, match=f"line 3: .*{said}"):
        pipeline.load_markers(workspace, "log", file)
    assert listed(workspace) == []


def test_a_person_who_is_forgotten_leaves_the_markers(workspace):
    """Lists lose the id, notes hide it, and a marker of nobody else goes."""
    for whom, note in (("ann-1@x;bob-2@x", "for ann-1@x"), ("ann-1@x", "")):
        pipeline.add_marker(workspace, "log", {"from": "2024-05-02", "whom": whom, "note": note})
    pipeline.forget(workspace, "log", "ann-1@x")
    assert listed(workspace) == [["other", "2024-05-02", "2024-05-02", "bob-2@x", "for (forgotten)"]]


def test_deleting_a_data_set_deletes_its_markers(workspace):
    """Whoever deletes a data set deletes what was marked in it."""
    pipeline.add_marker(workspace, "log", {"from": "2024-05-02"})
    pipeline.delete(workspace, "log")
    assert markers.read(workspace, "log") == []


def test_the_player_shows_what_concerns_its_users(workspace, monkeypatch):
    """Of everybody, of the user, or of a category that the user had; numbers are those among all markers."""
    log = pipeline.load(workspace, "log")
    items = pd.DataFrame({"item_id": log.catalogue.items, "category": [f"c{place}" for place in range(6)]})
    events = pd.DataFrame({"user_id": ["ann", *["bob"] * 5], "item_id": log.catalogue.items,
                           "timestamp": pd.date_range("2024-05-01", periods=6)})  # fmt: skip
    log = build_sequences(events, items)
    held = [
        Marker("release", 1_000_000, 3_000_000, "note", users=("bob",)),
        Marker("other", 5_000_000, 5_000_000, "all"),
        Marker("campaign", 7_000_000, 7_000_000, category=log.catalogue.categories[0]),
    ]
    monkeypatch.setattr("core.pipeline.marking.markers", lambda _workspace, _name: held)
    shown = {user: pipeline.happened(workspace, "log", log, [user]) for user in ("ann", "bob")}
    assert [each.number for each in shown["ann"]] == [2, 3]
    assert [each.number for each in shown["bob"]] == [1, 2]
    assert (shown["bob"][0].start, shown["bob"][0].end, shown["bob"][0].note) == (1000, 3000, "note")
    assert len(pipeline.happened(workspace, "log", log, ["ann", "bob"])) == 3
    masked = pipeline.happened(workspace, "log", log, ["bob"], masks="key")
    assert [each.note for each in masked] == ["", "all"]
