"""Notes of readers: kept in the workspace, found at their event also after events were added to the log."""

from dataclasses import replace

import numpy as np

from core.data import Sequences, export
from core.errors import NoteError
from core.phrases import say
from core.pipeline.gate import key, meant, needs
from core.settings import EDITOR, VIEWER
from core.workspace import Anchor, Note, Workspace
from core.workspace import notes as kept


@needs(VIEWER)
def notes(workspace: Workspace, name: str, sequences: Sequences, user: str | None = None) -> list[Note]:
    """Notes on a user of a data set and on the user's events, by event; without a user those on all users.

    A note whose event is in the log no more becomes one on the user; raises `UnknownDataSetError`.
    """
    workspace.data_set(name)
    masks, asked = key(workspace), user and meant(workspace, name, user)
    read = (replace(note, user=export.mask(note.user, masks)) if masks else note
            for note in kept.read(workspace, name, asked))  # fmt: skip
    found = [_placed(note, sequences) for note in read]
    return sorted(found, key=lambda note: (note.user, -1 if note.anchor is None else note.anchor.step, note.id))


@needs(EDITOR)
def write_note(
    workspace: Workspace, name: str, sequences: Sequences, user: str, text: str, step: int | None = None
) -> int:
    """Keep a note on a user, or on the event at `step` (from 0); returns its id.

    Raises `UnknownDataSetError`, `UnknownUserError`, and `NoteError` for a step or text that cannot be.
    """
    workspace.data_set(name)
    sequences.find_user(user)
    anchor = None if step is None else _anchor(sequences, user, step)
    return kept.add(workspace, name, user, anchor, text)


@needs(EDITOR)
def change_note(workspace: Workspace, name: str, note: int, text: str) -> None:
    """Write a note anew; raises `NoteError`."""
    kept.change(workspace, name, note, text)


@needs(EDITOR)
def remove_note(workspace: Workspace, name: str, note: int) -> None:
    """Delete a note; raises `NoteError`."""
    kept.remove(workspace, name, note)


def _anchor(sequences: Sequences, user: str, step: int) -> Anchor:
    rows = sequences.rows_of(sequences.find_user(user))
    length = rows.stop - rows.start
    if not 0 <= step < length:
        raise NoteError(say("errors.no_event", user=user, event=step, last=length - 1))
    row = rows.start + step
    return Anchor(step, str(sequences.catalogue.items[sequences.item[row]]), int(sequences.time[row]))


def _placed(note: Note, sequences: Sequences) -> Note:
    """The note at the place of its event today: the nearest one with that item and time."""
    if note.anchor is None or note.user not in sequences.user_position:
        return replace(note, anchor=None)
    rows = sequences.rows_of(sequences.user_position[note.user])
    item = sequences.catalogue.item_position.get(note.anchor.item, -1)
    there = np.flatnonzero((sequences.item[rows] == item) & (sequences.time[rows] == note.anchor.time))
    if not len(there):
        return replace(note, anchor=None)
    step = int(there[np.abs(there - note.anchor.step).argmin()])
    return replace(note, anchor=replace(note.anchor, step=step))
