"""Notes: kept on a user or an event, found again when events are added, gone with their data set."""

import sqlite3

import pytest

from core import pipeline
from core.data import LogFiles
from core.errors import NoteError, UnknownDataSetError, UnknownUserError
from core.workspace import Workspace
from core.workspace.notes import LONGEST

HEAD = "user_id,item_id,timestamp"


@pytest.fixture
def workspace(tmp_path):
    """A workspace with one user of six events, an hour apart."""
    opened = Workspace(tmp_path / "workspace")
    publish(opened, tmp_path, range(6))
    return opened


def publish(workspace, folder, hours, **options):
    """Import events of ann, an item and an hour each."""
    file = folder / "log.csv"
    file.write_text("\n".join([HEAD, *(f"ann,i{hour},{1_700_000_000 + 3600 * hour}" for hour in hours)]))
    pipeline.import_log(workspace, "log", LogFiles(file), **options)


def notes(workspace):
    """Texts and steps of all notes."""
    found = pipeline.notes(workspace, "log", pipeline.load(workspace, "log"))
    return [(note.text, note.anchor and note.anchor.step) for note in found]


def write(workspace, text, step=None, user="ann"):
    return pipeline.write_note(workspace, "log", pipeline.load(workspace, "log"), user, text, step)


def test_notes_are_kept_changed_and_removed(workspace):
    """What is written is read again, on the user first, then by event; another text takes its place; gone is gone."""
    late, whole, early = write(workspace, " late\n", 4), write(workspace, "whole"), write(workspace, "early", 1)
    assert notes(Workspace(workspace.root)) == [("whole", None), ("early", 1), ("late", 4)]
    pipeline.change_note(workspace, "log", early, "earlier")
    pipeline.remove_note(workspace, "log", whole)
    assert notes(workspace) == [("earlier", 1), ("late", 4)]
    assert late != early


def test_a_note_stays_with_its_event(workspace, tmp_path):
    """Where earlier events are added the note moves with its event; without that event it is one on the user."""
    write(workspace, "here", 2)
    publish(workspace, tmp_path, range(-3, 6))
    assert notes(workspace) == [("here", 5)]
    publish(workspace, tmp_path, range(3, 9))
    assert notes(workspace) == [("here", None)]


def test_deleting_a_data_set_deletes_its_notes(workspace, tmp_path):
    """Neither a row nor its text is left, and a data set of the same name starts without notes."""
    write(workspace, "a very private remark", 2)
    pipeline.delete(workspace, "log")
    with sqlite3.connect(workspace.root / "meander.db") as database:
        assert database.execute("select count(*) from notes").fetchone() == (0,)
    for file in workspace.root.rglob("*.db*"):
        assert b"a very private remark" not in file.read_bytes()
    publish(workspace, tmp_path, range(6))
    assert notes(workspace) == []


def test_what_cannot_be_a_note(workspace):
    """Each impossible note gets a clear line."""
    with pytest.raises(NoteError, match="The note is empty"):
        write(workspace, " \n ")
    with pytest.raises(NoteError, match=r"has 2,001 characters. Shorten it to 2,000"):
        write(workspace, "x" * (LONGEST + 1))
    with pytest.raises(NoteError, match="has no event 6"):
        write(workspace, "x", 6)
    with pytest.raises(UnknownUserError, match="No user 'bob'"):
        write(workspace, "x", user="bob")
    with pytest.raises(NoteError, match="has no note 99"):
        pipeline.change_note(workspace, "log", 99, "x")
    with pytest.raises(NoteError, match="has no note 99"):
        pipeline.remove_note(workspace, "log", 99)
    with pytest.raises(UnknownDataSetError, match="No data set 'other'"):
        pipeline.notes(workspace, "other", pipeline.load(workspace, "log"))


def test_notes_of_other_data_sets_are_out_of_reach(workspace):
    """A number of a note of another data set changes and deletes nothing."""
    note = write(workspace, "mine")
    with pytest.raises(NoteError, match="'other' has no note"):
        pipeline.remove_note(workspace, "other", note)
    assert notes(workspace) == [("mine", None)]
