"""Notes on a user and on events of the user: read, written, changed, deleted."""

from dataclasses import replace
from typing import Any

import streamlit as st

from core import pipeline
from core.errors import MeanderError
from core.player import PlayerPayload
from core.settings import EDITOR
from core.workspace import LONGEST, Note
from pages import _computed as computed
from pages import _session as session
from pages import _words as words

say = session.say
EVENT, USER = "event", "user"


def of(selection: session.Selection, user: str) -> list[Note]:
    """Notes on a user and on the user's events, by event."""
    log = computed.sequences(selection)
    return pipeline.notes(session.workspace(), str(selection.data_set), log, user)


def pinned(payload: PlayerPayload, found: list[Note]) -> PlayerPayload:
    """What the player shows, with the notes on events."""
    return replace(payload, notes=tuple((note.anchor.step, note.text) for note in found if note.anchor))


def draw(selection: session.Selection, user: str, found: list[Note], step: int | None = None) -> None:
    """A field for a new note on the user or the event at `step`, and all notes."""
    title = say("notes.title_some", count=len(found)) if found else say("notes.title")
    with st.expander(title, on_change="rerun", key="notes_box") as box:
        if not box.open:
            return
        if session.may(EDITOR):
            _new(selection, user, step)
        if not found:
            st.caption(say("notes.none"))
        for note in found:
            _one(selection, note)


def _new(selection: session.Selection, user: str, step: int | None) -> None:
    with st.form("note_new", border=False, clear_on_submit=True):
        st.text_area(
            say("notes.write"), key="note_text", max_chars=LONGEST, height=80, placeholder=say("notes.placeholder"),
            help=say("notes.help"),
        )  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if step is not None:
                names = {EVENT: say("notes.event", event=step + 1), USER: say("notes.user")}
                st.radio(say("notes.about"), list(names), format_func=names.get, key="note_about", horizontal=True)
            st.form_submit_button(say("notes.save"), on_click=_write, args=(selection, user, step))
    if problem := session.keep("note_problem"):
        st.error(words.plain(problem, 300))


def _one(selection: session.Selection, note: Note) -> None:
    step = note.anchor.step if note.anchor else None
    place = say("notes.on_user") if step is None else say("notes.on_event", event=step + 1)
    with st.container(border=True):
        if session.keep("note_edited") == note.id:
            _edit(selection, note)
            return
        lines = "  \n".join(words.plain(line, LONGEST) for line in note.text.splitlines())
        st.markdown(f"**{place}** · {words.moment(note.changed)}  \n{lines}")
        with st.container(horizontal=True):
            if step is not None:
                _button("go", note, session.choose, session.EVENT, step + 1)
            if not session.may(EDITOR):
                return
            _button("edit", note, session.put, "note_edited", note.id)
            _button("delete", note, _act, pipeline.remove_note, selection, note.id)


def _edit(selection: session.Selection, note: Note) -> None:
    key = f"note_change_{note.id}"
    st.text_area(say("notes.change"), note.text, key=key, max_chars=LONGEST, height=80)
    with st.container(horizontal=True):
        _button("keep", note, _change, selection, note.id, key)
        _button("cancel", note, session.put, "note_edited", None)


def _button(name: str, note: Note, act: Any, *arguments: Any) -> None:
    st.button(say(f"notes.{name}"), key=f"note_{name}_{note.id}", on_click=act, args=arguments, type="tertiary")


def _write(selection: session.Selection, user: str, step: int | None) -> None:
    at = step if session.widget("note_about") == EVENT else None
    _act(pipeline.write_note, selection, computed.sequences(selection), user, session.widget("note_text") or "", at)


def _change(selection: session.Selection, note: int, key: str) -> None:
    session.put("note_edited", None)
    _act(pipeline.change_note, selection, note, session.widget(key) or "")


def _act(step: Any, selection: session.Selection, *arguments: Any) -> None:
    """Do it, and keep what went wrong to be told."""
    session.put("note_problem", None)
    try:
        step(session.workspace(), str(selection.data_set), *arguments)
    except MeanderError as error:
        session.put("note_problem", session.told(error))
